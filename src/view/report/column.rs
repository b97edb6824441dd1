//! Numbers for one number of customers after another, as a short text in which no digit is lost.
//!
//! A column is `SCALE|DIFFERENCE DIFFERENCE*COUNT ?`: whole numbers of 10^-SCALE, each as the difference from the one
//! before, the first from zero. `*COUNT` repeats a difference, and `?` is an unknown value, from which the next one is not
//! counted. So 65, 65, 65.5 and unknown are `1|650 0 5 ?`. Whoever reads it adds whole numbers and computes nothing else.

use std::fmt::Write as _;

use num_bigint::BigInt;
use rust_decimal::Decimal;

/// The text of a column.
pub(crate) fn column(values: &[Option<Decimal>]) -> String {
    let values: Vec<Option<Decimal>> = values.iter().map(|value| value.map(|value| value.normalize())).collect();
    let scale = values.iter().flatten().map(Decimal::scale).max().unwrap_or(0);
    let mut text = format!("{scale}|");
    let mut before = BigInt::ZERO;
    let mut run: Option<(Option<BigInt>, usize)> = None;
    for value in values {
        let difference = value.map(|value| {
            let number = BigInt::from(value.mantissa()) * BigInt::from(10).pow(scale - value.scale());
            let difference = &number - &before;
            before = number;
            difference
        });
        match &mut run {
            Some((same, count)) if *same == difference => *count += 1,
            _ => end(&mut text, run.replace((difference, 1))),
        }
    }
    end(&mut text, run);
    text
}

/// Writes a difference with how often it comes.
fn end(text: &mut String, run: Option<(Option<BigInt>, usize)>) {
    let Some((difference, count)) = run else { return };
    if !text.ends_with('|') {
        text.push(' ');
    }
    let _ = match difference {
        Some(difference) => write!(text, "{difference}"),
        None => write!(text, "?"),
    };
    if count > 1 {
        let _ = write!(text, "*{count}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Option<Decimal> {
        text.parse().ok()
    }

    #[test]
    fn a_column_has_differences_and_no_digit_is_lost() {
        let same = ["65", "65", "65.5", "?"].map(number);
        assert_eq!(column(&same), "1|650 0 5 ?");
        let straight = ["10", "10.25", "10.50", "10.75", "9"].map(number);
        assert_eq!(column(&straight), "2|1000 25*3 -175");
        assert_eq!(column(&[None, None, number("-3"), None, number("-3")]), "0|?*2 -3 ? 0");
        assert_eq!(column(&[]), "0|");
        let widest = ["79228162514264337593543950335", "0.0000000000000000000000000001"].map(number);
        let shifted = format!(
            "28|79228162514264337593543950335{0} -79228162514264337593543950334{1}",
            "0".repeat(28),
            "9".repeat(28)
        );
        assert_eq!(column(&widest), shifted);
    }
}
