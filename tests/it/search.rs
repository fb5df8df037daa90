//! What is found by running many variants of a scenario: attribution, selection of the best, sensitivity, search.

mod attribution;
mod kim_nelson;
mod morris;
mod nsga2;
#[cfg(feature = "charts")]
mod pictures;
mod points;
#[cfg(feature = "cli")]
mod commands;
