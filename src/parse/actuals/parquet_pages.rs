//! The pages of a column of Parquet: each is bounded before it is read and unpacked, so that no file can fill the memory.

use std::io::{self, Read as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use parquet::basic::{Compression, Encoding, Type};
use parquet::column::page::{Page, PageMetadata, PageReader};
use parquet::errors::ParquetError;
use parquet::file::metadata::ColumnChunkMetaData;
use parquet::file::reader::ChunkReader;

use crate::parse::actuals::parquet_delta::{plain_numbers, plain_texts};
use crate::parse::actuals::parquet_thrift::{PageHeader, page_header};

/// The most bytes of a page, and of all pages that are open at once.
const MAX_PAGE: usize = 128 * 1024 * 1024;
const MAX_OPEN: usize = 256 * 1024 * 1024;
/// The most values of a dictionary.
const MAX_DICTIONARY: usize = 1 << 20;
/// The most values that some rows may have in a column of several values for each row.
const MAX_REPEATED: usize = 1 << 22;
/// How much is read for the header of a page, and how much if that is not enough.
const HEADERS: [u64; 2] = [4 * 1024, 1024 * 1024];

/// Whether values that are packed so are read.
pub(super) fn is_readable(packed: Compression) -> bool {
    use Compression::{GZIP, SNAPPY, UNCOMPRESSED, ZSTD};
    matches!(packed, UNCOMPRESSED | SNAPPY | GZIP(_) | ZSTD(_))
}

/// What the readers of all columns of a file share.
#[derive(Clone, Debug, Default)]
pub(super) struct PageBounds {
    /// The bytes of the pages that are open.
    open: Arc<AtomicUsize>,
    /// The values of columns with several values for each row, since the last batch of rows.
    repeated: Arc<AtomicUsize>,
}

impl PageBounds {
    /// Another batch of rows begins.
    pub(super) fn batch(&self) {
        self.repeated.store(0, Ordering::Relaxed);
    }
}

/// The pages of a column in a group of rows.
pub(super) struct Pages<R> {
    input: Arc<R>,
    at: u64,
    left: u64,
    packed: Compression,
    shape: Shape,
    /// The rows of the group.
    rows: u64,
    bounds: PageBounds,
    /// The bytes of the dictionary and of the page of values that are open.
    open: [usize; 2],
    has_dictionary: bool,
}

/// What the values of a column are.
#[derive(Clone, Copy)]
struct Shape {
    kind: Type,
    /// The bytes of each value, if all have the same.
    length: Option<usize>,
    /// Whether there are levels at which a value is there, and at which it is repeated.
    levels: [bool; 2],
}

impl<R: ChunkReader> Pages<R> {
    /// The pages of a column that are so many bytes of a file.
    pub(super) fn new(
        input: Arc<R>,
        [at, left]: [u64; 2],
        chunk: &ColumnChunkMetaData,
        rows: u64,
        bounds: &PageBounds,
    ) -> Self {
        let column = chunk.column_descr();
        let kind = column.physical_type();
        let length = usize::try_from(column.type_length()).ok().filter(|_| kind == Type::FIXED_LEN_BYTE_ARRAY);
        let shape = Shape { kind, length, levels: [column.max_def_level() > 0, column.max_rep_level() > 0] };
        let (packed, bounds) = (chunk.compression(), bounds.clone());
        Self { input, at, left, packed, shape, rows, bounds, open: [0; 2], has_dictionary: false }
    }

    /// The header of the next page, and its bytes as they are packed.
    fn next_part(&mut self) -> Result<(PageHeader, impl AsRef<[u8]> + use<R>), ParquetError> {
        let mut found = None;
        for most in HEADERS {
            let length = usize::try_from(most.min(self.left)).unwrap_or_default();
            found = page_header(self.input.get_bytes(self.at, length)?.as_ref());
            if found.is_some() || most >= self.left {
                break;
            }
        }
        let header = found.ok_or_else(|| wrong("the header of a page is not whole"))?;
        let length = header.length as u64;
        (self.at, self.left) = (self.at + length, self.left - length);
        let packed = size(header.packed)?;
        size(header.unpacked)?;
        if packed as u64 > self.left {
            return Err(wrong("a page is larger than its column"));
        }
        let bytes = self.input.get_bytes(self.at, packed)?;
        (self.at, self.left) = (self.at + packed as u64, self.left - packed as u64);
        Ok((header, bytes))
    }

    /// Counts the bytes of a page that takes the place of the dictionary or of the last page.
    fn hold(&mut self, place: usize, size: usize) -> Result<(), ParquetError> {
        let before = std::mem::replace(&mut self.open[place], size);
        self.bounds.open.fetch_sub(before, Ordering::Relaxed);
        let open = self.bounds.open.fetch_add(size, Ordering::Relaxed) + size;
        if open > MAX_OPEN {
            return Err(wrong(format!("the pages of its columns have more than {MAX_OPEN} bytes together")));
        }
        Ok(())
    }

    fn dictionary(&mut self, header: &PageHeader, bytes: &[u8]) -> Result<Page, ParquetError> {
        self.hold(0, size(header.unpacked)?)?;
        let bytes = unpacked(self.packed, bytes, size(header.unpacked)?)?;
        let values = usize::try_from(header.values).ok().filter(|values| *values <= bytes.len().min(MAX_DICTIONARY));
        let values = values.ok_or_else(|| wrong("a dictionary has more values than it can have"))?;
        if !matches!(header.encoding, 0 | 2) {
            return Err(wrong("a dictionary is encoded in a way that costplan does not read"));
        }
        self.has_dictionary = true;
        Ok(Page::DictionaryPage {
            buf: bytes.into(),
            num_values: u32::try_from(values).unwrap_or_default(),
            encoding: Encoding::PLAIN,
            is_sorted: false,
        })
    }

    /// The number of values of a page, of which only so many may be repeated in some rows.
    fn values(&self, header: &PageHeader) -> Result<u32, ParquetError> {
        let values = u32::try_from(header.values).ok().filter(|values| i32::try_from(*values).is_ok());
        let values = values.ok_or_else(|| wrong("a page has a number of values below zero"))?;
        if !self.shape.levels[1] && u64::from(values) > self.rows {
            return Err(wrong("a page has more values than there are rows"));
        }
        if self.shape.levels[1] {
            let more = usize::try_from(values).unwrap_or(usize::MAX);
            let all = self.bounds.repeated.fetch_add(more, Ordering::Relaxed).saturating_add(more);
            if more > MAX_REPEATED || all > MAX_REPEATED * 2 {
                return Err(wrong("a row has more tags than a bill"));
            }
        }
        Ok(values)
    }

    fn first_version(&mut self, header: &PageHeader, bytes: &[u8]) -> Result<Page, ParquetError> {
        self.hold(1, size(header.unpacked)?)?;
        let num_values = self.values(header)?;
        let mut bytes = unpacked(self.packed, bytes, size(header.unpacked)?)?;
        let mut start = 0;
        for nth in [1, 0] {
            if self.shape.levels[nth] {
                if header.levels[nth] != 3 {
                    return Err(wrong("the levels of a page are encoded in a way that costplan does not read"));
                }
                start = levels_end(&bytes, start)?;
            }
        }
        let encoding = self.plain(header.encoding, &mut bytes, start, num_values)?;
        Ok(Page::DataPage {
            buf: bytes.into(),
            num_values,
            encoding,
            def_level_encoding: Encoding::RLE,
            rep_level_encoding: Encoding::RLE,
            statistics: None,
        })
    }

    fn second_version(&mut self, header: &PageHeader, bytes: &[u8]) -> Result<Page, ParquetError> {
        self.hold(1, size(header.unpacked)?)?;
        let num_values = self.values(header)?;
        let [of_values, of_repeats] = header.level_bytes;
        let (levels, all) = ([size(of_values)?, size(of_repeats)?], size(header.unpacked)?);
        let start = levels[0] + levels[1];
        let (before, packed) =
            bytes.split_at_checked(start).ok_or_else(|| wrong("the levels of a page are not whole"))?;
        let of_page = if header.is_packed { self.packed } else { Compression::UNCOMPRESSED };
        let rest = all.checked_sub(start).ok_or_else(|| wrong("the levels of a page are larger than the page"))?;
        // A page without values may have nothing that is packed.
        let values = if rest == 0 { Vec::new() } else { unpacked(of_page, packed, rest)? };
        let mut bytes = [before, &*values].concat();
        let encoding = self.plain(header.encoding, &mut bytes, start, num_values)?;
        let nulls = u32::try_from(header.nulls).ok().filter(|nulls| *nulls <= num_values);
        let small = |number: usize| u32::try_from(number).unwrap_or_default();
        Ok(Page::DataPageV2 {
            buf: bytes.into(),
            num_values,
            encoding,
            num_nulls: nulls.ok_or_else(|| wrong("a page has more empty values than values"))?,
            num_rows: u32::try_from(header.rows).unwrap_or_default(),
            def_levels_byte_len: small(levels[0]),
            rep_levels_byte_len: small(levels[1]),
            is_compressed: false,
            statistics: None,
        })
    }

    /// Writes values that are differences as plain ones, and returns the encoding after that.
    fn plain(&self, encoding: i64, bytes: &mut Vec<u8>, start: usize, values: u32) -> Result<Encoding, ParquetError> {
        let shape = self.shape;
        let most = usize::try_from(values).unwrap_or_default();
        let is_text = matches!(shape.kind, Type::BYTE_ARRAY | Type::FIXED_LEN_BYTE_ARRAY);
        let is_long = shape.kind == Type::INT64;
        let plain = match encoding {
            0 => return Ok(Encoding::PLAIN),
            2 | 8 if self.has_dictionary => return Ok(Encoding::RLE_DICTIONARY),
            2 | 8 => return Err(wrong("a page has places of a dictionary that is not there")),
            3 if shape.kind == Type::BOOLEAN => return Ok(Encoding::RLE),
            5 if is_long || shape.kind == Type::INT32 => {
                if most > MAX_PAGE / 8 {
                    return Err(wrong("a page has more values than a bill"));
                }
                plain_numbers(&bytes[start..], most, is_long)
            }
            6 if shape.kind == Type::BYTE_ARRAY => {
                plain_texts(&bytes[start..], most.min(MAX_PAGE / 8), false, None, MAX_PAGE)
            }
            7 if is_text => plain_texts(&bytes[start..], most.min(MAX_PAGE / 8), true, shape.length, MAX_PAGE),
            _ => return Err(wrong("a page is encoded in a way that costplan does not read")),
        };
        bytes.truncate(start);
        bytes.extend(plain.map_err(wrong)?);
        Ok(Encoding::PLAIN)
    }
}

impl<R: ChunkReader> PageReader for Pages<R> {
    fn get_next_page(&mut self) -> Result<Option<Page>, ParquetError> {
        while self.left > 0 {
            let (header, bytes) = self.next_part()?;
            return Ok(Some(match header.kind {
                0 => self.first_version(&header, bytes.as_ref())?,
                1 => continue,
                2 => self.dictionary(&header, bytes.as_ref())?,
                3 => self.second_version(&header, bytes.as_ref())?,
                _ => return Err(wrong("a page is of a kind that costplan does not read")),
            }));
        }
        Ok(None)
    }

    /// A row with several values may go on in the next page, if there is one.
    fn at_record_boundary(&mut self) -> Result<bool, ParquetError> {
        Ok(self.left == 0)
    }

    fn peek_next_page(&mut self) -> Result<Option<PageMetadata>, ParquetError> {
        Err(wrong("pages are read one after another"))
    }

    fn skip_next_page(&mut self) -> Result<(), ParquetError> {
        Err(wrong("pages are read one after another"))
    }
}

impl<R: ChunkReader> Iterator for Pages<R> {
    type Item = Result<Page, ParquetError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.get_next_page().transpose()
    }
}

impl<R> Drop for Pages<R> {
    fn drop(&mut self) {
        self.bounds.open.fetch_sub(self.open[0] + self.open[1], Ordering::Relaxed);
    }
}

fn wrong(message: impl Into<String>) -> ParquetError {
    ParquetError::General(message.into())
}

/// A number of bytes that a page may have.
fn size(claimed: i64) -> Result<usize, ParquetError> {
    let size = usize::try_from(claimed).map_err(|_| wrong("a page has a size below zero"))?;
    if size > MAX_PAGE {
        return Err(wrong(format!("a page says that it has {size} bytes, and costplan reads at most {MAX_PAGE}")));
    }
    Ok(size)
}

/// The end of the levels that begin in a place with their length.
fn levels_end(bytes: &[u8], start: usize) -> Result<usize, ParquetError> {
    let cut = || wrong("the levels of a page are not whole");
    let length: [u8; 4] = bytes.get(start..start + 4).and_then(|four| four.try_into().ok()).ok_or_else(cut)?;
    let end = usize::try_from(u32::from_le_bytes(length)).ok().and_then(|length| length.checked_add(start + 4));
    end.filter(|end| *end <= bytes.len()).ok_or_else(cut)
}

/// Unpacks a page, whose size is known, and no more than that.
fn unpacked(packed: Compression, bytes: &[u8], size: usize) -> Result<Vec<u8>, ParquetError> {
    let other = || wrong("a page has another size than it says");
    let limited = |input: &mut dyn io::Read| {
        let mut unpacked = Vec::new();
        let read = input.take(size as u64 + 1).read_to_end(&mut unpacked);
        read.map_err(|error| wrong(format!("a page cannot be unpacked: {error}")))?;
        Ok::<_, ParquetError>(unpacked)
    };
    let unpacked = match packed {
        Compression::UNCOMPRESSED => bytes.to_vec(),
        Compression::SNAPPY => {
            if snap::raw::decompress_len(bytes).ok() != Some(size) {
                return Err(other());
            }
            let unpacked = snap::raw::Decoder::new().decompress_vec(bytes);
            unpacked.map_err(|error| wrong(format!("a page cannot be unpacked: {error}")))?
        }
        Compression::GZIP(_) => limited(&mut flate2::read::MultiGzDecoder::new(bytes))?,
        Compression::ZSTD(_) => {
            let decoder = ruzstd::decoding::StreamingDecoder::new(bytes);
            limited(&mut decoder.map_err(|error| wrong(format!("a page cannot be unpacked: {error}")))?)?
        }
        _ => return Err(wrong("a page is packed in a way that costplan does not read")),
    };
    if unpacked.len() == size { Ok(unpacked) } else { Err(other()) }
}
