//! What each command of `tests/outputs/commands.txt` prints, compared with the digests in `tests/outputs/digests.txt`.
//!
//! `COSTPLAN_OUTPUTS=<directory>` also writes each output to a file there, so that the outputs of two commits can be
//! compared. `COSTPLAN_UPDATE=1` writes the digests again.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::house::output_schemas;
use crate::project::{command, root, workers};

/// The formats of every command that prints figures.
const COMMON: [&str; 4] = ["table", "json", "csv", "markdown"];
/// The formats of commands that CI runs, besides the common ones.
const OF_CI: [&str; 4] = ["github", "junit", "sarif", "slack"];

/// A command, and the directory that it runs in.
struct Run {
    index: usize,
    section: String,
    line: String,
    directory: PathBuf,
}

/// What a run left: its line in the file of digests, and everything as text.
struct Output {
    index: usize,
    name: String,
    digest: String,
    text: String,
    stdout: String,
}

impl Run {
    fn output(&self) -> Output {
        let arguments = shlex::split(&self.line).unwrap();
        let run = command(&self.directory).args(arguments).env_remove("COLUMNS").output().unwrap();
        output_schemas::fits(&run.stdout, &self.line);
        let code = run.status.code().unwrap();
        let (stdout, stderr) = (String::from_utf8(run.stdout).unwrap(), String::from_utf8(run.stderr).unwrap());
        let name = format!("[{}] costplan {}", self.section, self.line);
        let text = format!("$ costplan {}\nexit code {code}\n{stdout}-- standard error\n{stderr}", self.line);
        Output { index: self.index, digest: format!("{:016x} {code} {name}", fnv(text.as_bytes())), name, text, stdout }
    }
}

/// The 64-bit hash FNV-1a.
fn fnv(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

fn runs(commands: &str, empty: &Path) -> Vec<Run> {
    let (mut runs, mut section) = (Vec::new(), "");
    for line in commands.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            section = name;
            continue;
        }
        let (formats, line) = match line.strip_prefix('{').and_then(|rest| rest.split_once("} ")) {
            Some(("all", line)) => (COMMON.to_vec(), line),
            Some(("check", line)) => ([COMMON, OF_CI].concat(), line),
            Some((word, _)) => panic!("unknown formats: {{{word}}}"),
            None => (Vec::new(), line),
        };
        let directory = if section == "bundled" { empty.to_owned() } else { root().join(section) };
        let mut lines: Vec<String> = formats.iter().map(|format| format!("{line} --format {format}")).collect();
        if lines.is_empty() {
            lines.push(line.to_owned());
        }
        for line in lines {
            runs.push(Run { index: runs.len(), section: section.to_owned(), line, directory: directory.clone() });
        }
    }
    runs
}

/// Runs the commands on every processor, each taking the next one; the outputs have the order of the commands.
fn outputs(runs: &[Run]) -> Vec<Output> {
    let next = AtomicUsize::new(0);
    let take = || std::iter::from_fn(|| runs.get(next.fetch_add(1, Ordering::Relaxed)));
    let mut outputs: Vec<Output> = thread::scope(|scope| {
        let running: Vec<_> =
            (0..workers()).map(|_| scope.spawn(|| take().map(Run::output).collect::<Vec<_>>())).collect();
        running.into_iter().flat_map(|part| part.join().unwrap()).collect()
    });
    outputs.sort_by_key(|output| output.index);
    outputs
}

/// Writes each output to a file that is named after its place in the list and its command.
fn keep(outputs: &[Output], directory: &Path) {
    fs::create_dir_all(directory).unwrap();
    for output in outputs {
        let plain = |character: char| if character.is_alphanumeric() { character } else { '-' };
        let name: String = output.name.chars().map(plain).take(120).collect();
        fs::write(directory.join(format!("{:03}{name}.txt", output.index)), &output.text).unwrap();
    }
}

#[test]
fn every_command_prints_what_it_printed() {
    let data = root().join("tests/outputs");
    let empty = tempfile::tempdir().unwrap();
    let runs = runs(&fs::read_to_string(data.join("commands.txt")).unwrap(), empty.path());
    assert!(runs.len() > 450, "only {} commands were found", runs.len());
    let outputs = outputs(&runs);
    if let Some(directory) = std::env::var_os("COSTPLAN_OUTPUTS") {
        keep(&outputs, Path::new(&directory));
    }
    let unseen = output_schemas::unseen(outputs.iter().map(|output| output.stdout.as_bytes()));
    assert!(unseen.is_empty(), "no command prints these keys:\n{}", unseen.join("\n"));
    let digests: String = outputs.iter().map(|output| format!("{}\n", output.digest)).collect();
    let path = data.join("digests.txt");
    if std::env::var_os("COSTPLAN_UPDATE").is_some() {
        fs::write(path, digests).unwrap();
        return;
    }
    let known = fs::read_to_string(path).unwrap();
    let known: std::collections::BTreeSet<&str> = known.lines().collect();
    let changed: String = outputs
        .iter()
        .filter(|output| !known.contains(output.digest.as_str()))
        .map(|output| format!("  {}\n", output.name))
        .collect();
    assert!(
        changed.is_empty(),
        "these commands print something else than before:\n{changed}\
         To see the outputs, run this test with COSTPLAN_OUTPUTS=<directory> on both commits, and compare the two\n\
         directories. If the new outputs are right, run it with COSTPLAN_UPDATE=1."
    );
    assert_eq!(known.len(), outputs.len(), "digests.txt has commands that are not in commands.txt: COSTPLAN_UPDATE=1");
}
