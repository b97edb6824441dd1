//! The command line: exit codes, streams, precedence and discovery.

use std::fs;

use crate::project::{
    HEAD, PROGRAM, command, command_of, costplan, example_plan, into_closed_pipe, json, project, stderr, stdout,
};

fn manifest(rest: &str) -> String {
    format!("{HEAD}{rest}line_items:\n  - name: A\n    category: c\n    cost: 10\n")
}

#[test]
fn help_names_every_command_and_each_has_help_with_an_example() {
    let directory = project(&[]);
    let help = stdout(directory.path(), &["--help"]);
    for name in [
        "stage",
        "stages",
        "afford",
        "rate",
        "compare",
        "explain",
        "export",
        "sensitivity",
        "chart",
        "actuals",
        "review",
        "runbook",
        "export",
        "quote",
        "prices",
        "init",
        "validate",
        "schema",
        "completions",
        "man",
        "explain-error",
    ] {
        assert!(help.contains(&format!("\n  {name} ")), "{name} is not in the help");
        let of_command = stdout(directory.path(), &[name, "--help"]);
        assert!(of_command.contains("Usage: costplan"), "{of_command}");
        let about = of_command.lines().next().unwrap();
        assert!(help.contains(about), "the help of {name} starts with {about}");
        assert!(name == "man" || of_command.contains("Examples:\n  costplan"), "{name} has no example");
    }
    assert!(stdout(directory.path(), &["--version"]).starts_with("costplan "));
}

#[test]
fn usage_errors_end_with_2_and_say_nothing_on_stdout() {
    let directory = project(&[]);
    for arguments in [
        &["stage"][..],
        &["nonsense"],
        &["stage", "2", "--nonsense"],
        &["stage", "2", "--mrr", "1", "--arpu", "1"],
        &["stage", "2", "--customers", "-1"],
        &["stage", "2", "--customers", "1.5"],
        &["stage", "2", "--customers", "9999999999999"],
        &["stage", "2", "--mrr", "lots"],
        &["stage", "2", "--buffer", "-5%"],
        &["stage", "2", "--currency", "dollars"],
        &["stage", "2", "--currency", "GBP"],
        &["stage", "2", "--as-of", "yesterday"],
        &["stage", "2", "--as-of", "2024-12-31"],
        &["stage", "2", "--hours-per-month", "0"],
        &["stage", "2", "--set", "transactions"],
        &["stage", "2", "--set", "nothing=1"],
        &["stage", "2", "--set", "customers=1"],
        &["stage", "7"],
        &["stage", "../2"],
        &["compare", "2", "3"],
        &["explain", "2", "nothing"],
        &["explain", "2", "mrr"],
        &["explain-error", "nothing"],
        &["schema", "nothing"],
        &["schema", "price-sheet", "--skus"],
        &["stage", "2", "--project", "nowhere"],
    ] {
        let output = costplan(directory.path(), arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(output.stdout.is_empty(), "{arguments:?}");
        let stderr = stderr(&output);
        assert!(!stderr.is_empty() && !stderr.contains("panicked"), "{arguments:?}: {stderr}");
    }
}

#[test]
fn all_wrong_arguments_are_reported_at_once() {
    let directory = project(&[]);
    let output = costplan(directory.path(), &["stage", "2", "--customers", "x", "--mrr", "y", "--as-of", "z"]);
    let stderr = stderr(&output);
    for flag in ["--customers:1:1", "--mrr:1:1", "--as-of:1:1", "3 problems found"] {
        assert!(stderr.contains(flag), "{flag} is not in {stderr}");
    }
}

#[test]
fn a_stage_is_named_by_number_name_or_stem() {
    let directory = project(&[]);
    for name in ["2", "growth", "Growth", "2-growth", "GROWTH"] {
        assert_eq!(json(directory.path(), &["stage", name])["stage"]["name"], "Growth", "{name}");
    }
    let renamed = project(&[("stages/main.yaml", &manifest(""))]);
    for name in ["1", "test", "main"] {
        assert_eq!(json(renamed.path(), &["stage", name])["total"], 10, "{name}");
    }
}

#[test]
fn json_numbers_are_exact_and_plain() {
    let directory = project(&[]);
    let text = stdout(directory.path(), &["stage", "2", "--customers", "60", "--mrr", "6000", "--format", "json"]);
    for figure in [
        "\"monthly_cost\": 65,",
        "\"monthly_cost_exact\": 64.80,",
        "\"share\": 0.377907,",
        "\"subtotal\": 172,",
        "\"subtotal_exact\": 171.80,",
        "\"rate\": 0.30,",
        "\"amount\": 51.60\n",
        "\"total\": 225,",
        "\"total_exact\": 223.34,",
        "\"cost_per_customer\": 3.75,",
        "\"cost_per_customer_before_buffer\": 2.866667,",
        "\"share_of_mrr\": 0.0375,",
        "\"rating\": \"genius\",",
        "\"schema\": \"costplan.stage.v1\",",
    ] {
        assert!(text.contains(figure), "{figure} is not in the JSON");
    }
}

#[test]
fn flags_win_over_the_environment_and_the_environment_over_the_file() {
    let settings = "version = 1\n[defaults]\ncustomers = 10\nmrr = 100\nbuffer = \"10%\"\nas_of = 2026-02-03\n";
    let directory = project(&[("costplan.toml", settings), ("stages/1-test.yaml", &manifest(""))]);
    let run = |arguments: &[&str], environment: &[(&str, &str)]| -> serde_json::Value {
        let output = command(directory.path())
            .args(["stage", "1", "--format", "json"])
            .args(arguments)
            .envs(environment.iter().copied())
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", stderr(&output));
        serde_json::from_slice(&output.stdout).unwrap()
    };
    let environment = [("COSTPLAN_CUSTOMERS", "20"), ("COSTPLAN_BUFFER", "20%"), ("COSTPLAN_AS_OF", "2026-03-04")];
    let file = run(&[], &[]);
    assert_eq!((&file["inputs"]["customers"], &file["inputs"]["mrr"]), (&10.into(), &100.into()));
    assert_eq!((&file["total"], &file["as_of"]), (&11.into(), &"2026-02-03".into()));
    let from_environment = run(&[], &environment);
    assert_eq!(from_environment["inputs"]["customers"], 20);
    assert_eq!((&from_environment["total"], &from_environment["as_of"]), (&12.into(), &"2026-03-04".into()));
    let flags = run(&["--customers", "30", "--buffer", "50%", "--as-of", "2026-05-06", "--arpu", "3"], &environment);
    assert_eq!((&flags["inputs"]["customers"], &flags["inputs"]["mrr"]), (&30.into(), &90.into()));
    assert_eq!((&flags["total"], &flags["as_of"]), (&15.into(), &"2026-05-06".into()));
}

#[test]
fn a_manifests_own_buffer_wins_over_the_files_default() {
    let settings = "version = 1\n[defaults]\nbuffer = \"10%\"\n";
    let directory = project(&[("costplan.toml", settings), ("stages/1-test.yaml", &manifest("buffer: 30%\n"))]);
    assert_eq!(json(directory.path(), &["stage", "1"])["total"], 13);
    assert_eq!(json(directory.path(), &["stage", "1", "--buffer", "0"])["total"], 10);
}

#[test]
fn the_project_is_found_from_below_and_paths_may_be_set() {
    let settings = "version = 1\n[paths]\nstages = \"plan\"\n";
    let directory = project(&[("costplan.toml", settings), ("plan/1-test.yaml", &manifest("")), ("a/b/c.txt", "")]);
    assert_eq!(json(&directory.path().join("a/b"), &["stage", "1"])["total"], 10);
    let elsewhere = project(&[]);
    let path = directory.path().to_str().unwrap();
    assert_eq!(json(elsewhere.path(), &["stage", "1", "--project", path])["total"], 10);
    assert_eq!(json(elsewhere.path(), &["--project", path, "stage", "1"])["total"], 10);
    // Without a project the bundled plan answers.
    assert_eq!(json(elsewhere.path(), &["stage", "1"])["total"], 21);
}

#[test]
fn a_project_without_price_sheets_uses_the_bundled_ones() {
    let item = "line_items:\n  - name: A\n    category: c\n    sku: cloudflare/pro\n";
    let directory = project(&[("stages/1-test.yaml", &format!("{HEAD}{item}"))]);
    assert_eq!(json(directory.path(), &["stage", "1"])["total"], 20);
    let own = "version = 1\nvendor = \"cloudflare\"\ncurrency = \"USD\"\nsource = \"s\"\nretrieved_on = 2026-01-01\n\
               trust = \"contract\"\n[skus.pro]\n[[skus.pro.charges]]\nmeter = \"plan\"\nmodel = \"flat\"\nprice = 7\n";
    fs::create_dir(directory.path().join("pricing")).unwrap();
    fs::write(directory.path().join("pricing/cloudflare.toml"), own).unwrap();
    assert_eq!(json(directory.path(), &["stage", "1"])["total"], 7);
}

#[test]
fn validate_reports_every_problem_of_every_file() {
    let directory = project(&[
        ("stages/1-a.yaml", &manifest("bufer: 3%\nmonthly_budget: 5..1\n")),
        (
            "stages/2-b.yaml",
            &format!(
                "{HEAD}line_items:\n  - name: A\n    category: c\n    sku: hetzner/cx14\n  - name: B\n    category: c\n    cost: 1 +\n"
            ),
        ),
        ("pricing/v.toml", "version = 2\nvendor = \"w\"\n"),
    ]);
    let output = costplan(directory.path(), &["validate"]);
    assert_eq!(output.status.code(), Some(2));
    let stderr = stderr(&output);
    for expected in [
        "error[unknown-key]",
        "error[invalid-range]",
        "error[unknown-sku]",
        "did you mean `hetzner/cx41`?",
        "error[invalid-formula]",
        "error[missing-key]",
        "stages/1-a.yaml:6:1",
        "stages/2-b.yaml:9:10",
    ] {
        assert!(stderr.contains(expected), "{expected} is not in:\n{stderr}");
    }
    assert!(
        stdout(example_plan(&[]).path(), &["validate"])
            .starts_with("valid: 4 stages, 83 price sheets, 17 techniques, 3 checklists and 5 runbooks")
    );
}

#[test]
fn two_stages_of_one_number_are_told_apart_by_their_stem() {
    let directory = project(&[("stages/1-a.yaml", &manifest("")), ("stages/1-b.yaml", &manifest(""))]);
    for arguments in [&["validate"][..], &["stage", "1"]] {
        let output = costplan(directory.path(), arguments);
        assert_eq!(output.status.code(), Some(2));
        assert!(stderr(&output).contains("error[duplicate-name]"), "{arguments:?}");
    }
    assert_eq!(json(directory.path(), &["stage", "1-b"])["total"], 10);
}

#[test]
fn colours_are_shown_only_where_they_are_wanted() {
    let directory = project(&[]);
    let escape = '\u{1b}';
    assert!(!stdout(directory.path(), &["stages"]).contains(escape));
    assert!(stdout(directory.path(), &["stages", "--color", "always"]).contains(escape));
    assert!(!stdout(directory.path(), &["stages", "--color", "always", "--format", "json"]).contains(escape));
    let plain = stdout(directory.path(), &["stages"]);
    let coloured = stdout(directory.path(), &["stages", "--color", "always"]);
    let stripped: String = anstream::adapter::strip_str(&coloured).to_string();
    assert_eq!(plain, stripped);
    let output = costplan(directory.path(), &["stage", "9", "--color", "always"]);
    assert!(stderr(&output).contains(escape));
}

#[test]
fn a_closed_pipe_ends_quietly() {
    let manifest: String =
        (0..2_000).map(|index| format!("  - name: N{index}\n    category: c\n    cost: 1\n")).collect();
    let directory = project(&[("stages/1-test.yaml", &format!("{HEAD}line_items:\n{manifest}"))]);
    for format in ["table", "json", "csv", "markdown"] {
        let output = into_closed_pipe(directory.path(), &["stage", "1", "--format", format]);
        assert_eq!(output.status.code(), Some(0), "{format}");
        assert_eq!(stderr(&output), "", "{format}");
    }
}

/// Before `main`, a closed standard output has become `/dev/null`, which a reader may also want.
#[cfg(unix)]
#[test]
fn a_closed_output_is_an_error_and_dev_null_is_none() {
    let directory = example_plan(&[]);
    let run = |line: &str| {
        let script = format!("exec '{PROGRAM}' {line}");
        let output = command_of("sh", directory.path()).args(["-c", &script]).output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    let closed = (Some(2), "error: standard output is closed, so nothing can be printed\n".to_owned());
    for line in
        ["stages", "stage 1 --format json", "check", "snapshot", "validate", "--help", "stage --help", "--version"]
    {
        assert_eq!(run(&format!("{line} >&-")), closed, "{line}");
        assert_eq!(run(&format!("{line} >/dev/null")), (Some(0), String::new()), "{line}");
        assert_eq!(run(&format!("{line} 1<>/dev/null")), (Some(0), String::new()), "{line}");
    }
    // What prints nothing needs no output.
    assert_eq!(run("snapshot -o written.yaml >&-"), (Some(0), "wrote written.yaml\n".to_owned()));
    let (code, told) = run("stage 9 >&-");
    assert!(code == Some(2) && told.contains("error[unknown-stage]"), "{told}");
}

#[test]
fn output_does_not_depend_on_the_day_locale_or_directory() {
    let one = project(&[]);
    let two = project(&[]);
    let arguments = ["stage", "2", "--customers", "60", "--as-of", "2026-11-24", "--format", "json"];
    let other =
        command(two.path()).args(arguments).env("LC_ALL", "de_DE.UTF-8").env("TZ", "Asia/Tokyo").output().unwrap();
    assert_eq!(stdout(one.path(), &arguments).into_bytes(), other.stdout);
}

#[test]
fn names_that_look_like_formulas_stay_text_in_a_spreadsheet() {
    let item = "line_items:\n  - name: =cmd()\n    category: '@c'\n    cost: 1\n  - name: '-2+3'\n    category: c\n    cost: 1\n";
    let directory = project(&[("stages/1-test.yaml", &format!("{HEAD}{item}"))]);
    let csv = stdout(directory.path(), &["stage", "1", "--customers", "1", "--format", "csv"]);
    assert!(csv.contains(",'=cmd(),'@c,") && csv.contains(",'-2+3,c,"), "{csv}");
    assert!(csv.lines().all(|line| line.split(',').count() == 29), "{csv}");
}

#[test]
fn csv_opens_in_the_spreadsheets_of_other_languages() {
    let item = "line_items:\n  - { name: 'A;=b', category: c, cost: 1.5 }\n";
    let directory = project(&[("stages/1-test.yaml", &format!("{HEAD}{item}"))]);
    let csv = |more: &[&str]| {
        stdout(directory.path(), &[&["stage", "1", "--customers", "2", "--format", "csv"], more].concat())
    };
    let plain = csv(&[]);
    assert!(plain.contains(",A;'=b,") && plain.contains(",1.50,1.50,USD,"), "{plain}");
    let german = csv(&["--csv-decimal", "comma", "--csv-bom"]);
    assert!(german.starts_with("\u{feff}stage;customers;name;"), "{german}");
    assert!(german.contains(";\"A;'=b\";") && german.contains(";1,50;1,50;USD;"), "{german}");
    let tabs = csv(&["--csv-separator", "tab"]);
    assert!(tabs.contains("\t1.50\t1.50\tUSD\t"), "{tabs}");
    let output = costplan(directory.path(), &["stages", "--csv-separator", "dot"]);
    assert!(
        output.status.code() == Some(2) && stderr(&output).contains("comma, semicolon, tab"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn schemas_completions_and_the_manual_are_printed() {
    let directory = project(&[]);
    for format in ["stage", "price-sheet", "exchange-rates", "project", "costplan.stage.v1", "costplan.runbook.v2"] {
        let schema: serde_json::Value = serde_json::from_str(&stdout(directory.path(), &["schema", format])).unwrap();
        assert_eq!(schema["type"], "object", "{format}");
    }
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        assert!(stdout(directory.path(), &["completions", shell]).contains("costplan"), "{shell}");
    }
    let manual = stdout(directory.path(), &["man"]);
    assert!(
        manual.contains(".TH costplan 1") && manual.contains("\\-\\-customers") && manual.contains("explain\\-error")
    );
    assert!(stdout(directory.path(), &["explain-error", "unknown-sku"]).starts_with("# unknown-sku"));
    assert!(stdout(directory.path(), &["explain-error"]).lines().count() >= 45);
}

#[test]
fn a_quote_is_what_a_stage_would_show() {
    for (sku, usage, quantity) in [
        ("hetzner/cx41", &[][..], "2"),
        ("backblaze/b2", &[("storage", "3 TB"), ("egress", "12 TB")], "1"),
        ("supabase/pro", &[("egress", "300 GB"), ("realtime_messages", "8_500_000")], "1"),
        ("upstash/fixed-1gb", &[], "3"),
    ] {
        let pairs: String = usage.iter().map(|(meter, usage)| format!("      {meter}: {usage}\n")).collect();
        let pairs = if usage.is_empty() { String::new() } else { format!("    usage:\n{pairs}") };
        let item = format!(
            "  - name: A\n    category: c\n    sku: {sku}\n    quantity: {quantity}\n    other_usage: within_allowance\n{pairs}"
        );
        let directory = project(&[("stages/1-test.yaml", &format!("{HEAD}line_items:\n{item}"))]);
        let line = json(directory.path(), &["stage", "1", "--customers", "1"])["line_items"][0].clone();
        let mut arguments = vec!["quote".to_owned(), sku.to_owned(), "--quantity".to_owned(), quantity.to_owned()];
        arguments.extend(["--within-allowance", "--currency", "USD"].map(str::to_owned));
        for (meter, usage) in usage {
            arguments.extend(["--usage".to_owned(), format!("{meter}={usage}")]);
        }
        let quote = json(directory.path(), &arguments.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(quote["total"], line["monthly_cost_exact"], "{sku}");
        assert_eq!(quote["native"], line["native"], "{sku}");
        assert_eq!(quote["complete"], true);
    }
    let directory = project(&[]);
    for arguments in [
        &["quote", "hetzner/cx14"][..],
        &["quote", "nobody/thing"],
        &["quote", "backblaze/b2", "--usage", "storage=5"],
        &["quote", "backblaze/b2", "--usage", "store=5TB"],
        &["quote", "backblaze/b2", "--usage", "storage"],
        &["quote", "backblaze/b2", "--quantity", "-1"],
    ] {
        let output = costplan(directory.path(), arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(stderr(&output).contains("error["), "{arguments:?}");
    }
    // What the vendor publishes no price for is unknown, and never zero.
    let quote = json(directory.path(), &["quote", "doublecloud/clickhouse"]);
    assert_eq!((&quote["total"], &quote["complete"]), (&serde_json::Value::Null, &serde_json::json!(false)));
    assert_eq!(quote["depends_on"], serde_json::json!(["price of plan"]));
}

#[test]
fn usage_that_nobody_gives_is_not_counted_as_zero() {
    let item = "line_items:\n  - name: A\n    category: c\n    sku: backblaze/b2\n    usage: { storage: 1 TB }\n";
    let directory = project(&[("stages/1-test.yaml", &format!("{HEAD}{item}"))]);
    let found = json(directory.path(), &["stage", "1", "--customers", "1"]);
    assert_eq!(found["complete"], false);
    assert_eq!(found["line_items"][0]["depends_on"], serde_json::json!(["egress", "class_b_calls", "class_c_calls"]));
    assert_eq!(found["findings"][0]["code"], "unknown-usage");
    let table = stdout(directory.path(), &["stage", "1", "--details", "--customers", "1"]);
    assert!(table.contains('?') && table.contains("Total without the unknown"), "{table}");
    // With everything unknown nothing is said about cost, and what is unknown is no difference either.
    let free = manifest("").replace("stage: 1\nname: Test", "stage: 2\nname: Free");
    let unknown = "monthly_budget: ..100\ntargets: { cost_per_customer: ..10 }\nline_items:\n  - name: A\n    category: c\n    sku: upstash/pay-as-you-go\n";
    let directory = project(&[("stages/1-test.yaml", &format!("{HEAD}{unknown}")), ("stages/2-free.yaml", &free)]);
    let found = json(directory.path(), &["stage", "1", "--customers", "1", "--mrr", "100"]);
    assert_eq!(found["categories"]["c"], serde_json::Value::Null);
    assert_eq!(found["unit_economics"]["cost_per_customer"], serde_json::Value::Null);
    assert_eq!(found["unit_economics"]["rating"], serde_json::Value::Null);
    let codes: Vec<&str> =
        found["findings"].as_array().unwrap().iter().map(|found| found["code"].as_str().unwrap()).collect();
    assert_eq!(codes, ["unknown-usage", "customers-in-range", "monthly-budget"]);
    for total in ["subtotal", "subtotal_exact", "rounding", "total", "total_exact"] {
        assert_eq!(found[total], serde_json::Value::Null, "{total}");
    }
    assert_eq!(found["buffer"]["amount"], serde_json::Value::Null);
    let output = costplan(directory.path(), &["explain", "1", "total", "--customers", "1"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(!stdout(directory.path(), &["explain", "1", "--customers", "1"]).contains(" 0 USD"));
    for arguments in [&["stage", "1", "--customers", "1"][..], &["stages"], &["compare", "1", "2", "--customers", "1"]]
    {
        let shown = stdout(directory.path(), arguments);
        assert!(!shown.contains(" 0.00"), "{shown}");
    }
    let rows = stdout(directory.path(), &["stages", "--format", "csv"]);
    assert!(rows.contains("1,Test,USD,50,,,,,false,,,,100,unknown,,10"), "{rows}");
    let found = json(directory.path(), &["compare", "1", "2", "--customers", "1"]);
    assert_eq!(found["complete"], false);
    assert_eq!(
        found["categories"][0]["line_items"][0],
        serde_json::json!({ "name": "A", "first": null, "second": 10, "difference": null })
    );
    assert_eq!(found["total"]["difference"], serde_json::Value::Null);
    let stages = json(directory.path(), &["stages"]);
    assert_eq!(stages["stages"][0]["complete"], false);
    assert_eq!(stages["stages"][0]["budget_verdict"], "unknown");
    assert_eq!(stages["stages"][0]["total"], serde_json::Value::Null);
    assert_eq!(stages["stages"][0]["points"][0]["total"], serde_json::Value::Null);
    assert_eq!(found["total"]["first"], serde_json::Value::Null);
    // Where a part is known, only what the unknown cannot change is a verdict.
    let with_known = format!("{HEAD}{unknown}  - name: B\n    category: c\n    cost: 50\n");
    let directory = project(&[("stages/1-test.yaml", &with_known)]);
    for (mrr, rating) in [("10000", serde_json::Value::Null), ("100", "optimise_urgently".into())] {
        let found = json(directory.path(), &["stage", "1", "--customers", "1", "--mrr", mrr]);
        assert_eq!(found["unit_economics"]["rating"], rating);
        let message = |code: &str| {
            let mut findings = found["findings"].as_array().unwrap().iter();
            findings.find(|found| found["code"] == code).unwrap()["message"].as_str().unwrap().to_owned()
        };
        assert!(message("monthly-budget").contains("whether all of it keeps to the budget"));
        assert!(message("cost-per-customer").contains("above the target of at most 10 USD, counting what is known"));
    }
    // Only where something is included can usage stay within it.
    let item = "line_items:\n  - name: A\n    category: c\n    sku: upstash/pay-as-you-go\n    other_usage: within_allowance\n";
    let directory = project(&[("stages/1-test.yaml", &format!("{HEAD}{item}"))]);
    let found = json(directory.path(), &["stage", "1", "--customers", "1"]);
    assert_eq!(found["line_items"][0]["depends_on"][0], "commands");
}

#[test]
fn verdicts_do_not_depend_on_the_currency_of_the_report() {
    let items: String = (0..7).map(|index| format!("  - name: I{index}\n    category: c\n    cost: 1\n")).collect();
    let head = HEAD.replace("0..100", "7..100");
    let manifest = format!("{head}monthly_budget: 7..7\ntargets: {{ cost_per_customer: 1..1 }}\nline_items:\n{items}");
    let directory = project(&[("stages/1-test.yaml", &manifest)]);
    let severities = |arguments: &[&str]| {
        let found = json(directory.path(), &[&["stage", "1", "--customers", "7"], arguments].concat());
        let of = |found: &serde_json::Value| {
            let message = found["message"].as_str().unwrap();
            (found["code"].clone(), found["severity"].clone(), message.contains("within"), message.contains("at 7 "))
        };
        found["findings"].as_array().unwrap().iter().map(of).collect::<Vec<_>>()
    };
    let native = severities(&[]);
    assert_eq!(native.iter().filter(|(.., within, _)| *within).count(), 2);
    assert_eq!(native.iter().filter(|(.., reach)| *reach).count(), 1);
    // Each dollar is 0.925925925926 EUR, and seven of them are more than 7 / 1.08.
    assert_eq!(severities(&["--currency", "EUR"]), native);
}

#[test]
fn a_chain_of_drivers_is_explained_once() {
    let chain: String = (1..60).map(|index| format!("  d{index}: d{} + d{}\n", index - 1, index - 1)).collect();
    let manifest = manifest(&format!("drivers:\n  d0: customers\n{chain}"));
    let directory = project(&[("stages/1-test.yaml", &manifest)]);
    let shown = stdout(directory.path(), &["explain", "1", "d59", "--customers", "1"]);
    assert!(shown.contains("576,460,752,303,423,488"), "{shown}");
}

#[test]
fn a_driver_is_set_where_it_is_known() {
    let with = "drivers:\n  seats: 3\nline_items:\n  - name: A\n    category: c\n    cost: 10\n    quantity: seats\n";
    let second = manifest("").replace("stage: 1\nname: Test", "stage: 2\nname: Plain");
    let directory = project(&[("stages/1-test.yaml", &format!("{HEAD}{with}")), ("stages/2-plain.yaml", &second)]);
    let found = json(directory.path(), &["compare", "1", "2", "--customers", "1", "--set", "seats=5"]);
    assert_eq!(found["total"], serde_json::json!({ "first": 50, "second": 10, "difference": -40 }));
    let output = costplan(directory.path(), &["compare", "1", "2", "--customers", "1", "--set", "seat=5"]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(stderr(&output).matches("error[").count(), 1, "{}", stderr(&output));
    assert!(stderr(&output).contains("did you mean `seats`?"), "{}", stderr(&output));
}

#[test]
fn a_verdict_near_its_bound_is_the_same_in_any_currency() {
    let of = |project: &std::path::Path, arguments: &[&str], code: &str| {
        let found = json(project, &[&["stage", "1", "--customers", "10"], arguments].concat());
        let mut findings = found["findings"].as_array().unwrap().iter();
        let severity = findings.find(|found| found["code"] == code).unwrap()["severity"].clone();
        (severity, found["unit_economics"]["rating"].clone())
    };
    // 49,999.99 of 1,000,000 is under 5 %, by a hundred-millionth.
    let item = "line_items:\n  - name: A\n    category: c\n    cost: 49999.99\n";
    let directory = project(&[("stages/1-test.yaml", &format!("{HEAD}targets: {{ share_of_mrr: 5% }}\n{item}"))]);
    for currency in ["USD", "EUR"] {
        let arguments = ["--mrr", "1000000 USD", "--currency", currency];
        assert_eq!(of(directory.path(), &arguments, "share-of-mrr"), ("note".into(), "genius".into()), "{currency}");
    }
    // A currency of small units: 100.01 of it is above 100, and still is when both are fractions of a cent.
    let head = HEAD.replace("currency: USD", "currency: VND").replace("0..100", "1..100");
    let item = "line_items:\n  - name: A\n    category: c\n    cost: 1000.1\n";
    let rates = "version = 1\n[[rates]]\nfrom = \"USD\"\nto = \"VND\"\nrate = 25_000\neffective_from = 2025-01-01\n\
                 source = \"made for a test\"\n";
    let manifest = format!("{head}targets: {{ cost_per_customer: ..100 }}\n{item}");
    let directory = project(&[("stages/1-test.yaml", &manifest), ("pricing/fx.toml", rates)]);
    for currency in ["VND", "USD"] {
        let arguments = ["--currency", currency];
        assert_eq!(of(directory.path(), &arguments, "cost-per-customer").0, "warning", "{currency}");
        let found = json(directory.path(), &[&["stage", "1", "--customers", "10"], &arguments[..]].concat());
        let mut findings = found["findings"].as_array().unwrap().iter();
        let reach = findings.find(|found| found["code"] == "target-reach").unwrap();
        assert!(reach["message"].as_str().unwrap().contains("11 to 100 customers"), "{reach}");
    }
}

#[test]
fn a_stage_without_customers_has_no_reach() {
    let head = HEAD.replace("0..100", "0..0");
    for cost in ["10", "10 + customers"] {
        let manifest = format!(
            "{head}targets: {{ cost_per_customer: ..1 }}\nline_items:\n  - name: A\n    category: c\n    cost: {cost}\n"
        );
        let directory = project(&[("stages/1-test.yaml", &manifest)]);
        let found = json(directory.path(), &["stages"]);
        assert_eq!(found["stages"][0]["findings"], serde_json::json!([]), "{cost}");
    }
}
