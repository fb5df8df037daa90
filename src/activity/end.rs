//! `end`: the token stops here; the case is over when its last token is.

use super::Expansion;

#[derive(Clone, Debug, PartialEq)]
pub struct End {
    /// Cancels the case's other tokens.
    pub terminate: bool,
}

impl End {
    pub(super) fn expand(&self, x: &mut Expansion) {
        x.end(self.terminate);
    }
}
