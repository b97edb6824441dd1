//! A month as it was planned and as it was billed.

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::calculate::{ComparedRow, Comparison, Costing, DifferenceCause, RowSubject};
use crate::model::{ActualMonth, BillSource, Currency, Fraction, Stage, add, subtract};
use crate::view::View;
use crate::view::page::layout::{Block, Cell, Column, Grid, Mark, Page, Records};
use crate::view::page::number::{Number, per_unit, percent, quotient, signed, thousands};
use crate::view::page::screen::{LINES, Tone, amount, folded, footer, grid, lines_of, money, sentences, several};

/// The fewest and the most rows of a screen, before the others are added up.
const ROWS: (usize, usize) = (3, 9);
/// The notes of a screen.
const NOTES: usize = 2;

/// A month as it was planned and as it was billed.
#[derive(Debug)]
pub struct ActualCostsView<'a> {
    pub(super) month: &'a ActualMonth,
    pub(super) stage: &'a Stage,
    pub(super) plan: &'a Costing,
    pub(super) comparison: &'a Comparison,
    pub(super) rows: Vec<ComparedRow>,
    pub(super) notes: &'a [String],
    shows_all: bool,
    is_detailed: bool,
}

/// The words of a cause.
pub(super) fn cause_words(cause: DifferenceCause) -> &'static str {
    match cause {
        DifferenceCause::Price => "price",
        DifferenceCause::Usage => "usage",
        DifferenceCause::UsageOrPrice => "usage or price",
        DifferenceCause::Quantity => "quantity",
        DifferenceCause::ExchangeRate => "exchange rate",
        DifferenceCause::Credits => "credits",
        DifferenceCause::Corrections => "corrections",
        DifferenceCause::Tax => "tax",
        DifferenceCause::NotInPlan => "not in the plan",
        DifferenceCause::NotBilled => "not billed yet",
        DifferenceCause::NotKnown => "planned cost not known",
    }
}

impl<'a> ActualCostsView<'a> {
    /// Shows the rows of a comparison: those by line item, vendor or category.
    pub fn new(
        month: &'a ActualMonth,
        (stage, plan): (&'a Stage, &'a Costing),
        comparison: &'a Comparison,
        rows: Vec<ComparedRow>,
        notes: &'a [String],
    ) -> Self {
        Self { month, stage, plan, comparison, rows, notes, shows_all: false, is_detailed: false }
    }

    /// The same view, whose screen has every row or only the largest.
    #[must_use]
    pub fn listing(self, shows_all: bool) -> Self {
        Self { shows_all, ..self }
    }

    /// The same view, with everything on its screen or with what a person needs first.
    #[must_use]
    pub fn detailed(self, is_detailed: bool) -> Self {
        Self { is_detailed, ..self }
    }

    fn currency(&self) -> Currency {
        self.stage.currency
    }

    /// The last day that the bills cover, if the month is not over by them.
    pub(super) fn through(&self) -> Option<Date> {
        self.month.through().filter(|day| *day < self.month.month.last_day())
    }

    /// What is planned of the rows that have a bill, if that is not the whole plan.
    fn planned_in_part(&self) -> Option<Decimal> {
        let planned = self.comparison.planned_with_bill().ok()?;
        (planned != self.comparison.total.planned).then_some(planned)
    }

    /// The part of the plan that has a bill; `None` if all of it has, or the plan costs nothing.
    pub(super) fn billed_share(&self) -> Option<Fraction> {
        let total = self.comparison.total.planned;
        let planned = self.planned_in_part().filter(|_| total > Decimal::ZERO)?;
        Fraction::new(planned, total).ok()
    }

    pub(crate) fn headline(&self) -> String {
        let (total, currency) = (&self.comparison.total, self.currency());
        let month = self.month.month;
        let plan =
            format!("{} {} at {}", self.stage.id, self.stage.name, several_customers(self.plan.inputs.customers));
        let Some(billed) = total.billed else {
            return format!("{month}: nothing is billed yet of {} ({plan})", money(total.planned, currency));
        };
        let (verb, up_to, compared) = match self.through() {
            Some(day) => {
                (":", format!(" up to {day}; it ends at {}", money(total.projected, currency)), total.projected)
            }
            None => (" cost", String::new(), billed),
        };
        // A verdict on the whole plan would be made by the bills that are missing.
        let in_part = self.planned_in_part();
        let of = if in_part.is_some() { "what was planned of it," } else { "the plan of" };
        let planned = in_part.unwrap_or(total.planned);
        let verdict = match subtract(compared, planned).unwrap_or_default() {
            _ if in_part.is_some_and(|planned| planned.is_zero()) => "none of which is planned".to_owned(),
            zero if zero.is_zero() && in_part.is_some() => "as was planned of it".to_owned(),
            zero if zero.is_zero() => "as planned".to_owned(),
            over if over > Decimal::ZERO => {
                format!("{} over {of} {}", amount(over, currency), amount(planned, currency))
            }
            under => format!("{} under {of} {}", amount(-under, currency), amount(planned, currency)),
        };
        let share = self.billed_share().map(|share| format!("; {} of the plan has a bill", percent(&share, 0)));
        let share = share.or_else(|| in_part.map(|_| "; a part of the plan has no bill".to_owned()));
        let billed = money(billed, currency);
        format!("{month}{verb} {billed}{up_to}, {verdict}{} ({plan})", share.unwrap_or_default())
    }

    /// What the bill means for each customer and against revenue, and what is wrong.
    pub(crate) fn sentences(&self) -> Vec<(Tone, String)> {
        let mut lines = Vec::new();
        let currency = self.currency();
        let economics = &self.plan.economics;
        let so_far = if self.planned_in_part().is_some() { " so far" } else { "" };
        if let Some(cost) = &self.comparison.cost_per_customer {
            let planned = economics.cost_per_customer.as_ref();
            let planned = planned.map(|cost| format!(", planned {}", per_unit(cost, currency))).unwrap_or_default();
            lines.push((Tone::Plain, format!("{} per customer{so_far}{planned}", per_unit(cost, currency))));
        }
        if let Some(share) = &self.comparison.share_of_mrr {
            let planned = economics.share_of_mrr.as_ref();
            let planned = planned.map(|share| format!(", planned {}", percent(share, 1))).unwrap_or_default();
            lines.push((Tone::Plain, format!("{} of revenue{so_far}{planned}", percent(share, 1))));
        }
        let causes = self.comparison.total.causes.iter();
        let causes: Vec<String> = causes
            .map(|(cause, of)| format!("{} {}", cause_words(*cause), thousands(&signed(*of, currency))))
            .collect();
        if !causes.is_empty() {
            lines.push((Tone::Plain, format!("Why: {}", causes.join(", "))));
        }
        lines.extend(self.notes.iter().map(|note| (Tone::Doubtful, note.clone())));
        lines
    }

    /// What the buffer of the plan is for, and what the figures leave out.
    fn remarks(&self) -> Vec<String> {
        let mut lines = Vec::new();
        let buffer = self.plan.totals.buffer;
        if !buffer.is_zero() {
            lines.push(format!("The plan has a buffer of {} besides", money(buffer, self.currency())));
        }
        if !self.comparison.total.is_known {
            lines.push("A part of the plan is not known, and counted only as far as it is".to_owned());
        }
        let rows: u64 = self.month.sources.iter().map(|source| source.rows).sum();
        let rows = several(usize::try_from(rows).unwrap_or(usize::MAX), "row");
        let (bills, typed) = (several(self.month.sources.len(), "bill"), self.month.typed.len());
        lines.push(format!("From {bills} with {rows}, and {} typed in", several(typed, "charge")));
        lines
    }

    /// Each bill with its rows and its control totals.
    fn bills(&self) -> Vec<String> {
        let bill = |source: &BillSource| {
            let rows = several(usize::try_from(source.rows).unwrap_or(usize::MAX), "row");
            let totals = source.totals.iter().map(|total| money(total.billed, total.currency));
            let through = source.through.map(|day| format!(", up to {day}")).unwrap_or_default();
            format!("{} ({}): {rows}, {}{through}", source.name, source.format, totals.collect::<Vec<_>>().join(" + "))
        };
        self.month.sources.iter().map(bill).collect()
    }

    /// The causes of a row, the largest first; with their amounts where there is room for them.
    fn why(&self, row: &ComparedRow, has_room: bool) -> String {
        let mut causes = row.causes.clone();
        causes.sort_by_key(|(_, amount)| std::cmp::Reverse(amount.abs()));
        let amount = |of: Decimal| format!(" {}", thousands(&signed(of, self.currency())));
        let cause = |(cause, of): &(DifferenceCause, Decimal)| {
            format!("{}{}", cause_words(*cause), if has_room { amount(*of) } else { String::new() })
        };
        causes.iter().map(cause).collect::<Vec<_>>().join(", ")
    }

    fn grid(&self, rows: &[&ComparedRow], most: usize, has_room: bool) -> Grid {
        let currency = self.currency();
        let mut grid = grid(vec![
            Column::left(format!("{currency} in the month")).at_least(14),
            Column::right("Planned").at_least(9),
            Column::right("Billed").at_least(9),
            Column::right("Difference").at_least(10),
            Column::left("Why").at_least(14),
        ]);
        let (shown, rest) = folded(rows, most);
        let mut line = |row: &ComparedRow, name: &str| {
            tone(row).mark(&mut grid);
            let planned = thousands(&amount(row.planned, currency)).into_owned();
            grid.cell(name).cell(if row.is_known { planned } else { format!("{planned}+?") });
            grid.cell(row.billed.map_or_else(|| "-".to_owned(), |billed| amount(billed, currency)));
            grid.cell(thousands(&signed(row.difference().unwrap_or_default(), currency)));
            grid.cell(self.why(row, has_room));
        };
        for row in shown {
            line(row, &row.name);
        }
        if let Some((first, others)) = rest.split_first() {
            let mut sum = (*first).clone();
            sum.causes.clear();
            for row in others {
                sum.planned = add(sum.planned, row.planned).unwrap_or(sum.planned);
                let billed = add(sum.billed.unwrap_or_default(), row.billed.unwrap_or_default());
                sum.billed = billed.ok().filter(|_| sum.billed.is_some() || row.billed.is_some());
                sum.is_known &= row.is_known;
            }
            sum.subject = RowSubject::Sum;
            line(&sum, &format!("{} more (--all)", rest.len()));
        }
        grid.mark(Mark::Strong);
        let total = &self.comparison.total;
        grid.cell("Total").cell(amount(total.planned, currency));
        grid.cell(amount(total.billed.unwrap_or_default(), currency));
        grid.cell(thousands(&signed(total.difference().unwrap_or_default(), currency))).cell("");
        grid
    }
}

fn several_customers(customers: u64) -> String {
    several(usize::try_from(customers).unwrap_or(usize::MAX), "customer")
}

/// What is not in the plan or not billed stands out.
fn tone(row: &ComparedRow) -> Tone {
    match row.subject {
        RowSubject::NotInPlan => Tone::Bad,
        _ if row.billed.is_none() && !row.planned.is_zero() => Tone::Doubtful,
        _ => Tone::Plain,
    }
}

impl View for ActualCostsView<'_> {
    fn page(&self) -> Page {
        let rows: Vec<&ComparedRow> = self.rows.iter().collect();
        let mut blocks = vec![Block::Title(format!("What {} really cost", self.month.month))];
        blocks.push(Block::Text(self.headline()));
        blocks.extend(self.sentences().into_iter().map(|(_, line)| Block::Text(line)));
        blocks.push(Block::Grid(self.grid(&rows, usize::MAX, true)));
        blocks.extend(self.remarks().into_iter().map(Block::Text));
        if !self.month.sources.is_empty() {
            blocks.push(Block::List(self.bills()));
        }
        Page { blocks }
    }

    fn screen(&self) -> Page {
        if self.is_detailed {
            return self.page();
        }
        let mut rows: Vec<&ComparedRow> = self.rows.iter().collect();
        rows.sort_by_key(|row| std::cmp::Reverse(row.planned.max(row.billed.unwrap_or_default())));
        let (headline, mut said, remarks) = (self.headline(), self.sentences(), self.remarks());
        let hidden = self.notes.len().saturating_sub(NOTES + 1);
        if hidden > 0 {
            said.truncate(said.len() - hidden);
            said.push((Tone::Doubtful, format!("{} (--details)", several(hidden, "more note"))));
        }
        // The head of the table, what is folded, the sum, and the empty lines between.
        let taken = lines_of(&headline) + said.iter().map(|(_, line)| lines_of(line)).sum::<usize>();
        let room = LINES.saturating_sub(taken + remarks.len() + 6).clamp(ROWS.0, ROWS.1);
        let most = if self.shows_all { usize::MAX } else { room };
        let mut blocks = vec![Block::Headline(headline)];
        blocks.extend(sentences(said));
        blocks.push(Block::Grid(self.grid(&rows, most, false)));
        blocks.extend(footer(remarks));
        Page { blocks }
    }

    fn records(&self) -> Records<'_> {
        let mut header = vec!["name", "kind", "vendor", "category", "planned", "billed", "projected", "difference"];
        header.extend(DifferenceCause::WORDS.iter().map(|(word, _)| *word));
        let rows = self.rows.iter().map(|row| {
            let text = |text: Option<&str>| text.map_or(Cell::Empty, |text| Cell::text(text.to_owned()));
            let mut cells = vec![
                Cell::text(&*row.name),
                Cell::text(kind_word(&row.subject)),
                text(row.vendor.as_deref()),
                text(row.category.as_deref()),
                Cell::Number(row.planned),
                row.billed.map_or(Cell::Empty, Cell::Number),
                Cell::Number(row.projected),
                row.difference().map_or(Cell::Empty, Cell::Number),
            ];
            cells.extend(DifferenceCause::WORDS.iter().map(|(_, cause)| {
                let amount = row.causes.iter().find(|(known, _)| known == cause);
                amount.map_or(Cell::Empty, |(_, amount)| Cell::Number(*amount))
            }));
            cells
        });
        Records { header, rows: Box::new(rows) }
    }
}

/// The word of what a row stands for, in JSON and CSV.
pub(super) fn kind_word(subject: &RowSubject) -> &'static str {
    match subject {
        RowSubject::LineItem(_) => "line_item",
        RowSubject::Vendor(_) => "line_items",
        RowSubject::NotInPlan => "not_in_plan",
        RowSubject::Tax => "tax",
        RowSubject::Sum => "sum",
    }
}

/// A quotient in JSON.
pub(super) fn ratio(of: Option<&Fraction>) -> Option<Number> {
    of.and_then(quotient)
}
