//! Snapshots: rebuilds the stage of each costing, with the prices and rates that it used.

use std::sync::Arc;

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::model::{
    ChargeLine, Dimension, Effect, Expression, Formula, Level, LineItem, Lowers, LowersKind, RangePoint, Recorded,
    RecordedCost, Revenue, ScenarioName, Scope, Stage, Technique, Trust, UsedTechnique,
};
use crate::parse::{
    ManifestNode, PriceSheetRaw, Reader, SnapshotCostingRaw, SnapshotCostsRaw, SnapshotRaw, SnapshotSheetRaw,
    SnapshotTechniqueRaw,
};
use crate::resolve::check_version;
use crate::resolve::prices::book::PriceBook;
use crate::resolve::prices::exchange_rates::ExchangeRates;
use crate::resolve::prices::price_sheet::price_sheet;
use crate::resolve::stage::request::Request;
use crate::resolve::stage::scenario::one_revenue;
use crate::resolve::stage::stage::stage;
use crate::source::{Span, Spanned, Text};

/// A snapshot, ready to be computed again.
#[derive(Debug)]
pub struct Snapshot {
    /// The day of the snapshot.
    pub as_of: Date,
    /// The costings, in the order of the file.
    pub costings: Vec<SnapshotCosting>,
}

/// A costing of a snapshot, ready to be computed again.
#[derive(Debug)]
pub struct SnapshotCosting {
    /// The stage with the prices and rates of the snapshot.
    pub stage: Stage,
    /// The revenue per month, in the reporting currency.
    pub revenue: Revenue,
    /// The number of customers that the costing is for.
    pub customers: u64,
    /// Whether that number is an end of the stage's range.
    pub point: RangePoint,
    /// The monthly budget of the project, in the reporting currency.
    pub project_budget: Option<Decimal>,
    /// The costs that the snapshot records.
    pub recorded: Recorded,
}

/// Checks a snapshot and binds its stages to its prices. `text` is the text of the file.
pub fn snapshot(raw: SnapshotRaw, text: &str, problems: &mut Problems) -> Snapshot {
    check_version(raw.version, problems);
    let as_of = raw.as_of;
    let mut book = PriceBook::default();
    book.rates = ExchangeRates::of(raw.rates, problems);
    for (vendor, sheet) in raw.prices.map(|prices| prices.entries).unwrap_or_default() {
        book.vendors.push(vendor.value.clone());
        let name = vendor.value.clone();
        book.add(price_sheet(sheet_raw(vendor, sheet, as_of, raw.version), &name, None, problems));
    }
    let mut costings = Vec::new();
    for raw in raw.stages {
        let of = StageOf {
            text: Text::of(raw.currency.span.file, text),
            book: &book,
            manifest: raw.manifest,
            request: Request { currency: Some(raw.currency), ..Request::on(raw.as_of.unwrap_or(as_of).value) },
        };
        for raw in raw.costings {
            // A problem of the manifest recurs in every costing; report it once.
            let Some(costing) = costing(raw, &of, problems) else { break };
            costings.push(costing);
        }
    }
    Snapshot { as_of: as_of.value, costings }
}

/// Turns the prices of a vendor into a price sheet. Each price has its own source, so the sheet needs none.
fn sheet_raw(
    vendor: Spanned<String>,
    raw: SnapshotSheetRaw,
    as_of: Spanned<Date>,
    version: Spanned<u64>,
) -> PriceSheetRaw {
    PriceSheetRaw {
        span: raw.span,
        version: Spanned::new(1, version.span),
        source: Spanned::new("a snapshot".to_owned(), raw.span),
        vendor,
        name: None,
        extends: None,
        currency: raw.currency,
        retrieved_on: as_of,
        trust: Spanned::new(Trust::Contract, raw.span),
        hours_per_month: raw.hours_per_month,
        includes_tax: None,
        note: None,
        closed_on: None,
        pools: raw.pools,
        skus: Some(raw.skus),
        starter: Vec::new(),
    }
}

/// The parts that all costings of a stage share.
struct StageOf<'s> {
    text: Text<'s>,
    book: &'s PriceBook,
    manifest: ManifestNode,
    request: Request,
}

fn costing(raw: SnapshotCostingRaw, of: &StageOf<'_>, problems: &mut Problems) -> Option<SnapshotCosting> {
    let revenue = match one_revenue(raw.mrr.as_ref(), raw.arpu.as_ref()) {
        Ok(revenue) => revenue,
        Err(diagnostic) => {
            problems.push(*diagnostic);
            None
        }
    };
    let scenario = raw.scenario.map(|id| {
        let name = raw.scenario_name.map_or_else(|| id.value.as_str().into(), |name| name.value.into());
        Arc::new(ScenarioName { id: id.value.into(), name, summary: None })
    });
    let request = Request { scenario, revenue, ..of.request.clone() };
    let mut reader = Reader { text: of.text, problems };
    let manifest = of.manifest.with_drivers(raw.drivers, &mut reader)?;
    let (mut stage, revenue) = stage(manifest, of.text, &request, of.book, problems)?;
    // Some rates may have been used only for budgets and revenue, which are recorded in the reporting currency.
    for rate in of.book.rates.all_into(stage.currency, stage.as_of) {
        if stage.rate(rate.from).is_none() {
            stage.rates.push(rate);
        }
    }
    stage.monthly_budget = raw.stage_budget.map(|budget| Spanned::new(budget.band, budget.span));
    let asked = raw.techniques.iter().map(|used| used.technique.value.as_str().into());
    let mut asked: Vec<Box<str>> = asked.collect();
    asked.sort();
    asked.dedup();
    stage.techniques = asked.into();
    for used in raw.techniques {
        use_technique(&mut stage, &used, problems);
    }
    Some(SnapshotCosting {
        stage,
        revenue,
        customers: raw.customers.value,
        point: raw.end.map_or(RangePoint::Given, |end| end.value),
        project_budget: raw.project_budget.map(|budget| budget.value),
        recorded: recorded(raw.costs),
    })
}

/// Applies a technique if only the share that it leaves is known.
fn use_technique(stage: &mut Stage, raw: &SnapshotTechniqueRaw, problems: &mut Problems) {
    let mut unknown = |name: &Spanned<String>, code: Code, message: String, known: Vec<&str>| {
        problems.push(Diagnostic::at(code, name.span, message, "").suggest(&name.value, known));
    };
    let Some(item) = stage.line_items.iter_mut().find(|item| *item.name == *raw.line_item.value) else {
        let known = stage.line_items.iter().map(|item| &*item.name).collect();
        let message = format!("no line item is called `{}`", raw.line_item.value);
        return unknown(&raw.line_item, Code::UnknownName, message, known);
    };
    let place = |meter: &Spanned<String>, item: &LineItem| {
        item.charges().iter().position(|charge| charge.meter() == meter.value)
    };
    let charge = match &raw.meter {
        Some(meter) => match place(meter, item) {
            Some(charge) => Some(charge),
            None => {
                let message = format!("the line item has no meter `{}`", meter.value);
                return unknown(
                    meter,
                    Code::UnknownMeter,
                    message,
                    item.charges().iter().map(ChargeLine::meter).collect(),
                );
            }
        },
        None => None,
    };
    let lowers = match (raw.lowers.value, charge) {
        (LowersKind::Quantity, None) => Lowers::Quantity,
        (LowersKind::Usage, Some(charge)) => Lowers::Usage(charge),
        (LowersKind::Cost, charge) => Lowers::Cost(charge),
        (LowersKind::Sku, None) => Lowers::Sku,
        (LowersKind::Quantity | LowersKind::Sku, Some(_)) | (LowersKind::Usage, None) | (LowersKind::Nothing, _) => {
            let message = "`lowers: usage` needs a `meter`; `quantity` takes none";
            problems.push(Diagnostic::at(Code::ConflictingKeys, raw.lowers.span, message, "this"));
            return;
        }
    };
    let Some(leaves) = crate::resolve::checks::not_negative(Some(raw.leaves), problems) else { return };
    let technique = Arc::new(leaving(&raw.technique.value, leaves, raw.leaves.span));
    item.use_technique(&UsedTechnique {
        technique,
        lowers,
        effect: 0,
        counts: None,
        driven: Box::default(),
        moved: None,
        share: Decimal::ONE,
        share_at: None,
    });
}

/// A technique with only the share that it leaves known.
fn leaving(id: &str, leaves: Decimal, span: Span) -> Technique {
    let number = |value: Decimal| Formula {
        expression: Expression::Number(value.into()),
        dimension: Dimension::PLAIN,
        span,
        text: None,
    };
    Technique {
        id: id.into(),
        name: id.into(),
        area: "snapshot".into(),
        summary: "of a snapshot".into(),
        effort: Level::Low,
        risk: Level::Low,
        focus: None,
        needs: Vec::new(),
        steps: Vec::new(),
        snippet: None,
        applies_to: Vec::new(),
        requires: Vec::new(),
        conflicts: Vec::new(),
        claim: None,
        scope: Scope::default(),
        inputs: Vec::new(),
        replacement: None,
        retention: None,
        effects: vec![Effect {
            name: "what is left".into(),
            before: number(Decimal::ONE),
            after: number(leaves),
            unit: None,
            claimed: None,
            reason: None,
        }],
    }
}

fn recorded(raw: SnapshotCostsRaw) -> Recorded {
    let of = |cost: Option<Spanned<Decimal>>, at_least: Option<Spanned<Decimal>>, span: Span| {
        let cost = cost.or(at_least);
        RecordedCost { cost: cost.map(|cost| cost.value), span: cost.map_or(span, |cost| cost.span) }
    };
    let line_items = raw.line_items.into_iter();
    Recorded {
        total: of(raw.total, raw.total_at_least, raw.span),
        line_items: line_items
            .map(|line| (line.name.value.into(), of(line.cost, line.cost_at_least, line.name.span)))
            .collect(),
    }
}
