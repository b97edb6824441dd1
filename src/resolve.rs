//! Turns raw structs into the valid model: looks up every name, unit, price and rate, and collects every problem.
//!
//! ```text
//! PriceSheetRaw    -> PriceSheet --.
//! ExchangeRatesRaw -> ExchangeRates +-> PriceBook --.
//! StageManifestRaw ---------------------------------+-> Stage, bound to a day and a currency
//! Request ------------------------------------------'
//! ```
//!
//! When this module returns `Some`, `calculate` can fail only on the numbers themselves: a result that is too large or
//! needs too many digits, a division by zero, an amount below zero.
//!
//! May import `parse`, `model`, `source` and `diagnostic`.

pub(crate) mod actuals;
pub(crate) mod amount;
pub(crate) mod budget;
pub(crate) mod checks;
mod formula;
pub(crate) mod history;
pub(crate) mod plan;
pub(crate) mod playbook;
pub(crate) mod prices;
pub(crate) mod savings;
pub(crate) mod stage;

use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::source::Spanned;

pub use actuals::bill::{Bill, BillRequest, MonthOfBill, bill};
pub use actuals::bill_value::check_name as check_billed_name;
pub use actuals::customers::{CustomersFile, MonthFigures, customers_file, customers_layout};
pub use actuals::engine::{Engine, TagsAs};
pub use actuals::layouts::bill_layouts;
pub use actuals::month::{actual_month, billed_amount, check_begun, check_month, latest_month};
pub use actuals::query::BillQuery;
pub use actuals::rules::match_rules;
pub use budget::budget::{BudgetContext, budget, check_budget};
pub use budget::check_plan::{checked_stages, unused};
pub use history::snapshot::{Snapshot, SnapshotCosting, snapshot};
pub use plan::forecast::{ForecastContext, forecast, monthly_amount, months};
pub use plan::forecast_names::forecast_names;
pub use playbook::check_record::check_record;
pub use playbook::checklist::checklist;
pub use playbook::metrics::{check_bounds, metrics};
pub use playbook::placeholder::check_script;
pub use playbook::purchases::purchases;
pub use playbook::runbook::{fill_runbook, runbook};
pub use prices::book::PriceBook;
pub use prices::exchange_rates::{ExchangeRates, exchange_rates};
pub use prices::mapping::check_mapping;
pub use prices::missing::{check_new_vendor, unknown_vendor, ways_on};
pub use prices::price_sheet::{check_names, price_sheet};
pub use prices::quote::{QuoteRaw, quote};
pub use savings::replacement::needed_prices;
pub use savings::technique::technique;
pub use savings::technique_money::RatesOn;
pub use savings::technique_use::{
    ChosenTechnique, apply, assumed_share, check_set_offers, check_wish_inputs, check_wishes, offers, share_of,
};
pub use stage::request::{Fallbacks, Request, RevenueRaw, TechniqueSetRaw, split_set};
pub use stage::scenario::{ScenarioFile, one_revenue, scenario};
pub use stage::stage::stage;
pub use stage::substitute::substitutes;
pub use stage::tags::{check_by, check_conditions};
pub(crate) use stage::tax::check_project_tax;
pub use stage::tax::tax_table;

/// Reports a format version other than 1.
pub fn check_version(version: Spanned<u64>, problems: &mut Problems) {
    if version.value != 1 {
        let message = format!("version {} of this format is unknown", version.value);
        let diagnostic =
            Diagnostic::at(Code::UnsupportedVersion, version.span, message, "written for another version of costplan");
        problems.push(diagnostic.help("this version of costplan reads format version 1"));
    }
}

/// Reports a name that formulas cannot use: it must have only lower-case letters, digits and `_`, and start with a
/// letter.
fn check_identifier(name: &Spanned<String>, what: &str, problems: &mut Problems) {
    check_shape(name, what, "formulas cannot use this name", problems);
}

/// Reports a name that is not an identifier, with `label` after the caret.
fn check_shape(name: &Spanned<String>, what: &str, label: &str, problems: &mut Problems) {
    let starts = name.value.starts_with(|first: char| first.is_ascii_lowercase());
    let shaped = name.value.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    if !starts || !shaped {
        let message = format!("`{}` cannot be the name of {what}", name.value);
        let diagnostic = Diagnostic::at(Code::InvalidName, name.span, message, label);
        problems.push(diagnostic.help("use lower-case letters, digits and `_`, starting with a letter"));
    }
}

/// Reports an id that cannot be part of `vendor/sku`: it must have only lower-case letters, digits, `-`, `_` and `.`.
fn check_id(name: &Spanned<String>, what: &str, problems: &mut Problems) {
    if !is_id(&name.value) {
        let message = format!("`{}` cannot be the id of {what}", name.value);
        let diagnostic = Diagnostic::at(Code::InvalidName, name.span, message, "");
        problems.push(diagnostic.help("use lower-case letters, digits, `-`, `_` and `.`"));
    }
}

/// Whether a text can be part of `vendor/sku`.
fn is_id(text: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_' | b'.');
    !text.is_empty() && text.bytes().all(is_part) && !text.starts_with('.')
}
