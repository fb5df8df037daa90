//! Tables as columns, to CSV and Parquet bytes.

use polars::prelude::{Column as Series, DataFrame, DataType, ParquetCompression, ParquetWriter, TimeUnit};

/// A named table; all columns have the same length.
#[derive(Clone, Debug, Default)]
pub struct Table {
    pub columns: Vec<(String, Column)>,
}

#[derive(Clone, Debug)]
pub enum Column {
    Integer(Vec<u64>),
    /// NaN is written as an empty field and as null.
    Number(Vec<f64>),
    Text(Vec<String>),
    /// Microseconds since 1970-01-01T00:00:00Z; the least number is written as an empty field and as null.
    Instant(Vec<i64>),
}

impl Column {
    /// Empty values up to so many rows.
    ///
    /// # Panics
    /// For counts, which have no empty value: a mistake of the program.
    pub(super) fn pad(&mut self, n: usize, name: &str) {
        match self {
            Self::Integer(v) => assert!(v.len() >= n, "the count `{name}` has no value in a row"),
            Self::Number(v) => v.resize(n.max(v.len()), f64::NAN),
            Self::Text(v) => v.resize(n.max(v.len()), String::new()),
            Self::Instant(v) => v.resize(n.max(v.len()), i64::MIN),
        }
    }

    pub(super) fn len(&self) -> usize {
        match self {
            Self::Integer(v) => v.len(),
            Self::Number(v) => v.len(),
            Self::Text(v) => v.len(),
            Self::Instant(v) => v.len(),
        }
    }

    fn field(&self, row: usize) -> String {
        match self {
            Self::Integer(v) => v[row].to_string(),
            Self::Number(v) if v[row].is_nan() => String::new(),
            Self::Number(v) => v[row].to_string(),
            Self::Text(v) => v[row].clone(),
            Self::Instant(v) => jiff::Timestamp::from_microsecond(v[row])
                .map(|t| t.strftime("%Y-%m-%dT%H:%M:%S%.6f+00:00").to_string())
                .unwrap_or_default(),
        }
    }

    fn series(self, name: &str) -> Series {
        match self {
            Self::Integer(v) => Series::new(name.into(), v),
            Self::Number(v) => {
                let v: Vec<_> = v.into_iter().map(|x| (!x.is_nan()).then_some(x)).collect();
                Series::new(name.into(), v)
            }
            Self::Text(v) => Series::new(name.into(), v),
            Self::Instant(v) => Series::new(
                name.into(),
                v.into_iter().map(|t| (t != i64::MIN).then_some(t)).collect::<Vec<_>>(),
            )
            .cast(&DataType::Datetime(TimeUnit::Microseconds, None))
            .expect("an integer column casts to an instant"),
        }
    }
}

impl Table {
    pub fn push(&mut self, name: impl Into<String>, column: Column) {
        self.columns.push((name.into(), column));
    }

    pub fn n_rows(&self) -> usize {
        self.columns.first().map_or(0, |(_, c)| c.len())
    }

    /// RFC 4180 with a header line.
    pub fn to_csv(&self) -> Vec<u8> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        let write = "writing to memory does not fail";
        writer.write_record(self.columns.iter().map(|(name, _)| name)).expect(write);
        for row in 0..self.n_rows() {
            writer.write_record(self.columns.iter().map(|(_, c)| c.field(row))).expect(write);
        }
        writer.into_inner().expect(write)
    }

    /// Zstandard-compressed Parquet; the bytes depend on the values only.
    pub fn to_parquet(self) -> Result<Vec<u8>, String> {
        let height = self.n_rows();
        let columns = self.columns.into_iter().map(|(name, c)| c.series(&name)).collect();
        let mut frame = DataFrame::new(height, columns).map_err(|e| e.to_string())?;
        let mut bytes = Vec::new();
        ParquetWriter::new(&mut bytes)
            .with_compression(ParquetCompression::Zstd(None))
            .set_parallel(false)
            .finish(&mut frame)
            .map_err(|e| e.to_string())?;
        Ok(bytes)
    }
}
