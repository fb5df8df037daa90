//! Results to text a person reads. Computes no statistics.

mod figures;
mod table;

pub use figures::{decimals, number, plain};
pub use table::{WIDTH, table};
