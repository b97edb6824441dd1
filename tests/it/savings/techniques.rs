//! Techniques: what each bundled one comes to by default, as literals worked out by hand; inputs that are set; and files of
//! a project.

use crate::project::{costplan, project, stdout};
use costplan::diagnostic::Problems;
use costplan::workspace::Workspace;
use serde_json::Value;

/// Each technique with what it changes: before, after, difference and change.
const RESULTS: &[(&str, &str, [&str; 4])] = &[
    // 3.5 of 10 replicas.
    ("auto-scaling", "replicas paid for", ["10", "3.5", "-6.5", "-0.65"]),
    // 100,000 a day over 30 days at 0.001 and at 0.0001.
    ("batch-predictions", "cost a month", ["3000", "300", "-2700", "-0.9"]),
    // 10,000 GB at 0.10, and at nothing.
    ("cdn-static-assets", "cost a month", ["1000", "0", "-1000", "-1"]),
    // 100 and 20 connections of 10 MB.
    ("connection-pooling", "database memory", ["1000", "200", "-800", "-0.8"]),
    // 0.005 / 0.10 is 0.05.
    ("data-retention", "cost of old data", ["0.1", "0.005", "-0.095", "-0.95"]),
    // 25 GB at 0.10; 24 of them, and one at 0.005.
    ("data-retention", "cost a month of all data", ["2.5", "2.405", "-0.095", "-0.038"]),
    // 25 KB and 3 KB.
    ("graphql", "traffic of a view", ["25", "3", "-22", "-0.88"]),
    ("graphql", "requests of a view", ["5", "1", "-4", "-0.8"]),
    // A million views of 25 KB are 25 GB at 0.10, and 3 GB are left.
    ("graphql", "cost a month", ["2.5", "0.3", "-2.2", "-0.88"]),
    // 2 MB x 100,000 are 200 GB at 0.20; a fifth is left.
    ("image-optimization", "cost a month", ["40", "8", "-32", "-0.8"]),
    ("image-optimization", "data stored", ["200", "40", "-160", "-0.8"]),
    // 24 months of 200 GB at 0.20.
    ("image-optimization", "images that have piled up", ["4800", "960", "-3840", "-0.8"]),
    ("image-optimization", "cost a month of what has piled up", ["960", "192", "-768", "-0.8"]),
    // (1 + 1) x 90 + 1 x 2555 GB, a tenth of which is left.
    ("log-retention", "logs stored", ["2735", "273.5", "-2461.5", "-0.9"]),
    // 2735 x 0.10; a tenth of 9 + (3 + 1.20) + (36.50 + 2190 x 0.004) = 58.46. 267.654 / 273.5 is 0.978625.
    ("log-retention", "cost a month", ["273.5", "5.846", "-267.654", "-0.978625"]),
    // 1000 a day and 30 days are 30,000: at 0.50, and at 0.01 with 5 for refreshing. 14,695 / 15,000 is 0.979667.
    ("materialized-views", "cost a month", ["15000", "305", "-14695", "-0.979667"]),
    // 10,000 a day over 30 days at 0.01 and at 0.0001; 1.99 of 2 seconds.
    ("model-caching", "cost a month", ["3000", "30", "-2970", "-0.99"]),
    ("model-caching", "time to load", ["2000", "10", "-1990", "-0.995"]),
    ("quantization", "storage of the model", ["500", "125", "-375", "-0.75"]),
    ("quantization", "time of a prediction", ["10", "8", "-2", "-0.2"]),
    ("quantization", "models in the space of one", ["1", "4", "3", "3"]),
    // 80% of a million hit; a million at 0.000002 are 2, and the 200,000 that miss, at 0.0001, are 20.
    ("caching", "lookups in the database", ["1000000", "200000", "-800000", "-0.8"]),
    ("caching", "cost a month", ["100", "22", "-78", "-0.78"]),
    ("query-optimization", "cost of a query", ["1", "0.1", "-0.9", "-0.9"]),
    ("query-optimization", "time of a query", ["1", "0.01", "-0.99", "-0.99"]),
    // 10 and 3 TB at 0.10 a GB.
    ("response-compression", "cost a month", ["1000", "300", "-700", "-0.7"]),
    ("response-compression", "traffic a month", ["10", "3", "-7", "-0.7"]),
    ("serverless", "cost a month", ["100", "20", "-80", "-0.8"]),
    // 2.50 x 720 and 0.80 x 100: 1720 / 1800 is 0.955556. 1.70 / 2.50 is 0.68, and 620 / 720 is 0.861111.
    ("spot-gpu", "cost a month", ["1800", "80", "-1720", "-0.955556"]),
    ("spot-gpu", "price of an hour", ["2.5", "0.8", "-1.7", "-0.68"]),
    ("spot-gpu", "hours a month", ["720", "100", "-620", "-0.861111"]),
    // 24 GB at 0.10; 3 x 0.10 + 9 x 0.02 + 12 x 0.004 = 0.528.
    ("tiered-storage", "cost a month", ["2.4", "0.528", "-1.872", "-0.78"]),
];

fn run(arguments: &[&str]) -> Value {
    let directory = project(&[]);
    let text = stdout(directory.path(), &[arguments, &["--format", "json"]].concat());
    serde_json::from_str(&text).unwrap()
}

/// A number of JSON by its digits, without zeros at the end.
fn digits(value: &Value) -> String {
    value.to_string()
}

fn effect<'v>(technique: &'v Value, name: &str) -> &'v Value {
    technique["effects"].as_array().unwrap().iter().find(|effect| effect["name"] == name).unwrap()
}

#[test]
fn every_bundled_technique_comes_to_what_is_worked_out_by_hand() {
    let all = run(&["techniques"]);
    let techniques = all["techniques"].as_array().unwrap();
    assert_eq!(techniques.len(), 17);
    let effects: usize = techniques.iter().map(|technique| technique["effects"].as_array().unwrap().len()).sum();
    assert_eq!(effects, RESULTS.len(), "an effect has no literal");
    for (id, name, expected) in RESULTS {
        let technique = techniques.iter().find(|technique| technique["id"] == *id).unwrap();
        let effect = effect(technique, name);
        let found = [&effect["before"]["value"], &effect["after"]["value"], &effect["difference"], &effect["change"]];
        assert_eq!(found.map(digits), *expected, "{id}: {name}");
    }
}

#[test]
fn what_differs_from_the_claim_has_a_reason_and_nothing_else_has() {
    let all = run(&["techniques"]);
    let mut differing = Vec::new();
    for technique in all["techniques"].as_array().unwrap() {
        for effect in technique["effects"].as_array().unwrap() {
            let claimed = &effect["claimed"];
            assert_eq!(claimed["as_claimed"] == false, !claimed["reason"].is_null(), "{technique}");
            if claimed["as_claimed"] == false {
                differing.push(technique["id"].as_str().unwrap());
            }
        }
    }
    assert_eq!(differing, ["spot-gpu", "materialized-views", "model-caching", "quantization", "tiered-storage"]);
}

#[test]
fn inputs_can_be_set_also_as_formulas() {
    let views = ["techniques", "run", "materialized-views", "--set"];
    let month = run(&[&views[..], &["queries_per_month=1000"]].concat());
    let cost = effect(&month, "cost a month");
    assert_eq!(
        [&cost["before"]["value"], &cost["after"]["value"], &cost["change"]].map(digits),
        ["500", "15", "-0.97"]
    );
    assert_eq!(cost["claimed"]["as_claimed"], true);
    // A formula over the inputs above it: a day has 1000 queries, and 20 days have 20,000.
    let formula = run(&[&views[..], &["queries_per_month=queries_per_day * 20"]].concat());
    assert_eq!(digits(&effect(&formula, "cost a month")["before"]["value"]), "10000");
    // 60 % at 12 months, 84 % at 36 and 88.8 % at 60.
    for (months, change) in [("12", "-0.6"), ("36", "-0.84"), ("60", "-0.888")] {
        let tiers = run(&["techniques", "run", "tiered-storage", "--set", &format!("months_kept={months}")]);
        assert_eq!(digits(&effect(&tiers, "cost a month")["change"]), change);
    }
}

#[test]
fn a_change_from_nothing_is_unknown_and_not_a_division() {
    let free = run(&["techniques", "run", "serverless", "--set", "machine_cost=0 USD"]);
    let cost = effect(&free, "cost a month");
    assert_eq!(
        [&cost["difference"], &cost["change"], &cost["claimed"]["as_claimed"]].map(digits),
        ["0", "null", "null"]
    );
}

#[test]
fn a_project_adds_techniques_and_replaces_bundled_ones() {
    let own = "version: 1\nname: Own\narea: mail\nsummary: s\neffort: low\nrisk: high\n\
        inputs: { mails: { default: 3, meaning: m } }\neffects: [{ name: cost, before: mails * 2 USD, after: 1 USD }]\n";
    let directory = project(&[("techniques/mail.yaml", own), ("techniques/serverless.yml", own)]);
    let all: Value = serde_json::from_str(&stdout(directory.path(), &["techniques", "--format", "json"])).unwrap();
    let named = |name: &str| all["techniques"].as_array().unwrap().iter().filter(|one| one["name"] == name).count();
    // A project of techniques alone is found by its settings only.
    assert_eq!((all["techniques"].as_array().unwrap().len(), named("Own")), (17, 0));
    let directory = project(&[
        ("costplan.toml", "version = 1\n"),
        ("techniques/mail.yaml", own),
        ("techniques/serverless.yml", own),
    ]);
    let text = stdout(directory.path(), &["techniques", "--format", "csv"]);
    assert_eq!(text.lines().filter(|line| line.contains(",Own,mail,low,high,cost,6,1,-5,USD,-0.833333,,,")).count(), 2);
    assert_eq!(text.lines().count(), 1 + RESULTS.len() - 1 + 2);
}

#[test]
fn every_step_of_a_technique_is_told_with_its_place() {
    let spot = run(&["techniques", "show", "spot-gpu"]);
    let before = &effect(&spot, "cost a month")["before"];
    assert_eq!(
        before["working"],
        "on_demand_price * on_demand_hours * 1 hour with on_demand_price 2.50 USD/hour, on_demand_hours 720 hours"
    );
    assert_eq!(before["place"], "bundled:techniques/spot-gpu.yaml:16");
}

#[test]
fn all_problems_of_a_technique_are_reported_at_once() {
    let wrong = "version: 1\nname: Own\narea: mail\nsummary: s\neffort: tiny\nrisk: high\ninputs: {}\nstep: []\n\
        effects: [{ name: cost, before: mails, after: 1 USD, claimed: 120% }]\n";
    let directory = project(&[("costplan.toml", "version = 1\n"), ("techniques/mail.yaml", wrong)]);
    let output = costplan(directory.path(), &["validate"]);
    assert_eq!(output.status.code(), Some(2));
    let stderr = String::from_utf8(output.stderr).unwrap();
    for code in ["invalid-choice", "unknown-key"] {
        assert!(stderr.contains(code), "{code} is not in {stderr}");
    }
}

#[test]
fn nothing_saves_more_than_all_of_it() {
    let directory = project(&[]);
    for set in ["spot_hours=-5", "spot_price=-1 USD/hour"] {
        let output = costplan(directory.path(), &["techniques", "run", "spot-gpu", "--set", set]);
        assert_eq!(output.status.code(), Some(2), "{set}");
        assert!(String::from_utf8(output.stderr).unwrap().starts_with("error[negative-amount]"), "{set}");
    }
    let output = costplan(directory.path(), &["techniques", "run", "serverless", "--set", "idle_share=120%"]);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn one_wrong_value_is_one_problem() {
    let directory = project(&[]);
    for (value, message) in [
        ("1 GB", "the input must be money (USD), and this is data"),
        // Money of another currency is converted, if there is a rate.
        ("1 JPY", "no exchange rate from JPY to USD on 2026-11-24"),
    ] {
        let set = format!("machine_cost={value}");
        let arguments = ["techniques", "run", "serverless", "--as-of", "2026-11-24", "--set", &set];
        let stderr = String::from_utf8(costplan(directory.path(), &arguments).stderr).unwrap();
        assert!(stderr.contains(message), "{stderr}");
        assert_eq!(stderr.matches("error[").count(), 1, "{stderr}");
    }
}

#[test]
fn a_price_of_time_says_of_how_much_time() {
    let directory = project(&[]);
    let run =
        |set: &str| costplan(directory.path(), &["techniques", "run", "spot-gpu", "--set", set, "--format", "json"]);
    for set in ["spot_price=584 USD", "spot_price=584 USD/month"] {
        let output = run(set);
        assert_eq!(output.status.code(), Some(2), "{set}");
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(stderr.starts_with("error[agreed-price-basis]"), "{stderr}");
    }
    for set in ["spot_price=0.80 USD/hour", "spot_price=584 USD / 730 hours", "spot_price=19.20 USD/day"] {
        let output = run(set);
        let value: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(value["effects"][0]["after"]["value"].to_string(), "80", "{set}: {value}");
    }
}

#[test]
fn the_bundled_techniques_are_sound() {
    let mut problems = Problems::default();
    assert_eq!(Workspace::bundled().techniques(&mut problems).len(), 17);
    assert!(problems.is_empty());
}

#[test]
fn compression_and_retention_know_their_load() {
    let of = |arguments: &[&str], name: &str| {
        let found = run(&[&["techniques", "run"], arguments].concat());
        let effect = effect(&found, name);
        (digits(&effect["before"]["value"]), digits(&effect["after"]["value"]))
    };
    // A quarter of 10 TB are API responses: 0.25 x 30 % + 0.75 x 20 % = 22.5 % are left.
    let mixed = of(&["response-compression", "--set", "api_share=25%"], "cost a month");
    assert_eq!(mixed, ("1000".to_owned(), "225".to_owned()));
    // 36 months of 50 GB, of which 24 stay: 600 GB at 0.10 and at 0.005. Of 12 months nothing is old.
    let old = ["data-retention", "--set", "data_per_month=50 GB", "--set"];
    let cost = |months: &str| of(&[&old[..], &[months]].concat(), "cost of old data");
    assert_eq!(cost("months_collected=36"), ("60".to_owned(), "3".to_owned()));
    assert_eq!(cost("months_collected=12"), ("0".to_owned(), "0".to_owned()));
    // 2,000,000 views of 25 KB and 3 KB at 0.05.
    let views = of(&["graphql", "--set", "views=2_000_000", "--set", "egress_price=0.05 USD"], "cost a month");
    assert_eq!(views, ("2.5".to_owned(), "0.3".to_owned()));
}

#[test]
fn what_piles_up_is_counted_in_a_month_or_once_nothing_older_is_kept() {
    let of = |arguments: &[&str], name: &str| {
        let found = run(&[&["techniques", "run"], arguments].concat());
        let effect = effect(&found, name);
        [&effect["before"]["value"], &effect["after"]["value"]].map(digits)
    };
    let images = |month: &str| {
        let set = ["image-optimization", "--set", month];
        (of(&set, "images that have piled up"), of(&set, "cost a month of what has piled up"))
    };
    // 200 GB a month: six of them, of which a fifth is left, at 0.20.
    assert_eq!(images("month=6"), (["1200", "240"].map(str::to_owned), ["240", "48"].map(str::to_owned)));
    // After two years nothing more piles up.
    assert_eq!(images("month=36"), images("month=24"));
    assert_eq!(images("month=0"), (["4800", "960"].map(str::to_owned), ["960", "192"].map(str::to_owned)));
    // Records of 30 months: 24 stay in the database at 0.10, and six are at 0.005.
    let records = ["data-retention", "--set", "months_collected=60", "--set", "month=30"];
    assert_eq!(of(&records, "cost a month of all data"), ["3", "2.43"]);
    // 36 months in the database, as an input.
    let longer = ["data-retention", "--set", "months_collected=60", "--set", "months_kept=36"];
    assert_eq!(of(&longer, "cost a month of all data"), ["6", "3.72"]);
    // A month of 30 days of 1 GB of each of three classes of logs, a tenth of which is left.
    let logs = ["log-retention", "--set", "days_per_month=30", "--set", "month=1"];
    assert_eq!(of(&logs, "logs stored"), ["90", "9"]);
    // The working of an early month adds up, too.
    let text = stdout(project(&[]).path(), &["techniques", "show", "image-optimization", "--set", "month=6"]);
    assert!(text.contains("6 counted") && text.contains("The effects count month 6"), "{text}");
    assert!(text.contains("kept 6 months x arrives 200 GB"), "{text}");
    for wrong in ["month=1.5", "month=5000"] {
        let output = costplan(project(&[]).path(), &["techniques", "run", "image-optimization", "--set", wrong]);
        assert_eq!(output.status.code(), Some(2), "{wrong}");
    }
}

#[test]
fn requests_of_a_gateway_and_the_source_of_an_input_are_known() {
    let value = run(&["techniques", "show", "response-compression"]);
    let input = |name: &str| value["inputs"].as_array().unwrap().iter().find(|input| input["name"] == name).unwrap();
    assert_eq!(input("static_smaller_by")["source"], "the plan");
    assert!(input("api_share")["source"].as_str().unwrap().starts_with("assumed: "), "{value}");
    let graphql = run(&["techniques", "show", "graphql"]);
    let scopes = graphql["applies_to"].as_array().unwrap();
    assert!(scopes.iter().any(|scope| scope["meter"] == "requests" && scope["effect"] == "requests of a view"));
}
