//! `batch`: cases wait for each other and are worked on together.

use super::Expansion;
use super::amount::read_law;
use super::op::{Gather, Op, Rule};
use super::scope::exactly_one;
use super::task::{BATCH_TASK, Task};
use super::{Form, Scope};
use crate::diag::Diagnostic;
use crate::dist::{self, Dist};
use crate::ids::CalendarId;
use crate::text::schema::{Field, Keys, Kind, Table as Schema};
use crate::text::{Item, Reader, Table, Value, Words};
use crate::units::Dim;

/// Gathers cases until a rule fires, then one worker set does `task` for all of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Batch {
    /// Any rule that holds fires the batch.
    pub rules: Vec<BatchRule>,
    pub work: BatchWork,
    /// Multiplies the work of each case, by batch size: `(size, factor)` in rising size, nearest size counts.
    pub factors: Vec<(u32, f64)>,
    pub task: Task,
}

#[derive(Clone, Debug, PartialEq)]
pub enum BatchRule {
    /// This many cases wait.
    Size(u32),
    /// The oldest has waited this long [s].
    Age(Dist),
    /// A calendar opens (a time of day, a weekday).
    At(CalendarId),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BatchWork {
    /// One after another: the times of the cases add up; each leaves when its own is done.
    Sequential,
    /// All at once: they start and leave together, after the longest.
    Parallel,
}

static WORK: Words<BatchWork, 2> = Words::new([
    ("sequential", BatchWork::Sequential, "one after another; each leaves when its own is done"),
    ("parallel", BatchWork::Parallel, "all at once; they leave together, after the longest"),
]);

static RULE: Schema = Schema {
    name: "batch rule",
    doc: "When the cases that wait are taken together.",
    fields: &[
        Field::optional("size", Kind::Count, "this many wait"),
        Field::optional("age", Kind::Dist(Dim::TIME), "the oldest has waited this long"),
        Field::optional("at", Kind::Name("calendar"), "a calendar opens"),
    ],
    example: "rules = [{ size = 5 }, { age = \"2 h\" }]",
};

static SCHEMA: Schema = Schema {
    name: "batch",
    doc: "Cases wait for each other until a rule fires; then one set of workers does the task for all of them.",
    fields: &[
        Field::required("rules", Kind::List(&Kind::Table(&RULE)), "any rule that holds fires the batch"),
        Field::default("work", WORK.kind(), "sequential", "how the members of a batch are worked on"),
        Field::optional(
            "factors",
            Kind::Map(Keys::Free, &Kind::NUMBER),
            "multiplies the work of each case, by batch size; the nearest size counts",
        ),
        Field::required("task", Kind::Table(&BATCH_TASK), "the work"),
    ],
    example: "batch = { rules = [{ size = 5 }, { age = \"2 h\" }], factors = { 1 = 1, 5 = 0.8 }, \
              task = { team = \"painters\", time = \"40 min\" } }\nnext = \"dry\"",
};

impl Form for Batch {
    const KEY: &str = "batch";
    const KIND: Kind = Kind::Table(&SCHEMA);
    const DOC: &str = "cases wait for each other and are worked on together";

    fn read(item: &Item, scope: &Scope) -> Option<Self> {
        let r = item.table()?;
        let rules: Vec<_> = r.list("rules").iter().map(|i| BatchRule::read(&i.table()?, scope)).collect();
        let task = r.table("task").and_then(|r| Task::read_for_batch(&r, scope));
        let mut factors = Vec::new();
        let mut complete = true;
        for (size, factor) in r.map("factors") {
            let factor = factor.quantity().filter(|f| f.value >= 0.0).map(|f| f.value);
            let n = size.value.parse().ok().filter(|n| *n > 0_u32);
            if n.is_none() || factor.is_none() {
                let d = Diagnostic::error("expected a batch size and a factor").at(size.span);
                r.report(d.hint("for example factors = { 1 = 1, 5 = 0.8 }"));
            }
            complete &= n.is_some() && factor.is_some();
            factors.extend(n.zip(factor));
        }
        factors.sort_by_key(|(size, _)| *size);
        if rules.is_empty() {
            r.report(Diagnostic::error("a batch without a rule never starts").at(r.place_of("rules")));
        }
        if rules.is_empty() || !complete {
            return None;
        }
        let work = r.word("work", &WORK)?;
        Some(Self { rules: rules.into_iter().collect::<Option<_>>()?, work, factors, task: task? })
    }

    fn print(&self, scope: &Scope) -> Value {
        let rules: Value = self.rules.iter().map(|rule| rule.print(scope)).collect();
        let table =
            Table::braces().with("rules", rules).with_other("work", WORK.word(self.work), "sequential");
        let factors = self.factors.iter().fold(Table::braces(), |t, (size, f)| t.with(size.to_string(), *f));
        table
            .with_other("factors", factors, Table::braces())
            .with("task", self.task.print_table(scope))
            .into()
    }
}

impl BatchRule {
    fn read(r: &Reader, scope: &Scope) -> Option<Self> {
        Some(match exactly_one(r, &["size", "age", "at"])? {
            "size" => {
                let size = r.count("size")?;
                let Some(n) = u32::try_from(size.value).ok().filter(|n| *n > 0) else {
                    r.report(Diagnostic::error("a batch has at least one case").at(size.span));
                    return None;
                };
                Self::Size(n)
            }
            "age" => Self::Age(read_law(r, "age", Dim::TIME, scope)?),
            _ => Self::At(r.name("at")?.value),
        })
    }

    fn print(&self, scope: &Scope) -> Table {
        let table = Table::braces();
        match self {
            Self::Size(n) => table.with("size", *n),
            Self::Age(age) => table.with("age", dist::print(age, Dim::TIME)),
            Self::At(calendar) => table.with("at", scope.calendars[*calendar].as_str()),
        }
    }
}

impl Batch {
    pub(super) fn expand(&self, x: &mut Expansion) {
        let work = self.task.work(x);
        let rule = |rule: &BatchRule| match rule {
            BatchRule::Size(n) => Rule::Size(*n),
            BatchRule::Age(dist) => Rule::Age(x.maker.law(dist), x.purpose("age")),
            BatchRule::At(calendar) => Rule::At(*calendar),
        };
        let rules = self.rules.iter().map(rule).collect();
        let gather =
            Gather { step: x.step_id(), work, rules, mode: self.work, factors: self.factors.clone() };
        x.program.gathers.push(gather);
        x.emit(Op::Batch(x.program.gathers.len() as u32 - 1));
    }
}
