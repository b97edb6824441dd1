//! The components that run on a stage.

use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::model::{LineItem, Service, Specification};
use crate::parse::{ScalarOr, ServiceRaw};
use crate::resolve::prices::specification::sizes;
use crate::source::Spanned;

/// Resolves the components of a stage; what they run on must be one of its line items.
pub(crate) fn services(
    raw: Vec<ScalarOr<Spanned<String>, ServiceRaw>>,
    line_items: &[LineItem],
    problems: &mut Problems,
) -> Vec<Service> {
    let service = |raw: ScalarOr<Spanned<String>, ServiceRaw>| match raw {
        ScalarOr::Scalar(Spanned { value: name, .. }) => {
            Service { name: name.into(), needs: Specification::default(), on: None }
        }
        ScalarOr::Table(ServiceRaw { name, needs, on, .. }) => {
            let needs = Specification { sizes: sizes(needs, problems), ..Specification::default() };
            let on = on.and_then(|on| place_of(&on, line_items, problems));
            Service { name: name.value.into(), needs, on }
        }
    };
    raw.into_iter().map(service).collect()
}

fn place_of(on: &Spanned<String>, line_items: &[LineItem], problems: &mut Problems) -> Option<usize> {
    let place = line_items.iter().position(|item| *item.name == *on.value);
    if place.is_none() {
        let message = format!("there is no line item `{}`", on.value);
        let diagnostic = Diagnostic::at(Code::UnknownName, on.span, message, "");
        problems.push(diagnostic.suggest(&on.value, line_items.iter().map(|item| &*item.name)));
    }
    place
}
