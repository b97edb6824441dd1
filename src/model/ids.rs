//! Ids of names that line items share.

/// A category, by its place in [`Stage::categories`](crate::model::Stage::categories).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CategoryId(pub u32);

impl CategoryId {
    /// The place as an index.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A tag, by its place in [`Stage::tags`](crate::model::Stage::tags).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TagId(pub u16);

impl TagId {
    /// The place as an index.
    pub fn index(self) -> usize {
        usize::from(self.0)
    }
}

/// A value of a tag, by its place in [`Tag::values`](crate::model::Tag::values).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TagValueId(pub u32);

impl TagValueId {
    /// The place as an index.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// The tags of a line item: its own and those of its stage. Line items with the same tags share one value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineTags {
    /// One value for each tag, in the order of [`Stage::tags`](crate::model::Stage::tags); never empty.
    pub values: Vec<(TagId, TagValueId)>,
}
