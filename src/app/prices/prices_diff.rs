//! What changed in the prices of a vendor between two days, and what it does to the stages of a project.

use std::sync::Arc;

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::calculate::{self, Costing, Unobserved};
use crate::diagnostic::{Code, Diagnostic, Failure};
use crate::model::{Inputs, Revenue, Sku, Stage, StageEffect};
use crate::resolve;
use crate::source::Spanned;
use crate::workspace::{Selection, Workspace};

/// The SKUs of a vendor and the stages that use them, for two days.
#[derive(Debug)]
pub struct PricesDiff {
    /// The SKUs of the vendor, by their ids.
    pub skus: Vec<Arc<Sku>>,
    /// The earlier day.
    pub from: Date,
    /// The later day.
    pub to: Date,
    /// What the changes do to the stages of the project that use the vendor; none without a project.
    pub stages: Vec<StageEffect>,
}

/// Compares the prices of a vendor on two days, and computes the stages of the project that use it with both.
///
/// # Errors
/// `unknown-vendor`; `invalid-argument` if the first day is after the second; everything that is wrong with the sheet and
/// the stages.
pub fn prices_diff(
    workspace: &mut Workspace,
    vendor: &Spanned<String>,
    (from, to): (Spanned<Date>, Date),
    request: &resolve::Request,
) -> Result<PricesDiff, Failure> {
    compared(workspace, vendor, (from, to), request).map_err(|wrong| workspace.failure(wrong))
}

fn compared(
    workspace: &mut Workspace,
    vendor: &Spanned<String>,
    (from, to): (Spanned<Date>, Date),
    request: &resolve::Request,
) -> Result<PricesDiff, Vec<Diagnostic>> {
    if from.value > to {
        let message = format!("the first day, {}, is after the second, {to}", from.value);
        return Err(vec![Diagnostic::at(Code::InvalidArgument, from.span, message, "later than the second day")]);
    }
    let from = from.value;
    let skus = workspace.price_sheets(Some(vendor))?.book.skus().cloned().collect();
    let mut stages = Vec::new();
    if workspace.has_own_stages() {
        let later = resolve::Request { as_of: to, ..request.clone() };
        // What the prices do is compared at the same rates, which may not go back to the first day.
        let earlier = resolve::Request { as_of: from, rates_on: Some(to), ..request.clone() };
        for (stage, revenue) in workspace.resolved(Selection::all(), &later)? {
            if stage.line_items.iter().any(|item| item.sku().is_some() && item.vendor() == Some(&*vendor.value)) {
                stages.push(effect(workspace, (stage, revenue), &vendor.value, &earlier)?);
            }
        }
    }
    Ok(PricesDiff { skus, from, to, stages })
}

fn effect(
    workspace: &mut Workspace,
    (stage, revenue): (Stage, Revenue),
    vendor: &str,
    earlier: &resolve::Request,
) -> Result<StageEffect, Vec<Diagnostic>> {
    let customers = stage.usual_customers();
    let inputs = Inputs { customers, revenue };
    let id = stage.id.to_string();
    let totals = match workspace.resolved(Selection::one(&id), earlier) {
        Ok(before) => {
            let before = before.into_iter().next().map(|(before, _)| before);
            let before = before.map(|before| calculate::with_prices_of(&stage, &before, vendor));
            workspace.spend_on(&stage, 2)?;
            let before = before.map(|before| calculate::stage(&before, inputs, &mut Unobserved)).transpose()?;
            let after = calculate::stage(&stage, inputs, &mut Unobserved)?;
            before.as_ref().and_then(total).zip(total(&after)).ok_or_else(|| "no part of its cost is known".to_owned())
        }
        Err(wrong) => Err(wrong.into_iter().next().map(|problem| problem.message).unwrap_or_default()),
    };
    let name = stage.name.to_string();
    let totals = totals.map(|(before, after)| [before, after]);
    Ok(StageEffect { id: stage.id, name, customers, currency: stage.currency, totals })
}

fn total(costing: &Costing) -> Option<Decimal> {
    costing.known_totals().map(|totals| totals.total)
}
