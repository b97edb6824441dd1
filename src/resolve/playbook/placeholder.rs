//! Placeholders that are left in a script: values of examples that nobody replaced.

use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::model::FilledRunbook;

/// Words that stand for a value, in lower case and without `-` and `_`.
const WORDS: &[&str] = &["changeme", "replaceme"];

/// Checks that a script has no placeholder: in the default of an input that its commands use, or in a command.
///
/// # Errors
/// `placeholder-left`, for each of them.
pub fn check_script(filled: &FilledRunbook) -> Result<(), Vec<Diagnostic>> {
    let runbook = &filled.runbook;
    let mut problems = Problems::default();
    for (input, value) in runbook.inputs.iter().zip(&filled.values) {
        let is_example = input.is_read && value.is_placeholder;
        let Some(found) = placeholder(&value.value).filter(|_| is_example) else { continue };
        let name = &input.name.value;
        let message = format!("`{name}` of the runbook `{}` still has the value of an example", runbook.id);
        let at = input.default.as_ref().map_or(input.name.span, |default| default.span);
        let diagnostic = Diagnostic::at(Code::PlaceholderLeft, at, message, format!("`{found}` is a placeholder"));
        problems.push(diagnostic.help(format!("give yours: `--set {name}=...`, {}", input.meaning)));
    }
    for command in runbook.steps.iter().chain(&runbook.checks).flat_map(|step| &step.commands) {
        if let Some(found) = placeholder(&command.value) {
            let message = format!("a command of the runbook `{}` still has a placeholder", runbook.id);
            let diagnostic = Diagnostic::at(Code::PlaceholderLeft, command.span, message, format!("`{found}`"));
            problems.push(diagnostic.help("write your own value there, or make it an input of the runbook"));
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(problems.into_sorted()) }
}

/// The first placeholder of a text: `git.example.com`, `<your-domain>`, `CHANGEME`, `your-org`.
pub(crate) fn placeholder(text: &str) -> Option<&str> {
    words(text).find(|word| is_placeholder(word)).or_else(|| in_brackets(text))
}

/// The runs of characters of which names and addresses consist.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|part: char| !part.is_ascii_alphanumeric() && !matches!(part, '-' | '_' | '.'))
}

fn is_placeholder(word: &str) -> bool {
    let plain: String = word.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    let starts = |start: &str| word.get(..start.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(start));
    is_example_host(word) || WORDS.contains(&&*plain) || starts("your-") || starts("your_")
}

/// Whether a word is a host of an example: `example` before its last label, as in `git.example.com`.
fn is_example_host(word: &str) -> bool {
    let labels: Vec<&str> = word.trim_end_matches('.').split('.').collect();
    let [.., name, ending] = labels.as_slice() else { return false };
    // A file such as `.env.example.local` has an empty label first.
    let is_host = labels.iter().all(|label| !label.is_empty());
    is_host && name.eq_ignore_ascii_case("example") && ending.bytes().all(|byte| byte.is_ascii_alphabetic())
}

/// A word in angle brackets: `<your domain>`; `<` with a space after it, or with another one before it, redirects.
fn in_brackets(text: &str) -> Option<&str> {
    for (open, _) in text.match_indices('<') {
        let Some(close) = text[open..].find('>').map(|length| open + length) else { continue };
        let inside = &text[open + 1..close];
        let is_word = |part: char| part.is_ascii_alphanumeric() || matches!(part, '-' | '_' | ' ' | '.');
        let is_here_document = text[..open].ends_with('<');
        if !is_here_document
            && inside.starts_with(|first: char| first.is_ascii_alphabetic())
            && !inside.ends_with(' ')
            && inside.chars().all(is_word)
        {
            return Some(&text[open..=close]);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::placeholder;

    #[test]
    fn what_stands_for_a_value_is_told_from_a_value() {
        for (text, found) in [
            ("git clone https://git.example.com/app.git", "git.example.com"),
            ("ssh root@api.Example.ORG", "api.Example.ORG"),
            ("curl example.dz/health", "example.dz"),
            ("export KEY=CHANGEME", "CHANGEME"),
            ("export KEY=change-me", "change-me"),
            ("git clone https://github.com/your-org/app", "your-org"),
            ("deploy --to <your domain>", "<your domain>"),
            ("deploy --to <HOST> now", "<HOST>"),
        ] {
            assert_eq!(placeholder(text), Some(found), "{text}");
        }
        for text in [
            "test -e .env || install -m 600 .env.example .env",
            "cp .env.example.local .env",
            "done < servers.txt",
            "cat <<EOF>out",
            "sort < in > out",
            "curl https://api.business-os.dz/health",
            "echo changed",
            "kubectl get examples.example",
            "grep '<' a",
        ] {
            assert_eq!(placeholder(text), None, "{text}");
        }
    }
}
