//! A mined log as pictures and as a page.

#[cfg(feature = "charts")]
mod flow;
#[cfg(feature = "charts")]
mod people;
#[cfg(feature = "charts")]
mod pictures;
#[cfg(feature = "charts")]
mod time;
#[cfg(feature = "charts")]
mod window;

#[cfg(feature = "charts")]
pub use pictures::mined_pictures;

use crate::mining::Study;

/// A log to report on.
pub struct Mined<'a> {
    pub study: &'a Study,
    /// Of the file.
    pub name: &'a str,
    /// What was filtered, as typed; empty: nothing.
    pub filters: &'a str,
}

impl Mined<'_> {
    /// Below each picture.
    #[cfg(feature = "charts")]
    fn footer(&self) -> String {
        let filters = if self.filters.is_empty() { String::new() } else { format!(", {}", self.filters) };
        format!("{}{filters}, turnaround {}", self.name, env!("CARGO_PKG_VERSION"))
    }
}
