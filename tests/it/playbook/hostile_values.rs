//! Random runbooks with random values, run by real shells: a value is nothing but the value of a variable.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Stdio};

use crate::project::{HEAD, costplan, project, root, scaled, stderr};
use costplan::app::{self, Request};
use costplan::diagnostic::{Code, Failure};
use costplan::render;
use costplan::source::{Span, Spanned, acts_on_terminal, shell_word};
use costplan::view::RunbookView;
use costplan::workspace::Workspace;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::RngSeed;

/// How many cases one process of a shell runs.
const BATCH: u32 = 100;

/// Where the random cases begin, unless `COSTPLAN_TEST_SEED` says another number.
const SEED: u64 = 16;

/// What values are made of. A shell that reads one of them as code makes the file `canary`.
const OF_VALUES: &[&str] = &[
    "$(touch canary)",
    "`touch canary`",
    ";touch canary;",
    "\ntouch canary\n",
    "&touch canary&",
    "|touch canary",
    ">canary",
    "{n}>canary",
    "<(touch canary)",
    "$(>canary)",
    "a[$(touch canary)]",
    "${x:=$(touch canary)}",
    "\rtouch canary\r",
    "EOF\n",
    "\tEOF",
    "\nEOF\ntouch canary\n",
    "<<EOF",
    "<<-EOF\n",
    "'",
    "\"",
    "\\",
    "\\\n",
    "`",
    "$",
    "$a",
    "${b}",
    "!",
    "!!",
    "!touch",
    "&",
    ";",
    "|",
    "\n",
    "\t",
    "\r",
    " ",
    "-",
    "--",
    "-rf",
    "~",
    "~root",
    "=",
    "=ls",
    "*",
    "?",
    "[a-z]",
    "{a,b}",
    "#",
    "# x",
    "%",
    "^",
    "(",
    ")",
    "()",
    "<",
    ">",
    "$'\\n'",
    "$\"x\"",
    "##[error]",
    "::error::",
    "```\n",
    "~~~",
    "\u{e4}",
    "\u{65e5}\u{672c}",
    "\u{1f600}",
    "\u{a0}",
    "\u{2028}",
    "\u{202e}",
    "\u{feff}",
    "a",
    "Z",
    "0",
    "_",
    "/",
    ".",
    ":",
    ",",
    "@",
    "+",
    "\0",
];

/// What commands are made of. None of it makes a file but `out`, or runs a program that would.
const OF_COMMANDS: &[&str] = &[
    ": \"$a\"",
    "echo \"$a$b\"",
    "printf '%s' \"${a}\" \"x$b y\"",
    "x=\"$a\"",
    "cat <<EOF >/dev/null\nhello\n\tEOF\n",
    "cat <<A >/dev/null\nx\nA\ncat <<B >/dev/null\ny\n",
    "cat <<EOF\n$a\nEOF\n",
    "cat <<-EOF\n\t$b\n\tEOF\n",
    "cat <<'EOF'\n$a\nEOF\n",
    "cat <<\"A\nB\"\n",
    "EOF\n",
    "\tEOF\n",
    "case \"$a\" in x) ;; esac",
    "case x in \"$b\") : ;; esac",
    "{ : \"$a\"; } >out ",
    "exec 9>&1",
    "{n}>out ",
    "for i in \"$a\" \"$b\"; do :; done",
    "if [ \"$a\" = \"$b\" ]; then :; fi",
    "x=$(printf '%s' \"$a\")",
    "x=$(cat <<EOF\n$a\nEOF\n)",
    "`: \"$a\"`",
    "\"",
    "'",
    "`",
    "\\",
    "\\\n",
    "# don't\n",
    "# \"\n",
    "$(",
    ")",
    "(",
    "${x:-",
    "}",
    "{ ",
    "; ",
    "\n",
    "\t",
    " ",
    "&& ",
    "|| ",
    "| ",
    "& ",
    "! ",
    "if ",
    "then ",
    "fi\n",
    "do ",
    "done\n",
    "esac\n",
    ";; ",
    "!",
    "=",
    "~",
    "-",
    "\u{e4}",
    "$'",
    "$\"",
    "a=1",
    "$b",
    "\"$b\"",
    "${a}",
    "'$a'",
    "\\$a",
    "{a}",
    "\"{b}\"",
    "a",
    "b",
    "0",
];

/// A runbook of the inputs `a` and `b`, and their values.
#[derive(Clone, Debug)]
struct Case {
    commands: Vec<String>,
    values: [String; 2],
}

fn text(of: Vec<&'static str>, most: usize) -> impl Strategy<Value = String> {
    prop::collection::vec(select(of), 0..most).prop_map(|pieces| pieces.concat())
}

fn case() -> impl Strategy<Value = Case> {
    // Most values have no characters for which they are refused.
    let is_printed = |piece: &&str| !piece.contains(acts_on_terminal);
    let printed: Vec<&str> = OF_VALUES.iter().copied().filter(is_printed).collect();
    let value = move || prop_oneof![4 => text(printed.clone(), 7), 1 => text(OF_VALUES.to_vec(), 7)];
    let commands = prop::collection::vec(text(OF_COMMANDS.to_vec(), 6), 0..4);
    (commands, value(), value()).prop_map(|(commands, a, b)| Case { commands, values: [a, b] })
}

/// The first command of each script: it writes the values to where the test reads them.
const TELL: &str = "printf '%s\\0' \"$a\" \"$b\" >&3";

impl Case {
    fn runbook(&self) -> String {
        let commands: Vec<&str> = std::iter::once(TELL).chain(self.commands.iter().map(String::as_str)).collect();
        let commands = serde_json::to_string(&commands).unwrap();
        format!(
            "version: 1\nname: Own\ninputs: {{ a: {{ meaning: 'it''s $(touch canary)' }}, b: {{ meaning: b }} }}\n\
             steps: [{{ name: '`touch canary`', commands: {commands} }}]\n"
        )
    }

    /// The script of the runbook, as `--format sh` prints it.
    fn script(&self, workspace: &mut Workspace, name: &str) -> Result<String, Failure> {
        let spanned = |text: &str| Spanned::new(text.to_owned(), Span::NOWHERE);
        let set: Vec<_> =
            ["a", "b"].iter().zip(&self.values).map(|(name, value)| (spanned(name), spanned(value))).collect();
        let request = Request::on("2026-11-24".parse().unwrap());
        let found = app::runbook(workspace, (name, None), &set, &request)?;
        let mut script = Vec::new();
        render::script(&RunbookView::new(&found.filled, None).script(), &mut script).unwrap();
        Ok(String::from_utf8(script).unwrap())
    }

    /// Whether a value cannot be one, whatever the commands are.
    fn is_refused(&self) -> bool {
        self.values.iter().any(|value| value.starts_with('-') || value.contains(acts_on_terminal))
    }
}

/// Runs scripts with a shell, each in a process of its own in the same directory, and returns what each wrote to its
/// descriptor 3. No script made any file but `out`.
fn run(shell: &str, scripts: &[String]) -> Vec<Vec<u8>> {
    let directory = tempfile::tempdir().unwrap();
    let [sandbox, told] = ["sandbox", "told"].map(|name| directory.path().join(name));
    for directory in [&sandbox, &told] {
        fs::create_dir(directory).unwrap();
    }
    let mut driver = String::new();
    for (place, script) in scripts.iter().enumerate() {
        fs::write(directory.path().join(format!("{place}.sh")), script).unwrap();
        writeln!(driver, "( . ../{place}.sh ) 3> ../told/{place}").unwrap();
    }
    fs::write(directory.path().join("driver.sh"), driver).unwrap();
    let nowhere = || Stdio::from(File::create("/dev/null").unwrap());
    let mut command = Command::new(shell);
    command.arg("../driver.sh").current_dir(&sandbox).env("HOME", &sandbox);
    command.stdin(Stdio::null()).stdout(nowhere()).stderr(nowhere()).status().unwrap();
    let read = |place| fs::read(told.join(format!("{place}"))).unwrap();
    let found: Vec<Vec<u8>> = (0..scripts.len()).map(read).collect();
    for file in fs::read_dir(&sandbox).unwrap() {
        let name = file.unwrap().file_name();
        assert_eq!(name, "out", "a script made a file for {shell}: {:?}", culprit(shell, &sandbox, scripts));
    }
    found
}

/// The script that makes a file other than `out` when it is run alone.
fn culprit<'s>(shell: &str, sandbox: &Path, scripts: &'s [String]) -> Option<&'s String> {
    let is_empty = || fs::read_dir(sandbox).unwrap().all(|file| file.unwrap().file_name() == "out");
    for file in fs::read_dir(sandbox).unwrap() {
        fs::remove_file(file.unwrap().path()).unwrap();
    }
    scripts.iter().find(|script| {
        let nowhere = || Stdio::from(File::create("/dev/null").unwrap());
        let script = format!("exec 3>/dev/null\n{script}");
        let mut command = Command::new(shell);
        command.args(["-c", &script]).current_dir(sandbox).stdin(Stdio::null()).stdout(nowhere()).stderr(nowhere());
        command.status().unwrap();
        !is_empty()
    })
}

/// The shells that are there: `sh` is, and `bash` nearly everywhere.
fn shells() -> Vec<&'static str> {
    let is_there = |shell: &&str| Command::new(shell).args(["-c", ":"]).status().is_ok_and(|status| status.success());
    ["sh", "bash"].into_iter().filter(is_there).collect()
}

fn config(cases: u32) -> ProptestConfig {
    let seed = std::env::var("COSTPLAN_TEST_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(SEED);
    let rng_seed = RngSeed::Fixed(seed);
    ProptestConfig {
        cases: cases.div_ceil(BATCH),
        failure_persistence: None,
        max_shrink_iters: 20,
        rng_seed,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config(scaled(1000)))]

    #[test]
    fn no_value_is_executed(cases in prop::collection::vec(case(), BATCH as usize)) {
        let names: Vec<String> = (0..cases.len()).map(|place| format!("case-{place}")).collect();
        let files = names.iter().zip(&cases).map(|(name, case)| (format!("runbooks/{name}.yaml"), case.runbook()));
        let files = files.chain([("costplan.toml".to_owned(), "version = 1\n".to_owned())]);
        let mut workspace = Workspace::in_memory(files).unwrap();
        let mut scripts = Vec::new();
        let mut expected = Vec::new();
        for (name, case) in names.iter().zip(&cases) {
            match case.script(&mut workspace, name) {
                Ok(script) => {
                    prop_assert!(!case.is_refused(), "{case:?} is not refused");
                    scripts.push(script);
                    expected.push(format!("{}\0{}\0", case.values[0], case.values[1]).into_bytes());
                }
                Err(failure) => {
                    let codes: Vec<Code> = failure.diagnostics.iter().map(|problem| problem.code).collect();
                    let of_value = |code: &Code| matches!(code, Code::InvalidName | Code::ControlCharacter);
                    prop_assert!(codes.iter().all(|code| of_value(code) || *code == Code::InvalidCommand), "{codes:?}");
                    prop_assert!(!codes.iter().any(of_value) || case.is_refused(), "{case:?}: {codes:?}");
                }
            }
        }
        prop_assert!(scripts.len() > cases.len() / 8, "only {} are left", scripts.len());
        for shell in shells() {
            prop_assert_eq!(&run(shell, &scripts), &expected, "{}", shell);
        }
    }

    /// The one function that quotes for a shell, also with what no value may have.
    #[test]
    fn a_quoted_word_is_the_word(words in prop::collection::vec(text(OF_VALUES.to_vec(), 12), BATCH as usize)) {
        let scripts: Vec<String> = words.iter().map(|word| {
            let quoted = shell_word(word);
            format!("printf '%s\\0' {quoted} x{quoted} >&3\na={quoted}\nprintf '%s' \"$a\" >&3\n")
        }).collect();
        let expected: Vec<Vec<u8>> = words.iter().map(|word| {
            let word = word.replace('\0', "\u{fffd}");
            format!("{word}\0x{word}\0{word}").into_bytes()
        }).collect();
        for shell in shells() {
            prop_assert_eq!(&run(shell, &scripts), &expected, "{}", shell);
        }
    }
}

#[test]
fn a_hint_is_quoted_as_a_value_is() {
    let bundled = fs::read_to_string(root().join("techniques/tiered-storage.yaml")).unwrap();
    let stage = format!("{HEAD}line_items: [{{ name: A, category: c, cost: 100 }}]\n");
    let name = "techniques/$(touch canary).yaml";
    let directory = project(&[("stages/1-test.yaml", &stage), (name, &bundled)]);
    let tell = |arguments: &[&str]| stderr(&costplan(directory.path(), arguments));
    let told = tell(&["stage", "1", "--customers", "1", "--set", "$(touch canary).share=10%"]);
    assert!(told.contains("use it: `--apply '$(touch canary)'`"), "{told}");
}
