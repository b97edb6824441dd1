//! Specifications: the sizes of a SKU, of a line item or of a component.

use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::model::{Dimension, Property, Scope, Size, Specification};
use crate::parse::{ExpressionRaw, FormulaRaw, SizesRaw, SpecificationRaw};
use crate::resolve::{check_id, formula};

/// Resolves a specification; one that is not written says nothing.
pub(crate) fn specification(raw: Option<SpecificationRaw>, problems: &mut Problems) -> Specification {
    let Some(raw) = raw else { return Specification::default() };
    for (word, what) in [(&raw.role, "a role"), (&raw.location, "a location")] {
        if let Some(word) = word {
            check_id(word, what, problems);
        }
    }
    let mut found = Specification { sizes: sizes(raw.sizes, problems), ..Specification::default() };
    let more =
        [(Property::GpuMemory, raw.gpu_memory), (Property::Traffic, raw.traffic), (Property::Regions, raw.regions)];
    found.sizes.extend(more.into_iter().filter_map(|(property, raw)| size(property, &raw?, problems)));
    Specification {
        role: raw.role.map(|role| role.value.into()),
        location: raw.location.map(|location| location.value.into()),
        architecture: raw.architecture.map(|architecture| architecture.value),
        cpu: raw.cpu.map(|cpu| cpu.value),
        ..found
    }
}

/// Resolves the sizes of a machine.
pub(crate) fn sizes(raw: SizesRaw, problems: &mut Problems) -> Vec<Size> {
    let SizesRaw { span: _, vcpus, memory, disk } = raw;
    let all = [(Property::Vcpus, vcpus), (Property::Memory, memory), (Property::Disk, disk)];
    all.into_iter().filter_map(|(property, raw)| size(property, &raw?, problems)).collect()
}

fn size(property: Property, raw: &FormulaRaw, problems: &mut Problems) -> Option<Size> {
    let formula = formula::compile(raw, &Scope::default(), problems)?;
    formula::not_below_zero(&formula, problems)?;
    let (dimension, example) = match property {
        Property::Memory | Property::GpuMemory | Property::Disk | Property::Traffic => (Dimension::DATA, "8 GB"),
        Property::Role
        | Property::Location
        | Property::Architecture
        | Property::Cpu
        | Property::Vcpus
        | Property::Regions => (Dimension::PLAIN, "2"),
    };
    let written = match &raw.root.value {
        ExpressionRaw::Number(number) => number.to_string(),
        ExpressionRaw::Quantity(number, unit) => format!("{number} {}", unit.value),
        _ => String::new(),
    };
    match formula.literal().filter(|_| formula.dimension == dimension) {
        Some(value) => Some(Size { property, value, text: written.into() }),
        None => {
            let name = property.as_str();
            let message =
                format!("`{name}` must be a single size such as `{example}`, and this is {}", formula.dimension);
            let diagnostic = Diagnostic::at(Code::UnitMismatch, raw.span, message, "");
            problems.push(diagnostic.help(format!("write `{name}: {example}`")));
            None
        }
    }
}
