//! Revenue in formulas and in percentages of price sheets, and the customers who pay it. Every expected number is worked
//! out by hand.

use serde_json::{Value, json};

use crate::project::{costplan, project, stdout};

const DAY: &str = "2026-11-24";

/// Payments cost 2.9% of the revenue and 0.30 each.
const PAYMENTS: &str = "version = 1\nvendor = \"pay\"\ncurrency = \"USD\"\nsource = \"s\"\nretrieved_on = 2026-11-20\ntrust = \"vendor\"\n\
[skus.online]\n[[skus.online.charges]]\nmeter = \"fee\"\nmodel = \"percentage\"\nof = \"mrr\"\npercent = \"2.9%\"\n\
[[skus.online.charges]]\nmeter = \"payments\"\nunit = \"payment\"\nmodel = \"per_unit\"\nprice = 0.30\n";

const FX: &str =
    "version = 1\n[[rates]]\nfrom = \"EUR\"\nto = \"USD\"\nrate = 1.25\neffective_from = 2026-02-03\nsource = \"s\"\n";

const HEAD: &str = "version: 1\nstage: 1\nname: Test\ncustomers: 1..1000\ncurrency: USD\n";

const ONLINE: &str =
    "line_items: [{ name: Fees, category: c, sku: pay/online, usage: { payments: paying_customers } }]\n";

fn stage(settings: &str, plan: &str, arguments: &[&str]) -> Value {
    run(settings, plan, &[&["stage", "1", "--format", "json", "--as-of", DAY], arguments].concat())
}

fn run(settings: &str, plan: &str, arguments: &[&str]) -> Value {
    let directory = files(settings, plan);
    serde_json::from_str(&stdout(directory.path(), arguments)).unwrap()
}

fn files(settings: &str, plan: &str) -> tempfile::TempDir {
    let manifest = format!("{HEAD}{plan}");
    project(&[
        ("stages/1-test.yaml", &manifest),
        ("pricing/pay.toml", PAYMENTS),
        ("pricing/fx.toml", FX),
        ("costplan.toml", &format!("version = 1\n{settings}")),
    ])
}

#[test]
fn payment_fees_follow_the_revenue() {
    // 100 customers at 49: 4900 of revenue, 2.9% of it 142.10, and 100 payments 30.
    assert_eq!(stage("", ONLINE, &["--customers", "100", "--arpu", "49"])["total"], json!(172.1));
    // At 99: 9900, 287.10 and 30.
    assert_eq!(stage("", ONLINE, &["--customers", "100", "--arpu", "99"])["total"], json!(317.1));
    assert_eq!(stage("", ONLINE, &["--customers", "100", "--mrr", "4900"])["total"], json!(172.1));
}

#[test]
fn a_cost_that_depends_on_a_revenue_that_is_not_given_is_unknown() {
    let plan = "drivers: { fee_base: mrr / 2 }\nline_items:\n  - { name: Fixed, category: c, cost: 5 }\n  \
                - { name: Share, category: c, cost: fee_base * 10% }\n  \
                - { name: Seats, category: c, cost: 3, quantity: ceil(arpu / 10) }\n";
    let found = stage("", plan, &["--customers", "100"]);
    assert_eq!(found["total"], json!(5));
    assert_eq!(found["complete"], json!(false));
    assert_eq!(found["line_items"][1]["monthly_cost"], Value::Null);
    assert_eq!(found["line_items"][1]["depends_on"], json!(["mrr"]));
    assert_eq!(found["line_items"][2]["quantity"], Value::Null);
    assert_eq!(found["line_items"][2]["depends_on"], json!(["arpu"]));
    let text = stdout(files("", plan).path(), &["stage", "1", "--customers", "100", "--as-of", DAY]);
    assert!(text.contains("`--mrr` or") && text.contains("`--arpu`"), "{text}");
    // 100 customers at 25: half of 2500 is 1250, 10% of it 125; 3 seats at 3 are 9.
    let known = stage("", plan, &["--customers", "100", "--arpu", "25"]);
    assert_eq!(known["total"], json!(5 + 125 + 9));
    // 2500 of 100 customers is 25 of each.
    assert_eq!(stage("", plan, &["--customers", "100", "--mrr", "2500"])["total"], json!(139));
    // An MRR of nobody is no ARPU.
    let nobody = stage("", plan, &["--customers", "0", "--mrr", "2500"]);
    assert_eq!(nobody["line_items"][2]["depends_on"], json!(["arpu"]));
    assert_eq!(nobody["line_items"][1]["monthly_cost"], json!(125));
}

#[test]
fn a_branch_without_revenue_needs_none() {
    let plan = "line_items: [{ name: A, category: c, cost: \"if(customers > 50, mrr, 7)\" }]";
    assert_eq!(stage("", plan, &["--customers", "50"])["total"], json!(7));
    assert_eq!(stage("", plan, &["--customers", "51"])["complete"], json!(false));
}

#[test]
fn formulas_read_revenue_in_the_currency_of_the_manifest() {
    // 1000 EUR are 1250 USD: 1% is 12.50 USD, which are 10 EUR; 2.9% of 1000 EUR are 29 EUR.
    let plan = "line_items:\n  - { name: Share, category: c, cost: mrr * 1% }\n  \
                - { name: Fees, category: c, sku: pay/online, usage: { payments: 0 } }\n";
    let found = stage("", plan, &["--customers", "10", "--mrr", "1000", "--currency", "EUR"]);
    assert_eq!(found["line_items"][0]["native"], json!({ "amount": 12.5, "currency": "USD" }));
    assert_eq!(found["line_items"][0]["monthly_cost"], json!(10));
    assert_eq!(found["line_items"][1]["native"], json!({ "amount": 36.25, "currency": "USD" }));
    assert_eq!(found["line_items"][1]["monthly_cost"], json!(29));
}

#[test]
fn only_those_who_pay_bring_revenue() {
    let paying = format!("paying: 5%\n{ONLINE}");
    // 5% of 1000 customers are 50 at 20: 1000 of revenue, 29 of it and 15 for 50 payments.
    let found = stage("", &paying, &["--customers", "1000", "--arpu", "20"]);
    assert_eq!((&found["inputs"]["mrr"], &found["total"]), (&json!(1000), &json!(44)));
    // The manifest says more than the project.
    let found = stage("[defaults]\npaying = \"50%\"\n", &paying, &["--customers", "1000", "--arpu", "20"]);
    assert_eq!(found["inputs"]["mrr"], json!(1000));
    let found = stage("[defaults]\npaying = \"50%\"\n", ONLINE, &["--customers", "1000", "--arpu", "20"]);
    assert_eq!(found["inputs"]["mrr"], json!(10_000));
    // 40% who pay a year at a time with a quarter off leave 90% of the price.
    let yearly = format!("paying: 5%\nyearly_payers: {{ share: 40%, discount: 25% }}\n{ONLINE}");
    let found = stage("", &yearly, &["--customers", "1000", "--arpu", "20"]);
    assert_eq!((&found["inputs"]["mrr"], &found["total"]), (&json!(900), &json!(41.1)));
    for wrong in ["paying: 120%", "paying: -1%", "yearly_payers: { share: 2 }", "yearly_payers: { discount: 10% }"] {
        let directory = files("", &format!("{wrong}\n{ONLINE}"));
        let output = costplan(directory.path(), &["stage", "1", "--customers", "10"]);
        assert_eq!(output.status.code(), Some(2), "{wrong}");
    }
}

#[test]
fn the_month_is_that_of_the_computation() {
    let plan = "line_items: [{ name: A, category: c, cost: \"if(month == 12, 20, month) + 24 / year\" }]";
    assert_eq!(stage("", plan, &["--customers", "1"])["total"], json!(11 + 2));
    let arguments = ["stage", "1", "--format", "json", "--customers", "1", "--as-of", "2026-12-31"];
    assert_eq!(run("", plan, &arguments)["total"], json!(22));
    // After a slash it is a unit, and an amount is one of a month.
    let plan =
        "line_items: [{ name: A, category: c, cost: 10 USD/month }, { name: B, category: c, cost: customers / month }]";
    assert_eq!(stage("", plan, &["--customers", "7"])["total"], json!(17));
}

#[test]
fn a_driver_takes_the_place_of_a_built_in_name() {
    let plan = "drivers: { arpu: 10, month: 4, mrr: customers * arpu }\nline_items: [{ name: A, category: c, cost: mrr * 1% + month }]";
    // 100 customers at the driver's 10: 1% of 1000 is 10, and 4.
    assert_eq!(stage("", plan, &["--customers", "100", "--arpu", "99"])["total"], json!(14));
    let noted = costplan(files("", plan).path(), &["validate"]);
    let noted = String::from_utf8([noted.stdout, noted.stderr].concat()).unwrap();
    assert!(noted.contains("takes the place of the built-in `arpu`"), "{noted}");
    for (name, help) in [("mrr=1", "use `--mrr`"), ("month=1", "use `--as-of`"), ("paying_customers=1", "`paying`")] {
        let output = costplan(files("", ONLINE).path(), &["stage", "1", "--customers", "10", "--set", name]);
        let text = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.code() == Some(2) && text.contains(help), "{text}");
    }
}

#[test]
fn a_sheet_may_count_its_own_mrr() {
    let sheet = PAYMENTS.replace("of = \"mrr\"\n", "of = \"volume\"\n").replace(
        "[[skus.online.charges]]\nmeter = \"fee\"",
        "[[skus.online.charges]]\nmeter = \"volume\"\nunit = \"unit\"\nmodel = \"per_unit\"\nprice = 1\n[[skus.online.charges]]\nmeter = \"fee\"",
    );
    let own = sheet.replace("\"volume\"", "\"mrr\"");
    for (sheet, meter) in [(sheet, "volume"), (own, "mrr")] {
        let plan = format!(
            "{HEAD}line_items: [{{ name: F, category: c, sku: pay/online, usage: {{ {meter}: 1000, payments: 10 }} }}]"
        );
        let directory = project(&[("stages/1-test.yaml", &plan), ("pricing/pay.toml", &sheet)]);
        let arguments = ["stage", "1", "--format", "json", "--customers", "10", "--as-of", DAY];
        let found: Value = serde_json::from_str(&stdout(directory.path(), &arguments)).unwrap();
        // 1000 for the meter, 2.9% of it 29, and 10 payments 3.
        assert_eq!(found["total"], json!(1032), "{meter}");
    }
}

#[test]
fn a_quote_takes_an_mrr() {
    let directory = files("[defaults]\narpu = \"20 USD\"\n", ONLINE);
    let quoted = |more: &[&str]| -> Value {
        let arguments = ["quote", "pay/online", "--usage", "payments=100", "--as-of", DAY, "--format", "json"];
        serde_json::from_str(&stdout(directory.path(), &[&arguments, more].concat())).unwrap()
    };
    // 2.9% of 4900, and 100 times 0.30.
    assert_eq!(quoted(&["--mrr", "4900"])["total"], json!(172.1));
    assert_eq!(quoted(&[])["depends_on"], json!(["mrr"]));
}

#[test]
fn a_snapshot_holds_what_fees_depend_on() {
    let settings = "[defaults]\narpu = \"20 USD\"\ncustomers = 100\n[budget]\nmonthly = \"1000 USD\"\n";
    let plan = format!(
        "paying: 50%\nyearly_payers: {{ share: 40%, discount: 25% }}\ndrivers: {{ half: mrr / 2 }}\n{}\n",
        "line_items:\n  - { name: Fees, category: c, sku: pay/online, usage: { payments: paying_customers } }\n  \
         - { name: Share, category: c, cost: half * 1% + month }"
    );
    let directory = files(settings, &plan);
    assert!(costplan(directory.path(), &["snapshot", "--update", "--as-of", DAY]).status.success());
    let same: Value =
        serde_json::from_str(&stdout(directory.path(), &["diff", "--format", "json", "--as-of", DAY])).unwrap();
    assert_eq!(same["stages"], json!([]), "{same}");
    // At twice the revenue 2.9% of another 900 is 26.10, and 1% of another 450 is 4.50: all of it is usage.
    let more = costplan(directory.path(), &["diff", "--format", "json", "--as-of", DAY, "--arpu", "40"]);
    let more: Value = serde_json::from_slice(&more.stdout).unwrap();
    let stage = &more["stages"][0];
    assert_eq!(stage["difference"], json!(30.6), "{more}");
    let unknown = files("", &plan);
    for arguments in [&["snapshot", "--update", "--as-of", DAY][..], &["diff", "--as-of", DAY]] {
        let output = costplan(unknown.path(), arguments);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    // At 1 customer half of 9 is 4.50, and 1% of it and the 11 of November are all new.
    let known = costplan(unknown.path(), &["diff", "--format", "json", "--as-of", DAY, "--arpu", "20"]);
    let known: Value = serde_json::from_slice(&known.stdout).unwrap();
    let share =
        known["stages"][0]["line_items"].as_array().unwrap().iter().find(|line| line["name"] == "Share").unwrap();
    assert_eq!(share["causes"], json!([{ "cause": "usage", "amount": 11.045 }]), "{share}");
}
