//! Tokens: the places where cases are.

use super::CaseId;
use crate::units::Time;
use std::ops::{Index, IndexMut};

/// A token's place in the arena; used again after the token is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TokenId(pub u32);

impl TokenId {
    pub const NONE: Self = Self(u32::MAX);
}

#[derive(Clone, Debug)]
pub struct Token {
    pub case: CaseId,
    /// The operation it is at.
    pub at: u32,
    /// How often the case had entered this step before.
    pub visit: u32,
    /// When it entered the step.
    pub enabled: Time,
}

/// Arena of tokens.
#[derive(Clone, Debug, Default)]
pub struct Tokens {
    tokens: Vec<Token>,
}

impl Index<TokenId> for Tokens {
    type Output = Token;
    #[inline]
    fn index(&self, token: TokenId) -> &Token {
        &self.tokens[token.0 as usize]
    }
}

impl IndexMut<TokenId> for Tokens {
    #[inline]
    fn index_mut(&mut self, token: TokenId) -> &mut Token {
        &mut self.tokens[token.0 as usize]
    }
}
