//! `restore`: the case's asset is back in service.

use super::Expansion;
use super::op::Op;
use super::{Form, Scope};
use crate::text::schema::{Field, Kind, Sign, Table as Schema};
use crate::text::{Item, Table, Value};
use crate::units::Dim;

#[derive(Clone, Debug, PartialEq)]
pub struct Restore {
    /// A temporary repair: the failed mode's hazard is multiplied by this until the next proper repair.
    pub temporary: Option<f64>,
}

static SCHEMA: Schema = Schema {
    name: "restore",
    doc: "The asset that the case is about is back in service. The case of a failure or a maintenance and the cases that it \
          starts (`start`) are about the same asset: whichever restores it first counts, and what the others do or how they end \
          changes nothing. Where none does, the asset is back at the end of the last of them, the first case and those whose \
          process has a `restore`; others are not waited for.",
    fields: &[Field::optional(
        "temporary",
        Kind::Quantity(Dim::NUMBER, Sign::Positive),
        "a temporary repair: the failed mode's hazard is multiplied by this until the next proper one",
    )],
    example: "restore = { temporary = 2 }\nnext = \"done\"",
};

impl Form for Restore {
    const KEY: &str = "restore";
    const KIND: Kind = Kind::Table(&SCHEMA);
    const DOC: &str = "the case's asset is back in service";

    fn read(item: &Item, _: &Scope) -> Option<Self> {
        Some(Self { temporary: item.table()?.quantity("temporary").map(|q| q.value) })
    }

    fn print(&self, _: &Scope) -> Value {
        Table::braces().with_some("temporary", self.temporary).into()
    }
}

impl Restore {
    pub(super) fn expand(&self, x: &mut Expansion) {
        x.program.restores.push(self.temporary);
        x.emit(Op::Restore(x.program.restores.len() as u32 - 1));
    }
}
