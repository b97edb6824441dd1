//! Parquet: a table whose columns keep their types. Numbers are decimals, with the digits that the column needs.

use std::io::{self, Write};
use std::sync::Arc;

use parquet::basic::{Compression, LogicalType, Repetition, TimeUnit, Type as Physical};
use parquet::data_type::{
    BoolType, ByteArray, ByteArrayType, DataType, FixedLenByteArray, FixedLenByteArrayType, Int64Type,
};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::types::{Type, TypePtr};
use rust_decimal::Decimal;

use crate::view::{ColumnType, TypedTable, TypedValue};

/// The most digits of a decimal.
const DIGITS: u32 = 38;

/// The digits that every decimal has: two of them can be multiplied.
const USUAL_DIGITS: u32 = 18;

/// The decimals that every column of numbers has, so that tables of several plans and bills have the same.
const USUAL_DECIMALS: u32 = 12;

/// The bytes of a decimal of that many digits.
const BYTES: i32 = 16;

/// Writes a table.
///
/// # Errors
/// The errors of `out`; `InvalidData` if the numbers of a column have too many digits for one scale.
pub fn parquet(table: &TypedTable<'_>, out: impl Write + Send) -> io::Result<()> {
    let shapes: Vec<Shape> = (0..table.columns.len()).map(|place| Shape::of(table, place)).collect();
    let written = write(table, &shapes, out);
    written.map_err(|error| match error {
        ParquetError::External(error) => match error.downcast::<io::Error>() {
            Ok(error) => *error,
            Err(error) => io::Error::other(error),
        },
        other => io::Error::new(io::ErrorKind::InvalidData, other.to_string()),
    })
}

fn write(table: &TypedTable<'_>, shapes: &[Shape], out: impl Write + Send) -> Result<(), ParquetError> {
    let columns = table.columns.iter().zip(shapes);
    let fields = columns.map(|((name, kind), shape)| field(name, *kind, *shape));
    let schema = Type::group_type_builder("schema").with_fields(fields.collect::<Result<_, _>>()?).build()?;
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_created_by(concat!("costplan ", env!("CARGO_PKG_VERSION")).to_owned())
        .build();
    let mut writer = SerializedFileWriter::new(out, Arc::new(schema), Arc::new(properties))?;
    let mut group = writer.next_row_group()?;
    for (place, (_, kind)) in table.columns.iter().enumerate() {
        let Some(mut column) = group.next_column()? else { break };
        let values = || table.rows.iter().map(|row| &row[place]);
        match kind {
            ColumnType::Text => write_column::<ByteArrayType>(&mut column, values(), |value| match value {
                TypedValue::Text(text) => Some(Ok(ByteArray::from(text.as_bytes().to_vec()))),
                _ => None,
            })?,
            ColumnType::Number | ColumnType::Count => {
                write_column::<FixedLenByteArrayType>(&mut column, values(), |value| match value {
                    TypedValue::Number(number) => Some(decimal(*number, shapes[place])),
                    _ => None,
                })?;
            }
            ColumnType::Moment => write_column::<Int64Type>(&mut column, values(), |value| match value {
                TypedValue::Moment(day) => Some(Ok(milliseconds(*day))),
                _ => None,
            })?,
            ColumnType::Truth => write_column::<BoolType>(&mut column, values(), |value| match value {
                TypedValue::Truth(is_so) => Some(Ok(*is_so)),
                _ => None,
            })?,
        }
        column.close()?;
    }
    group.close()?;
    writer.close()?;
    Ok(())
}

fn field(name: &str, kind: ColumnType, shape: Shape) -> Result<TypePtr, ParquetError> {
    let physical = match kind {
        ColumnType::Text => Physical::BYTE_ARRAY,
        ColumnType::Number | ColumnType::Count => Physical::FIXED_LEN_BYTE_ARRAY,
        ColumnType::Moment => Physical::INT64,
        ColumnType::Truth => Physical::BOOLEAN,
    };
    let builder = Type::primitive_type_builder(name, physical).with_repetition(Repetition::OPTIONAL);
    let (scale, digits) = (shape.scale.cast_signed(), shape.digits.cast_signed());
    let builder = match kind {
        ColumnType::Text => builder.with_logical_type(Some(LogicalType::String)),
        ColumnType::Number | ColumnType::Count => builder
            .with_logical_type(Some(LogicalType::decimal(scale, digits)))
            .with_length(BYTES)
            .with_precision(digits)
            .with_scale(scale),
        ColumnType::Moment => builder.with_logical_type(Some(LogicalType::timestamp(true, TimeUnit::MILLIS))),
        ColumnType::Truth => builder,
    };
    builder.build().map(Arc::new)
}

/// Writes the values of a column; those that `value` does not return are empty.
fn write_column<'v, T: DataType>(
    column: &mut SerializedColumnWriter<'_>,
    all: impl Iterator<Item = &'v TypedValue<'v>>,
    value: impl Fn(&TypedValue<'v>) -> Option<Result<T::T, ParquetError>>,
) -> Result<(), ParquetError> {
    let found: Vec<Option<T::T>> = all.map(|one| value(one).transpose()).collect::<Result<_, _>>()?;
    let levels: Vec<i16> = found.iter().map(|value| i16::from(value.is_some())).collect();
    let values: Vec<T::T> = found.into_iter().flatten().collect();
    column.typed::<T>().write_batch(&values, Some(&levels), None)?;
    Ok(())
}

/// The decimals and the digits of a column of numbers.
#[derive(Clone, Copy)]
struct Shape {
    scale: u32,
    digits: u32,
}

impl Shape {
    /// What the numbers of a column need, and the usual digits.
    fn of(table: &TypedTable<'_>, place: usize) -> Self {
        let numbers = || {
            table.rows.iter().filter_map(|row| match &row[place] {
                TypedValue::Number(number) => Some(number.normalize()),
                _ => None,
            })
        };
        let usual = if table.columns[place].1 == ColumnType::Number { USUAL_DECIMALS } else { 0 };
        let scale = numbers().map(|number| number.scale()).max().unwrap_or_default().max(usual);
        let before_point =
            |number: Decimal| number.trunc().mantissa().unsigned_abs().checked_ilog10().map_or(0, |log| log + 1);
        let whole = numbers().map(before_point).max().unwrap_or_default();
        Self { scale, digits: (whole + scale).clamp(USUAL_DIGITS, DIGITS) }
    }
}

/// A number as a whole number of units of the scale.
fn decimal(number: Decimal, Shape { scale, digits }: Shape) -> Result<FixedLenByteArray, ParquetError> {
    let number = number.normalize();
    let units = scale.checked_sub(number.scale()).and_then(|more| 10_i128.checked_pow(more));
    let units = units.and_then(|units| number.mantissa().checked_mul(units));
    let most = 10_i128.pow(digits);
    match units.filter(|units| (-most..most).contains(units)) {
        Some(units) => Ok(FixedLenByteArray::from(units.to_be_bytes().to_vec())),
        None => Err(ParquetError::General(format!(
            "{number} does not fit into a column of {scale} decimals, since it has at most {DIGITS} digits; CSV has room for it"
        ))),
    }
}

/// The first moment of a day, in milliseconds since 1970.
fn milliseconds(day: jiff::civil::Date) -> i64 {
    let epoch = jiff::civil::date(1970, 1, 1);
    day.duration_since(epoch).as_hours() * 3_600_000
}
