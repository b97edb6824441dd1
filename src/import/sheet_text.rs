//! Imported SKUs in the words of a price sheet.

use std::fmt::Write as _;

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::import::imported::{ImportedAmount, ImportedCharge, ImportedPrice, ImportedSku};
use crate::model::{Currency, Fraction, Trust, exact_product};

/// What the head of a sheet says for all of its SKUs.
#[derive(Clone, Debug)]
pub(crate) struct Head {
    pub(crate) currency: Currency,
    pub(crate) source: String,
    pub(crate) trust: Trust,
    pub(crate) includes_tax: bool,
}

/// A text in the quotes of TOML.
pub(crate) fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for sign in text.chars() {
        match sign {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            sign if sign.is_control() => {
                let _ = write!(quoted, "\\u{:04X}", u32::from(sign));
            }
            sign => quoted.push(sign),
        }
    }
    quoted.push('"');
    quoted
}

/// A whole sheet of a SKU alone, which a reader of sheets understands.
pub(crate) fn sheet_of(skus: &[ImportedSku], vendor: &str, head: &Head, day: Date) -> String {
    let mut text = format!(
        "version = 1\nvendor = {}\ncurrency = \"{}\"\nsource = {}\nretrieved_on = {day}\ntrust = \"{}\"\n",
        quoted(vendor),
        head.currency,
        quoted(&head.source),
        head.trust.as_str()
    );
    for sku in skus {
        text.push('\n');
        text.push_str(&sku_text(sku, head));
    }
    text
}

/// A SKU with its charges.
pub(crate) fn sku_text(sku: &ImportedSku, head: &Head) -> String {
    let mut text = format!("[skus.{}]\n", sku.sku);
    let mut texts = |key: &str, value: &Option<String>| {
        if let Some(value) = value {
            let _ = writeln!(text, "{key} = {}", quoted(value));
        }
    };
    texts("name", &sku.name);
    texts("category", &sku.category);
    texts("description", &sku.description);
    texts("note", &sku.note);
    texts("source", &Some(sku.source.clone()).filter(|source| *source != head.source));
    let _ = writeln!(text, "retrieved_on = {}", sku.retrieved_on);
    if sku.trust != head.trust {
        let _ = writeln!(text, "trust = \"{}\"", sku.trust.as_str());
    }
    match sku.includes_tax {
        Some(rate) => {
            let _ = writeln!(text, "includes_tax = {}", rate.normalize());
        }
        None if head.includes_tax => text.push_str("includes_tax = 0\n"),
        None => {}
    }
    if !sku.specification.is_empty() {
        let pairs = sku.specification.iter().map(|(key, value)| format!("{key} = {}", quoted(value)));
        let _ = writeln!(text, "specification = {{ {} }}", pairs.collect::<Vec<_>>().join(", "));
    }
    if let Some(day) = sku.sold_until {
        let _ = writeln!(text, "sold_until = {day}");
    }
    for charge in &sku.charges {
        charge_text(&mut text, sku, charge, head);
    }
    text
}

fn charge_text(text: &mut String, sku: &ImportedSku, charge: &ImportedCharge, head: &Head) {
    let shape = &charge.shape;
    let _ = writeln!(text, "\n[[skus.{}.charges]]\nmeter = {}", sku.sku, quoted(&shape.meter));
    if let Some(description) = &shape.description {
        let _ = writeln!(text, "description = {}", quoted(description));
    }
    if let Some(unit) = &shape.unit {
        let _ = writeln!(text, "unit = {}", quoted(unit));
    }
    let _ = writeln!(text, "model = \"{}\"", charge.model().as_str());
    if shape.each {
        text.push_str("each = true\n");
    }
    for (key, value) in [("usage", &shape.usage), ("included", &shape.included)] {
        if let Some(value) = value {
            let _ = writeln!(text, "{key} = {}", quoted(value));
        }
    }
    if let Some(step) = shape.round_usage_up_to {
        let _ = writeln!(text, "round_usage_up_to = {}", number(step));
    }
    let is_plain = sku.currency == head.currency;
    if let ([price], true) = (charge.prices.as_slice(), is_plain) {
        for (key, value) in terms(price, charge) {
            let _ = writeln!(text, "{key} = {value}");
        }
        return;
    }
    for (place, price) in charge.prices.iter().enumerate() {
        let _ = writeln!(text, "\n[[skus.{}.charges.prices]]", sku.sku);
        if !is_plain {
            let _ = writeln!(text, "currency = \"{}\"", sku.currency);
        }
        for (key, value) in terms(price, charge) {
            let _ = writeln!(text, "{key} = {value}");
        }
        let next = charge.prices.get(place + 1).and_then(|next| next.from?.yesterday().ok());
        if let Some(last) = next {
            let _ = writeln!(text, "effective_to = {last}");
        }
    }
}

/// The keys of a price with their values in TOML.
pub(crate) fn terms(price: &ImportedPrice, charge: &ImportedCharge) -> Vec<(&'static str, String)> {
    let mut keys = Vec::new();
    match &price.amount {
        ImportedAmount::One(amount) if charge.model().traits().tiers.is_some() => {
            keys.push(("tiers", format!("[{{ price = {} }}]", number(*amount))));
        }
        ImportedAmount::One(amount) => keys.push(("price", number(*amount))),
        ImportedAmount::Range(low, high) => keys.push(("price", format!("\"{low}..{high}\""))),
        ImportedAmount::Tiers(tiers) => {
            // A tier has the price of one unit.
            let per = price.per.as_deref().and_then(|per| per.replace('_', "").parse().ok()).unwrap_or(Decimal::ONE);
            let of_unit = |price: Decimal| Fraction::new(price, per).and_then(|price| price.round(12)).unwrap_or(price);
            let units = |bound: Decimal| exact_product(bound, per).unwrap_or(bound);
            let ends = tiers.iter().skip(1).map(|(from, _)| Some(*from)).chain([None]);
            let tier = |((_, price), end): (&(Decimal, Decimal), Option<Decimal>)| match end {
                Some(end) => format!("{{ up_to = {}, price = {} }}", number(units(end)), number(of_unit(*price))),
                None => format!("{{ price = {} }}", number(of_unit(*price))),
            };
            let first = tiers.first().map(|(from, _)| *from).filter(|from| !from.is_zero());
            // What is below the first tier costs nothing here: another SKU has it.
            let free = first.map(|end| format!("{{ up_to = {}, price = 0 }}", number(units(end))));
            let tiers: Vec<String> = free.into_iter().chain(tiers.iter().zip(ends).map(tier)).collect();
            keys.push(("tiers", format!("[{}]", tiers.join(", "))));
        }
    }
    let per = price.per.as_ref().filter(|_| charge.model().traits().tiers.is_none());
    if let Some(per) = per {
        let is_number = per.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_');
        keys.push(("per", if is_number { per.clone() } else { quoted(per) }));
    }
    keys.extend(price.cap.map(|cap| ("cap", number(cap))));
    keys.extend(price.minimum.map(|minimum| ("minimum", number(minimum))));
    keys.extend(price.from.map(|day| ("effective_from", day.to_string())));
    keys
}

/// A number in TOML.
fn number(value: Decimal) -> String {
    value.normalize().to_string()
}
