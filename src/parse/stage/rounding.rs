//! Rounding of amounts.

use rust_decimal::Decimal;

use crate::model::Direction;
use crate::parse::syntax::node::table;
use crate::source::Spanned;

table! {
    /// Rounding to a multiple of `to`.
    pub struct RoundingRaw is "a rounding" {
        /// The step: `1` for whole units, `0.01` for cents.
        pub to: Spanned<Decimal>,
        /// `nearest` (half away from zero, the default), `up` or `down`.
        pub direction: Option<Spanned<Direction>>,
    }
}
