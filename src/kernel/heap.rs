//! A priority queue for keys that leave in rising order and mostly enter late.
//!
//! Four children per node halve the depth of a binary heap and share a cache line. Sifting is bottom-up: the hole
//! walks down to a leaf along the smallest children, chosen by a tournament, and the key then climbs the few steps it
//! needs (Wegener 1993). Taking the smallest key leaves its hole open, so that the next insertion, which in a
//! simulation mostly follows at once, fills it without a second walk.

/// A 4-ary minimum heap with a deferred removal.
#[derive(Clone, Debug, Default)]
pub struct Heap {
    keys: Vec<u128>,
    /// The root has been taken and not yet been replaced.
    hole: bool,
}

const ARITY: usize = 4;

impl Heap {
    pub fn len(&self) -> usize {
        self.keys.len() - self.hole as usize
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn clear(&mut self) {
        self.keys.clear();
        self.hole = false;
    }

    #[inline]
    pub fn push(&mut self, key: u128) {
        if self.hole {
            self.hole = false;
            self.replace_root(key);
        } else {
            self.keys.push(key);
            self.climb(self.keys.len() - 1, key);
        }
    }

    #[inline]
    pub fn pop(&mut self) -> Option<u128> {
        self.pop_before(u128::MAX)
    }

    /// Takes the smallest key, if it is before this one.
    #[inline(always)]
    pub fn pop_before(&mut self, limit: u128) -> Option<u128> {
        if self.hole {
            self.close();
        }
        let smallest = *self.keys.first()?;
        self.hole = smallest < limit;
        self.hole.then_some(smallest)
    }

    #[inline]
    pub fn peek(&self) -> Option<u128> {
        if !self.hole {
            return self.keys.first().copied();
        }
        let children = &self.keys[1..self.keys.len().min(1 + ARITY)];
        children.iter().copied().min()
    }

    /// Whether the upper half of some key is not above this.
    #[inline(always)]
    pub fn reaches(&self, limit: i64) -> bool {
        let is_reached = |key: &u128| (*key >> 64) as i64 <= limit;
        match self.hole {
            false => self.keys.first().is_some_and(is_reached),
            true => match self.keys.get(1..1 + ARITY) {
                Some([a, b, c, d]) => is_reached(a) | is_reached(b) | is_reached(c) | is_reached(d),
                _ => self.keys.iter().skip(1).any(is_reached),
            },
        }
    }

    /// Moves all keys out.
    pub fn take(&mut self, to: &mut Vec<u128>) {
        if self.hole {
            self.close();
        }
        to.append(&mut self.keys);
    }

    /// Keeps only the keys for which `keep` holds.
    pub fn retain(&mut self, keep: impl FnMut(&u128) -> bool) {
        if self.hole {
            self.close();
        }
        self.keys.retain(keep);
        // A sorted sequence is a heap; this is rare and the sort does not allocate.
        self.keys.sort_unstable();
    }

    /// Fills the hole with the last key.
    fn close(&mut self) {
        self.hole = false;
        if let Some(last) = self.keys.pop()
            && !self.keys.is_empty()
        {
            self.replace_root(last);
        }
    }

    /// Puts `key` into the heap, whose root is void.
    #[inline]
    fn replace_root(&mut self, key: u128) {
        let n = self.keys.len();
        let mut at = 0;
        loop {
            let first = at * ARITY + 1;
            if first + ARITY <= n {
                let child: &[u128; ARITY] =
                    self.keys[first..first + ARITY].first_chunk().expect("four children");
                let left = (child[1] < child[0]) as usize;
                let right = 2 + (child[3] < child[2]) as usize;
                let best = if child[right] < child[left] { right } else { left };
                self.keys[at] = child[best];
                at = first + best;
            } else {
                if first < n {
                    let mut best = first;
                    for i in first + 1..n {
                        if self.keys[i] < self.keys[best] {
                            best = i;
                        }
                    }
                    self.keys[at] = self.keys[best];
                    at = best;
                }
                break;
            }
        }
        self.climb(at, key);
    }

    /// Puts `key` where the hole at `at` ends up when larger ancestors move down.
    #[inline]
    fn climb(&mut self, mut at: usize, key: u128) {
        while at > 0 {
            let parent = (at - 1) / ARITY;
            if self.keys[parent] <= key {
                break;
            }
            self.keys[at] = self.keys[parent];
            at = parent;
        }
        self.keys[at] = key;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::cmp::Reverse;
    use std::collections::BinaryHeap;

    #[derive(Clone, Debug)]
    enum Do {
        Push(u128),
        Pop,
        Peek,
        Thin(u128),
    }

    fn deeds() -> impl Strategy<Value = Vec<Do>> {
        let one = prop_oneof![
            6 => (0..500_u128).prop_map(Do::Push),
            4 => Just(Do::Pop),
            2 => Just(Do::Peek),
            1 => (2..5_u128).prop_map(Do::Thin),
        ];
        proptest::collection::vec(one, 0..400)
    }

    proptest! {
        /// Differential test against the standard library's heap.
        #[test]
        fn agrees_with_binary_heap(deeds in deeds()) {
            let (mut ours, mut theirs) = (Heap::default(), BinaryHeap::new());
            for deed in deeds {
                match deed {
                    Do::Push(key) => {
                        let key = (key << 64) | (key * 7 % 5);
                        ours.push(key);
                        theirs.push(Reverse(key));
                    }
                    Do::Pop => prop_assert_eq!(ours.pop(), theirs.pop().map(|k| k.0)),
                    Do::Peek => {
                        let least = theirs.peek().map(|k| k.0);
                        prop_assert_eq!(ours.peek(), least);
                        prop_assert_eq!(ours.reaches(250), least.is_some_and(|k| k >> 64 <= 250));
                    }
                    Do::Thin(n) => {
                        ours.retain(|k| k % n != 0);
                        theirs.retain(|k| k.0 % n != 0);
                    }
                }
                prop_assert_eq!(ours.len(), theirs.len());
            }
        }
    }
}
