//! What a revenue allows. Every expected number is worked out by hand.

use serde_json::{Value, json};

use crate::project::{costplan, project, stdout};

const DAY: &str = "2026-11-24";

/// A stage of some customers whose line item costs this.
fn stage(id: u32, customers: &str, cost: &str) -> String {
    let head = format!("version: 1\nstage: {id}\nname: S{id}\ncustomers: {customers}\ncurrency: USD\n");
    head + &format!("line_items: [{{ name: Servers, category: compute, cost: {cost} }}]\n")
}

/// Stages that cost 20, 100 and 10 for each 10 customers, and 1,000.
fn plan(settings: &str) -> tempfile::TempDir {
    project(&[
        ("costplan.toml", &format!("version = 1\n{settings}")),
        ("stages/1.yaml", &stage(1, "0..10", "20")),
        ("stages/2.yaml", &stage(2, "10..100", "100 + 10 * ceil(customers / 10)")),
        ("stages/3.yaml", &stage(3, "100..500", "1000")),
    ])
}

fn json_of(settings: &str, arguments: &[&str]) -> Value {
    let text = stdout(plan(settings).path(), &[arguments, &["--format", "json", "--as-of", DAY]].concat());
    serde_json::from_str(&text).unwrap()
}

#[test]
fn ceilings_are_shares_of_the_revenue() {
    let found = json_of("", &["afford", "--mrr", "10000"]);
    let ceilings: Vec<(&str, f64)> = found["ceilings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|of| (of["rating"].as_str().unwrap(), of["amount"].as_f64().unwrap()))
        .collect();
    // The plan: under 5, 10, 15 and 20% of 10,000.
    assert_eq!(ceilings, [("genius", 500.0), ("great", 1000.0), ("good", 1500.0), ("on_target", 2000.0)]);
    // 1,000 is 10%, which is not under it: good, as under 15%.
    assert_eq!((&found["carried"]["id"], &found["customers"]), (&json!(3), &json!(500)));
    let under: Vec<bool> = found["stages"][2]["ceilings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|of| !of["customers"].as_array().unwrap().is_empty())
        .collect();
    assert_eq!(under, [false, false, true, true]);
}

#[test]
fn a_ceiling_carries_the_customers_at_which_the_stage_costs_less() {
    // 20% of 800 is 160: 100 and 10 for each 10 customers is under it up to 50, 150, and 160 from 51 on.
    let found = json_of("", &["afford", "--mrr", "800"]);
    assert_eq!((&found["carried"]["id"], &found["customers"]), (&json!(2), &json!(50)));
    assert_eq!(found["share_of_mrr"], json!(0.1875));
    let second = &found["stages"][1];
    assert_eq!(second["carried"], json!([{ "low": 10, "high": 50 }]));
    // Under 15%, 120, it costs 110 with 10 customers, and 120 from 11 on.
    let carried = |place: usize| second["ceilings"][place]["customers"].clone();
    assert_eq!((carried(1), carried(2)), (json!([]), json!([{ "low": 10, "high": 10 }])));
    assert_eq!((&second["total_low"], &second["total_high"]), (&json!(110), &json!(200)));
    // The first stage needs more than 20 / 20%, the third more than 5,000.
    assert_eq!(found["stages"][0]["mrr_at_least"], json!(100.01));
    assert_eq!(found["stages"][2]["mrr_at_least"], json!(5000.01));
}

#[test]
fn every_number_of_customers_is_judged() {
    for mrr in [0_u64, 99, 100, 101, 551, 555, 600, 700, 735, 999, 1000, 1001, 1234] {
        let found = json_of("", &["afford", "--mrr", &mrr.to_string()]);
        for (place, share) in [5, 10, 15, 20].into_iter().enumerate() {
            let is_under = |customers: u64| 100 * (100 + 10 * customers.div_ceil(10)) < share * mrr;
            let expected: Vec<u64> = (10..=100).filter(|customers| is_under(*customers)).collect();
            let runs = found["stages"][1]["ceilings"][place]["customers"].as_array().unwrap();
            let all = runs.iter().flat_map(|run| run["low"].as_u64().unwrap()..=run["high"].as_u64().unwrap());
            assert_eq!(all.collect::<Vec<u64>>(), expected, "{mrr} at {share}%");
        }
    }
}

#[test]
fn ones_own_target_decides() {
    let settings = "[budget]\nshare_of_mrr = \"40%\"\n";
    let found = json_of(settings, &["afford", "--mrr", "2600"]);
    // 40% of 2,600 is 1,040.
    assert_eq!((&found["carried"]["id"], &found["stages"][2]["rule"]), (&json!(3), &json!("target")));
    assert_eq!(found["stages"][2]["under"], json!(0.40));
    let screen = stdout(plan(settings).path(), &["afford", "--mrr", "2600", "--as-of", DAY]);
    let first = "2,600.00 USD of MRR carries 3 S3 to 500 customers: 38.5%, target 40%\n";
    assert!(screen.starts_with(first), "{screen}");
    // The same cost is over the plan's 20%.
    assert_eq!(json_of("", &["afford", "--mrr", "2600"])["carried"]["id"], json!(2));
}

#[test]
fn what_customers_need_may_be_more_than_the_revenue_carries() {
    let found = json_of("", &["afford", "--mrr", "800", "--customers", "200"]);
    let needed = &found["needed"];
    assert_eq!(
        (&needed["stage"]["id"], &needed["carried"], &needed["share_of_mrr"]),
        (&json!(3), &json!(false), &json!(1.25))
    );
    let screen = stdout(plan("").path(), &["afford", "--mrr", "800", "--customers", "200", "--as-of", DAY]);
    assert!(screen.contains("200 customers need 3 S3, 1,000.00 USD, 125.0%: the revenue does not"), "{screen}");
    // 30 customers at 49 are 1,470, of which stage 2 takes 130.
    let found = json_of("", &["afford", "--arpu", "49", "--customers", "30"]);
    assert_eq!((&found["mrr"], &found["needed"]["carried"]), (&json!(1470), &json!(true)));
}

#[test]
fn without_revenue_nothing_is_affordable() {
    let screen = stdout(plan("").path(), &["afford", "--mrr", "0", "--as-of", DAY]);
    assert!(screen.starts_with("No revenue yet: it carries no stage\n"), "{screen}");
    for (arguments, told) in [
        (&["afford"][..], "what is affordable depends on the revenue"),
        (&["afford", "--arpu", "49"], "this is the revenue of one customer"),
        (&["afford", "--mrr", "100", "--where", "category=compute"], "by the whole cost of a stage"),
        (&["rate", "--cost", "1"], "a cost is rated by the revenue of a month"),
        (&["rate", "--cost=-1", "--mrr", "1"], "negative-amount"),
        (&["forecast", "--from", "1", "--stages", "revenue"], "depends on the revenue"),
    ] {
        let output = costplan(plan("").path(), arguments);
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.code() == Some(2) && error.contains(told), "{arguments:?}: {error}");
    }
}

#[test]
fn an_unknown_cost_is_never_affordable() {
    let unknown = "version: 1\nstage: 1\nname: A\ncustomers: 1..9\ncurrency: USD\n\
        line_items: [{ name: B, category: c, sku: v/s }]\n";
    let sheet = "version = 1\nvendor = \"v\"\ncurrency = \"USD\"\nsource = \"https://v.test\"\nretrieved_on = 2026-11-01\ntrust = \"fixture\"\n\
        [skus.s]\nname = \"S\"\n[[skus.s.charges]]\nmeter = \"storage\"\nunit = \"GB\"\nmodel = \"per_unit\"\nprice = 0.1\n";
    let directory = project(&[("stages/1.yaml", unknown), ("pricing/v.toml", sheet)]);
    let text = stdout(directory.path(), &["afford", "--mrr", "100000", "--format", "json", "--as-of", DAY]);
    let found: Value = serde_json::from_str(&text).unwrap();
    assert_eq!((&found["carried"], &found["stages"][0]["complete"]), (&Value::Null, &json!(false)));
    assert_eq!(found["stages"][0]["mrr_at_least"], Value::Null);
}

#[test]
fn a_cost_is_rated_by_the_plans_words() {
    let directory = project(&[]);
    let rated = |cost: &str, mrr: &str| -> Value {
        let arguments = ["rate", "--cost", cost, "--mrr", mrr, "--format", "json"];
        serde_json::from_str(&stdout(directory.path(), &arguments)).unwrap()
    };
    // The plan: 1,500 of 10,000 is 15%, which is not under 15%.
    let found = rated("1500", "10000");
    assert_eq!((&found["share_of_mrr"], &found["rating"]), (&json!(0.15), &json!("on_target")));
    for (cost, rating) in [
        ("499.99", "genius"),
        ("500", "great"),
        ("999.99", "great"),
        ("1000", "good"),
        ("1499.99", "good"),
        ("1999.99", "on_target"),
        ("2000", "optimise_urgently"),
        ("0", "genius"),
    ] {
        assert_eq!(rated(cost, "10000")["rating"], json!(rating), "{cost}");
    }
    // 1,500 is under 20% of more than 7,500.
    assert_eq!(found["ceilings"][3]["revenue_over"], json!(7500));
    let none = rated("1500", "0");
    assert_eq!((&none["share_of_mrr"], &none["rating"]), (&Value::Null, &Value::Null));
    // 18,000 a year are 1,500 a month.
    assert_eq!(rated("18000 USD/year", "10000")["rating"], json!("on_target"));
    let own = project(&[("costplan.toml", "version = 1\n[budget]\nshare_of_mrr = \"10%\"\n")]);
    let screen = stdout(own.path(), &["rate", "--cost", "1500", "--mrr", "10000"]);
    assert!(screen.starts_with("15.0% of revenue: not under your target of 10%\n"), "{screen}");
    assert!(screen.contains("500.00 over the ceiling of your target 10%"), "{screen}");
}

#[test]
fn stages_are_judged_by_ones_own_share_of_revenue() {
    let settings = "[defaults]\narpu = 10\n[budget]\nshare_of_mrr = \"30%\"\n";
    // At 10 customers 20 is 20% of 100; 110 is 110% at 10, and 200 is 20% at 100; 1,000 is 100% at 100 and 20% at 500.
    let screen = stdout(plan(settings).path(), &["stages", "--as-of", DAY]);
    for expected in ["20.0% at 10", "110.0% to 20.0%  over share", "100.0% to 20.0%  over share"] {
        let found = screen.contains(expected) || expected.starts_with("20.0% at") && screen.contains("40.0% to 20.0%");
        assert!(found, "{expected}: {screen}");
    }
    assert!(screen.contains("2 S2 at 10: 110.0% of revenue, your target 30%, over by 80.0 points"), "{screen}");
    let found = json_of(settings, &["stages", "--arpu", "20"]);
    assert_eq!(found["stages"][1]["points"][0]["share_of_mrr"], json!(0.55));
    assert_eq!(found["stages"][1]["target_share_of_mrr"], json!(0.30));
}

#[test]
fn a_forecast_moves_through_stages_by_what_revenue_carries() {
    let directory = plan("");
    let months = |arpu: &str| -> Vec<(u64, u64, Option<u64>)> {
        let growth = ["forecast", "--from", "8", "--growth", "+30/month", "--months", "6", "--stages", "revenue"];
        let text =
            stdout(directory.path(), &[&growth[..], &["--arpu", arpu, "--format", "json", "--as-of", DAY]].concat());
        let found: Value = serde_json::from_str(&text).unwrap();
        let month = |month: &Value| {
            let needed = month["needed_stage"]["id"].as_u64();
            (month["customers"].as_u64().unwrap(), month["stage"]["id"].as_u64().unwrap(), needed)
        };
        found["months"].as_array().unwrap().iter().map(month).collect()
    };
    // 20% of 20 a customer is 4 each. 8: 32 carries the first stage, 20. 38: 152 carries the second, 140. 68: 272 carries
    // 170. 98: 392 carries 200. 128: 512 does not carry 1,000, which 128 customers need. 158: 632 does not, either.
    let expected = [(8, 1, None), (38, 2, None), (68, 2, None), (98, 2, None), (128, 2, Some(3)), (158, 2, Some(3))];
    assert_eq!(months("20"), expected);
    // 20% of 60 is 12 each. 8: 96 carries no more than 20. 38: 456 carries 140. 68: 816 carries 170. 98: 1,176 carries 1,000,
    // where 98 customers need the second stage.
    let expected = [(8, 1, None), (38, 2, None), (68, 2, None), (98, 3, Some(2)), (128, 3, None), (158, 3, None)];
    assert_eq!(months("60"), expected);
    // Nothing is carried: the cheapest stage is counted, and the customers need others.
    let expected =
        [(8, 1, None), (38, 1, Some(2)), (68, 1, Some(2)), (98, 1, Some(2)), (128, 1, Some(3)), (158, 1, Some(3))];
    assert_eq!(months("0"), expected);
    let arguments = ["forecast", "--from", "98", "--growth", "+30/month", "--months", "3", "--stages", "revenue"];
    let screen = stdout(directory.path(), &[&arguments[..], &["--arpu", "20", "--events", "--as-of", DAY]].concat());
    assert!(
        screen.contains("In 2 months the customers need more than the revenue carries: 3 S3 in Dec 2026"),
        "{screen}"
    );
    assert!(screen.contains("the customers need stage 3 S3, but the revenue carries only 2 S2"), "{screen}");
}
