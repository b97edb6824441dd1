//! A sweep over a stage of 20 line items with formulas: `cargo bench --bench sweep`.
//!
//! Prints the instructions for each number of customers, and time and peak memory of whole ranges as CSV. Most line items
//! cost more with every customer; two are of a plan with eleven charges of which two do.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const HEAD: &str = "\
version: 1
stage: 1
name: Twenty
customers: 1..100000
monthly_budget: 100..50000
currency: USD
buffer: 30%
targets: { cost_per_customer: 0.5..2, share_of_mrr: 20% }
drivers:
  requests: customers * 20_000
  servers: clamp(ceil(requests / 4_000_000), 2, 600)
  files: customers * 3 GB
  messages: customers * 40
line_items:
";

/// Ten line items without their names; the stage has each twice.
const ITEMS: [&str; 10] = [
    "sku: hetzner/cpx11\n    options: { region: eu }\n    quantity: servers\n    usage: { egress: customers * 4 GB }",
    "sku: hetzner/lb11\n    usage: { egress: customers * 4 GB }",
    "sku: supabase/pro\n    usage: { disk: 5 GB + customers * 0.2 GB, egress: customers * 0.5 GB }\n    \
     other_usage: within_allowance",
    "sku: supabase/compute-small\n    quantity: if(customers < 400, 1, 0)",
    "sku: supabase/compute-medium\n    quantity: clamp(ceil(customers / 50), 3, 10)",
    "sku: upstash/pay-as-you-go\n    usage: { commands: requests }\n    other_usage: within_allowance",
    "sku: backblaze/b2\n    usage: { storage: files, egress: files * 50% }\n    other_usage: within_allowance",
    "cost: 5\n    quantity: servers",
    "cost: max(15, messages * 0.001)",
    "cost: customers * 0.02 EUR\n    quantity: ceil(customers / 1000)",
];

fn manifest() -> String {
    let mut text = HEAD.to_owned();
    for (index, item) in ITEMS.iter().chain(&ITEMS).enumerate() {
        let _ = write!(text, "  - name: Item {}\n    category: c{}\n    {item}\n", index + 1, index % 5);
    }
    text
}

#[expect(clippy::print_stdout, reason = "a benchmark prints its figures")]
fn main() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let directory = directory.path();
    fs::create_dir(directory.join("stages")).expect("a directory");
    fs::write(directory.join("stages/1-twenty.yaml"), manifest()).expect("a file");
    match instructions(directory, 1, 1000).zip(instructions(directory, 1, 3000)) {
        Some((fewer, more)) => println!("{:>8}            instructions for one more customer", (more - fewer) / 2000),
        None => println!("valgrind is needed to count instructions"),
    }
    for high in [1_000, 100_000] {
        let best = (0..3).map(|_| run(directory, high)).min().unwrap_or_default();
        let memory = peak_memory(directory, high).unwrap_or_else(|| "?".to_owned());
        println!("{best:>8.2?}  {memory:>8}  costplan {}", arguments(1, high).join(" "));
    }
}

fn arguments(low: u32, high: u32) -> Vec<String> {
    let range = format!("{low}..{high}");
    let arguments = ["sweep", "1", "--arpu", "10", "--customers", &range, "--step", "1", "--format", "csv"];
    arguments.map(str::to_owned).to_vec()
}

fn instructions(directory: &Path, low: u32, high: u32) -> Option<u64> {
    let output = Command::new("valgrind")
        .current_dir(directory)
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null", env!("CARGO_BIN_EXE_costplan")])
        .args(arguments(low, high))
        .stdout(Stdio::null())
        .output()
        .ok()?;
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let line = text.lines().find(|line| line.contains("Collected"))?;
    line.rsplit(' ').next()?.parse().ok()
}

fn run(directory: &Path, high: u32) -> Duration {
    let start = Instant::now();
    let status = Command::new(env!("CARGO_BIN_EXE_costplan"))
        .current_dir(directory)
        .args(arguments(1, high))
        .stdout(Stdio::null())
        .status()
        .expect("the program runs");
    assert!(status.success());
    start.elapsed()
}

/// The peak of resident memory as GNU time reports it.
fn peak_memory(directory: &Path, high: u32) -> Option<String> {
    let output = Command::new("/usr/bin/time")
        .current_dir(directory)
        .args(["-f", "%M", env!("CARGO_BIN_EXE_costplan")])
        .args(arguments(1, high))
        .stdout(Stdio::null())
        .output()
        .ok()?;
    let kilobytes: u64 = String::from_utf8_lossy(&output.stderr).trim().parse().ok()?;
    Some(format!("{kilobytes} kB"))
}
