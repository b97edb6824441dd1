//! A workbook while it is made.

use std::collections::HashSet;

use rust_decimal::Decimal;

use super::calc::{Calc, UNKNOWN};
use super::places::{Place, Places};
use super::sheet::{CellKind, CellLook, CellNumbers, CellResult, CellValue, Sheet, SheetCell};
use crate::model::Fraction;
use crate::source::acts_on_terminal;

/// The most characters of a formula that Excel reads, less those that a longer name of a sheet may take.
const MAX_FORMULA: usize = 8_000;
/// How deeply functions may be nested in a formula.
const MAX_DEPTH: usize = 40;
/// The most characters of a text that a cell shows; a note has the rest.
const MAX_SHOWN: usize = 200;
/// The most characters of the name of a sheet.
const MAX_SHEET_NAME: usize = 31;
/// The most characters of the name of a cell.
const MAX_NAME: usize = 200;

/// A plain cell.
pub(crate) const PLAIN: CellLook = CellLook { kind: CellKind::Plain, numbers: CellNumbers::General };

impl CellLook {
    pub(crate) fn of(kind: CellKind, numbers: CellNumbers) -> Self {
        Self { kind, numbers }
    }
}

/// A workbook while it is made.
#[derive(Debug, Default)]
pub(crate) struct Book {
    pub(crate) places: Places,
    pub(crate) sheets: Vec<Sheet>,
    pub(crate) names: Vec<(String, String)>,
    taken: HashSet<String>,
}

impl Book {
    /// Adds a sheet. Its name has no sign that names of sheets cannot have, and no other sheet has it.
    pub(crate) fn sheet(&mut self, wanted: &str, widths: &[u16]) -> u16 {
        let is_bad = |character: char| acts_on_terminal(character) || "[]:*?/\\'".contains(character);
        let plain: String = wanted.chars().map(|character| if is_bad(character) { ' ' } else { character }).collect();
        let plain = if plain.trim().is_empty() { "Sheet" } else { plain.trim() };
        let is_taken = |book: &Self, name: &str| {
            book.places.sheets.iter().any(|other| other.to_lowercase() == name.to_lowercase())
        };
        let mut name = cut_sheet(plain, MAX_SHEET_NAME);
        let mut count = 2;
        while is_taken(self, &name) {
            let ending = format!(" {count}");
            name = format!("{}{ending}", cut_sheet(plain, MAX_SHEET_NAME - ending.len()));
            count += 1;
        }
        self.places.sheets.push(name.clone());
        self.sheets.push(Sheet { name, widths: widths.to_vec(), ..Sheet::default() });
        u16::try_from(self.sheets.len() - 1).unwrap_or(u16::MAX)
    }

    fn put(&mut self, at: Place, value: CellValue, look: CellLook, note: Option<String>) {
        if let Some(sheet) = self.sheets.get_mut(usize::from(at.sheet)) {
            sheet.cells.push(SheetCell { row: at.row, column: at.column, value, look, note });
        }
    }

    /// Writes a text; of a long one the beginning, with the whole in a note.
    pub(crate) fn text(&mut self, at: Place, text: &str, look: CellLook) {
        if text.is_empty() {
            return;
        }
        let is_long = look.kind != CellKind::Remark && text.chars().count() > MAX_SHOWN;
        let shown = if is_long { format!("{}...", cut(text, MAX_SHOWN)) } else { text.to_owned() };
        self.put(at, CellValue::Text(shown), look, is_long.then(|| text.to_owned()));
    }

    /// Writes a number.
    pub(crate) fn number(&mut self, at: Place, number: impl Into<Fraction>, look: CellLook) {
        let number = number.into();
        let shown = number.to_decimal().unwrap_or(Decimal::MAX);
        self.places.keep(at, Some(number));
        self.put(at, CellValue::Number(shown), look, None);
    }

    /// Writes a number that is known only as a text of a spreadsheet, such as the end of the last tier.
    pub(crate) fn literal(&mut self, at: Place, text: &str, look: CellLook) {
        let result = CellResult::Text(text.to_owned());
        self.put(at, CellValue::Formula { text: text.to_owned(), result }, look, None);
    }

    /// Writes what a cell computes, and says whether a part of it keeps its value. What no cell changes is an input.
    pub(crate) fn calc(&mut self, at: Place, calc: &Calc, look: CellLook) -> bool {
        let value = calc.value(&self.places);
        let is_doubtful = calc.is_doubtful(&self.places);
        if is_doubtful {
            self.places.doubt(at);
        }
        self.places.keep(at, value.clone());
        let shown = value.as_ref().and_then(|value| value.to_decimal().ok());
        let kept = CellLook { kind: CellKind::Kept, ..look };
        match calc {
            Calc::Number(_) => {
                self.places.give(at);
                self.put(at, CellValue::Number(shown.unwrap_or_default()), look, None);
                return false;
            }
            Calc::Unknown => {
                self.put(at, CellValue::Text(UNKNOWN.to_owned()), look, None);
                return false;
            }
            _ => {}
        }
        let text = calc.text(&self.places, at.sheet);
        let is_long = text.len() > MAX_FORMULA || calc.depth() > MAX_DEPTH;
        if is_long || calc.constant().is_some() {
            let value = shown.map_or_else(|| CellValue::Text(UNKNOWN.to_owned()), CellValue::Number);
            let note = if is_long { "The formula is too long for a spreadsheet, so this is its value." } else { KEPT };
            self.put(at, value, kept, Some(note.to_owned()));
            return true;
        }
        let result = shown.map_or_else(|| CellResult::Text(UNKNOWN.to_owned()), CellResult::Number);
        let is_kept = calc.is_kept();
        let (look, note) = if is_kept { (kept, Some(KEPT.to_owned())) } else { (look, None) };
        self.put(at, CellValue::Formula { text, result }, look, note);
        is_kept
    }

    /// Writes a formula with its value, which are made from each other elsewhere; without a value it gives a text.
    pub(crate) fn formula(&mut self, at: Place, text: String, value: Result<Decimal, &str>, look: CellLook) {
        self.places.keep(at, value.ok().map(Fraction::from));
        let result = match value {
            Ok(number) => CellResult::Number(number),
            Err(text) => {
                self.places.doubt(at);
                CellResult::Text(text.to_owned())
            }
        };
        self.put(at, CellValue::Formula { text, result }, look, None);
    }

    /// Gives a cell a name, if it can have it.
    pub(crate) fn name(&mut self, at: Place, name: &str) {
        let is_plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if !is_plain || name.len() > MAX_NAME || !self.taken.insert(name.to_ascii_lowercase()) {
            return;
        }
        self.names.push((name.to_owned(), self.places.fixed(at)));
        self.places.name(at, name.to_owned());
    }
}

/// Why a cell keeps its value.
const KEPT: &str =
    "A spreadsheet has no formula for a part of this, so that part keeps the value that costplan computed.";

/// The first characters of a text.
fn cut(text: &str, most: usize) -> String {
    text.chars().take(most).collect::<String>().trim_end().to_owned()
}

/// The beginning of the name of a sheet; Excel counts some characters as two.
fn cut_sheet(text: &str, most: usize) -> String {
    let mut length = 0;
    let fits = |character: &char| {
        length += character.len_utf16();
        length <= most
    };
    text.chars().take_while(fits).collect::<String>().trim_end().to_owned()
}
