//! Other ways to buy what a line item brings, and from where on one of them is the cheapest.
//!
//! A line item and its alternatives are computed as the rows of a stage of their own, so that what rows of the whole stage
//! share, such as allowances, discounts and credits, counts for none of them.

use rust_decimal::Decimal;

use crate::calculate::cost::costing::{Knowledge, LineCost};
use crate::calculate::cost::sums::sums;
use crate::calculate::cost::trace::Unobserved;
use crate::calculate::plan::points::Change;
use crate::diagnostic::Diagnostic;
use crate::model::{Expression, LineItem, Stage, StageRounding, subtract};

/// The line items of a stage that have alternatives, while a number moves.
pub(crate) struct Alternatives {
    /// A stage of nothing but those line items, each before its alternatives.
    stage: Stage,
    groups: Vec<Group>,
}

/// A line item with its alternatives.
struct Group {
    /// The place of the line item in the whole stage.
    line_item: usize,
    /// The place of its row here; those of the alternatives follow.
    first: usize,
    /// How many alternatives there are.
    count: usize,
    /// Which was the cheapest at the last number, from zero for the line item itself; `None` where a cost is unknown.
    cheapest: Option<usize>,
}

impl Alternatives {
    /// `None` if no line item has any.
    pub(crate) fn new(stage: &Stage) -> Option<Self> {
        let mut groups = Vec::new();
        let mut rows: Vec<LineItem> = Vec::new();
        for (line_item, item) in stage.selected() {
            let alternatives = item.alternatives();
            if alternatives.is_empty() {
                continue;
            }
            groups.push(Group { line_item, first: rows.len(), count: alternatives.len(), cheapest: Some(0) });
            rows.push(item.clone());
            rows.extend(alternatives.iter().map(|other| other.with_techniques_of(item)));
        }
        if groups.is_empty() {
            return None;
        }
        Some(Self { stage: apart(stage, rows), groups })
    }

    /// Gives the driver with a place another value.
    pub(crate) fn set_driver(&mut self, place: usize, value: Decimal) {
        self.stage.drivers[place].formula.expression = Expression::Number(value);
    }

    /// Takes every line item to have been the cheapest so far, so that the next number tells where it is not.
    pub(crate) fn begin(&mut self) {
        for group in &mut self.groups {
            group.cheapest = Some(0);
        }
    }

    /// Where another one is the cheapest than at the last number.
    pub(crate) fn changes(&mut self, customers: u64) -> Result<Vec<Change>, Vec<Diagnostic>> {
        let lines = sums(&self.stage, customers, None, &mut Unobserved)?.lines;
        let changes = self.groups.iter_mut().filter_map(|group| group.change(&lines));
        Ok(changes.collect())
    }
}

/// A stage of nothing but some rows, on which nothing else has an effect.
pub(crate) fn apart(stage: &Stage, rows: Vec<LineItem>) -> Stage {
    Stage {
        line_items: rows,
        order: None,
        adjustments: Vec::new(),
        tax: None,
        rounding: StageRounding::default(),
        part: None,
        ..stage.clone()
    }
}

impl Group {
    fn change(&mut self, lines: &[LineCost]) -> Option<Change> {
        let rows = &lines[self.first..=self.first + self.count];
        let before = self.cheapest;
        self.cheapest = if Knowledge::of(rows) == Knowledge::Full {
            rows.iter().enumerate().min_by_key(|(place, row)| (row.exact, *place)).map(|(place, _)| place)
        } else {
            None
        };
        let cheapest = self.cheapest.filter(|_| before != self.cheapest)?;
        let saved = subtract(rows[0].exact, rows[cheapest].exact).ok()?;
        Some(Change::CheapestSku { line_item: self.line_item, alternative: cheapest.checked_sub(1), saved })
    }
}
