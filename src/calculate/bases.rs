//! What percentages of line items are taken of.

use super::Fault;
use super::charge::ExactCost;
use super::line_item::in_currency;
use crate::model::{
    Amount, Base, Currency, Fraction, Knowledge, LineCost, LineItem, Observer, Operand, Operation, SkuLine, Stage,
    Step, Subject,
};

/// The line items that are computed so far, before the rounding of rows, discounts and credits.
pub(super) struct Bases<'a> {
    stage: &'a Stage,
    costs: Vec<Option<LineCost>>,
}

impl<'a> Bases<'a> {
    /// Of nothing yet.
    pub(super) fn new(stage: &'a Stage) -> Self {
        let count = if stage.order.is_some() { stage.line_items.len() } else { 0 };
        Self { stage, costs: vec![None; count] }
    }

    /// Keeps the cost of a line item, where a percentage may be taken of it.
    pub(super) fn keep(&mut self, place: usize, cost: &LineCost) {
        if let Some(kept) = self.costs.get_mut(place) {
            *kept = Some(cost.clone());
        }
    }

    /// The sum of a base in a currency; `None` if a part of it is unknown.
    pub(super) fn of<O: Observer>(
        &self,
        base: Base,
        line: &SkuLine,
        currency: Currency,
        subject: Subject,
        observer: &mut O,
    ) -> Result<Option<Fraction>, Fault> {
        let vendor = line.sku.vendor();
        let members: Vec<usize> = match base {
            Base::LineItems => line.of.clone(),
            Base::Vendor | Base::Subtotal => {
                let items = self.stage.line_items.iter().enumerate();
                let is_member =
                    |item: &LineItem| item.is_in(base) && (base == Base::Subtotal || item.vendor() == Some(vendor));
                items.filter(|(_, item)| is_member(item)).map(|(place, _)| place).collect()
            }
            Base::Charge(_) => Vec::new(),
        };
        let mut sum = Fraction::ZERO;
        let mut parts = Vec::with_capacity(members.len());
        for place in members {
            let Some(cost) = self.costs.get(place).and_then(Option::as_ref) else { return Ok(None) };
            if cost.knowledge() != Knowledge::Full {
                return Ok(None);
            }
            let part = self.in_currency(cost, currency)?;
            sum = sum.add(part)?;
            parts.push((place, part));
        }
        observer.step(subject, || {
            let named = parts.iter().map(|(place, part)| {
                let name = self.stage.line_items[*place].name.to_string();
                Operand::new(name, Amount::money(*part, currency))
            });
            let operation = Operation::Sum(named.collect());
            Step::new("cost that the percentage is taken of", operation, Amount::money(sum, currency))
        });
        Ok(Some(sum))
    }

    /// The cost of a row in a currency: as it is on the vendor's bill where that is of this currency.
    fn in_currency(&self, cost: &LineCost, currency: Currency) -> Result<Fraction, Fault> {
        if let Some(native) = cost.native.filter(|native| native.currency == currency) {
            return Ok(native.amount.into());
        }
        let exact = ExactCost { value: cost.exact.into(), currency: self.stage.currency };
        in_currency(self.stage, exact, currency)
    }
}
