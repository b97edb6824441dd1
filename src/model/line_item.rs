//! The line items of a stage: a plain cost, or a SKU with its usage and prices.

use std::sync::Arc;

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::model::formula::formula::{Autoscaling, Formula};
use crate::model::ids::{CategoryId, LineTags};
use crate::model::number::money::Currency;
use crate::model::prices::price::{Base, Charge, Period, Sku, Terms};
use crate::model::prices::specification::Specification;
use crate::model::savings::technique::{Lowers, Technique, TechniqueWish, Wish};
use crate::model::setting::Setting;
use crate::source::Span;

/// One row of a stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineItem {
    /// The name; unique in the stage.
    pub name: Box<str>,
    /// The category, such as `database`.
    pub category: CategoryId,
    /// The quantity; `None` means 1.
    pub quantity: Option<Formula>,
    /// What its cost is computed from.
    pub pricing: LinePricing,
    /// Details that are shown on request.
    pub details: Option<Box<LineDetails>>,
    /// Its tags; `None` if it has none.
    pub tags: Option<Arc<LineTags>>,
    /// The techniques applied to it, in addition to those that its manifest already accounts for.
    pub techniques: Box<[UsedTechnique]>,
    /// Its place in the manifest.
    pub span: Span,
}

impl LineItem {
    /// The vendor's id, if known.
    pub fn vendor(&self) -> Option<&str> {
        match &self.pricing {
            LinePricing::Cost(cost) => cost.vendor.as_deref(),
            LinePricing::Sku(line) => Some(line.sku.vendor()),
        }
    }

    /// The SKU's id, if there is one.
    pub fn sku(&self) -> Option<&str> {
        match &self.pricing {
            LinePricing::Cost(_) => None,
            LinePricing::Sku(line) => Some(&line.sku.id),
        }
    }

    /// The day of its order, if it gives one.
    pub fn ordered_on(&self) -> Option<Date> {
        match &self.pricing {
            LinePricing::Cost(_) => None,
            LinePricing::Sku(line) => line.ordered_on,
        }
    }

    /// Whether anything depends on the day of its order: which prices apply, whether it can still be ordered, or the month
    /// in which a price for more than a month is paid.
    pub fn depends_on_order(&self) -> bool {
        let LinePricing::Sku(line) = &self.pricing else { return false };
        let of_charge = |charge: &ChargeLine| {
            let has_condition = |terms: &Arc<Terms>| terms.ordered_from.is_some() || terms.ordered_to.is_some();
            charge.charge.prices.iter().any(has_condition) || charge.prepaid_period().is_some()
        };
        line.sku.sale.sold_until.is_some() || line.charges.iter().any(of_charge)
    }

    /// What the manifest says about techniques.
    pub fn wishes(&self) -> &[TechniqueWish] {
        self.details.as_deref().map_or(&[], |details| &details.techniques)
    }

    /// The auto-scaling that gives its quantity, if it does.
    pub fn autoscaling(&self) -> Option<&Autoscaling> {
        self.quantity.as_ref()?.autoscaling()
    }

    /// What one unit of it must offer, as its manifest says; `None` if it says nothing.
    pub fn needs(&self) -> Option<&Specification> {
        self.details.as_deref().map(|details| &details.specification)
    }

    /// What one unit of it offers: what the price sheet says of its SKU, and what its manifest says of the rest.
    pub fn offered(&self) -> Specification {
        let needs = self.needs().cloned().unwrap_or_default();
        match &self.pricing {
            LinePricing::Sku(line) => line.sku.specification.or(&needs),
            LinePricing::Cost(_) => needs,
        }
    }

    /// What the vendor's price sheet has for it besides its price.
    pub fn offer(&self) -> Option<&Offer> {
        self.details.as_deref().map(|details| &details.offer)
    }

    /// Applies a technique. Techniques are kept in the order of their names. One that replaces the SKU is applied after those
    /// that reduce something of it; these are kept where the other SKU has the same meter.
    pub fn use_technique(&mut self, used: &UsedTechnique) {
        if let Some(moved) = &used.moved {
            let MovedLine { quantity, pricing, details, .. } = &**moved;
            let (quantity, pricing, details) = (quantity.clone(), pricing.clone(), details.clone());
            *self = Self { quantity, pricing, details, ..self.clone() }.with_techniques_of(self);
        }
        let mut all: Vec<UsedTechnique> = self.techniques.iter().chain([used]).cloned().collect();
        all.sort_by(|a, b| a.technique.id.cmp(&b.technique.id));
        self.techniques = all.into();
    }

    /// The line item with the techniques applied to another one; techniques on a meter only if it has the same meter.
    #[must_use]
    pub fn with_techniques_of(&self, other: &Self) -> Self {
        let place = |charge: usize| {
            let meter = other.charges().get(charge)?.meter();
            self.charges().iter().position(|charge| charge.meter() == meter)
        };
        let moved = |used: &UsedTechnique| {
            let lowers = match used.lowers {
                Lowers::Quantity | Lowers::Cost(None) | Lowers::Sku => used.lowers,
                Lowers::Usage(charge) => Lowers::Usage(place(charge)?),
                Lowers::Cost(Some(charge)) => Lowers::Cost(Some(place(charge)?)),
            };
            Some(UsedTechnique { lowers, ..used.clone() })
        };
        Self { techniques: other.techniques.iter().filter_map(moved).collect(), ..self.clone() }
    }

    /// Whether a technique is in use, by the manifest or on request.
    pub fn uses_technique(&self, stem: &str) -> bool {
        self.techniques.iter().any(|used| *used.technique.id == *stem)
            || self.wishes().iter().any(|wish| wish.wish == Wish::InUse && *wish.technique.value == *stem)
    }

    /// Other ways to buy the same, from the manifest.
    pub fn alternatives(&self) -> &[LineItem] {
        self.details.as_deref().map_or(&[], |details| &details.alternatives)
    }

    /// Whether a charge of the line item is a percentage of `base`.
    pub fn is_percentage_of(&self, base: Base) -> bool {
        self.charges().iter().any(|charge| charge.percentage_of() == Some(base))
    }

    /// Whether a charge of the line item is a percentage of other line items.
    pub fn is_percentage_of_others(&self) -> bool {
        [Base::LineItems, Base::Vendor, Base::Subtotal].iter().any(|base| self.is_percentage_of(*base))
    }

    /// Whether the line item counts when a percentage is taken of `base`, its vendor or the subtotal.
    pub fn is_in(&self, base: Base) -> bool {
        let is_of_vendor = base == Base::Vendor && self.is_percentage_of(Base::Vendor);
        !is_of_vendor && !self.is_percentage_of(Base::Subtotal)
    }

    /// Whether a charge shares its allowance in a pool.
    pub fn has_pool(&self) -> bool {
        self.charges().iter().any(|charge| charge.charge.pool.is_some())
    }

    /// Whether a price is a range.
    pub fn has_price_range(&self) -> bool {
        self.charges().iter().filter_map(ChargeLine::terms).any(|terms| terms.range().is_some())
    }

    /// The charges of its SKU; empty for a plain cost.
    pub fn charges(&self) -> &[ChargeLine] {
        match &self.pricing {
            LinePricing::Cost(_) => &[],
            LinePricing::Sku(line) => &line.charges,
        }
    }

    /// The formulas over the stage's drivers.
    pub fn formulas(&self) -> impl Iterator<Item = &Formula> {
        let cost = match &self.pricing {
            LinePricing::Cost(cost) => Some(&cost.amount),
            LinePricing::Sku(_) => None,
        };
        let line = match &self.pricing {
            LinePricing::Cost(_) => None,
            LinePricing::Sku(line) => Some(&**line),
        };
        let usages =
            line.into_iter().flat_map(|line| line.charges.iter().map(|charge| &charge.usage).chain(&line.inputs));
        let usage = usages.filter_map(Usage::given);
        let driven = self.techniques.iter().flat_map(|used| used.driven.iter().map(|(_, formula)| formula));
        self.quantity.iter().chain(cost).chain(usage).chain(driven)
    }
}

/// A technique in use on a line item, with what it reduces there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsedTechnique {
    /// The technique, with the values of its inputs.
    pub technique: Arc<Technique>,
    /// What it reduces.
    pub lowers: Lowers,
    /// The place of the effect that gives the reduction.
    pub effect: usize,
    /// The place of the input that takes the quantity of the line item as its value.
    pub counts: Option<usize>,
    /// The inputs, by their places, whose values are formulas over the drivers of the stage.
    pub driven: Box<[(usize, Formula)]>,
    /// What the line item is bought as instead, if the technique replaces its SKU.
    pub moved: Option<Arc<MovedLine>>,
    /// The share that the technique applies to, as a ratio.
    pub share: Decimal,
    /// The place of the share; `None` if the command assumes it.
    pub share_at: Option<Span>,
}

impl UsedTechnique {
    /// The approximate number of operations of applying it once.
    pub const OPERATIONS: u64 = 10;
}

/// What a line item is bought as instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MovedLine {
    /// The id of its SKU before; `None` for a plain cost.
    pub from: Option<Box<str>>,
    /// The id of its SKU after.
    pub to: Box<str>,
    /// The quantity; `None` means 1.
    pub quantity: Option<Formula>,
    /// What its cost is computed from.
    pub pricing: LinePricing,
    /// What it then needs, and what the vendor's price sheet has for it.
    pub details: Option<Box<LineDetails>>,
    /// The place of the charge whose usage is the load.
    pub load: Option<usize>,
    /// How many units there were and are, if it is the same SKU and fewer are bought.
    pub counts: Option<[Decimal; 2]>,
}

/// Details of a line item that are shown on request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LineDetails {
    /// What one unit of it must offer.
    pub specification: Specification,
    /// What the vendor's price sheet has for it besides its price.
    pub offer: Offer,
    /// The features of the line item, in words.
    pub features: Vec<Box<str>>,
    /// The source of the figures, or another note.
    pub note: Option<Box<str>>,
    /// Other ways to buy the same, from the manifest.
    pub alternatives: Vec<LineItem>,
    /// What the manifest says about techniques.
    pub techniques: Vec<TechniqueWish>,
}

/// What the vendor's price sheet has for a line item besides its price.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Offer {
    /// The last day on which the vendor provided its services, if it has ended them.
    pub closed_on: Option<Date>,
    /// The last day on which the SKU could be ordered, if that is over.
    pub sold_until: Option<Date>,
    /// What the vendor sells in place of a SKU that can no longer be ordered.
    pub successor: Option<Arc<Sku>>,
    /// The add-ons to the SKU that add what it is short of.
    pub addons: Vec<Arc<Sku>>,
    /// The SKUs that offer what a plain cost pays for.
    pub listed: Vec<Arc<Sku>>,
}

impl Offer {
    /// Whether it can be ordered: its vendor goes on, and the SKU is sold.
    pub fn is_on_sale(&self) -> bool {
        self.closed_on.is_none() && self.sold_until.is_none()
    }
}

/// What the cost of a line item is computed from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinePricing {
    /// A plain monthly cost per unit of quantity.
    Cost(PlainCost),
    /// A SKU of the price book.
    Sku(Box<SkuLine>),
}

/// A plain monthly cost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlainCost {
    /// The amount per month and unit of quantity.
    pub amount: Formula,
    /// The currency of the amount.
    pub currency: Currency,
    /// The vendor, if the manifest names one.
    pub vendor: Option<Box<str>>,
}

/// A SKU as a line item uses it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SkuLine {
    /// The SKU, from a price sheet.
    pub sku: Arc<Sku>,
    /// The values of its inputs, in the order of the SKU.
    pub inputs: Vec<Usage>,
    /// The charges, in the order of the SKU.
    pub charges: Vec<ChargeLine>,
    /// The places of the line items that its percentages are taken of.
    pub of: Vec<usize>,
    /// The hours of a month for this SKU.
    pub hours_per_month: Setting<Decimal>,
    /// The day of the order, if the line item gives one.
    pub ordered_on: Option<Date>,
    /// The reason for agreed prices.
    pub reason: Option<Box<str>>,
    /// The place of the SKU's name in the line item.
    pub span: Span,
}

impl ChargeLine {
    /// The meter: what the charge counts.
    pub fn meter(&self) -> &str {
        &self.charge.meter
    }

    /// The base of a percentage; `None` if the charge is not a percentage or another price is agreed.
    pub fn percentage_of(&self) -> Option<Base> {
        let is_percentage = self.terms().is_some_and(|terms| terms.pricing.is_percentage());
        self.charge.base.filter(|_| is_percentage)
    }

    /// The price that applies: the agreed one, otherwise that of the sheet.
    pub fn terms(&self) -> Option<&Arc<Terms>> {
        self.agreed.as_ref().or(self.list.as_ref())
    }

    /// The entry of the sheet for usage whose price is on request, if no other price applies.
    pub fn on_request(&self) -> Option<&Arc<Terms>> {
        let is_open = self.terms().is_none() && self.charge.unit.is_some();
        self.chosen.as_ref().filter(|terms| is_open && terms.pricing.is_quote())
    }

    /// Whether more than what is included has no published price, and how much is used is not given. Usage is then assumed
    /// to stay within what is included, since no bill is known for more.
    pub fn is_unchecked_limit(&self) -> bool {
        self.usage == Usage::Unknown && self.on_request().is_some_and(|terms| self.has_allowance(terms))
    }

    /// The period of a price that is paid for more than a month at a time.
    pub fn prepaid_period(&self) -> Option<Period> {
        self.terms()?.pricing.period().filter(|period| *period != Period::MONTH)
    }

    /// Whether a price includes usage: not if the included amount is written as zero.
    pub fn has_allowance(&self, terms: &Terms) -> bool {
        let literal = terms.included.as_ref().and_then(|included| included.literal());
        let is_own = terms.included.is_some() && literal.is_none_or(|literal| !literal.is_zero());
        self.charge.pool.is_some() || is_own
    }

    /// Whether its usage is not given and is assumed to stay within the allowance, where more would cost something.
    pub fn is_assumed_within(&self) -> bool {
        let is_paid_beyond = |terms: &Arc<Terms>| !terms.is_free() && self.has_allowance(terms);
        let is_assumed = self.usage.within_allowance().is_some() || self.is_unchecked_limit();
        is_assumed && self.terms().or(self.on_request()).is_some_and(is_paid_beyond)
    }
}

impl SkuLine {
    /// The usage of an input or meter, by its slot in the SKU's scope.
    pub fn usage_at(&self, slot: usize) -> Option<&Usage> {
        let place = slot.checked_sub(Sku::FIRST_INPUT)?;
        match place.checked_sub(self.inputs.len()) {
            Some(charge) => self.charges.get(charge).map(|charge| &charge.usage),
            None => self.inputs.get(place),
        }
    }

    /// As [`Self::usage_at`], mutable.
    pub fn usage_at_mut(&mut self, slot: usize) -> Option<&mut Usage> {
        let place = slot.checked_sub(Sku::FIRST_INPUT)?;
        match place.checked_sub(self.inputs.len()) {
            Some(charge) => self.charges.get_mut(charge).map(|charge| &mut charge.usage),
            None => self.inputs.get_mut(place),
        }
    }

    /// Whether a charge has an agreed price.
    pub fn has_agreed_price(&self) -> bool {
        self.charges.iter().any(|charge| charge.agreed.is_some())
    }
}

/// A charge as a line item uses it: its usage, the list price of the day, and the agreed price.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChargeLine {
    /// The charge of the SKU.
    pub charge: Arc<Charge>,
    /// The usage per month.
    pub usage: Usage,
    /// The list price of the day; `None` if the vendor publishes none, or if there is none on that day and a price is
    /// agreed.
    pub list: Option<Arc<Terms>>,
    /// The entry of the sheet that applies to the line item, even if the vendor publishes no price; `None` if no entry
    /// applies on that day.
    pub chosen: Option<Arc<Terms>>,
    /// The agreed price of the manifest.
    pub agreed: Option<Arc<Terms>>,
    /// How far the agreed price is from the list, where that is so far that one of them may be a mistake.
    pub far_from_list: Option<FarFromList>,
}

/// An agreed price that is at least [`FarFromList::FACTOR`] times a list price, or at most that part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FarFromList {
    /// How many times the higher price is the lower one, to a tenth.
    pub factor: Decimal,
    /// Whether the agreed price is the higher one.
    pub is_above: bool,
}

impl FarFromList {
    /// The least factor between the two prices.
    pub const FACTOR: Decimal = Decimal::TEN;
}

impl Usage {
    /// Whether the usage is a known number.
    pub fn is_counted(&self) -> bool {
        matches!(self, Self::Given(_) | Self::Default(_))
    }
}

/// The usage of a charge per month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Usage {
    /// Not needed: the charge is flat.
    Flat,
    /// From the line item: a formula over the stage's drivers.
    Given(Formula),
    /// From the price sheet: a formula over [`Sku::scope`].
    Default(Arc<Formula>),
    /// Within the allowance, as the manifest says at this place.
    WithinAllowance(Span),
    /// Not given.
    Unknown,
}

impl Usage {
    /// The formula of the line item, if it gives one.
    pub fn given(&self) -> Option<&Formula> {
        match self {
            Self::Given(formula) => Some(formula),
            Self::Flat | Self::Default(_) | Self::WithinAllowance(_) | Self::Unknown => None,
        }
    }

    /// As [`Usage::given`], to be changed.
    pub fn given_mut(&mut self) -> Option<&mut Formula> {
        match self {
            Self::Given(formula) => Some(formula),
            Self::Flat | Self::Default(_) | Self::WithinAllowance(_) | Self::Unknown => None,
        }
    }

    /// The formula of the sheet, if it supplies the usage.
    pub fn by_default(&self) -> Option<&Formula> {
        match self {
            Self::Default(formula) => Some(formula),
            Self::Flat | Self::Given(_) | Self::WithinAllowance(_) | Self::Unknown => None,
        }
    }

    /// Where the manifest states that it stays within what is included, if it does.
    pub fn within_allowance(&self) -> Option<Span> {
        match self {
            Self::WithinAllowance(span) => Some(*span),
            Self::Flat | Self::Given(_) | Self::Default(_) | Self::Unknown => None,
        }
    }
}
