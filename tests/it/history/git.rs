//! A project at a revision of git: real repositories in temporary directories, and what is in them at each commit.
//!
//! git is needed. Without it the tests fail and say so.

#![cfg(unix)]

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::project::{HEAD, commit, git, project, write};
use costplan::calculate;
use costplan::calculate::Unobserved;
use costplan::diagnostic::{Code, Diagnostic, Failure};
use costplan::model::{Inputs, Revenue};
use costplan::resolve::Request;
use costplan::workspace::{Selection, Workspace};
use tempfile::TempDir;

/// Marks a test that runs again, in a process of its own.
const AGAIN: &str = "COSTPLAN_TEST_AGAIN";

/// A stage that costs so many dollars a month.
fn stage(cost: &str) -> String {
    format!("{HEAD}line_items:\n  - {{ name: Data, category: database, cost: {cost} }}\n")
}

/// A repository with one commit.
fn repository(files: &[(&str, &str)]) -> TempDir {
    let directory = project(files);
    git(directory.path(), &["init", "-q", "-b", "main"]);
    commit(directory.path(), "first");
    directory
}

/// A repository in which the one stage costs 10, and 20 since the last commit.
fn two_commits() -> TempDir {
    let directory = repository(&[("stages/1-test.yaml", &stage("10"))]);
    write(directory.path(), "stages/1-test.yaml", stage("20"));
    commit(directory.path(), "second");
    directory
}

fn open(directory: &Path, revision: &str) -> Result<Workspace, Failure> {
    Workspace::open_at(Some(directory), revision)
}

/// What stage 1 costs in an open project.
fn cost_in(workspace: &mut Workspace) -> Result<String, Vec<Diagnostic>> {
    let (stage, _) = workspace.stage("1", &Request::on("2026-11-24".parse().unwrap()))?;
    let inputs = Inputs { customers: 10, revenue: Revenue::Unknown };
    let costing = calculate::stage(&stage, inputs, &mut Unobserved)?;
    Ok(costing.totals.subtotal_exact.normalize().to_string())
}

/// What stage 1 costs at a revision.
fn cost(directory: &Path, revision: &str) -> String {
    let mut workspace = open(directory, revision).unwrap_or_else(|failure| panic!("{revision}: {failure:?}"));
    cost_in(&mut workspace).unwrap_or_else(|problems| panic!("{revision}: {problems:?}"))
}

/// What is wrong with a project that cannot be opened, or whose stage 1 cannot be read.
fn problem(directory: &Path, revision: &str) -> Diagnostic {
    let problems = match open(directory, revision) {
        Ok(mut workspace) => cost_in(&mut workspace).unwrap_err(),
        Err(failure) => failure.diagnostics,
    };
    let [problem] = &problems[..] else { panic!("{problems:?}") };
    problem.clone()
}

/// The message and the help of a problem with a code.
fn said(problem: &Diagnostic, code: Code) -> (String, String) {
    assert_eq!(problem.code, code, "{problem:?}");
    (problem.message.clone(), problem.help.clone().unwrap_or_default())
}

/// Runs a test of this module in a process of its own; gives `true` in that process.
fn again(test: &str, change: impl FnOnce(&mut Command)) -> bool {
    if std::env::var_os(AGAIN).is_some() {
        return true;
    }
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", &format!("history::git::{test}"), "--nocapture"]).env(AGAIN, "1");
    change(&mut command);
    let run = command.output().unwrap();
    let told = String::from_utf8_lossy(&run.stdout);
    assert!(run.status.success() && told.contains("1 passed"), "{told}{}", String::from_utf8_lossy(&run.stderr));
    false
}

#[test]
fn every_way_to_name_a_commit_is_understood() {
    let directory = two_commits();
    let at = directory.path();
    git(at, &["tag", "v1.0", "HEAD~1"]);
    git(at, &["tag", "-a", "signed-off", "-m", "a tag with a message", "HEAD~1"]);
    git(at, &["branch", "feature/cheaper", "HEAD~1"]);
    let full = git(at, &["rev-parse", "HEAD~1"]);
    for name in ["HEAD", "main", "refs/heads/main", "@"] {
        assert_eq!(cost(at, name), "20", "{name}");
    }
    for name in ["HEAD~1", "HEAD^", "v1.0", "signed-off", "feature/cheaper", full.trim(), &full[..12], "main@{1}"] {
        assert_eq!(cost(at, name), "10", "{name}");
    }
}

#[test]
fn the_working_tree_is_neither_read_nor_touched() {
    let directory = two_commits();
    let at = directory.path();
    write(at, "stages/1-test.yaml", stage("30"));
    write(at, "stages/2-new.yaml", "this is not even YAML: [");
    write(at, "costplan.toml", "neither is this");
    let before = git(at, &["status", "--porcelain"]);
    let index = fs::metadata(at.join(".git/index")).unwrap().modified().unwrap();
    assert_eq!(cost(at, "HEAD"), "20");
    assert_eq!(cost(at, "HEAD~1"), "10");
    assert_eq!(fs::metadata(at.join(".git/index")).unwrap().modified().unwrap(), index);
    assert_eq!(git(at, &["status", "--porcelain"]), before);
    assert_eq!(fs::read_to_string(at.join("stages/1-test.yaml")).unwrap(), stage("30"));
    // What is staged is not committed either.
    git(at, &["add", "stages/1-test.yaml"]);
    assert_eq!(cost(at, "HEAD"), "20");
}

#[test]
fn what_was_removed_since_is_still_there() {
    let directory = repository(&[("plans/shop/stages/1-test.yaml", &stage("10"))]);
    let at = directory.path();
    fs::remove_file(at.join("plans/shop/stages/1-test.yaml")).unwrap();
    assert_eq!(cost(&at.join("plans/shop"), "HEAD"), "10");
    // Also with its directories, and if a file is in their place.
    fs::remove_dir_all(at.join("plans")).unwrap();
    assert_eq!(cost(&at.join("plans/shop"), "HEAD"), "10");
    write(at, "plans", "a file");
    assert_eq!(cost(&at.join("plans/shop"), "HEAD"), "10");
    assert_eq!(cost(&at.join("gone/../plans/./shop"), "HEAD"), "10");
}

#[test]
fn paths_of_the_settings_stay_in_the_project() {
    let directory = repository(&[
        ("costplan.toml", "version = 1\n[paths]\nstages = \"plans\"\nscenarios = \"../shared/scenarios\"\n"),
        ("plans/1-test.yaml", &stage("10")),
    ]);
    let at = directory.path();
    let problem = open(at, "HEAD").unwrap().scenario("busy").unwrap_err().diagnostics.remove(0);
    let (message, _) = said(&problem, Code::OutsideOfProject);
    assert_eq!(message, "`git:HEAD:../shared/scenarios` leads out of the project");
    // Neither is one read that stays in the repository.
    let nested = repository(&[
        ("shop/costplan.toml", "version = 1\n[paths]\nstages = \"plans\"\nscenarios = \"../shared/scenarios\"\n"),
        ("shop/plans/1-test.yaml", &stage("10")),
        ("shared/scenarios/busy.yaml", "version: 1\nname: Busy\n"),
    ]);
    let mut workspace = open(&nested.path().join("shop"), "HEAD").unwrap();
    said(&workspace.scenario("busy").unwrap_err().diagnostics[0], Code::OutsideOfProject);
    assert_eq!(cost_in(&mut workspace).unwrap(), "10");
}

#[test]
fn an_own_price_sheet_comes_from_the_revision() {
    let fx = |rate: &str| {
        format!(
            "version = 1\n\n[[rates]]\nfrom = \"EUR\"\nto = \"USD\"\nrate = {rate}\n\
             effective_from = 2025-01-01\nsource = \"assumed\"\n"
        )
    };
    let euros = "version: 1\nstage: 1\nname: Test\ncustomers: 0..100\ncurrency: USD\n\
                 line_items:\n  - { name: Data, category: database, cost: 10 EUR }\n";
    let directory = repository(&[("stages/1-test.yaml", euros), ("pricing/fx.toml", &fx("1.5"))]);
    let at = directory.path();
    write(at, "pricing/fx.toml", fx("2"));
    commit(at, "second");
    fs::remove_dir_all(at.join("pricing")).unwrap();
    // 10 EUR at 1.5 and at 2.
    assert_eq!(cost(at, "HEAD~1"), "15");
    assert_eq!(cost(at, "HEAD"), "20");
}

#[test]
fn messages_name_the_revision_and_the_path_in_the_project() {
    let directory = repository(&[("shop/stages/1-test.yaml", &stage("ten"))]);
    let mut workspace = open(&directory.path().join("shop"), "main").unwrap();
    let problems = cost_in(&mut workspace).unwrap_err();
    let span = problems[0].labels[0].span;
    assert_eq!(workspace.sources.origin(span), "git:main:stages/1-test.yaml:7");
}

#[test]
fn names_with_spaces_and_letters_of_all_languages_are_read() {
    let directory = repository(&[
        ("Pläne für Ünïcode/stages/1-größe \"x\".yaml", &stage("10")),
        ("Pläne für Ünïcode/stages/.hidden.yaml", "[ not yaml"),
        ("Pläne für Ünïcode/stages/notes.txt", "nothing"),
        ("Pläne für Ünïcode/stages/old/1-test.yaml", "[ not yaml"),
    ]);
    let at = directory.path().join("Pläne für Ünïcode");
    assert_eq!(cost(&at, "HEAD"), "10");
    let mut workspace = open(&at, "HEAD").unwrap();
    let stages = workspace.stages(Selection::all(), &Request::on("2026-11-24".parse().unwrap())).unwrap();
    assert_eq!(stages.len(), 1);
    let name = workspace.sources.name(stages[0].0.customers.span.file);
    assert_eq!(name, "git:HEAD:stages/1-größe \"x\".yaml");
}

#[test]
fn texts_are_read_as_they_were_committed() {
    let directory = repository(&[("stages/1-test.yaml", "")]);
    let at = directory.path();
    write(at, "stages/1-test.yaml", stage("10").replace('\n', "\r\n"));
    write(at, ".gitattributes", "*.yaml -text\n");
    commit(at, "line breaks of Windows");
    let mut workspace = open(at, "HEAD").unwrap();
    assert_eq!(cost_in(&mut workspace).unwrap(), "10");
    let (stage, _) = workspace.stage("1", &Request::on("2026-11-24".parse().unwrap())).unwrap();
    assert!(workspace.sources.text(stage.customers.span.file).contains("\r\n"));
    // "ab" and a newline are three bytes, and the next one starts no character.
    write(at, "stages/1-test.yaml", b"ab\n\xff\x00\n");
    commit(at, "bytes");
    let (message, _) = said(&problem(at, "HEAD"), Code::NotUtf8);
    assert_eq!(message, "`git:HEAD:stages/1-test.yaml` is not UTF-8: byte 3, on line 2, starts no character");
}

#[test]
fn many_files_are_read_one_after_the_other() {
    let directory = repository(&[]);
    let at = directory.path();
    for number in 1..=300 {
        let text = stage(&number.to_string());
        let text = text.replace("stage: 1\nname: Test", &format!("stage: {number}\nname: Stage {number}"));
        write(at, &format!("stages/{number}.yaml"), text);
    }
    commit(at, "many");
    let stages =
        open(at, "HEAD").unwrap().stages(Selection::all(), &Request::on("2026-11-24".parse().unwrap())).unwrap();
    let numbers: Vec<u32> = stages.iter().map(|(stage, _)| stage.id).collect();
    assert_eq!(numbers, (1..=300).collect::<Vec<u32>>());
}

#[test]
fn what_is_too_large_is_refused_and_the_next_file_is_read() {
    let directory = repository(&[("stages/1-test.yaml", &stage("10"))]);
    let at = directory.path();
    // One byte more than 32 MiB.
    fs::create_dir_all(at.join("scenarios")).unwrap();
    fs::File::create(at.join("scenarios/big.yaml")).unwrap().set_len(33_554_433).unwrap();
    commit(at, "large");
    let mut workspace = open(at, "HEAD").unwrap();
    let (message, _) = said(&workspace.scenario("big").unwrap_err().diagnostics[0], Code::FileTooLarge);
    assert_eq!(message, "`git:HEAD:scenarios/big.yaml` has 33554433 bytes, and costplan reads at most 33554432");
    assert_eq!(cost_in(&mut workspace).unwrap(), "10");
}

#[test]
fn links_and_submodules_are_not_followed() {
    let directory = repository(&[("elsewhere/1-test.yaml", &stage("10")), ("a/stages/2-other.yaml", &stage("1"))]);
    let at = directory.path();
    std::os::unix::fs::symlink("../../elsewhere/1-test.yaml", at.join("a/stages/1-test.yaml")).unwrap();
    fs::create_dir_all(at.join("b")).unwrap();
    std::os::unix::fs::symlink("../elsewhere", at.join("b/stages")).unwrap();
    std::os::unix::fs::symlink("a", at.join("c")).unwrap();
    commit(at, "links");
    let (message, help) = said(&problem(&at.join("a"), "HEAD"), Code::NotAFile);
    assert_eq!(message, "`git:HEAD:stages/1-test.yaml` is a symbolic link");
    assert_eq!(help, "at a revision links are not followed: keep the file itself where the link is");
    let (message, _) = said(&problem(&at.join("b"), "HEAD"), Code::NotAFile);
    assert_eq!(message, "`git:HEAD:stages` is a symbolic link");
    // A link to the project on this disk leads to the directory of the repository that it means.
    let mut workspace = open(&at.join("c"), "HEAD").unwrap();
    assert_eq!(workspace.stage("2-other", &Request::on("2026-11-24".parse().unwrap())).unwrap().0.id, 1);
    // One that is left in the revision alone leads nowhere.
    fs::remove_file(at.join("c")).unwrap();
    let (message, _) = said(&problem(&at.join("c"), "HEAD"), Code::NotAFile);
    assert_eq!(message, "`git:HEAD:` is a symbolic link");
    let (message, _) = said(&problem(&at.join("c/stages"), "HEAD"), Code::NotAFile);
    assert_eq!(message, "`git:HEAD:/c` is a symbolic link");

    let module = two_commits();
    let path = module.path().to_str().unwrap();
    git(at, &["submodule", "add", "-q", path, "d/stages"]);
    commit(at, "a submodule");
    let (message, help) = said(&problem(&at.join("d"), "HEAD"), Code::NotAFile);
    assert_eq!(message, "`git:HEAD:stages` is a submodule");
    assert_eq!(help, "the files of a submodule are not in this repository");
}

#[test]
fn a_directory_or_nothing_where_a_file_should_be_is_told() {
    let directory = repository(&[("stages/1-test.yaml/readme", "nothing"), ("costplan.toml", "version = 1\n")]);
    let at = directory.path();
    let (message, _) = said(&problem(at, "HEAD"), Code::NotAFile);
    assert_eq!(message, "`git:HEAD:stages/1-test.yaml` is a directory");
    write(at, "costplan.toml", "version = 1\n[paths]\nstages = \"plans\"\n");
    commit(at, "no such directory");
    let (message, _) = said(&problem(at, "HEAD"), Code::FileNotReadable);
    assert_eq!(message, "`git:HEAD:plans` cannot be read: it does not exist");
    write(at, "plans", "a file");
    commit(at, "a file");
    let (message, _) = said(&problem(at, "HEAD"), Code::FileNotReadable);
    assert_eq!(message, "`git:HEAD:plans` is not a directory");
    fs::remove_file(at.join("plans")).unwrap();
    write(at, "plans/readme", "nothing");
    commit(at, "no manifest");
    let (message, _) = said(&problem(at, "HEAD"), Code::NoStages);
    assert_eq!(message, "`git:HEAD:plans` holds no stage manifest");
}

#[test]
fn a_revision_that_is_not_known_is_told() {
    let directory = two_commits();
    let at = directory.path();
    let (message, help) = said(&problem(at, "mian"), Code::UnknownRevision);
    assert_eq!(message, "there is no commit `mian`");
    assert_eq!(help, "did you mean `main`?");
    let file = format!("HEAD:{}", "stages/1-test.yaml");
    for unknown in ["HEAD~2", "0123456789", "HEAD~1..HEAD", "^main", "--all main", file.as_str(), "$(touch x)"] {
        assert_eq!(problem(at, unknown).code, Code::UnknownRevision, "{unknown}");
    }
    // Nothing that is typed becomes an option of git.
    let target = at.join("written");
    for odd in ["", "-", "--help", &format!("--output={}", target.display()), "main\nHEAD", "main\0"] {
        let (message, _) = said(&problem(at, odd), Code::UnknownRevision);
        assert!(message.ends_with("cannot be a revision"), "{message}");
    }
    assert!(!target.exists() && !at.join("x").exists());
}

#[test]
fn a_name_of_several_revisions_is_not_guessed() {
    let directory = two_commits();
    let at = directory.path();
    git(at, &["tag", "twice", "HEAD~1"]);
    git(at, &["branch", "twice", "HEAD"]);
    let (message, _) = said(&problem(at, "twice"), Code::UnknownRevision);
    assert_eq!(message, "`twice` means several revisions");
    assert_eq!(cost(at, "refs/tags/twice"), "10");
    assert_eq!(cost(at, "refs/heads/twice"), "20");
}

#[test]
fn a_shallow_clone_is_told_how_to_get_more() {
    let directory = two_commits();
    let clones = tempfile::tempdir().unwrap();
    let url = format!("file://{}", directory.path().display());
    git(clones.path(), &["clone", "-q", "--depth", "1", &url, "shallow"]);
    let shallow = clones.path().join("shallow");
    assert_eq!(cost(&shallow, "HEAD"), "20");
    let (message, help) = said(&problem(&shallow, "HEAD~1"), Code::UnknownRevision);
    assert_eq!(message, "there is no commit `HEAD~1`");
    assert!(help.contains("fetch-depth: 0"), "{help}");
}

#[test]
fn a_clone_that_lacks_files_fetches_nothing() {
    let directory = two_commits();
    git(directory.path(), &["config", "uploadpack.allowFilter", "true"]);
    let clones = tempfile::tempdir().unwrap();
    let url = format!("file://{}", directory.path().display());
    git(clones.path(), &["clone", "-q", "--filter=blob:none", &url, "part"]);
    let part = clones.path().join("part");
    assert_eq!(cost(&part, "HEAD"), "20");
    let (message, help) = said(&problem(&part, "HEAD~1"), Code::UnknownRevision);
    assert_eq!(message, "git cannot read `git:HEAD~1:stages/1-test.yaml`");
    assert!(help.contains("costplan fetches nothing"), "{help}");
}

#[test]
fn a_revision_without_the_project_is_told() {
    let directory = repository(&[("readme", "nothing")]);
    let at = directory.path();
    write(at, "shop/stages/1-test.yaml", stage("10"));
    commit(at, "second");
    assert_eq!(cost(&at.join("shop"), "HEAD"), "10");
    let (message, help) = said(&problem(&at.join("shop"), "HEAD~1"), Code::NotInRevision);
    assert_eq!(message, "`git:HEAD~1` holds no project in `shop`");
    assert!(help.contains("costplan.toml"), "{help}");
    // The bundled plan is not what was requested.
    let (message, _) = said(&problem(at, "HEAD"), Code::NotInRevision);
    assert_eq!(message, "`git:HEAD` holds no project");
}

#[test]
fn outside_of_a_repository_there_are_no_revisions() {
    let directory = project(&[("stages/1-test.yaml", &stage("10"))]);
    let (message, help) = said(&problem(directory.path(), "HEAD"), Code::NotARepository);
    assert_eq!(message, format!("`{}` is in no git repository", directory.path().display()));
    assert_eq!(help, "name a directory of a clone, or a snapshot");
    // A repository that git refuses to read is reported in its words.
    git(directory.path(), &["init", "-q", "-b", "main"]);
    write(directory.path(), ".git/config", "[core]\n\trepositoryformatversion = 99\n");
    let (message, _) = said(&problem(directory.path(), "HEAD"), Code::NotARepository);
    assert!(message.contains("Expected git repo version"), "{message}");
}

#[test]
fn without_git_a_revision_cannot_be_read() {
    let empty = tempfile::tempdir().unwrap();
    let name = "without_git_a_revision_cannot_be_read";
    if again(name, |command| {
        command.env("PATH", empty.path());
    }) {
        let directory = project(&[(".git/HEAD", "ref: refs/heads/main\n")]);
        let (message, help) = said(&problem(directory.path(), "HEAD"), Code::GitNotAvailable);
        assert_eq!(message, "`git` cannot be run: it is not on the PATH");
        assert_eq!(help, "install git, or name a directory or a snapshot instead");
    }
}

#[test]
fn the_project_around_the_working_directory_is_that_of_the_revision() {
    let directory = repository(&[
        ("shop/costplan.toml", "version = 1\n"),
        ("shop/stages/1-test.yaml", &stage("10")),
        ("shop/notes/deep/readme", "nothing"),
    ]);
    let at = directory.path();
    // Since then the settings have moved to the root.
    git(at, &["mv", "shop/costplan.toml", "costplan.toml"]);
    write(at, "stages/1-test.yaml", stage("20"));
    commit(at, "second");
    let name = "the_project_around_the_working_directory_is_that_of_the_revision";
    if again(name, |command| {
        command.current_dir(at.join("shop/notes/deep"));
    }) {
        let around = |revision: &str| cost_in(&mut Workspace::open_at(None, revision).unwrap()).unwrap();
        assert_eq!([around("HEAD~1"), around("HEAD")], ["10", "20"]);
    }
}

#[test]
fn stages_in_the_working_directory_are_a_project_also_without_settings() {
    let directory = two_commits();
    let name = "stages_in_the_working_directory_are_a_project_also_without_settings";
    if again(name, |command| {
        command.current_dir(directory.path());
    }) {
        assert_eq!(cost_in(&mut Workspace::open_at(None, "HEAD~1").unwrap()).unwrap(), "10");
    }
}

#[test]
fn the_commit_where_a_branch_left_another_is_understood() {
    let directory = repository(&[("stages/1-test.yaml", &stage("10"))]);
    let at = directory.path();
    git(at, &["checkout", "-q", "-b", "topic"]);
    write(at, "stages/1-test.yaml", stage("12"));
    commit(at, "topic");
    git(at, &["checkout", "-q", "main"]);
    write(at, "stages/2-more.yaml", stage("90").replace("stage: 1\nname: Test", "stage: 2\nname: More"));
    write(at, "stages/1-test.yaml", stage("30"));
    commit(at, "main moved on");
    for name in ["main...topic", "topic...main", "...topic", "topic..."] {
        assert_eq!(cost(at, name), "10", "{name}");
    }
    git(at, &["checkout", "-q", "topic"]);
    for name in ["main...HEAD", "main...", "...main", "refs/heads/main...@"] {
        assert_eq!(cost(at, name), "10", "{name}");
    }
    let diff = |arguments: &[&str]| {
        let output = crate::project::costplan(at, &[&["diff", "--format", "csv"], arguments].concat());
        String::from_utf8(output.stdout).unwrap()
    };
    // The branch adds 2, and removes neither stage 2 nor 20 of stage 1.
    let of_branch = diff(&["git:main...HEAD"]);
    assert!(of_branch.contains(",1,0,0,,all,10,12,2,"), "{of_branch}");
    assert!(!of_branch.lines().any(|row| row.starts_with(",2,")), "{of_branch}");
    let of_main = diff(&["git:main"]);
    assert!(of_main.contains(",1,0,0,,all,30,12,-18,"), "{of_main}");
    // Another branch is compared with itself and not with the working tree.
    git(at, &["checkout", "-q", "main"]);
    assert_eq!(diff(&["git:main...topic"]), of_branch);
    git(at, &["checkout", "-q", "--orphan", "apart"]);
    commit(at, "apart");
    let (message, help) = said(&problem(at, "main...apart"), Code::UnknownRevision);
    assert_eq!(message, "`main` and `apart` have no commit in common");
    assert_eq!(help, "name one of the two, or a branch with the same history");
    let (message, help) = said(&problem(at, "main..topic"), Code::UnknownRevision);
    assert_eq!(message, "`main..topic` is a range and not one revision");
    assert!(help.contains("`git:main...topic`") && help.contains("`git:main git:topic`"), "{help}");
}
