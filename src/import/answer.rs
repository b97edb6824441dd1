//! The answers of vendors: which mapping fits, and the prices that it finds.

use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::import::csv_rows::rows;
use crate::import::imported::ImportedSku;
use crate::import::mapped::{Found, ImportTerms, add_answer};
use crate::parse::syntax::node::Node;
use crate::parse::syntax::{json, toml, yaml};
use crate::parse::{AnswerFormat, PriceMappingRaw};
use crate::source::{FileId, Sources, Span, Text};

/// The prices of all answers.
#[derive(Debug)]
pub(crate) struct ReadAnswers {
    /// The SKUs, in the order of the answers.
    pub(crate) skus: Vec<ImportedSku>,
    /// How many records have no price.
    pub(crate) without_price: usize,
    /// Whether the answers are a part of all.
    pub(crate) has_more: bool,
    /// The vendor's name for display, as the mapping has it.
    pub(crate) vendor_name: Option<String>,
}

/// Reads answers, each with the first mapping that fits.
///
/// # Errors
/// `other-answer` if none fits or nothing is found, and everything that is wrong in the answers.
pub(crate) fn read_answers(
    mappings: &[PriceMappingRaw],
    files: &[FileId],
    terms: &ImportTerms<'_>,
    sources: &Sources,
) -> Result<ReadAnswers, Vec<Diagnostic>> {
    let mut problems = Problems::default();
    let mut found = Found::default();
    let mut vendor_name = None;
    for file in files {
        if let Some(mapping) = add_file(*file, mappings, terms, sources, &mut found, &mut problems) {
            vendor_name = vendor_name.or(mapping.vendor_name.as_ref().map(|name| name.value.clone()));
        }
    }
    if !problems.is_empty() {
        return Err(problems.into_sorted());
    }
    let Found { list, records, without_price, has_more, .. } = found;
    let skus = list.into_skus();
    if skus.is_empty() {
        return Err(vec![nothing(records, without_price, files, terms, sources)]);
    }
    Ok(ReadAnswers { skus, without_price, has_more, vendor_name })
}

/// The error for answers of which no price is wanted.
fn nothing(
    records: usize,
    without_price: usize,
    files: &[FileId],
    terms: &ImportTerms<'_>,
    sources: &Sources,
) -> Diagnostic {
    let name = files.first().map(|file| sources.name(*file)).unwrap_or_default();
    let message = match (terms.select.is_empty(), terms.vendor) {
        (false, _) => format!("none of the {records} records of `{name}` matches all of `--select`"),
        (true, Some(vendor)) if records == 0 => format!("`{name}` has no price of `{vendor}`"),
        _ => format!("`{name}` has no price: {without_price} records without one"),
    };
    Diagnostic::new(Code::OtherAnswer, message)
}

fn add_file<'m>(
    file: FileId,
    mappings: &'m [PriceMappingRaw],
    terms: &ImportTerms<'_>,
    sources: &Sources,
    found: &mut Found,
    problems: &mut Problems,
) -> Option<&'m PriceMappingRaw> {
    let text = sources.text(file);
    let start = Span::new(file, 0, 0);
    let first = text.trim_start_matches('\u{feff}').trim_start().bytes().next();
    if first.is_none() {
        problems.push(Diagnostic::at(Code::OtherAnswer, start, "the answer is empty", "here"));
        return None;
    }
    let is_json = matches!(first, Some(b'{' | b'['));
    let mut nodes: Vec<(AnswerFormat, Option<Node>)> = Vec::new();
    let mut wrong = Problems::default();
    for mapping in mappings {
        let format = mapping.format.value;
        if is_json != (format == AnswerFormat::Json) {
            continue;
        }
        if nodes.iter().all(|(known, _)| *known != format) {
            let mut own = Problems::default();
            nodes.push((format, parsed(format, file, text, &mut own)));
            if is_json || mappings.len() == 1 {
                wrong.append(own);
            }
        }
        let node = nodes.iter().find(|(known, _)| *known == format).and_then(|(_, node)| node.as_ref());
        let Some(node) = node else { continue };
        let before = found.records;
        add_answer(mapping, node, Text::of(file, text), terms, found, problems);
        if found.records > before {
            return Some(mapping);
        }
    }
    if wrong.is_empty() {
        let named = mappings.iter().filter_map(|mapping| mapping.description.as_ref());
        let named: Vec<&str> = named.map(|description| description.value.as_str()).collect();
        let message = "this is not an answer from which prices can be imported";
        let diagnostic = Diagnostic::at(Code::OtherAnswer, start, message, "no record was found");
        wrong.push(match named.as_slice() {
            [] => diagnostic,
            named => diagnostic.help(format!("what can be read: {}", named.join("; "))),
        });
    }
    problems.append(wrong);
    None
}

fn parsed(format: AnswerFormat, file: FileId, text: &str, problems: &mut Problems) -> Option<Node> {
    match format {
        AnswerFormat::Json => json::parse(file, text, problems),
        AnswerFormat::Csv => rows(file, text, problems),
        AnswerFormat::Yaml => yaml::parse(file, text, problems),
        AnswerFormat::Toml => toml::parse(file, text, problems),
        AnswerFormat::Aws => None,
    }
}
