//! `race`: the first event wins, the rest is cancelled.

use super::Expansion;
use super::op::Op;
use super::{Form, Scope};
use crate::ids::StepId;
use crate::text::schema::{Field, Kind, Table as Schema};
use crate::text::{Item, Table, Value};

/// Starts every branch's first step; the first of these steps to be completed wins: the case goes on behind it,
/// with the delay that won, and the other branches are withdrawn from queues, hands and calendars.
#[derive(Clone, Debug, PartialEq)]
pub struct Race {
    pub branches: Vec<StepId>,
}

static SCHEMA: Schema = Schema {
    name: "race",
    doc: "Starts the first step of every branch. The first of these to be completed wins: the case goes on behind it, \
          with the delay that won, and the others are withdrawn.",
    fields: &[Field::required("of", Kind::List(&Kind::Name("step")), "the first steps of the branches")],
    example: "race = { of = [\"customer_answers\", \"reminder_is_due\"] }",
};

impl Form for Race {
    const KEY: &str = "race";
    const KIND: Kind = Kind::Table(&SCHEMA);
    const DOC: &str = "the first event wins, the rest is withdrawn";

    fn read(item: &Item, scope: &Scope) -> Option<Self> {
        let steps = item.table()?.list("of");
        if steps.len() < 2 {
            item.sink().push(item.error("a race needs at least two branches"));
            return None;
        }
        let branch = |step: &Item| Some(scope.nth_step(step.name::<StepId>()?.value));
        Some(Self { branches: steps.iter().map(branch).collect::<Option<_>>()? })
    }

    fn print(&self, scope: &Scope) -> Value {
        let of: Value = self.branches.iter().map(|step| scope.print_step(*step)).collect();
        Table::braces().with("of", of).into()
    }
}

impl Race {
    pub(super) fn expand(&self, x: &mut Expansion) {
        let branches = self.branches.iter().map(|step| x.label(*step)).collect();
        x.program.races.push(branches);
        x.emit(Op::Race(x.program.races.len() as u32 - 1));
    }
}
