//! Why costs changed: the stages of two sides, in pairs.

use std::collections::HashMap;

use rust_decimal::Decimal;

use crate::app::request::amount_in;
use crate::app::sides::Side;
use crate::calculate::{self, CostedStage, PointOfStage};
use crate::diagnostic::{Code, Diagnostic, Failure};
use crate::parse::AmountRaw;
use crate::view::ComparedStage;

/// Each stage of one side with the same stage of the other, in the order of the later side.
///
/// # Errors
/// `invalid-argument` if no stage can be compared, `different-currencies`, and errors of the computation.
pub fn compared([base, head]: &[Side; 2]) -> Result<Vec<ComparedStage<'_>>, Failure> {
    let are_snapshots = [base, head].map(|side| side.is_snapshot);
    let [before, after] = [base, head].map(|side| {
        let by_subject = side.stages.iter().map(|costed| (costed.subject(), costed));
        by_subject.collect::<HashMap<PointOfStage<'_>, &CostedStage>>()
    });
    let mut compared = Vec::new();
    for later in &head.stages {
        let base = before.get(&later.subject()).copied();
        compared.push(ComparedStage { base, head: Some(later), attribution: None });
    }
    for earlier in base.stages.iter().filter(|earlier| !after.contains_key(&earlier.subject())) {
        compared.push(ComparedStage { base: Some(earlier), head: None, attribution: None });
    }
    if let Some(diagnostic) = without_pair(&compared) {
        return Err(Failure { diagnostics: vec![diagnostic], sources: head.sources.clone() });
    }
    let mut wrong = Vec::new();
    for pair in &mut compared {
        let (Some(base), Some(head)) = (pair.base, pair.head) else { continue };
        if base.stage.currency != head.stage.currency {
            let (from, to) = (base.stage.currency, head.stage.currency);
            let message = format!("stage {} is in {from} before and in {to} after", head.stage.id);
            let diagnostic = Diagnostic::new(Code::DifferentCurrencies, message);
            let diagnostic = diagnostic.help(match are_snapshots {
                [true, true] => "a snapshot keeps its currency: write one of the two again in the other's".to_owned(),
                [false, true] => format!("compare in the currency of the snapshot: `--currency {to}`"),
                [_, false] => format!("compare in one currency: `--currency {from}`"),
            });
            // Reported once per stage, not at each of its points.
            if !wrong.contains(&diagnostic) {
                wrong.push(diagnostic);
            }
            continue;
        }
        match calculate::attribution(base, head) {
            Ok(attribution) => pair.attribution = Some(attribution),
            Err(diagnostics) => wrong.extend(diagnostics),
        }
    }
    if wrong.is_empty() { Ok(compared) } else { Err(Failure { diagnostics: wrong, sources: head.sources.clone() }) }
}

/// An amount a month in the currency of the stages that are compared.
///
/// # Errors
/// `invalid-argument` if a stage is in another currency.
pub fn threshold_in(raw: &AmountRaw, compared: &[ComparedStage<'_>]) -> Result<Decimal, Vec<Diagnostic>> {
    let stages = compared.iter().filter_map(|pair| pair.head.or(pair.base));
    let mut amounts = stages.map(|side| amount_in(side.stage.currency, raw, "a threshold"));
    let first = amounts.next().unwrap_or(Ok(raw.number))?;
    amounts.try_fold(first, |first, next| next.map(|_| first))
}

/// The error if no stage can be compared although one is on both sides.
fn without_pair(compared: &[ComparedStage<'_>]) -> Option<Diagnostic> {
    if compared.iter().any(|pair| pair.base.is_some() && pair.head.is_some()) {
        return None;
    }
    let both = |is_like: fn(&CostedStage, &CostedStage) -> bool| {
        let mut bases = compared.iter().filter_map(|pair| pair.base);
        bases.any(|base| compared.iter().filter_map(|pair| pair.head).any(|head| is_like(base, head)))
    };
    let (what, help) = if both(CostedStage::is_under_same_scenario) {
        (
            "at the same customers",
            "use `--customers` for both sides or for neither: a number is not compared with the ends of a range",
        )
    } else if both(|base, head| base.stage.id == head.stage.id) {
        ("under the same scenario", "name one that both sides have with `--scenario`")
    } else {
        return None;
    };
    let message = format!("no stage is on both sides {what}, so nothing can be compared");
    Some(Diagnostic::new(Code::InvalidArgument, message).help(help))
}
