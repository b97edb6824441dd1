//! The chart of a check in a comment: how much of each monthly budget is used.

use rust_decimal::Decimal;

use crate::calculate::{BudgetCheck, BudgetSubject, FindingCode};
use crate::model::LimitKind;
use crate::view::budget::check::CheckView;
use crate::view::page::comment::HostChart;
use crate::view::page::number::rounded_ratio;
use crate::view::page::scenario::capitalised;

impl CheckView<'_> {
    /// The monthly budgets that are used, in per cent, so that small and large stages and all currencies are comparable.
    pub(crate) fn host_chart(&self) -> Option<HostChart> {
        let (mut bars, mut unknown) = (Vec::new(), Vec::new());
        for (checked, check) in self.rows() {
            let of = match &check.subject {
                BudgetSubject::Limit(LimitKind::Monthly, None) => "",
                BudgetSubject::OfStage(FindingCode::MonthlyBudget) => ", stage's budget",
                _ => continue,
            };
            let name = format!("{}{of}", capitalised(&self.context(checked)));
            match used(check) {
                Some(percent) => bars.push(vec![(name, percent)]),
                None => unknown.push(name),
            }
        }
        let words = ["Used of each monthly budget".to_owned(), "%".to_owned()];
        HostChart::new(words, &bars, Some(Decimal::ONE_HUNDRED), &unknown)
    }
}

/// How much of a limit is used, in per cent; `None` if that is unknown or the limit is zero.
fn used(check: &BudgetCheck) -> Option<Decimal> {
    let ratio = check.value.as_ref()?.value.divide(&check.limit.as_ref()?.value).ok()?;
    rounded_ratio(&ratio, 3)?.checked_mul(Decimal::ONE_HUNDRED)
}
