//! Imports the prices of a vendor's own answer into a price sheet of the project.

use std::io::BufRead;

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::app::request::Request;
use crate::calculate::{self, Unobserved};
use crate::diagnostic::{Diagnostic, Failure, Problems};
use crate::import::{
    Head, ImportTerms, ImportedSku, Merged, ReadAnswers, Target, head_of, head_values, merge, quoted, read_answers,
    read_aws_lists,
};
use crate::model::{Currency, ImportedChanges, Inputs, Stage, StageEffect, Trust};
use crate::parse::PriceMappingRaw;
use crate::resolve;
use crate::source::{FileId, Spanned};
use crate::workspace::{Selection, SheetBefore, Workspace};

/// What is requested of an import. The answers are texts of the workspace.
#[derive(Clone, Debug)]
pub struct PriceImport {
    /// The vendor's id, or the name of a mapping whose answers name their vendors.
    pub vendor: Spanned<String>,
    /// The answers.
    pub answers: Vec<FileId>,
    /// A mapping in place of the bundled ones.
    pub mapping: Option<FileId>,
    /// Which records are wanted, by a value of theirs and a pattern.
    pub select: Vec<(String, String)>,
    /// The day on which the answers were read.
    pub day: Date,
    /// Whether the answers are a part of what the vendor sells, so that what they lack may still be sold.
    pub is_part: bool,
    /// How a new sheet names its schema.
    pub schema: Option<String>,
}

/// The sheets of an import, none of which is written yet.
#[derive(Debug)]
pub struct ImportedPrices {
    /// The sheets, by vendor.
    pub sheets: Vec<ImportedSheet>,
    /// What the import does to the totals of the project's own stages.
    pub effects: Vec<StageEffect>,
    /// Why these totals are not known.
    pub no_effects: Option<String>,
    /// How many records of the answers have no price.
    pub without_price: usize,
    /// Whether the answers are only a part, so that no SKU was ended.
    pub is_part: bool,
}

/// A price sheet with imported prices.
#[derive(Debug)]
pub struct ImportedSheet {
    /// The vendor's id.
    pub vendor: String,
    /// Its text.
    pub text: String,
    /// Whether the project does not have the sheet yet.
    pub is_new: bool,
    /// Whether its text differs from what it was.
    pub is_changed: bool,
    /// What changed.
    pub changes: ImportedChanges,
}

/// Reads answers and merges their prices into the sheets of their vendors. Nothing is written; the workspace goes on with the
/// new sheets.
///
/// # Errors
/// `other-answer`, everything that is wrong with the answers, and with the sheets.
pub fn import_prices(
    workspace: &mut Workspace,
    request: &Request,
    import: &PriceImport,
) -> Result<ImportedPrices, Failure> {
    imported(workspace, request, import).map_err(|wrong| workspace.failure(wrong))
}

/// Whether a text begins as a price list of AWS, which is imported with [`import_aws`].
pub fn is_aws_list(start: &[u8]) -> bool {
    crate::import::is_aws_list(start)
}

/// Reads price lists of AWS, which are not kept in memory, and merges what is selected as [`import_prices`] does.
///
/// # Errors
/// `invalid-argument` if nothing is selected, and as [`import_prices`].
pub fn import_aws(
    workspace: &mut Workspace,
    request: &Request,
    import: &PriceImport,
    lists: impl IntoIterator<Item = (String, impl BufRead)>,
) -> Result<ImportedPrices, Failure> {
    let mut problems = Problems::default();
    resolve::check_new_vendor(&import.vendor, &mut problems);
    let read =
        if problems.is_empty() { read_aws_lists(lists, &import.terms(false)) } else { Err(problems.into_sorted()) };
    let imported = read.and_then(|read| merged(workspace, request, import, &read));
    imported.map_err(|wrong| workspace.failure(wrong))
}

impl PriceImport {
    fn terms(&self, is_source: bool) -> ImportTerms<'_> {
        ImportTerms {
            vendor: (!is_source).then_some(self.vendor.value.as_str()),
            vendor_of_answer: &self.vendor.value,
            day: self.day,
            select: &self.select,
        }
    }
}

fn imported(
    workspace: &mut Workspace,
    request: &Request,
    import: &PriceImport,
) -> Result<ImportedPrices, Vec<Diagnostic>> {
    let (mappings, is_source) = mappings(workspace, import)?;
    let read = read_answers(&mappings, &import.answers, &import.terms(is_source), &workspace.sources)?;
    merged(workspace, request, import, &read)
}

fn merged(
    workspace: &mut Workspace,
    request: &Request,
    import: &PriceImport,
    read: &ReadAnswers,
) -> Result<ImportedPrices, Vec<Diagnostic>> {
    let before = totals(workspace, request);
    let is_part = import.is_part || read.has_more;
    let sheets = sheets(workspace, import, read, is_part)?;
    let (effects, no_effects) = effects(before, totals(workspace, request));
    Ok(ImportedPrices { sheets, effects, no_effects, without_price: read.without_price, is_part })
}

/// The mappings that may fit, and whether the request names a source and not a vendor.
fn mappings(workspace: &mut Workspace, import: &PriceImport) -> Result<(Vec<PriceMappingRaw>, bool), Vec<Diagnostic>> {
    let mut problems = Problems::default();
    let vendor = &import.vendor;
    if let Some(file) = import.mapping {
        resolve::check_new_vendor(vendor, &mut problems);
        let mapping = workspace.mapping(file)?;
        return if problems.is_empty() { Ok((vec![mapping], false)) } else { Err(problems.into_sorted()) };
    }
    let bundled = workspace.bundled_mappings()?;
    // A source has the prices of several vendors: it has the name of none.
    let is_source =
        |name: &str, mapping: &PriceMappingRaw| mapping.vendor.is_some() || !Workspace::is_bundled_vendor(name);
    if let Some((_, mapping)) = bundled.iter().find(|(name, mapping)| *name == vendor.value && is_source(name, mapping))
    {
        return Ok((vec![mapping.clone()], mapping.vendor.is_some()));
    }
    resolve::check_new_vendor(vendor, &mut problems);
    if !problems.is_empty() {
        return Err(problems.into_sorted());
    }
    let own = bundled.iter().filter(|(name, _)| *name == vendor.value);
    let shared = bundled.iter().filter(|(name, mapping)| *name != vendor.value && is_source(name, mapping));
    Ok((own.chain(shared).map(|(_, mapping)| mapping.clone()).collect(), false))
}

/// Merges the prices of each vendor into its sheet.
fn sheets(
    workspace: &mut Workspace,
    import: &PriceImport,
    read: &ReadAnswers,
    is_part: bool,
) -> Result<Vec<ImportedSheet>, Vec<Diagnostic>> {
    let mut vendors: Vec<&str> = read.skus.iter().map(|sku| sku.vendor.as_str()).collect();
    vendors.sort_unstable();
    vendors.dedup();
    let mut sheets = Vec::new();
    for vendor in vendors {
        let skus = read.skus.iter().filter(|sku| sku.vendor == vendor).cloned();
        let skus: Vec<ImportedSku> = skus.map(|sku| selected(sku, &import.select)).collect();
        let Some(first) = skus.first() else { continue };
        let before = workspace.sheet_before(vendor)?;
        let text = match before.own {
            Some(file) => workspace.sources.text(file).to_owned(),
            None => new_sheet(vendor, first, read, &before, import, workspace),
        };
        let head = head_in(&text, first);
        let bundled = before.bundled.map(|file| workspace.sources.text(file).to_owned());
        let target = Target {
            vendor,
            text: &text,
            file: before.own,
            bundled: bundled.as_deref(),
            known: &before.known,
            head,
            day: skus.iter().map(|sku| sku.retrieved_on).max().unwrap_or(import.day),
            is_whole: !is_part,
            is_selection: !import.select.is_empty(),
        };
        let Merged { text: merged, changes } = merge(&target, &skus, &mut workspace.sources)?;
        let is_changed = merged != text;
        let is_new = before.own.is_none();
        workspace.replace_prices(vendor, merged.clone());
        // What costplan could not read again is not written.
        workspace.sheet_before(vendor)?;
        sheets.push(ImportedSheet { vendor: vendor.to_owned(), text: merged, is_new, is_changed, changes });
    }
    Ok(sheets)
}

/// A SKU whose source says which records were selected, so that another selection does not end it.
fn selected(sku: ImportedSku, select: &[(String, String)]) -> ImportedSku {
    if select.is_empty() {
        return sku;
    }
    let said: Vec<String> = select.iter().map(|(name, pattern)| format!("{name}={pattern}")).collect();
    ImportedSku { source: format!("{} ({})", sku.source, said.join(", ")), ..sku }
}

/// The head of a new sheet.
fn new_sheet(
    vendor: &str,
    first: &ImportedSku,
    read: &ReadAnswers,
    before: &SheetBefore,
    import: &PriceImport,
    workspace: &Workspace,
) -> String {
    let schema = import.schema.as_ref().map(|schema| format!("#:schema {schema}\n")).unwrap_or_default();
    let name = before.known.name.as_deref().map(str::to_owned).or_else(|| read.vendor_name.clone());
    let name = name.map(|name| format!("name = {}\n", quoted(&name))).unwrap_or_default();
    let extends = if before.is_bundled_read { "extends = \"bundled\"\n" } else { "" };
    let currency = before.known.currency.unwrap_or(first.currency);
    let bundled = before.bundled.map(|file| head_of(workspace.sources.text(file))).unwrap_or_default();
    let hours = bundled.lines().find(|line| line.starts_with("hours_per_month"));
    let hours = hours.map(|line| format!("{line}\n")).unwrap_or_default();
    format!(
        "{schema}version = 1\nvendor = \"{vendor}\"\n{name}{extends}currency = \"{currency}\"\nsource = {}\nretrieved_on = {}\ntrust = \"{}\"\n{hours}",
        quoted(&first.source),
        first.retrieved_on,
        first.trust.as_str()
    )
}

/// What the head of a sheet says, which was read before.
fn head_in(text: &str, first: &ImportedSku) -> Head {
    let read = head_values(text);
    let value = |key: &str| read.iter().find(|(known, _)| known == key).map(|(_, value)| value.as_str());
    Head {
        currency: value("currency").and_then(Currency::parse).unwrap_or(first.currency),
        source: value("source").map_or_else(|| first.source.clone(), str::to_owned),
        trust: value("trust")
            .and_then(|word| Trust::WORDS.iter().find(|(known, _)| *known == word))
            .map_or(first.trust, |(_, trust)| *trust),
        includes_tax: value("includes_tax").is_some(),
    }
}

/// The totals of stages at their numbers of customers; why they cannot be computed.
pub(super) type Totals = Result<Vec<(Stage, u64, Decimal)>, String>;

/// The totals of the project's own stages.
pub(super) fn totals(workspace: &mut Workspace, request: &Request) -> Totals {
    if !workspace.has_own_stages() {
        return Err("the project has no stages of its own".to_owned());
    }
    let computed = request.settled(workspace).and_then(|settled| {
        let stages = workspace.resolved(Selection::all(), &settled.request)?;
        let mut totals = Vec::new();
        for (stage, revenue) in stages {
            let customers = settled.customers.unwrap_or_else(|| stage.usual_customers());
            workspace.spend_on(&stage, 1)?;
            let costing = calculate::stage(&stage, Inputs { customers, revenue }, &mut Unobserved)?;
            totals.push((stage, customers, costing.totals.total));
        }
        Ok(totals)
    });
    computed.map_err(|wrong: Vec<Diagnostic>| wrong.first().map(|first| first.message.clone()).unwrap_or_default())
}

/// What happens to totals, or why that is not known.
pub(super) fn effects(before: Totals, after: Totals) -> (Vec<StageEffect>, Option<String>) {
    let (before, after) = match (before, after) {
        (Ok(before), Ok(after)) => (before, after),
        (Err(reason), _) => return (Vec::new(), Some(reason)),
        (Ok(_), Err(reason)) => return (Vec::new(), Some(format!("with the new prices: {reason}"))),
    };
    let effect = |((stage, customers, before), (_, _, after)): ((Stage, u64, Decimal), (_, _, Decimal))| StageEffect {
        id: stage.id,
        name: stage.name.to_string(),
        customers,
        currency: stage.currency,
        totals: Ok([before, after]),
    };
    let pairs = before.into_iter().zip(after);
    (pairs.map(|(before, after): (_, (Stage, u64, Decimal))| effect((before, after))).collect(), None)
}
