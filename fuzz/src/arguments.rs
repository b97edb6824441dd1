//! Values that are typed: what is read is printed and read again.

use std::fmt::Debug;

use costplan::diagnostic::Problems;
use costplan::model::{CountRange, Currency, Growth, MaxAge, Month, MonthLength};
use costplan::parse::{
    AmountRaw, BandRaw, ConditionRaw, FormulaRaw, FromNode, MoneyBandRaw, ThresholdRaw, UnitsRaw, argument, decimal,
};
use costplan::source::{FileId, Spanned};
use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::commands;
use crate::files::{Project, around, parsed};

/// Reads a text as each kind of value that can be typed or is one scalar of a file.
pub fn each(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(number) = decimal(text) {
        assert_eq!(decimal(&number.to_string()).ok(), Some(number), "a number that is printed is another number");
    }
    let number = read::<Spanned<Decimal>>(text);
    again(number.map(|number| number.value), |number| number.to_string());
    again(read::<Spanned<u64>>(text).map(|number| number.value), u64::to_string);
    again(read::<Spanned<Date>>(text).map(|day| day.value), Date::to_string);
    again(read::<Spanned<Month>>(text).map(|month| month.value), Month::to_string);
    again(read::<Spanned<CountRange>>(text).map(|range| range.value), CountRange::to_string);
    again(read::<Spanned<Currency>>(text).map(|currency| currency.value), Currency::to_string);
    if let Some(condition) = read::<ConditionRaw>(text) {
        let printed = condition.to_string();
        let again = read::<ConditionRaw>(&printed).expect("a condition that is printed can be read");
        assert_eq!(again.to_string(), printed);
    }
    let _ = (read::<Spanned<Growth>>(text), read::<Spanned<MaxAge>>(text), read::<Spanned<MonthLength>>(text));
    let _ = (read::<BandRaw>(text), read::<MoneyBandRaw>(text), read::<ThresholdRaw>(text));
    let _ = (read::<AmountRaw>(text), read::<UnitsRaw>(text), read::<Spanned<String>>(text));
    if read::<FormulaRaw>(text).is_some() {
        formula(text);
    }
}

/// Computes a formula as a quantity, a usage and a driver of a stage.
fn formula(text: &str) {
    let quoted = text.replace('\'', "''");
    if text.contains(['\n', '\r']) {
        return;
    }
    let stage = format!(
        "version: 1\nstage: 1\nname: F\ncustomers: 0..9\ncurrency: USD\ndrivers: {{ d: '{quoted}' }}\nline_items:\n  \
         - {{ name: Quantity, category: c, cost: 2, quantity: '{quoted}' }}\n  \
         - {{ name: Cost, category: c, cost: '{quoted}' }}\n  \
         - {{ name: Usage, category: c, sku: v/server, usage: {{ egress: '{quoted}' }} }}\n"
    );
    let project: Project = around("stages/1-test.yaml", &stage);
    commands::all(&project);
}

fn read<T: FromNode>(text: &str) -> Option<T> {
    parsed("--flag", text, |file: FileId, text: &str, problems: &mut Problems| argument::<T>(file, text, problems))
}

/// Asserts that a value that is printed is read as the same value.
fn again<T>(value: Option<T>, print: impl Fn(&T) -> String)
where
    T: PartialEq + Debug,
    Spanned<T>: FromNode,
{
    if let Some(value) = value {
        let printed = print(&value);
        assert_eq!(read::<Spanned<T>>(&printed).map(|read| read.value), Some(value), "printed as {printed}");
    }
}
