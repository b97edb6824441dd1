//! The savings of techniques on a stage: the plan, and each technique on each line item.

use rust_decimal::Decimal;

use crate::calculate::{Alone, Costing, Optimization};
use crate::model::{
    Amount, FitStanding, Fraction, LinePricing, Lowers, MovedLine, Opportunity, PlanOrder, Stage, Technique,
    TechniqueFit, TechniqueOffer, UsedTechnique, subtract,
};
use crate::source::shell_word;
use crate::view::View;
use crate::view::page::finding::{FindingView, findings};
use crate::view::page::layout::{Block, Cell, Column, Grid, Page, Records};
use crate::view::page::number::{displayed, exact_percent, per_unit, percent, signed, thousands};
use crate::view::page::scenario::headline;
use crate::view::page::screen::customers;
use crate::view::page::section::rounded_amount;
use crate::view::page::words::{several, share_verdict};
use crate::view::savings::opportunity::opportunity_grid;

/// The savings of techniques on a stage.
#[derive(Clone, Copy, Debug)]
pub struct OptimizeView<'a> {
    pub(crate) stage: &'a Stage,
    pub(crate) offers: &'a [TechniqueOffer],
    pub(crate) optimization: &'a Optimization,
    pub(crate) order: PlanOrder,
    pub(crate) opportunities: &'a [Opportunity],
    /// Why the other stages are not compared.
    pub(crate) not_compared: Option<&'a str>,
    details: bool,
}

/// A technique on a line item, with its saving there alone.
pub(crate) struct FitRow<'a> {
    pub(crate) offer: &'a TechniqueOffer,
    pub(crate) fit: &'a TechniqueFit,
    /// The saving, or the most that it could be.
    pub(crate) saved: Option<Decimal>,
    /// The largest load at which it costs no more.
    pub(crate) breakeven: Option<u64>,
}

impl<'a> OptimizeView<'a> {
    /// Shows the savings of techniques; `offers` are those that were computed.
    pub fn new(
        stage: &'a Stage,
        offers: &'a [TechniqueOffer],
        optimization: &'a Optimization,
        order: PlanOrder,
    ) -> Self {
        Self { stage, offers, optimization, order, opportunities: &[], not_compared: None, details: false }
    }

    /// The same view, whose screen has everything that Markdown has.
    #[must_use]
    pub fn detailed(self, details: bool) -> Self {
        Self { details, ..self }
    }

    /// The same with other ways to pay less, and why the other stages were not compared, if they were not.
    #[must_use]
    pub fn with_opportunities(self, opportunities: &'a [Opportunity], not_compared: Option<&'a str>) -> Self {
        Self { opportunities, not_compared, ..self }
    }

    /// The rows of the techniques that fit line items: usable ones first, by their savings.
    pub(crate) fn rows(&self) -> Vec<FitRow<'a>> {
        let of_offer = |(offer, alone): (&'a TechniqueOffer, &'a Alone)| {
            let saved = alone.of_line_items.iter().zip(&alone.at_most).map(|(saved, at_most)| saved.or(*at_most));
            let rows = offer.fits.iter().zip(saved).zip(&alone.breakevens);
            let rows = rows.map(move |((fit, saved), most)| FitRow { offer, fit, saved, breakeven: *most });
            rows.filter(|row| self.stage.is_selected(row.fit.line_item)).collect::<Vec<_>>()
        };
        let mut rows: Vec<FitRow<'a>> = self.offers.iter().zip(&self.optimization.alone).flat_map(of_offer).collect();
        rows.sort_by_key(|row| {
            (rank(&row.fit.standing), std::cmp::Reverse(row.saved), &row.offer.technique.id, row.fit.line_item)
        });
        rows
    }

    pub(crate) fn name(&self, line_item: usize) -> &'a str {
        &self.stage.line_items[line_item].name
    }

    /// The line items that a technique of the plan reduces.
    pub(crate) fn lowered(&self, offer: &'a TechniqueOffer) -> Vec<&'a str> {
        offer.usable().map(|(place, _)| self.name(place)).collect()
    }

    /// The saving of the whole plan, deducted from the exact total.
    pub(crate) fn saved(&self) -> Option<Decimal> {
        let exact = |costing: &Costing| costing.known_totals().map(|totals| totals.total_exact);
        let (before, after) = exact(&self.optimization.before).zip(exact(&self.optimization.after))?;
        subtract(before, after).ok()
    }

    pub(crate) fn saved_share(&self) -> Option<Fraction> {
        let before = self.optimization.before.known_totals()?.total_exact;
        Fraction::new(self.saved()?, before).ok()
    }

    /// The stage and the best set of techniques, without what else may save something.
    pub(crate) fn in_short(&self) -> Vec<Block> {
        let mut blocks = self.plan_blocks();
        let stage = format!(
            "{} {} at {}",
            self.stage.id,
            self.stage.name,
            customers(self.optimization.before.inputs.customers)
        );
        blocks[0] = match blocks.len() {
            1 => Block::Text(format!("{stage}: no technique is known to save anything")),
            _ => Block::Title(stage),
        };
        blocks
    }

    fn plan_blocks(&self) -> Vec<Block> {
        let plan = &self.optimization.plan;
        if plan.is_empty() {
            return vec![Block::Title("No technique is known to save anything here".to_owned())];
        }
        let order = match self.order {
            PlanOrder::Saving => "largest saving first",
            PlanOrder::Effort => "largest saving for the effort first",
        };
        let mut blocks = vec![Block::Title(format!("What to do, {order}"))];
        let mut grid = Grid::new(vec![
            Column::right("#"),
            Column::left("Technique").at_least(18),
            Column::left("Line items").at_least(16),
            Column::right("Saves"),
            Column::right("Cost after"),
            Column::left("Effort").at_least(6).optional(),
            Column::left("Risk").at_least(6).optional(),
        ]);
        for (place, planned) in plan.iter().enumerate() {
            let offer = &self.offers[planned.offer];
            let technique = &offer.technique;
            let lowered = self.lowered(offer);
            let items = if lowered.is_empty() { "needed by another one".to_owned() } else { several(&lowered) };
            grid.cell(place + 1)
                .cell(&technique.id)
                .cell(items)
                .cell(displayed(planned.saved, self.stage.currency))
                .cell(displayed(planned.total, self.stage.currency));
            grid.cell(technique.effort.as_str()).cell(technique.risk.as_str());
        }
        blocks.push(Block::Grid(grid));
        if let (Some(saved), Some(share)) = (self.saved(), self.saved_share()) {
            let buffer = if self.stage.buffer.value.is_zero() { "" } else { ", with the buffer" };
            let currency = self.stage.currency;
            blocks.push(Block::Text(format!(
                "Together they save {} {currency} a month, {} of the exact total{buffer}; \
                 the totals below are rounded as the manifest says",
                displayed(saved, currency),
                percent(&share, 1)
            )));
        }
        if !self.optimization.is_best {
            let text = "There are too many sets to compute them all: techniques were added one at a time";
            blocks.push(Block::Text(text.to_owned()));
        }
        blocks
    }

    fn before_and_after(&self) -> Grid {
        let (before, after) = (&self.optimization.before, &self.optimization.after);
        let currency = self.stage.currency;
        let mut grid = Grid::new(vec![
            Column::left(""),
            Column::right("Before"),
            Column::right("After"),
            Column::right("Difference"),
        ]);
        let mut money = |name: &str, of: fn(&Costing) -> Option<Decimal>| {
            let (before, after) = (of(before), of(after));
            let shown = |amount: Option<Decimal>| {
                amount.map_or_else(|| "?".to_owned(), |amount| displayed(amount, currency).to_string())
            };
            let difference = before.zip(after).and_then(|(before, after)| subtract(after, before).ok());
            grid.cell(name).cell(shown(before)).cell(shown(after));
            grid.cell(difference.map_or_else(|| "?".to_owned(), |difference| signed(difference, currency)));
        };
        money("Subtotal", |costing| costing.known_totals().map(|totals| totals.subtotal));
        money("Total", |costing| costing.known_totals().map(|totals| totals.total));
        let mut texts = |name: &str, of: &dyn Fn(&Costing) -> Option<String>| {
            if let (Some(before), Some(after)) = (of(before), of(after)) {
                grid.cell(name).cell(before).cell(after).cell("");
            }
        };
        texts("Cost per customer", &|costing| {
            costing.economics.cost_per_customer.as_ref().map(|cost| per_unit(cost, currency))
        });
        texts("Share of MRR", &|costing| costing.economics.share_of_mrr.as_ref().map(|share| percent(share, 2)));
        let is_judged = before.economics.target.is_some();
        let name = if is_judged { "Target" } else { "Rating" };
        texts(name, &|costing| share_verdict(&costing.economics));
        grid
    }

    /// Each technique on each line item, alone.
    fn fit_grid(&self, rows: &[&FitRow<'_>], header: &str) -> Grid {
        let mut grid = Grid::new(vec![
            Column::left("Technique").at_least(20),
            Column::left("Line item").at_least(16),
            Column::right(header),
            Column::left("Why").at_least(24),
        ]);
        let mut before = "";
        for row in rows {
            let id = &*row.offer.technique.id;
            grid.cell(if id == before { "" } else { id }).cell(self.name(row.fit.line_item));
            grid.cell(
                row.saved.map_or_else(|| "?".to_owned(), |saved| displayed(saved, self.stage.currency).to_string()),
            );
            grid.cell(match self.why_not(row) {
                Some(not) => format!("{not}. {}", why(row)),
                None => why(row),
            });
            before = id;
        }
        grid
    }

    /// Why a technique that saves something alone is not in the plan.
    fn why_not(&self, row: &FitRow<'_>) -> Option<String> {
        let is_usable = matches!(row.fit.standing, FitStanding::Usable(_)) && row.saved > Some(Decimal::ZERO);
        if !is_usable || self.place_in_plan(row.offer).is_some() {
            return None;
        }
        let planned = self.optimization.plan.iter().map(|planned| &self.offers[planned.offer]);
        Some(match planned.clone().find(|other| row.offer.conflict_with(other).is_some()) {
            Some(other) => format!("Not in the plan: conflicts with {}", other.technique.id),
            None => "Not in the plan: what it needs is missing, or costs more than it saves".to_owned(),
        })
    }

    /// A line for each technique and remark, with the line items that it applies to.
    fn list<'r>(
        &self,
        rows: impl Iterator<Item = &'r FitRow<'r>>,
        says: impl Fn(&FitRow<'_>) -> Option<String>,
    ) -> Vec<String> {
        let mut lines: Vec<(&str, String, Vec<&str>)> = Vec::new();
        for row in rows {
            let (id, name) = (&*row.offer.technique.id, self.name(row.fit.line_item));
            let Some(words) = says(row) else { continue };
            match lines.iter_mut().find(|(known, said, _)| *known == id && *said == words) {
                Some((_, _, names)) => names.push(name),
                None => lines.push((id, words, vec![name])),
            }
        }
        lines.into_iter().map(|(id, words, names)| format!("{id} on {}: {words}", several(&names))).collect()
    }
}

impl OptimizeView<'_> {
    /// The techniques that need inputs, with the flags that give them.
    fn needing(&self, rows: &[FitRow<'_>]) -> Vec<Block> {
        let needing = self.list(rows.iter(), |row| needs(row.offer, row.fit));
        if needing.is_empty() {
            return Vec::new();
        }
        let text = "What these save depends on inputs of which only the values of an example are known";
        vec![Block::Title("What needs input".to_owned()), Block::Text(text.to_owned()), Block::List(needing)]
    }
}

/// The order in which standings are shown.
fn rank(standing: &FitStanding) -> u8 {
    match standing {
        FitStanding::Usable(_) => 0,
        FitStanding::ShareUnknown(_) => 1,
        FitStanding::NotBilled => 2,
        FitStanding::NeedsInput { .. } => 3,
        FitStanding::Conflicts(_) => 4,
        FitStanding::InUse => 5,
        FitStanding::Never => 6,
    }
}

/// The name of a standing in JSON and CSV.
pub(crate) fn standing(standing: &FitStanding) -> &'static str {
    match standing {
        FitStanding::Usable(_) => "usable",
        FitStanding::ShareUnknown(_) => "share_unknown",
        FitStanding::NeedsInput { .. } => "needs_input",
        FitStanding::NotBilled => "not_billed",
        FitStanding::Conflicts(_) => "conflicts",
        FitStanding::InUse => "in_use",
        FitStanding::Never => "never",
    }
}

/// The flags that give a technique the inputs that it needs; `None` if it needs none.
fn needs(offer: &TechniqueOffer, fit: &TechniqueFit) -> Option<String> {
    let id = &offer.technique.id;
    let flags =
        fit.standing.needed_inputs().iter().map(|name| format!("--set {}", shell_word(&format!("{id}.{name}=..."))));
    let flags: Vec<String> = flags.collect();
    (!flags.is_empty()).then(|| format!("`{}`", flags.join(" ")))
}

fn used(standing: &FitStanding) -> Option<&UsedTechnique> {
    standing.usable().or_else(|| standing.of_unknown_share())
}

/// Why a technique applies to a line item, and to how much of it.
fn why(row: &FitRow<'_>) -> String {
    let because = row.fit.because.as_deref().unwrap_or_default();
    let FitStanding::Usable(used) = &row.fit.standing else { return because.to_owned() };
    if let Some(moved) = &used.moved {
        let from = moved.from.as_deref().unwrap_or("the plain cost");
        let breakeven = breakeven(moved, row.breakeven).map_or_else(String::new, |text| format!("; {text}"));
        let moved = match moved.counts {
            Some([before, after]) => format!("From {before} to {after} of {from}"),
            None => format!("From {from} to {}{breakeven}", moved.to),
        };
        return format!("{moved}. {because}").trim_end().to_owned();
    }
    let share = if used.share == Decimal::ONE { "all".to_owned() } else { exact_percent(used.share) };
    let text = match (used.share_at.is_none(), used.share == Decimal::ONE) {
        (true, _) => format!("Assumed: {share} of it. {because}"),
        (false, true) => because.to_owned(),
        (false, false) => format!("{share} of it. {because}"),
    };
    text.trim_end().to_owned()
}

/// The load above which another SKU costs more, in words.
fn breakeven(moved: &MovedLine, most: Option<u64>) -> Option<String> {
    let (_, unit) = load(moved)?;
    let most = rounded_amount(&Amount::unit(Decimal::from(most?), unit), 0);
    Some(format!("dearer above {} a month", thousands(&most)))
}

/// The meter and the unit of the load of another SKU.
pub(crate) fn load(moved: &MovedLine) -> Option<(&str, &str)> {
    let LinePricing::Sku(line) = &moved.pricing else { return None };
    let charge = &line.charges[moved.load?];
    Some((charge.meter(), &charge.charge.unit.as_ref()?.label))
}

/// What a technique reduces, in JSON and CSV.
pub(crate) fn lowers(stage: &Stage, fit: &TechniqueFit) -> Option<String> {
    let meter = |charge: usize| stage.line_items[fit.line_item].charges()[charge].meter().to_owned();
    Some(match used(&fit.standing)?.lowers {
        Lowers::Quantity => "quantity".to_owned(),
        Lowers::Usage(charge) => format!("usage of {}", meter(charge)),
        Lowers::Cost(Some(charge)) => format!("cost of {}", meter(charge)),
        Lowers::Cost(None) => "cost".to_owned(),
        Lowers::Sku => "sku".to_owned(),
    })
}

impl View for OptimizeView<'_> {
    fn page(&self) -> Page {
        let customers = self.optimization.before.inputs.customers;
        let mut blocks = headline(self.stage, customers);
        blocks.extend(self.plan_blocks());
        if !self.optimization.plan.is_empty() {
            blocks.push(Block::Grid(self.before_and_after()));
        }
        let rows = self.rows();
        let of = |wanted: u8| rows.iter().filter(|row| rank(&row.fit.standing) == wanted).collect::<Vec<_>>();
        let saves_nothing = |row: &&FitRow<'_>| row.saved.is_some_and(|saved| saved.is_zero());
        let (mut idle, usable): (Vec<_>, Vec<_>) = of(0).into_iter().partition(saves_nothing);
        if !usable.is_empty() {
            blocks.push(Block::Title("Each technique alone, on the cost of its line item".to_owned()));
            blocks.push(Block::Grid(self.fit_grid(&usable, "Saves")));
        }
        let (of_nothing, unknown): (Vec<_>, Vec<_>) = of(1).into_iter().partition(saves_nothing);
        idle.extend(of_nothing);
        if !unknown.is_empty() {
            let share = shell_word(&format!("{}.share=40%", unknown[0].offer.technique.id));
            let text = format!(
                "State on how much of a line item each is used, as in `--set {share}`; none of them is in the sums"
            );
            blocks.push(Block::Title("What may also save".to_owned()));
            blocks.push(Block::Text(text));
            blocks.push(Block::Grid(self.fit_grid(&unknown, "At most")));
        }
        blocks.extend(self.needing(&rows));
        let not_billed = self.list(of(2).into_iter(), |row| {
            Some(row.fit.because.as_deref().unwrap_or("reduces nothing that is billed").to_owned())
        });
        if !not_billed.is_empty() {
            blocks.push(Block::List(not_billed));
        }
        let mut others = self.list(idle.into_iter(), |_| Some("saves nothing here".to_owned()));
        others.extend(self.list(rows.iter(), |row| match &row.fit.standing {
            FitStanding::Conflicts(other) => Some(format!("conflicts with {other}, which is in use")),
            FitStanding::InUse => Some("already in use".to_owned()),
            FitStanding::Never => Some("ruled out by the manifest".to_owned()),
            FitStanding::Usable(_)
            | FitStanding::ShareUnknown(_)
            | FitStanding::NeedsInput { .. }
            | FitStanding::NotBilled => None,
        }));
        if !others.is_empty() {
            blocks.push(Block::List(others));
        }
        if let Some(grid) = opportunity_grid(self.stage, self.opportunities) {
            blocks.push(Block::Title("Other ways to save, not included in the sums".to_owned()));
            blocks.push(Block::Grid(grid));
        }
        if let Some(because) = self.not_compared {
            blocks.push(Block::List(vec![format!("The other stages are not compared: {because}")]));
        }
        blocks.extend(Block::findings(self.findings()));
        Page { blocks }
    }

    fn screen(&self) -> Page {
        if self.details { self.page() } else { self.screen_page() }
    }

    fn records(&self) -> Records<'_> {
        let header = vec![
            "stage",
            "customers",
            "technique",
            "line_item",
            "standing",
            "lowers",
            "share",
            "saved_alone",
            "saved_at_most",
            "currency",
            "plan",
            "effort",
            "risk",
            "because",
            "kind",
            "amount",
            "total",
        ];
        let rows = self.rows().into_iter().map(move |row| {
            let technique = &row.offer.technique;
            let is_usable = matches!(row.fit.standing, FitStanding::Usable(_));
            let place = self.place_in_plan(row.offer);
            vec![
                Cell::Number(self.stage.id.into()),
                Cell::Number(self.optimization.before.inputs.customers.into()),
                Cell::text(&*technique.id),
                Cell::text(self.name(row.fit.line_item)),
                Cell::text(standing(&row.fit.standing)),
                lowers(self.stage, row.fit).map_or(Cell::Empty, Cell::text),
                Cell::number(used(&row.fit.standing).filter(|_| is_usable).map(|used| used.share)),
                Cell::number(row.saved.filter(|_| is_usable)),
                Cell::number(row.saved.filter(|_| !is_usable)),
                Cell::text(self.stage.currency.to_string()),
                Cell::number(place.map(Decimal::from)),
                Cell::text(technique.effort.as_str()),
                Cell::text(technique.risk.as_str()),
                row.fit.because.as_deref().map_or(Cell::Empty, Cell::text),
                Cell::text("technique"),
                Cell::Empty,
                Cell::Empty,
            ]
        });
        Records { header, rows: Box::new(rows.chain(self.plan_records())) }
    }
}

impl OptimizeView<'_> {
    /// The exact cost before, what each technique of the plan adds to it, and the cost after, which is their sum.
    fn plan_records(&self) -> Vec<Vec<Cell<'_>>> {
        let record = |kind: &'static str, amount: Option<Decimal>, total: Option<Decimal>, plan: Option<usize>| {
            let technique = plan.map(|place| &self.offers[self.optimization.plan[place].offer].technique);
            let text =
                |of: fn(&Technique) -> &str| technique.map_or(Cell::Empty, |technique| Cell::text(of(technique)));
            let mut cells = vec![
                Cell::Number(self.stage.id.into()),
                Cell::Number(self.optimization.before.inputs.customers.into()),
                text(|technique| &technique.id),
            ];
            cells.extend([const { Cell::Empty }; 6]);
            cells.push(Cell::text(self.stage.currency.to_string()));
            cells.push(Cell::number(plan.map(|place| Decimal::from(place + 1))));
            cells.extend([text(|technique| technique.effort.as_str()), text(|technique| technique.risk.as_str())]);
            cells.extend([Cell::Empty, Cell::text(kind), Cell::number(amount), Cell::number(total)]);
            cells
        };
        let cost = |kind, costing: &Costing| {
            let totals = costing.known_totals();
            record(kind, totals.map(|totals| totals.total_exact), totals.map(|totals| totals.total), None)
        };
        let plan = self.optimization.plan.iter().enumerate();
        let planned = plan.map(|(place, planned)| record("planned", Some(-planned.saved), None, Some(place)));
        let mut records = vec![cost("before", &self.optimization.before)];
        records.extend(planned);
        records.push(cost("total", &self.optimization.after));
        records
    }

    /// The place of a technique in the plan, starting at 1.
    fn place_in_plan(&self, offer: &TechniqueOffer) -> Option<usize> {
        let is_it = |planned: &crate::calculate::Planned| self.offers[planned.offer].technique.id == offer.technique.id;
        self.optimization.plan.iter().position(is_it).map(|place| place + 1)
    }

    /// The unknown part of the stage's cost.
    pub(crate) fn findings(&self) -> Vec<FindingView> {
        let found = findings(self.stage, &self.optimization.before).into_iter();
        found.filter(|finding| finding.code.starts_with("unknown-")).collect()
    }
}
