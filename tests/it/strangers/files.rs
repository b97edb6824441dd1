//! Whatever the files of a project name is a regular file of the project.

#![cfg(unix)]

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::project::{HEAD, costplan, project};
use costplan::app::{self, Request};
use costplan::diagnostic::{Code, Failure};
use costplan::workspace::{Validated, Workspace};
use tempfile::TempDir;

const SECRET: &str = "ghp_SECRET";

/// A project, in a directory next to a file with a secret.
struct Checkout {
    around: TempDir,
}

impl Checkout {
    fn new(settings: &str) -> Self {
        let stage = format!("{HEAD}line_items:\n  - {{ name: Server, category: compute, sku: hetzner/cx23 }}\n");
        let around = project(&[
            ("secret", SECRET),
            ("p/costplan.toml", &format!("version = 1\n{settings}")),
            ("p/stages/1-test.yaml", &stage),
            ("p/.git/config", SECRET),
        ]);
        Self { around }
    }

    fn at(&self, path: &str) -> PathBuf {
        self.around.path().join("p").join(path)
    }

    fn link(self, path: &str, to: impl AsRef<Path>) -> Self {
        fs::create_dir_all(self.at(path).parent().unwrap()).unwrap();
        symlink(to, self.at(path)).unwrap();
        self
    }

    fn validated(&self) -> Result<Validated, Failure> {
        let mut workspace = Workspace::open(Some(&self.at("")))?;
        app::validate(&mut workspace, &Request::on("2026-11-24".parse().unwrap()))
    }

    /// Checks that it is refused with a code, and that no message of any command quotes the secret.
    fn is_refused(&self, code: Code) {
        let failure = self.validated().unwrap_err();
        assert!(failure.diagnostics.iter().any(|problem| problem.code == code), "{:?}", failure.diagnostics);
        for arguments in [&["validate"][..], &["check"], &["stage", "1"], &["snapshot", "--update"], &["forecast"]] {
            let output = costplan(&self.at(""), arguments);
            let text = [output.stdout, output.stderr].concat();
            assert!(!String::from_utf8_lossy(&text).contains(SECRET), "{arguments:?}");
        }
    }
}

#[test]
fn a_link_leads_to_a_file_of_the_project_or_is_an_error() {
    let outside = Checkout::new("");
    let secret = outside.around.path().join("secret");
    outside.link("stages/2-y.yaml", secret).is_refused(Code::OutsideOfProject);
    for (path, to) in [
        ("stages/2-y.yaml", "../../secret"),
        ("stages/2-y.yaml", "/proc/self/environ"),
        ("scenarios/y.yaml", "../../secret"),
        ("pricing/hetzner.toml", "../../secret"),
        ("pricing/hetzner.toml", "../.git/config"),
        ("pricing/fx.toml", "../.git/config"),
        ("techniques", ".git"),
        ("runbooks", ".."),
        ("checklists/x.yaml", "../../p/../secret"),
        ("costplan.snapshot.yaml", "../secret"),
        ("budget.yaml", "../secret"),
    ] {
        Checkout::new("").link(path, to).is_refused(Code::OutsideOfProject);
    }
    // `costplan.toml` itself.
    let project = Checkout::new("");
    fs::remove_file(project.at("costplan.toml")).unwrap();
    project.link("costplan.toml", "../secret").is_refused(Code::OutsideOfProject);
}

#[test]
fn a_path_of_the_settings_stays_in_the_project() {
    for settings in [
        "[paths]\nstages = \"..\"\n",
        "[paths]\npricing = \"stages/../../\"\n",
        "[paths]\nscenarios = \"/etc\"\n",
        "[paths]\nrunbooks = \".git\"\n",
        "[paths]\nrunbooks = \".GIT\"\n",
        "[forecast]\ncustomers_file = \"../secret\"\n",
        "[forecast]\ncustomers_file = \".git/config\"\n",
        "[paths]\nsnapshot = \"../secret\"\n",
        "[paths]\nsnapshot = \"../new/folder/file\"\n",
        "[paths]\nsnapshot = \"new/../../file\"\n",
        "[paths]\nsnapshot = \"/elsewhere/snapshot\"\n",
        "[paths]\nsnapshot = \".git/hooks/post-checkout\"\n",
    ] {
        let checkout = Checkout::new(settings);
        // There is no `.GIT` where names differ by case.
        let is_there = !settings.contains(".GIT") || checkout.at(".GIT").exists();
        checkout.is_refused(if is_there { Code::OutsideOfProject } else { Code::FileNotReadable });
        let names = |path: &Path| fs::read_dir(path).unwrap().count();
        assert_eq!(names(checkout.around.path()), 2, "{settings}");
        assert_eq!(names(&checkout.at(".git")), 1, "{settings}");
    }
}

#[test]
fn a_link_within_the_project_is_followed() {
    let checkout = Checkout::new("[paths]\npricing = \"prices\"\n").link("prices", "data/sheets");
    fs::create_dir_all(checkout.at("data/sheets")).unwrap();
    let of_vendor = include_str!("../../everything/v.toml");
    fs::write(checkout.at("data/v.toml"), of_vendor).unwrap();
    let checkout = checkout.link("data/sheets/v.toml", "../v.toml").link("stages/2-again.yaml", "1-test.yaml");
    let twice = checkout.validated().unwrap_err().diagnostics;
    assert!(twice.iter().all(|problem| problem.code == Code::DuplicateName), "{twice:?}");
    fs::remove_file(checkout.at("stages/2-again.yaml")).unwrap();
    checkout.validated().unwrap();
    // A snapshot is written where the link leads.
    let checkout = checkout.link("costplan.snapshot.yaml", "data/snapshot.yaml");
    fs::write(checkout.at("data/snapshot.yaml"), "").unwrap();
    assert!(costplan(&checkout.at(""), &["snapshot", "--update"]).status.success());
    assert!(fs::read_to_string(checkout.at("data/snapshot.yaml")).unwrap().contains("version: "));
}

#[test]
fn a_link_that_leads_nowhere_or_in_circles_is_an_error() {
    Checkout::new("").link("stages/2-y.yaml", "gone.yaml").is_refused(Code::FileNotReadable);
    Checkout::new("").link("stages/2-y.yaml", "2-y.yaml").is_refused(Code::FileNotReadable);
    // Not a place where a snapshot could be written, either.
    Checkout::new("").link("costplan.snapshot.yaml", "../gone.yaml").is_refused(Code::OutsideOfProject);
}

#[test]
fn a_pipe_or_a_device_is_not_waited_for() {
    let checkout = Checkout::new("[forecast]\ncustomers_file = \"pipe.csv\"\n");
    for path in ["pipe.csv", "stages/2-pipe.yaml", "pricing/hetzner.toml"] {
        fs::create_dir_all(checkout.at(path).parent().unwrap()).unwrap();
        assert!(Command::new("mkfifo").arg(checkout.at(path)).status().unwrap().success());
        checkout.is_refused(Code::NotAFile);
    }
    // One that is typed is not waited for, either.
    let output = costplan(&checkout.at(""), &["diff", "pipe.csv", "."]);
    assert_eq!(output.status.code(), Some(2));
}
