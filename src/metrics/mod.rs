//! From what a replication leaves to the values of metrics.
//!
//! ```text
//! Record --Columns::reduce--> Reduced (a row of sums for each bin) --window--> one row --Evaluator--> values
//! ```
//!
//! A *column* is a base quantity that adds up over bins and over replications: seconds of restore time, cases
//! restored, failures, elapsed time. Every metric but a quantile is a function of one row of column sums. So one
//! evaluator gives the value of all replications together (the sum of their rows), of one replication (its row), and
//! of all but one (the sum less its row). Quantiles are handed in, computed from pooled samples.
//!
//! Cases that were still open when the run ended are in the sums and they are counted. With a drain every case was
//! followed for at least that long; so when any is open, durations are restricted to that time (`min(duration, drain)`,
//! which is known for every case), the same in all arms: the restricted mean without the bias that leaving the open cases
//! out would bring. Without a drain cases were followed for different times: then an open case counts with what it would
//! have come to by the Kaplan-Meier estimate, and so it does in shares over a limit beyond the drain.

mod columns;
mod evaluator;
mod open;

pub use columns::{Column, Columns, Reduced, Sample};
pub use evaluator::{Evaluator, QuantileOf};
