//! The answers of vendors: which mapping fits, and the prices that it finds.

use std::io::BufRead;

use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::import::aws::read_list;
use crate::import::csv_rows::rows;
use crate::import::imported::{ImportedList, ImportedSku};
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

/// Whether a text begins as a price list of AWS, which is not kept while it is read.
pub(crate) fn is_aws_list(start: &[u8]) -> bool {
    let start = String::from_utf8_lossy(&start[..start.len().min(2048)]).to_lowercase();
    let is_json = start.trim_start_matches('\u{feff}').trim_start().starts_with('{');
    let is_offer = start.contains("\"formatversion\"") || start.contains("\"pricelist\"");
    is_offer && (is_json || start.contains("\"formatversion\",\"v1"))
}

/// Reads price lists of AWS.
///
/// # Errors
/// `invalid-argument` if nothing is selected, and those of a list.
pub(crate) fn read_aws_lists(
    lists: impl IntoIterator<Item = (String, impl BufRead)>,
    terms: &ImportTerms<'_>,
) -> Result<ReadAnswers, Vec<Diagnostic>> {
    if terms.select.is_empty() {
        let message = "a price list of AWS has hundreds of thousands of prices: say which are wanted";
        let help = "add for instance `--select instanceType=t3.*,regionCode=eu-central-1`";
        return Err(vec![Diagnostic::new(Code::InvalidArgument, message).help(help)]);
    }
    let mut list = ImportedList::default();
    let mut seen = 0;
    for (name, input) in lists {
        seen += read_list(&name, input, terms, &mut list)?;
    }
    let skus = list.into_skus();
    if skus.is_empty() {
        let message = format!("none of the {seen} products on demand matches all of `--select`");
        return Err(vec![Diagnostic::new(Code::OtherAnswer, message)]);
    }
    Ok(ReadAnswers { skus, without_price: 0, has_more: false, vendor_name: Some("Amazon Web Services".to_owned()) })
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
        add_answer(mapping, node, Text::of(file, text), stem(sources.name(file)), terms, found, problems);
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
            [] => diagnostic.help("look at `format`, `at` and `where` of the mapping"),
            named => diagnostic.help(format!("what can be read: {}", named.join("; "))),
        });
    }
    problems.append(wrong);
    None
}

/// The name of a file without its directory and its ending.
fn stem(name: &str) -> &str {
    let name = name.rsplit(['/', '\\']).next().unwrap_or(name);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

fn parsed(format: AnswerFormat, file: FileId, text: &str, problems: &mut Problems) -> Option<Node> {
    match format {
        AnswerFormat::Json => json::parse(file, text, problems),
        AnswerFormat::Csv => rows(file, text, problems),
        AnswerFormat::Yaml => yaml::parse(file, text, problems),
        AnswerFormat::Toml => toml::parse(file, text, problems),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::imported::{ImportedAmount, ImportedCharge, ImportedPrice};
    use crate::parse::price_mapping;

    /// A price in the words of the examples of mappings.
    fn price(charge: &ImportedCharge, price: &ImportedPrice) -> String {
        let amount = match &price.amount {
            ImportedAmount::One(amount) => amount.to_string(),
            ImportedAmount::Range(low, high) => format!("{low}..{high}"),
            ImportedAmount::Tiers(tiers) if tiers.len() == 1 => tiers[0].1.to_string(),
            ImportedAmount::Tiers(tiers) => {
                tiers.iter().map(|(from, price)| format!("{price} from {from}")).collect::<Vec<_>>().join(", ")
            }
        };
        let from = price.from.filter(|_| charge.prices.len() > 1).map(|day| format!("from {day} ")).unwrap_or_default();
        let per = price.per.as_ref().filter(|per| *per != "1").map(|per| format!(" per {per}")).unwrap_or_default();
        let unit = charge.shape.unit.as_ref().map(|unit| format!("/{unit}")).unwrap_or_default();
        let cap = price.cap.map(|cap| format!(", at most {cap}")).unwrap_or_default();
        format!("{from}{amount}{per}{unit}{cap}")
    }

    #[test]
    fn the_examples_of_every_mapping_have_the_prices_that_it_says() {
        let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/imports");
        let mut names: Vec<_> = std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
        names.sort();
        assert!(names.len() > 20, "the mappings were not found");
        for path in names {
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            let mut sources = Sources::default();
            let file = sources.add(path.display().to_string(), std::fs::read_to_string(&path).unwrap());
            let mut problems = Problems::default();
            let mapping = price_mapping(file, sources.text(file), &mut problems);
            let mapping = mapping.unwrap_or_else(|| panic!("{name}: {problems:?}"));
            assert!(!mapping.examples.is_empty(), "{name} has no example");
            for example in mapping.examples.clone() {
                let answer = sources.add("example.txt", example.answer.0.clone());
                let terms = ImportTerms {
                    vendor: None,
                    vendor_of_answer: &name,
                    day: jiff::civil::date(2026, 11, 30),
                    select: &[],
                };
                let read = read_answers(std::slice::from_ref(&mapping), &[answer], &terms, &sources);
                let read = read.unwrap_or_else(|problems| panic!("{name}: {problems:?}"));
                let mut found: Vec<(String, String)> = Vec::new();
                for (sku, charge) in
                    read.skus.iter().flat_map(|sku| sku.charges.iter().map(move |charge| (sku, charge)))
                {
                    let prices: Vec<String> = charge.prices.iter().map(|one| price(charge, one)).collect();
                    found.push((format!("{} {}", sku.sku, charge.shape.meter), prices.join("; ")));
                }
                found.sort();
                let pairs = example.prices.entries.iter().map(|(key, value)| (key.value.clone(), value.value.clone()));
                let mut expected: Vec<(String, String)> = pairs.collect();
                expected.sort();
                assert_eq!(found, expected, "{name}");
            }
        }
    }
}
