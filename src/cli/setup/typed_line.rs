//! A command line as it is typed in a shell.

/// The words of a line up to the cursor. The last one is at the cursor, and empty after a blank. An open quote ends with the
/// line.
pub(crate) fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let (mut quote, mut is_escaped) = (None, false);
    for character in line.chars() {
        match (character, quote) {
            _ if is_escaped => {
                is_escaped = false;
                word.get_or_insert_default().push(character);
            }
            ('\\', None | Some('"')) => {
                is_escaped = true;
                word.get_or_insert_default();
            }
            ('"' | '\'', None) => {
                quote = Some(character);
                word.get_or_insert_default();
            }
            (end, Some(open)) if end == open => quote = None,
            (blank, None) if blank.is_whitespace() => words.extend(word.take()),
            _ => word.get_or_insert_default().push(character),
        }
    }
    words.push(word.unwrap_or_default());
    words
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn a_line_is_split_as_a_shell_does() {
        for (line, split) in [
            ("costplan ", &["costplan", ""][..]),
            ("costplan st", &["costplan", "st"]),
            ("costplan  explain 2 \"API se", &["costplan", "explain", "2", "API se"]),
            ("costplan explain 2 API\\ servers --", &["costplan", "explain", "2", "API servers", "--"]),
            ("costplan stage '' ", &["costplan", "stage", "", ""]),
            ("", &[""]),
            ("a 'b\"c' \"d'\\\"e\"", &["a", "b\"c", "d'\"e"]),
        ] {
            assert_eq!(words(line), split, "{line}");
        }
    }
}
