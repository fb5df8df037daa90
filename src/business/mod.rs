//! From the results of a comparison to a decision: money over the years, what is not known about it, which option is best.
//!
//! Everything here is a function of numbers that an experiment has found; nothing here simulates, opens files or prints.
//! Read in this order:
//!
//! | module | what |
//! |---|---|
//! | [`cash`] | flows over time: present value, internal rate of return, payback |
//! | [`risk`] | what is said of a figure of which there are samples: P(NPV > 0), shortfall, value of information |
//! | [`flows`] | flows that rest on replications: their mean, samples of them, what they are worth with an interval |
//! | [`case`](mod@case) | the business case: every option by month, line, rate and stakeholder |
//! | [`phase_in`] | how a change comes into effect, week by week and month by month |
//! | [`shapley`] | what each mechanism of a change earns |
//! | [`pareto`], [`nsga2`] | the best that two objectives allow, and the search for it |

mod attribution;
pub mod case;
pub mod cash;
pub mod flows;
pub mod nsga2;
pub mod pareto;
pub mod phase_in;
pub mod risk;
mod settled;
pub mod shapley;

pub use attribution::{Attribution, Share};
pub use case::{Case, Choice, Course, InputWorth, Kind, Line, Of, View, Worth, case};
pub use cash::{Irr, discounted, irr, npv, payback, per_month};
pub use flows::{Flows, OfInputs, Present};
pub use phase_in::{Month, Ramped, Week};
pub use risk::{BreakEven, Risk, break_even, evpi, evpi_of_several, evppi, risk};
pub use settled::{PRESENT_COST, present_cost};
