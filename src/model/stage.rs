//! A stage that is ready to compute: every name, unit, price and rate in it is known.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::sync::Arc;

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::model::adjustment::{Adjustment, Tax};
use crate::model::formula::formula::{Formula, Scope, Slot};
use crate::model::ids::CategoryId;
use crate::model::inputs::{Payers, Revenue};
use crate::model::line_item::{ChargeLine, LineItem, LinePricing, SkuLine, UsedTechnique};
use crate::model::number::decimal::{ArithmeticError, QUOTIENT_DECIMALS};
use crate::model::number::fraction::Fraction;
use crate::model::number::money::Currency;
use crate::model::number::range::{Band, CountRange, Verdict};
use crate::model::number::rounding::Rounding;
use crate::model::number::stored::multiply;
use crate::model::prices::price::{Base, Charge, Citation, Terms};
use crate::model::prices::specification::Service;
use crate::model::savings::needs::Needs;
use crate::model::scenario::ScenarioName;
use crate::model::setting::Setting;
use crate::source::{Span, Spanned};

/// A stage bound to a day, a currency and a price book.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stage {
    /// The number of the stage; unique in the plan.
    pub id: u32,
    /// The name for display.
    pub name: Box<str>,
    /// The summary, the components and the architecture, in words.
    pub description: Description,
    /// The months of the plan in which the stage is used.
    pub months: Option<CountRange>,
    /// The range of customers that the stage is meant for.
    pub customers: Spanned<CountRange>,
    /// The number of customers for which it is sized, where the manifest says so.
    pub sized_for: Option<u64>,
    /// Limits on drivers, in addition to customers.
    pub capacity: Vec<Capacity>,
    /// The reporting currency.
    pub currency: Currency,
    /// The currency of the manifest, for amounts that do not name one.
    pub manifest_currency: Currency,
    /// The budget per month, in the reporting currency.
    pub monthly_budget: Option<Spanned<Band>>,
    /// The buffer on top of the subtotal, as a ratio.
    pub buffer: Setting<Decimal>,
    /// The rounding of line items and of the total.
    pub rounding: StageRounding,
    /// The goals of the stage.
    pub targets: Targets,
    /// The hours of a month, from the request, the manifest, the project or the default.
    pub hours_per_month: Setting<Decimal>,
    /// The revenue of the request, in the reporting currency.
    pub revenue: Revenue,
    /// Which customers pay, and how.
    pub payers: Payers,
    /// The names that formulas may use: those of [`Stage::BUILT_IN`], then the drivers.
    pub scope: Scope,
    /// The slots of built-in names that formulas use, other than `customers` and `hours_per_month`.
    pub reads: Vec<Slot>,
    /// The drivers, in the order in which they can be computed.
    pub drivers: Vec<Driver>,
    /// The names of the categories, in order of appearance.
    pub categories: Vec<Box<str>>,
    /// The tags of line items, in order of appearance.
    pub tags: Vec<Tag>,
    /// The line items, in the order of the manifest.
    pub line_items: Vec<LineItem>,
    /// The part that figures cover, if only some line items are requested.
    pub part: Option<Box<StagePart>>,
    /// The order in which line items can be computed, if it differs from the manifest's: a percentage comes after the
    /// line items that it is taken of.
    pub order: Option<Vec<usize>>,
    /// The discounts and credits, in the order in which they are deducted.
    pub adjustments: Vec<Adjustment>,
    /// The tax on what vendors bill.
    pub tax: Option<Tax>,
    /// The exchange rates into the reporting currency, one for each other currency in use.
    pub rates: Vec<ExchangeRate>,
    /// The day whose prices and rates are used.
    pub as_of: Date,
    /// The next day on which a price, a deduction or a rate that the stage uses begins or has ended; `None` if all of
    /// them hold from then on.
    pub next_change: Option<Date>,
    /// Whether agreed prices are ignored.
    pub list_prices: bool,
    /// The requested techniques, by the stems of their files; some may apply only to other stages.
    pub techniques: Arc<[Box<str>]>,
    /// The scenario under which the stage is computed.
    pub scenario: Option<Arc<ScenarioName>>,
}

impl Stage {
    /// The slot of `customers`.
    pub const CUSTOMERS: Slot = Slot(0);
    /// The slot of `hours_per_month`.
    pub const HOURS_PER_MONTH: Slot = Slot(1);
    /// The slot of `mrr`, a number in the currency of the manifest.
    pub const MRR: Slot = Slot(2);
    /// The slot of `arpu`, a number in the currency of the manifest.
    pub const ARPU: Slot = Slot(3);
    /// The slot of `paying_customers`.
    pub const PAYING_CUSTOMERS: Slot = Slot(4);
    /// The slot of `month`, the number of the calendar month from 1 to 12.
    pub const MONTH: Slot = Slot(5);
    /// The names that every stage has, by slot.
    pub const BUILT_IN: [&'static str; 6] =
        ["customers", "hours_per_month", "mrr", "arpu", "paying_customers", "month"];

    /// The number of customers at which it is computed where none is given: the one for which it is sized, otherwise the
    /// least of its range.
    pub fn usual_customers(&self) -> u64 {
        self.sized_for.unwrap_or(self.customers.value.low)
    }

    /// Whether a cost may change with the revenue.
    pub fn depends_on_revenue(&self) -> bool {
        self.reads_revenue() || self.line_items.iter().any(|item| item.is_percentage_of(Base::Mrr))
    }

    /// Whether a formula uses `mrr` or `arpu`.
    pub fn reads_revenue(&self) -> bool {
        self.reads.contains(&Self::MRR) || self.reads.contains(&Self::ARPU)
    }

    /// Compares an amount of money with a bound of the manifest or of a budget.
    ///
    /// Converted costs and bounds are rounded to twelve decimals, so amounts that differ by no more than these
    /// roundings can add up to count as equal.
    ///
    /// # Errors
    /// A difference with more digits than can be kept.
    pub fn compare(&self, amount: &Fraction, bound: &Fraction) -> Result<Ordering, ArithmeticError> {
        let order = amount.cmp(bound);
        if self.rates.is_empty() || order.is_eq() {
            return Ok(order);
        }
        let (less, more) = if order.is_lt() { (amount, bound) } else { (bound, amount) };
        let kept = Decimal::from(self.line_items.len().saturating_add(1));
        let noise = multiply(kept, Decimal::new(1, QUOTIENT_DECIMALS))?;
        let is_noise = more.subtract(less)?.cmp(&noise.into()).is_le();
        Ok(if is_noise { Ordering::Equal } else { order })
    }

    /// Whether the reporting currency differs from the manifest's, so that budgets and targets are converted.
    pub fn is_converted(&self) -> bool {
        self.currency != self.manifest_currency
    }

    /// The position of an amount of money relative to a band of the manifest, whose ends are multiplied by `scale`.
    ///
    /// # Errors
    /// As [`Self::compare`].
    pub fn verdict(&self, amount: &Fraction, band: Band, scale: Decimal) -> Result<Verdict, ArithmeticError> {
        band.verdict_by(|end| self.compare(amount, &Fraction::from(end).multiply(&scale.into())?))
    }

    /// The stage with the month lengths of `other`, the same stage on another day.
    #[must_use]
    pub fn with_hours_of(&self, other: &Self) -> Cow<'_, Self> {
        let is_as_long = |(own, others): (&LineItem, &LineItem)| match (&own.pricing, &others.pricing) {
            (LinePricing::Sku(own), LinePricing::Sku(others)) => {
                own.hours_per_month.value == others.hours_per_month.value
            }
            (LinePricing::Cost(_), LinePricing::Cost(_) | LinePricing::Sku(_))
            | (LinePricing::Sku(_), LinePricing::Cost(_)) => true,
        };
        if self.hours_per_month.value == other.hours_per_month.value
            && self.line_items.iter().zip(&other.line_items).all(is_as_long)
        {
            return Cow::Borrowed(self);
        }
        let mut stage = Self { hours_per_month: other.hours_per_month, ..self.clone() };
        for (own, others) in stage.line_items.iter_mut().zip(&other.line_items) {
            if let (LinePricing::Sku(own), LinePricing::Sku(others)) = (&mut own.pricing, &others.pricing) {
                own.hours_per_month = others.hours_per_month;
            }
        }
        Cow::Owned(stage)
    }

    /// The stage with techniques applied, each to the line item at its place.
    #[must_use]
    pub fn with_techniques<'u>(&self, used: impl IntoIterator<Item = (usize, &'u UsedTechnique)>) -> Self {
        let mut stage = self.clone();
        let (moving, reducing): (Vec<_>, Vec<_>) = used.into_iter().partition(|(_, used)| used.moved.is_some());
        let is_moved = !moving.is_empty();
        for (line_item, used) in reducing.into_iter().chain(moving) {
            stage.line_items[line_item].use_technique(used);
        }
        if is_moved {
            stage.order_again();
        }
        stage
    }

    /// Finds the order of the line items again after the SKU of one was replaced: a percentage comes after what it is taken of.
    pub fn order_again(&mut self) {
        if self.order.is_some() {
            // What replaces a SKU is no percentage of others, so there is an order.
            self.order = Needs::new(&self.line_items).order().ok();
        }
    }

    /// Adds the exchange rates that it does not have.
    pub fn add_rates<'r>(&mut self, rates: impl IntoIterator<Item = &'r ExchangeRate>) {
        for rate in rates {
            if self.rate(rate.from).is_none() {
                self.rates.push(rate.clone());
            }
        }
    }

    /// Whether a technique is in use on a line item, by the manifest or on request.
    pub fn uses_technique(&self, stem: &str) -> bool {
        self.line_items.iter().any(|item| item.uses_technique(stem))
    }

    /// Whether the stage has a driver with this name.
    pub fn has_driver(&self, name: &str) -> bool {
        self.drivers.iter().any(|driver| self.scope.name(driver.slot) == name)
    }

    /// The exchange rate from a currency; `None` for the reporting currency itself.
    pub fn rate(&self, from: Currency) -> Option<&ExchangeRate> {
        self.rates.iter().find(|rate| rate.from == from)
    }

    /// The name of the category of a line item.
    pub fn category(&self, id: CategoryId) -> &str {
        &self.categories[id.index()]
    }

    /// The list prices that the figures of the stage depend on, each with its line item; charges with an agreed price
    /// are left out.
    pub fn list_prices_used(&self) -> impl Iterator<Item = (&LineItem, &SkuLine, &ChargeLine, &Arc<Citation>)> {
        let lines = self.selected().filter_map(|(_, item)| match &item.pricing {
            LinePricing::Sku(line) => Some((item, line)),
            LinePricing::Cost(_) => None,
        });
        lines.flat_map(|(item, line)| {
            let charges = line.charges.iter().filter(|charge| charge.agreed.is_none());
            charges.filter_map(move |charge| Some((item, &**line, charge, charge.terms()?.citation.as_ref()?)))
        })
    }

    /// The oldest reading among the list prices that the cost of the stage depends on.
    pub fn oldest_price(&self) -> Option<(Date, &str)> {
        let read = self.list_prices_used().map(|(_, line, _, citation)| (citation.retrieved_on, &*line.sku.id));
        read.min_by_key(|(day, _)| *day)
    }

    /// Whether charges share allowances.
    pub fn has_pools(&self) -> bool {
        self.line_items.iter().any(LineItem::has_pool)
    }

    /// Whether a price is a range, so that the total is a range too.
    pub fn has_price_ranges(&self) -> bool {
        self.line_items.iter().any(LineItem::has_price_range)
    }

    /// The approximate number of operations of one computation of the line items.
    pub fn operations(&self) -> u64 {
        let of_drivers: u64 = self.drivers.iter().map(|driver| driver.formula.nodes()).sum();
        let of_terms = |terms: &Arc<Terms>| {
            let tiers = terms.pricing.tiers().len().max(1) as u64;
            tiers + terms.included.as_deref().map_or(0, Formula::nodes)
        };
        let of_charge = |charge: &ChargeLine| {
            let usage = charge.usage.by_default().map_or(0, Formula::nodes);
            let Charge { billed_usage, tier_by, minimum_usage, maximum_usage, .. } = &*charge.charge;
            let of_sheet = [billed_usage, tier_by, minimum_usage, maximum_usage].into_iter().flatten();
            let usage = usage + of_sheet.map(|formula| formula.nodes()).sum::<u64>();
            usage + charge.list.iter().chain(&charge.agreed).map(of_terms).sum::<u64>()
        };
        let of_item = |item: &LineItem| {
            let charges = match &item.pricing {
                LinePricing::Sku(line) => line.charges.iter().map(of_charge).sum(),
                LinePricing::Cost(_) => 0,
            };
            let techniques = item.techniques.len() as u64 * UsedTechnique::OPERATIONS;
            1 + charges + techniques + item.formulas().map(Formula::nodes).sum::<u64>()
        };
        let tax_rates = self.tax.as_ref().map_or(0, |tax| tax.rates.len());
        let of_adjustments = ((self.adjustments.len() + tax_rates) * self.line_items.len()) as u64;
        of_drivers + of_adjustments + self.line_items.iter().map(of_item).sum::<u64>()
    }

    /// Whether the cost of the stage may change with the number of customers.
    pub fn depends_on_customers(&self) -> bool {
        let varying = self.varying(Self::CUSTOMERS);
        self.line_items.iter().any(|item| varies(item, &varying) || item.is_percentage_of(Base::Mrr))
    }

    /// Whether a driver that a capacity limits may change with the number of customers.
    pub fn capacity_depends_on_customers(&self) -> bool {
        let varying = self.varying(Self::CUSTOMERS);
        self.capacity.iter().filter_map(|capacity| capacity.driver).any(|driver| varying[driver.index()])
    }

    /// Whether each line item certainly costs the same whatever the value in `slot`: neither it nor what it shares with
    /// others depends on it. Without a slot, no value changes.
    pub fn rows_apart_from(&self, slot: Option<Slot>) -> Vec<bool> {
        if self.has_pools() || !self.adjustments.is_empty() {
            return vec![false; self.line_items.len()];
        }
        let varying = slot.map_or_else(|| vec![false; self.scope.len()], |slot| self.varying(slot));
        let takes_part = |item: &LineItem| item.charges().iter().any(|charge| charge.percentage_of().is_some());
        self.line_items.iter().map(|item| !takes_part(item) && !varies(item, &varying)).collect()
    }

    /// Whether each slot of the scope may change with the value in `slot`.
    fn varying(&self, slot: Slot) -> Vec<bool> {
        let mut varying = vec![false; self.scope.len()];
        varying[slot.index()] = true;
        if slot == Self::CUSTOMERS {
            // Which of them does depends on how the revenue is given.
            for of_customers in [Self::MRR, Self::ARPU, Self::PAYING_CUSTOMERS] {
                if let Some(varies) = varying.get_mut(of_customers.index()) {
                    *varies = true;
                }
            }
        }
        for driver in self.drivers.iter().filter(|driver| driver.slot != slot) {
            varying[driver.slot.index()] = driver.formula.slots().iter().any(|slot| varying[slot.index()]);
        }
        varying
    }
}

/// Whether a formula of a line item reads a slot that varies.
fn varies(item: &LineItem, varying: &[bool]) -> bool {
    let reads =
        |formula: &Formula| formula.literal().is_none() && formula.slots().iter().any(|slot| varying[slot.index()]);
    item.formulas().any(reads)
}

/// The description of a stage, in the manifest's words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Description {
    /// A sentence about the stage.
    pub summary: Option<Box<str>>,
    /// The components that run on the stage.
    pub runs: Vec<Service>,
    /// The architecture; may have several lines.
    pub architecture: Option<Box<str>>,
}

/// A limit on a driver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Capacity {
    /// The slot of the driver; `None` if it has no value.
    pub driver: Option<Slot>,
    /// The driver's name.
    pub name: Box<str>,
    /// The capacity of the stage per month.
    pub limit: Band,
    /// The place of the limit in the manifest.
    pub span: Span,
}

/// A named number for formulas.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Driver {
    /// The slot of its value in [`Stage::scope`].
    pub slot: Slot,
    /// The formula for its value.
    pub formula: Formula,
    /// Where the manifest says that its value comes from.
    pub source: Option<Box<str>>,
}

impl Driver {
    /// Whether its source begins by saying that it is assumed.
    pub fn is_assumed(&self) -> bool {
        self.source.as_deref().is_some_and(says_assumed)
    }
}

/// Whether a source or a note begins by saying that something is assumed, or is a guess.
pub fn says_assumed(source: &str) -> bool {
    let begins_with = |word: &str| {
        let start = source.trim_start().get(..word.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(word))
    };
    begins_with("assumed") || begins_with("guess")
}

/// The rounding of a stage; `None` keeps exact amounts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StageRounding {
    /// The rounding of every line item.
    pub line_items: Option<Spanned<Rounding>>,
    /// The rounding of the total.
    pub total: Option<Spanned<Rounding>>,
}

/// The goals of a stage.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Targets {
    /// The cost per customer and month, before the buffer, in the reporting currency.
    pub cost_per_customer: Option<Spanned<Band>>,
    /// The share of MRR that the total must stay below, as a ratio.
    pub share_of_mrr: Option<Spanned<Decimal>>,
    /// The share by which the user judges the stage: that of the manifest, unless it is bundled, or that of the project's
    /// budget. Where there is one, the plan's ratings are not shown.
    pub own_share_of_mrr: Option<Decimal>,
    /// The share of the subtotal that a category should take, as a ratio.
    pub category_share: Vec<(CategoryId, Spanned<Band>)>,
}

impl Targets {
    /// The share of MRR that the total must stay below, by whoever set it.
    pub fn any_share_of_mrr(&self) -> Option<Decimal> {
        self.own_share_of_mrr.or(self.share_of_mrr.map(|target| target.value))
    }
}

/// A dated exchange rate into the reporting currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExchangeRate {
    /// The currency that is converted.
    pub from: Currency,
    /// The rate as written.
    pub rate: Decimal,
    /// Whether amounts are divided by the rate, since it is written for the opposite direction.
    pub inverse: bool,
    /// The first day on which the rate applies.
    pub effective_from: Date,
    /// The day from which its age counts: that on which it was read, or its first day.
    pub read_on: Date,
    /// The source of the rate.
    pub source: Box<str>,
    /// The place of the rate in the source.
    pub span: Span,
}

impl ExchangeRate {
    /// The two currencies in the direction in which the rate is written; `into` is the one into which it converts.
    pub fn written(&self, into: Currency) -> (Currency, Currency) {
        if self.inverse { (into, self.from) } else { (self.from, into) }
    }

    /// Whether nobody has published it: its source is empty, or begins by saying that it is assumed.
    pub fn is_assumed(&self) -> bool {
        self.source.trim_start().is_empty() || says_assumed(&self.source)
    }

    /// Converts an amount of `from` into the reporting currency, exactly.
    ///
    /// # Errors
    /// A result that is too large or needs too many digits.
    pub fn convert(&self, amount: &Fraction) -> Result<Fraction, ArithmeticError> {
        let rate = Fraction::from(self.rate);
        if self.inverse { amount.divide(&rate) } else { amount.multiply(&rate) }
    }

    /// Converts an amount of the reporting currency into `from`, exactly.
    ///
    /// # Errors
    /// A result that is too large or needs too many digits.
    pub fn convert_back(&self, amount: &Fraction) -> Result<Fraction, ArithmeticError> {
        let rate = Fraction::from(self.rate);
        if self.inverse { amount.multiply(&rate) } else { amount.divide(&rate) }
    }
}

/// A tag of line items of a stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    /// The name: `env`.
    pub name: Box<str>,
    /// The values that line items have, in order of appearance: `prod`, `staging`.
    pub values: Vec<Box<str>>,
}

/// The part of a stage that figures cover, if only some line items are requested. The whole stage is still computed,
/// since line items may depend on each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StagePart {
    /// The conditions, all of which must hold: `env=prod`, `category!=storage`.
    pub conditions: Vec<Box<str>>,
    /// Whether each line item is in the part.
    pub line_items: Vec<bool>,
    /// Whether each category has a line item in the part.
    pub categories: Vec<bool>,
}
