//! What the commands about prices read: entire sheets, one SKU, and the stages that use them.

use std::collections::BTreeSet;
#[cfg(feature = "cli")]
use std::collections::HashSet;
use std::sync::Arc;

use crate::diagnostic::{Code, Failure, Problems};
use crate::load::{self, ProjectFile};
use crate::model::{PriceSheet, Sku};
use crate::parse;
use crate::resolve::{self, PriceBook, QuoteRaw, Request};
use crate::source::{FileId, Spanned};
use crate::workspace::prices::price_book::{RATES, vendors};
use crate::workspace::project::{Failed, Workspace};

/// Chooses SKUs of a vendor by the text of its sheet besides them, and the name and the text of each; `None` for all.
pub(crate) type Wanted<'w> = dyn Fn(&str, &str, &[(&str, &str)]) -> Option<BTreeSet<String>> + 'w;

/// Price sheets that were read in full.
#[derive(Debug)]
pub struct WholeBook {
    /// Their SKUs, and the exchange rates if these were read too.
    pub book: PriceBook,
    /// How many sheets there are, not counting the exchange rates.
    pub sheets: usize,
}

/// A price sheet, and where it is.
#[derive(Debug)]
pub struct VendorSheet {
    file: ProjectFile,
    /// What it says; of a long sheet only SKUs that differ in the days of their prices.
    pub sheet: PriceSheet,
    /// How many SKUs it has.
    pub skus: usize,
}

/// The SKUs of a sheet that is read in brief if there are more.
#[cfg(feature = "cli")]
const LONG: usize = 1000;

/// The SKUs of a long sheet that stand for the others, since these have prices of the same days; and how many there are.
#[cfg(feature = "cli")]
fn in_brief(skus: &[(&str, &str)]) -> (BTreeSet<String>, usize) {
    let mut days = HashSet::new();
    let chosen = skus.iter().filter(|(_, text)| days.insert(parse::days_in(text))).map(|(name, _)| (*name).to_owned());
    let chosen = chosen.collect();
    let names: HashSet<&str> = skus.iter().map(|(name, _)| *name).collect();
    (chosen, names.len())
}

impl VendorSheet {
    /// The name of its file.
    pub fn file(&self) -> &str {
        &self.file.name
    }

    /// Whether it comes with costplan.
    pub fn is_bundled(&self) -> bool {
        self.file.is_bundled()
    }
}

impl Workspace {
    /// Reads price sheets in full: that of `vendor`, or those of all vendors and the exchange rates.
    ///
    /// # Errors
    /// `unknown-vendor`, and everything that is wrong with what is read.
    pub(crate) fn price_sheets(&mut self, vendor: Option<&Spanned<String>>) -> Failed<WholeBook> {
        self.price_sheets_with(vendor, None)
    }

    /// As [`Self::price_sheets`], but only the SKUs that `wanted` chooses of a vendor by their texts: it gets the vendor,
    /// the text of the sheet besides its SKUs, and the name and the text of each. `None` are all of them.
    ///
    /// # Errors
    /// As [`Self::price_sheets`], for what is read.
    pub(crate) fn price_sheets_with(
        &mut self,
        vendor: Option<&Spanned<String>>,
        wanted: Option<&Wanted<'_>>,
    ) -> Failed<WholeBook> {
        let mut files = self.price_files()?;
        if let Some(vendor) = vendor {
            let known = vendors(&files);
            if !known.contains(&vendor.value) {
                return Err(vec![resolve::unknown_vendor(
                    Code::UnknownVendor,
                    vendor.as_ref().map(String::as_str),
                    known.iter().map(String::as_str),
                )]);
            }
            files.retain(|file| file.stem == vendor.value);
        }
        let mut problems = Problems::default();
        let whole = self.whole_book(files, wanted, &mut problems);
        if problems.is_empty() { Ok(whole) } else { Err(problems.into_sorted()) }
    }

    /// Reads files of prices, and reports everything that is wrong with what is read of them.
    pub(in crate::workspace) fn whole_book(
        &mut self,
        files: Vec<ProjectFile>,
        wanted: Option<&Wanted<'_>>,
        problems: &mut Problems,
    ) -> WholeBook {
        let mut whole = WholeBook { book: PriceBook::new(vendors(&files)), sheets: 0 };
        let book = &mut whole.book;
        for file in files {
            let Some(id) = self.read(&file, problems) else {
                book.unreadable.push(file.stem);
                continue;
            };
            if file.stem == RATES {
                book.rates = self.exchange_rates(&file, problems);
            } else {
                let before = problems.len();
                let chosen = wanted.and_then(|wanted| {
                    let (others, skus) = self.sku_texts(id, &file.stem)?;
                    wanted(&file.stem, &others, &skus)
                });
                let sheet = match chosen {
                    Some(chosen) => self.part_of_book(id, &file.stem, chosen, problems),
                    None => self.whole_sheet(id, &file.stem, problems),
                };
                if let Some(sheet) = sheet {
                    book.add(sheet);
                    whole.sheets += 1;
                }
                if problems.len() > before {
                    book.unreadable.push(file.stem);
                }
            }
        }
        whole
    }

    /// The texts of a sheet, as [`parse::sku_texts`], with those of the bundled sheet that it extends.
    fn sku_texts(&self, id: FileId, vendor: &str) -> Option<(String, Vec<(&str, &str)>)> {
        let (mut others, mut skus) = parse::sku_texts(self.sources.text(id))?;
        if others.contains("extends") {
            let bundled = load::bundled_prices(vendor)?;
            let (of_bundled, bundled) = parse::sku_texts(bundled)?;
            others.push_str(&of_bundled);
            skus.extend(bundled);
        }
        Some((others, skus))
    }

    /// Resolves some SKUs of a sheet; `None` if it cannot be read at all.
    fn part_of_book(
        &mut self,
        id: FileId,
        vendor: &str,
        skus: BTreeSet<String>,
        problems: &mut Problems,
    ) -> Option<PriceSheet> {
        let read = self.sheet(id, vendor, Some(skus));
        problems.append(read.problems.clone());
        (!read.sheet.vendor.is_empty()).then(|| read.sheet.clone())
    }

    /// Resolves all of a sheet; `None` if it cannot be read at all.
    fn whole_sheet(&mut self, id: FileId, vendor: &str, problems: &mut Problems) -> Option<PriceSheet> {
        let read = self.sheet(id, vendor, None);
        problems.append(read.problems.clone());
        let sheet = (!read.sheet.vendor.is_empty()).then(|| read.sheet.clone())?;
        resolve::check_names(&sheet, problems);
        Some(sheet)
    }

    /// Reads every price sheet in full, sorted by vendor.
    ///
    /// # Errors
    /// Everything that is wrong with them.
    pub(crate) fn sheets_of_vendors(&mut self) -> Failed<Vec<VendorSheet>> {
        let mut problems = Problems::default();
        let mut sheets = Vec::new();
        for file in self.price_files()?.into_iter().filter(|file| file.stem != RATES) {
            let Some(id) = self.read(&file, &mut problems) else { continue };
            let sheet = self.whole_sheet(id, &file.stem, &mut problems);
            sheets.extend(sheet.map(|sheet| VendorSheet { file, skus: sheet.skus.len(), sheet }));
        }
        if problems.is_empty() { Ok(sheets) } else { Err(problems.into_sorted()) }
    }

    /// Reads every price sheet, sorted by vendor: of a long one only SKUs that differ in the days of their prices.
    ///
    /// # Errors
    /// Everything that is wrong with what is read.
    #[cfg(feature = "cli")]
    pub(crate) fn sheets_in_brief(&mut self) -> Failed<Vec<VendorSheet>> {
        let mut problems = Problems::default();
        let mut sheets = Vec::new();
        for file in self.price_files()?.into_iter().filter(|file| file.stem != RATES) {
            let Some(id) = self.read(&file, &mut problems) else { continue };
            let brief =
                self.sku_texts(id, &file.stem).filter(|(_, skus)| skus.len() > LONG).map(|(_, skus)| in_brief(&skus));
            let (sheet, count) = match brief {
                Some((chosen, count)) => (self.part_of_book(id, &file.stem, chosen, &mut problems), Some(count)),
                None => (self.whole_sheet(id, &file.stem, &mut problems), None),
            };
            let listed = |sheet: PriceSheet| VendorSheet { file, skus: count.unwrap_or(sheet.skus.len()), sheet };
            sheets.extend(sheet.map(listed));
        }
        if problems.is_empty() { Ok(sheets) } else { Err(problems.into_sorted()) }
    }

    /// Looks up one SKU.
    ///
    /// # Errors
    /// As [`Self::quote`] for the same id: `unknown-sku`, and everything that is wrong with the part of the sheet.
    pub fn sku(&mut self, id: &Spanned<String>, request: &Request) -> Result<Arc<Sku>, Failure> {
        self.sku_with(id, request).map_err(|wrong| self.failure(wrong))
    }

    fn sku_with(&mut self, id: &Spanned<String>, request: &Request) -> Failed<Arc<Sku>> {
        let mut problems = Problems::default();
        let book = self.price_book([id.value.clone()], &mut problems);
        match book.sku(&id.value) {
            Some(sku) if problems.is_empty() => Ok(Arc::clone(sku)),
            _ => {
                resolve::quote(QuoteRaw::of(id.clone()), request, &book, &mut problems);
                Err(problems.into_sorted())
            }
        }
    }
}
