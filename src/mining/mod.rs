//! Process mining: what an event log says about the process. Every analysis takes a sorted log and gives plain
//! structs in a fixed order; nothing here reads files, takes a clock or prints.
//!
//! | module | what |
//! |---|---|
//! | [`summary`](mod@summary) | sizes, times of cases, arrivals, rework |
//! | [`dfg`](mod@dfg) | what follows what, how often and after how long |
//! | [`variants`](mod@variants) | the distinct sequences of activities |
//! | [`enabled`](mod@enabled) | when work could first have begun |
//! | [`clock`] | working time |
//! | [`causes`](mod@causes) | why work waits; bottlenecks |
//! | [`cases`](mod@cases) | one line for each case |
//! | [`footprint`](mod@footprint) | which orders of two activities the log shows |
//! | [`batch`] | work done in batches |
//! | [`network`] | handover, subcontracting, working together |
//! | [`workload`](mod@workload) | what each resource did, and when in the week |
//! | [`picture`] | data of the dotted chart and the performance spectrum |
//! | [`inductive`](mod@inductive) | the process tree behind a log |
//! | [`miner`] | the ways to a tree |
//! | [`split`](mod@split) | the same, guided by the split miner's relation |
//! | [`tree`] | process trees |
//! | [`petri`] | the workflow net of a tree |
//! | [`replay`](mod@replay) | token replay |
//! | [`align`] | optimal alignments |
//! | [`discover`](mod@discover) | a model that runs |
//! | [`study`] | all of these about one log, each made when first asked for |
//! | [`fidelity`] | distances of a simulated log from the real one, with floors |

pub mod align;
pub mod batch;
pub mod cases;
pub mod causes;
pub mod clock;
mod cut;
pub mod dfg;
pub mod discover;
pub mod enabled;
pub mod fidelity;
pub mod footprint;
pub mod inductive;
pub mod miner;
pub mod network;
pub mod petri;
pub mod picture;
pub mod replay;
mod sample;
mod space;
pub mod split;
mod spread;
pub mod study;
pub mod summary;
pub mod tree;
pub mod variants;
mod wasserstein;
mod week;
pub mod workload;

pub use align::{Alignment, Alignments, Conformance, Move, alignments, conformance};
pub use batch::{Batch, Batching, batches, batching};
pub use cases::{Case, cases};
pub use causes::{Bottleneck, Causes, bottlenecks, causes};
pub use clock::{WorkingClock, in_working_time};
pub use dfg::{Dfg, dfg};
pub use enabled::enabled;
pub use footprint::{Footprint, Relation, footprint};
pub use inductive::inductive;
pub use miner::Miner;
pub use network::{Handover, Tie, Who, handovers, subcontracting, working_together};
pub use petri::Petri;
pub use replay::{Replay, replay};
pub use sample::{earliest, latest};
pub use split::split;
pub use spread::Spread;
pub use study::Study;
pub use summary::{Summary, summary};
pub use tree::Tree;
pub use variants::{Variant, variants};
pub use week::{Week, hour_of_week};
pub use workload::{Workload, workload};
