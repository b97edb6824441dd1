//! Tags of line items, and the part of a stage that they select.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::model::{CategoryId, LineItem, LineTags, Stage, StagePart, Tag, TagId, TagValueId};
use crate::parse::{ConditionRaw, Mapping};
use crate::resolve::check_shape;
use crate::source::Spanned;

/// The most tags of a stage's line items.
const MAX_TAGS: usize = 100;
/// The most characters of a tag's value.
const MAX_VALUE: usize = 64;
/// The names that a condition and `--by` may use besides tags.
const BUILT_IN: [&str; 2] = ["category", "vendor"];

type TagsRaw = Mapping<Spanned<String>>;

/// Collects the tags of a stage while its line items are resolved.
#[derive(Default)]
pub(crate) struct Tags {
    /// The tags that the stage gives to all of its line items.
    of_stage: Vec<(Spanned<String>, Spanned<String>)>,
    /// The tags of line items without tags of their own.
    inherited: Option<Arc<LineTags>>,
    known: Vec<Tag>,
    ids: BTreeMap<Box<str>, TagId>,
    /// The values of each tag, by the tag's place.
    values: Vec<BTreeMap<Box<str>, TagValueId>>,
    /// Each set of tags that line items have.
    sets: BTreeMap<Vec<(TagId, TagValueId)>, Arc<LineTags>>,
    is_full: bool,
}

impl Tags {
    /// Reads the tags that a stage gives to all of its line items. Reports invalid names and values.
    pub(crate) fn new(raw: Option<TagsRaw>, problems: &mut Problems) -> Self {
        let of_stage = raw.map(|raw| raw.entries).unwrap_or_default();
        check(&of_stage, problems);
        Self { of_stage, ..Self::default() }
    }

    /// The tags of a line item: its own, and those of the stage that it does not override. Reports invalid names and
    /// values.
    pub(crate) fn of_line_item(&mut self, own: Option<TagsRaw>, problems: &mut Problems) -> Option<Arc<LineTags>> {
        let own = own.map(|own| own.entries).unwrap_or_default();
        if own.is_empty() && (self.of_stage.is_empty() || self.inherited.is_some()) {
            return self.inherited.clone();
        }
        check(&own, problems);
        let is_inherited = own.is_empty();
        let mut values = BTreeMap::new();
        for (name, value) in self.of_stage.clone().into_iter().chain(own) {
            // The last value wins, which is the line item's own. Only the winner counts as a value of the tag.
            let id = self.id(&name, problems)?;
            values.insert(id, value);
        }
        let values = values.into_iter().map(|(tag, value)| (tag, self.value(tag, &value.value)));
        let values: Vec<(TagId, TagValueId)> = values.collect();
        let tags = match self.sets.get(&values) {
            Some(tags) => Arc::clone(tags),
            None => Arc::new(LineTags { values: values.clone() }),
        };
        self.sets.entry(values).or_insert_with(|| Arc::clone(&tags));
        if is_inherited {
            self.inherited = Some(Arc::clone(&tags));
        }
        Some(tags)
    }

    /// The tags of all line items.
    pub(crate) fn into_tags(self) -> Vec<Tag> {
        self.known
    }

    /// The id of a tag; `None` if there are too many tags, which is reported once.
    fn id(&mut self, name: &Spanned<String>, problems: &mut Problems) -> Option<TagId> {
        if let Some(id) = self.ids.get(name.value.as_str()) {
            return Some(*id);
        }
        let id = u16::try_from(self.known.len()).ok().filter(|_| self.known.len() < MAX_TAGS).map(TagId);
        let Some(id) = id else {
            if !std::mem::replace(&mut self.is_full, true) {
                let message = format!("the line items of a stage can have at most {MAX_TAGS} tags");
                problems.push(Diagnostic::at(Code::TooManyNames, name.span, message, "one too many"));
            }
            return None;
        };
        self.known.push(Tag { name: name.value.as_str().into(), values: Vec::new() });
        self.values.push(BTreeMap::new());
        self.ids.insert(name.value.as_str().into(), id);
        Some(id)
    }

    fn value(&mut self, tag: TagId, value: &str) -> TagValueId {
        let (ids, tag) = (&mut self.values[tag.index()], &mut self.known[tag.index()]);
        if let Some(id) = ids.get(value) {
            return *id;
        }
        let id = TagValueId(u32::try_from(tag.values.len()).unwrap_or(u32::MAX));
        tag.values.push(value.into());
        ids.insert(value.into(), id);
        id
    }
}

fn check(tags: &[(Spanned<String>, Spanned<String>)], problems: &mut Problems) {
    for (name, value) in tags {
        if BUILT_IN.contains(&name.value.as_str()) {
            let message = format!("`{}` cannot be the name of a tag", name.value);
            let diagnostic = Diagnostic::at(Code::InvalidName, name.span, message, "a built-in condition");
            problems.push(diagnostic.help(format!("`--where {}=...` works without a tag", name.value)));
        } else {
            check_shape(name, "a tag", "", problems);
        }
        let text = &value.value;
        if text.chars().count() > MAX_VALUE || text.contains([',', ';']) || text.trim() != text {
            let message = format!("invalid value of the tag `{}`", name.value);
            let diagnostic = Diagnostic::at(Code::InvalidName, value.span, message, "");
            problems.push(
                diagnostic.help(format!(
                    "use at most {MAX_VALUE} characters, without commas, semicolons or spaces at the ends"
                )),
            );
        }
    }
}

/// What a condition requires of the line items of one stage.
enum Wanted {
    Tag(Option<TagId>, Vec<TagValueId>),
    Category(Vec<CategoryId>),
    Vendor,
}

/// The part of a stage whose line items match all conditions; `None` without conditions. An unknown tag or value
/// matches nothing; [`check_conditions`] reports it if no stage has it.
pub(crate) fn part(stage: &Stage, conditions: &[ConditionRaw]) -> Option<Box<StagePart>> {
    if conditions.is_empty() {
        return None;
    }
    let wanted: Vec<(&ConditionRaw, Wanted)> = conditions.iter().map(|raw| (raw, wanted(stage, raw))).collect();
    let holds = |item: &LineItem| wanted.iter().all(|(raw, wanted)| wanted.holds(raw, item) != raw.is_negated);
    let line_items: Vec<bool> = stage.line_items.iter().map(holds).collect();
    let mut categories = vec![false; stage.categories.len()];
    for (item, is_selected) in stage.line_items.iter().zip(&line_items) {
        categories[item.category.index()] |= is_selected;
    }
    let conditions = conditions.iter().map(|raw| raw.to_string().into()).collect();
    Some(Box::new(StagePart { conditions, line_items, categories }))
}

fn wanted(stage: &Stage, raw: &ConditionRaw) -> Wanted {
    let is_wanted = |known: &str| raw.values.iter().any(|value| value.value == known);
    match raw.name.value.as_str() {
        "category" => {
            let places = (0..).map(CategoryId).zip(&stage.categories);
            Wanted::Category(places.filter(|(_, name)| is_wanted(name)).map(|(id, _)| id).collect())
        }
        "vendor" => Wanted::Vendor,
        name => {
            let tag = stage.tag(name);
            let values = tag.map(|tag| stage.tags[tag.index()].values.as_slice()).unwrap_or_default();
            let places = (0..).map(TagValueId).zip(values);
            Wanted::Tag(tag, places.filter(|(_, value)| is_wanted(value)).map(|(id, _)| id).collect())
        }
    }
}

impl Wanted {
    /// Whether a line item matches the condition.
    fn holds(&self, raw: &ConditionRaw, item: &LineItem) -> bool {
        match self {
            Self::Tag(tag, values) => tag.and_then(|tag| item.tag(tag)).is_some_and(|value| values.contains(&value)),
            Self::Category(ids) => ids.contains(&item.category),
            Self::Vendor => item.vendor().is_some_and(|vendor| raw.values.iter().any(|value| value.value == vendor)),
        }
    }
}

/// Reports conditions on tags and values that no line item of the stages has, and conditions that no line item matches
/// together.
pub fn check_conditions(conditions: &[ConditionRaw], stages: &[&Stage], problems: &mut Problems) {
    let Some(first) = conditions.first() else { return };
    let before = problems.len();
    for raw in conditions {
        let name = raw.name.value.as_str();
        let known: Vec<&str> = match name {
            "category" => stages.iter().flat_map(|stage| &stage.categories).map(|name| &**name).collect(),
            "vendor" => {
                let items = stages.iter().flat_map(|stage| &stage.line_items);
                let mut vendors: Vec<&str> = items.filter_map(LineItem::vendor).collect();
                vendors.sort_unstable();
                vendors.dedup();
                vendors
            }
            _ => {
                if !check_name(&raw.name, &BUILT_IN, stages, problems) {
                    continue;
                }
                let tags = stages.iter().flat_map(|stage| &stage.tags).filter(|tag| *tag.name == *name);
                tags.flat_map(|tag| &tag.values).map(|value| &**value).collect()
            }
        };
        for value in raw.values.iter().filter(|value| !known.contains(&value.value.as_str())) {
            let message = match name {
                "category" | "vendor" => format!("no line item has the {name} `{}`", value.value),
                _ => format!("no line item has the value `{}` of the tag `{name}`", value.value),
            };
            let diagnostic = Diagnostic::at(Code::UnknownTag, value.span, message, "");
            problems.push(diagnostic.suggest(&value.value, known.iter().copied()));
        }
    }
    if problems.len() == before && stages.iter().all(|stage| stage.selected().next().is_none()) {
        let (message, help) = match conditions.len() {
            1 => ("no line item matches the condition", "all line items have one of these values"),
            _ => ("no line item matches all conditions", "a line item must match every `--where`"),
        };
        let diagnostic = Diagnostic::at(Code::UnknownTag, first.span, message, "");
        let others = conditions[1..].iter();
        problems.push(others.fold(diagnostic, |diagnostic, raw| diagnostic.and_at(raw.span, "and this")).help(help));
    }
}

/// Reports the name of a tag that no line item of the stages has, unless every line item has it: `category`, `vendor`.
pub fn check_by(name: &Spanned<String>, stages: &[&Stage], problems: &mut Problems) {
    // Who has no tags learns how to write one.
    let has_tags = stages.iter().any(|stage| !stage.tags.is_empty());
    let built_in: &[&str] = if has_tags { &BUILT_IN } else { &[] };
    if !BUILT_IN.contains(&name.value.as_str()) {
        check_name(name, built_in, stages, problems);
    }
}

fn check_name(name: &Spanned<String>, built_in: &[&str], stages: &[&Stage], problems: &mut Problems) -> bool {
    if stages.iter().any(|stage| stage.tag(&name.value).is_some()) {
        return true;
    }
    let message = format!("no line item has a tag `{}`", name.value);
    let diagnostic = Diagnostic::at(Code::UnknownTag, name.span, message, "");
    let known = stages.iter().flat_map(|stage| &stage.tags).map(|tag| &*tag.name).chain(built_in.iter().copied());
    let diagnostic = diagnostic.suggest(&name.value, known);
    let has_help = diagnostic.help.is_some();
    problems.push(if has_help {
        diagnostic
    } else {
        diagnostic.help("no line item has any tag: write `tags: { env: prod }`")
    });
    false
}
