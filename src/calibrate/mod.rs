//! Discover, simulate, measure, choose: the parts of a model that describe held-back cases best, and how far a discovered
//! model is from a log that it has not seen.
//!
//! | module | what |
//! |---|---|
//! | [`forecast`](mod@forecast) | logs that a discovered model simulates from an instant on |
//! | [`choice`] | alternatives, and which of them come nearest to held-back cases |
//! | [`protocol`](mod@protocol) | the published protocol: discover from one part, measure against the other |
//! | [`published`] | what other simulators reached |

pub mod choice;
pub mod forecast;
pub mod protocol;
pub mod published;

pub use choice::{Choice, Trial, choose};
pub use forecast::forecast;
pub use protocol::{Protocol, protocol};
