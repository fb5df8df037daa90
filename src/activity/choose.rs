//! `choose`: one way out of several, by chance, by condition, or by how often the case has passed.

use crate::expr::Expr;
use crate::ids::StepId;

/// The first branch whose condition holds wins; among branches with probabilities one uniform decides.
#[derive(Clone, Debug, PartialEq)]
pub struct Choose {
    pub branches: Vec<Branch>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Branch {
    pub when: When,
    pub to: StepId,
}

#[derive(Clone, Debug, PartialEq)]
pub enum When {
    /// All branches of a choice have probabilities (they sum to 1), or conditions.
    Chance(f64),
    /// Over case attributes and `passes` (how often this case has entered this step, the current one included).
    Condition(Expr),
    Otherwise,
}
