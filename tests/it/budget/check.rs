//! `costplan check`: budgets, limits and alerts with verdicts worked out by hand, and what other programs read.

use std::path::Path;

use crate::project::{costplan, example_plan, project, stdout};
use serde_json::Value;

const STAGE: &str = "version: 1\nstage: 1\nname: Test\ncustomers: 0..100\nmonthly_budget: ..500\ncurrency: USD\n\
    buffer: 10%\nline_items:\n\
    \x20 - { name: Data, category: database, cost: 200, tags: { env: prod } }\n\
    \x20 - { name: Hosts, category: compute, cost: 10, quantity: customers / 5, tags: { env: test } }\n";

fn small(budget: &str) -> tempfile::TempDir {
    let settings = format!("version = 1\n{budget}");
    project(&[("stages/1-test.yaml", STAGE), ("costplan.toml", &settings)])
}

/// What a check prints, with its exit code.
fn check(directory: &Path, more: &[&str]) -> (String, Option<i32>, String) {
    let arguments = [&["check", "--all", "--as-of", "2026-11-24"], more].concat();
    let output = costplan(directory, &arguments);
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (text(output.stdout), output.status.code(), text(output.stderr))
}

/// The comparison with a code: value, limit, margin and verdict.
fn found(directory: &Path, code: &str, more: &[&str]) -> [String; 4] {
    let (text, exit, _) = check(directory, &[more, &["--format", "json"]].concat());
    assert!(matches!(exit, Some(0 | 1)));
    let json: Value = serde_json::from_str(&text).unwrap();
    let row = json["checks"].as_array().unwrap().iter().find(|row| row["code"] == code).unwrap().clone();
    let value = |key: &str| row[key]["value"].to_string();
    [value("value"), value("limit"), value("margin"), row["verdict"].as_str().unwrap().to_owned()]
}

fn row(value: &str, limit: &str, margin: &str, verdict: &str) -> [String; 4] {
    [value, limit, margin, verdict].map(str::to_owned)
}

#[test]
fn budgets_are_compared_in_the_currency_of_the_stage() {
    // At 50 customers: 200 + 10 x 10 = 300, and 330 with the buffer.
    let customers = ["--customers", "50"];
    let monthly = |budget: &str| {
        let directory = small(&format!("[budget]\nmonthly = \"{budget}\"\n"));
        found(directory.path(), "project-monthly-budget", &customers)
    };
    assert_eq!(monthly("330 USD"), row("330", "330", "0", "pass"));
    assert_eq!(monthly("329.99 USD"), row("330", "329.99", "-0.01", "fail"));
    // 300 EUR are 324 USD at 1.08.
    assert_eq!(monthly("300 EUR"), row("330", "324", "-6", "fail"));
    let directory = small("[budget]\ndaily = \"11 USD\"\ncost_per_customer = \"6.60 USD\"\n");
    // 330 x 24 / 730.
    assert_eq!(found(directory.path(), "project-daily-budget", &customers), row("10.849315", "11", "0.150685", "pass"));
    assert_eq!(found(directory.path(), "project-cost-per-customer", &customers), row("6.6", "6.6", "0", "pass"));
    let nobody = found(directory.path(), "project-cost-per-customer", &["--customers", "0"]);
    assert_eq!(nobody, row("null", "null", "null", "not_applicable"));
}

#[test]
fn a_share_of_mrr_stays_under_its_limit_or_is_not_known() {
    let directory = small("[budget]\nshare_of_mrr = \"20%\"\n");
    let share =
        |more: &[&str]| found(directory.path(), "project-share-of-mrr", &[&["--customers", "50"], more].concat());
    // 330 of 1650 is 20 %, which is not under 20 %.
    assert_eq!(share(&["--mrr", "1650"]), row("0.2", "0.2", "0", "fail"));
    assert_eq!(share(&["--mrr", "1651"])[3], "pass");
    assert_eq!(share(&[]), row("null", "0.2", "null", "unknown"));
    assert_eq!(share(&["--mrr", "0"]), row("null", "0.2", "null", "unknown"));
    let (_, exit, message) = check(directory.path(), &["--customers", "50", "--mrr", "0"]);
    assert_eq!((exit, message.as_str()), (Some(1), "check failed: 0 of 2 comparisons failed, 1 unknown\n"));
}

#[test]
fn limits_are_of_a_stage_a_scenario_or_some_line_items() {
    let budget = "[[budget.limits]]\nwhere = \"env=prod\"\nmonthly = \"199 USD\"\nseverity = \"warn\"\n\
        [[budget.limits]]\nstage = 1\nscenario = \"low\"\nmonthly = \"300 USD\"\n[check]\nscenarios = [\"low\", \"high\"]\n";
    let settings = format!("version = 1\n{budget}");
    let directory = project(&[
        ("stages/1-test.yaml", STAGE),
        ("costplan.toml", &settings),
        ("scenarios/low.yaml", "version: 1\ncustomers: 10\n"),
        ("scenarios/high.yaml", "version: 1\ncustomers: 50\n"),
    ]);
    let (text, exit, _) = check(directory.path(), &["--format", "csv"]);
    let limits: Vec<&str> =
        text.lines().filter(|line| line.contains(",limit,") && !line.starts_with("scenario")).collect();
    assert_eq!(
        limits,
        [
            "low,1,10,limit,limit of env=prod,200,199,-1,USD,warn,,,,,Data",
            // 220 and 10 % of it.
            "low,1,10,limit,\"limit of stage 1, scenario low\",242,300,58,USD,pass,,,,,",
            "high,1,50,limit,limit of env=prod,200,199,-1,USD,warn,,,,,Data",
        ]
    );
    assert_eq!(exit, Some(0), "a warning does not fail");
}

#[test]
fn each_part_of_the_plan_may_have_each_limit() {
    // At 50 customers: Data 200, Hosts 10 x 10 = 100, and 330 with the buffer.
    let directory = small(
        "[[budget.limits]]\nwhere = \"env=prod\"\ndaily = \"6.57 USD\"\nshare_of_mrr = \"20%\"\n\
         cost_per_customer = \"4 USD\"\nseverity = \"warn\"\n\
         [[budget.limits]]\nstage = 1\ndaily = \"10 USD\"\nshare_of_mrr = \"40%\"\ncost_per_customer = \"6 EUR\"\n",
    );
    let limits = |more: &[&str]| {
        let (text, exit, _) = check(directory.path(), &[more, &["--format", "csv"]].concat());
        let rows = text.lines().filter_map(|line| Some(line.split_once(",limit,")?.1.to_owned()));
        (rows.filter(|row| !row.starts_with("margin")).collect::<Vec<String>>(), exit)
    };
    let (found, exit) = limits(&["--customers", "50", "--mrr", "1000"]);
    assert_eq!(
        found,
        [
            // 200 x 24 / 730.
            "daily limit of env=prod,6.575342,6.57,-0.005342,USD,warn,,,,,Data",
            "cost per customer of env=prod,4,4,0,USD,pass,,,,,",
            // 200 of 1000 is 20 %, which is not under 20 %.
            "share of MRR of env=prod,0.20,0.20,0,,warn,it must be strictly under its limit,,,strict-limit,Data",
            // 330 x 24 / 730.
            "daily limit of stage 1,10.849315,10,-0.849315,USD,fail,,,,,Data",
            // 6 EUR are 6.48 USD at 1.08, and 330 / 50 is 6.60.
            "cost per customer of stage 1,6.60,6.48,-0.12,USD,fail,,,,,Data",
            "share of MRR of stage 1,0.33,0.40,0.07,,pass,,,,,",
        ]
    );
    assert_eq!(exit, Some(1));
    let (found, exit) = limits(&["--customers", "0"]);
    assert_eq!(
        [&*found[1], &*found[2]],
        [
            "cost per customer of env=prod,,,,,not_applicable,there are no customers yet,,,no-customers,",
            "share of MRR of env=prod,,0.20,,,unknown,no revenue is given: use --mrr or --arpu,,,unknown-revenue,",
        ]
    );
    assert_eq!(exit, Some(1), "a share that is not known fails whatever the severity");
}

#[test]
fn a_limit_is_of_the_stages_that_have_its_line_items() {
    let other = "version: 1\nstage: 2\nname: Other\ncustomers: 0..100\ncurrency: USD\nline_items:\n\
        \x20 - { name: Untagged, category: x, cost: 1 }\n";
    let settings = "version = 1\n[[budget.limits]]\nwhere = \"env=prod\"\nmonthly = \"200 USD\"\n";
    let directory =
        project(&[("stages/1-test.yaml", STAGE), ("stages/2-other.yaml", other), ("costplan.toml", settings)]);
    let (text, exit, _) = check(directory.path(), &["--customers", "50", "--format", "csv"]);
    assert_eq!((text.matches(",limit,limit of").count(), exit), (1, Some(0)));
    let typo = small("[[budget.limits]]\nwhere = \"env=prd\"\nmonthly = \"1 USD\"\n");
    let output = costplan(typo.path(), &["validate"]);
    assert!(String::from_utf8(output.stderr).unwrap().contains("error[unknown-tag]"));
}

#[test]
fn an_alert_names_its_actions_and_the_techniques_that_they_stand_for() {
    let budget = "[budget]\nmonthly = \"400 USD\"\nauto_optimize = true\noptimization_rules = [\"use_spot_instances\"]\n\
        [[budget.alerts]]\nmetric = \"database_cost\"\nthreshold = \"40%\"\nactions = [\"email\", \"archive_old_data\"]\n\
        [[budget.alerts]]\nmetric = \"compute_cost\"\nthreshold = \"25%\"\nactions = [\"own\"]\nseverity = \"fail\"\n\
        [budget.rules]\nown = [\"auto-scaling\"]\n";
    let directory = small(budget);
    let (text, exit, _) = check(directory.path(), &["--customers", "50", "--format", "json"]);
    let json: Value = serde_json::from_str(&text).unwrap();
    let alerts: Vec<&Value> = json["checks"].as_array().unwrap().iter().filter(|row| row["code"] == "alert").collect();
    // 200 of 160; 100 of 100 is not beyond it.
    assert_eq!(alerts[0]["limit"]["value"].to_string(), "160");
    assert_eq!((alerts[0]["verdict"].as_str(), alerts[1]["verdict"].as_str()), (Some("warn"), Some("pass")));
    let names: Vec<&str> =
        alerts[0]["techniques"].as_array().unwrap().iter().map(|one| one["technique"].as_str().unwrap()).collect();
    // A GPU is no database.
    assert_eq!(names, ["data-retention", "tiered-storage"]);
    // The price of the database is nobody's but the line item's.
    assert_eq!(alerts[0]["techniques"][0]["saving"], "needs a value of database_price");
    assert_eq!(alerts[0]["actions"][0], "email");
    assert!(alerts[1]["actions"].as_array().unwrap().is_empty());
    assert_eq!(exit, Some(0));
    let (text, exit, _) = check(directory.path(), &["--customers", "60"]);
    // 12 hosts are 120, and may be 100: how much of the time they are needed is not given.
    assert!(text.contains("may help, which an input decides: auto-scaling"), "{text}");
    assert_eq!(exit, Some(1));
}

#[test]
fn a_remedy_reduces_what_its_alert_watches() {
    let sheet = "version = 1\nvendor = \"v\"\ncurrency = \"USD\"\nsource = \"s\"\nretrieved_on = 2026-01-01\n\
        trust = \"fixture\"\n[[skus.support.charges]]\nmeter = \"support\"\nmodel = \"percentage\"\n\
        of = \"line_items\"\npercent = \"10%\"\n";
    let inputs = "techniques: { auto-scaling: { inputs: { average_share: 35% } }, serverless: { inputs: { requests: 1_000, seconds: 0.5 second, memory: 512 MiB } } }";
    let of_hosts = STAGE.replace("tags: { env: test } }", &format!("tags: {{ env: test }}, {inputs} }}"));
    let stage = format!(
        "{of_hosts}\x20 - {{ name: Logs, category: monitoring, cost: 50 }}\n  - {{ name: Care, category: care, sku: v/support, of: [Hosts] }}\n"
    );
    let alert = |metric: &str| format!("[[budget.alerts]]\nmetric = \"{metric}\"\nthreshold = \"1%\"\n");
    let settings = format!(
        "version = 1\n[budget]\nmonthly = \"100 USD\"\nauto_optimize = true\noptimization_rules = \
         [\"compress_old_data\", \"cache_frequent_queries\", \"scale_down_idle_resources\", \"use_spot_instances\"]\n{}",
        ["total_cost", "compute_cost", "monitoring_cost", "care_cost", "database_cost"].map(alert).concat()
    );
    let files = [("stages/1-test.yaml", &*stage), ("pricing/v.toml", sheet), ("costplan.toml", &settings)];
    let directory = project(&files);
    let (text, _, message) = check(directory.path(), &["--customers", "60", "--format", "json"]);
    let json: Value = serde_json::from_str(&text).unwrap_or_else(|_| panic!("{message}"));
    let remedies = |metric: &str| -> Vec<String> {
        let row =
            json["checks"].as_array().unwrap().iter().find(|row| row["what"] == format!("alert {metric}")).unwrap();
        assert_eq!(row["verdict"], "warn", "{metric}");
        row["techniques"].as_array().unwrap().iter().map(|one| one["technique"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(remedies("compute_cost"), ["auto-scaling", "serverless"]);
    assert_eq!(remedies("monitoring_cost"), ["log-retention"]);
    // Support is a share of what the hosts cost.
    assert_eq!(remedies("care_cost"), ["auto-scaling", "serverless"]);
    assert_eq!(remedies("database_cost"), ["materialized-views"]);
    let of_total = remedies("total_cost");
    assert!(of_total.iter().any(|name| name == "log-retention") && of_total.iter().any(|name| name == "auto-scaling"));
    assert!(!of_total.iter().any(|name| name == "spot-gpu" || name == "model-caching"), "{of_total:?}");
    let (text, ..) = check(directory.path(), &["--customers", "60"]);
    assert!(!text.contains("do not help") && !text.contains("spot-gpu"), "{text}");
}

#[test]
fn what_is_unknown_is_never_a_pass() {
    let stage = "version: 1\nstage: 1\nname: Test\ncustomers: 0..100\ncurrency: USD\nline_items:\n\
        \x20 - { name: Known, category: a, cost: 100 }\n  - { name: Files, category: b, sku: v/s }\n";
    let sheet = "version = 1\nvendor = \"v\"\ncurrency = \"USD\"\nsource = \"s\"\nretrieved_on = 2026-01-01\n\
        trust = \"fixture\"\n[skus.s]\n[[skus.s.charges]]\nmeter = \"m\"\nunit = \"GB\"\nmodel = \"per_unit\"\nprice = 1\n";
    let with = |monthly: &str| {
        let settings = format!("version = 1\n[budget]\nmonthly = \"{monthly}\"\n");
        let files = [("stages/1-test.yaml", stage), ("pricing/v.toml", sheet), ("costplan.toml", &settings)];
        let directory = project(&files);
        let verdict = found(directory.path(), "project-monthly-budget", &["--customers", "1"])[3].clone();
        (verdict, check(directory.path(), &["--customers", "1"]).1)
    };
    assert_eq!(with("101 USD"), ("unknown".to_owned(), Some(1)));
    assert_eq!(with("99 USD"), ("fail".to_owned(), Some(1)));
    // Nor is a goal of the stage itself, as long as what is unknown could miss it.
    let goals = stage.replace("line_items:", "targets: { share_of_mrr: 90%, cost_per_customer: ..500 }\nline_items:");
    let directory = project(&[("stages/1-test.yaml", &goals), ("pricing/v.toml", sheet)]);
    let goal = |code: &str| found(directory.path(), code, &["--customers", "5", "--mrr", "1000"])[3].clone();
    assert_eq!((goal("share-of-mrr"), goal("cost-per-customer")), ("unknown".to_owned(), "unknown".to_owned()));
    // Where no cost is known at all, the goal is unknown too, and not one that does not apply.
    let known = "  - { name: Known, category: a, cost: 100 }\n";
    let directory = project(&[("stages/1-test.yaml", &goals.replace(known, "")), ("pricing/v.toml", sheet)]);
    assert_eq!(found(directory.path(), "cost-per-customer", &["--customers", "5", "--mrr", "1000"])[3], "unknown");
    // Without any budget something is still unknown.
    let directory = project(&[("stages/1-test.yaml", stage), ("pricing/v.toml", sheet)]);
    assert_eq!(found(directory.path(), "unknown-usage", &["--customers", "1"])[3], "unknown");
    let (_, exit, message) = check(directory.path(), &["--customers", "1"]);
    assert_eq!((exit, message.as_str()), (Some(1), "check failed: 0 of 1 comparisons failed, 1 unknown\n"));
}

#[test]
fn the_age_of_prices_is_one_of_the_budgets() {
    let settings = "version = 1\n[budget]\nprice_age = \"180d\"\n";
    let directory = example_plan(&[("costplan.toml", settings)]);
    let day = |day: &str| {
        let output = costplan(directory.path(), &["check", "2", "--customers", "60", "--as-of", day]);
        output.status.code()
    };
    // The oldest price of stage 2 was read on 2026-08-21: 180 days later is 2027-02-17.
    assert_eq!((day("2027-02-17"), day("2027-02-18")), (Some(0), Some(1)));
    // `check` is as of 2026-11-24, 95 days after that day.
    assert_eq!(found(directory.path(), "price-age", &["2", "--customers", "60"]), row("95", "180", "85", "pass"));
}

#[test]
fn names_that_are_not_there_are_errors_and_not_passes() {
    for (budget, code) in [
        ("[[budget.alerts]]\nmetric = \"databse_cost\"\nthreshold = \"40%\"\n", "unknown-name"),
        ("[[budget.limits]]\nstage = 7\nmonthly = \"1 USD\"\n", "unknown-stage"),
        ("[[budget.limits]]\nscenario = \"hihg\"\nmonthly = \"1 USD\"\n", "unknown-scenario"),
        ("[[budget.limits]]\nwhere = \"env=prd\"\nmonthly = \"1 USD\"\n", "unknown-tag"),
        ("[[budget.limits]]\nstage = 1\n", "missing-key"),
        ("[[budget.limits]]\nwhere = \"env=prod\"\ngrowth_share = \"5%\"\n", "conflicting-keys"),
        ("[[budget.limits]]\nstage = 1\nshare_of_mrr = \"120%\"\n", "invalid-number"),
        ("[[budget.limits]]\nstage = 1\ndaily = \"-1 USD\"\n", "negative-amount"),
        ("[budget]\nmonthly = 100\n", "invalid-currency"),
        ("[budget]\nmonthly = \"100 XXX\"\n", "missing-exchange-rate"),
        ("[budget]\nauto_optimize = true\noptimization_rules = [\"use_spot\"]\n", "unknown-name"),
        ("[budget.rules]\nown = [\"spot\"]\n", "unknown-technique"),
        ("[check]\nscenarios = [\"none\"]\n", "unknown-scenario"),
        ("[check]\nstages = [9]\n", "unknown-stage"),
        ("[[budget.alerts]]\nmetric = \"total_cost\"\nthreshold = 40\n", "invalid-number"),
        ("[budget]\ndaily = \"100 USD/month\"\n", "unit-mismatch"),
    ] {
        let directory = small(budget);
        let (_, exit, message) = check(directory.path(), &["--customers", "50"]);
        assert_eq!(exit, Some(2), "{budget}");
        assert!(message.contains(&format!("error[{code}]")), "{budget}\n{message}");
    }
}

#[test]
fn annotations_of_github_stand_at_the_line_that_causes_them() {
    let directory = small("[budget]\nmonthly = \"300 USD\"\n");
    let (text, exit, _) = check(directory.path(), &["--customers", "50", "--format", "github"]);
    assert_eq!(exit, Some(1));
    assert_eq!(
        text,
        "::error title=costplan%3A project-monthly-budget,file=stages/1-test.yaml,line=9,col=5::stage 1 Test at 50 customers: \
         monthly budget is 330.00 USD, limit 300.00 USD; the largest part is Data; the limit is at costplan.toml:3\n"
    );
    // A name cannot end its line or begin another command.
    let stage = STAGE.replace("name: Test", "name: \"a%b::error c,d\"");
    let files =
        [("stages/1-test.yaml", stage.as_str()), ("costplan.toml", "version = 1\n[budget]\nmonthly = \"1 USD\"\n")];
    let directory = project(&files);
    let (text, _, _) = check(directory.path(), &["--customers", "50", "--format", "github"]);
    assert_eq!(text.lines().count(), 1);
    assert!(text.contains("a%25b::error c,d at 50"));
}

#[test]
fn junit_sarif_and_slack_hold_the_same_verdicts() {
    let stage = STAGE.replace("name: Test", "name: \"<T> & 'x'\"");
    let files =
        [("stages/1-test.yaml", stage.as_str()), ("costplan.toml", "version = 1\n[budget]\nmonthly = \"1 USD\"\n")];
    let directory = project(&files);
    let of = |format: &str| check(directory.path(), &["--customers", "50", "--format", format]).0;
    let junit = of("junit");
    assert!(junit.starts_with(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"costplan\" tests=\"2\" failures=\"1\" errors=\"0\">"
    ));
    assert!(
        junit.contains("<failure type=\"project-monthly-budget\"")
            && junit.contains("1 &lt;T&gt; &amp; &apos;x&apos; at 50")
    );
    let sarif: Value = serde_json::from_str(&of("sarif")).unwrap();
    let result = &sarif["runs"][0]["results"][0];
    assert_eq!((result["ruleId"].as_str(), result["level"].as_str()), (Some("project-monthly-budget"), Some("error")));
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(
        (place["artifactLocation"]["uri"].as_str(), place["region"]["startLine"].as_u64()),
        (Some("stages/1-test.yaml"), Some(9))
    );
    let slack: Value = serde_json::from_str(&of("slack")).unwrap();
    assert_eq!(slack["blocks"].as_array().unwrap().len(), 3);
    assert!(of("markdown").starts_with("<!-- costplan check -->\n## Check of budgets"));
}

#[test]
fn the_example_plan_passes_and_warns_of_what_it_misses_itself() {
    let directory = example_plan(&[]);
    let text = stdout(directory.path(), &["check", "--as-of", "2026-11-24", "--format", "json"]);
    let json: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(json["passed"], true);
    // The goals per customer: stage 2 at its low end, stages 3 and 4 at both.
    assert_eq!(json["warned"], 5);
}

#[test]
fn an_alert_watches_a_vendor_a_condition_or_a_line_item() {
    let stage = STAGE.replace("cost: 200,", "cost: 200, vendor: acme,");
    let alert = |keys: &str| {
        let settings = format!("version = 1\n[[budget.alerts]]\nthreshold = \"30%\"\n{keys}\n");
        let directory = project(&[("stages/1-test.yaml", &stage), ("costplan.toml", &settings)]);
        found(directory.path(), "alert", &["--customers", "50"])
    };
    // 30 % of the stage's own 500.
    assert_eq!(alert("metric = \"acme_cost\""), row("200", "150", "-50", "warn"));
    assert_eq!(alert("metric = \"tests\"\nwhere = \"env=test\""), row("100", "150", "50", "pass"));
    assert_eq!(alert("metric = \"hosts\"\nline_item = \"Hosts\""), row("100", "150", "50", "pass"));
    assert_eq!(alert("metric = \"total_cost\"\nseverity = \"fail\""), row("330", "150", "-180", "fail"));
    for (keys, code) in [
        ("metric = \"x\"\nwhere = \"env=none\"", "unknown-tag"),
        ("metric = \"x\"\nline_item = \"Host\"", "unknown-name"),
        ("metric = \"x\"\nline_item = \"Hosts\"\nwhere = \"env=test\"", "conflicting-keys"),
    ] {
        let directory = small(&format!("[[budget.alerts]]\nthreshold = \"30%\"\n{keys}\n"));
        for command in [&["check", "--customers", "50"][..], &["validate"]] {
            let output = costplan(directory.path(), command);
            let message = String::from_utf8(output.stderr).unwrap();
            assert!(output.status.code() == Some(2) && message.contains(&format!("error[{code}]")), "{message}");
        }
    }
}

#[test]
fn a_reader_that_closes_the_pipe_makes_no_failed_check_pass() {
    let directory =
        project(&[("stages/1-test.yaml", STAGE), ("costplan.toml", "version = 1\n[budget]\nmonthly = \"1 USD\"\n")]);
    // Nor does one that reads nothing at all.
    for (arguments, code) in
        [(&["check", "--customers", "50"][..], 1), (&["check", "--bogus"], 2), (&["check", "7"], 2)]
    {
        assert_eq!(crate::project::code_without_readers(directory.path(), arguments), Some(code), "{arguments:?}");
    }
    assert_eq!(crate::project::code_without_readers(directory.path(), &["--help"]), Some(0));
    let output = crate::project::into_closed_pipe(directory.path(), &["check", "--customers", "50"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8(output.stderr).unwrap().starts_with("check failed: "));
}

#[test]
fn conversion_alone_exceeds_no_budget() {
    // In a manifest in EUR these are 263.527777777778 and 371.416666666667 EUR, and 685.74 USD are 634.944444444444 EUR.
    let stage = "version: 1\nstage: 1\nname: Test\ncustomers: 0..100\ncurrency: EUR\nline_items:\n\
        \x20 - { name: A, category: a, cost: 284.61 USD }\n  - { name: B, category: a, cost: 401.13 USD }\n";
    let of = |budget: &str| {
        let settings = format!("version = 1\n[budget]\nmonthly = \"{budget}\"\n");
        let directory = project(&[("stages/1-test.yaml", stage), ("costplan.toml", &settings)]);
        check(directory.path(), &["--customers", "5"]).1
    };
    assert_eq!((of("685.74 USD"), of("685.73 USD")), (Some(0), Some(1)));
}

#[test]
fn a_budget_that_only_high_prices_exceed_warns() {
    let sheet = "version = 1\nvendor = \"v\"\ncurrency = \"USD\"\nsource = \"s\"\nretrieved_on = 2026-01-01\n\
        trust = \"fixture\"\n[[skus.s.charges]]\nmeter = \"m\"\nmodel = \"flat\"\nprice = \"8..14\"\n";
    let stage = "version: 1\nstage: 1\nname: Test\ncustomers: 0..100\ncurrency: USD\nline_items:\n\
        \x20 - { name: Host, category: c, sku: v/s }\n  - { name: Plain, category: d, cost: 1 }\n";
    let settings = "version = 1\n[budget]\nmonthly = \"13 USD\"\n[[budget.limits]]\nwhere = \"category=c\"\nmonthly = \"13 USD\"\n";
    let directory = project(&[("stages/1-test.yaml", stage), ("pricing/v.toml", sheet), ("costplan.toml", settings)]);
    let (text, exit, _) = check(directory.path(), &["--customers", "5", "--format", "csv"]);
    // Expected is the middle, 11: with 1 beside it 12 of 13, and 15 at the high price.
    for row in [
        "project-monthly-budget,monthly budget,12,13,1,USD,pass,",
        "project-budget-at-high-prices,monthly budget at high prices,15,13,-2,USD,warn,",
        "limit,limit of category=c,11,13,2,USD,pass,",
        "limit,limit of category=c at high prices,14,13,-1,USD,warn,",
    ] {
        assert!(text.contains(row), "{row}\n{text}");
    }
    assert_eq!(exit, Some(0));
}

#[test]
fn what_cannot_be_told_has_the_code_of_its_reason() {
    let directory = small("[budget]\nshare_of_mrr = \"20%\"\ncost_per_customer = \"1 USD\"\n");
    let rows = |more: &[&str]| {
        let (text, _, _) = check(directory.path(), &[more, &["--format", "github"]].concat());
        text.lines().map(|line| line.split_once(",file").unwrap().0.to_owned()).collect::<Vec<String>>()
    };
    let exceeded = "::error title=costplan%3A project-cost-per-customer";
    assert_eq!(rows(&["--customers", "50"]), [exceeded, "::error title=costplan%3A unknown-revenue"]);
    assert_eq!(rows(&["--customers", "50", "--mrr", "0"]), [exceeded, "::error title=costplan%3A zero-mrr"]);
    assert_eq!(
        rows(&["--customers", "50", "--mrr", "1000"]),
        [exceeded, "::error title=costplan%3A project-share-of-mrr"]
    );
    // The goal of a stage says why too, whatever was converted.
    let stage = STAGE.replace("buffer: 10%", "targets: { share_of_mrr: 20% }");
    let directory = project(&[("stages/1-test.yaml", &stage)]);
    let (text, exit, _) =
        check(directory.path(), &["--customers", "50", "--mrr", "1500 USD", "--currency", "EUR", "--format", "csv"]);
    assert!(
        text.contains(",share-of-mrr,stage's share of MRR,0.20,0.20,0,,fail,it must be strictly under its limit,"),
        "{text}"
    );
    assert_eq!(exit, Some(1));
    // An action that looks like one that stands for techniques is told.
    let alert = |action: &str| {
        let alert =
            "[budget]\nmonthly = \"400 USD\"\n[[budget.alerts]]\nmetric = \"compute_cost\"\nthreshold = \"10%\"";
        let directory = small(&format!("{alert}\nactions = [\"{action}\"]\n"));
        check(directory.path(), &["--customers", "50"]).0
    };
    assert!(alert("archive_old_dat").contains("did\n  you mean `archive_old_data`?"), "{}", alert("archive_old_dat"));
    assert!(!alert("email_and_slack").contains("did you mean"), "{}", alert("email_and_slack"));
    // Unused names are reported too, and fail nothing.
    let directory = small("[[budget.limits]]\nscenario = \"low\"\nmonthly = \"1 USD\"\n");
    crate::project::write(directory.path(), "scenarios/low.yaml", "version: 1\ncustomers: 10\n");
    for (format, told) in [
        ("github", "::notice title=costplan%3A not-used,file=costplan.toml,line=2"),
        ("slack", "note: limit of scenario low is not used"),
        ("sarif", "\"ruleId\": \"not-used\""),
        ("junit", "<skipped>limit of scenario low is not used"),
    ] {
        let (text, exit, _) = check(directory.path(), &["--customers", "50", "--format", format]);
        assert!(text.contains(told) && exit == Some(0), "{text}");
    }
}
