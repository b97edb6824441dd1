//! The commands of the documents and of the examples run, and print what the documents say.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use tempfile::TempDir;

use crate::house::book::pages;
use crate::project::{costplan, project, root, stdout};

/// Splits a command line at blanks outside of quotes.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quote = None;
    for character in line.chars() {
        match (character, quote) {
            ('"' | '\'', None) => quote = Some(character),
            (found, Some(open)) if found == open => quote = None,
            (' ', None) => words.push(String::new()),
            _ => words.last_mut().unwrap().push(character),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// The `$ costplan ...` lines of a document's console blocks, each with the lines printed below it.
fn consoles(text: &str) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    let mut inside = false;
    for line in text.lines() {
        if line.starts_with("```") {
            inside = line == "```console";
        } else if inside && let Some(command) = line.strip_prefix("$ ") {
            found.push((command.to_owned(), String::new()));
        } else if inside && let Some((_, output)) = found.last_mut() {
            output.push_str(line);
            output.push('\n');
        }
    }
    found
}

/// Runs a document's commands in a directory and compares what is printed where the document shows something. `cd`
/// changes the directory of the commands after it. Lines that are only an ellipsis stand for lines that are left out.
/// `COSTPLAN_UPDATE=1` writes what is printed instead, where nothing is left out.
fn check(document: &Path, directory: &Path) -> usize {
    let mut text = fs::read_to_string(document).unwrap();
    let mut directory = directory.to_owned();
    let mut ran = 0;
    for (command, expected) in consoles(&text.clone()) {
        let words = words(&command);
        if let [cd, to] = &words[..]
            && cd == "cd"
        {
            directory.push(to);
            continue;
        }
        if words.first().map(String::as_str) != Some("costplan") || words.iter().any(|word| word == "|" || word == ">")
        {
            continue;
        }
        let arguments: Vec<&str> = words[1..].iter().map(String::as_str).collect();
        let printed = stdout(&directory, &arguments).replace("\r\n", "\n");
        ran += 1;
        if std::env::var_os("COSTPLAN_UPDATE").is_some() && !expected.contains("...\n") {
            text = text.replace(&format!("$ {command}\n{expected}"), &format!("$ {command}\n{printed}"));
            continue;
        }
        let mut rest = printed.as_str();
        for part in expected.split("...\n").map(|part| part.trim_matches('\n')).filter(|part| !part.is_empty()) {
            let at = rest.find(part);
            assert!(at.is_some(), "{}: `{command}` does not print\n{part}\nbut\n{printed}", document.display());
            rest = &rest[at.unwrap() + part.len()..];
        }
    }
    if std::env::var_os("COSTPLAN_UPDATE").is_some() {
        fs::write(document, text).unwrap();
    }
    ran
}

/// An empty directory in which the examples are.
fn beside_the_examples() -> TempDir {
    let directory = project(&[]);
    symlink(root().join("examples"), directory.path().join("examples")).unwrap();
    directory
}

/// Runs the lines of a block for a shell, without comments and what is done with their output.
fn run_lines(block: &str, directory: &Path) {
    let mut directory = directory.to_owned();
    for line in block.lines().map(|line| line.split(['#', '|', '>']).next().unwrap()) {
        let words = words(line);
        match &words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
            ["cd", to] => directory.push(to),
            ["costplan", arguments @ ..] => drop(stdout(&directory, arguments)),
            _ => {}
        }
    }
}

#[test]
fn the_readme_runs() {
    let readme = root().join("README.md");
    let text = fs::read_to_string(&readme).unwrap();
    assert!(text.contains("cargo run --release -- stage 2 --customers 60 --mrr 6000"));
    assert!(text.contains("cargo test"));
    for block in blocks(&text, "sh") {
        run_lines(&block, beside_the_examples().path());
    }
    check(&readme, beside_the_examples().path());
}

#[test]
fn the_questions_of_the_readme_are_answered() {
    let text = fs::read_to_string(root().join("README.md")).unwrap();
    let mut answered = 0;
    for row in text.lines().filter(|row| row.starts_with("| ") && row.ends_with("` |")) {
        let Some((_, command)) = row.rsplit_once("| `costplan ") else { continue };
        let mut arguments = words(command.trim_end_matches("` |"));
        arguments.extend(["--as-of".to_owned(), "2026-11-24".to_owned()]);
        stdout(project(&[]).path(), &arguments.iter().map(String::as_str).collect::<Vec<_>>());
        answered += 1;
    }
    assert!(answered >= 10, "only {answered} questions are answered");
}

#[test]
fn the_readme_shows_what_its_first_command_prints() {
    let text = fs::read_to_string(root().join("README.md")).unwrap();
    let arguments = ["stage", "2", "--customers", "60", "--mrr", "6000", "--as-of", "2026-11-24"];
    assert!(text.contains(&stdout(project(&[]).path(), &arguments)), "the README shows something else");
}

#[test]
fn every_page_of_the_book_prints_what_it_says() {
    let mut ran = 0;
    for page in pages() {
        ran += check(&page, beside_the_examples().path());
    }
    assert!(ran >= 45, "only {ran} commands of the book ran");
}

#[test]
fn the_book_shows_what_two_mistakes_are_answered_with() {
    let page = fs::read_to_string(root().join("docs/five-minutes.md")).unwrap();
    let directory = project(&[]);
    let (command, _) = consoles(&page).swap_remove(0);
    let init = words(&command);
    stdout(directory.path(), &init[1..].iter().map(String::as_str).collect::<Vec<_>>());
    let stage = directory.path().join("faktura/stages/1-launch.yaml");
    let written = fs::read_to_string(&stage).unwrap();
    let mistaken =
        written.replacen("    quantity: team\n", "    quantiy: team\n", 1).replacen("gpt-6-luna\n", "gpt-6-lunar\n", 1);
    fs::write(&stage, mistaken).unwrap();
    let printed = String::from_utf8(costplan(&directory.path().join("faktura"), &["validate"]).stderr).unwrap();
    assert!(
        blocks(&page, "text").contains(&printed.trim_end().to_owned()),
        "the page shows something else than\n{printed}"
    );
}

#[test]
fn every_example_runs_and_prints_what_it_says() {
    let mut examples = 0;
    for entry in fs::read_dir(root().join("examples")).unwrap() {
        let directory = entry.unwrap().path();
        // An example of the library is a program, which has a test of its own.
        if directory.join("main.rs").exists() {
            continue;
        }
        let commands = fs::read_to_string(directory.join("commands.txt")).unwrap();
        for line in commands.lines().filter(|line| !line.trim().is_empty()) {
            let words = words(line);
            let output = costplan(&directory, &words.iter().map(String::as_str).collect::<Vec<_>>());
            let stderr = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(0), "{}: {line}: {stderr}", directory.display());
        }
        assert!(check(&directory.join("README.md"), &directory) > 0, "{} shows nothing", directory.display());
        examples += 1;
    }
    assert!(examples >= 3);
}

/// The lines of a document's blocks of a language.
fn blocks(text: &str, language: &str) -> Vec<String> {
    let open = format!("```{language}\n");
    text.split(&open).skip(1).map(|rest| rest.split("```").next().unwrap().trim_end().to_owned()).collect()
}

#[test]
fn the_price_models_are_those_of_the_example() {
    let document = root().join("docs/price-models.md");
    let example = root().join("examples/price-models");
    let text = fs::read_to_string(&document).unwrap();
    let sheet = fs::read_to_string(example.join("pricing/models.toml")).unwrap();
    let manifest = fs::read_to_string(example.join("stages/1-billing.yaml")).unwrap();
    let (tables, lines) = (blocks(&text, "toml"), blocks(&text, "yaml"));
    assert!(tables.len() > 20 && !lines.is_empty());
    for (snippet, file) in tables.iter().map(|table| (table, &sheet)).chain(lines.iter().map(|line| (line, &manifest)))
    {
        assert!(file.contains(snippet.as_str()), "the example does not have\n{snippet}");
    }
    for section in 1..=12 {
        assert!(text.contains(&format!("\n## {section}. ")), "there is no section {section}");
    }
}

#[test]
fn the_example_plan_is_the_bundled_plan() {
    let mut stages = 0;
    for entry in fs::read_dir(root().join("stages")).unwrap() {
        let path = entry.unwrap().path();
        let copy = root().join("examples/plan/stages").join(path.file_name().unwrap());
        assert_eq!(fs::read_to_string(&path).unwrap(), fs::read_to_string(copy).unwrap(), "{}", path.display());
        stages += 1;
    }
    assert_eq!(stages, 4);
}
