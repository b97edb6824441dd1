//! Snapshots: stages with what they cost and everything it depends on, in the keys of manifests and price sheets.

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::calculate::{
    Completeness, CostedStage, LineCost, charge_costs, evaluate, frozen, frozen_quantity, technique_leaves,
};
use crate::diagnostic::Diagnostic;
use crate::model::{
    Adjustment, AdjustmentScope, Autoscaling, Band, ChargeLine, Deduction, Dimension, ExchangeRate, Formula, Fraction,
    LineItem, LinePricing, Lowers, LowersKind, PlainCost, Revenue, ReverseCharge, SkuLine, Stage, StageRounding, Tax,
    TaxRate, Terms, Usage, YearlyPayers,
};
use crate::source::Sources;
use crate::view::history::snapshot_prices::{SheetPrices, commitment, prices, rounding};
use crate::view::page::document::{Table, Value, digits};

/// A snapshot as a document.
///
/// # Errors
/// Those of computing the values of formulas.
pub fn snapshot(as_of: Date, costed: &[CostedStage], sources: &Sources) -> Result<Table, Vec<Diagnostic>> {
    let mut document = Table::default();
    document.add("version", Value::literal(1)).add("as_of", Value::literal(as_of));
    document.add_filled("rates", rates(costed));
    let sheets = prices(costed.iter().map(|costed| &costed.stage), sources);
    let mut of_vendors = Table::default();
    for SheetPrices { vendor, sheet } in sheets {
        of_vendors.add(vendor, sheet.into());
    }
    document.add_filled("prices", of_vendors.into());
    document.add("stages", Value::List(stages(as_of, costed, sources)?));
    Ok(document)
}

/// The stages, each once with all its costings, if these differ only in their drivers and techniques.
fn stages(as_of: Date, costed: &[CostedStage], sources: &Sources) -> Result<Vec<Value>, Vec<Diagnostic>> {
    let mut groups: Vec<(Table, Vec<Value>)> = Vec::new();
    for costed in costed {
        let stage = &costed.stage;
        let mut head = Table::default();
        head.add_some("as_of", Some(stage.as_of).filter(|day| *day != as_of).map(Value::literal));
        head.add("currency", Value::literal(stage.currency));
        head.add("manifest", manifest(stage, sources).into());
        let costing = costing(costed, sources)?;
        match groups.iter_mut().find(|(other, _)| *other == head) {
            Some((_, costings)) => costings.push(costing),
            None => groups.push((head, vec![costing])),
        }
    }
    let group = |(mut head, costings): (Table, Vec<Value>)| {
        head.add("costings", Value::List(costings));
        head.into()
    };
    Ok(groups.into_iter().map(group).collect())
}

/// The exchange rates of all stages, each as it is written in its file.
fn rates(costed: &[CostedStage]) -> Value {
    let mut found: Vec<(String, String, &ExchangeRate)> = Vec::new();
    for stage in costed.iter().map(|costed| &costed.stage) {
        for rate in &stage.rates {
            let (from, to) = (rate.from.to_string(), stage.currency.to_string());
            found.push(if rate.inverse { (to, from, rate) } else { (from, to, rate) });
        }
    }
    found.sort_by(|a, b| (&a.0, &a.1, a.2.effective_from).cmp(&(&b.0, &b.1, b.2.effective_from)));
    found.dedup_by(|a, b| (&a.0, &a.1, a.2.effective_from) == (&b.0, &b.1, b.2.effective_from));
    let rate = |(from, to, rate): (String, String, &ExchangeRate)| {
        // Both currencies are named in the direction of the file.
        let ExchangeRate { from: _, inverse: _, rate, effective_from, read_on: _, source, span: _ } = rate;
        let mut table = Table::default();
        table.add("from", Value::literal(from)).add("to", Value::literal(to));
        table.add("rate", Value::number(*rate)).add("effective_from", Value::literal(effective_from));
        table.add("source", Value::text(&**source));
        table.into()
    };
    Value::List(found.into_iter().map(rate).collect())
}

/// A stage at a number of customers.
fn costing(costed: &CostedStage, sources: &Sources) -> Result<Value, Vec<Diagnostic>> {
    let CostedStage { stage, costing, point, project_budget } = costed;
    let values = frozen(stage, costing.inputs)?;
    let mut table = Table::default();
    if let Some(scenario) = &stage.scenario {
        table.add("scenario", Value::text(&*scenario.id));
        if scenario.name != scenario.id {
            table.add("scenario_name", Value::text(&*scenario.name));
        }
    }
    table.add("customers", Value::literal(costing.inputs.customers));
    table.add_some("end", point.word().map(Value::literal));
    let money = |amount: Decimal| Value::literal(format!("{} {}", digits(amount), stage.currency));
    match costing.inputs.revenue {
        Revenue::Unknown => {}
        Revenue::Mrr(amount) => {
            table.add("mrr", money(amount.value));
        }
        Revenue::Arpu(amount) => {
            table.add("arpu", money(amount.value));
        }
    }
    table.add_some("project_budget", project_budget.map(Value::number));
    table.add_some("stage_budget", stage.monthly_budget.map(|budget| band(budget.value)));
    let mut drivers = Table::default();
    for driver in &values.drivers {
        let value = constant(&driver.formula);
        drivers.add(
            stage.scope.name(driver.slot),
            value.unwrap_or_else(|| Value::literal(driver.formula.written(sources))),
        );
    }
    table.add_filled("drivers", drivers.into());
    table.add_filled("techniques", techniques(&values)?);
    table.add("costs", costs(costed, &values)?.into());
    Ok(table.into())
}

fn band(band: Band) -> Value {
    let end = |end: Option<Decimal>| end.map_or_else(String::new, digits);
    Value::literal(format!("{}..{}", end(band.low), end(band.high)))
}

/// The techniques in use, each with what it leaves.
fn techniques(values: &Stage) -> Result<Value, Vec<Diagnostic>> {
    let mut list = Vec::new();
    for item in &values.line_items {
        for used in &item.techniques {
            let (lowers, charge) = match used.lowers {
                Lowers::Quantity => (LowersKind::Quantity, None),
                Lowers::Usage(charge) => (LowersKind::Usage, Some(charge)),
                Lowers::Cost(charge) => (LowersKind::Cost, charge),
                Lowers::Sku => (LowersKind::Sku, None),
            };
            let mut table = Table::default();
            table.add("technique", Value::text(&*used.technique.id)).add("line_item", Value::text(&*item.name));
            table.add("lowers", Value::literal(lowers.as_str()));
            let meter = charge.and_then(|charge| item.charges().get(charge)).map(ChargeLine::meter);
            table.add_some("meter", meter.map(Value::text));
            table.add("leaves", Value::number(technique_leaves(used, &frozen_quantity(item))?));
            list.push(table.into());
        }
    }
    Ok(Value::List(list))
}

/// The manifest of a stage, with its settings as they hold and without its drivers.
fn manifest(stage: &Stage, sources: &Sources) -> Table {
    let Stage { id, name, customers, manifest_currency, buffer, rounding: roundings, hours_per_month, .. } = stage;
    let Stage { tax, line_items, payers, .. } = stage;
    written_elsewhere(stage);
    let mut table = Table::default();
    table.add("version", Value::literal(1)).add("stage", Value::literal(id));
    table.add("name", Value::text(&**name)).add("customers", Value::literal(customers.value));
    table.add("currency", Value::literal(manifest_currency));
    table.add("buffer", Value::number(buffer.value));
    let StageRounding { line_items: of_line_items, total } = roundings;
    let mut roundings = Table::default();
    roundings.add_some("line_items", of_line_items.map(|of| rounding(of.value)));
    roundings.add_some("total", total.map(|of| rounding(of.value)));
    table.add_filled("rounding", roundings.into());
    table.add_some("paying", payers.paying.span.map(|_| Value::number(payers.paying.value)));
    table.add_some(
        "yearly_payers",
        payers.yearly.map(|YearlyPayers { share, discount }| {
            let mut yearly = Table::default();
            yearly.add("share", Value::number(share)).add("discount", Value::number(discount));
            yearly.into()
        }),
    );
    table.add_some("hours_per_month", hours_per_month.span.map(|_| Value::number(hours_per_month.value)));
    table.add_filled("discounts", adjustments(stage, false));
    table.add_filled("credits", adjustments(stage, true));
    table.add_some("tax", tax.as_ref().map(|tax| tax_table(stage, tax)));
    let items = line_items.iter().map(|item| line_item(stage, item, sources).into());
    table.add("line_items", Value::List(items.collect()));
    table
}

/// The tax; its credits are written with the others.
fn tax_table(stage: &Stage, tax: &Tax) -> Value {
    let Tax { rate, rates, reverse_charge, rounding: of_tax, recovered_after, credits: _ } = tax;
    let mut table = Table::default();
    table.add("rate", Value::number(rate.value));
    let rates = rates.iter().map(|TaxRate { rate, vendor, category }| {
        let mut of_rate = Table::default();
        of_rate.add("rate", Value::number(rate.value));
        of_rate.add_some("vendor", vendor.as_deref().map(Value::text));
        of_rate.add_some("category", category.map(|category| Value::text(stage.category(category))));
        of_rate.into()
    });
    table.add_filled("rates", Value::List(rates.collect()));
    match reverse_charge {
        ReverseCharge::All => {
            table.add("reverse_charge", Value::literal("all"));
        }
        ReverseCharge::Vendors(vendors) => {
            let vendors = vendors.iter().map(|vendor| Value::text(&**vendor));
            table.add_filled("reverse_charge", Value::List(vendors.collect()));
        }
    }
    table.add_some("rounding", of_tax.map(|of_tax| rounding(of_tax.value)));
    table.add_some("recoverable", recovered_after.map(|_| Value::literal(true)));
    table.add_some("recovered_after", recovered_after.map(Value::literal));
    table.into()
}

/// Takes apart what [`manifest`] does not write, so that a new field of a stage has to be put into one of both.
fn written_elsewhere(stage: &Stage) {
    let Stage {
        // Written by `manifest`.
        id: _,
        name: _,
        customers: _,
        manifest_currency: _,
        buffer: _,
        rounding: _,
        hours_per_month: _,
        payers: _,
        adjustments: _,
        tax: _,
        line_items: _,
        // Written next to the manifest.
        currency: _,
        monthly_budget: _,
        rates: _,
        as_of: _,
        scenario: _,
        // Written with the values of each costing.
        revenue: _,
        scope: _,
        reads: _,
        drivers: _,
        techniques: _,
        // Written with the line items.
        categories: _,
        list_prices: _,
        order: _,
        // No cost depends on these.
        next_change: _,
        description: _,
        months: _,
        sized_for: _,
        capacity: _,
        targets: _,
        tags: _,
        part: _,
    } = stage;
}

/// The discounts, or the credits, of the manifest. Those that SKUs bring stand there.
fn adjustments(stage: &Stage, is_credit: bool) -> Value {
    let off = |adjustment: &Adjustment| match adjustment.off {
        Deduction::Rate(rate) => Some(("rate", Value::number(rate))),
        Deduction::Amount { amount, currency } => {
            Some(("amount", Value::literal(format!("{} {currency}/month", digits(amount)))))
        }
        Deduction::AmountEach { .. } => None,
    };
    let before_tax = stage.adjustments.iter().map(|adjustment| (adjustment, false));
    let after_tax = stage.tax.iter().flat_map(|tax| &tax.credits).map(|credit| (credit, true));
    let of_manifest = before_tax.chain(after_tax).filter(|(adjustment, _)| adjustment.is_credit == is_credit);
    let list = of_manifest.filter_map(|(adjustment, is_after_tax)| {
        let Adjustment { is_credit: _, reason, off: _, on, span: _ } = adjustment;
        let AdjustmentScope { skus, vendor, category, line_item, meter } = on;
        let (key, amount) = off(adjustment)?;
        let mut table = Table::default();
        table.add("reason", Value::text(&**reason)).add(key, amount);
        table.add_some("sku", skus.first().map(|sku| Value::text(&**sku)));
        table.add_some("vendor", vendor.as_deref().map(Value::text));
        table.add_some("category", category.map(|category| Value::text(stage.category(category))));
        table.add_some("line_item", line_item.map(|place| Value::text(&*stage.line_items[place].name)));
        table.add_some("meter", meter.as_deref().map(Value::text));
        table.add_some("after_tax", is_after_tax.then(|| Value::literal(true)));
        Some(table.into())
    });
    Value::List(list.collect())
}

fn line_item(stage: &Stage, item: &LineItem, sources: &Sources) -> Table {
    let written = |formula: &Formula| Value::literal(formula.written(sources));
    // The techniques are written with the values of each costing; no cost depends on tags and details.
    let LineItem { name, category, quantity, pricing, details: _, tags: _, techniques: _, span: _ } = item;
    let mut table = Table::default();
    table.add("name", Value::text(&**name)).add("category", Value::text(stage.category(*category)));
    match pricing {
        LinePricing::Cost(PlainCost { amount, currency: _, vendor }) => {
            table.add("cost", written(amount));
            table.add_some("vendor", vendor.as_deref().map(Value::text));
            add_quantity(&mut table, quantity.as_ref(), written);
        }
        LinePricing::Sku(line) => {
            // The inputs are written as usage, the hours of the month with the sheet, and the reason with the prices.
            let SkuLine { sku, inputs: _, charges, of, hours_per_month: _, ordered_on, reason: _, span: _ } = &**line;
            table.add("sku", Value::text(&*sku.id));
            add_quantity(&mut table, quantity.as_ref(), written);
            table.add_filled("options", options(line));
            table.add_some("ordered_on", ordered_on.map(Value::literal));
            let of = of.iter().map(|place| Value::text(&*stage.line_items[*place].name));
            table.add_filled("of", Value::List(of.collect()));
            table.add_filled("usage", usage(line, |formula| Some(written(formula))));
            if charges.iter().any(|charge| charge.usage.within_allowance().is_some()) {
                table.add("other_usage", Value::literal("within_allowance"));
            }
            table.add_filled("agreed_price", agreed_price(line, sources));
        }
    }
    table
}

/// The quantity as it is written: a formula, or auto-scaling with the weights of its profile.
fn add_quantity(table: &mut Table, quantity: Option<&Formula>, written: impl Fn(&Formula) -> Value) {
    let Some(quantity) = quantity else { return };
    let Some(scaling) = quantity.autoscaling() else {
        table.add("quantity", written(quantity));
        return;
    };
    let Autoscaling { load, capacity, target, minimum, maximum, delay, profile, deployment: _ } = scaling;
    let mut of_scaling = Table::default();
    of_scaling.add("load", written(load)).add("capacity_per_replica", written(capacity));
    of_scaling.add("target_utilization", written(target));
    // What is not given has the place of the whole.
    let is_given = |formula: &&Formula| formula.span != quantity.span;
    of_scaling.add_some("min_replicas", Some(minimum).filter(is_given).map(&written));
    of_scaling.add("max_replicas", written(maximum));
    let hours = |weights: &[Decimal]| Value::List(weights.iter().map(|weight| Value::number(*weight)).collect());
    let mut week = Table::default();
    week.add("weekday", hours(&profile.weekday)).add("weekend", hours(&profile.weekend));
    of_scaling.add("profile", week.into());
    of_scaling.add_some("scale_down_delay", Some(delay).filter(is_given).map(&written));
    table.add("autoscaling", of_scaling.into());
}

/// What the prices of a line require.
fn options(line: &SkuLine) -> Value {
    let asked = line.charges.iter().filter_map(|charge| charge.chosen.as_ref()).flat_map(|terms| &*terms.when);
    let mut asked: Vec<&(Box<str>, Box<str>)> = asked.collect();
    asked.sort();
    asked.dedup();
    let mut table = Table::default();
    for (name, value) in asked {
        table.add(&**name, Value::text(&**value));
    }
    table.into()
}

/// The usage that the line item gives, by input and meter.
fn usage(line: &SkuLine, value: impl Fn(&Formula) -> Option<Value>) -> Value {
    let inputs = line.sku.inputs.iter().map(|input| &*input.name).zip(&line.inputs);
    let charges = line.charges.iter().map(|charge| (charge.meter(), &charge.usage));
    let mut table = Table::default();
    for (name, usage) in inputs.chain(charges) {
        if let Usage::Given(formula) = usage {
            table.add_some(name, value(formula));
        }
    }
    table.into()
}

fn agreed_price(line: &SkuLine, sources: &Sources) -> Value {
    let mut table = Table::default();
    for charge in &line.charges {
        let Some(terms) = &charge.agreed else { continue };
        // No other price can be agreed.
        let Some(price) = terms.pricing.price() else { continue };
        let Terms { included, commitment: committed, includes_tax, currency, buys, .. } = &**terms;
        let per = buys.as_ref().map(|per| format!("/{per}")).unwrap_or_default();
        let mut of_charge = Table::default();
        of_charge.add("price", Value::literal(format!("{} {currency}{per}", digits(price.expected))));
        of_charge.add_some("included", included.as_deref().map(|of| Value::literal(of.written(sources))));
        of_charge.add_some("commitment", committed.map(commitment));
        of_charge.add_some("includes_tax", includes_tax.map(Value::number));
        table.add(charge.meter(), of_charge.into());
    }
    if !table.entries.is_empty() {
        table.add_some("reason", line.reason.as_deref().map(Value::text));
    }
    table.into()
}

/// What a stage costs.
fn costs(costed: &CostedStage, values: &Stage) -> Result<Table, Vec<Diagnostic>> {
    let CostedStage { stage, costing, .. } = costed;
    let charges = charge_costs(stage, costing.inputs)?;
    let items = values.line_items.iter().zip(&costing.line_items).zip(&charges);
    let items = items.map(|((item, line), charges)| cost(stage, line, item, charges).into());
    let mut table = Table::default();
    table.add("line_items", Value::List(items.collect()));
    let Some(totals) = costing.known_totals() else { return Ok(table) };
    table.add("subtotal", Value::number(totals.subtotal)).add("buffer", Value::number(totals.buffer));
    if !totals.rounding.is_zero() {
        table.add("rounding", Value::number(totals.rounding));
    }
    let is_full = costing.completeness() == Completeness::Full;
    table.add(if is_full { "total" } else { "total_at_least" }, Value::number(totals.total));
    Ok(table)
}

fn cost(stage: &Stage, line: &LineCost, values: &LineItem, charges: &[(usize, Decimal)]) -> Table {
    let mut table = Table::default();
    table.add("name", Value::text(&*values.name));
    table.add_some("quantity", line.quantity.map(Value::number));
    if let LinePricing::Sku(frozen) = &values.pricing {
        table.add_filled("usage", usage(frozen, constant));
    }
    if !line.is_known {
        return table;
    }
    let native = line.native.filter(|native| native.currency != stage.currency);
    table.add_some("native", native.map(|of| Value::literal(format!("{} {}", digits(of.amount), of.currency))));
    let charges: Vec<&(usize, Decimal)> = charges.iter().filter(|(_, cost)| !cost.is_zero()).collect();
    if charges.len() > 1 {
        let mut of_charges = Table::default();
        for (place, cost) in charges {
            of_charges.add(values.charges()[*place].meter(), Value::number(*cost));
        }
        table.add("charges", of_charges.into());
    }
    if !line.off.is_zero() {
        table.add("off", Value::number(line.off));
    }
    if line.exact != line.monthly {
        table.add("exact", Value::number(line.exact));
    }
    let key = if line.unknown.is_empty() { "cost" } else { "cost_at_least" };
    table.add(key, Value::number(line.monthly));
    table
}

/// The value of a frozen formula as a formula; `None` if it is unknown.
fn constant(formula: &Formula) -> Option<Value> {
    let value = evaluate(&formula.expression, &[]).ok().flatten();
    value.map(|value| Value::literal(measured(&value, formula.dimension)))
}

/// A value with its unit, as a formula: `250 GB`, `100 / 3`, `400 GB * 3600 second`.
fn measured(value: &Fraction, dimension: Dimension) -> String {
    let Dimension { data, time, money } = dimension;
    let money = money.map(|(currency, power)| (currency.to_string(), power));
    let units = [money, Some(("GB".to_owned(), data)), Some(("second".to_owned(), time))];
    let mut units: Vec<(String, i8)> = units.into_iter().flatten().filter(|(_, power)| *power != 0).collect();
    // The first one stands at the number, and the others are factors.
    let first = units.iter_mut().find(|(_, power)| *power > 0).map(|unit| {
        unit.1 -= 1;
        unit.0.clone()
    });
    let (number, divisor) = match value.exact() {
        Some(value) => (digits(value), None),
        None => {
            let (numerator, denominator) = value.in_lowest_terms();
            (whole(&numerator.to_string()), Some(whole(&denominator.to_string())))
        }
    };
    let mut text = match first {
        // A number with a unit is one word of a formula.
        Some(unit) if number.ends_with(')') => format!("{number} * 1 {unit}"),
        Some(unit) => format!("{number} {unit}"),
        None => number,
    };
    if let Some(divisor) = divisor {
        text = format!("{text} / {divisor}");
    }
    for (unit, power) in units {
        let operator = if power > 0 { '*' } else { '/' };
        for _ in 0..power.unsigned_abs() {
            text = format!("{text} {operator} 1 {unit}");
        }
    }
    text
}

/// The digits of a whole number as a formula. No number of a file has more than 28 digits, so a longer one is put together.
fn whole(digits: &str) -> String {
    const MOST: usize = 28;
    if let Some(digits) = digits.strip_prefix('-') {
        return format!("-{}", whole(digits));
    }
    let Some((first, last)) = digits.len().checked_sub(MOST).filter(|at| *at > 0).map(|at| digits.split_at(at)) else {
        return digits.to_owned();
    };
    match last.trim_start_matches('0') {
        "" => format!("({} * 1e{MOST})", whole(first)),
        last => format!("({} * 1e{MOST} + {last})", whole(first)),
    }
}
