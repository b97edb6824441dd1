//! How far the total of a stage moves with each of its inputs.

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::model::{Amount, Currency, LinePricing, Slot, Stage};
use crate::source::Span;

/// The inputs of a stage, ranked by how far the total moves with each.
#[derive(Clone, Debug)]
pub struct Sensitivity {
    /// By how much each input is changed, as a ratio.
    pub by: Decimal,
    /// The exact total of the unchanged stage, of known costs; `None` if there are none, and then no input is ranked.
    pub total: Option<Decimal>,
    /// The inputs: those with larger moves first, those that cannot be changed at either end last; ties by label.
    pub inputs: Vec<InputSensitivity>,
}

impl Sensitivity {
    /// The estimate that moves the total the most.
    pub fn estimate_to_improve(&self) -> Option<&InputSensitivity> {
        self.inputs.iter().find(|input| input.input.is_estimate()).filter(|input| input.moves())
    }
}

/// How the total moves if one input is lower or higher and everything else is unchanged.
#[derive(Clone, Debug)]
pub struct InputSensitivity {
    /// The input.
    pub input: StageInput,
    /// Its label, as shown.
    pub label: Box<str>,
    /// Its value. The prices of a SKU have the ratio 1, since all of them are scaled together.
    pub value: Amount,
    /// The basis of the value.
    pub basis: Basis,
    /// Where the value is written.
    pub span: Option<Span>,
    /// With the lower input.
    pub low: InputEnd,
    /// With the higher input.
    pub high: InputEnd,
}

impl InputSensitivity {
    /// The larger move, without its sign; `None` if the stage cannot be computed at either end.
    pub fn largest_move(&self) -> Option<Decimal> {
        let moves = [&self.low, &self.high].map(|end| end.outcome.as_ref().ok().map(|outcome| outcome.moved.abs()));
        moves.into_iter().flatten().max()
    }

    /// Whether the total moves with it at all.
    pub fn moves(&self) -> bool {
        self.largest_move().is_some_and(|largest| !largest.is_zero())
    }

    /// Whether the stage can be computed at both ends, and the total is the same at both.
    pub fn moves_nothing(&self) -> bool {
        self.low.outcome.is_ok() && self.high.outcome.is_ok() && !self.moves()
    }
}

/// An input at one end.
#[derive(Clone, Debug)]
pub struct InputEnd {
    /// Its value there; `None` if there is none, as with fewer than zero customers.
    pub value: Option<Amount>,
    /// The total there, or why it cannot be computed.
    pub outcome: Result<Outcome, Box<str>>,
}

/// The total with an input changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The exact total.
    pub total: Decimal,
    /// That total less the total of the unchanged stage.
    pub moved: Decimal,
}

/// An input that the total of a stage may depend on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StageInput {
    /// The number of customers.
    Customers,
    /// The revenue, as it is given.
    Revenue,
    /// A driver, by its place in [`Stage::drivers`].
    Driver(usize),
    /// The usage that a line item gives for a meter or an input of its SKU.
    Usage {
        /// The line item, by its place.
        line_item: usize,
        /// The meter or input, by its slot in [`Sku::scope`](crate::model::Sku::scope).
        slot: Slot,
    },
    /// The quantity of a line item, by its place.
    Quantity(usize),
    /// The plain cost of a line item, by its place.
    Cost(usize),
    /// All prices of a SKU together, by its id.
    Prices(Box<str>),
    /// The rate from a currency into the reporting currency, as written.
    ExchangeRate(Currency),
    /// The buffer.
    Buffer,
}

impl StageInput {
    /// What kind of input it is.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Customers => "customers",
            Self::Revenue => "revenue",
            Self::Driver(_) => "driver",
            Self::Usage { .. } => "usage",
            Self::Quantity(_) => "quantity",
            Self::Cost(_) => "cost",
            Self::Prices(_) => "prices",
            Self::ExchangeRate(_) => "exchange_rate",
            Self::Buffer => "buffer",
        }
    }

    /// Whether it is an estimate, and not agreed or published: customers, revenue, drivers, usage and plain costs.
    pub fn is_estimate(&self) -> bool {
        matches!(self, Self::Customers | Self::Revenue | Self::Driver(_) | Self::Usage { .. } | Self::Cost(_))
    }

    /// The line item that it belongs to, by its place.
    pub fn line_item(&self) -> Option<usize> {
        match self {
            Self::Usage { line_item, .. } | Self::Quantity(line_item) | Self::Cost(line_item) => Some(*line_item),
            Self::Customers
            | Self::Revenue
            | Self::Driver(_)
            | Self::Prices(_)
            | Self::ExchangeRate(_)
            | Self::Buffer => None,
        }
    }

    /// The id of the SKU, where the input is its prices.
    pub fn sku(&self) -> Option<&str> {
        match self {
            Self::Prices(sku) => Some(sku),
            Self::Customers
            | Self::Revenue
            | Self::Driver(_)
            | Self::Usage { .. }
            | Self::Quantity(_)
            | Self::Cost(_)
            | Self::ExchangeRate(_)
            | Self::Buffer => None,
        }
    }

    /// The label: `customers`, `Object storage: egress`, `hetzner/cx41 prices`.
    pub fn label(&self, stage: &Stage) -> String {
        match self {
            Self::Customers => "customers".to_owned(),
            Self::Revenue if stage.revenue.arpu().is_some() => "arpu".to_owned(),
            Self::Revenue => "mrr".to_owned(),
            Self::Driver(place) => stage.scope.name(stage.drivers[*place].slot).to_owned(),
            Self::Usage { line_item, slot } => {
                let item = &stage.line_items[*line_item];
                let meter = match &item.pricing {
                    LinePricing::Sku(line) => line.sku.scope.name(*slot),
                    LinePricing::Cost(_) => "usage",
                };
                format!("{}: {meter}", item.name)
            }
            Self::Quantity(line_item) => format!("{}: quantity", stage.line_items[*line_item].name),
            Self::Cost(line_item) => format!("{}: cost", stage.line_items[*line_item].name),
            Self::Prices(sku) => format!("{sku} prices"),
            Self::ExchangeRate(from) => {
                let is_inverse = stage.rate(*from).is_some_and(|rate| rate.inverse);
                let (from, to) = if is_inverse { (stage.currency, *from) } else { (*from, stage.currency) };
                format!("{from} to {to} rate")
            }
            Self::Buffer => "buffer".to_owned(),
        }
    }
}

/// The basis of an input's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// It is given as a number.
    Given,
    /// A formula computes it.
    Computed,
    /// It is not given; this is the built-in default.
    Assumed,
    /// List prices; the oldest was read on this day.
    ListPrice(Date),
    /// Only agreed prices.
    AgreedPrice,
    /// An exchange rate that is effective from this day on.
    ExchangeRate(Date),
}
