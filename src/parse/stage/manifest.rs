//! Stage manifests: `stages/<number>-<name>.yaml`.

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::model::words::words;
use crate::model::{CountRange, Currency, MonthLength};
use crate::parse::other_kind;
use crate::parse::prices::price_sheet::CommitmentRaw;
use crate::parse::prices::specification::{ServiceRaw, SpecificationRaw};
use crate::parse::savings::technique::{MayUseRaw, WishRaw};
use crate::parse::stage::adjustment::{DiscountRaw, TaxRaw};
use crate::parse::stage::autoscaling::AutoscalingRaw;
use crate::parse::stage::formula::FormulaRaw;
use crate::parse::stage::payers::YearlyPayersRaw;
use crate::parse::stage::rounding::RoundingRaw;
use crate::parse::syntax::amount::{AmountRaw, MoneyBandRaw};
use crate::parse::syntax::node::{Elements, FromNode, Kind, Mapping, Node, Paragraph, Reader, ScalarOr, table, value};
use crate::parse::syntax::scalar::BandRaw;
use crate::parse::syntax::yaml;
use crate::source::{FileId, Span, Spanned, Text};

table! {
    /// A stage of the plan: a range of customers and the line items that serve it.
    pub struct StageManifestRaw is "a stage manifest" {
        /// The version of the format: 1.
        pub version: Spanned<u64>,
        /// The stage whose facts and line items this one has unless it says otherwise: its number, name or file stem.
        pub extends: Option<Spanned<String>>,
        /// The names of inherited line items that the stage does not have.
        pub remove: Vec<Spanned<String>>,
        /// The number of the stage; unique in the plan.
        pub stage: Spanned<u64>,
        /// The name for display.
        pub name: Spanned<String>,
        /// A sentence about the stage.
        pub summary: Option<Spanned<String>>,
        /// The months of the plan in which the stage is used: `4..6`, `13..`.
        pub months: Option<Spanned<CountRange>>,
        /// The customers that the stage serves: `10..100`.
        pub customers: Spanned<CountRange>,
        /// The number of customers for which the stage is sized, and computed where none is given.
        pub sized_for: Option<Spanned<u64>>,
        /// The budget per month, in the currency of the manifest: `200..400`.
        pub monthly_budget: Option<MoneyBandRaw>,
        /// The capacity of the stage per month, by driver: `{ transactions: 50_000 }`; a lone number is the maximum.
        pub capacity: Option<Mapping<BandRaw>>,
        /// The currency of amounts that do not name one.
        pub currency: Spanned<Currency>,
        /// The buffer on top of the subtotal: `30%`.
        pub buffer: Option<Spanned<Decimal>>,
        /// The rounding of amounts; they stay exact unless given.
        pub rounding: Option<StageRoundingRaw>,
        /// The goals of the stage.
        pub targets: Option<TargetsRaw>,
        /// The hours of a month, or `calendar`; 730 unless given.
        pub hours_per_month: Option<Spanned<MonthLength>>,
        /// The share of the customers who pay: `5%`; all of them unless given.
        pub paying: Option<Spanned<Decimal>>,
        /// The paying customers who pay for a year at a time: `{ share: 30%, discount: 20% }`.
        pub yearly_payers: Option<YearlyPayersRaw>,
        /// Named numbers for formulas: `{ receipts: customers * 50 }`.
        pub drivers: Option<Mapping<DriverRaw>>,
        /// Tags for all line items, which can override them: `{ env: prod, team: data }`.
        pub tags: Option<Mapping<Spanned<String>>>,
        /// Discounts on the costs, in order.
        pub discounts: Vec<DiscountRaw>,
        /// Credits, deducted after the discounts in order, until they are used up.
        pub credits: Vec<DiscountRaw>,
        /// The tax on what vendors bill: `19%`.
        pub tax: Option<ScalarOr<Spanned<Decimal>, TaxRaw>>,
        /// The components that run on the stage: a name, or `{ name: PostgreSQL, memory: 4 GB }`.
        pub runs: Vec<ScalarOr<Spanned<String>, ServiceRaw>>,
        /// The architecture, in words.
        pub architecture: Option<Paragraph>,
        /// The line items, in the order in which they are shown.
        pub line_items: Elements,
    }
}

table! {
    /// A driver with its source.
    pub struct SourcedDriverRaw is "a driver" {
        /// The number or the formula.
        pub value: FormulaRaw,
        /// Where it comes from. One that begins with `assumed` or `guess` makes it an assumption.
        pub source: Option<Spanned<String>>,
    }
}

/// A driver: a number or a formula, or a table that also has its source.
#[derive(Clone, Debug)]
pub struct DriverRaw {
    /// The number or the formula.
    pub formula: FormulaRaw,
    /// Where it comes from.
    pub source: Option<Spanned<String>>,
}

impl From<FormulaRaw> for DriverRaw {
    fn from(formula: FormulaRaw) -> Self {
        Self { formula, source: None }
    }
}

impl FromNode for DriverRaw {
    fn placeholder(span: Span) -> Option<Self> {
        FormulaRaw::placeholder(span).map(Self::from)
    }

    fn from_node(node: Node, reader: &mut Reader<'_>) -> Option<Self> {
        Some(match ScalarOr::<FormulaRaw, SourcedDriverRaw>::from_node(node, reader)? {
            ScalarOr::Scalar(formula) => formula.into(),
            ScalarOr::Table(sourced) => Self { formula: sourced.value, source: sourced.source },
        })
    }
}

table! {
    /// The rounding of amounts of the stage.
    pub struct StageRoundingRaw is "`rounding`" {
        /// The rounding of every line item.
        pub line_items: Option<ScalarOr<Spanned<Decimal>, RoundingRaw>>,
        /// The rounding of the total, after the buffer.
        pub total: Option<ScalarOr<Spanned<Decimal>, RoundingRaw>>,
    }
}

table! {
    /// The goals of the stage.
    pub struct TargetsRaw is "`targets`" {
        /// The cost per customer and month, before the buffer: `2..4`.
        pub cost_per_customer: Option<MoneyBandRaw>,
        /// The share of MRR that the total must stay below: `20%`.
        pub share_of_mrr: Option<Spanned<Decimal>>,
        /// The share of the subtotal that a category should take: `{ database: 40%..60% }`.
        pub category_share: Option<Mapping<BandRaw>>,
    }
}

table! {
    /// How something is bought: a SKU of the price book, or a plain monthly cost.
    pub struct PurchaseRaw is "a purchase" {
        /// The SKU, `vendor/name`.
        pub sku: Option<Spanned<String>>,
        /// A plain monthly cost per unit of quantity, instead of a SKU: a number or a formula.
        pub cost: Option<FormulaRaw>,
        /// The vendor of a plain cost.
        pub vendor: Option<Spanned<String>>,
        /// How many: a number or a formula. By default a line item has 1, and an alternative as many as its line item.
        pub quantity: Option<FormulaRaw>,
        /// A quantity that follows the load: the average number of replicas that run.
        pub autoscaling: Option<AutoscalingRaw>,
        /// The options that select prices of the SKU: `{ region: eu, term: spot }`.
        pub options: Option<Mapping<Spanned<String>>>,
        /// The day of the order; the day of the computation unless given.
        pub ordered_on: Option<Spanned<Date>>,
        /// The usage of a month by meter of the SKU: `{ storage: 5 TB }`.
        pub usage: Option<Mapping<FormulaRaw>>,
        /// `within_allowance`: usage that is not given stays within the allowances of the SKU.
        pub other_usage: Option<Spanned<UsageRuleRaw>>,
        /// Agreed prices that replace list prices, by meter, and the reason.
        pub agreed_price: Option<AgreedPricesRaw>,
    }
}

impl PurchaseRaw {
    /// One unit of a SKU, with no other details.
    pub fn of_sku(sku: Spanned<String>) -> Self {
        Self {
            span: sku.span,
            sku: Some(sku),
            cost: None,
            vendor: None,
            quantity: None,
            autoscaling: None,
            options: None,
            ordered_on: None,
            usage: None,
            other_usage: None,
            agreed_price: None,
        }
    }
}

table! {
    /// One row of a stage: a SKU of the price book, or a plain monthly cost.
    pub struct LineItemRaw is "a line item" {
        /// The name; unique in the stage.
        pub name: Spanned<String>,
        /// The category, such as `database` or `compute`.
        pub category: Spanned<String>,
        /// How it is bought.
        pub purchase: PurchaseRaw = flatten,
        /// What one unit of it must offer, as data; compared with that of the SKU.
        pub specification: Option<SpecificationRaw>,
        /// The line items that a percentage is taken of.
        pub of: Vec<Spanned<String>>,
        /// The tags of the line item, over those of the stage: `{ env: staging }`.
        pub tags: Option<Mapping<Spanned<String>>>,
        /// What holds for techniques: `{ spot-gpu: in_use }`, `never`, or `{ image-optimization: { share: 60% } }`.
        pub techniques: Option<Mapping<ScalarOr<Spanned<WishRaw>, MayUseRaw>>>,
        /// Other ways to buy the same, which `costplan sweep` compares with this line item.
        pub alternatives: Vec<AlternativeRaw>,
        /// The features of the line item, in words.
        pub features: Vec<Spanned<String>>,
        /// The source of the figures, or another note.
        pub note: Option<Spanned<String>>,
    }
}

impl LineItemRaw {
    /// A line item with nothing but the purchase.
    pub fn of_purchase(name: Spanned<String>, category: Spanned<String>, purchase: PurchaseRaw) -> Self {
        Self {
            span: purchase.span,
            name,
            category,
            purchase,
            specification: None,
            of: Vec::new(),
            tags: None,
            techniques: None,
            alternatives: Vec::new(),
            features: Vec::new(),
            note: None,
        }
    }
}

table! {
    /// Another way to buy the same as a line item.
    pub struct AlternativeRaw is "an alternative" {
        /// The name for display; the SKU unless given.
        pub name: Option<Spanned<String>>,
        /// How it is bought.
        pub purchase: PurchaseRaw = flatten,
        /// The source of its figures, or another note.
        pub note: Option<Spanned<String>>,
    }
}

words! {
    /// What holds for usage that is not given.
    pub enum UsageRuleRaw is "a rule for other usage" {
        /// It stays within what the SKU includes.
        WithinAllowance = "within_allowance",
    }
}

/// Agreed prices that replace list prices.
#[derive(Clone, Debug)]
pub struct AgreedPricesRaw {
    /// The place of the table.
    pub span: Span,
    /// The agreed prices by meter.
    pub prices: Vec<(Spanned<String>, ScalarOr<AmountRaw, AgreedAmountRaw>)>,
    /// The reason, such as the contract.
    pub reason: Spanned<String>,
}

table! {
    /// An agreed price with its own allowance or commitment.
    pub struct AgreedAmountRaw is "an agreed price" {
        /// The price: `0.006 USD/GB`.
        pub price: AmountRaw,
        /// The allowance; that of the list unless given.
        pub included: Option<FormulaRaw>,
        /// The usage that the buyer commits to.
        pub commitment: Option<CommitmentRaw>,
        /// The rate of the tax that the price includes.
        pub includes_tax: Option<Spanned<Decimal>>,
    }
}

impl FromNode for AgreedPricesRaw {
    fn from_node(node: Node, reader: &mut Reader<'_>) -> Option<Self> {
        table! {
            /// The only key of the table that is not a meter.
            pub struct ReasonRaw is "`agreed_price`" {
                /// The reason, such as the contract.
                pub reason: Spanned<String>,
            }
        }
        let Kind::Table(entries) = node.kind else {
            reader.wrong_type(&node, "a table of prices by meter, and a `reason`");
            return None;
        };
        let is_reason = |(key, _): &(Node, Node)| reader.text.slice(key.start, key.end) == "reason";
        let (reason, prices): (Vec<_>, Vec<_>) = entries.into_iter().partition(is_reason);
        let agrees_nothing = prices.is_empty();
        let rest = |entries| Node { kind: Kind::Table(entries), ..node };
        let reason = ReasonRaw::from_node(rest(reason), reader);
        let prices = Mapping::from_node(rest(prices), reader);
        let (reason, prices) = (reason?, prices?);
        if agrees_nothing {
            let message = "`agreed_price` has no price";
            reader.problems.push(Diagnostic::at(Code::MissingKey, reason.span, message, "add a price by meter"));
        }
        Some(Self { span: reason.span, prices: prices.entries, reason: reason.reason })
    }
}

/// Reads a stage manifest. Line items are read later, one at a time, when the stage is resolved. If anything else is
/// wrong, reports the problems of the line items too and returns `None`.
pub fn manifest(file: FileId, text: &str, problems: &mut Problems) -> Option<StageManifestRaw> {
    other_kind::read_as(file, text, "a stage manifest", problems, |problems| {
        whole(|problems| yaml::parse(file, text, problems), Text::of(file, text), problems)
    })
}

/// Reads the manifest of a stage that inherits, whose tree is made by `node`, as [`manifest`] does. `file` and `own` are the
/// file of the stage and its text, and `text` has the texts of the whole tree.
pub(crate) fn inheriting_manifest(
    node: impl Fn(&mut Problems) -> Option<Node>,
    (file, own): (FileId, &str),
    text: Text<'_>,
    problems: &mut Problems,
) -> Option<StageManifestRaw> {
    other_kind::read_as(file, own, "a stage manifest", problems, |problems| whole(node, text, problems))
}

/// Reads a manifest from the tree that `node` makes.
fn whole(
    node: impl Fn(&mut Problems) -> Option<Node>,
    text: Text<'_>,
    problems: &mut Problems,
) -> Option<StageManifestRaw> {
    let tree = node(problems)?;
    let is_sound = problems.is_empty();
    let reader = &mut Reader { text, problems };
    let raw = StageManifestRaw::from_node(tree, reader).filter(|_| is_sound);
    if raw.is_none()
        && let Some(tree) = node(&mut Problems::default())
    {
        let list = value(&tree, "line_items", text).and_then(|list| Elements::from_node(list.clone(), reader));
        for node in list.into_iter().flat_map(Elements::into_nodes) {
            LineItemRaw::from_node(node, reader);
        }
    }
    raw
}

impl StageManifestRaw {
    /// Whether the manifest defines a driver with this name or limits it in `capacity`.
    pub fn knows_driver(&self, name: &str) -> bool {
        self.driver_names().any(|known| known == name)
    }

    /// The names of the drivers that the manifest defines or limits in `capacity`.
    pub fn driver_names(&self) -> impl Iterator<Item = &str> {
        let defined = self.drivers.iter().flat_map(|drivers| &drivers.entries).map(|(name, _)| &name.value);
        let limited = self.capacity.iter().flat_map(|capacity| &capacity.entries).map(|(name, _)| &name.value);
        defined.chain(limited).map(String::as_str)
    }
}
