//! Scenarios: what a file gives, what wins over it, which drivers a stage takes of it, and where results name it.

use crate::project::{HEAD, command, costplan, project, stdout};
use serde_json::Value;
use tempfile::TempDir;

const FIRST: &str = "version: 1\nstage: 1\nname: First\ncustomers: 0..100\ncurrency: USD\nbuffer: 10%\ntax: 7%\n\
    drivers: { requests: customers * 10, first_only: 1 }\nline_items:\n\
    \x20 - { name: A, category: c, cost: requests * 0.1 + first_only }\n";
const SECOND: &str = "version: 1\nstage: 2\nname: Second\ncustomers: 0..100\ncurrency: USD\n\
    drivers: { requests: customers * 10 }\nline_items:\n  - { name: B, category: c, cost: requests * 0.2 }\n";
const HIGH: &str = "version: 1\nname: High traffic\nsummary: twice the requests\ncustomers: 50\narpu: 3 USD\n\
    as_of: 2026-02-03\nbuffer: 20%\nhours_per_month: 744\ntax: 19%\n\
    set: { requests: customers * 20, first_only: 5 }\n";

fn plan(files: &[(&str, &str)]) -> TempDir {
    let own = [("stages/1-first.yaml", FIRST), ("stages/2-second.yaml", SECOND), ("scenarios/high.yaml", HIGH)];
    project(&[&own[..], files].concat())
}

fn run(directory: &TempDir, arguments: &[&str], environment: &[(&str, &str)]) -> Value {
    let mut command = command(directory.path());
    let output = command.args(arguments).args(["--format", "json"]).envs(environment.iter().copied()).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn failure(directory: &TempDir, arguments: &[&str]) -> String {
    let output = costplan(directory.path(), arguments);
    assert_eq!(output.status.code(), Some(2), "{arguments:?}");
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn a_scenario_gives_inputs_settings_and_drivers() {
    let directory = plan(&[]);
    let stage = run(&directory, &["stage", "1", "--scenario", "high"], &[]);
    // 50 customers with 20 requests each are 1000 requests at 0.10, and 5: 105, with 20 % on it 126.
    assert_eq!(
        (&stage["inputs"]["customers"], &stage["subtotal"], &stage["total"]),
        (&50.into(), &105.into(), &126.into())
    );
    assert_eq!(stage["inputs"]["mrr"], 150);
    assert_eq!(stage["as_of"], "2026-02-03");
    assert_eq!((stage["tax"]["rate"].to_string(), stage["tax"]["amount"].to_string()), ("0.19".into(), "19.95".into()));
    assert_eq!(stage["scenario"], serde_json::json!({ "id": "high", "name": "High traffic" }));
    // Without it the manifest counts: 50 customers with 10 requests each at 0.10, and 1: 51, with 10 % on it 56.10.
    let without = run(&directory, &["stage", "1", "--customers", "50"], &[]);
    assert_eq!((without["total"].to_string(), &without["scenario"]), ("56.1".into(), &Value::Null));
}

#[test]
fn flags_win_over_the_environment_the_environment_over_the_scenario_and_the_scenario_over_the_rest() {
    let settings = "version = 1\n[defaults]\ncustomers = 1\nmrr = 77\nbuffer = \"90%\"\ncurrency = \"EUR\"\n";
    let directory = plan(&[("costplan.toml", settings)]);
    let environment = [("COSTPLAN_CUSTOMERS", "20"), ("COSTPLAN_BUFFER", "0"), ("COSTPLAN_CURRENCY", "USD")];
    let all = ["stage", "1", "--scenario", "high"];
    // 20 customers: 400 requests at 0.10, and 5.
    let from_environment = run(&directory, &all, &environment);
    assert_eq!((&from_environment["inputs"]["customers"], &from_environment["total"]), (&20.into(), &45.into()));
    // The scenario's ARPU displaces the MRR of costplan.toml.
    assert_eq!(from_environment["inputs"]["mrr"], 60);
    // 30 customers send 30 requests each, 900 at 0.10, and 5: 95, with 100 % on it 190.
    let flags = ["--customers", "30", "--buffer", "100%", "--set", "requests=customers*30", "--mrr", "500"];
    let typed = run(&directory, &[&all[..], &flags].concat(), &environment);
    assert_eq!(
        (&typed["inputs"]["customers"], &typed["total"], &typed["inputs"]["mrr"]),
        (&30.into(), &190.into(), &500.into())
    );
    assert_eq!(typed["inputs"]["arpu"], Value::Null);
    let mrr = run(&directory, &all, &[("COSTPLAN_MRR", "900"), ("COSTPLAN_CURRENCY", "USD")]);
    assert_eq!((&mrr["inputs"]["mrr"], &mrr["inputs"]["arpu"]), (&900.into(), &Value::Null));
    // The currency that the scenario leaves open is the project's.
    assert_eq!(run(&directory, &all, &[])["currency"], "EUR");
    let dated = run(&directory, &[&all[..], &["--as-of", "2026-05-06", "--tax", "5%"]].concat(), &[]);
    assert_eq!((&dated["as_of"], dated["tax"]["rate"].to_string()), (&"2026-05-06".into(), "0.05".into()));
}

#[test]
fn a_scenario_is_named_by_flag_or_environment_by_stem_or_name() {
    let directory = plan(&[("scenarios/high-too.yml", "version: 1\ncustomers: 7\n")]);
    for name in ["high", "HIGH", "High traffic", "high TRAFFIC"] {
        assert_eq!(run(&directory, &["stage", "1", "--scenario", name], &[])["inputs"]["customers"], 50, "{name}");
    }
    let environment = [("COSTPLAN_SCENARIO", "high-too")];
    let named = run(&directory, &["stage", "1"], &environment);
    assert_eq!(named["inputs"]["customers"], 7);
    assert_eq!(named["scenario"], serde_json::json!({ "id": "high-too", "name": "high-too" }));
    assert_eq!(run(&directory, &["stage", "1", "--scenario", "high"], &environment)["inputs"]["customers"], 50);
}

#[test]
fn each_stage_takes_the_drivers_that_it_knows() {
    let directory = plan(&[]);
    // `first_only` is a driver of the first stage: 1000 requests at 0.20, with 20 % on it.
    let second = run(&directory, &["stage", "2", "--scenario", "high"], &[]);
    assert_eq!(second["total"], 240);
    let stages = run(&directory, &["stages", "--scenario", "high"], &[]);
    // At 100 customers: (2000 x 0.10 + 5) x 1.2 and 2000 x 0.20 x 1.2.
    let at_the_high_end = |stage: usize| stages["stages"][stage]["points"][2]["total"].clone();
    assert_eq!((at_the_high_end(0), at_the_high_end(1)), (246.into(), 480.into()));
    assert_eq!(stages["scenario"]["id"], "high");
    let compared = run(&directory, &["compare", "1", "2", "--scenario", "high"], &[]);
    assert_eq!((&compared["total"]["first"], &compared["total"]["second"]), (&126.into(), &240.into()));
    // A flag is stricter: it names a driver of this very stage.
    let wrong = failure(&directory, &["stage", "2", "--scenario", "high", "--set", "first_only=3"]);
    assert!(wrong.contains("error[unknown-name]: the stage has no driver `first_only`"), "{wrong}");
}

#[test]
fn a_driver_that_no_stage_knows_is_an_error_at_its_line() {
    let directory = plan(&[("scenarios/typo.yaml", "version: 1\nset:\n  reqests: 5\n")]);
    for arguments in [&["stage", "2"][..], &["stages"], &["compare", "1", "2", "--customers", "5"], &["validate"]] {
        let arguments =
            if arguments == ["validate"] { arguments.to_vec() } else { [arguments, &["--scenario", "typo"]].concat() };
        let wrong = failure(&directory, &arguments);
        assert!(
            wrong.contains("no stage has a driver `reqests`") && wrong.contains("scenarios/typo.yaml:3:3"),
            "{wrong}"
        );
        assert!(wrong.contains("did you mean `requests`?"), "{wrong}");
    }
    // A stage that cannot be read may have it.
    let broken =
        plan(&[("scenarios/typo.yaml", "version: 1\nset:\n  reqests: 5\n"), ("stages/3.yaml", "version: x\n")]);
    assert!(failure(&broken, &["stage", "2", "--scenario", "typo"]).contains("stages/3.yaml:1:10"));
    // A broken stage is no matter where all drivers are known.
    assert_eq!(run(&broken, &["stage", "1", "--scenario", "high"], &[])["total"], 126);
}

#[test]
fn validate_reads_every_scenario_and_resolves_every_stage_under_each() {
    let directory = plan(&[]);
    let valid = stdout(directory.path(), &["validate"]);
    assert!(valid.starts_with("valid: 2 stages, ") && valid.ends_with(" and 1 scenario\n"), "{valid}");
    let wrong = failure(
        &plan(&[
            ("scenarios/a.yaml", "version: 2\ncustomrs: 5\n"),
            ("scenarios/b.yaml", "version: 1\nset: { requests: customers * nothing }\n"),
            ("scenarios/c.yaml", "version: 1\nbuffer: 20\n"),
            ("scenarios/d.yaml", "version: 1\nset: { requests: 5 GB }\n"),
        ]),
        &["validate"],
    );
    for part in ["a.yaml:1:10", "a.yaml:2:1", "b.yaml:2:30", "c.yaml:2:9", "did you mean `customers`?", "unit-mismatch"]
    {
        assert!(wrong.contains(part), "{part} is not in {wrong}");
    }
    // The stage that a driver of another kind breaks is named, and the scenario that does it.
    assert!(wrong.contains("stages/1-first.yaml") && wrong.contains("under this scenario"), "{wrong}");
}

#[test]
fn the_directory_of_scenarios_may_be_named() {
    let settings = "version = 1\n[paths]\nscenarios = \"cases\"\n";
    let directory = plan(&[("costplan.toml", settings), ("cases/low.yaml", "version: 1\ncustomers: 2\n")]);
    assert_eq!(run(&directory, &["stage", "1", "--scenario", "low"], &[])["inputs"]["customers"], 2);
    assert!(failure(&directory, &["stage", "1", "--scenario", "high"]).contains("error[unknown-scenario]"));
    let missing = plan(&[("costplan.toml", settings)]);
    let wrong = failure(&missing, &["stage", "1", "--scenario", "low"]);
    assert!(wrong.contains("`cases` cannot be read") && wrong.contains("costplan.toml:3:14"), "{wrong}");
    // It is not read if no scenario is requested.
    assert_eq!(run(&missing, &["stage", "1", "--customers", "1"], &[])["total"], "2.20".parse::<Value>().unwrap());
}

#[test]
fn tables_and_explanations_name_the_scenario() {
    let directory = plan(&[]);
    for arguments in [&["stage", "1"][..], &["stages"], &["explain", "1", "requests"]] {
        let table = stdout(directory.path(), &[arguments, &["--scenario", "high"]].concat());
        assert!(table.contains("Scenario High traffic: twice the requests\n"), "{table}");
    }
    let explained = stdout(directory.path(), &["explain", "1", "requests", "--scenario", "high"]);
    assert!(
        explained.contains("customers * 20 with customers 50 = 1,000")
            && explained.contains("from scenarios/high.yaml:10")
    );
    let json = run(&directory, &["explain", "1", "total", "--scenario", "high"], &[]);
    assert_eq!(json["scenario"]["name"], "High traffic");
    assert!(json.to_string().contains("scenarios/high.yaml:7"), "the buffer is that of the scenario");
}

#[test]
fn a_scenario_may_leave_agreed_prices_aside() {
    let item = "line_items:\n  - { name: A, category: c, sku: cloudflare/pro, agreed_price: { plan: 5 USD/month, reason: r } }\n";
    let manifest = format!("{HEAD}{item}");
    let list = "version: 1\nlist_prices: true\n";
    let directory = project(&[("stages/1.yaml", &manifest), ("scenarios/list.yaml", list)]);
    assert_eq!(run(&directory, &["stage", "1"], &[])["total"], 5);
    let at_list = run(&directory, &["stage", "1", "--scenario", "list"], &[]);
    assert_eq!((&at_list["total"], &at_list["list_prices"]), (&20.into(), &true.into()));
}

/// A number of the JSON, as it is printed.
fn number(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

const LOW: &str = "version: 1\nname: Low\ncustomers: 20\n";

#[test]
fn one_stage_is_compared_under_two_scenarios() {
    let directory = plan(&[("scenarios/low.yaml", LOW)]);
    let arguments = ["compare", "1", "--scenario", "low", "--scenario", "high", "--as-of", "2026-11-24"];
    let json = run(&directory, &arguments, &[]);
    // 20 customers: (200 x 0.10 + 1) x 1.1 = 23.10. 50 customers: (1000 x 0.10 + 5) x 1.2 = 126.
    let pair = |key: &str| [&json[key]["first"], &json[key]["second"], &json[key]["difference"]].map(Clone::clone);
    assert_eq!(pair("total"), [number("23.10"), number("126"), number("102.90")]);
    assert_eq!(pair("subtotal"), [number("21"), number("105"), number("84")]);
    assert_eq!(pair("cost_per_customer"), [number("1.155"), number("2.52"), number("1.365")]);
    assert_eq!(json["categories"][0]["line_items"][0]["difference"], 84);
    assert_eq!((&json["inputs"]["customers"], &json["as_of"]), (&Value::Null, &"2026-11-24".into()));
    assert_eq!(json["stages"].as_array().unwrap().len(), 2);
    let side = |index: usize, key: &str| json["sides"][index][key].clone();
    assert_eq!(
        (side(0, "scenario"), side(1, "scenario")["id"].clone()),
        (serde_json::json!({ "id": "low", "name": "Low" }), "high".into())
    );
    assert_eq!(
        (side(0, "customers"), side(1, "customers"), side(1, "stage")["id"].clone()),
        (20.into(), 50.into(), 1.into())
    );
    let table = stdout(directory.path(), &[&arguments[..], &["--details"]].concat());
    for line in [
        "Stage 1 First: Low against High traffic\n20 and 50 customers, USD a month, prices of 2026-11-24\nHigh traffic: twice the requests\n",
        "Category      Line item         Low  High traffic  Difference\n",
        "Total                         23.10        126.00     +102.90\n",
        "Per customer             1.16 at 20    2.52 at 50       +1.36\n",
    ] {
        assert!(table.contains(line), "{line} is not in\n{table}");
    }
    // Each has its own day unless one is typed, and one number of customers is one for all.
    let own = stdout(
        directory.path(),
        &["compare", "1", "--scenario", "high", "--scenario", "high", "--customers", "10", "--details"],
    );
    assert!(own.contains("\n10 customers, USD a month, prices of 2026-02-03\n") && !own.contains(" at 10"), "{own}");
    let csv = stdout(directory.path(), &[&arguments[..], &["--format", "csv"]].concat());
    // A buffer of 10 %, and a tax of 7 % and 19 % on what is billed.
    let expected = [
        "category,line_item,first,second,difference,kind",
        "c,A,21,105,84,line_item",
        ",Buffer,2.10,21,18.90,buffer",
        ",Rounding,0,0,0,rounding",
        ",Total,23.10,126,102.90,total",
        ",Tax,1.47,19.95,18.48,tax",
        ",Total with tax,24.57,145.95,121.38,total_with_tax",
        ",Per customer,1.155,2.52,1.365,total_per_customer",
    ];
    assert_eq!(csv.lines().collect::<Vec<_>>(), expected);
    let markdown = stdout(directory.path(), &[&arguments[..], &["--format", "markdown"]].concat());
    assert!(markdown.contains("| Category | Line item | Low | High traffic | Difference |"), "{markdown}");
}

#[test]
fn more_than_two_scenarios_stand_side_by_side_without_a_difference() {
    let few = "version: 1\nname: Few\ncustomers: 10\nas_of: 2026-05-06\n";
    let directory = plan(&[("scenarios/low.yaml", LOW), ("scenarios/few.yaml", few)]);
    let arguments = ["compare", "1", "--scenario", "low", "--scenario", "high", "--scenario", "few"];
    let json = run(&directory, &arguments, &[("COSTPLAN_SCENARIO", "low")]);
    // 10 customers: (100 x 0.10 + 1) x 1.1 = 12.10.
    assert_eq!(json["total"], number(r#"{ "amounts": [23.10, 126, 12.10] }"#));
    assert_eq!(json["categories"][0]["line_items"][0]["amounts"], number("[21, 105, 11]"));
    assert_eq!(json["cost_per_customer"]["amounts"], number("[1.155, 2.52, 1.21]"));
    assert_eq!((json["sides"].as_array().unwrap().len(), &json["as_of"]), (3, &Value::Null));
    assert_eq!(json["sides"][2]["as_of"], "2026-05-06");
    let table = stdout(directory.path(), &[&arguments[..], &["--details", "--as-of", "2026-11-24"]].concat());
    for line in [
        "Stage 1 First: Low, High traffic, Few\n20, 50 and 10 customers, USD a month, prices of 2026-11-24\n",
        "Category      Line item         Low  High traffic         Few\n",
        "Total                         23.10        126.00       12.10\n",
        "Per customer             1.16 at 20    2.52 at 50  1.21 at 10\n",
    ] {
        assert!(table.contains(line), "{line} is not in\n{table}");
    }
    let csv = stdout(directory.path(), &[&arguments[..], &["--format", "csv"]].concat());
    let expected = ["category,line_item,first,second,third,kind", "c,A,21,105,11,line_item"];
    assert_eq!(csv.lines().take(2).collect::<Vec<_>>(), expected);
    assert!(csv.contains("\n,Total,23.10,126,12.10,total\r\n"), "{csv}");
}

#[test]
fn all_sides_are_in_the_currency_of_the_first() {
    let rates = "version: 1\n[[rates]]\nfrom = \"EUR\"\nto = \"USD\"\nrate = 1.25\neffective_from = 2026-01-01\nsource = \"s\"\n";
    let rates = rates.replace("version: 1", "version = 1");
    let euro = "version: 1\nname: Euro\ncustomers: 20\ncurrency: EUR\narpu: 1.60\n";
    let first = FIRST.replace("buffer:", "targets: { share_of_mrr: 50% }\nbuffer:");
    let directory = project(&[
        ("stages/1-first.yaml", &first),
        ("scenarios/high.yaml", HIGH),
        ("scenarios/euro.yaml", euro),
        ("pricing/fx.toml", &rates),
    ]);
    let compared = |arguments: &[&str]| run(&directory, &[&["compare", "1"], arguments].concat(), &[]);
    let total =
        |json: &Value| (json["currency"].clone(), json["total"]["first"].clone(), json["total"]["second"].clone());
    // 23.10 USD are 18.48 EUR, and 126 USD 100.80 EUR.
    let euro_first = compared(&["--scenario", "euro", "--scenario", "high"]);
    assert_eq!(total(&euro_first), ("EUR".into(), number("18.48"), number("100.80")));
    let dollars_first = compared(&["--scenario", "high", "--scenario", "euro"]);
    assert_eq!(total(&dollars_first), ("USD".into(), number("126"), number("23.10")));
    let asked = compared(&["--scenario", "euro", "--scenario", "high", "--currency", "USD"]);
    assert_eq!(total(&asked), ("USD".into(), number("23.10"), number("126")));
    // Each side has its own revenue: 50 x 3 USD, and 20 x 1.60 EUR, which stay EUR in a report in USD. 126 / 150 and
    // 18.48 / 32 = 23.10 / 40.
    for json in [&euro_first, &dollars_first, &asked] {
        let messages: Vec<&str> =
            json["findings"].as_array().unwrap().iter().map(|finding| finding["message"].as_str().unwrap()).collect();
        for message in [
            "High traffic: 84.00% of revenue, over the target of 50%",
            "Euro: 57.75% of revenue, over the target of 50%",
        ] {
            assert!(messages.contains(&message), "{message} is not among {messages:?}");
        }
    }
}

#[test]
fn what_cannot_be_compared_is_an_error_that_says_what_can() {
    let directory = plan(&[("scenarios/low.yaml", "version: 1\nname: Low\n")]);
    let nine: Vec<&str> = ["--scenario", "high"].into_iter().cycle().take(18).collect();
    for (arguments, message) in [
        (
            &["compare", "1", "2", "--scenario", "low", "--scenario", "high"][..],
            "two stages are compared under one scenario",
        ),
        (&["compare", "1"], "there is nothing to compare the stage with"),
        (&["compare", "1", "--scenario", "high"], "there is nothing to compare the stage with"),
        (&[&["compare", "1"][..], &nine].concat(), "at most 8 scenarios are compared"),
        (
            &["compare", "1", "--scenario", "high", "--scenario", "low"],
            "the scenario `low` gives no number of customers",
        ),
        (&["compare", "1", "--scenario", "high", "--scenario", "hihg"], "did you mean `high`?"),
        (&["compare", "1", "2", "--scenario", "low"], "add `--customers N`"),
        (&["stage", "1", "--scenario", "high", "--scenario", "low"], "one scenario is computed at a time"),
    ] {
        let wrong = failure(&directory, arguments);
        assert!(wrong.contains(message), "{message} is not in {wrong}");
    }
    // What is wrong with an argument is said once, and all that is wrong at once.
    let wrong = failure(&directory, &["compare", "1", "--scenario", "high", "--scenario", "low", "--mrr", "x"]);
    assert_eq!(wrong.matches("error[").count(), 1, "{wrong}");
    let eight: Vec<&str> = ["--scenario", "high"].into_iter().cycle().take(16).collect();
    let json = run(&directory, &[&["compare", "1"][..], &eight].concat(), &[]);
    assert_eq!(json["total"]["amounts"], number("[126, 126, 126, 126, 126, 126, 126, 126]"));
}

#[test]
fn prices_of_one_sku_take_currency_and_day_from_a_scenario() {
    let euro = "version: 1\ncurrency: EUR\nas_of: 2026-10-01\nset: { requests: 5 }\n";
    let directory = plan(&[("scenarios/euro.yaml", euro)]);
    let quote = run(&directory, &["quote", "cloudflare/pro", "--scenario", "euro"], &[]);
    assert_eq!((&quote["currency"], &quote["as_of"]), (&"EUR".into(), &"2026-10-01".into()));
    let shown = run(&directory, &["prices", "show", "cloudflare/pro", "--scenario", "euro"], &[]);
    let command = shown["example"]["command"].as_str().unwrap();
    assert_eq!(command, "costplan quote cloudflare/pro --scenario euro --as-of 2026-10-01");
    assert_eq!((&shown["example"]["total"], &shown["example"]["currency"]), (&quote["total"], &"EUR".into()));
}
