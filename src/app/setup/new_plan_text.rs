//! The texts of a new plan, with comments.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use jiff::civil::Date;
use rust_decimal::{Decimal, RoundingStrategy};

use crate::model::{CountRange, Currency, PriceSheet, StarterItem};
use crate::parse::GuessedDriverRaw;
use crate::source::Spanned;

/// What the comments of the settings show of other keys.
const MORE_SETTINGS: &str = include_str!("../../../templates/more-settings.toml");

/// What a new plan says.
pub(crate) struct PlanText<'p> {
    pub(crate) name: Option<&'p str>,
    pub(crate) currency: Currency,
    pub(crate) customers: CountRange,
    pub(crate) arpu: Option<String>,
    pub(crate) other_costs: Option<String>,
    pub(crate) cash: Option<String>,
    /// The sheets of its vendors, whose line items it has.
    pub(crate) sheets: Vec<&'p PriceSheet>,
    /// The drivers that formulas of these may use.
    pub(crate) drivers: &'p [(Spanned<String>, GuessedDriverRaw)],
}

/// The settings.
pub(crate) fn costplan_toml(plan: &PlanText<'_>) -> String {
    let mut text = String::from(
        "#:schema .costplan/project.schema.json\n\
         # The settings of this project. costplan finds this file in the working directory or above it.\n\
         # A flag wins over the environment (COSTPLAN_ARPU=20), and the environment over this file.\n\
         version = 1\n",
    );
    if let Some(name) = plan.name {
        let _ = writeln!(text, "name = {}", quoted(name));
    }
    text.push_str("\n[defaults]\n");
    let _ = writeln!(text, "currency = {}", quoted(&plan.currency.to_string()));
    let _ = match &plan.arpu {
        Some(arpu) => writeln!(text, "arpu = {} # what one customer pays a month", quoted(arpu)),
        None => writeln!(text, "# arpu = \"20 {}\" # what one customer pays a month", plan.currency),
    };
    text.push_str("\n# The months ahead: `costplan forecast`.\n[forecast]\n");
    let _ = writeln!(text, "months = 12\nfrom = {} # the customers of the first month", plan.customers.low);
    if let Some(growth) = growth(plan.customers) {
        let high = plan.customers.high.unwrap_or_default();
        let _ = writeln!(text, "growth = \"+{growth}/month\" # guess: as many new ones each month, {high} in a year");
    }
    for (key, amount, what, example) in [
        ("other_costs", &plan.other_costs, "what you spend a month on anything else", "9_000"),
        ("cash", &plan.cash, "what is in the bank", "50_000"),
    ] {
        let _ = match amount {
            Some(amount) => writeln!(text, "{key} = {} # {what}", quoted(amount)),
            None => writeln!(text, "# {key} = \"{example} {}\" # {what}", plan.currency),
        };
    }
    text.push('\n');
    text + MORE_SETTINGS
}

/// How many customers come each month, so that a range is passed in a year.
fn growth(customers: CountRange) -> Option<Decimal> {
    let more = customers.high?.checked_sub(customers.low).filter(|more| *more > 0)?;
    let each = Decimal::from(more).checked_div(Decimal::from(12))?;
    Some(each.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero).normalize())
}

/// The only stage.
pub(crate) fn stage_yaml(plan: &PlanText<'_>) -> String {
    let mut text = String::from(
        "# yaml-language-server: $schema=../.costplan/stage.schema.json\n\
         #\n\
         # The first stage of the plan. The prices are those of the vendors, with source and day (`costplan prices show SKU`).\n\
         # How much you use of them is a guess: look for `guess`, and write your own numbers.\n\
         version: 1\n\
         stage: 1 # a stage is named by its number, its name or its file: `costplan stage launch`\n\
         name: Launch\n",
    );
    let _ = writeln!(text, "customers: {} # the customers that the stage serves", plan.customers);
    let _ = writeln!(text, "currency: {}", plan.currency);
    let unit = Decimal::new(1, plan.currency.decimals());
    let _ = writeln!(text, "rounding: {{ line_items: {unit} }} # as vendors bill; without it amounts stay exact");
    let _ = writeln!(text, "# monthly_budget: ..500 # what you are willing to spend in a month");
    let _ = writeln!(
        text,
        "# targets: {{ share_of_mrr: 20% }} # the share of the revenue that the total should stay under"
    );
    let items: Vec<(&PriceSheet, &StarterItem)> =
        plan.sheets.iter().flat_map(|sheet| sheet.starter_in(plan.currency).map(|item| (*sheet, item))).collect();
    let formulas: Vec<&str> = items.iter().flat_map(|(_, item)| formulas(item)).collect();
    let drivers = used_drivers(&formulas, plan.drivers);
    if !drivers.is_empty() {
        text.push_str("\n# Numbers of a month that the formulas below use.\ndrivers:\n");
    }
    for (name, driver) in drivers {
        let source = quoted(&format!("guess: {}", driver.guess.value));
        let _ = writeln!(text, "  {}:\n    value: {}\n    source: {source}", name.value, driver.formula.value);
    }
    text.push_str("\n# A line item is a SKU of a price sheet, or a plain monthly `cost`.\nline_items:\n");
    for (place, (sheet, item)) in items.into_iter().enumerate() {
        if place > 0 {
            text.push('\n');
        }
        line_item(&mut text, sheet, item);
    }
    text
}

/// The drivers of a plan that some formulas use, directly or through other drivers.
fn used_drivers<'d>(
    formulas: &[&str],
    drivers: &'d [(Spanned<String>, GuessedDriverRaw)],
) -> Vec<&'d (Spanned<String>, GuessedDriverRaw)> {
    let mut used = vec![false; drivers.len()];
    let mut open: Vec<&str> = formulas.to_vec();
    while let Some(formula) = open.pop() {
        let names: BTreeSet<&str> = formula.split(|mark: char| !mark.is_ascii_alphanumeric() && mark != '_').collect();
        for (place, (name, driver)) in drivers.iter().enumerate() {
            if !used[place] && names.contains(name.value.as_str()) {
                used[place] = true;
                open.push(&driver.formula.value);
            }
        }
    }
    drivers.iter().zip(used).filter_map(|(driver, is_used)| is_used.then_some(driver)).collect()
}

fn formulas(item: &StarterItem) -> impl Iterator<Item = &str> {
    item.quantity.as_deref().into_iter().chain(item.usage.iter().map(|(_, usage)| &**usage))
}

fn line_item(text: &mut String, sheet: &PriceSheet, item: &StarterItem) {
    let sku = sheet.skus.iter().find(|sku| sku.name_in_sheet() == &*item.sku.value);
    let category = sku.and_then(|sku| sku.category.as_deref()).unwrap_or("other");
    let _ = writeln!(text, "  - name: {}\n    category: {category}", item.name);
    let _ = writeln!(text, "    sku: {}/{}", sheet.vendor, item.sku.value);
    if let Some(quantity) = &item.quantity {
        let _ = writeln!(text, "    quantity: {quantity}");
    }
    for (key, pairs) in [("options", &item.options), ("usage", &item.usage)] {
        if !pairs.is_empty() {
            let _ = writeln!(text, "    {key}:");
        }
        for (name, value) in pairs {
            let _ = writeln!(text, "      {name}: {value}");
        }
    }
    if item.is_within_allowance {
        text.push_str("    other_usage: within_allowance # guess: the rest stays within what is included\n");
    }
    if let Some(guess) = &item.guess {
        let _ = writeln!(text, "    note: {}", quoted(&format!("guess: {guess}")));
    }
}

/// The exchange rates that the owner gave.
pub(crate) fn exchange_rates(rates: &[(Currency, Decimal)], into: Currency, today: Date) -> String {
    let mut text = String::from(
        "#:schema ../.costplan/exchange-rates.schema.json\n\
         # Your own exchange rates; they replace the bundled ones. Write where you read them.\n\
         version = 1\n",
    );
    for (from, rate) in rates {
        let _ = write!(
            text,
            "\n[[rates]]\nfrom = \"{from}\"\nto = \"{into}\"\nrate = {rate}\neffective_from = {today}\nretrieved_on = \
             {today}\nsource = \"assumed: given to costplan init\"\n"
        );
    }
    text
}

/// A text in quotes, for TOML and YAML alike.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
