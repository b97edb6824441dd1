//! Counts the instructions of the common command with valgrind: `cargo bench --bench instructions`.
//!
//! An empty process takes about 0.3 million.

use std::process::Command;

fn collected(program: &str, arguments: &[&str]) -> Option<u64> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null", program])
        .args(arguments)
        .output()
        .ok()?;
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let line = text.lines().find(|line| line.contains("Collected"))?;
    line.rsplit(' ').next()?.parse().ok()
}

#[expect(clippy::print_stdout, reason = "a benchmark prints its figures")]
fn main() {
    let program = env!("CARGO_BIN_EXE_costplan");
    println!("{:>12}  command", "instructions");
    for arguments in [
        &["stage", "2", "--customers", "60"][..],
        &["stage", "2", "--customers", "60", "--mrr", "6000"],
        &["stage", "2", "--customers", "60", "--format", "json"],
        &["stages"],
        &["compare", "2", "3", "--customers", "100"],
        &["explain", "2", "API servers"],
        &["--version"],
    ] {
        match collected(program, arguments) {
            Some(count) => println!("{count:>12}  costplan {}", arguments.join(" ")),
            None => return println!("valgrind is needed to count instructions"),
        }
    }
}
