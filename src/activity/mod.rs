//! What a step of a process can do: one file per kind of activity.
//!
//! Each file holds the *checked form* (names resolved, units converted), reads it from the scenario text,
//! prints it back, and expands it into the few primitive operations of [`op`] that the engine interprets.
//! A new kind is one file here plus one line in the list of kinds and in [`Activity::expand`].

mod amount;
mod ask;
mod batch;
mod call;
mod choose;
mod delay;
mod draw;
mod end;
mod expand;
mod fork;
pub mod op;
mod race;
mod restore;
mod scope;
mod set;
mod start;
mod stock;
mod task;

pub use amount::{json_schema as amount_schema, read_law};
pub use ask::{Ask, GiveUp, Parallel, Place, PlaceScope, Search, Seek, Sees};
pub use batch::{Batch, BatchRule, BatchWork};
pub use call::Call;
pub use choose::{Branch, Choose, When};
pub use delay::{Delay, DelayUntil};
pub use draw::{CodeId, DrawId, DrawMaker, Draws, LawId, Occasion, PASSES};
pub use end::End;
pub use expand::{Callee, Expansion, Pending};
pub use fork::{Fork, Join};
pub use op::{At, Op, Program, Site, Sites};
pub use race::Race;
pub use restore::Restore;
pub use scope::{Holds, RESERVED, Scope, Slot, exactly_one, symbols};
pub use set::{Set, VALUE};
pub use start::Start;
pub use stock::{Order, PartRef, Return, Short, Take, TakeFrom, Transfer};
pub use task::{Need, OffShift, Patience, Preemption, Release, Seize, SiteRef, Task, optional};

use crate::dist::Dist;
use crate::expr::Expr;
use crate::ids::{AttrId, StepId};
use crate::text::schema::{Field, Kind, Table as Schema};
use crate::text::{Item, Reader, Value};

/// What the file of an activity kind provides: its form in the text.
pub trait Form: Sized {
    /// The key of a step that says its kind.
    const KEY: &str;
    const KIND: Kind;
    /// In a few words.
    const DOC: &str;

    /// `None` after its mistakes were reported.
    fn read(item: &Item, scope: &Scope) -> Option<Self>;
    /// Reading gives back the same.
    fn print(&self, scope: &Scope) -> Value;
}

/// Declares the kinds: the checked form of a step's activity, its keys, the way in and the way out.
macro_rules! kinds {
    ($($Activity:ident,)*) => {
        /// The checked form of a step's activity.
        #[derive(Clone, Debug, PartialEq)]
        pub enum Activity {
            $($Activity($Activity),)*
        }

        /// The keys of the kinds, in the order of the reference.
        pub const KEYS: &[&str] = &[$(<$Activity as Form>::KEY,)*];

        /// A step as the scenario language has it.
        pub static STEP: Schema = Schema {
            name: "step",
            doc: "A step of a process: exactly one activity, and what follows.",
            fields: &[
                Field::optional("label", Kind::Text, "what it is called in pictures and tables"),
                Field::optional("activity", Kind::Text, "what it is called in event logs; its name when absent"),
                Field::optional("stage", Kind::Text, "the stretch of the case's life that it belongs to"),
                Field::optional("next", Kind::Name("step"), "where the case goes afterwards"),
                $(Field::optional(<$Activity as Form>::KEY, <$Activity as Form>::KIND, <$Activity as Form>::DOC),)*
            ],
            example: "[process.restore.step.report]\ntask = { team = \"dispatch\", time = \"5 min\" }\nnext = \"tow\"",
        };

        impl Activity {
            pub fn key(&self) -> &'static str {
                match self {
                    $(Self::$Activity(_) => <$Activity as Form>::KEY,)*
                }
            }

            /// Reads the activity of a step; `None` after its mistakes were reported.
            pub fn read(step: &Reader, scope: &Scope) -> Option<Self> {
                let key = scope::exactly_one(step, KEYS)?;
                $(if key == <$Activity as Form>::KEY {
                    return <$Activity as Form>::read(&step.item(key)?, scope).map(Self::$Activity);
                })*
                None
            }

            pub fn print(&self, scope: &Scope) -> Value {
                match self {
                    $(Self::$Activity(activity) => activity.print(scope),)*
                }
            }
        }
    };
}

kinds! {
    Task,
    Seize,
    Release,
    Delay,
    Choose,
    Fork,
    Join,
    Race,
    Call,
    Start,
    Set,
    Batch,
    Take,
    Return,
    Order,
    Transfer,
    Ask,
    Restore,
    End,
}

impl Activity {
    /// Does the token go to the step's `next` afterwards? The others lead on by themselves, or stop.
    pub fn has_next(&self) -> bool {
        !matches!(self, Self::Choose(_) | Self::Fork(_) | Self::Race(_) | Self::Ask(_) | Self::End(_))
    }

    /// The part that it takes, brings back, orders or asks for.
    pub fn part(&self) -> Option<PartRef> {
        match self {
            Self::Take(take) => Some(take.part),
            Self::Return(back) => Some(back.part),
            Self::Order(order) => Some(order.part),
            Self::Ask(Ask { seek: Seek::Part(part), .. }) => Some(*part),
            _ => None,
        }
    }

    /// The steps that it leads to by itself.
    pub fn targets(&self) -> Vec<StepId> {
        let patience = |p: &Option<Patience>| p.iter().map(|p| p.to).collect();
        match self {
            Self::Task(task) => patience(&task.patience),
            Self::Seize(seize) => patience(&seize.patience),
            Self::Batch(batch) => patience(&batch.task.patience),
            Self::Choose(choose) => choose.branches.iter().map(|b| b.to).collect(),
            Self::Fork(fork) => fork.branches.iter().map(|b| b.to).collect(),
            Self::Race(race) => race.branches.clone(),
            Self::Take(Take { short: Short::Go(step), .. }) => vec![*step],
            Self::Ask(ask) => {
                let parallel = ask.parallel.iter().map(|p| p.step);
                [ask.found, ask.not_found].into_iter().chain(parallel).collect()
            }
            _ => Vec::new(),
        }
    }
}

/// A quantity drawn for one case at one step, in base units.
#[derive(Clone, Debug, PartialEq)]
pub enum Amount {
    /// The same law for every case.
    Law(Dist),
    /// One law per level of a categorical attribute, in the order of its levels.
    ByLevel { attr: AttrId, laws: Vec<Dist> },
    /// Computed from the case's attributes; not random.
    Value(Expr),
}

impl Activity {
    /// Writes the operations of this step.
    fn expand(&self, x: &mut Expansion) {
        match self {
            Self::Task(a) => a.expand(x),
            Self::Seize(a) => a.expand(x),
            Self::Release(a) => a.expand(x),
            Self::Delay(a) => a.expand(x),
            Self::Choose(a) => a.expand(x),
            Self::Fork(a) => a.expand(x),
            // The expansion of the step itself says what joining is.
            Self::Join(Join) => {}
            Self::Race(a) => a.expand(x),
            Self::Call(a) => a.expand(x),
            Self::Start(a) => a.expand(x),
            Self::Set(a) => a.expand(x),
            Self::Batch(a) => a.expand(x),
            Self::Take(a) => a.expand(x),
            Self::Return(a) => a.expand(x),
            Self::Order(a) => a.expand(x),
            Self::Transfer(a) => a.expand(x),
            Self::Ask(a) => a.expand(x),
            Self::Restore(a) => a.expand(x),
            Self::End(a) => a.expand(x),
        }
    }
}
