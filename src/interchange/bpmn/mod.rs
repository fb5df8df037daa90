//! BPMN 2.0 files: diagrams in, with what other simulators hide in them; diagrams out, with a layout.

mod element;
mod read;
mod write;

pub use element::Element;
pub use read::{Document, read};
pub use write::{Layout, sizes, write};
