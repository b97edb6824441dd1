//! What a technique saves, in words.

use crate::calculate::TechniqueSaving;
use crate::model::{FitStanding, Stage};
use crate::view::page::number::displayed;

/// The saving of a technique, in words.
pub(crate) fn saves(saving: &TechniqueSaving, stage: &Stage) -> String {
    let names: Vec<&str> = saving.line_items.iter().map(|place| &*stage.line_items[*place].name).collect();
    let on = format!(" on {}", names.join(", "));
    let currency = stage.currency;
    match &saving.standing {
        None => "applies to no line item".to_owned(),
        Some(FitStanding::InUse) => "already in use".to_owned(),
        Some(FitStanding::Never) => "ruled out by the manifest".to_owned(),
        Some(FitStanding::NeedsInput { inputs, .. }) => format!("needs a value of {}", inputs.join(", ")),
        Some(FitStanding::NotBilled) => "reduces nothing that is billed".to_owned(),
        Some(FitStanding::Conflicts(other)) => format!("conflicts with {other}, which is in use"),
        Some(FitStanding::ShareUnknown(_)) => match saving.at_most {
            Some(at_most) => format!("at most {}{on}", displayed(at_most, currency)),
            None => format!("unknown{on} (unknown cost)"),
        },
        Some(FitStanding::Usable(_)) => {
            let Some(saved) = saving.saved else { return format!("unknown{on} (unknown cost)") };
            let part = if saving.is_complete { "" } else { ", of what is known" };
            let more = saving
                .at_most
                .map(|more| format!(", and at most {} more", displayed(more, currency)))
                .unwrap_or_default();
            format!("{}{more}{on}{part}", displayed(saved, currency))
        }
    }
}
