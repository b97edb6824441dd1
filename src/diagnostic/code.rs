//! The stable codes of diagnostics and the page of documentation behind each.

use std::fmt;

macro_rules! codes {
    ($($variant:ident = $text:literal: $summary:literal,)+) => {
        /// What kind of problem a diagnostic reports. The text of a code never changes once released.
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

            /// One line that says what the code means.
            pub fn summary(self) -> &'static str {
                match self { $(Self::$variant => $summary,)+ }
            }

            /// The page of `docs/errors/` for the code: what it means, an example and the way out.
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
    NotAFile = "not-a-file": "a directory or a device stands where a file should be",
    FileTooLarge = "file-too-large": "a file is larger than costplan reads",
    NotUtf8 = "not-utf8": "a file is not valid UTF-8",
    TooManyFiles = "too-many-files": "a directory of the project holds more files than costplan reads",
    NoStages = "no-stages": "the project has no stage manifest",
    FileExists = "file-exists": "a file that would be written exists already",
    MissingSnapshot = "missing-snapshot": "there is no snapshot to compare with",
    GitNotAvailable = "git-not-available": "git is needed to read a revision, and cannot be run",
    NotARepository = "not-a-repository": "a revision is asked for where there is no git repository",
    UnknownRevision = "unknown-revision": "git knows no such revision, or does not have all of it",
    NotInRevision = "not-in-revision": "a revision holds no project in this place",
    // parse
    InvalidYaml = "invalid-yaml": "a stage manifest or a scenario is not valid YAML",
    InvalidToml = "invalid-toml": "a file is not valid TOML",
    ControlCharacter = "control-character": "a text holds a character that does not print",
    UnknownKey = "unknown-key": "a key is not one that stands in this place",
    DuplicateKey = "duplicate-key": "a key stands twice in one table",
    MissingKey = "missing-key": "a key that is needed is not there",
    WrongType = "wrong-type": "a value is of the wrong kind",
    InvalidNumber = "invalid-number": "a number cannot be read or cannot be kept exactly",
    InvalidRange = "invalid-range": "a range cannot be read or runs backwards",
    InvalidDate = "invalid-date": "a date cannot be read",
    InvalidCurrency = "invalid-currency": "a currency is not a code of three capital letters",
    InvalidName = "invalid-name": "a name has a form that it cannot have here",
    InvalidChoice = "invalid-choice": "a value is not one of those that stand for choice",
    InvalidFormula = "invalid-formula": "a formula cannot be read",
    MergeConflict = "merge-conflict": "a merge has left its conflict in a snapshot",
    NewerSnapshot = "newer-snapshot": "a snapshot was written by a newer costplan",
    UnsupportedVersion = "unsupported-version": "a file is of a version that this costplan does not read",
    // resolve
    UnknownStage = "unknown-stage": "no stage has this number, name or file stem",
    UnknownScenario = "unknown-scenario": "no scenario has this file stem or name",
    UnknownTechnique = "unknown-technique": "no technique has this file stem",
    TechniqueNotUsed = "technique-not-used": "a technique that is asked for changes nothing",
    TechniqueConflict = "technique-conflict": "a technique cannot go together with another, or needs one that is not there",
    UnknownChecklist = "unknown-checklist": "no checklist has this file stem",
    UnknownRunbook = "unknown-runbook": "no runbook has this file stem, or is for this stage",
    InvalidCommand = "invalid-command": "a command of a runbook cannot be filled in",
    UnknownSku = "unknown-sku": "no price sheet has this SKU",
    UnknownVendor = "unknown-vendor": "no price sheet is of this vendor",
    UnknownMeter = "unknown-meter": "the SKU has no charge on this meter",
    UnknownName = "unknown-name": "a formula uses a name that nothing defines",
    UnknownUnit = "unknown-unit": "a unit is not known",
    UnitMismatch = "unit-mismatch": "two units do not fit together",
    FormulaCycle = "formula-cycle": "drivers refer to each other in a circle",
    DuplicateName = "duplicate-name": "two things that are told apart by name have the same one",
    TooManyNames = "too-many-names": "more names are defined than costplan computes with",
    ConflictingKeys = "conflicting-keys": "two keys cannot stand together, or one needs another",
    MissingExchangeRate = "missing-exchange-rate": "no exchange rate for this pair on this day",
    NoPriceOnDate = "no-price-on-date": "no price of the charge holds on the day of the costing",
    OverlappingPrices = "overlapping-prices": "two prices of a charge hold on the same day",
    MissingOption = "missing-option": "a charge has several prices, and nothing says which one is meant",
    UnknownOption = "unknown-option": "no price of the SKU is for this choice",
    PercentageCycle = "percentage-cycle": "percentages are taken of each other in a circle",
    AgreedPriceBasis = "agreed-price-basis": "an agreed price does not say what it buys",
    UnknownTag = "unknown-tag": "no line item has this tag, or this value of it",
    InvalidTiers = "invalid-tiers": "the tiers of a price do not form a ladder",
    NegativeAmount = "negative-amount": "an amount is below zero where it cannot be",
    // calculate
    Overflow = "overflow": "a number grew beyond what costplan computes with",
    LostDigits = "lost-digits": "a result needs more than 28 digits to stay exact",
    DivisionByZero = "division-by-zero": "a formula divides by zero",
    SnapshotChanged = "snapshot-changed": "a snapshot says another cost than what it holds comes to",
    DifferentCurrencies = "different-currencies": "two costings are in different currencies",
    // command line
    InvalidArgument = "invalid-argument": "an argument cannot be used",
    UnknownSubject = "unknown-subject": "there is nothing of this name to explain",
    UnknownCode = "unknown-code": "there is no diagnostic with this code",
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
