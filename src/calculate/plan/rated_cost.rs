//! A cost that is paid, rated by the revenue; and the ceilings that a revenue sets.

use rust_decimal::Decimal;

use crate::calculate::cost::costing::{Rating, ShareTarget};
use crate::calculate::fault::Fault;
use crate::diagnostic::Diagnostic;
use crate::model::{Fraction, multiply, subtract};

/// What a cost must stay under at a revenue to have a rating. Amounts are monthly, in one currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ceiling {
    /// The rating.
    pub rating: Rating,
    /// The ratio of MRR that the cost must be under.
    pub share: Decimal,
    /// That share of the MRR, exactly.
    pub amount: Decimal,
}

/// The ceilings of a revenue, from the best rating on.
///
/// # Errors
/// A product that is too large or needs too many digits.
pub fn ceilings(mrr: Decimal) -> Result<Vec<Ceiling>, Vec<Diagnostic>> {
    let ceiling = |(share, rating)| Ok::<_, Fault>(Ceiling { rating, share, amount: multiply(share, mrr)? });
    let all: Result<_, Fault> = Rating::BOUNDS.into_iter().map(ceiling).collect();
    all.map_err(|fault| vec![fault.at("the ceilings of the revenue", None)])
}

/// A monthly cost against the revenue. Amounts are in one currency.
#[derive(Clone, Debug)]
pub struct RatedCost {
    /// The cost.
    pub cost: Decimal,
    /// The revenue.
    pub mrr: Decimal,
    /// `cost / mrr`; `None` without revenue.
    pub share: Option<Fraction>,
    /// The plan's rating of that share; `None` without revenue.
    pub rating: Option<Rating>,
    /// The user's own target for it, if there is one.
    pub target: Option<ShareTarget>,
    /// The share that it has to be under: that target, or else the plan's 20 %.
    pub bound: Decimal,
    /// That share of the revenue, less the cost.
    pub left: Decimal,
    /// What each rating takes, from the best on.
    pub ceilings: Vec<Ceiling>,
    /// The revenue at which the cost is equal to each of these ceilings, to 12 decimals; the rating needs more.
    pub more_than: Vec<Decimal>,
}

/// Rates a cost by the revenue. `own` is the share that the user allows, if there is one.
///
/// # Errors
/// A result that is too large or needs too many digits.
pub fn rate(cost: Decimal, mrr: Decimal, own: Option<Decimal>) -> Result<RatedCost, Vec<Diagnostic>> {
    let ceilings = ceilings(mrr)?;
    let rated = || {
        let is_under = |bound: Decimal| Ok(cost < multiply(bound, mrr)?);
        let (share, rating) =
            if mrr.is_zero() { (None, None) } else { (Some(Fraction::new(cost, mrr)?), Some(Rating::of(is_under)?)) };
        let met = |bound: Decimal| is_under(bound).map(|is_met| ShareTarget { bound, is_met: Some(is_met) });
        let target = own.filter(|_| !mrr.is_zero()).map(met).transpose()?;
        let plan = ceilings.iter().find(|ceiling| ceiling.rating == Rating::OnTarget).map(|ceiling| ceiling.share);
        let bound = own.or(plan).unwrap_or(Decimal::ONE);
        let left = subtract(multiply(bound, mrr)?, cost)?;
        let more_than = |ceiling: &Ceiling| Ok(Fraction::new(cost, ceiling.share)?.to_decimal()?);
        let more_than = ceilings.iter().map(more_than).collect::<Result<_, Fault>>()?;
        Ok::<_, Fault>((share, rating, target, (bound, left), more_than))
    };
    let rated = rated().map_err(|fault| vec![fault.at("the rating of the cost", None)]);
    let (share, rating, target, (bound, left), more_than) = rated?;
    Ok(RatedCost { cost, mrr, share, rating, target, bound, left, ceilings, more_than })
}
