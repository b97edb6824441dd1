//! The example of continuous integration, in a real repository: a change of price, of quantity, of rate and of model, each
//! with its cause and with the exit codes of a job; and the files that a job is made of.

#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Output;

use crate::project::{PROGRAM, ci_script, commit, costplan, git, root, write};
use serde::Deserialize;
use tempfile::TempDir;

/// The project of the example below `infra` in a repository, with price sheets of its own, so that they can change, and with
/// its snapshot. The day is settled, so that prices stay what they are.
fn repository() -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    let example = root().join("examples/ci/project");
    for file in ["costplan.toml", "stages/1-start.yaml", "stages/2-growth.yaml"] {
        write(directory.path(), &format!("infra/{file}"), fs::read(example.join(file)).unwrap());
    }
    for file in ["hetzner.toml", "fx.toml"] {
        write(directory.path(), &format!("infra/pricing/{file}"), fs::read(root().join("pricing").join(file)).unwrap());
    }
    let settings = directory.path().join("infra/costplan.toml");
    let text = fs::read_to_string(&settings).unwrap();
    fs::write(&settings, format!("{text}\n[defaults]\nas_of = \"2026-11-24\"\n")).unwrap();
    let update = costplan(directory.path(), &["snapshot", "--update", "--project", "infra"]);
    assert!(update.status.success(), "{}", String::from_utf8_lossy(&update.stderr));
    git(directory.path(), &["init", "-q", "-b", "main"]);
    commit(directory.path(), "first");
    directory
}

/// Changes a text that occurs once in a file of the project.
fn change(directory: &TempDir, file: &str, from: &str, to: &str) {
    let path = directory.path().join("infra").join(file);
    let text = fs::read_to_string(&path).unwrap();
    assert_eq!(text.matches(from).count(), 1, "{from} in {file}");
    fs::write(&path, text.replace(from, to)).unwrap();
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

/// The causes by which stage 1 costs something else at ten customers than at a revision.
fn causes(directory: &TempDir, base: &str) -> Vec<String> {
    let output = costplan(directory.path(), &["diff", base, "--project", "infra", "--format", "csv"]);
    assert_eq!(code(&output), 0, "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let of_total = text.lines().filter_map(|row| row.strip_prefix(",1,10,10,,"));
    of_total.map(|row| row.split(',').collect::<Vec<_>>()).map(|row| format!("{} {}", row[0], row[3])).collect()
}

/// The exit codes of `check`, `snapshot --check`, and of the script of a job.
fn codes(directory: &TempDir) -> [i32; 3] {
    let check = costplan(directory.path(), &["check", "--project", "infra"]);
    let snapshot = costplan(directory.path(), &["snapshot", "--check", "--project", "infra"]);
    [code(&check), code(&snapshot), code(&script(directory, &[], &[]))]
}

/// Runs the script of a job, compared with the last commit, and leaves the text in `costs.md`.
fn script(directory: &TempDir, arguments: &[&str], environment: &[(&str, &str)]) -> Output {
    let mut command = ci_script(directory.path());
    command.args(["--project", "infra", "--base", "git:HEAD", "--comment", "costs.md"]).args(arguments);
    command.envs(environment.iter().copied()).output().unwrap()
}

fn text(directory: &TempDir) -> String {
    fs::read_to_string(directory.path().join("costs.md")).unwrap()
}

#[test]
fn nothing_changed() {
    let directory = repository();
    assert_eq!(causes(&directory, "git:HEAD"), [""; 0]);
    assert_eq!(codes(&directory), [0, 0, 0]);
    assert!(text(&directory).starts_with("<!-- costplan infra -->\n"), "{}", text(&directory));
}

#[test]
fn a_change_of_price() {
    let directory = repository();
    // An hour is 0.0063, and a month at most 3.85; now it is at most 4.35, and 730 hours would be 5.11.
    change(&directory, "pricing/hetzner.toml", "price = 0.0063\ncap = 3.85", "price = 0.0070\ncap = 4.35");
    assert_eq!(causes(&directory, "git:HEAD"), ["all 0.50", "price 0.50"]);
    assert_eq!(codes(&directory), [0, 1, 1], "the snapshot is out of date");
    assert!(text(&directory).contains("| Price | +0.50 |"), "{}", text(&directory));
    assert!(text(&directory).contains("## The snapshot is out of date"), "{}", text(&directory));
    let update = costplan(directory.path(), &["snapshot", "--update", "--project", "infra"]);
    assert_eq!(code(&update), 0);
    assert_eq!(codes(&directory), [0, 0, 0]);
    // The snapshot of before is in the revision, and the revision can be compared after the commit too.
    commit(directory.path(), "dearer");
    assert_eq!(causes(&directory, "git:HEAD"), [""; 0]);
    assert_eq!(causes(&directory, "git:HEAD~1"), ["all 0.50", "price 0.50"]);
}

#[test]
fn a_change_of_quantity() {
    let directory = repository();
    change(&directory, "stages/1-start.yaml", "    sku: hetzner/cpx11\n", "    sku: hetzner/cpx11\n    quantity: 2\n");
    assert_eq!(causes(&directory, "git:HEAD"), ["all 3.85", "usage 3.85"]);
    assert_eq!(codes(&directory), [0, 1, 1]);
    assert!(text(&directory).contains("| Quantity and usage | +3.85 |"), "{}", text(&directory));
}

#[test]
fn a_change_of_rate() {
    let directory = repository();
    // 15 USD at 1.08 are 13.888888888889 EUR, and at 1.20 they are 12.50.
    change(&directory, "pricing/fx.toml", "rate = 1.08", "rate = 1.20");
    assert_eq!(causes(&directory, "git:HEAD"), ["all -1.388888888889", "exchange_rate -1.388888888889"]);
    assert_eq!(codes(&directory), [0, 1, 1]);
}

#[test]
fn a_change_of_model() {
    let directory = repository();
    // Ten customers have 40 GB, which were included; 0.04 TB at 1.00.
    let sheet = directory.path().join("infra/pricing/hetzner.toml");
    let text = fs::read_to_string(&sheet).unwrap();
    let (before, after) = text.split_once("[skus.cpx11]").unwrap();
    fs::write(&sheet, format!("{before}[skus.cpx11]{}", after.replacen("\"20 TiB * quantity\"", "0", 1))).unwrap();
    assert_eq!(causes(&directory, "git:HEAD"), ["all 0.04", "model 0.04"]);
    assert_eq!(codes(&directory), [0, 1, 1]);
}

#[test]
fn a_budget_that_is_broken_and_an_input_that_is_wrong_are_told_apart() {
    let directory = repository();
    change(&directory, "stages/1-start.yaml", "    sku: hetzner/cpx11\n", "    sku: hetzner/cpx11\n    quantity: 20\n");
    assert_eq!(codes(&directory), [1, 1, 1]);
    assert!(text(&directory).contains("fail"), "{}", text(&directory));
    change(&directory, "stages/1-start.yaml", "quantity: 20", "quantity: many");
    assert_eq!(codes(&directory), [2, 2, 2]);
    let output = script(&directory, &[], &[]);
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(stderr.contains("could not be run: check snapshot diff"), "{stderr}");
    assert!(text(&directory).contains("unknown name `many`"), "{}", text(&directory));
}

#[test]
fn a_job_on_github_gets_annotations_a_summary_and_outputs() {
    let directory = repository();
    change(&directory, "stages/1-start.yaml", "    sku: hetzner/cpx11\n", "    sku: hetzner/cpx11\n    quantity: 20\n");
    let environment = [("GITHUB_ACTIONS", "true"), ("GITHUB_OUTPUT", "outputs"), ("GITHUB_STEP_SUMMARY", "summary")];
    let output = script(&directory, &["--threshold", "1%"], &environment);
    assert_eq!(code(&output), 1);
    let log = String::from_utf8(output.stdout).unwrap();
    assert!(log.contains("::error title=costplan%3A monthly-budget,file=infra/stages/1-start.yaml,line="), "{log}");
    assert!(log.contains("::error title=costplan::failed: check snapshot"), "{log}");
    let read = |name: &str| fs::read_to_string(directory.path().join(name)).unwrap();
    assert_eq!(read("outputs"), "body-path=costs.md\nfailed=true\n");
    assert_eq!(read("summary"), read("costs.md"));
    assert_eq!(read("costs.md").matches("<!-- costplan").count(), 1, "one line finds the comment again");
}

#[test]
fn a_pull_request_that_adds_the_project_has_nothing_to_compare_with() {
    let directory = tempfile::tempdir().unwrap();
    git(directory.path(), &["init", "-q", "-b", "main"]);
    commit(directory.path(), "nothing yet");
    let other = repository();
    fs::rename(other.path().join("infra"), directory.path().join("infra")).unwrap();
    let output = script(&directory, &[], &[]);
    assert_eq!(code(&output), 0, "{}", String::from_utf8_lossy(&output.stderr));
    assert!(text(&directory).contains("The base contains no project yet"), "{}", text(&directory));
}

#[test]
fn the_working_tree_is_left_alone() {
    let directory = repository();
    change(&directory, "stages/1-start.yaml", "cost: 15 USD", "cost: 16 USD");
    let before = git(directory.path(), &["status", "--porcelain"]);
    causes(&directory, "git:HEAD");
    assert_eq!(git(directory.path(), &["status", "--porcelain"]), before);
    assert_eq!(git(directory.path(), &["stash", "list"]), "");
}

#[test]
fn a_hook_of_git_compares_the_project_of_its_own_worktree() {
    let directory = repository();
    let outer = tempfile::tempdir().unwrap();
    let worktree = outer.path().join("worktree");
    git(directory.path(), &["worktree", "add", "-q", worktree.to_str().unwrap()]);
    // git sets `GIT_DIR` here, for a repository that has no prefix.
    let hook = format!(
        "#!/bin/sh\necho \"${{GIT_DIR:?}}\" > hook.txt\nexec '{PROGRAM}' diff --all git:HEAD --project infra >> hook.txt 2>&1\n"
    );
    let path = directory.path().join(".git/hooks/pre-commit");
    write(directory.path(), ".git/hooks/pre-commit", hook);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    let manifest = worktree.join("infra/stages/1-start.yaml");
    let text = fs::read_to_string(&manifest).unwrap();
    fs::write(&manifest, text.replace("cost: 15 USD", "cost: 16 USD")).unwrap();
    commit(&worktree, "second");
    let told = fs::read_to_string(worktree.join("hook.txt")).unwrap();
    assert!(told.contains("Price                     +0.93"), "{told}");
}

/// What the test reads of an action, or of a workflow.
#[derive(Debug, Deserialize)]
struct Action {
    name: String,
    runs: Runs,
}

#[derive(Debug, Deserialize)]
struct Runs {
    using: String,
    steps: Vec<Step>,
}

#[derive(Debug, Deserialize)]
struct Step {
    shell: String,
    run: String,
}

#[derive(Debug, Deserialize)]
struct Hook {
    id: String,
    entry: String,
    args: Vec<String>,
    language: String,
    pass_filenames: bool,
    always_run: bool,
}

#[test]
fn the_action_puts_nothing_that_is_given_into_a_script() {
    let text = fs::read_to_string(root().join("action.yml")).unwrap();
    let action: Action = serde_yaml::from_str(&text).unwrap();
    assert_eq!((&*action.name, &*action.runs.using), ("costplan", "composite"));
    assert_eq!(action.runs.steps.len(), 2);
    for step in action.runs.steps {
        assert_eq!(step.shell, "bash");
        assert!(!step.run.contains("${{"), "what is given would be a part of the script: {}", step.run);
    }
}

#[test]
fn the_hooks_are_commands_that_there_are() {
    let text = fs::read_to_string(root().join(".pre-commit-hooks.yaml")).unwrap();
    let hooks: Vec<Hook> = serde_yaml::from_str(&text).unwrap();
    assert_eq!(hooks.len(), 3);
    let directory = repository();
    for hook in hooks {
        assert_eq!(hook.language, "system", "{}", hook.id);
        // Otherwise a commit that only deletes files would not be looked at.
        assert!(hook.always_run && !hook.pass_filenames, "{}", hook.id);
        // The bundled plan is not what is committed.
        assert_eq!(hook.args, ["--project=."], "{}", hook.id);
        let words: Vec<&str> = hook.entry.split(' ').skip(1).chain(["--project", "infra"]).collect();
        assert_eq!(code(&costplan(directory.path(), &words)), 0, "{}", hook.entry);
    }
}

#[test]
fn the_examples_of_jobs_are_yaml() {
    for name in ["github.yml", "gitlab-ci.yml"] {
        let text = fs::read_to_string(root().join("examples/ci").join(name)).unwrap();
        let read: Result<serde_json::Value, _> = serde_yaml::from_str(&text);
        assert!(read.is_ok(), "{name}: {:?}", read.err());
        assert!(text.contains("costplan"), "{name}");
    }
}
