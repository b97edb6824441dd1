//! The savings of techniques on a stage: of each alone, and of the best set of them.
//!
//! Techniques save independently if they do not reduce the same row, conflict with each other or need each other.
//! Others form groups; each group is examined on its own, with every set of its techniques. Rows that share allowances,
//! percentages, discounts or credits are in one group.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use rust_decimal::Decimal;

use crate::calculate::cost::costing::{Completeness, Costing, LineCost};
use crate::calculate::cost::stage::stage as compute;
use crate::calculate::cost::sums::sums;
use crate::calculate::cost::trace::Unobserved;
use crate::calculate::fault::Fault;
use crate::calculate::savings::breakeven_load::breakeven_load;
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{
    FitStanding, Fraction, Inputs, LineItem, PlanOrder, Progress, Stage, TechniqueOffer, UsedTechnique, subtract,
};

/// The most operations that the computations of one group may take, roughly: about a second.
const MAX_OPERATIONS: u64 = 5_000_000;

/// The most operations that choosing one technique after another may take, in a group and in all: some seconds.
const MAX_OPERATIONS_OF_STEPS: u64 = 20_000_000;

/// The largest group whose sets are all examined.
const MAX_GROUP: usize = 16;

/// Computes the saving of each technique, and the set of them that saves the most.
///
/// Savings are differences of the exact total: with the buffer, but without the manifest's rounding, whose steps would
/// hide small savings. A set is possible if no two of its techniques conflict on a line item, and everything that they
/// need is in the set or in use. Of equally cheap sets, the smallest is chosen.
///
/// # Errors
/// As [`stage`](crate::calculate::cost::stage::stage()), for the stage and for each technique on it; `too-much-work` if too
/// many techniques change what others save.
pub fn optimize(
    stage: &Stage,
    offers: &[TechniqueOffer],
    inputs: Inputs,
    order: PlanOrder,
    progress: &Progress,
) -> Result<Optimization, Vec<Diagnostic>> {
    let with_rates = with_rates_of(stage, offers);
    let stage = &*with_rates;
    let all: Vec<usize> = (0..offers.len()).collect();
    if operations_of_steps(stage, offers, &all, 1) > MAX_OPERATIONS_OF_STEPS {
        return Err(vec![too_many_techniques(stage, offers.len())]);
    }
    let before = compute(stage, inputs, &mut Unobserved)?;
    let mut search = Search::new(stage, offers, inputs, progress);
    let base = search.lines(&[])?;
    let alone = offers.iter().enumerate().map(|(place, offer)| search.alone(place, offer, &base));
    let alone = alone.collect::<Result<Vec<Alone>, _>>()?;
    let needs: Vec<Option<Vec<usize>>> = offers.iter().map(|offer| needs(stage, offer, offers)).collect();
    let (mut chosen, mut is_best) = (Vec::new(), true);
    let groups = groups(stage, offers, &needs);
    search.all = groups.iter().map(|group| sets(group.len())).fold(search.done, u64::saturating_add);
    for group in &groups {
        let found = search.best_of(group, &needs)?;
        is_best &= found.is_best;
        chosen.extend(found.set);
    }
    chosen.sort_unstable();
    let mut group_of = vec![0; offers.len()];
    for (index, group) in groups.iter().enumerate() {
        for place in group {
            group_of[*place] = index;
        }
    }
    let plan = search.in_order(chosen, &group_of, &needs, order)?;
    let used = plan.iter().flat_map(|planned| offers[planned.offer].usable());
    let after = compute(&stage.with_techniques(used), inputs, &mut Unobserved)?;
    Ok(Optimization { before, alone, plan, after, is_best })
}

/// The stage with the exchange rates that techniques need.
fn with_rates_of<'s>(stage: &'s Stage, offers: &[TechniqueOffer]) -> Cow<'s, Stage> {
    let rates = || offers.iter().flat_map(|offer| &offer.rates);
    let mut stage = Cow::Borrowed(stage);
    if rates().any(|rate| stage.rate(rate.from).is_none()) {
        stage.to_mut().add_rates(rates());
    }
    stage
}

/// The operations of computing a stage with each technique of a group, a number of times.
fn operations_of_steps(stage: &Stage, offers: &[TechniqueOffer], group: &[usize], times: usize) -> u64 {
    let uses = group.iter().map(|place| offers[*place].usable().count() as u64).sum::<u64>();
    let of_one = stage.operations().saturating_add(uses * UsedTechnique::OPERATIONS);
    of_one.saturating_mul((group.len() * times) as u64)
}

fn too_many_techniques(stage: &Stage, count: usize) -> Diagnostic {
    let message =
        format!("what {count} techniques save on stage {} depends on each other: too many to choose from", stage.id);
    let diagnostic = Diagnostic::new(Code::TooMuchWork, message);
    diagnostic.help("leave out techniques that change little, or use a stage with fewer line items")
}

/// The places of the techniques that a technique needs and that are not in use; `None` if one of them cannot be used
/// here.
fn needs(stage: &Stage, offer: &TechniqueOffer, offers: &[TechniqueOffer]) -> Option<Vec<usize>> {
    let missing = offer.technique.requires.iter().filter(|stem| !stage.uses_technique(stem));
    missing.map(|stem| offers.iter().position(|other| other.technique.id == *stem && other.can_begin())).collect()
}

/// The places of the usable techniques, in groups that save independently.
fn groups(stage: &Stage, offers: &[TechniqueOffer], needs: &[Option<Vec<usize>>]) -> Vec<Vec<usize>> {
    let is_coupled = has_coupled_rows(stage);
    let mut group_of: Vec<usize> = (0..offers.len()).collect();
    let mut join = |one: usize, other: usize| {
        let (from, to) = (group_of[one], group_of[other]);
        if from == to {
            return;
        }
        group_of.iter_mut().filter(|group| **group == from).for_each(|group| *group = to);
    };
    let mut first_on: HashMap<usize, usize> = HashMap::new();
    for (place, offer) in offers.iter().enumerate() {
        if is_coupled {
            join(place, 0);
        }
        for (line_item, _) in offer.usable() {
            join(place, *first_on.entry(line_item).or_insert(place));
        }
    }
    for (place, needed) in needs.iter().enumerate() {
        needed.iter().flatten().for_each(|needed| join(*needed, place));
    }
    let needed: HashSet<usize> = needs.iter().flatten().flatten().copied().collect();
    let may_be_used =
        |place: &usize| needs[*place].is_some() && (offers[*place].usable().next().is_some() || needed.contains(place));
    let mut members = vec![Vec::new(); offers.len()];
    for place in (0..offers.len()).filter(may_be_used) {
        members[group_of[place]].push(place);
    }
    members.retain(|members: &Vec<usize>| !members.is_empty());
    members
}

/// The places of the techniques that cannot be used together with each technique, since they would share a line item.
fn conflicts(offers: &[TechniqueOffer]) -> Vec<Vec<usize>> {
    let of = |offer: &TechniqueOffer| {
        let is_other = |other: &TechniqueOffer| offer.technique.id != other.technique.id;
        let conflicts = |other: &TechniqueOffer| is_other(other) && offer.conflict_with(other).is_some();
        let others = offers.iter().enumerate().filter(|(_, other)| conflicts(other));
        others.map(|(place, _)| place).collect()
    };
    offers.iter().map(of).collect()
}

/// Whether the cost of one row can change that of others.
fn has_coupled_rows(stage: &Stage) -> bool {
    let takes_part = |item: &LineItem| item.charges().iter().any(|charge| charge.percentage_of().is_some());
    stage.has_pools() || !stage.adjustments.is_empty() || stage.line_items.iter().any(takes_part)
}

/// Computes a stage with one set of techniques after another.
struct Search<'s> {
    offers: &'s [TechniqueOffer],
    inputs: Inputs,
    conflicts: Vec<Vec<usize>>,
    /// The stage, to whose line items techniques are added and removed again.
    stage: Stage,
    original: &'s Stage,
    progress: &'s Progress,
    /// How many computations of the stage are made, and about how many there will be.
    done: u64,
    all: u64,
}

/// How many sets a number of techniques has.
fn sets(count: usize) -> u64 {
    1_u64.checked_shl(u32::try_from(count).unwrap_or(u32::MAX)).unwrap_or(u64::MAX)
}

/// The best set of a group.
struct Found {
    set: Vec<usize>,
    is_best: bool,
}

impl<'s> Search<'s> {
    fn new(stage: &'s Stage, offers: &'s [TechniqueOffer], inputs: Inputs, progress: &'s Progress) -> Self {
        let (done, all) = (0, offers.len() as u64);
        Self {
            offers,
            conflicts: conflicts(offers),
            inputs,
            stage: stage.clone(),
            original: stage,
            progress,
            done,
            all,
        }
    }

    /// The rows and the exact total with techniques on line items; `None` if no cost is known.
    fn with<'u>(
        &mut self,
        used: impl Iterator<Item = (usize, &'u UsedTechnique)>,
    ) -> Result<(Vec<LineCost>, Option<Decimal>), Vec<Diagnostic>> {
        // One that replaces the SKU comes after those that reduce something of it.
        let (moving, reducing): (Vec<_>, Vec<_>) = used.partition(|(_, used)| used.moved.is_some());
        let mut changed = Vec::new();
        for (place, used) in reducing.into_iter().chain(moving) {
            self.stage.line_items[place].use_technique(used);
            changed.push((place, used.moved.is_some()));
        }
        let is_any_moved = changed.iter().any(|(_, is_moved)| *is_moved);
        if is_any_moved {
            self.stage.order_again();
        }
        self.progress.report(self.done.min(self.all), self.all);
        self.done += 1;
        let computed = sums(&self.stage, self.inputs, None, &mut Unobserved);
        for (place, is_moved) in changed.iter().copied() {
            let original = &self.original.line_items[place];
            if is_moved {
                self.stage.line_items[place].clone_from(original);
            }
            self.stage.line_items[place].techniques.clone_from(&original.techniques);
        }
        if is_any_moved {
            self.stage.order.clone_from(&self.original.order);
        }
        let sums = computed?;
        for place in changed.iter().filter(|(_, is_moved)| *is_moved).map(|(place, _)| *place) {
            if sums.lines[place].completeness() != Completeness::Full {
                return Err(vec![unknown_bill(&self.original.line_items[place])]);
            }
        }
        let total = (sums.completeness != Completeness::Nothing).then_some(sums.totals.total_exact);
        Ok((sums.lines, total))
    }

    /// The rows and the exact total with a set of techniques.
    fn lines(&mut self, set: &[usize]) -> Result<(Vec<LineCost>, Option<Decimal>), Vec<Diagnostic>> {
        let offers = self.offers;
        self.with(set.iter().flat_map(|place| offers[*place].usable()))
    }

    /// The exact total of a set; zero if no cost is known, whatever the set.
    fn total(&mut self, set: &[usize]) -> Result<Decimal, Vec<Diagnostic>> {
        Ok(self.lines(set)?.1.unwrap_or_default())
    }

    /// The saving of a technique alone, and the most that it saves where it is not said how much of a line item it
    /// applies to.
    fn alone(
        &mut self,
        place: usize,
        offer: &TechniqueOffer,
        base: &(Vec<LineCost>, Option<Decimal>),
    ) -> Result<Alone, Vec<Diagnostic>> {
        let count = offer.fits.len();
        let mut alone = Alone {
            saved: None,
            of_line_items: vec![None; count],
            at_most: vec![None; count],
            breakevens: vec![None; count],
        };
        for (fit, found) in offer.fits.iter().zip(&mut alone.breakevens) {
            let (own, item) = (&base.0[fit.line_item], &self.original.line_items[fit.line_item]);
            let moved = fit.standing.usable().and_then(|used| used.moved.as_deref());
            if let Some(moved) = moved.filter(|_| own.completeness() == Completeness::Full) {
                *found = breakeven_load(self.original, self.inputs, item, own.exact, moved)?;
            }
        }
        if offer.usable().next().is_some() {
            let (lines, total) = self.lines(&[place])?;
            alone.saved = base.1.zip(total).map(|(before, after)| difference(before, after)).transpose()?;
            for (fit, saved) in offer.fits.iter().zip(&mut alone.of_line_items) {
                if matches!(fit.standing, FitStanding::Usable(_)) {
                    *saved = saved_on(&base.0[fit.line_item], &lines[fit.line_item])?;
                }
            }
        }
        let unknown = |fit: &crate::model::TechniqueFit| {
            fit.standing.of_unknown_share().map(|used| (fit.line_item, used.clone()))
        };
        let unknown: Vec<(usize, UsedTechnique)> = offer.fits.iter().filter_map(unknown).collect();
        if !unknown.is_empty() {
            let (lines, _) = self.with(unknown.iter().map(|(place, used)| (*place, used)))?;
            for (fit, at_most) in offer.fits.iter().zip(&mut alone.at_most) {
                if matches!(fit.standing, FitStanding::ShareUnknown(_)) {
                    *at_most = saved_on(&base.0[fit.line_item], &lines[fit.line_item])?;
                }
            }
        }
        Ok(alone)
    }

    /// The cheapest possible set of a group; of equally cheap ones the smallest, then the first.
    fn best_of(&mut self, group: &[usize], needs: &[Option<Vec<usize>>]) -> Result<Found, Vec<Diagnostic>> {
        let sets = sets(group.len());
        if group.len() > MAX_GROUP || sets.saturating_mul(self.stage.operations()) > MAX_OPERATIONS {
            return self.one_after_the_other(group, needs);
        }
        let mut best = (self.total(&[])?, 0, Vec::new());
        for mask in 1..sets {
            let is_in = |place: &usize| mask & (1 << place) != 0;
            let set: Vec<usize> = (0..group.len()).filter(is_in).map(|place| group[place]).collect();
            let has_all = |place: &usize| needs[*place].iter().flatten().all(|needed| set.contains(needed));
            if set.iter().all(has_all) && !self.conflict(&set, &set) {
                let candidate = (self.total(&set)?, set.len(), set);
                if (candidate.0, candidate.1) < (best.0, best.1) {
                    best = candidate;
                }
            }
        }
        Ok(Found { set: best.2, is_best: true })
    }

    /// Whether a technique of a set cannot be used together with one of another set.
    fn conflict(&self, one: &[usize], other: &[usize]) -> bool {
        let is_in_other = |place: &usize| other.contains(place);
        one.iter().any(|place| self.conflicts[*place].iter().any(is_in_other))
    }

    /// A set built by adding the technique that saves the most, with what it needs, until none saves anything.
    fn one_after_the_other(&mut self, group: &[usize], needs: &[Option<Vec<usize>>]) -> Result<Found, Vec<Diagnostic>> {
        if operations_of_steps(self.original, self.offers, group, group.len()) > MAX_OPERATIONS_OF_STEPS {
            return Err(vec![too_many_techniques(self.original, group.len())]);
        }
        let mut set: Vec<usize> = Vec::new();
        let mut total = self.total(&set)?;
        loop {
            let mut best: Option<(Decimal, Vec<usize>)> = None;
            for place in group.iter().filter(|place| !set.contains(place)) {
                // It has all that it needs, and what was chosen before does not conflict.
                let added = with_needs(*place, &set, needs);
                let grown = [set.clone(), added.clone()].concat();
                if !self.conflict(&added, &grown) {
                    let total = self.total(&grown)?;
                    if best.as_ref().is_none_or(|(least, _)| total < *least) {
                        best = Some((total, grown));
                    }
                }
            }
            match best {
                Some((less, grown)) if less < total => (total, set) = (less, grown),
                _ => return Ok(Found { set, is_best: false }),
            }
        }
    }

    /// The techniques of a set in the order in which to begin: each time the one that saves the most, after what it needs.
    /// What one is worth is computed again only when another one of its group has begun.
    fn in_order(
        &mut self,
        mut left: Vec<usize>,
        group_of: &[usize],
        needs: &[Option<Vec<usize>>],
        order: PlanOrder,
    ) -> Result<Vec<Planned>, Vec<Diagnostic>> {
        let mut plan: Vec<Planned> = Vec::with_capacity(left.len());
        let mut done: Vec<usize> = Vec::with_capacity(left.len());
        let mut total = self.total(&done)?;
        let mut known: HashMap<usize, (Fraction, Vec<usize>)> = HashMap::new();
        while !left.is_empty() {
            let mut best: Option<usize> = None;
            for place in &left {
                if !known.contains_key(place) {
                    let next = with_needs(*place, &done, needs);
                    let after = self.total(&[done.clone(), next.clone()].concat())?;
                    known.insert(*place, (self.worth(difference(total, after)?, &next, order)?, next));
                }
                // Of equal ones the first.
                let is_better = match best {
                    Some(best) => known[place].0 > known[&best].0,
                    None => true,
                };
                if is_better {
                    best = Some(*place);
                }
            }
            let next = best.and_then(|best| known.remove(&best)).map(|(_, next)| next).unwrap_or_default();
            for offer in next {
                known.retain(|place, _| group_of[*place] != group_of[offer]);
                done.push(offer);
                left.retain(|place| *place != offer);
                let after = self.total(&done)?;
                plan.push(Planned { offer, saved: difference(total, after)?, total: after });
                total = after;
            }
        }
        Ok(plan)
    }

    /// The value of a saving for the order: the saving itself, or the saving per effort of the techniques.
    fn worth(&self, saved: Decimal, techniques: &[usize], order: PlanOrder) -> Result<Fraction, Vec<Diagnostic>> {
        let saved = Fraction::from(saved);
        let effort: u32 = techniques.iter().map(|place| self.offers[*place].technique.effort.weight()).sum();
        match order {
            PlanOrder::Saving => Ok(saved),
            PlanOrder::Effort => saved.divide(&Decimal::from(effort).into()).map_err(of_plan),
        }
    }
}

/// A technique after those that it needs and that are not in a set.
fn with_needs(place: usize, set: &[usize], needs: &[Option<Vec<usize>>]) -> Vec<usize> {
    let mut found = Vec::new();
    // The ones being visited, so that two techniques that need each other do not recurse forever.
    let mut open = vec![place];
    add_with_needs(place, set, needs, &mut open, &mut found);
    found
}

fn add_with_needs(
    place: usize,
    set: &[usize],
    needs: &[Option<Vec<usize>>],
    open: &mut Vec<usize>,
    found: &mut Vec<usize>,
) {
    for needed in needs[place].iter().flatten() {
        if !set.contains(needed) && !open.contains(needed) {
            open.push(*needed);
            add_with_needs(*needed, set, needs, open, found);
        }
    }
    found.push(place);
}

fn unknown_bill(item: &LineItem) -> Diagnostic {
    let message = format!("what `{}` would cost with another SKU is not known", item.name);
    let diagnostic = Diagnostic::at(Code::InvalidArgument, item.span, message, "a technique replaces its SKU");
    diagnostic.help("an input of the technique depends on something that is not given: add `--mrr` or `--arpu`")
}

fn saved_on(before: &LineCost, after: &LineCost) -> Result<Option<Decimal>, Vec<Diagnostic>> {
    before.is_known.then(|| difference(before.exact, after.exact)).transpose()
}

fn difference(before: Decimal, after: Decimal) -> Result<Decimal, Vec<Diagnostic>> {
    subtract(before, after).map_err(of_plan)
}

fn of_plan(error: impl Into<Fault>) -> Vec<Diagnostic> {
    vec![error.into().at("what techniques save", None)]
}

/// The savings of techniques on a stage.
#[derive(Clone, Debug)]
pub struct Optimization {
    /// The cost of the stage as it is.
    pub before: Costing,
    /// The saving of each technique alone, in the order of the offers.
    pub alone: Vec<Alone>,
    /// The best set, in the order of adoption.
    pub plan: Vec<Planned>,
    /// The cost of the stage with the whole plan.
    pub after: Costing,
    /// Whether every set that could be better was examined; otherwise techniques were added one at a time.
    pub is_best: bool,
}

/// The savings of one technique alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Alone {
    /// The known monthly saving, deducted from the exact total; negative if it costs more. `None` if it reduces
    /// nothing.
    pub saved: Option<Decimal>,
    /// The same for each line item to which it applies, deducted from its exact cost; `None` where it reduces nothing,
    /// or where the cost is unknown.
    pub of_line_items: Vec<Option<Decimal>>,
    /// The most that it saves on each line item for which it is not said how much of it the technique applies to.
    pub at_most: Vec<Option<Decimal>>,
    /// The largest load, in units of a month, at which each line item costs no more with the SKU that replaces its own.
    pub breakevens: Vec<Option<u64>>,
}

/// A technique of the plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    /// Its place among the offers.
    pub offer: usize,
    /// The monthly saving once those before are in use, deducted from the exact total.
    pub saved: Decimal,
    /// The exact total with it and those before.
    pub total: Decimal,
}
