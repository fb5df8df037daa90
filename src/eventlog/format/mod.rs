//! The formats of event logs: one file each, and one line in [`ALL`].

mod csv;
pub mod ocel_json;
pub mod ocel_xml;
#[cfg(feature = "frames")]
mod parquet;
mod xes;

use super::EventLog;
use super::columns::Role;
use super::instant::Layout;
use super::report::ReadReport;
use flate2::Compression;
use flate2::write::GzEncoder;
use rayon::prelude::*;
use std::io::{self, Read, Write};

/// A format that logs are read from and written to.
#[derive(Clone, Copy)]
pub struct Format {
    pub name: &'static str,
    /// Endings of file names, without the point.
    pub extensions: &'static [&'static str],
    /// What it is, and what it cannot hold.
    pub about: &'static str,
    /// Of instants [microseconds].
    pub resolution: i64,
    /// Gzip is recognised by itself. Whatever could be read comes back, with what there is to say about the rest.
    pub read: fn(&mut dyn Read, &ReadOptions) -> (EventLog, ReadReport),
    /// The log is sorted.
    pub write: fn(&EventLog, &mut dyn Write) -> io::Result<()>,
}

/// Every format.
pub const ALL: &[Format] = &[
    csv::CSV,
    xes::XES,
    ocel_json::OCEL_JSON,
    ocel_xml::OCEL_XML,
    #[cfg(feature = "frames")]
    parquet::PARQUET,
];

/// What a reader cannot see from the file, or would guess wrong.
#[derive(Clone, Debug, Default)]
pub struct ReadOptions {
    /// Columns of tables by name; the others are guessed.
    pub columns: Vec<(Role, String)>,
    /// How tables write instants; detected when absent.
    pub layout: Option<Layout>,
    /// What separates the fields of a line; detected when absent.
    pub delimiter: Option<u8>,
}

impl ReadOptions {
    /// The column (the object type, where the format has such) that was named for a role.
    pub fn column(&self, role: Role) -> Option<&str> {
        self.columns.iter().find(|(known, _)| *known == role).map(|(_, name)| name.as_str())
    }
}

pub fn by_name(name: &str) -> Option<&'static Format> {
    ALL.iter().find(|f| f.name == name)
}

/// The format that a file's name ends with, and whether it is compressed: `log.xes.gz`.
pub fn by_file_name(name: &str) -> Option<(&'static Format, bool)> {
    let name = name.to_ascii_lowercase();
    let (name, gzip) = match name.strip_suffix(".gz") {
        Some(name) => (name, true),
        None => (name.as_str(), false),
    };
    // The longest ending wins: `.ocel.json` before `.json`.
    let fits = |f: &&Format| {
        let endings =
            f.extensions.iter().filter(|e| name.strip_suffix(**e).is_some_and(|n| n.ends_with('.')));
        endings.map(|e| e.len()).max()
    };
    ALL.iter().filter(|f| fits(f).is_some()).max_by_key(fits).map(|f| (f, gzip))
}

/// The bytes of a table as CSV: those of a Parquet file, by the ending of its name, are translated.
///
/// # Errors
/// When a Parquet file cannot be read as such.
pub fn as_csv(name: &str, bytes: Vec<u8>) -> Result<Vec<u8>, String> {
    if !name.to_ascii_lowercase().ends_with(".parquet") {
        return Ok(bytes);
    }
    #[cfg(feature = "frames")]
    let table = parquet::as_csv(&bytes);
    #[cfg(not(feature = "frames"))]
    let table =
        Err("this program was built without Parquet (the feature `frames`): give a CSV file".to_owned());
    table
}

/// The bytes of several files, each a log in the format that its name ends with; made side by side.
///
/// # Errors
/// When a name has no known ending, or a format cannot hold its log.
pub fn encode(files: &[(String, &EventLog)]) -> io::Result<Vec<Vec<u8>>> {
    let encoded = files.par_iter().map(|(name, log)| {
        let unknown = || io::Error::other(format!("no format is known by the ending of {name}"));
        let (format, gzip) = by_file_name(name).ok_or_else(unknown)?;
        let mut bytes = Vec::new();
        if gzip {
            format.write_gzip(log, &mut bytes)?
        } else {
            (format.write)(log, &mut bytes)?
        }
        Ok(bytes)
    });
    encoded.collect()
}

impl Format {
    /// Writes compressed; the bytes depend on the log only.
    ///
    /// # Errors
    /// When `out` cannot be written to.
    pub fn write_gzip(&self, log: &EventLog, out: &mut dyn Write) -> io::Result<()> {
        let mut encoder = GzEncoder::new(out, Compression::fast());
        (self.write)(log, &mut io::BufWriter::new(&mut encoder))?;
        encoder.finish().map(|_| ())
    }
}
