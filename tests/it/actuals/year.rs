//! A year of bills that the test computes itself from a plan is no different from it, in any month; one thing that is changed in
//! all bills is the cause that it is, with the amount that it is.

use std::fmt::Write as _;

use crate::actuals::compared::causes;
use crate::project::{HEAD, in_memory};
use costplan::app::{Request, actual_costs};
use costplan::calculate::DifferenceCause as Cause;
use costplan::model::Month;

const SHEET: &str = "version = 1\nvendor = \"v\"\ncurrency = \"EUR\"\nsource = \"https://example.com\"\nretrieved_on = 2025-10-01\n\
    trust = \"vendor\"\n[skus.box]\n[[skus.box.charges]]\nmeter = \"hours\"\nunit = \"hour\"\neach = true\n\
    usage = \"hours_per_month\"\nmodel = \"per_unit\"\nprice = 0.01\n[[skus.box.charges]]\nmeter = \"egress\"\nunit = \"GB\"\n\
    model = \"per_unit\"\nprice = 0.10\n";

/// What a bill has other than the plan, in cents of a euro, boxes, GB and line items.
#[derive(Clone, Copy, Default)]
struct Change {
    price: u64,
    boxes: u64,
    traffic: u64,
    credit: u64,
    unplanned: u64,
    is_without_queue: bool,
    /// The rate of the month in hundredths; 110 in the plan.
    rate: u64,
}

/// The bill of a month: a box for every 50 customers, 5 GB for each of them, and a queue for 12 USD.
fn bill(month: Month, customers: u64, change: Change) -> String {
    let boxes = customers.div_ceil(50) + change.boxes;
    let traffic = customers * 5 + change.traffic;
    let euros = |cents: u64| format!("{}.{:02} EUR", cents / 100, cents % 100);
    let mut text = format!("version: 1\nmonth: {month}\ncustomers: {customers}\ntyped:\n");
    let mut row = |row: String| writeln!(text, "  - {{ {row} }}").unwrap();
    let hours = boxes * 730;
    row(format!(
        "vendor: V, sku: box, meter: hours, quantity: {hours}, unit: Hours, cost: {}",
        euros(hours + change.price)
    ));
    row(format!("vendor: V, sku: box, meter: egress, quantity: {traffic}, unit: GB, cost: {}", euros(traffic * 10)));
    if change.credit > 0 {
        row(format!("vendor: V, sku: box, kind: credit, cost: -{}", euros(change.credit)));
    }
    if change.unplanned > 0 {
        row(format!("vendor: V, service: Snapshots, cost: {}", euros(change.unplanned)));
    }
    if !change.is_without_queue {
        row("vendor: aws, cost: 12 USD".to_owned());
    }
    text
}

/// The causes of each month of a year in which the customers grow from 10 to 230.
fn year(change: Change) -> Vec<Vec<(Cause, String)>> {
    let stage = format!(
        "{HEAD}line_items:\n  - {{ name: Boxes, category: compute, sku: v/box, quantity: ceil(customers / 50), \
         usage: {{ egress: customers * 5 GB }} }}\n  - {{ name: Queue, category: messaging, vendor: aws, cost: 12 }}\n"
    );
    let first = Month::parse("2025-11").unwrap();
    let rate = |day: String, rate: u64| {
        format!(
            "[[rates]]\nfrom = \"EUR\"\nto = \"USD\"\nrate = {}.{:02}\neffective_from = {day}\nsource = \"test\"\n",
            rate / 100,
            rate % 100
        )
    };
    let months = (0..12).map(|nth| {
        let (month, customers) = (first.later(nth).unwrap(), 10 + 20 * u64::from(nth));
        // The plan has the rate of today; the month may have had another.
        let of_month = if change.rate == 0 { 110 } else { change.rate };
        let rates = [
            "version = 1\n".to_owned(),
            rate(month.first_day().to_string(), of_month),
            rate("2026-11-10".to_owned(), 110),
        ];
        let files = [
            ("stages/1-test.yaml", stage.clone()),
            ("pricing/v.toml", SHEET.to_owned()),
            ("pricing/fx.toml", rates.concat()),
            (&*format!("actuals/{month}.yaml"), bill(month, customers, change)),
        ]
        .map(|(name, text)| (name.to_owned(), text));
        let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        let request = Request::on("2026-11-24".parse().unwrap());
        causes(&actual_costs(&mut in_memory(&files).unwrap(), None, Some("1"), &request).unwrap())
    });
    months.collect()
}

#[test]
fn a_year_of_bills_of_the_plan_is_as_planned() {
    assert!(year(Change::default()).iter().all(Vec::is_empty));
}

#[test]
fn one_change_in_a_year_of_bills_is_its_cause() {
    // In dollars at 1.10: 1 EUR more for the hours; a box of 730 hours at 0.01; 10 GB at 0.10; 2 EUR; 3 EUR.
    let each = [
        (Change { price: 100, ..Change::default() }, Cause::Price, "1.1"),
        (Change { boxes: 1, ..Change::default() }, Cause::Quantity, "8.03"),
        (Change { traffic: 10, ..Change::default() }, Cause::Usage, "1.1"),
        (Change { credit: 200, ..Change::default() }, Cause::Credits, "-2.2"),
        (Change { unplanned: 300, ..Change::default() }, Cause::NotInPlan, "3.3"),
        (Change { is_without_queue: true, ..Change::default() }, Cause::NotBilled, "-12"),
    ];
    for (change, cause, amount) in each {
        for (nth, found) in year(change).into_iter().enumerate() {
            assert_eq!(found, [(cause, amount.to_owned())], "month {nth}");
        }
    }
    // At 1.20 each euro is 0.10 USD more: 7.30 + 5 EUR of 10 customers, 5 * 7.30 + 115 EUR of 230.
    let found = year(Change { rate: 120, ..Change::default() });
    assert_eq!(found[0], [(Cause::ExchangeRate, "1.23".to_owned())]);
    assert_eq!(found[11], [(Cause::ExchangeRate, "15.15".to_owned())]);
}
