//! A new plan: the line items of the vendors that are named, and what they cost.

use std::collections::BTreeSet;

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::app::cost::{CostedRange, stage};
use crate::app::request::Request;
use crate::app::setup::new_plan_text::{PlanText, costplan_toml, exchange_rates, stage_yaml};
use crate::calculate::{price_ages, rate_ages};
use crate::diagnostic::{Code, Diagnostic, Failure};
use crate::model::{CountRange, Currency, MaxAge, PriceSheet};
use crate::parse::AmountRaw;
use crate::resolve;
use crate::source::Spanned;
use crate::workspace::{VendorSheet, Workspace};

/// The file of the only stage of a new plan.
pub const NEW_STAGE: &str = "stages/1-launch.yaml";

/// What is asked of a new plan. What is left out is guessed.
#[derive(Clone, Debug, Default)]
pub struct NewPlan {
    /// The name of the project; that of its directory unless given.
    pub name: Option<Spanned<String>>,
    /// The currency of the plan.
    pub currency: Option<Spanned<Currency>>,
    /// The customers now and in a year; without the second number the range is open.
    pub customers: Option<Spanned<CountRange>>,
    /// What one customer pays a month.
    pub arpu: Option<AmountRaw>,
    /// The vendors whose line items the plan has; those of a plan of which nothing is known if none is given.
    pub vendors: Vec<Spanned<String>>,
    /// Monthly costs other than the infrastructure.
    pub other_costs: Option<AmountRaw>,
    /// The cash at the start.
    pub cash: Option<AmountRaw>,
    /// How much one unit of other currencies is in that of the plan, where the bundled rates do not say.
    pub rates: Vec<(Spanned<String>, Spanned<Decimal>)>,
}

/// A new plan that can be written.
#[derive(Debug)]
pub struct NewPlanFiles {
    /// The texts by their paths from the directory of the project.
    pub files: Vec<(&'static str, String)>,
    /// The number of customers now.
    pub customers: u64,
    /// Its stage, computed at that number.
    pub costed: CostedRange,
    /// The SKUs with list prices that are older than they may be, with the day on which these were read.
    pub old_prices: Vec<(String, Date)>,
    /// How many exchange rates are older than they may be.
    pub old_rates: usize,
}

/// Makes a plan of the line items that the price sheets have for new plans, and computes it as any other project. Nothing
/// is written. `workspace` is what the vendors are looked up in.
///
/// # Errors
/// `unknown-vendor`, `invalid-argument` for a vendor without line items for new plans and for a missing rate,
/// `negative-amount`, and everything that is wrong with the plan.
pub fn new_plan(workspace: &mut Workspace, asked: &NewPlan, today: Date) -> Result<NewPlanFiles, Failure> {
    let made = made(workspace, asked, today).map_err(|wrong| workspace.failure(wrong))?;
    let (files, customers) = made;
    let mut plan = Workspace::in_memory(files.clone())?;
    let costed = stage(&mut plan, "1", &Request::today(today).customers(customers))?;
    let of_plan = || std::iter::once(&costed.stage);
    let prices = price_ages(of_plan(), MaxAge::DEFAULT, today);
    let stale = prices.iter().filter(|price| price.is_stale);
    let mut old_prices: Vec<(String, Date)> =
        stale.map(|price| (price.sku.id.to_string(), price.citation.retrieved_on)).collect();
    old_prices.dedup();
    let old_rates = rate_ages(of_plan(), MaxAge::DEFAULT, today).iter().filter(|rate| rate.is_stale).count();
    Ok(NewPlanFiles { files, customers, costed, old_prices, old_rates })
}

/// The vendors that a new plan can be made of, each with its name for display.
///
/// # Errors
/// Everything that is wrong with the price sheets.
pub fn vendors_of_new_plans(workspace: &mut Workspace) -> Result<Vec<(String, String)>, Failure> {
    let sheets = workspace.sheets_of_vendors().map_err(|wrong| workspace.failure(wrong))?;
    let with_items = sheets.iter().map(|of| &of.sheet).filter(|sheet| !sheet.starter.is_empty());
    let named = |id: &str, name: Option<&str>| (id.to_owned(), name.unwrap_or(id).to_owned());
    Ok(with_items.map(|sheet| named(&sheet.vendor, sheet.name.as_deref())).collect())
}

/// The currencies of some vendors that have no bundled exchange rate into another one.
///
/// # Errors
/// Everything that is wrong with the price sheets and the rates.
pub fn currencies_without_rate(
    workspace: &mut Workspace,
    vendors: &[String],
    into: Currency,
    today: Date,
) -> Result<BTreeSet<Currency>, Failure> {
    let found = workspace.sheets_of_vendors().and_then(|sheets| {
        let chosen = sheets.iter().filter(|of| vendors.iter().any(|id| **id == *of.sheet.vendor));
        let currencies: BTreeSet<Currency> = chosen.flat_map(|of| currencies(&of.sheet, into)).collect();
        workspace.without_rate(currencies, into, today)
    });
    found.map_err(|wrong| workspace.failure(wrong))
}

type Made = (Vec<(&'static str, String)>, u64);

fn made(workspace: &mut Workspace, asked: &NewPlan, today: Date) -> Result<Made, Vec<Diagnostic>> {
    let guesses = workspace.new_plan_guesses()?;
    let sheets = workspace.sheets_of_vendors()?;
    let currency = asked.currency.map(|currency| currency.value).or(Currency::parse(&guesses.currency.value));
    let currency = currency.unwrap_or(Currency::USD);
    let vendors = if asked.vendors.is_empty() { &guesses.vendors } else { &asked.vendors };
    let chosen = chosen(vendors, currency, &sheets);
    let amounts = [&asked.arpu, &asked.other_costs, &asked.cash].into_iter().flatten();
    let mut wrong: Vec<Diagnostic> = amounts.filter_map(negative).collect();
    let chosen = chosen.map_err(|found| wrong.extend(found)).unwrap_or_default();
    let rates = rates(workspace, &chosen, &asked.rates, currency, today).map_err(|found| wrong.extend(found));
    let (Ok(rates), true) = (rates, wrong.is_empty()) else { return Err(wrong) };
    let customers = customers(asked.customers.unwrap_or(guesses.customers).value);
    let plan = PlanText {
        name: asked.name.as_ref().map(|name| name.value.as_str()),
        currency,
        customers,
        arpu: asked.arpu.as_ref().map(|amount| written(workspace, amount, currency)),
        other_costs: asked.other_costs.as_ref().map(|amount| written(workspace, amount, currency)),
        cash: asked.cash.as_ref().map(|amount| written(workspace, amount, currency)),
        sheets: chosen.iter().map(|of| &of.sheet).collect(),
        drivers: &guesses.drivers.entries,
    };
    let mut files = vec![("costplan.toml", costplan_toml(&plan)), (NEW_STAGE, stage_yaml(&plan))];
    files.extend((!rates.is_empty()).then(|| ("pricing/fx.toml", exchange_rates(&rates, currency, today))));
    Ok((files, customers.low))
}

/// A number alone is that of now: how many there will be is not known.
fn customers(range: CountRange) -> CountRange {
    let high = range.high.filter(|high| *high != range.low);
    CountRange { high, ..range }
}

/// The sheets of vendors, each once, in the order in which they are named.
fn chosen<'s>(
    vendors: &[Spanned<String>],
    currency: Currency,
    sheets: &'s [VendorSheet],
) -> Result<Vec<&'s VendorSheet>, Vec<Diagnostic>> {
    let known = || sheets.iter().map(|of| &*of.sheet.vendor);
    let mut chosen: Vec<&VendorSheet> = Vec::new();
    let mut wrong = Vec::new();
    for vendor in vendors {
        match sheets.iter().find(|of| *of.sheet.vendor == *vendor.value) {
            Some(of) if of.sheet.starter_in(currency).next().is_none() => wrong.push(without_items(vendor)),
            Some(of) if chosen.iter().any(|known| known.sheet.vendor == of.sheet.vendor) => {}
            Some(of) => chosen.push(of),
            None => {
                let named = vendor.as_ref().map(String::as_str);
                wrong.push(resolve::unknown_vendor(Code::UnknownVendor, named, known()));
            }
        }
    }
    if wrong.is_empty() { Ok(chosen) } else { Err(wrong) }
}

/// The currencies of the prices of what a plan in a currency gets from a vendor.
fn currencies(sheet: &PriceSheet, of_plan: Currency) -> BTreeSet<Currency> {
    let named: Vec<&str> = sheet.starter_in(of_plan).map(|item| &*item.sku.value).collect();
    let skus = sheet.skus.iter().filter(|sku| named.contains(&sku.name_in_sheet()));
    let prices = skus.flat_map(|sku| &sku.charges).flat_map(|charge| &charge.prices);
    prices.map(|terms| terms.currency).collect()
}

fn without_items(vendor: &Spanned<String>) -> Diagnostic {
    let message = format!("the price sheet of `{}` has no line items for a new plan", vendor.value);
    let diagnostic = Diagnostic::at(Code::InvalidArgument, vendor.span, message, "");
    let list = format!("`costplan prices list --vendor {}` lists what it sells", vendor.value);
    diagnostic.help(format!("leave it out and add a line item yourself: {list}"))
}

fn negative(amount: &AmountRaw) -> Option<Diagnostic> {
    let is_negative = amount.number.is_sign_negative() && !amount.number.is_zero();
    is_negative.then(|| Diagnostic::at(Code::NegativeAmount, amount.span, "an amount cannot be negative", ""))
}

/// The rates that are given. Reports those that are missing, and those that are of no use.
fn rates(
    workspace: &mut Workspace,
    chosen: &[&VendorSheet],
    given: &[(Spanned<String>, Spanned<Decimal>)],
    currency: Currency,
    today: Date,
) -> Result<Vec<(Currency, Decimal)>, Vec<Diagnostic>> {
    let used: BTreeSet<Currency> = chosen.iter().flat_map(|of| currencies(&of.sheet, currency)).collect();
    let mut wrong = Vec::new();
    let mut rates: Vec<(Currency, Decimal)> = Vec::new();
    for (name, rate) in given {
        match Currency::parse(&name.value).filter(|from| *from != currency && used.contains(from)) {
            Some(from) if rate.value > Decimal::ZERO => rates.push((from, rate.value)),
            Some(_) => {
                let diagnostic = Diagnostic::at(Code::InvalidNumber, rate.span, "a rate must be above zero", "");
                wrong.push(diagnostic.help(format!("write how much one {} is in {currency}", name.value)));
            }
            None => {
                let message = format!("none of these vendors has prices in `{}` that need a rate", name.value);
                wrong.push(Diagnostic::at(Code::InvalidArgument, name.span, message, ""));
            }
        }
    }
    let missing = workspace.without_rate(used, currency, today)?;
    for from in missing.into_iter().filter(|from| rates.iter().all(|(given, _)| given != from)) {
        let message = format!("there is no exchange rate from {from} to {currency}");
        let diagnostic = Diagnostic::new(Code::MissingExchangeRate, message);
        wrong.push(diagnostic.help(format!("say how much one {from} is: `--rate {from}=NUMBER`")));
    }
    if wrong.is_empty() { Ok(rates) } else { Err(wrong) }
}

/// An amount with its currency.
fn written(workspace: &Workspace, amount: &AmountRaw, currency: Currency) -> String {
    match (&amount.currency, &amount.per) {
        (None, None) => format!("{} {currency}", amount.number.normalize()),
        _ => workspace.sources.slice(amount.span).trim().to_owned(),
    }
}
