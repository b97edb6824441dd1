//! How well a SKU fits the words of a search: where each word is found, and whether it is the word itself or one that means
//! the same.

use std::collections::BTreeSet;

use crate::model::Sku;

/// Words that are searched for, each with those that mean the same.
#[derive(Clone, Debug)]
pub struct Search {
    terms: Vec<Term>,
}

/// A word, or several that belong together.
#[derive(Clone, Debug)]
struct Term {
    word: String,
    same: Vec<String>,
}

/// How well something fits; less is better.
type Rank = u32;

impl Search {
    /// Searches for the words of a text. `groups` are words that mean the same, in small letters; one of several words is
    /// recognised as a whole.
    pub fn new(text: &str, groups: &[Vec<String>]) -> Self {
        let text = text.to_lowercase();
        let words: Vec<&str> = text.split_whitespace().collect();
        let longest = groups.iter().flatten().map(|word| word.split(' ').count()).max().unwrap_or(1);
        let mut terms = Vec::new();
        let mut rest = &words[..];
        while let Some(first) = rest.first() {
            let phrase = |count: usize| rest.get(..count).map(|words| (count, words.join(" ")));
            let is_known = |(_, phrase): &(usize, String)| groups.iter().any(|group| group.contains(phrase));
            let (count, word) =
                (2..=longest).rev().filter_map(phrase).find(is_known).unwrap_or_else(|| (1, (*first).to_owned()));
            let mut same: Vec<String> =
                groups.iter().filter(|group| group.contains(&word)).flatten().cloned().collect();
            same.retain(|other| *other != word);
            terms.push(Term { word, same });
            rest = &rest[count..];
        }
        Self { terms }
    }

    /// The SKUs of a sheet that may fit, by their texts: each word, or one that means the same, is a part of the id, of the
    /// text of the SKU, or of what the sheet says of all. `None` if all of them may.
    pub fn candidates(&self, vendor: &str, of_all: &str, skus: &[(&str, &str)]) -> Option<BTreeSet<String>> {
        let of_all = of_all.to_lowercase();
        let sought: Vec<&Term> = self.terms.iter().filter(|term| !term.is_in(&of_all)).collect();
        if sought.is_empty() {
            return None;
        }
        let may_fit = |(name, text): &(&str, &str)| {
            let text = format!("{vendor}/{name}\n{text}").to_lowercase();
            sought.iter().all(|term| term.is_in(&text))
        };
        Some(skus.iter().filter(|sku| may_fit(sku)).map(|(name, _)| (*name).to_owned()).collect())
    }

    /// How well a SKU fits; less is better, and `None` if a word is found nowhere.
    pub fn rank(&self, sku: &Sku) -> Option<u32> {
        let fields = fields(sku);
        let mut whole = 0;
        for term in &self.terms {
            whole += term.rank(&fields)?;
        }
        Some(whole)
    }
}

impl Term {
    /// Whether the word, or one that means the same, is a part of a text in small letters.
    fn is_in(&self, text: &str) -> bool {
        std::iter::once(&self.word).chain(&self.same).any(|word| text.contains(word.as_str()))
    }

    /// The rank of the best find: the word itself comes before what means the same, unless it is only in a note.
    fn rank(&self, fields: &[Vec<String>]) -> Option<Rank> {
        // Of a word of two letters, too much is a part.
        let counts = |find: &Rank| *find < INSIDE || self.word.chars().count() > 2;
        let own = best(fields, |text| found(text, &self.word).filter(counts));
        // What means the same is a word of its own: `ai` is not in `email`, nor `b2` in `b2ms`.
        let is_word = |word: &str, find: Rank| find == 0 || find < INSIDE && word.chars().count() > 2;
        let find = |text: &str, word: &str| found(text, word).filter(|find| is_word(word, *find));
        let same = best(fields, |text| self.same.iter().filter_map(|word| find(text, word)).min());
        own.into_iter().chain(same.map(|rank| rank + SAME)).min()
    }
}

/// A word that is only a part of another one.
const INSIDE: Rank = 2;

/// How many ranks a field has.
const OF_FIELD: Rank = 3;

/// What the rank of a word that means the same is behind: the word itself in all fields but the notes.
const SAME: Rank = 4 * OF_FIELD;

/// The rank of the best find: by the field, and by how it is found there.
fn best(fields: &[Vec<String>], find: impl Fn(&str) -> Option<Rank>) -> Option<Rank> {
    let of_field = |texts: &Vec<String>| texts.iter().filter_map(|text| find(text)).min();
    let found = fields.iter().zip(0..).filter_map(|(texts, field)| Some(field * OF_FIELD + of_field(texts)?));
    found.min()
}

/// How a word is found in a text: 0 as a whole word, 1 at the start of one, 2 inside of one.
fn found(text: &str, word: &str) -> Option<Rank> {
    let is_part = |mark: Option<char>| mark.is_some_and(char::is_alphanumeric);
    let ranked = text.match_indices(word).map(|(start, _)| {
        let before = is_part(text[..start].chars().next_back());
        let after = is_part(text[start + word.len()..].chars().next());
        match (before, after) {
            (false, false) => 0,
            (false, true) => 1,
            (true, _) => INSIDE,
        }
    });
    ranked.min()
}

/// The texts of a SKU in small letters, from those that say most of it to those that say least: its id and its name in the
/// sheet; the vendor's name for it; keywords and category; the description and the role; notes.
fn fields(sku: &Sku) -> [Vec<String>; 5] {
    let lower = |texts: Vec<&str>| texts.into_iter().map(str::to_lowercase).collect();
    let notes = sku.charges.iter().flat_map(|charge| &charge.prices);
    let notes = notes.filter_map(|terms| terms.citation.as_deref()?.note.as_deref());
    let mut notes: Vec<&str> = notes.collect();
    notes.dedup();
    [
        lower(vec![&*sku.id, sku.name_in_sheet()]),
        lower(sku.name.as_deref().into_iter().collect()),
        lower(sku.keywords.iter().map(|word| &**word).chain(sku.category.as_deref()).collect()),
        lower(sku.description.as_deref().into_iter().chain(sku.specification.role.as_deref()).collect()),
        lower(notes),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_found_whole_at_a_start_or_inside() {
        assert_eq!(found("hetzner/cx41", "hetzner/cx41"), Some(0));
        assert_eq!(found("managed postgresql", "postgres"), Some(1));
        assert_eq!(found("email", "ai"), Some(INSIDE));
        assert_eq!(found("email", "gpu"), None);
        // The best of several finds counts.
        assert_eq!(found("email ai", "ai"), Some(0));
        assert_eq!(found("Größe größer".to_lowercase().as_str(), "größe"), Some(0));
    }

    #[test]
    fn words_that_belong_together_are_one_term() {
        let groups = vec![vec!["s3".to_owned(), "object storage".to_owned(), "bucket".to_owned()]];
        let search = Search::new("Cheap Object Storage", &groups);
        let words: Vec<&str> = search.terms.iter().map(|term| term.word.as_str()).collect();
        assert_eq!(words, ["cheap", "object storage"]);
        assert_eq!(search.terms[1].same, ["s3", "bucket"]);
        assert_eq!(search.terms[0].same, Vec::<String>::new());
    }
}
