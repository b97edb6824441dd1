//! No text of a project is a command in the log of a CI runner, or hides what is printed after it.

use crate::project::{HEAD, command, project};

const NAME: &str = "##[error file=src/main.rs;line=1]spoofed";

/// What a program prints in a job, both streams, one after the other.
fn printed(files: &[(&str, &str)], arguments: &[&str], runner: &[(&str, &str)]) -> String {
    let directory = project(files);
    let mut command = command(directory.path());
    let output = command.envs(runner.iter().copied()).args(arguments).output().unwrap();
    format!("{}{}", String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
}

/// The lines that a runner of GitHub takes for commands.
fn commands(text: &str) -> Vec<&str> {
    text.split(['\n', '\r']).filter(|line| line.trim_start().starts_with("::") || line.contains("##[")).collect()
}

#[test]
fn a_name_is_no_command_of_a_runner() {
    let stage = format!(
        "version: 1\nstage: 1\nname: \"{NAME}\"\ncustomers: 1..5\ncurrency: USD\nline_items: [{{ name: a, category: \"::error::pwn\", cost: 1 }}]\n"
    );
    let budget = "version: 1\nbudget:\n  monthly: 0.50 USD\n  alerts:\n    - { metric: \"::warning file=b::alert\", line_item: a, threshold: 1% }\n";
    let files = [("stages/1-x.yaml", stage.as_str()), ("budget.yaml", budget)];
    let wrong = [("stages/1-x.yaml", stage.replace("USD", "\"##[add-mask]\"")), ("budget.yaml", String::new())];
    let wrong: Vec<(&str, &str)> = wrong.iter().map(|(name, text)| (*name, text.as_str())).collect();
    for arguments in [
        &["check"][..],
        &["check", "--format", "markdown"],
        &["check", "--format", "csv"],
        &["check", "--format", "junit"],
        &["check", "--format", "sarif"],
        &["check", "--format", "slack"],
        &["check", "--format", "json"],
        &["stage", "1", "--customers", "2"],
        &["stage", "##[error]typed"],
        &["stages", "--where", "category=::error::pwn"],
        &["##[error]typed"],
    ] {
        for files in [&files[..], &wrong] {
            for runner in [[("CI", "true")], [("GITHUB_ACTIONS", "true")], [("TF_BUILD", "True")]] {
                let text = printed(files, arguments, &runner);
                assert!(!text.is_empty() && commands(&text).is_empty(), "{arguments:?}: {:?}", commands(&text));
            }
        }
    }
    // JSON means the same, and without a runner nothing is changed.
    let [in_job, at_home] =
        [&[("CI", "true")][..], &[]].map(|runner| printed(&files, &["stages", "--format", "json"], runner));
    assert!(at_home.contains(NAME) && !in_job.contains(NAME));
    let [in_job, at_home] = [in_job, at_home].map(|text| serde_json::from_str::<serde_json::Value>(&text).unwrap());
    assert_eq!(in_job, at_home);
    // Annotations are commands, one a line, that quote the name.
    let annotations = printed(&files, &["check", "--format", "github"], &[("GITHUB_ACTIONS", "true")]);
    let lines: Vec<&str> = annotations.lines().filter(|line| line.starts_with("::")).collect();
    assert!(
        !lines.is_empty()
            && lines.iter().all(|line| line.starts_with("::error ")
                || line.starts_with("::warning ")
                || line.starts_with("::notice ")),
        "{annotations}"
    );
}

#[test]
fn invisible_characters_are_refused_in_names_and_shown_in_arguments() {
    for hidden in
        ["\u{ad}", "\u{e0041}", "\u{3164}", "\u{180e}", "\u{fff9}", "\u{2028}", "\u{202e}", "\u{115f}", "\u{ffa0}"]
    {
        let stage = format!("{HEAD}line_items: [{{ name: \"A{hidden}\", category: c, cost: 1 }}]\n");
        let text = printed(&[("stages/1-x.yaml", &stage)], &["stage", "1"], &[]);
        assert!(text.contains("error[control-character]") && !text.contains(hidden), "{hidden:?}: {text}");
    }
    for typed in ["\u{1b}[31mred", "a\rb", "a\u{202e}b", "a\u{7}b"] {
        for arguments in
            [&[typed][..], &["stage", "1", "--customers", typed], &["stage", typed], &["stage", "1", typed]]
        {
            let text = printed(&[], arguments, &[]);
            let is_raw = |character: char| character != '\n' && (character.is_control() || character == '\u{202e}');
            assert!(text.contains("error") && !text.contains(is_raw), "{arguments:?}: {text:?}");
        }
    }
}

#[test]
fn a_spreadsheet_reads_no_name_as_a_formula() {
    for name in ["=cmd()", "＝cmd()", "＋1", "－1", "＠a", "@a", "-1", "+1"] {
        let stage = format!("{HEAD}line_items: [{{ name: \"{name}\", category: c, cost: 1 }}]\n");
        let text = printed(&[("stages/1-x.yaml", &stage)], &["stage", "1", "--customers", "2", "--format", "csv"], &[]);
        assert!(text.contains(&format!("'{name}")), "{text}");
    }
}
