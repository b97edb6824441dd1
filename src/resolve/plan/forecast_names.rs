//! Names that a forecast uses: an unknown one would silently have no effect.

use crate::diagnostic::{Code, Diagnostic, Problems, closest};
use crate::model::{LineItem, Stage};
use crate::parse::ForecastRaw;
use crate::source::Spanned;

/// Checks that migrations, credits and prepayments name an existing stage, vendor or plain cost. `stages` are all
/// stages of the plan.
pub fn forecast_names(raw: &ForecastRaw, stages: &[&Stage], problems: &mut Problems) {
    for to in raw.migrations.iter().filter_map(|migration| migration.to) {
        if stages.iter().all(|stage| u64::from(stage.id) != to.value) {
            let known: Vec<String> = stages.iter().map(|stage| format!("{} ({})", stage.id, stage.name)).collect();
            let message = format!("no stage `{}` to move to", to.value);
            let diagnostic = Diagnostic::at(Code::UnknownStage, to.span, message, "no such stage");
            problems.push(diagnostic.help(format!("choose from {}", known.join(", "))));
        }
    }
    let items = || stages.iter().flat_map(|stage| &stage.line_items);
    for vendor in raw.credits.iter().filter_map(|credit| credit.vendor.as_ref()) {
        if items().all(|item| item.vendor() != Some(&*vendor.value)) {
            let message = format!("no line item is from the vendor `{}`", vendor.value);
            let diagnostic = Diagnostic::at(Code::UnknownVendor, vendor.span, message, "this credit would pay nothing");
            problems.push(suggested(diagnostic, vendor, items().filter_map(LineItem::vendor)));
        }
    }
    for name in raw.prepaid.iter().map(|prepaid| &prepaid.line_item) {
        let is_called = |item: &&LineItem| *item.name == *name.value;
        if items().filter(is_called).any(|item| item.sku().is_none()) {
            continue;
        }
        let diagnostic = if items().any(|item| is_called(&item)) {
            let message = format!("`{}` is not a plain cost", name.value);
            let diagnostic = Diagnostic::at(Code::UnknownName, name.span, message, "bought as a SKU");
            diagnostic.help(
                "remove this: a price with a `period` is prepaid already, from the month of the line item's `ordered_on` on",
            )
        } else {
            let message = format!("no stage has a line item `{}`", name.value);
            let plain = items().filter(|item| item.sku().is_none());
            let diagnostic = Diagnostic::at(Code::UnknownName, name.span, message, "not a line item");
            suggested(diagnostic, name, plain.map(|item| &*item.name))
        };
        problems.push(diagnostic);
    }
}

fn suggested<'a>(diagnostic: Diagnostic, name: &Spanned<String>, known: impl Iterator<Item = &'a str>) -> Diagnostic {
    match closest(&name.value, known) {
        Some(known) => diagnostic.help(format!("did you mean `{known}`?")),
        None => diagnostic,
    }
}
