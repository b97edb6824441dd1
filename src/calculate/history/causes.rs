//! Why the cost of a stage changed.

use crate::model::words::words;
use rust_decimal::Decimal;

words! {
    /// A cause of a change. The causes stand in the order in which they are let into a computation.
    #[derive(PartialOrd, Ord)]
    pub enum Cause {
        /// A line item that no longer exists.
        Removed = "removed",
        /// A line item that was not there.
        Added = "added",
        /// How many units there are, and how much of them is used.
        Usage = "usage",
        /// Another SKU, or a plain cost instead of one.
        Product = "product",
        /// Techniques in use.
        Techniques = "techniques",
        /// Allowances, tiers, minima and other terms, and the order of the line items.
        Model = "model",
        /// The prices themselves.
        Price = "price",
        /// Exchange rates.
        ExchangeRate = "exchange_rate",
        /// Discounts and credits.
        Discounts = "discounts",
        /// The contingency over the subtotal.
        Buffer = "buffer",
        /// What rounding adds on both sides.
        Rounding = "rounding",
    }
}

/// The effect of one cause on a cost; negative where it saves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Contribution {
    /// The cause.
    pub cause: Cause,
    /// The effect a month, in the reporting currency.
    pub amount: Decimal,
}

/// A change of a total, split by cause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribution {
    /// By how much the total grows.
    pub difference: Decimal,
    /// The effect of each cause on the total, with the buffer, in the order of the causes; causes without an effect are
    /// left out. The effects add up to the difference.
    pub contributions: Vec<Contribution>,
    /// The line items: those of the later stage in its order, each followed by the removed ones that came after it.
    pub line_items: Vec<LineChange>,
    /// Causes that could not be distinguished from a later one.
    pub merged: Vec<Merged>,
}

/// A line item before and after, without the buffer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineChange {
    /// Its name.
    pub name: Box<str>,
    /// Its place in the earlier stage; `None` if it was added.
    pub base: Option<usize>,
    /// Its place in the later stage; `None` if it was removed.
    pub head: Option<usize>,
    /// By how much its cost grows.
    pub difference: Decimal,
    /// The effect of each cause; they add up to the difference.
    pub contributions: Vec<Contribution>,
    /// Why the unknown part of its cost changed, which no amount shows; `None` if it did not, or there is none.
    pub unknown: Option<Cause>,
}

/// A cause whose effect is included in a later one, since the stage between the two cannot be computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Merged {
    /// The cause.
    pub cause: Cause,
    /// The later cause that includes it.
    pub into: Cause,
}
