//! A FOCUS bill of 1 GB that is added up: `cargo bench --bench bills [MEGABYTES]`.
//!
//! Prints the processor time and the memory of `costplan actuals import`, and of `DuckDB` with the query of `costplan actuals sql`
//! on one thread, if `python3` has it. It is to take at most twice as long as `DuckDB`.

use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::process::Command;

const HEADER: &str = "AvailabilityZone,BilledCost,BillingAccountId,BillingAccountName,BillingCurrency,BillingPeriodEnd,BillingPeriodStart,\
    ChargeCategory,ChargeClass,ChargeDescription,ChargeFrequency,ChargePeriodEnd,ChargePeriodStart,ConsumedQuantity,ConsumedUnit,\
    ContractedCost,EffectiveCost,InvoiceIssuerName,ListCost,ListUnitPrice,PricingCategory,PricingQuantity,PricingUnit,ProviderName,\
    PublisherName,RegionId,RegionName,ResourceId,ResourceName,ResourceType,ServiceCategory,ServiceName,SkuId,SkuPriceId,SubAccountId,\
    SubAccountName,Tags";

/// Writes a bill of about so many bytes: an hour of each of 400 resources after another, of 40 services.
fn bill(path: &Path, bytes: u64) -> std::io::Result<()> {
    let mut file = BufWriter::with_capacity(1 << 20, File::create(path)?);
    writeln!(file, "{HEADER}")?;
    let (mut written, mut row) = (0, 0_u64);
    while written < bytes {
        let (resource, hour) = (row % 400, row / 400);
        let (service, day, of_day) = (resource % 40, 1 + hour / 24 % 30, hour % 24);
        let cost = row.wrapping_mul(2_654_435_761) % 1_000_000_000;
        let line = format!(
            "eu-central-1a,0.{cost:012},123456789012,Example Ltd,USD,2026-10-01T00:00:00Z,2026-09-01T00:00:00Z,Usage,,\
             \"Service {service}, hour of use\",Usage-Based,2026-09-{day:02}T{of_day:02}:59:59Z,2026-09-{day:02}T{of_day:02}:00:00Z,\
             1.{resource:03},Hours,0.{cost:012},0.{cost:012},Example,0.{cost:012},0.0416,Standard,1,Hours,AWS,AWS,eu-central-1,\
             Europe (Frankfurt),arn:aws:service:eu-central-1:123456789012:resource/{resource},resource-{resource},Type {service},\
             Compute,Example Service {service},SKU{resource:08},PRICE{resource:08},210987654321,production,\
             \"{{\"\"env\"\": \"\"prod\"\", \"\"team\"\": \"\"{service}\"\"}}\"\n"
        );
        file.write_all(line.as_bytes())?;
        written += line.len() as u64;
        row += 1;
    }
    file.flush()
}

/// The seconds of processor time and the memory in megabytes of a command.
fn measured(directory: &Path, command: &[&str]) -> Option<(f64, u64)> {
    let out = Command::new("/usr/bin/time")
        .args(["-f", "%U %S %M"])
        .args(command)
        .current_dir(directory)
        .stdout(std::process::Stdio::null())
        .output()
        .ok()?;
    let text = String::from_utf8_lossy(&out.stderr).into_owned();
    if !out.status.success() {
        return None;
    }
    let figures: Vec<f64> = text.lines().last()?.split(' ').filter_map(|figure| figure.parse().ok()).collect();
    let [user, system, kilobytes] = figures[..] else { return None };
    #[expect(
        clippy::float_arithmetic,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a measured time"
    )]
    Some((user + system, (kilobytes / 1024.0) as u64))
}

#[expect(clippy::print_stdout, reason = "a benchmark prints its figures")]
fn main() {
    let megabytes: u64 = std::env::args().skip(1).find_map(|argument| argument.parse().ok()).unwrap_or(1024);
    let directory = tempfile::tempdir().expect("a temporary directory");
    let directory = directory.path();
    fs::create_dir(directory.join("stages")).expect("a directory");
    let stage = "version: 1\nstage: 1\nname: One\ncustomers: 0..10\ncurrency: USD\nline_items:\n  - { name: A, category: compute, cost: 1 }\n";
    fs::write(directory.join("stages/1-one.yaml"), stage).expect("a file");
    bill(&directory.join("bill.csv"), megabytes << 20).expect("a bill");
    let program = env!("CARGO_BIN_EXE_costplan");
    let sql = Command::new(program)
        .current_dir(directory)
        .args(["actuals", "sql", "--engine", "duckdb", "--from", "bill.csv"])
        .output()
        .expect("the program runs");
    fs::write(directory.join("bill.sql"), sql.stdout).expect("a file");
    let script =
        "import duckdb; c = duckdb.connect(config={'threads': 1}); c.execute(open('bill.sql').read()).fetchall()";
    let runs = [
        ("costplan actuals import", vec![program, "actuals", "import", "bill.csv"]),
        ("DuckDB, one thread", vec!["python3", "-c", script]),
    ];
    for (name, command) in runs {
        match measured(directory, &command) {
            Some((seconds, memory)) => println!("{seconds:>8.2} s  {memory:>6} MB  {name}"),
            None => println!("       ?             {name}: /usr/bin/time or the program is not there"),
        }
    }
}
