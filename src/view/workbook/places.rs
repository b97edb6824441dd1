//! The cells of a workbook by place: what each holds, and how a formula names it.

use std::collections::{HashMap, HashSet};

use crate::model::Fraction;

/// A cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Place {
    pub(crate) sheet: u16,
    pub(crate) row: u32,
    pub(crate) column: u16,
}

/// A part of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Run {
    pub(crate) sheet: u16,
    pub(crate) column: u16,
    pub(crate) first: u32,
    pub(crate) last: u32,
}

impl Run {
    /// Its cells.
    pub(crate) fn places(self) -> impl Iterator<Item = Place> {
        (self.first..=self.last).map(move |row| Place { sheet: self.sheet, row, column: self.column })
    }

    /// The rows of a column, in order, in as few parts as possible.
    pub(crate) fn joined(runs: impl IntoIterator<Item = Self>) -> Vec<Self> {
        let mut joined: Vec<Self> = Vec::new();
        for run in runs {
            match joined.last_mut() {
                Some(last) if (last.sheet, last.column, last.last + 1) == (run.sheet, run.column, run.first) => {
                    last.last = run.last;
                }
                _ => joined.push(run),
            }
        }
        joined
    }
}

/// What is known of each cell.
#[derive(Clone, Debug, Default)]
pub(crate) struct Places {
    /// The names of the sheets.
    pub(crate) sheets: Vec<String>,
    names: HashMap<Place, String>,
    values: HashMap<Place, Option<Fraction>>,
    doubtful: HashSet<Place>,
    given: HashSet<Place>,
}

impl Places {
    /// Keeps the value of a cell; `None` if it is unknown.
    pub(crate) fn keep(&mut self, place: Place, value: Option<Fraction>) {
        self.values.insert(place, value);
    }

    /// Gives a cell a name.
    pub(crate) fn name(&mut self, place: Place, name: String) {
        self.names.insert(place, name);
    }

    /// Notes that a cell holds a number and no formula.
    pub(crate) fn give(&mut self, place: Place) {
        self.given.insert(place);
    }

    pub(crate) fn is_given(&self, place: Place) -> bool {
        self.given.contains(&place)
    }

    /// Notes that a cell may hold a text in place of a number.
    pub(crate) fn doubt(&mut self, place: Place) {
        self.doubtful.insert(place);
    }

    pub(crate) fn is_doubtful(&self, place: Place) -> bool {
        self.doubtful.contains(&place)
    }

    /// The value of a cell; `None` if it is unknown, or if it holds no number.
    pub(crate) fn value(&self, place: Place) -> Option<&Fraction> {
        self.values.get(&place)?.as_ref()
    }

    /// Whether a cell holds a number, or the word for an unknown one.
    pub(crate) fn is_filled(&self, place: Place) -> bool {
        self.values.contains_key(&place)
    }

    /// How a formula of a sheet names a cell.
    pub(crate) fn written(&self, place: Place, from: u16) -> String {
        match self.names.get(&place) {
            Some(name) => name.clone(),
            None if place.sheet == from => address(place.row, place.column),
            None => self.fixed(place),
        }
    }

    /// The address of a cell with that of its sheet, which stays when a formula is copied.
    pub(crate) fn fixed(&self, place: Place) -> String {
        format!("{}!${}${}", self.quoted(place.sheet), letters(place.column), place.row + 1)
    }

    /// How a formula of a sheet names a part of a column.
    pub(crate) fn run(&self, run: Run, from: u16) -> String {
        let Run { sheet, column, first, last } = run;
        if sheet != from {
            let column = letters(column);
            if first == last {
                return format!("{}!${column}${}", self.quoted(sheet), first + 1);
            }
            return format!("{}!${column}${}:${column}${}", self.quoted(sheet), first + 1, last + 1);
        }
        if first == last {
            return address(first, column);
        }
        format!("{}:{}", address(first, column), address(last, column))
    }

    /// The name of a sheet in quotes, as formulas write it.
    fn quoted(&self, sheet: u16) -> String {
        let name = self.sheets.get(usize::from(sheet)).map_or("", String::as_str);
        if name.starts_with(|first: char| first.is_ascii_alphabetic())
            && name.bytes().all(|byte| byte.is_ascii_alphabetic())
        {
            return name.to_owned();
        }
        format!("'{}'", name.replace('\'', "''"))
    }
}

fn address(row: u32, column: u16) -> String {
    format!("{}{}", letters(column), row + 1)
}

/// `A` to `Z`, then `AA`.
pub(crate) fn letters(column: u16) -> String {
    let mut left = u32::from(column) + 1;
    let mut letters = Vec::new();
    while left > 0 {
        let letter = (left - 1) % 26;
        letters.push(char::from(b'A' + u8::try_from(letter).unwrap_or_default()));
        left = (left - 1) / 26;
    }
    letters.iter().rev().collect()
}
