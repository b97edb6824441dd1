//! Which numbers of a stage are explained, and their names.

use crate::calculate::{Subject, Trace};
use crate::model::{Base, CategoryId, Formula, LinePricing, Slot, Stage, TagId, TagValueId, Usage};

/// The numbers of a stage with a fixed name, in the order in which they are explained.
const NAMED: &[(&str, Subject)] = &[
    ("subtotal", Subject::Subtotal),
    ("subtotal_exact", Subject::SubtotalExact),
    ("buffer", Subject::Buffer),
    ("total", Subject::Total),
    ("rounding", Subject::Rounding),
    ("total_exact", Subject::TotalExact),
    ("tax", Subject::Tax),
    ("total_with_tax", Subject::TotalWithTax),
    ("credits_after_tax", Subject::CreditsAfterTax),
    ("to_pay", Subject::ToPay),
    ("cost_per_customer", Subject::CostPerCustomer),
    ("cost_per_customer_before_buffer", Subject::CostPerCustomerBeforeBuffer),
    ("marginal_cost", Subject::MarginalCost),
    ("mrr", Subject::Mrr),
    ("share_of_mrr", Subject::ShareOfMrr),
    ("rating", Subject::ShareOfMrr),
    ("gross_profit", Subject::GrossProfit),
    ("gross_margin", Subject::GrossMargin),
];

/// The name of a number that can be explained.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubjectName(pub String);

/// The explained subjects, in the order in which they depend on each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selection {
    subjects: Vec<Subject>,
    is_everything: bool,
}

impl Selection {
    pub(crate) fn subjects(&self) -> &[Subject] {
        &self.subjects
    }

    /// Every number of the stage.
    pub fn everything(stage: &Stage) -> Self {
        let drivers =
            (0..stage.scope.len()).filter_map(|slot| u16::try_from(slot).ok()).map(|slot| Subject::Driver(Slot(slot)));
        let of_line = |index| [Subject::LineItem(index), Subject::ListPrice(index), Subject::Share(index)];
        let lines = stage.selected().flat_map(|(index, _)| of_line(index));
        let categories = (0..stage.categories.len()).filter_map(|index| u32::try_from(index).ok());
        let categories = categories.map(|index| Subject::Category(CategoryId(index)));
        let tags = tags(stage).flat_map(|(tag, value)| [Subject::Tag(tag, value), Subject::TagShare(tag, value)]);
        let mut subjects: Vec<Subject> = drivers.chain(lines).chain(categories).chain(tags).collect();
        subjects.extend(NAMED.iter().filter(|(name, _)| *name != "rating").map(|(_, subject)| *subject));
        Self { subjects, is_everything: true }
    }

    /// The subject with a name, together with what it is computed from. Line items, numbers such as `total`, categories
    /// and drivers are tried in this order, first as written and then without regard to case.
    pub fn named(stage: &Stage, name: &str) -> Option<Self> {
        let exact = |known: &str| known == name;
        let folded = |known: &str| known.eq_ignore_ascii_case(name);
        find(stage, &exact).or_else(|| find(stage, &folded)).map(|subject| Self::of(stage, subject))
    }

    /// A subject together with what it is computed from.
    pub(crate) fn of(stage: &Stage, subject: Subject) -> Self {
        let mut subjects = Vec::new();
        with_inputs(stage, subject, &mut subjects);
        Self { subjects, is_everything: false }
    }

    /// The requested number, which is the last one that is not a remark on another; `None` if all are requested.
    pub(crate) fn asked(&self) -> Option<Subject> {
        self.subjects.iter().rev().find(|subject| !self.is_everything && !is_remark(**subject)).copied()
    }

    /// Whether the requested number has steps in a trace.
    pub fn has_value(&self, trace: &Trace) -> bool {
        let has_steps = |subject| matches!(subject, Subject::LineItem(_)) || trace.of(subject).next().is_some();
        self.is_everything || self.asked().is_some_and(has_steps)
    }

    /// Every name that can be given.
    pub fn names(stage: &Stage) -> Vec<SubjectName> {
        let lines = stage.selected().map(|(_, item)| &*item.name);
        let named = NAMED.iter().map(|(name, _)| *name);
        let categories = stage.categories.iter().map(|name| &**name);
        let all = lines.chain(named).chain(categories).chain(stage.scope.names()).map(str::to_owned);
        all.chain(tags(stage).map(|(tag, value)| tag_name(stage, tag, value))).map(SubjectName).collect()
    }
}

/// Whether a number is explained only together with another one.
pub(crate) fn is_remark(subject: Subject) -> bool {
    matches!(subject, Subject::ListPrice(_) | Subject::Share(_) | Subject::TagShare(..))
}

fn find(stage: &Stage, is: &dyn Fn(&str) -> bool) -> Option<Subject> {
    if let Some((index, _)) = stage.selected().find(|(_, item)| is(&item.name)) {
        return Some(Subject::LineItem(index));
    }
    if let Some((_, subject)) = NAMED.iter().find(|(name, _)| is(name)) {
        return Some(*subject);
    }
    if let Some(index) = stage.categories.iter().position(|name| is(name)) {
        return u32::try_from(index).ok().map(|index| Subject::Category(CategoryId(index)));
    }
    if let Some(name) = stage.scope.names().find(|name| is(name)) {
        return stage.scope.find(name).map(Subject::Driver);
    }
    let tag = tags(stage).find(|(tag, value)| is(&tag_name(stage, *tag, *value)));
    tag.map(|(tag, value)| Subject::Tag(tag, value))
}

/// Every tag with each of its values, and with none.
fn tags(stage: &Stage) -> impl Iterator<Item = (TagId, Option<TagValueId>)> {
    (0..).map(TagId).zip(&stage.tags).flat_map(|(id, tag)| {
        let values = (0..).map(TagValueId).zip(&tag.values).map(|(value, _)| Some(value));
        values.chain([None]).map(move |value| (id, value))
    })
}

/// The name of a tag with a value: `env=prod`; of line items without the tag `env=`.
fn tag_name(stage: &Stage, tag: TagId, value: Option<TagValueId>) -> String {
    let tag = &stage.tags[tag.index()];
    format!("{}={}", tag.name, value.map_or("", |value| &*tag.values[value.index()]))
}

/// Adds a subject after those that it is computed from.
fn with_inputs(stage: &Stage, subject: Subject, found: &mut Vec<Subject>) {
    if found.contains(&subject) {
        return;
    }
    let mut needs = |subjects: &[Subject]| subjects.iter().for_each(|needed| with_inputs(stage, *needed, found));
    match subject {
        Subject::LineItem(index) => {
            let item = &stage.line_items[index];
            item.formulas().for_each(|formula| needs(&drivers_of(formula)));
            if item.is_percentage_of(Base::Mrr) {
                needs(&[Subject::Mrr]);
            }
            let by_default = |line: &crate::model::SkuLine| {
                line.charges.iter().any(|charge| matches!(charge.usage, Usage::Default(_)))
            };
            // The vendor's own hours of a month are a step of the line item.
            let is_of_stage = |line: &crate::model::SkuLine| line.hours_per_month == stage.hours_per_month;
            if matches!(&item.pricing, LinePricing::Sku(line) if is_of_stage(line) && by_default(line)) {
                needs(&[Subject::Driver(Stage::HOURS_PER_MONTH)]);
            }
        }
        Subject::Driver(slot) => {
            let driver = stage.drivers.iter().find(|driver| driver.slot == slot);
            if let Some(driver) = driver {
                needs(&drivers_of(&driver.formula));
            }
        }
        Subject::Buffer | Subject::CostPerCustomerBeforeBuffer => needs(&[Subject::Subtotal]),
        Subject::Total => needs(&[Subject::Buffer]),
        Subject::TotalExact => needs(&[Subject::SubtotalExact]),
        Subject::Rounding | Subject::CostPerCustomer => needs(&[Subject::Total]),
        Subject::TotalWithTax | Subject::CreditsAfterTax => needs(&[Subject::Total, Subject::Tax]),
        Subject::ToPay => needs(&[Subject::TotalWithTax, Subject::CreditsAfterTax]),
        Subject::MarginalCost => needs(&[Subject::TotalExact]),
        Subject::ShareOfMrr | Subject::GrossProfit => needs(&[Subject::Total, Subject::Mrr]),
        Subject::GrossMargin => needs(&[Subject::GrossProfit]),
        Subject::ListPrice(_)
        | Subject::Share(_)
        | Subject::Category(_)
        | Subject::Tag(..)
        | Subject::TagShare(..)
        | Subject::Subtotal
        | Subject::SubtotalExact
        | Subject::Tax
        | Subject::Mrr => {}
    }
    if !found.contains(&subject) {
        found.push(subject);
    }
    if let Subject::LineItem(index) = subject {
        found.extend([Subject::ListPrice(index), Subject::Share(index)]);
    }
    if let Subject::Tag(tag, value) = subject {
        found.push(Subject::TagShare(tag, value));
    }
}

fn drivers_of(formula: &Formula) -> Vec<Subject> {
    let subjects = formula.slots().into_iter().flat_map(|slot| {
        // What MRR is computed from is shown before how formulas read it.
        let revenue = matches!(slot, Stage::MRR | Stage::ARPU).then_some(Subject::Mrr);
        revenue.into_iter().chain([Subject::Driver(slot)])
    });
    subjects.collect()
}

/// The name of a subject.
pub(crate) fn title(stage: &Stage, subject: Subject) -> String {
    match subject {
        Subject::Driver(slot) => stage.scope.name(slot).to_owned(),
        Subject::LineItem(index) => stage.line_items[index].name.to_string(),
        Subject::ListPrice(index) => format!("{} at list prices", stage.line_items[index].name),
        Subject::Share(index) => format!("{} as a share", stage.line_items[index].name),
        Subject::Category(id) => stage.category(id).to_owned(),
        Subject::Tag(tag, value) => tag_name(stage, tag, value),
        Subject::TagShare(tag, value) => format!("{} as a share", tag_name(stage, tag, value)),
        named => NAMED.iter().find(|(_, subject)| *subject == named).map_or("", |(name, _)| name).to_owned(),
    }
}
