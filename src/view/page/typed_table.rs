//! A table whose columns have types, for files that keep them.

use std::borrow::Cow;

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::view::page::layout::{Cell, Records};

/// The type of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnType {
    /// Words.
    Text,
    /// Exact numbers.
    Number,
    /// Whole numbers.
    Count,
    /// The first moments of days, in coordinated universal time.
    Moment,
    /// `true` or `false`.
    Truth,
}

/// A value of a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TypedValue<'v> {
    /// Words.
    Text(Cow<'v, str>),
    /// An exact number.
    Number(Decimal),
    /// The first moment of a day.
    Moment(Date),
    /// `true` or `false`.
    Truth(bool),
    /// Nothing.
    Empty,
}

/// Rows and columns whose values have the types of the columns.
#[derive(Clone, Debug)]
pub struct TypedTable<'v> {
    /// The names and types of the columns.
    pub columns: Vec<(&'static str, ColumnType)>,
    /// The rows; each has a value for every column.
    pub rows: Vec<Vec<TypedValue<'v>>>,
}

impl TypedTable<'_> {
    /// The same rows for spreadsheets.
    pub fn records(&self) -> Records<'_> {
        let cell = |value: &TypedValue<'_>| match value {
            TypedValue::Text(text) => Cell::text(text.to_string()),
            TypedValue::Number(number) => Cell::Number(*number),
            TypedValue::Moment(day) => Cell::text(format!("{day}T00:00:00Z")),
            TypedValue::Truth(is_so) => Cell::truth(*is_so),
            TypedValue::Empty => Cell::Empty,
        };
        Records {
            header: self.columns.iter().map(|(name, _)| *name).collect(),
            rows: Box::new(self.rows.iter().map(move |row| row.iter().map(cell).collect())),
        }
    }
}
