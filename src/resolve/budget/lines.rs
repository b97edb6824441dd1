//! The line items of a stage by what limits and alerts select them by: each is found once, however many select.

use std::cell::OnceCell;
use std::collections::HashMap;

use crate::model::{LineItem, Stage, Tag, WatchedCost};
use crate::parse::ConditionRaw;

/// The places of line items by a value: in the order of the stage.
type ByValue<'s> = HashMap<&'s str, Vec<usize>>;

/// The line items of a stage by their names, categories, vendors and tags.
pub(crate) struct LinesBy<'s> {
    pub(crate) stage: &'s Stage,
    names: OnceCell<ByValue<'s>>,
    categories: OnceCell<ByValue<'s>>,
    vendors: OnceCell<ByValue<'s>>,
    tags: OnceCell<HashMap<&'s str, ByValue<'s>>>,
}

impl<'s> LinesBy<'s> {
    /// Those of a stage; each kind is sorted when it is first requested.
    pub(crate) fn new(stage: &'s Stage) -> Self {
        let (names, categories, vendors, tags) = Default::default();
        Self { stage, names, categories, vendors, tags }
    }

    /// Those of several stages.
    pub(crate) fn of_all(stages: &[&'s Stage]) -> Vec<Self> {
        stages.iter().map(|stage| Self::new(stage)).collect()
    }

    /// The line item with a name.
    pub(crate) fn named(&self, name: &str) -> Option<WatchedCost> {
        let names = self.names.get_or_init(|| by(self.stage.line_items.iter().map(|item| Some(&*item.name))));
        watched(names.get(name).cloned().unwrap_or_default())
    }

    /// The line items of a category, otherwise those of a vendor with that name.
    pub(crate) fn of_category_or_vendor(&self, name: &str) -> Option<WatchedCost> {
        let is_category = self.stage.categories.iter().any(|known| **known == *name);
        let by_value = if is_category { self.by_category() } else { self.by_vendor() };
        watched(by_value.get(name).cloned().unwrap_or_default())
    }

    /// The line items that match a condition.
    pub(crate) fn matching(&self, condition: &ConditionRaw) -> Option<WatchedCost> {
        let by_value = match condition.name.value.as_str() {
            "category" => Some(self.by_category()),
            "vendor" => Some(self.by_vendor()),
            name => self.by_tags().get(name),
        };
        let places = |value: &str| by_value.and_then(|by_value| by_value.get(value)).into_iter().flatten().copied();
        let mut found: Vec<usize> = condition.values.iter().flat_map(|value| places(&value.value)).collect();
        found.sort_unstable();
        found.dedup();
        if condition.is_negated {
            let is_other = |place: &usize| found.binary_search(place).is_err();
            found = (0..self.stage.line_items.len()).filter(is_other).collect();
        }
        watched(found)
    }

    fn by_category(&self) -> &ByValue<'s> {
        let stage = self.stage;
        self.categories.get_or_init(|| by(stage.line_items.iter().map(|item| Some(stage.category(item.category)))))
    }

    fn by_vendor(&self) -> &ByValue<'s> {
        self.vendors.get_or_init(|| by(self.stage.line_items.iter().map(|item| item.vendor())))
    }

    fn by_tags(&self) -> &HashMap<&'s str, ByValue<'s>> {
        let stage = self.stage;
        let of_tag = |tag: &'s Tag| {
            let id = stage.tag(&tag.name);
            let value = |item: &LineItem| Some(&*tag.values[item.tag(id?)?.index()]);
            (&*tag.name, by(stage.line_items.iter().map(value)))
        };
        self.tags.get_or_init(|| stage.tags.iter().map(of_tag).collect())
    }
}

/// The places of values by these; what has none is left out.
fn by<'s>(values: impl Iterator<Item = Option<&'s str>>) -> ByValue<'s> {
    let mut found = ByValue::new();
    for (place, value) in values.enumerate() {
        if let Some(value) = value {
            found.entry(value).or_default().push(place);
        }
    }
    found
}

/// The cost of some line items; `None` if there is none.
fn watched(places: Vec<usize>) -> Option<WatchedCost> {
    (!places.is_empty()).then(|| WatchedCost::LineItems(places.into()))
}
