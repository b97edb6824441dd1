//! Auto-scaling of a line item, and `words/load-profiles.yaml`: how a load is spread over the hours of a week.

use rust_decimal::Decimal;

use crate::diagnostic::Problems;
use crate::parse::other_kind;
use crate::parse::stage::formula::FormulaRaw;
use crate::parse::syntax::node::{FromNode, Kind, Mapping, Node, Reader, table};
use crate::source::{FileId, Span, Spanned};

table! {
    /// A number of replicas that follows the load, in place of a quantity: the average over a week is the quantity.
    pub struct AutoscalingRaw is "`autoscaling`" {
        /// The load: of a month, such as `transactions`, or for a time, such as `customers * 12/hour`.
        pub load: FormulaRaw,
        /// The load that one replica can handle: `5_000/hour`.
        pub capacity_per_replica: FormulaRaw,
        /// The part of their capacity that the replicas should use: `70%`.
        pub target_utilization: FormulaRaw,
        /// The number of replicas that always run; 1 unless given.
        pub min_replicas: Option<FormulaRaw>,
        /// The number of replicas that run at most.
        pub max_replicas: FormulaRaw,
        /// How the load is spread over a week: the name of a profile, the weights of 24 hours, or `{ weekday, weekend }`.
        pub profile: ProfileRaw,
        /// How long the load must be lower until replicas are stopped, up to a day; `5 minutes` unless given.
        pub scale_down_delay: Option<FormulaRaw>,
        /// The name of the deployment that is scaled, for the manifest of a runbook.
        pub deployment: Option<Spanned<String>>,
    }
}

/// How a load is spread over the hours of a week.
#[derive(Clone, Debug)]
pub enum ProfileRaw {
    /// A bundled profile, by its name.
    Named(Spanned<String>),
    /// The hours of every day.
    EveryDay(HoursRaw),
    /// The hours of weekdays and of the weekend.
    Week(WeekRaw),
}

table! {
    /// The weights of the hours of a weekday and of a day of the weekend, on one scale.
    pub struct WeekRaw is "`profile`" {
        /// The hours of each of five weekdays, from 0:00 on.
        pub weekday: HoursRaw,
        /// The hours of each of the two other days.
        pub weekend: HoursRaw,
    }
}

/// The weights of the hours of a day.
#[derive(Clone, Debug)]
pub struct HoursRaw {
    /// The place of the list.
    pub span: Span,
    /// The weights, from the hour that begins at 0:00 on.
    pub weights: Vec<Spanned<Decimal>>,
}

impl FromNode for HoursRaw {
    fn from_node(node: Node, reader: &mut Reader<'_>) -> Option<Self> {
        let span = reader.span(&node);
        Vec::from_node(node, reader).map(|weights| Self { span, weights })
    }
}

impl FromNode for ProfileRaw {
    fn from_node(node: Node, reader: &mut Reader<'_>) -> Option<Self> {
        match node.kind {
            Kind::List(_) => HoursRaw::from_node(node, reader).map(Self::EveryDay),
            Kind::Table(_) => WeekRaw::from_node(node, reader).map(Self::Week),
            _ => Spanned::from_node(node, reader).map(Self::Named),
        }
    }
}

table! {
    /// The load profiles that line items can name.
    pub struct LoadProfilesRaw is "load profiles" {
        /// The version of the format: 1.
        pub version: Spanned<u64>,
        /// Each profile by its name.
        pub profiles: Mapping<LoadProfileRaw>,
    }
}

table! {
    /// A load profile with its source.
    pub struct LoadProfileRaw is "a load profile" {
        /// Where it comes from. One that begins with `assumed` makes it an assumption.
        pub source: Spanned<String>,
        /// The hours of each of five weekdays, from 0:00 on.
        pub weekday: HoursRaw,
        /// The hours of each of the two other days.
        pub weekend: HoursRaw,
    }
}

/// Reads load profiles.
pub fn load_profiles(file: FileId, text: &str, problems: &mut Problems) -> Option<LoadProfilesRaw> {
    other_kind::of_yaml(file, text, "load profiles", problems)
}
