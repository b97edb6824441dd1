//! What a program asks of a project in JSON, as a page does: a stage, and what is set on it.

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::diagnostic::Problems;
use crate::model::words::words;
use crate::model::{Currency, MonthLength};
use crate::parse::prices::condition::ConditionRaw;
use crate::parse::stage::formula::FormulaRaw;
use crate::parse::syntax::amount::AmountRaw;
use crate::parse::syntax::json;
use crate::parse::syntax::node::{FromNode as _, Mapping, Reader, table};
use crate::source::{FileId, Spanned, Text};

words! {
    /// The kind of the question.
    pub enum QuestionKind is "a kind of question" {
        /// What the stage costs, as `costplan stage --format json` says it.
        Stage = "stage",
        /// The same for the script of a page.
        Page = "page",
        /// What can be set on the stage.
        Inputs = "inputs",
        /// The forecast of the plan, for a page.
        Forecast = "forecast",
        /// What saves something on the stage, for a page.
        Savings = "savings",
    }
}

table! {
    /// A question about a stage. Its keys are those of scenarios and flags, and mean the same.
    pub struct QuestionRaw is "a question" {
        /// The kind of the question: the costs unless given.
        pub ask: Option<Spanned<QuestionKind>>,
        /// The stage by its number, its name or the stem of its file.
        pub stage: Spanned<String>,
        /// The day whose prices apply unless something else names one.
        pub today: Spanned<Date>,
        /// The day whose prices apply.
        pub as_of: Option<Spanned<Date>>,
        /// The number of customers.
        pub customers: Option<Spanned<u64>>,
        /// The monthly recurring revenue.
        pub mrr: Option<AmountRaw>,
        /// The average revenue per customer and month.
        pub arpu: Option<AmountRaw>,
        /// The scenario.
        pub scenario: Option<Spanned<String>>,
        /// The reporting currency.
        pub currency: Option<Spanned<Currency>>,
        /// The buffer on the subtotal.
        pub buffer: Option<Spanned<Decimal>>,
        /// The hours of a month.
        pub hours_per_month: Option<Spanned<MonthLength>>,
        /// The rate of the tax on the total.
        pub tax: Option<Spanned<Decimal>>,
        /// Whether all vendors bill under the reverse charge.
        pub reverse_charge: Option<bool>,
        /// Whether agreed prices are ignored.
        pub list_prices: Option<bool>,
        /// The techniques in use, in addition to those of the scenario.
        pub apply: Vec<Spanned<String>>,
        /// Drivers, and inputs of techniques as `spot-gpu.share`.
        pub set: Option<Mapping<FormulaRaw>>,
        /// The quantities of line items, by their names.
        pub quantities: Option<Mapping<Spanned<Decimal>>>,
        /// Which line items are counted: `env=prod`.
        pub r#where: Vec<ConditionRaw>,
    }
}

/// Reads a question.
pub fn question(file: FileId, text: &str, problems: &mut Problems) -> Option<QuestionRaw> {
    let node = json::parse(file, text, problems)?;
    QuestionRaw::from_node(node, &mut Reader { text: Text::of(file, text), problems })
}
