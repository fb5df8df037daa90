//! `task`: members of one or several teams work on the case. `seize` and `release` hold them over several steps.

use super::Expansion;
use super::amount::read_law;
use super::op::{Op, Work};
use super::{Amount, Form, Scope};
use crate::diag::Diagnostic;
use crate::dist::{self, Dist};
use crate::expr::Expr;
use crate::ids::{AttrId, SiteId, SkillId, StepId, TeamId};
use crate::text;
use crate::text::schema::{Field, Kind, Table as Schema};
use crate::text::{Item, Reader, Table, Value, Words};
use crate::units::Dim;

/// Work by members of teams, all seized at once or none.
#[derive(Clone, Debug, PartialEq)]
pub struct Task {
    /// The first need is the worker whose speed and calendar govern the work.
    pub needs: Vec<Need>,
    /// Work content at speed 1 [s].
    pub time: Amount,
    /// Larger is served first where the team's dispatch rule is by priority; 0 when absent.
    pub priority: Option<Expr>,
    pub off_shift: OffShift,
    /// Whether, and how, later work of higher priority may take the worker away.
    pub preemption: Preemption,
    pub patience: Option<Patience>,
    /// Runs once for a case; a second token that arrives waits for the first and passes.
    pub once: bool,
}

/// `seize`: like the beginning of a task; what is seized stays with the case until `release` or its end.
#[derive(Clone, Debug, PartialEq)]
pub struct Seize {
    pub needs: Vec<Need>,
    pub priority: Option<Expr>,
    pub patience: Option<Patience>,
}

/// `release`: gives back what the case seized from this team.
#[derive(Clone, Debug, PartialEq)]
pub struct Release {
    pub team: TeamId,
}

/// So many members of a team.
#[derive(Clone, Debug, PartialEq)]
pub struct Need {
    pub team: TeamId,
    pub count: u16,
    pub skill: Option<SkillId>,
    pub site: SiteRef,
}

/// Which site's part of a team, shelf or fleet is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SiteRef {
    /// The case's own site (for a team at a single place: that place).
    Own,
    At(SiteId),
    /// The site that a site-valued attribute of the case names.
    Attr(AttrId),
}

/// What happens to work when its worker's shift ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum OffShift {
    /// The worker stops and goes on at the next shift; nobody else takes over.
    Pause,
    /// The worker stays until it is done: overtime.
    #[default]
    Finish,
    /// Not begun unless it fits into what is left of the shift.
    Fit,
    /// The worker leaves; the rest of the work queues for whoever is on shift.
    HandOver,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Preemption {
    /// Once begun, the work is not taken away.
    #[default]
    Never,
    /// The rest of the work is done later.
    Resume,
    /// The same work starts again from its beginning.
    Restart,
    /// A new amount of work is drawn.
    Resample,
}

/// The case leaves the queue after this long and goes to another step.
#[derive(Clone, Debug, PartialEq)]
pub struct Patience {
    /// [s]
    pub time: Dist,
    pub to: StepId,
}

static OFF_SHIFT: Words<OffShift, 4> = Words::new([
    ("finish", OffShift::Finish, "the worker stays until it is done: overtime"),
    ("pause", OffShift::Pause, "the worker goes on at the next shift"),
    ("fit", OffShift::Fit, "not begun unless it fits into what is left of the shift"),
    ("hand_over", OffShift::HandOver, "the rest queues for whoever is on shift"),
]);

static PREEMPTION: Words<Preemption, 4> = Words::new([
    ("never", Preemption::Never, "once begun, the work is not taken away"),
    ("resume", Preemption::Resume, "the rest of the work is done later"),
    ("restart", Preemption::Restart, "the same work starts again from its beginning"),
    ("resample", Preemption::Resample, "a new amount of work is drawn"),
]);

const TEAM: Field = Field::required("team", Kind::Name("team"), "who is needed");
const COUNT: Field = Field::default("count", Kind::Count, "1", "how many members at once");
const SKILL: Field = Field::optional("skill", Kind::Text, "only members with this skill");
const SITE: Field = Field::default("site", super::scope::SITE, "own", "which site's part of the team");
const ALSO: Field = Field {
    key: "also",
    kind: Kind::List(&Kind::Table(&NEED)),
    need: text::schema::Need::Optional,
    doc: "further teams; all are seized at once or none",
};
const TIME: Field = Field::required("time", Kind::Amount(Dim::TIME), "work content at speed 1");
const OFF: Field =
    Field::default("off_shift", OFF_SHIFT.kind(), "finish", "what happens when the worker's shift ends");
const PREEMPT: Field = Field::default(
    "preempt",
    PREEMPTION.kind(),
    "never",
    "whether more urgent work may take the worker away",
);
const PRIORITY: Field = Field::optional(
    "priority",
    Kind::Formula(Dim::NUMBER),
    "larger is served first where the team's dispatch is by priority; 0 when absent",
);
const PATIENCE: Field = Field::optional(
    "patience",
    Kind::Table(&PATIENCE_SCHEMA),
    "how long the case waits before it leaves the queue",
);

static NEED: Schema = Schema {
    name: "need",
    doc: "Members of a further team.",
    fields: &[TEAM, COUNT, SKILL, SITE],
    example: "also = [{ team = \"bays\" }]",
};

static PATIENCE_SCHEMA: Schema = Schema {
    name: "patience",
    doc: "The case leaves the queue after this long and goes to another step. A patience of zero leaves at once, even where \
          somebody is free: members are given out when all that happens at the same time has happened. For a case that does not \
          wait at all, but is served where somebody is free, write a very short one, such as `\"1 ms\"`.",
    fields: &[
        Field::required("time", Kind::Dist(Dim::TIME), "how long it waits"),
        Field::required("to", Kind::Name("step"), "where it goes then"),
    ],
    example: "patience = { time = { exponential = { mean = \"20 min\" } }, to = \"gone\" }",
};

pub(super) static TASK: Schema = Schema {
    name: "task",
    doc: "Members of one or several teams work on the case; all are seized at once or none. The speed and the calendar \
          of the first team govern the work.",
    fields: &[
        TEAM,
        TIME,
        COUNT,
        SKILL,
        SITE,
        ALSO,
        PRIORITY,
        OFF,
        PREEMPT,
        PATIENCE,
        Field::default(
            "once",
            Kind::Flag,
            "false",
            "runs once for a case: a second token waits for the first and passes; a called process counts anew at each place of a call",
        ),
    ],
    example: "task = { team = \"mechanics\", time = { lognormal = { mean = \"2.8 h\", cv = 1 } }, also = [{ team = \"bays\" }] }\n\
              next = \"road_test\"",
};

/// Of a batch: who has gathered stays, and all of them are worked on.
pub(super) static BATCH_TASK: Schema = Schema {
    name: "task of a batch",
    doc: "As a task; who has gathered stays until it is done.",
    fields: &[TEAM, TIME, COUNT, SKILL, SITE, ALSO, PRIORITY, OFF, PREEMPT],
    example: "task = { team = \"painters\", time = \"40 min\" }",
};

static SEIZE: Schema = Schema {
    name: "seize",
    doc: "Like the beginning of a task; what is seized stays with the case until `release` or its end.",
    fields: &[TEAM, COUNT, SKILL, SITE, ALSO, PRIORITY, PATIENCE],
    example: "seize = { team = \"bays\" }\nnext = \"diagnose\"",
};

static RELEASE: Schema = Schema {
    name: "release",
    doc: "Gives back what the case has seized from a team.",
    fields: &[TEAM],
    example: "release = { team = \"bays\" }\nnext = \"done\"",
};

impl Form for Task {
    const KEY: &str = "task";
    const KIND: Kind = Kind::Table(&TASK);
    const DOC: &str = "members of teams work on the case";

    fn read(item: &Item, scope: &Scope) -> Option<Self> {
        let r = item.table()?;
        let task = Self::read_for_batch(&r, scope);
        let patience = optional(&r, "patience", || Patience::read(&r.table("patience")?, scope));
        Some(Self { patience: patience?, once: r.flag("once")?.value, ..task? })
    }

    fn print(&self, scope: &Scope) -> Value {
        self.print_table(scope).into()
    }
}

impl Task {
    /// What a task and that of a batch have in common.
    pub(super) fn read_for_batch(r: &Reader, scope: &Scope) -> Option<Self> {
        let needs = Need::read_all(r, scope);
        let time = Amount::read(r, "time", Dim::TIME, scope);
        let priority = optional(r, "priority", || scope.priority(r));
        Some(Self {
            needs: needs?,
            time: time?,
            priority: priority?,
            off_shift: r.word("off_shift", &OFF_SHIFT)?,
            preemption: r.word("preempt", &PREEMPTION)?,
            patience: None,
            once: false,
        })
    }

    pub(super) fn print_table(&self, scope: &Scope) -> Table {
        let table =
            print_needs(&self.needs, Table::braces(), scope).with("time", self.time.print(Dim::TIME, scope));
        print_waiting(self.priority.as_ref(), self.patience.as_ref(), table, scope)
            .with_other("off_shift", OFF_SHIFT.word(self.off_shift), "finish")
            .with_other("preempt", PREEMPTION.word(self.preemption), "never")
            .with_other("once", self.once, false)
    }
}

impl Form for Seize {
    const KEY: &str = "seize";
    const KIND: Kind = Kind::Table(&SEIZE);
    const DOC: &str = "takes members of teams and keeps them";

    fn read(item: &Item, scope: &Scope) -> Option<Self> {
        let r = item.table()?;
        let needs = Need::read_all(&r, scope);
        let priority = optional(&r, "priority", || scope.priority(&r));
        let patience = optional(&r, "patience", || Patience::read(&r.table("patience")?, scope));
        Some(Self { needs: needs?, priority: priority?, patience: patience? })
    }

    fn print(&self, scope: &Scope) -> Value {
        let table = print_needs(&self.needs, Table::braces(), scope);
        print_waiting(self.priority.as_ref(), self.patience.as_ref(), table, scope).into()
    }
}

impl Form for Release {
    const KEY: &str = "release";
    const KIND: Kind = Kind::Table(&RELEASE);
    const DOC: &str = "gives back what the case has seized";

    fn read(item: &Item, _: &Scope) -> Option<Self> {
        Some(Self { team: item.table()?.name("team")?.value })
    }

    fn print(&self, scope: &Scope) -> Value {
        Table::braces().with("team", scope.teams[self.team].as_str()).into()
    }
}

impl Need {
    /// The need of the table itself, then those of `also`.
    fn read_all(r: &Reader, scope: &Scope) -> Option<Vec<Self>> {
        let first = Self::read(r, scope);
        let also: Vec<_> = r.list("also").iter().map(|item| Self::read(&item.table()?, scope)).collect();
        std::iter::once(first).chain(also).collect()
    }

    fn read(r: &Reader, scope: &Scope) -> Option<Self> {
        let skill = optional(r, "skill", || scope.skill(r, "skill"));
        let site = scope.site(&r.item("site")?);
        let count = r.count("count")?;
        let Some(n) = u16::try_from(count.value).ok().filter(|n| *n > 0) else {
            r.report(Diagnostic::error("expected a count from 1 to 65535").at(count.span));
            return None;
        };
        Some(Self { team: r.name("team")?.value, count: n, skill: skill?, site: site? })
    }

    fn print(&self, table: Table, scope: &Scope) -> Table {
        table
            .with("team", scope.teams[self.team].as_str())
            .with_other("count", u32::from(self.count), 1_u32)
            .with_some("skill", self.skill.map(|skill| scope.skills[skill].as_str()))
            .with_other("site", scope.print_site(self.site), "own")
    }
}

impl Patience {
    fn read(r: &Reader, scope: &Scope) -> Option<Self> {
        let (time, to) = (read_law(r, "time", Dim::TIME, scope), scope.step(r, "to"));
        Some(Self { time: time?, to: to? })
    }
}

fn print_needs(needs: &[Need], table: Table, scope: &Scope) -> Table {
    let Some((first, rest)) = needs.split_first() else { return table };
    let table = first.print(table, scope);
    match rest {
        [] => table,
        rest => table.with("also", rest.iter().map(|n| n.print(Table::braces(), scope)).collect::<Value>()),
    }
}

fn print_waiting(priority: Option<&Expr>, patience: Option<&Patience>, table: Table, scope: &Scope) -> Table {
    let patience = patience.map(|p| {
        let time = dist::print(&p.time, Dim::TIME);
        Table::braces().with("time", time).with("to", scope.print_step(p.to))
    });
    table.with_some("priority", priority.map(Expr::text)).with_some("patience", patience)
}

/// `None` when the key is written but wrong; `Some(None)` when it is absent.
pub fn optional<T>(r: &Reader, key: &str, read: impl FnOnce() -> Option<T>) -> Option<Option<T>> {
    if r.has(key) { read().map(Some) } else { Some(None) }
}

impl Task {
    /// The work without the latch of `once`: its number.
    pub(super) fn work(&self, x: &mut Expansion) -> u32 {
        let time = x.maker.amount(&self.time, x.draw_name("duration"));
        let work = Work {
            step: x.step_id(),
            needs: self.needs.clone(),
            time: Some(time),
            priority: self.priority.as_ref().map(|e| x.maker.code(e)),
            off_shift: self.off_shift,
            preemption: self.preemption,
            patience: self.patience.as_ref().map(|p| (x.maker.law(&p.time), x.purpose("patience"))),
        };
        x.program.works.push(work);
        x.program.works.len() as u32 - 1
    }

    pub(super) fn expand(&self, x: &mut Expansion) {
        let latch = self.once.then(|| {
            x.program.n_latches += 1;
            (x.program.n_latches - 1, x.new_label())
        });
        if let Some((latch, past)) = latch {
            x.emit(Op::Once(latch, past));
        }
        let work = self.work(x);
        x.emit(Op::Work(work));
        if let Some(patience) = &self.patience {
            let gone = latch.map(|(latch, _)| Op::Done(latch, false));
            renege(x, patience, gone);
        }
        if let Some((latch, past)) = latch {
            x.emit(Op::Done(latch, true));
            x.place(past);
        }
    }
}

impl Seize {
    pub(super) fn expand(&self, x: &mut Expansion) {
        let work = Work {
            step: x.step_id(),
            needs: self.needs.clone(),
            time: None,
            priority: self.priority.as_ref().map(|e| x.maker.code(e)),
            off_shift: OffShift::Pause,
            preemption: Preemption::Never,
            patience: self.patience.as_ref().map(|p| (x.maker.law(&p.time), x.purpose("patience"))),
        };
        x.program.works.push(work);
        x.emit(Op::Seize(x.program.works.len() as u32 - 1));
        if let Some(patience) = &self.patience {
            renege(x, patience, None);
        }
    }
}

impl Release {
    pub(super) fn expand(&self, x: &mut Expansion) {
        x.emit(Op::Release(self.team));
    }
}

/// The two ways out of a queue: served, which goes on behind this, and gone.
fn renege(x: &mut Expansion, patience: &Patience, first: Option<Op>) {
    let served = x.new_label();
    x.emit(Op::Goto(served));
    let to = x.exit(patience.to);
    match first {
        None => x.emit(Op::Goto(to)),
        Some(op) => {
            let gone = x.new_label();
            x.emit(Op::Goto(gone));
            x.place(gone);
            x.emit(op);
            x.emit(Op::Goto(to));
        }
    }
    x.place(served);
}
