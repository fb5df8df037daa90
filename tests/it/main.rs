//! The integration tests: one binary, one module for each area.

mod experiment;
mod expr;
mod house;
mod stats;
mod text;
