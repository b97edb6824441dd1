//! Compares what line items and components need with what the price sheets say: a list of small checks.

use std::collections::HashMap;

use rust_decimal::Decimal;

use crate::calculate::cost::costing::Costing;
use crate::calculate::fault::Fault;
use crate::calculate::prices::offer::{OfferFinding, ServicesFit};
use crate::model::{
    Fit, Fraction, LineItem, LinePricing, Offer, Property, Service, Sku, SkuLine, Specification, Stage, add, multiply,
    sum,
};

/// The role of the machines that the components of a stage run on.
pub(crate) const SERVER: &str = "server";

/// What price sheets say about the line items of a stage, in their order, and about its machines.
pub(crate) fn offer_findings(stage: &Stage, costing: &Costing) -> Result<Vec<OfferFinding>, Fault> {
    let (mut found, mut addons) = (Vec::new(), Addons::of(stage, costing));
    for (line_item, item) in stage.selected() {
        found.extend(item.offer().into_iter().flat_map(|offer| of_sale(line_item, offer)));
        if let LinePricing::Sku(line) = &item.pricing {
            let Some(units) = costing.line_items[line_item].quantity else { continue };
            found.extend(specification(line_item, units, item, line, &mut addons)?);
        }
    }
    if stage.part.is_none() {
        found.extend(services(stage, costing)?);
    }
    Ok(found)
}

/// Whether the vendor and the SKU are still there, and whether a plain cost has a list price.
fn of_sale(line_item: usize, offer: &Offer) -> impl Iterator<Item = OfferFinding> {
    let closed = offer.closed_on.map(|_| OfferFinding::VendorClosed { line_item });
    let not_sold = offer.sold_until.filter(|_| closed.is_none()).map(|_| OfferFinding::NotSold { line_item });
    let listed = (!offer.listed.is_empty()).then_some(OfferFinding::Listed { line_item });
    [closed, not_sold, listed].into_iter().flatten()
}

/// What the SKU of a line item is short of, and what its sheet does not say.
fn specification<'s>(
    place: usize,
    units: Decimal,
    item: &'s LineItem,
    line: &'s SkuLine,
    addons: &mut Addons<'s>,
) -> Result<Option<OfferFinding>, Fault> {
    let Some(needed) = item.needs().filter(|needed| needed.properties().next().is_some()) else { return Ok(None) };
    let mut offered = line.sku.specification.clone();
    if !offered.with_fit(needed, Fit::Short).is_empty() && !units.is_zero() {
        for size in &mut offered.sizes {
            let added = addons.to(place, &line.sku, size.property)?;
            size.value = add(size.value, Fraction::new(added, units)?.to_decimal()?)?;
        }
    }
    let (short, unknown) = (offered.with_fit(needed, Fit::Short), offered.with_fit(needed, Fit::Unknown));
    let is_fine = short.is_empty() && unknown.is_empty();
    Ok((!is_fine).then_some(OfferFinding::Specification { line_item: place, short, unknown }))
}

/// How many units of an add-on there are.
type Added<'s> = (&'s Sku, Decimal);

/// What the add-ons of a stage add to its line items.
#[derive(Default)]
struct Addons<'s> {
    /// The add-ons to every line item of a SKU.
    of_skus: Vec<Added<'s>>,
    /// The add-ons to the line items that they name, by their places.
    of_places: HashMap<usize, Vec<Added<'s>>>,
    /// What the former add to a SKU, where it was requested.
    known: HashMap<(&'s str, Property), Decimal>,
}

impl<'s> Addons<'s> {
    fn of(stage: &'s Stage, costing: &Costing) -> Self {
        let mut addons = Self::default();
        for (item, cost) in stage.line_items.iter().zip(&costing.line_items) {
            let LinePricing::Sku(line) = &item.pricing else { continue };
            if line.sku.addon_to.is_empty() {
                continue;
            }
            let Some(quantity) = cost.quantity else { continue };
            let added = (&*line.sku, quantity);
            if line.of.is_empty() {
                addons.of_skus.push(added);
            }
            for place in &line.of {
                addons.of_places.entry(*place).or_default().push(added);
            }
        }
        addons
    }

    /// What they add to all units of a line item.
    fn to(&mut self, place: usize, sku: &'s Sku, property: Property) -> Result<Decimal, Fault> {
        let of_sku = match self.known.get(&(&*sku.id, property)) {
            Some(known) => *known,
            None => sum_of(&self.of_skus, sku, property)?,
        };
        self.known.insert((&*sku.id, property), of_sku);
        let own = self.of_places.get(&place).map_or(&[][..], Vec::as_slice);
        Ok(add(of_sku, sum_of(own, sku, property)?)?)
    }
}

/// What those of some add-ons that are to a SKU add together.
fn sum_of(addons: &[Added<'_>], sku: &Sku, property: Property) -> Result<Decimal, Fault> {
    let fitting = addons.iter().filter(|(addon, _)| addon.is_addon_to(sku));
    fitting
        .filter_map(|(addon, units)| Some((addon.specification.size(property)?.value, *units)))
        .try_fold(Decimal::ZERO, |sum, (size, units)| Ok(add(sum, multiply(size, units)?)?))
}

/// Whether the components fit on their machines, for each group of machines and each size that a component needs.
fn services(stage: &Stage, costing: &Costing) -> Result<Vec<OfferFinding>, Fault> {
    let all = &stage.description.runs;
    let mut groups: Vec<Option<usize>> = all.iter().map(|service| service.on).collect();
    groups.sort_unstable();
    groups.dedup();
    let mut found = Vec::new();
    for on in groups {
        let of_group: Vec<(usize, &Service)> = all.iter().enumerate().filter(|(_, service)| service.on == on).collect();
        let machines = match on {
            Some(place) => vec![place],
            None => servers(stage),
        };
        for property in [Property::Vcpus, Property::Memory, Property::Disk] {
            let need = |(place, service): &(usize, &Service)| Some((*place, service.needs.size(property)?.value));
            let needs: Vec<(usize, Decimal)> = of_group.iter().filter_map(need).collect();
            if needs.is_empty() {
                continue;
            }
            let (available, largest) = available(stage, costing, &machines, property)?.unzip();
            let too_large = needs.iter().find(|(_, need)| largest.is_some_and(|largest| *need > largest));
            found.push(OfferFinding::Services(ServicesFit {
                property,
                services: needs.iter().map(|(place, _)| *place).collect(),
                others: of_group.len() - needs.len(),
                machines: machines.clone(),
                needed: sum(needs.iter().map(|(_, need)| *need))?,
                available,
                too_large: too_large.map(|(place, _)| *place),
            }));
        }
    }
    Ok(found)
}

/// The line items that are servers.
fn servers(stage: &Stage) -> Vec<usize> {
    let is_server = |item: &LineItem| item.offered().role.as_deref() == Some(SERVER);
    let places = stage.line_items.iter().enumerate().filter(|(_, item)| is_server(item));
    places.map(|(place, _)| place).collect()
}

/// What machines have of a size together, and what the largest of them has; `None` if one of them does not say it.
fn available(
    stage: &Stage,
    costing: &Costing,
    machines: &[usize],
    property: Property,
) -> Result<Option<(Decimal, Decimal)>, Fault> {
    let mut found: Option<(Decimal, Decimal)> = None;
    for place in machines {
        let offered: Specification = stage.line_items[*place].offered();
        let Some(size) = offered.size(property) else { return Ok(None) };
        let (all, largest) = found.unwrap_or_default();
        let Some(units) = costing.line_items[*place].quantity else { return Ok(None) };
        let here = multiply(size.value, units)?;
        found = Some((add(all, here)?, largest.max(size.value)));
    }
    Ok(found)
}
