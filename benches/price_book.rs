//! Price sheets of 200,000 SKUs (56 MB), as an import of a cloud writes them: `cargo bench --bench price_book`.
//!
//! Prints the time of the commands that read them. Those that name a SKU or a word of one are to take less than a second.

use std::fmt::Write as _;
use std::fs;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const SHEETS: usize = 4;
const SKUS: usize = 50_000;
const FAMILIES: [&str; 8] = ["m5", "c6i", "r6g", "t3", "x2", "i4i", "g5", "p4"];

fn sheet(vendor: &str) -> String {
    let mut text = format!(
        "version = 1\nvendor = \"{vendor}\"\ncurrency = \"USD\"\nsource = \"made for the benchmark\"\nretrieved_on = 2026-11-01\ntrust = \"fixture\"\n"
    );
    for index in 0..SKUS {
        let (family, vcpus, memory) = (FAMILIES[index % 8], 1 << (index % 6), 4 * (index % 64) + 4);
        let _ = write!(
            text,
            "\n[skus.{family}-{index}]\nname = \"{family}.{index}\"\ncategory = \"compute\"\ndescription = \"{vcpus} vCPU, {memory} GB\"\n\
             specification = {{ role = \"server\", vcpus = {vcpus}, memory = \"{memory} GB\" }}\n[[skus.{family}-{index}.charges]]\n\
             meter = \"server\"\nunit = \"hour\"\neach = true\nusage = \"hours_per_month\"\nmodel = \"per_unit\"\nprice = 0.{:02}\n",
            index % 97
        );
    }
    text
}

#[expect(clippy::print_stdout, reason = "a benchmark prints its figures")]
fn main() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    for folder in ["pricing", "stages"] {
        fs::create_dir(directory.path().join(folder)).expect("a directory");
    }
    for place in 0..SHEETS {
        let vendor = format!("cloud{place}");
        fs::write(directory.path().join(format!("pricing/{vendor}.toml")), sheet(&vendor)).expect("a file");
    }
    let stage = "version: 1\nstage: 1\nname: One\ncustomers: 0..10\ncurrency: USD\nline_items:\n  - { name: Server, category: compute, sku: cloud0/m5-8000 }\n";
    fs::write(directory.path().join("stages/1-one.yaml"), stage).expect("a file");
    for arguments in [
        &["stage", "1"][..],
        &["prices", "show", "cloud0/m5-8000"],
        &["prices", "search", "m5-8000"],
        &["prices", "search", "cloud2/r6g-490"],
        &["prices", "search", "r6g"],
        &["prices", "list", "--vendor", "cloud0"],
        &["prices", "list", "--format", "csv"],
    ] {
        let best = (0..3).map(|_| run(directory.path(), arguments)).min().unwrap_or_default();
        println!("{best:>8.2?}  costplan {}", arguments.join(" "));
    }
}

fn run(directory: &std::path::Path, arguments: &[&str]) -> Duration {
    let start = Instant::now();
    let status = Command::new(env!("CARGO_BIN_EXE_costplan"))
        .current_dir(directory)
        .args(arguments)
        .stdout(Stdio::null())
        .status()
        .expect("the program runs");
    assert!(status.success());
    start.elapsed()
}
