//! Price lists of AWS, which are too large to be kept: offer files in JSON and CSV, and answers of `GetProducts`.
//!
//! A product has attributes, and a term of it has its prices: what is selected of the products is kept, and of the terms
//! only those of these products.

use std::collections::HashMap;
use std::io::BufRead;

use rust_decimal::Decimal;

use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::import::imported::{ChargeShape, ImportedAmount, ImportedCharge, ImportedList, ImportedPrice, ImportedSku};
use crate::import::json_stream::{JsonStream, StreamError, Visit};
use crate::import::mapped::{ImportTerms, is_selected};
use crate::import::measure::{Measure, measure};
use crate::import::record::is_like;
use crate::import::sku_name::sku_name;
use crate::model::{Currency, Trust};
use crate::parse::decimal;
use crate::parse::syntax::json;
use crate::parse::syntax::node::{Kind, Node, value, written};
use crate::source::{Sources, Text};

/// The most products that a selection may keep.
const MAX_PRODUCTS: usize = 20_000;

/// The region whose SKUs have no region in their names.
const HOME: &str = "us-east-1";

/// A product that is kept: its attributes.
type Attributes = Vec<(String, String)>;

/// What is read of a list.
#[derive(Debug, Default)]
struct Offer {
    /// Those that are selected, by the vendor's own SKU.
    products: HashMap<String, Attributes>,
    /// The vendor's SKUs in the order of the list.
    order: Vec<String>,
    dimensions: HashMap<String, Vec<Dimension>>,
    /// How many products there were.
    seen: usize,
    /// Whether the terms come before the products, so that they were read when no product was known.
    are_terms_first: bool,
}

/// A price of a product for a part of its usage.
#[derive(Clone, Debug)]
struct Dimension {
    from: String,
    unit: String,
    price: String,
    currency: String,
    effective: String,
}

/// What of a product is not a price of use on demand, or of another system: these look alike and cost something else.
const USUAL: [(&str, &[&str]); 5] = [
    ("tenancy", &["Shared", "NA"]),
    ("operatingSystem", &["Linux", "NA"]),
    ("preInstalledSw", &["NA"]),
    ("capacitystatus", &["Used", "NA"]),
    ("marketoption", &["OnDemand", "NA"]),
];

/// Reads a list.
///
/// # Errors
/// `other-answer`, `invalid-json`, `invalid-csv`, `file-too-large` if too much is selected, `invalid-number`.
pub(crate) fn read_list(
    name: &str,
    mut input: impl BufRead,
    terms: &ImportTerms<'_>,
    list: &mut ImportedList,
) -> Result<usize, Vec<Diagnostic>> {
    let is_json = loop {
        let first = input.fill_buf().map_err(|error| refused(name, &error.into()))?.first().copied();
        match first {
            Some(b' ' | b'\n' | b'\r' | b'\t' | 0xef | 0xbb | 0xbf) => input.consume(1),
            Some(byte) => break matches!(byte, b'{' | b'['),
            None => return Err(vec![Diagnostic::new(Code::OtherAnswer, format!("`{name}` is empty"))]),
        }
    };
    let mut offer = Offer::default();
    if is_json {
        of_json(name, input, terms, &mut offer)?;
    } else {
        of_csv(name, input, terms, &mut offer)?;
    }
    if offer.seen == 0 {
        let message = format!("`{name}` is not a price list of AWS");
        let diagnostic = Diagnostic::new(Code::OtherAnswer, message);
        return Err(vec![diagnostic.help("import an offer file, JSON or CSV, or an answer of GetProducts")]);
    }
    if offer.are_terms_first && !offer.products.is_empty() {
        let message =
            format!("the terms of `{name}` come before its products, so it is not known which of them are wanted");
        let diagnostic = Diagnostic::new(Code::OtherAnswer, message);
        return Err(vec![diagnostic.help(
            "write the products first: `jq '{formatVersion, products, terms}' OFFER.json`; offer files of AWS have them first",
        )]);
    }
    skus(name, &offer, terms, list)?;
    Ok(offer.seen)
}

fn refused(name: &str, error: &StreamError) -> Vec<Diagnostic> {
    let code = match error {
        StreamError::Io(_) => Code::FileNotReadable,
        StreamError::Large(_) => Code::FileTooLarge,
        StreamError::Invalid(_) | StreamError::Ended | StreamError::Deep(_) => Code::InvalidJson,
    };
    vec![Diagnostic::new(code, format!("`{name}` cannot be read: {error}"))]
}

fn of_json(name: &str, input: impl BufRead, terms: &ImportTerms<'_>, offer: &mut Offer) -> Result<(), Vec<Diagnostic>> {
    let mut wrong: Vec<Diagnostic> = Vec::new();
    let known = std::cell::RefCell::new(offer);
    let mut visit = |path: &[String]| {
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        if path == ["terms", "OnDemand"] {
            let mut offer = known.borrow_mut();
            offer.are_terms_first = offer.seen == 0;
        }
        match path[..] {
            ["products" | "PriceList" | "terms"] | ["terms", "OnDemand"] => Visit::Enter,
            ["products" | "PriceList", _] => Visit::Keep,
            ["terms", "OnDemand", sku] if known.borrow().products.contains_key(sku) => Visit::Keep,
            _ => Visit::Skip,
        }
    };
    let mut part = |path: &[String], text: &str| {
        if wrong.is_empty()
            && let Err(diagnostics) = known.borrow_mut().part(name, path, text, terms)
        {
            wrong = diagnostics;
        }
    };
    let walked = JsonStream::new(input).walk(&mut visit, &mut part);
    walked.map_err(|error| refused(name, &error))?;
    if wrong.is_empty() { Ok(()) } else { Err(wrong) }
}

/// A part of a list as a tree.
fn parsed<T>(name: &str, text: &str, read: impl FnOnce(&Node, Text<'_>) -> T) -> Result<T, Vec<Diagnostic>> {
    let mut sources = Sources::default();
    let file = sources.add(name, text.to_owned());
    let mut problems = Problems::default();
    match json::parse(file, text, &mut problems) {
        Some(node) => Ok(read(&node, Text::of(file, text))),
        None => {
            let said = problems.into_sorted().into_iter().next().map(|first| first.message).unwrap_or_default();
            Err(vec![Diagnostic::new(Code::InvalidJson, format!("`{name}` cannot be read: {said}"))])
        }
    }
}

impl Offer {
    fn part(
        &mut self,
        name: &str,
        path: &[String],
        text: &str,
        terms: &ImportTerms<'_>,
    ) -> Result<(), Vec<Diagnostic>> {
        match path.first().map(String::as_str) {
            Some("products") => {
                let attributes = parsed(name, text, attributes)?;
                let sku = path.get(1).cloned().unwrap_or_default();
                self.product(name, sku, attributes, terms)
            }
            Some("PriceList") => {
                // Each is a text that is JSON itself.
                let inner = parsed(name, text, |node, text| match &node.kind {
                    Kind::Table(_) => text.slice(node.start, node.end).to_owned(),
                    _ => written(node, text).unwrap_or_default().to_owned(),
                })?;
                let (sku, attributes, dimensions) = parsed(name, &inner, |node, text| {
                    let product = value(node, "product", text);
                    let sku = product.and_then(|product| text_of(product, "sku", text)).unwrap_or_default();
                    let attributes = product.map(|product| attributes(product, text)).unwrap_or_default();
                    let terms = value(node, "terms", text).and_then(|terms| value(terms, "OnDemand", text));
                    (sku, attributes, terms.map(|terms| dimensions(terms, text)).unwrap_or_default())
                })?;
                self.product(name, sku.clone(), attributes, terms)?;
                if self.products.contains_key(&sku) {
                    self.dimensions.entry(sku).or_default().extend(dimensions);
                }
                Ok(())
            }
            _ => {
                let sku = path.last().cloned().unwrap_or_default();
                let found = parsed(name, text, dimensions)?;
                self.dimensions.entry(sku).or_default().extend(found);
                Ok(())
            }
        }
    }

    /// Keeps a product that is selected.
    fn product(
        &mut self,
        name: &str,
        sku: String,
        attributes: Attributes,
        terms: &ImportTerms<'_>,
    ) -> Result<(), Vec<Diagnostic>> {
        self.seen += 1;
        let attribute = |name: &str| attribute(&attributes, name);
        let is_usual = USUAL.iter().all(|(name, usual)| {
            let is_chosen = terms.select.iter().any(|(selected, _)| selected.eq_ignore_ascii_case(name));
            is_chosen || attribute(name).is_none_or(|found| usual.contains(&found))
        });
        let is_wanted =
            terms.select.iter().all(|(name, pattern)| attribute(name).is_some_and(|found| is_selected(pattern, found)));
        if !is_usual || !is_wanted || sku.is_empty() {
            return Ok(());
        }
        if self.products.len() >= MAX_PRODUCTS {
            let message = format!("more than {MAX_PRODUCTS} products of `{name}` are selected");
            let help = "select fewer: `--select instanceType=t3.*,regionCode=eu-central-1`";
            return Err(vec![Diagnostic::new(Code::FileTooLarge, message).help(help)]);
        }
        if !self.products.contains_key(&sku) {
            self.order.push(sku.clone());
        }
        self.products.insert(sku, attributes);
        Ok(())
    }
}

fn text_of(node: &Node, key: &str, text: Text<'_>) -> Option<String> {
    value(node, key, text).and_then(|value| written(value, text)).map(str::to_owned)
}

fn entries(node: &Node) -> &[(Node, Node)] {
    match &node.kind {
        Kind::Table(entries) => entries,
        _ => &[],
    }
}

/// The attributes of a product, and its family.
fn attributes(product: &Node, text: Text<'_>) -> Attributes {
    let family = text_of(product, "productFamily", text).map(|family| ("productFamily".to_owned(), family));
    let all = value(product, "attributes", text).map(entries).unwrap_or_default();
    let pair = |(key, value): &(Node, Node)| Some((written(key, text)?.to_owned(), written(value, text)?.to_owned()));
    family.into_iter().chain(all.iter().filter_map(pair)).collect()
}

/// The prices of the terms of a product.
fn dimensions(terms: &Node, text: Text<'_>) -> Vec<Dimension> {
    let mut found = Vec::new();
    for (_, term) in entries(terms) {
        let effective = text_of(term, "effectiveDate", text).unwrap_or_default();
        let all = value(term, "priceDimensions", text).map(entries).unwrap_or_default();
        for (_, dimension) in all {
            let prices = value(dimension, "pricePerUnit", text).map(entries).unwrap_or_default();
            let Some((currency, price)) = prices.first() else { continue };
            found.push(Dimension {
                from: text_of(dimension, "beginRange", text).unwrap_or_else(|| "0".to_owned()),
                unit: text_of(dimension, "unit", text).unwrap_or_default(),
                price: written(price, text).unwrap_or_default().to_owned(),
                currency: written(currency, text).unwrap_or_default().to_owned(),
                effective: effective.clone(),
            });
        }
    }
    found
}

/// The columns of an offer file in CSV that are not attributes, with the names that attributes have in JSON.
fn of_csv(name: &str, input: impl BufRead, terms: &ImportTerms<'_>, offer: &mut Offer) -> Result<(), Vec<Diagnostic>> {
    let wrong =
        |error: &csv::Error| vec![Diagnostic::new(Code::InvalidCsv, format!("`{name}` cannot be read: {error}"))];
    let mut reader = csv::ReaderBuilder::new().flexible(true).has_headers(false).from_reader(input);
    let mut header: Option<Vec<String>> = None;
    let mut record = csv::StringRecord::new();
    while reader.read_record(&mut record).map_err(|error| wrong(&error))? {
        let Some(columns) = &header else {
            if record.get(0) == Some("SKU") {
                header = Some(record.iter().map(attribute_name).collect());
            }
            continue;
        };
        if record.len() != columns.len() {
            let line = record.position().map_or(0, csv::Position::line);
            let message = format!("`{name}` has {} fields in line {line}, and {} columns", record.len(), columns.len());
            return Err(vec![
                Diagnostic::new(Code::InvalidCsv, message).help("read the list again: a part of it may be lost"),
            ]);
        }
        let field = |wanted: &str| {
            columns.iter().position(|column| column == wanted).and_then(|place| record.get(place)).unwrap_or_default()
        };
        let sku = field("sku").to_owned();
        if field("termtype") != "OnDemand" {
            offer.seen += 1;
            continue;
        }
        if !offer.products.contains_key(&sku) {
            let pairs = columns.iter().zip(&record).filter(|(_, value)| !value.is_empty());
            let attributes = pairs.map(|(column, value)| (column.clone(), value.to_owned())).collect();
            offer.product(name, sku.clone(), attributes, terms)?;
        }
        if offer.products.contains_key(&sku) {
            let dimension = Dimension {
                from: field("startingrange").to_owned(),
                unit: field("unit").to_owned(),
                price: field("priceperunit").to_owned(),
                currency: field("currency").to_owned(),
                effective: field("effectivedate").to_owned(),
            };
            offer.dimensions.entry(sku).or_default().push(dimension);
        }
    }
    Ok(())
}

/// The name of an attribute without blanks and case: `Instance Type` is `instanceType`.
fn attribute_name(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|sign| sign.to_ascii_lowercase()).collect()
}

fn attribute<'a>(attributes: &'a Attributes, name: &str) -> Option<&'a str> {
    let wanted = attribute_name(name);
    let found = attributes.iter().find(|(known, _)| attribute_name(known) == wanted);
    found.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
}

fn skus(name: &str, offer: &Offer, terms: &ImportTerms<'_>, list: &mut ImportedList) -> Result<(), Vec<Diagnostic>> {
    let mut problems = Problems::default();
    for key in &offer.order {
        let (Some(attributes), Some(dimensions)) = (offer.products.get(key), offer.dimensions.get(key)) else {
            continue;
        };
        // A quantity is a fee at the beginning of a term.
        let dimensions: Vec<&Dimension> = dimensions.iter().filter(|one| !is_like("quantity", &one.unit)).collect();
        match sku(name, key, attributes, &dimensions, terms) {
            Ok(Some(sku)) => {
                if list.add(sku.clone(), false, false).is_err() {
                    let sku = ImportedSku { sku: sku_name(&format!("{}-{key}", sku.sku), &[]), in_region: None, ..sku };
                    // The vendor's own SKU is unique.
                    let _ = list.add(sku, false, false);
                }
            }
            Ok(None) => {}
            Err(problem) => problems.push(problem),
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(problems.into_sorted()) }
}

fn sku(
    name: &str,
    key: &str,
    attributes: &Attributes,
    dimensions: &[&Dimension],
    terms: &ImportTerms<'_>,
) -> Result<Option<ImportedSku>, Diagnostic> {
    let Some(first) = dimensions.first() else { return Ok(None) };
    let Some(currency) = Currency::parse(&first.currency) else {
        return Err(Diagnostic::new(Code::InvalidCurrency, format!("`{name}` has a price for `{key}` in no currency")));
    };
    let get = |name: &str| attribute(attributes, name);
    let unit = unit_of(&first.unit);
    let machine = get("instanceType").filter(|_| unit.is_time);
    let charge = ImportedCharge {
        prices: vec![ImportedPrice {
            from: first.effective.get(..10).and_then(|day| day.parse().ok()),
            amount: amount(name, key, dimensions)?,
            per: unit.per.clone(),
            cap: None,
            minimum: None,
        }],
        shape: shape(machine.is_some(), unit),
    };
    let base = match machine {
        Some(machine) => sku_name(&format!("{}{machine}", prefix(get("serviceCode"), get("productFamily"))), &[]),
        None => sku_name(get("usageType").unwrap_or(key), &[]),
    };
    let region = get("regionCode").or(get("fromRegionCode")).or(get("location")).unwrap_or(HOME).to_owned();
    let in_name = machine.is_some() && region != HOME;
    let described = ["productFamily", "group", "volumeType", "location", "databaseEngine", "deploymentOption"];
    let described: Vec<&str> = described.into_iter().filter_map(get).filter(|part| *part != "NA").collect();
    let service = plain(get("serviceCode").unwrap_or("index"));
    Ok(Some(ImportedSku {
        vendor: terms.vendor_of_answer.to_owned(),
        sku: if in_name { sku_name(&format!("{base}-{region}"), &[]) } else { base.clone() },
        in_region: machine.is_some().then_some((base, region)),
        name: Some(plain(machine.or(get("usageType")).unwrap_or(key))),
        category: machine.map(|_| "compute".to_owned()),
        description: Some(plain(&described.join(", "))).filter(|text| !text.is_empty()),
        note: None,
        specification: machine.map(|_| specification(attributes)).unwrap_or_default(),
        sold_until: None,
        currency,
        includes_tax: None,
        source: format!("https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws/{service}"),
        trust: Trust::Vendor,
        retrieved_on: terms.day,
        charges: vec![charge],
    }))
}

/// The prices of a product by the usage from which they hold.
fn amount(name: &str, key: &str, dimensions: &[&Dimension]) -> Result<ImportedAmount, Diagnostic> {
    let number = |text: &str| {
        decimal(text).ok().filter(|number| !number.is_sign_negative() || number.is_zero()).ok_or_else(|| {
            let shown: String = text.chars().take(40).collect();
            Diagnostic::new(Code::InvalidNumber, format!("`{name}` has the price `{shown}` for `{key}`"))
        })
    };
    let mut tiers: Vec<(Decimal, Decimal)> = Vec::new();
    for dimension in dimensions {
        tiers.push((number(&dimension.from)?.normalize(), number(&dimension.price)?.normalize()));
    }
    tiers.sort_unstable();
    tiers.dedup();
    Ok(match tiers[..] {
        [(from, price)] if from.is_zero() => ImportedAmount::One(price),
        _ => ImportedAmount::Tiers(tiers),
    })
}

/// The unit of a price. A GB of AWS has 2^30 bytes.
fn unit_of(written: &str) -> Measure {
    match written.to_ascii_lowercase().as_str() {
        "hrs" => measure("hour", &[]),
        "gb" => measure("gib", &[]),
        "gb-mo" | "gb-month" => measure("gib/month", &[]),
        "gb-hours" | "gb-hour" => measure("gib/hour", &[]),
        words => measure(words, &[]),
    }
}

fn shape(is_machine: bool, unit: Measure) -> ChargeShape {
    ChargeShape {
        meter: if is_machine { "server" } else { "usage" }.to_owned(),
        description: None,
        usage: unit.is_time.then(|| "hours_per_month".to_owned()),
        unit: unit.unit,
        model: None,
        each: true,
        included: None,
        round_usage_up_to: None,
        says_cap: false,
        says_minimum: false,
    }
}

fn specification(attributes: &Attributes) -> Vec<(String, String)> {
    let role = if attribute(attributes, "databaseEngine").is_some() { "database" } else { "server" };
    let is_number = |value: &&str| value.starts_with(|first: char| first.is_ascii_digit());
    let sizes = [("vcpus", "vcpu"), ("memory", "memory")].into_iter().filter_map(|(key, name)| {
        let value = attribute(attributes, name).filter(is_number)?;
        Some((key.to_owned(), value.replace(',', "")))
    });
    [("role".to_owned(), role.to_owned())].into_iter().chain(sizes).collect()
}

/// What is before the type of a machine in the names of the bundled sheet.
fn prefix(service: Option<&str>, family: Option<&str>) -> &'static str {
    match service {
        Some("AmazonRDS") => "rds-",
        Some("AmazonElastiCache") => "elasticache-",
        Some("AmazonEC2") => "ec2-",
        _ if family.is_some_and(|family| family.starts_with("Compute Instance")) => "ec2-",
        _ => "",
    }
}

fn plain(text: &str) -> String {
    text.chars().filter(|sign| !crate::source::acts_on_terminal(*sign)).take(200).collect()
}
