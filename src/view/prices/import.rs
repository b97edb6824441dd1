//! What an import changes in price sheets, and in the totals of the stages.

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::Serialize;

use crate::model::{
    FarFromList, Fraction, ImportedChange, ImportedChangeKind, ImportedChanges, Sku, StageEffect, Terms,
};
use crate::view::View;
use crate::view::page::layout::{Block, Cell, Column, Grid, Mark, Page, Records};
use crate::view::page::number::Number;
use crate::view::page::screen;
use crate::view::prices::effect::{EffectJson, STAGES, effect_grid};
use crate::view::prices::price_terms::{one_in_short, sku_in_short};

/// The rows of a screen for changes.
const CHANGES: usize = 8;

/// A price sheet of an import.
#[derive(Clone, Debug)]
pub struct ShownSheet<'a> {
    /// The vendor's id.
    pub vendor: &'a str,
    /// The file.
    pub file: String,
    /// Whether the file is there afterwards with another text.
    pub is_written: bool,
    /// What changed.
    pub changes: &'a ImportedChanges,
}

/// What an import changes.
#[derive(Debug)]
pub struct ImportView<'a> {
    /// The sheets.
    pub sheets: Vec<ShownSheet<'a>>,
    /// What it does to the stages.
    pub effects: &'a [StageEffect],
    /// Why that is not known.
    pub no_effects: Option<&'a str>,
    /// How many records have no price.
    pub without_price: usize,
    /// Whether the answers are only a part.
    pub is_part: bool,
    /// The day on which the answers were read.
    pub day: Date,
    /// Whether nothing is written.
    pub is_dry: bool,
    /// Whether a screen shows every change.
    pub is_detailed: bool,
}

impl ImportView<'_> {
    fn changes(&self) -> impl Iterator<Item = (&ShownSheet<'_>, &ImportedChange)> {
        self.sheets.iter().flat_map(|sheet| sheet.changes.changes.iter().map(move |change| (sheet, change)))
    }

    fn count(&self, is_counted: impl Fn(&ImportedChangeKind) -> bool) -> usize {
        self.changes().filter(|(_, change)| is_counted(&change.kind)).count()
    }

    /// Whether a price moved: one changed, or a SKU came or went.
    pub fn have_moved(&self) -> bool {
        self.sheets.iter().any(|sheet| sheet.changes.have_moved())
    }

    /// How many prices changed, in a sentence without a full stop.
    pub fn summary(&self) -> String {
        let counts = [
            (self.count(|kind| matches!(kind, ImportedChangeKind::Changed { .. })), "changed"),
            (self.count(|kind| matches!(kind, ImportedChangeKind::Added)), "added"),
            (self.count(|kind| matches!(kind, ImportedChangeKind::Gone(_))), "no longer sold"),
            (self.count(|kind| matches!(kind, ImportedChangeKind::Back)), "sold again"),
            (self.count(|kind| matches!(kind, ImportedChangeKind::Kept(_))), "left as they are"),
            (self.sheets.iter().map(|sheet| sheet.changes.unchanged).sum(), "unchanged"),
        ];
        let said = counts.into_iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}"));
        let said: Vec<String> = said.collect();
        if said.is_empty() { "nothing changed".to_owned() } else { said.join(", ") }
    }

    /// What may be a mistake of the answer: prices of nothing, and prices that are far from those of before.
    fn doubts(&self) -> Vec<(&'static str, Vec<&str>)> {
        let of = |doubt: PriceJump| {
            let found = self.changes().filter(|(_, change)| jump(&change.kind, &change.sku) == Some(doubt));
            let mut skus: Vec<&str> = found.map(|(_, change)| &*change.sku.id).collect();
            skus.dedup();
            (doubt.word(), skus)
        };
        PriceJump::ALL.map(of).into_iter().filter(|(_, skus)| !skus.is_empty()).collect()
    }

    fn change_grid(&self, most: usize) -> Grid {
        let mut grid = screen::grid(vec![
            Column::left("SKU").at_least(16),
            Column::left("").at_least(7),
            Column::left("Old price").at_least(14),
            Column::left("New price").at_least(14),
            Column::left("From").at_least(10),
        ]);
        let mut changes: Vec<&ImportedChange> = self.changes().map(|(_, change)| change).collect();
        changes.sort_by_key(|change| weight(&change.kind));
        let (shown, more) = screen::folded(&changes, most);
        for change in shown {
            if matches!(change.kind, ImportedChangeKind::Kept(_)) {
                grid.mark(Mark::Faint);
            }
            let [old, new] = prices(change);
            grid.cell(&change.sku.id).cell(word(&change.kind)).cell(old).cell(new);
            grid.cell(day(&change.kind).map(|day| day.to_string()).unwrap_or_default());
        }
        screen::fold(&mut grid, more.len(), "--details");
        grid
    }

    fn layout(&self, changes: usize, stages: usize) -> Page {
        let verb = if self.is_dry { "would be imported" } else { "imported" };
        let vendors: Vec<&str> = self.sheets.iter().map(|sheet| sheet.vendor).collect();
        let vendors = if vendors.len() > 3 { screen::several(vendors.len(), "vendor") } else { vendors.join(", ") };
        let mut blocks = vec![Block::Headline(format!("Prices of {vendors} {verb}: {}", self.summary()))];
        let grid = self.change_grid(changes);
        blocks.extend((!grid.is_empty()).then_some(Block::Grid(grid)));
        blocks.extend(effect_grid(self.effects, stages));
        let mut notes = Vec::new();
        for sheet in self.sheets.iter().filter(|sheet| sheet.is_written).take(3) {
            notes.push(format!("{} {}", if self.is_dry { "would write" } else { "wrote" }, sheet.file));
        }
        if self.sheets.iter().all(|sheet| !sheet.is_written) {
            notes.push("no file has another text afterwards".to_owned());
        }
        if let Some(reason) = self.no_effects {
            notes.push(format!("totals of stages are not compared: {reason}"));
        }
        for (what, skus) in self.doubts() {
            let named = skus.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
            let more = if skus.len() > NAMED { " and more" } else { "" };
            notes.push(format!("to be looked at: {} {what}: {named}{more}", screen::several(skus.len(), "SKU")));
        }
        if self.without_price > 0 {
            notes.push(format!("{} without a price left out", screen::several(self.without_price, "record")));
        }
        if self.is_part {
            notes.push("the answer is a part of all, so no SKU was ended".to_owned());
        }
        blocks.extend(screen::footer(notes));
        Page { blocks }
    }
}

/// The most SKUs that a note names.
const NAMED: usize = 3;

/// A price that may be a mistake of the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum PriceJump {
    /// A price that was above zero is zero.
    NowFree,
    /// A price is at least [`FarFromList::FACTOR`] times that of before, or at most that part of it.
    Far,
    /// A new SKU costs nothing.
    NewAndFree,
}

impl PriceJump {
    const ALL: [Self; 3] = [Self::NowFree, Self::Far, Self::NewAndFree];

    /// What holds of the SKUs, after their number.
    fn word(self) -> &'static str {
        match self {
            Self::NowFree => "with a price of 0 that was more",
            Self::Far => "with ten times the price or more, or a tenth or less",
            Self::NewAndFree => "that cost nothing",
        }
    }

    /// The name in JSON.
    fn name(self) -> &'static str {
        match self {
            Self::NowFree => "now_free",
            Self::Far => "far",
            Self::NewAndFree => "new_and_free",
        }
    }
}

/// Why a change may be a mistake of the answer.
fn jump(kind: &ImportedChangeKind, sku: &Sku) -> Option<PriceJump> {
    match kind {
        ImportedChangeKind::Changed { old, new, .. } => {
            let pairs = || amounts(old).into_iter().zip(amounts(new));
            if pairs().any(|(old, new)| !old.is_zero() && new.is_zero()) {
                return Some(PriceJump::NowFree);
            }
            let is_same_basis = old.currency == new.currency
                && old.pricing.model() == new.pricing.model()
                && old.pricing.per() == new.pricing.per()
                && old.pricing.period() == new.pricing.period();
            let is_far = |(old, new): (Decimal, Decimal)| {
                let (less, more) = (old.min(new), old.max(new));
                !less.is_zero() && Fraction::new(more, less).is_ok_and(|times| times >= FarFromList::FACTOR.into())
            };
            (is_same_basis && pairs().any(is_far)).then_some(PriceJump::Far)
        }
        ImportedChangeKind::Added => {
            let mut all =
                sku.charges.iter().flat_map(|charge| &charge.prices).flat_map(|terms| amounts(terms)).peekable();
            (all.peek().is_some() && all.all(|amount| amount.is_zero())).then_some(PriceJump::NewAndFree)
        }
        ImportedChangeKind::Gone(_) | ImportedChangeKind::Back | ImportedChangeKind::Kept(_) => None,
    }
}

/// The amounts of a price: one, or those of its tiers.
fn amounts(terms: &Terms) -> Vec<Decimal> {
    let one = terms.pricing.price().map(|price| price.expected);
    one.into_iter().chain(terms.pricing.tiers().iter().map(|tier| tier.price)).collect()
}

/// What matters most comes first.
fn weight(kind: &ImportedChangeKind) -> u8 {
    match kind {
        ImportedChangeKind::Changed { .. } => 0,
        ImportedChangeKind::Gone(_) => 1,
        ImportedChangeKind::Back => 2,
        ImportedChangeKind::Added => 3,
        ImportedChangeKind::Kept(_) => 4,
    }
}

fn word(kind: &ImportedChangeKind) -> &'static str {
    match kind {
        ImportedChangeKind::Changed { .. } => "changed",
        ImportedChangeKind::Gone(_) => "gone",
        ImportedChangeKind::Back => "back",
        ImportedChangeKind::Added => "added",
        ImportedChangeKind::Kept(_) => "kept",
    }
}

fn day(kind: &ImportedChangeKind) -> Option<Date> {
    match kind {
        ImportedChangeKind::Changed { from, .. } => Some(*from),
        ImportedChangeKind::Gone(last) => last.tomorrow().ok(),
        ImportedChangeKind::Back | ImportedChangeKind::Added | ImportedChangeKind::Kept(_) => None,
    }
}

/// The old and the new price in words.
fn prices(change: &ImportedChange) -> [String; 2] {
    match &change.kind {
        ImportedChangeKind::Changed { charge, old, new, .. } => {
            [old, new].map(|terms| one_in_short(&change.sku, charge, terms))
        }
        ImportedChangeKind::Gone(last) => [format!("sold until {last}"), String::new()],
        ImportedChangeKind::Back => [String::new(), "sold again".to_owned()],
        ImportedChangeKind::Added => [String::new(), added(&change.sku)],
        ImportedChangeKind::Kept(reason) => [reason.clone(), String::new()],
    }
}

fn added(sku: &Sku) -> String {
    let terms = sku.charges.iter().flat_map(|charge| &charge.prices);
    // A price that begins later is the one that is added.
    let day = terms.filter_map(|terms| Some(terms.citation.as_ref()?.retrieved_on.max(terms.effective_from?))).max();
    let read = sku.charges.iter().flat_map(|charge| &charge.prices).find_map(|terms| terms.citation.as_ref());
    sku_in_short(sku, day.or(read.map(|read| read.retrieved_on)).unwrap_or(Date::MAX))
}

impl View for ImportView<'_> {
    fn page(&self) -> Page {
        self.layout(usize::MAX, usize::MAX)
    }

    fn screen(&self) -> Page {
        if self.is_detailed { self.page() } else { self.layout(CHANGES, STAGES) }
    }

    fn records(&self) -> Records<'_> {
        let header = vec!["vendor", "sku", "change", "meter", "old_price", "new_price", "from", "reason"];
        let text = |text: Option<String>| text.filter(|text| !text.is_empty()).map_or(Cell::Empty, Cell::text);
        let amount =
            |price: Option<&PriceJson>| Cell::number(price.and_then(|price| price.price.as_ref()).map(|price| price.0));
        let rows = self.changes().map(move |(sheet, change)| {
            let json = ChangeJson::new(change);
            vec![
                Cell::text(sheet.vendor),
                Cell::text(json.sku),
                Cell::text(json.change),
                json.meter.map_or(Cell::Empty, Cell::text),
                amount(json.old.as_ref()),
                amount(json.new.as_ref()),
                text(json.from),
                text(json.reason),
            ]
        });
        Records { header, rows: Box::new(rows) }
    }
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct ImportJson<'a> {
    schema: &'static str,
    retrieved_on: String,
    dry_run: bool,
    moved: bool,
    is_part: bool,
    without_price: usize,
    sheets: Vec<SheetJson<'a>>,
    stages: Vec<EffectJson<'a>>,
    stages_unknown: Option<&'a str>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct SheetJson<'a> {
    vendor: &'a str,
    file: &'a str,
    written: bool,
    unchanged: usize,
    changes: Vec<ChangeJson<'a>>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct ChangeJson<'a> {
    sku: &'a str,
    change: &'static str,
    meter: Option<&'a str>,
    old: Option<PriceJson>,
    new: Option<PriceJson>,
    from: Option<String>,
    reason: Option<String>,
    doubt: Option<&'static str>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct PriceJson {
    price: Option<Number>,
    cap: Option<Number>,
    currency: String,
    text: String,
}

impl<'a> ChangeJson<'a> {
    fn new(change: &'a ImportedChange) -> Self {
        let shown = |terms: &Terms, text: String| PriceJson {
            price: terms.pricing.price().map(|price| Number(price.expected)),
            cap: terms.cap.map(Number),
            currency: terms.currency.to_string(),
            text,
        };
        let [old_text, new_text] = prices(change);
        let (meter, old, new, reason) = match &change.kind {
            ImportedChangeKind::Changed { charge, old, new, .. } => {
                (Some(&*charge.meter), Some(shown(old, old_text)), Some(shown(new, new_text)), None)
            }
            ImportedChangeKind::Added => {
                let first = change.sku.charges.first().and_then(|charge| Some((charge, charge.prices.last()?)));
                let meter = first.map(|(charge, _)| &*charge.meter);
                (meter, None, first.map(|(_, terms)| shown(terms, new_text)), None)
            }
            ImportedChangeKind::Kept(reason) => (None, None, None, Some(reason.clone())),
            ImportedChangeKind::Gone(_) | ImportedChangeKind::Back => (None, None, None, None),
        };
        let from = day(&change.kind).map(|day| day.to_string());
        let doubt = jump(&change.kind, &change.sku).map(PriceJump::name);
        Self { sku: &change.sku.id, change: word(&change.kind), meter, old, new, from, reason, doubt }
    }
}

impl Serialize for ImportView<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let sheets = self.sheets.iter().map(|sheet| SheetJson {
            vendor: sheet.vendor,
            file: &sheet.file,
            written: sheet.is_written && !self.is_dry,
            unchanged: sheet.changes.unchanged,
            changes: sheet.changes.changes.iter().map(ChangeJson::new).collect(),
        });
        ImportJson {
            schema: "costplan.price_import.v1",
            retrieved_on: self.day.to_string(),
            dry_run: self.is_dry,
            moved: self.have_moved(),
            is_part: self.is_part,
            without_price: self.without_price,
            sheets: sheets.collect(),
            stages: self.effects.iter().map(EffectJson::new).collect(),
            stages_unknown: self.no_effects,
        }
        .serialize(serializer)
    }
}
