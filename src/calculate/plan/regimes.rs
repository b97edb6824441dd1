//! Which regimes change from one computation of a stage to the next.
//!
//! A regime that holds or does not, and a place such as a tier, changes where it differs from before. An amount, such
//! as a quantity or a usage, changes where it jumps or leaves a straight line; there is no break-point as long as each
//! customer adds as much as the one before. A cost of steps and straight lines is therefore straight between two
//! changes. A curve, along which every customer adds by the same amount more than the one before, has no break-points.

use rust_decimal::Decimal;

use crate::calculate::charge::regime::{RegimeKey, RegimeKind, RegimeState};
use crate::calculate::cost::costing::LineCost;
use crate::calculate::cost::trace::{Observer, Step, Subject};
use crate::calculate::plan::influence::influences;
use crate::calculate::plan::points::Change;
use crate::model::{Adjustment, Fraction, Stage, add, subtract};

/// The regimes of the last computation and how they developed. It observes the next computation.
#[derive(Debug, Default)]
pub(crate) struct Regimes {
    tracks: Vec<Track>,
    /// How many of them the current computation has reported.
    counted: usize,
    /// Possible changes in it.
    turns: Vec<Turn>,
    costs: Vec<CostTrack>,
    /// Whether a row may change the cost of another, so that its own cost does not show its whole effect.
    is_shared: bool,
    /// The part whose changes count, where only a part of the stage is requested.
    part: Option<PartTrack>,
    /// Whether the cost of any row grew differently with the last unit than with the one before.
    is_any_bent: bool,
    /// Whether the next computation is for a number before those that are stored.
    is_restarting: bool,
}

/// The requested part of a stage.
#[derive(Debug)]
struct PartTrack {
    is_selected: Vec<bool>,
    /// Whether each row may change the cost of the part.
    has_influence: Vec<bool>,
    /// Whether each discount and credit may.
    adjustments: Vec<bool>,
    /// The sum of the rows in the part.
    cost: Option<CostTrack>,
}

/// One regime at the last computation.
#[derive(Debug)]
struct Track {
    key: RegimeKey,
    state: RegimeState,
    line: Line,
    /// Whether there is no earlier computation.
    is_new: bool,
}

/// A regime whose state differs from before, or an amount that grows differently.
#[derive(Clone, Debug)]
struct Turn {
    /// The place of the track.
    index: usize,
    from: RegimeState,
    to: RegimeState,
    growth_before: Option<Fraction>,
}

/// How many consecutive units must bend a line by the same amount until it counts as a curve: steps may do so a few
/// times by chance.
const CURVE: u32 = 4;

/// How an amount has grown.
#[derive(Clone, Debug, Default)]
struct Line {
    /// By how much it grew with the last unit; `None` if there is no unit before.
    growth: Option<Fraction>,
    /// Whether it grew by the same amount with the unit before that.
    is_straight: bool,
    /// By how much more it grew than with the unit before that, if the two differ.
    bend: Option<Fraction>,
    /// How many consecutive units have bent it by the same amount.
    bends: u32,
    /// Whether it broke with the last unit, so that a new line may begin there.
    is_broken: bool,
}

/// The cost of one row at the last computation.
#[derive(Clone, Copy, Debug)]
struct CostTrack {
    cost: Decimal,
    /// By how much it grew with the last unit.
    growth: Option<Decimal>,
    /// By how much with the unit before that.
    growth_before: Option<Decimal>,
    /// Whether it grew differently than with the unit before.
    is_bent: bool,
}

impl Observer for Regimes {
    const LIST_PRICES: bool = false;

    fn step(&mut self, _: Subject, _: impl FnOnce() -> Step) {}

    fn regime(&mut self, key: RegimeKey, state: RegimeState) {
        let index = self.counted;
        if self.tracks.get(index).is_none_or(|track| track.key != key) {
            self.align(key, state.clone());
        }
        self.counted += 1;
        self.follow(index, state);
    }
}

impl Regimes {
    pub(crate) fn new(stage: &Stage) -> Self {
        let is_shared = stage.has_pools() || !stage.adjustments.is_empty();
        Self { is_shared, part: PartTrack::new(stage), ..Self::default() }
    }

    /// Forgets everything, since the computations before had no result.
    pub(crate) fn reset(&mut self) {
        self.tracks.clear();
        self.turns.clear();
        self.costs.clear();
        self.counted = 0;
        if let Some(part) = &mut self.part {
            part.cost = None;
        }
        self.is_restarting = false;
    }

    /// Goes back: the next computation is for the number before the three that are stored. How amounts grow there is
    /// assumed to hold before it, since nothing else is known.
    pub(crate) fn restart(&mut self) {
        self.is_restarting = true;
        for track in &mut self.tracks {
            track.line = track.line.clone().continued_back();
        }
        let of_part = self.part.iter_mut().filter_map(|part| part.cost.as_mut());
        for cost in self.costs.iter_mut().chain(of_part) {
            (cost.growth, cost.growth_before) = (cost.growth_before, None);
        }
    }

    /// What has changed since the last computation, after the next one has reported its regimes.
    pub(crate) fn changes(&mut self, lines: &[LineCost]) -> Vec<Change> {
        self.follow_costs(lines);
        if let Some(part) = &mut self.part {
            part.follow(lines, self.is_restarting);
        }
        self.is_restarting = false;
        self.tracks.truncate(self.counted);
        self.counted = 0;
        let mut turns = std::mem::take(&mut self.turns);
        let changes = turns.drain(..).filter_map(|turn| self.change(turn)).collect();
        self.turns = turns;
        causes(changes)
    }

    fn follow_costs(&mut self, lines: &[LineCost]) {
        if self.costs.len() != lines.len() {
            self.costs = lines.iter().map(|line| CostTrack::start(line.exact)).collect();
            self.is_any_bent = true;
            return;
        }
        if self.is_restarting {
            self.costs.iter_mut().zip(lines).for_each(|(track, line)| track.cost = line.exact);
            return;
        }
        for (track, line) in self.costs.iter_mut().zip(lines) {
            track.follow(line.exact);
        }
        self.is_any_bent = self.costs.iter().any(|cost| cost.is_bent);
    }

    /// Makes a track the next one to be reported: a later one, or a new one.
    fn align(&mut self, key: RegimeKey, state: RegimeState) {
        let next = self.counted;
        match self.tracks[next..].iter().position(|track| track.key == key) {
            // Regimes are reported in a fixed order, so those that were skipped are no longer reported.
            Some(further) => drop(self.tracks.drain(next..next + further)),
            None => self.tracks.insert(next, Track { key, state, line: Line::default(), is_new: true }),
        }
    }

    /// Follows a regime to its next state.
    fn follow(&mut self, index: usize, to: RegimeState) {
        let track = &mut self.tracks[index];
        if self.is_restarting {
            (track.state, track.is_new) = (to, false);
        } else if let Some((from, growth_before)) = track.follow(&to) {
            self.turns.push(Turn { index, from, to, growth_before });
        }
    }

    /// The change that follows from a turn, if any.
    fn change(&mut self, turn: Turn) -> Option<Change> {
        let Turn { index, from, to, growth_before } = turn;
        let track = &mut self.tracks[index];
        track.state = to.clone();
        let key = track.key;
        let has_effect = match self.costs.get(key.line_item) {
            Some(_) if self.is_shared => self.is_any_bent,
            Some(cost) => cost.is_bent,
            None => true,
        };
        // A row whose cost is constant, such as one at its cap, passes through tiers without an effect. A bound may be
        // reached exactly, before the cost moves.
        let is_unmoved = |cost: &CostTrack| cost.stands_still() && (cost.cost.is_zero() || !key.kind.is_bound());
        let is_still = !self.is_shared && self.costs.get(key.line_item).is_some_and(is_unmoved);
        let is_break = match to {
            RegimeState::Amount(_) => {
                // If nothing is reported, no new line begins.
                self.tracks[index].line.is_broken &= has_effect;
                has_effect
            }
            RegimeState::Holds(_) if key.kind == RegimeKind::Bought => has_effect,
            RegimeState::Holds(_) | RegimeState::Place(_) => !is_still,
        };
        let is_told = is_break && self.part.as_ref().is_none_or(|part| part.tells(key));
        is_told.then(|| Change::Row { key, from, is_first: self.is_first(index, &to), to, growth_before })
    }

    /// Whether an allowance is the first of several of its line item to be used up.
    fn is_first(&self, index: usize, to: &RegimeState) -> bool {
        let key = self.tracks[index].key;
        if key.kind != RegimeKind::Allowance || !matches!(to, RegimeState::Holds(true)) {
            return false;
        }
        let is_other = |track: &&Track| {
            let other = track.key;
            (other.kind, other.line_item) == (key.kind, key.line_item) && other.part != key.part
        };
        let mut others = self.tracks.iter().filter(is_other).peekable();
        others.peek().is_some() && others.all(|track| matches!(track.state, RegimeState::Holds(false)))
    }
}

impl Track {
    /// Follows the regime to its next state. Returns the state before and the growth there, if it turns. States other
    /// than numbers are stored once all are reported, see [`Regimes::change`].
    fn follow(&mut self, to: &RegimeState) -> Option<(RegimeState, Option<Fraction>)> {
        if std::mem::take(&mut self.is_new) {
            self.state = to.clone();
            return None;
        }
        let growth_before = self.line.growth.clone();
        let is_turn = match (&self.state, to) {
            (RegimeState::Holds(from), RegimeState::Holds(to)) => from != to,
            (RegimeState::Place(from), RegimeState::Place(to)) => from != to,
            (RegimeState::Amount(from), RegimeState::Amount(amount)) => {
                let is_turn = self.line.grow(from, amount);
                let from = std::mem::replace(&mut self.state, to.clone());
                return is_turn.then_some((from, growth_before));
            }
            _ => {
                debug_assert!(false, "a regime has states of one kind");
                false
            }
        };
        is_turn.then(|| (self.state.clone(), growth_before))
    }
}

impl CostTrack {
    fn start(cost: Decimal) -> Self {
        Self { cost, growth: None, growth_before: None, is_bent: true }
    }

    fn follow(&mut self, cost: Decimal) {
        let growth = subtract(cost, self.cost).ok();
        self.is_bent = growth.is_none() || growth != self.growth;
        (self.cost, self.growth_before, self.growth) = (cost, self.growth, growth);
    }

    /// Whether it is the same as at both numbers before.
    fn stands_still(&self) -> bool {
        [self.growth, self.growth_before].iter().all(|growth| growth.is_some_and(|growth| growth.is_zero()))
    }
}

impl PartTrack {
    fn new(stage: &Stage) -> Option<Self> {
        let is_selected = stage.part.as_ref()?.line_items.clone();
        let has_influence = influences(stage, is_selected.clone());
        let is_on = |adjustment: &Adjustment| {
            let mut items = stage.line_items.iter().enumerate().zip(&has_influence);
            items.any(|((place, item), row)| *row && adjustment.on.fits(place, item))
        };
        let adjustments = stage.adjustments.iter().map(is_on).collect();
        Some(Self { is_selected, has_influence, adjustments, cost: None })
    }

    fn follow(&mut self, lines: &[LineCost], is_restarting: bool) {
        let mut counted = lines.iter().filter(|line| !line.is_left_out);
        let sum = counted.try_fold(Decimal::ZERO, |sum, line| add(sum, line.exact));
        match (sum, &mut self.cost) {
            (Ok(sum), Some(cost)) if is_restarting => cost.cost = sum,
            (Ok(sum), Some(cost)) => cost.follow(sum),
            (Ok(sum), None) => self.cost = Some(CostTrack::start(sum)),
            (Err(_), _) => self.cost = None,
        }
    }

    /// Whether a regime matters for the part: its row is in the part, or the cost of the part bends with it.
    fn tells(&self, key: RegimeKey) -> bool {
        let is_bent = self.cost.is_none_or(|cost| cost.is_bent);
        if key.kind == RegimeKind::Credit {
            return self.adjustments[key.part] && is_bent;
        }
        self.is_selected[key.line_item] || (self.has_influence[key.line_item] && is_bent)
    }
}

impl Line {
    /// Follows an amount to its next value and returns whether it breaks there.
    fn grow(&mut self, from: &Fraction, to: &Fraction) -> bool {
        if self.stands() && from.is_identical(to) {
            return false;
        }
        let before = std::mem::take(self);
        let Ok(growth) = to.subtract(from) else { return false };
        self.growth = Some(growth.clone());
        let Some(growth_before) = before.growth else {
            (self.bend, self.bends) = (before.bend, before.bends);
            return false;
        };
        if growth == growth_before {
            self.is_straight = true;
            return false;
        }
        self.bend = growth.subtract(&growth_before).ok();
        let is_same_bend = self.bend.as_ref().zip(before.bend.as_ref()).is_some_and(|(bend, before)| bend == before);
        self.bends = if is_same_bend { before.bends.saturating_add(1) } else { 1 };
        let is_curve = self.bends > CURVE;
        let is_line_broken = before.is_straight || growth_before.is_zero();
        self.is_broken = is_line_broken || !(before.is_broken || is_curve);
        self.is_broken
    }

    /// Whether the amount has been constant.
    fn stands(&self) -> bool {
        self.is_straight && self.growth.as_ref().is_some_and(Fraction::is_zero)
    }

    /// The line before the first of three values, derived from those after it.
    fn continued_back(self) -> Self {
        let is_straight = |growth: Fraction| Self { growth: Some(growth), is_straight: true, ..Self::default() };
        match (self.growth, self.bend) {
            (Some(growth), None) => is_straight(growth),
            (Some(growth), Some(bend)) => match growth.subtract(&bend) {
                Ok(first) if first.is_zero() => is_straight(first),
                _ => Self { bend: Some(bend), bends: CURVE, ..Self::default() },
            },
            (None, _) => Self::default(),
        }
    }
}

/// Leaves out a change that only follows from another one of the line item: an allowance that grows with the quantity
/// breaks where the quantity does.
fn causes(mut changes: Vec<Change>) -> Vec<Change> {
    let cause = |change: &Change| {
        let key = change.of_row()?;
        matches!(key.kind, RegimeKind::Quantity | RegimeKind::Usage).then_some(key.line_item)
    };
    let with_cause: Vec<usize> = changes.iter().filter_map(cause).collect();
    if !with_cause.is_empty() {
        let is_told = |key: RegimeKey| !key.kind.is_derived() || !with_cause.contains(&key.line_item);
        changes.retain(|change| change.of_row().is_none_or(is_told));
    }
    changes
}
