//! Every diagnostic on an input that causes it: `tests/errors/<code>/` and `tests/errors/<code>--<variant>/`.
//!
//! A fixture has `args` (one argument a line), `project/` (the working directory of the run) and `stderr.txt` (what the
//! run prints, byte for byte). What cannot be kept as files is made by [`add_files`]. `COSTPLAN_UPDATE=1` writes
//! `stderr.txt` again: read the difference before you commit it.

#![cfg(unix)]

use crate::project::{command, root, workers};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Output;

use costplan::diagnostic::Code;
use tempfile::TempDir;

/// The day of every costing in the fixtures.
const AS_OF: &str = "2026-11-24";

/// A manifest up to its line items.
const MANIFEST_HEAD: &str = "version: 1\nstage: 1\nname: Test\ncustomers: 0..10\ncurrency: USD\n";

/// A list with one line item.
const LINE_ITEMS: &str = "line_items:\n  - { name: Backup, category: backup, cost: 10 }\n";

/// The codes of what is wrong with a repository, which no fixture can hold: `tests/it/history/git.rs` causes them.
const OF_REPOSITORIES: [Code; 4] =
    [Code::GitNotAvailable, Code::NotARepository, Code::UnknownRevision, Code::NotInRevision];

#[derive(Clone)]
struct Fixture {
    name: String,
    directory: PathBuf,
}

impl Fixture {
    /// The code that the run must report: the name up to `--`.
    fn code(&self) -> &str {
        self.name.split_once("--").map_or(&self.name, |(code, _)| code)
    }

    fn arguments(&self) -> Vec<String> {
        let text = fs::read_to_string(self.directory.join("args")).unwrap();
        let mut arguments: Vec<String> = text.lines().map(str::to_owned).collect();
        let costs = ["stage", "stages", "compare", "explain", "validate"];
        let dated = arguments.iter().any(|argument| argument == "--as-of");
        if !dated && arguments.iter().any(|argument| costs.contains(&argument.as_str())) {
            arguments.extend(["--as-of".to_owned(), AS_OF.to_owned()]);
        }
        arguments
    }

    /// Runs costplan in a copy of the fixture's project.
    fn run(&self) -> Output {
        let project = TempDir::new().unwrap();
        copy(&self.directory.join("project"), project.path());
        add_files(&self.name, project.path()).unwrap();
        command(project.path()).args(self.arguments()).output().unwrap()
    }

    /// What is wrong with a run; empty if it is as expected.
    fn complaints(&self, run: &Output) -> String {
        let mut wrong = String::new();
        let stderr = String::from_utf8_lossy(&run.stderr);
        if run.status.code() != Some(2) {
            writeln!(wrong, "{}: ends with {}", self.name, run.status).unwrap();
        }
        if !run.stdout.is_empty() {
            writeln!(wrong, "{}: writes to standard output", self.name).unwrap();
        }
        if !stderr.contains(&format!("error[{}]", self.code())) {
            writeln!(wrong, "{}: does not report `{}`", self.name, self.code()).unwrap();
        }
        if let Some(character) = stderr.chars().find(|&character| acts_on_a_terminal(character)) {
            writeln!(wrong, "{}: prints U+{:04X}", self.name, u32::from(character)).unwrap();
        }
        let expected = self.directory.join("stderr.txt");
        if std::env::var_os("COSTPLAN_UPDATE").is_some() {
            fs::write(&expected, &run.stderr).unwrap();
        } else if fs::read(&expected).unwrap_or_default() != run.stderr {
            writeln!(wrong, "{}: differs from {}\n{stderr}", self.name, expected.display()).unwrap();
        }
        wrong
    }
}

/// Whether a terminal would do something else with a character than print it.
fn acts_on_a_terminal(character: char) -> bool {
    let hides = matches!(character, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    hides || character.is_control() && character != '\n'
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    let Ok(entries) = fs::read_dir(from) else { return };
    for entry in entries {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).unwrap();
        }
    }
}

/// Makes what a fixture needs and a repository cannot hold well.
fn add_files(fixture: &str, project: &Path) -> io::Result<()> {
    let stages = project.join("stages");
    let manifest = stages.join("1-test.yaml");
    match fixture {
        "file-not-readable--circular-link" => circular_link(&stages, &manifest),
        "file-too-large" => sparse_file(&stages, &manifest),
        "invalid-toml--deep-nesting" => {
            let deep = format!("version = 1\ndefaults = {}{}\n", "[".repeat(10_000), "]".repeat(10_000));
            fs::write(project.join("costplan.toml"), deep)
        }
        "invalid-yaml--deep-blocks" => {
            let deep: String = (0..10_000).map(|_| "- ").collect();
            write(&stages, &manifest, &format!("{MANIFEST_HEAD}line_items:\n  {deep}x\n"))
        }
        "invalid-yaml--deep-nesting" => {
            let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
            write(&stages, &manifest, &format!("{MANIFEST_HEAD}line_items: {deep}\n"))
        }
        "invalid-yaml--text-alias-bomb" => {
            let text = "\\t".repeat(20_000);
            let aliases = "*t, ".repeat(20_000);
            write(
                &stages,
                &manifest,
                &format!("{MANIFEST_HEAD}summary: &t \"{text}\"\nruns: [{aliases}]\n{LINE_ITEMS}"),
            )
        }
        "no-stages--empty-directory" => fs::create_dir_all(stages),
        "not-a-file" => fs::create_dir_all(manifest),
        "outside-of-project--device" => device(&stages, &manifest),
        "too-many-files" => many_files(&stages),
        "too-many-names" => many_drivers(&stages, &manifest),
        _ => Ok(()),
    }
}

fn write(directory: &Path, file: &Path, text: &str) -> io::Result<()> {
    fs::create_dir_all(directory)?;
    fs::write(file, text)
}

/// A link to itself.
fn circular_link(stages: &Path, manifest: &Path) -> io::Result<()> {
    fs::create_dir_all(stages)?;
    std::os::unix::fs::symlink(manifest.file_name().unwrap_or_default(), manifest)
}

/// A link to a device.
fn device(stages: &Path, manifest: &Path) -> io::Result<()> {
    fs::create_dir_all(stages)?;
    std::os::unix::fs::symlink("/dev/null", manifest)
}

/// A file of 50 MB that takes no room.
fn sparse_file(stages: &Path, manifest: &Path) -> io::Result<()> {
    fs::create_dir_all(stages)?;
    fs::File::create(manifest)?.set_len(50_000_000)
}

/// One file under many names: many times faster to make than many files.
fn many_files(stages: &Path) -> io::Result<()> {
    fs::create_dir_all(stages)?;
    let first = stages.join("0.yaml");
    fs::File::create(&first)?;
    (1..=10_000).try_for_each(|number| fs::hard_link(&first, stages.join(format!("{number}.yaml"))))
}

/// One driver more than a stage may have.
fn many_drivers(stages: &Path, manifest: &Path) -> io::Result<()> {
    let drivers = (1..=1_001).fold(String::new(), |text, number| text + &format!("  driver_{number}: {number}\n"));
    write(stages, manifest, &format!("{MANIFEST_HEAD}drivers:\n{drivers}{LINE_ITEMS}"))
}

fn fixtures() -> Vec<Fixture> {
    let directory = root().join("tests/errors");
    let mut fixtures: Vec<Fixture> = fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| Fixture { name: entry.file_name().into_string().unwrap(), directory: entry.path() })
        .collect();
    fixtures.sort_by(|a, b| a.name.cmp(&b.name));
    fixtures
}

#[test]
fn every_fixture_fails_as_it_says() {
    let fixtures = fixtures();
    let wrong: String = std::thread::scope(|scope| {
        let part = |of: &[Fixture]| of.iter().map(|fixture| fixture.complaints(&fixture.run())).collect::<String>();
        let parts = fixtures.chunks(fixtures.len().div_ceil(workers()));
        let running: Vec<_> = parts.map(|fixtures| scope.spawn(move || part(fixtures))).collect();
        running.into_iter().map(|worker| worker.join().unwrap()).collect()
    });
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn codes_fixtures_and_pages_are_the_same_set() {
    let codes: BTreeSet<String> = Code::ALL.iter().map(|code| code.as_str().to_owned()).collect();
    assert_eq!(codes.len(), Code::ALL.len(), "two codes have one text");
    let mut with_fixture: BTreeSet<String> = fixtures().iter().map(|fixture| fixture.code().to_owned()).collect();
    let of_git = include_str!("../history/git.rs");
    for code in OF_REPOSITORIES {
        assert!(of_git.contains(&format!("Code::{code:?}")), "tests/it/history/git.rs does not cause {code}");
        with_fixture.insert(code.to_string());
    }
    assert_eq!(codes, with_fixture, "codes, and codes with a fixture");
    let pages = fs::read_dir(root().join("docs/errors")).unwrap();
    let page_names = pages.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let pages: BTreeSet<String> = page_names.map(|name| name.trim_end_matches(".md").to_owned()).collect();
    assert_eq!(codes, pages, "codes, and codes with a page");
}

#[test]
fn pages_read_well_in_a_terminal() {
    for code in Code::ALL {
        let page = code.explanation();
        let lines: Vec<&str> = page.lines().collect();
        assert_eq!(lines.first(), Some(&format!("# {code}").as_str()), "the first line of the page of {code}");
        assert!((12..=30).contains(&lines.len()), "the page of {code} has {} lines", lines.len());
        let fences = lines.iter().filter(|line| line.starts_with("```")).count();
        assert!(fences >= 2 && fences % 2 == 0, "the page of {code} shows no example");
        for line in lines {
            assert!(line.chars().count() <= 100, "a line of the page of {code} is too long: {line}");
        }
    }
}
