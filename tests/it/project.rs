//! What the tests share: small projects in temporary directories, runs of the program, and numbers.

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use costplan::calculate::{Costing, Unobserved};
use costplan::model::{Inputs, Revenue, Stage};
use costplan::resolve::Request;
use costplan::workspace::Workspace;
use num_bigint::BigInt;
use num_rational::BigRational;
use rust_decimal::Decimal;
use serde_json::Value;
use tempfile::TempDir;

use crate::house::output_schemas;

/// The program of this build.
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_costplan");

/// The head of a manifest; line items follow.
pub const HEAD: &str = "version: 1\nstage: 1\nname: Test\ncustomers: 0..100\ncurrency: USD\n";

/// A project that uses every key of the formats.
pub const EVERYTHING: [(&str, &str); 3] = [
    ("pricing/v.toml", include_str!("../everything/v.toml")),
    ("pricing/fx.toml", include_str!("../everything/fx.toml")),
    ("stages/1-test.yaml", include_str!("../everything/1-test.yaml")),
];

/// The value of `COSTPLAN_TEST_CASES` at which properties try the number of cases that is written at each of them.
const USUAL_CASES: u32 = 1000;

/// The directory of the repository.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// How many random cases a long property tries: the number given, or more or less of them in proportion to
/// `COSTPLAN_TEST_CASES`, which is 1000 unless it is set.
pub fn scaled(usual: u32) -> u32 {
    let Ok(requested) = std::env::var("COSTPLAN_TEST_CASES") else { return usual };
    let requested: u32 = requested.parse().expect("COSTPLAN_TEST_CASES is a whole number");
    (usual * requested / USUAL_CASES).max(1)
}

/// A number as a fraction of whole numbers.
pub fn rational(value: Decimal) -> BigRational {
    BigRational::new(value.mantissa().into(), BigInt::from(10).pow(value.scale()))
}

/// How many threads start the program at the same time.
pub fn workers() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Writes the files of a project.
pub fn project(files: &[(&str, &str)]) -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    for (name, text) in files {
        write(directory.path(), name, text);
    }
    directory
}

/// A project in memory.
pub fn in_memory(files: &[(&str, &str)]) -> Result<Workspace, String> {
    let owned = files.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
    Workspace::in_memory(owned).map_err(|failure| format!("{:?}", failure.diagnostics))
}

/// Resolves the one stage of a project.
pub fn resolved(files: &[(&str, &str)]) -> Result<Stage, String> {
    let mut workspace = in_memory(files)?;
    let request = Request::on("2026-11-24".parse().unwrap());
    let stage = workspace.stage("1", &request).map_err(|failure| format!("{:?}", failure.diagnostics))?;
    Ok(stage.0)
}

/// Resolves and computes the one stage of a project.
pub fn computed(files: &[(&str, &str)], customers: u64) -> Result<(Stage, Costing), String> {
    let stage = resolved(files)?;
    let inputs = Inputs { customers, revenue: Revenue::Unknown };
    let costing =
        costplan::calculate::stage(&stage, inputs, &mut Unobserved).map_err(|problems| format!("{problems:?}"))?;
    Ok((stage, costing))
}

/// Runs the program in a directory, with nothing in its environment that would change what it says.
///
/// What it prints as JSON has to fit its schema.
pub fn costplan(directory: &Path, arguments: &[&str]) -> Output {
    let output = command(directory).args(arguments).output().unwrap();
    output_schemas::fits(&output.stdout, &format!("costplan {arguments:?}"));
    output
}

/// Runs the program with an output that is not read.
pub fn into_closed_pipe(directory: &Path, arguments: &[&str]) -> Output {
    let mut command = command(directory);
    let mut child = command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    child.wait_with_output().unwrap()
}

/// The exit of the program if its output and messages are not read.
pub fn code_without_readers(directory: &Path, arguments: &[&str]) -> Option<i32> {
    let mut command = command(directory);
    let mut child = command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop((child.stdout.take(), child.stderr.take()));
    child.wait().unwrap().code()
}

/// A project with the stages of the example plan, and these files.
pub fn example_plan(files: &[(&str, &str)]) -> TempDir {
    let directory = project(files);
    for stage in fs::read_dir(root().join("stages")).unwrap() {
        let path = stage.unwrap().path();
        let name = Path::new("stages").join(path.file_name().unwrap());
        write(directory.path(), name.to_str().unwrap(), fs::read_to_string(&path).unwrap());
    }
    directory
}

/// The program, to be run in a directory.
pub fn command(directory: &Path) -> Command {
    command_of(PROGRAM, directory)
}

/// Another program that runs costplan, to be run in a directory.
pub fn command_of(program: &str, directory: &Path) -> Command {
    let mut command = isolated(Command::new(program));
    command.current_dir(directory);
    command
}

/// The script of a CI job, to be run in a directory with the program of this build.
pub fn ci_script(directory: &Path) -> Command {
    let mut command = command_of("sh", directory);
    command.arg(root().join("ci/costplan-ci.sh")).args(["--costplan", PROGRAM]);
    command
}

/// A command that reads nothing of the environment that the tests run in, which may be a CI runner's.
fn isolated(mut command: Command) -> Command {
    let read = ["NO_COLOR", "RUST_BACKTRACE", "CI", "TF_BUILD", "TEAMCITY_VERSION"];
    let families = ["COSTPLAN_", "GITHUB_", "RUNNER_", "GIT_"];
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if read.contains(&&*text) || families.iter().any(|family| text.starts_with(family)) {
            command.env_remove(&name);
        }
    }
    // Pictures are drawn in Unicode where the locale says so.
    command.env("LC_ALL", "C.UTF-8");
    command
}

/// What the program printed, which must have ended well.
pub fn stdout(directory: &Path, arguments: &[&str]) -> String {
    let output = costplan(directory, arguments);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "costplan {arguments:?} failed:\n{stderr}");
    assert_eq!(stderr, "", "costplan {arguments:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// What the program printed as JSON.
pub fn json(directory: &Path, arguments: &[&str]) -> Value {
    serde_json::from_str(&stdout(directory, &[arguments, &["--format", "json"]].concat())).unwrap()
}

/// The messages of a run.
pub fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// Runs git in a directory.
pub fn git(directory: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new("git");
    command.args(["-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false"]);
    command.args(["-c", "protocol.file.allow=always", "-c", "core.autocrlf=false"]);
    // Run by a hook of git, these would name the repository of costplan.
    for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"] {
        command.env_remove(name);
    }
    let run = command.args(arguments).current_dir(directory).output();
    let run = run.unwrap_or_else(|error| panic!("these tests need git, and it cannot be run: {error}"));
    assert!(run.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&run.stderr));
    String::from_utf8(run.stdout).unwrap()
}

/// Writes a file, and the directories above it.
pub fn write(directory: &Path, name: &str, text: impl AsRef<[u8]>) {
    let path = directory.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// Commits everything.
pub fn commit(directory: &Path, message: &str) {
    git(directory, &["add", "--all"]);
    git(directory, &["commit", "-q", "--allow-empty", "-m", message]);
}
