//! A case in the text formats of costplan.

use std::fmt;

use super::{Amount, Billed, Case, Charge, Model, Number, Price, Sku, Step, Unit, Way};

/// The SKU as a price sheet has it.
pub fn sku(name: &str, sku: &Sku) -> String {
    let tax = sku.tax.map(|tax| format!("includes_tax = \"{tax}%\"\n")).unwrap_or_default();
    let charges = sku.charges.iter().enumerate().map(|(place, charge)| {
        let keys: String =
            keys(place, charge, sku.unit).iter().map(|(key, value)| format!("{key} = {value}\n")).collect();
        format!("[[skus.{name}.charges]]\n{keys}")
    });
    format!("[skus.{name}]\n{tax}{}", charges.collect::<String>())
}

/// The line item as a manifest has it.
pub fn line_item(name: usize, sku_name: &str, sku: &Sku, case: &Case) -> String {
    let usages = sku.charges.iter().zip(&case.usages).enumerate().filter(|(_, (charge, _))| charge.model.counts());
    let small = match sku.unit {
        Unit::Counted => "",
        Unit::Gigabytes => " MB",
        Unit::Hours => " minutes",
    };
    let usages: Vec<String> = usages.map(|(place, (_, usage))| format!("m{place}: {usage}{small}")).collect();
    let usage = if usages.is_empty() { String::new() } else { format!(", usage: {{ {} }}", usages.join(", ")) };
    let quantity = case.quantity;
    format!("  - {{ name: c{name}, category: c, sku: v/{sku_name}, quantity: {quantity}{usage} }}\n")
}

fn keys(place: usize, charge: &Charge, unit: Unit) -> Vec<(&'static str, String)> {
    let mut keys = vec![("meter", format!("\"m{place}\""))];
    if charge.model.counts() {
        let label = match unit {
            Unit::Counted => "unit",
            Unit::Gigabytes => "GB",
            Unit::Hours => "hour",
        };
        keys.push(("unit", format!("\"{label}\"")));
    }
    keys.extend(model(&charge.model));
    keys.extend(charge.included.map(|included| ("included", amount(included, unit))));
    keys.extend(charge.billed.map(|billed| ("billed_usage", billed_usage(billed, place, unit))));
    keys.extend(charge.least.map(|least| ("minimum_usage", amount(least, unit))));
    keys.extend(charge.most.map(|most| ("maximum_usage", amount(most, unit))));
    keys.extend(
        charge.rounding.map(|(to, way)| {
            (if way == Way::Up { "round_usage_up_to" } else { "round_usage_down_to" }, to.to_string())
        }),
    );
    keys.extend(charge.minimum.map(|minimum| ("minimum", minimum.to_string())));
    keys.extend(charge.cap.map(|cap| ("cap", cap.to_string())));
    keys.extend(charge.bill.map(|(to, way)| ("round_cost_to", rounding(to, way))));
    keys.extend(charge.each.then(|| ("each", "true".to_owned())));
    keys
}

fn model(model: &Model) -> Vec<(&'static str, String)> {
    let named = |name: &str| ("model", format!("\"{name}\""));
    match model {
        Model::Flat { price, months } => vec![named("flat"), ("price", price.to_string()), ("period", period(*months))],
        Model::PerUnit { price, per, commitment } => {
            let mut keys = vec![named("per_unit"), ("price", price.to_string()), ("per", per.to_string())];
            keys.extend(commitment.map(|commitment| {
                let (usage, factor, true_up) = (commitment.usage, commitment.factor, commitment.true_up);
                let value = format!("{{ usage = {usage}, overage_factor = {factor}, true_up = {true_up} }}");
                ("commitment", value)
            }));
            keys
        }
        Model::Package { price, per } => {
            vec![named("package"), ("price", price.to_string()), ("per", per.to_string())]
        }
        Model::Graduated(steps) => vec![named("graduated"), ("tiers", ladder(steps, "price"))],
        Model::Volume(steps) => vec![named("volume"), ("tiers", ladder(steps, "price"))],
        Model::Percentage { steps, of, .. } => {
            let rate = match &steps[..] {
                [only] if only.fee.digits == 0 => ("percent", only.price.to_string()),
                _ => ("tiers", ladder(steps, "percent")),
            };
            vec![named("percentage"), ("of", format!("\"m{of}\"")), rate]
        }
    }
}

fn period(months: u64) -> String {
    match months {
        1 => "\"month\"".to_owned(),
        12 => "\"year\"".to_owned(),
        months if months.is_multiple_of(12) => format!("\"{} years\"", months / 12),
        months => format!("\"{months} months\""),
    }
}

fn ladder(steps: &[Step], price: &str) -> String {
    let steps = steps.iter().map(|step| {
        let up_to = step.up_to.map(|bound| format!("up_to = {bound}, ")).unwrap_or_default();
        let fee = if step.fee.digits == 0 { String::new() } else { format!(", flat = {}", step.fee) };
        format!("{{ {up_to}{price} = {}{fee} }}", step.price)
    });
    format!("[{}]", steps.collect::<Vec<_>>().join(", "))
}

/// So many pricing units in a formula.
fn units(number: Number, unit: Unit) -> String {
    match unit {
        Unit::Counted => number.to_string(),
        Unit::Gigabytes => format!("{number} GB"),
        Unit::Hours => format!("{number} hours"),
    }
}

fn amount(amount: Amount, unit: Unit) -> String {
    match amount {
        Amount::Units(number) => number.to_string(),
        Amount::OfQuantity(number) => format!("\"{} * quantity\"", units(number, unit)),
        Amount::OfMeter(times, meter) => format!("\"{times} * m{meter}\""),
    }
}

fn billed_usage(billed: Billed, own: usize, unit: Unit) -> String {
    match billed {
        Billed::AtLeast(number) => format!("\"max(m{own}, {})\"", units(number, unit)),
        Billed::Times(times) => format!("\"m{own} * {times}\""),
        Billed::OrPart(part, meter) => format!("\"max(m{own}, m{meter} / {part})\""),
    }
}

fn rounding(to: Number, way: Way) -> String {
    match way {
        Way::Nearest => to.to_string(),
        Way::Up => format!("{{ to = {to}, direction = \"up\" }}"),
        Way::Down => format!("{{ to = {to}, direction = \"down\" }}"),
    }
}

impl fmt::Display for Price {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Known(price) => write!(f, "{price}"),
            Self::Between(low, None, high) => write!(f, "\"{low}..{high}\""),
            Self::Between(low, Some(expected), high) => {
                write!(f, "{{ low = {low}, expected = {expected}, high = {high} }}")
            }
        }
    }
}
