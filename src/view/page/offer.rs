//! What price sheets say besides prices, in words.

use std::sync::Arc;

use jiff::civil::Date;

use crate::calculate::{OfferFinding, ServicesFit};
use crate::model::{LineItem, LinePricing, Property, Sku, Specification, Stage};
use crate::view::page::number::Number;
use crate::view::page::specification::{in_words, of};
use crate::view::prices::price_terms::sku_in_short;

/// The number of listed SKUs that a sentence names.
const NAMED: usize = 3;

/// The sentence of a finding.
pub(crate) fn offer(found: &OfferFinding, stage: &Stage) -> String {
    match found {
        OfferFinding::VendorClosed { line_item } => closed(&stage.line_items[*line_item], stage),
        OfferFinding::NotSold { line_item } => not_sold(&stage.line_items[*line_item], stage),
        OfferFinding::Specification { line_item, short, unknown } => {
            specification(&stage.line_items[*line_item], short, unknown, stage)
        }
        OfferFinding::Listed { line_item } => listed(&stage.line_items[*line_item], stage),
        OfferFinding::Services(fit) => services(fit, stage),
    }
}

fn closed(item: &LineItem, stage: &Stage) -> String {
    let vendor = item.vendor().unwrap_or_default();
    let day = item.offer().and_then(|offer| offer.closed_on);
    let ends = if day.is_some_and(|day| day < stage.as_of) { "has ended" } else { "ends" };
    let day = day.map(|day| day.to_string()).unwrap_or_default();
    format!("`{}`: the vendor {vendor} {ends} its services; the last day is {day}", item.name)
}

fn not_sold(item: &LineItem, stage: &Stage) -> String {
    let (sku, offer) = (item.sku().unwrap_or_default(), item.offer());
    let day = offer.and_then(|offer| offer.sold_until).map(|day| day.to_string()).unwrap_or_default();
    let after = match offer.and_then(|offer| offer.successor.as_deref()) {
        Some(successor) => format!("its successor is {}", described(successor, stage.as_of)),
        None => "the price sheet names no successor that is sold".to_owned(),
    };
    format!("`{}`: {sku} can no longer be ordered, the last day was {day}; {after}", item.name)
}

/// A SKU with what it offers and what it costs.
pub(crate) fn described(sku: &Sku, day: Date) -> String {
    let words = in_words(&Specification { role: None, ..sku.specification.clone() });
    let words = if words.is_empty() { words } else { format!("{words}; ") };
    format!("{} ({words}{})", sku.id, sku_in_short(sku, day))
}

fn specification(item: &LineItem, short: &[Property], unknown: &[Property], stage: &Stage) -> String {
    let LinePricing::Sku(line) = &item.pricing else { return String::new() };
    let needed = item.needs().cloned().unwrap_or_default();
    let offered = &line.sku.specification;
    let list = |properties: &[Property], said: &Specification| {
        let words: Vec<String> = properties.iter().filter_map(|property| of(said, *property)).collect();
        words.join(", ")
    };
    let mut parts = Vec::new();
    if !short.is_empty() {
        parts.push(format!("needs {}, and {} has {}", list(short, &needed), line.sku.id, list(short, offered)));
    }
    if !unknown.is_empty() {
        let words = list(unknown, &needed);
        parts.push(format!("needs {words}, which the price sheet does not say of {}", line.sku.id));
    }
    for addon in item.offer().map(|offer| &*offer.addons).unwrap_or_default() {
        let (adds, price) = (in_words(&addon.specification), sku_in_short(addon, stage.as_of));
        parts.push(format!("each {} adds {adds} for {price}", addon.id));
    }
    format!("`{}` {}", item.name, parts.join("; "))
}

fn listed(item: &LineItem, stage: &Stage) -> String {
    let skus = item.offer().map(|offer| &*offer.listed).unwrap_or_default();
    let role = item.needs().and_then(|needs| needs.role.as_deref()).unwrap_or_default();
    let vendor = item.vendor().unwrap_or_default();
    let name = |sku: &Arc<Sku>| if skus.len() == 1 { described(sku, stage.as_of) } else { sku.id.to_string() };
    let named: Vec<String> = skus.iter().take(NAMED).map(name).collect();
    let more = skus.len().saturating_sub(NAMED);
    let more = if more == 0 { String::new() } else { format!(" and {more} more") };
    format!("`{}` is a plain cost, and the price sheet of {vendor} has a {role}: {}{more}", item.name, named.join(", "))
}

fn services(fit: &ServicesFit, stage: &Stage) -> String {
    let property = fit.property;
    let names: Vec<&str> = fit.services.iter().map(|place| &*stage.description.runs[*place].name).collect();
    let need = if names.len() == 1 { "needs" } else { "need" };
    let size = |value| match property {
        Property::Memory | Property::Disk => format!("{} GB of {}", Number(value), property.as_str()),
        _ => format!("{} {}", Number(value), property.as_str()),
    };
    let machines: Vec<&str> = fit.machines.iter().map(|place| &*stage.line_items[*place].name).collect();
    let (verb, machines) = match machines.as_slice() {
        [] => {
            return format!("{} {need} {}, and no line item has the role `server`", names.join(", "), size(fit.needed));
        }
        [one] => ("has", (*one).to_owned()),
        several => ("have", several.join(", ")),
    };
    let needs = format!("{} {need} {}", names.join(", "), size(fit.needed));
    let Some(available) = fit.available else {
        return format!("{needs}: how much {machines} {verb} is not given, so whether they fit is unknown");
    };
    let others = match fit.others {
        0 => String::new(),
        1 => "; 1 other does not say what it needs".to_owned(),
        several => format!("; {several} others do not say what they need"),
    };
    match fit.too_large.map(|place| &stage.description.runs[place].name) {
        Some(large) if fit.needed <= available => {
            format!(
                "{needs} and {machines} {verb} {}, but {large} is too large for one machine{others}",
                size(available)
            )
        }
        _ => {
            let verdict = if fit.fits() == Some(true) { "they fit" } else { "they do not fit" };
            format!("{needs} and {machines} {verb} {}: {verdict}{others}", size(available))
        }
    }
}
