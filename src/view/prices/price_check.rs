//! Doubtful entries in price sheets.

use jiff::civil::Date;
use serde::Serialize;

use crate::calculate::{PriceDoubt, PriceFinding, Severity};
use crate::model::Trust;
use crate::source::Sources;
use crate::view::View;
use crate::view::page::finding::FindingView;
use crate::view::page::layout::{Block, Cell, Page, Records};
use crate::view::page::screen::{COLUMNS, LINES, Tone, elided, footer, sentences, several};

/// The maximum number of SKU names in a finding.
const SHOWN: usize = 3;

/// The findings of a screen, and the columns of one.
const ROWS: usize = LINES - 6;
const ROW: usize = COLUMNS - 2;

/// The findings of a check of price sheets.
#[derive(Debug)]
pub struct PriceCheckView<'a> {
    findings: Vec<PriceFinding<'a>>,
    sheets: usize,
    skus: usize,
    day: Date,
    sources: &'a Sources,
    shows_all: bool,
}

impl<'a> PriceCheckView<'a> {
    /// Shows findings, most severe first, then by sheet, kind and place.
    pub fn new(
        mut findings: Vec<PriceFinding<'a>>,
        (sheets, skus): (usize, usize),
        day: Date,
        sources: &'a Sources,
    ) -> Self {
        findings.sort_by(|a, b| {
            let by_severity = b.kind.severity().cmp(&a.kind.severity());
            let by_sheet = by_severity.then_with(|| a.sku.vendor().cmp(b.sku.vendor()));
            by_sheet.then_with(|| a.kind.code().cmp(b.kind.code())).then_with(|| a.span.cmp(&b.span))
        });
        Self { findings, sheets, skus, day, sources, shows_all: false }
    }

    /// The same view, whose screen has every finding or the first of them.
    #[must_use]
    pub fn listing(self, shows_all: bool) -> Self {
        Self { shows_all, ..self }
    }

    /// The number of findings that make the check fail.
    pub fn failures(&self) -> usize {
        self.findings.iter().filter(|finding| finding.kind.severity() == Severity::Breach).count()
    }

    /// What was checked and found, in a sentence without a full stop.
    pub fn summary(&self) -> String {
        let failures = self.failures();
        let parts = [
            count(self.sheets, "price sheet"),
            count(self.skus, "SKU"),
            count(failures, "gap"),
            count(self.findings.len() - failures, "note"),
        ];
        parts.join(", ")
    }

    /// The findings for people: notes of one kind in one sheet are combined.
    fn shown(&self) -> Vec<FindingView> {
        let is_one = |a: &PriceFinding<'_>, b: &PriceFinding<'_>| {
            a.kind.severity() == Severity::Note && a.kind.code() == b.kind.code() && a.sku.vendor() == b.sku.vendor()
        };
        self.findings.chunk_by(is_one).map(|found| self.several(found)).collect()
    }

    fn several(&self, found: &[PriceFinding<'_>]) -> FindingView {
        let first = &found[0];
        let place = self.sources.origin(first.span);
        let mut skus: Vec<&str> = found.iter().map(|finding| &*finding.sku.id).collect();
        skus.dedup();
        let message = match (found, &skus[..]) {
            ([one], _) => message(one),
            (_, [sku]) => format!("`{sku}` {}", together(first.kind, false)),
            _ => {
                let more = match skus.len().saturating_sub(SHOWN) {
                    0 => String::new(),
                    more => format!(" and {more} more"),
                };
                let names = skus[..skus.len().min(SHOWN)].join(", ");
                format!("{} SKUs {}: {names}{more}", skus.len(), together(first.kind, true))
            }
        };
        let message = format!("{place}: {message}");
        FindingView { severity: first.kind.severity().as_str(), code: first.kind.code(), message, customers: None }
    }
}

fn count(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// One finding in a sentence.
fn message(finding: &PriceFinding<'_>) -> String {
    let sku = &finding.sku.id;
    let meters = finding.meters.join(", ");
    match finding.kind {
        PriceDoubt::Gap { from, to } if from == to => {
            format!("`{sku}` has no price for {meters} on {from}, between two prices")
        }
        PriceDoubt::Gap { from, to } => {
            format!("`{sku}` has no price for {meters} from {from} to {to}, between two prices")
        }
        PriceDoubt::Ended { on } => format!("`{sku}` has had no price for {meters} after {on}"),
        PriceDoubt::NotYet { from } => format!("`{sku}` has no price for {meters} before {from}"),
        PriceDoubt::SecondHand { trust } => {
            let read = if trust == Trust::Fixture { "in a test fixture" } else { "on a third party's page" };
            format!("`{sku}` has a price for {meters} that was read {read}")
        }
        PriceDoubt::Old { retrieved_on } => {
            format!("`{sku}` has a price for {meters} that was read on {retrieved_on}, over a year before")
        }
        PriceDoubt::NoCategory => format!("`{sku}` names no category"),
    }
}

/// What several findings of one kind have in common, for one SKU or many.
fn together(kind: PriceDoubt, are_many: bool) -> String {
    let (have, name) = if are_many { ("have", "name") } else { ("has", "names") };
    match kind {
        PriceDoubt::Gap { .. } => format!("{have} days without a price, between two prices"),
        PriceDoubt::Ended { .. } => format!("{have} charges that no longer have a price"),
        PriceDoubt::NotYet { .. } => format!("{have} charges that do not have a price yet"),
        PriceDoubt::SecondHand { .. } => format!("{have} prices that were not read from the vendor"),
        PriceDoubt::Old { .. } => format!("{have} prices that were read over a year before"),
        PriceDoubt::NoCategory => format!("{name} no category"),
    }
}

impl View for PriceCheckView<'_> {
    fn page(&self) -> Page {
        let text = match self.skus {
            0 => "Nothing was checked: the project has no price sheet of its own. `--bundled` checks those that come with \
                  costplan."
                .to_owned(),
            _ => format!("Prices of {}: {}.", self.day, self.summary()),
        };
        let text = Block::Text(text);
        let mut blocks = vec![Block::Title("Check of the price sheets".to_owned()), text];
        blocks.extend(Block::findings(self.shown()));
        Page { blocks }
    }

    fn screen(&self) -> Page {
        let found = self.shown();
        if self.shows_all || found.len() <= 1 {
            return self.page();
        }
        let answer = match self.failures() {
            0 => format!("No gaps in {}, prices of {}", several(self.sheets, "price sheet"), self.day),
            gaps => {
                format!("{} in {}, prices of {}", several(gaps, "gap"), several(self.sheets, "price sheet"), self.day)
            }
        };
        let rows = found.iter().map(|finding| {
            let text = elided(&finding.message, ROW).into_owned();
            (Tone::of(finding.severity), text)
        });
        let shown: Vec<(Tone, String)> = rows.take(ROWS).collect();
        let all = format!("{}, {} in all", several(self.skus, "SKU"), several(self.findings.len(), "finding"));
        let rest = found.len().saturating_sub(ROWS);
        let more = match rest {
            0 => format!("{all}; in full: --all, or --vendor NAME"),
            rest => format!("{rest} more: --all, or --vendor NAME; {all}"),
        };
        let blocks = [Block::Headline(answer)].into_iter().chain(sentences(shown)).chain(footer([more]));
        Page { blocks: blocks.collect() }
    }

    fn records(&self) -> Records<'_> {
        let header = vec!["severity", "code", "place", "sku", "meters", "message"];
        let rows = self.findings.iter().map(|finding| {
            vec![
                Cell::text(finding.kind.severity().as_str()),
                Cell::text(finding.kind.code()),
                Cell::text(self.sources.origin(finding.span)),
                Cell::text(&*finding.sku.id),
                Cell::text(finding.meters.join(",")),
                Cell::text(message(finding)),
            ]
        });
        Records { header, rows: Box::new(rows) }
    }
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct CheckJson<'a> {
    schema: &'static str,
    as_of: String,
    passed: bool,
    price_sheets: usize,
    skus: usize,
    findings: Vec<FindingJson<'a>>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct FindingJson<'a> {
    severity: &'static str,
    code: &'static str,
    message: String,
    sku: &'a str,
    meters: &'a [&'a str],
    place: String,
}

impl Serialize for PriceCheckView<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let findings = self.findings.iter().map(|finding| FindingJson {
            severity: finding.kind.severity().as_str(),
            code: finding.kind.code(),
            message: message(finding),
            sku: &finding.sku.id,
            meters: &finding.meters,
            place: self.sources.origin(finding.span),
        });
        CheckJson {
            schema: "costplan.price_check.v1",
            as_of: self.day.to_string(),
            passed: self.failures() == 0,
            price_sheets: self.sheets,
            skus: self.skus,
            findings: findings.collect(),
        }
        .serialize(serializer)
    }
}
