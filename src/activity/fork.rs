//! `fork` and `join`: several branches at once.

use super::choose::{BRANCH, Branch, When};
use super::op::{Arm, Op};
use super::scope::exactly_one;
use super::{Expansion, op};
use super::{Form, Scope};
use crate::ids::StepId;
use crate::text::schema::{Field, Kind, Table as Schema};
use crate::text::{Item, Table, Value};

/// Starts a token on every branch (`when` absent), or on every branch whose condition or own chance holds
/// (inclusive or; at least the first branch marked `otherwise` when none does).
#[derive(Clone, Debug, PartialEq)]
pub struct Fork {
    pub branches: Vec<Branch>,
    /// Inclusive or: branches are taken independently.
    pub inclusive: bool,
    /// Where the branches meet.
    pub join: StepId,
}

/// Waits for every branch that its fork started.
#[derive(Clone, Debug, PartialEq)]
pub struct Join;

static FORK: Schema = Schema {
    name: "fork",
    doc: "Starts a token on every branch, or (`any`) on every branch whose chance or condition holds. They meet at the join.",
    fields: &[
        Field::optional("to", Kind::List(&Kind::Name("step")), "the first steps of all branches"),
        Field::optional(
            "any",
            Kind::List(&Kind::Table(&BRANCH)),
            "inclusive or: each branch is taken or not on its own; `otherwise` when none is",
        ),
        Field::required("join", Kind::Name("step"), "where the branches meet"),
    ],
    example: "fork = { to = [\"order_part\", \"strip_down\"], join = \"both_done\" }",
};

static JOIN: Schema = Schema {
    name: "join",
    doc: "Waits for every branch that its fork has started.",
    fields: &[],
    example: "join = {}\nnext = \"assemble\"",
};

impl Form for Fork {
    const KEY: &str = "fork";
    const KIND: Kind = Kind::Table(&FORK);
    const DOC: &str = "starts several branches at once";

    fn read(item: &Item, scope: &Scope) -> Option<Self> {
        let r = item.table()?;
        let join = scope.step(&r, "join");
        let inclusive = exactly_one(&r, &["to", "any"])? == "any";
        let branches: Vec<Branch> = if inclusive {
            Branch::read_all(&r.item("any")?, scope)?
        } else {
            let steps = r.list("to").into_iter().map(|to| to.name::<StepId>());
            let branch = |to: StepId| Branch { when: When::Otherwise, to: scope.nth_step(to) };
            steps.map(|to| Some(branch(to?.value))).collect::<Option<_>>()?
        };
        let d = match branches.len() {
            0 => item.error("a fork needs branches"),
            1 if !inclusive => {
                item.error("a fork needs at least two branches").hint("with one, write next = \"...\"")
            }
            _ => return Some(Self { branches, inclusive, join: join? }),
        };
        item.sink().push(d);
        None
    }

    fn print(&self, scope: &Scope) -> Value {
        let table = Table::braces();
        let table = match self.inclusive {
            true => table.with("any", self.branches.iter().map(|b| b.print(scope)).collect::<Value>()),
            false => {
                table.with("to", self.branches.iter().map(|b| scope.print_step(b.to)).collect::<Value>())
            }
        };
        table.with("join", scope.print_step(self.join)).into()
    }
}

impl Form for Join {
    const KEY: &str = "join";
    const KIND: Kind = Kind::Table(&JOIN);
    const DOC: &str = "waits for every branch of its fork";

    fn read(_: &Item, _: &Scope) -> Option<Self> {
        Some(Self)
    }

    fn print(&self, _: &Scope) -> Value {
        Table::braces().into()
    }
}

impl Fork {
    pub(super) fn expand(&self, x: &mut Expansion) {
        x.leave();
        let mut branches = Vec::with_capacity(self.branches.len());
        for branch in &self.branches {
            let arm = match &branch.when {
                _ if !self.inclusive => Arm::Always,
                When::Chance(p) => Arm::Chance(*p),
                When::Condition(expr) => Arm::Condition(x.maker.code(expr)),
                When::Otherwise => Arm::Otherwise,
            };
            branches.push((arm, x.label(branch.to)));
        }
        let join = x.label(self.join);
        let purpose = x.purpose("branches");
        x.program.forks.push(op::Fork { purpose, branches, join });
        x.emit(Op::Fork(x.program.forks.len() as u32 - 1));
    }
}
