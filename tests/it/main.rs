//! The integration tests: one binary, one module for each area.

mod experiment;
mod expr;
mod house;
mod metrics;
mod stats;
mod text;
