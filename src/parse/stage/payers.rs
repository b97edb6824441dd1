//! Which customers pay, and how.

use rust_decimal::Decimal;

use crate::parse::syntax::node::table;
use crate::source::Spanned;

table! {
    /// The paying customers who pay for a year at a time.
    pub struct YearlyPayersRaw is "`yearly_payers`" {
        /// Their share of the paying customers: `30%`.
        pub share: Spanned<Decimal>,
        /// What they pay less than those who pay by the month: `20%`; nothing less unless given.
        pub discount: Option<Spanned<Decimal>>,
    }
}
