//! The four cuts of the inductive miner, found in a directly-follows graph.

/// Groups of activities that the operator joins, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Cut {
    Xor(Vec<Vec<usize>>),
    Sequence(Vec<Vec<usize>>),
    And(Vec<Vec<usize>>),
    /// the first is the body
    Loop(Vec<Vec<usize>>),
}

/// A directly-follows graph over activities 0..n.
#[derive(Clone)]
pub(super) struct Graph {
    n: usize,
    /// count from a to b at a * n + b
    edges: Vec<u64>,
    pub starts: Vec<u64>,
    pub ends: Vec<u64>,
    /// activities that take part: one may be set aside
    present: Vec<bool>,
}

impl Graph {
    pub fn of(n: usize, traces: &[(Vec<u32>, u64)]) -> Self {
        let mut graph =
            Self { n, edges: vec![0; n * n], starts: vec![0; n], ends: vec![0; n], present: vec![true; n] };
        for (trace, count) in traces {
            let (Some(&first), Some(&last)) = (trace.first(), trace.last()) else { continue };
            graph.starts[first as usize] += count;
            graph.ends[last as usize] += count;
            for w in trace.windows(2) {
                graph.edges[w[0] as usize * n + w[1] as usize] += count;
            }
        }
        graph
    }

    /// Without what is rarer than `noise` times the most frequent way to go on from the same activity (to end
    /// is a way to go on), and the same for starts.
    pub fn filtered(&self, noise: f64) -> Self {
        let mut graph = self.clone();
        let drop = |value: &mut u64, most: u64| {
            if (*value as f64) < noise * most as f64 {
                *value = 0;
            }
        };
        for (a, edges) in graph.edges.chunks_mut(self.n).enumerate() {
            let most = edges.iter().copied().max().unwrap_or(0).max(self.ends[a]);
            edges.iter_mut().for_each(|e| drop(e, most));
            drop(&mut graph.ends[a], most);
        }
        let most = self.starts.iter().copied().max().unwrap_or(0);
        graph.starts.iter_mut().for_each(|s| drop(s, most));
        graph
    }

    /// Without the edges for which this holds.
    pub fn drop(&mut self, out: impl Fn(usize, usize) -> bool) {
        let n = self.n;
        self.edges
            .iter_mut()
            .enumerate()
            .filter(|(i, e)| **e > 0 && out(i / n, i % n))
            .for_each(|(_, e)| *e = 0);
    }

    /// The first cut that there is.
    pub fn cut(&self) -> Option<Cut> {
        None.or_else(|| self.xor().map(Cut::Xor))
            .or_else(|| self.sequence().map(Cut::Sequence))
            .or_else(|| self.and().map(Cut::And))
            .or_else(|| self.repeat().map(Cut::Loop))
    }

    /// What one search for a cut takes [words of 64 bits gone over, in the worst case].
    pub fn work(&self) -> u64 {
        let n = self.n as u64;
        n * n * (1 + n.div_ceil(64))
    }

    /// An activity without which the rest has a cut: it then runs beside the rest. The graph is that of `traces`. No more
    /// are tried once `may_try` says no.
    pub fn concurrent_activity(&self, traces: &[(Vec<u32>, u64)], may_try: impl Fn() -> bool) -> Option<u32> {
        let mut places: Vec<Vec<usize>> = vec![Vec::new(); self.n];
        for (t, (trace, _)) in traces.iter().enumerate() {
            for &a in trace {
                if places[a as usize].last() != Some(&t) {
                    places[a as usize].push(t);
                }
            }
        }
        let mut graph = self.clone();
        (0..self.n)
            .take_while(|_| may_try())
            .find(|&a| {
                graph.present[a] = false;
                graph.bridge(a, &places[a], traces, u64::wrapping_add);
                let found = graph.cut().is_some();
                graph.bridge(a, &places[a], traces, u64::wrapping_sub);
                graph.present[a] = true;
                found
            })
            .map(|a| a as u32)
    }

    /// Adds (or takes away again) what follows what when `a` is passed over. The edges of `a` itself stay: it is not
    /// present.
    fn bridge(
        &mut self,
        a: usize,
        places: &[usize],
        traces: &[(Vec<u32>, u64)],
        change: fn(u64, u64) -> u64,
    ) {
        for &t in places {
            let (trace, count) = &traces[t];
            let mut before = None;
            let mut skipped = false;
            for &b in trace {
                let b = b as usize;
                if b == a {
                    skipped = true;
                    continue;
                }
                if skipped {
                    let value = match before {
                        Some(p) => &mut self.edges[p * self.n + b],
                        None => &mut self.starts[b],
                    };
                    *value = change(*value, *count);
                }
                (before, skipped) = (Some(b), false);
            }
            if let (Some(p), true) = (before, skipped) {
                self.ends[p] = change(self.ends[p], *count);
            }
        }
    }

    fn has(&self, a: usize, b: usize) -> bool {
        self.edges[a * self.n + b] > 0
    }

    fn nodes(&self) -> impl Iterator<Item = usize> + Clone {
        (0..self.n).filter(|&a| self.present[a])
    }

    /// Groups without any edge between them.
    fn xor(&self) -> Option<Vec<Vec<usize>>> {
        let groups = self.components(|a, b| self.has(a, b) || self.has(b, a));
        (groups.len() > 1).then_some(groups)
    }

    /// Groups that follow each other: from an earlier one the later ones are reached, never the other way round.
    fn sequence(&self) -> Option<Vec<Vec<usize>>> {
        let reach = self.reach();
        let reaches = |a: usize, b: usize| reach[a * self.n.div_ceil(64) + b / 64] >> (b % 64) & 1 == 1;
        let mut groups = self.components(|a, b| reaches(a, b) == reaches(b, a));
        // Merging may join what lies before a group with what lies behind it.
        loop {
            let k = groups.len();
            let mut before = vec![false; k * k];
            for (i, g) in groups.iter().enumerate() {
                for (j, h) in groups.iter().enumerate() {
                    before[i * k + j] = i != j && g.iter().any(|&a| h.iter().any(|&b| reaches(a, b)));
                }
            }
            let merged = components(0..k, |i, j| before[i * k + j] == before[j * k + i]);
            if merged.len() == k {
                let later = |i: usize| (0..k).filter(|&j| before[i * k + j]).count();
                let mut order: Vec<usize> = (0..k).collect();
                order.sort_by_key(|&i| std::cmp::Reverse(later(i)));
                let groups: Vec<_> = order.into_iter().map(|i| std::mem::take(&mut groups[i])).collect();
                return (k > 1).then_some(groups);
            }
            groups = merged
                .into_iter()
                .map(|parts| {
                    let mut group: Vec<usize> = parts.into_iter().flat_map(|i| groups[i].clone()).collect();
                    group.sort_unstable();
                    group
                })
                .collect();
        }
    }

    /// Groups between which every activity follows every other, each with a start and an end.
    fn and(&self) -> Option<Vec<Vec<usize>>> {
        let groups = self.components(|a, b| !self.has(a, b) || !self.has(b, a));
        let whole =
            |g: &Vec<usize>| g.iter().any(|&a| self.starts[a] > 0) && g.iter().any(|&a| self.ends[a] > 0);
        let (mut whole, mut rest): (Vec<_>, Vec<_>) = groups.into_iter().partition(whole);
        // A group without start or end joins one that has both.
        if whole.is_empty() {
            return None;
        }
        whole[0].extend(rest.drain(..).flatten());
        whole[0].sort_unstable();
        (whole.len() > 1).then_some(whole)
    }

    /// A body with all starts and ends, and groups that lead from its ends back to its starts.
    fn repeat(&self) -> Option<Vec<Vec<usize>>> {
        let is_border = |a: usize| self.starts[a] > 0 || self.ends[a] > 0;
        let inner = self.nodes().filter(|&a| !is_border(a));
        let groups = components(inner, |a, b| self.has(a, b) || self.has(b, a));
        let mut body: Vec<usize> = self.nodes().filter(|&a| is_border(a)).collect();
        let border = body.clone();
        let is_redo = |group: &Vec<usize>| {
            group.iter().all(|&x| {
                let from = |b: usize| self.has(b, x);
                let to = |b: usize| self.has(x, b);
                let (ends, starts) = (|b: usize| self.ends[b] > 0, |b: usize| self.starts[b] > 0);
                border.iter().all(|&b| (!from(b) || ends(b)) && (!to(b) || starts(b)))
                    && (!border.iter().any(|&b| from(b)) || border.iter().all(|&b| !ends(b) || from(b)))
                    && (!border.iter().any(|&b| to(b)) || border.iter().all(|&b| !starts(b) || to(b)))
            })
        };
        let (redo, rest): (Vec<_>, Vec<_>) = groups.into_iter().partition(is_redo);
        if redo.is_empty() {
            return None;
        }
        body.extend(rest.into_iter().flatten());
        body.sort_unstable();
        Some(std::iter::once(body).chain(redo).collect())
    }

    fn components(&self, joined: impl Fn(usize, usize) -> bool) -> Vec<Vec<usize>> {
        components(self.nodes(), joined)
    }

    /// Bit b of row a: there is a path from a to b.
    fn reach(&self) -> Vec<u64> {
        let words = self.n.div_ceil(64);
        let mut reach = vec![0u64; self.n * words];
        for a in self.nodes() {
            for b in self.nodes().filter(|&b| self.has(a, b)) {
                reach[a * words + b / 64] |= 1 << (b % 64);
            }
        }
        // Warshall's closure, a row of bits at a time.
        let mut through = vec![0; words];
        for k in self.nodes() {
            through.copy_from_slice(&reach[k * words..(k + 1) * words]);
            for row in reach.chunks_mut(words).filter(|row| row[k / 64] >> (k % 64) & 1 == 1) {
                row.iter_mut().zip(&through).for_each(|(x, y)| *x |= y);
            }
        }
        reach
    }
}

/// Connected components of a symmetric relation, each ascending, in the order of their smallest members.
fn components(nodes: impl Iterator<Item = usize>, joined: impl Fn(usize, usize) -> bool) -> Vec<Vec<usize>> {
    let mut left: Vec<usize> = nodes.collect();
    let mut groups = Vec::new();
    while !left.is_empty() {
        let mut group = vec![left.remove(0)];
        let mut at = 0;
        while at < group.len() {
            let a = group[at];
            left.retain(|&b| {
                let here = joined(a, b);
                if here {
                    group.push(b);
                }
                !here
            });
            at += 1;
        }
        group.sort_unstable();
        groups.push(group);
    }
    groups
}
