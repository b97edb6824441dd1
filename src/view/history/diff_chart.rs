//! The chart of a difference in a comment: costs before and after, of the stages or of the categories of one stage.

use rust_decimal::Decimal;

use crate::calculate::{Completeness, CostedStage, KnownCost};
use crate::model::Currency;
use crate::view::history::diff::DiffView;
use crate::view::history::diff_stage::ComparedStage;
use crate::view::page::comment::HostChart;
use crate::view::page::number::displayed;
use crate::view::page::scenario::capitalised;

impl DiffView<'_> {
    /// The totals of the stages that changed; if it is one, its categories that changed. Stages of several currencies
    /// are not compared.
    pub(crate) fn host_chart(&self) -> Option<HostChart> {
        let shown: Vec<&ComparedStage<'_>> = self.shown().collect();
        let currency = shown.first()?.currency()?;
        if shown.iter().any(|stage| stage.currency() != Some(currency)) {
            return None;
        }
        let unit = format!("{currency} a month");
        let (mut groups, mut unknown) = (Vec::new(), Vec::new());
        if let [stage] = shown[..] {
            for (name, costs) in categories(stage)? {
                match costs {
                    [Some(before), Some(after)] if before == after => {}
                    [Some(before), Some(after)] => groups.push(pair(&name, [before, after], currency)),
                    _ => unknown.push(name),
                }
            }
            let title = format!("{}, by category", capitalised(&self.context(stage)));
            return HostChart::new([title, unit], &groups, None, &unknown);
        }
        for stage in shown {
            let name = capitalised(&self.context(stage));
            if stage.is_complete() {
                groups.push(pair(&name, stage.totals(), currency));
            } else {
                unknown.push(name);
            }
        }
        HostChart::new(["Before and after".to_owned(), unit], &groups, None, &unknown)
    }
}

/// The two bars of what costs something before and after.
fn pair(name: &str, [before, after]: [Decimal; 2], currency: Currency) -> Vec<(String, Decimal)> {
    let bar = |side: &str, amount| (format!("{name}, {side}"), displayed(amount, currency));
    vec![bar("before", before), bar("after", after)]
}

/// Each category with its cost before and after; nothing where there is none, and `None` where it is not fully known.
fn categories(stage: &ComparedStage<'_>) -> Option<Vec<(String, [Option<Decimal>; 2])>> {
    let sides = [stage.base?, stage.head?];
    let mut all: Vec<(String, [Option<Decimal>; 2])> = Vec::new();
    for (side, of) in sides.into_iter().enumerate() {
        for (name, cost) in named(of) {
            let known = (cost.completeness == Completeness::Full).then_some(cost.monthly);
            match all.iter_mut().find(|(other, _)| *other == name) {
                Some((_, costs)) => costs[side] = known,
                None => {
                    let mut costs = [Some(Decimal::ZERO); 2];
                    costs[side] = known;
                    all.push((name, costs));
                }
            }
        }
    }
    Some(all)
}

fn named(of: &CostedStage) -> impl Iterator<Item = (String, KnownCost)> {
    of.stage.categories.iter().map(ToString::to_string).zip(of.costing.categories.iter().copied())
}
