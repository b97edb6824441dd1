//! Imports the reference rates of the European Central Bank into the exchange rates of the project.

use jiff::civil::Date;

use crate::app::prices::import::{effects, totals};
use crate::app::request::Request;
use crate::diagnostic::{Diagnostic, Failure};
use crate::import::{ReferenceRate, quoted, reference_rates};
use crate::model::{Currency, RateChange, StageEffect};
use crate::source::FileId;
use crate::workspace::Workspace;

/// The source of the rates.
const SOURCE: &str = "European Central Bank, euro foreign exchange reference rates";

/// What is requested of an import of exchange rates. The files are texts of the workspace.
#[derive(Clone, Debug)]
pub struct RateImport {
    /// The files.
    pub files: Vec<FileId>,
    /// Which rates are wanted, by `currency` and `date`; the newest day of the files unless a date is given.
    pub select: Vec<(String, String)>,
    /// The day on which they were read.
    pub day: Date,
}

/// The exchange rates of a project after an import, which are not written yet.
#[derive(Debug)]
pub struct ImportedRates {
    /// The text of the file.
    pub text: String,
    /// Whether it differs from what it was.
    pub is_changed: bool,
    /// The rates that were added, and those that differ from a rate of the same day, which stays.
    pub changes: Vec<RateChange>,
    /// How many rates the file has already.
    pub unchanged: usize,
    /// What the import does to the totals of the project's own stages.
    pub effects: Vec<StageEffect>,
    /// Why these totals are not known.
    pub no_effects: Option<String>,
}

/// Adds the reference rates of files to the exchange rates. Nothing is written; the workspace goes on with them.
///
/// # Errors
/// `other-answer`, and everything that is wrong with the files.
pub fn import_rates(
    workspace: &mut Workspace,
    request: &Request,
    import: &RateImport,
) -> Result<ImportedRates, Failure> {
    imported(workspace, request, import).map_err(|wrong| workspace.failure(wrong))
}

fn imported(
    workspace: &mut Workspace,
    request: &Request,
    import: &RateImport,
) -> Result<ImportedRates, Vec<Diagnostic>> {
    let mut rates: Vec<ReferenceRate> = Vec::new();
    for file in &import.files {
        rates.extend(reference_rates(*file, workspace.sources.text(*file))?);
    }
    rates.sort_by_key(|rate| (rate.day, rate.to));
    rates.dedup();
    let newest = rates.last().map(|rate| rate.day);
    let by_day = import.select.iter().any(|(name, _)| name == "date");
    let is_wanted = |rate: &ReferenceRate| {
        let value = |name: &str| match name {
            "currency" => Some(rate.to.to_string()),
            "date" => Some(rate.day.to_string()),
            _ => None,
        };
        let is_selected = |(name, pattern): &(String, String)| {
            value(name).is_some_and(|value| crate::import::is_selected(pattern, &value))
        };
        import.select.iter().all(is_selected) && (by_day || Some(rate.day) == newest)
    };
    rates.retain(is_wanted);
    let known = workspace.rates_before()?;
    let mut text = workspace.rates_text()?;
    let before = text.clone();
    let mut changes = Vec::new();
    let mut unchanged = 0;
    for rate in rates {
        let held = known.find(Currency::EUR, rate.to, rate.day);
        let of_day = held.as_ref().filter(|held| held.effective_from == rate.day);
        // One that is written in the other direction is another rate.
        let value = held.as_ref().filter(|held| !held.inverse).map(|held| held.rate);
        if of_day.is_some() && value == Some(rate.rate) {
            unchanged += 1;
            continue;
        }
        changes.push(RateChange { to: rate.to, old: value, new: rate.rate, from: rate.day, is_kept: of_day.is_some() });
        if of_day.is_none() {
            text = format!("{}\n\n{}", text.trim_end(), entry(&rate, import.day));
        }
    }
    let is_changed = text != before;
    let totals_before = totals(workspace, request);
    workspace.replace_prices("fx", text.clone());
    workspace.rates_before()?;
    let (effects, no_effects) = effects(totals_before, totals(workspace, request));
    Ok(ImportedRates { text, is_changed, changes, unchanged, effects, no_effects })
}

fn entry(rate: &ReferenceRate, day: Date) -> String {
    format!(
        "[[rates]]\nfrom = \"EUR\"\nto = \"{}\"\nrate = {}\neffective_from = {}\nretrieved_on = {day}\nsource = {}\n",
        rate.to,
        rate.rate,
        rate.day,
        quoted(SOURCE)
    )
}
