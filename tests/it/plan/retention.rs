//! Data that techniques keep: months worked out by hand, and a simulation that moves each month's data through the tiers.

use std::fmt::Write as _;

use crate::project::{costplan, in_memory, project, stdout};
use costplan::calculate;
use costplan::calculate::{Operation, RetentionMonth, RetentionResult, TechniqueResult};
use costplan::model::Fraction;
use proptest::prelude::*;
use rust_decimal::Decimal;
use serde_json::Value;

fn run(arguments: &[&str]) -> Value {
    let directory = project(&[]);
    let text = stdout(directory.path(), &[&["techniques", "run"], arguments, &["--format", "json"]].concat());
    serde_json::from_str(&text).unwrap()
}

/// Some keys of a month by their digits.
fn digits<const N: usize>(month: &Value, keys: [&str; N]) -> [String; N] {
    keys.map(|key| month[key].to_string())
}

const COSTS: [&str; 4] = ["month", "cost_before", "cost_after", "saved_share"];

#[test]
fn tiers_cost_what_is_worked_out_by_hand() {
    // 0.10 a month before. After: 3 x 0.10 and 9 x 0.02 are 0.48, and 0.004 for each month after the 12th.
    let cases = [
        // 1.20 - 0.48 = 0.72.
        ("12", ["12", "1.2", "0.48", "0.6"]),
        // 0.48 + 12 x 0.004 = 0.528; 1.872 / 2.40.
        ("24", ["24", "2.4", "0.528", "0.78"]),
        // 0.48 + 24 x 0.004 = 0.576; 3.024 / 3.60.
        ("36", ["36", "3.6", "0.576", "0.84"]),
        // 0.48 + 48 x 0.004 = 0.672; 5.328 / 6.
        ("60", ["60", "6", "0.672", "0.888"]),
        // Deleted before it gets warm: 2 x 0.10.
        ("2", ["2", "0.2", "0.2", "0"]),
    ];
    for (kept, expected) in cases {
        let result = run(&["tiered-storage", "--set", &format!("months_kept={kept}")]);
        let retention = &result["retention"];
        assert_eq!(digits(&retention["steady_state"], COSTS), expected, "{kept} months");
        let months = retention["months"].as_array().unwrap();
        assert_eq!(months.len().to_string(), kept);
        assert_eq!(months.last().unwrap(), &retention["steady_state"]);
    }
}

#[test]
fn months_before_the_steady_state_are_those_of_less_data() {
    let result = run(&["tiered-storage", "--months", "26"]);
    let months = result["retention"]["months"].as_array().unwrap();
    let month = |number: usize| digits(&months[number - 1], COSTS);
    assert_eq!(month(1), ["1", "0.1", "0.1", "0"]);
    assert_eq!(month(3), ["3", "0.3", "0.3", "0"]);
    // 0.30 + 0.02; 0.08 / 0.40.
    assert_eq!(month(4), ["4", "0.4", "0.32", "0.2"]);
    // 0.48 + 0.004; 0.816 / 1.30.
    assert_eq!(month(13), ["13", "1.3", "0.484", "0.627692"]);
    assert_eq!(month(24)[1..], month(26)[1..]);
    // Before: 0.10 x (1 + .. + 24) = 30, and two months of 2.40. After: 0.10 + 0.20 + 0.30; nine months from 0.32 to 0.48
    // are 3.60; twelve from 0.484 to 0.528 are 6.072; and two of 0.528. 10.272 + 1.056 = 11.328.
    assert_eq!(
        digits(&result["retention"]["totals"], ["months", "cost_before", "cost_after", "saved", "saved_share"]),
        ["26", "34.8", "11.328", "23.472", "0.674483"]
    );
    let hot = &months[3]["classes"][0]["tiers"][0];
    assert_eq!(digits(hot, ["name", "stored", "billed", "storage_cost"]), ["\"hot\"", "3", "3", "0.3"]);
}

#[test]
fn growth_is_kept_to_the_byte() {
    let result =
        run(&["tiered-storage", "--set", "growth=2%", "--set", "data_per_month=100 GB", "--set", "hot_months=1"]);
    let retention = &result["retention"];
    let month = |place: usize| {
        digits(&retention["months"][place], ["stored_after", "cost_before", "cost_after", "cumulative_cost_after"])
    };
    // 100, 102 and 104.04 GB arrive; hot is what came last: 10; 10.2 + 2; 10.404 + 0.02 x 202 = 14.444.
    assert_eq!(month(0), ["100", "10", "10", "10"]);
    assert_eq!(month(1), ["202", "20.2", "12.2", "22.2"]);
    assert_eq!(month(2), ["306.04", "30.604", "14.444", "36.644"]);
    assert_eq!(retention["steady_state"]["month"], 24);
    // The 4th power of 1.02 is 1.08243216 and needs no rounding, the 5th is 1.1040808032.
    let fifth = run(&["tiered-storage", "--set", "growth=2%", "--set", "months_kept=1", "--months", "6"]);
    let stored = |place: usize| fifth["retention"]["months"][place]["stored_before"].to_string();
    // JSON has six decimals of what is kept with nine.
    assert_eq!([stored(4), stored(5)], ["1.082432", "1.104081"]);
}

#[test]
fn growth_neither_overflows_nor_loses_digits_within_decades() {
    let sets = ["--set", "growth=15%", "--set", "data_per_month=123.456 GB", "--set", "compressed_by=37.5%"];
    let kept = ["--set", "months_kept=120", "--months", "130"];
    let result = run(&[&["tiered-storage"][..], &sets, &kept].concat());
    assert_eq!(result["retention"]["months"].as_array().unwrap().len(), 130);
    let daily = ["log-retention", "--set", "growth=3%", "--set", "audit_logs=1.7 GB", "--months", "240"];
    assert_eq!(run(&daily)["retention"]["steady_state"]["month"], 84);
}

#[test]
fn data_that_leaves_too_early_is_billed_in_full() {
    // Cold for months 13 and 14 only, and billed for 6: 0.48 + 6 x 0.004 = 0.504. The bill settles in month 18.
    let early = run(&["tiered-storage", "--set", "months_kept=14", "--set", "cold_minimum=6"]);
    let steady = &early["retention"]["steady_state"];
    assert_eq!(digits(steady, ["month", "stored_after", "cost_after"]), ["18", "14", "0.504"]);
    let cold = &steady["classes"][0]["tiers"][2];
    assert_eq!(digits(cold, ["stored", "billed", "storage_cost"]), ["2", "6", "0.024"]);
    // Data that stays for as long pays for its time only, and data that never gets there pays nothing.
    for (kept, cost) in [("18", "0.504"), ("20", "0.512"), ("12", "0.48")] {
        let set = format!("months_kept={kept}");
        let result = run(&["tiered-storage", "--set", &set, "--set", "cold_minimum=6"]);
        let steady = &result["retention"]["steady_state"];
        assert_eq!(digits(steady, ["month", "cost_after"]), [kept, cost], "{kept} months");
    }
}

#[test]
fn what_is_read_and_compressed_is_priced() {
    // A tenth of 12 GB at 0.05 is 0.06: 0.528 + 0.06. Hot storage reads for nothing, so that before stays 2.40.
    let read = ["tiered-storage", "--set", "cold_read=10%", "--set", "cold_read_price=0.05 USD"];
    let result = run(&read);
    assert_eq!(digits(&result["retention"]["steady_state"], COSTS), ["24", "2.4", "0.588", "0.755"]);
    assert_eq!(result["retention"]["steady_state"]["classes"][0]["tiers"][2]["reading_cost"].to_string(), "0.06");
    // A quarter of the size is left of everything: 0.588 / 4 = 0.147.
    let result = run(&[&read[..], &["--set", "compressed_by=75%"]].concat());
    let steady = &result["retention"]["steady_state"];
    assert_eq!(digits(steady, ["stored_before", "stored_after", "cost_after"]), ["24", "6", "0.147"]);
}

/// A technique with a block `retention` and one input, `n`.
fn technique(retention: &str) -> String {
    format!(
        "version: 1\nname: Own\narea: a\nsummary: s\neffort: low\nrisk: low\n\
         inputs: {{ n: {{ default: 3, meaning: m }} }}\nretention:\n{retention}\
         effects: [{{ name: cost, before: cost_before, after: cost_after }}]\n"
    )
}

fn own(retention: &str) -> Value {
    let directory = project(&[("costplan.toml", "version = 1\n"), ("techniques/own.yaml", &technique(retention))]);
    let text = stdout(directory.path(), &["techniques", "run", "own", "--format", "json"]);
    serde_json::from_str(&text).unwrap()
}

#[test]
fn the_baseline_is_the_first_tier_unless_it_says_another_price() {
    let tiers = "tiers: [{ name: a, for: 1, price: 2 USD, read: 50%, read_price: 1 USD }, { name: b, price: 1 USD, read: 100%, read_price: 3 USD }] }]\n";
    let class = "  period: month\n  classes: [{ name: c, arrives: 10 GB, kept: n, ";
    let result = own(&format!("{class}{tiers}"));
    // Before 30 GB at 2, and 5 + 20 GB are read at 1: 85. After 10 x 2 + 5 x 1 and 20 x 1 + 20 x 3: 105.
    assert_eq!(digits(&result["retention"]["steady_state"], COSTS), ["3", "85", "105", "-0.235294"]);
    // 30 x 4 and nothing for reading.
    let result = own(&format!("{class}baseline: {{ price: 4 USD }}, {tiers}"));
    assert_eq!(digits(&result["retention"]["steady_state"], COSTS), ["3", "120", "105", "0.125"]);
    // 30 x 4 + 25 x 0.20.
    let result = own(&format!("{class}baseline: {{ price: 4 USD, read_price: 0.20 USD }}, {tiers}"));
    assert_eq!(result["effects"][0]["before"]["value"].to_string(), "125");
}

#[test]
fn logs_cost_what_is_worked_out_by_hand() {
    let result = run(&["log-retention"]);
    let steady = &result["retention"]["steady_state"];
    // 2555 days are 84 months of a twelfth of 365 days.
    assert_eq!(digits(steady, COSTS), ["84", "273.5", "5.846", "0.978625"]);
    let class = |place: usize| digits(&steady["classes"][place], ["stored_before", "stored_after", "cost_after"]);
    // 90 GB compressed to 9 at 0.10; 3 at 0.10 and 6 at 0.02; 36.5 at 0.10 and 219 at 0.004.
    assert_eq!(class(0), ["90", "9", "0.9"]);
    assert_eq!(class(1), ["90", "9", "0.42"]);
    assert_eq!(class(2), ["2555", "255.5", "4.526"]);
    // A month has 365 / 12 days of 1 GB, of which 30 of the access logs are hot: a tenth of 2 x 3.041667 + 3 + 0.008333.
    let first = &result["retention"]["months"][0];
    assert_eq!(digits(first, ["stored_before", "cost_before", "cost_after"]), ["91.25", "9.125", "0.909167"]);
    // With 30 days 2555 take 86 months, and the first one has 30 GB of each.
    let result = run(&["log-retention", "--set", "days_per_month=30"]);
    assert_eq!(result["retention"]["steady_state"]["month"], 86);
    assert_eq!(digits(&result["retention"]["months"][0], ["stored_before", "cost_before"]), ["90", "9"]);
}

#[test]
fn a_table_shows_some_months_and_the_steady_state() {
    let directory = project(&[]);
    let shown = |arguments: &[&str]| {
        let arguments = [&["techniques", "show", "tiered-storage"], arguments].concat();
        let text = stdout(directory.path(), &arguments);
        let rows = text.lines().skip_while(|line| !line.trim_start().starts_with("Month")).skip(2);
        let rows = rows.take_while(|line| !line.is_empty());
        rows.map(|row| row.split("  ").find(|cell| !cell.is_empty()).unwrap().trim().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(shown(&[]), ["1", "2", "3", "6", "12", "24 steady"]);
    assert_eq!(shown(&["--set", "months_kept=38"]), ["1", "2", "3", "6", "12", "24", "36", "38 steady"]);
    assert_eq!(shown(&["--months", "4"]), ["1", "2", "3", "4", "24 steady"]);
    assert_eq!(shown(&["--set", "months_kept=2", "--months", "3"]), ["1", "2 steady", "3"]);
    // Nothing is kept: zeros without a sign.
    let nothing = stdout(directory.path(), &["techniques", "run", "tiered-storage", "--set", "months_kept=0"]);
    let last: Vec<&str> = nothing.lines().last().unwrap().split_whitespace().collect();
    assert_eq!(last, ["1", "steady", "0", "0", "0.0000", "0.0000", "0.0000", "-"]);
    let text = stdout(directory.path(), &["techniques", "show", "tiered-storage"]);
    assert!(text.contains("held 3 months x arrives 1 GB x price 0.10 USD = 0.30 USD"), "{text}");
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
}

#[test]
fn csv_has_two_rows_for_each_month() {
    let directory = project(&[]);
    let text = stdout(directory.path(), &["techniques", "run", "tiered-storage", "--months", "4", "--format", "csv"]);
    assert!(text.contains("tiered-storage,stored,4,,4,4,0,GB,0,,,\r\n"), "{text}");
    assert!(text.contains("tiered-storage,cost,4,,0.40,0.32,-0.08,USD,-0.20,,,\r\n"), "{text}");
    assert_eq!(text.lines().filter(|line| line.starts_with("tiered-storage,cost,")).count(), 4);
}

#[test]
fn other_techniques_have_no_months() {
    let directory = project(&[]);
    let result = run(&["spot-gpu"]);
    assert!(result.as_object().unwrap().contains_key("retention") && result["retention"].is_null());
    for (arguments, message) in [
        (["spot-gpu", "--months", "3"], "`spot-gpu` keeps no data"),
        (["tiered-storage", "--months", "0"], "1 to 600 months are shown"),
        (["tiered-storage", "--months", "601"], "1 to 600 months are shown"),
    ] {
        let output = costplan(directory.path(), &[&["techniques", "show"][..], &arguments].concat());
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2));
        assert!(stderr.starts_with(&format!("error[invalid-argument]: {message}")), "{stderr}");
    }
}

/// A kind of data with its tiers, in whole periods.
#[derive(Clone, Debug)]
struct Class {
    /// In MB.
    arrives: u32,
    kept: u32,
    compressed_percent: u32,
    /// How long data stays, which is not looked at in the last tier; price, share read, price of reading, minimum.
    tiers: Vec<(u32, u32, u32, u32, u32)>,
}

fn class() -> impl Strategy<Value = Class> {
    let tier = (0u32..40, 0u32..500, 0u32..30, 0u32..50, prop_oneof![Just(0), 0u32..40]);
    (0u32..5_000, 0u32..90, 0u32..=100, prop::collection::vec(tier, 1..4))
        .prop_map(|(arrives, kept, compressed_percent, tiers)| Class { arrives, kept, compressed_percent, tiers })
}

/// The technique that keeps such classes.
fn written(classes: &[Class], period: &str, growth: i32) -> String {
    let mut text = format!("  period: {period}\n  growth: 0 + {growth} / 100\n");
    if period == "day" {
        text.push_str("  days_per_month: 30\n");
    }
    text.push_str("  classes:\n");
    for (number, class) in classes.iter().enumerate() {
        let Class { arrives, kept, compressed_percent, tiers } = class;
        let _ = write!(
            text,
            "    - name: c{number}\n      arrives: {arrives} MB\n      kept: {kept}\n      \
             compressed_by: {compressed_percent}%\n      tiers:\n"
        );
        for (place, (stays, price, read, read_price, minimum)) in tiers.iter().enumerate() {
            let stays = if place + 1 < tiers.len() { format!("for: {stays}, ") } else { String::new() };
            let (price, read_price) = (Decimal::new((*price).into(), 3), Decimal::new((*read_price).into(), 3));
            let _ = writeln!(
                text,
                "        - {{ name: t{place}, {stays}price: {price} USD, read: {read}%, read_price: {read_price} USD, \
                 minimum: {minimum} }}"
            );
        }
    }
    technique(&text)
}

fn computed(text: &str, months: u32) -> (TechniqueResult, Vec<RetentionMonth>) {
    let mut workspace = in_memory(&[("costplan.toml", "version = 1\n"), ("techniques/own.yaml", text)]).unwrap();
    let technique = workspace.technique("own", &[], "2026-11-24".parse().unwrap()).unwrap();
    let result = calculate::technique(&technique).unwrap();
    let months = calculate::retention_months(&result.retention.as_ref().unwrap().plan, months).unwrap();
    (result, months)
}

/// What arrived in one period, and where it is: moved one period at a time.
struct Batch {
    data: Decimal,
    /// The tier, and for how long the batch has been there.
    place: Option<(usize, u32)>,
    age: u32,
    /// Tiers that the batch has left too early, with the periods for which it is billed there still.
    owed: Vec<(usize, u32)>,
}

impl Batch {
    fn new(data: Decimal, class: &Class) -> Self {
        let mut batch = Self { data, place: None, age: 0, owed: Vec::new() };
        if class.kept > 0 {
            batch.place = Some((0, 0));
            batch.pass_over(class);
        }
        batch
    }

    /// Moves on while no time is left in a tier.
    fn pass_over(&mut self, class: &Class) {
        while let Some((tier, stayed)) = self.place {
            if tier + 1 == class.tiers.len() || stayed < class.tiers[tier].0 {
                break;
            }
            self.leave(class, tier, stayed);
            self.place = Some((tier + 1, 0));
        }
    }

    fn leave(&mut self, class: &Class, tier: usize, stayed: u32) {
        let minimum = class.tiers[tier].4;
        if stayed > 0 && stayed < minimum {
            self.owed.push((tier, minimum - stayed));
        }
    }

    /// One period passes.
    fn grow_older(&mut self, class: &Class) {
        for owed in &mut self.owed {
            owed.1 -= 1;
        }
        self.owed.retain(|(_, periods)| *periods > 0);
        let Some((tier, stayed)) = self.place else { return };
        self.age += 1;
        self.place = Some((tier, stayed + 1));
        if self.age == class.kept {
            self.leave(class, tier, stayed + 1);
            self.place = None;
        } else {
            self.pass_over(class);
        }
    }
}

/// Stored before and after, cost before and after, month by month.
fn simulated(classes: &[Class], periods: u32, growth: i32, months: u32) -> Vec<[Decimal; 4]> {
    let mut rows = vec![[Decimal::ZERO; 4]; months as usize];
    for class in classes {
        let mut arrives = Decimal::new(class.arrives.into(), 3);
        let left = Decimal::ONE - Decimal::new(class.compressed_percent.into(), 2);
        let mut batches: Vec<Batch> = Vec::new();
        for (number, row) in rows.iter_mut().enumerate() {
            if number > 0 && growth != 0 {
                let half_away = rust_decimal::RoundingStrategy::MidpointAwayFromZero;
                arrives = (arrives * Decimal::new((100 + growth).into(), 2)).round_dp_with_strategy(9, half_away);
            }
            for _ in 0..periods {
                for batch in &mut batches {
                    batch.grow_older(class);
                }
                batches.push(Batch::new(arrives, class));
            }
            let first = class.tiers[0];
            let price = |digits: u32| Decimal::new(digits.into(), 3);
            for batch in &batches {
                if let Some((tier, _)) = batch.place {
                    let (_, tier_price, read, read_price, _) = class.tiers[tier];
                    let read = batch.data * Decimal::new(read.into(), 2);
                    row[0] += batch.data;
                    row[1] += batch.data * left;
                    row[2] += batch.data * price(first.1) + read * price(first.3);
                    row[3] += (batch.data * price(tier_price) + read * price(read_price)) * left;
                }
                for (tier, _) in &batch.owed {
                    row[3] += batch.data * left * price(class.tiers[*tier].1);
                }
            }
        }
    }
    rows
}

fn exact(value: &Fraction) -> Decimal {
    value.exact().unwrap().normalize()
}

/// The sums of the steps after the steady state are those of the month, and each product and sum adds up.
fn steps_add_up(result: &RetentionResult) {
    for step in &result.steps {
        let value = match &step.operation {
            Operation::Sum(operands) => operands.iter().map(|operand| exact(&operand.amount.value)).sum(),
            Operation::Product(operands) => operands.iter().map(|operand| exact(&operand.amount.value)).product(),
            Operation::Difference(a, b) => exact(&a.amount.value) - exact(&b.amount.value),
            other => panic!("{other:?}"),
        };
        assert_eq!(value.normalize(), exact(&step.result.value), "{}", step.label);
    }
    let steady = &result.steady;
    let expected = [&steady.stored.before, &steady.stored.after, &steady.cost.before, &steady.cost.after].map(exact);
    let last: Vec<Decimal> =
        result.steps[result.steps.len() - 4..].iter().map(|step| exact(&step.result.value)).collect();
    assert_eq!(last, expected);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(120))]

    #[test]
    fn months_are_what_a_simulation_gives(
        classes in prop::collection::vec(class(), 1..3),
        is_daily in any::<bool>(),
        growth in prop_oneof![3 => Just(0), 2 => -20i32..30],
    ) {
        let (period, periods) = if is_daily { ("day", 30) } else { ("month", 1) };
        let months = if is_daily { 8 } else { 40 };
        let (result, computed) = computed(&written(&classes, period, growth), months);
        let mut cumulative = [Decimal::ZERO; 2];
        for (month, expected) in computed.iter().zip(simulated(&classes, periods, growth, months)) {
            let found = [&month.stored.before, &month.stored.after, &month.cost.before, &month.cost.after].map(exact);
            prop_assert_eq!(found, expected.map(|value| value.normalize()), "month {}", month.number);
            cumulative = [cumulative[0] + expected[2], cumulative[1] + expected[3]];
            let found = [&month.cumulative.before, &month.cumulative.after].map(exact);
            prop_assert_eq!(found, cumulative.map(|value| value.normalize()));
            // Nothing costs less than nothing, so that nothing saves more than all of it.
            prop_assert!(!month.cost.after.is_negative());
        }
        steps_add_up(result.retention.as_ref().unwrap());
    }

    #[test]
    fn without_growth_the_steady_state_is_what_a_formula_gives(class in class(), is_daily in any::<bool>()) {
        let (period, periods) = if is_daily { ("day", 30) } else { ("month", 1) };
        let (result, months) = computed(&written(std::slice::from_ref(&class), period, 0), 140);
        let steady = &result.retention.as_ref().unwrap().steady;
        let number = |digits: u32, scale: u32| Decimal::new(digits.into(), scale);
        // For each tier: periods x data x what compression leaves x price.
        let (mut from, mut cost, mut last) = (0, Decimal::ZERO, class.kept);
        let data = number(class.arrives, 3) * (Decimal::ONE - number(class.compressed_percent, 2));
        for (place, (stays, price, read, read_price, minimum)) in class.tiers.iter().enumerate() {
            let to = if place + 1 < class.tiers.len() { class.kept.min(from + stays) } else { class.kept };
            if from < to {
                let billed = (to - from).max(*minimum);
                last = last.max(from + billed);
                cost += number(billed, 0) * data * number(*price, 3);
                cost += number(to - from, 0) * data * number(*read, 2) * number(*read_price, 3);
            }
            from = to;
        }
        prop_assert_eq!(exact(&steady.cost.after), cost.normalize());
        prop_assert_eq!(exact(&steady.stored.before), (number(class.kept, 0) * number(class.arrives, 3)).normalize());
        prop_assert_eq!(steady.number, last.div_ceil(periods).max(1));
        for month in &months {
            let [found, settled] = [&month.cost.after, &steady.cost.after].map(exact);
            prop_assert!(found <= settled, "month {}", month.number);
            if month.number >= steady.number {
                prop_assert_eq!(found, settled, "month {}", month.number);
                prop_assert_eq!(exact(&month.cost.before), exact(&steady.cost.before));
            }
        }
    }
}
