//! The integration tests: one binary, one module for each area.

mod ask;
mod assess;
mod asset;
mod build;
mod bus;
mod business;
mod cases;
#[cfg(feature = "charts")]
mod chart;
#[cfg(feature = "cli")]
mod chromium;
#[cfg(feature = "cli")]
mod cli;
mod conformance;
mod dist;
mod dist_text;
mod discover;
mod engine;
mod eventlog;
#[cfg(feature = "cli")]
mod examples;
mod experiment;
mod expr;
mod fidelity;
mod fine_print;
mod fit;
mod fuzz;
#[cfg(feature = "cli")]
mod golden;
mod hands;
mod house;
mod interchange;
mod joint;
mod metamorphic;
mod metrics;
#[cfg(all(feature = "cli", feature = "charts"))]
mod mined;
mod mining;
mod mining_large;
mod mining_oracle;
mod mutations;
mod naive;
#[cfg(feature = "cli")]
mod peers;
mod range;
mod report;
mod rng;
mod scenario;
mod schema;
mod search;
mod shared_logs;
mod stats;
mod stock;
mod text;
mod theory;
mod theory_code;
mod theory_exact;
mod timelines;
mod world;
