//! From the results of a comparison to a decision: money over the years, what is not known about it, which option is best.
//!
//! Everything here is a function of numbers that an experiment has found; nothing here simulates, opens files or prints.

pub mod cash;

pub use cash::{Irr, discounted, irr, npv, payback, per_month};
