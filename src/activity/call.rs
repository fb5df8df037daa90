//! `call`: runs another process inside this case.

use super::Expansion;
use super::{Form, Scope};
use crate::ids::ProcessId;
use crate::text::schema::{Field, Kind, Table as Schema};
use crate::text::{Item, Table, Value};

/// The called process's steps run on this case's attributes, team members and site; its ends lead on to the next step.
/// Calls are expanded when the plan is compiled; a process may not call itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    pub process: ProcessId,
}

static SCHEMA: Schema = Schema {
    name: "call",
    doc: "Runs another process inside this case, on its attributes, its site and what it has seized. The ends of the \
          called process lead on to the next step. A process may not call itself. What is counted of its steps (`once` of a \
          task, `passes`) is counted for each place that calls it by itself, as if its steps stood there; a place that is \
          come to again goes on counting.",
    fields: &[Field::required("process", Kind::Name("process"), "what is run")],
    example: "call = { process = \"get_part\" }\nnext = \"repair\"",
};

impl Form for Call {
    const KEY: &str = "call";
    const KIND: Kind = Kind::Table(&SCHEMA);
    const DOC: &str = "runs another process inside this case";

    fn read(item: &Item, _: &Scope) -> Option<Self> {
        Some(Self { process: item.table()?.name("process")?.value })
    }

    fn print(&self, scope: &Scope) -> Value {
        Table::braces().with("process", scope.processes[self.process].as_str()).into()
    }
}

impl Call {
    pub(super) fn expand(&self, x: &mut Expansion) {
        x.call(self.process);
    }
}
