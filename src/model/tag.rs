//! Tags of line items, what each of their values costs, and the part of a stage that is selected by them.

use super::costing::{KnownCost, LineCost};
use super::line_item::LineItem;
use super::stage::{CategoryId, Stage};

/// A tag that line items of a stage have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    /// The name: `env`.
    pub name: Box<str>,
    /// The values that line items give it, in order of appearance: `prod`, `staging`.
    pub values: Vec<Box<str>>,
}

/// A tag by its place in [`Stage::tags`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TagId(pub u16);

impl TagId {
    /// The place as an index.
    pub fn index(self) -> usize {
        usize::from(self.0)
    }
}

/// A value of a tag, by its place in [`Tag::values`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TagValueId(pub u32);

impl TagValueId {
    /// The place as an index.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// The tags of a line item, its own and those of its stage. Line items with the same tags share one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineTags {
    /// One value for each tag, in the order of [`Stage::tags`]; never empty.
    pub values: Vec<(TagId, TagValueId)>,
}

impl LineItem {
    /// The value of a tag, if the line item has one.
    pub fn tag(&self, tag: TagId) -> Option<TagValueId> {
        let values = &self.tags.as_deref()?.values;
        values.iter().find(|(known, _)| *known == tag).map(|(_, value)| *value)
    }
}

/// The part of a stage that figures are of, where only some line items are asked for. The whole stage is computed all the
/// same, since its rows may depend on each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StagePart {
    /// What was asked, all of which holds: `env=prod`, `category!=storage`.
    pub conditions: Vec<Box<str>>,
    /// Whether each line item is in the part.
    pub line_items: Vec<bool>,
    /// Whether each category has a line item in the part.
    pub categories: Vec<bool>,
}

impl Stage {
    /// Whether the figures of the stage count a line item.
    pub fn is_selected(&self, line_item: usize) -> bool {
        self.part.as_ref().is_none_or(|part| part.line_items.get(line_item) == Some(&true))
    }

    /// Whether the figures of the stage count a line item of a category.
    pub fn has_selected(&self, category: CategoryId) -> bool {
        self.part.as_ref().is_none_or(|part| part.categories.get(category.index()) == Some(&true))
    }

    /// The line items that the figures of the stage count, each with its place.
    pub fn selected(&self) -> impl Iterator<Item = (usize, &LineItem)> {
        self.line_items.iter().enumerate().filter(|(index, _)| self.is_selected(*index))
    }

    /// The rows that the figures of the stage count, each with its place; `lines` are the costs of all line items.
    pub fn rows<'s>(
        &'s self,
        lines: &'s [LineCost],
    ) -> impl Iterator<Item = (usize, &'s LineItem, &'s LineCost)> + Clone {
        let rows = self.line_items.iter().zip(lines).enumerate();
        rows.filter(|(_, (_, line))| !line.is_left_out).map(|(index, (item, line))| (index, item, line))
    }

    /// The tag with a name.
    pub fn tag(&self, name: &str) -> Option<TagId> {
        let place = self.tags.iter().position(|tag| *tag.name == *name)?;
        u16::try_from(place).ok().map(TagId)
    }

    /// The tags of a line item: names and values.
    pub fn tags_of<'s>(&'s self, item: &'s LineItem) -> impl Iterator<Item = (&'s str, &'s str)> {
        let values = item.tags.as_deref().map(|tags| tags.values.as_slice()).unwrap_or_default();
        values.iter().map(|(tag, value)| {
            let tag = &self.tags[tag.index()];
            (&*tag.name, &*tag.values[value.index()])
        })
    }
}

/// What line items cost by the values of one tag. The costs add up to the subtotal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TagCosts {
    /// What each value costs, in the order of [`Tag::values`].
    pub values: Vec<TaggedCost>,
    /// What the line items cost that do not have the tag.
    pub untagged: TaggedCost,
}

/// What the line items cost that share a value of a tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TaggedCost {
    /// Their cost.
    pub cost: KnownCost,
    /// How many they are.
    pub line_items: usize,
}
