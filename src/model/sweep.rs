//! What a sweep goes through.

/// A key of the scenario and the values to try, each as TOML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sweep {
    pub path: String,
    pub values: Vec<String>,
}
