//! What a SKU offers and what a line item needs, as data: `4 vCPU, 8 GB of memory`.

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::model::words::words;

words! {
    /// Whether the processors of a machine are shared with other customers. Later values are better.
    #[derive(PartialOrd, Ord)]
    pub enum Cpu is "a kind of processor" {
        /// Shared with other customers.
        Shared = "shared",
        /// Reserved for one customer.
        Dedicated = "dedicated",
    }
}

words! {
    /// The instructions that the processors of a machine run. Programs are built for one of them.
    #[derive(Default)]
    pub enum Architecture is "an architecture" {
        /// Those of Intel and AMD, which a machine has unless it says otherwise.
        #[default]
        X86 = "x86_64",
        /// Those of Arm: Ampere, Graviton, Axion.
        Arm = "arm64",
    }
}

words! {
    /// A property of a specification, by its key.
    #[derive(Hash)]
    pub enum Property {
        /// What it is: `server`, `load-balancer`.
        Role = "role",
        /// Where it is: `eu`, `us`.
        Location = "location",
        /// The instructions that its processors run.
        Architecture = "architecture",
        /// Whether its processors are shared.
        Cpu = "cpu",
        /// The number of virtual processors.
        Vcpus = "vcpus",
        /// The memory.
        Memory = "memory",
        /// The memory of all its graphics processors.
        GpuMemory = "gpu_memory",
        /// The disk space.
        Disk = "disk",
        /// The outgoing traffic of a month that is included.
        Traffic = "traffic",
        /// The number of regions that it is in.
        Regions = "regions",
    }
}

/// What one unit of a SKU offers or of a line item needs; what is not written is unknown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Specification {
    /// What it is, in one word: `server`, `load-balancer`.
    pub role: Option<Box<str>>,
    /// Where it is, in one word: `eu`, `us`.
    pub location: Option<Box<str>>,
    /// The instructions that its processors run.
    pub architecture: Option<Architecture>,
    /// Whether its processors are shared.
    pub cpu: Option<Cpu>,
    /// The sizes, each once, in the order of [`Property::WORDS`]: a number, or GB.
    pub sizes: Vec<Size>,
}

/// A size of a specification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Size {
    /// What it is the size of.
    pub property: Property,
    /// The size: a plain number, or GB.
    pub value: Decimal,
    /// The size as it is written: `8 GB`.
    pub text: Box<str>,
}

/// How much of what is needed is offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fit {
    /// At least as much.
    Enough,
    /// Less, or something else.
    Short,
    /// It is not written how much is offered.
    Unknown,
}

impl Specification {
    /// The size of a property, if it is written.
    pub fn size(&self, property: Property) -> Option<&Size> {
        self.sizes.iter().find(|size| size.property == property)
    }

    /// Whether anything is written besides the role.
    pub fn has_sizes(&self) -> bool {
        self.cpu.is_some() || !self.sizes.is_empty()
    }

    /// A property as it is written; `None` if it is not.
    pub fn written(&self, property: Property) -> Option<&str> {
        match property {
            Property::Role => self.role.as_deref(),
            Property::Location => self.location.as_deref(),
            Property::Architecture => self.architecture.map(Architecture::as_str),
            Property::Cpu => self.cpu.map(Cpu::as_str),
            Property::Vcpus
            | Property::Memory
            | Property::GpuMemory
            | Property::Disk
            | Property::Traffic
            | Property::Regions => self.size(property).map(|size| &*size.text),
        }
    }

    /// What this says, and what `other` says of the rest.
    #[must_use]
    pub fn or(&self, other: &Self) -> Self {
        let more = other.sizes.iter().filter(|size| self.size(size.property).is_none());
        Self {
            role: self.role.clone().or_else(|| other.role.clone()),
            location: self.location.clone().or_else(|| other.location.clone()),
            architecture: self.architecture.or(other.architecture),
            cpu: self.cpu.or(other.cpu),
            sizes: self.sizes.iter().chain(more).cloned().collect(),
        }
    }

    /// Every property that is written, in order.
    pub fn properties(&self) -> impl Iterator<Item = Property> {
        Property::WORDS.iter().map(|(_, property)| *property).filter(|property| self.written(*property).is_some())
    }

    /// The properties that are compared by what is written of them.
    fn sized(&self) -> impl Iterator<Item = Property> {
        self.properties().filter(|property| *property != Property::Architecture)
    }

    /// Whether this offers what `needed` says about a property; `None` if it says nothing.
    pub fn fit(&self, needed: &Self, property: Property) -> Option<Fit> {
        needed.written(property)?;
        let is_enough = match property {
            Property::Role | Property::Location => {
                self.written(property).map(|own| Some(own) == needed.written(property))
            }
            Property::Architecture => Some(self.runs_the_same(needed)),
            Property::Cpu => self.cpu.map(|cpu| Some(cpu) >= needed.cpu),
            Property::Vcpus
            | Property::Memory
            | Property::GpuMemory
            | Property::Disk
            | Property::Traffic
            | Property::Regions => {
                self.size(property).zip(needed.size(property)).map(|(own, needed)| own.value >= needed.value)
            }
        };
        Some(match is_enough {
            Some(true) => Fit::Enough,
            Some(false) => Fit::Short,
            None => Fit::Unknown,
        })
    }

    /// The properties that `needed` says, and of which this offers `fit`.
    pub fn with_fit(&self, needed: &Self, fit: Fit) -> Vec<Property> {
        needed.properties().filter(|property| self.fit(needed, *property) == Some(fit)).collect()
    }

    /// Whether the programs built for one run on the other: one that names no architecture has the usual one.
    fn runs_the_same(&self, other: &Self) -> bool {
        self.architecture.unwrap_or_default() == other.architecture.unwrap_or_default()
    }

    /// Whether this can take the place of `other`: both say the same properties, among them the role, and this is in each
    /// at least equal. What one of them leaves open could be worse, and a role alone says nothing of the size. Only the
    /// architecture may be left open, since a machine that says none has the usual one.
    pub fn replaces(&self, other: &Self) -> bool {
        self.role.is_some()
            && self.has_sizes()
            && self.runs_the_same(other)
            && self.sized().eq(other.sized())
            && other.properties().all(|property| self.fit(other, property) == Some(Fit::Enough))
    }
}

/// How long something is sold, and what comes after it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sale {
    /// The last day on which it can be ordered, at the latest that of its vendor; `None` while it is sold.
    pub sold_until: Option<Date>,
    /// What the vendor sells in its place, by the id of the SKU.
    pub successor: Option<Box<str>>,
}

impl Sale {
    /// Whether it can be ordered on a day.
    pub fn is_open_on(&self, day: Date) -> bool {
        self.sold_until.is_none_or(|last| day <= last)
    }
}

/// A component that runs on a stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Service {
    /// The name: `PostgreSQL`.
    pub name: Box<str>,
    /// What it needs.
    pub needs: Specification,
    /// The place of the line item that it runs on; `None`: the servers of the stage.
    pub on: Option<usize>,
}
