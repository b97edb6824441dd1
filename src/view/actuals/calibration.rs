//! What bills say of the numbers per customer of a plan, and what the manifest would be with them.

use rust_decimal::Decimal;

use crate::calculate::{Calibration, ChargePlace, ChargeSays, Evidence, NoEvidence, PerCustomer};
use crate::model::{Currency, Fraction, LinePricing, Month, Stage, subtract};
use crate::view::View;
use crate::view::actuals::unified_diff::unified_diff;
use crate::view::page::layout::{Block, Cell, Code, Column, Grid, Mark, Page, Records};
use crate::view::page::number::{Number, signed, thousands};
use crate::view::page::screen::{Tone, customers, folded, footer, grid, money, sentences};

/// The rows of a screen, before the others are folded.
const ROWS: usize = 8;

/// The lines around a change, unless a screen leaves no room for them.
pub(super) const AROUND: usize = 3;

/// A month that a calibration does not count.
#[derive(Clone, Debug)]
pub struct LeftOutMonth {
    /// The month.
    pub month: Month,
    /// Why not.
    pub reason: String,
}

/// A number per customer that bills say.
#[derive(Clone, Debug)]
pub struct CalibratedNumber {
    /// The number of the stage.
    pub number: PerCustomer,
    /// What the bills say of it.
    pub says: ChargeSays,
    /// The file and the line of its formula.
    pub line: String,
    /// What is written after its digits: a unit, a percent sign or nothing.
    pub unit: String,
    /// How many canonical units one of its units is.
    pub factor: Fraction,
    /// The number of the plan, in its unit.
    pub plan: Decimal,
    /// The number of the bills, in its unit, with at most six significant digits.
    pub proposed: Decimal,
    /// The same in canonical units.
    pub value: Fraction,
    /// The total of the stage with the number of the plan, and with that of the bills.
    pub totals: [Decimal; 2],
    /// Why the number has to be changed by hand, if it has to.
    pub by_hand: Option<&'static str>,
}

/// A file that would change.
#[derive(Clone, Debug)]
pub struct CalibratedFile {
    /// Its name.
    pub name: String,
    /// Its text.
    pub before: String,
    /// What it would be.
    pub after: String,
}

/// What a calibration is of.
#[derive(Clone, Copy, Debug)]
pub struct CalibratedPlan<'a> {
    /// The stage.
    pub stage: &'a Stage,
    /// The months that are counted.
    pub months: &'a [Month],
    /// The months that are not.
    pub left_out: &'a [LeftOutMonth],
    /// The customers at which totals are computed.
    pub customers: u64,
    /// The total of the stage with the numbers of the plan, and with those of the bills.
    pub totals: [Decimal; 2],
}

/// What bills say of the numbers per customer of a plan.
#[derive(Debug)]
pub struct CalibrationView<'a> {
    pub(super) plan: CalibratedPlan<'a>,
    pub(super) calibration: &'a Calibration,
    pub(super) numbers: &'a [CalibratedNumber],
    files: &'a [CalibratedFile],
    written: &'a [String],
}

impl<'a> CalibrationView<'a> {
    /// Shows a calibration with the files that would change.
    pub fn new(
        plan: CalibratedPlan<'a>,
        calibration: &'a Calibration,
        numbers: &'a [CalibratedNumber],
        files: &'a [CalibratedFile],
    ) -> Self {
        Self { plan, calibration, numbers, files, written: &[] }
    }

    /// The same view after the files were written.
    #[must_use]
    pub fn written(self, written: &'a [String]) -> Self {
        Self { written, ..self }
    }

    pub(super) fn currency(&self) -> Currency {
        self.plan.stage.currency
    }

    /// The difference of the files, with some lines around each change.
    pub(super) fn diff(&self, around: usize) -> String {
        self.files.iter().map(|file| unified_diff(&file.name, (&file.before, &file.after), around)).collect()
    }

    fn headline(&self) -> String {
        let Stage { id, name, .. } = self.plan.stage;
        let months = match self.plan.months {
            [one] => format!("The bills of {one} say"),
            [first, .., last] => format!("The bills of {} months, {first} to {last}, say", self.plan.months.len()),
            [] => "The bills say".to_owned(),
        };
        let what = match self.numbers.len() {
            0 => "nothing of the numbers per customer".to_owned(),
            1 => "1 number per customer".to_owned(),
            count => format!("{count} numbers per customer"),
        };
        format!("{months} {what} of stage {id} {name}")
    }

    /// The line item and the meter of a charge.
    pub(super) fn charge(&self, (item, charge): ChargePlace) -> String {
        let item = &self.plan.stage.line_items[item];
        match &item.pricing {
            LinePricing::Sku(line) => format!("{} {}", item.name, line.charges[charge].meter()),
            LinePricing::Cost(_) => item.name.to_string(),
        }
    }

    fn doubts(&self) -> Vec<String> {
        let mut lines = Vec::new();
        if self.plan.months.len() == 1 {
            lines.push("One month alone may be chance: import more of them".to_owned());
        }
        if self.calibration.numbers.is_empty() {
            let how = "a driver such as `requests: customers * 500` is one";
            lines.push(format!("The stage has no number per customer: {how}"));
        }
        for out in self.plan.left_out {
            lines.push(format!("{} is left out: {}", out.month, out.reason));
        }
        let mut uncounted = Vec::new();
        for (number, evidence) in &self.calibration.numbers {
            let name = number.name(self.plan.stage);
            match evidence {
                Evidence::Says(says, others) => {
                    if !says.without.is_empty() {
                        let months: Vec<String> = says.without.iter().map(ToString::to_string).collect();
                        lines.push(format!("No billed usage of {} in {}", self.charge(says.charge), months.join(", ")));
                    }
                    for other in others.iter().filter(|other| other.value != says.value) {
                        lines.push(format!(
                            "`{name}`: {} does not fit; another number of its formula differs",
                            self.charge(other.charge)
                        ));
                    }
                }
                Evidence::Disagrees(several) => {
                    let charges: Vec<String> = several.iter().map(|says| self.charge(says.charge)).collect();
                    lines.push(format!("`{name}`: {} say different numbers", charges.join(" and ")));
                }
                Evidence::Unsaid(reasons) if reasons.is_empty() => uncounted.push(name),
                Evidence::Unsaid(reasons) => {
                    lines.extend(reasons.iter().map(|(charge, why)| format!("`{name}`: {}", self.why(*charge, why))));
                }
            }
        }
        for (nth, charge, why) in &self.calibration.silent {
            let name = self.calibration.numbers[*nth].0.name(self.plan.stage);
            lines.push(format!("`{name}`: {}", self.why(*charge, why)));
        }
        if !uncounted.is_empty() {
            lines.push(format!("No bill counts what depends on {}", uncounted.join(", ")));
        }
        lines.extend(self.by_hand());
        lines
    }

    fn by_hand(&self) -> impl Iterator<Item = String> {
        self.numbers.iter().filter_map(|number| {
            let reason = number.by_hand?;
            let (name, proposed) = (number.number.name(self.plan.stage), number.proposed);
            Some(format!("Change `{name}` in {} to {proposed}{} by hand: {reason}", number.line, number.unit))
        })
    }

    fn why(&self, charge: ChargePlace, why: &NoEvidence) -> String {
        let charge = self.charge(charge);
        match why {
            NoEvidence::Several(places) => {
                let names = places.iter().map(|place| self.calibration.numbers[*place].0.name(self.plan.stage));
                format!("{charge} depends on several numbers: {}", names.collect::<Vec<_>>().join(", "))
            }
            NoEvidence::NotLinear => format!("the usage of {charge} is not in proportion to it"),
            NoEvidence::BelowZero => format!("{charge} has a fixed part that is more than was billed"),
        }
    }

    /// The least and the most of a month.
    fn spread(number: &CalibratedNumber) -> String {
        let values = || number.says.months.iter().map(|month| &month.value);
        let (Some(least), Some(most)) = (values().min(), values().max()) else { return String::new() };
        let range = if least == most {
            in_unit(number, least)
        } else {
            format!("{} to {}", in_unit(number, least), in_unit(number, most))
        };
        format!("{range} ({})", number.says.months.len())
    }

    fn grid(&self, most: usize) -> Grid {
        let currency = self.currency();
        let mut grid = grid(vec![
            Column::left("Per customer").at_least(14),
            Column::right("Plan").at_least(7),
            Column::right("Billed").at_least(7),
            Column::left("Least to most (months)").at_least(12),
            Column::right(format!("{currency} a month")),
        ]);
        let (shown, rest) = folded(self.numbers, most);
        for number in shown {
            grid.cell(number.number.name(self.plan.stage));
            grid.cell(written(number.plan, number)).cell(written(number.proposed, number));
            grid.cell(Self::spread(number)).cell(change(number.totals, currency));
        }
        if !rest.is_empty() {
            grid.cell(format_args!("{} more (--format markdown)", rest.len())).cell("").cell("").cell("").cell("");
        }
        if self.numbers.len() > 1 {
            grid.mark(Mark::Strong);
            grid.cell("All").cell("").cell("").cell("").cell(change(self.plan.totals, currency));
        }
        grid
    }

    fn effect(&self) -> String {
        let [before, after] = self.plan.totals.map(|total| money(total, self.currency()));
        let at = customers(self.plan.customers);
        if before == after {
            return format!("The total of the stage at {at} stays at {before}");
        }
        format!("The total of the stage at {at} goes from {before} to {after}")
    }

    fn remarks(&self) -> Vec<String> {
        let mut lines = Vec::new();
        if !self.numbers.is_empty() {
            lines.push("Billed: the usage of all months over their customers, less what is fixed".to_owned());
        }
        let independent: Vec<String> = self.calibration.independent.iter().map(|charge| self.charge(*charge)).collect();
        if !independent.is_empty() {
            lines.push(format!("Without a number per customer: {}", independent.join(", ")));
        }
        if !self.written.is_empty() {
            lines.push(format!("Written to {}", self.written.join(", ")));
        } else if !self.files.is_empty() {
            lines.push("`--write` changes the file so, and nothing else of it".to_owned());
        }
        lines
    }

    fn code(&self, around: usize) -> Option<Block> {
        let text = self.diff(around);
        (!text.is_empty()).then(|| Block::Code(Code { language: "diff".to_owned(), text: text.trim_end().to_owned() }))
    }

    fn blocks(&self, first: Block, (most, around): (usize, usize)) -> Vec<Block> {
        let mut blocks = vec![first];
        if !self.numbers.is_empty() {
            blocks.push(Block::Text(self.effect()));
            blocks.push(Block::Grid(self.grid(most)));
        }
        blocks.extend(sentences(self.doubts().into_iter().map(|line| (Tone::Doubtful, line))));
        blocks.extend(self.code(around));
        blocks.extend(footer(self.remarks()));
        blocks
    }
}

/// A number with its unit.
fn written(number: Decimal, of: &CalibratedNumber) -> String {
    format!("{}{}", thousands(&Number(number).to_string()), of.unit)
}

/// A number in canonical units, in the unit of the one that is written, with at most four significant digits.
fn in_unit(of: &CalibratedNumber, value: &Fraction) -> String {
    let value = value.divide(&of.factor).and_then(|value| value.to_decimal()).ok();
    let value = value.map(|value| value.round_sf(4).unwrap_or(value).normalize());
    value.map_or_else(|| "?".to_owned(), |value| thousands(&value.to_string()).into_owned())
}

fn change([before, after]: [Decimal; 2], currency: Currency) -> String {
    subtract(after, before).map_or_else(|_| "?".to_owned(), |change| thousands(&signed(change, currency)).into_owned())
}

impl View for CalibrationView<'_> {
    fn page(&self) -> Page {
        let mut blocks = vec![Block::Title("What the bills say of the plan".to_owned())];
        blocks.extend(self.blocks(Block::Text(self.headline()), (usize::MAX, AROUND)));
        Page { blocks }
    }

    fn screen(&self) -> Page {
        Page { blocks: self.blocks(Block::Headline(self.headline()), (ROWS, 0)) }
    }

    fn records(&self) -> Records<'_> {
        let header = vec![
            "name",
            "line",
            "unit",
            "plan",
            "proposed",
            "line_item",
            "meter",
            "month",
            "customers",
            "usage",
            "value",
        ];
        let rows = self.numbers.iter().flat_map(|number| {
            let (says, stage) = (&number.says, self.plan.stage);
            let item = &stage.line_items[says.charge.0];
            let meter = match &item.pricing {
                LinePricing::Sku(line) => line.charges[says.charge.1].meter(),
                LinePricing::Cost(_) => "",
            };
            says.months.iter().map(move |month| {
                let value = month.value.divide(&number.factor).and_then(|value| value.to_decimal());
                vec![
                    Cell::text(number.number.name(stage)),
                    Cell::text(&*number.line),
                    Cell::text(number.unit.trim()),
                    Cell::Number(number.plan),
                    Cell::Number(number.proposed),
                    Cell::text(&*item.name),
                    Cell::text(meter),
                    Cell::text(month.month.to_string()),
                    Cell::Number(Decimal::from(month.customers)),
                    Cell::number(month.usage.to_decimal().ok().map(|usage| usage.normalize())),
                    Cell::number(value.ok().map(|value| value.normalize())),
                ]
            })
        });
        Records { header, rows: Box::new(rows) }
    }
}
