//! Results, and what is found in logs, to text a person reads. Computes no statistics.

pub mod assess;
mod discovered;
pub mod document;
mod figures;
mod html;
mod inputs;
#[cfg(feature = "charts")]
mod pictures;
mod markdown;
mod mined;
pub mod money;
mod table;
#[cfg(feature = "frames")]
mod workbook;
mod theory;
pub mod validation;

pub use discovered::discovered;
pub use figures::{at_verdict, decimals, number, number_text, plain};
pub use html::{Page, document_html, headline, html, mined_html};
pub use markdown::markdown;
pub use mined::Mined;
#[cfg(feature = "charts")]
pub use mined::mined_pictures;
pub use money::money_table;
#[cfg(feature = "charts")]
pub use pictures::{money_pictures, pictures};
pub use table::{WIDTH, comparison, comparison_levels, excerpt, table};
pub use theory::{Checked, checked, theory};
pub use validation::Validated;
#[cfg(feature = "frames")]
pub use workbook::workbook;

/// A picture for the run folder and for the report.
pub struct Picture {
    /// Of its file, without extension.
    pub name: String,
    /// The finding: the title within the picture.
    pub title: String,
    /// What is shown and how to read it, for those who do not know this kind of chart.
    pub caption: String,
    /// The file of the run folder that holds the numbers.
    pub file: &'static str,
    pub svg: String,
}
