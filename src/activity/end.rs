//! `end`: the token stops here; the case is over when its last token is.

use super::Expansion;
use super::{Form, Scope};
use crate::text::schema::{Field, Kind, Table as Schema};
use crate::text::{Item, Table, Value};

#[derive(Clone, Debug, PartialEq)]
pub struct End {
    /// Cancels the case's other tokens.
    pub terminate: bool,
}

static SCHEMA: Schema = Schema {
    name: "end",
    doc: "The token stops here; the case is over when its last token is. A process may have several ends.",
    fields: &[Field::default("terminate", Kind::Flag, "false", "cancels the case's other tokens")],
    example: "end = {}",
};

impl Form for End {
    const KEY: &str = "end";
    const KIND: Kind = Kind::Table(&SCHEMA);
    const DOC: &str = "the token stops";

    fn read(item: &Item, _: &Scope) -> Option<Self> {
        Some(Self { terminate: item.table()?.flag("terminate")?.value })
    }

    fn print(&self, _: &Scope) -> Value {
        Table::braces().with_other("terminate", self.terminate, false).into()
    }
}

impl End {
    pub(super) fn expand(&self, x: &mut Expansion) {
        x.end(self.terminate);
    }
}
