//! Words that several pages share.

use crate::calculate::Rating;

/// A list of names; of many, only the first ones.
pub(crate) fn several(names: &[&str]) -> String {
    if names.len() <= MOST_NAMES {
        return names.join(", ");
    }
    let (first, rest) = names.split_at(MOST_NAMES - 1);
    format!("{} and {} more", first.join(", "), rest.len())
}

/// The names of ratings in JSON and in words.
pub(crate) fn rating(rating: Rating) -> (&'static str, &'static str) {
    match rating {
        Rating::Genius => ("genius", "genius, or not scaling"),
        Rating::Great => ("great", "great"),
        Rating::Good => ("good", "good"),
        Rating::OnTarget => ("on_target", "on target"),
        Rating::OptimiseUrgently => ("optimise_urgently", "optimise urgently"),
    }
}

/// The maximum number of line items in a list.
pub(crate) const MOST_NAMES: usize = 6;
