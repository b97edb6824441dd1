//! Bills as Parquet: the columns that a format has, a batch of rows at a time.

use std::sync::Arc;

use parquet::column::reader::{ColumnReader, ColumnReaderImpl, get_column_reader};
use parquet::data_type::{ByteArrayType, DataType};
use parquet::errors::ParquetError;
use parquet::file::metadata::{ColumnChunkMetaData, ParquetMetaData, ParquetMetaDataReader};
use parquet::file::reader::ChunkReader;
use parquet::schema::types::SchemaDescriptor;

use crate::parse::actuals::bill::{BillFault, BillHead, BillRowRaw, BillRows, chosen};
use crate::parse::actuals::bill_layout::{BillField, BillLayout};
use crate::parse::actuals::parquet_pages::{PageBounds, Pages, is_readable};
use crate::parse::actuals::parquet_thrift::check_metadata;
use crate::parse::actuals::parquet_value::{ValueKind, display, old_moment};
use crate::source::acts_on_terminal;

/// How many rows are read together.
const BATCH: usize = 1024;
/// The most bytes of the texts of these rows.
const MAX_BATCH: usize = 64 * 1024 * 1024;
const TOO_LONG: &str = "the texts of 1,024 rows have more than 67108864 bytes";
/// The most bytes of the metadata of a file.
const MAX_METADATA: u32 = 64 * 1024 * 1024;
/// Rows that are alike take hardly a byte. From how many rows on, and how many of them, are more than a byte can say.
const FEW_ROWS: u64 = 10_000_000;
const ROWS_IN_BYTE: u64 = 64;

/// A bill that is being read from Parquet.
pub struct BillParquet<R: ChunkReader + 'static> {
    input: Arc<R>,
    metadata: ParquetMetaData,
    bounds: PageBounds,
    head: BillHead,
    columns: Vec<Column>,
    /// The readers of the columns in the group of rows that is being read, and how many of its rows are left.
    open: Vec<Open>,
    left: usize,
    /// The next group.
    group: usize,
    /// The texts of a batch, and the place of the next row in it.
    batch: Vec<Texts>,
    at: usize,
    size: usize,
    record: csv::StringRecord,
    /// How many rows were read, of how many.
    done: u64,
    all: u64,
    on_rows: Box<dyn FnMut(u64, u64)>,
}

/// A column of which the format has values.
struct Column {
    name: String,
    place: Place,
}

/// Where the values of a column are in the file.
#[derive(Clone, Copy)]
enum Place {
    /// In one sequence of values.
    Values(usize, ValueKind),
    /// In one of keys and one of values, as tags are.
    Pairs(usize, usize),
}

/// A column that is being read.
enum Open {
    Values(Box<ColumnReader>, ValueKind, i16),
    Pairs(Box<[Levelled; 2]>),
}

/// Texts that may be repeated in a row, with the level at which one is there.
struct Levelled(ColumnReaderImpl<ByteArrayType>, i16);

/// The texts of a column, one after another; what has no value is empty.
#[derive(Default)]
struct Texts {
    text: String,
    ends: Vec<usize>,
    /// How long the text may become.
    most: usize,
}

impl Texts {
    fn end(&mut self) -> Result<(), String> {
        self.ends.push(self.text.len());
        if self.text.len() > self.most { Err(TOO_LONG.to_owned()) } else { Ok(()) }
    }

    fn get(&self, at: usize) -> &str {
        let start = if at == 0 { 0 } else { self.ends[at - 1] };
        &self.text[start..self.ends[at]]
    }
}

impl<R: ChunkReader + 'static> BillParquet<R> {
    /// Reads the columns of a bill in one of some formats: the one with a name, otherwise the first whose columns it has. Tags
    /// are read if they are kept. `on_rows` is called with the rows that were read and their number in all.
    ///
    /// # Errors
    /// What is not a bill in one of the formats, and what is packed or encrypted in a way that is not read.
    pub fn new(
        input: R,
        formats: &[BillLayout],
        format: Option<&str>,
        keeps_tags: bool,
        on_rows: impl FnMut(u64, u64) + 'static,
    ) -> Result<Self, BillFault> {
        let length = input.len();
        check_footer(&input)?;
        let metadata = ParquetMetaDataReader::new().parse_and_finish(&input).map_err(|error| unreadable(&error))?;
        let schema = metadata.file_metadata().schema_descr();
        let header: Vec<String> =
            schema.root_schema().get_fields().iter().map(|field| field.name().trim().to_owned()).collect();
        let whole = |fault: BillFault| BillFault { line: None, ..fault };
        let format = chosen(&header, formats, format).map_err(whole)?;
        let (columns, binary) = wanted(schema, &header, format, keeps_tags)?;
        let all = check_groups(&metadata, &columns, length)?;
        let names: Vec<String> = columns.iter().map(|column| column.name.clone()).collect();
        let mut head = BillHead::new(&names, format).map_err(whole)?;
        if !binary.is_empty() {
            head.notes.push(format!(
                "{}: binary numbers, read as the shortest decimals that stand for them",
                binary.join(", ")
            ));
        }
        Ok(Self {
            input: Arc::new(input),
            metadata,
            bounds: PageBounds::default(),
            head,
            columns,
            open: Vec::new(),
            left: 0,
            group: 0,
            batch: Vec::new(),
            at: 0,
            size: 0,
            record: csv::StringRecord::new(),
            done: 0,
            all,
            on_rows: Box::new(on_rows),
        })
    }

    /// Reads the next batch of rows; false at the end.
    fn next_batch(&mut self) -> Result<bool, BillFault> {
        while self.left == 0 {
            if self.group == self.metadata.num_row_groups() {
                return Ok(false);
            }
            self.open_group()?;
        }
        let size = self.left.min(BATCH);
        self.batch.clear();
        self.bounds.batch();
        let mut length = 0;
        for (column, open) in self.columns.iter().zip(&mut self.open) {
            let mut texts = Texts { most: MAX_BATCH - length, ..Texts::default() };
            open.read(size, &mut texts).map_err(|reason| {
                BillFault::at(
                    self.done + 1,
                    format!("the column `{}` cannot be read from here on: {reason}", column.name),
                )
            })?;
            length += texts.text.len();
            self.batch.push(texts);
        }
        (self.size, self.at) = (size, 0);
        self.left -= size;
        (self.on_rows)(self.done, self.all);
        Ok(true)
    }

    fn open_group(&mut self) -> Result<(), BillFault> {
        let group = self.metadata.row_group(self.group);
        self.group += 1;
        self.left = usize::try_from(group.num_rows()).unwrap_or_default();
        self.open.clear();
        for column in &self.columns {
            let reader = |leaf: usize| {
                let (descriptor, chunk) = (group.schema_descr().column(leaf), group.column(leaf));
                let range = range(chunk).ok_or_else(broken)?;
                let pages = Pages::new(Arc::clone(&self.input), range, chunk, self.left as u64, &self.bounds);
                let depth = descriptor.max_def_level();
                Ok((get_column_reader(descriptor, Box::new(pages)), depth))
            };
            let levelled = |leaf: usize| match reader(leaf)? {
                (ColumnReader::ByteArrayColumnReader(reader), depth) => Ok(Levelled(reader, depth)),
                _ => Err(BillFault::whole(format!("the column `{}` has no texts", column.name))),
            };
            self.open.push(match column.place {
                Place::Values(leaf, kind) => {
                    let (reader, depth) = reader(leaf)?;
                    Open::Values(Box::new(reader), kind, depth)
                }
                Place::Pairs(key, value) => Open::Pairs(Box::new([levelled(key)?, levelled(value)?])),
            });
        }
        Ok(())
    }
}

impl<R: ChunkReader + 'static> BillRows for BillParquet<R> {
    fn head(&self) -> &BillHead {
        &self.head
    }

    fn next_row(&mut self) -> Result<Option<BillRowRaw<'_>>, BillFault> {
        if self.at == self.size && !self.next_batch()? {
            return Ok(None);
        }
        self.record.clear();
        for texts in &self.batch {
            self.record.push_field(texts.get(self.at));
        }
        self.at += 1;
        self.done += 1;
        Ok(Some(self.head.row(&self.record, self.done)))
    }
}

/// The columns of which a format has values, and the names of those whose amounts are binary numbers.
fn wanted(
    schema: &SchemaDescriptor,
    header: &[String],
    format: &BillLayout,
    keeps_tags: bool,
) -> Result<(Vec<Column>, Vec<String>), BillFault> {
    let (mut columns, mut binary) = (Vec::new(), Vec::new());
    for (root, name) in header.iter().enumerate() {
        let has = |names: &[Box<str>]| names.iter().any(|of| of.eq_ignore_ascii_case(name));
        let of_column = format.columns.iter().filter(|(_, names)| has(names)).map(|(field, _)| *field);
        let fields: Vec<BillField> = of_column.filter(|field| keeps_tags || *field != BillField::Tags).collect();
        if fields.is_empty() {
            continue;
        }
        let place = place(schema, root).ok_or_else(|| {
            let message = format!("the values of the column `{name}` are of a type that is in no bill");
            BillFault::whole(message).help("write the file again with texts, numbers and days")
        })?;
        let is_amount = |field| matches!(field, BillField::Cost | BillField::Effective | BillField::Quantity);
        if matches!(place, Place::Values(_, ValueKind::Binary)) && fields.into_iter().any(is_amount) {
            binary.push(name.clone());
        }
        columns.push(Column { name: name.clone(), place });
    }
    Ok((columns, binary))
}

/// Where the values of a column are; `None` if they are no values of a bill.
fn place(schema: &SchemaDescriptor, root: usize) -> Option<Place> {
    let leaves: Vec<usize> =
        (0..schema.num_columns()).filter(|leaf| schema.get_column_root_idx(*leaf) == root).collect();
    match leaves[..] {
        [leaf] => {
            let column = schema.column(leaf);
            let is_plain = column.path().parts().len() == 1 && column.max_rep_level() == 0;
            Some(Place::Values(leaf, ValueKind::of(&column).filter(|_| is_plain)?))
        }
        [key, value] => {
            let is = |leaf: usize, name: &str| {
                let column = schema.column(leaf);
                let last = column.path().parts().last().is_some_and(|last| last == name);
                last && column.max_rep_level() == 1 && ValueKind::of(&column) == Some(ValueKind::Text)
            };
            (is(key, "key") && is(value, "value")).then_some(Place::Pairs(key, value))
        }
        _ => None,
    }
}

/// Checks how the columns are packed and that they lie within the file, and counts the rows.
fn check_groups(metadata: &ParquetMetaData, columns: &[Column], length: u64) -> Result<u64, BillFault> {
    let mut rows = 0_u64;
    for group in metadata.row_groups() {
        rows = u64::try_from(group.num_rows()).ok().and_then(|of| rows.checked_add(of)).ok_or_else(broken)?;
        for column in columns {
            let leaves = match column.place {
                Place::Values(leaf, _) => [leaf, leaf],
                Place::Pairs(key, value) => [key, value],
            };
            for leaf in leaves {
                let chunk = group.columns().get(leaf).ok_or_else(broken)?;
                let [start, size] = range(chunk).ok_or_else(broken)?;
                if start.checked_add(size).is_none_or(|end| end > length) {
                    return Err(broken());
                }
                if !is_readable(chunk.compression()) {
                    let name = chunk.compression().to_string();
                    let name = name.split('(').next().unwrap_or_default();
                    let message = format!(
                        "the file is packed with {name}, and costplan reads Snappy, gzip, Zstandard and what is not packed"
                    );
                    let help = "pack it with Snappy: duckdb -c \"COPY (FROM 'bill.parquet') TO 'snappy.parquet'\"";
                    return Err(BillFault::whole(message).help(help));
                }
            }
        }
    }
    if rows > FEW_ROWS && rows / ROWS_IN_BYTE > length {
        return Err(BillFault::whole(format!("the file says that it has {rows} rows, and has only {length} bytes")));
    }
    Ok(rows)
}

/// The place of the pages of a column, and how many bytes they have.
fn range(chunk: &ColumnChunkMetaData) -> Option<[u64; 2]> {
    let data = u64::try_from(chunk.data_page_offset()).ok()?;
    let dictionary = chunk.dictionary_page_offset().map(u64::try_from).transpose().ok()?;
    // Some writers say 0 for a dictionary that is not there.
    let start = dictionary.filter(|place| (1..data).contains(place)).unwrap_or(data);
    Some([start, u64::try_from(chunk.compressed_size()).ok()?])
}

fn broken() -> BillFault {
    BillFault::whole("the file is Parquet whose parts do not fit together")
}

/// Checks the metadata at the end of a file, before it is read.
fn check_footer(input: &impl ChunkReader) -> Result<(), BillFault> {
    let wrong = |message: &str| unreadable(&ParquetError::General(message.to_owned()));
    let length = input.len();
    let Some(end) = length.checked_sub(8) else { return Err(wrong("it is cut off")) };
    let tail = input.get_bytes(end, 8).map_err(|error| unreadable(&error))?;
    let size = tail.get(..4).and_then(|size| size.try_into().ok()).map_or(0, u32::from_le_bytes);
    // What does not end as Parquet is refused by its reader, which knows what it may be.
    if !tail.ends_with(b"PAR1") || u64::from(size) > end {
        return Ok(());
    }
    if size > MAX_METADATA {
        return Err(wrong(&format!("its metadata has {size} bytes, and costplan reads at most {MAX_METADATA}")));
    }
    let size = usize::try_from(size).unwrap_or_default();
    let metadata = input.get_bytes(end - size as u64, size).map_err(|error| unreadable(&error))?;
    check_metadata(metadata.as_ref()).map_err(|message| wrong(&message))
}

/// What is wrong with a file that is no whole Parquet.
fn unreadable(error: &ParquetError) -> BillFault {
    let reason = reason(error);
    if reason.contains("ncrypt") {
        return BillFault::whole("the file is Parquet that is encrypted").help("write it again without encryption");
    }
    BillFault::whole(format!("the file is Parquet that cannot be read: {reason}")).help("download the file again")
}

fn reason(error: &ParquetError) -> String {
    error.to_string().chars().filter(|one| !acts_on_terminal(*one)).take(200).collect()
}

impl Open {
    /// Reads the texts of some rows.
    fn read(&mut self, rows: usize, texts: &mut Texts) -> Result<(), String> {
        match self {
            Self::Pairs(of) => pairs(of, rows, texts),
            Self::Values(reader, kind, depth) => {
                let (kind, depth) = (*kind, *depth);
                match &mut **reader {
                    ColumnReader::BoolColumnReader(reader) => values(reader, rows, depth, texts, display),
                    ColumnReader::Int32ColumnReader(reader) => {
                        values(reader, rows, depth, texts, |value, text| kind.whole(i64::from(*value), 32, text))
                    }
                    ColumnReader::Int64ColumnReader(reader) => {
                        values(reader, rows, depth, texts, |value, text| kind.whole(*value, 64, text))
                    }
                    ColumnReader::Int96ColumnReader(reader) => values(reader, rows, depth, texts, old_moment),
                    // Rust writes the shortest decimal that reads back as the same number.
                    ColumnReader::FloatColumnReader(reader) => values(reader, rows, depth, texts, display),
                    ColumnReader::DoubleColumnReader(reader) => values(reader, rows, depth, texts, display),
                    ColumnReader::ByteArrayColumnReader(reader) => {
                        values(reader, rows, depth, texts, |value, text| kind.bytes(value.data(), text))
                    }
                    ColumnReader::FixedLenByteArrayColumnReader(reader) => {
                        values(reader, rows, depth, texts, |value, text| kind.bytes(value.data(), text))
                    }
                }
            }
        }
    }
}

const TOO_FEW: &str = "it has fewer values than there are rows";

/// Reads the values of some rows.
fn values<T: DataType>(
    reader: &mut ColumnReaderImpl<T>,
    rows: usize,
    depth: i16,
    texts: &mut Texts,
    write: impl Fn(&T::T, &mut String) -> Result<(), String>,
) -> Result<(), String> {
    let (mut levels, mut found) = (Vec::new(), Vec::new());
    let read = reader.read_records(rows, Some(&mut levels), None, &mut found);
    let (records, ..) = read.map_err(|error| reason(&error))?;
    if records != rows || (depth > 0 && levels.len() != rows) {
        return Err(TOO_FEW.to_owned());
    }
    let mut found = found.iter();
    for row in 0..rows {
        if levels.get(row).is_none_or(|level| *level == depth) {
            write(found.next().ok_or(TOO_FEW)?, &mut texts.text)?;
        }
        texts.end()?;
    }
    Ok(())
}

/// What one of the two sequences of pairs has for some rows.
struct Repeated {
    texts: Vec<Option<String>>,
    /// Whether a text is the first of its row.
    is_first: Vec<bool>,
}

impl Levelled {
    fn read(&mut self, rows: usize) -> Result<Repeated, String> {
        let (mut levels, mut repeats, mut found) = (Vec::new(), Vec::new(), Vec::new());
        let read = self.0.read_records(rows, Some(&mut levels), Some(&mut repeats), &mut found);
        let (records, ..) = read.map_err(|error| reason(&error))?;
        if records != rows || levels.len() != repeats.len() {
            return Err(TOO_FEW.to_owned());
        }
        let mut found = found.iter();
        let (mut texts, mut length) = (Vec::new(), 0);
        for level in &levels {
            if *level < self.1 {
                texts.push(None);
                continue;
            }
            let mut text = String::new();
            ValueKind::Text.bytes(found.next().ok_or(TOO_FEW)?.data(), &mut text)?;
            length += text.len();
            if length > MAX_BATCH {
                return Err(TOO_LONG.to_owned());
            }
            texts.push(Some(text));
        }
        Ok(Repeated { texts, is_first: repeats.iter().map(|repeat| *repeat == 0).collect() })
    }
}

/// Reads pairs, such as tags, as JSON.
fn pairs([keys, values]: &mut [Levelled; 2], rows: usize, texts: &mut Texts) -> Result<(), String> {
    let (keys, values) = (keys.read(rows)?, values.read(rows)?);
    if keys.is_first != values.is_first || keys.is_first.first() != Some(&true) {
        return Err("its keys do not belong to its values".to_owned());
    }
    let mut object = serde_json::Map::new();
    let last = keys.texts.len() - 1;
    for (at, (key, value)) in keys.texts.into_iter().zip(values.texts).enumerate() {
        if let (Some(key), Some(value)) = (key, value) {
            object.insert(key, serde_json::Value::String(value));
        }
        if at == last || keys.is_first[at + 1] {
            texts.text.push_str(&serde_json::Value::Object(std::mem::take(&mut object)).to_string());
            texts.end()?;
        }
    }
    Ok(())
}
