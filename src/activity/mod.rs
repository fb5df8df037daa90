//! What a step of a process can do: one file per kind of activity.
//!
//! Each file holds the *checked form* (names resolved, units converted), reads it from the scenario text,
//! prints it back, and expands it into the few primitive operations of [`op`] that the engine interprets.
//! A new kind is one file here plus one line in [`Activity`] and in [`Activity::expand`].

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
mod set;
mod start;
mod stock;
mod task;

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
pub use set::Set;
pub use start::Start;
pub use stock::{Order, PartRef, Return, Short, Take, TakeFrom, Transfer};
pub use task::{Need, OffShift, Patience, Preemption, Release, Seize, SiteRef, Task};

use crate::dist::Dist;
use crate::expr::Expr;
use crate::ids::AttrId;

/// The checked form of a step's activity.
#[derive(Clone, Debug, PartialEq)]
pub enum Activity {
    Task(Task),
    Seize(Seize),
    Release(Release),
    Delay(Delay),
    Choose(Choose),
    Fork(Fork),
    Join(Join),
    Race(Race),
    Call(Call),
    Start(Start),
    Set(Set),
    Batch(Batch),
    Take(Take),
    Return(Return),
    Order(Order),
    Transfer(Transfer),
    Ask(Ask),
    Restore(Restore),
    End(End),
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
