//! The keys of a line item that concern its SKU.

use jiff::civil::Date;

use crate::parse::{AgreedPricesRaw, FormulaRaw, Mapping, UsageRuleRaw};
use crate::source::Spanned;

/// The usage, choices and agreed prices that a line item gives for its SKU.
pub(crate) struct Wishes {
    pub(crate) usage: Option<Mapping<FormulaRaw>>,
    pub(crate) other_usage: Option<Spanned<UsageRuleRaw>>,
    pub(crate) options: Option<Mapping<Spanned<String>>>,
    pub(crate) ordered_on: Option<Spanned<Date>>,
    pub(crate) of: Vec<Spanned<String>>,
    pub(crate) agreed: Option<AgreedPricesRaw>,
}
