//! Why a number could not be computed, and the diagnostic for it.

use crate::diagnostic::{Code, Diagnostic};
use crate::model::{ArithmeticError, ReplicaFault};
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
    /// An input or a meter of a SKU is below zero, by its place among these.
    #[error("the result is below zero")]
    NegativeUsage(u16),
    /// A share that an input of a SKU takes is above all, by the place of the input.
    #[error("a share is at most 100%")]
    ShareAboveAll(u16),
    /// The shares that inputs of a SKU take of one whole are together above all, by the place of the last one.
    #[error("together the shares are above 100%")]
    SharesAboveAll(u16),
    /// A technique has a `before` of zero, so it has nothing to reduce.
    #[error("a technique in use has nothing to reduce: its `before` is zero")]
    NothingBefore,
    /// An input of a technique depends on a driver that is not known.
    #[error("an input of a technique depends on a driver that is not known")]
    UnknownInput,
    /// A time or a share is out of bounds.
    #[error("a time or a share is out of bounds")]
    OutOfBounds,
}

impl Fault {
    /// The fault that the diagnostic of another computation reports.
    pub(crate) fn of(code: Code) -> Self {
        match code {
            Code::LostDigits => Self::Arithmetic(ArithmeticError::LostDigits),
            Code::DivisionByZero => Self::Arithmetic(ArithmeticError::DivisionByZero),
            Code::Overflow => Self::Arithmetic(ArithmeticError::Overflow),
            Code::NegativeAmount => Self::Negative,
            _ => Self::OutOfBounds,
        }
    }

    /// The diagnostic for a fault in `what`, written at `span`.
    pub(crate) fn at(self, what: &str, span: Option<Span>) -> Diagnostic {
        let code = match self {
            Self::Arithmetic(ArithmeticError::LostDigits) => Code::LostDigits,
            Self::Arithmetic(ArithmeticError::DivisionByZero) | Self::NothingBefore => Code::DivisionByZero,
            Self::Arithmetic(ArithmeticError::Overflow | ArithmeticError::MixedCurrencies) => Code::Overflow,
            Self::Negative
            | Self::NegativeUsage(_)
            | Self::Arithmetic(ArithmeticError::Replicas(ReplicaFault::Load)) => Code::NegativeAmount,
            Self::OutOfBounds
            | Self::ShareAboveAll(_)
            | Self::SharesAboveAll(_)
            | Self::UnknownInput
            | Self::Arithmetic(ArithmeticError::Replicas(_)) => Code::InvalidRange,
        };
        let message = format!("{what} cannot be computed: {self}");
        let diagnostic = match span {
            Some(span) => Diagnostic::at(code, span, message, "in this"),
            None => Diagnostic::new(code, message),
        };
        match code {
            Code::DivisionByZero if self != Self::NothingBefore => {
                diagnostic.help("guard against a divisor of zero: `if(customers > 0, 100 / customers, 0)`")
            }
            Code::NegativeAmount => diagnostic.help("keep it from falling below zero: `max(customers - 100, 0)`"),
            _ => diagnostic,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fault_of_a_code_has_that_code() {
        for code in [Code::LostDigits, Code::DivisionByZero, Code::Overflow, Code::NegativeAmount] {
            assert_eq!(Fault::of(code).at("a cost", None).code, code);
        }
    }
}
