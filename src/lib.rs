//! Turnaround: a process-mining simulation engine.
//!
//! ```text
//! scenario text --parse--> Scenario --lower--> Model --compile--> Plan --run(seed, replication)--> Record
//!                                                                                                  | measure
//!                                                                                                  v
//!                     charts, report, run folder <-- Results <--estimate-- Measures <--------------+
//! ```
//!
//! Each arrow is a pure function between plain values. Read the modules in this order.

// vocabulary
pub mod units;
pub mod ids;
pub mod diag;
pub mod rng;
pub mod text;
pub mod expr;
// laws
pub mod dist;
pub mod kernel;
pub mod stats;
pub mod record;
// domain
pub mod activity;
pub mod model;
// edges in
pub mod scenario;
pub mod eventlog;
// engine
pub mod plan;
pub mod sim;
pub mod metrics;
pub mod experiment;
// from a log to what it says
pub mod mining;
pub mod calibrate;
// models of other programs
pub mod interchange;
// from results to decisions
pub mod business;
pub mod assess;
// edges out
#[cfg(feature = "charts")]
pub mod chart;
#[cfg(feature = "frames")]
pub mod output;
pub mod report;
#[cfg(feature = "cli")]
pub mod cli;
