//! The integration tests: one binary, one module for each area.

mod expr;
mod house;
mod stats;
mod text;
