//! Words that a person pastes into a shell.

/// A word, quoted for a POSIX shell where necessary, so that the shell takes it literally:
///
/// ```
/// use costplan::source::shell_word;
/// assert_eq!(shell_word("egress=251GB"), "egress=251GB");
/// assert_eq!(shell_word("$(id) it's"), r#"'$(id) it'"'s""#);
/// ```
///
/// A NUL, which no word can have, becomes U+FFFD.
pub fn shell_word(word: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./:@+=%,".contains(&byte);
    // Some shells read more than a word in what starts with another of these.
    let starts_plainly = word.starts_with(|first: char| first.is_ascii_alphanumeric() || "-_./".contains(first));
    if starts_plainly && word.bytes().all(is_plain) {
        return word.to_owned();
    }
    if word.is_empty() {
        return "''".to_owned();
    }
    let word = word.replace('\0', "\u{fffd}");
    // Quotes in between keep `##[` from being a command of a CI runner, which would not be printed as it is.
    let pieces = word.split_inclusive("##");
    // Only a NUL cannot be quoted, and none is left.
    pieces.map(|piece| shlex::try_quote(piece).unwrap_or_default()).collect()
}

#[cfg(test)]
mod tests {
    use super::shell_word;

    #[test]
    fn a_word_is_quoted_where_a_shell_would_read_more_in_it() {
        for (word, quoted) in [
            ("egress=251GB", "egress=251GB"),
            ("--set", "--set"),
            ("git@git.example.com:a/b.git", "git@git.example.com:a/b.git"),
            ("duration=1 GB * 1 second", "'duration=1 GB * 1 second'"),
            ("a'b c", "\"a'b c\""),
            ("", "''"),
            ("=ls", "'=ls'"),
            ("%1", "'%1'"),
            ("~", "'~'"),
            ("!x", "'!x'"),
            ("a\0b", "'a\u{fffd}b'"),
            ("##[error]x", "'##''[error]x'"),
        ] {
            assert_eq!(shell_word(word), quoted);
        }
    }
}
