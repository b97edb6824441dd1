//! Completions in a real bash.

use std::path::Path;
use std::process::Command;

use super::pseudo_terminal::{PseudoTerminal, SMALL};
use crate::project::{HEAD, PROGRAM, command_of, example_plan, project, root, write};

/// A bash that has costplan on its path, in a directory.
fn bash(directory: &Path) -> Command {
    let mut command = command_of("bash", directory);
    let own = Path::new(PROGRAM).parent().unwrap().to_str().unwrap();
    command.env("PATH", format!("{own}:{}", std::env::var("PATH").unwrap())).args(["--norc", "--noprofile"]);
    command
}

/// What bash offers for a line with the cursor at its end, split as bash does.
fn offered(directory: &Path, line: &str) -> Vec<String> {
    let script = r#"
        source <(costplan completions bash)
        COMP_LINE=$1 COMP_POINT=${#1} COMP_WORDBREAKS=$' \t\n"\'><=;|&(:'
        marked=${1//=/ = }
        marked=${marked//:/ : }
        read -ra COMP_WORDS <<< "$marked"
        [[ $marked != *' ' || $1 == *: || $1 == *= ]] || COMP_WORDS+=('')
        COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
        function=$(complete -p costplan | sed 's/.*-F \([^ ]*\) .*/\1/')
        $function costplan "${COMP_WORDS[COMP_CWORD]}"
        ((${#COMPREPLY[@]} == 0)) || printf '%s\n' "${COMPREPLY[@]}"
    "#;
    let output = bash(directory).args(["-c", script, "bash", line]).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{line}");
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

#[test]
fn bash_completes_names_of_the_project() {
    let scenario = "version: 1\ncustomers: 5\n";
    let directory = example_plan(&[
        ("scenarios/high-growth.yaml", scenario),
        ("checklists/own-list.yaml", "version: 1\nname: Own\nitems: []\n"),
        ("README.txt", "a file that nobody means"),
        ("pricing/acme.toml", include_str!("../../../pricing/upstash.toml")),
    ]);
    write(
        directory.path(),
        "pricing/acme.toml",
        include_str!("../../../pricing/upstash.toml").replace("upstash", "acme"),
    );
    let at = |line: &str| offered(directory.path(), line);
    assert_eq!(at("costplan stage "), ["1-mvp", "2-growth", "3-scale", "4-enterprise"]);
    assert_eq!(at("costplan stage 3"), ["3-scale"]);
    assert_eq!(at("costplan compare 1-mvp 2"), ["2-growth"]);
    assert_eq!(at("costplan --project . stage --customers 5 4"), ["4-enterprise"]);
    assert_eq!(at("costplan stage 2 --scenario "), ["high-growth"]);
    assert_eq!(at("costplan stage 2 --scenario=high"), ["high-growth"]);
    assert_eq!(at("costplan stage 2 --apply spot-"), ["spot-gpu"]);
    assert_eq!(at("costplan stage 2 --apply spot-gpu,tiered"), ["spot-gpu,tiered-storage"]);
    assert_eq!(at("costplan techniques show image-o"), ["image-optimization"]);
    assert_eq!(at("costplan checklist o"), ["own-list"]);
    assert!(at("costplan runbook ").contains(&"kubernetes".to_owned()));
    assert_eq!(at("costplan prices list --vendor hetz"), ["hetzner"]);
    assert_eq!(at("costplan quote hetzner/cx4"), ["hetzner/cx41", "hetzner/cx43"]);
    assert!(at("costplan prices show acme/").contains(&"acme/fixed-1gb".to_owned()));
    assert_eq!(at("costplan explain-error unknown-sk"), ["unknown-sku"]);
    assert_eq!(at("costplan help exit"), ["exit-codes"]);
    assert_eq!(at("costplan help prices st"), ["stale"]);
    assert_eq!(at("costplan stage 2 --format m"), ["markdown"]);
    assert_eq!(at("costplan fore"), ["forecast"]);
    let of_prices = ["list", "search", "vendors", "show", "new", "export", "import", "stale", "diff", "check"];
    assert_eq!(at("costplan prices "), of_prices);
    assert_eq!(at("costplan prices stale --max"), ["--max-age"]);
    assert!(at("costplan ").contains(&"stage".to_owned()) && !at("costplan ").contains(&"complete".to_owned()));
}

#[test]
fn files_are_offered_only_where_one_is_meant() {
    let directory = project(&[("notes.txt", ""), ("growth.csv", ""), ("plan/stages/1.yaml", HEAD)]);
    let at = |line: &str| offered(directory.path(), line);
    for line in [
        "costplan stage n",
        "costplan stage 2 --customers ",
        "costplan explain 2 ",
        "costplan quote notes",
        "costplan stage 2 --set ",
    ] {
        assert_eq!(at(line), Vec::<String>::new(), "{line}");
    }
    assert_eq!(at("costplan forecast --customers-file g"), ["growth.csv"]);
    assert_eq!(at("costplan stage 1 --project "), ["plan"]);
    assert_eq!(at("costplan stage 1 --project=p"), ["plan"]);
    assert_eq!(at("costplan stage 1 --project plan "), Vec::<String>::new());
    assert_eq!(at("costplan diff n"), ["notes.txt"]);
    assert_eq!(at("costplan init "), ["plan"]);
}

#[test]
fn a_strangers_project_is_completed_fast_and_without_a_word() {
    // Names that a shell would run, a file that is no manifest, a manifest of some megabytes, a broken setting.
    let long: String = (0..60_000).map(|item| format!("  - {{ name: I{item}, category: c, cost: 1 }}\n")).collect();
    let long = format!("{HEAD}line_items:\n{long}");
    let good = format!("{HEAD}line_items: [{{ name: A, category: c, cost: 1 }}]\n");
    let files = [
        ("stages/1-good.yaml", &*good),
        ("stages/$(touch made).yaml", HEAD),
        ("stages/a b.yaml", HEAD),
        ("stages/`id`.yaml", HEAD),
        ("stages/broken.yaml", "a: [\u{1b}"),
        ("stages/long.yaml", &long),
        ("pricing/evil;id.toml", "version = 1"),
        ("scenarios/x'y.yaml", "version: 1\n"),
    ];
    let directory = project(&files);
    assert_eq!(offered(directory.path(), "costplan stage "), ["1-good", "broken", "long", "test"]);
    assert_eq!(offered(directory.path(), "costplan stage 1 --scenario "), Vec::<String>::new());
    assert!(offered(directory.path(), "costplan quote ").iter().all(|sku| !sku.contains("evil")));
    assert!(!directory.path().join("made").exists());
    write(directory.path(), "costplan.toml", "version = [");
    assert_eq!(offered(directory.path(), "costplan stage "), Vec::<String>::new());
    assert_eq!(offered(directory.path(), "costplan stage 'un\"closed"), Vec::<String>::new());
    let nowhere = offered(directory.path(), "costplan --project /no/such/place stage ");
    assert_eq!(nowhere, Vec::<String>::new());
}

#[test]
fn a_key_completes_in_an_interactive_bash() {
    let mut terminal = PseudoTerminal::new(SMALL);
    let mut command = bash(&root().join("examples/saas"));
    command.arg("-i").env("PS1", "ready> ").env("HISTFILE", "/dev/null");
    let mut child = terminal.start(command);
    terminal.keys("source <(costplan completions bash)\n");
    // Each unambiguous word is completed by one press of Tab.
    terminal.keys("costplan explain-err\tunknown-sk\t\n");
    terminal.keys("costplan st\t\t\t\n");
    terminal.keys("exit\n");
    child.wait().unwrap();
    let screen = terminal.screen();
    assert!(screen.contains("No price sheet has this SKU."), "{screen}");
    assert!(screen.contains("stage") && screen.contains("stages"), "{screen}");
}

#[test]
fn other_shells_ask_the_program_too() {
    let directory = project(&[]);
    for (shell, registers) in [
        ("zsh", "compdef _costplan costplan"),
        ("fish", "complete -c costplan -f"),
        ("bash", "complete -F _costplan costplan"),
    ] {
        let script = crate::project::stdout(directory.path(), &["completions", shell]);
        assert!(script.contains(registers) && script.contains("costplan complete --line"), "{script}");
    }
}
