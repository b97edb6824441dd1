//! Bills become a small file for each month: exactly, once, and without what names a person.

use std::fs;

use crate::project::{HEAD, costplan, project, stderr};
use serde_json::Value;
use tempfile::TempDir;

/// A plan of one line item.
fn plan(settings: &str) -> TempDir {
    let stage = format!("{HEAD}line_items:\n  - {{ name: Queue, category: messaging, vendor: aws, cost: 12 }}\n");
    project(&[("stages/1-test.yaml", &stage), ("costplan.toml", &format!("version = 1\n{settings}"))])
}

const HEADER: &str = "BillingPeriodStart,BillingPeriodEnd,ChargePeriodStart,ChargePeriodEnd,BilledCost,EffectiveCost,\
                      BillingCurrency,ProviderName,BillingAccountName,ServiceName,SkuId,ResourceName,ChargeCategory,\
                      ChargeClass,ConsumedQuantity,ConsumedUnit,PricingQuantity,PricingUnit,Tags";

fn import(plan: &TempDir, name: &str, text: &str) -> Value {
    fs::write(plan.path().join(name), text).unwrap();
    let out = costplan(plan.path(), &["actuals", "import", name, "--format", "json"]);
    assert!(out.status.success(), "{}", stderr(&out));
    serde_json::from_slice(&out.stdout).unwrap()
}

fn month(plan: &TempDir, month: &str) -> String {
    fs::read_to_string(plan.path().join(format!("actuals/{month}.yaml"))).unwrap()
}

#[test]
fn rows_that_are_alike_are_added_up_exactly() {
    // As in the generated sample of FOCUS 1.2, costs have residues of binary fractions: 227.28753400000005 + 0.1 is
    // 227.38753400000005, and 1e-20 keeps its place.
    let plan = plan("");
    let rows = format!(
        "{HEADER}\r\n\
         2024-09-01 00:00:00,2024-10-01 00:00:00,2024-09-18 22:00:00,2024-09-18 23:00:00,227.28753400000005,0,USD,AWS,\
         SunBird,Functions,SKU1,vm-1,Usage,NULL,2.5,GB,9,Units,NULL\r\n\
         2024-09-01T00:00:00Z,2024-10-01T00:00:00Z,2024-09-20T00:00:00Z,2024-09-21T00:00:00Z,\"0.1\",0.1,USD,AWS,\
         SunBird,Functions,SKU1,vm-2,Usage,,1.5,GB,9,Units,\"{{\"\"team\"\": \"\"web\"\"}}\"\r\n\
         2024-09-01,2024-10-01,2024-09-01,2024-10-01,1e-20,,USD,AWS,SunBird,Support,,,Tax,,,,,,\r\n\
         9/1/24,10/1/24,9/1/24,9/2/24,\"$1,000.00 \",,USD,AWS,SunBird,Support,,,Purchase,Correction,,,3,Count,\r\n"
    );
    let imported = import(&plan, "focus.csv", &rows);
    let of_month = &imported["bills"][0]["months"][0];
    assert_eq!(of_month["rows"], 4);
    assert_eq!(of_month["charges"], 3);
    let text = month(&plan, "2024-09");
    // 227.28753400000005 + 0.1 + 1e-20 + 1000.
    assert!(text.contains("totals: [{ billed: 1227.38753400000005000001 USD, effective: 0.1 USD }]\n"), "{text}");
    let functions = r#"{ vendor: "AWS", service: "Functions", sku: "SKU1", kind: usage, cost: 227.38753400000005 USD, quantity: 4, unit: "GB", rows: 2 }"#;
    assert!(text.contains(functions), "{text}");
    let support = r#"{ vendor: "AWS", service: "Support", kind: purchase, correction: true, cost: 1000 USD, quantity: 3, unit: "Count" }"#;
    assert!(text.contains(support), "{text}");
    assert!(text.contains("kind: tax, monthly: true, cost: 0.00000000000000000001 USD"), "{text}");
    assert!(text.contains("through: 2024-09-20\n"), "the last row ends at the start of the 21st: {text}");
    for private in ["SunBird", "vm-1", "team", "web"] {
        assert!(!text.contains(private), "{private} is kept");
    }
}

#[test]
fn a_file_counts_once_and_a_corrected_one_takes_its_place() {
    let plan = plan("");
    let row =
        |cost: &str| format!("BillingPeriodStart,BilledCost,BillingCurrency,ProviderName\n2026-10-01,{cost},USD,AWS\n");
    assert_eq!(import(&plan, "aws.csv", &row("5"))["bills"][0]["months"][0]["change"], "new");
    let first = month(&plan, "2026-10");
    let again = import(&plan, "aws.csv", &row("5"));
    assert_eq!(again["bills"][0]["months"][0]["change"], "unchanged");
    assert_eq!(again["files"], Value::Array(Vec::new()));
    assert_eq!(import(&plan, "copy.csv", &row("5"))["bills"][0]["months"][0]["change"], "same as another");
    assert_eq!(month(&plan, "2026-10"), first);
    assert_eq!(import(&plan, "aws.csv", &row("7"))["bills"][0]["months"][0]["change"], "replaced");
    let text = month(&plan, "2026-10");
    assert!(text.contains("cost: 7 USD") && !text.contains("cost: 5 USD"), "{text}");
    let out = costplan(plan.path(), &["validate"]);
    assert!(out.status.success(), "{}", stderr(&out));
}

#[test]
fn a_packed_file_is_the_same_bill() {
    use std::io::Write as _;
    let plan = plan("");
    let text = "BillingPeriodStart,BilledCost,BillingCurrency,ServiceProviderName\n2026-10-01,5,EUR,Hetzner\n";
    assert_eq!(import(&plan, "bill.csv", text)["bills"][0]["format"], "focus");
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(text.as_bytes()).unwrap();
    fs::write(plan.path().join("bill.csv.gz"), packed.finish().unwrap()).unwrap();
    let out = costplan(plan.path(), &["actuals", "import", "bill.csv.gz"]);
    let printed = String::from_utf8_lossy(&out.stdout);
    assert!(printed.contains("unchanged"), "{printed}{}", stderr(&out));
}

#[test]
fn invoices_of_other_formats_are_read() {
    let plan = plan(
        "[actuals]\ntags = [\"env\"]\n[actuals.csv.hosting]\nvendor = \"hosting\"\ndecimal_comma = true\n\
         columns = { date = \"Datum\", cost = \"Netto\", currency = \"W\", service = \"Produkt\" }\n",
    );
    // In the shape of an invoice of DigitalOcean: a sign before the amount, taxes as a product, ids in descriptions.
    let digitalocean = "product,group_description,description,hours,start,end,USD,project_name,category\n\
        Droplets,,worker-7 (s-2vcpu-4gb),100,2026-10-01 00:00:00 +0000,2026-10-22 18:14:39 +0000,$3.11,shop,iaas\n\
        Taxes,,STATE SALES TAX (6.25%),,2026-10-01 00:00:00 +0000,2026-10-31 23:59:59 +0000,$0.16,,iaas\n";
    import(&plan, "do.csv", digitalocean);
    let text = month(&plan, "2026-10");
    let droplet = r#"vendor: "DigitalOcean", service: "Droplets", sku: "s-2vcpu-4gb", kind: usage, cost: 3.11 USD, quantity: 100"#;
    assert!(text.contains(droplet) && text.contains("kind: tax, monthly: true, cost: 0.16 USD"), "{text}");
    assert!(text.contains("through: 2026-10-22") && !text.contains("worker-7") && !text.contains("shop"), "{text}");
    // In the shape of an export of Azure: a byte order mark, American days, tags without braces, a refund.
    let azure = "\u{feff}BillingPeriodStartDate,Date,MeterCategory,MeterName,PartNumber,Quantity,Cost,BillingCurrency,\
        ConsumedService,UnitOfMeasure,ChargeType,AccountOwnerId,Tags\n\
        09/01/2026,09/04/2026,Virtual Machines,D2,AAA-1,24,2.64,USD,Microsoft.Compute,1 Hour,Usage,a@example.com,\"\"\"env\"\": \"\"prod\"\"\"\n\
        09/01/2026,09/05/2026,Virtual Machines,D2,AAA-1,,-1.5,USD,Microsoft.Compute,1 Hour,Refund,a@example.com,\n";
    import(&plan, "azure.csv", azure);
    let text = month(&plan, "2026-09");
    assert!(text.contains(r#"vendor: "Microsoft", service: "Virtual Machines", sku: "AAA-1", meter: "D2""#), "{text}");
    assert!(
        text.contains(r#"tags: { "env": "prod" }, kind: usage, cost: 2.64 USD, quantity: 24, unit: "1 Hour""#),
        "{text}"
    );
    assert!(text.contains("kind: credit, cost: -1.5 USD") && !text.contains("example.com"), "{text}");
    let own = "Datum;Produkt;Netto;W\n2026-08-31;Server;€1.234,50;EUR\n31.08.2026;Server;-0,50;EUR\n31.8.26;VAT 19%;9,95;EUR\n";
    import(&plan, "own.csv", own);
    let text = month(&plan, "2026-08");
    assert!(text.contains("cost: 1234.5 EUR") && text.contains("kind: credit, cost: -0.5 EUR"), "{text}");
    assert!(text.contains(r#"service: "VAT 19%", kind: tax, cost: 9.95 EUR"#), "{text}");
}

#[test]
fn what_is_on_no_file_is_typed_in() {
    let plan = plan("");
    for args in [
        ["--vendor", "hetzner", "--amount", "31.20EUR"],
        ["--vendor", "hetzner", "--amount", "33.20 EUR"],
        ["--customers", "64", "--mrr", "6400USD"],
    ] {
        let out = costplan(plan.path(), &[&["actuals", "add", "--month", "2026-10"][..], &args[..]].concat());
        assert!(out.status.success(), "{}", stderr(&out));
    }
    let text = month(&plan, "2026-10");
    assert!(text.contains("customers: 64\nmrr: 6400 USD\n"), "{text}");
    assert!(text.contains("cost: 33.20 EUR") && !text.contains("31.20"), "typed again, it is replaced: {text}");
    for wrong in [
        &["--vendor", "hetzner", "--amount", "31.20"][..],
        &["--mrr=-5USD"],
        &[],
        &["--vendor", "=cmd()", "--amount", "1EUR"],
        &["--vendor", "hetzner", "--amount", "31XYZ"],
        &["--mrr", "31XYZ"],
    ] {
        let out = costplan(plan.path(), &[&["actuals", "add", "--month", "2026-11"][..], wrong].concat());
        assert_eq!(out.status.code(), Some(2), "{wrong:?}");
    }
    assert!(!plan.path().join("actuals/2026-11.yaml").exists());
    for month in ["0001-01", "1999-12"] {
        let out = costplan(plan.path(), &["actuals", "add", "--month", month, "--customers", "5"]);
        assert!(stderr(&out).contains(&format!("error[invalid-date]: the month is {month}")), "{}", stderr(&out));
    }
}

#[test]
fn a_currency_that_nobody_can_convert_is_refused_before_it_is_written() {
    let plan = plan("");
    let bill = "BillingPeriodStart,BilledCost,BillingCurrency,ProviderName\n2026-10-01,5,XYZ,AWS\n";
    fs::write(plan.path().join("bill.csv"), bill).unwrap();
    let out = costplan(plan.path(), &["actuals", "import", "bill.csv"]);
    assert!(stderr(&out).contains("error[invalid-currency]: `XYZ` is no currency of ISO 4217"), "{}", stderr(&out));
    assert!(!plan.path().join("actuals/2026-10.yaml").exists());
    // A project may have money of its own.
    let rates = "version = 1\n[[rates]]\nfrom = \"XYZ\"\nto = \"USD\"\nrate = 2\neffective_from = 2026-01-01\nsource = \"own\"\n";
    fs::create_dir(plan.path().join("pricing")).unwrap();
    fs::write(plan.path().join("pricing/fx.toml"), rates).unwrap();
    import(&plan, "bill.csv", bill);
    let out = costplan(plan.path(), &["actuals", "--as-of", "2026-11-24", "--format", "json"]);
    let said: Value = serde_json::from_slice(&out.stdout).unwrap();
    // 5 XYZ are 10 USD.
    assert_eq!(said["billed"].to_string(), "10", "{}", stderr(&out));
}

#[test]
fn months_that_are_far_apart_are_named() {
    let plan = plan("");
    let rows =
        "BillingPeriodStart,BilledCost,BillingCurrency,ProviderName\n2026-10-01,5,USD,AWS\n2016-10-01,5,USD,AWS\n";
    let notes = &import(&plan, "bill.csv", rows)["bills"][0]["notes"];
    assert_eq!(notes[0], "It has rows of 2016-10 and then of 2026-10, more than a year later");
}
