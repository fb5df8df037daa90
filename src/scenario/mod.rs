//! The scenario text: from TOML to the model and back, with every mistake reported at once.
//!
//! ```text
//! text --parse--> Scenario --apply(changes)--> Scenario --lower--> Model --print--> text
//! ```
//! One file for each section of the text holds its schema, reads it and prints it; [`lower()`] puts them in order.
//! What no section can know alone is checked afterwards: `flow` walks the processes, `places` looks whether teams and
//! shelves are where the cases are, `load` estimates how busy teams will be, `draws` whether two random numbers would be the
//! same.

mod arms;
mod arrivals;
mod assumptions;
mod attributes;
mod calendars;
mod channels;
mod design;
mod draws;
mod fleets;
mod flow;
mod formulas;
mod headline;
mod levers;
mod limits;
mod load;
mod lower;
mod measures;
mod metrics;
mod money;
mod parts;
mod places;
mod print;
mod processes;
mod profiles;
pub mod range;
mod requests;
mod ramp;
mod schema;
mod sweep;
mod switches;
mod teams;
mod theory;

pub use arms::{Arm, Difference, Pick, apply, arms, differences, pick};
pub use levers::{Lever, levers};
pub use lower::{Loader, lower, lower_arms};
pub use print::{Printed, print, print_with_files};
pub use ramp::lower_ramp;
pub use range::{Range, Sampled, Varied, between, ranges, varied};
pub use schema::{ROOT, reference, schema};
pub use switches::{Switch, switches};

use crate::diag::Diagnostic;
use crate::text::Tree;

/// A scenario as it was written: a tree that knows its places in the text.
pub type Scenario = Tree;

/// Reads as much as can be understood; the diagnostics are mistakes of TOML. `name` is what they call the text.
pub fn parse(name: &str, source: &str) -> (Scenario, Vec<Diagnostic>) {
    Tree::parse(name, source)
}
