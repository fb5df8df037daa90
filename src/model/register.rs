//! The assumptions register: where every input comes from.

/// One line of the register.
#[derive(Clone, Debug, PartialEq)]
pub struct Assumption {
    /// The key in the scenario that holds the value: "channel.tool.reply".
    pub path: String,
    /// The value as text, for the report.
    pub value: String,
    pub mark: Mark,
    pub provenance: Provenance,
    /// Citation or reason.
    pub source: String,
    /// As text, e.g. "0.5-0.9".
    pub range: Option<String>,
    pub owner: Option<String>,
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
