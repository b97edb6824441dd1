//! Other ways to buy what a line item provides, and the numbers from which a different one is the cheapest.
//!
//! A line item and its alternatives are computed as the rows of a separate stage, so allowances, discounts and credits
//! that rows of the whole stage share apply to none of them.

use rust_decimal::Decimal;

use crate::calculate::cost::costing::{Completeness, LineCost};
use crate::calculate::cost::sums::{Sums, sums};
use crate::calculate::cost::trace::Unobserved;
use crate::calculate::cost::usage::calls_of;
use crate::calculate::plan::points::Change;
use crate::diagnostic::Diagnostic;
use crate::model::{Expression, Fraction, Inputs, LineItem, Stage, StageRounding, subtract};

/// The line items of a stage that have alternatives, while a number is swept.
pub(crate) struct Alternatives {
    /// A stage of only those line items, each before its alternatives.
    stage: Stage,
    groups: Vec<Group>,
}

/// A line item with its alternatives.
struct Group {
    /// The place of the line item in the whole stage.
    line_item: usize,
    /// The place of its row in this stage; those of the alternatives follow.
    first: usize,
    /// How many alternatives there are.
    count: usize,
    /// Which one was the cheapest at the last number, with zero for the line item itself; `None` where a cost is
    /// unknown.
    cheapest: Option<usize>,
}

impl Alternatives {
    /// `None` if no line item has alternatives.
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

    /// Sets the value of a driver, by its place.
    pub(crate) fn set_driver(&mut self, place: usize, value: Decimal) {
        self.stage.drivers[place].formula.expression = Expression::Number(value.into());
    }

    /// Assumes that every line item itself was the cheapest so far, so that the next number reports those that are not.
    pub(crate) fn begin(&mut self) {
        for group in &mut self.groups {
            group.cheapest = Some(0);
        }
    }

    /// Where a different one is the cheapest than at the last number.
    pub(crate) fn changes(&mut self, inputs: Inputs) -> Result<Vec<Change>, Vec<Diagnostic>> {
        let lines = sums(&self.stage, inputs, None, &mut Unobserved)?.lines;
        let changes = self.groups.iter_mut().filter_map(|group| group.change(&lines));
        Ok(changes.collect())
    }
}

/// What one way to buy a line item costs in a month, on its own: without allowances, percentages, discounts and credits
/// that rows share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlternativeCost {
    /// The place of the line item in the stage.
    pub line_item: usize,
    /// The place of the alternative among those of the line item; `None` for the line item itself.
    pub alternative: Option<usize>,
    /// The number of customers.
    pub customers: u64,
    /// The exact cost in the reporting currency; `None` if a part of it is unknown.
    pub cost: Option<Decimal>,
    /// The calls of a month, if the SKU counts calls and they are known.
    pub calls: Option<Fraction>,
}

/// What each line item with alternatives costs, followed by what its alternatives cost.
///
/// # Errors
/// As [`stage`](crate::calculate::stage).
pub fn alternative_costs(stage: &Stage, inputs: Inputs) -> Result<Vec<AlternativeCost>, Vec<Diagnostic>> {
    let Some(Alternatives { stage, groups }) = Alternatives::new(stage) else { return Ok(Vec::new()) };
    let Sums { drivers, lines, .. } = sums(&stage, inputs, None, &mut Unobserved)?;
    let ways = groups.iter().flat_map(|group| (0..=group.count).map(move |way| (group, way)));
    let costs = ways.map(|(group, way)| {
        let (line, item) = (&lines[group.first + way], &stage.line_items[group.first + way]);
        AlternativeCost {
            line_item: group.line_item,
            alternative: way.checked_sub(1),
            customers: inputs.customers,
            cost: (line.completeness() == Completeness::Full).then_some(line.exact),
            calls: calls_of(item, line.quantity, &drivers),
        }
    });
    Ok(costs.collect())
}

/// A stage of only some rows, which nothing else affects.
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
        self.cheapest = if Completeness::of(rows) == Completeness::Full {
            rows.iter().enumerate().min_by_key(|(place, row)| (row.exact, *place)).map(|(place, _)| place)
        } else {
            None
        };
        let cheapest = self.cheapest.filter(|_| before != self.cheapest)?;
        let saved = subtract(rows[0].exact, rows[cheapest].exact).ok()?;
        Some(Change::CheapestSku { line_item: self.line_item, alternative: cheapest.checked_sub(1), saved })
    }
}
