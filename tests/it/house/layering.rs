//! Each module imports only modules to its left in the flow, as `ARCHITECTURE.md` says.

use crate::project::root;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Each module with those that it may import.
const ALLOWED: &[(&str, &[&str])] = &[
    ("source", &[]),
    ("diagnostic", &["source"]),
    ("model", &["source"]),
    ("load", &["diagnostic", "source"]),
    ("parse", &["diagnostic", "model", "source"]),
    ("resolve", &["diagnostic", "model", "parse", "source"]),
    ("calculate", &["diagnostic", "model", "source"]),
    ("workspace", &["diagnostic", "load", "model", "parse", "resolve", "source"]),
    ("import", &["diagnostic", "model", "parse", "resolve", "source"]),
    ("view", &["calculate", "diagnostic", "model", "source"]),
    ("render", &["diagnostic", "source", "view"]),
    (
        "app",
        &["calculate", "diagnostic", "import", "model", "parse", "render", "resolve", "source", "view", "workspace"],
    ),
    (
        "cli",
        &[
            "app",
            "calculate",
            "diagnostic",
            "load",
            "model",
            "parse",
            "render",
            "resolve",
            "source",
            "view",
            "workspace",
        ],
    ),
];

fn files(directory: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

/// The files of `src`.
pub fn sources() -> Vec<PathBuf> {
    let mut sources = Vec::new();
    files(&root().join("src"), &mut sources);
    assert!(sources.len() > 200, "the sources were not found");
    sources
}

/// The module of a file: the first part of its path below `src`.
fn module(path: &Path) -> String {
    let below = path.strip_prefix(root().join("src")).unwrap();
    let first = below.components().next().unwrap().as_os_str().to_string_lossy().into_owned();
    first.trim_end_matches(".rs").to_owned()
}

/// The modules of the crate that a text names after `crate::`, without comments.
fn imports(text: &str) -> BTreeSet<String> {
    let code: String = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    let is_part = |character: &char| character.is_alphanumeric() || *character == '_';
    code.split("crate::").skip(1).map(|rest| rest.chars().take_while(is_part).collect()).collect()
}

#[test]
fn modules_import_only_what_stands_left_of_them() {
    for path in sources() {
        let module = module(&path);
        if module == "main" || module == "lib" {
            continue;
        }
        let allowed = ALLOWED.iter().find(|(name, _)| *name == module);
        let (_, allowed) = allowed.unwrap_or_else(|| panic!("{module} has no row in the table"));
        for import in imports(&fs::read_to_string(&path).unwrap()) {
            let fine = import == module || allowed.contains(&import.as_str());
            assert!(fine, "{} imports {import}, and {module} may not", path.display());
        }
    }
}

#[test]
fn the_architecture_document_has_the_same_table() {
    let document = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    for (module, allowed) in ALLOWED {
        let names: Vec<String> = allowed.iter().map(|name| format!("`{name}`")).collect();
        let names = if names.is_empty() { "nothing".to_owned() } else { names.join(", ") };
        let row = format!("| `{module}` | {names} |");
        assert!(document.contains(&row), "ARCHITECTURE.md lacks the row {row}");
    }
}

#[test]
fn only_the_command_line_knows_the_process() {
    for path in sources() {
        let text = fs::read_to_string(&path).unwrap();
        let module = module(&path);
        let says = |word: &str| text.lines().any(|line| !line.trim_start().starts_with("//") && line.contains(word));
        for (word, home) in
            [("std::fs", "load"), ("Timestamp::now", "cli"), ("std::env::var", "cli"), ("io::stdout", "cli")]
        {
            // The modules of the schemas are tests.
            let in_test = path.ends_with("schema.rs") && (module == "parse" || module == "view")
                || text.find("#[cfg(test)]").is_some_and(|tests| text[..tests].find(word).is_none());
            let is_home = module == home || (home == "cli" && path.ends_with("src/main.rs"));
            assert!(is_home || !says(word) || in_test, "{} uses {word}, which is for {home}", path.display());
        }
    }
}

#[test]
fn only_load_and_the_command_line_start_programs() {
    let mut homes = BTreeSet::new();
    for path in sources() {
        let text = fs::read_to_string(&path).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
        let starts = |line: &str| line.contains("process::") && line.contains("Command");
        if lines.into_iter().any(starts) {
            homes.insert(module(&path));
        }
    }
    // `load` starts git, and `cli` the pager.
    let known = BTreeSet::from(["cli".to_owned(), "load".to_owned()]);
    assert_eq!(homes, known, "the modules that start programs");
}

/// The most files that a folder has.
const FILES: usize = 24;

#[test]
fn folders_are_small_enough_to_be_looked_through() {
    let mut counts: BTreeMap<PathBuf, usize> = BTreeMap::new();
    for path in sources() {
        *counts.entry(path.parent().unwrap().to_owned()).or_default() += 1;
    }
    counts.retain(|_, count| *count > FILES);
    assert!(counts.is_empty(), "folders of more than {FILES} files: {counts:?}");
}

/// The most lines that a function has.
const LINES: usize = 60;

/// The functions of a text with the number of their lines, as rustfmt indents them.
fn functions(text: &str) -> Vec<(&str, usize)> {
    let lines: Vec<&str> = text.lines().collect();
    let length = |(start, line): (usize, &&'_ str)| {
        let indent = &line[..line.len() - line.trim_start().len()];
        let close = format!("{indent}}}");
        let is_end = |line: &&str| {
            **line == close || line.starts_with(indent) && line.ends_with(';') && !line[indent.len()..].starts_with(' ')
        };
        lines[start..].iter().position(is_end).map_or(1, |end| end + 1)
    };
    let is_one_line = |line: &str| line.ends_with('}') || line.ends_with(';');
    lines
        .iter()
        .enumerate()
        .filter_map(|(start, line)| {
            let (before, after) = line.trim_start().split_once("fn ")?;
            let is_function = before.split_whitespace().all(|word| word.starts_with("pub") || word == "const");
            let name = after.split(|mark: char| !mark.is_alphanumeric() && mark != '_').next()?;
            let lines = if is_one_line(line) { 1 } else { length((start, line)) };
            is_function.then_some((name, lines))
        })
        .collect()
}

#[test]
fn functions_are_short_enough_to_be_read() {
    let (mut long, mut count) = (Vec::new(), 0);
    for path in sources() {
        for (function, lines) in functions(&fs::read_to_string(&path).unwrap()) {
            count += 1;
            if lines > LINES {
                long.push(format!("{}: {function} has {lines}", path.display()));
            }
        }
    }
    assert!(count > 1000, "only {count} functions were found");
    assert!(long.is_empty(), "functions of more than {LINES} lines: {long:#?}");
}
