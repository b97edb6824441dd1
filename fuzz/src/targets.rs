//! The targets by their names.

use costplan::parse;

use crate::files::file;
use crate::{arguments, files, git_output, imports};

/// What a target does with an input.
pub type Run = fn(&[u8]);

/// Every target. Each has a program in `fuzz_targets`, which cargo-fuzz finds by its name.
pub const TARGETS: &[(&str, Run)] = &[
    ("arguments", arguments::each),
    ("budget", |data| file("budget.yaml", data, parse::budget_file)),
    ("check_record", |data| file("records/checks.yaml", data, parse::check_record)),
    ("checklist", |data| file("checklists/fuzzed.yaml", data, parse::checklist)),
    ("customers", files::customers),
    ("exchange_rates", |data| file("pricing/fx.toml", data, parse::exchange_rates)),
    ("git_output", git_output::read),
    ("import", imports::answer),
    ("manifest", |data| file("stages/1-test.yaml", data, parse::manifest)),
    ("metrics", files::metrics),
    ("price_sheet", files::price_sheet),
    ("project", files::project),
    ("runbook", |data| file("runbooks/fuzzed.yaml", data, parse::runbook)),
    ("scenario", |data| file("scenarios/fuzzed.yaml", data, parse::scenario)),
    ("settings", |data| file("costplan.toml", data, parse::project)),
    ("snapshot", |data| file(files::SNAPSHOT, data, parse::snapshot)),
    ("technique", |data| file("techniques/fuzzed.yaml", data, parse::technique)),
];

/// Runs a target.
///
/// # Panics
/// If costplan breaks a promise.
pub fn run(name: &str, data: &[u8]) {
    let (_, run) = TARGETS.iter().find(|(other, _)| *other == name).expect("the name of a target");
    run(data);
}
