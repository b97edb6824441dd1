//! Snapshots: `costplan.snapshot.yaml`.

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::model::{Currency, LowersKind, MonthLength, RangePoint};
use crate::parse::prices::exchange_rates::RateRaw;
use crate::parse::prices::price_sheet::{PoolRaw, SkuRaw};
use crate::parse::stage::formula::FormulaRaw;
use crate::parse::stage::manifest::StageManifestRaw;
use crate::parse::syntax::amount::{AmountRaw, MoneyBandRaw};
use crate::parse::syntax::node::{FromNode, Mapping, Node, Reader, table};
use crate::parse::syntax::yaml;
use crate::source::{FileId, Span, Spanned, Text};

/// The version of the format that costplan writes.
pub const SNAPSHOT_VERSION: u64 = 1;

table! {
    /// The costs of stages, and everything they were computed from.
    pub struct SnapshotRaw is "a snapshot" {
        /// The version of the format: 1.
        pub version: Spanned<u64>,
        /// The day whose prices and rates are used unless a stage names another.
        pub as_of: Spanned<Date>,
        /// The exchange rates in use.
        pub rates: Vec<RateRaw>,
        /// The prices in use, by vendor.
        pub prices: Option<Mapping<SnapshotSheetRaw>>,
        /// The stages with their costs.
        pub stages: Vec<SnapshotStageRaw>,
    }
}

table! {
    /// A stage with its costs.
    pub struct SnapshotStageRaw is "a stage of a snapshot" {
        /// The day whose prices and rates are used; that of the snapshot unless given.
        pub as_of: Option<Spanned<Date>>,
        /// The reporting currency.
        pub currency: Spanned<Currency>,
        /// The stage with its effective settings; its drivers are listed in each costing.
        pub manifest: ManifestNode,
        /// The recorded costs per month.
        pub costings: Vec<SnapshotCostingRaw>,
    }
}

/// A manifest, read once for each of its costings.
#[derive(Clone, Debug)]
pub struct ManifestNode(Node);

impl FromNode for ManifestNode {
    fn from_node(node: Node, _: &mut Reader<'_>) -> Option<Self> {
        Some(Self(node))
    }
}

impl ManifestNode {
    /// The manifest with the drivers of a costing.
    pub fn with_drivers(
        &self,
        drivers: Option<Mapping<FormulaRaw>>,
        reader: &mut Reader<'_>,
    ) -> Option<StageManifestRaw> {
        let raw = StageManifestRaw::from_node(self.0.clone(), reader)?;
        let inherits = raw.extends.as_ref().or(raw.remove.first());
        if let Some(inherits) = inherits {
            let message = "a stage of a snapshot is whole, and inherits nothing";
            reader.problems.push(Diagnostic::at(Code::ConflictingKeys, inherits.span, message, "here"));
            return None;
        }
        let values = |Mapping { span, entries }: Mapping<FormulaRaw>| Mapping {
            span,
            entries: entries.into_iter().map(|(name, value)| (name, value.into())).collect(),
        };
        Some(StageManifestRaw { drivers: drivers.map(values), ..raw })
    }
}

table! {
    /// The SKUs of a vendor that are in use, each with the prices that apply.
    pub struct SnapshotSheetRaw is "the prices of a vendor" {
        /// The currency of prices that do not name one.
        pub currency: Spanned<Currency>,
        /// The hours of the vendor's month.
        pub hours_per_month: Option<Spanned<MonthLength>>,
        /// Allowances that several charges share.
        pub pools: Option<Mapping<PoolRaw>>,
        /// The SKUs, by name.
        pub skus: Mapping<SkuRaw>,
    }
}

table! {
    /// The costs of a stage at a number of customers.
    pub struct SnapshotCostingRaw is "a costing" {
        /// The stem of the scenario's file.
        pub scenario: Option<Spanned<String>>,
        /// The name of the scenario for display.
        pub scenario_name: Option<Spanned<String>>,
        /// The number of customers.
        pub customers: Spanned<u64>,
        /// `low` or `high`, if the number of customers is an end of the stage's range; missing if the user gave the
        /// number.
        pub end: Option<Spanned<RangePoint>>,
        /// Monthly recurring revenue.
        pub mrr: Option<AmountRaw>,
        /// Average revenue per customer and month.
        pub arpu: Option<AmountRaw>,
        /// The monthly budget of the project, in the reporting currency.
        pub project_budget: Option<Spanned<Decimal>>,
        /// The monthly budget of the stage, in the reporting currency.
        pub stage_budget: Option<MoneyBandRaw>,
        /// The techniques in use, by line item.
        pub techniques: Vec<SnapshotTechniqueRaw>,
        /// The values of the drivers, by name.
        pub drivers: Option<Mapping<FormulaRaw>>,
        /// The recorded costs per month.
        pub costs: SnapshotCostsRaw,
    }
}

table! {
    /// A technique in use on a line item.
    pub struct SnapshotTechniqueRaw is "a technique in use" {
        /// The stem of the technique's file.
        pub technique: Spanned<String>,
        /// The name of the line item.
        pub line_item: Spanned<String>,
        /// What it reduces: `quantity`, `usage` or `cost`.
        pub lowers: Spanned<LowersKind>,
        /// The meter whose usage or cost it reduces.
        pub meter: Option<Spanned<String>>,
        /// The share that it leaves, as a ratio.
        pub leaves: Spanned<Decimal>,
    }
}

table! {
    /// The costs of a stage per month.
    pub struct SnapshotCostsRaw is "the costs of a stage" {
        /// The costs of the line items.
        pub line_items: Vec<SnapshotCostRaw>,
        /// The sum of the line items.
        pub subtotal: Option<Spanned<Decimal>>,
        /// The buffer, as an amount.
        pub buffer: Option<Spanned<Decimal>>,
        /// The difference that rounding the total makes.
        pub rounding: Option<Spanned<Decimal>>,
        /// The total, if it is known.
        pub total: Option<Spanned<Decimal>>,
        /// The known part of the total, if a part is unknown.
        pub total_at_least: Option<Spanned<Decimal>>,
    }
}

table! {
    /// The cost of a line item per month.
    pub struct SnapshotCostRaw is "the cost of a line item" {
        /// The name of the line item.
        pub name: Spanned<String>,
        /// The quantity; 1 unless given.
        pub quantity: Option<FormulaRaw>,
        /// The monthly usage, by meter.
        pub usage: Option<Mapping<FormulaRaw>>,
        /// The cost in the currency of its prices.
        pub native: Option<AmountRaw>,
        /// The cost of each charge by meter, in the reporting currency, if several cost something.
        pub charges: Option<Mapping<Spanned<Decimal>>>,
        /// The amount that discounts and credits deduct.
        pub off: Option<Spanned<Decimal>>,
        /// The exact cost, if rounding changes it.
        pub exact: Option<Spanned<Decimal>>,
        /// The cost, if it is known.
        pub cost: Option<Spanned<Decimal>>,
        /// The known part of the cost, if a part is unknown.
        pub cost_at_least: Option<Spanned<Decimal>>,
    }
}

/// Reads a snapshot. The conflict markers of a stopped merge are distinguished from other mistakes.
pub fn snapshot(file: FileId, text: &str, problems: &mut Problems) -> Option<SnapshotRaw> {
    if let Some(newer) = newer_snapshot(file, text) {
        problems.push(newer);
        return None;
    }
    if let Some(marker) = conflict(text) {
        let span = Span::new(file, marker.start, marker.end);
        let message = "the snapshot contains a merge conflict";
        let diagnostic = Diagnostic::at(Code::MergeConflict, span, message, "conflict marker");
        problems
            .push(diagnostic.help("resolve the other files first; then `costplan snapshot --update` writes it again"));
        return None;
    }
    let node = yaml::parse(file, text, problems)?;
    SnapshotRaw::from_node(node, &mut Reader { text: Text::of(file, text), problems })
}

/// The diagnostic for a snapshot of a newer costplan, whose other keys cannot be checked. It is recognised by its line
/// `version`, as costplan writes it, whatever else is wrong with the text.
pub fn newer_snapshot(file: FileId, text: &str) -> Option<Diagnostic> {
    const KEY: &str = "version:";
    let mut start = 0;
    let (at, line) = text.split_inclusive('\n').find_map(|line| {
        let at = start;
        start += line.len();
        line.starts_with(KEY).then_some((at, line))
    })?;
    let version = line[KEY.len()..].split('#').next().unwrap_or_default().trim().trim_matches(['"', '\'']);
    let is_number = !version.is_empty() && version.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number || version.parse::<u64>().is_ok_and(|version| version <= SNAPSHOT_VERSION) {
        return None;
    }
    let start = at + line.find(version).unwrap_or(KEY.len());
    let span = Span::new(file, start, start + version.len());
    let message = format!("the snapshot has format version {version}");
    let diagnostic = Diagnostic::at(Code::NewerSnapshot, span, message, "written by a newer version of costplan");
    Some(
        diagnostic.help(format!("this version of costplan reads format version {SNAPSHOT_VERSION}: use the newer one")),
    )
}

/// The first line with a merge conflict marker of git.
fn conflict(text: &str) -> Option<std::ops::Range<usize>> {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let shown = line.trim_end();
        if ["<<<<<<< ", "=======", ">>>>>>> ", "||||||| "]
            .iter()
            .any(|mark| (shown.to_owned() + " ").starts_with(*mark))
        {
            return Some(start..start + shown.len());
        }
        start += line.len();
    }
    None
}
