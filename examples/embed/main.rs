//! A program of its own that computes a plan which it holds as text: no file is read, and no command line is needed.
//!
//! ```text
//! cargo run --no-default-features --example embed
//! ```

use std::error::Error;
use std::fmt::Write as _;

use costplan::app::{self, Failure, Request};
use costplan::model::Growth;
use costplan::parse::ForecastRaw;
use costplan::source::{Span, Spanned};
use costplan::workspace::Workspace;
use jiff::civil::date;
use rust_decimal::Decimal;

const STAGE: &str = r"
version: 1
stage: 1
name: Start
customers: 1..1000
currency: USD
buffer: 10%
line_items:
  - { name: Servers, category: compute, sku: acme/server, quantity: 2 }
  - { name: Traffic, category: network, sku: acme/traffic, usage: { traffic: customers * 2 GB } }
";

const PRICES: &str = r#"
version = 1
vendor = "acme"
currency = "USD"
source = "https://example.org/prices"
retrieved_on = 2026-11-01
trust = "fixture"

[[skus.server.charges]]
meter = "server"
model = "flat"
price = 7.50

[[skus.traffic.charges]]
meter = "traffic"
unit = "GB"
model = "per_unit"
price = 0.01
"#;

/// The project, as a program would read it from its own storage.
fn project() -> Result<Workspace, Failure> {
    Workspace::in_memory([("stages/1-start.yaml", STAGE), ("pricing/acme.toml", PRICES)])
}

/// A line for the stage and one for each month of a forecast.
pub fn report() -> Result<String, Box<dyn Error>> {
    let mut workspace = project()?;
    let request = Request::on(date(2026, 11, 24)).customers(60).arpu(Decimal::from(5));

    let costed = app::stage(&mut workspace, "start", &request)?;
    let totals = &costed.costings[0].totals;
    let mut lines = format!(
        "60 customers: {} USD, with the buffer {} USD\n",
        totals.subtotal.normalize(),
        totals.total.normalize()
    );

    let assumed = ForecastRaw {
        growth: Some(Spanned::given(Growth::Count(Decimal::from(20)))),
        months: Some(Spanned::given(3)),
        ..ForecastRaw::nothing(Span::NOWHERE)
    };
    for month in app::forecast(&mut workspace, &request, assumed)?.forecast.months {
        let total = month.total.map_or("unknown".to_owned(), |total| format!("{} USD", total.normalize()));
        writeln!(lines, "{}: {} customers, {total}", month.month, month.customers)?;
    }
    Ok(lines)
}

/// What a mistake in the text of the plan looks like.
pub fn mistake() -> String {
    let files =
        [("stages/1-start.yaml", STAGE.replace("acme/server", "acme/sever")), ("pricing/acme.toml", PRICES.to_owned())];
    let costed = Workspace::in_memory(files)
        .and_then(|mut workspace| app::stage(&mut workspace, "1", &Request::on(date(2026, 11, 24))));
    costed.map_or_else(|failure| failure.to_string(), |_| String::new())
}

#[expect(clippy::print_stdout, reason = "a program prints its results")]
fn main() -> Result<(), Box<dyn Error>> {
    println!("{}", report()?);
    println!("{}", mistake());
    Ok(())
}
