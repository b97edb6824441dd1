//! Each module imports only what stands left of it in the flow, as `ARCHITECTURE.md` says.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
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
    ("view", &["calculate", "diagnostic", "model", "source"]),
    ("render", &["diagnostic", "source", "view"]),
    ("app", &["calculate", "diagnostic", "model", "parse", "render", "resolve", "source", "view", "workspace"]),
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

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

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

/// The module of a file: the first part of its path below `src`.
fn module(path: &Path) -> String {
    let below = path.strip_prefix(root().join("src")).unwrap();
    let first = below.components().next().unwrap().as_os_str().to_string_lossy().into_owned();
    first.trim_end_matches(".rs").to_owned()
}

/// The modules of the crate that a text names behind `crate::`, comments left out.
fn imports(text: &str) -> BTreeSet<String> {
    let code: String = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    let is_part = |character: &char| character.is_alphanumeric() || *character == '_';
    code.split("crate::").skip(1).map(|rest| rest.chars().take_while(is_part).collect()).collect()
}

#[test]
fn modules_import_only_what_stands_left_of_them() {
    let mut sources = Vec::new();
    files(&root().join("src"), &mut sources);
    assert!(sources.len() > 30, "the sources were not found");
    for path in sources {
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
    let mut sources = Vec::new();
    files(&root().join("src"), &mut sources);
    for path in sources {
        let text = fs::read_to_string(&path).unwrap();
        let module = module(&path);
        let says = |word: &str| text.lines().any(|line| !line.trim_start().starts_with("//") && line.contains(word));
        for (word, home) in
            [("std::fs", "load"), ("Timestamp::now", "cli"), ("std::env::var", "cli"), ("io::stdout", "cli")]
        {
            // The module of the schemas is one test.
            let in_test = path.ends_with("parse/schema.rs")
                || text.find("#[cfg(test)]").is_some_and(|tests| text[..tests].find(word).is_none());
            assert!(module == home || !says(word) || in_test, "{} uses {word}, which is for {home}", path.display());
        }
    }
}

#[test]
fn only_load_starts_programs() {
    let mut sources = Vec::new();
    files(&root().join("src"), &mut sources);
    let mut homes = BTreeSet::new();
    for path in sources {
        let text = fs::read_to_string(&path).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
        let starts = |line: &str| line.contains("process::") && line.contains("Command");
        if lines.into_iter().any(starts) {
            homes.insert(module(&path));
        }
    }
    assert_eq!(homes, BTreeSet::from(["load".to_owned()]), "the modules that start programs");
}

#[test]
fn files_are_short_enough_to_be_read() {
    let mut sources = Vec::new();
    files(&root().join("src"), &mut sources);
    for path in sources {
        let text = fs::read_to_string(&path).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        assert!(code.lines().count() <= 500, "{} has {} lines", path.display(), code.lines().count());
    }
}
