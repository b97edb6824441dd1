//! The SQL of the engines in which bills lie, as far as they differ.

use crate::parse::BillLayout;

/// An engine that answers queries where bills lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// `DuckDB`, over files or a table.
    DuckDb,
    /// `BigQuery`.
    BigQuery,
    /// Athena, and any other Trino.
    Athena,
    /// `ClickHouse`.
    ClickHouse,
}

/// How the tags of a table are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TagsAs {
    /// As JSON in a text.
    Json,
    /// As a map; in `BigQuery` as repeated pairs of `key` and `value`.
    Map,
}

impl Engine {
    /// A value as text.
    pub(super) fn text(self, of: &str) -> String {
        match self {
            Self::DuckDb | Self::Athena => format!("CAST({of} AS VARCHAR)"),
            Self::BigQuery => format!("CAST({of} AS STRING)"),
            Self::ClickHouse => format!("toString({of})"),
        }
    }

    /// No text.
    pub(super) fn no_text(self) -> &'static str {
        match self {
            Self::DuckDb | Self::Athena => "CAST(NULL AS VARCHAR)",
            Self::BigQuery => "CAST(NULL AS STRING)",
            Self::ClickHouse => "CAST(NULL AS Nullable(String))",
        }
    }

    /// A text in quotes.
    pub(super) fn literal(self, text: &str) -> String {
        match self {
            Self::DuckDb | Self::Athena => format!("'{}'", text.replace('\'', "''")),
            Self::BigQuery | Self::ClickHouse => {
                format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
            }
        }
    }

    /// The name of a table with those of what it is in: `"shop"."bills"`.
    fn table(self, path: &str) -> String {
        let in_backticks = |name: &str| format!("`{}`", name.replace('\\', "\\\\").replace('`', "\\`"));
        let quoted = |name: &str| match self {
            Self::DuckDb | Self::Athena => format!("\"{}\"", name.replace('"', "\"\"")),
            Self::BigQuery | Self::ClickHouse => in_backticks(name),
        };
        match self {
            Self::BigQuery => in_backticks(path),
            _ => path.split('.').map(quoted).collect::<Vec<_>>().join("."),
        }
    }

    /// What the bill is read from. `DuckDB` reads files too, and does without columns that are not there.
    pub(super) fn source(self, from: &str, layout: &BillLayout) -> String {
        if self != Self::DuckDb {
            return self.table(from);
        }
        let has = |ending: &str| from.to_ascii_lowercase().ends_with(ending);
        let table = if has(".parquet") {
            format!("read_parquet({}, union_by_name = true)", self.literal(from))
        } else if has(".csv") || has(".csv.gz") {
            let file = self.literal(from);
            format!("read_csv({file}, header = true, all_varchar = true, union_by_name = true)")
        } else {
            self.table(from)
        };
        let names = layout.columns.iter().flat_map(|(_, names)| names).map(|name| format!("NULL AS {name}"));
        let none = names.collect::<Vec<_>>().join(", ");
        format!("(\n    SELECT {none} WHERE false\n    UNION ALL BY NAME\n    SELECT * FROM {table}\n  )")
    }

    /// The day that a text begins with.
    pub(super) fn day(self, text: &str) -> String {
        match self {
            Self::ClickHouse => format!("toDate({text})"),
            _ => format!("CAST({text} AS DATE)"),
        }
    }

    /// A day so many days later.
    pub(super) fn later(self, day: &str, days: i8) -> String {
        match self {
            Self::DuckDb => format!("({day} + ({days}))"),
            Self::BigQuery => format!("DATE_ADD({day}, INTERVAL {days} DAY)"),
            Self::Athena => format!("date_add('day', {days}, {day})"),
            Self::ClickHouse => format!("addDays({day}, {days})"),
        }
    }

    /// The last day of the month of a day.
    pub(super) fn last_day(self, day: &str) -> String {
        match self {
            Self::DuckDb | Self::BigQuery => format!("LAST_DAY({day})"),
            Self::Athena => format!("last_day_of_month({day})"),
            Self::ClickHouse => format!("toLastDayOfMonth({day})"),
        }
    }

    /// The sum of texts that are numbers, as text: exact, up to 28 decimals. Decimals of 38 digits have no room for so many
    /// decimals and for large sums, so what is behind the 18th decimal is added up apart.
    pub(super) fn sum(self, of: &str) -> String {
        match self {
            Self::BigQuery => format!("CAST(SUM(CAST({of} AS BIGNUMERIC)) AS STRING)"),
            Self::ClickHouse => format!("toString(SUM(toDecimal256({of}, 38)))"),
            Self::DuckDb | Self::Athena => {
                let most = format!("CAST({of} AS DECIMAL(38, 18))");
                let fine = |of: &str| format!("TRY_CAST({of} AS DECIMAL(38, 28))");
                let (whole, all) = (fine(&format!("SUM({most})")), fine(of));
                let rest = format!("SUM({all} - {})", fine(&most));
                format!("COALESCE(CAST({whole} + {rest} AS VARCHAR), CAST(SUM({most}) AS VARCHAR))")
            }
        }
    }

    /// The value of a tag, as text.
    pub(super) fn tag(self, tags: &str, tag: &str, tags_as: TagsAs) -> String {
        let (cell, name) = (self.cell(tags), self.literal(tag));
        match (self, tags_as) {
            // A map becomes JSON too.
            (Self::DuckDb, _) => {
                let pointer = self.literal(&format!("/{}", tag.replace('~', "~0").replace('/', "~1")));
                format!("(CASE WHEN {cell} IS NOT NULL THEN CAST({tags} AS JSON) END ->> {pointer})")
            }
            (Self::BigQuery, TagsAs::Json) => {
                format!("JSON_VALUE(PARSE_JSON({cell}, wide_number_mode => 'round')[{name}])")
            }
            (Self::BigQuery, TagsAs::Map) => {
                format!("(SELECT CAST(value AS STRING) FROM UNNEST({tags}) WHERE key = {name} LIMIT 1)")
            }
            (Self::Athena, TagsAs::Json) => {
                format!("element_at(CAST(json_parse({cell}) AS MAP(VARCHAR, VARCHAR)), {name})")
            }
            (Self::Athena, TagsAs::Map) => format!("element_at({tags}, {name})"),
            (Self::ClickHouse, TagsAs::Json) => {
                let json = format!("COALESCE({cell}, '{{}}')");
                format!(
                    "CASE toString(JSONType({json}, {name})) WHEN 'String' THEN JSONExtractString({json}, {name}) \
                     WHEN 'Null' THEN NULL ELSE JSONExtractRaw({json}, {name}) END"
                )
            }
            (Self::ClickHouse, TagsAs::Map) => format!("{tags}[{name}]"),
        }
    }

    /// Tags as JSON, by their names and the columns that have their values.
    pub(super) fn tags(self, of: &[(&str, String)]) -> String {
        let pairs = of.iter().flat_map(|(name, column)| [self.literal(name), column.clone()]);
        let pairs = pairs.collect::<Vec<_>>().join(", ");
        match self {
            Self::DuckDb => format!("json_object({pairs})"),
            Self::BigQuery => format!("TO_JSON_STRING(JSON_OBJECT({pairs}))"),
            Self::ClickHouse => format!("toJSONString(map({pairs}))"),
            Self::Athena => {
                let names = of.iter().map(|(name, _)| self.literal(name)).collect::<Vec<_>>().join(", ");
                let columns = of.iter().map(|(_, column)| column.clone()).collect::<Vec<_>>().join(", ");
                format!("json_format(CAST(MAP(ARRAY[{names}], ARRAY[{columns}]) AS JSON))")
            }
        }
    }

    /// A value of a bill as text; nothing, `NULL` and `N/A` are none.
    pub(super) fn cell(self, column: &str) -> String {
        let text = format!("TRIM({})", self.text(column));
        format!("CASE WHEN LOWER({text}) NOT IN ('', 'null', 'n/a', {}) THEN {text} END", self.literal("\\n"))
    }

    /// What is written before the query, so that no moment is moved into another zone.
    pub(super) fn before(self) -> &'static str {
        match self {
            Self::DuckDb => "SET TimeZone = 'UTC';\n",
            Self::BigQuery | Self::Athena | Self::ClickHouse => "",
        }
    }

    /// What is written behind the query.
    pub(super) fn behind(self) -> &'static str {
        match self {
            Self::ClickHouse => "\nSETTINGS session_timezone = 'UTC'\nFORMAT CSVWithNames",
            Self::DuckDb | Self::BigQuery | Self::Athena => "",
        }
    }
}
