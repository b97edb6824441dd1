//! `costplan diff`: each cause with the amount that comes of it by hand.

use std::fs;
use std::path::Path;

use crate::project::{costplan, into_closed_pipe, root, stdout};

/// A sheet with one SKU that is priced by the month and one that is priced by the GB.
fn sheet(plan: &str, gb: &str) -> String {
    format!(
        "version = 1\nvendor = \"v\"\ncurrency = \"USD\"\nsource = \"s\"\nretrieved_on = 2026-01-01\ntrust = \"fixture\"\n\
         [[skus.plan.charges]]\nmeter = \"plan\"\nmodel = \"flat\"\n{plan}\n\
         [[skus.data.charges]]\nmeter = \"traffic\"\nunit = \"GB\"\nmodel = \"per_unit\"\n{gb}\n"
    )
}

fn fx(rate: &str) -> String {
    format!(
        "version = 1\n[[rates]]\nfrom = \"EUR\"\nto = \"USD\"\nrate = {rate}\neffective_from = 2026-01-01\nsource = \"s\"\n"
    )
}

fn manifest(head: &str, items: &[&str]) -> String {
    let items: String = items.iter().map(|item| format!("  - {{ {item} }}\n")).collect();
    format!("version: 1\nstage: 1\nname: Web\ncustomers: 0..100\ncurrency: USD\n{head}line_items:\n{items}")
}

/// One side: the settings, the price sheet, the rates and the manifest.
struct Side {
    sheet: String,
    fx: String,
    manifest: String,
}

impl Side {
    fn new(head: &str, items: &[&str]) -> Self {
        Self { sheet: sheet("price = 5", "price = 0.02"), fx: fx("1.10"), manifest: manifest(head, items) }
    }

    fn write(&self, directory: &Path) {
        for (name, text) in
            [("pricing/v.toml", &self.sheet), ("pricing/fx.toml", &self.fx), ("stages/1-web.yaml", &self.manifest)]
        {
            let path = directory.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
    }
}

/// What `costplan diff` says at ten customers: `line item: cause amount`, without a line item for the total.
fn parts(base: &Side, head: &Side, arguments: &[&str]) -> Vec<String> {
    let directory = tempfile::tempdir().unwrap();
    base.write(&directory.path().join("a"));
    head.write(&directory.path().join("b"));
    let given = ["diff", "--all", "a", "b", "--customers", "10", "--as-of", "2026-11-24", "--format", "csv"];
    let text = stdout(directory.path(), &[&given[..], arguments].concat());
    let rows = text.lines().skip(1).map(|row| row.split(',').map(str::to_owned).collect::<Vec<String>>());
    // The other sums have a test of their own.
    let rows = rows.filter(|row| !["other_line_items", "buffer", "rounding"].contains(&&*row[11]));
    rows.map(|row| format!("{}: {} {}", row[4], row[5], row[8])).collect()
}

/// The parts of the total only.
fn of_total(base: &Side, head: &Side) -> Vec<String> {
    let total = |row: &String| row.strip_prefix(": ").map(str::to_owned);
    parts(base, head, &[]).iter().filter_map(total).collect()
}

const PLAN: &str = "name: App, category: compute, sku: v/plan";
const DATA: &str = "name: Traffic, category: network, sku: v/data";

#[test]
fn usage_counts_at_the_old_price_and_the_price_at_the_new_usage() {
    let base = Side::new("", &[&format!("{PLAN}, quantity: 2")]);
    let mut head = Side::new("", &[&format!("{PLAN}, quantity: 3")]);
    head.sheet = sheet("price = 6", "price = 0.02");
    // 1 more at 5; 3 at 1 more each: 10 to 18.
    assert_eq!(
        parts(&base, &head, &[]),
        [": all 8", ": usage 5", ": price 3", "App: all 8", "App: usage 5", "App: price 3"]
    );
    // Back again: 1 less at 6; 2 at 1 less each.
    assert_eq!(of_total(&head, &base), ["all -8", "usage -6", "price -2"]);
}

#[test]
fn the_rate_counts_at_the_new_usage() {
    let mut base = Side::new("", &["name: Host, category: compute, cost: 10 EUR, quantity: 2"]);
    base.fx = fx("1.10");
    let mut head = Side::new("", &["name: Host, category: compute, cost: 10 EUR"]);
    head.fx = fx("1.20");
    // 10 EUR less at 1.10; 10 EUR at 0.10 more.
    assert_eq!(of_total(&base, &head), ["all -10", "usage -11", "exchange_rate 1"]);
}

#[test]
fn allowances_are_told_from_usage_and_price() {
    let mut base = Side::new("", &[&format!("{DATA}, usage: {{ traffic: 100 GB }}")]);
    base.sheet = sheet("price = 5", "price = 0.02\nincluded = 20");
    let mut head = Side::new("", &[&format!("{DATA}, usage: {{ traffic: 150 GB }}")]);
    head.sheet = sheet("price = 5", "price = 0.03\nincluded = 50");
    // 80 GB at 0.02 = 1.60; then 130 GB at 0.02, 100 GB at 0.02, and 100 GB at 0.03 = 3.00.
    assert_eq!(of_total(&base, &head), ["all 1.40", "usage 1", "model -0.60", "price 1"]);
}

#[test]
fn a_plain_cost_changes_by_its_drivers_or_by_its_price() {
    let base = Side::new("drivers: { seats: 4 }\n", &["name: Tool, category: tools, cost: seats * 3 USD"]);
    let head = Side::new("drivers: { seats: 6 }\n", &["name: Tool, category: tools, cost: seats * 5 USD"]);
    // 2 more seats at 3; 6 seats at 2 more.
    assert_eq!(of_total(&base, &head), ["all 18", "usage 6", "price 12"]);
}

#[test]
fn what_is_removed_added_and_replaced_is_told_apart() {
    let base = Side::new("", &[PLAN, "name: Old, category: tools, cost: 7", "name: Mail, category: tools, cost: 3"]);
    let head = Side::new(
        "",
        &[
            "name: App, category: compute, cost: 4",
            "name: New, category: tools, cost: 9",
            "name: Mail, category: tools, cost: 3",
        ],
    );
    assert_eq!(
        parts(&base, &head, &[]),
        [
            ": all 1",
            ": removed -7",
            ": added 9",
            ": product -1",
            "App: all -1",
            "App: product -1",
            "Old: all -7",
            "Old: removed -7",
            "New: all 9",
            "New: added 9",
        ]
    );
}

#[test]
fn the_buffer_and_discounts_come_last() {
    let base = Side::new("buffer: 10%\n", &["name: Host, category: compute, cost: 100"]);
    let head = Side::new(
        "buffer: 20%\ndiscounts: [{ reason: contract, rate: 25% }]\n",
        &["name: Host, category: compute, cost: 200"],
    );
    // 110; the price adds 100 with 10 % on it, a quarter of 200 goes with 10 % on it, and 10 % more are put on 150: 180.
    assert_eq!(of_total(&base, &head), ["all 70", "price 110", "discounts -55", "buffer 15"]);
}

#[test]
fn credits_in_another_currency_change_with_the_rate() {
    let head = "credits: [{ reason: programme, amount: 10 EUR/month }]\n";
    let items = ["name: Host, category: compute, cost: 100"];
    let (base, mut later) = (Side::new(head, &items), Side::new(head, &items));
    later.fx = fx("1.25");
    // 10 EUR are 11.00 USD, and then 12.50 USD.
    assert_eq!(of_total(&base, &later), ["all -1.50", "exchange_rate -1.50"]);
}

#[test]
fn an_agreed_price_and_a_price_in_another_currency_are_prices() {
    let base = Side::new("", &[PLAN]);
    let agreed = Side::new("", &[&format!("{PLAN}, agreed_price: {{ plan: 4 USD/month, reason: contract }}")]);
    assert_eq!(of_total(&base, &agreed), ["all -1", "price -1"]);
    let mut euros = Side::new("", &[PLAN]);
    euros.sheet = sheet("prices = [{ currency = \"EUR\", price = 5 }]", "price = 0.02");
    assert_eq!(of_total(&base, &euros), ["all 0.50", "price 0.50"]);
}

#[test]
fn what_rounding_adds_is_told_apart() {
    let rounded = "rounding: { line_items: 1, total: { to: 5, direction: up } }\n";
    let base = Side::new(rounded, &["name: Host, category: compute, cost: 4.40"]);
    let head = Side::new(rounded, &["name: Host, category: compute, cost: 5.60"]);
    // 4.40 is 4 and then 5; 5.60 is 6 and then 10. The price adds 1.20, rounding the rest.
    assert_eq!(
        parts(&base, &head, &[]),
        [": all 5", ": price 1.20", ": rounding 3.80", "Host: all 2", "Host: price 1.20", "Host: rounding 0.80"]
    );
}

#[test]
fn small_changes_are_left_out() {
    let base = Side::new("", &["name: Host, category: compute, cost: 100", "name: Mail, category: tools, cost: 10"]);
    let head = Side::new("", &["name: Host, category: compute, cost: 103", "name: Mail, category: tools, cost: 12"]);
    // 5 of 110 are 4.5 %; the mail grows by a fifth.
    assert_eq!(parts(&base, &head, &["--threshold", "5%"]), [""; 0]);
    assert_eq!(parts(&base, &head, &["--threshold", "4%"]), [": all 5", ": price 5", "Mail: all 2", "Mail: price 2"]);
    assert_eq!(parts(&base, &head, &["--threshold", "3"]), [": all 5", ": price 5", "Host: all 3", "Host: price 3"]);
}

#[test]
fn a_technique_is_a_cause_of_its_own() {
    let directory = tempfile::tempdir().unwrap();
    let technique = "version: 1\nname: Reserved\narea: compute\nsummary: s\neffort: low\nrisk: low\nneeds: [n]\nsteps: [s]\n\
        inputs: { rate: { default: 60%, meaning: m } }\neffects: [{ name: cost, before: 1, after: rate }]\n\
        applies_to: [{ category: compute, lowers: cost, share: 50%, because: b }]\n";
    for (side, techniques) in [("a", ""), ("b", "techniques: [reserved]\n")] {
        Side::new("", &["name: Host, category: compute, cost: 100"]).write(&directory.path().join(side));
        for (name, text) in [
            ("techniques/reserved.yaml", technique.to_owned()),
            ("scenarios/base.yaml", format!("version: 1\ncustomers: 10\n{techniques}")),
            ("costplan.toml", "version = 1\n[check]\nscenarios = [\"base\"]\n".to_owned()),
        ] {
            let path = directory.path().join(side).join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
    }
    // Half of 100 stays, and of the other half 60 % are left.
    let text = stdout(directory.path(), &["diff", "--all", "a", "b", "--format", "csv"]);
    assert!(text.contains("base,1,10,10,,techniques,,,-20,USD"), "{text}");
    // A snapshot keeps what a technique leaves.
    stdout_of(directory.path(), &["snapshot", "--project", "b", "-o", "b.yaml"]);
    assert_eq!(stdout(directory.path(), &["diff", "--all", "b.yaml", "b", "--format", "csv"]).lines().count(), 1);
    let text = stdout(directory.path(), &["diff", "--all", "b.yaml", "a", "--format", "csv"]);
    assert!(text.contains("base,1,10,10,,techniques,,,20,USD"), "{text}");
}

/// As `stdout`, of a command that also says something on standard error.
fn stdout_of(directory: &Path, arguments: &[&str]) -> String {
    let output = costplan(directory, arguments);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn stages_that_come_and_go_are_told_and_not_taken_apart() {
    let directory = tempfile::tempdir().unwrap();
    let side = Side::new("", &["name: Host, category: compute, cost: 100"]);
    side.write(&directory.path().join("a"));
    side.write(&directory.path().join("b"));
    let second = side.manifest.replace("stage: 1", "stage: 2").replace("Web", "Scale");
    fs::write(directory.path().join("b/stages/2-scale.yaml"), second).unwrap();
    let text = stdout(directory.path(), &["diff", "--all", "a", "b", "--customers", "10"]);
    assert!(text.contains("Stage 2 Scale at 10 customers is new: 100.00 USD a month"), "{text}");
    let text = stdout(directory.path(), &["diff", "--all", "b", "a", "--customers", "10"]);
    assert!(text.contains("Stage 2 Scale at 10 customers was removed: it cost 100.00 USD a month"), "{text}");
}

#[test]
fn sides_with_nothing_in_common_are_an_error_and_not_a_pass() {
    let directory = tempfile::tempdir().unwrap();
    Side::new("", &["name: Host, category: compute, cost: 100"]).write(directory.path());
    stdout_of(directory.path(), &["snapshot", "--update", "--customers", "10"]);
    let output = costplan(directory.path(), &["diff"]);
    assert_eq!(output.status.code(), Some(2));
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(stderr.contains("no stage is on both sides at the same customers"), "{stderr}");
}

#[test]
fn a_part_that_is_unknown_is_said() {
    let base = Side::new("", &[&format!("{DATA}, usage: {{ traffic: 100 GB }}"), PLAN]);
    let head = Side::new("", &[DATA, PLAN]);
    let directory = tempfile::tempdir().unwrap();
    base.write(&directory.path().join("a"));
    head.write(&directory.path().join("b"));
    let text = stdout(directory.path(), &["diff", "--all", "a", "b", "--customers", "10"]);
    let said =
        "Stage 1 Web at 10 customers: 7.00 to 5.00 USD a month (-2.00); part of the cost is unknown and not included";
    assert!(text.replace('\n', " ").contains(said), "{text}");
    let text = stdout(directory.path(), &["diff", "--all", "a", "b", "--customers", "10", "--format", "json"]);
    assert!(text.contains("\"complete\": false"), "{text}");
}

#[test]
fn a_line_item_of_which_a_part_is_unknown_is_no_smaller_number() {
    // A charge for the month and one for data, whose usage is no longer given.
    let sheet = "version = 1\nvendor = \"v\"\ncurrency = \"USD\"\nsource = \"s\"\nretrieved_on = 2026-01-01\n\
                 trust = \"fixture\"\n[[skus.both.charges]]\nmeter = \"plan\"\nmodel = \"flat\"\nprice = 5\n\
                 [[skus.both.charges]]\nmeter = \"traffic\"\nunit = \"GB\"\nmodel = \"per_unit\"\nprice = 0.02\n";
    let directory = tempfile::tempdir().unwrap();
    for (name, usage) in [("a", ", usage: { traffic: 100 GB }"), ("b", "")] {
        let item = format!("name: S3, category: storage, sku: v/both{usage}");
        let mut side = Side::new("monthly_budget: 20\n", &[&item]);
        sheet.clone_into(&mut side.sheet);
        side.write(&directory.path().join(name));
    }
    let of = |arguments: &[&str]| {
        let given = ["diff", "--all", "a", "b", "--customers", "10"];
        stdout(directory.path(), &[&given, arguments].concat())
    };
    let table = of(&[]);
    for row in [
        "S3           7.00  5.00 + ?   -2.00 + ?  quantity and usage",
        "Cost per customer    0.70      ?           ?",
        "Budget margin       13.00      ?           ?",
    ] {
        assert!(table.contains(row), "{row}\n{table}");
    }
    for row in [",1,10,10,,all,7,5,-2,USD,false", ",1,10,10,S3,usage,,,-2,USD,false"] {
        assert!(of(&["--format", "csv"]).contains(row), "{}", of(&["--format", "csv"]));
    }
    let github = of(&["--format", "github"]);
    assert!(github.contains("S3 -2.00; part of the cost is unknown and not included; because of quantity"), "{github}");
    let json = of(&["--format", "json"]);
    assert_eq!(json.matches("\"complete\": false").count(), 2, "{json}");
    // What has become unknown is shown whatever the threshold.
    assert!(of(&["--threshold", "90%"]).contains("S3           7.00  5.00 + ?"), "{}", of(&["--threshold", "90%"]));
}

#[test]
fn a_closed_pipe_ends_quietly() {
    let directory = tempfile::tempdir().unwrap();
    Side::new("", &["name: Host, category: compute, cost: 100"]).write(directory.path());
    let output = into_closed_pipe(directory.path(), &["snapshot", "--customers", "10"]);
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    assert!(output.status.success());
}

/// The plan with one server more and a dearer GB, as two snapshots.
fn two_snapshots() -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    let of_plan = root().join("examples/plan/stages/2-growth.yaml");
    let manifest = fs::read_to_string(of_plan).unwrap();
    fs::create_dir(directory.path().join("stages")).unwrap();
    let after = manifest.replacen("quantity: servers", "quantity: 3", 1).replacen("0.006 USD", "0.007 USD", 1);
    for (name, text) in [("before.yaml", manifest), ("after.yaml", after)] {
        fs::write(directory.path().join("stages/2-growth.yaml"), text).unwrap();
        let arguments = ["snapshot", "--customers", "60", "--as-of", "2026-11-24", "-o", name];
        stdout_of(directory.path(), &arguments);
    }
    directory
}

#[test]
fn every_format_says_the_same() {
    let directory = two_snapshots();
    for format in ["table", "json", "csv", "markdown", "github", "junit", "sarif", "slack"] {
        let arguments = ["diff", "--all", "before.yaml", "after.yaml", "--threshold", "1%", "--format", format];
        insta::assert_snapshot!(format!("diff-{format}"), stdout(directory.path(), &arguments));
    }
}

#[test]
fn the_book_shows_what_a_difference_prints() {
    let directory = two_snapshots();
    let page = fs::read_to_string(root().join("docs/checks.md")).unwrap();
    let printed = stdout(directory.path(), &["diff", "before.yaml", "after.yaml"]);
    assert!(page.contains(&printed), "the page shows something else than\n{printed}");
}

#[test]
fn a_side_that_is_no_project_and_no_snapshot_is_an_error() {
    let directory = tempfile::tempdir().unwrap();
    Side::new("", &["name: Host, category: compute, cost: 100"]).write(directory.path());
    for (base, message) in [
        ("stages", "error[no-stages]: `stages` holds no project"),
        ("nothing.yaml", "error[missing-snapshot]: there is no snapshot `nothing.yaml`"),
        ("stages/1-web.yaml", "error[unknown-key]: unknown key `stage` in a snapshot"),
        ("git:", "error[not-a-repository]"),
    ] {
        let output = costplan(directory.path(), &["diff", "--all", base, ".", "--customers", "10"]);
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{base}: {stderr}");
        assert!(stderr.contains(message), "{base}: {stderr}");
    }
}

#[test]
fn one_stage_may_be_compared_alone() {
    let directory = tempfile::tempdir().unwrap();
    let side = Side::new("", &["name: Host, category: compute, cost: 100"]);
    side.write(directory.path());
    let second = side.manifest.replace("stage: 1", "stage: 2").replace("Web", "Scale");
    fs::write(directory.path().join("stages/2-scale.yaml"), &second).unwrap();
    stdout_of(directory.path(), &["snapshot", "--update", "--as-of", "2026-11-24"]);
    for (file, text) in [("stages/1-web.yaml", &side.manifest), ("stages/2-scale.yaml", &second)] {
        fs::write(directory.path().join(file), text.replace("cost: 100", "cost: 90")).unwrap();
    }
    let changed = |arguments: &[&str]| {
        let text = stdout(
            directory.path(),
            &[&["diff", "--all", "--format", "csv", "--as-of", "2026-11-24"], arguments].concat(),
        );
        text.lines()
            .filter(|row| row.contains(",,all,"))
            .map(|row| row.split(',').nth(1).unwrap().to_owned())
            .collect::<String>()
    };
    assert_eq!(changed(&[]), "1122");
    assert_eq!(changed(&["--stage", "2"]), "22");
    assert_eq!(changed(&["--stage", "scale", "--stage", "1"]), "1122");
    assert_eq!(changed(&["--stage", "2-scale"]), "22", "a snapshot follows the project");
    assert_eq!(changed(&["costplan.snapshot.yaml", ".", "--stage", "2-scale"]), "22");
    assert_eq!(changed(&[".", "costplan.snapshot.yaml", "--stage", "2-scale"]), "22");
    let third = second.replace("stage: 2", "stage: 3").replace("Scale", "More");
    fs::write(directory.path().join("stages/3-more.yaml"), third).unwrap();
    let text = stdout(directory.path(), &["diff", "--all", "--stage", "3", "--as-of", "2026-11-24"]);
    assert!(text.contains("is new: 100.00 USD a month"), "{text}");
    for sides in [&["."][..], &["costplan.snapshot.yaml"]] {
        let output =
            costplan(directory.path(), &[&["diff", "--all", "--stage", "7", "costplan.snapshot.yaml"], sides].concat());
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.code() == Some(2) && stderr.contains("error[unknown-stage]"), "{stderr}");
    }
}

#[test]
fn two_snapshots_need_no_project() {
    let directory = two_snapshots();
    fs::write(directory.path().join("costplan.toml"), "version = broken").unwrap();
    let text = stdout(directory.path(), &["diff", "--all", "before.yaml", "after.yaml", "--format", "csv"]);
    assert!(text.contains(",2,60,60,,all,225,275,50,USD"), "{text}");
}

#[test]
fn what_is_shown_adds_up() {
    let base = Side::new("", &["name: Host, category: compute, cost: 1.004"]);
    let head = Side::new("", &["name: Host, category: compute, cost: 2.008"]);
    let directory = tempfile::tempdir().unwrap();
    base.write(&directory.path().join("a"));
    head.write(&directory.path().join("b"));
    let text = stdout(directory.path(), &["diff", "--all", "a", "b", "--customers", "10"]);
    // 1.004 more, between amounts that are shown as 1.00 and 2.01.
    for line in [
        "Stage 1 Web at 10 customers: 1.00 to 2.01 USD a month (+1.01, +100.0%)",
        "Price                     +1.00",
        "Decimals not shown        +0.01",
        "All                       +1.01",
        "Host         1.00   2.01       +1.01  price\n",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
}

#[test]
fn what_is_unknown_is_never_zero_in_any_format() {
    let directory = tempfile::tempdir().unwrap();
    // Of nothing no cost is known, and of usage that is no longer given neither.
    Side::new("", &[&format!("{DATA}, usage: {{ traffic: 0 GB }}")]).write(&directory.path().join("a"));
    Side::new("", &[DATA]).write(&directory.path().join("b"));
    let of =
        |format: &str| stdout(directory.path(), &["diff", "--all", "a", "b", "--customers", "10", "--format", format]);
    for format in ["table", "markdown", "github", "sarif", "slack"] {
        let text = of(format).replace('\n', " ");
        assert!(text.contains("0.00 to ? USD a month (?)"), "{format}: {text}");
        assert!(text.contains("unknown"), "{format}: {text}");
    }
    assert!(of("table").contains("Traffic      0.00      ?           ?"), "{}", of("table"));
    assert!(of("json").contains("\"head\": null"), "{}", of("json"));
    for row in [",1,10,10,,all,0,,,USD,false", ",1,10,10,Traffic,all,0,,,USD,false"] {
        assert!(of("csv").contains(row), "{}", of("csv"));
    }
}

#[test]
fn what_belongs_to_a_price_is_a_price() {
    let usage = format!("{DATA}, usage: {{ traffic: 30 GB }}");
    let side = |gb: &str| {
        let mut side = Side::new("", &[&usage]);
        side.sheet = sheet("price = 5", gb);
        side
    };
    // A price that is published no more, and one that was not.
    let (known, quote) = (side("price = 0.5"), side("price = \"quote\""));
    assert!(parts(&quote, &known, &[]).contains(&": price 15".to_owned()));
    assert!(parts(&known, &quote, &[]).contains(&": price -15".to_owned()));
    // An agreed price over another model, with a minimum: 40 at least, and then 3 a month.
    let mut agreed = Side::new("", &[&format!("{usage}, agreed_price: {{ traffic: 3 USD/month, reason: r }}")]);
    let listed = side("price = 0.5\nminimum = 40");
    agreed.sheet = listed.sheet.clone();
    assert_eq!(of_total(&listed, &agreed), ["all -37", "price -37"]);
    // The tax in a price, and hours in a plain cost: 73 and then 74.40.
    let taxed = side("prices = [{ price = 0.5, includes_tax = \"25%\" }]");
    assert_eq!(of_total(&known, &taxed), ["all -3", "price -3"]);
    let hours = "name: Host, category: compute, cost: hours_per_month / 1 hour * 0.1";
    let (shorter, longer) = (Side::new("", &[hours]), Side::new("hours_per_month: 744\n", &[hours]));
    assert_eq!(of_total(&shorter, &longer), ["all 1.40", "usage 1.40"]);
}

#[test]
fn a_price_in_another_unit_is_told_from_usage_and_from_what_it_includes() {
    let side = |item: &str, unit: &str, price: &str| {
        let mut side = Side::new("", &[&format!("{DATA}, {item}")]);
        side.sheet = sheet("price = 5", price).replace("\"GB\"", &format!("\"{unit}\""));
        side
    };
    let of_5000_gb = |unit: &str, price: &str| side("usage: { traffic: 5000 GB }", unit, price);
    let base = of_5000_gb("GB", "price = 0.02");
    // 5 TB at 20 are 5000 GB at 0.02, whatever the model; 5 TB at 21 are 5 more.
    let nothing: [&str; 0] = [];
    assert_eq!(of_total(&base, &of_5000_gb("TB", "price = 20")), nothing);
    assert_eq!(of_total(&base, &of_5000_gb("TB", "price = 21")), ["all 5", "price 5"]);
    assert_eq!(of_total(&base, &of_5000_gb("TB", "price = 20\nincluded = 1")), ["all -20", "model -20"]);
    // Rounded to whole TB it costs what 6 TB cost; what it is rounded to belongs to the price.
    let rounded = of_5000_gb("TB", "price = 20\nround_usage_up_to = 3");
    assert_eq!(of_total(&base, &rounded), ["all 20", "price 20"]);
    // An agreed price for a GB is not touched by the unit of the sheet: 5000 at 0.01 stay 50.
    let agreed = "usage: { traffic: 5000 GB }, agreed_price: { traffic: 0.01 USD/GB, reason: r }";
    assert_eq!(of_total(&side(agreed, "GB", "price = 0.02"), &side(agreed, "TB", "price = 20")), nothing);
    // A meter that counts something else has nothing in common with the old one but its name: 3 for 100.
    let requests = side("usage: { traffic: 3000 }", "request", "price = 0.001");
    assert_eq!(of_total(&base, &requests), ["all -97", "model -97"]);
}

#[test]
fn flags_for_projects_are_refused_where_there_is_none() {
    let directory = two_snapshots();
    for flag in [["--customers", "5"], ["--currency", "EUR"], ["--where", "category=compute"], ["--set", "nope=3"]] {
        let output = costplan(directory.path(), &[&["diff", "--all", "before.yaml", "after.yaml"], &flag[..]].concat());
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.code() == Some(2) && stderr.contains("both sides are snapshots"), "{stderr}");
    }
}

#[test]
fn a_change_below_a_cent_is_shown_with_all_of_its_digits() {
    let base = Side::new("", &["name: Host, category: compute, cost: 1"]);
    let head = Side::new("", &["name: Host, category: compute, cost: 1.003"]);
    let directory = tempfile::tempdir().unwrap();
    base.write(&directory.path().join("a"));
    head.write(&directory.path().join("b"));
    let text = stdout(directory.path(), &["diff", "--all", "a", "b", "--customers", "10"]);
    for shown in ["1.00 to 1.00 USD a month (+0.003", "Price       +0.003", "All         +0.003"] {
        assert!(text.contains(shown), "{text}");
    }
    assert!(!text.contains("Decimals not shown"), "{text}");
}

/// Two sides with a SKU that may be priced by quote only, at ten customers.
fn of_quotes(base: &[&str], head: &[&str]) -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    for (name, items) in [("a", base), ("b", head)] {
        let mut side = Side::new("", items);
        side.sheet.push_str("[[skus.asked.charges]]\nmeter = \"plan\"\nmodel = \"flat\"\nprice = \"quote\"\n");
        side.write(&directory.path().join(name));
    }
    directory
}

const ASKED: &str = "name: Asked, category: compute, sku: v/asked";

#[test]
fn a_line_item_of_unknown_cost_that_comes_goes_or_grows_is_told() {
    let many = format!("{ASKED}, quantity: 5");
    for (base, head, row) in [
        (&[PLAN][..], &[PLAN, ASKED][..], "Asked           -      ?           ?  added"),
        (&[PLAN, ASKED], &[PLAN], "Asked           ?      -           ?  removed"),
        (&[PLAN, ASKED], &[PLAN, &many], "Asked           ?      ?           ?  quantity and usage"),
    ] {
        let directory = of_quotes(base, head);
        let of = |arguments: &[&str]| {
            stdout(directory.path(), &[&["diff", "--all", "a", "b", "--customers", "10"], arguments].concat())
        };
        assert!(of(&[]).contains(row), "{}", of(&[]));
        assert!(of(&["--threshold", "90%"]).contains(row), "{}", of(&["--threshold", "90%"]));
        for format in ["json", "csv", "github", "junit", "sarif", "slack", "markdown"] {
            assert!(of(&["--format", format]).contains("Asked"), "{format}: {}", of(&["--format", format]));
        }
    }
    let directory = of_quotes(&[PLAN, ASKED], &[PLAN, ASKED]);
    let text = stdout(directory.path(), &["diff", "--all", "a", "b", "--customers", "10"]);
    assert!(text.contains("0 of 1 costings changed"), "{text}");
}

#[test]
fn an_unknown_part_has_the_sign_of_its_side() {
    // 2 GB and an unknown plan, and 5 for a plan whose price is known.
    let both = "[[skus.both.charges]]\nmeter = \"traffic\"\nunit = \"GB\"\nmodel = \"per_unit\"\nprice = 1\nusage = \"2 GB\"\n\
                [[skus.both.charges]]\nmeter = \"plan\"\nmodel = \"flat\"\nprice = ";
    let item = "name: Both, category: compute, sku: v/both";
    let directory = tempfile::tempdir().unwrap();
    for (name, price) in [("part", "\"quote\""), ("all", "5")] {
        let mut side = Side::new("", &[item]);
        side.sheet = format!("{}{both}{price}\n", side.sheet);
        side.write(&directory.path().join(name));
    }
    let of = |base: &str, head: &str| stdout(directory.path(), &["diff", "--all", base, head, "--customers", "10"]);
    assert!(of("part", "all").contains("Both       2.00 + ?   7.00   +5.00 - ?  price"), "{}", of("part", "all"));
    assert!(of("all", "part").contains("Both         7.00  2.00 + ?   -5.00 + ?  price"), "{}", of("all", "part"));
    assert!(of("all", "part").contains("All that is known"), "{}", of("all", "part"));
}

#[test]
fn shown_effects_differ_by_what_is_shown() {
    // 57.37 and 62.70 of 500 customers: 0.11474 and 0.1254, which is 0.01066 more.
    let cost = |amount: &str| format!("name: Host, category: compute, cost: {amount}");
    let directory = tempfile::tempdir().unwrap();
    for (name, amount) in [("a", "57.37"), ("b", "62.70")] {
        let mut side = Side::new("", &[&cost(amount)]);
        side.manifest = side.manifest.replace("0..100", "0..500");
        side.write(&directory.path().join(name));
    }
    let text = stdout(directory.path(), &["diff", "--all", "a", "b", "--customers", "500"]);
    assert!(text.contains("Cost per customer  0.1147  0.1254     +0.0107"), "{text}");
}

#[test]
fn a_stage_that_one_side_lacks_may_be_asked_for() {
    let directory = tempfile::tempdir().unwrap();
    for name in ["a", "b"] {
        Side::new("", &[PLAN]).write(&directory.path().join(name));
    }
    let second = manifest("", &[PLAN]).replace("stage: 1\nname: Web", "stage: 2\nname: More");
    fs::write(directory.path().join("b/stages/2-more.yaml"), second).unwrap();
    assert!(costplan(directory.path(), &["snapshot", "--project", "a", "-o", "a.yaml"]).status.success());
    let of = |arguments: &[&str]| {
        let output = costplan(directory.path(), &[&["diff", "--all"], arguments].concat());
        (output.status.code(), String::from_utf8([output.stdout, output.stderr].concat()).unwrap())
    };
    for (sides, said) in [
        (["a", "b"], "Stage 2 More at 0 customers is new: 5.00 USD"),
        (["a.yaml", "b"], "Stage 2 More at 0 customers is new: 5.00 USD"),
        (["b", "a"], "Stage 2 More at 0 customers was removed: it cost 5.00 USD"),
        (["b", "a.yaml"], "Stage 2 More at 0 customers was removed: it cost 5.00 USD"),
    ] {
        let (code, text) = of(&[sides[0], sides[1], "--stage", "2"]);
        assert!(code == Some(0) && text.contains(said) && !text.contains("Web"), "{text}");
        let (code, text) = of(&[sides[0], sides[1], "--stage", "2", "--stage", "Mroe"]);
        assert!(code == Some(2) && text.contains("error[unknown-stage]"), "{text}");
    }
}

#[test]
fn a_range_with_another_end_makes_no_stage_new_or_gone() {
    let directory = tempfile::tempdir().unwrap();
    for (name, range) in [("a", "0..100"), ("b", "0..")] {
        let mut side = Side::new("", &[PLAN]);
        side.manifest = side.manifest.replace("0..100", range);
        side.write(&directory.path().join(name));
    }
    let of = |base: &str, head: &str| stdout(directory.path(), &["diff", "--all", base, head]).replace('\n', " ");
    let (gone, new) = (of("a", "b"), of("b", "a"));
    assert!(gone.contains("Stage 1 Web at 100 customers is no longer computed: it cost 5.00 USD a month"), "{gone}");
    assert!(new.contains("Stage 1 Web at 100 customers was not computed before: 5.00 USD a month"), "{new}");
}

#[test]
fn what_is_used_of_an_unknown_price_is_told() {
    let asked = "name: Asked, category: compute, sku: v/";
    let charges = "[[skus.q.charges]]\nmeter = \"traffic\"\nunit = \"GB\"\nmodel = \"per_unit\"\nprice = \"quote\"\n\
                   [[skus.r.charges]]\nmeter = \"traffic\"\nunit = \"GB\"\nmodel = \"per_unit\"\nprice = \"quote\"\n";
    let directory = tempfile::tempdir().unwrap();
    for (name, item) in [
        ("little", "q, usage: { traffic: 5 GB }"),
        ("much", "q, usage: { traffic: 500 GB }"),
        ("other", "r, usage: { traffic: 5 GB }"),
        ("same", "q, usage: { traffic: 0.005 TB }"),
        ("nobody", "q"),
    ] {
        let mut side = Side::new("", &[&format!("{asked}{item}")]);
        side.sheet.push_str(charges);
        side.write(&directory.path().join(name));
    }
    let of = |head: &str| stdout(directory.path(), &["diff", "--all", "little", head, "--customers", "10"]);
    assert!(of("much").contains("Asked           ?      ?           ?  quantity and usage"), "{}", of("much"));
    assert!(of("nobody").contains("Asked           ?      ?           ?  quantity and usage"), "{}", of("nobody"));
    assert!(of("other").contains("Asked           ?      ?           ?  different product"), "{}", of("other"));
    assert!(of("same").contains("0 of 1 costings changed"), "{}", of("same"));
}

#[test]
fn a_stage_is_asked_for_by_its_name_on_either_side() {
    let directory = tempfile::tempdir().unwrap();
    let (mut base, mut head) = (Side::new("", &[PLAN]), Side::new("", &[PLAN]));
    base.sheet = sheet("price = 5", "price = 0.02");
    head.sheet = sheet("price = 9", "price = 0.02");
    head.manifest = head.manifest.replace("name: Web", "name: Shop");
    base.write(&directory.path().join("a"));
    head.write(&directory.path().join("b"));
    fs::rename(directory.path().join("b/stages/1-web.yaml"), directory.path().join("b/stages/1-shop.yaml")).unwrap();
    assert!(costplan(directory.path(), &["snapshot", "--project", "a", "-o", "a.yaml"]).status.success());
    for name in ["1", "Web", "shop", "1-shop"] {
        for sides in [["a", "b"], ["a.yaml", "b"]] {
            let text = stdout(directory.path(), &["diff", "--all", sides[0], sides[1], "--stage", name]);
            assert!(text.contains("Stage 1 Shop at 0 customers: 5.00 to 9.00 USD a month"), "{name}: {text}");
        }
    }
    let text = stdout(directory.path(), &["diff", "--all", "a", "b", "--stage", "1-web"]);
    assert!(text.contains("5.00 to 9.00 USD a month"), "{text}");
}

#[test]
fn what_is_wrong_with_a_side_makes_no_stage_gone() {
    let directory = tempfile::tempdir().unwrap();
    for name in ["a", "b"] {
        Side::new("", &[PLAN]).write(&directory.path().join(name));
    }
    let wrong = |arguments: &[&str], code: &str| {
        let output = costplan(directory.path(), &[&["diff", "--all"], arguments].concat());
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.code() == Some(2) && stderr.contains(code), "{arguments:?}: {stderr}");
    };
    // A stage that is named in the settings is not a requested one.
    for settings in ["[check]\nstages = [9]\n", "[[budget.limits]]\nstage = 9\nmonthly = \"5 USD\"\n"] {
        fs::write(directory.path().join("b/costplan.toml"), format!("version = 1\n{settings}")).unwrap();
        wrong(&["a", "b"], "error[unknown-stage]");
        wrong(&["b", "a"], "error[unknown-stage]");
    }
    // Nor is a stage that cannot be computed one that is not there.
    fs::write(directory.path().join("b/costplan.toml"), "version = 1\n").unwrap();
    let second = manifest("", &[PLAN]).replace("stage: 1\nname: Web", "stage: 2\nname: More");
    fs::write(directory.path().join("b/stages/2-more.yaml"), second).unwrap();
    let broken = manifest("", &["name: App, category: compute, cost: 1 / (customers - 60)"]);
    fs::write(directory.path().join("a/stages/1-web.yaml"), broken).unwrap();
    for stages in [&["--stage", "1"][..], &["--stage", "1", "--stage", "2"]] {
        wrong(&[&["a", "b", "--customers", "60"], stages].concat(), "error[division-by-zero]");
    }
}

#[test]
fn a_number_is_never_taken_for_a_name() {
    let directory = tempfile::tempdir().unwrap();
    // The file of stage 1 is called 2, and that of stage 2 is called 1.
    for (name, costs) in [("a", [10, 20]), ("b", [100, 200])] {
        Side::new("", &[PLAN]).write(&directory.path().join(name));
        fs::remove_file(directory.path().join(name).join("stages/1-web.yaml")).unwrap();
        for (file, number, stage, cost) in [("2", 1, "Alpha", costs[0]), ("1", 2, "Beta", costs[1])] {
            let text = manifest("", &[&format!("name: App, category: c, cost: {cost}")]);
            let text = text.replace("stage: 1\nname: Web", &format!("stage: {number}\nname: {stage}"));
            fs::write(directory.path().join(format!("{name}/stages/{file}.yaml")), text).unwrap();
        }
        let file = format!("{name}.yaml");
        assert!(costplan(directory.path(), &["snapshot", "--project", name, "-o", &file]).status.success());
    }
    for sides in [["a", "b"], ["a.yaml", "b"], ["a", "b.yaml"], ["a.yaml", "b.yaml"]] {
        let of = |name: &str| stdout(directory.path(), &["diff", "--all", sides[0], sides[1], "--stage", name]);
        assert!(of("Alpha").contains("Stage 1 Alpha at 0 customers: 10.00 to 100.00 USD"), "{}", of("Alpha"));
        assert!(of("beta").contains("Stage 2 Beta at 0 customers: 20.00 to 200.00 USD"), "{}", of("beta"));
        assert!(!of("Alpha").contains("Beta") && !of("beta").contains("Alpha"));
    }
    // Errors of a side are reported whichever stage is requested.
    fs::write(directory.path().join("b/stages/3.yaml"), manifest("", &[PLAN])).unwrap();
    let output = costplan(directory.path(), &["diff", "--all", "a", "b", "--stage", "Beta"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8(output.stderr).unwrap().contains("error[duplicate-name]"));
}

#[test]
fn a_known_meter_beside_an_unknown_one_is_no_unknown_change() {
    // 5000 and 5001 GB of storage at 0.02, and egress that is not given.
    let charges = "[[skus.s3.charges]]\nmeter = \"storage\"\nunit = \"GB\"\nmodel = \"per_unit\"\nprice = 0.02\n\
                   [[skus.s3.charges]]\nmeter = \"egress\"\nunit = \"GB\"\nmodel = \"per_unit\"\nprice = 0.09\n";
    let directory = tempfile::tempdir().unwrap();
    for (name, item) in [
        ("a", "usage: { storage: 5000 GB }"),
        ("b", "usage: { storage: 5001 GB }"),
        ("c", "usage: { storage: 5000 GB }, quantity: 2"),
    ] {
        let mut side = Side::new("", &[&format!("name: Files, category: storage, sku: v/s3, {item}")]);
        side.sheet.push_str(charges);
        side.write(&directory.path().join(name));
    }
    let of = |head: &str, more: &[&str]| {
        stdout(directory.path(), &[&["diff", "--all", "a", head, "--customers", "10"], more].concat())
    };
    assert!(of("b", &["--format", "json"]).contains("\"unknown_because\": null"), "{}", of("b", &["--format", "json"]));
    assert!(of("b", &[]).contains("+0.02 +- ?"), "{}", of("b", &[]));
    assert!(of("b", &["--threshold", "5%"]).contains("0 of 1 costings changed"), "{}", of("b", &["--threshold", "5%"]));
    // The usage is that of the line item, so that more of them cost the same.
    assert!(of("c", &[]).contains("0 of 1 costings changed"), "{}", of("c", &[]));
}
