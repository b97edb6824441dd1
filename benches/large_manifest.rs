//! A manifest of 200,000 line items (20 MB): `cargo bench --bench large_manifest`.
//!
//! Prints the time that a YAML library takes to read the text and throw it away, and time and peak memory of whole
//! commands on it. These are to take less than a second and 250 MB.

use std::fmt::Write as _;
use std::fs;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const ITEMS: usize = 200_000;

fn manifest() -> String {
    let mut text = "version: 1\nstage: 2\nname: Growth\ncustomers: 10..100\ncurrency: USD\nline_items:\n".to_owned();
    for index in 0..ITEMS {
        let (whole, cents) = (index % 97, index % 100);
        let _ = write!(
            text,
            "  - name: Service number {index}\n    category: compute\n    vendor: somebody\n    quantity: 2\n    cost: {whole}.{cents:02}\n"
        );
    }
    text
}

fn library_alone(text: &str) -> Duration {
    let options = serde_yaml::options! {
        budget: serde_yaml::budget! {
            max_nodes: text.len() + 1000,
            max_events: 2 * text.len() + 1000,
            max_total_scalar_bytes: text.len() + 1000,
        },
    };
    let start = Instant::now();
    let read: Result<serde::de::IgnoredAny, _> = serde_yaml::from_str_with_options(text, options);
    assert!(read.is_ok());
    start.elapsed()
}

#[expect(clippy::print_stdout, reason = "a benchmark prints its figures")]
fn main() {
    let text = manifest();
    let directory = tempfile::tempdir().expect("a temporary directory");
    fs::create_dir(directory.path().join("stages")).expect("a directory");
    fs::write(directory.path().join("stages/2-growth.yaml"), &text).expect("a file");
    let alone = (0..3).map(|_| library_alone(&text)).min().unwrap_or_default();
    println!("{:>8.2?}            a YAML library reads {} MB", alone, text.len() / 1_000_000);
    for format in ["table", "json", "csv", "markdown"] {
        let best = (0..3).map(|_| run(directory.path(), format)).min().unwrap_or_default();
        let memory = peak_memory(directory.path(), format).unwrap_or_else(|| "?".to_owned());
        println!("{best:>8.2?}  {memory:>8}  costplan stage 2 --customers 60 --format {format}");
    }
}

fn run(directory: &std::path::Path, format: &str) -> Duration {
    let start = Instant::now();
    let status = Command::new(env!("CARGO_BIN_EXE_costplan"))
        .current_dir(directory)
        .args(["stage", "2", "--customers", "60", "--format", format])
        .stdout(Stdio::null())
        .status()
        .expect("the program runs");
    assert!(status.success());
    start.elapsed()
}

/// The peak of resident memory as GNU time reports it.
fn peak_memory(directory: &std::path::Path, format: &str) -> Option<String> {
    let output = Command::new("/usr/bin/time")
        .current_dir(directory)
        .args(["-f", "%M", env!("CARGO_BIN_EXE_costplan"), "stage", "2", "--customers", "60", "--format", format])
        .stdout(Stdio::null())
        .output()
        .ok()?;
    let kilobytes: u64 = String::from_utf8_lossy(&output.stderr).trim().parse().ok()?;
    Some(format!("{} MB", kilobytes / 1000))
}
