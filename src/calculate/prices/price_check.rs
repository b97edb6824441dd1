//! Doubtful entries in valid price sheets: a list of small checks of one SKU each.

use jiff::civil::Date;

use crate::calculate::cost::finding::Severity;
use crate::model::{Charge, Citation, MaxAge, Sku, Terms, Trust};
use crate::source::Span;

/// A doubtful entry in a price sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PriceFinding<'a> {
    /// The doubt.
    pub kind: PriceDoubt,
    /// The SKU.
    pub sku: &'a Sku,
    /// The meters of the charges concerned, in the order of the sheet; empty if the doubt concerns the SKU.
    pub meters: Vec<&'a str>,
    /// The first place in the sheet that it concerns.
    pub span: Span,
}

/// A doubt about the prices of a charge, or about a SKU.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PriceDoubt {
    /// No price is effective from one day to another, both inclusive, although one is before and one is after.
    Gap {
        /// The first day without a price.
        from: Date,
        /// The last day without a price.
        to: Date,
    },
    /// No price is effective any more.
    Ended {
        /// The last day on which a price was effective.
        on: Date,
    },
    /// No price is effective yet.
    NotYet {
        /// The first day on which a price will be effective.
        from: Date,
    },
    /// A price was not read from the vendor.
    SecondHand {
        /// How it was read.
        trust: Trust,
    },
    /// An effective price was read more than a year ago.
    Old {
        /// The day on which it was read.
        retrieved_on: Date,
    },
    /// The SKU names no category.
    NoCategory,
}

impl PriceDoubt {
    /// The stable name of the kind.
    pub fn code(self) -> &'static str {
        match self {
            Self::Gap { .. } => "price-gap",
            Self::Ended { .. } => "price-ended",
            Self::NotYet { .. } => "price-not-yet",
            Self::SecondHand { .. } => "price-trust",
            Self::Old { .. } => "price-age",
            Self::NoCategory => "no-category",
        }
    }

    /// The severity: a gap is an error of the sheet, everything else is a warning or a note.
    pub fn severity(self) -> Severity {
        match self {
            Self::Gap { .. } => Severity::Breach,
            Self::Ended { .. }
            | Self::NotYet { .. }
            | Self::SecondHand { .. }
            | Self::Old { .. }
            | Self::NoCategory => Severity::Note,
        }
    }
}

/// All doubts about a SKU on a day, most severe first.
pub fn price_findings(sku: &Sku, day: Date) -> Vec<PriceFinding<'_>> {
    let mut found: Vec<PriceFinding<'_>> = Vec::new();
    for charge in &sku.charges {
        let doubts = gaps(charge).chain(out_of_date(charge, day)).chain(second_hand(charge)).chain(old(charge, day));
        for (kind, span) in doubts {
            // The charges of a SKU are mostly read from one page, so equal doubts of several charges are reported once.
            match found.iter_mut().find(|known| known.kind == kind) {
                Some(known) if known.meters.last() == Some(&&*charge.meter) => {}
                Some(known) => known.meters.push(&charge.meter),
                None => found.push(PriceFinding { kind, sku, meters: vec![&charge.meter], span }),
            }
        }
    }
    if sku.category.is_none() {
        found.push(PriceFinding { kind: PriceDoubt::NoCategory, sku, meters: Vec::new(), span: sku.span });
    }
    found.sort_by_key(|finding| std::cmp::Reverse(finding.kind.severity()));
    found
}

/// A doubt and its place.
type Doubt = (PriceDoubt, Span);

/// The prices that an order with the choices of one of them may get, by their days; once for each combination of
/// choices in the sheet. Orders on different days are not distinguished: each of them has its own price on every day.
fn by_days(charge: &Charge) -> impl Iterator<Item = Vec<&Terms>> {
    let prices = || charge.prices.iter().map(|terms| &**terms);
    let mut choices: Vec<&[(Box<str>, Box<str>)]> = prices().map(|terms| &*terms.when).collect();
    choices.sort_unstable();
    choices.dedup();
    choices.into_iter().map(move |chosen| {
        let fits = |terms: &&Terms| terms.when.iter().all(|choice| chosen.contains(choice));
        let mut sorted: Vec<&Terms> = prices().filter(fits).collect();
        sorted.sort_by_key(|terms| terms.effective_from);
        sorted
    })
}

/// The days between two prices on which none is effective, at the later price.
fn gaps(charge: &Charge) -> impl Iterator<Item = Doubt> {
    by_days(charge).flat_map(|sorted| {
        let mut found = Vec::new();
        let mut before: Option<&Terms> = None;
        for terms in sorted {
            found.extend(before.and_then(|before| gap(before, terms)));
            // Prices for orders on different days may be effective at once: the one that ends last counts.
            let ends_later = before.is_none_or(|before| match (before.effective_to, terms.effective_to) {
                (Some(last), Some(to)) => last < to,
                (Some(_), None) => true,
                (None, _) => false,
            });
            before = if ends_later { Some(terms) } else { before };
        }
        found
    })
}

fn gap(before: &Terms, after: &Terms) -> Option<Doubt> {
    let from = before.effective_to?.tomorrow().ok()?;
    let to = after.effective_from?.yesterday().ok()?;
    (from <= to).then_some((PriceDoubt::Gap { from, to }, after.span))
}

/// Whether every price of a charge ends before the day or begins after it. A day in a gap is reported as a gap.
fn out_of_date(charge: &Charge, day: Date) -> Option<Doubt> {
    let prices = || charge.prices.iter().map(|terms| &**terms);
    let ended = |terms: &Terms| terms.effective_to.is_some_and(|to| to < day);
    let begins = |terms: &Terms| terms.effective_from.is_some_and(|from| day < from);
    if prices().all(ended) {
        let last = prices().max_by_key(|terms| terms.effective_to)?;
        return Some((PriceDoubt::Ended { on: last.effective_to? }, last.span));
    }
    if prices().all(begins) {
        let first = prices().min_by_key(|terms| terms.effective_from)?;
        return Some((PriceDoubt::NotYet { from: first.effective_from? }, first.span));
    }
    None
}

fn cited(charge: &Charge) -> impl Iterator<Item = (&Terms, &Citation)> {
    charge.prices.iter().filter_map(|terms| Some((&**terms, terms.citation.as_deref()?)))
}

/// The prices that were read neither from the vendor nor from one's own contract.
fn second_hand(charge: &Charge) -> impl Iterator<Item = Doubt> {
    let is_firm = |trust: Trust| matches!(trust, Trust::Vendor | Trust::Captured | Trust::Contract);
    let doubtful = cited(charge).filter(move |(_, citation)| !is_firm(citation.trust));
    doubtful.map(|(terms, citation)| (PriceDoubt::SecondHand { trust: citation.trust }, terms.span))
}

/// The price of the day, if it was read more than a year before. A price that has ended no longer changes.
fn old(charge: &Charge, day: Date) -> impl Iterator<Item = Doubt> {
    let held = cited(charge)
        .filter(move |(terms, citation)| terms.holds_on(day) && !MaxAge::YEAR.admits(citation.retrieved_on, day));
    held.map(|(terms, citation)| (PriceDoubt::Old { retrieved_on: citation.retrieved_on }, terms.span))
}
