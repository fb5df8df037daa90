//! Models of other programs, in and out: BPMN 2.0, Prosimos (BPMN and JSON), QBP; Petri nets as PNML, out only.
//!
//! ```text
//! BPMN --bpmn::read--> Diagram --+
//! JSON --prosimos::read--> Parameters --+--scenario--> the tree of a scenario --print--> scenario.toml
//!                                                      (and a Report of what was lost on the way)
//! Model, process tree --> Diagram --bpmn::write--> BPMN
//! process tree --> Petri net --pnml::write--> PNML
//! ```
//!
//! What comes in becomes the text of a scenario and not a [`Model`](crate::model::Model): it then goes through the same
//! checks as a text that a person wrote, with the same messages, and what the file leaves open stays open in the text.

pub mod bpmn;
mod control;
mod diagram;
mod names;
pub mod outgoing;
pub mod pnml;
pub mod prosimos;
mod report;
mod scenario;

pub use diagram::{Diagram, Flow, Gateway, Node, NodeKind};
pub use report::{Kind, Note, Report};
pub use scenario::{Imported, import};
