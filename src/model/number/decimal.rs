//! Exact arithmetic on decimals, as far as their 28 digits reach.

use rust_decimal::Decimal;

/// Why an operation has no exact result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ArithmeticError {
    /// The result is beyond 7.9 x 10^28.
    #[error("the number grows beyond 79,228,162,514,264,337,593,543,950,335")]
    Overflow,
    /// The result needs more than about 600 digits.
    #[error("the result needs more than 600 digits to stay exact")]
    LostDigits,
    /// The divisor is zero.
    #[error("the divisor is zero")]
    DivisionByZero,
    /// Two amounts have different currencies; `resolve` prevents this.
    #[error("two currencies meet without a conversion")]
    MixedCurrencies,
    /// A number of auto-scaling cannot be what it is.
    #[error("{0}")]
    Replicas(ReplicaFault),
}

/// What is wrong with a number of auto-scaling.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReplicaFault {
    /// A number of replicas is no whole number, or too large for a cluster.
    #[error("a number of replicas must be a whole number from 0 to 2,147,483,647")]
    NotCounted,
    /// No replica may run.
    #[error("`max_replicas` must be at least 1")]
    NoneAtMost,
    /// The minimum is above the maximum.
    #[error("`min_replicas` is above `max_replicas`")]
    MinimumAboveMaximum,
    /// The target is no share of the capacity.
    #[error("`target_utilization` must be above 0 and at most 100%")]
    Utilization,
    /// The delay is below zero or too long.
    #[error("`scale_down_delay` must be from 0 to 24 hours")]
    Delay,
    /// A replica has no capacity.
    #[error("`capacity_per_replica` must be above zero")]
    Capacity,
    /// The load is below zero.
    #[error("the `load` is below zero")]
    Load,
}

impl From<ReplicaFault> for ArithmeticError {
    fn from(fault: ReplicaFault) -> Self {
        Self::Replicas(fault)
    }
}

/// The decimals of a quotient that must become a decimal, rounded half away from zero.
///
/// A third of a gigabyte becomes 0.333333333333. Twelve decimals leave room for later multiplications and are a
/// thousand times finer than the smallest price that was found (0.00000000123).
pub const QUOTIENT_DECIMALS: u32 = 12;

/// The sum, unless it needs more than 28 digits, zeros at its end included.
#[inline]
pub(super) fn exact_sum(a: Decimal, b: Decimal) -> Option<Decimal> {
    if a.is_zero() {
        return Some(b);
    }
    if b.is_zero() {
        return Some(a);
    }
    let sum = a.checked_add(b)?;
    (sum.scale() >= a.scale().max(b.scale())).then_some(sum)
}

/// The product, unless it needs more than 28 digits, zeros at its end included.
#[inline]
pub(super) fn exact_product(a: Decimal, b: Decimal) -> Option<Decimal> {
    if a.is_zero() || b.is_zero() {
        return Some(Decimal::ZERO);
    }
    let product = a.checked_mul(b)?;
    (product.scale() == a.scale() + b.scale()).then_some(product)
}
