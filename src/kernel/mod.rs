//! The calendar of events: what happens next, and in which order when several things happen at one instant.

mod agenda;
mod heap;

pub use agenda::{Agenda, Phase, Ticket};
pub use heap::Heap;
