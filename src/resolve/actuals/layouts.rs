//! The formats of bills: those that are always known, and those that a project names the columns of.

use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::parse::{ActualsRaw, BillField, BillLayout, CsvColumnsRaw, CsvLayoutRaw};
use crate::source::Spanned;

/// Every format, those of the project first.
pub fn bill_layouts(settings: Option<&ActualsRaw>, problems: &mut Problems) -> Vec<BillLayout> {
    let known = BillLayout::known();
    let own = settings.and_then(|settings| settings.csv.as_ref()).map(|csv| csv.entries.as_slice()).unwrap_or_default();
    let mut layouts = Vec::new();
    for (name, raw) in own {
        if known.iter().any(|known| *known.name == *name.value) {
            let message = format!("`{}` is the name of a format that costplan knows", name.value);
            let diagnostic = Diagnostic::at(Code::DuplicateName, name.span, message, "another name is needed");
            problems.push(diagnostic.help("choose a name of your own, such as `hetzner`"));
            continue;
        }
        layouts.push(layout(name, raw));
    }
    layouts.extend(known);
    layouts
}

fn layout(name: &Spanned<String>, raw: &CsvLayoutRaw) -> BillLayout {
    let CsvColumnsRaw { date, until, cost, tax, currency, vendor, service, sku, meter, kind, quantity, unit, .. } =
        &raw.columns;
    let fields = [
        (BillField::Period, Some(date)),
        (BillField::Start, Some(date)),
        (BillField::LastDay, until.as_ref()),
        (BillField::Cost, Some(cost)),
        (BillField::Tax, tax.as_ref()),
        (BillField::Currency, currency.as_ref()),
        (BillField::Vendor, vendor.as_ref()),
        (BillField::Service, service.as_ref()),
        (BillField::Sku, sku.as_ref()),
        (BillField::Meter, meter.as_ref()),
        (BillField::Kind, kind.as_ref()),
        (BillField::Quantity, quantity.as_ref()),
        (BillField::Unit, unit.as_ref()),
    ];
    let given =
        || fields.iter().filter_map(|(field, column)| Some((*field, Box::<str>::from(column.as_ref()?.value.trim()))));
    let mut signs: Vec<Box<str>> = given().map(|(_, column)| column).collect();
    signs.dedup();
    BillLayout {
        name: name.value.as_str().into(),
        signs,
        columns: given().map(|(field, column)| (field, vec![column])).collect(),
        vendor: raw.vendor.as_ref().map(|vendor| vendor.value.as_str().into()),
        currency: raw.currency.map(|currency| currency.value),
        has_decimal_comma: raw.decimal_comma.unwrap_or(false),
        has_empty_days: false,
    }
}
