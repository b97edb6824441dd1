//! Which regimes change from one computation of a stage to the next.
//!
//! A regime that holds or not, and a place such as a tier, changes where it is another than before. An amount, such as a
//! quantity or a usage, changes where it starts to grow from standing still, and where it leaves a straight line: as long
//! as each customer adds as much as the one before, nothing breaks.

use std::ops::Range;

use rust_decimal::Decimal;

use crate::model::{
    Change, Fraction, LineCost, Observer, RegimeKey, RegimeKind, RegimeState, Stage, Step, Subject, subtract,
};

/// The regimes of the last computation, and how they got there. An observer of the next.
#[derive(Debug, Default)]
pub(super) struct Regimes {
    tracks: Vec<Track>,
    /// How many tracks the computation that runs has told, and whether they are other ones than those of the last.
    told: usize,
    is_shifted: bool,
    /// What may have changed in it.
    turns: Vec<Turn>,
    costs: Vec<CostTrack>,
    /// Whether a row may change what another costs, so that its own cost says nothing of its effect.
    is_shared: bool,
}

/// One regime at the last computation.
#[derive(Debug)]
struct Track {
    key: RegimeKey,
    state: RegimeState,
    line: Line,
}

/// A regime that has another state than before, or an amount that grows otherwise.
#[derive(Clone, Copy, Debug)]
struct Turn {
    /// The place of the track.
    index: usize,
    from: RegimeState,
    to: RegimeState,
    growth_before: Option<Fraction>,
}

/// How an amount has been growing.
#[derive(Clone, Copy, Debug, Default)]
struct Line {
    /// By how much it grew with the last unit; `None` if there is no unit before.
    growth: Option<Fraction>,
    /// Whether it grew by as much with the unit before that.
    is_straight: bool,
}

/// What one row cost at the last computation.
#[derive(Clone, Copy, Debug)]
struct CostTrack {
    cost: Decimal,
    /// By how much it grew with the last unit.
    growth: Option<Decimal>,
    /// Whether it grew otherwise than with the unit before.
    is_bent: bool,
}

impl Observer for Regimes {
    const LIST_PRICES: bool = false;

    fn step(&mut self, _: Subject, _: impl FnOnce() -> Step) {}

    fn regime(&mut self, key: RegimeKey, state: RegimeState) {
        let index = self.told;
        if self.tracks.get(index).is_none_or(|track| track.key != key) {
            self.align(key, state);
        }
        self.told += 1;
        self.tracks[index].follow(index, state, &mut self.turns);
    }

    fn regimes(&self) -> usize {
        self.told
    }

    fn regimes_again(&mut self, places: Range<usize>) -> bool {
        if self.is_shifted || places.start != self.told || places.end > self.tracks.len() {
            return false;
        }
        self.told = places.end;
        for index in places {
            let track = &mut self.tracks[index];
            if !track.is_settled() {
                track.follow(index, track.state, &mut self.turns);
            }
        }
        true
    }
}

impl Regimes {
    pub(super) fn new(stage: &Stage) -> Self {
        Self { is_shared: stage.has_pools() || !stage.adjustments.is_empty(), ..Self::default() }
    }

    /// Forgets everything: the computations before had no result.
    pub(super) fn reset(&mut self) {
        self.tracks.clear();
        self.turns.clear();
        self.costs.clear();
        (self.told, self.is_shifted) = (0, false);
    }

    /// What has changed since the last computation, now that the next one has told its regimes.
    pub(super) fn changes(&mut self, lines: &[LineCost]) -> Vec<Change> {
        self.follow_costs(lines);
        self.tracks.truncate(self.told);
        (self.told, self.is_shifted) = (0, false);
        let turns = std::mem::take(&mut self.turns);
        let changes = turns.iter().filter_map(|turn| self.change(*turn)).collect();
        self.turns = turns;
        self.turns.clear();
        changes
    }

    /// Makes a track the next one that is told: one that stands further behind, or a new one.
    fn align(&mut self, key: RegimeKey, state: RegimeState) {
        self.is_shifted = true;
        match self.tracks[self.told..].iter().position(|track| track.key == key) {
            // Regimes are told in one order, so that those between are told no more.
            Some(further) => drop(self.tracks.drain(self.told..self.told + further)),
            None => self.tracks.insert(self.told, Track { key, state, line: Line::default() }),
        }
    }

    fn follow_costs(&mut self, lines: &[LineCost]) {
        if self.costs.len() != lines.len() {
            let start = |line: &LineCost| CostTrack { cost: line.exact, growth: None, is_bent: true };
            self.costs = lines.iter().map(start).collect();
            return;
        }
        for (track, line) in self.costs.iter_mut().zip(lines) {
            let growth = subtract(line.exact, track.cost).ok();
            track.is_bent = growth.is_none() || growth != track.growth;
            (track.cost, track.growth) = (line.exact, growth);
        }
    }

    /// What changes with a turn, if anything does.
    fn change(&mut self, turn: Turn) -> Option<Change> {
        let Turn { index, from, to, growth_before } = turn;
        self.tracks[index].state = to;
        let key = self.tracks[index].key;
        let is_break = match to {
            RegimeState::Amount(_) => self.is_shared || self.costs.get(key.line_item).is_none_or(|cost| cost.is_bent),
            RegimeState::Holds(_) | RegimeState::Place(_) => true,
        };
        is_break.then(|| Change::Row { key, from, to, growth_before, is_first: self.is_first(index, to) })
    }

    /// Whether an allowance is the first of several of its line item to be used up.
    fn is_first(&self, index: usize, to: RegimeState) -> bool {
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
    /// Follows the regime to its next state. Other states than numbers are kept once all are told.
    fn follow(&mut self, index: usize, to: RegimeState, turns: &mut Vec<Turn>) {
        let (from, growth_before) = (self.state, self.line.growth);
        let is_turn = match (from, to) {
            (RegimeState::Holds(from), RegimeState::Holds(to)) => from != to,
            (RegimeState::Place(from), RegimeState::Place(to)) => from != to,
            (RegimeState::Amount(from), RegimeState::Amount(to)) => {
                self.state = RegimeState::Amount(to);
                self.line.grow(from, to)
            }
            _ => {
                debug_assert!(false, "a regime has states of one kind");
                false
            }
        };
        if is_turn {
            turns.push(Turn { index, from, to, growth_before });
        }
    }

    /// Whether nothing is to be noted of the regime as long as it has the same state.
    fn is_settled(&self) -> bool {
        !matches!(self.state, RegimeState::Amount(_)) || self.line.stands()
    }
}

impl Line {
    /// Follows an amount to its next value; whether it breaks there.
    fn grow(&mut self, from: Fraction, to: Fraction) -> bool {
        if self.stands() && from.is_identical(to) {
            return false;
        }
        let before = std::mem::take(self);
        let Ok(growth) = to.subtract(from) else { return false };
        self.growth = Some(growth);
        let Some(growth_before) = before.growth else { return false };
        let is_same = is_equal(growth, growth_before);
        self.is_straight = is_same;
        !is_same && (before.is_straight || growth_before.is_zero())
    }

    /// Whether the amount has been standing still.
    fn stands(&self) -> bool {
        self.is_straight && self.growth.is_some_and(Fraction::is_zero)
    }
}

fn is_equal(a: Fraction, b: Fraction) -> bool {
    a.compare(b).is_ok_and(std::cmp::Ordering::is_eq)
}
