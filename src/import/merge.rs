//! Merges imported prices into a price sheet by their days: a changed price gets an entry beside the old one, and no price of
//! a day that has passed changes.
//!
//! ```text
//! own sheet (text) + what it says (model) + imported prices -> the new text + what changed
//! ```

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use jiff::civil::Date;
use toml_edit::DocumentMut;

use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::import::bundled_part::bundled_part;
use crate::import::edit::{
    NewPrice, NotEditable, Place, add_price, dated, has_lines, is_marked, mark, replace_price, set, sku,
};
use crate::import::imported::{ImportedCharge, ImportedPrice, ImportedSku};
use crate::import::same_price::{by_month, is_alike, is_same};
use crate::import::sheet_text::{Head, quoted, sheet_of, sku_text, terms};
use crate::model::{Charge, ImportedChange, ImportedChangeKind, ImportedChanges, PriceSheet, Sku, Terms};
use crate::parse;
use crate::resolve;
use crate::source::{FileId, Sources};

/// The sheet into which prices are merged.
#[derive(Debug)]
pub(crate) struct Target<'a> {
    /// The vendor's id.
    pub(crate) vendor: &'a str,
    /// The sheet of the project, or the head of a new one.
    pub(crate) text: &'a str,
    /// The place of that text in the sources, if the project has the sheet.
    pub(crate) file: Option<FileId>,
    /// The text of the bundled sheet, if the sheet extends that.
    pub(crate) bundled: Option<&'a str>,
    /// What the sheet says, with what it extends.
    pub(crate) known: &'a PriceSheet,
    /// What the head of the sheet says.
    pub(crate) head: Head,
    /// The day on which the answers were read.
    pub(crate) day: Date,
    /// Whether a SKU that the answers do not have is no longer sold.
    pub(crate) is_whole: bool,
    /// Whether only some records were selected.
    pub(crate) is_selection: bool,
}

/// A sheet with the imported prices.
#[derive(Debug)]
pub(crate) struct Merged {
    pub(crate) text: String,
    pub(crate) changes: ImportedChanges,
}

/// Merges prices.
///
/// # Errors
/// What makes a sheet of the imported prices that cannot be read.
pub(crate) fn merge(
    target: &Target<'_>,
    imported: &[ImportedSku],
    sources: &mut Sources,
) -> Result<Merged, Vec<Diagnostic>> {
    let text = sheet_of(imported, target.vendor, &target.head, target.day);
    let file = sources.add(format!("imported prices of {}", target.vendor), text);
    let mut problems = Problems::default();
    let raw = parse::price_sheet(file, sources.text(file), &mut problems);
    let read = raw.map(|raw| resolve::price_sheet(raw, target.vendor, None, &mut problems));
    let Some(read) = read.filter(|_| problems.is_empty()) else { return Err(problems.into_sorted()) };
    let document = target.text.parse::<DocumentMut>().map_err(|_| vec![not_editable(target.vendor)])?;
    let mut merging = Merging {
        target,
        document,
        appended: Vec::new(),
        changes: ImportedChanges::default(),
        inserted: Inserted::default(),
        known: target.known.skus.iter().map(|sku| (sku.name_in_sheet(), sku)).collect(),
    };
    for (imported, new) in imported.iter().zip(&read.skus) {
        merging.sku(imported, new)?;
    }
    if target.is_whole {
        merging.gone(imported, &read)?;
    }
    let mut text = merging.document.to_string();
    let appended = merging.appended.iter().filter_map(|appended| match appended {
        Appended::New(text) => Some(text.clone()),
        Appended::Copy { document, is_changed, .. } => is_changed.then(|| document.to_string()),
    });
    for (place, part) in appended.enumerate() {
        if place == 0 {
            text.truncate(text.trim_end().len());
            text.push('\n');
        }
        text.push('\n');
        text.push_str(part.trim());
        text.push('\n');
    }
    Ok(Merged { text: with_ends_of(target.text, text), changes: merging.changes })
}

/// A text with the line ends and the first mark of the text that it was made of; that text if nothing else differs.
fn with_ends_of(original: &str, edited: String) -> String {
    let plain = |text: &str| text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
    if plain(original) == plain(&edited) {
        return original.to_owned();
    }
    let mut text = edited;
    if original.contains("\r\n") {
        text = plain(&text).replace('\n', "\r\n");
    }
    if original.starts_with('\u{feff}') && !text.starts_with('\u{feff}') {
        text.insert(0, '\u{feff}');
    }
    text
}

/// What comes after the document.
enum Appended {
    /// A SKU that the sheet did not have.
    New(String),
    /// A bundled SKU that is written into the sheet if it is changed.
    Copy { name: String, document: Box<DocumentMut>, is_changed: bool },
}

/// How many prices were inserted, by the SKU and the places of the charge and of the price that they came after.
type Inserted = HashMap<(String, usize), Vec<usize>>;

fn not_editable(vendor: &str) -> Diagnostic {
    let message = format!("the price sheet of `{vendor}` is written in a way that an import cannot edit");
    let help = "write its SKUs as tables, `[skus.NAME]` and `[[skus.NAME.charges]]`, or move the file away";
    Diagnostic::new(Code::OtherAnswer, message).help(help)
}

/// The comment by which an import knows what it has ended itself.
const ENDED: &str = "not in the answer of ";

struct Merging<'a> {
    target: &'a Target<'a>,
    document: DocumentMut,
    appended: Vec<Appended>,
    changes: ImportedChanges,
    inserted: Inserted,
    /// The SKUs that are known, by their names in the sheet.
    known: HashMap<&'a str, &'a Arc<Sku>>,
}

type Step = Result<(), Vec<Diagnostic>>;

impl Merging<'_> {
    fn sku(&mut self, imported: &ImportedSku, new: &Arc<Sku>) -> Step {
        let target = self.target;
        let find = |name: &str| self.known.get(name).copied();
        // A sheet may have the prices of several regions in one SKU.
        let by_region = imported.in_region.as_ref().and_then(|(name, region)| Some((find(name)?, region.as_str())));
        let by_region = by_region.filter(|(sku, region)| chosen_by(sku, region));
        let (known, region) = match (find(&imported.sku), by_region) {
            (Some(known), _) => {
                let region = imported.in_region.as_ref().map(|(_, region)| region.as_str());
                (known, region.filter(|region| chosen_by(known, region)))
            }
            (None, Some((known, region))) => (known, Some(region)),
            (None, None) => {
                self.appended.push(Appended::New(sku_text(imported, &target.head)));
                self.change(new, ImportedChangeKind::Added);
                return Ok(());
            }
        };
        let is_own = Some(known.span.file) == target.file;
        let copy = if is_own { None } else { Some(self.copied(known)?) };
        let mut found = Vec::new();
        let document = match copy.and_then(|place| self.appended.get_mut(place)) {
            Some(Appended::Copy { document, .. }) => document,
            _ => &mut self.document,
        };
        let merged = charges(document, known, imported, new, region, (&mut found, &mut self.inserted));
        let merged = merged.and_then(|is_confirmed| {
            sold(document, known, imported, &mut found)?;
            Ok(is_confirmed)
        });
        let is_confirmed = merged.map_err(|NotEditable| vec![not_editable(target.vendor)])?;
        let has_moved = found.iter().any(|kind| !matches!(kind, ImportedChangeKind::Kept(_)));
        if let Some(Appended::Copy { is_changed, .. }) = copy.and_then(|place| self.appended.get_mut(place)) {
            *is_changed |= is_confirmed || has_moved;
        }
        self.changes.unchanged += usize::from(found.is_empty());
        for kind in found {
            self.change(known, kind);
        }
        Ok(())
    }

    fn change(&mut self, sku: &Arc<Sku>, kind: ImportedChangeKind) {
        self.changes.changes.push(ImportedChange { sku: Arc::clone(sku), kind });
    }

    /// The place of the copy of a bundled SKU, with what the head of its sheet says.
    fn copied(&mut self, known: &Sku) -> Result<usize, Vec<Diagnostic>> {
        let wanted = known.name_in_sheet();
        let is_it = |appended: &Appended| matches!(appended, Appended::Copy { name, .. } if name == wanted);
        if let Some(place) = self.appended.iter().position(is_it) {
            return Ok(place);
        }
        let document = self.target.bundled.and_then(|text| bundled_part(text, wanted, &self.target.head));
        let document = document.ok_or_else(|| vec![not_editable(self.target.vendor)])?;
        let copy = Appended::Copy { name: wanted.to_owned(), document: Box::new(document), is_changed: false };
        self.appended.push(copy);
        Ok(self.appended.len() - 1)
    }

    /// Ends the SKUs that an earlier import of the same answers wrote, or that are priced as theirs, and that they no longer
    /// have.
    fn gone(&mut self, imported: &[ImportedSku], read: &PriceSheet) -> Step {
        let target = self.target;
        let names: BTreeSet<&str> = imported.iter().map(|sku| sku.sku.as_str()).collect();
        let sources: BTreeSet<&str> = imported.iter().map(|sku| sku.source.as_str()).collect();
        let Ok(last) = target.day.yesterday() else { return Ok(()) };
        let kinds: Vec<&Charge> =
            read.skus.iter().filter_map(|sku| sku.charges.first().map(|charge| &**charge)).collect();
        for known in &target.known.skus {
            let is_listed = names.contains(known.name_in_sheet());
            let is_sold = known.sale.sold_until.is_none();
            if is_listed || !is_sold || Some(known.span.file) != target.file || last_read(known) > Some(target.day) {
                continue;
            }
            let citations =
                known.charges.iter().flat_map(|charge| &charge.prices).filter_map(|terms| terms.citation.as_ref());
            let mut citations = citations.map(|citation| &*citation.source);
            let is_alike = || {
                !target.is_selection
                    && known.charges.first().is_some_and(|charge| kinds.iter().any(|kind| is_alike(charge, kind)))
                    && known.charges.iter().all(|charge| kinds_have(read, charge))
            };
            if citations.any(|source| sources.contains(source)) || is_alike() {
                let is_table = has_lines(&self.document, known.name_in_sheet());
                let table = sku(&mut self.document, known.name_in_sheet());
                let written = table.and_then(|table| {
                    set(table, "sold_until", &last.to_string())?;
                    if is_table {
                        mark(table, "sold_until", &format!("{ENDED}{}", target.day));
                    }
                    Ok(())
                });
                written.map_err(|NotEditable| vec![not_editable(target.vendor)])?;
                self.change(known, ImportedChangeKind::Gone(last));
            }
        }
        Ok(())
    }
}

/// Whether some SKU of the answers has such a charge.
fn kinds_have(read: &PriceSheet, charge: &Charge) -> bool {
    read.skus.iter().flat_map(|sku| &sku.charges).any(|kind| is_alike(charge, kind))
}

/// Whether a SKU has prices that are chosen by a region.
fn chosen_by(sku: &Sku, region: &str) -> bool {
    let terms = sku.charges.iter().flat_map(|charge| &charge.prices);
    terms.into_iter().any(|terms| terms.when.iter().any(|(_, value)| **value == *region))
}

/// The last day on which a price of a SKU was read.
fn last_read(sku: &Sku) -> Option<Date> {
    let terms = sku.charges.iter().flat_map(|charge| &charge.prices);
    terms.filter_map(|terms| terms.citation.as_ref().map(|citation| citation.retrieved_on)).max()
}

/// Whether a SKU that an import ended is sold again, or is announced to end.
fn sold(
    document: &mut DocumentMut,
    known: &Sku,
    imported: &ImportedSku,
    found: &mut Vec<ImportedChangeKind>,
) -> Result<(), NotEditable> {
    if last_read(known).is_some_and(|day| day > imported.retrieved_on) {
        return Ok(());
    }
    let table = sku(document, known.name_in_sheet())?;
    match (known.sale.sold_until, imported.sold_until) {
        (known, Some(day)) if known != Some(day) => {
            set(table, "sold_until", &day.to_string())?;
            found.push(ImportedChangeKind::Gone(day));
        }
        (Some(_), None) if is_marked(table, "sold_until", ENDED) => {
            table.remove("sold_until");
            found.push(ImportedChangeKind::Back);
        }
        _ => {}
    }
    Ok(())
}

/// Merges the charges of a SKU. Whether the document has another text now.
fn charges(
    document: &mut DocumentMut,
    known: &Sku,
    imported: &ImportedSku,
    new: &Sku,
    region: Option<&str>,
    (found, inserted): (&mut Vec<ImportedChangeKind>, &mut Inserted),
) -> Result<bool, NotEditable> {
    let mut is_confirmed = false;
    for (charge, new_charge) in imported.charges.iter().zip(&new.charges) {
        let Some(place) = known.charges.iter().position(|known| known.meter == new_charge.meter) else {
            found.push(ImportedChangeKind::Kept(format!("the sheet has no charge `{}`", new_charge.meter)));
            continue;
        };
        let old_charge = &known.charges[place];
        let by_month = if is_alike(old_charge, new_charge) { None } else { by_month(old_charge, charge, new_charge) };
        let (charge, new_charge) = match &by_month {
            Some((charge, new_charge)) => (charge, new_charge),
            None => (charge, &**new_charge),
        };
        if !is_alike(old_charge, new_charge) {
            found.push(ImportedChangeKind::Kept(format!(
                "`{}` is billed in another way in the sheet",
                new_charge.meter
            )));
            continue;
        }
        let inserted = inserted.entry((known.name_in_sheet().to_owned(), place)).or_default();
        let mut at = Merge { document, known, old_charge, place, imported, charge, region, inserted, added: 0 };
        for (price, terms) in charge.prices.iter().zip(&new_charge.prices) {
            is_confirmed |= at.price(price, terms, found)?;
        }
    }
    Ok(is_confirmed)
}

/// The merge of one charge.
struct Merge<'m> {
    document: &'m mut DocumentMut,
    known: &'m Sku,
    old_charge: &'m Arc<Charge>,
    place: usize,
    imported: &'m ImportedSku,
    charge: &'m ImportedCharge,
    region: Option<&'m str>,
    /// The places of the prices after which others were inserted.
    inserted: &'m mut Vec<usize>,
    /// How many of them are of this SKU of the answer.
    added: usize,
}

impl Merge<'_> {
    /// Merges a price. Whether the text changed.
    fn price(
        &mut self,
        price: &ImportedPrice,
        new: &Arc<Terms>,
        found: &mut Vec<ImportedChangeKind>,
    ) -> Result<bool, NotEditable> {
        let read_on = self.imported.retrieved_on;
        let is_past = |next: &ImportedPrice| next.from.is_some_and(|from| from <= read_on);
        if self.charge.prices.iter().skip_while(|known| *known != price).nth(1).is_some_and(is_past) {
            // What the answer says of the past is known, or is not rewritten.
            return Ok(false);
        }
        let stated = price.from.unwrap_or(read_on);
        let day = stated.max(read_on);
        let (place, old) = match self.held(day)[..] {
            [place] => (place, &self.old_charge.prices[place]),
            [] => {
                let reason = format!("the sheet has no price for `{}` on {day}", self.old_charge.meter);
                found.push(ImportedChangeKind::Kept(reason));
                return Ok(false);
            }
            _ => {
                let reason = format!("the price of `{}` depends on options in the sheet", self.old_charge.meter);
                found.push(ImportedChangeKind::Kept(reason));
                return Ok(false);
            }
        };
        if is_same(old, new, &self.charge.shape) {
            return self.confirm(place, old);
        }
        let read_before = old.citation.as_ref().map_or(read_on, |citation| citation.retrieved_on);
        if read_before > read_on {
            let reason =
                format!("the price of `{}` in the sheet was read later, on {read_before}", self.old_charge.meter);
            found.push(ImportedChangeKind::Kept(reason));
            return Ok(false);
        }
        // No day that has passed gets another price, whatever the answer says of it.
        let from = day.max(old.effective_from.unwrap_or(Date::MIN));
        self.write(price, new, (place, old), from, found)
    }

    /// Where a price is now that was at a place before the import.
    fn now(&self, place: usize) -> usize {
        place + self.inserted.iter().filter(|inserted| **inserted < place).count() + self.added
    }

    /// The places of the prices that hold on a day.
    fn held(&self, day: Date) -> Vec<usize> {
        let is_of_region =
            |terms: &Terms| self.region.is_none_or(|region| terms.when.iter().any(|(_, value)| **value == *region));
        let holds = |terms: &Terms| terms.holds_on(day) && terms.holds_for_order(day) && is_of_region(terms);
        (0..self.old_charge.prices.len()).filter(|place| holds(&self.old_charge.prices[*place])).collect()
    }

    fn write(
        &mut self,
        price: &ImportedPrice,
        new: &Arc<Terms>,
        (place, old): (usize, &Arc<Terms>),
        from: Date,
        found: &mut Vec<ImportedChangeKind>,
    ) -> Result<bool, NotEditable> {
        let mut keys = terms(price, self.charge);
        keys.retain(|(key, _)| *key != "effective_from");
        if new.currency != old.currency {
            keys.push(("currency", quoted(new.currency.as_str())));
        }
        if new.includes_tax != old.includes_tax {
            keys.push(("includes_tax", new.includes_tax.unwrap_or_default().normalize().to_string()));
        }
        keys.push(("source", quoted(&self.imported.source)));
        keys.push(("retrieved_on", self.imported.retrieved_on.to_string()));
        keys.push(("trust", quoted(self.imported.trust.as_str())));
        let mut without = vec!["price", "tiers", "percent", "per"];
        without.extend(self.charge.shape.says_cap.then_some("cap"));
        without.extend(self.charge.shape.says_minimum.then_some("minimum"));
        let at = Place { sku: self.known.name_in_sheet(), charge: self.place, price: self.now(place) };
        let citation = old.citation.as_deref();
        let mut pinned: Vec<_> =
            citation.map(|old| ("retrieved_on", old.retrieved_on.to_string())).into_iter().collect();
        if let Some(old) = citation.filter(|old| *old.source != *self.imported.source) {
            pinned.extend([("source", quoted(&old.source)), ("trust", quoted(old.trust.as_str()))]);
        }
        let new_price = NewPrice { from, keys, without, pinned };
        if old.effective_from == Some(from) {
            replace_price(self.document, at, &new_price)?;
        } else {
            add_price(self.document, at, &new_price)?;
            self.inserted.push(place);
            self.added += 1;
        }
        found.push(ImportedChangeKind::Changed {
            charge: Arc::clone(self.old_charge),
            old: Arc::clone(old),
            new: Arc::clone(new),
            from,
        });
        Ok(true)
    }

    /// Writes the day on which a price was read again.
    fn confirm(&mut self, place: usize, old: &Terms) -> Result<bool, NotEditable> {
        let read_on = self.imported.retrieved_on;
        let citation = old.citation.as_ref();
        if citation.is_none_or(|citation| citation.retrieved_on >= read_on) {
            return Ok(false);
        }
        let at = Place { sku: self.known.name_in_sheet(), charge: self.place, price: self.now(place) };
        let day = read_on.to_string();
        let source = quoted(&self.imported.source);
        let trust = quoted(self.imported.trust.as_str());
        let same_source = citation.is_some_and(|citation| *citation.source == *self.imported.source);
        match dated(self.document, at)? {
            Some(table) => cite(table, &day, &source, &trust, same_source)?,
            // The SKU has the day of all of its prices.
            None if self.imported.charges.len() == self.known.charges.len() => {
                cite(sku(self.document, at.sku)?, &day, &source, &trust, same_source)?;
            }
            None => return Ok(false),
        }
        Ok(true)
    }
}

fn cite(
    table: &mut dyn toml_edit::TableLike,
    day: &str,
    source: &str,
    trust: &str,
    is_same: bool,
) -> Result<(), NotEditable> {
    set(table, "retrieved_on", day)?;
    if !is_same {
        set(table, "source", source)?;
        set(table, "trust", trust)?;
    }
    Ok(())
}
