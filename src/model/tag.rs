//! Tags of line items, and the part of a stage that they select.

use crate::model::ids::{CategoryId, TagId, TagValueId};
use crate::model::line_item::LineItem;
use crate::model::stage::Stage;

impl LineItem {
    /// The value of a tag, if the line item has one.
    pub fn tag(&self, tag: TagId) -> Option<TagValueId> {
        let values = &self.tags.as_deref()?.values;
        values.iter().find(|(known, _)| *known == tag).map(|(_, value)| *value)
    }
}

impl Stage {
    /// Whether the figures of the stage include a line item.
    pub fn is_selected(&self, line_item: usize) -> bool {
        self.part.as_ref().is_none_or(|part| part.line_items.get(line_item) == Some(&true))
    }

    /// Whether the figures of the stage include a line item of a category.
    pub fn has_selected(&self, category: CategoryId) -> bool {
        self.part.as_ref().is_none_or(|part| part.categories.get(category.index()) == Some(&true))
    }

    /// The line items that the figures of the stage include, each with its place.
    pub fn selected(&self) -> impl Iterator<Item = (usize, &LineItem)> {
        self.line_items.iter().enumerate().filter(|(index, _)| self.is_selected(*index))
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
