//! Pure functions of model values: what does a stage cost for these inputs?
//!
//! ```text
//! drivers -> line items -> subtotal -> buffer -> total -> unit economics -> findings
//!               '- usage -> allowance -> increment -> price -> minimum, cap -> currency -> rounding
//! ```
//!
//! Everything is exact or an error; rounding happens where the manifest or a price model says so, and a quotient that
//! does not end within twelve decimals is rounded once, to twelve, where it has to become a decimal. Each step is told to an
//! [`Observer`](crate::model::Observer), so that `explain` shows this computation and not a second one.
//!
//! May import `model`, `source` and `diagnostic`; reads no clock, file, environment or terminal.

mod adjustments;
mod alternatives;
mod attribution;
mod bases;
mod between;
mod billable;
mod breakeven;
mod budget;
mod charge;
mod curve;
mod economics;
mod example_usage;
mod findings;
mod forecast;
mod formula;
mod frozen;
mod goals;
mod growth;
mod influence;
mod line_item;
mod memory;
mod opportunities;
mod optimize;
mod peak;
mod pools;
mod prepaid;
mod price_age;
mod price_check;
mod pricing;
mod reach;
mod recommend;
mod regimes;
mod retention;
mod retention_steps;
mod review;
mod rows;
mod sensitivity;
mod sku_line;
mod stage;
mod steps;
mod sweep;
mod tags;
mod tax;
mod technique;
mod technique_use;
mod unknown_change;

pub use attribution::attribution;
pub use breakeven::breakeven;
pub use budget::budget_checks;
pub use example_usage::{ExampleUsage, example_usage};
pub use forecast::forecast;
pub use formula::evaluate;
pub use frozen::{charge_costs, frozen, frozen_quantity, technique_leaves};
pub use growth::growth_checks;
pub use opportunities::{CheapestStage, Market, opportunities};
pub use optimize::optimize;
pub use peak::{Peak, peak};
pub use price_age::{PriceAge, price_ages};
pub use price_check::{PriceDoubt, PriceFinding, price_findings};
pub use reach::target_reach;
pub use recommend::recommend;
pub use retention::months as retention_months;
pub use review::{review, technique_saving};
pub use sensitivity::sensitivity;
pub use stage::stage;
pub use sweep::{Sweep, SweepPlan};
pub use technique::technique;

use crate::diagnostic::{Code, Diagnostic};
use crate::model::ArithmeticError;
use crate::source::Span;

/// Why a number could not be computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Fault {
    /// The arithmetic has no exact result.
    #[error(transparent)]
    Arithmetic(#[from] ArithmeticError),
    /// An amount is below zero.
    #[error("the result is below zero")]
    Negative,
    /// A technique has nothing before it that it could lower.
    #[error("a technique in use lowers nothing: what it says of `before` is zero")]
    NothingBefore,
    /// A time or a share is not one that can be.
    #[error("a time or a share is beyond its bounds")]
    OutOfBounds,
}

impl Fault {
    /// The fault behind a diagnostic of another computation.
    fn of(code: Code) -> Self {
        match code {
            Code::LostDigits => Self::Arithmetic(ArithmeticError::LostDigits),
            Code::DivisionByZero => Self::Arithmetic(ArithmeticError::DivisionByZero),
            Code::Overflow => Self::Arithmetic(ArithmeticError::Overflow),
            Code::NegativeAmount => Self::Negative,
            _ => Self::OutOfBounds,
        }
    }

    /// The diagnostic for a fault in `what`, written at `span`.
    fn at(self, what: &str, span: Option<Span>) -> Diagnostic {
        let code = match self {
            Self::Arithmetic(ArithmeticError::LostDigits) => Code::LostDigits,
            Self::Arithmetic(ArithmeticError::DivisionByZero) | Self::NothingBefore => Code::DivisionByZero,
            Self::Arithmetic(ArithmeticError::Overflow | ArithmeticError::MixedCurrencies) => Code::Overflow,
            Self::Negative => Code::NegativeAmount,
            Self::OutOfBounds => Code::InvalidRange,
        };
        let message = format!("{what} cannot be computed: {self}");
        let diagnostic = match span {
            Some(span) => Diagnostic::at(code, span, message, "in this"),
            None => Diagnostic::new(code, message),
        };
        match code {
            Code::DivisionByZero if self != Self::NothingBefore => {
                diagnostic.help("divide only where there is something: `if(customers > 0, 100 / customers, 0)`")
            }
            Code::NegativeAmount => diagnostic.help("keep it from falling below zero: `max(customers - 100, 0)`"),
            _ => diagnostic,
        }
    }
}
