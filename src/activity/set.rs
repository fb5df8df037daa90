//! `set`: changes an attribute of the case.

use super::Expansion;
use super::op::Op;
use super::{Amount, Form, Scope};
use crate::ids::AttrId;
use crate::text::schema::{Field, Kind, Table as Schema};
use crate::text::{Item, Table, Value};

#[derive(Clone, Debug, PartialEq)]
pub struct Set {
    pub attr: AttrId,
    pub to: Amount,
}

static SCHEMA: Schema = Schema {
    name: "set",
    doc: "Changes an attribute of the case.",
    fields: &[
        Field::required("attribute", Kind::Name("attribute"), "which one"),
        Field::required("to", VALUE, "the new value"),
    ],
    example: "set = { attribute = \"urgent\", to = { is = \"hours > 4 h\" } }\nnext = \"decide\"",
};

/// A schema field's kind for the value of an attribute.
pub const VALUE: Kind = Kind::Other {
    expected: "a value of the attribute: a law, a name, `choose`, `by` or `is`",
    example: "{ choose = { engine = 0.3, tyre = 0.7 } }",
};

impl Form for Set {
    const KEY: &str = "set";
    const KIND: Kind = Kind::Table(&SCHEMA);
    const DOC: &str = "changes an attribute of the case";

    fn read(item: &Item, scope: &Scope) -> Option<Self> {
        let r = item.table()?;
        let attr: AttrId = r.name("attribute")?.value;
        let to = Amount::of_item(&r.item("to")?, &scope.attributes[attr].holds, scope)?;
        Some(Self { attr, to })
    }

    fn print(&self, scope: &Scope) -> Value {
        let slot = &scope.attributes[self.attr];
        let to = self.to.print_for(&slot.holds, scope);
        Table::braces().with("attribute", slot.name.as_str()).with("to", to).into()
    }
}

impl Set {
    pub(super) fn expand(&self, x: &mut Expansion) {
        let draw = x.maker.amount(&self.to, x.draw_name("value"));
        x.emit(Op::Set(self.attr, draw));
    }
}
