//! From a diagram to steps: gateways become choices, forks with their joins, and races.
//!
//! ```text
//! Diagram --graph--> working graph --joins--> every fork knows its join --emit--> steps of a process
//! ```
//!
//! A diagram says with gateways only where ways part and meet; a scenario names the join of every fork. It is the nearest
//! gateway that all ways from the fork come to (its post-dominator). What is not nested so cannot be said in a scenario,
//! and the report says what was made of it.

mod emit;
mod graph;
mod joins;

pub use emit::{Content, Steps, Way, process};
