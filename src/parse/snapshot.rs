//! Snapshots: `costplan.snapshot.yaml`.

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::model::{Currency, LowersKind, MonthLength, RangePoint};
use crate::parse::exchange_rates::RateRaw;
use crate::parse::formula::FormulaRaw;
use crate::parse::manifest::StageManifestRaw;
use crate::parse::price_sheet::{PoolRaw, SkuRaw};
use crate::parse::syntax::node::{FromNode, Mapping, Node, Reader, table};
use crate::parse::syntax::scalar::{AmountRaw, BandRaw};
use crate::parse::syntax::yaml;
use crate::source::{FileId, Span, Spanned};

/// The version of the format that is written.
pub const SNAPSHOT_VERSION: u64 = 1;

table! {
    /// What stages cost, and all that it rests on.
    pub struct SnapshotRaw is "a snapshot" {
        /// The version of the format: 1.
        pub version: Spanned<u64>,
        /// The day whose prices and rates hold where a costing names no other.
        pub as_of: Spanned<Date>,
        /// The exchange rates that are used.
        pub rates: Vec<RateRaw>,
        /// The SKUs that are used, by vendor.
        pub prices: Option<Mapping<SnapshotSheetRaw>>,
        /// The stages with what they cost.
        pub stages: Vec<SnapshotStageRaw>,
    }
}

table! {
    /// A stage with what it costs.
    pub struct SnapshotStageRaw is "a stage of a snapshot" {
        /// The day whose prices and rates hold, if not that of the snapshot.
        pub as_of: Option<Spanned<Date>>,
        /// The reporting currency.
        pub currency: Spanned<Currency>,
        /// The stage, with its settings as they hold; its drivers stand with each costing.
        pub manifest: ManifestNode,
        /// What it costs.
        pub costings: Vec<SnapshotCostingRaw>,
    }
}

/// A manifest that is read once for each of its costings.
#[derive(Debug)]
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
        StageManifestRaw::from_node(self.0.clone(), reader).map(|raw| StageManifestRaw { drivers, ..raw })
    }
}

table! {
    /// The SKUs of a vendor that are used, each with the prices that hold.
    pub struct SnapshotSheetRaw is "the prices of a vendor" {
        /// The currency of every price that names no other.
        pub currency: Spanned<Currency>,
        /// The hours of the vendor's month.
        pub hours_per_month: Option<Spanned<MonthLength>>,
        /// Allowances that several charges share.
        pub pools: Option<Mapping<PoolRaw>>,
        /// The SKUs by name.
        pub skus: Mapping<SkuRaw>,
    }
}

table! {
    /// A stage at a number of customers, with what it costs.
    pub struct SnapshotCostingRaw is "a costing" {
        /// The stem of the scenario's file.
        pub scenario: Option<Spanned<String>>,
        /// The name of the scenario.
        pub scenario_name: Option<Spanned<String>>,
        /// The number of customers.
        pub customers: Spanned<u64>,
        /// `low` or `high`: the end of the stage's range that this is; a number that was given unless there.
        pub end: Option<Spanned<RangePoint>>,
        /// Monthly recurring revenue.
        pub mrr: Option<AmountRaw>,
        /// Average revenue per customer and month.
        pub arpu: Option<AmountRaw>,
        /// The monthly budget of the project, in the reporting currency.
        pub project_budget: Option<Spanned<Decimal>>,
        /// The monthly budget of the stage, in the reporting currency.
        pub stage_budget: Option<BandRaw>,
        /// The techniques in use.
        pub techniques: Vec<SnapshotTechniqueRaw>,
        /// The values of the drivers.
        pub drivers: Option<Mapping<FormulaRaw>>,
        /// What it costs.
        pub costs: SnapshotCostsRaw,
    }
}

table! {
    /// A technique in use on a line item.
    pub struct SnapshotTechniqueRaw is "a technique in use" {
        /// The stem of its file.
        pub technique: Spanned<String>,
        /// The line item.
        pub line_item: Spanned<String>,
        /// What it lowers: `quantity`, `usage` or `cost`.
        pub lowers: Spanned<LowersKind>,
        /// The meter whose usage or cost it lowers.
        pub meter: Option<Spanned<String>>,
        /// What it leaves of that.
        pub leaves: Spanned<Decimal>,
    }
}

table! {
    /// What a stage costs.
    pub struct SnapshotCostsRaw is "the costs of a stage" {
        /// The line items.
        pub line_items: Vec<SnapshotCostRaw>,
        /// The sum of the line items.
        pub subtotal: Option<Spanned<Decimal>>,
        /// The contingency.
        pub buffer: Option<Spanned<Decimal>>,
        /// What the rounding of the total adds.
        pub rounding: Option<Spanned<Decimal>>,
        /// The total.
        pub total: Option<Spanned<Decimal>>,
        /// The total, where a part of the cost is unknown: at least so much.
        pub total_at_least: Option<Spanned<Decimal>>,
    }
}

table! {
    /// What a line item costs.
    pub struct SnapshotCostRaw is "the cost of a line item" {
        /// Its name.
        pub name: Spanned<String>,
        /// How many.
        pub quantity: Option<FormulaRaw>,
        /// The usage by meter.
        pub usage: Option<Mapping<FormulaRaw>>,
        /// The cost in the currency of its prices.
        pub native: Option<AmountRaw>,
        /// What each charge costs, by meter and in the reporting currency, where several cost something.
        pub charges: Option<Mapping<Spanned<Decimal>>>,
        /// What discounts and credits take off.
        pub off: Option<Spanned<Decimal>>,
        /// The exact cost, where rounding makes it another one.
        pub exact: Option<Spanned<Decimal>>,
        /// The cost.
        pub cost: Option<Spanned<Decimal>>,
        /// The cost, where a part of it is unknown: at least so much.
        pub cost_at_least: Option<Spanned<Decimal>>,
    }
}

/// Reads a snapshot. What git leaves in a file when a merge stops is told apart from other mistakes.
pub fn snapshot(file: FileId, text: &str, problems: &mut Problems) -> Option<SnapshotRaw> {
    if let Some(newer) = newer_snapshot(file, text) {
        problems.push(newer);
        return None;
    }
    if let Some(marker) = conflict(text) {
        let span = Span::new(file, marker.start, marker.end);
        let message = "a merge has left its conflict in the snapshot";
        let diagnostic = Diagnostic::at(Code::MergeConflict, span, message, "both sides stand here");
        problems
            .push(diagnostic.help("resolve the other files first; then `costplan snapshot --update` writes it anew"));
        return None;
    }
    let node = yaml::parse(file, text, problems)?;
    SnapshotRaw::from_node(node, &mut Reader { file, text, problems })
}

/// What is said of a snapshot of a newer costplan: its other keys cannot be judged, nor can it be read by half. It is told by
/// its line `version`, as costplan writes it, whatever else is wrong with the text.
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
    let message = format!("the snapshot has version {version} of its format");
    let diagnostic = Diagnostic::at(Code::NewerSnapshot, span, message, "written by a newer costplan");
    Some(diagnostic.help(format!("this costplan reads version {SNAPSHOT_VERSION}: use the newer one")))
}

/// The first line that git writes where two sides of a merge differ.
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
