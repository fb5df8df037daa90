//! The primitive operations that the engine interprets, and how activities expand into them.
//!
//! A step becomes a few consecutive operations. An operation either goes on at once or parks its token; a parked token
//! is *woken* later with a branch number `b` and goes on at operation `at + 1 + b`. So an operation with several ways
//! out (found, not found) is followed by one `Goto` for each of them.

use super::{Ask, Order, Return, Take, Transfer};

/// An operation of a stock, ask or asset subsystem, with what its subsystem needs to compile it.
#[derive(Clone, Debug)]
pub struct Site<T> {
    pub what: T,
    /// Path of calls and the step, "restore/locate/ask": begins the names of its random draws.
    pub name: String,
}

/// The operations that belong to subsystems, in the order of their numbers: `Op::Take(3)` is `takes[3]`.
#[derive(Clone, Debug, Default)]
pub struct Sites {
    /// Branch 0: taken; 1: short.
    pub takes: Vec<Site<Take>>,
    pub returns: Vec<Site<Return>>,
    /// Branch 0: delivered.
    pub orders: Vec<Site<Order>>,
    /// Branch 0: arrived.
    pub transfers: Vec<Site<Transfer>>,
    /// Branch 0: found; 1: not found; 2: a second token for `parallel`.
    pub asks: Vec<Site<Ask>>,
}
