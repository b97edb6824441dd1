//! Findings on a screen: what is wrong is a line, and what is fine is counted.

use crate::calculate::{Costing, Finding, FindingCode, Severity};
use crate::model::{Band, Currency, Fraction, Stage, Verdict};
use crate::view::page::finding::{FindingView, findings, limit_amount, limit_meter, verdict_word};
use crate::view::page::number::{bare_money_band, per_unit, percent, percent_band, plain_band, quotient, thousands};
use crate::view::page::screen::{Comparison, Tone, amount, counts, points, several, share_target, short};

/// What a screen says of the findings of a costing.
#[derive(Debug, Default)]
pub(crate) struct Verdicts {
    /// What is not fine, and what is not checked.
    pub(crate) comparisons: Vec<Comparison>,
    /// Warnings that compare nothing, in short sentences.
    pub(crate) sentences: Vec<(Tone, String)>,
    /// How many comparisons pass.
    pub(crate) passed: usize,
}

impl Verdicts {
    /// The verdicts on a costing, except for those with the codes in `shown`, which the screen shows anyway: they are
    /// counted only.
    pub(crate) fn of(stage: &Stage, costing: &Costing, shown: &[FindingCode]) -> Self {
        let mut verdicts = Self::default();
        for (finding, view) in costing.findings.iter().zip(findings(stage, costing)) {
            verdicts.add(stage, finding, &view, shown);
        }
        verdicts
    }

    /// Adds those of another costing, each once.
    pub(crate) fn and(mut self, other: Self) -> Self {
        for comparison in other.comparisons {
            if !self.comparisons.contains(&comparison) {
                self.comparisons.push(comparison);
            }
        }
        for sentence in other.sentences {
            if !self.sentences.contains(&sentence) {
                self.sentences.push(sentence);
            }
        }
        self.passed = self.passed.max(other.passed);
        self
    }

    fn add(&mut self, stage: &Stage, finding: &Finding, view: &FindingView, shown: &[FindingCode]) {
        let tone = Tone::of(view.severity);
        match comparison(stage, finding) {
            Some(_) if finding.severity() == Severity::Note && !is_undecided(finding) => self.passed += 1,
            Some(_) if shown.contains(&finding.code()) => {}
            Some(cells) => self.comparisons.push(Comparison { tone, cells }),
            None if tone != Tone::Plain && !shown.contains(&finding.code()) => {
                self.sentences.push((tone, short(&thousands(&view.message)).to_owned()));
            }
            None => {}
        }
    }
}

/// The worst sentences, and how many more there are.
pub(crate) fn worst(mut all: Vec<(Tone, String)>, most: usize, flag: &str) -> Vec<(Tone, String)> {
    all.sort_by_key(|(tone, _)| *tone);
    let more = all.len().saturating_sub(most);
    if more > 1 {
        all.truncate(most);
        all.push((Tone::Doubtful, format!("{more} more warnings ({flag})")));
    }
    all
}

/// What passes, in one line; `None` if nothing was compared.
pub(crate) fn passed_line(passed: usize, is_all: bool, flag: &str) -> Option<String> {
    (passed > 0).then(|| match (passed, is_all) {
        (1, true) => format!("The check passes ({flag})"),
        (2, true) => format!("Both checks pass ({flag})"),
        (_, true) => format!("All {passed} checks pass ({flag})"),
        (1, false) => format!("1 other check passes ({flag})"),
        (_, false) => format!("{} pass ({flag})", several(passed, "other check")),
    })
}

/// Whether the verdict of a comparison is open.
fn is_undecided(finding: &Finding) -> bool {
    match finding {
        Finding::Capacity { verdict, .. } | Finding::Budget { verdict, .. } => verdict.is_none(),
        Finding::CostPerCustomer { verdict, value, .. } => verdict.is_none() && value.is_some(),
        Finding::ShareOfMrr { met, .. } => met.is_none(),
        Finding::UsageLimit { limit, .. } => limit.used.is_none(),
        _ => false,
    }
}

/// A finding that compares a value with a limit: the value, the limit, and the verdict.
pub(crate) fn comparison(stage: &Stage, finding: &Finding) -> Option<[String; 3]> {
    let currency = stage.currency;
    Some(match finding {
        Finding::Customers { customers, range } => {
            let outside = if range.contains(*customers) { "ok" } else { "outside" };
            [format!("{} customers", thousands(&customers.to_string())), counts(*range), outside.to_owned()]
        }
        Finding::Capacity { name, value, limit, verdict } => {
            let bound = format!("capacity {}", thousands(plain_band(*limit).trim_start_matches("at most ")));
            let Some(value) = value else {
                return Some([format!("{name} unknown"), bound, format!("--set {name}=N")]);
            };
            let shown = quotient(value).map_or_else(|| "?".to_owned(), |value| value.to_string());
            let over = over(*verdict, value, *limit, |over| {
                quotient(over).map_or_else(String::new, |over| thousands(&over.to_string()).into_owned())
            });
            [format!("{} {name}", thousands(&shown)), bound, over]
        }
        Finding::Budget { total, band, verdict } => {
            let value = total.map_or_else(|| "an unknown total".to_owned(), |total| amount(total, currency));
            let verdict = over(*verdict, &total.unwrap_or_default().into(), *band, |over| {
                over.to_decimal().map(|over| amount(over, currency)).unwrap_or_default()
            });
            [value, format!("budget {}", band_text(*band, currency)), verdict]
        }
        Finding::CostPerCustomer { value, band, verdict } => {
            let target = format!("target {}", band_text(*band, currency));
            let Some(value) = value else { return Some(["no customers yet".to_owned(), target, String::new()]) };
            let verdict = over(*verdict, value, *band, |over| thousands(&per_unit(over, currency)).into_owned());
            [format!("{} before the buffer", thousands(&per_unit(value, currency))), target, verdict]
        }
        Finding::ShareOfMrr { share, target, met } => {
            let verdict = match met {
                Some(true) => "ok".to_owned(),
                Some(false) => format!("over by {}", points(share, *target)),
                None => "unknown: so is part of the cost".to_owned(),
            };
            let is_own = stage.targets.own_share_of_mrr.is_some();
            [format!("{} of revenue", percent(share, 1)), share_target(*target, is_own), verdict]
        }
        Finding::UsageLimit { line_item, limit } => {
            let item = &stage.line_items[*line_item];
            let shown = |amount: &Fraction| thousands(&limit_amount(item, limit, amount)).into_owned();
            let bound = format!("limit {}", shown(&limit.included));
            let Some(used) = &limit.used else {
                let value = format!("{} of {} not given", limit_meter(item, limit), item.name);
                return Some([value, bound, "unknown".to_owned()]);
            };
            let beyond = used.subtract(&limit.included).unwrap_or(Fraction::ZERO);
            let verdict = format!("over by {}: no price published", shown(&beyond));
            [format!("{} of {}", shown(used), item.name), bound, verdict]
        }
        Finding::CategoryShare { category, share, band, verdict } => {
            let value = format!("{} for {}", percent(share, 1), stage.category(*category));
            [value, format!("expected {}", percent_band(*band)), verdict_word(*verdict).to_owned()]
        }
        _ => return None,
    })
}

/// A band of money without its currency.
pub(crate) fn band_text(band: Band, currency: Currency) -> String {
    thousands(&bare_money_band(band, currency)).into_owned()
}

/// The most of a band of money: `to 400`, and the least where there is no other.
pub(crate) fn most_text(band: Band, currency: Currency) -> String {
    match (band.low, band.high) {
        (_, Some(_)) => {
            format!("to {}", band_text(Band { low: None, ..band }, currency).trim_start_matches("at most "))
        }
        (Some(_), None) => band_text(band, currency),
        (None, None) => String::new(),
    }
}

/// Whether a value is above its limit and by how much, or how much is left.
fn over(verdict: Option<Verdict>, value: &Fraction, band: Band, shown: impl Fn(&Fraction) -> String) -> String {
    let distance = |bound: Option<rust_decimal::Decimal>| {
        let distance = Fraction::from(bound?).subtract(value).ok()?;
        Some(shown(&if distance.is_negative() { distance.negate() } else { distance }))
    };
    match verdict {
        None => "unknown: so is part of the cost".to_owned(),
        Some(Verdict::Above) => format!("over by {}", distance(band.high).unwrap_or_default()),
        Some(Verdict::Below) => format!("ok, below by {}", distance(band.low).unwrap_or_default()),
        Some(Verdict::Within) => match distance(band.high) {
            Some(left) => format!("ok, {left} left"),
            None => "ok".to_owned(),
        },
    }
}
