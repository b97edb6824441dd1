//! What a costing assumes, in words and for JSON.

use serde::Serialize;

use crate::calculate::Assumption;
use crate::view::page::layout::Block;
use crate::view::page::number::{Number, exact_percent};
use crate::view::page::screen::several;

/// How many there are of each kind: `10 meters within their allowance and 1 exchange rate`.
fn counts(all: &[Assumption<'_>]) -> String {
    let count = |is_it: fn(&Assumption<'_>) -> bool| all.iter().filter(|found| is_it(found)).count();
    let kinds = [
        (count(|found| matches!(found, Assumption::Driver { .. })), "driver", ""),
        (count(|found| matches!(found, Assumption::Note { .. })), "cost", ""),
        (count(|found| matches!(found, Assumption::WithinAllowance { .. })), "meter", " within the allowance"),
        (count(|found| matches!(found, Assumption::LoadProfile { .. })), "load profile", ""),
        (count(|found| matches!(found, Assumption::MonthOfReplicas { .. })), "month", " of replicas"),
        (count(|found| matches!(found, Assumption::TechniqueShare { .. })), "share", " of techniques"),
        (count(|found| matches!(found, Assumption::ExchangeRate { .. })), "exchange rate", ""),
    ];
    let words = kinds.into_iter().filter(|(count, ..)| *count > 0).map(|(count, name, of)| {
        let plural = if count == 1 { "" } else { "s" };
        format!("{count} {name}{plural}{of}")
    });
    words.collect::<Vec<_>>().join(", ")
}

/// The number of assumptions, and each of them if `lists` is set; nothing if there are none.
pub(crate) fn blocks(all: &[Assumption<'_>], lists: bool) -> Vec<Block> {
    if all.is_empty() {
        return Vec::new();
    }
    if !lists {
        return line(all).map(Block::Text).into_iter().collect();
    }
    let text = Block::Text(format!("Assumed: {}:", counts(all)));
    vec![text, Block::List(sentences(all))]
}

/// A sentence for each assumption; one for all meters of a line item that are not given.
fn sentences(all: &[Assumption<'_>]) -> Vec<String> {
    let is_one = |a: &Assumption<'_>, b: &Assumption<'_>| match (a, b) {
        (Assumption::WithinAllowance { line_item: one, .. }, Assumption::WithinAllowance { line_item: other, .. }) => {
            std::ptr::eq(*one, *other)
        }
        _ => false,
    };
    let several = |found: &[Assumption<'_>]| match found {
        [Assumption::WithinAllowance { line_item, .. }, _, ..] => {
            let meters: Vec<&str> = found.iter().filter_map(meter).collect();
            format!("{}: not given, and within the allowance: {}", line_item.name, meters.join(", "))
        }
        found => found.iter().map(sentence).collect(),
    };
    all.chunk_by(is_one).map(several).collect()
}

/// The meter whose usage is not given.
fn meter<'a>(assumption: &Assumption<'a>) -> Option<&'a str> {
    if let Assumption::WithinAllowance { meter, .. } = assumption { Some(meter) } else { None }
}

/// How many assumptions of each kind there are, and how to list them; `None` if there are none.
fn line(all: &[Assumption<'_>]) -> Option<String> {
    (!all.is_empty()).then(|| format!("Assumed: {} (--assumptions)", counts(all)))
}

/// The number of assumptions and how to list them, for a screen; `None` if there are none.
pub(crate) fn short_line(all: &[Assumption<'_>]) -> Option<String> {
    (!all.is_empty()).then(|| format!("Assumed: {} (--assumptions)", several(all.len(), "value")))
}

/// A source or a note without the word that says that it is an assumption.
fn because(source: &str) -> &str {
    let rest = source.trim_start().get(7..).unwrap_or_default();
    rest.strip_prefix(':').map_or(source, str::trim_start)
}

fn sentence(assumption: &Assumption<'_>) -> String {
    match assumption {
        Assumption::Driver { name, source } => format!("{name}: {}", because(source)),
        Assumption::Note { name, note, .. } => format!("{name}: {}", because(note)),
        Assumption::WithinAllowance { line_item, meter } => {
            format!("{}: the usage of {meter} is not given and stays within the allowance", line_item.name)
        }
        Assumption::LoadProfile { line_item, profile, source } => {
            format!("{}: load profile {profile}: {}", line_item.name, because(source))
        }
        Assumption::MonthOfReplicas { line_item, meter } => format!(
            "{}: {meter} has a price or a cap of a month, of which the average of the replicas pays a part; a vendor takes it for \
             each replica, which costs more",
            line_item.name
        ),
        Assumption::TechniqueShare { line_item, technique, share } => {
            format!("{}: {} is used on {} of it", line_item.name, technique.id, exact_percent(*share))
        }
        Assumption::ExchangeRate { rate, into } => {
            let source = if rate.source.trim().is_empty() { "it has no source" } else { &rate.source };
            let ((from, to), day) = (rate.written(*into), rate.effective_from);
            format!("exchange rate from {from} to {to}, from {day} on: {source}")
        }
    }
}

/// An assumption in JSON; what does not belong to its kind is null.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct AssumptionJson<'a> {
    kind: &'static str,
    line_item: Option<&'a str>,
    meter: Option<&'a str>,
    technique: Option<&'a str>,
    share: Option<Number>,
    driver: Option<&'a str>,
    from: Option<String>,
    to: Option<String>,
    message: String,
}

impl<'a> AssumptionJson<'a> {
    pub(crate) fn new(assumption: &Assumption<'a>) -> Self {
        let of = |kind: &'static str| Self {
            kind,
            line_item: None,
            meter: None,
            technique: None,
            share: None,
            driver: None,
            from: None,
            to: None,
            message: sentence(assumption),
        };
        match assumption {
            Assumption::Driver { name, .. } => Self { driver: Some(name), ..of("driver") },
            Assumption::Note { line_item, .. } => Self { line_item: Some(&line_item.name), ..of("line_item") },
            Assumption::WithinAllowance { line_item, meter } => {
                Self { line_item: Some(&line_item.name), meter: Some(meter), ..of("within_allowance") }
            }
            Assumption::LoadProfile { line_item, .. } => {
                Self { line_item: Some(&line_item.name), ..of("load_profile") }
            }
            Assumption::MonthOfReplicas { line_item, meter } => {
                Self { line_item: Some(&line_item.name), meter: Some(meter), ..of("month_of_replicas") }
            }
            Assumption::TechniqueShare { line_item, technique, share } => Self {
                line_item: Some(&line_item.name),
                technique: Some(&technique.id),
                share: Some(Number(*share)),
                ..of("technique_share")
            },
            Assumption::ExchangeRate { rate, into } => {
                let (from, to) = rate.written(*into);
                Self { from: Some(from.to_string()), to: Some(to.to_string()), ..of("exchange_rate") }
            }
        }
    }
}
