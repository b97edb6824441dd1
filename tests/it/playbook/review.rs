//! What was measured against the checklists: each bound at its limit, thresholds, what is not measured, and what the
//! techniques that help save, worked out by hand.

use crate::project::{HEAD, costplan, project, root, stdout};
use serde_json::Value;
use tempfile::TempDir;

/// The exit code, and what is printed as JSON.
fn reviewed(directory: &TempDir, arguments: &[&str]) -> (i32, Value) {
    let arguments: Vec<&str> = ["review"].iter().chain(arguments).copied().chain(["--format", "json"]).collect();
    let output = costplan(directory.path(), &arguments);
    let stderr = String::from_utf8(output.stderr).unwrap();
    let code = output.status.code().unwrap();
    assert_eq!(code == 1, stderr.starts_with("check failed: "), "{stderr}");
    assert!(code < 2, "{stderr}");
    (code, serde_json::from_slice(&output.stdout).unwrap())
}

/// The metrics with their verdicts.
fn verdicts(found: &Value) -> Vec<(&str, &str)> {
    let checks = found["checks"].as_array().unwrap().iter();
    checks.map(|check| (check["metric"].as_str().unwrap(), check["verdict"].as_str().unwrap())).collect()
}

fn metrics(values: &str) -> TempDir {
    project(&[("metrics.yaml", &format!("version: 1\nmetrics: {{ {values} }}\n"))])
}

#[test]
fn the_plans_bounds_hold_at_their_limits() {
    // The plan: under 100 ms before launch, slow over a second, growth over 20%, utilisation under 50%, hits over 80%.
    let at_the_limits = "slowest_query: 1 second, storage_growth: 20%, unused_indexes: 0, compute_utilisation: 50%, \
        cache_hit_rate: 80%, oldest_hot_data: 92 days";
    let directory = metrics(at_the_limits);
    let (code, found) = reviewed(&directory, &["--metrics", "metrics.yaml"]);
    let expected = [
        ("slowest_query", "failed"),
        ("slowest_query", "ok"),
        ("storage_growth", "ok"),
        ("unused_indexes", "ok"),
        ("compute_utilisation", "ok"),
        ("error_rate", "not_measured"),
        ("cache_hit_rate", "failed"),
        ("oldest_hot_data", "ok"),
    ];
    assert_eq!((code, verdicts(&found)), (1, expected.to_vec()));
    assert_eq!((found["failed"].as_u64(), found["not_measured"].as_u64()), (Some(2), Some(1)));

    let beyond = "slowest_query: 99.9 ms, storage_growth: 20.1%, unused_indexes: 1, compute_utilisation: 0.499, \
        cache_hit_rate: 80.1%, oldest_hot_data: 2209 hours, error_rate: 0.4%";
    let (code, found) = reviewed(&metrics(beyond), &["--metrics", "metrics.yaml"]);
    // 92 days are 2208 hours. The plan gives no bound for errors.
    let expected = [
        ("slowest_query", "ok"),
        ("slowest_query", "ok"),
        ("storage_growth", "failed"),
        ("unused_indexes", "failed"),
        ("compute_utilisation", "failed"),
        ("error_rate", "no_bound"),
        ("cache_hit_rate", "ok"),
        ("oldest_hot_data", "failed"),
    ];
    assert_eq!((code, verdicts(&found)), (1, expected.to_vec()));
    let techniques: Vec<Option<&str>> =
        found["checks"].as_array().unwrap().iter().map(|check| check["technique"].as_str()).collect();
    let query = Some("query-optimization");
    let expected = [
        query,
        query,
        Some("tiered-storage"),
        None,
        Some("auto-scaling"),
        None,
        Some("caching"),
        Some("data-retention"),
    ];
    assert_eq!(techniques, expected);
    // Nothing is saved where no stage is named.
    assert!(found["stage"].is_null() && found["checks"][2]["saving"].is_null());
}

#[test]
fn what_nobody_measures_neither_passes_nor_fails() {
    let directory = metrics("storage_growth: -5%");
    let (code, found) = reviewed(&directory, &["--metrics", "metrics.yaml", "--checklist", "monthly"]);
    assert_eq!((code, found["passed"].as_bool(), found["not_measured"].as_u64()), (0, Some(true), Some(5)));
    assert_eq!(verdicts(&found)[1], ("storage_growth", "ok"));
    let table = stdout(directory.path(), &["review", "--metrics", "metrics.yaml"]);
    assert!(table.contains("0 of 8 measurable checks failed, 7 not measured."), "{table}");
    // A list without anything to measure has nothing to say.
    let own = "version: 1\nname: Weekly\nitems: [{ check: Backups can be restored }]\n";
    let directory = project(&[
        ("costplan.toml", "version = 1\n"),
        ("checklists/weekly.yaml", own),
        ("m.yaml", "version: 1\nmetrics: {}\n"),
    ]);
    let (code, found) = reviewed(&directory, &["--metrics", "m.yaml", "--checklist", "weekly"]);
    assert_eq!((code, found["checks"].as_array().unwrap().len()), (0, 0));
}

#[test]
fn thresholds_of_the_file_win_over_those_of_the_checklists() {
    let toml = "version = 1\nmeasured_on = 2026-11-20\n[metrics]\nstorage_growth = \"18%\"\nerror_rate = \"0.4%\"\n\
        unused_indexes = 3\n[thresholds]\nstorage_growth = { at_most = \"15%\" }\nerror_rate = { below = \"0.5%\" }\n\
        unused_indexes = { at_most = 3 }\n";
    let directory = project(&[("metrics.toml", toml)]);
    let (code, found) = reviewed(&directory, &["--metrics", "metrics.toml", "--checklist", "monthly"]);
    let checks = found["checks"].as_array().unwrap();
    assert_eq!((code, found["measured_on"].as_str()), (1, Some("2026-11-20")));
    assert_eq!(
        verdicts(&found)[1..5],
        [
            ("storage_growth", "failed"),
            ("unused_indexes", "ok"),
            ("compute_utilisation", "not_measured"),
            ("error_rate", "ok")
        ]
    );
    let bound = &checks[1]["bound"];
    assert_eq!((bound["kind"].as_str(), bound["text"].as_str()), (Some("at_most"), Some("15%")));
    assert_eq!((bound["value"].to_string().as_str(), bound["from"].as_str()), ("0.15", Some("metrics")));
    assert_eq!(checks[3]["bound"]["from"], "checklist");
    let table = costplan(directory.path(), &["review", "--metrics", "metrics.toml"]);
    assert!(String::from_utf8(table.stdout).unwrap().contains("at most 15% (yours)"));
}

/// A technique for a category that halves what it is used on.
fn halves(category: &str, more: &str) -> String {
    format!(
        "version: 1\nname: T\narea: a\nsummary: s\neffort: low\nrisk: low\ninputs: {{}}\n\
         effects: [{{ name: c, before: 2, after: 1 }}]\napplies_to: [{{ category: {category}{more} }}]\n"
    )
}

#[test]
fn a_stage_says_what_the_technique_saves() {
    let manifest = format!(
        "{HEAD}buffer: 10%\nline_items:\n  - {{ name: Machines, category: compute, cost: 100 }}\n  \
         - {{ name: Files, category: storage, cost: 80 }}\n  \
         - {{ name: Cache, category: cache, cost: 30, techniques: {{ in-use: in_use }} }}\n  \
         - {{ name: Network, category: network, cost: 7 }}\n"
    );
    let names = ["shared", "unshared", "in-use", "nothing", "nowhere"];
    let items: Vec<String> = names
        .iter()
        .map(|name| {
            let metric = name.replace('-', "_");
            format!("  - {{ check: {name} is well, technique: {name}, metric: {metric}, at_most: 1 }}\n")
        })
        .collect();
    let list = format!("version: 1\nname: Own\nitems:\n{}", items.concat());
    let files = [
        ("stages/1-test.yaml", manifest),
        ("checklists/own.yaml", list),
        ("techniques/shared.yaml", halves("compute", ", share: 40%")),
        ("techniques/unshared.yaml", halves("storage", "")),
        ("techniques/in-use.yaml", halves("cache", ", share: 100%")),
        ("techniques/nothing.yaml", halves("network", ", lowers: nothing")),
        ("techniques/nowhere.yaml", halves("gpu", ", share: 100%")),
        ("m.yaml", "version: 1\nmetrics: { shared: 2, unshared: 2, in_use: 2, nothing: 2, nowhere: 1 }\n".to_owned()),
    ];
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let directory = project(&files);
    let (code, found) = reviewed(&directory, &["1", "--metrics", "m.yaml", "--checklist", "own", "--customers", "9"]);
    assert_eq!((code, found["customers"].as_u64(), found["currency"].as_str()), (1, Some(9), Some("USD")));
    let savings: Vec<(&str, Value, Value)> = found["checks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|check| &check["saving"])
        .map(|saving| (saving["standing"].as_str().unwrap(), saving["saved"].clone(), saving["saved_at_most"].clone()))
        .collect();
    let expected = [
        // Half of 40% of 100 is 20, and 10% of buffer on top.
        ("usable", Value::from(22), Value::Null),
        // Half of 80 if it is all of it; the line item alone, without the buffer.
        ("share_unknown", Value::Null, Value::from(40)),
        ("in_use", Value::Null, Value::Null),
        ("not_billed", Value::Null, Value::Null),
        ("no_line_item", Value::Null, Value::Null),
    ];
    let text = |number: &Value| number.to_string();
    for ((standing, saved, at_most), wanted) in savings.iter().zip(&expected) {
        assert_eq!((*standing, text(saved), text(at_most)), (wanted.0, text(&wanted.1), text(&wanted.2)));
    }
    assert_eq!(found["checks"][0]["saving"]["line_items"][0], "Machines");

    let table = costplan(directory.path(), &["review", "1", "--metrics", "m.yaml", "--checklist", "own"]);
    let table = String::from_utf8(table.stdout).unwrap();
    for row in ["22.00 on Machines", "at most 40.00 on Files", "already in use", "reduces nothing that is billed"] {
        assert!(table.contains(row), "no `{row}` in\n{table}");
    }
    // What did not fail needs no help.
    assert!(!table.contains("applies to no line item"), "{table}");
    // What is set of a technique counts.
    let set = ["1", "--metrics", "m.yaml", "--checklist", "own", "--set", "unshared.share=25%"];
    let (_, found) = reviewed(&directory, &set);
    // A quarter of 80 is 20, half of it 10, and 1 of buffer.
    assert_eq!(found["checks"][1]["saving"]["saved"].to_string(), "11");
    let csv =
        costplan(directory.path(), &["review", "1", "--metrics", "m.yaml", "--checklist", "own", "--format", "csv"]);
    let csv = String::from_utf8(csv.stdout).unwrap();
    assert_eq!(csv.lines().nth(1).unwrap(), "own,shared is well,shared,2,at most 1,failed,shared,1,0,usable,22,,USD");
}

#[test]
fn all_problems_are_told_in_one_run() {
    let wrong = "version: 1\nmetrics:\n  slowest_qery: 850 ms\n  storage_growth: 25\n  unused_indexes: 3%\n  \
        compute_utilisation: 35 ms\n  cache_hit_rate: 91% + 1%\n  oldest_hot_data: 3 months\nthresholds:\n  \
        storage_growth: { at_most: 15%, below: 3% }\n  error_rate: {}\n  slowest_query: { below: 5% }\n";
    let directory = project(&[("m.yaml", wrong)]);
    let output = costplan(directory.path(), &["review", "9", "--metrics", "m.yaml"]);
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0));
    for told in [
        "no checklist measures `slowest_qery`",
        "did you mean `slowest_query`?",
        "m.yaml:4:19",
        "write `25%`",
        "the bound of `unused_indexes` is a plain number, and this is a percentage",
        "the bound of `compute_utilisation` is a percentage, and this is time",
        "m.yaml:7:19",
        "error[unknown-unit]: unknown unit `months`",
        "`at_most` and `below` cannot be combined",
        "a threshold needs `at_most`, `at_least`, `below` or `above`",
        "the bound of `slowest_query` is time, and this is a percentage",
        "error[unknown-stage]: there is no stage `9`",
    ] {
        assert!(stderr.contains(told), "`{told}` is not reported:\n{stderr}");
    }
    let output = costplan(directory.path(), &["review", "--metrics", "m.txt"]);
    assert!(String::from_utf8(output.stderr).unwrap().contains("neither YAML nor TOML"));
}

#[test]
fn bounds_of_one_metric_are_of_one_kind() {
    let own = "version: 1\nname: Own\nitems:\n  - { check: a, metric: load, at_most: 5 }\n  \
        - { check: b, metric: load, at_most: 5% }\n  - { check: c, below: 3 }\n";
    let directory = project(&[("costplan.toml", "version = 1\n"), ("checklists/own.yaml", own)]);
    let output = costplan(directory.path(), &["validate"]);
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(stderr.contains("a bound needs `metric`"), "{stderr}");
    let directory = project(&[
        ("costplan.toml", "version = 1\n"),
        ("checklists/own.yaml", &own.replace("  - { check: c, below: 3 }\n", "")),
    ]);
    let output = costplan(directory.path(), &["validate"]);
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(stderr.contains("the bound of `load` is a plain number, and this is a percentage"), "{stderr}");
}

#[test]
fn a_checklist_shows_its_bounds() {
    let directory = project(&[]);
    let json: Value =
        serde_json::from_str(&stdout(directory.path(), &["checklist", "monthly", "--format", "json"])).unwrap();
    let items = json["items"].as_array().unwrap();
    assert_eq!(
        (items[1]["metric"].as_str(), items[1]["bound"]["kind"].as_str()),
        (Some("storage_growth"), Some("at_most"))
    );
    assert_eq!(items[0]["bound"]["unit"], "second");
    assert!(items[4]["bound"].is_null() && items[4]["metric"] == "error_rate");
    let table = stdout(directory.path(), &["checklist", "before-launch"]);
    assert!(table.contains("query-optimization; slowest_query below 100 ms)"), "{table}");
}

#[test]
fn the_book_shows_a_review() {
    let page = std::fs::read_to_string(root().join("docs/spend-less.md")).unwrap();
    let (_, from) = page.split_once("# metrics.yaml\n").unwrap();
    let (file, shown) = from.split_once("```\n").unwrap();
    let directory = project(&[("metrics.yaml", file)]);
    let (_, command) = shown.split_once("```sh\ncostplan ").unwrap();
    let arguments: Vec<&str> = command.lines().next().unwrap().split(' ').chain(["--as-of", "2026-11-24"]).collect();
    let printed = costplan(directory.path(), &arguments);
    let printed = String::from_utf8(printed.stdout).unwrap();
    assert!(printed.lines().all(|line| line.chars().count() <= 80), "{printed}");
    assert!(shown.contains(&format!("```text\n{printed}```\n")), "the page shows something else than\n{printed}");
}

#[test]
fn the_metrics_of_the_document_pass() {
    let document = std::fs::read_to_string(root().join("docs/techniques.md")).unwrap();
    let block = |name: &str| {
        let (_, from) = document.split_once(&format!("```yaml\n# {name}\n")).unwrap();
        from.split_once("```").unwrap().0
    };
    let checklist = block("checklists/weekly.yaml");
    let files = [
        ("costplan.toml", "version = 1\n"),
        ("metrics.yaml", block("metrics.yaml")),
        ("checklists/weekly.yaml", checklist),
    ];
    let (code, found) = reviewed(&project(&files), &["--metrics", "metrics.yaml", "--checklist", "weekly"]);
    // 850 ms is at most a second.
    assert_eq!((code, verdicts(&found)), (0, vec![("slowest_query", "ok")]));
    let (_, found) = reviewed(&project(&files), &["--metrics", "metrics.yaml"]);
    assert_eq!((found["not_measured"].as_u64(), found["without_bound"].as_u64()), (Some(0), Some(0)));
}
