//! The words that stand for the values of an enum.

use super::schema::Kind;

/// Words, the values that they stand for, and what they mean.
#[derive(Debug)]
pub struct Words<T: 'static, const N: usize> {
    values: [T; N],
    words: [(&'static str, &'static str); N],
}

impl<T: Copy + PartialEq, const N: usize> Words<T, N> {
    pub const fn new(entries: [(&'static str, T, &'static str); N]) -> Self {
        let mut values = [entries[0].1; N];
        let mut words = [("", ""); N];
        let mut i = 0;
        while i < N {
            values[i] = entries[i].1;
            words[i] = (entries[i].0, entries[i].2);
            i += 1;
        }
        Self { values, words }
    }

    /// The kind of a schema field that holds one of the words.
    pub const fn kind(&'static self) -> Kind {
        Kind::Choice(&self.words)
    }

    pub fn value(&self, word: &str) -> Option<T> {
        self.words.iter().position(|(w, _)| *w == word).map(|i| self.values[i])
    }

    /// Every value of the enum has a word: a list that lacks one is a mistake of the program.
    pub fn word(&self, value: T) -> &'static str {
        let i = self.values.iter().position(|v| *v == value).expect("a word for every value");
        self.words[i].0
    }
}
