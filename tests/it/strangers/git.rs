//! A repository that a stranger plants is not read, and the settings of the right one start no program.

#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use crate::project::{HEAD, command, commit, git, json, project, write};
use tempfile::TempDir;

fn stage(cost: &str) -> String {
    format!("{HEAD}line_items:\n  - {{ name: Data, category: database, cost: {cost} }}\n")
}

/// A repository with a project in `infra`, which costs 10 on `origin/main` and 9999 since.
fn dearer() -> TempDir {
    let around = project(&[("repo/infra/stages/1-test.yaml", &stage("10"))]);
    let repo = around.path().join("repo");
    git(&repo, &["init", "-q", "-b", "main"]);
    commit(&repo, "base");
    git(&repo, &["update-ref", "refs/remotes/origin/main", "HEAD"]);
    write(&repo, "infra/stages/1-test.yaml", stage("9999"));
    commit(&repo, "dearer");
    around
}

/// What the stage costs before and after, as costplan sees it in a directory.
fn totals(directory: &Path, arguments: &[&str]) -> String {
    let shown = json(directory, &[&["diff", "git:origin/main", "--as-of", "2026-11-24"], arguments].concat());
    shown["stages"][0]["total"].to_string()
}

const HONEST: &str = r#"{"base":10,"head":9999}"#;

#[test]
fn files_that_look_like_a_repository_are_files() {
    let around = dearer();
    let repo = around.path().join("repo");
    assert_eq!(totals(&repo, &["--project", "infra"]), HONEST);
    // A bare repository with the same project, in which `origin/main` is the dearer commit.
    let bare = around.path().join("bare");
    git(around.path(), &["clone", "-q", "repo", "twin"]);
    let twin = around.path().join("twin");
    write(&twin, "stages/1-test.yaml", stage("9999"));
    commit(&twin, "the same project at the root");
    git(around.path(), &["clone", "-q", "--bare", "twin", "bare"]);
    git(&bare, &["update-ref", "refs/remotes/origin/main", "HEAD"]);
    git(&bare, &["pack-refs", "--all"]);
    fs::create_dir_all(bare.join("refs/heads")).unwrap();
    write(&bare, "refs/heads/.keep", "");
    write(&bare, "objects/info/alternates", around.path().join("twin/.git/objects").display().to_string());
    let canary = around.path().join("canary");
    write(&bare, "config", settings(&canary));
    for part in ["HEAD", "config", "objects", "refs", "packed-refs"] {
        run("cp", &["-r", &bare.join(part).to_string_lossy(), &repo.join("infra").to_string_lossy()]);
    }
    commit(&repo, "looks harmless");
    assert_eq!(totals(&repo, &["--project", "infra"]), HONEST);
    assert_eq!(totals(&repo.join("infra"), &[]), HONEST);
    assert!(!canary.exists());
}

#[test]
fn no_setting_of_a_repository_starts_a_program() {
    let around = dearer();
    let repo = around.path().join("repo");
    assert_eq!(totals(&repo, &["--project", "infra"]), HONEST);
    let canary = around.path().join("canary");
    write(&repo, ".gitattributes", "* filter=run diff=run\n");
    write(&repo, ".gitmodules", "[submodule \"infra/m\"]\n path = infra/m\n url = /nowhere\n update = !touch canary\n");
    commit(&repo, "attributes");
    write(&repo, ".git/config", settings(&canary));
    assert_eq!(totals(&repo, &["--project", "infra"]), HONEST);
    assert!(!canary.exists());
}

#[test]
fn an_older_git_fetches_nothing_either() {
    let around = dearer();
    let repo = around.path().join("repo");
    let canary = around.path().join("canary");
    write(&repo, ".git/config", settings(&canary));
    write(&repo, ".git/refs/remotes/origin/main", format!("{}\n", "deadbeef".repeat(5)));
    // It does not know the variable with which a newer one is kept from fetching.
    let older = around.path().join("older");
    let real = run("sh", &["-c", "command -v git"]);
    write(&older, "git", format!("#!/bin/sh\nunset GIT_NO_LAZY_FETCH\nexec {} \"$@\"\n", real.trim()));
    fs::set_permissions(older.join("git"), fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:{}", older.display(), std::env::var("PATH").unwrap());
    let output =
        command(&repo).env("PATH", path).args(["diff", "git:origin/main", "--project", "infra"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(!canary.exists());
}

fn run(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output().unwrap();
    assert!(output.status.success(), "{program} {arguments:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// Settings of git that would each start a program, which makes a canary.
fn settings(canary: &Path) -> String {
    let run = format!("touch {}; false", canary.display());
    format!(
        "[core]\n repositoryformatversion = 1\n fsmonitor = \"{run}\"\n sshCommand = \"{run}\"\n askPass = \"{run}\"\n\
         \x20pager = \"{run}\"\n editor = \"{run}\"\n alternateRefsCommand = \"{run}\"\n\
         [extensions]\n partialClone = origin\n\
         [remote \"origin\"]\n url = /nowhere\n promisor = true\n uploadpack = \"{run}\"\n\
         [filter \"run\"]\n clean = \"{run}\"\n smudge = \"{run}\"\n\
         [diff \"run\"]\n textconv = \"{run}\"\n command = \"{run}\"\n\
         [credential]\n helper = \"!{run}\"\n[alias]\n rev-parse = \"!{run}\"\n cat-file = \"!{run}\"\n\
         [gpg]\n program = \"{run}\"\n"
    )
}
