//! The bases of percentages.

use std::cell::RefCell;
use std::collections::HashMap;

use crate::calculate::charge::currency::in_currency;
use crate::calculate::charge::exact::ExactCost;
use crate::calculate::charge::steps::{MAX_TOLD, sum_of};
use crate::calculate::cost::costing::{Completeness, LineCost};
use crate::calculate::cost::trace::{Observer, Operand, Step, Subject};
use crate::calculate::fault::Fault;
use crate::model::{Amount, Base, Currency, Fraction, LineItem, SkuLine, Stage};

/// A vendor, or the subtotal, in a currency.
type Group = (Option<Box<str>>, Currency);

/// The line items that have been computed so far, before row rounding, discounts and credits.
pub(crate) struct Bases<'a> {
    stage: &'a Stage,
    costs: Vec<Option<LineCost>>,
    /// The sums of a vendor or of the subtotal in a currency. The first request for one computes all of its members,
    /// and many percentages may request it.
    sums: RefCell<HashMap<Group, Option<Fraction>>>,
}

impl<'a> Bases<'a> {
    /// No line items yet.
    pub(crate) fn new(stage: &'a Stage) -> Self {
        let count = if stage.order.is_some() { stage.line_items.len() } else { 0 };
        Self { stage, costs: vec![None; count], sums: RefCell::default() }
    }

    /// Stores the cost of a line item, where it may be part of the base of a percentage.
    pub(crate) fn keep(&mut self, place: usize, cost: &LineCost) {
        if let Some(kept) = self.costs.get_mut(place) {
            *kept = Some(cost.clone());
        }
    }

    /// The sum of a base in a currency; `None` if a part of it is unknown.
    pub(crate) fn of<O: Observer>(
        &self,
        base: Base,
        line: &SkuLine,
        currency: Currency,
        subject: Subject,
        observer: &mut O,
    ) -> Result<Option<Fraction>, Fault> {
        let sum = match base {
            Base::LineItems | Base::Charge(_) | Base::Mrr => self.sum(base, line, currency)?,
            Base::Vendor | Base::Subtotal => {
                let group = ((base == Base::Vendor).then(|| line.sku.vendor().into()), currency);
                let known = self.sums.borrow().get(&group).cloned();
                match known {
                    Some(sum) => sum,
                    None => {
                        let sum = self.sum(base, line, currency)?;
                        // A member that a list price needs may not be computed yet.
                        if sum.is_some() {
                            self.sums.borrow_mut().insert(group, sum.clone());
                        }
                        sum
                    }
                }
            }
        };
        let Some(sum) = sum else { return Ok(None) };
        observer.step(subject, || {
            // The sum has been computed from the same parts.
            let parts = self.members(base, line).take(MAX_TOLD + 1).filter_map(|place| {
                let part = self.in_currency(self.costs.get(place)?.as_ref()?, currency).ok()?;
                let name = self.stage.line_items[place].name.to_string();
                Some(Operand::new(name, Amount::money(part, currency)))
            });
            let whole = Amount::money(sum.clone(), currency);
            Step::new("percentage base", sum_of(parts.collect(), &whole), whole)
        });
        Ok(Some(sum))
    }

    fn sum(&self, base: Base, line: &SkuLine, currency: Currency) -> Result<Option<Fraction>, Fault> {
        let mut sum = Fraction::ZERO;
        for place in self.members(base, line) {
            let Some(cost) = self.costs.get(place).and_then(Option::as_ref) else { return Ok(None) };
            if cost.completeness() != Completeness::Full {
                return Ok(None);
            }
            sum = sum.add(&self.in_currency(cost, currency)?)?;
        }
        Ok(Some(sum))
    }

    /// The places of the line items in the base of a percentage.
    fn members<'m>(&'m self, base: Base, line: &'m SkuLine) -> Box<dyn Iterator<Item = usize> + 'm> {
        let vendor = line.sku.vendor();
        match base {
            Base::LineItems => Box::new(line.of.iter().copied()),
            // Their amounts are no sums of line items.
            Base::Charge(_) | Base::Mrr => Box::new(std::iter::empty()),
            Base::Vendor | Base::Subtotal => {
                let is_member = move |item: &LineItem| {
                    item.is_in(base) && (base == Base::Subtotal || item.vendor() == Some(vendor))
                };
                let items = self.stage.line_items.iter().enumerate();
                Box::new(items.filter(move |(_, item)| is_member(item)).map(|(place, _)| place))
            }
        }
    }

    /// The cost of a row in a currency: the native cost where the vendor bills in this currency.
    fn in_currency(&self, cost: &LineCost, currency: Currency) -> Result<Fraction, Fault> {
        if let Some(native) = cost.native.filter(|native| native.currency == currency) {
            return Ok(native.amount.into());
        }
        let exact = ExactCost { value: cost.exact.into(), currency: self.stage.currency };
        in_currency(self.stage, exact, currency)
    }
}
