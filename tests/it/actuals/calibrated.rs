//! Bills of past months say what each customer uses, where the usage is in proportion to one number.

use std::fmt::Write as _;
use std::fs;

use crate::project::{HEAD, costplan, in_memory, project, stderr};
use costplan::app::{Calibrated, Request, calibrate};
use costplan::calculate::{Evidence, NoEvidence};
use serde_json::Value;

const SHEET: &str = "version = 1\nvendor = \"v\"\ncurrency = \"USD\"\nsource = \"https://example.com\"\nretrieved_on = 2026-07-01\n\
    trust = \"vendor\"\n[skus.queue]\n[[skus.queue.charges]]\nmeter = \"requests\"\nunit = \"request\"\nmodel = \"per_unit\"\n\
    price = 0.001\n[[skus.queue.charges]]\nmeter = \"egress\"\nunit = \"GB\"\nmodel = \"per_unit\"\nprice = 0.10\n\
    [skus.disk]\n[[skus.disk.charges]]\nmeter = \"storage\"\nunit = \"GB-month\"\nmodel = \"per_unit\"\nprice = 0.02\n";

/// A stage with a queue and a disk.
fn stage(drivers: &str, [requests, egress, storage]: [&str; 3]) -> String {
    format!(
        "{HEAD}drivers: # of the stage\n{drivers}line_items:\n  - name: Queue\n    category: messaging\n    sku: v/queue\n    \
         usage: {{ requests: {requests}, egress: {egress} }}\n  - {{ name: Disk, category: storage, sku: v/disk, \
         usage: {{ storage: {storage} }} }}\n"
    )
}

/// A month with its customers, its requests, its traffic and its storage.
fn month(name: &str, customers: &str, [requests, egress, storage]: [&str; 3]) -> (String, String) {
    let mut text = format!("version: 1\nmonth: {name}\n");
    if !customers.is_empty() {
        let _ = writeln!(text, "customers: {customers}");
    }
    text.push_str("typed:\n");
    for (what, unit, quantity) in [
        ("sku: queue, meter: requests", "Requests", requests),
        ("sku: queue, meter: egress", "GB", egress),
        ("sku: disk", "GB-Months", storage),
    ] {
        if !quantity.is_empty() {
            let _ = writeln!(text, "  - {{ vendor: v, {what}, quantity: {quantity}, unit: {unit}, cost: 1 USD }}");
        }
    }
    (format!("actuals/{name}.yaml"), text)
}

fn calibrated(stage: &str, months: &[(String, String)]) -> Calibrated {
    let mut files = vec![("stages/1-test.yaml", stage), ("pricing/v.toml", SHEET)];
    files.extend(months.iter().map(|(name, text)| (name.as_str(), text.as_str())));
    let request = Request::on("2026-11-24".parse().unwrap());
    calibrate(&mut in_memory(&files).unwrap(), None, None, &request).unwrap()
}

/// The numbers that bills say: name, plan, proposal, and the exact value in the unit that is written.
fn said(found: &Calibrated) -> Vec<(String, String, String, String)> {
    let of = |number: &costplan::view::CalibratedNumber| {
        let (over, under) = number.says.value.divide(&number.factor).unwrap().in_lowest_terms();
        let exact = format!("{over}/{under}");
        (number.number.name(&found.stage), number.plan.to_string(), number.proposed.to_string(), exact)
    };
    found.numbers.iter().map(of).collect()
}

fn row(name: &str, plan: &str, proposed: &str, exact: &str) -> (String, String, String, String) {
    (name.to_owned(), plan.to_owned(), proposed.to_owned(), exact.to_owned())
}

#[test]
fn it_is_the_usage_over_the_customers_less_what_is_fixed() {
    let stage = stage(
        "  transactions: { value: customers * 1_500, source: \"assumed: 1,500\" }\n  kept: customers * 2 GB\n",
        ["transactions", "customers * 50 MB", "10 GB + kept"],
    );
    let months = [
        month("2026-08", "10", ["16000", "0.5", "31"]),
        month("2026-09", "20", ["30400", "1", "52"]),
        month("2026-10", "30", ["50000", "1.5", "70"]),
    ];
    let found = calibrated(&stage, &months);
    // (16,000 + 30,400 + 50,000) / 60 = 4,820 / 3; (153 GB - 3 * 10 GB) / 60 = 2.05 GB; the traffic is as planned.
    let expected = [
        row("transactions", "1500", "1606.67", "4820/3"),
        row("kept", "2", "2.05", "41/20"),
        row("Queue egress", "50", "50", "50/1"),
    ];
    assert_eq!(said(&found), expected);
    let values: Vec<String> = found.numbers[0]
        .says
        .months
        .iter()
        .map(|month| month.value.to_decimal().unwrap().normalize().to_string())
        .collect();
    assert_eq!(values, ["1600", "1520", "1666.666666666667"]);
    // At 30 customers: 45,000 * 0.001 + 1.5 * 0.10 + 70 * 0.02 = 46.55; with 48,200.1 requests and 71.5 GB 49.7801.
    assert_eq!(found.totals.map(|total| total.normalize().to_string()), ["46.55", "49.7801"]);
    assert_eq!(found.customers, 30);
}

#[test]
fn a_driver_that_customers_are_multiplied_by_is_the_number() {
    let stage = stage(
        "  per_customer: 2k\n  active: customers * 50%\n  requests: customers * per_customer\n",
        ["requests", "active * 100 MB", "5 GB"],
    );
    let found = calibrated(&stage, &[month("2026-10", "8", ["20000", "0.8", "5"])]);
    // 20,000 / 8; 0.8 GB of four active customers: the share of the active ones is not what the bill is about.
    assert_eq!(
        said(&found),
        [row("per_customer", "2000", "2500", "2500/1"), row("Queue egress", "100", "200", "200/1")]
    );
    assert_eq!(found.calibration.independent.len(), 1, "the storage depends on no number per customer");
}

#[test]
fn usage_that_is_not_in_proportion_to_one_number_says_nothing() {
    let of = |usage: [&str; 3]| {
        let drivers = "  requests: customers * 1_000\n  mails: customers * 5\n";
        calibrated(&stage(drivers, usage), &[month("2026-10", "10", ["12000", "3", "5"])])
    };
    let reasons = |found: &Calibrated| -> Vec<NoEvidence> {
        let unsaid = found.calibration.numbers.iter().filter_map(|(_, evidence)| match evidence {
            Evidence::Unsaid(reasons) => reasons.first().map(|(_, why)| why.clone()),
            _ => None,
        });
        unsaid.collect()
    };
    let found = of(["ceil(requests / 7_000) * 7_000", "1 GB", "1 GB"]);
    assert_eq!((said(&found), reasons(&found)), (Vec::new(), vec![NoEvidence::NotLinear]));
    let found = of(["requests + mails", "1 GB", "1 GB"]);
    assert_eq!(reasons(&found), [NoEvidence::Several(vec![0, 1]), NoEvidence::Several(vec![0, 1])]);
    let found = of(["20_000 + requests", "1 GB", "1 GB"]);
    assert_eq!(reasons(&found), [NoEvidence::BelowZero]);
    // The requests are the number times the customers; the traffic has another number between.
    let found = of(["requests", "requests * 1 MB", "1 GB"]);
    assert_eq!(said(&found), [row("requests", "1000", "1200", "1200/1")]);
    let (_, Evidence::Says(_, others)) = &found.calibration.numbers[0] else { panic!("{found:?}") };
    assert_eq!(others[0].value.to_decimal().unwrap().normalize().to_string(), "300");
    // What another charge says is not hidden where the first one says nothing.
    let found = of(["20_000 + requests", "requests * 1 MB", "1 GB"]);
    assert_eq!(said(&found), [row("requests", "1000", "300", "300/1")]);
    assert_eq!(found.calibration.silent[0].2, NoEvidence::BelowZero);
    let found = of(["requests * 2", "requests * 1 MB", "1 GB"]);
    assert!(matches!(found.calibration.numbers[0].1, Evidence::Disagrees(_)), "{:?}", found.calibration);
}

#[test]
fn months_that_say_nothing_are_named() {
    let stage = stage("  requests: customers * 1_000\n", ["requests", "1 GB", "1 GB"]);
    let months = [
        month("2026-06", "", ["1", "", ""]),
        month("2026-07", "0", ["1", "", ""]),
        month("2026-08", "10", ["", "1", ""]),
        month("2026-09", "10", ["11000", "", ""]),
        month("2026-11", "10", ["5", "", ""]),
    ];
    let found = calibrated(&stage, &months);
    assert_eq!(said(&found), [row("requests", "1000", "1100", "1100/1")]);
    assert_eq!(found.numbers[0].says.without.iter().map(ToString::to_string).collect::<Vec<_>>(), ["2026-08"]);
    let left_out: Vec<String> = found.left_out.iter().map(|out| format!("{}: {}", out.month, out.reason)).collect();
    assert_eq!(
        left_out,
        ["2026-06: its customers are not recorded", "2026-07: it has no customers", "2026-11: it is not over"]
    );
}

#[test]
fn the_manifest_is_changed_in_place() {
    let text = stage(
        "  transactions: { value: customers * 1_500, source: \"assumed\" }   # kept as it is\r\n  \
         big: >\n    customers * 3\n",
        ["transactions", "customers * 0.5 GB", "1 GB"],
    );
    let (name, october) = month("2026-10", "10", ["123456", "7.5", "1"]);
    let plan = project(&[("stages/1-test.yaml", &text), ("pricing/v.toml", SHEET), (&name, &october)]);
    let run = |arguments: &[&str]| {
        let out = costplan(plan.path(), &[&["actuals", "calibrate", "--as-of", "2026-11-24"], arguments].concat());
        assert!(out.status.success(), "{}", stderr(&out));
        String::from_utf8(out.stdout).unwrap()
    };
    let shown: Value = serde_json::from_str(&run(&["--format", "json"])).unwrap();
    let diff = shown["diff"].as_str().unwrap();
    assert!(diff.contains("--- a/stages/1-test.yaml\n+++ b/stages/1-test.yaml\n@@ -"), "{diff}");
    assert_eq!(fs::read_to_string(plan.path().join("stages/1-test.yaml")).unwrap(), text);
    run(&["--write"]);
    let expected = text.replace("1_500", "12_345.6").replace("0.5 GB", "0.75 GB");
    assert_eq!(fs::read_to_string(plan.path().join("stages/1-test.yaml")).unwrap(), expected);
    // With the numbers of the bills there is nothing left to change.
    let again: Value = serde_json::from_str(&run(&["--format", "json"])).unwrap();
    assert_eq!(again["diff"], "");
    assert_eq!(again["numbers"][0]["plan"].to_string(), "12345.6");
}

#[test]
fn what_is_written_over_lines_or_in_no_file_is_changed_by_hand() {
    let folded = stage("  requests: >\n    customers\n    * 1_000\n", ["requests", "1 GB", "1 GB"]);
    let found = calibrated(&folded, &[month("2026-10", "10", ["11000", "", ""])]);
    assert_eq!(said(&found), [row("requests", "1000", "1100", "1100/1")]);
    assert_eq!(found.numbers[0].by_hand, Some("it is written with escapes or over several lines"));
    assert!(found.files.is_empty());
    // A project in memory has no files on disk.
    let plain = stage("  requests: customers * 1_000\n", ["requests", "1 GB", "1 GB"]);
    let found = calibrated(&plain, &[month("2026-10", "10", ["11000", "", ""])]);
    assert_eq!(found.numbers[0].by_hand, Some("it is in no file of the project on disk"));
}
