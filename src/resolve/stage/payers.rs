//! Which customers pay, and how.

use rust_decimal::Decimal;

use crate::diagnostic::Problems;
use crate::model::{Payers, Setting, YearlyPayers};
use crate::parse::YearlyPayersRaw;
use crate::resolve::checks::share;
use crate::resolve::stage::request::Request;
use crate::source::Spanned;

/// The payers of a stage: those of the request, of the manifest, or of the project; otherwise every customer pays by the
/// month. Reports shares that are not from 0% to 100%.
pub(crate) fn payers(
    paying: Option<Spanned<Decimal>>,
    yearly: Option<YearlyPayersRaw>,
    request: &Request,
    problems: &mut Problems,
) -> Payers {
    let paying = request.paying.or(paying).or(request.fallbacks.paying);
    share(paying, "the share of paying customers", problems);
    let yearly = yearly.or_else(|| request.fallbacks.yearly_payers.clone());
    let yearly = yearly.map(|YearlyPayersRaw { share: of_paying, discount, .. }| {
        share(Some(of_paying), "the share of yearly payers", problems);
        share(discount, "the discount of yearly payers", problems);
        YearlyPayers { share: of_paying.value, discount: discount.map_or(Decimal::ZERO, |discount| discount.value) }
    });
    Payers { paying: paying.map_or_else(|| Payers::default().paying, Setting::from), yearly }
}
