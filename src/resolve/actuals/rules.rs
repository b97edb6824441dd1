//! Rules that put charges to line items: `[[actuals.match]]`.

use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::model::{MatchRule, Pattern, ProductText};
use crate::parse::{ActualsRaw, MatchRuleRaw};

/// The rules of a project, in their order.
pub fn match_rules(settings: Option<&ActualsRaw>, problems: &mut Problems) -> Vec<MatchRule> {
    settings.map_or(&[][..], |settings| &settings.r#match).iter().filter_map(|raw| rule(raw, problems)).collect()
}

fn rule(raw: &MatchRuleRaw, problems: &mut Problems) -> Option<MatchRule> {
    let texts = [
        (ProductText::Vendor, &raw.vendor),
        (ProductText::Service, &raw.service),
        (ProductText::Sku, &raw.sku),
        (ProductText::Meter, &raw.meter),
        (ProductText::ResourceType, &raw.resource_type),
    ];
    let of_texts = texts.into_iter().filter_map(|(text, pattern)| Some((text, pattern.as_ref()?)));
    let tags = raw.tags.as_ref().map(|tags| tags.entries.as_slice()).unwrap_or_default();
    let of_tags = tags.iter().map(|(name, value)| (ProductText::Tag(name.value.as_str().into()), value));
    let patterns: Vec<(ProductText, Pattern)> =
        of_texts.chain(of_tags).map(|(text, pattern)| (text, Pattern(pattern.value.trim().into()))).collect();
    if patterns.is_empty() && raw.kind.is_none() {
        let message = format!("the rule for `{}` fits every charge", raw.line_item.value);
        let diagnostic = Diagnostic::at(Code::MissingKey, raw.span, message, "no pattern");
        problems.push(diagnostic.help("say what the charges are: `vendor = \"aws\"`, `service = \"*Queue*\"`"));
        return None;
    }
    let kind = raw.kind.map(|kind| kind.value);
    Some(MatchRule { patterns, kind, line_item: raw.line_item.value.trim().into(), span: raw.span })
}
