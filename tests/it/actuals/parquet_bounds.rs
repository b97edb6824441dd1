//! Parquet that claims more than it has, or has more than a bill: each is refused before it fills the memory.

#![allow(clippy::cast_possible_truncation, clippy::cast_possible_wrap, reason = "sizes of small files")]

use std::fs::File;
use std::io::Write as _;
use std::sync::Arc;

use costplan::parse::{BillLayout, BillParquet};
use costplan::resolve::{self, Bill, BillRequest};
use parquet::basic::{Compression, Encoding, GzipLevel};
use parquet::column::writer::ColumnCloseResult;
use parquet::file::metadata::ColumnChunkMetaData;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;

const SCHEMA: &str = "message bill {
    required binary BillingPeriodStart (UTF8);
    required binary BilledCost (UTF8);
    required binary BillingCurrency (UTF8);
    required binary ProviderName (UTF8);
    required group Tags (MAP) {
        repeated group key_value {
            required binary key (UTF8);
            required binary value (UTF8);
        }
    }
}";

/// A whole number of thrift's compact protocol.
fn number(value: i64) -> Vec<u8> {
    varint(((value << 1) ^ (value >> 63)).cast_unsigned())
}

/// A page: its kind, its size unpacked, how many values it has, their encoding, and its bytes as they are packed.
fn page(kind: i64, unpacked: i64, values: i64, encoding: i64, bytes: &[u8]) -> Vec<u8> {
    let mut page = vec![0x15];
    page.extend(number(kind));
    page.push(0x15);
    page.extend(number(unpacked));
    page.push(0x15);
    page.extend(number(bytes.len() as i64));
    page.push(if kind == 2 { 0x4c } else { 0x2c });
    page.push(0x15);
    page.extend(number(values));
    page.push(0x15);
    page.extend(number(encoding));
    if kind == 0 {
        // Levels are run lengths.
        page.extend([0x15, 0x06, 0x15, 0x06]);
    }
    page.extend([0, 0]);
    page.extend(bytes);
    page
}

fn plain(texts: &[&str]) -> Vec<u8> {
    texts.iter().flat_map(|text| [&(text.len() as u32).to_le_bytes()[..], text.as_bytes()].concat()).collect()
}

/// A page of values that is what it says.
fn sound(texts: &[&str]) -> Vec<u8> {
    let bytes = plain(texts);
    page(0, bytes.len() as i64, texts.len() as i64, 0, &bytes)
}

/// A file with the pages of each of its columns, of which one is packed in some way, and so many rows.
fn bill(pages: &[Vec<u8>; 6], packed: Compression, rows: u64) -> Result<Bill, String> {
    let directory = tempfile::tempdir().unwrap();
    let schema = Arc::new(parse_message_type(SCHEMA).unwrap());
    let mut out = SerializedFileWriter::new(
        File::create(directory.path().join("bill.parquet")).unwrap(),
        schema,
        Arc::new(WriterProperties::builder().build()),
    )
    .unwrap();
    let descriptors: Vec<_> = out.schema_descr().columns().to_vec();
    let mut group = out.next_row_group().unwrap();
    for (nth, pages) in pages.iter().enumerate() {
        let path = directory.path().join("column");
        File::create(&path).unwrap().write_all(pages).unwrap();
        let builder = ColumnChunkMetaData::builder(descriptors[nth].clone())
            .set_compression(if nth == 3 { packed } else { Compression::UNCOMPRESSED })
            .set_encodings(vec![Encoding::PLAIN])
            .set_num_values(rows as i64)
            .set_data_page_offset(0)
            .set_total_compressed_size(pages.len() as i64)
            .set_total_uncompressed_size(pages.len() as i64);
        let close = ColumnCloseResult {
            bytes_written: pages.len() as u64,
            rows_written: rows,
            metadata: builder.build().unwrap(),
            bloom_filter: None,
            column_index: None,
            offset_index: None,
        };
        group.append_column(&File::open(&path).unwrap(), close).unwrap();
    }
    group.close().unwrap();
    out.close().unwrap();
    read(&directory.path().join("bill.parquet"))
}

fn read(path: &std::path::Path) -> Result<Bill, String> {
    let today = "2026-11-24".parse().unwrap();
    let request = BillRequest { format: None, vendor: None, currency: None, tags: vec!["env".into()], today };
    let formats = BillLayout::known();
    let rows = BillParquet::new(File::open(path).unwrap(), &formats, None, true, |_, _| {});
    rows.and_then(|rows| resolve::bill(rows, &request)).map_err(|fault| fault.message)
}

/// The columns of a bill of two rows, with a tag each.
fn columns() -> [Vec<u8>; 6] {
    // Both levels say for two values at once: first of its row, and there.
    let levels = |level: u8| [2, 0, 0, 0, 4, level];
    let pairs = |texts: &[&str]| {
        let bytes = [&levels(0)[..], &levels(1), &plain(texts)].concat();
        page(0, bytes.len() as i64, 2, 0, &bytes)
    };
    [
        sound(&["2026-10-01", "2026-10-01"]),
        sound(&["1.25", "2"]),
        sound(&["USD", "USD"]),
        sound(&["AWS", "AWS"]),
        pairs(&["env", "env"]),
        pairs(&["prod", "test"]),
    ]
}

/// A number without a sign, seven bits to a byte.
fn varint(value: u64) -> Vec<u8> {
    let (mut rest, mut bytes) = (value, Vec::new());
    while rest > 0x7f {
        bytes.push(u8::try_from(rest & 0x7f).unwrap() | 0x80);
        rest >>= 7;
    }
    bytes.push(u8::try_from(rest).unwrap());
    bytes
}

/// So many equal numbers as differences: a few bytes, however many they are.
fn differences(count: u64, value: i64) -> Vec<u8> {
    let mut bytes = [varint(128), varint(4), varint(count), number(value)].concat();
    for _ in 0..count.saturating_sub(1).div_ceil(128).min(10_000) {
        bytes.extend([0, 0, 0, 0, 0]);
    }
    bytes
}

#[test]
fn a_file_of_handmade_pages_is_read() {
    let bill = bill(&columns(), Compression::UNCOMPRESSED, 2).unwrap();
    let month = bill.months.values().next().unwrap();
    assert_eq!((month.rows, month.totals[0].billed.to_string()), (2, "3.25".to_owned()));
    assert_eq!(month.charges.len(), 2, "one for each tag");
}

#[test]
fn what_a_page_claims_is_bounded() {
    let gzip = Compression::GZIP(GzipLevel::default());
    let none = Compression::UNCOMPRESSED;
    let bomb = {
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        for _ in 0..2 {
            packed.write_all(&vec![0; 1024 * 1024]).unwrap();
        }
        packed.finish().unwrap()
    };
    let two = i64::from(i32::MAX);
    let dictionary = |texts: &[&str], values: i64| {
        let bytes = plain(texts);
        page(2, bytes.len() as i64, values, 0, &bytes)
    };
    let long = "x".repeat(100_000);
    // A dictionary with one long text, of which 1,000 rows have the place 0.
    let repeated = [dictionary(&[&long], 1), page(0, 4, 1000, 8, &[1, 0xd0, 0x0f, 0])].concat();
    let snappy = [&[0xff, 0xff, 0xff, 0xff, 0x07][..], b"abc"].concat();
    let prefixes = [differences(2, 0), differences(2, i64::from(i32::MAX)), b"AWS".to_vec()].concat();
    let lengths = differences(1 << 31, 0);
    let cases: Vec<(Vec<u8>, Compression, u64, &str)> = vec![
        (page(0, two, 2, 0, &plain(&["AWS", "AWS"])), none, 2, "a page says that it has 2147483647 bytes"),
        (page(0, two, 2, 0, &plain(&["AWS", "AWS"])), gzip, 2, "a page says that it has 2147483647 bytes"),
        (page(0, -5, 2, 0, &plain(&["AWS", "AWS"])), none, 2, "a page has a size below zero"),
        (page(0, 1_000_000, 2, 0, &bomb), gzip, 2, "a page has another size than it says"),
        (page(0, 1_000_000, 2, 0, &snappy), Compression::SNAPPY, 2, "a page has another size than it says"),
        (page(0, 14, 2, 0, b"no gzip"), gzip, 2, "a page cannot be unpacked"),
        (page(0, 14, -2, 0, &plain(&["AWS", "AWS"])), none, 2, "a number of values below zero"),
        (dictionary(&["AWS"], two), none, 2, "a dictionary has more values than it can have"),
        (dictionary(&["AWS"], -1), none, 2, "a dictionary has more values than it can have"),
        (page(0, 3, 2, 8, &[1, 4, 0]), none, 2, "places of a dictionary that is not there"),
        (page(0, prefixes.len() as i64, 2, 7, &prefixes), none, 2, "a page of differences is not whole"),
        (page(0, lengths.len() as i64, 2, 6, &lengths), none, 2, "more values than it says"),
        (page(0, lengths.len() as i64, two, 6, &lengths), none, 2, "more values than there are rows"),
        (page(0, 14, 2, 9, &plain(&["AWS", "AWS"])), none, 2, "encoded in a way that costplan does not read"),
        (page(9, 14, 2, 0, &plain(&["AWS", "AWS"])), none, 2, "a page is of a kind that costplan does not read"),
        (vec![0xff; 40], none, 2, "the header of a page is not whole"),
        (repeated, none, 1000, "the texts of 1,024 rows have more than"),
        (sound(&["AWS", "AWS"]), none, 1 << 40, "the file says that it has 1099511627776 rows"),
    ];
    for (pages, packed, rows, expected) in cases {
        let mut all = columns();
        all[3] = pages;
        if rows == 1000 {
            let many = vec!["2026-10-01"; 1000];
            (all[0], all[1], all[2]) = (sound(&many), sound(&vec!["1"; 1000]), sound(&vec!["USD"; 1000]));
        }
        let said = bill(&all, packed, rows).unwrap_err();
        assert!(said.contains(expected), "{expected}: {said}");
    }
}

#[test]
fn tags_of_one_row_are_bounded() {
    let mut all = columns();
    // Values after the first are repetitions of one row: 2^30 of them in a few bytes.
    let many: u64 = 1 << 30;
    let run = |level: u8| [varint(many << 1), vec![level]].concat();
    let level = |level: u8| [(run(level).len() as u32).to_le_bytes().to_vec(), run(level)].concat();
    let bytes = [level(1), level(1), plain(&["env"])].concat();
    all[4] = page(0, bytes.len() as i64, many as i64, 0, &bytes);
    let said = bill(&all, Compression::UNCOMPRESSED, 2).unwrap_err();
    assert!(said.contains("a row has more tags than a bill"), "{said}");
}

#[test]
fn metadata_is_bounded_before_it_is_read() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("bill.parquet");
    // A schema of groups in groups, each with one child: 0x15 is a field with a whole number, 0x18 one with a text.
    let element = |children: i64| [&[0x48, 1, b'a', 0x15][..], &number(children), &[0]].concat();
    let schema = |elements: Vec<Vec<u8>>| {
        let head = [&[0x15, 2, 0x19, 0xfc][..], &varint(elements.len() as u64)].concat();
        [head, elements.concat(), vec![0x16, 0, 0x19, 0x0c, 0]].concat()
    };
    let groups = {
        let group = [&[0x19, 0xf3][..], &varint(300_000), &vec![0; 300_000], &[0]].concat();
        [schema(vec![element(0)])[..].strip_suffix(&[0x19, 0x0c, 0]).unwrap(), &[0x19, 0x1c], &group, &[0]].concat()
    };
    let cases = [
        (schema(vec![element(1); 100_000]), "its schema has 100000 elements"),
        (schema(vec![element(1); 5_000]), "its columns are nested more than 16 deep"),
        (groups, "more than 200000 parts of columns"),
        (vec![0x15, 2, 0x19, 0xfc, 0xff, 0xff, 0xff, 0xff, 0x07], "its schema has 2147483647 elements"),
        (vec![0x1c; 5_000], "its metadata is not whole"),
        (vec![0x19, 0x1f], "its metadata is not whole"),
    ];
    for (metadata, expected) in cases {
        let size = (metadata.len() as u32).to_le_bytes();
        std::fs::write(&path, [b"PAR1", &metadata[..], &size, b"PAR1"].concat()).unwrap();
        let said = read(&path).unwrap_err();
        assert!(said.contains(expected), "{expected}: {said}");
    }
    // A length of metadata that the file does not have.
    std::fs::write(&path, [b"PAR1", &[0; 100][..], &u32::MAX.to_le_bytes(), b"PAR1"].concat()).unwrap();
    assert!(read(&path).unwrap_err().contains("the file is Parquet that cannot be read"));
}
