//! A stage before and after, and how much is known of what changed.

use rust_decimal::Decimal;

use crate::calculate::{Attribution, CostedStage, Knowledge, LineChange, LineCost};
use crate::model::subtract;

/// A stage before and after; of one that is on one side only there is nothing to take apart.
#[derive(Debug)]
pub struct ComparedStage<'s> {
    /// Before.
    pub base: Option<&'s CostedStage>,
    /// After.
    pub head: Option<&'s CostedStage>,
    /// What the change is made of.
    pub attribution: Option<Attribution>,
}

impl ComparedStage<'_> {
    /// The side that says which stage it is.
    pub(crate) fn subject(&self) -> Option<&CostedStage> {
        self.head.or(self.base)
    }

    /// The totals before and after, as far as they are known; `None` where nothing is, or the stage is not there.
    pub(crate) fn known_totals(&self) -> [Option<Decimal>; 2] {
        [self.base, self.head].map(|side| Some(side?.costing.known_totals()?.total))
    }

    /// The same as amounts to compute with: what is not known, and what is not there, adds nothing.
    pub(crate) fn totals(&self) -> [Decimal; 2] {
        self.known_totals().map(Option::unwrap_or_default)
    }

    /// By how much the total grows; `None` where nothing is known of one.
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

    /// Whether all of the cost is known on both sides.
    pub(crate) fn is_complete(&self) -> bool {
        [self.base, self.head].into_iter().flatten().all(|side| side.costing.is_complete())
    }

    /// A line item before and after; `None` on a side where it does not stand.
    pub(crate) fn lines_of(&self, change: &LineChange) -> [Option<&LineCost>; 2] {
        let sides = [(self.base, change.base), (self.head, change.head)];
        sides.map(|(side, place)| side.zip(place).and_then(|(side, place)| side.costing.line_items.get(place)))
    }

    /// What a line item costs before and after, as far as it is known.
    pub(crate) fn costs_of(&self, change: &LineChange) -> [Option<Decimal>; 2] {
        self.lines_of(change).map(|line| line.filter(|line| line.is_known).map(|line| line.monthly))
    }

    /// Whether all of a line item's cost is known on both sides.
    pub(crate) fn is_line_complete(&self, change: &LineChange) -> bool {
        self.lines_of(change).into_iter().flatten().all(|line| line.knowledge() == Knowledge::Full)
    }

    /// By how much a line item grows; `None` where nothing is known of it on a side that has it.
    pub(crate) fn difference_of(&self, change: &LineChange) -> Option<Decimal> {
        let mut sides = self.lines_of(change).into_iter().flatten();
        sides.all(|line| line.is_known).then_some(change.difference)
    }

    /// Whether nothing changed, not even in a way that cancels out.
    pub(crate) fn is_unchanged(&self) -> bool {
        self.attribution.as_ref().is_some_and(|attribution| {
            attribution.contributions.is_empty()
                && attribution.line_items.iter().all(|line| line.contributions.is_empty())
                && !self.has_line_known_otherwise()
        })
    }

    /// Whether any line item changed in what is unknown of its cost.
    pub(crate) fn has_line_known_otherwise(&self) -> bool {
        let lines = self.attribution.iter().flat_map(|attribution| &attribution.line_items);
        lines.into_iter().any(|line| line.unknown.is_some())
    }

    /// The unknown part of a line item's difference: what may come on top of the known one, or off it.
    pub(crate) fn unknown_part_of(&self, change: &LineChange) -> &'static str {
        let is_partial = |line: Option<&LineCost>| line.is_some_and(|line| line.knowledge() != Knowledge::Full);
        match self.lines_of(change).map(is_partial) {
            [false, false] => "",
            [false, true] => " + ?",
            [true, false] => " - ?",
            [true, true] => " +- ?",
        }
    }
}
