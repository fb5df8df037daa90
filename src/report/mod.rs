//! Results to text a person reads. Computes no statistics.

mod figures;
#[cfg(feature = "charts")]
mod pictures;
mod markdown;
mod table;
mod theory;

pub use figures::{decimals, number, number_text, plain};
pub use markdown::markdown;
#[cfg(feature = "charts")]
pub use pictures::{Picture, pictures};
pub use table::{WIDTH, comparison, table};
pub use theory::{Checked, checked, theory};
