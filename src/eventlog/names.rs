//! Interned names: each text is kept once and known by its number.

use super::NONE;

/// Names numbered in order of first appearance.
///
/// The texts lie one behind the other; an open-addressed table of numbers finds them. The table is never walked, so its
/// order is seen nowhere.
#[derive(Clone, Debug, Default)]
pub struct Names {
    text: String,
    /// End of each name in `text`.
    ends: Vec<usize>,
    /// Numbers of names, or [`NONE`] for a free slot, with part of their hash; a power of two, at most half full.
    slots: Vec<(u32, u32)>,
    /// The last name asked for: rows of one case often follow each other.
    last: u32,
}

impl Names {
    /// The number of `name`, new if it was not known.
    #[inline]
    pub fn intern(&mut self, name: &str) -> u32 {
        if (self.last as usize) < self.ends.len() && self.bytes(self.last) == name.as_bytes() {
            return self.last;
        }
        self.last = self.find_or_add(name);
        self.last
    }

    fn find_or_add(&mut self, name: &str) -> u32 {
        if self.slots.len() < 2 * (self.ends.len() + 1) {
            self.grow();
        }
        let (slot, mark) = self.slot(name);
        if self.slots[slot].0 == NONE {
            self.slots[slot] = (self.ends.len() as u32, mark);
            self.text.push_str(name);
            self.ends.push(self.text.len());
        }
        self.slots[slot].0
    }

    pub fn get(&self, name: &str) -> Option<u32> {
        if self.slots.is_empty() {
            return None;
        }
        Some(self.slots[self.slot(name).0].0).filter(|&id| id != NONE)
    }

    /// The name with this number; empty for [`NONE`] and for numbers never given.
    pub fn name(&self, id: u32) -> &str {
        let i = id as usize;
        match self.ends.get(i) {
            Some(&end) => &self.text[if i == 0 { 0 } else { self.ends[i - 1] }..end],
            None => "",
        }
    }

    pub fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// In order of their numbers.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &str> + Clone {
        (0..self.ends.len() as u32).map(|id| self.name(id))
    }

    #[inline]
    fn bytes(&self, id: u32) -> &[u8] {
        let i = id as usize;
        let from = if i == 0 { 0 } else { self.ends[i - 1] };
        &self.text.as_bytes()[from..self.ends[i]]
    }

    /// Where `name` is, or where it would go, and the part of its hash that is kept.
    #[inline]
    fn slot(&self, name: &str) -> (usize, u32) {
        let mask = self.slots.len() - 1;
        let hash = hash(name.as_bytes());
        let mark = (hash >> 32) as u32;
        let mut slot = hash as usize & mask;
        loop {
            let (id, other) = self.slots[slot];
            if id == NONE || (mark == other && self.bytes(id) == name.as_bytes()) {
                return (slot, mark);
            }
            slot = (slot + 1) & mask;
        }
    }

    fn grow(&mut self) {
        self.slots = vec![(NONE, 0); (4 * (self.ends.len() + 1)).next_power_of_two().max(16)];
        for id in 0..self.ends.len() as u32 {
            let (slot, mark) = self.slot(self.name(id));
            self.slots[slot] = (id, mark);
        }
    }
}

impl PartialEq for Names {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text && self.ends == other.ends
    }
}

impl<'a> FromIterator<&'a str> for Names {
    fn from_iter<I: IntoIterator<Item = &'a str>>(names: I) -> Self {
        let mut all = Self::default();
        for name in names {
            all.intern(name);
        }
        all
    }
}

/// Folded multiplication, eight bytes at a time. Not for secrets.
#[inline]
fn hash(bytes: &[u8]) -> u64 {
    const A: u64 = 0x9e37_79b9_7f4a_7c15;
    const B: u64 = 0xd6e8_feb8_6659_fd93;
    let fold = |h: u64, word: u64| {
        let wide = u128::from(h ^ word) * u128::from(B);
        (wide as u64) ^ (wide >> 64) as u64
    };
    let (words, rest) = bytes.as_chunks::<8>();
    let mut h = words.iter().fold(A ^ bytes.len() as u64, |h, w| fold(h, u64::from_le_bytes(*w)));
    if !rest.is_empty() {
        let mut word = [0; 8];
        word[..rest.len()].copy_from_slice(rest);
        h = fold(h, u64::from_le_bytes(word));
    }
    fold(h, A)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_numbered_in_order_of_first_appearance() {
        let mut names = Names::default();
        assert_eq!(names.get(""), None);
        let texts: Vec<_> = (0..1000).map(|i| format!("name {}", i % 400)).collect();
        for (i, text) in texts.iter().enumerate() {
            assert_eq!(names.intern(text) as usize, i % 400);
        }
        assert_eq!(names.intern(""), 400);
        assert_eq!(
            (names.len(), names.name(399), names.name(400), names.name(NONE)),
            (401, "name 399", "", "")
        );
        assert_eq!((names.get("name 7"), names.get("name 400")), (Some(7), None));
        assert_eq!(names.iter().collect::<Names>(), names);
    }
}
