//! Why the cost of a stage changed.

use rust_decimal::Decimal;

/// A cause of a change, in the order in which causes are applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    /// A line item was removed.
    Removed,
    /// A line item was added.
    Added,
    /// The quantity or the usage changed.
    Usage,
    /// Another SKU, or a change between a SKU and a plain cost.
    Product,
    /// Techniques in use.
    Techniques,
    /// Allowances, tiers, minima and other terms, and the order of the line items.
    Model,
    /// The prices themselves.
    Price,
    /// Exchange rates.
    ExchangeRate,
    /// Discounts and credits.
    Discounts,
    /// The buffer on the subtotal.
    Buffer,
    /// The effect of rounding on both sides.
    Rounding,
}

impl Cause {
    /// Every cause with its stable name, in order.
    pub const NAMES: [(&'static str, Self); 11] = [
        ("removed", Self::Removed),
        ("added", Self::Added),
        ("usage", Self::Usage),
        ("product", Self::Product),
        ("techniques", Self::Techniques),
        ("model", Self::Model),
        ("price", Self::Price),
        ("exchange_rate", Self::ExchangeRate),
        ("discounts", Self::Discounts),
        ("buffer", Self::Buffer),
        ("rounding", Self::Rounding),
    ];

    /// The stable name in JSON.
    pub fn as_str(self) -> &'static str {
        Self::NAMES.iter().find(|(_, cause)| *cause == self).map_or("", |(name, _)| name)
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
