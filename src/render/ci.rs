//! What a check found, for the programs that run it: annotations of a workflow, reports of tests and of
//! code scanning, and messages of a chat.
//!
//! Each follows the vendor's or the standard's own text:
//! - workflow commands: <https://docs.github.com/actions/reference/workflow-commands-for-github-actions>
//! - SARIF 2.1.0: <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>
//! - Block Kit: <https://docs.slack.dev/block-kit>

use std::io::{self, Write};

use serde_json::{Value, json};

use crate::view::{Annotation, AnnotationLevel};

/// How many sections a message of Slack has at most, of the 50 blocks that it may have.
const SLACK_SECTIONS: usize = 40;

/// The name of the tool in every format.
const TOOL: &str = "costplan";

/// Writes workflow commands: one line for each annotation, at the line of the file that causes it.
///
/// # Errors
/// Those of `out`.
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

/// A message of a workflow command.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property of a workflow command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

/// Writes `JUnit`: a suite for each stage, a case for each comparison.
///
/// # Errors
/// Those of `out`.
pub fn junit(annotations: &[Annotation], out: &mut impl Write) -> io::Result<()> {
    let failures = |of: &[Annotation]| of.iter().filter(|found| found.level() == AnnotationLevel::Error).count();
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    let (tests, failed) = (annotations.len(), failures(annotations));
    writeln!(out, "<testsuites name=\"{TOOL}\" tests=\"{tests}\" failures=\"{failed}\">")?;
    for suite in annotations.chunk_by(|a, b| a.context == b.context) {
        let name = suite.first().map_or("", |first| &first.context);
        let (tests, failed) = (suite.len(), failures(suite));
        let name = xml(name);
        writeln!(
            out,
            "  <testsuite name=\"{name}\" tests=\"{tests}\" failures=\"{failed}\" errors=\"0\" skipped=\"0\">"
        )?;
        for found in suite {
            let (case, message) = (xml(&found.what), xml(&found.message));
            match found.level() {
                AnnotationLevel::Error => {
                    writeln!(out, "    <testcase classname=\"{name}\" name=\"{case}\">")?;
                    let kind = xml(&found.code);
                    writeln!(out, "      <failure type=\"{kind}\" message=\"{message}\">{message}</failure>")?;
                    writeln!(out, "    </testcase>")?;
                }
                AnnotationLevel::Warning => {
                    writeln!(out, "    <testcase classname=\"{name}\" name=\"{case}\">")?;
                    writeln!(out, "      <system-out>warning: {message}</system-out>")?;
                    writeln!(out, "    </testcase>")?;
                }
                AnnotationLevel::Note => writeln!(out, "    <testcase classname=\"{name}\" name=\"{case}\"/>")?,
            }
        }
        writeln!(out, "  </testsuite>")?;
    }
    writeln!(out, "</testsuites>")
}

/// Text of XML; a character that XML cannot hold becomes U+FFFD.
fn xml(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&apos;"),
            '\n' | '\t' => escaped.push(' '),
            _ if character.is_control() || matches!(character, '\u{fffe}' | '\u{ffff}') => escaped.push('\u{fffd}'),
            _ => escaped.push(character),
        }
    }
    escaped
}

/// Writes SARIF: a rule for each kind of comparison, a result for each that is not as it should be.
///
/// # Errors
/// Those of `out`.
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
        let locations: Vec<Value> = found
            .file()
            .into_iter()
            .map(|(file, line, column)| {
                json!({ "physicalLocation": {
                    "artifactLocation": { "uri": uri(file) },
                    "region": { "startLine": line, "startColumn": column }
                } })
            })
            .collect();
        json!({
            "ruleId": found.code,
            "ruleIndex": rules.iter().position(|rule| *rule == found.code),
            "level": level,
            "message": { "text": found.message },
            "locations": locations
        })
    };
    let results: Vec<Value> = annotations.iter().map(result).collect();
    let rules: Vec<Value> = rules.iter().map(|rule| json!({ "id": rule })).collect();
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

/// A relative reference: what is no letter, digit or mark of a path is written in per cent.
fn uri(file: &str) -> String {
    let path = file.replace('\\', "/");
    let byte = |byte: u8| {
        let is_plain = byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'.' | b'-' | b'_' | b'~');
        if is_plain { char::from(byte).to_string() } else { format!("%{byte:02X}") }
    };
    path.bytes().map(byte).collect()
}

/// Writes a message for a webhook of Slack.
///
/// # Errors
/// Those of `out`.
pub fn slack(command: &str, headline: &str, annotations: &[Annotation], out: &mut impl Write) -> io::Result<()> {
    let plain = |text: &str| json!({ "type": "plain_text", "text": text });
    let mut blocks = vec![
        json!({ "type": "header", "text": plain(command) }),
        json!({ "type": "section", "text": plain(headline) }),
    ];
    for found in annotations.iter().take(SLACK_SECTIONS) {
        let mark = match found.level() {
            AnnotationLevel::Error => "fail",
            AnnotationLevel::Warning => "warn",
            AnnotationLevel::Note => "note",
        };
        // A text may have 3000 characters.
        let text: String = format!("{mark}: {}", found.message).chars().take(2900).collect();
        blocks.push(json!({ "type": "section", "text": plain(&text) }));
    }
    if annotations.len() > SLACK_SECTIONS {
        let more = format!("and {} more", annotations.len() - SLACK_SECTIONS);
        blocks.push(json!({ "type": "context", "elements": [plain(&more)] }));
    }
    written(&json!({ "text": format!("{command}: {headline}"), "blocks": blocks }), out)
}

fn written(value: &Value, out: &mut impl Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, value)?;
    writeln!(out)
}
