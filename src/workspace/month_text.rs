//! The file of a month as it is written: a line for each charge, in an order that depends on nothing else.

use std::fmt::Write as _;

use crate::model::{ActualMonth, BillSource, BilledCharge, ControlTotal};
use crate::source::double_quoted;

/// The file of a month.
pub(super) fn month_text(month: &ActualMonth) -> String {
    let mut text = format!(
        "# What {} really cost: `costplan actuals import` and `costplan actuals add` write this file.\nversion: 1\nmonth: {}\n",
        month.month, month.month
    );
    if let Some(customers) = month.customers {
        let _ = writeln!(text, "customers: {customers}");
    }
    if let Some(mrr) = &month.mrr {
        let _ = writeln!(text, "mrr: {} {}", mrr.amount, mrr.currency);
    }
    if !month.sources.is_empty() {
        text.push_str("sources:\n");
    }
    for of in &month.sources {
        source(&mut text, of);
    }
    if !month.typed.is_empty() {
        text.push_str("typed:\n");
    }
    for charge in &month.typed {
        let _ = writeln!(text, "  - {}", line(charge));
    }
    text
}

fn source(text: &mut String, source: &BillSource) {
    let _ = writeln!(text, "  - name: {}", double_quoted(&source.name));
    let _ = writeln!(text, "    format: {}", double_quoted(&source.format));
    let _ = writeln!(text, "    digest: {}", double_quoted(&source.digest));
    let _ = writeln!(text, "    rows: {}", source.rows);
    let total = |ControlTotal { currency, billed, effective }: &ControlTotal| {
        let effective = effective.map(|effective| format!(", effective: {effective} {currency}"));
        format!("{{ billed: {billed} {currency}{} }}", effective.unwrap_or_default())
    };
    let totals: Vec<String> = source.totals.iter().map(total).collect();
    let _ = writeln!(text, "    totals: [{}]", totals.join(", "));
    if let Some(through) = source.through {
        let _ = writeln!(text, "    through: {through}");
    }
    text.push_str("    charges:\n");
    for charge in &source.charges {
        let _ = writeln!(text, "      - {}", line(charge));
    }
}

fn line(charge: &BilledCharge) -> String {
    let product = &charge.product;
    let mut line = format!("{{ vendor: {}", double_quoted(&product.vendor));
    let texts = [
        ("service", &product.service),
        ("sku", &product.sku),
        ("meter", &product.meter),
        ("resource_type", &product.resource_type),
    ];
    for (key, value) in texts {
        if let Some(value) = value {
            let _ = write!(line, ", {key}: {}", double_quoted(value));
        }
    }
    if !product.tags.is_empty() {
        let tag = |(name, value): &(Box<str>, Box<str>)| format!("{}: {}", double_quoted(name), double_quoted(value));
        let tags: Vec<String> = product.tags.iter().map(tag).collect();
        let _ = write!(line, ", tags: {{ {} }}", tags.join(", "));
    }
    let _ = write!(line, ", kind: {}", product.kind.as_str());
    for (key, holds) in [("correction", product.is_correction), ("monthly", product.is_monthly)] {
        if holds {
            let _ = write!(line, ", {key}: true");
        }
    }
    let _ = write!(line, ", cost: {} {}", charge.cost.amount, charge.cost.currency);
    if let Some(quantity) = charge.quantity {
        let _ = write!(line, ", quantity: {quantity}");
    }
    if let Some(unit) = &product.unit {
        let _ = write!(line, ", unit: {}", double_quoted(unit));
    }
    if charge.rows != 1 {
        let _ = write!(line, ", rows: {}", charge.rows);
    }
    line + " }"
}
