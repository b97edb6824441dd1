//! Sentences that change with the number of customers: the words once, and a column for each number in them.

use std::collections::HashMap;

use rust_decimal::Decimal;
use serde::Serialize;

use crate::view::report::column::column;

/// The longest number that is taken out of a sentence.
const DIGITS: usize = 20;

/// A sentence whose numbers change. The parts of its words and the numbers alternate; the words come first.
#[derive(Debug, Serialize)]
pub(crate) struct TextColumn {
    /// What the sentence is about, such as the severity and the code of a finding.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    kind: Vec<&'static str>,
    words: Vec<String>,
    /// The decimals with which each number is written.
    decimals: Vec<u32>,
    numbers: Vec<String>,
    /// 1 where it is said, unknown elsewhere.
    said: String,
}

/// The sentences that were said up to now, for one number of customers after another.
#[derive(Default)]
pub(crate) struct Texts {
    sentences: Vec<Sentence>,
    known: HashMap<Key, usize>,
    length: usize,
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct Key {
    kind: Vec<&'static str>,
    words: Vec<String>,
    decimals: Vec<u32>,
    /// Which one it is of several with the same words at one number of customers.
    place: usize,
}

struct Sentence {
    key: Key,
    numbers: Vec<Vec<Option<Decimal>>>,
    said: Vec<Option<Decimal>>,
}

impl Texts {
    /// Adds what is said at the next number of customers.
    pub(crate) fn add(&mut self, said: impl IntoIterator<Item = (Vec<&'static str>, String)>) {
        let mut places: HashMap<Key, usize> = HashMap::new();
        for (kind, text) in said {
            let (words, numbers) = split(&text);
            let decimals = numbers.iter().map(Decimal::scale).collect();
            let mut key = Key { kind, words, decimals, place: 0 };
            let place = places.entry(key.clone()).or_default();
            key.place = *place;
            *place += 1;
            let index = *self.known.entry(key.clone()).or_insert_with(|| {
                let columns = vec![vec![None; self.length]; numbers.len()];
                self.sentences.push(Sentence { key, numbers: columns, said: vec![None; self.length] });
                self.sentences.len() - 1
            });
            let sentence = &mut self.sentences[index];
            sentence.said.push(Some(Decimal::ONE));
            for (column, number) in sentence.numbers.iter_mut().zip(numbers) {
                column.push(Some(number));
            }
        }
        self.length += 1;
        for sentence in &mut self.sentences {
            sentence.said.resize(self.length, None);
            sentence.numbers.iter_mut().for_each(|column| column.resize(self.length, None));
        }
    }

    /// The sentences with their columns, in the order in which they are first said.
    pub(crate) fn columns(self) -> Vec<TextColumn> {
        let text = |sentence: Sentence| TextColumn {
            kind: sentence.key.kind,
            words: sentence.key.words,
            decimals: sentence.key.decimals,
            numbers: sentence.numbers.iter().map(|numbers| column(numbers)).collect(),
            said: column(&sentence.said),
        };
        self.sentences.into_iter().map(text).collect()
    }
}

/// The words and the numbers of a sentence, in turn. Digits of names, days and numbers that are not written as costplan
/// writes numbers stay among the words.
fn split(text: &str) -> (Vec<String>, Vec<Decimal>) {
    let (mut words, mut numbers) = (vec![String::new()], Vec::new());
    let mut rest = text;
    let mut before = ' ';
    while let Some(first) = rest.chars().next() {
        let length = if is_start(before, first) { number_length(rest) } else { 0 };
        let number = rest[..length].parse::<Decimal>().ok().filter(|number| number.to_string() == rest[..length]);
        let taken = match number {
            Some(number) => {
                numbers.push(number);
                words.push(String::new());
                length
            }
            None => {
                let taken = length.max(first.len_utf8());
                if let Some(last) = words.last_mut() {
                    last.push_str(&rest[..taken]);
                }
                taken
            }
        };
        before = rest[..taken].chars().next_back().unwrap_or(' ');
        rest = &rest[taken..];
    }
    (words, numbers)
}

/// Whether a number can begin with a digit after another character.
fn is_start(before: char, first: char) -> bool {
    first.is_ascii_digit() && !before.is_alphanumeric() && !"_/-.,:@#".contains(before)
}

/// The length of the digits at the start, with a point and decimals.
fn number_length(text: &str) -> usize {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let whole = digits(text);
    let decimals = text[whole..].strip_prefix('.').map_or(0, digits);
    let length = if decimals > 0 { whole + 1 + decimals } else { whole };
    length.min(DIGITS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_taken_out_of_a_sentence_and_names_are_kept() {
        let (words, numbers) = split("`API 2`: hetzner/cx41 of 2024-09-05 costs 15.90 EUR, 007 of 3");
        assert_eq!(words.join("#"), "`API #`: hetzner/cx41 of #-09-05 costs # EUR, 007 of #");
        let numbers: Vec<String> = numbers.iter().map(ToString::to_string).collect();
        assert_eq!(numbers, ["2", "2024", "15.90", "3"]);
    }

    #[test]
    fn sentences_with_the_same_words_share_columns() {
        let mut texts = Texts::default();
        texts.add([(vec!["note"], "10 of 20".to_owned()), (vec!["note"], "5 of 20".to_owned())]);
        texts.add([(vec!["note"], "11 of 20".to_owned())]);
        texts.add([]);
        let json = serde_json::to_value(texts.columns()).unwrap();
        assert_eq!(json[0]["words"], serde_json::json!(["", " of ", ""]));
        assert_eq!(json[0]["numbers"], serde_json::json!(["0|10 1 ?", "0|20 0 ?"]));
        assert_eq!(json[0]["said"], "0|1 0 ?");
        assert_eq!(json[1]["numbers"], serde_json::json!(["0|5 ?*2", "0|20 ?*2"]));
    }
}
