//! `end`: the token stops here; the case is over when its last token is.

#[derive(Clone, Debug, PartialEq)]
pub struct End {
    /// Cancels the case's other tokens.
    pub terminate: bool,
}
