//! Plan -> record: one replication.

pub mod ask;
pub mod asset;
mod case;
mod context;
mod measure;
pub mod stock;
mod team;
mod token;

pub use case::{Case, CaseId, Cases};
pub use context::{Birth, Context, Event, Flow, Wake};
pub use measure::{Level, Meters};
pub use team::{Member, MemberId, Staff};
pub use token::{Token, TokenId, Tokens};
