//! Plan -> record: one replication.
//!
//! ```text
//! agenda --event--> run --> step (operations) --> frame   forks, joins, races, calls
//!                    ^            |               pool, work, batch   members and what they do
//!                    |            |               stock, ask, asset   subsystems
//!                    +--wakes-----+
//! ```
//! At one instant: shifts, failures and other calendar events; then completions, releases, deliveries; then arrivals;
//! then each pool that something happened to looks through its queue, in the order in which they were touched; before a joint
//! request begins, the queues that it waits in besides are looked through up to it.
//! What that brings about at the same instant (work that takes no time) is handled before the next pool looks.

mod adoption;
mod arrive;
pub mod ask;
pub mod asset;
mod batch;
mod books;
mod case;
mod choose;
mod context;
mod dispatch;
mod frame;
mod interrupt;
mod life;
mod measure;
mod pool;
mod preempt;
mod run;
mod sink;
mod step;
pub mod stock;
mod team;
mod token;
mod work;

pub use case::{Case, CaseId, Cases};
pub use context::{Birth, Context, Event, Flow, Wake};
pub use measure::{Level, Meters};
pub use run::{RunOptions, Runner};
pub use team::{Member, MemberId, Staff};
pub use token::{Token, TokenId, Tokens};
