//! Values of Parquet as the texts that they would be in CSV: exactly, and without a clock.

use std::fmt::Write as _;

use jiff::Span;
use jiff::civil::{Date, date};
use num_bigint::BigInt;
use parquet::basic::{ConvertedType, LogicalType, TimeUnit, Type};
use parquet::data_type::Int96;
use parquet::schema::types::ColumnDescriptor;

/// The most decimals of a number, and the most bytes of one.
const MAX_SCALE: usize = 100;
const MAX_BYTES: usize = 32;

const SECONDS: i64 = 24 * 60 * 60;
const EPOCH: Date = date(1970, 1, 1);
/// The Julian day of 1970-01-01.
const JULIAN_EPOCH: i64 = 2_440_588;

/// What the values of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ValueKind {
    /// Text in UTF-8.
    Text,
    /// Whole numbers of the physical type.
    Whole,
    /// Whole numbers that are not below zero.
    Unsigned,
    /// Decimals with so many digits behind the point.
    Decimal(usize),
    /// Binary numbers.
    Binary,
    /// True or false.
    Boolean,
    /// Days since 1970.
    Date,
    /// Moments since 1970, with so many parts of a second.
    Moment(i64),
}

impl ValueKind {
    /// What the values of a column are; `None` if they are nothing that a bill has.
    pub(super) fn of(column: &ColumnDescriptor) -> Option<Self> {
        let scale = usize::try_from(column.type_scale()).ok().filter(|scale| *scale <= MAX_SCALE);
        let is_decimal = matches!(column.logical_type_ref(), Some(LogicalType::Decimal(_)))
            || column.converted_type() == ConvertedType::DECIMAL;
        match column.physical_type() {
            Type::BOOLEAN => Some(Self::Boolean),
            Type::FLOAT | Type::DOUBLE => Some(Self::Binary),
            Type::INT96 => Some(Self::Moment(1_000_000_000)),
            _ if is_decimal => scale.map(Self::Decimal),
            Type::FIXED_LEN_BYTE_ARRAY => None,
            Type::BYTE_ARRAY => Self::of_bytes(column),
            Type::INT32 | Type::INT64 => Self::of_whole(column),
        }
    }

    fn of_bytes(column: &ColumnDescriptor) -> Option<Self> {
        use LogicalType as Logical;
        let is_text = match column.logical_type_ref() {
            Some(logical) => matches!(logical, Logical::String | Logical::Enum | Logical::Json),
            None => column.converted_type() != ConvertedType::BSON,
        };
        is_text.then_some(Self::Text)
    }

    fn of_whole(column: &ColumnDescriptor) -> Option<Self> {
        use ConvertedType as Converted;
        match column.logical_type_ref() {
            Some(LogicalType::Date) => Some(Self::Date),
            Some(LogicalType::Timestamp(of)) => Some(Self::Moment(match of.unit {
                TimeUnit::MILLIS => 1_000,
                TimeUnit::MICROS => 1_000_000,
                TimeUnit::NANOS => 1_000_000_000,
            })),
            Some(LogicalType::Integer(of)) => Some(if of.is_signed { Self::Whole } else { Self::Unsigned }),
            Some(_) => None,
            None => match column.converted_type() {
                Converted::DATE => Some(Self::Date),
                Converted::TIMESTAMP_MILLIS => Some(Self::Moment(1_000)),
                Converted::TIMESTAMP_MICROS => Some(Self::Moment(1_000_000)),
                Converted::UINT_8 | Converted::UINT_16 | Converted::UINT_32 | Converted::UINT_64 => {
                    Some(Self::Unsigned)
                }
                Converted::TIME_MILLIS | Converted::TIME_MICROS => None,
                _ => Some(Self::Whole),
            },
        }
    }

    /// Writes a whole number of so many bits.
    pub(super) fn whole(self, value: i64, bits: u32, text: &mut String) -> Result<(), String> {
        match self {
            Self::Decimal(scale) => {
                decimal(&BigInt::from(value), scale, text);
                Ok(())
            }
            // What is above the highest number with a sign is read as one below zero.
            Self::Unsigned if bits == 32 && value < 0 => display(&(value + (1 << 32)), text),
            Self::Unsigned => display(&value.cast_unsigned(), text),
            Self::Date => display(&day(value)?, text),
            Self::Moment(parts) => {
                let (seconds, rest) = (value.div_euclid(parts), value.rem_euclid(parts));
                moment(seconds, rest != 0, text)
            }
            _ => display(&value, text),
        }
    }

    /// Writes bytes: text, or a decimal whose first byte is the highest.
    pub(super) fn bytes(self, bytes: &[u8], text: &mut String) -> Result<(), String> {
        match self {
            Self::Decimal(_) if bytes.len() > MAX_BYTES => Err(format!("a decimal has more than {MAX_BYTES} bytes")),
            Self::Decimal(scale) => {
                decimal(&BigInt::from_signed_bytes_be(bytes), scale, text);
                Ok(())
            }
            _ => {
                text.push_str(std::str::from_utf8(bytes).map_err(|_| "a text is not UTF-8".to_owned())?);
                Ok(())
            }
        }
    }
}

/// Writes a value as Rust does: of a binary number the shortest decimal that reads back as the same.
pub(super) fn display(value: &impl std::fmt::Display, text: &mut String) -> Result<(), String> {
    write!(text, "{value}").map_err(|error| error.to_string())
}

/// Writes a moment of the old form: nanoseconds of a Julian day.
pub(super) fn old_moment(value: &Int96, text: &mut String) -> Result<(), String> {
    let &[low, high, days] = value.data() else { return Err("a moment has no three parts".to_owned()) };
    let nanoseconds = (i64::from(high) << 32) | i64::from(low);
    let seconds = (i64::from(days) - JULIAN_EPOCH).checked_mul(SECONDS);
    let seconds = seconds.and_then(|seconds| seconds.checked_add(nanoseconds.div_euclid(1_000_000_000)));
    moment(seconds.ok_or("a moment is too far away")?, nanoseconds.rem_euclid(1_000_000_000) != 0, text)
}

/// Writes a decimal digit by digit.
fn decimal(value: &BigInt, scale: usize, text: &mut String) {
    let digits = value.magnitude().to_string();
    if value.sign() == num_bigint::Sign::Minus {
        text.push('-');
    }
    let whole = digits.len().saturating_sub(scale);
    text.push_str(if whole == 0 { "0" } else { &digits[..whole] });
    if scale > 0 {
        text.push('.');
        text.extend(std::iter::repeat_n('0', scale - (digits.len() - whole)));
        text.push_str(&digits[whole..]);
    }
}

fn day(days: i64) -> Result<Date, String> {
    let span = Span::new().try_days(days).map_err(|_| "a day is too far away".to_owned())?;
    EPOCH.checked_add(span).map_err(|_| "a day is too far away".to_owned())
}

/// Writes seconds since 1970, and a part of a second if there is one.
fn moment(seconds: i64, has_part: bool, text: &mut String) -> Result<(), String> {
    let (day, second) = (day(seconds.div_euclid(SECONDS))?, seconds.rem_euclid(SECONDS));
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    // Only whether it is midnight is ever asked.
    let part = if has_part { ".1" } else { "" };
    write!(text, "{day}T{hour:02}:{minute:02}:{second:02}{part}").map_err(|error| error.to_string())
}
