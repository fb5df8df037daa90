//! Placeholder until the families land.
#[derive(Clone, Debug, PartialEq)]
pub enum Dist {}
