//! Which join belongs to which fork.

use super::graph::{Arc, Graph, NOWHERE, What};
use crate::interchange::diagram::Diagram;
use crate::interchange::report::{Kind, Report};

/// Gives every fork its join, each its own, and turns joins that no fork leads to into passages.
pub fn find(graph: &mut Graph, diagram: &Diagram, report: &mut Report) {
    let seen = graph.reach(&[graph.entry], NOWHERE);
    let forks: Vec<usize> =
        (0..graph.nodes.len()).filter(|&n| seen[n] && matches!(graph.nodes[n], What::Fork { .. })).collect();
    let after = post_dominators(graph);
    for &fork in &forks {
        let join = nearest_join(graph, &after, fork).or_else(|| common_join(graph, fork));
        set_join(graph, fork, join.unwrap_or(NOWHERE));
    }
    partial_joins(graph, &after, &seen, diagram, report);
    finish(graph);
    share(graph);
    let mut used = vec![false; graph.nodes.len()];
    (0..graph.nodes.len()).filter_map(|f| join_of(graph, f)).for_each(|join| used[join] = true);
    for node in (0..graph.nodes.len()).filter(|n| !used[*n]) {
        if is_join(graph, node) {
            graph.nodes[node] = What::Pass;
        }
    }
}

fn join_of(graph: &Graph, node: usize) -> Option<usize> {
    if let What::Fork { join, .. } = graph.nodes[node] { Some(join) } else { None }
}

fn set_join(graph: &mut Graph, fork: usize, to: usize) {
    if let What::Fork { join, .. } = &mut graph.nodes[fork] {
        *join = to;
    }
}

fn is_join(graph: &Graph, node: usize) -> bool {
    matches!(graph.nodes[node], What::Join { .. })
}

/// The first join that every way from the fork comes to.
fn nearest_join(graph: &Graph, after: &[usize], fork: usize) -> Option<usize> {
    let chain = std::iter::successors(Some(after[fork]), |n| after.get(*n).copied());
    chain.take(graph.nodes.len()).take_while(|n| *n < graph.nodes.len()).find(|n| is_join(graph, *n))
}

/// The first join that some way from every branch comes to: a branch may leave it aside by ending before.
fn common_join(graph: &Graph, fork: usize) -> Option<usize> {
    let branches: Vec<Vec<bool>> =
        graph.targets(fork).iter().map(|to| graph.reach(&[*to], NOWHERE)).collect();
    let mut seen = vec![false; graph.nodes.len()];
    let mut open = std::collections::VecDeque::from([fork]);
    while let Some(node) = open.pop_front() {
        if std::mem::replace(&mut seen[node], true) {
            continue;
        }
        if is_join(graph, node) && branches.iter().all(|b| b[node]) {
            return Some(node);
        }
        open.extend(graph.targets(node));
    }
    None
}

/// A join of some of a fork's branches: these get a fork of their own inside.
fn partial_joins(graph: &mut Graph, after: &[usize], seen: &[bool], diagram: &Diagram, report: &mut Report) {
    let mut taken = vec![false; graph.nodes.len()];
    for fork in 0..graph.nodes.len() {
        if let Some(join) = join_of(graph, fork).filter(|j| *j != NOWHERE) {
            taken[join] = true;
        }
    }
    let span = spans(after);
    let split = |graph: &Graph, join: usize| -> Option<(usize, Vec<usize>)> {
        let of_fork = |fork: usize| -> Option<(usize, Vec<usize>)> {
            let What::Fork { inclusive: false, .. } = graph.nodes[fork] else { return None };
            let to: Vec<usize> = (0..graph.arcs[fork].len())
                .filter(|&i| {
                    let to = graph.arcs[fork][i].to;
                    // A fork that was put in leads to its join and nowhere else.
                    let at = if to < span.len() { Some(to) } else { join_of(graph, to) };
                    at.is_some_and(|at| span[join].0 <= span[at].0 && span[at].1 <= span[join].1)
                })
                .collect();
            (to.len() > 1 && to.len() < graph.arcs[fork].len()).then_some((fork, to))
        };
        (0..graph.nodes.len()).filter_map(of_fork).min_by_key(|(_, to)| to.len())
    };
    // The smallest first: they are inside of the others.
    let is_free =
        |n: &usize| seen[*n] && matches!(graph.nodes[*n], What::Join { must: true, .. }) && !taken[*n];
    let mut free: Vec<(usize, usize)> = (0..seen.len())
        .filter(is_free)
        .map(|join| (split(graph, join).map_or(NOWHERE, |(_, some)| some.len()), join))
        .collect();
    free.sort_unstable();
    for (_, join) in free {
        let Some((fork, some)) = split(graph, join) else {
            let What::Join { of: Some(of), .. } = graph.nodes[join] else { continue };
            let what = "a join of branches that are not nested in one fork: tokens pass it without waiting";
            report.add(Kind::Lost, diagram.nodes[of].title(), what);
            graph.nodes[join] = What::Pass;
            continue;
        };
        let What::Fork { of, .. } = graph.nodes[fork] else { continue };
        let branches = some.iter().map(|i| graph.arcs[fork][*i]).collect();
        let inner = graph.add(What::Fork { of, inclusive: false, join }, branches);
        let mut i = 0;
        graph.arcs[fork].retain(|_| {
            i += 1;
            !some.contains(&(i - 1))
        });
        let place = some[0].min(graph.arcs[fork].len());
        graph.arcs[fork].insert(place, Arc { to: inner, flow: None });
    }
}

/// When a walk through the tree of dominators enters and leaves each node: every way from one node comes to another when
/// its span lies within the other's. Nodes that come to no end have a span beside all others.
fn spans(after: &[usize]) -> Vec<(usize, usize)> {
    let n = after.len();
    let mut below: Vec<Vec<usize>> = vec![Vec::new(); n + 1];
    for (node, next) in after.iter().enumerate().filter(|(_, next)| **next != NOWHERE) {
        below[*next].push(node);
    }
    let mut spans: Vec<(usize, usize)> = (0..=n).map(|i| (NOWHERE - 1 - i, NOWHERE - 1 - i)).collect();
    let (mut clock, mut open) = (0, vec![(n, 0)]);
    while let Some((node, k)) = open.pop() {
        if k == 0 {
            spans[node].0 = clock;
        }
        clock += 1;
        match below[node].get(k) {
            Some(&next) => open.extend([(node, k + 1), (next, 0)]),
            None => spans[node].1 = clock,
        }
    }
    spans.truncate(n);
    spans
}

/// Forks whose branches meet nowhere meet before the end of the case.
fn finish(graph: &mut Graph) {
    let forks: Vec<usize> = (0..graph.nodes.len()).filter(|&f| join_of(graph, f) == Some(NOWHERE)).collect();
    if forks.is_empty() {
        return;
    }
    let reached = graph.reach(&forks, NOWHERE);
    let end = graph.add(What::End { of: None, terminate: false }, Vec::new());
    let join = graph.add(What::Join { of: None, must: true }, vec![Arc { to: end, flow: None }]);
    let is_end = |n: usize| {
        n < reached.len() && reached[n] && matches!(graph.nodes[n], What::End { terminate: false, .. })
    };
    let ends: Vec<bool> = (0..graph.nodes.len()).map(is_end).collect();
    for arc in graph.arcs.iter_mut().enumerate().filter(|(n, _)| *n != join).flat_map(|(_, arcs)| arcs) {
        if ends[arc.to] {
            arc.to = join;
        }
    }
    for fork in forks {
        set_join(graph, fork, join);
        // Every end cancels what is left: one more branch waits at the join until that happens.
        if !graph.reach(&graph.targets(fork), NOWHERE)[join] {
            graph.arcs[fork].push(Arc { to: join, flow: None });
        }
    }
}

/// Forks in forks that meet at one gateway get joins of their own before it.
fn share(graph: &mut Graph) {
    let joins: Vec<usize> = (0..graph.nodes.len()).filter(|&n| is_join(graph, n)).collect();
    for join in joins {
        let forks: Vec<usize> = (0..graph.nodes.len()).filter(|&f| join_of(graph, f) == Some(join)).collect();
        if forks.len() < 2 {
            continue;
        }
        let inside: Vec<Vec<bool>> = forks.iter().map(|f| graph.reach(&graph.targets(*f), join)).collect();
        let size: Vec<usize> = inside.iter().map(|r| r.iter().filter(|x| **x).count()).collect();
        // The innermost other fork in whose branches this one stands; of two in one circle the first is outside.
        let around = |k: usize| {
            (0..forks.len())
                .filter(|&o| o != k && inside[o][forks[k]] && (!inside[k][forks[o]] || o < k))
                .min_by_key(|&o| (size[o], o))
        };
        let parents: Vec<Option<usize>> = (0..forks.len()).map(around).collect();
        let mut own: Vec<usize> = vec![join; forks.len()];
        for k in 0..forks.len() {
            if parents[k].is_some() {
                own[k] = graph.add(What::Join { of: None, must: true }, Vec::new());
                set_join(graph, forks[k], own[k]);
            }
        }
        for k in 0..forks.len() {
            if let Some(parent) = parents[k] {
                graph.arcs[own[k]] = vec![Arc { to: own[parent], flow: None }];
            }
        }
        // Nodes that were added here lead to no shared join.
        let n = inside.first().map_or(0, Vec::len);
        for (node, arcs) in graph.arcs.iter_mut().enumerate().take(n) {
            let deepest = (0..forks.len())
                .filter(|&k| own[k] != join && (inside[k][node] || forks[k] == node))
                .min_by_key(|&k| (size[k], k));
            if let Some(k) = deepest {
                arcs.iter_mut().filter(|a| a.to == join).for_each(|a| a.to = own[k]);
            }
        }
    }
}

/// The node that every way from a node to an end comes to next; the number of nodes stands for the end of all
/// (Cooper, Harvey, Kennedy 2001, on the reversed graph). Nodes that come to no end have [`NOWHERE`].
fn post_dominators(graph: &Graph) -> Vec<usize> {
    let n = graph.nodes.len();
    let exit = n;
    let mut before: Vec<Vec<usize>> = vec![Vec::new(); n + 1];
    for (node, arcs) in graph.arcs.iter().enumerate() {
        arcs.iter().for_each(|a| before[a.to].push(node));
        if arcs.is_empty() {
            before[exit].push(node);
        }
    }
    // Post-order of the reversed graph, by hand: diagrams may be long chains.
    let (mut order, mut rank) = (Vec::with_capacity(n + 1), vec![NOWHERE; n + 1]);
    let mut seen = vec![false; n + 1];
    let mut open = vec![(exit, 0)];
    seen[exit] = true;
    while let Some((node, k)) = open.pop() {
        match before[node].get(k) {
            Some(&next) => {
                open.push((node, k + 1));
                if !std::mem::replace(&mut seen[next], true) {
                    open.push((next, 0));
                }
            }
            None => {
                rank[node] = order.len();
                order.push(node);
            }
        }
    }
    let mut dominator = vec![NOWHERE; n + 1];
    dominator[exit] = exit;
    let mut changed = true;
    while changed {
        changed = false;
        for &node in order.iter().rev().filter(|n| **n != exit) {
            let ends_here = graph.arcs[node].is_empty();
            let ways = graph.arcs[node].iter().map(|a| a.to).chain(ends_here.then_some(exit));
            let mut new = NOWHERE;
            for way in ways.filter(|w| rank[*w] != NOWHERE && dominator[*w] != NOWHERE) {
                new = if new == NOWHERE { way } else { meet(new, way, &dominator, &rank) };
            }
            if new != dominator[node] {
                dominator[node] = new;
                changed = true;
            }
        }
    }
    dominator.truncate(n);
    dominator
}

fn meet(mut a: usize, mut b: usize, dominator: &[usize], rank: &[usize]) -> usize {
    while a != b {
        while rank[a] < rank[b] {
            a = dominator[a];
        }
        while rank[b] < rank[a] {
            b = dominator[b];
        }
    }
    a
}
