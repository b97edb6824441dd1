//! Charts of comments as Mermaid, which GitHub and GitLab draw; elsewhere they are a few lines of text.

use std::fmt::Write as _;

use rust_decimal::Decimal;

use crate::view::{HostChart, Number};

/// The most characters of a name.
const MOST: usize = 60;

/// The lines of a chart, without the fence around them.
pub(super) fn lines(chart: &HostChart) -> Vec<String> {
    let names: Vec<String> = chart.bars.iter().map(|(name, _)| quoted(name)).collect();
    let values: Vec<String> = chart.bars.iter().map(|(_, value)| Number(*value).to_string()).collect();
    let highest = chart.bars.iter().map(|(_, value)| *value).chain(chart.limit).max().unwrap_or_default();
    let mut lines = vec![
        "xychart-beta horizontal".to_owned(),
        format!("    title {}", quoted(&chart.title)),
        format!("    x-axis [{}]", names.join(", ")),
        format!("    y-axis {} 0 --> {}", quoted(&chart.unit), Number(end(highest))),
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

/// A text between quotes that has nothing of Mermaid, Markdown or HTML in it: letters, digits, and a few signs.
fn quoted(text: &str) -> String {
    let is_plain = |character: char| character.is_alphanumeric() || " -_.,:()+'%".contains(character);
    let plain: String = text.chars().map(|character| if is_plain(character) { character } else { ' ' }).collect();
    let words: Vec<&str> = plain.split_whitespace().collect();
    let mut short = String::from("\"");
    let mut last = ' ';
    for character in words.join(" ").chars().take(MOST) {
        // Two of them begin a comment.
        if character != '%' || last != '%' {
            short.push(character);
        }
        last = character;
    }
    if short.len() == 1 {
        short.push('?');
    }
    let _ = short.write_char('"');
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_plain() {
        for (text, expected) in [
            ("2 Growth, before", "\"2 Growth, before\""),
            ("a\"]\n%%{init: {}}%%<script>`x`#35;", "\"a % init: % script x 35\""),
            ("", "\"?\""),
            ("\u{202e}\u{0}\u{5bc6}", "\"\u{5bc6}\""),
        ] {
            assert_eq!(quoted(text), expected);
        }
        assert_eq!(quoted(&"x".repeat(10_000)).len(), MOST + 2);
    }

    #[test]
    fn an_axis_ends_at_a_round_number() {
        for (highest, expected) in [("0.5", "1"), ("225", "300"), ("300", "300"), ("112.4", "200"), ("9999", "10000")] {
            assert_eq!(end(highest.parse().unwrap()).to_string(), expected);
        }
        assert_eq!(end(Decimal::MAX), Decimal::MAX);
    }
}
