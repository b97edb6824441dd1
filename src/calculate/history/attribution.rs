//! Why the cost of a stage changed: causes are applied to the earlier stage one after another until it is the later
//! one.
//!
//! ```text
//! earlier -> removed -> added -> usage -> product -> techniques -> model -> price -> exchange rate -> discounts -> buffer -> later
//! ```
//!
//! The effect of a cause is the cost with it less the cost without it, where all earlier causes are applied and no
//! later ones are. The effects therefore add up to the last digit, and a joint effect of two causes counts for the
//! later one: usage is valued at the old prices, and a price change at the new usage. All intermediate stages are
//! computed without rounding; the effect of rounding on both sides is a cause of its own.

use rust_decimal::Decimal;

use crate::calculate::cost::costed::CostedStage;
use crate::calculate::cost::sums::sums;
use crate::calculate::cost::trace::Unobserved;
use crate::calculate::fault::Fault;
use crate::calculate::history::between::{Between, UpTo};
use crate::calculate::history::causes::{Attribution, Cause, Contribution, LineChange, Merged};
use crate::calculate::history::frozen::frozen;
use crate::calculate::history::unknown_change::{UnknownRow, unknown_change};
use crate::diagnostic::Diagnostic;
use crate::model::{Inputs, Stage, StageRounding, add, subtract};

/// The causes that are applied one after another; rounding is the remainder.
const LET_IN: [Cause; 10] = [
    Cause::Removed,
    Cause::Added,
    Cause::Usage,
    Cause::Product,
    Cause::Techniques,
    Cause::Model,
    Cause::Price,
    Cause::ExchangeRate,
    Cause::Discounts,
    Cause::Buffer,
];

/// Splits the change of a stage's total by cause. Both sides are in one reporting currency; unknown costs count as no
/// change.
///
/// # Errors
/// As [`stage`](crate::calculate::cost::stage::stage()).
pub fn attribution(base: &CostedStage, head: &CostedStage) -> Result<Attribution, Vec<Diagnostic>> {
    let (earlier, later) = (unrounded(base)?, unrounded(head)?);
    let between = Between::new(base, head, &earlier, &later)?;
    let fault = |fault: Fault| {
        let stage = &head.stage;
        vec![fault.at(&format!("the change of stage {} ({})", stage.id, stage.name), None)]
    };
    let mut changes = Changes::new(&between);
    let start = costs(&earlier, |place| between.row_of_base(place), between.len())?;
    let end = costs(&later, |place| between.row_of_head(place), between.len())?;
    let mut at = start.clone();
    let mut previous: Option<Stage> = None;
    let mut merged = Vec::new();
    let mut waiting: Vec<Cause> = Vec::new();
    // The first intermediate stage differs only in the order of its line items.
    for cause in [None].into_iter().chain(LET_IN.map(Some)) {
        let counts_as = cause.unwrap_or(Cause::Model);
        let stage = between.stage(UpTo(cause));
        if stage.is_some() && stage == previous {
            continue;
        }
        let Some(next) = stage.as_ref().and_then(|stage| costs(stage, Some, between.len()).ok()) else {
            waiting.push(counts_as);
            continue;
        };
        changes.step(counts_as, &at, &next).map_err(fault)?;
        merged.extend(waiting.drain(..).map(|cause| Merged { cause, into: counts_as }));
        (at, previous) = (next, stage);
    }
    merged.extend(waiting.drain(..).map(|cause| Merged { cause, into: Cause::Model }));
    merged.retain(|merged| merged.cause != merged.into);
    changes.step(Cause::Model, &at, &end).map_err(fault)?;
    let rounded = |side: &CostedStage, exact: &Costs, row: &dyn Fn(usize) -> Option<usize>| {
        let mut rounded = Costs { total: side.costing.totals.total, rows: vec![Decimal::ZERO; between.len()] };
        for (place, line) in side.costing.line_items.iter().enumerate() {
            if let Some(row) = row(place) {
                rounded.rows[row] = line.monthly;
            }
        }
        rounded.less(exact)
    };
    let of_base = rounded(base, &start, &|place| between.row_of_base(place)).map_err(fault)?;
    let of_head = rounded(head, &end, &|place| between.row_of_head(place)).map_err(fault)?;
    changes.step(Cause::Rounding, &of_base, &of_head).map_err(fault)?;
    let mut attribution = changes.finish(&between, merged).map_err(fault)?;
    for line in &mut attribution.line_items {
        line.unknown = unknown_change(row(&earlier, base, line.base), row(&later, head, line.head));
    }
    Ok(attribution)
}

/// A line item by its place, with what it costs.
fn row<'r>(frozen: &'r Stage, costed: &'r CostedStage, place: Option<usize>) -> Option<UnknownRow<'r>> {
    Some(UnknownRow { item: frozen.line_items.get(place?)?, cost: costed.costing.line_items.get(place?)? })
}

/// A stage whose formulas are replaced by values and whose costs are not rounded.
fn unrounded(costed: &CostedStage) -> Result<Stage, Vec<Diagnostic>> {
    let frozen = frozen(&costed.stage, costed.costing.inputs)?;
    Ok(Stage { rounding: StageRounding::default(), ..frozen })
}

/// The costs of the shared rows, and the total.
#[derive(Clone)]
struct Costs {
    total: Decimal,
    rows: Vec<Decimal>,
}

impl Costs {
    fn less(&self, other: &Self) -> Result<Self, Fault> {
        let pairs = self.rows.iter().zip(&other.rows);
        let rows: Result<Vec<Decimal>, _> = pairs.map(|(a, b)| subtract(*a, *b)).collect();
        Ok(Self { total: subtract(self.total, other.total)?, rows: rows? })
    }
}

/// The cost of a stage, with its line items at the shared rows.
fn costs(stage: &Stage, row: impl Fn(usize) -> Option<usize>, rows: usize) -> Result<Costs, Vec<Diagnostic>> {
    // The formulas and the revenue are values, so the number of customers does not matter.
    let inputs = Inputs { customers: 0, revenue: stage.revenue };
    let sums = sums(stage, inputs, None, &mut Unobserved)?;
    let mut costs = Costs { total: sums.totals.total, rows: vec![Decimal::ZERO; rows] };
    for (place, line) in sums.lines.iter().enumerate() {
        if let Some(row) = row(place) {
            costs.rows[row] = line.exact;
        }
    }
    Ok(costs)
}

/// The effect of each cause, by the places of [`Cause::NAMES`].
struct Changes {
    total: Vec<Decimal>,
    rows: Vec<Vec<Decimal>>,
}

impl Changes {
    fn new(between: &Between<'_>) -> Self {
        let none = vec![Decimal::ZERO; Cause::WORDS.len()];
        Self { total: none.clone(), rows: vec![none; between.len()] }
    }

    fn step(&mut self, cause: Cause, before: &Costs, after: &Costs) -> Result<(), Fault> {
        let step = after.less(before)?;
        let place = cause as usize;
        self.total[place] = add(self.total[place], step.total)?;
        for (row, amount) in self.rows.iter_mut().zip(&step.rows) {
            row[place] = add(row[place], *amount)?;
        }
        Ok(())
    }

    fn finish(self, between: &Between<'_>, merged: Vec<Merged>) -> Result<Attribution, Fault> {
        let mut line_items = Vec::with_capacity(between.len());
        for (row, amounts) in self.rows.iter().enumerate() {
            let (difference, contributions) = contributions(amounts)?;
            let (base, head) = between.places(row);
            let name = between.name(row).into();
            line_items.push(LineChange { name, base, head, difference, contributions, unknown: None });
        }
        let (difference, contributions) = contributions(&self.total)?;
        Ok(Attribution { difference, contributions, line_items, merged })
    }
}

/// The causes that have an effect, and their sum.
fn contributions(amounts: &[Decimal]) -> Result<(Decimal, Vec<Contribution>), Fault> {
    let difference = amounts.iter().try_fold(Decimal::ZERO, |sum, amount| add(sum, *amount))?;
    let of_cause = |((_, cause), amount): (&(&str, Cause), &Decimal)| Contribution { cause: *cause, amount: *amount };
    let all = Cause::WORDS.iter().zip(amounts).map(of_cause);
    Ok((difference, all.filter(|part| !part.amount.is_zero()).collect()))
}
