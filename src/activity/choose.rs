//! `choose`: one way out of several, by chance, by condition, or by how often the case has passed.

use super::Expansion;
use super::op::{Chance, Op};
use super::scope::exactly_one;
use super::{Form, Scope};
use crate::diag::Diagnostic;
use crate::expr::Expr;
use crate::ids::StepId;
use crate::text::schema::{Field, Kind, Table as Schema};
use crate::text::{Item, Reader, Table, Value};

/// The first branch whose condition holds wins; among branches with probabilities one uniform decides.
#[derive(Clone, Debug, PartialEq)]
pub struct Choose {
    pub branches: Vec<Branch>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Branch {
    pub when: When,
    pub to: StepId,
}

#[derive(Clone, Debug, PartialEq)]
pub enum When {
    /// All branches of a choice have probabilities (they sum to 1), or conditions.
    Chance(f64),
    /// Over case attributes and `passes` (how often this case has entered this step, the current one included).
    Condition(Expr),
    Otherwise,
}

pub static BRANCH: Schema = Schema {
    name: "branch",
    doc: "A way out of a choice: by chance, by a condition on the case, or when no other is taken.",
    fields: &[
        Field::optional("chance", Kind::Share, "probability; those of a choice sum to 1"),
        Field::optional(
            "when",
            Kind::Condition,
            "over attributes and `passes` (how often the case has come here)",
        ),
        Field::optional("otherwise", Kind::Flag, "true: taken when no other branch is"),
        Field::required("to", Kind::Name("step"), "where it leads"),
    ],
    example: "choose = [\n  { when = \"passes >= 3\", to = \"give_up\" },\n  { otherwise = true, to = \"try_again\" },\n]",
};

impl Form for Choose {
    const KEY: &str = "choose";
    const KIND: Kind = Kind::List(&Kind::Table(&BRANCH));
    const DOC: &str = "one way out of several, by chance or by condition";

    fn read(item: &Item, scope: &Scope) -> Option<Self> {
        let branches = Branch::read_all(item, scope)?;
        let sum: f64 = branches.iter().map(Branch::chance).sum();
        let by_chance = branches.iter().filter(|b| matches!(b.when, When::Chance(_))).count();
        let d = match by_chance {
            _ if item.node().as_array().is_none() => return None,
            _ if branches.is_empty() => item.error("a choice needs at least one branch"),
            0 => match branches.iter().position(|b| b.when == When::Otherwise) {
                Some(i) if i + 1 == branches.len() => return Some(Self { branches }),
                Some(_) => item.error("`otherwise` must be the last branch"),
                None => item
                    .error("no branch is taken when no condition holds")
                    .hint("make the last one { otherwise = true, to = \"...\" }"),
            },
            n if n < branches.len() => item
                .error("a choice has either chances or conditions, not both")
                .hint("put the chances into a choice of their own"),
            // Percentages written with a few digits, such as 33.3 %, may miss 1 by more than rounding; they are a mistake.
            _ if (sum - 1.0).abs() > 1e-9 => item
                .error(format!("the chances sum to {}, not to 1", (sum * 1e6).round() / 1e6))
                .label("these must sum to 1, or 100 %"),
            _ => return Some(Self { branches }),
        };
        item.sink().push(d);
        None
    }

    fn print(&self, scope: &Scope) -> Value {
        self.branches.iter().map(|b| b.print(scope)).collect()
    }
}

impl Branch {
    pub(super) fn read_all(item: &Item, scope: &Scope) -> Option<Vec<Self>> {
        let all: Vec<_> = item.list().iter().map(|i| Self::read(&i.table()?, scope)).collect();
        all.into_iter().collect()
    }

    fn read(r: &Reader, scope: &Scope) -> Option<Self> {
        let to = scope.step(r, "to");
        let when = match exactly_one(r, &["chance", "when", "otherwise"])? {
            "chance" => When::Chance(r.quantity("chance")?.value),
            "when" => When::Condition(scope.condition(&r.text("when")?, r.sink())?),
            _ if r.flag("otherwise")?.value => When::Otherwise,
            _ => {
                r.report(Diagnostic::error("`otherwise` can only be true").at(r.place_of("otherwise")));
                return None;
            }
        };
        Some(Self { when, to: to? })
    }

    pub(super) fn print(&self, scope: &Scope) -> Table {
        let table = Table::braces();
        let table = match &self.when {
            When::Chance(chance) => table.with("chance", *chance),
            When::Condition(condition) => table.with("when", condition.text()),
            When::Otherwise => table.with("otherwise", true),
        };
        table.with("to", scope.print_step(self.to))
    }

    fn chance(&self) -> f64 {
        if let When::Chance(chance) = self.when { chance } else { 0.0 }
    }
}

impl Choose {
    pub(super) fn expand(&self, x: &mut Expansion) {
        if self.branches.iter().any(|b| matches!(b.when, When::Chance(_))) {
            let mut below = 0.0;
            let mut ways = Vec::with_capacity(self.branches.len());
            for branch in &self.branches {
                below += if let When::Chance(p) = branch.when { p } else { 0.0 };
                ways.push((below, x.exit(branch.to)));
            }
            // Rounding must not leave a gap below 1; a branch `otherwise` takes what is left.
            if let Some(last) = ways.last_mut() {
                last.0 = 1.0;
            }
            let purpose = x.purpose("choice");
            x.program.chances.push(Chance { purpose, ways });
            x.emit(Op::Chance(x.program.chances.len() as u32 - 1));
            return;
        }
        let Some((last, first)) = self.branches.split_last() else { return };
        for branch in first {
            let to = x.exit(branch.to);
            match &branch.when {
                When::Condition(expr) => {
                    let code = x.maker.code(expr);
                    x.emit(Op::When(code, to));
                }
                When::Chance(_) | When::Otherwise => {
                    x.emit(Op::Goto(to));
                    return;
                }
            }
        }
        // The last branch stands for `otherwise`.
        let to = x.exit(last.to);
        x.emit(Op::Goto(to));
    }
}
