//! Techniques on the line items of a stage: finds the usable ones and applies the requested ones.

use std::sync::Arc;

use rust_decimal::Decimal;

use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::model::{
    ChargeLine, Dimension, ExchangeRate, FitStanding, Formula, Fraction, LineItem, Lowers, LowersKind, Pricing, Scope,
    Stage, Technique, TechniqueFit, TechniqueOffer, TechniqueScope, TechniqueWish, UsedTechnique, Wish,
};
use crate::parse::FormulaRaw;
use crate::resolve::prices::book::PriceBook;
use crate::resolve::savings::replacement::moved;
use crate::resolve::savings::technique::SHARE;
use crate::resolve::savings::technique_money::{RatesOn, in_currency_of, is_of};
use crate::resolve::savings::technique_scope::{counted_charge as charge, fits, literal_share};
use crate::resolve::{TechniqueSetRaw, formula};
use crate::source::{Span, Spanned, shell_word};

/// Values of inputs, by name.
type InputsRaw = Vec<(Spanned<String>, FormulaRaw)>;

/// A technique that the user requests.
#[derive(Clone, Debug)]
pub struct ChosenTechnique {
    /// The place of its name in the request.
    pub named_at: Span,
    /// The technique, with the values of inputs that the user sets.
    pub technique: Arc<Technique>,
    /// The share that it applies to, as a ratio; overrides the files.
    pub share: Option<Spanned<Decimal>>,
    /// The SKUs that it may replace others by, and the exchange rates.
    pub book: Arc<PriceBook>,
}

impl ChosenTechnique {
    /// A technique with nothing set.
    pub fn plain(technique: Technique) -> Self {
        Self { named_at: Span::NOWHERE, technique: Arc::new(technique), share: None, book: Arc::default() }
    }
}

/// The share and the values of inputs that are set for a technique.
pub fn share_of(
    set: &[TechniqueSetRaw],
    technique: &str,
    problems: &mut Problems,
) -> (Option<Spanned<Decimal>>, InputsRaw) {
    let of = set.iter().filter(|set| set.technique.value == technique);
    let (shares, inputs): (Vec<_>, Vec<_>) = of.partition(|set| set.input.value == SHARE);
    let share = shares.first().and_then(|set| {
        let formula = formula::compile(&set.value, &Scope::default(), problems)?;
        literal_share(formula.literal(), formula.span, problems)
    });
    (share, inputs.into_iter().map(|set| (set.input.clone(), set.value.clone())).collect())
}

/// Checks the share that is assumed where none is given.
///
/// # Errors
/// `invalid-number` if it is more than 100%, `negative-amount` if it is below zero.
pub fn assumed_share(share: Option<Spanned<Decimal>>) -> Result<Option<Spanned<Decimal>>, Vec<Diagnostic>> {
    let mut problems = Problems::default();
    crate::resolve::checks::share(share, "a share", &mut problems);
    if problems.is_empty() { Ok(share) } else { Err(problems.into_sorted()) }
}

/// The line items that each technique applies to, in the order of the techniques. `assumed` is the share where none is
/// given. All line items of the stage count, even if figures cover only a part: techniques also change shared costs.
pub fn offers(stage: &Stage, techniques: &[ChosenTechnique], assumed: Option<Spanned<Decimal>>) -> Vec<TechniqueOffer> {
    let offer = |chosen: &ChosenTechnique| {
        let items = stage.line_items.iter().enumerate();
        let mut rates = Vec::new();
        let fits = items.filter_map(|(place, item)| {
            let fit = fit(stage, place, item, chosen, techniques, &mut rates)?;
            Some(TechniqueFit { standing: assuming(fit.standing, assumed), ..fit })
        });
        let fits = fits.collect();
        TechniqueOffer { technique: Arc::clone(&chosen.technique), fits, rates }
    };
    techniques.iter().map(offer).collect()
}

/// Replaces an unknown share by the assumed one.
fn assuming(standing: FitStanding, assumed: Option<Spanned<Decimal>>) -> FitStanding {
    match (standing, assumed) {
        (FitStanding::ShareUnknown(used), Some(share)) => {
            FitStanding::Usable(UsedTechnique { share: share.value, share_at: None, ..used })
        }
        (standing, _) => standing,
    }
}

fn fit(
    stage: &Stage,
    line_item: usize,
    item: &LineItem,
    chosen: &ChosenTechnique,
    techniques: &[ChosenTechnique],
    rates: &mut Vec<ExchangeRate>,
) -> Option<TechniqueFit> {
    let technique = &chosen.technique;
    let wish = item.wishes().iter().find(|wish| wish.technique.value == technique.id);
    let scope = technique.applies_to.iter().find(|scope| fits(scope, stage, item));
    let (share, meter, because, inputs) = match wish.map(|wish| &wish.wish) {
        _ if item.uses_technique(&technique.id) => {
            return Some(TechniqueFit { line_item, because: None, standing: FitStanding::InUse });
        }
        Some(Wish::Never) => return Some(TechniqueFit { line_item, because: None, standing: FitStanding::Never }),
        Some(Wish::May { share, meter, inputs, because }) => (*share, *meter, because.clone(), inputs.as_slice()),
        Some(Wish::InUse) | None => {
            scope?;
            (None, None, None, [].as_slice())
        }
    };
    let because = because.or_else(|| scope.and_then(|scope| scope.because.clone()));
    let share = chosen.share.or(share).or(scope.and_then(|scope| scope.share));
    let lowers = match (meter, scope.and_then(|scope| lowered(scope, item))) {
        (Some(charge), _) => Some(Lowers::Usage(charge)),
        // A SKU is replaced as a whole; of a share, the technique reduces the cost.
        (None, Some(Lowers::Sku)) if share.is_some() => Some(Lowers::Cost(None)),
        (None, Some(lowers)) => Some(lowers),
        // The share applies to the cost if the technique's file does not say what it reduces.
        (None, None) => share.map(|_| Lowers::Cost(None)),
    };
    let lowers = lowers.or_else(|| {
        let opts_in = if technique.replacement.is_some() { Lowers::Sku } else { Lowers::Cost(None) };
        wish.map(|_| opts_in)
    });
    let (standing, because) = match lowers {
        _ if let Some(other) = conflict(item, technique, techniques) => (FitStanding::Conflicts(other.into()), because),
        None => (FitStanding::NotBilled, because),
        Some(lowers) => {
            let on = RatesOn { rates: &chosen.book.rates, day: stage.as_of };
            let (given, driven) = values(technique, scope, item, inputs, on);
            let places = driven.iter().map(|(place, _)| *place);
            let here = Arc::new(technique.on_line_item(given, places));
            let used = UsedTechnique { driven: driven.into(), ..used(Arc::clone(&here), scope, lowers, share) };
            if lowers == Lowers::Sku {
                replacing(stage, item, used, &chosen.book, because, rates)
            } else {
                (standing(used, share.is_some()), because)
            }
        }
    };
    Some(TechniqueFit { line_item, because, standing })
}

/// Whether a technique that replaces the SKU can be used, and why, or why not. It replaces all of the line item.
fn replacing(
    stage: &Stage,
    item: &LineItem,
    used: UsedTechnique,
    book: &PriceBook,
    because: Option<Box<str>>,
    rates: &mut Vec<ExchangeRate>,
) -> (FitStanding, Option<Box<str>>) {
    let used = UsedTechnique { share: Decimal::ONE, ..used };
    match moved(stage, item, &used.technique, &used.driven, book) {
        Ok((line, needed)) => {
            rates.extend(needed);
            (standing(UsedTechnique { moved: Some(Arc::new(line)), ..used }, true), because)
        }
        Err(why) => (FitStanding::NotBilled, why.map(String::into_boxed_str).or(because)),
    }
}

/// Whether a technique can be used, given its share and its inputs.
fn standing(used: UsedTechnique, has_share: bool) -> FitStanding {
    let technique = &used.technique;
    let name = |place: &usize| technique.scope.name(technique.inputs[*place].slot).into();
    let missing: Vec<Box<str>> = technique.missing(used.lowers, used.effect, used.counts).iter().map(name).collect();
    match has_share {
        _ if !missing.is_empty() => FitStanding::NeedsInput { inputs: missing, by_example: used },
        true => FitStanding::Usable(used),
        false => FitStanding::ShareUnknown(used),
    }
}

/// Values of inputs, by their places.
type Values = Vec<(usize, Formula)>;

/// The values of inputs that a line item gives: those that its manifest says, and the price of a unit of its meter, in the
/// currency of the technique; and those that depend on the drivers of the stage. What `--set` gives comes before both.
fn values(
    technique: &Technique,
    scope: Option<&TechniqueScope>,
    item: &LineItem,
    said: &[(Spanned<Box<str>>, Formula)],
    on: RatesOn<'_>,
) -> (Values, Values) {
    // A rate that is missing has been reported by `check_wish_inputs`; without one, the price is not taken.
    let converted = |place: usize, value: Formula| {
        let wanted = technique.inputs[place].formula.dimension;
        let value = in_currency_of(value, wanted, on, &mut Problems::default())?;
        (value.dimension == wanted && !technique.inputs[place].is_given).then_some((place, value))
    };
    let said = said.iter().filter_map(|(name, value)| converted(technique.input(&name.value)?, value.clone()));
    let (mut given, driven): (Values, Values) = said.partition(|(_, value)| value.slots().is_empty());
    let price = scope.and_then(|scope| {
        let (place, meter) = (scope.priced?, scope.meter.as_deref()?);
        converted(place, unit_price(&item.charges()[charge(item, meter)?])?)
    });
    given.extend(price.filter(|(place, _)| given.iter().chain(&driven).all(|(known, _)| known != place)));
    (given, driven)
}

/// The price of a unit of a charge, if it has one: money for each canonical unit.
fn unit_price(charge: &ChargeLine) -> Option<Formula> {
    let (terms, unit) = (charge.terms()?, charge.charge.unit.as_ref()?);
    let Pricing::PerUnit { price, per } = &terms.pricing else { return None };
    let dimension = Dimension::money(terms.currency).multiply(unit.dimension.invert()?)?;
    let value = Fraction::new(price.expected, *per).ok()?.divide(&unit.factor.into()).ok()?;
    Some(Formula::constant(value, dimension, terms.span))
}

/// Reports values of inputs that line items give techniques which have no such input, or of which it is something else.
pub fn check_wish_inputs(stage: &Stage, techniques: &[ChosenTechnique], problems: &mut Problems) {
    for wish in stage.line_items.iter().flat_map(LineItem::wishes) {
        let chosen = techniques.iter().find(|chosen| chosen.technique.id == wish.technique.value);
        let (Some(chosen), Wish::May { inputs, .. }) = (chosen, &wish.wish) else { continue };
        let technique = &chosen.technique;
        for (name, value) in inputs {
            let Some(place) = technique.input(&name.value) else {
                let message = format!("the technique `{}` has no input `{}`", technique.id, name.value);
                let diagnostic = Diagnostic::at(Code::UnknownName, name.span, message, "");
                let known = technique.inputs.iter().map(|input| technique.scope.name(input.slot));
                problems.push(diagnostic.suggest(&name.value, known));
                continue;
            };
            let asked = technique.inputs[place].formula.dimension;
            if is_of(value.dimension, asked) {
                let on = RatesOn { rates: &chosen.book.rates, day: stage.as_of };
                in_currency_of(value.clone(), asked, on, problems);
            } else {
                let message = format!("the input must be {asked}, and this is {}", value.dimension);
                problems.push(Diagnostic::at(Code::UnitMismatch, value.span, message, value.dimension.to_string()));
            }
        }
    }
}

fn used(
    technique: Arc<Technique>,
    scope: Option<&TechniqueScope>,
    lowers: Lowers,
    share: Option<Spanned<Decimal>>,
) -> UsedTechnique {
    UsedTechnique {
        technique,
        lowers,
        effect: scope.map_or(0, |scope| scope.effect),
        counts: scope.and_then(|scope| scope.counts).filter(|_| lowers == Lowers::Quantity),
        driven: Box::default(),
        moved: None,
        share: share.map_or(Decimal::ONE, |share| share.value),
        share_at: share.map(|share| share.span),
    }
}

/// What a technique reduces on a matching line item; `None` if nothing that is billed.
fn lowered(scope: &TechniqueScope, item: &LineItem) -> Option<Lowers> {
    let charge = scope.meter.as_deref().and_then(|meter| charge(item, meter));
    match scope.lowers {
        LowersKind::Nothing => None,
        LowersKind::Quantity => Some(Lowers::Quantity),
        LowersKind::Sku => Some(Lowers::Sku),
        LowersKind::Usage => charge.map(Lowers::Usage),
        LowersKind::Cost => Some(Lowers::Cost(charge)),
    }
}

/// A technique in use on a line item that conflicts with another technique.
fn conflict<'i>(item: &'i LineItem, technique: &Technique, all: &[ChosenTechnique]) -> Option<&'i str> {
    let in_use = item.wishes().iter().filter(|wish| wish.wish == Wish::InUse).map(|wish| &*wish.technique.value);
    let asked = item.techniques.iter().map(|used| &*used.technique.id);
    let conflicts = |id: &&str| {
        technique.conflicts.iter().any(|other| **other == **id)
            || item.techniques.iter().any(|used| *used.technique.id == **id && used.technique.conflicts_with(technique))
            || all.iter().any(|other| *other.technique.id == **id && other.technique.conflicts.contains(&technique.id))
    };
    in_use.chain(asked).find(conflicts)
}

/// Applies the requested techniques to every stage that they fit. Reports techniques that fit no stage.
pub fn apply(stages: &mut [&mut Stage], techniques: &[ChosenTechnique], problems: &mut Problems) {
    let asked: Arc<[Box<str>]> = techniques.iter().map(|chosen| chosen.technique.id.clone()).collect();
    let mut is_used = vec![false; techniques.len()];
    let mut reasons: Vec<Vec<FitStanding>> = vec![Vec::new(); techniques.len()];
    for stage in stages.iter_mut() {
        let offers = offers(stage, techniques, None);
        for (place, offer) in offers.iter().enumerate() {
            is_used[place] |= offer.usable().next().is_some();
            reasons[place].extend(offer.fits.iter().map(|fit| fit.standing.clone()));
        }
        check_together(stage, &offers, techniques, problems);
        let used = stage.with_techniques(offers.iter().flat_map(TechniqueOffer::usable));
        **stage = Stage { techniques: Arc::clone(&asked), ..used };
        stage.add_rates(offers.iter().flat_map(|offer| &offer.rates));
    }
    let is_needed = |id: &str| techniques.iter().any(|other| other.technique.requires.iter().any(|stem| **stem == *id));
    let unused = techniques.iter().zip(reasons).zip(is_used).filter(|(_, is_used)| !is_used);
    for ((chosen, reasons), _) in unused.filter(|((chosen, _), _)| !is_needed(&chosen.technique.id)) {
        problems.push(of_no_use(chosen, &reasons));
    }
}

/// Reports values set for techniques that cannot be used anywhere on a stage and so have no effect.
///
/// # Errors
/// `technique-not-used`, for each such technique.
pub fn check_set_offers(offers: &[TechniqueOffer], set: &[TechniqueSetRaw]) -> Result<(), Vec<Diagnostic>> {
    let is_of = |set: &TechniqueSetRaw, offer: &TechniqueOffer| *set.technique.value == *offer.technique.id;
    let is_set = |offer: &&TechniqueOffer| set.iter().any(|set| set.is_typed && is_of(set, offer));
    let unused = offers.iter().filter(is_set).filter(|offer| {
        let can_be = |fit: &TechniqueFit| {
            matches!(
                fit.standing,
                FitStanding::Usable(_) | FitStanding::ShareUnknown(_) | FitStanding::NeedsInput { .. }
            )
        };
        !offer.fits.iter().any(can_be)
    });
    let wrong = unused.filter_map(|offer| {
        let named_at = set.iter().find(|set| *set.technique.value == *offer.technique.id)?.technique.span;
        let chosen =
            ChosenTechnique { named_at, technique: Arc::clone(&offer.technique), share: None, book: Arc::default() };
        let reasons: Vec<FitStanding> = offer.fits.iter().map(|fit| fit.standing.clone()).collect();
        Some(of_no_use(&chosen, &reasons))
    });
    let wrong: Vec<Diagnostic> = wrong.collect();
    if wrong.is_empty() { Ok(()) } else { Err(wrong) }
}

/// Explains why a technique applies to no line item.
fn of_no_use(chosen: &ChosenTechnique, reasons: &[FitStanding]) -> Diagnostic {
    let id = &chosen.technique.id;
    let has = |standing: fn(&FitStanding) -> bool| reasons.iter().any(standing);
    let at = |message: String| Diagnostic::at(Code::TechniqueNotUsed, chosen.named_at, message, "changes nothing");
    if has(|standing| !standing.needed_inputs().is_empty()) {
        let mut names: Vec<&str> = reasons.iter().flat_map(FitStanding::needed_inputs).map(|name| &**name).collect();
        names.sort_unstable();
        names.dedup();
        let message = format!("what `{id}` saves depends on {}, which nothing gives", names.join(", "));
        let flags: Vec<String> =
            names.iter().map(|name| format!("--set {}", shell_word(&format!("{id}.{name}=...")))).collect();
        return at(message).help(format!(
            "set it with `{}`, or in the manifest under `techniques` of the line item: its default is that of an example",
            flags.join(" ")
        ));
    }
    if has(|standing| matches!(standing, FitStanding::ShareUnknown(_))) {
        let message = format!("the share of a line item that `{id}` applies to is unknown");
        return at(message).help(format!(
            "set it with `--set {}`, or in the manifest under `techniques` of the line item",
            shell_word(&format!("{id}.share=40%"))
        ));
    }
    if has(|standing| *standing == FitStanding::InUse) {
        return at(format!("`{id}` is already in use, and the manifest accounts for it"));
    }
    if has(|standing| matches!(standing, FitStanding::Conflicts(_))) {
        return at(format!("`{id}` conflicts with a technique that is in use"));
    }
    if has(|standing| *standing == FitStanding::NotBilled) {
        let message = format!("`{id}` reduces nothing that a line item is billed for");
        return at(message).help(format!(
            "set the share of the bill that it applies to: `--set {}`",
            shell_word(&format!("{id}.share=10%"))
        ));
    }
    at(format!("`{id}` applies to no line item"))
        .help("`costplan optimize STAGE` lists the techniques of a stage; a line item opts in under `techniques`")
}

/// Reports techniques whose required technique is not in use, and pairs that conflict on one line item.
fn check_together(stage: &Stage, offers: &[TechniqueOffer], techniques: &[ChosenTechnique], problems: &mut Problems) {
    let begins = |stem: &str| offers.iter().any(|other| *other.technique.id == *stem && other.can_begin());
    let is_there = |stem: &str| stage.uses_technique(stem) || begins(stem);
    for (place, offer) in offers.iter().enumerate().filter(|(_, offer)| offer.usable().next().is_some()) {
        let (technique, at) = (&offer.technique, techniques[place].named_at);
        for missing in technique.requires.iter().filter(|stem| !is_there(stem)) {
            let message = format!("`{}` needs `{missing}`, which stage {} does not use", technique.id, stage.id);
            let diagnostic = Diagnostic::at(Code::TechniqueConflict, at, message, "needs another technique");
            let is_asked = techniques.iter().any(|chosen| *chosen.technique.id == **missing);
            problems.push(diagnostic.help(if is_asked {
                format!("it applies to no line item; if one has it, write `techniques: {{ {missing}: in_use }}` there")
            } else {
                format!("use both: `--apply {}`", shell_word(&format!("{missing},{}", technique.id)))
            }));
        }
        for (other, named) in offers[..place].iter().zip(techniques) {
            if let Some(line_item) = offer.conflict_with(other) {
                let name = &stage.line_items[line_item].name;
                let message =
                    format!("`{}` and `{}` cannot both be used on `{name}`", other.technique.id, technique.id);
                let diagnostic = Diagnostic::at(Code::TechniqueConflict, at, message, "this");
                problems.push(diagnostic.and_at(named.named_at, "or this"));
            }
        }
    }
}

/// Reports unknown techniques that line items name; `known` are the stems of all technique files.
pub fn check_wishes(stage: &Stage, known: &[&str], problems: &mut Problems) {
    let unknown = |wish: &&TechniqueWish| !known.contains(&&*wish.technique.value);
    for wish in stage.line_items.iter().flat_map(LineItem::wishes).filter(unknown) {
        let name = &wish.technique;
        let message = format!("there is no technique `{}`", name.value);
        let diagnostic = Diagnostic::at(Code::UnknownTechnique, name.span, message, "");
        problems.push(diagnostic.suggest(&name.value, known.iter().copied()));
    }
}
