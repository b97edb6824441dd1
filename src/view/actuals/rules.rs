//! Rules for charges that belong to no line item, as they are written in costplan.toml.

use std::fmt::Write as _;

use rust_decimal::Decimal;

use crate::calculate::Target;
use crate::model::{BilledCharge, BilledProduct, Stage, add};
use crate::source::double_quoted;

/// A rule that could be added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SuggestedRule {
    /// The rule as TOML.
    pub text: String,
    /// Whether only one line item of the vendor, or of none, has a word in common with what was bought; otherwise the rule is
    /// a comment.
    pub is_clear: bool,
}

/// Charges that one rule would be for.
struct Group<'c> {
    charge: &'c BilledCharge,
    cost: Decimal,
}

/// Rules for the charges that belong to no line item: one for each vendor and service, the most expensive first.
pub fn suggested_rules(stage: &Stage, charges: &[(&BilledCharge, Target)]) -> Vec<SuggestedRule> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    for (charge, _) in charges.iter().filter(|(_, target)| *target == Target::NotInPlan) {
        let is_same = |group: &&mut Group<'_>| {
            let (own, other) = (&group.charge.product, &charge.product);
            let closer = own.service == other.service && (own.service.is_some() || own.sku == other.sku);
            own.vendor == other.vendor && closer && group.charge.cost.currency == charge.cost.currency
        };
        match groups.iter_mut().find(is_same) {
            Some(group) => group.cost = add(group.cost, charge.cost.amount).unwrap_or(group.cost),
            None => groups.push(Group { charge, cost: charge.cost.amount }),
        }
    }
    groups.sort_by_key(|group| std::cmp::Reverse(group.cost.abs()));
    groups.iter().map(|group| rule(stage, group)).collect()
}

fn rule(stage: &Stage, group: &Group<'_>) -> SuggestedRule {
    let product = &group.charge.product;
    let vendor = product.vendor_id();
    let of_vendor = || stage.line_items.iter().filter(|item| item.vendor() == Some(&*vendor)).map(|item| &*item.name);
    let names: Vec<&str> = of_vendor().collect();
    let without_vendor = stage.line_items.iter().filter(|item| item.vendor().is_none()).map(|item| &*item.name);
    let alike: Vec<&str> = of_vendor().chain(without_vendor).filter(|name| shares_a_word(name, product)).collect();
    let mut lines = format!("[[actuals.match]]\nvendor = {}\n", double_quoted(&product.vendor));
    let closer = [("service", &product.service), ("sku", &product.sku)]
        .into_iter()
        .find_map(|(key, text)| text.as_ref().map(|text| format!("{key} = {}\n", double_quoted(text))));
    lines.push_str(&closer.unwrap_or_default());
    let mut text = format!("# {} {}\n", group.cost, group.charge.cost.currency);
    if let [one] = alike[..] {
        let _ = write!(text, "{lines}line_item = {}\n\n", double_quoted(one));
        return SuggestedRule { text, is_clear: true };
    }
    let all: Vec<&str> =
        if names.is_empty() { stage.line_items.iter().map(|item| &*item.name).collect() } else { names };
    let all: Vec<String> = all.into_iter().map(double_quoted).collect();
    for line in lines.lines() {
        let _ = writeln!(text, "# {line}");
    }
    let of = if all.len() == 1 { "" } else { "one of " };
    let _ = write!(text, "# line_item = {of}{}\n\n", all.join(", "));
    SuggestedRule { text, is_clear: false }
}

/// Whether the name of a line item and what was bought have a word in common that is no small one.
fn shares_a_word(name: &str, product: &BilledProduct) -> bool {
    fn words(text: &str) -> impl Iterator<Item = String> + '_ {
        let all = text.split(|character: char| !character.is_alphanumeric()).map(str::to_lowercase);
        all.map(|word| word.trim_end_matches('s').to_owned()).filter(|word| word.chars().count() > 3)
    }
    let bought = [&product.service, &product.sku, &product.meter, &product.resource_type];
    let bought: Vec<String> = bought.into_iter().flatten().flat_map(|text| words(text)).collect();
    words(name).any(|word| bought.contains(&word))
}
