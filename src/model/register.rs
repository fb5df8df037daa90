//! The assumptions register: where every input comes from, and how well it is known.

use std::fmt;

/// One line of the register.
#[derive(Clone, Debug, PartialEq)]
pub struct Assumption {
    /// The key in the scenario that holds the value: "channel.tool.reply".
    pub path: String,
    /// What it is called in pictures and tables.
    pub label: Option<String>,
    /// The value as text, for the report.
    pub value: String,
    pub mark: Mark,
    pub provenance: Provenance,
    /// Citation or reason.
    pub source: String,
    pub range: Option<Between>,
    /// The keys inside the path that the line varies together, where that is not the path itself.
    pub varies: Vec<Varied>,
    /// How a value is drawn between the ends of the range.
    pub law: Option<RangeLaw>,
    /// Observations behind the value.
    pub n: Option<u64>,
    /// Coefficient of variation of a single observation.
    pub cv: Option<f64>,
    /// Standard error of the value, with its unit.
    pub se: Option<String>,
    pub owner: Option<String>,
}

impl Assumption {
    /// A line about what was derived from data.
    pub fn of_data(path: String, value: String, source: String) -> Self {
        Self {
            path,
            label: None,
            value,
            mark: Mark::Derived,
            provenance: Provenance::Data,
            source,
            range: None,
            varies: Vec::new(),
            law: None,
            n: None,
            cv: None,
            se: None,
            owner: None,
        }
    }
}

/// Between which values an input may lie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Between {
    Ends(String, String),
    /// In words, for the reader alone.
    Words(String),
}

impl fmt::Display for Between {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ends(low, high) => write!(f, "{low} to {high}"),
            Self::Words(words) => f.write_str(words),
        }
    }
}

/// A key that a line of the register varies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Varied {
    /// Inside the path of the line: "lognormal.mean".
    pub key: String,
    /// Its own ends; those of the line when absent.
    pub ends: Option<(String, String)>,
}

/// How a value is drawn between the ends of a range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RangeLaw {
    Pert,
    Triangular,
    Uniform,
    Range90,
}

/// How a figure is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// Published source.
    Source,
    /// Derived from public data.
    Derived,
    /// Assumption: carries a range.
    Assumption,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Provenance {
    Data,
    Expert,
    Fixed,
    Policy,
}
