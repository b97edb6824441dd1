//! Words that several pages share.

use crate::calculate::{Rating, ShareTarget, UnitEconomics};
use crate::view::page::number::exact_percent;

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

/// The verdict on the share of MRR: by the user's own target, or without one by the plan's rating. `None` if there is
/// neither.
pub(crate) fn share_verdict(economics: &UnitEconomics) -> Option<String> {
    let Some(ShareTarget { bound, is_met }) = economics.target else {
        return economics.shown_rating().map(|found| rating(found).1.to_owned());
    };
    let target = exact_percent(bound);
    Some(match is_met {
        Some(true) => format!("under the target of {target}"),
        Some(false) => format!("not under the target of {target}"),
        None => format!("unknown whether under the target of {target}"),
    })
}

/// The maximum number of line items in a list.
pub(crate) const MOST_NAMES: usize = 6;
