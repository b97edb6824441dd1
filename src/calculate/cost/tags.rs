//! The cost of each tag value, and the requested part of a stage.

use rust_decimal::Decimal;

use crate::calculate::cost::costing::{Completeness, KnownCost, LineCost, TagCosts, TaggedCost};
use crate::calculate::cost::trace::{Observer, Operand, Operation, Step, Subject};
use crate::calculate::fault::Fault;
use crate::model::{Amount, Fraction, LineItem, Stage, TagId, TagValueId, add};

/// Marks the rows that are outside the requested part of the stage: no later sum includes them.
pub(crate) fn leave_out(stage: &Stage, lines: &mut [LineCost]) {
    let Some(part) = &stage.part else { return };
    for (line, is_selected) in lines.iter_mut().zip(&part.line_items) {
        line.is_left_out = !is_selected;
    }
}

/// The cost of each value of each tag. As with categories, these are sums of rounded rows, so the values of a tag and
/// the untagged rows add up to the subtotal.
pub(crate) fn tags<O: Observer>(
    stage: &Stage,
    lines: &[LineCost],
    subtotal: Decimal,
    observer: &mut O,
) -> Result<Vec<TagCosts>, Fault> {
    let ids = (0..stage.tags.len()).filter_map(|place| u16::try_from(place).ok()).map(TagId);
    ids.map(|tag| one(stage, lines, tag, subtotal, observer)).collect()
}

const NOTHING: TaggedCost =
    TaggedCost { cost: KnownCost { monthly: Decimal::ZERO, completeness: Completeness::Full }, line_items: 0 };

fn one<O: Observer>(
    stage: &Stage,
    lines: &[LineCost],
    tag: TagId,
    subtotal: Decimal,
    observer: &mut O,
) -> Result<TagCosts, Fault> {
    let values = &stage.tags[tag.index()].values;
    let mut costs = TagCosts { values: vec![NOTHING; values.len()], untagged: NOTHING };
    for (_, item, line) in stage.rows(lines) {
        let sum = match item.tag(tag) {
            Some(value) => &mut costs.values[value.index()],
            None => &mut costs.untagged,
        };
        let completeness =
            if sum.line_items == 0 { line.completeness() } else { sum.cost.completeness.and(line.completeness()) };
        let monthly = add(sum.cost.monthly, line.monthly).map_err(Fault::from)?;
        *sum = TaggedCost { cost: KnownCost { monthly, completeness }, line_items: sum.line_items + 1 };
    }
    // The rows of each value, found in one pass, and only if an observer keeps steps.
    let mut members: Option<Vec<Vec<(&LineItem, &LineCost)>>> = None;
    let places = (0..values.len()).filter_map(|place| u32::try_from(place).ok()).map(|place| Some(TagValueId(place)));
    for value in places.chain([None]) {
        let place = value.map_or(values.len(), TagValueId::index);
        let TaggedCost { cost, line_items } = *costs.values.get(place).unwrap_or(&costs.untagged);
        if line_items == 0 || cost.completeness == Completeness::Nothing {
            continue;
        }
        let subject = Subject::Tag(tag, value);
        let money = |amount: Decimal| Amount::money(amount, stage.currency);
        observer.step(subject, || {
            let members = members.get_or_insert_with(|| members_of(stage, lines, tag, values.len()));
            let operands =
                members[place].iter().map(|(item, line)| Operand::new(item.name.to_string(), money(line.monthly)));
            Step::new("monthly cost", Operation::Sum(operands.collect()), money(cost.monthly))
        });
        if let Ok(share) = Fraction::new(cost.monthly, subtotal) {
            observer.step(Subject::TagShare(tag, value), || {
                let part = Operand::new("monthly cost", money(cost.monthly));
                let whole = Operand::new("subtotal", money(subtotal));
                Step::new("share of the subtotal", Operation::Quotient(part, whole), Amount::ratio(share))
            });
        }
    }
    Ok(costs)
}

/// The rows with a known cost by the values of a tag; those without the tag come last.
fn members_of<'s>(
    stage: &'s Stage,
    lines: &'s [LineCost],
    tag: TagId,
    values: usize,
) -> Vec<Vec<(&'s LineItem, &'s LineCost)>> {
    let mut members = vec![Vec::new(); values + 1];
    for (_, item, line) in stage.rows(lines).filter(|(_, _, line)| line.is_known) {
        members[item.tag(tag).map_or(values, TagValueId::index)].push((item, line));
    }
    members
}
