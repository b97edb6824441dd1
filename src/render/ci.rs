//! Results of a check for CI systems: workflow annotations, test and code-scanning reports, and chat messages.
//!
//! Each format follows the vendor's documentation or the standard:
//! - workflow commands: <https://docs.github.com/actions/reference/workflow-commands-for-github-actions>
//! - SARIF 2.1.0: <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>
//! - Block Kit: <https://docs.slack.dev/block-kit>

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde_json::{Value, json};

use crate::view::{Annotation, AnnotationLevel};

/// The most sections of a Slack message, which may have 50 blocks.
const SLACK_SECTIONS: usize = 40;

/// The longest text of a section, in UTF-16 units.
const SLACK_TEXT: usize = 3000;

/// The name of the tool in every format.
const TOOL: &str = "costplan";

/// Writes workflow commands: one line for each annotation, with the file and line that cause it.
///
/// # Errors
/// The errors of `out`.
pub fn github(annotations: &[Annotation], out: &mut impl Write) -> io::Result<()> {
    for found in annotations {
        let level = match found.level() {
            AnnotationLevel::Error => "error",
            AnnotationLevel::Warning => "warning",
            AnnotationLevel::Note => "notice",
        };
        write!(out, "::{level} title={}", property(&format!("{TOOL}: {}", found.code)))?;
        if let Some((file, line, column)) = found.file() {
            write!(out, ",file={},line={line},col={column}", property(file))?;
        }
        writeln!(out, "::{}", data(&found.message))?;
    }
    Ok(())
}

/// Escapes the message of a workflow command.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes a property of a workflow command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

/// Writes `JUnit`: a suite for each stage, a case for each comparison. Names of suites, and of cases in a suite, are
/// unique: the second of the same name ends in `(2)`.
///
/// # Errors
/// The errors of `out`.
pub fn junit(annotations: &[Annotation], out: &mut impl Write) -> io::Result<()> {
    let failures = |of: &[Annotation]| of.iter().filter(|found| found.level() == AnnotationLevel::Error).count();
    let is_skipped = |found: &&Annotation| found.is_skipped();
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    let (tests, failed) = (annotations.len(), failures(annotations));
    writeln!(out, "<testsuites name=\"{TOOL}\" tests=\"{tests}\" failures=\"{failed}\" errors=\"0\">")?;
    let mut suites = Names::default();
    for suite in annotations.chunk_by(|a, b| a.context == b.context) {
        let name = suite.first().map_or("", |first| &first.context);
        let (tests, failed, skipped) = (suite.len(), failures(suite), suite.iter().filter(is_skipped).count());
        let name = suites.unique(&xml(name));
        writeln!(
            out,
            "  <testsuite name=\"{name}\" tests=\"{tests}\" failures=\"{failed}\" errors=\"0\" skipped=\"{skipped}\">"
        )?;
        let mut cases = Names::default();
        for found in suite {
            let (case, message) = (cases.unique(&xml(&found.what)), xml(&found.message));
            let inside = match found.level() {
                AnnotationLevel::Error => {
                    let kind = xml(&found.code);
                    format!("<failure type=\"{kind}\" message=\"{message}\">{message}</failure>")
                }
                AnnotationLevel::Warning => format!("<system-out>warning: {message}</system-out>"),
                AnnotationLevel::Note if is_skipped(&found) => format!("<skipped>{message}</skipped>"),
                AnnotationLevel::Note => {
                    writeln!(out, "    <testcase classname=\"{name}\" name=\"{case}\"/>")?;
                    continue;
                }
            };
            writeln!(out, "    <testcase classname=\"{name}\" name=\"{case}\">")?;
            writeln!(out, "      {inside}")?;
            writeln!(out, "    </testcase>")?;
        }
        writeln!(out, "  </testsuite>")?;
    }
    writeln!(out, "</testsuites>")
}

/// Makes names unique: keeps each name with the next number to append.
#[derive(Default)]
struct Names {
    next: BTreeMap<String, u64>,
}

impl Names {
    /// A name that differs from all earlier ones, with a number appended if necessary.
    fn unique(&mut self, name: &str) -> String {
        let mut found = name.to_owned();
        while let Some(number) = self.next.get(&found) {
            let numbered = format!("{name} ({number})");
            let next = number + 1;
            self.next.insert(found, next);
            found = numbered;
        }
        self.next.insert(found.clone(), 2);
        found
    }
}

/// Escapes text for XML; a character that XML cannot contain becomes U+FFFD.
fn xml(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&apos;"),
            '\n' | '\r' | '\t' => escaped.push(' '),
            _ if character.is_control() || matches!(character, '\u{fffe}' | '\u{ffff}') => escaped.push('\u{fffd}'),
            _ => escaped.push(character),
        }
    }
    escaped
}

/// Writes SARIF: a rule for each kind of comparison, a result for each comparison that fails or warns.
///
/// # Errors
/// The errors of `out`.
pub fn sarif(annotations: &[Annotation], out: &mut impl Write) -> io::Result<()> {
    let mut rules: Vec<&str> = annotations.iter().map(|found| found.code.as_str()).collect();
    rules.sort_unstable();
    rules.dedup();
    let result = |found: &Annotation| {
        let level = match found.level() {
            AnnotationLevel::Error => "error",
            AnnotationLevel::Warning => "warning",
            AnnotationLevel::Note => "note",
        };
        let logical = json!([{ "fullyQualifiedName": found.context }]);
        let location = match found.file() {
            Some((file, line, column)) => json!({
                "physicalLocation": {
                    "artifactLocation": { "uri": uri(file) },
                    "region": { "startLine": line, "startColumn": column }
                },
                "logicalLocations": logical
            }),
            None => json!({ "logicalLocations": logical }),
        };
        json!({
            "ruleId": found.code,
            "ruleIndex": rules.iter().position(|rule| *rule == found.code),
            "level": level,
            "message": { "text": found.message },
            "locations": [location]
        })
    };
    let results: Vec<Value> = annotations.iter().map(result).collect();
    let rules: Vec<Value> = rules.iter().map(|code| rule(code)).collect();
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": TOOL, "version": env!("CARGO_PKG_VERSION"), "rules": rules } },
            "results": results
        }]
    });
    written(&log, out)
}

/// A rule with the texts that code scanning requires.
fn rule(code: &str) -> Value {
    let name = code.replace('-', " ");
    let text = |text: &str| json!({ "text": text });
    json!({
        "id": code,
        "shortDescription": text(&name),
        "fullDescription": text(&format!("A finding of costplan about the costs that it computes: {name}.")),
        "help": text("The message contains the numbers. `costplan explain` shows how a cost is computed.")
    })
}

/// A relative reference, or a `file:` URI for an absolute path; characters other than letters, digits and path
/// punctuation are percent-encoded.
fn uri(file: &str) -> String {
    let path = file.replace('\\', "/");
    let has_drive = path.as_bytes().get(1) == Some(&b':') && path.as_bytes().get(2) == Some(&b'/');
    let is_whole = has_drive || path.starts_with('/');
    let byte = |byte: u8| {
        let is_plain = byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'.' | b'-' | b'_' | b'~');
        if is_plain || (is_whole && byte == b':') { char::from(byte).to_string() } else { format!("%{byte:02X}") }
    };
    let written: String = path.bytes().map(byte).collect();
    if is_whole { format!("file:///{}", written.trim_start_matches('/')) } else { written }
}

/// Writes a message for a webhook of Slack.
///
/// # Errors
/// The errors of `out`.
pub fn slack(command: &str, headline: &str, annotations: &[Annotation], out: &mut impl Write) -> io::Result<()> {
    let plain = |text: &str| json!({ "type": "plain_text", "text": text });
    let mut blocks = vec![
        json!({ "type": "header", "text": plain(command) }),
        json!({ "type": "section", "text": plain(&limited(headline, SLACK_TEXT)) }),
    ];
    // The worst comes first, so that it is not cut off.
    let mut sorted: Vec<&Annotation> = annotations.iter().collect();
    sorted.sort_by_key(|found| found.level());
    for found in sorted.into_iter().take(SLACK_SECTIONS) {
        let mark = match found.level() {
            _ if found.is_not_checked() => "not checked",
            AnnotationLevel::Error if found.is_unknown() => "unknown",
            AnnotationLevel::Error => "fail",
            AnnotationLevel::Warning => "warn",
            AnnotationLevel::Note => "note",
        };
        let text = limited(&format!("{mark}: {}", found.message), SLACK_TEXT);
        blocks.push(json!({ "type": "section", "text": plain(&text) }));
    }
    if annotations.len() > SLACK_SECTIONS {
        let more = format!("and {} more", annotations.len() - SLACK_SECTIONS);
        blocks.push(json!({ "type": "context", "elements": [plain(&more)] }));
    }
    written(&json!({ "text": format!("{command}: {headline}"), "blocks": blocks }), out)
}

/// A text of at most `most` UTF-16 units, which some programs count as characters; a text that is cut ends in `...`.
fn limited(text: &str, most: usize) -> String {
    if text.encode_utf16().count() <= most {
        return text.to_owned();
    }
    let mut left = most.saturating_sub(3);
    let fits = |character: &char| {
        let fits = character.len_utf16() <= left;
        left = if fits { left - character.len_utf16() } else { 0 };
        fits
    };
    text.chars().take_while(fits).chain("...".chars()).collect()
}

fn written(value: &Value, out: &mut impl Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, value)?;
    writeln!(out)
}
