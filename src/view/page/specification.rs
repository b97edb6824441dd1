//! Specifications and components in words.

use jiff::civil::Date;
use serde::{Serialize, Serializer};

use crate::model::{Architecture, Property, Sale, Service, Specification};

/// A specification in words: `server, 2 shared vCPU, 8 GB of memory`.
pub(crate) fn in_words(specification: &Specification) -> String {
    let words = specification.properties().filter_map(|property| match property {
        // The kind of processor is said with their number, if there is one.
        Property::Cpu if specification.size(Property::Vcpus).is_some() => None,
        property => of(specification, property),
    });
    words.collect::<Vec<_>>().join(", ")
}

/// One property in words: `8 GB of memory`; `None` if it is not written.
pub(crate) fn of(specification: &Specification, property: Property) -> Option<String> {
    let written = specification.written(property)?;
    Some(match property {
        Property::Role => written.to_owned(),
        Property::Location => format!("in {written}"),
        Property::Architecture => match specification.architecture {
            Some(Architecture::Arm) => "Arm".to_owned(),
            _ => written.to_owned(),
        },
        Property::Cpu => format!("{written} vCPU"),
        Property::Vcpus => match specification.cpu {
            Some(cpu) => format!("{written} {} vCPU", cpu.as_str()),
            None => format!("{written} vCPU"),
        },
        Property::GpuMemory => format!("{written} of GPU memory"),
        Property::Memory | Property::Disk | Property::Traffic => format!("{written} of {}", property.as_str()),
        Property::Regions if written == "1" => "1 region".to_owned(),
        Property::Regions => format!("{written} regions"),
    })
}

/// Until when a SKU is sold and what comes after it, in words; `None` while it is sold.
pub(crate) fn sale(sale: &Sale, day: Date) -> Option<String> {
    let last = sale.sold_until?;
    let successor = sale.successor.as_ref().map(|id| format!("; its successor is {id}")).unwrap_or_default();
    let sold = if sale.is_open_on(day) { "can be ordered until" } else { "can no longer be ordered; the last day was" };
    Some(format!("{sold} {last}{successor}"))
}

/// A specification as JSON: each property that is written, as it is written.
#[derive(Debug)]
pub(crate) struct SpecificationJson<'a>(pub(crate) &'a Specification);

impl Serialize for SpecificationJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.properties().map(|property| (property.as_str(), self.0.written(property))))
    }
}

/// A component with what it needs: `PostgreSQL (4 GB of memory)`.
pub(crate) fn service(service: &Service) -> String {
    match in_words(&service.needs) {
        needs if needs.is_empty() => service.name.to_string(),
        needs => format!("{} ({needs})", service.name),
    }
}
