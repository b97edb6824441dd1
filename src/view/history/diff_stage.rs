//! A stage before and after, and how much of the change is known.

use rust_decimal::Decimal;

use crate::calculate::{Attribution, Completeness, CostedStage, LineChange, LineCost, Totals};
use crate::model::{Currency, subtract, sum};
use crate::view::cost::sum_record::SumRecord;

/// A stage before and after. Without one side, there is no attribution.
#[derive(Debug)]
pub struct ComparedStage<'s> {
    /// Before.
    pub base: Option<&'s CostedStage>,
    /// After.
    pub head: Option<&'s CostedStage>,
    /// The change, split by cause.
    pub attribution: Option<Attribution>,
}

impl ComparedStage<'_> {
    /// The side that identifies the stage.
    pub(crate) fn subject(&self) -> Option<&CostedStage> {
        self.head.or(self.base)
    }

    /// The currency of both sides.
    pub(crate) fn currency(&self) -> Option<Currency> {
        self.subject().map(|side| side.stage.currency)
    }

    /// The known totals before and after; `None` if nothing is known or the stage does not exist.
    pub(crate) fn known_totals(&self) -> [Option<Decimal>; 2] {
        [self.base, self.head].map(|side| Some(side?.costing.known_totals()?.total))
    }

    /// The same as amounts to compute with: unknown or missing totals count as zero.
    pub(crate) fn totals(&self) -> [Decimal; 2] {
        self.known_totals().map(Option::unwrap_or_default)
    }

    /// By how much the total grows; `None` if none of one side is known.
    pub(crate) fn difference(&self) -> Option<Decimal> {
        let mut sides = [self.base, self.head].into_iter().flatten();
        if sides.any(|side| side.costing.known_totals().is_none()) {
            return None;
        }
        let [before, after] = self.totals();
        match &self.attribution {
            Some(attribution) => Some(attribution.difference),
            None => subtract(after, before).ok(),
        }
    }

    /// Whether the cost is fully known on both sides.
    pub(crate) fn is_complete(&self) -> bool {
        [self.base, self.head].into_iter().flatten().all(|side| side.costing.is_complete())
    }

    /// A line item before and after; `None` on a side without it.
    pub(crate) fn lines_of(&self, change: &LineChange) -> [Option<&LineCost>; 2] {
        let sides = [(self.base, change.base), (self.head, change.head)];
        sides.map(|(side, place)| side.zip(place).and_then(|(side, place)| side.costing.line_items.get(place)))
    }

    /// The known cost of a line item before and after.
    pub(crate) fn costs_of(&self, change: &LineChange) -> [Option<Decimal>; 2] {
        self.lines_of(change).map(|line| line.filter(|line| line.is_known).map(|line| line.monthly))
    }

    /// Whether a line item's cost is fully known on both sides.
    pub(crate) fn is_line_complete(&self, change: &LineChange) -> bool {
        self.lines_of(change).into_iter().flatten().all(|line| line.completeness() == Completeness::Full)
    }

    /// By how much a line item grows; `None` if none of its cost is known on a side that has it.
    pub(crate) fn difference_of(&self, change: &LineChange) -> Option<Decimal> {
        let mut sides = self.lines_of(change).into_iter().flatten();
        sides.all(|line| line.is_known).then_some(change.difference)
    }

    /// What makes up the totals besides the line items in `lines`: the other line items, and the sums. Each has a kind,
    /// a name, and an amount before and after.
    pub(crate) fn rest(&self, lines: &[&LineChange]) -> Vec<(&'static str, &'static str, [Option<Decimal>; 2])> {
        let parts = |side: usize| {
            let Some(CostedStage { stage, costing, .. }) = [self.base, self.head][side] else { return Vec::new() };
            let listed = sum(lines.iter().filter_map(|line| self.costs_of(line)[side])).ok();
            let rest = |(totals, listed): (&Totals, _)| subtract(totals.subtotal, listed).ok();
            let others = ("other_line_items", "Other line items", costing.known_totals().zip(listed).and_then(rest));
            let sums = SumRecord::all(stage, costing).into_iter().take_while(|sum| !sum.is_total());
            std::iter::once(others).chain(sums.map(|sum| (sum.kind, sum.name, sum.monthly))).collect()
        };
        let (base, head) = (parts(0), parts(1));
        let named = if head.is_empty() { &base } else { &head };
        let amount = |parts: &[(&str, &str, Option<Decimal>)], place: usize| parts.get(place)?.2;
        let both = |place: usize| [amount(&base, place), amount(&head, place)];
        named.iter().enumerate().map(|(place, (kind, name, _))| (*kind, *name, both(place))).collect()
    }

    /// Whether nothing changed, including changes that cancel out.
    pub(crate) fn is_unchanged(&self) -> bool {
        self.attribution.as_ref().is_some_and(|attribution| {
            attribution.contributions.is_empty()
                && attribution.line_items.iter().all(|line| line.contributions.is_empty())
                && !self.has_line_known_otherwise()
        })
    }

    /// Whether the unknown part of any line item's cost changed.
    pub(crate) fn has_line_known_otherwise(&self) -> bool {
        let lines = self.attribution.iter().flat_map(|attribution| &attribution.line_items);
        lines.into_iter().any(|line| line.unknown.is_some())
    }

    /// The unknown part of a line item's difference, which may add to the known one or reduce it.
    pub(crate) fn unknown_part_of(&self, change: &LineChange) -> &'static str {
        let is_partial = |line: Option<&LineCost>| line.is_some_and(|line| line.completeness() != Completeness::Full);
        match self.lines_of(change).map(is_partial) {
            [false, false] => "",
            [false, true] => " + ?",
            [true, false] => " - ?",
            [true, true] => " +- ?",
        }
    }
}
