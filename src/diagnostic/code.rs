//! The stable codes of diagnostics and the documentation page of each.

use std::fmt;

macro_rules! codes {
    ($($variant:ident = $text:literal: $summary:literal,)+) => {
        /// The kind of problem that a diagnostic reports. The text of a code never changes once released.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $(#[doc = $summary] $variant,)+
        }

        impl Code {
            /// Every code, in the order of the pipeline.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The code as it is printed: `unknown-sku`.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }

            /// The meaning of the code in one line.
            pub fn summary(self) -> &'static str {
                match self { $(Self::$variant => $summary,)+ }
            }

            /// The page of `docs/errors/` for the code: its meaning, an example and how to fix it.
            pub fn explanation(self) -> &'static str {
                match self {
                    $(Self::$variant => include_str!(concat!("../../docs/errors/", $text, ".md")),)+
                }
            }
        }
    };
}

codes! {
    // load
    FileNotReadable = "file-not-readable": "a file or directory cannot be read",
    NotAFile = "not-a-file": "a directory or a device is where a file should be",
    OutsideOfProject = "outside-of-project": "a file of the project names something outside of its directory",
    FileTooLarge = "file-too-large": "a file is larger than costplan reads",
    NotUtf8 = "not-utf8": "a file is not valid UTF-8",
    TooManyFiles = "too-many-files": "a directory of the project has more files than costplan reads",
    NoProject = "no-project": "there is no plan of your own to compare or record",
    NoStages = "no-stages": "the project has no stage manifest",
    FileExists = "file-exists": "a file that would be written already exists",
    MissingSnapshot = "missing-snapshot": "there is no snapshot to compare with",
    GitNotAvailable = "git-not-available": "reading a revision needs git, which cannot be run",
    NotARepository = "not-a-repository": "a revision is requested outside a git repository",
    UnknownRevision = "unknown-revision": "git does not know the revision, or has only a part of it",
    NotInRevision = "not-in-revision": "a revision has no project at this place",
    TooMuchWork = "too-much-work": "the files of a project need more work than a run may do",
    NoActuals = "no-actuals": "nothing is recorded of what a month really cost",
    InvalidBill = "invalid-bill": "a bill cannot be read",
    // parse
    OtherKindOfFile = "other-kind-of-file": "a file was written for another program, and costplan cannot read it",
    InvalidYaml = "invalid-yaml": "a stage manifest or a scenario is not valid YAML",
    InvalidToml = "invalid-toml": "a file is not valid TOML",
    InvalidJson = "invalid-json": "the answer of a vendor is not valid JSON",
    InvalidCsv = "invalid-csv": "a CSV file cannot be read",
    OtherAnswer = "other-answer": "a file is not an answer from which the prices can be imported",
    ControlCharacter = "control-character": "a text contains a character that cannot be printed",
    UnknownKey = "unknown-key": "a key is not allowed in this place",
    DuplicateKey = "duplicate-key": "a key appears twice in one table",
    MissingKey = "missing-key": "a required key is missing",
    WrongType = "wrong-type": "a value has the wrong type",
    InvalidNumber = "invalid-number": "a number cannot be read or cannot be stored exactly",
    InvalidRange = "invalid-range": "a range cannot be read or runs backwards",
    InvalidDate = "invalid-date": "a date cannot be read",
    InvalidCurrency = "invalid-currency": "a currency is not a code of three capital letters",
    InvalidName = "invalid-name": "a name has a form that is not allowed here",
    InvalidChoice = "invalid-choice": "a value is not one of the allowed choices",
    InvalidFormula = "invalid-formula": "a formula cannot be read",
    MergeConflict = "merge-conflict": "a snapshot contains a merge conflict",
    NewerSnapshot = "newer-snapshot": "a snapshot was written by a newer version of costplan",
    UnsupportedVersion = "unsupported-version": "a file has a format version that this costplan does not read",
    // resolve
    UnknownStage = "unknown-stage": "no stage has this number, name or file stem",
    UnknownScenario = "unknown-scenario": "no scenario has this file stem or name",
    UnknownTechnique = "unknown-technique": "no technique has this file stem",
    TechniqueNotUsed = "technique-not-used": "a requested technique changes nothing",
    TechniqueConflict = "technique-conflict": "a technique conflicts with another, or needs one that is not in use",
    UnknownCheck = "unknown-check": "no checklist has the check",
    UnknownChecklist = "unknown-checklist": "no checklist has this file stem",
    UnknownRunbook = "unknown-runbook": "no runbook has this file stem, or none is for this stage",
    PlaceholderLeft = "placeholder-left": "a script of a runbook still has the value of an example",
    InvalidCommand = "invalid-command": "a command of a runbook is incomplete, or a shell could run a value in it",
    UnknownSku = "unknown-sku": "no price sheet has this SKU",
    UnknownVendor = "unknown-vendor": "no price sheet is for this vendor",
    UnknownMeter = "unknown-meter": "the SKU has no charge on this meter",
    UnknownName = "unknown-name": "a formula uses a name that nothing defines",
    UnknownUnit = "unknown-unit": "a unit is unknown",
    UnitMismatch = "unit-mismatch": "two units do not match",
    ExtendsCycle = "extends-cycle": "stages extend each other in a circle",
    FormulaCycle = "formula-cycle": "drivers depend on each other in a cycle",
    ControlTotal = "control-total": "the charges of a bill do not add up to its control total",
    DuplicateName = "duplicate-name": "two things that need different names have the same name",
    TooManyNames = "too-many-names": "more names are defined than costplan can handle",
    ConflictingKeys = "conflicting-keys": "two keys cannot be combined, or one needs another",
    MissingExchangeRate = "missing-exchange-rate": "this pair of currencies has no exchange rate on this day",
    NoPriceOnDate = "no-price-on-date": "no price of the charge applies on the day of the costing",
    OverlappingPrices = "overlapping-prices": "two prices of a charge apply on the same day",
    MissingOption = "missing-option": "a charge has several prices, and none is chosen",
    UnknownOption = "unknown-option": "no price of the SKU matches this choice",
    PercentageCycle = "percentage-cycle": "percentages depend on each other in a cycle",
    AgreedPriceBasis = "agreed-price-basis": "an agreed price does not name its unit or period",
    UnknownTag = "unknown-tag": "no line item has this tag or this value",
    InvalidTiers = "invalid-tiers": "the tiers of a price do not form a ladder",
    NotFilledIn = "not-filled-in": "a price sheet still says FILL IN where its source belongs",
    NegativeAmount = "negative-amount": "an amount is below zero where that is not allowed",
    // calculate
    Overflow = "overflow": "a number is too large for costplan",
    LostDigits = "lost-digits": "a result needs more than 600 digits to stay exact",
    DivisionByZero = "division-by-zero": "a formula divides by zero",
    SnapshotChanged = "snapshot-changed": "a snapshot records a cost that differs from what its contents give",
    DifferentCurrencies = "different-currencies": "two costings are in different currencies",
    // command line
    InvalidArgument = "invalid-argument": "an argument cannot be used",
    UnknownSubject = "unknown-subject": "nothing with this name can be explained",
    UnknownCode = "unknown-code": "no diagnostic has this code",
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
