//! Edits a price sheet in place: what is not edited keeps its text, comments and order.

use jiff::civil::Date;
use toml_edit::{Array, ArrayOfTables, DocumentMut, InlineTable, Item, Table, TableLike, Value};

/// A sheet that cannot be edited: how it is written leaves no place for the edit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NotEditable;

type Edited<T> = Result<T, NotEditable>;

/// The keys of a price that stand in a charge with one price, and in each of several dated ones.
const MOVED: [&str; 8] = ["price", "percent", "per", "tiers", "minimum", "cap", "effective_from", "effective_to"];

/// Where a dated price is: the SKU, and the places of the charge and of the price in it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place<'a> {
    pub(crate) sku: &'a str,
    pub(crate) charge: usize,
    pub(crate) price: usize,
}

/// A new dated price.
#[derive(Clone, Debug)]
pub(crate) struct NewPrice {
    /// Its first day.
    pub(crate) from: Date,
    /// Its keys with their values in TOML, without its days.
    pub(crate) keys: Vec<(&'static str, String)>,
    /// Keys that it does not have, whatever the price before it had.
    pub(crate) without: Vec<&'static str>,
    /// The citation of the price before it, which the SKU may get another one of.
    pub(crate) pinned: Vec<(&'static str, String)>,
}

/// A value in TOML, with its digits as they are written.
fn value(written: &str) -> Edited<Item> {
    written.parse::<Value>().map(|value| Item::Value(value.decorated(" ", ""))).map_err(|_| NotEditable)
}

/// The table of a SKU.
pub(crate) fn sku<'d>(document: &'d mut DocumentMut, name: &str) -> Edited<&'d mut dyn TableLike> {
    let skus = document.get_mut("skus").and_then(Item::as_table_like_mut).ok_or(NotEditable)?;
    skus.get_mut(name).and_then(Item::as_table_like_mut).ok_or(NotEditable)
}

/// Sets a key of a table; a new key is written after the others.
pub(crate) fn set(table: &mut dyn TableLike, key: &str, written: &str) -> Edited<()> {
    let new = value(written)?;
    match table.get_mut(key) {
        Some(Item::Value(old)) => {
            let decor = old.decor().clone();
            let mut new = new.into_value().map_err(|_| NotEditable)?;
            *new.decor_mut() = decor;
            *old = new;
        }
        Some(_) => return Err(NotEditable),
        None => {
            table.insert(key, new);
        }
    }
    Ok(())
}

/// Whether a SKU is a table with lines of its own, which may have comments.
pub(crate) fn has_lines(document: &DocumentMut, name: &str) -> bool {
    let skus = document.get("skus").and_then(Item::as_table_like);
    skus.and_then(|skus| skus.get(name)).is_some_and(Item::is_table)
}

/// Writes a comment after the value of a key.
pub(crate) fn mark(table: &mut dyn TableLike, key: &str, comment: &str) {
    if let Some(Item::Value(value)) = table.get_mut(key) {
        value.decor_mut().set_suffix(format!(" # {comment}"));
    }
}

/// Whether the comment after the value of a key begins with a text.
pub(crate) fn is_marked(table: &dyn TableLike, key: &str, comment: &str) -> bool {
    let suffix =
        table.get(key).and_then(Item::as_value).and_then(|value| value.decor().suffix()?.as_str().map(str::trim));
    suffix.and_then(|suffix| suffix.strip_prefix("# ")).is_some_and(|said| said.starts_with(comment))
}

/// The element of a list of tables, however it is written.
fn element(item: &mut Item, place: usize) -> Edited<&mut dyn TableLike> {
    match item {
        Item::ArrayOfTables(tables) => tables.get_mut(place).map(|table| table as &mut dyn TableLike),
        Item::Value(Value::Array(list)) => {
            list.get_mut(place).and_then(Value::as_inline_table_mut).map(|table| table as &mut dyn TableLike)
        }
        _ => None,
    }
    .ok_or(NotEditable)
}

fn charge(sku: &mut dyn TableLike, place: usize) -> Edited<&mut dyn TableLike> {
    element(sku.get_mut("charges").ok_or(NotEditable)?, place)
}

/// The table of a dated price; `None` if the charge has one price without a table of its own.
pub(crate) fn dated<'d>(document: &'d mut DocumentMut, at: Place<'_>) -> Edited<Option<&'d mut dyn TableLike>> {
    match charge(sku(document, at.sku)?, at.charge)?.get_mut("prices") {
        Some(prices) => element(prices, at.price).map(Some),
        None => Ok(None),
    }
}

/// Ends a price on the day before a new one, which is written after it.
pub(crate) fn add_price(document: &mut DocumentMut, at: Place<'_>, new: &NewPrice) -> Edited<()> {
    let charges = sku(document, at.sku)?.get_mut("charges").ok_or(NotEditable)?;
    split(charges, at.charge)?;
    let prices = element(charges, at.charge)?.get_mut("prices").ok_or(NotEditable)?;
    let last = new.from.yesterday().map_err(|_| NotEditable)?;
    match prices {
        Item::ArrayOfTables(tables) => {
            let old = tables.get_mut(at.price).ok_or(NotEditable)?;
            let mut next = old.clone();
            make_plain(&mut next);
            change(&mut next, new)?;
            end(old, last, &new.pinned)?;
            insert(tables, at.price + 1, next);
        }
        Item::Value(Value::Array(prices)) => {
            let old = prices.get_mut(at.price).and_then(Value::as_inline_table_mut).ok_or(NotEditable)?;
            let mut next = old.clone();
            change(&mut next, new)?;
            end(old, last, &new.pinned)?;
            tidy(old);
            tidy(&mut next);
            let before = if prices.len() > 1 || prices.trailing_comma() { "\n  " } else { " " };
            next.decor_mut().set_prefix(before);
            prices.insert_formatted(at.price + 1, Value::InlineTable(next));
        }
        _ => return Err(NotEditable),
    }
    Ok(())
}

/// Ends a price, whose citation stays what it is.
fn end(table: &mut dyn TableLike, last: Date, pinned: &[(&'static str, String)]) -> Edited<()> {
    set(table, "effective_to", &last.to_string())?;
    for (key, written) in pinned {
        if table.get(key).is_none() {
            set(table, key, written)?;
        }
    }
    Ok(())
}

/// A copy of a table is written where it is inserted, and has none of the comments of the first one.
fn make_plain(table: &mut Table) {
    *table.decor_mut() = toml_edit::Decor::new("\n", "");
    table.set_position(None);
    for (mut key, item) in table.iter_mut() {
        key.leaf_decor_mut().clear();
        match item {
            Item::Value(value) => value.decor_mut().clear(),
            Item::Table(table) => make_plain(table),
            _ => {}
        }
    }
}

/// Writes a price of the same first day in place of another.
pub(crate) fn replace_price(document: &mut DocumentMut, at: Place<'_>, new: &NewPrice) -> Edited<()> {
    let table = dated(document, at)?.ok_or(NotEditable)?;
    let last = table.get("effective_to").cloned();
    change(table, new)?;
    if let Some(last) = last {
        table.insert("effective_to", last);
    }
    Ok(())
}

/// Moves the only price of a charge into a table of its own, with the comments on its keys.
fn split(charges: &mut Item, place: usize) -> Edited<()> {
    match charges {
        Item::ArrayOfTables(tables) => {
            let charge = tables.get_mut(place).ok_or(NotEditable)?;
            if charge.contains_key("prices") {
                return Ok(());
            }
            let mut price = Table::new();
            for key in MOVED {
                if let Some((key, item)) = charge.remove_entry(key) {
                    price.insert_formatted(&key, item);
                }
            }
            price.decor_mut().set_prefix("\n");
            let mut prices = ArrayOfTables::new();
            prices.push(price);
            charge.insert("prices", Item::ArrayOfTables(prices));
        }
        Item::Value(Value::Array(list)) => {
            let charge = list.get_mut(place).and_then(Value::as_inline_table_mut).ok_or(NotEditable)?;
            if charge.contains_key("prices") {
                return Ok(());
            }
            let mut price = InlineTable::new();
            for key in MOVED {
                if let Some((key, value)) = charge.remove_entry(key) {
                    price.insert_formatted(&key, value);
                }
            }
            tidy(&mut price);
            charge.insert("prices", Value::Array(Array::from_iter([price])));
            tidy(charge);
        }
        _ => return Err(NotEditable),
    }
    Ok(())
}

/// Turns the copy of a price into a new one.
fn change(table: &mut dyn TableLike, new: &NewPrice) -> Edited<()> {
    for key in new.without.iter().copied().chain(["note", "effective_from"]) {
        table.remove(key);
    }
    for (key, written) in &new.keys {
        set(table, key, written)?;
    }
    set(table, "effective_from", &new.from.to_string())
}

/// Inserts a table into a list of tables so that it is written after the one before it.
fn insert(tables: &mut ArrayOfTables, place: usize, table: Table) {
    let mut all: Vec<Table> = tables.iter().cloned().collect();
    all.insert(place.min(all.len()), table);
    tables.clear();
    for table in all {
        tables.push(table);
    }
}

/// Blanks between the keys of a table in one line.
fn tidy(table: &mut InlineTable) {
    let count = table.len();
    for (place, (mut key, value)) in table.iter_mut().enumerate() {
        key.leaf_decor_mut().set_prefix(" ");
        key.leaf_decor_mut().set_suffix(" ");
        value.decor_mut().set_prefix(" ");
        value.decor_mut().set_suffix(if place + 1 == count { " " } else { "" });
    }
}
