//! What was billed in a month, on the page of its review.

use crate::calculate::{BudgetCheck, BudgetVerdict, Comparison, Costing};
use crate::model::{ActualMonth, Amount, Stage};
use crate::view::actuals::actual_costs::ActualCostsView;
use crate::view::budget::check::is_quiet;
use crate::view::budget::check_amount::Shown;
use crate::view::budget::check_json::{RowJson, row_json};
use crate::view::budget::check_words::{code, sentence, what};
use crate::view::budget::checked::CheckedStage;
use crate::view::page::layout::Cell;
use crate::view::page::number::quotient;
use crate::view::page::screen::{Tone, folded, money};

/// The most line items without a bill that are named.
const NAMED: usize = 3;

/// What was billed in a month, against the plan and against budgets and alerts.
#[derive(Debug)]
pub struct ReviewBill {
    /// The bills.
    pub month: ActualMonth,
    /// The stage with which they are compared.
    pub stage: Stage,
    /// What the stage costs.
    pub plan: Costing,
    /// The comparison.
    pub comparison: Comparison,
    /// What the reader should know of it.
    pub notes: Vec<String>,
    /// The stage with its budgets and alerts for a month.
    pub checked: Vec<CheckedStage>,
}

impl ReviewBill {
    /// What `costplan actuals` shows of it.
    pub(super) fn view(&self) -> ActualCostsView<'_> {
        let rows = self.comparison.rows.clone();
        ActualCostsView::new(&self.month, (&self.stage, &self.plan), &self.comparison, rows, &self.notes)
    }

    fn checks(&self) -> impl Iterator<Item = (&CheckedStage, &BudgetCheck)> {
        self.checked.iter().flat_map(|checked| checked.checks.iter().map(move |check| (checked, check)))
    }

    pub(super) fn rows_json(&self) -> impl Iterator<Item = RowJson<'_>> {
        self.checks().map(|(checked, check)| row_json(checked, check, None))
    }

    /// What it cost and why, what has no bill yet, and the budgets and alerts that are not kept.
    pub(super) fn sentences(&self) -> Vec<(Tone, String)> {
        let view = self.view();
        let mut lines = vec![(Tone::Plain, view.headline())];
        lines.extend(view.sentences());
        lines.extend(self.not_billed().map(|line| (Tone::Doubtful, line)));
        let loud = self.checks().filter(|(_, check)| !is_quiet(check.verdict));
        lines.extend(loud.map(|(checked, check)| {
            let tone = if check.verdict == BudgetVerdict::Fail { Tone::Bad } else { Tone::Doubtful };
            (tone, sentence("The bill", checked, check))
        }));
        let kept = self.checks().filter(|(_, check)| check.verdict == BudgetVerdict::Pass).count();
        match kept {
            0 => {}
            1 => lines.push((Tone::Plain, "The bill keeps one budget or alert".to_owned())),
            _ => lines.push((Tone::Plain, format!("The bill keeps {kept} budgets and alerts"))),
        }
        lines
    }

    /// The line items without a bill.
    fn not_billed(&self) -> Option<String> {
        let missing = self.comparison.rows.iter().filter(|row| row.billed.is_none() && !row.planned.is_zero());
        let all: Vec<String> =
            missing.map(|row| format!("{} {}", row.name, money(row.planned, self.stage.currency))).collect();
        let (named, rest) = folded(&all, NAMED);
        let more = if rest.is_empty() { String::new() } else { format!(" and {} more", rest.len()) };
        (!all.is_empty()).then(|| format!("Not billed yet: {}{more}", named.join(", ")))
    }
}

/// The bill of a month in the columns of a review: each value with what was planned, and each budget and alert.
pub(super) fn bill_rows(bill: &ReviewBill) -> Vec<Vec<Cell<'_>>> {
    let (comparison, economics, currency) = (&bill.comparison, &bill.plan.economics, bill.stage.currency);
    let total = &comparison.total;
    let row = |metric: &'static str, text: String, [measured, bound]: [Cell<'static>; 2], verdict: &'static str| {
        let mut row = vec![Cell::text("actuals"), Cell::text(text), Cell::text(metric), measured, bound];
        row.extend([Cell::text(verdict), Cell::Empty]);
        row.extend([Cell::Number(bill.stage.id.into()), Cell::Number(bill.plan.inputs.customers.into())]);
        row.extend([Cell::Empty, Cell::Empty, Cell::Empty, Cell::text(currency.to_string())]);
        row.extend([Cell::text(bill.month.month.to_string()), Cell::Empty]);
        row
    };
    let both = [Cell::number(total.billed), Cell::Number(total.planned)];
    let mut rows = vec![row("billed", "what was billed, and planned".to_owned(), both, "")];
    let values = [
        ("cost_per_customer", &comparison.cost_per_customer, &economics.cost_per_customer),
        ("share_of_mrr", &comparison.share_of_mrr, &economics.share_of_mrr),
    ];
    for (metric, billed, planned) in values {
        let both = [billed, planned].map(|of| Cell::number(of.as_ref().and_then(quotient).map(|number| number.0)));
        rows.push(row(metric, "by the bill, and planned".to_owned(), both, ""));
    }
    for (cause, amount) in &total.causes {
        let amount = [Cell::Number(*amount), Cell::Empty];
        rows.push(row(cause.as_str(), "a part of the difference".to_owned(), amount, ""));
    }
    for (_, check) in bill.checks() {
        let shown = Shown::of(check);
        let amount = |of: &Option<Amount>| of.as_ref().map_or(Cell::Empty, |of| Cell::text(shown.amount(of)));
        let both = [amount(&check.value), amount(&check.limit)];
        rows.push(row(code(&check.subject), what(check), both, check.verdict.as_str()));
    }
    rows
}
