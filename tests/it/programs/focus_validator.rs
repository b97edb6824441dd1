//! A linter of FOCUS finds nothing in what `costplan export --format focus` writes.

use std::path::Path;
use std::process::Command;

use crate::project::{costplan, root, stderr};

/// What the toolkit says in a directory. Its exit code is no verdict: it is 1 where a bill has no contracts and invoices to convert.
fn toolkit(directory: &Path, arguments: &[&str]) -> String {
    let out = Command::new("python3")
        .args(["-m", "focus_data_toolkit"])
        .args(arguments)
        .current_dir(directory)
        .output()
        .expect("python3 is there");
    format!("{}{}", String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr))
}

#[test]
#[ignore = "needs focus-data-toolkit: python3 -m pip install -r .ci/focus.txt"]
fn a_plan_is_valid_focus() {
    let directory = tempfile::tempdir().unwrap();
    let at = directory.path();
    let projects = ["plan", "saas", "ai", "auto-scaling", "price-models", "bills"];
    for name in projects {
        let project = root().join("examples").join(name);
        let project = project.to_str().unwrap();
        for (version, ending) in [("1.2", "csv"), ("1.4", "csv")] {
            let file = format!("{name}-{version}.{ending}");
            let out = costplan(
                at,
                &[
                    "export",
                    "--format",
                    "focus",
                    "--project",
                    project,
                    "--customers",
                    "60",
                    "--mrr",
                    "6000",
                    "--tax",
                    "19%",
                    "--currency",
                    "EUR",
                    "--as-of",
                    "2026-11-24",
                    "--focus-version",
                    version,
                    &file,
                ],
            );
            assert!(out.status.success(), "{}", stderr(&out));
            if version == "1.4" {
                let supports = ["SupportsMultiplePricingCategories", "SupportsUnitPricing"];
                let said = toolkit(
                    at,
                    &[
                        "validate",
                        &file,
                        "--dataset",
                        "cost-and-usage",
                        "--supports",
                        supports[0],
                        "--supports",
                        supports[1],
                    ],
                );
                assert!(said.contains("lint OK"), "{name}: {said}");
            } else {
                assert!(toolkit(at, &["detect", &file]).contains("version=1.2"), "{name}");
                let said = toolkit(
                    at,
                    &[
                        "convert",
                        "--cost-and-usage",
                        &file,
                        "--source-version",
                        "1.2",
                        "--source-dataset",
                        "cost-and-usage",
                        "--out",
                        name,
                    ],
                );
                assert!(said.contains("lint [Cost and Usage]: lint OK"), "{name}: {said}");
            }
        }
    }
}
