//! Documents as YAML: one value per line, so that changing one number changes one line.

use std::io::{self, Write};

use crate::view::{Table, Value};

/// Writes a table as a YAML document.
///
/// # Errors
/// The errors of `out`.
pub fn yaml(document: &Table, out: &mut impl Write) -> io::Result<()> {
    table(document, 0, false, out)
}

/// Writes the entries of a table; the first one follows a dash if the table is an element of a list.
fn table(of: &Table, indent: usize, follows_dash: bool, out: &mut impl Write) -> io::Result<()> {
    for (index, (key, value)) in of.entries.iter().enumerate() {
        if index > 0 || !follows_dash {
            write!(out, "{:indent$}", "")?;
        }
        write!(out, "{}:", text(key))?;
        match value {
            Value::Text(of) => writeln!(out, " {}", text(of))?,
            Value::Literal(of) => writeln!(out, " {}", literal(of))?,
            Value::List(of) if of.is_empty() => writeln!(out, " []")?,
            Value::Table(of) if of.entries.is_empty() => writeln!(out, " {{}}")?,
            Value::List(of) => {
                writeln!(out)?;
                list(of, indent + 2, out)?;
            }
            Value::Table(of) => {
                writeln!(out)?;
                table(of, indent + 2, false, out)?;
            }
        }
    }
    Ok(())
}

fn list(of: &[Value], indent: usize, out: &mut impl Write) -> io::Result<()> {
    for value in of {
        write!(out, "{:indent$}- ", "")?;
        match value {
            Value::Text(of) => writeln!(out, "{}", text(of))?,
            Value::Literal(of) => writeln!(out, "{}", literal(of))?,
            Value::Table(of) if of.entries.is_empty() => writeln!(out, "{{}}")?,
            Value::Table(of) => table(of, indent + 2, true, out)?,
            Value::List(of) if of.is_empty() => writeln!(out, "[]")?,
            Value::List(of) => {
                writeln!(out)?;
                list(of, indent + 2, out)?;
            }
        }
    }
    Ok(())
}

/// A text that YAML cannot read as anything else; quoted if necessary.
fn text(of: &str) -> String {
    let starts_as_a_word = of.starts_with(|first: char| first.is_ascii_alphabetic());
    let words = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"];
    let is_word = words.iter().any(|word| of.eq_ignore_ascii_case(word));
    if starts_as_a_word && !is_word && is_plain(of) { of.to_owned() } else { quoted(of) }
}

/// A literal as it is; quoted if YAML gives its characters a meaning.
fn literal(of: &str) -> String {
    let starts_plainly = of.starts_with(|first: char| first.is_ascii_alphanumeric() || matches!(first, '(' | '.'));
    let is_number = of.strip_prefix('-').is_some_and(|rest| rest.starts_with(|first: char| first.is_ascii_digit()));
    if (starts_plainly || is_number) && is_plain(of) { of.to_owned() } else { quoted(of) }
}

/// Whether a scalar contains nothing that has a meaning in YAML, at any position.
fn is_plain(of: &str) -> bool {
    let is_fine = |character: char| character.is_ascii_alphanumeric() || " _./()*+-,<=>%@;".contains(character);
    let has_key = of.contains(": ") || of.ends_with(':');
    !of.is_empty()
        && of.chars().all(|character| is_fine(character) || character == ':')
        && !has_key
        && !of.ends_with(' ')
}

/// A scalar in double quotes, whose escapes YAML shares with JSON.
fn quoted(of: &str) -> String {
    serde_json::Value::from(of).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(value: Value) -> String {
        let mut document = Table::default();
        document.add("key", value);
        let mut out = Vec::new();
        yaml(&document, &mut out).expect("writing to a vector cannot fail");
        String::from_utf8(out).expect("YAML is UTF-8")
    }

    #[test]
    fn what_yaml_would_take_for_something_else_stands_in_quotes() {
        for (text, line) in [
            ("API server", "key: API server\n"),
            ("yes", "key: \"yes\"\n"),
            ("Null", "key: \"Null\"\n"),
            ("2024", "key: \"2024\"\n"),
            ("=cmd()", "key: \"=cmd()\"\n"),
            ("a: b", "key: \"a: b\"\n"),
            ("a #b", "key: \"a #b\"\n"),
            ("https://example.com/a", "key: https://example.com/a\n"),
            ("caf\u{e9}", "key: \"caf\u{e9}\"\n"),
            ("say \"hi\"", "key: \"say \\\"hi\\\"\"\n"),
            ("", "key: \"\"\n"),
            ("trailing ", "key: \"trailing \"\n"),
        ] {
            assert_eq!(written(Value::text(text)), line);
        }
        for (literal, line) in [
            ("5.99", "key: 5.99\n"),
            ("-3", "key: -3\n"),
            ("ceil(customers / 50)", "key: ceil(customers / 50)\n"),
            ("..5", "key: ..5\n"),
            ("*x", "key: \"*x\"\n"),
        ] {
            assert_eq!(written(Value::literal(literal)), line);
        }
    }

    #[test]
    fn lists_and_tables_have_one_value_a_line() {
        let mut inner = Table::default();
        inner.add("a", Value::literal(1)).add("b", Value::List(vec![Value::literal(2), Value::text("x")]));
        let list = Value::List(vec![inner.into(), Value::List(Vec::new())]);
        assert_eq!(written(list), "key:\n  - a: 1\n    b:\n      - 2\n      - x\n  - []\n");
    }
}
