//! `choose`: one way out of several, by chance, by condition, or by how often the case has passed.

use super::Expansion;
use super::op::{Chance, Op};
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

impl Choose {
    pub(super) fn expand(&self, x: &mut Expansion) {
        if self.branches.iter().any(|b| matches!(b.when, When::Chance(_))) {
            let mut below = 0.0;
            let mut ways = Vec::with_capacity(self.branches.len());
            for branch in &self.branches {
                below += if let When::Chance(p) = branch.when { p } else { 0.0 };
                ways.push((below, x.exit(branch.to)));
            }
            // Rounding must not leave a gap below 1; a branch `otherwise` takes what is left.
            if let Some(last) = ways.last_mut() {
                last.0 = 1.0;
            }
            let purpose = x.purpose("choice");
            x.program.chances.push(Chance { purpose, ways });
            x.emit(Op::Chance(x.program.chances.len() as u32 - 1));
            return;
        }
        let Some((last, first)) = self.branches.split_last() else { return };
        for branch in first {
            let to = x.exit(branch.to);
            match &branch.when {
                When::Condition(expr) => {
                    let code = x.maker.code(expr);
                    x.emit(Op::When(code, to));
                }
                When::Chance(_) | When::Otherwise => {
                    x.emit(Op::Goto(to));
                    return;
                }
            }
        }
        // The last branch stands for `otherwise`.
        let to = x.exit(last.to);
        x.emit(Op::Goto(to));
    }
}
