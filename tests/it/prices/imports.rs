//! Imports of vendors' answers: what the prices are, and the laws of merging them by their days.

use std::fs;
use std::io::BufReader;

use costplan::app::{self, ImportedPrices, PriceImport, RateImport, Request};
use costplan::model::ImportedChangeKind;
use costplan::source::Spanned;
use costplan::workspace::Workspace;
use proptest::prelude::*;

use crate::project::{HEAD, costplan, in_memory, json, project, scaled, stderr, stdout, write};

/// An answer of Hetzner with the prices of an hour and of a month of some types.
fn servers(types: &[(&str, &str, &str)]) -> String {
    let server = |(name, hourly, monthly): &(&str, &str, &str)| {
        format!(
            r#"{{"name": "{name}", "description": "{name}", "cores": 2, "memory": 4.0, "disk": 40, "prices": [{{"location": "fsn1",
                "price_hourly": {{"net": "{hourly}", "gross": "1"}}, "price_monthly": {{"net": "{monthly}", "gross": "1"}}}}]}}"#
        )
    };
    format!(r#"{{"server_types": [{}]}}"#, types.iter().map(server).collect::<Vec<_>>().join(", "))
}

fn request(workspace: &mut Workspace, vendor: &str, answers: &[&str], day: &str) -> PriceImport {
    let answers = answers.iter().map(|answer| workspace.sources.add("answer.json", (*answer).to_owned())).collect();
    PriceImport {
        vendor: Spanned::given(vendor.to_owned()),
        answers,
        mapping: None,
        select: Vec::new(),
        day: day.parse().unwrap(),
        is_part: false,
        schema: None,
    }
}

/// Imports an answer into a project in memory.
fn import(files: &[(&str, &str)], vendor: &str, answer: &str, day: &str) -> Result<ImportedPrices, String> {
    let mut workspace = in_memory(files)?;
    let import = request(&mut workspace, vendor, &[answer], day);
    let asked = Request::on(day.parse().unwrap());
    app::import_prices(&mut workspace, &asked, &import).map_err(|failure| failure.to_string())
}

/// The text of the only sheet after an import.
fn text(files: &[(&str, &str)], vendor: &str, answer: &str, day: &str) -> String {
    let imported = import(files, vendor, answer, day).unwrap();
    assert_eq!(imported.sheets.len(), 1);
    imported.sheets.into_iter().next().unwrap().text
}

/// The total of a stage with one line item, at the prices of a day.
fn total(sheet: &str, vendor: &str, sku: &str, day: &str) -> String {
    let stage = format!(
        "{}line_items:\n  - {{ name: Server, category: compute, sku: {sku}, other_usage: within_allowance }}\n",
        HEAD.replace("USD", "EUR")
    );
    let file = format!("pricing/{vendor}.toml");
    let mut workspace = in_memory(&[(&file, sheet), ("stages/1.yaml", &stage)]).unwrap();
    let costed = app::stage(&mut workspace, "1", &Request::on(day.parse().unwrap()).customers(1));
    costed.unwrap_or_else(|failure| panic!("{failure}\n{sheet}")).costings[0].totals.total.normalize().to_string()
}

const EMPTY: [(&str, &str); 1] = [("costplan.toml", "version = 1\n")];

#[test]
fn a_changed_price_begins_on_the_day_of_the_import_and_the_old_total_stays() {
    let first = text(&EMPTY, "hetzner", &servers(&[("zz1", "0.0100", "6.00")]), "2026-03-01");
    // 730 started hours cost 7.30, and a month at most 6.
    assert_eq!(total(&first, "hetzner", "hetzner/zz1", "2026-03-01"), "6");
    let second =
        text(&[("pricing/hetzner.toml", &first)], "hetzner", &servers(&[("zz1", "0.0200", "9.00")]), "2026-06-15");
    assert_eq!(total(&second, "hetzner", "hetzner/zz1", "2026-03-01"), "6");
    assert_eq!(total(&second, "hetzner", "hetzner/zz1", "2026-06-14"), "6");
    assert_eq!(total(&second, "hetzner", "hetzner/zz1", "2026-06-15"), "9");
    let third =
        text(&[("pricing/hetzner.toml", &second)], "hetzner", &servers(&[("zz1", "0.0200", "8.00")]), "2026-09-01");
    for (day, of_day) in [("2026-06-14", "6"), ("2026-08-31", "9"), ("2026-09-01", "8")] {
        assert_eq!(total(&third, "hetzner", "hetzner/zz1", day), of_day, "{day}");
    }
}

#[test]
fn a_bundled_price_that_changes_keeps_its_days() {
    // The bundled lb11 costs 7.49 at most.
    let answer = r#"{"load_balancer_types": [{"name": "lb11", "prices": [{"location": "fsn1",
        "price_hourly": {"net": "0.0160"}, "price_monthly": {"net": "9.99"}}]}]}"#;
    let sheet = text(&EMPTY, "hetzner", answer, "2026-11-30");
    assert_eq!(total(&sheet, "hetzner", "hetzner/lb11", "2026-11-29"), "7.49");
    assert_eq!(total(&sheet, "hetzner", "hetzner/lb11", "2026-11-30"), "9.99");
    // Other bundled SKUs are still there.
    assert_eq!(total(&sheet, "hetzner", "hetzner/cx41", "2026-11-30"), "15.9");
    assert!(sheet.contains("extends = \"bundled\""), "{sheet}");
}

#[test]
fn importing_twice_changes_nothing() {
    let answer = servers(&[("zz1", "0.0100", "6.00"), ("cx33", "0.02", "9")]);
    let first = text(&EMPTY, "hetzner", &answer, "2026-11-30");
    let again = import(&[("pricing/hetzner.toml", &first)], "hetzner", &answer, "2026-11-30").unwrap();
    assert!(!again.sheets[0].is_changed);
    assert_eq!(again.sheets[0].text, first);
    assert!(!again.sheets[0].changes.have_moved());
    // Read again on a later day, the prices are as fresh as that.
    let later = text(&[("pricing/hetzner.toml", &first)], "hetzner", &answer, "2026-12-24");
    assert!(
        later.contains("retrieved_on = 2026-12-24")
            && later.matches("prices]]").count() == first.matches("prices]]").count()
    );
}

/// A sheet as somebody keeps it by hand.
const BY_HAND: &str = r#"# Our Hetzner prices.
version = 1
vendor = "hetzner"
currency = "EUR"
source = "invoice"          # of March
retrieved_on = 2026-01-15
trust = "contract"

# The big one comes first.
[skus.zz9]
name = "Big"
[[skus.zz9.charges]]
meter = "server"
unit = "hour"
model = "per_unit"
each = true
usage = "hours_per_month"
# By the hour:
price = 0.05 # as agreed
cap = 30.0

[skus.zz1]
name = "Small"
charges = [
  { meter = "server", unit = "hour", model = "per_unit", each = true, usage = "hours_per_month", price = 0.0100, cap = 6 }, # small
]

# The end.
"#;

#[test]
fn comments_and_order_of_a_sheet_stay() {
    let files = [("pricing/hetzner.toml", BY_HAND)];
    let answer = servers(&[("zz1", "0.02", "9"), ("zz9", "0.06", "35")]);
    let sheet = text(&files, "hetzner", &answer, "2026-11-30");
    for kept in [
        "# Our Hetzner prices.",
        "# of March",
        "# The big one comes first.",
        "# By the hour:",
        "# as agreed",
        "# small",
        "# The end.",
    ] {
        assert_eq!(sheet.matches(kept).count(), 1, "{kept}\n{sheet}");
    }
    assert!(sheet.find("zz9").unwrap() < sheet.find("zz1").unwrap(), "{sheet}");
    for (sku, old, new) in [("hetzner/zz9", "30", "35"), ("hetzner/zz1", "6", "9")] {
        assert_eq!(total(&sheet, "hetzner", sku, "2026-11-29"), old, "{sheet}");
        assert_eq!(total(&sheet, "hetzner", sku, "2026-11-30"), new, "{sheet}");
    }
    // So do the ends of lines.
    let windows = BY_HAND.replace('\n', "\r\n");
    let of_windows = text(&[("pricing/hetzner.toml", &windows)], "hetzner", &answer, "2026-11-30");
    assert_eq!(of_windows, sheet.replace('\n', "\r\n"));
    // What is not in the answer is priced as what is, and is no longer sold.
    let gone = text(&files, "hetzner", &servers(&[("zz9", "0.05", "30")]), "2026-11-30");
    assert_eq!(gone.matches("sold_until = 2026-11-29").count(), 1, "{gone}");
}

#[test]
fn what_vanishes_is_no_longer_sold_and_may_come_back() {
    let both = servers(&[("zz1", "0.01", "6"), ("zz2", "0.02", "9")]);
    let one = servers(&[("zz1", "0.01", "6")]);
    let first = text(&EMPTY, "hetzner", &both, "2026-03-01");
    let gone = text(&[("pricing/hetzner.toml", &first)], "hetzner", &one, "2026-06-01");
    assert_eq!(gone.matches("sold_until = 2026-05-31").count(), 1, "{gone}");
    let mut workspace = in_memory(&[("pricing/hetzner.toml", &first)]).unwrap();
    let part = PriceImport { is_part: true, ..request(&mut workspace, "hetzner", &[&one], "2026-06-01") };
    let asked = Request::on("2026-06-01".parse().unwrap());
    let imported = app::import_prices(&mut workspace, &asked, &part).unwrap();
    assert!(!imported.sheets[0].text.contains("sold_until"), "a part ends nothing");
    let back = import(&[("pricing/hetzner.toml", &gone)], "hetzner", &both, "2026-09-01").unwrap();
    assert!(!back.sheets[0].text.contains("sold_until"));
    assert!(back.sheets[0].changes.changes.iter().any(|change| matches!(change.kind, ImportedChangeKind::Back)));
}

#[test]
fn an_older_answer_rewrites_nothing() {
    let now = text(&EMPTY, "hetzner", &servers(&[("zz1", "0.02", "9")]), "2026-06-01");
    let files = [("pricing/hetzner.toml", now.as_str())];
    let older = import(&files, "hetzner", &servers(&[("zz1", "0.01", "6")]), "2026-03-01").unwrap();
    assert_eq!(older.sheets[0].text, now);
    assert!(!older.sheets[0].changes.have_moved());
}

#[test]
fn two_answers_of_one_day_leave_the_last_price() {
    let first = text(&EMPTY, "hetzner", &servers(&[("zz1", "0.01", "6")]), "2026-01-01");
    let second = text(&[("pricing/hetzner.toml", &first)], "hetzner", &servers(&[("zz1", "0.02", "9")]), "2026-06-01");
    let third = text(&[("pricing/hetzner.toml", &second)], "hetzner", &servers(&[("zz1", "0.02", "8")]), "2026-06-01");
    assert_eq!(total(&third, "hetzner", "hetzner/zz1", "2026-05-31"), "6");
    assert_eq!(total(&third, "hetzner", "hetzner/zz1", "2026-06-01"), "8");
}

#[test]
fn the_stages_say_what_new_prices_cost() {
    let stage = format!(
        "{}line_items:\n  - {{ name: Balancer, category: network, sku: hetzner/lb11, quantity: 2, other_usage: within_allowance }}\n",
        HEAD.replace("USD", "EUR")
    );
    let answer = r#"{"load_balancer_types": [{"name": "lb11", "prices": [{"location": "fsn1",
        "price_hourly": {"net": "0.0160"}, "price_monthly": {"net": "9.99"}}]}]}"#;
    let imported = import(&[("stages/1.yaml", &stage)], "hetzner", answer, "2026-11-30").unwrap();
    let effect = &imported.effects[0];
    // 2 x 7.49 and 2 x 9.99.
    let [before, after] = effect.totals.clone().unwrap();
    assert_eq!((before.to_string(), after.to_string()), ("14.98".to_owned(), "19.98".to_owned()));
    let directory = project(&[("stages/1.yaml", &stage), ("answer.json", answer)]);
    let shown = json(directory.path(), &["prices", "import", "hetzner", "answer.json", "--dry-run"]);
    assert_eq!(shown["stages"][0]["total_after"].to_string(), "19.98");
    assert!(!directory.path().join("pricing").exists(), "a dry run writes nothing");
    let checked = costplan(directory.path(), &["prices", "import", "hetzner", "answer.json", "--check"]);
    assert_eq!(checked.status.code(), Some(1), "{}", stderr(&checked));
    stdout(directory.path(), &["prices", "import", "hetzner", "answer.json"]);
    let written = fs::read_to_string(directory.path().join("pricing/hetzner.toml")).unwrap();
    let again = costplan(directory.path(), &["prices", "import", "hetzner", "answer.json", "--check"]);
    assert_eq!(again.status.code(), Some(0), "{}", stderr(&again));
    assert_eq!(fs::read_to_string(directory.path().join("pricing/hetzner.toml")).unwrap(), written);
    stdout(directory.path(), &["validate"]);
}

#[test]
fn a_mapping_of_ones_own_reads_another_answer() {
    let mapping = "version = 1\nformat = \"csv\"\ncurrency = \"EUR\"\nsource = \"our list\"\ntrust = \"contract\"\n\
                   [[records]]\nat = [\"*\"]\nsku = \"{name}\"\n[[records.charges]]\nmeter = \"plan\"\nprice = { from = \"cents\", times = 0.01 }\n";
    let directory = project(&[
        ("costplan.toml", "version = 1\n"),
        ("own.toml", mapping),
        ("list.csv", "name,cents\nBasic,1250\nPro,9900\n"),
    ]);
    stdout(
        directory.path(),
        &["prices", "import", "acme", "list.csv", "--mapping", "own.toml", "--retrieved-on", "2026-11-30"],
    );
    let sheet = fs::read_to_string(directory.path().join("pricing/acme.toml")).unwrap();
    assert_eq!(total(&sheet, "acme", "acme/basic", "2026-11-30"), "12.5");
    assert_eq!(total(&sheet, "acme", "acme/pro", "2026-11-30"), "99");
}

#[test]
fn bad_answers_are_refused_with_a_reason() {
    let good = servers(&[("zz1", "0.0100", "6.00")]);
    let deep = "[".repeat(100_000);
    let long = good.replace("0.0100", &"1".repeat(100_000));
    for (answer, says) in [
        (&good[..good.len() / 2], "ends in the middle"),
        ("", "is empty"),
        ("{}", "not an answer"),
        ("{\"server_types\": []}", "not an answer"),
        ("hello", "not an answer"),
        (&good.replace("0.0100", "-0.01"), "below zero"),
        (&good.replace("0.0100", "0,01"), "expected a number"),
        (&good.replace("\"0.0100\"", "[]"), "expected a number"),
        (&long, "expected a number"),
        (&deep, "nest deeper"),
        (&good.replace("zz1", "\u{1}"), "control character"),
    ] {
        let refused = import(&EMPTY, "hetzner", answer, "2026-11-30").err();
        let refused = refused.unwrap_or_else(|| panic!("{} was imported", answer.chars().take(60).collect::<String>()));
        assert!(refused.contains(says), "{refused}");
    }
    // A name is only letters, digits and `-`, whatever the answer says.
    let hostile = text(&EMPTY, "hetzner", &good.replace("\"zz1\"", r#""..\/..\/zz1\u001b[31m""#), "2026-11-30");
    assert!(hostile.contains("[skus.zz1-31m]") && !hostile.contains('\u{1b}'), "{hostile}");
    // Digits are those of the answer.
    let exact = text(&EMPTY, "hetzner", &good.replace("0.0100", "0.012345678901234567890123"), "2026-11-30");
    assert!(exact.contains("price = 0.012345678901234567890123\n"), "{exact}");
}

#[test]
fn a_bad_answer_leaves_the_sheet_as_it_is() {
    let directory = project(&[("pricing/hetzner.toml", BY_HAND), ("half.json", "{\"server_types\": [{")]);
    let output = costplan(directory.path(), &["prices", "import", "hetzner", "half.json"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("invalid-json"), "{}", stderr(&output));
    assert_eq!(fs::read_to_string(directory.path().join("pricing/hetzner.toml")).unwrap(), BY_HAND);
}

const OFFER: &str = r#"{"formatVersion": "v1.0", "offerCode": "AmazonEC2", "products": {
  "A1": {"sku": "A1", "productFamily": "Compute Instance", "attributes": {"servicecode": "AmazonEC2", "instanceType": "t9.micro", "regionCode": "eu-central-1",
    "vcpu": "2", "memory": "1 GiB", "tenancy": "Shared", "operatingSystem": "Linux", "preInstalledSw": "NA", "capacitystatus": "Used", "marketoption": "OnDemand"}},
  "A2": {"sku": "A2", "productFamily": "Compute Instance", "attributes": {"servicecode": "AmazonEC2", "instanceType": "t9.micro", "regionCode": "eu-central-1",
    "tenancy": "Shared", "operatingSystem": "Windows", "preInstalledSw": "NA", "capacitystatus": "Used"}},
  "A3": {"sku": "A3", "productFamily": "Data Transfer", "attributes": {"servicecode": "AWSDataTransfer", "fromRegionCode": "us-east-1", "usagetype": "DataTransfer-Out-Bytes"}}},
 "terms": {"OnDemand": {
  "A1": {"A1.T": {"effectiveDate": "2026-07-01T00:00:00Z", "priceDimensions": {"A1.T.1": {"unit": "Hrs", "beginRange": "0", "endRange": "Inf", "pricePerUnit": {"USD": "0.0120000000"}}}}},
  "A3": {"A3.T": {"effectiveDate": "2026-07-01T00:00:00Z", "priceDimensions": {
    "A3.T.2": {"unit": "GB", "beginRange": "10240", "endRange": "Inf", "pricePerUnit": {"USD": "0.0850000000"}},
    "A3.T.1": {"unit": "GB", "beginRange": "0", "endRange": "10240", "pricePerUnit": {"USD": "0.0900000000"}}}}}}}}"#;

fn import_aws(list: &str, select: &[(&str, &str)]) -> Result<ImportedPrices, String> {
    let mut workspace = in_memory(&EMPTY)?;
    let select = select.iter().map(|(name, pattern)| ((*name).to_owned(), (*pattern).to_owned())).collect();
    let import = PriceImport { select, ..request(&mut workspace, "aws", &[], "2026-11-30") };
    let asked = Request::on("2026-11-30".parse().unwrap());
    let lists = [("offer.json".to_owned(), BufReader::with_capacity(7, list.as_bytes()))];
    app::import_aws(&mut workspace, &asked, &import, lists).map_err(|failure| failure.to_string())
}

#[test]
fn an_offer_file_of_aws_is_read_a_product_at_a_time() {
    let machine = import_aws(OFFER, &[("instanceType", "t9.*"), ("regionCode", "eu-central-1")]).unwrap();
    let sheet = &machine.sheets[0].text;
    assert_eq!(sheet.matches("\n[skus.").count(), 1, "neither Windows nor traffic: {sheet}");
    let day = "2026-11-30";
    // 730 hours at 0.012 USD, in the currency of the sheet.
    let of_sheet = sheet.replace("currency = \"USD\"", "currency = \"EUR\"");
    assert_eq!(total(&of_sheet, "aws", "aws/ec2-t9-micro-eu-central-1", day), "8.76");
    let traffic = import_aws(OFFER, &[("usagetype", "DataTransfer*")]).unwrap();
    let sheet = &traffic.sheets[0].text;
    assert!(sheet.contains("tiers = [{ up_to = 10240, price = 0.09 }, { price = 0.085 }]"), "{sheet}");
    assert!(sheet.contains("unit = \"GiB\""), "a GB of AWS has 2^30 bytes: {sheet}");
    for (list, select, says) in [
        (OFFER, vec![], "say which are wanted"),
        (OFFER, vec![("instanceType", "m9.*")], "matches all of `--select`"),
        (&OFFER[..OFFER.len() - 40], vec![("instanceType", "t9.*")], "ends in the middle"),
        ("{\"formatVersion\": \"v1.0\", \"products\": {}}", vec![("instanceType", "t9.*")], "not a price list"),
    ] {
        let refused = import_aws(list, &select).unwrap_err();
        assert!(refused.contains(says), "{refused}");
    }
}

#[test]
fn an_offer_file_in_csv_has_the_same_prices() {
    let list = "\"FormatVersion\",\"v1.0\"\n\"Disclaimer\",\"x\"\n\"OfferCode\",\"AmazonEC2\"\n\
        \"SKU\",\"OfferTermCode\",\"TermType\",\"EffectiveDate\",\"StartingRange\",\"EndingRange\",\"Unit\",\"PricePerUnit\",\"Currency\",\"Product Family\",\"serviceCode\",\"Location\",\"Instance Type\",\"Tenancy\",\"Operating System\",\"CapacityStatus\",\"Pre Installed S/W\"\n\
        \"A1\",\"T\",\"OnDemand\",\"2026-07-01\",\"0\",\"Inf\",\"Hrs\",\"0.0118000000\",\"USD\",\"Compute Instance\",\"AmazonEC2\",\"EU (Paris)\",\"t3.micro\",\"Shared\",\"Linux\",\"Used\",\"NA\"\n\
        \"A1\",\"R\",\"Reserved\",\"2026-07-01\",\"\",\"\",\"Quantity\",\"50\",\"USD\",\"Compute Instance\",\"AmazonEC2\",\"EU (Paris)\",\"t3.micro\",\"Shared\",\"Linux\",\"Used\",\"NA\"\n";
    let imported = import_aws(list, &[("instanceType", "t3.micro")]).unwrap();
    let sheet = &imported.sheets[0].text;
    assert!(sheet.contains("price = 0.0118\n") && sheet.matches("\n[skus.").count() == 1, "{sheet}");
    let half = &list[..list.len() - 30];
    assert!(import_aws(half, &[("instanceType", "t3.micro")]).unwrap_err().contains("fields in line"));
}

/// An offer file that is made while it is read.
struct Products<F> {
    product: F,
    next: usize,
    count: usize,
    rest: Vec<u8>,
}
impl<F: Fn(usize) -> String> std::io::Read for Products<F> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.rest.is_empty() && self.next <= self.count + 1 {
            self.rest = match self.next {
                0 => b"{\"formatVersion\": \"v1.0\", \"products\": {".to_vec(),
                next if next <= self.count => {
                    let comma = if next > 1 { "," } else { "" };
                    format!("{comma}{}", (self.product)(next)).into_bytes()
                }
                _ => b"}, \"terms\": {\"OnDemand\": {\"S7\": {\"S7.T\": {\"effectiveDate\": \"2026-07-01\", \"priceDimensions\": {\"d\": {\"unit\": \"Hrs\", \"beginRange\": \"0\", \"pricePerUnit\": {\"USD\": \"0.5\"}}}}}}}}".to_vec(),
            };
            self.next += 1;
        }
        let length = buffer.len().min(self.rest.len());
        buffer[..length].copy_from_slice(&self.rest[..length]);
        self.rest.drain(..length);
        Ok(length)
    }
}

#[test]
fn a_long_offer_file_is_not_kept() {
    // 20 MB of products, of which one is selected; a reader of parts needs what one of them takes.
    let product = |number: usize| {
        format!(
            "\"S{number}\": {{\"sku\": \"S{number}\", \"attributes\": {{\"servicecode\": \"AmazonEC2\", \"instanceType\": \"x{number}.large\", \"regionCode\": \"eu-central-1\", \"padding\": \"{}\"}}}}",
            "p".repeat(900)
        )
    };
    let count = 20_000;
    let mut workspace = in_memory(&EMPTY).unwrap();
    let select = vec![("instanceType".to_owned(), "x7.large".to_owned())];
    let import = PriceImport { select, ..request(&mut workspace, "aws", &[], "2026-11-30") };
    let input = BufReader::new(Products { product, next: 0, count, rest: Vec::new() });
    let asked = Request::on("2026-11-30".parse().unwrap());
    let imported = app::import_aws(&mut workspace, &asked, &import, [("offer.json".to_owned(), input)])
        .unwrap_or_else(|failure| panic!("{failure}"));
    assert!(
        imported.sheets[0].text.contains("[skus.ec2-x7-large-eu-central-1]")
            || imported.sheets[0].text.contains("x7-large")
    );
    assert!(workspace.sources.bytes() < 1_000_000, "the list is not kept: {} bytes", workspace.sources.bytes());
}

#[test]
fn prices_of_several_regions_are_merged_into_one_sku() {
    // The bundled Azure sheet has the regions of a machine as options.
    let item = |region: &str, price: &str| {
        format!(
            r#"{{"currencyCode": "USD", "tierMinimumUnits": 0.0, "retailPrice": {price}, "armRegionName": "{region}", "effectiveStartDate": "2019-08-01T00:00:00Z",
                "meterId": "a1", "meterName": "B1s", "productName": "Virtual Machines BS Series", "skuName": "B1s", "serviceName": "Virtual Machines",
                "unitOfMeasure": "1 Hour", "type": "Consumption", "armSkuName": "Standard_B1s"}}"#
        )
    };
    let answer = format!(r#"{{"Items": [{}, {}]}}"#, item("eastus", "0.5"), item("westeurope", "0.75"));
    let sheet = text(&EMPTY, "azure", &answer, "2026-11-30");
    assert_eq!(sheet.matches("\n[skus.").count(), 1, "{sheet}");
    let quote = |region: &str, day: &str| {
        let stage = format!(
            "{HEAD}line_items:\n  - {{ name: Server, category: compute, sku: azure/b1s, options: {{ region: {region} }} }}\n"
        );
        let mut workspace = in_memory(&[("pricing/azure.toml", &sheet), ("stages/1.yaml", &stage)]).unwrap();
        let costed = app::stage(&mut workspace, "1", &Request::on(day.parse().unwrap()).customers(1));
        costed.unwrap_or_else(|failure| panic!("{failure}\n{sheet}")).costings[0].totals.total.normalize().to_string()
    };
    // 730 hours at 0.5 and at 0.75; the prices of before stay.
    assert_eq!(
        (quote("eastus", "2026-11-30"), quote("westeurope", "2026-11-30")),
        ("365".to_owned(), "547.5".to_owned())
    );
    assert_ne!(quote("eastus", "2026-11-29"), "365");
    assert_ne!(quote("westeurope", "2026-11-29"), "547.5");
}

const ECB: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01" xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref">
<Cube><Cube time='2026-11-27'><Cube currency='USD' rate='1.1567'/><Cube currency='JPY' rate='171.35'/></Cube></Cube>
</gesmes:Envelope>"#;

fn import_rates(files: &[(&str, &str)], rates: &str, select: &[(&str, &str)]) -> Result<app::ImportedRates, String> {
    let mut workspace = in_memory(files)?;
    let file = workspace.sources.add("eurofxref", rates.to_owned());
    let day = "2026-11-30".parse().unwrap();
    let select = select.iter().map(|(name, pattern)| ((*name).to_owned(), (*pattern).to_owned())).collect();
    let import = RateImport { files: vec![file], select, day };
    app::import_rates(&mut workspace, &Request::on(day), &import).map_err(|failure| failure.to_string())
}

#[test]
fn rates_of_the_central_bank_are_added_from_their_day_on() {
    let imported = import_rates(&EMPTY, ECB, &[]).unwrap();
    assert!(imported.text.contains("rate = 1.1567\neffective_from = 2026-11-27\nretrieved_on = 2026-11-30\n"));
    assert!(imported.text.contains("rate = 1.08"), "the bundled rate of before stays");
    let again = import_rates(&[("pricing/fx.toml", &imported.text)], ECB, &[]).unwrap();
    assert!(!again.is_changed && again.unchanged == 2 && again.changes.is_empty());
    let history = "Date,USD,JPY,CYP,\n2026-11-27,1.1567,171.35,N/A,\n2026-11-26,1.1500,170,N/A,\n";
    let newest = import_rates(&EMPTY, history, &[]).unwrap();
    assert_eq!(newest.changes.len(), 2, "only the newest day unless days are selected");
    let chosen = import_rates(&EMPTY, history, &[("date", "2026-11-*"), ("currency", "USD")]).unwrap();
    assert_eq!(chosen.changes.len(), 2);
    let daily = "Date, USD, JPY, \n27 November 2026, 1.1567, 171.35, \n";
    assert_eq!(import_rates(&EMPTY, daily, &[]).unwrap().changes.len(), 2);
    for (rates, says) in [
        (&ECB[..ECB.len() - 40], "ends in the middle"),
        ("<html></html>", "not a list of reference rates"),
        ("", "not a list of reference rates"),
        (&ECB.replace("1.1567", "0"), "above zero"),
        (&ECB.replace("2026-11-27", "yesterday"), "expected a day"),
        (&ECB.replace("USD", "usd!"), "not a currency"),
    ] {
        let refused = import_rates(&EMPTY, rates, &[]).unwrap_err();
        assert!(refused.contains(says), "{refused}");
    }
}

#[test]
fn prices_of_tokens_are_those_of_their_days() {
    let answer = "id: openai\nname: OpenAI\nmodels:\n- id: o3-test\n  prices_checked: 2025-07-12\n  prices:\n  \
                  - prices: { input_mtok: 10, output_mtok: 40 }\n  - constraint: { start_date: 2025-06-10 }\n    prices: { input_mtok: 2, output_mtok: 8 }\n";
    let sheet = text(&EMPTY, "openai", answer, "2026-11-30");
    let of_sheet = sheet.replace("currency = \"USD\"", "currency = \"EUR\"");
    let quote = |day: &str| {
        let mut workspace = in_memory(&[("pricing/openai.toml", &of_sheet), ("stages/1.yaml", &format!(
            "{}line_items:\n  - {{ name: Model, category: ai, sku: openai/o3-test, usage: {{ input: 3_000_000, output: 1_000_000 }} }}\n",
            HEAD.replace("USD", "EUR")
        ))]).unwrap();
        let costed = app::stage(&mut workspace, "1", &Request::on(day.parse().unwrap()).customers(1)).unwrap();
        costed.costings[0].totals.total.normalize().to_string()
    };
    // 3 x 10 + 40, and 3 x 2 + 8.
    assert_eq!(quote("2025-06-09"), "70");
    assert_eq!(quote("2025-06-10"), "14");
}

/// The prices of an import: SKUs by their numbers, each with a price in cents.
fn drawn() -> impl Strategy<Value = Vec<(u8, u32)>> {
    proptest::collection::btree_map(0..6_u8, 1..2_000_u32, 1..5).prop_map(|map| map.into_iter().collect())
}

fn drawn_answer(prices: &[(u8, u32)]) -> String {
    let types: Vec<(String, String, String)> = prices
        .iter()
        .map(|(sku, cents)| {
            (format!("zz{sku}"), format!("0.{cents:05}"), format!("{}.{:02}", cents / 100, cents % 100))
        })
        .collect();
    let borrowed: Vec<(&str, &str, &str)> =
        types.iter().map(|(name, hourly, monthly)| (name.as_str(), hourly.as_str(), monthly.as_str())).collect();
    servers(&borrowed)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: scaled(12), failure_persistence: None, ..ProptestConfig::default() })]

    /// Importing twice changes nothing, no day before an import has another price, and SKUs keep their order.
    #[test]
    fn a_merge_keeps_what_was(imports in proptest::collection::vec(drawn(), 2..4), by_hand in any::<bool>()) {
        let mut sheet = by_hand.then(|| BY_HAND.to_owned());
        let days = ["2026-02-01", "2026-05-01", "2026-08-01"];
        let mut past: Vec<(String, String, String)> = Vec::new();
        for (prices, day) in imports.iter().zip(days) {
            let answer = drawn_answer(prices);
            let files: Vec<(&str, &str)> = match &sheet {
                Some(sheet) => vec![("pricing/hetzner.toml", sheet.as_str())],
                None => EMPTY.to_vec(),
            };
            let merged = text(&files, "hetzner", &answer, day);
            let again = text(&[("pricing/hetzner.toml", &merged)], "hetzner", &answer, day);
            prop_assert_eq!(&again, &merged);
            for (sku, day, total_then) in &past {
                prop_assert_eq!(&total(&merged, "hetzner", sku, day), total_then, "{} on {}\n{}", sku, day, merged);
            }
            let headers = |text: &str| -> Vec<String> {
                text.lines().filter(|line| line.starts_with("[skus.")).map(str::to_owned).collect()
            };
            if let Some(before) = &sheet {
                let (before, after) = (headers(before), headers(&merged));
                prop_assert_eq!(&after[..before.len()], &before[..]);
            }
            for (sku, _) in prices {
                let id = format!("hetzner/zz{sku}");
                past.push((id.clone(), day.to_owned(), total(&merged, "hetzner", &id, day)));
            }
            sheet = Some(merged);
        }
    }
}

#[test]
fn a_screen_of_many_changes_fits() {
    let types: Vec<(String, String, String)> =
        (0..60).map(|number| (format!("zz{number}"), "0.01".to_owned(), "6".to_owned())).collect();
    let borrowed: Vec<(&str, &str, &str)> =
        types.iter().map(|(name, hourly, monthly)| (name.as_str(), hourly.as_str(), monthly.as_str())).collect();
    let directory = project(&[("costplan.toml", "version = 1\n")]);
    write(directory.path(), "answer.json", servers(&borrowed));
    let shown = stdout(directory.path(), &["prices", "import", "hetzner", "answer.json", "--dry-run"]);
    assert!(shown.lines().count() <= 22, "{shown}");
    assert!(shown.lines().all(|line| line.chars().count() <= 80), "{shown}");
    let whole = stdout(directory.path(), &["prices", "import", "hetzner", "answer.json", "--dry-run", "--details"]);
    assert!(whole.contains("hetzner/zz59"), "{whole}");
}

/// Models of `LiteLLM` with their vendors and prices of a token.
fn models(models: &[(&str, &str, &str)]) -> String {
    let model = |(name, vendor, price): &(&str, &str, &str)| {
        format!(
            r#""{name}": {{"litellm_provider": "{vendor}", "input_cost_per_token": {price}, "output_cost_per_token": {price}}}"#
        )
    };
    format!("{{{}}}", models.iter().map(model).collect::<Vec<_>>().join(", "))
}

#[test]
fn a_vendor_that_an_answer_calls_otherwise_has_one_sheet() {
    let answer = models(&[
        ("fireworks_ai/x", "fireworks_ai", "1e-06"),
        ("together_ai/y", "together_ai", "2e-06"),
        ("z", "new_one", "3e-06"),
    ]);
    let imported = import(&EMPTY, "litellm", &answer, "2026-11-01").unwrap();
    let vendors: Vec<&str> = imported.sheets.iter().map(|sheet| sheet.vendor.as_str()).collect();
    assert_eq!(vendors, ["fireworks", "new-one", "together"]);
}

#[test]
fn prices_that_may_be_mistakes_are_pointed_out_and_imported() {
    let plan = project(&EMPTY);
    let import = |answer: &str, day: &str, more: &[&str]| {
        write(plan.path(), "answer.json", answer);
        let arguments = ["prices", "import", "litellm", "answer.json", "--retrieved-on", day];
        stdout(plan.path(), &[&arguments[..], more].concat())
    };
    let first = models(&[("a", "v1", "1e-06"), ("b", "v1", "1e-06"), ("c", "v1", "1e-06"), ("d", "v1", "0")]);
    let said = import(&first, "2026-03-01", &[]);
    assert!(said.contains("to be looked at: 1 SKU that cost nothing: v1/d"), "{said}");
    // Nine times as much is not far, ten times is.
    let second = models(&[("a", "v1", "0"), ("b", "v1", "1e-05"), ("c", "v1", "9e-06"), ("d", "v1", "0")]);
    let said = import(&second, "2026-04-01", &["--dry-run"]);
    assert!(said.contains("1 SKU with a price of 0 that was more: v1/a"), "{said}");
    assert!(said.contains("1 SKU with ten times the price or more, or a tenth or less:\nv1/b"), "{said}");
    let json: serde_json::Value = serde_json::from_str(&import(&second, "2026-04-01", &["--format", "json"])).unwrap();
    let doubts: Vec<_> =
        json["sheets"][0]["changes"].as_array().unwrap().iter().map(|change| change["doubt"].clone()).collect();
    assert_eq!(doubts.iter().filter(|doubt| *doubt == "now_free").count(), 2, "input and output: {doubts:?}");
    assert_eq!(doubts.iter().filter(|doubt| *doubt == "far").count(), 2, "{doubts:?}");
    assert!(fs::read_to_string(plan.path().join("pricing/v1.toml")).unwrap().contains("price = 0\n"));
}

#[test]
fn an_answer_that_was_cut_off_is_said_to_end_early() {
    for end in ["", "\n", "\r\n", "  \n"] {
        let answer = format!("{{\"server_types\": [{{\"name\": \"cx{end}");
        let message = import(&EMPTY, "hetzner", &answer, "2026-11-01").unwrap_err();
        assert!(message.contains("the text ends in the middle of a value"), "{message}");
    }
    let message = import(&EMPTY, "hetzner", "{\"a\": \"b\nc\"}", "2026-11-01").unwrap_err();
    assert!(message.contains("a control character is in a text"), "{message}");
}

#[test]
fn terms_before_their_products_are_refused_with_what_to_do() {
    let offer = r#"{"formatVersion": "v1.0", "terms": {"OnDemand": {"A": {"A.T": {"priceDimensions": {"A.T.R": {"unit": "Hrs", "beginRange": "0",
        "pricePerUnit": {"USD": "0.1"}}}}}}}, "products": {"A": {"sku": "A", "attributes": {"instanceType": "t3.micro"}}}}"#;
    let mut workspace = in_memory(&EMPTY).unwrap();
    let mut import = request(&mut workspace, "aws", &[], "2026-11-01");
    import.select.push(("instanceType".to_owned(), "*".to_owned()));
    let lists = [("offer.json".to_owned(), BufReader::new(offer.as_bytes()))];
    let refused =
        app::import_aws(&mut workspace, &Request::on("2026-11-01".parse().unwrap()), &import, lists).unwrap_err();
    let said = refused.to_string();
    assert!(said.contains("the terms of `offer.json` come before its products"), "{said}");
}

#[test]
fn a_rate_that_stays_is_not_called_new() {
    let plan = project(&EMPTY);
    let rates = |rate: &str| format!("Date, USD,\n24 November 2026, {rate},\n");
    write(plan.path(), "ecb.csv", rates("1.10"));
    stdout(plan.path(), &["prices", "import", "ecb", "ecb.csv"]);
    write(plan.path(), "ecb.csv", rates("1.20"));
    let said = stdout(plan.path(), &["prices", "import", "ecb", "ecb.csv"]);
    assert!(said.contains("0 new, 0 known, 1 differs from the rate of that day in"), "{said}");
    assert!(said.contains("stays") && !said.contains("New rate"), "{said}");
}

/// A sheet of many SKUs, the last of which was read earlier.
fn long_sheet(skus: usize) -> String {
    use std::fmt::Write as _;
    let mut text = "version = 1\nvendor = \"cloud\"\ncurrency = \"USD\"\nsource = \"s\"\nretrieved_on = 2026-11-01\ntrust = \"fixture\"\n".to_owned();
    for index in 0..skus {
        let day = if index + 1 == skus { "retrieved_on = 2025-01-01\n" } else { "" };
        let _ = write!(
            text,
            "\n[skus.m-{index:05}]\n{day}[[skus.m-{index:05}.charges]]\nmeter = \"server\"\nmodel = \"flat\"\nprice = {index}\n"
        );
    }
    text
}

#[test]
fn of_a_long_sheet_only_what_is_shown_is_read() {
    let plan = project(&[("costplan.toml", "version = 1\n"), ("pricing/cloud.toml", &long_sheet(1200))]);
    let listed = stdout(plan.path(), &["prices", "list", "--vendor", "cloud"]);
    assert!(listed.starts_with("1200 SKUs"), "{}", &listed[..80]);
    assert!(
        listed.contains("... 200 more rows") && listed.contains("cloud/m-00999") && !listed.contains("cloud/m-01000")
    );
    assert_eq!(listed, stdout(plan.path(), &["prices", "vendors", "cloud"]));
    let all = stdout(plan.path(), &["prices", "list", "--vendor", "cloud", "--format", "csv"]);
    assert_eq!(all.lines().count(), 1201);
    let vendors = json(plan.path(), &["prices", "vendors", "--as-of", "2026-11-24"]);
    let cloud = vendors["vendors"].as_array().unwrap().iter().find(|one| one["vendor"] == "cloud").unwrap();
    assert_eq!(cloud["skus"], 1200);
    assert_eq!(cloud["oldest_retrieved_on"], "2025-01-01");
    assert_eq!(cloud["newest_retrieved_on"], "2026-11-01");
}
