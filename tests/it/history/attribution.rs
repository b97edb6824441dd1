//! Why costs changed: the parts add up, each is what it is called, and a snapshot keeps all that they need.

use super::random::{Change, change, project};
use crate::project::scaled;
use costplan::calculate;
use costplan::calculate::{Attribution, Cause, Contribution, CostedStage, LineChange, Unobserved};
use costplan::diagnostic::Problems;
use costplan::model::{Inputs, RangePoint};
use costplan::source::Sources;
use costplan::{parse, render, resolve, view};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use rust_decimal::Decimal;

/// Where the random projects begin, unless `COSTPLAN_TEST_SEED` says another number.
const SEED: u64 = 6;

/// So many random cases, the same in each run.
fn config(cases: u32) -> ProptestConfig {
    let seed = std::env::var("COSTPLAN_TEST_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(SEED);
    ProptestConfig { cases, failure_persistence: None, rng_seed: RngSeed::Fixed(seed), ..ProptestConfig::default() }
}

fn sum<'c>(of: impl IntoIterator<Item = &'c Contribution>) -> Decimal {
    of.into_iter().map(|part| part.amount).sum()
}

fn of_cause(of: &[Contribution], cause: Cause) -> Decimal {
    sum(of.iter().filter(|part| part.cause == cause))
}

/// What holds of every attribution, whatever the stages are.
fn adds_up(base: &CostedStage, head: &CostedStage, found: &Attribution) {
    let difference = head.costing.totals.total - base.costing.totals.total;
    assert_eq!(found.difference, difference);
    assert_eq!(sum(&found.contributions), difference, "{:?}", found.contributions);
    let cost = |side: &CostedStage, place: Option<usize>| {
        place.map_or(Decimal::ZERO, |place| side.costing.line_items[place].monthly)
    };
    for line in &found.line_items {
        let difference = cost(head, line.head) - cost(base, line.base);
        assert_eq!(line.difference, difference, "{}", line.name);
        assert_eq!(sum(&line.contributions), difference, "{}: {:?}", line.name, line.contributions);
    }
    let places = |place: fn(&LineChange) -> Option<usize>| found.line_items.iter().filter_map(place).count();
    assert_eq!(places(|line| line.base), base.stage.line_items.len(), "every line item is there once");
    assert_eq!(places(|line| line.head), head.stage.line_items.len());
    // By another route: a cause adds to the total what it adds to the line items, with the earlier buffer.
    let factor = Decimal::ONE + base.stage.buffer.value;
    for (_, cause) in Cause::WORDS.iter().filter(|(_, cause)| *cause < Cause::Buffer) {
        let of_lines: Decimal = found.line_items.iter().map(|line| of_cause(&line.contributions, *cause)).sum();
        assert_eq!(of_cause(&found.contributions, *cause), of_lines * factor, "{cause:?}");
    }
    // The later buffer comes last: on the exact subtotal of the later stage.
    let more = head.stage.buffer.value - base.stage.buffer.value;
    assert_eq!(of_cause(&found.contributions, Cause::Buffer), head.costing.totals.subtotal_exact * more);
}

/// A snapshot of one stage, and what it is when it is read again.
fn written(costed: &CostedStage, sources: &Sources) -> String {
    let document = view::snapshot(costed.stage.as_of, std::slice::from_ref(costed), sources).unwrap();
    let mut text = Vec::new();
    render::yaml(&document, &mut text).unwrap();
    String::from_utf8(text).unwrap()
}

fn read_again(text: &str, sources: &mut Sources) -> CostedStage {
    let file = sources.add("costplan.snapshot.yaml", text.to_owned());
    let mut problems = Problems::default();
    let raw = parse::snapshot(file, sources.text(file), &mut problems);
    let snapshot = raw.map(|raw| resolve::snapshot(raw, sources.text(file), &mut problems));
    assert!(problems.is_empty(), "{problems:?}\n{text}");
    let costing = snapshot.unwrap().costings.swap_remove(0);
    let inputs = Inputs { customers: costing.customers, revenue: costing.revenue };
    let computed = calculate::stage(&costing.stage, inputs, &mut Unobserved).unwrap();
    let total = computed.known_totals().map(|totals| totals.total);
    assert_eq!(costing.recorded.total.cost, total, "the snapshot says its own total");
    CostedStage { stage: costing.stage, costing: computed, point: RangePoint::Given, project_budget: None }
}

proptest! {
    #![proptest_config(config(scaled(1000)))]

    /// Pairs of projects: the second is the first with a few changes, or another one.
    #[test]
    fn the_parts_add_up_to_the_difference(
        base in project(),
        other in project(),
        changes in prop::collection::vec(change(), 0..5),
        is_other in prop::bool::weighted(0.3),
    ) {
        let mut head = if is_other { other } else { base.clone() };
        let mut causes: Vec<Cause> = changes.iter().filter_map(|change| change.apply(&mut head)).collect();
        // A minimum that goes and comes again is another price.
        causes.extend(changes.iter().any(|change| matches!(change, Change::Minimum(..))).then_some(Cause::Price));
        let mut sources = Sources::default();
        // Some amounts have too many digits; another pair is drawn then.
        let (before, after) = (base.costed(&mut sources), head.costed(&mut sources));
        prop_assume!(before.is_ok() && after.is_ok());
        let (before, after) = (before.unwrap(), after.unwrap());
        let found = calculate::attribution(&before, &after).unwrap();
        adds_up(&before, &after, &found);
        prop_assert!(found.merged.is_empty(), "{:?}", found.merged);
        let lines = found.line_items.iter().flat_map(|line| &line.contributions);
        let all: Vec<&Contribution> = found.contributions.iter().chain(lines).collect();
        if !base.is_rounded && !head.is_rounded {
            prop_assert!(all.iter().all(|part| part.cause != Cause::Rounding), "{all:?}");
        }
        if !is_other {
            // A price for a thousandth of the unit is the same price.
            let is_same = changes.iter().all(|change| matches!(change, Change::Unit(..)));
            prop_assert!(!is_same || all.is_empty(), "{all:?}");
            // Nothing is called a cause that was not changed. Rounding may follow from any change.
            for part in all {
                let is_made = causes.contains(&part.cause) || part.cause == Cause::Rounding;
                prop_assert!(is_made, "{part:?} of {causes:?}");
            }
        }
    }
}

proptest! {
    #![proptest_config(config(scaled(100)))]

    /// A snapshot is written again as it was read, and takes the place of the project that it was made of.
    #[test]
    fn a_snapshot_is_the_same_when_it_is_read_again(base in project(), changes in prop::collection::vec(change(), 1..4)) {
        let mut head = base.clone();
        for change in &changes {
            change.apply(&mut head);
        }
        let mut sources = Sources::default();
        let (before, after) = (base.costed(&mut sources), head.costed(&mut sources));
        prop_assume!(before.is_ok() && after.is_ok());
        let (before, after) = (before.unwrap(), after.unwrap());
        let text = written(&before, &sources);
        let again = read_again(&text, &mut sources);
        prop_assert_eq!(&written(&again, &sources), &text);
        let same = calculate::attribution(&before, &again).unwrap();
        prop_assert!(same.contributions.is_empty(), "{:?}", same);
        prop_assert!(same.line_items.iter().all(|line| line.contributions.is_empty()), "{:?}", same);
        let (of_project, of_snapshot) =
            (calculate::attribution(&before, &after).unwrap(), calculate::attribution(&again, &after).unwrap());
        prop_assert_eq!(of_project, of_snapshot);
    }
}
