//! `start`: begins another case and goes on without waiting for it.

use super::Expansion;
use super::op::Op;
use super::{Form, Scope};
use crate::ids::ProcessId;
use crate::text::schema::{Field, Kind, Table as Schema};
use crate::text::{Item, Table, Value};

/// The new case gets this case's attributes, site and asset.
#[derive(Clone, Debug, PartialEq)]
pub struct Start {
    pub process: ProcessId,
}

static SCHEMA: Schema = Schema {
    name: "start",
    doc: "Begins another case, with this case's attributes, site and asset, and goes on without waiting for it. The new case \
          can `restore` the asset.",
    fields: &[Field::required("process", Kind::Name("process"), "what the new case runs through")],
    example: "start = { process = \"inspection\" }\nnext = \"done\"",
};

impl Form for Start {
    const KEY: &str = "start";
    const KIND: Kind = Kind::Table(&SCHEMA);
    const DOC: &str = "begins another case";

    fn read(item: &Item, _: &Scope) -> Option<Self> {
        Some(Self { process: item.table()?.name("process")?.value })
    }

    fn print(&self, scope: &Scope) -> Value {
        Table::braces().with("process", scope.processes[self.process].as_str()).into()
    }
}

impl Start {
    pub(super) fn expand(&self, x: &mut Expansion) {
        let purpose = x.purpose("case");
        x.program.starts.push((self.process, purpose));
        x.emit(Op::Start(x.program.starts.len() as u32 - 1));
    }
}
