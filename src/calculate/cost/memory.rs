//! What is remembered of a stage from one computation to the next, while one number moves.
//!
//! With every customer only few charges of a stage cost more than before: that of the egress, not the eleven others of
//! the plan. The cost of a charge is taken from here where every value that it is computed from is the one of the last
//! computation, digit by digit; everything else is computed, and by the functions that compute it for the first time.

use std::cell::{Ref, RefCell, RefMut};
use std::ops::Range;

use rust_decimal::Decimal;

use crate::calculate::cost::adjusted::rows_of;
use crate::calculate::cost::costing::LineCost;
use crate::calculate::cost::exact::{ChargeCost, ExactCost, Part};
use crate::calculate::cost::trace::Observer;
use crate::model::{Adjustment, ChargeLine, Formula, Fraction, Off, Pricing, Sku, SkuLine, Stage, Terms};

/// The last computation of a stage.
#[derive(Debug)]
pub(crate) struct Memory {
    /// The costs of rows that depend on nothing that moves, and `None` for others.
    apart: Vec<Option<LineCost>>,
    lines: Vec<RefCell<LineMemory>>,
    /// The places of the rows that each discount and credit is for.
    adjusted: Vec<Box<[usize]>>,
    /// Whether there is one for a row.
    is_adjusted: Vec<bool>,
    /// What discounts and credits take off, if everything stands that this is computed from.
    taken: RefCell<Option<Taken>>,
}

/// What discounts and credits take off.
#[derive(Clone, Debug)]
pub(crate) struct Taken {
    /// What each takes off the rows that figures count.
    pub(crate) by_each: Vec<Fraction>,
    /// The rows that change, by their place: what is taken off them, and what is left.
    pub(crate) lines: Vec<(usize, Decimal, Decimal)>,
}

impl Memory {
    /// Of no computation yet.
    pub(crate) fn new(stage: &Stage) -> Self {
        let lines = stage.line_items.iter().map(|_| RefCell::default()).collect();
        let adjusted: Vec<Box<[usize]>> = stage.adjustments.iter().map(|one| rows_of(stage, one).collect()).collect();
        let mut is_adjusted = vec![false; stage.line_items.len()];
        adjusted.iter().flatten().for_each(|place| is_adjusted[*place] = true);
        Self { apart: Vec::new(), lines, adjusted, is_adjusted, taken: RefCell::default() }
    }

    /// Remembers the costs of the rows that depend on nothing that moves; these are not computed again.
    pub(crate) fn keep_apart(&mut self, lines: &[LineCost], is_apart: &[bool]) {
        if self.apart.is_empty() {
            let keep = |(line, is_apart): (&LineCost, &bool)| is_apart.then(|| line.clone());
            self.apart = lines.iter().zip(is_apart).map(keep).collect();
        }
    }

    /// Forgets the last computation, since it had no result.
    pub(crate) fn forget(&mut self) {
        self.lines.iter_mut().for_each(|line| *line.get_mut() = LineMemory::default());
        self.taken.take();
    }

    /// The cost of a row that depends on nothing that moves.
    pub(crate) fn apart(&self, index: usize) -> Option<&LineCost> {
        self.apart.get(index)?.as_ref()
    }

    /// What is remembered of a line item, to be carried on.
    pub(crate) fn line(&self, index: usize) -> RefMut<'_, LineMemory> {
        self.lines[index].borrow_mut()
    }

    /// The places of the rows that a discount or credit is for, by its place.
    pub(crate) fn adjusted(&self, adjustment: usize) -> &[usize] {
        &self.adjusted[adjustment]
    }

    /// What discounts and credits take off, if nothing that this is computed from has moved. Credits of amounts that may be
    /// used up are computed.
    pub(crate) fn taken(&self, stage: &Stage) -> Option<Ref<'_, Taken>> {
        self.adjustments_stand(stage).then(|| Ref::filter_map(self.taken.borrow(), Option::as_ref).ok())?
    }

    /// Remembers what discounts and credits take off, if nothing that this is computed from has moved.
    pub(crate) fn keep_taken(&self, stage: &Stage, taken: impl FnOnce() -> Taken) {
        *self.taken.borrow_mut() = self.adjustments_stand(stage).then(taken);
    }

    fn adjustments_stand(&self, stage: &Stage) -> bool {
        let stands = |adjustment: &Adjustment| match adjustment.off {
            Off::Rate(_) => true,
            Off::Amount { .. } | Off::AmountEach { .. } => false,
        };
        stage.adjustments.iter().all(stands) && self.adjusted.iter().flatten().all(|place| self.line(*place).stands)
    }

    /// Whether a discount or credit is for a row.
    pub(crate) fn is_adjusted(&self, index: usize) -> bool {
        self.is_adjusted[index]
    }
}

/// A line item of a SKU at the last computation, and what has moved since.
#[derive(Debug, Default)]
pub(crate) struct LineMemory {
    /// The values of the SKU's scope.
    values: Vec<Option<Fraction>>,
    /// Those of the computation before.
    old_values: Vec<Option<Fraction>>,
    /// Room for the costs of the charges.
    pub(crate) costs: Vec<(usize, ExactCost)>,
    /// Which values have moved.
    moved: Slots,
    /// Whether the line item costs in this computation what it cost in the last one.
    stands: bool,
    charges: Vec<ChargeMemory>,
    /// The cost of the line item before discounts and credits, and its parts, if all of its charges stand.
    whole: Option<(LineCost, Vec<Part>)>,
}

/// A charge at the last computation.
#[derive(Debug)]
struct ChargeMemory {
    /// The values that its cost is computed from.
    reads: Slots,
    /// What it cost, if that is known.
    cost: Option<ChargeCost>,
    /// The places of its regimes among those of the computation.
    regimes: Range<usize>,
}

/// A set of slots of a SKU's scope.
#[derive(Clone, Copy, Debug)]
struct Slots(u64);

impl Slots {
    const NONE: Self = Self(0);
    /// Every slot, and what is in none: allowances that are shared, and the costs of other rows.
    const ALL: Self = Self(u64::MAX);
    /// The last slot that is told apart from those behind it.
    const LAST: usize = 62;

    fn with(self, slot: usize) -> Self {
        Self(self.0 | 1 << slot.min(Self::LAST))
    }

    fn meets(self, others: Self) -> bool {
        self.0 & others.0 != 0
    }
}

impl Default for Slots {
    fn default() -> Self {
        Self::ALL
    }
}

impl LineMemory {
    /// Room for the values of the next computation.
    pub(crate) fn room(&mut self) -> Vec<Option<Fraction>> {
        std::mem::take(&mut self.old_values)
    }

    /// Takes in the values of this computation, and compares them with those of the last one.
    pub(crate) fn follow(&mut self, values: Vec<Option<Fraction>>) {
        self.old_values = std::mem::replace(&mut self.values, values);
        self.stands = false;
        if self.values.len() != self.old_values.len() {
            self.moved = Slots::ALL;
            return;
        }
        // What is in no slot may have moved in any case.
        self.moved = Slots(1 << (Slots::LAST + 1));
        for (slot, (new, old)) in self.values.iter().zip(&self.old_values).enumerate() {
            let stands = match (new, old) {
                (Some(new), Some(old)) => new.is_identical(*old),
                (new, old) => new.is_none() && old.is_none(),
            };
            if !stands {
                self.moved = self.moved.with(slot);
            }
        }
    }

    /// The values of the SKU's scope.
    pub(crate) fn values(&self) -> &[Option<Fraction>] {
        &self.values
    }

    /// The cost of the line item and its parts, if nothing that they are computed from has moved.
    pub(crate) fn whole<O: Observer>(&mut self, observer: &mut O) -> Option<&(LineCost, Vec<Part>)> {
        let whole = self.whole.as_ref()?;
        // It is kept only if no charge depends on what is in no slot.
        if self.moved.meets(Slots(Slots::ALL.0 >> 1)) {
            return None;
        }
        let (first, last) = (self.charges.first()?, self.charges.last()?);
        self.stands = observer.regimes_again(first.regimes.start..last.regimes.end);
        self.stands.then_some(whole)
    }

    /// Remembers the cost of the line item and its parts, if all of its charges are remembered and none has moved.
    pub(crate) fn keep_whole(&mut self, line: &SkuLine, cost: &LineCost, parts: Option<&Vec<Part>>) {
        let stands = |charge: &ChargeMemory| charge.cost.is_some() && !charge.reads.meets(self.moved);
        let is_whole = self.charges.len() == line.charges.len() && self.charges.iter().all(stands);
        self.whole = is_whole.then(|| (cost.clone(), parts.cloned().unwrap_or_default()));
    }

    /// What a charge costs, if nothing that it is computed from has moved.
    pub(crate) fn charge<O: Observer>(&self, place: usize, observer: &mut O) -> Option<&ChargeCost> {
        let charge = self.charges.get(place).filter(|charge| !charge.reads.meets(self.moved))?;
        let cost = charge.cost.as_ref()?;
        observer.regimes_again(charge.regimes.clone()).then_some(cost)
    }

    /// Remembers what a charge costs, and its regimes. Charges come in their order.
    pub(crate) fn keep_charge(
        &mut self,
        line: &SkuLine,
        place: usize,
        terms: &Terms,
        cost: Option<ChargeCost>,
        regimes: Range<usize>,
    ) {
        if let Some(charge) = self.charges.get_mut(place) {
            (charge.cost, charge.regimes) = (cost, regimes);
        } else if place == self.charges.len() {
            // Behind a charge without a price none is remembered.
            let reads = reads(&line.sku, &line.charges[place], place, terms);
            self.charges.push(ChargeMemory { reads, cost, regimes });
        }
    }
}

/// The values that the cost of a charge is computed from.
fn reads(sku: &Sku, line: &ChargeLine, place: usize, terms: &Terms) -> Slots {
    let charge = &line.charge;
    if charge.pool.is_some() || matches!(terms.pricing, Pricing::Percentage(_)) {
        return Slots::ALL;
    }
    let own = Slots::NONE.with(Sku::QUANTITY).with(sku.meter_slot(place));
    let formulas = [&charge.billed_usage, &terms.included, &charge.minimum_usage, &charge.maximum_usage];
    let slots = formulas.into_iter().flatten().flat_map(|formula| Formula::slots(formula));
    slots.fold(own, |reads, slot| reads.with(slot.index()))
}
