//! What the price sheets of vendors say about the line items of a stage besides their prices.

use rust_decimal::Decimal;

use crate::model::Property;

/// What a price sheet says about a line item, or about the machines of a stage.
#[derive(Clone, Debug)]
pub enum OfferFinding {
    /// The vendor has ended its services.
    VendorClosed {
        /// The line item, by its place.
        line_item: usize,
    },
    /// The SKU can no longer be ordered.
    NotSold {
        /// The line item, by its place.
        line_item: usize,
    },
    /// The SKU, with its add-ons in the stage, does not offer what the line item needs, or the sheet does not say so.
    Specification {
        /// The line item, by its place.
        line_item: usize,
        /// What it is short of.
        short: Vec<Property>,
        /// What the sheet does not say.
        unknown: Vec<Property>,
    },
    /// A plain cost pays for something that the vendor's sheet lists.
    Listed {
        /// The line item, by its place.
        line_item: usize,
    },
    /// What the components of the stage need against what their machines have.
    Services(ServicesFit),
}

impl OfferFinding {
    /// The place of the line item that it is about; `None` if it is about the machines of the stage.
    pub fn line_item(&self) -> Option<usize> {
        match self {
            Self::VendorClosed { line_item }
            | Self::NotSold { line_item }
            | Self::Specification { line_item, .. }
            | Self::Listed { line_item } => Some(*line_item),
            Self::Services(fit) => fit.machines.first().copied(),
        }
    }
}

/// What components need of one size against what their machines have.
#[derive(Clone, Debug)]
pub struct ServicesFit {
    /// The size.
    pub property: Property,
    /// The components that say how much they need, by their places.
    pub services: Vec<usize>,
    /// How many other components run there.
    pub others: usize,
    /// The line items that they run on, by their places; empty if there is none.
    pub machines: Vec<usize>,
    /// What the components need together: a number, or GB.
    pub needed: Decimal,
    /// What the machines have together; `None` if one of them does not say it.
    pub available: Option<Decimal>,
    /// A component that needs more than any of the machines has on its own, by its place.
    pub too_large: Option<usize>,
}

impl ServicesFit {
    /// Whether the components fit; `None` if that is unknown.
    pub fn fits(&self) -> Option<bool> {
        self.available.map(|available| self.needed <= available && self.too_large.is_none())
    }
}
