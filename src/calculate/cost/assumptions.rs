//! What a costing assumes where nobody gave a number.

use rust_decimal::Decimal;

use crate::calculate::cost::costing::{Costing, LineCost};
use crate::calculate::cost::finding::Unknown;
use crate::model::{
    ChargeLine, Currency, Driver, ExchangeRate, LineItem, LinePricing, Pricing, Stage, Technique, Terms, says_assumed,
};

/// Something that the figures of a stage depend on and that is assumed.
#[derive(Clone, Debug)]
pub enum Assumption<'a> {
    /// The source of a driver says that it is assumed.
    Driver {
        /// The name of the driver.
        name: &'a str,
        /// Its source.
        source: &'a str,
    },
    /// The note of a line item, or of an alternative to it, says that its figures are assumed.
    Note {
        /// The line item.
        line_item: &'a LineItem,
        /// The name of the line item or of the alternative.
        name: &'a str,
        /// The note.
        note: &'a str,
    },
    /// The usage of a charge is not given, and the manifest says that it stays within the allowance, or more has no
    /// published price.
    WithinAllowance {
        /// The line item.
        line_item: &'a LineItem,
        /// The meter of the charge.
        meter: &'a str,
    },
    /// The bundled profile of the load of a line item is assumed.
    LoadProfile {
        /// The line item.
        line_item: &'a LineItem,
        /// The name of the profile.
        profile: &'a str,
        /// Its source.
        source: &'a str,
    },
    /// The average of the replicas of an auto-scaled line item pays a price or a cap of a month in part, which a vendor takes for
    /// each replica.
    MonthOfReplicas {
        /// The line item.
        line_item: &'a LineItem,
        /// The meter of the charge.
        meter: &'a str,
    },
    /// How much of a line item a technique is used on is not given.
    TechniqueShare {
        /// The line item.
        line_item: &'a LineItem,
        /// The technique.
        technique: &'a Technique,
        /// The share that its file assumes, as a ratio.
        share: Decimal,
    },
    /// An exchange rate has no source, or one that says that it is assumed.
    ExchangeRate {
        /// The rate.
        rate: &'a ExchangeRate,
        /// The currency into which it converts.
        into: Currency,
    },
}

/// What the costings of a stage assume: drivers, what line items assume in their order, and exchange rates.
pub fn assumptions<'a>(stage: &'a Stage, costings: &[Costing]) -> Vec<Assumption<'a>> {
    let mut found: Vec<Assumption<'a>> = stage.drivers.iter().filter_map(|driver| of_driver(stage, driver)).collect();
    for (place, line_item) in stage.selected() {
        let ways = std::iter::once(line_item).chain(line_item.alternatives());
        let notes = ways.filter_map(|way| Some((&*way.name, way.details.as_deref()?.note.as_deref()?)));
        let assumed = notes.filter(|(_, note)| says_assumed(note));
        found.extend(assumed.map(|(name, note)| Assumption::Note { line_item, name, note }));
        found.extend(of_profile(line_item));
        let lines: Vec<&LineCost> = costings.iter().map(|costing| &costing.line_items[place]).collect();
        if let LinePricing::Sku(line) = &line_item.pricing {
            let charges = line.charges.iter().enumerate();
            let assumed = charges.filter(|(charge, line)| {
                line.is_assumed_within() && lines.iter().any(|cost| !is_unknown(cost, *charge))
            });
            found.extend(assumed.map(|(_, charge)| Assumption::WithinAllowance { line_item, meter: charge.meter() }));
        }
        found.extend(months_of_replicas(line_item));
        let of_file = line_item.techniques.iter().filter(|used| used.share_at.is_none());
        found.extend(of_file.map(|used| Assumption::TechniqueShare {
            line_item,
            technique: &used.technique,
            share: used.share,
        }));
    }
    let rates = stage.rates.iter().filter(|rate| rate.is_assumed());
    found.extend(rates.map(|rate| Assumption::ExchangeRate { rate, into: stage.currency }));
    found
}

fn of_driver<'a>(stage: &'a Stage, driver: &'a Driver) -> Option<Assumption<'a>> {
    let source = driver.source.as_deref().filter(|_| driver.is_assumed())?;
    Some(Assumption::Driver { name: stage.scope.name(driver.slot), source })
}

fn of_profile(line_item: &LineItem) -> Option<Assumption<'_>> {
    let (profile, source) = line_item.autoscaling()?.profile.name.as_ref()?;
    says_assumed(source).then_some(Assumption::LoadProfile { line_item, profile, source })
}

/// The charges of an auto-scaled line item that have a price or a cap of a month.
fn months_of_replicas(line_item: &LineItem) -> impl Iterator<Item = Assumption<'_>> {
    let is_of_month = |charge: &ChargeLine, terms: &Terms| {
        terms.cap.is_some() || charge.charge.maximum_usage.is_some() || matches!(terms.pricing, Pricing::Flat { .. })
    };
    let charges = line_item.autoscaling().into_iter().flat_map(|_| line_item.charges());
    let is_paid =
        move |charge: &&ChargeLine| charge.terms().is_some_and(|terms| !terms.is_free() && is_of_month(charge, terms));
    let found = charges.filter(is_paid);
    found.map(move |charge| Assumption::MonthOfReplicas { line_item, meter: charge.meter() })
}

/// Whether the cost of a charge is unknown in spite of the assumption.
fn is_unknown(line: &LineCost, charge: usize) -> bool {
    line.unknown.iter().any(|unknown| match unknown {
        Unknown::Price(place) | Unknown::PriceBeyond(place) | Unknown::Base(place) | Unknown::Pool(place) => {
            usize::from(*place) == charge
        }
        Unknown::Usage(_) | Unknown::Mrr | Unknown::Arpu => false,
    })
}
