//! The five steps: from what an organisation pays to where a tool should be deployed first, if anywhere.
//!
//! ```text
//! ledgers ──rank──> the largest group ──trend──> operations that rise ──elasticity──> metrics that move their cost
//!                                                        │
//!                                                        └──stages──> the stage whose halving moves cost most
//! every operation with a scenario ──every candidate──> present value ──choose──> the place, or do nothing
//! ```
//!
//! A [`Portfolio`] says what there is: ledgers, operations with their scenarios or logs, metrics, candidates. Steps 1 to 4
//! say where to look; step 5 looks at every candidate of every operation, because the right place may not be where the
//! first four steps point. Nothing here simulates or opens files: whoever does passes in bytes and resampled metrics.
//!
//! | module | what |
//! |---|---|
//! | [`portfolio`] | the text of `portfolio.toml`: schema and values |
//! | [`ledger`] | CSV ledgers, long or wide, to entries |
//! | [`rank`](mod@rank) | step 1: groups by cost |
//! | [`trends`](mod@trends) | step 2: operations whose cost rises |
//! | [`worlds`](mod@worlds) | the worlds that an operation is simulated in, as arms of its scenario |
//! | [`stages`](mod@stages) | which times make up a stage, and the changes that halve them |
//! | [`elasticity`](mod@elasticity) | step 3: how far cost follows a metric |
//! | [`value`](mod@value) | step 5: what a candidate is worth |
//! | [`study`] | what the simulated worlds of an operation say |
//! | [`unknown`] | what is not known about inputs, carried into values |
//! | [`choose`](mod@choose) | the recommendation |

pub mod choose;
pub mod elasticity;
pub mod ledger;
pub mod portfolio;
pub mod rank;
pub mod stages;
pub mod study;
pub mod trends;
pub mod unknown;
pub mod value;
pub mod worlds;

mod assessment;

pub use assessment::{Assessment, Mapped, Studied};
pub use choose::{Choice, choose};
pub use elasticity::{Elasticity, Origin};
pub use ledger::{Entry, Ledger};
pub use portfolio::{Candidate, Operation, Portfolio};
pub use rank::{Ranked, rank};
pub use stages::{Halved, Stage, stages};
pub use study::Simulated;
pub use trends::{OperationTrend, Trends, trends};
pub use unknown::{Lever, Samples, Unknown};
pub use value::{Money, Valued};
pub use worlds::{World, Worlds, worlds};
