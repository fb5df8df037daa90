//! Results to text a person reads. Computes no statistics.

mod figures;
#[cfg(feature = "charts")]
mod pictures;
mod table;

pub use figures::{decimals, number, plain};
#[cfg(feature = "charts")]
pub use pictures::{Picture, pictures};
pub use table::{WIDTH, table};
