//! Break-even against brute force over every number of customers, and at its bounds.

use crate::project::{costplan, project, resolved, stdout};
use costplan::calculate;
use costplan::calculate::{BreakevenQuestion, Rating, Unobserved};
use costplan::model::{CountRange, Inputs, Progress, Revenue, Setting, Stage};
use proptest::prelude::*;
use rust_decimal::Decimal;
use serde_json::{Value, json};

const DAY: &str = "2026-11-24";
const HEAD: &str = "version: 1\nstage: 1\nname: Test\ncustomers: 10..100\ncurrency: USD\n";

const FX: &str =
    "version = 1\n[[rates]]\nfrom = \"EUR\"\nto = \"USD\"\nrate = 1.25\neffective_from = 2026-02-03\nsource = \"s\"\n";

/// Whether a rating is another one or a better one.
fn is_at_least(found: Rating, other: Rating) -> bool {
    let place = |rating| Rating::BOUNDS.iter().position(|(_, known)| *known == rating).unwrap_or(usize::MAX);
    place(found) <= place(other)
}

fn breakeven(plan: &str, arguments: &[&str]) -> Value {
    let manifest = format!("{HEAD}{plan}");
    let directory = project(&[("stages/1-test.yaml", &manifest), ("pricing/fx.toml", FX)]);
    let all = [&["breakeven", "1", "--format", "json", "--as-of", DAY], arguments].concat();
    serde_json::from_str(&stdout(directory.path(), &all)).unwrap()
}

/// The page with its lines joined, so that it makes no difference where they break.
fn table(plan: &str, arguments: &[&str]) -> String {
    let manifest = format!("{HEAD}{plan}");
    let directory = project(&[("stages/1-test.yaml", &manifest), ("pricing/fx.toml", FX)]);
    joined(&stdout(directory.path(), &[&["breakeven", "1", "--details", "--as-of", DAY], arguments].concat()))
}

fn joined(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The runs of the numbers at which something holds.
fn runs(low: u64, high: u64, holds: impl Fn(u64) -> bool) -> Value {
    let mut runs: Vec<(u64, u64)> = Vec::new();
    for n in (low..=high).filter(|n| holds(*n)) {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == n => *last = n,
            _ => runs.push((n, n)),
        }
    }
    runs.into_iter().map(|(low, high)| json!({ "low": low, "high": high })).collect()
}

#[test]
fn every_run_of_a_stage_whose_cost_jumps_is_found() {
    // 100 for each started 20 customers at 24 each: with k servers the share is under 1 / d where 100 k d < 24 n.
    let plan = "line_items: [{ name: A, category: c, cost: 100, quantity: ceil(customers / 20) }]";
    let answer = breakeven(plan, &["--arpu", "24", "--range", "1..3000", "--budget", "1234"]);
    let cost = |n: u64| 100 * n.div_ceil(20);
    let expected = [("genius", 5), ("great", 10), ("good", 15), ("on_target", 20)];
    for (found, (rating, percent)) in answer["at_arpu"]["ratings"].as_array().unwrap().iter().zip(expected) {
        assert_eq!(found["rating"], rating);
        assert_eq!(found["runs"], runs(1, 3000, |n| cost(n) * 100 < 24 * n * percent), "{rating}");
        assert_eq!(found["runs_in_range"], runs(10, 100, |n| cost(n) * 100 < 24 * n * percent), "{rating}");
    }
    // At 21 customers 200 of 504 are 40 %; with one server at most 20 customers, 100 of 480, are 20.8 %: never on target.
    assert_eq!(answer["at_arpu"]["ratings"][3]["runs"], json!([]));
    // 12 servers are 1200, for at most 240 customers.
    let within = json!({ "budget": 1234, "runs": [{ "low": 1, "high": 240 }], "most": 240, "goes_on": false });
    assert_eq!(answer["within_budget"], within);
    // At 26 each 100 of 520 are under 20 %, and so is each last part of 20 customers: 19.23 n < 20 ceil(n / 20).
    let answer = breakeven(plan, &["--arpu", "26", "--range", "1..3000"]);
    let on_target = &answer["at_arpu"]["ratings"][3];
    assert_eq!(on_target["runs"], runs(1, 3000, |n| cost(n) * 5 < 26 * n));
    assert_eq!(on_target["runs"][0], json!({ "low": 20, "high": 20 }));
    assert_eq!(on_target["runs"][1], json!({ "low": 39, "high": 40 }));
    assert_eq!(on_target["goes_on"], true);
}

#[test]
fn a_budget_may_allow_for_runs_with_gaps() {
    // 10 each up to 30 customers, 5 each from 31 on: 200 allow for 1 to 20 and 31 to 40.
    let plan = "line_items: [{ name: A, category: c, cost: 'if(customers > 30, 5, 10) * customers' }]";
    let answer = breakeven(plan, &["--budget", "200", "--range", "1..500"]);
    let expected = json!([{ "low": 1, "high": 20 }, { "low": 31, "high": 40 }]);
    assert_eq!(answer["within_budget"]["runs"], expected);
    assert_eq!(answer["within_budget"]["most"], 40);
    assert!(
        table(plan, &["--budget", "200", "--range", "1..500"])
            .contains("The budget of 200.00 USD a month covers 1 to 20, 31 to 40 customers, so at most 40")
    );
    // A cost that falls: 400 less 10 each, but at least 50 and for more than 60 customers 1000. 200 allow for 20 to 60.
    let plan =
        "line_items: [{ name: A, category: c, cost: 'if(customers > 60, 1000, max(50, 400 - customers * 10))' }]";
    let text = table(plan, &["--budget", "200", "--range", "1..500"]);
    assert!(text.contains("The budget of 200.00 USD a month covers 20 to 60 customers, so at most 60"), "{text}");
    // Equal to the budget is within it, a cent more is not.
    let of = |budget: &str| {
        breakeven("line_items: [{ name: A, category: c, cost: customers }]", &["--budget", budget, "--range", "1..50"])
    };
    assert_eq!(of("7")["within_budget"]["most"], 7);
    assert_eq!(of("6.99")["within_budget"]["most"], 6);
    assert_eq!(
        of("0.99")["within_budget"],
        json!({ "budget": serde_json::from_str::<Value>("0.99").unwrap(), "runs": [], "most": null, "goes_on": false })
    );
    assert_eq!(of("50")["within_budget"]["goes_on"], true);
    assert!(
        table("line_items: [{ name: A, category: c, cost: customers }]", &["--budget", "0.99"])
            .contains("The budget of 0.99 USD a month does not cover any number of customers")
    );
}

#[test]
fn a_share_that_is_the_bound_is_not_under_it() {
    // 20 of 100 at 10 customers are 20 %, 15 % at 13.3, 10 % at 20, 5 % at 40.
    for (plan, is_searched) in [("cost: 20", false), ("cost: 'max(20, customers - 500)'", true)] {
        let plan = format!("line_items: [{{ name: A, category: c, {plan} }}]");
        let answer = breakeven(&plan, &["--arpu", "10", "--range", "1..100"]);
        assert_eq!(answer["searched"].is_null(), !is_searched);
        let first: Vec<Value> = answer["at_arpu"]["ratings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|found| found["runs"][0]["low"].clone())
            .collect();
        assert_eq!(first, [41, 21, 14, 11].map(Value::from));
    }
}

#[test]
fn the_least_revenue_is_enough_and_a_cent_less_is_not() {
    // 225 at 60 customers: 225 / (0.20 x 60) = 18.75 is the bound itself.
    let answer = breakeven("line_items: [{ name: A, category: c, cost: 225 }]", &["--customers", "60"]);
    let decimal = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    let rows = |answer: &Value| -> Vec<(Value, Value)> {
        let ratings = answer["at_customers"]["ratings"].as_array().unwrap();
        ratings.iter().map(|row| (row["arpu_more_than"].clone(), row["arpu_at_least"].clone())).collect()
    };
    let expected = [("75", "75.01"), ("37.5", "37.51"), ("25", "25.01"), ("18.75", "18.76")];
    assert_eq!(rows(&answer), expected.map(|(more, least)| (decimal(more), decimal(least))));
    // 10 at 3 customers: 10 / 0.6 = 16.67 from below, 10 / 0.45 = 22.23, 10 / 0.3 = 33.34, 10 / 0.15 = 66.67.
    let answer = breakeven("line_items: [{ name: A, category: c, cost: 10 }]", &["--customers", "3"]);
    let expected = [
        ("66.666666666667", "66.67"),
        ("33.333333333333", "33.34"),
        ("22.222222222222", "22.23"),
        ("16.666666666667", "16.67"),
    ];
    assert_eq!(rows(&answer), expected.map(|(more, least)| (decimal(more), decimal(least))));
}

fn rating(stage: &Stage, customers: u64, arpu: Decimal) -> Option<Rating> {
    let inputs = Inputs { customers, revenue: Revenue::Arpu(Setting { value: arpu, span: None }) };
    calculate::stage(stage, inputs, &mut Unobserved).unwrap().economics.rating
}

fn least_is_enough(stage: &Stage, customers: u64) {
    let question = BreakevenQuestion {
        arpu: None,
        customers: Some(customers),
        other_costs: None,
        budget: None,
        searched: (1, 1),
        is_bounded: false,
    };
    let needed = calculate::breakeven(stage, &question, &Progress::default()).unwrap().at_customers.unwrap();
    assert_eq!(needed.ratings.len(), 4);
    for row in needed.ratings {
        let is_reached =
            |arpu: Decimal| rating(stage, customers, arpu).is_some_and(|found| is_at_least(found, row.rating));
        assert!(is_reached(row.at_least), "{row:?} at {customers}");
        let less = row.at_least - Decimal::new(1, 2);
        assert!(less.is_zero() || !is_reached(less), "{row:?} at {customers}");
    }
}

#[test]
fn conversion_alone_lets_no_revenue_be_too_little() {
    // 3 EUR at 3.333333333333 are 9.999999999999 USD, a rounding less than 10: 50 at one customer is 20 % of it, and the
    // share counts as 20 %.
    let rates = FX.replace("1.25", "3.333333333333");
    let manifest = format!("{HEAD}line_items: [{{ name: A, category: c, cost: 3 EUR }}]");
    let stage = resolved(&[("stages/1-test.yaml", &manifest), ("pricing/fx.toml", &rates)]).unwrap();
    for customers in [1, 2, 5, 10, 1000] {
        least_is_enough(&stage, customers);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_solved_is_what_is_searched(cost in 0..5_000_000_u64, arpu in 0..9_000_u64, budget in 0..60_000_u64, low in 1..50_u64) {
        let cents = |digits: u64| Decimal::new(i64::try_from(digits).unwrap(), 2);
        let stage = |cost: String| {
            let manifest = format!("{HEAD}line_items: [{{ name: A, category: c, cost: '{cost}' }}]");
            resolved(&[("stages/1-test.yaml", &manifest)]).unwrap()
        };
        let fixed = stage(cents(cost).to_string());
        // The same number for any customers, which the formula hides.
        let moving = stage(format!("{} + customers - customers", cents(cost)));
        let high = low + 400;
        let question = BreakevenQuestion {
            arpu: Some(Setting { value: cents(arpu), span: None }),
            customers: Some(low),
            other_costs: None,
            budget: Some(cents(budget)),
            searched: (low, high),
            is_bounded: false,
        };
        let (solved, searched) =
            (calculate::breakeven(&fixed, &question, &Progress::default()).unwrap(), calculate::breakeven(&moving, &question, &Progress::default()).unwrap());
        prop_assert!(solved.is_constant && !searched.is_constant);
        prop_assert_eq!(&solved.at_customers, &searched.at_customers);
        let range = CountRange { low, high: Some(high) };
        for (solved, searched) in solved.at_arpu.unwrap().iter().zip(searched.at_arpu.unwrap()) {
            prop_assert_eq!(&solved.reach.within(range), &searched.reach.runs, "{:?}", solved.rating);
        }
        prop_assert_eq!(solved.within_budget.unwrap().within(range), searched.within_budget.unwrap().runs);
        least_is_enough(&fixed, low);
    }

    #[test]
    fn runs_are_where_each_rating_is_reached(step in 1..40_u64, cost in 1..400_u64, arpu in 1..4_000_u64) {
        let manifest = format!("{HEAD}buffer: 12.5%\nline_items: [{{ name: A, category: c, cost: {cost}, quantity: 1 + ceil(customers / {step}) }}]");
        let stage = resolved(&[("stages/1-test.yaml", &manifest)]).unwrap();
        let arpu = Decimal::new(i64::try_from(arpu).unwrap(), 2);
        let question = BreakevenQuestion {
            arpu: Some(Setting { value: arpu, span: None }),
            customers: None,
            other_costs: None,
            budget: Some(Decimal::from(2000)),
            searched: (1, 200),
            is_bounded: true,
        };
        let answer = calculate::breakeven(&stage, &question, &Progress::default()).unwrap();
        for row in answer.at_arpu.unwrap() {
            for n in 1..=200 {
                let is_reached = rating(&stage, n, arpu).is_some_and(|found| is_at_least(found, row.rating));
                prop_assert_eq!(row.reach.runs.iter().any(|run| run.contains(n)), is_reached);
            }
        }
        // 12.5 % on the cost: 9 / 8 of it.
        let is_within = |n: u64| 9 * cost * (1 + n.div_ceil(step)) <= 16_000;
        for n in 1..=200 {
            prop_assert_eq!(answer.within_budget.as_ref().unwrap().runs.iter().any(|run| run.contains(n)), is_within(n));
        }
    }
}

#[test]
fn nothing_is_reached_without_revenue_or_customers() {
    let plan = "line_items: [{ name: A, category: c, cost: 20 }]";
    let answer = breakeven(plan, &["--arpu", "0", "--customers", "0"]);
    for found in answer["at_arpu"]["ratings"].as_array().unwrap() {
        assert_eq!(found["runs"], json!([]));
    }
    assert_eq!(answer["at_customers"], json!({ "customers": 0, "total": 20, "goals": [], "ratings": [] }));
    assert!(table(plan, &["--customers", "0"]).contains("There are no customers yet"));
    let plan = "line_items: [{ name: A, category: c, cost: customers }]";
    let answer = breakeven(plan, &["--arpu", "0", "--range", "1..20"]);
    assert!(answer["at_arpu"]["ratings"].as_array().unwrap().iter().all(|found| found["runs"] == json!([])));
    // Nothing to pay is under any share of something.
    let answer = breakeven("line_items: [{ name: A, category: c, cost: 0 }]", &["--arpu", "0.01"]);
    assert_eq!(answer["at_arpu"]["ratings"][0]["runs"], json!([{ "low": 1, "high": null }]));
}

#[test]
fn an_unknown_cost_reaches_nothing_for_certain() {
    let sheet = "version = 1\nvendor = \"v\"\ncurrency = \"USD\"\nsource = \"s\"\nretrieved_on = 2026-01-02\ntrust = \"fixture\"\n\
        [skus.calls]\n[[skus.calls.charges]]\nmeter = \"calls\"\nunit = \"call\"\nmodel = \"per_unit\"\nprice = 1\n";
    let manifest = format!(
        "{HEAD}line_items:\n  - {{ name: A, category: c, sku: v/calls }}\n  - {{ name: B, category: c, cost: customers }}\n"
    );
    let directory = project(&[("stages/1-test.yaml", &manifest), ("pricing/v.toml", sheet)]);
    let arguments = ["breakeven", "1", "--arpu", "100", "--customers", "5", "--budget", "50", "--as-of", DAY];
    let text = stdout(directory.path(), &[&arguments[..], &["--format", "json"]].concat());
    let answer: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(answer["complete"], false);
    assert_eq!(answer["at_arpu"]["ratings"][3]["runs"], json!([]));
    assert_eq!(answer["at_customers"], json!({ "customers": 5, "total": null, "goals": [], "ratings": [] }));
    assert_eq!(answer["within_budget"]["runs"], json!([]));
    let text = joined(&stdout(directory.path(), &arguments));
    assert!(text.contains("The budget of 50.00 USD a month is not known to cover any number of customers"), "{text}");
    assert!(text.contains("Part of the cost is unknown: only certain results are counted"), "{text}");
}

#[test]
fn a_fault_within_the_search_is_an_error() {
    let manifest =
        format!("{HEAD}line_items: [{{ name: A, category: c, cost: 100 / (customers - 50) * (customers - 50) }}]");
    let directory = project(&[("stages/1-test.yaml", &manifest)]);
    let run =
        |range: &str| costplan(directory.path(), &["breakeven", "1", "--arpu", "3", "--range", range, "--as-of", DAY]);
    let output = run("1..100");
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
    assert!(String::from_utf8(output.stderr).unwrap().contains("error[division-by-zero]"));
    assert_eq!(run("51..100").status.code(), Some(0));
}

/// The rows of the CSV.
fn csv(plan: &str, arguments: &[&str]) -> Vec<String> {
    let manifest = format!("{HEAD}{plan}");
    let directory = project(&[("stages/1-test.yaml", &manifest)]);
    let all = [&["breakeven", "1", "--format", "csv", "--as-of", DAY], arguments].concat();
    stdout(directory.path(), &all).lines().map(str::to_owned).collect()
}

#[test]
fn a_cost_that_cannot_be_computed_far_out_ends_the_search_there() {
    // 150 less one each: no cost beyond 150 customers, and the stage serves up to 100.
    let plan = "line_items: [{ name: A, category: c, cost: 150 - customers }]";
    let answer = breakeven(plan, &["--arpu", "10"]);
    assert_eq!(answer["searched"], json!({ "low": 1, "high": 150 }));
    let ratings = answer["at_arpu"]["ratings"].as_array().unwrap();
    // 150 - n under 0.5 n, n, 1.5 n and 2 n: more than 100, 75, 60 and 50 customers.
    for (found, (low, in_range)) in ratings.iter().zip([
        (101, json!([])),
        (76, json!([{ "low": 76, "high": 100 }])),
        (61, json!([{ "low": 61, "high": 100 }])),
        (51, json!([{ "low": 51, "high": 100 }])),
    ]) {
        assert_eq!(found["runs"], json!([{ "low": low, "high": 150 }]));
        assert_eq!((&found["runs_in_range"], &found["goes_on"]), (&in_range, &true.into()));
    }
    assert!(table(plan, &["--arpu", "10"]).contains("every number from 1 to 150 was computed"));
    // Who asks for more, or has a stage that cannot be computed where it serves, is told.
    let failed = |plan: &str, arguments: &[&str]| {
        let manifest = format!("{HEAD}{plan}");
        let directory = project(&[("stages/1-test.yaml", &manifest)]);
        let output = costplan(directory.path(), &[&["breakeven", "1", "--as-of", DAY], arguments].concat());
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{arguments:?}");
        String::from_utf8(output.stderr).unwrap()
    };
    let wrong = failed(plan, &["--arpu", "10", "--range", "1..200"]);
    assert!(wrong.contains("at 151 customers") && wrong.contains("below zero"), "{wrong}");
    let wrong = failed(&plan.replace("150", "50"), &["--arpu", "10"]);
    assert!(wrong.contains("at 51 customers"), "{wrong}");
}

#[test]
fn a_range_bounds_what_is_solved_and_csv_has_a_row_for_what_holds_nowhere() {
    // 20 at 10 each are under 5 % from 41 customers on, under 10 % from 21, 15 % from 14, 20 % from 11.
    let plan = "line_items: [{ name: A, category: c, cost: 20 }]";
    let answer = breakeven(plan, &["--arpu", "10", "--budget", "25", "--range", "1..30"]);
    let ratings = answer["at_arpu"]["ratings"].as_array().unwrap();
    let runs: Vec<&Value> = ratings.iter().map(|found| &found["runs"]).collect();
    let to_30 = |low: u64| json!([{ "low": low, "high": 30 }]);
    assert_eq!(runs, [&json!([]), &to_30(21), &to_30(14), &to_30(11)]);
    assert_eq!(answer["within_budget"]["runs"], to_30(1));
    let goes_on: Vec<&Value> = ratings.iter().map(|found| &found["goes_on"]).collect();
    assert_eq!(goes_on, [false, true, true, true]);
    assert_eq!(
        csv(plan, &["--arpu", "10", "--budget", "5", "--range", "1..30"]),
        [
            "stage,currency,question,rating,under,arpu,budget,customers_low,customers_high,arpu_at_least,total,goes_on,other_costs",
            "1,USD,covers_infrastructure,,1,10,,2,30,,,true,",
            "1,USD,customers,genius,0.05,10,,,,,,false,",
            "1,USD,customers,great,0.10,10,,21,30,,,true,",
            "1,USD,customers,good,0.15,10,,14,30,,,true,",
            "1,USD,customers,on_target,0.20,10,,11,30,,,true,",
            "1,USD,budget,,,,5,,,,,false,",
        ]
    );
    // Without a range nothing bounds it.
    let answer = breakeven(plan, &["--arpu", "10"]);
    let on_target = &answer["at_arpu"]["ratings"][3];
    assert_eq!((&on_target["runs"], &on_target["goes_on"]), (&json!([{ "low": 11, "high": null }]), &false.into()));
}

#[test]
fn a_budget_that_reaches_beyond_the_stage_says_what_it_serves() {
    let budget = |plan: &str, budget: &str| table(plan, &["--budget", budget]);
    let each = "line_items: [{ name: A, category: c, cost: customers }]";
    let text = budget(each, "200");
    assert!(text.contains("covers at most 200 customers; the stage serves 10 to 100"), "{text}");
    let text = budget(each, "100");
    assert!(text.ends_with("The budget of 100.00 USD a month covers at most 100 customers"), "{text}");
    let text = budget("line_items: [{ name: A, category: c, cost: 20 }]", "25");
    assert!(text.contains("covers any number of customers; the stage serves 10 to 100"), "{text}");
}

#[test]
fn the_first_answer_is_from_how_many_customers_on_revenue_is_enough() {
    // 39 + 0.5 a customer of 49 each: 39 + n / 2 <= 49 n from n = 1 on, and with 900 more from 939 / 48.5 = 19.4 on.
    let plan = "targets: { share_of_mrr: 40% }\nline_items: [{ name: A, category: c, cost: 39 + customers / 2 }]";
    let arguments = ["--arpu", "49", "--range", "1..1000", "--other-costs", "900"];
    let answer = breakeven(plan, &arguments);
    let goals = |answer: &Value| -> Vec<(String, Value)> {
        let goals = answer["at_arpu"]["goals"].as_array().unwrap().iter();
        goals.map(|goal| (goal["goal"].as_str().unwrap().to_owned(), goal["from"].clone())).collect()
    };
    let goal = |name: &str, from: Value| (name.to_owned(), from);
    // 39 + n / 2 < 19.6 n from 39 / 19.1 = 2.04 on.
    let expected =
        [goal("covers_infrastructure", 1.into()), goal("covers_everything", 20.into()), goal("target", 3.into())];
    assert_eq!(goals(&answer), expected);
    let shown = table(plan, &arguments);
    let first = "Break-even of stage 1 Test Revenue covers the infrastructure from 1 customer on (49.00 USD each) \
                 With your other costs of 900.00 USD a month: from 20 customers on \
                 Your target, under 40% of revenue: from 3 customers on";
    assert!(shown.starts_with(first), "{shown}");
    // What is equal covers it: 100 of 10 each from 10 customers on, whether it is solved or searched.
    for plan in ["cost: 100", "cost: 'max(100, customers - 500)'"] {
        let plan = format!("line_items: [{{ name: A, category: c, {plan} }}]");
        let answer = breakeven(&plan, &["--arpu", "10", "--range", "1..500"]);
        assert_eq!(goals(&answer), [goal("covers_infrastructure", 10.into())]);
    }
    // Servers of 100 for each 20 at 6 each: 17 to 20, 34 to 40, 50 to 60, 67 to 80 and from 84 on; 20 are 120.
    let plan = "line_items: [{ name: A, category: c, cost: 100, quantity: ceil(customers / 20) }]";
    let shown = table(plan, &["--arpu", "6", "--range", "1..500"]);
    let steps = "from 84 customers on, and before that at 17 to 20, 34 to 40, 50 to 60, 67 to 80 (6.00 USD each)";
    assert!(shown.contains(steps), "{shown}");
    let shown = table(plan, &["--arpu", "4", "--range", "1..500"]);
    assert!(shown.contains("infrastructure at no number of customers from 1 to 500"), "{shown}");
    // 1000 customers cost more than they pay.
    let plan = "line_items: [{ name: A, category: c, cost: 'if(customers > 50, 9999, 90)' }]";
    let shown = table(plan, &["--arpu", "10", "--range", "1..500"]);
    assert!(shown.contains("infrastructure at 9 to 50 customers only"), "{shown}");
    // No customers pay nothing, and nobody knows what an unknown cost needs.
    assert!(table(plan, &["--arpu", "0"]).contains("at no number of customers"));
    // At a number of customers: 90 / 7 = 12.857..., and with 10 EUR, 12.50 USD, 102.5 / 7 = 14.64...
    let answer = breakeven(plan, &["--customers", "7", "--other-costs", "10 EUR"]);
    let needed: Vec<String> = answer["at_customers"]["goals"]
        .as_array()
        .unwrap()
        .iter()
        .map(|goal| goal["arpu_at_least"].to_string())
        .collect();
    assert_eq!(needed, ["12.86", "14.65"]);
    let shown = table(plan, &["--customers", "9"]);
    assert!(shown.contains("Revenue covers the infrastructure at 9 customers from 10.00 USD each on"), "{shown}");
}

#[test]
fn other_costs_are_those_of_the_forecast_unless_given() {
    let manifest = format!("{HEAD}line_items: [{{ name: A, category: c, cost: 10 }}]");
    let settings = "version = 1\n[forecast]\nother_costs = \"40 EUR/month\"\n";
    let files = [("stages/1-test.yaml", &*manifest), ("pricing/fx.toml", FX), ("costplan.toml", settings)];
    let directory = project(&files);
    let from = |arguments: &[&str]| {
        let all = [&["breakeven", "1", "--arpu", "10", "--as-of", DAY], arguments].concat();
        let answer = crate::project::json(directory.path(), &all);
        answer["at_arpu"]["goals"][1]["from"].clone()
    };
    // 10 and 50, then 10 and 5; with none there is no such goal.
    assert_eq!((from(&[]), from(&["--other-costs", "5"])), (6.into(), 2.into()));
    assert_eq!(from(&["--other-costs", "0"]), Value::Null);
    let csv = stdout(directory.path(), &["breakeven", "1", "--arpu", "10", "--as-of", DAY, "--format", "csv"]);
    assert!(csv.contains("1,USD,covers_everything,,1,10,,6,,,,false,50"), "{csv}");
}
