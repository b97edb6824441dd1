//! Runbooks: the plan's three, their values as variables of the shell, and commands in which a value would not be one.

use std::path::Path;
use std::process::{Command, Output};

use crate::project::{command, costplan, project, root, stderr, stdout};
use serde_json::Value;

/// Runs a script in a directory, with nothing of its own on the path but the shell's.
fn sh(directory: &Path, arguments: &[&str]) -> Output {
    Command::new("sh").args(arguments).current_dir(directory).output().unwrap()
}

/// A runbook of one input `it` of a kind, whose default is `a`, and one command.
fn own(kind: &str, command: &str) -> String {
    format!(
        "version: 1\nname: Own\ninputs: {{ it: {{ meaning: something, kind: {kind} }} }}\n\
         steps:\n  - name: Try\n    commands:\n      - |-\n        {}\n",
        command.replace('\n', "\n        ")
    )
}

/// What has no default in the runbook of a stage.
fn zone(stage: &str) -> &'static [&'static str] {
    if stage == "4" { &["--set", "zone=023e105f4ecef8ad9ca31a8372d0c353"] } else { &[] }
}

#[test]
fn each_stage_has_the_phase_of_the_plan() {
    let directory = project(&[]);
    for (stage, id, steps, checks) in [
        ("1", "single-server", 7, 3),
        ("growth", "managed-services", 8, 2),
        ("3-scale", "kubernetes", 9, 3),
        ("4", "multi-region", 7, 4),
    ] {
        let json: Value = serde_json::from_str(&stdout(
            directory.path(),
            &[&["runbook", stage, "--format", "json"][..], zone(stage)].concat(),
        ))
        .unwrap();
        assert_eq!((json["schema"].as_str(), json["id"].as_str()), (Some("costplan.runbook.v2"), Some(id)));
        let length = |key: &str| json[key].as_array().unwrap().len();
        assert_eq!((length("steps"), length("checks")), (steps, checks), "{id}");
        assert!(json["stage"]["id"].is_u64());
    }
    let list = stdout(directory.path(), &["runbook"]);
    let names: Vec<&str> = list.lines().filter(|line| line.starts_with(char::is_alphabetic)).skip(2).collect();
    assert!(names[0].starts_with("single-server     1") && names[2].starts_with("kubernetes        3"), "{list}");
    // The plan describes no deployment for its last stage, and the runbook says so.
    let of_last = stdout(directory.path(), &["runbook", "4", "--set", "zone=0"]);
    assert!(of_last.contains("Costplan's own: the bundled plan describes no deployment"), "{of_last}");
    // By its own name it is printed for whatever stage one likes.
    assert!(stdout(directory.path(), &["runbook", "kubernetes"]).starts_with("Kubernetes\n"));
}

#[test]
fn scripts_are_sound_and_stop_at_the_first_failure() {
    let directory = project(&[]);
    for stage in ["1", "2", "3", "4"] {
        let set = ["--set", "domain=api.business-os.dz", "--set", "repository=git@github.com:acme/app.git"];
        let set = if stage == "1" { &set[..] } else { &set[..2] };
        let script = stdout(directory.path(), &[&["runbook", stage, "--format", "sh"][..], set, zone(stage)].concat());
        std::fs::write(directory.path().join("run.sh"), &script).unwrap();
        let output = sh(directory.path(), &["-n", "run.sh"]);
        assert!(output.status.success(), "{}", stderr(&output));
        assert!(script.starts_with("#!/bin/sh\n# Stage "), "{script}");
        let lines: Vec<&str> = script.lines().collect();
        let first = lines.iter().find(|line| !line.is_empty() && !line.starts_with('#'));
        assert_eq!(first, Some(&"set -eu"));
        assert!(lines.iter().any(|line| *line == "# 1. Update the system" || line.starts_with("# 1. C")), "{script}");
        // No script of somebody else is run unread, and no secret is in a command.
        assert!(!lines.iter().any(|line| line.contains("| sh") || line.contains("PASSWORD") || line.contains("TOKEN")));
    }
}

#[test]
fn a_bundled_runbook_is_for_the_bundled_plan() {
    let own = "version: 1\nstage: 2\nname: Launch\ncustomers: 0..100\ncurrency: USD\n\
        line_items: [{ name: Droplet, category: compute, sku: digitalocean/s-1vcpu-1gb, other_usage: within_allowance }]\n";
    let directory = project(&[("stages/2-launch.yaml", own)]);
    for format in ["table", "sh", "json"] {
        let output = costplan(directory.path(), &["runbook", "2", "--format", format]);
        let told = stderr(&output);
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{told}");
        assert!(told.contains("the bundled runbooks are those of the bundled plan"), "{told}");
        assert!(told.contains("`managed-services` is for stage 2"), "{told}");
    }
    // By its own name it is printed; a runbook of the project is found by the number of the stage.
    assert!(stdout(directory.path(), &["runbook", "managed-services"]).contains("hcloud"));
    let runbook = "version: 1\nname: Own\nstages: [2]\nsteps: [{ name: Deploy, commands: [doctl apps list] }]\n";
    let directory = project(&[("stages/2-launch.yaml", own), ("runbooks/own.yaml", runbook)]);
    assert!(stdout(directory.path(), &["runbook", "2", "--format", "sh"]).ends_with("doctl apps list\n"));
    // A copy of the bundled plan is still that plan.
    let text = std::fs::read_to_string(root().join("stages/2-growth.yaml")).unwrap();
    let directory = project(&[("stages/2-growth.yaml", &text)]);
    assert!(stdout(directory.path(), &["runbook", "growth"]).contains("hcloud"));
}

#[test]
fn a_script_with_a_placeholder_is_refused() {
    let directory = project(&[]);
    let output = costplan(directory.path(), &["runbook", "1", "--format", "sh"]);
    let told = stderr(&output);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{told}");
    assert!(told.contains("error[placeholder-left]") && told.contains("`git.example.com` is a placeholder"), "{told}");
    assert!(told.contains("--set repository=...") && told.contains("--set domain=..."), "{told}");
    // The other formats show what is to be given.
    assert!(stdout(directory.path(), &["runbook", "1"]).contains("an example: give"));
    // A value that is typed is taken as it is; a word in a command is not.
    let runbook = |command: &str| {
        let text = format!("version: 1\nname: Own\nsteps: [{{ name: Try, commands: ['{command}'] }}]\n");
        let directory = project(&[("costplan.toml", "version = 1\n"), ("runbooks/own.yaml", &text)]);
        stderr(&costplan(directory.path(), &["runbook", "own", "--format", "sh"]))
    };
    assert!(runbook("curl https://api.example.org/").contains("error[placeholder-left]"));
    assert!(runbook("export KEY=CHANGEME").contains("`CHANGEME`"));
    assert!(runbook("ssh <your-server>").contains("`your-server`"));
    assert_eq!(runbook("cp .env.example .env"), "");
    // An input that no command uses is not in the script.
    let text = "version: 1\nname: Own\ninputs: { it: { meaning: m, default: a.example.com } }\n\
        steps: [{ name: Try, commands: [id] }]\n";
    let directory = project(&[("costplan.toml", "version = 1\n"), ("runbooks/own.yaml", text)]);
    stdout(directory.path(), &["runbook", "own", "--format", "sh"]);
}

#[test]
fn what_a_runbook_buys_is_looked_up() {
    let notes = |arguments: &[&str]| {
        let text = stdout(project(&[]).path(), &[&["runbook"], arguments, &["--format", "json"]].concat());
        let json: Value = serde_json::from_str(&text).unwrap();
        let findings = json["findings"].as_array().unwrap().clone();
        let said = |one: &Value| format!("{}: {}", one["code"].as_str().unwrap(), one["message"].as_str().unwrap());
        findings.iter().map(said).collect::<Vec<String>>()
    };
    let all = notes(&["2"]);
    assert!(all[0].starts_with("not-counted: it buys hetzner/lb11 (") && all.len() == 1, "{all:?}");
    assert!(all[0].ends_with("which no line item of stage 2 Growth counts"), "{all:?}");
    // Stage 3 has servers, and the plan's type is no longer sold.
    assert_eq!(notes(&["3"]), Vec::<String>::new());
    let all = notes(&["3", "--set", "server_type=cx41"]);
    assert!(all[0].starts_with("not-sold: it buys hetzner/cx41,") && all.len() == 1, "{all:?}");
    assert!(all[0].contains("its successor is hetzner/cx43"), "{all:?}");
    assert_eq!(notes(&["3", "--set", "server_type=cx41", "--as-of", "2024-01-01"]), Vec::<String>::new());
    assert!(notes(&["3", "--set", "server_type=cx99"])[0].starts_with("unlisted: it buys hetzner/cx99"));
    assert_eq!(notes(&["1"]), Vec::<String>::new());
}

#[test]
fn values_are_variables() {
    let directory = project(&[]);
    let set = ["--set", "domain=shop.example.org", "--set", "repository=git@git.example.org:shop.git"];
    let script = stdout(directory.path(), &[&["runbook", "1", "--format", "sh"][..], &set].concat());
    for line in [
        "domain=shop.example.org",
        "# directory of the code on the server (default)",
        "directory=app",
        "git clone -- \"$repository\" \"$directory\"",
        "curl --fail --silent --show-error \"https://$domain/health\"",
    ] {
        assert!(script.lines().any(|found| found == line), "no `{line}` in\n{script}");
    }
    let markdown = stdout(directory.path(), &[&["runbook", "1", "--format", "markdown"][..], &set].concat());
    assert!(markdown.contains("\n```sh\ndomain=shop.example.org\nrepository=git@git.example.org:shop.git\n"));
    assert!(markdown.contains(
        "\n3. Fetch the code\n\n```sh\ngit clone -- \"$repository\" \"$directory\"\ncd \"$directory\"\n```\n"
    ));
    let json = stdout(directory.path(), &[&["runbook", "1", "--format", "json"][..], &set].concat());
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!((&json["inputs"][0]["value"], &json["inputs"][0]["set"]), (&"shop.example.org".into(), &true.into()));
    assert_eq!(json["assignments"][1], "repository=git@git.example.org:shop.git");
    assert_eq!(json["steps"][2]["commands"][0], "git clone -- \"$repository\" \"$directory\"");
    let csv = stdout(directory.path(), &[&["runbook", "1", "--format", "csv"][..], &set].concat());
    assert!(csv.contains("\nsingle-server,value,3,directory,directory=app\r\n"), "{csv}");
    assert!(csv.contains("\nsingle-server,step,3,Fetch the code,\"cd \"\"$directory\"\"\"\r\n"), "{csv}");
}

#[test]
fn a_value_arrives_as_it_was_typed() {
    let echo = own("text", "printf '%s|' \"$it\" x\"$it\"y\nprintf \"$HOME\" > /dev/null # don't mind");
    let directory = project(&[("costplan.toml", "version = 1\n"), ("runbooks/own.yaml", &echo)]);
    for value in
        [" two blanks ", "it's", "$(touch broken)", "; touch broken", "\u{e4}\u{f6} \u{1f600}", "##[error]a", "a=b"]
    {
        let set = format!("it={value}");
        let mut command = command(directory.path());
        // The runner of a CI job changes nothing in it.
        let output =
            command.env("CI", "true").args(["runbook", "own", "--format", "sh", "--set", &set]).output().unwrap();
        assert!(!String::from_utf8_lossy(&output.stdout).contains("##["));
        std::fs::write(directory.path().join("run.sh"), &output.stdout).unwrap();
        let output = sh(directory.path(), &["run.sh"]);
        assert!(output.status.success(), "{value}: {}", stderr(&output));
        assert_eq!(String::from_utf8(output.stdout).unwrap(), format!("{value}|x{value}y|"));
        assert!(!directory.path().join("broken").exists(), "{value}");
    }
}

#[test]
fn values_of_another_form_are_refused() {
    let cases: [(&str, &[&str], &[&str]); 6] = [
        ("text", &["-rf"], &["rf -"]),
        ("path", &["a b", "~/a", "$(id)", "a;b", "-a", "a\\b"], &["/etc/hosts", "a/b-1_x.y", "../a", "."]),
        ("name", &["a b", ".hidden", "a/b", "$(id)", "-a"], &["app-1_x.y"]),
        (
            "host",
            &["-x.example.com", "a..b", "a_b", "x;id", "example.com/", "a.-b", "https://a.b"],
            &["localhost", "api.example.com", "xn--bcher-kva.example"],
        ),
        (
            "repository",
            &[
                "--upload-pack=id",
                "ext::sh -c id",
                "ssh://-oProxyCommand=id/x",
                "git@-x:y",
                "https://user:secret@git.example.com/a.git",
                "file:///etc",
                "https://git.example.com/a b",
                "app",
            ],
            &["https://git.example.com/a.git", "ssh://git@git.example.com:2222/a", "git@git.example.com:a/b.git"],
        ),
        ("network", &["10.0.0.0", "10.0.0.0/33", "10.0.0/16", "x/8", "10.0.0.0/+8"], &["10.0.0.0/16", "fd00::/8"]),
    ];
    for (kind, bad, good) in cases {
        let text = own(kind, "echo \"$it\"");
        let directory = project(&[("costplan.toml", "version = 1\n"), ("runbooks/own.yaml", &text)]);
        for value in bad {
            let output = costplan(directory.path(), &["runbook", "own", "--set", &format!("it={value}")]);
            let told = stderr(&output);
            assert_eq!(output.status.code(), Some(2), "{kind} takes {value}");
            assert!(told.contains("error[invalid-name]"), "{kind}, {value}: {told}");
        }
        for value in good {
            stdout(directory.path(), &["runbook", "own", "--set", &format!("it={value}")]);
        }
    }
    let directory = project(&[("costplan.toml", "version = 1\n"), ("runbooks/own.yaml", &own("text", "echo \"$it\""))]);
    for value in ["a\nb", "a\tb", "a\u{1b}[31mb", "a\u{202e}b"] {
        let output = costplan(directory.path(), &["runbook", "own", "--set", &format!("it={value}")]);
        assert_eq!(output.status.code(), Some(2), "{value:?}");
        assert!(stderr(&output).contains("error[control-character]"), "{value:?}: {}", stderr(&output));
    }
}

/// What is wrong with a runbook of one input `it` of a kind and one command.
fn told(kind: &str, command: &str) -> String {
    let directory = project(&[("costplan.toml", "version = 1\n"), ("runbooks/own.yaml", &own(kind, command))]);
    let output = costplan(directory.path(), &["runbook", "own", "--set", "it=a.b", "--format", "json"]);
    let text = stderr(&output);
    assert_eq!(output.status.code(), Some(if text.is_empty() { 0 } else { 2 }), "{text}");
    if text.is_empty() {
        let json: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(json["steps"][0]["commands"][0], command, "a command is printed as it is written");
    }
    text
}

#[test]
fn a_placeholder_in_a_command_is_refused() {
    for command in [
        "echo {it}",
        "echo '{it}'",
        "echo \"{it}\"",
        "echo {{it}}",
        "echo \\{it}",
        "exec {it}>out",
        "cat <<END\n{it}\nEND",
        "# {it}",
    ] {
        let text = told("text", command);
        assert!(text.contains("error[invalid-command]: `{it}` is not replaced in a command"), "{command}: {text}");
        assert!(text.contains("write `\"$it\"`"), "{text}");
    }
    // Braces around anything else belong to the shell.
    for command in
        ["awk '{print}' a", "git log @{upstream}", "echo {a,b} ${HOME} {its} { it }", "echo ${it:-x} \"$it\""]
    {
        assert_eq!(told("name", command), "", "{command}");
    }
    // The place is that in the file, also within a command of several lines.
    let text = told("text", "echo $it ${it}\nif true; then\n  echo \"$it\" {it}\nfi");
    for place in ["own.yaml:8:14", "own.yaml:8:18", "own.yaml:10:22"] {
        assert!(text.contains(place), "{place}: {text}");
    }
}

#[test]
fn a_value_of_any_text_is_within_double_quotes() {
    for command in [
        "echo \"$it\"",
        "echo \"${it}\"",
        "curl \"https://$it/health\"",
        "echo x=\"$it\"/y",
        "x=$(cat \"$it\")",
        "echo \"$(cat \"$it\")\"",
        "echo \"say \\\"$it\\\"\"",
        "echo \"a\\\\\" \"$it\"",
        "echo \\$it '$its' $item",
        "curl -d '{\"name\":\"'\"$it\"'\"}'",
        "true # it's 5\" wide\necho \"$it\"",
        "echo \"$(date +\"%F\") $it\"",
        "printf '%s' \"${it#a}\" \"${#it}\"",
    ] {
        assert_eq!(told("text", command), "", "{command}");
    }
    for command in [
        "echo $it",
        "echo ${it}",
        "echo x=$it/y",
        "curl \"https://\"$it\"/health\"",
        "curl -d '{\"name\":\"'$it'\"}'",
        "x=$(cat $it)",
        "echo \"$(cat $it)\"",
        "echo ${#it} \"a\\\"\"",
    ] {
        let text = told("text", command);
        assert!(text.contains("error[invalid-command]: `$it` is not within double quotes"), "{command}: {text}");
        assert_eq!(told("name", command), "", "{command}");
    }
    for (command, reason) in [
        ("cat > app.conf <<END\nhost=$it\nEND", "a here-document"),
        ("echo `id` \"$it\"", "a backquote"),
        ("echo $'a' \"$it\"", "`$` and a quote"),
        ("echo ${x:-\"y\"} \"$it\"", "an involved expansion"),
    ] {
        let text = told("text", command);
        assert!(text.contains("it is unclear whether `$it` is within double quotes"), "{command}: {text}");
        assert!(text.contains(&format!("comes after {reason}")), "{command}: {text}");
        assert_eq!(told("host", command), "", "{command}");
    }
    for command in ["echo 'open", "echo \"open", "echo \"$(echo \"a)\""] {
        assert!(told("text", command).contains("this quote is not closed"), "{command}");
    }
}

#[test]
fn a_value_of_any_text_is_not_read_as_code() {
    for (command, program) in [
        ("eval \"git checkout $it\"", "eval"),
        ("ssh host \"git checkout $it\"", "ssh"),
        ("/usr/bin/ssh host git checkout \"$it\"", "ssh"),
        ("sh -c \"git checkout $it\"", "sh"),
        ("docker exec app bash -euc \"git checkout $it\"", "bash"),
        ("bash <<END\ngit checkout $it\nEND", "bash"),
        ("echo \"git checkout $it\" | sh", "sh"),
        ("trap \"rm $it\" EXIT", "trap"),
        ("echo \"$(( $it + 1 ))\"", "(("),
        ("[[ \"$it\" -eq 1 ]]", "[["),
    ] {
        for kind in ["text", "repository"] {
            let text = told(kind, command);
            let expected = format!("error[invalid-command]: `{program}` would read the value of `it` as code");
            assert!(text.contains(&expected), "{command}: {text}");
        }
        assert_eq!(told("name", command), "", "{command}");
    }
    for command in ["sh deploy.sh \"$it\" || exit 1", "cat ~/.ssh/config \"$it\"", "git -c a.b=\"$it\" log"] {
        assert_eq!(told("text", command), "", "{command}");
    }
}

#[test]
fn a_name_that_means_more_to_a_shell_is_no_input() {
    for name in ["path", "http_proxy", "PATH", "IFS", "LD_PRELOAD", "BASH_ENV", "status", "it-2"] {
        let text = own("text", "true").replace(" it:", &format!(" {name}:"));
        let directory = project(&[("costplan.toml", "version = 1\n"), ("runbooks/own.yaml", &text)]);
        let text = stderr(&costplan(directory.path(), &["runbook", "own"]));
        assert!(text.contains(&format!("error[invalid-name]: `{name}` cannot be the name of an input")), "{text}");
    }
    // A word of the shell is a variable like any other.
    for name in ["if", "in", "do", "done", "case", "function", "time", "export", "set"] {
        let text = own("text", &format!("printf %s \"${name}\"")).replace(" it:", &format!(" {name}:"));
        let directory = project(&[("costplan.toml", "version = 1\n"), ("runbooks/own.yaml", &text)]);
        let set = format!("{name}=it's");
        let script = stdout(directory.path(), &["runbook", "own", "--set", &set, "--format", "sh"]);
        std::fs::write(directory.path().join("run.sh"), &script).unwrap();
        assert_eq!(sh(directory.path(), &["run.sh"]).stdout, b"it's", "{script}");
    }
}

#[test]
fn all_values_that_are_missing_are_told() {
    let text = "version: 1\nname: Own\nstages: [1]\ninputs:\n  one: { meaning: the first }\n  two: { meaning: the second }\n  \
        three: { meaning: the third, default: c }\nsteps: [{ name: Try, commands: ['echo \"$one\" \"$two\" \"$three\"'] }]\n";
    let directory = project(&[("costplan.toml", "version = 1\n"), ("runbooks/own.yaml", text)]);
    let output = costplan(directory.path(), &["runbook", "own"]);
    let told = stderr(&output);
    assert_eq!(output.status.code(), Some(2));
    assert!(told.contains("needs a value for `one`, `two`") && told.contains("--set one=... --set two=..."), "{told}");
    assert!(told.contains("runbooks/own.yaml:5:3"), "{told}");
    // The project's own is the one for a stage that a bundled one is for too.
    let script = stdout(directory.path(), &["runbook", "1", "--set", "one=a", "--set", "two=b", "--format", "sh"]);
    assert!(script.contains("\none=a\n# the second\ntwo=b\n# the third (default)\nthree=c\n"), "{script}");
    assert!(stdout(directory.path(), &["validate"]).contains("6 runbooks"));
}

#[test]
fn comments_stay_on_their_lines() {
    let text = "version: 1\nname: Own\nsummary: |\n  first $(touch broken)\n  rm broken\n\
        steps:\n  - { name: \"a `touch broken`\", note: \"x\\ntouch broken\\n'\", commands: [\"true\"] }\n";
    let directory = project(&[("costplan.toml", "version = 1\n"), ("runbooks/own.yaml", text)]);
    let script = stdout(directory.path(), &["runbook", "own", "--format", "sh"]);
    std::fs::write(directory.path().join("run.sh"), &script).unwrap();
    assert!(sh(directory.path(), &["run.sh"]).status.success(), "{script}");
    assert!(!directory.path().join("broken").exists(), "{script}");
    let run: Vec<&str> = script.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
    assert_eq!(run, ["set -eu", "true"], "{script}");
}

#[test]
fn the_runbook_of_the_document_is_sound() {
    let document = std::fs::read_to_string(root().join("docs/runbooks.md")).unwrap();
    let (_, from) = document.split_once("```yaml\n# runbooks/two-regions.yaml\n").unwrap();
    let (file, _) = from.split_once("```").unwrap();
    let directory = project(&[("costplan.toml", "version = 1\n"), ("runbooks/two-regions.yaml", file)]);
    let script = stdout(directory.path(), &["runbook", "4", "--set", "domain=a.example.com", "--format", "sh"]);
    assert!(script.contains("\nkubectl --context \"$context\" apply --filename k8s/\n"), "{script}");
}
