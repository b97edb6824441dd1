//! The README is short, the pages of `docs/` are a book, and every link between them leads somewhere.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use costplan::diagnostic::Code;

use crate::project::root;

/// How long the README may be.
const LINES_OF_README: usize = 250;

/// The pages of the book, without its table of contents.
pub(super) fn pages() -> Vec<PathBuf> {
    let mut pages: Vec<PathBuf> = markdown(&root().join("docs"));
    pages.extend(markdown(&root().join("docs/errors")));
    pages.retain(|page| !page.ends_with("SUMMARY.md"));
    pages
}

/// The documents of a directory, sorted.
fn markdown(directory: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    let mut found: Vec<PathBuf> =
        entries.filter(|path| path.extension().is_some_and(|ending| ending == "md")).collect();
    found.sort();
    found
}

/// The text of a document without its blocks of code.
fn prose(document: &Path) -> String {
    let text = fs::read_to_string(document).unwrap();
    let mut is_code = false;
    let mut prose = String::new();
    for line in text.lines() {
        let is_fence = line.trim_start().starts_with("```");
        is_code ^= is_fence;
        if !is_code && !is_fence {
            prose.push_str(line);
            prose.push('\n');
        }
    }
    prose
}

/// Where the links and pictures of a document lead.
fn links(document: &Path) -> Vec<String> {
    let prose = prose(document);
    prose.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(link, _)| link.to_owned()).collect()
}

/// The anchors of a document, one for each heading, as GitHub and mdBook make them.
fn anchors(document: &Path) -> BTreeSet<String> {
    let prose = prose(document);
    let headings = prose.lines().filter(|line| line.starts_with('#')).map(|line| line.trim_start_matches('#').trim());
    headings.map(anchor).collect()
}

fn anchor(heading: &str) -> String {
    let kept = heading.chars().filter(|character| character.is_alphanumeric() || " -_".contains(*character));
    kept.collect::<String>().to_lowercase().replace(' ', "-")
}

/// What is wrong with a link of a document: it leads nowhere, or out of the book.
fn fault(document: &Path, link: &str) -> Option<String> {
    let (path, anchor) = link.split_once('#').map_or((link, None), |(path, anchor)| (path, Some(anchor)));
    let target = if path.is_empty() { document.to_owned() } else { document.parent().unwrap().join(path) };
    let Ok(target) = target.canonicalize() else { return Some("leads nowhere".to_owned()) };
    let book = root().join("docs").canonicalize().unwrap();
    if document.starts_with(&book) && !target.starts_with(&book) {
        return Some("leads out of the book".to_owned());
    }
    match anchor {
        Some(anchor) if !anchors(&target).contains(anchor) => Some(format!("has no heading {anchor}")),
        _ => None,
    }
}

#[test]
fn every_link_leads_to_a_page_and_a_heading() {
    let mut documents = pages();
    documents.push(root().join("docs/SUMMARY.md"));
    documents.extend(markdown(root()));
    documents.push(root().join("fuzz/README.md"));
    let examples = fs::read_dir(root().join("examples")).unwrap();
    documents.extend(examples.map(|example| example.unwrap().path().join("README.md")));
    documents.retain(|document| document.exists());
    let mut faults = Vec::new();
    let mut followed = 0;
    for document in documents {
        let document = document.canonicalize().unwrap();
        for link in links(&document).iter().filter(|link| !link.contains("://")) {
            followed += 1;
            faults.extend(fault(&document, link).map(|fault| format!("{}: {link} {fault}", document.display())));
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
    assert!(followed > 300, "only {followed} links were followed");
}

#[test]
fn the_table_of_contents_has_every_page_once() {
    let listed = links(&root().join("docs/SUMMARY.md"));
    let listed_once: BTreeSet<PathBuf> = listed.iter().map(|page| root().join("docs").join(page)).collect();
    assert_eq!(listed.len(), listed_once.len(), "a page is listed twice");
    assert_eq!(
        listed_once,
        pages().into_iter().collect::<BTreeSet<_>>(),
        "the pages that are listed, and those in docs/"
    );
}

#[test]
fn the_list_of_errors_is_that_of_the_codes() {
    let document = root().join("docs/errors.md");
    let text = fs::read_to_string(&document).unwrap();
    let mut codes = Code::ALL.to_vec();
    codes.sort_by_key(|code| code.as_str());
    let rows = codes.iter().map(|code| format!("| [`{code}`](errors/{code}.md) | {} |\n", code.summary()));
    let (head, _) = text.split_once("|---|---|\n").unwrap();
    let expected = format!("{head}|---|---|\n{}", rows.collect::<String>());
    if std::env::var_os("COSTPLAN_UPDATE").is_some() {
        fs::write(document, expected).unwrap();
    } else {
        assert_eq!(text, expected);
    }
}

#[test]
fn the_readme_is_short() {
    let lines = fs::read_to_string(root().join("README.md")).unwrap().lines().count();
    assert!(lines <= LINES_OF_README, "the README has {lines} lines");
}
