//! FOCUS in Parquet: every value as it is written, a few rows at a time, and nothing of a file that is not whole.

use std::fs::{self, File};
use std::path::Path;
use std::sync::Arc;

use crate::project::{HEAD, costplan, project, stderr};
use costplan::parse::{BillLayout, BillParquet};
use costplan::resolve::{self, BillRequest};
use parquet::basic::{Compression, GzipLevel};
use parquet::column::writer::ColumnWriter;
use parquet::data_type::{ByteArray, FixedLenByteArray};
use parquet::file::properties::{WriterProperties, WriterVersion};
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::parser::parse_message_type;
use tempfile::TempDir;

const SCHEMA: &str = "message bill {
    required int32 BillingPeriodStart (DATE);
    required int64 ChargePeriodStart (TIMESTAMP(MICROS, true));
    optional int64 ChargePeriodEnd (TIMESTAMP(NANOS, false));
    required fixed_len_byte_array(16) BilledCost (DECIMAL(38, 18));
    optional double EffectiveCost;
    optional int64 ConsumedQuantity (DECIMAL(18, 3));
    optional binary ConsumedUnit (UTF8);
    required binary BillingCurrency (UTF8);
    optional binary ProviderName (UTF8);
    optional binary ServiceName (UTF8);
    optional binary ResourceName (UTF8);
    optional group Tags (MAP) {
        repeated group key_value {
            required binary key (UTF8);
            optional binary value (UTF8);
        }
    }
}";

/// The microseconds from 1970 to 2026-10-01.
const OCTOBER: i64 = 20_727 * DAY;
const DAY: i64 = 86_400_000_000;

fn texts(texts: &[&str]) -> Vec<ByteArray> {
    texts.iter().map(|text| ByteArray::from(*text)).collect()
}

/// Writes the next column of a group.
fn column(group: &mut SerializedRowGroupWriter<'_, File>, write: impl FnOnce(&mut ColumnWriter<'_>)) {
    let mut column = group.next_column().unwrap().unwrap();
    write(column.untyped());
    column.close().unwrap();
}

macro_rules! values {
    ($group:expr, $writer:ident, $values:expr, $levels:expr, $repeats:expr) => {
        column($group, |column| match column {
            ColumnWriter::$writer(column) => {
                column.write_batch($values, $levels, $repeats).unwrap();
            }
            _ => panic!("another column"),
        })
    };
}

/// Two groups of three rows each. The costs of a group are 1234567890.123456789012345678, -0.000000000000000001
/// and 2.5; the second row has no value wherever it may have none.
fn bill(path: &Path, compression: Compression) {
    write(path, WriterProperties::builder().set_compression(compression).build());
}

fn write(path: &Path, properties: WriterProperties) {
    let (schema, properties) = (Arc::new(parse_message_type(SCHEMA).unwrap()), Arc::new(properties));
    let mut file = SerializedFileWriter::new(File::create(path).unwrap(), schema, properties).unwrap();
    for _ in 0..2 {
        let mut group = file.next_row_group().unwrap();
        let some = Some(&[1_i16, 0, 1][..]);
        values!(&mut group, Int32ColumnWriter, &[20_727, 20_727, 20_727], None, None);
        values!(&mut group, Int64ColumnWriter, &[OCTOBER, OCTOBER + DAY, OCTOBER], None, None);
        // The end of the first row is the start of the 6th; the third is for the whole month.
        values!(&mut group, Int64ColumnWriter, &[(OCTOBER + 5 * DAY) * 1000, (OCTOBER + 31 * DAY) * 1000], some, None);
        let costs = [1_234_567_890_123_456_789_012_345_678_i128, -1, 2_500_000_000_000_000_000];
        let costs = costs.map(|cost| FixedLenByteArray::from(cost.to_be_bytes().to_vec()));
        values!(&mut group, FixedLenByteArrayColumnWriter, &costs, None, None);
        values!(&mut group, DoubleColumnWriter, &[227.287_534_000_000_05, 1e-7], some, None);
        values!(&mut group, Int64ColumnWriter, &[1, -12_345], some, None);
        values!(&mut group, ByteArrayColumnWriter, &texts(&["GB", "GB"]), some, None);
        values!(&mut group, ByteArrayColumnWriter, &texts(&["USD", "USD", "USD"]), None, None);
        values!(&mut group, ByteArrayColumnWriter, &texts(&["AWS", "AWS", "AWS"]), Some(&[1, 1, 1]), None);
        values!(&mut group, ByteArrayColumnWriter, &texts(&["S3 \"x\"", "S3"]), some, None);
        values!(&mut group, ByteArrayColumnWriter, &texts(&["secret", "secret"]), some, None);
        // Two tags, no tags, and one whose value is not there.
        let (levels, repeats) = ([2, 2, 0, 2], [0, 1, 0, 0]);
        values!(&mut group, ByteArrayColumnWriter, &texts(&["env", "team", "env"]), Some(&levels), Some(&repeats));
        let levels = [3, 3, 0, 2];
        values!(&mut group, ByteArrayColumnWriter, &texts(&["prod", "web"]), Some(&levels), Some(&repeats));
        group.close().unwrap();
    }
    file.close().unwrap();
}

fn plan() -> TempDir {
    let stage = format!("{HEAD}line_items:\n  - {{ name: Queue, category: messaging, cost: 12 }}\n");
    project(&[("stages/1-test.yaml", &stage), ("costplan.toml", "version = 1\n[actuals]\ntags = [\"env\"]\n")])
}

#[test]
fn every_value_is_kept_as_it_is_written() {
    let ways = [Compression::UNCOMPRESSED, Compression::SNAPPY, Compression::GZIP(GzipLevel::default())];
    let first = ways.map(|way| WriterProperties::builder().set_compression(way).build());
    let second = ways.map(|way| {
        let version = WriterProperties::builder().set_compression(way).set_writer_version(WriterVersion::PARQUET_2_0);
        version.build()
    });
    // Without dictionaries the second version writes texts and whole numbers as differences.
    let differences = ways.map(|way| {
        let version = WriterProperties::builder().set_compression(way).set_writer_version(WriterVersion::PARQUET_2_0);
        version.set_dictionary_enabled(false).build()
    });
    for properties in first.into_iter().chain(second).chain(differences) {
        let plan = plan();
        // It is known by its content, whatever its name.
        write(&plan.path().join("october.bin"), properties);
        let out = costplan(plan.path(), &["actuals", "import", "october.bin", "--format", "json"]);
        assert!(out.status.success(), "{}", stderr(&out));
        let said: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap();
        assert_eq!(said["bills"][0]["format"], "focus");
        let note = said["bills"][0]["notes"][0].as_str().unwrap();
        assert!(note.starts_with("EffectiveCost: binary numbers"), "{note}");
        let text = fs::read_to_string(plan.path().join("actuals/2026-10.yaml")).unwrap();
        // Twice 1234567890.123456789012345678, and 0.001 from a decimal of three places.
        assert!(text.contains(r#"service: "S3 \"x\"", tags: { "env": "prod" }, kind: usage, cost: 2469135780.246913578024691356 USD, quantity: 0.002, unit: "GB", rows: 2"#), "{text}");
        assert!(text.contains("kind: credit, cost: -0.000000000000000002 USD, rows: 2"), "{text}");
        assert!(
            text.contains(
                r#"service: "S3", kind: usage, monthly: true, cost: 5 USD, quantity: -24.69, unit: "GB", rows: 2"#
            ),
            "{text}"
        );
        // 2 * (227.28753400000005 + 0.0000001).
        assert!(text.contains("effective: 454.5750682000001 USD"), "{text}");
        assert!(text.contains("through: 2026-10-05\n") && text.contains("    rows: 6\n"), "{text}");
        assert!(!text.contains("secret") && !text.contains("web"), "{text}");
        let again = costplan(plan.path(), &["actuals", "import", "october.bin"]);
        assert!(String::from_utf8_lossy(&again.stdout).contains("unchanged"), "{}", stderr(&again));
    }
}

/// `DuckDB` wrote the file, with `COMPRESSION zstd`: three rows of 12.50, -0.25 and 3 dollars.
#[test]
fn zstandard_is_unpacked() {
    let plan = plan();
    fs::write(plan.path().join("zstd.parquet"), include_bytes!("bills/zstd.parquet")).unwrap();
    let out = costplan(plan.path(), &["actuals", "import", "zstd.parquet", "--format", "json"]);
    let said: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap_or_else(|_| panic!("{}", stderr(&out)));
    let month = &said["bills"][0]["months"][0];
    assert_eq!((&month["rows"], month["totals"][0]["billed"].to_string()), (&3.into(), "15.25".to_owned()), "{said}");
}

#[test]
fn what_is_not_whole_or_not_read_is_refused() {
    let plan = plan();
    let path = plan.path().join("bill.parquet");
    bill(&path, Compression::SNAPPY);
    let whole = fs::read(&path).unwrap();
    let at =
        whole.windows(12).rposition(|part| part == b"BilledCost\x15\x02").expect("the column is packed with Snappy");
    let mut packed = whole.clone();
    packed[at + 11] = 0x0a;
    let mut hidden = whole.clone();
    hidden[..4].copy_from_slice(b"PARE");
    let end = hidden.len();
    hidden[end - 4..].copy_from_slice(b"PARE");
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    std::io::Write::write_all(&mut gzip, &whole).unwrap();
    let cases: Vec<(Vec<u8>, &str)> = vec![
        (whole[..whole.len() / 2].to_vec(), "the file is Parquet that cannot be read"),
        (b"PAR1".to_vec(), "the file is Parquet that cannot be read"),
        (b"PAR1\0\0\0\0PAR1".to_vec(), "the file is Parquet that cannot be read"),
        (packed, "the file is packed with LZ4"),
        (hidden, "the file is Parquet that is encrypted"),
        (gzip.finish().unwrap(), "the file is Parquet that is packed once more"),
    ];
    for (bytes, expected) in cases {
        fs::write(&path, &bytes).unwrap();
        let out = costplan(plan.path(), &["actuals", "import", "bill.parquet"]);
        let message = stderr(&out);
        assert_eq!(out.status.code(), Some(2), "{expected}: {message}");
        assert!(message.contains("error[invalid-bill]: bill.parquet: ") && message.contains(expected), "{message}");
        assert!(!plan.path().join("actuals/2026-10.yaml").exists(), "{expected}");
    }
    // A row that is wrong is named by its number, and columns of no bill are refused as those of CSV are.
    fs::write(&path, &whole).unwrap();
    let out = costplan(plan.path(), &["actuals", "import", "bill.parquet", "--input", "azure"]);
    assert!(stderr(&out).contains("bill.parquet: the header has no column"), "{}", stderr(&out));
}

/// Whatever is changed in a file, it is read or refused.
#[test]
fn no_damage_ends_in_a_panic() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("bill.parquet");
    let today = "2026-11-24".parse().unwrap();
    let request = BillRequest { format: None, vendor: None, currency: None, tags: vec!["env".into()], today };
    let formats = BillLayout::known();
    let differences = WriterProperties::builder()
        .set_writer_version(WriterVersion::PARQUET_2_0)
        .set_dictionary_enabled(false)
        .build();
    for properties in [WriterProperties::builder().set_compression(Compression::SNAPPY).build(), differences] {
        write(&path, properties);
        let whole = fs::read(&path).unwrap();
        let mut refused = 0;
        for at in (0..whole.len()).step_by(5) {
            let mut changed = whole.clone();
            changed[at] ^= if at % 2 == 0 { 0xff } else { 0x01 };
            fs::write(&path, &changed).unwrap();
            let rows = BillParquet::new(File::open(&path).unwrap(), &formats, None, true, |_, _| {});
            refused += usize::from(rows.and_then(|rows| resolve::bill(rows, &request)).is_err());
        }
        assert!(refused > 100, "{refused}");
    }
}
