//! Charts of comments as Mermaid, which GitHub and GitLab draw; elsewhere they are a few lines of text.

use std::collections::HashSet;

use rust_decimal::Decimal;

use crate::view::{HostChart, Number};

/// The most characters of a name.
const MOST: usize = 60;

/// The lines of a chart, without the fence around them.
pub(super) fn lines(chart: &HostChart) -> Vec<String> {
    let names = distinct(chart.bars.iter().map(|(name, _)| plain(name)));
    let values: Vec<String> = chart.bars.iter().map(|(_, value)| Number(*value).to_string()).collect();
    let highest = chart.bars.iter().map(|(_, value)| *value).chain(chart.limit).max().unwrap_or_default();
    let mut lines = vec![
        "xychart-beta horizontal".to_owned(),
        format!("    title {}", quoted(&plain(&chart.title))),
        format!("    x-axis [{}]", names.join(", ")),
        format!("    y-axis {} 0 --> {}", quoted(&plain(&chart.unit)), Number(end(highest))),
        format!("    bar [{}]", values.join(", ")),
    ];
    if let Some(limit) = chart.limit {
        let limits = vec![Number(limit).to_string(); chart.bars.len()];
        lines.push(format!("    line [{}]", limits.join(", ")));
    }
    lines
}

/// A round number at or above a value, so that a bar of nothing begins at zero.
fn end(highest: Decimal) -> Decimal {
    let highest = highest.ceil();
    let mut step = Decimal::ONE;
    while let Some(next) = step.checked_mul(Decimal::TEN).filter(|next| *next <= highest) {
        step = next;
    }
    let steps = highest.checked_div(step).unwrap_or(Decimal::ONE).ceil().max(Decimal::ONE);
    steps.checked_mul(step).unwrap_or(highest)
}

/// Names between quotes. Mermaid draws bars of the same name over each other, so a name that comes again has a number.
fn distinct(names: impl Iterator<Item = String>) -> Vec<String> {
    let mut taken = HashSet::new();
    let distinct = |name: String| {
        let mut own = name.clone();
        let mut count = 2;
        while !taken.insert(own.clone()) {
            own = format!("{name} ({count})");
            count += 1;
        }
        quoted(&own)
    };
    names.map(distinct).collect()
}

fn quoted(text: &str) -> String {
    format!("\"{text}\"")
}

/// The beginning of a text that has nothing of Mermaid, Markdown or HTML in it: letters, digits, and a few signs.
fn plain(text: &str) -> String {
    let is_plain = |character: char| character.is_alphanumeric() || " -_.,:()+'%".contains(character);
    let plain: String = text.chars().map(|character| if is_plain(character) { character } else { ' ' }).collect();
    let words: Vec<&str> = plain.split_whitespace().collect();
    let mut short = String::new();
    let mut last = ' ';
    for character in words.join(" ").chars().take(MOST) {
        // Two of them begin a comment.
        if character != '%' || last != '%' {
            short.push(character);
        }
        last = character;
    }
    if short.is_empty() {
        short.push('?');
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_plain() {
        for (text, expected) in [
            ("2 Growth, before", "2 Growth, before"),
            ("a\"]\n%%{init: {}}%%<script>`x`#35;", "a % init: % script x 35"),
            ("", "?"),
            ("\u{202e}\u{0}\u{5bc6}", "\u{5bc6}"),
        ] {
            assert_eq!(plain(text), expected);
        }
        assert_eq!(plain(&"x".repeat(10_000)).len(), MOST);
    }

    #[test]
    fn names_are_distinct() {
        let names = ["a", "a", "a (2)", "b", "a"].map(str::to_owned);
        assert_eq!(distinct(names.into_iter()), ["\"a\"", "\"a (2)\"", "\"a (2) (2)\"", "\"b\"", "\"a (3)\""]);
    }

    #[test]
    fn an_axis_ends_at_a_round_number() {
        for (highest, expected) in [("0.5", "1"), ("225", "300"), ("300", "300"), ("112.4", "200"), ("9999", "10000")] {
            assert_eq!(end(highest.parse().unwrap()).to_string(), expected);
        }
        assert_eq!(end(Decimal::MAX), Decimal::MAX);
    }
}
