//! Text that is written to be read back: tables and lists of values, in output order.

use std::fmt::Display;

use rust_decimal::Decimal;

/// A value of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A text.
    Text(String),
    /// A number, a day, a range or a formula: not a text, whatever it looks like.
    Literal(String),
    /// Values in order.
    List(Vec<Value>),
    /// Keys with their values.
    Table(Table),
}

impl Value {
    /// An exact number, without trailing zeros.
    pub fn number(number: Decimal) -> Self {
        Self::Literal(digits(number))
    }

    /// A value that is not a text.
    pub fn literal(of: impl Display) -> Self {
        Self::Literal(of.to_string())
    }

    /// A text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }
}

/// The digits of a number, without trailing zeros.
pub(crate) fn digits(number: Decimal) -> String {
    let number = number.normalize();
    if number.is_zero() { "0".to_owned() } else { number.to_string() }
}

/// Keys with their values, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// The entries.
    pub entries: Vec<(String, Value)>,
}

impl Table {
    /// Adds an entry.
    pub fn add(&mut self, key: impl Into<String>, value: Value) -> &mut Self {
        self.entries.push((key.into(), value));
        self
    }

    /// Adds an entry, if it has a value.
    pub fn add_some(&mut self, key: &str, value: Option<Value>) -> &mut Self {
        if let Some(value) = value {
            self.add(key, value);
        }
        self
    }

    /// Adds a list or a table, unless it is empty.
    pub fn add_filled(&mut self, key: &str, value: Value) -> &mut Self {
        let is_empty = match &value {
            Value::List(list) => list.is_empty(),
            Value::Table(table) => table.entries.is_empty(),
            Value::Text(_) | Value::Literal(_) => false,
        };
        if !is_empty {
            self.add(key, value);
        }
        self
    }
}

impl From<Table> for Value {
    fn from(table: Table) -> Self {
        Self::Table(table)
    }
}
