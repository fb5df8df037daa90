//! Several objectives at once, all to be made small: who dominates whom, fronts, crowding, and the volume that a front covers.

use std::cmp::Ordering;

/// What a point is judged by.
#[derive(Clone, Debug, PartialEq)]
pub struct Scored {
    /// To be made small.
    pub objectives: Vec<f64>,
    /// How far limits are missed: 0 where all are kept.
    pub violation: f64,
}

/// Whether a point is at least as good in every objective and better in one; who misses limits by less comes first (the
/// constrained domination of Deb 2002). A point whose objectives are not all known dominates nobody.
pub fn dominates(a: &Scored, b: &Scored) -> bool {
    if is_unknown(a) || is_unknown(b) {
        return !is_unknown(a);
    }
    if a.violation != b.violation && (a.violation > 0.0 || b.violation > 0.0) {
        return a.violation < b.violation;
    }
    let pairs = || a.objectives.iter().zip(&b.objectives);
    pairs().all(|(x, y)| x <= y) && pairs().any(|(x, y)| x < y)
}

fn is_unknown(s: &Scored) -> bool {
    s.violation.is_nan() || s.objectives.iter().any(|x| x.is_nan())
}

/// The front of each point: 0 for those whom nobody dominates, 1 for those whom only these dominate, and so on.
pub fn ranks(points: &[Scored]) -> Vec<usize> {
    let n = points.len();
    let mut dominated_by = vec![0usize; n];
    let mut dominated = vec![Vec::new(); n];
    for i in 0..n {
        for j in 0..n {
            if dominates(&points[i], &points[j]) {
                dominated[i].push(j);
                dominated_by[j] += 1;
            }
        }
    }
    let mut ranks = vec![0; n];
    let mut front: Vec<usize> = (0..n).filter(|&i| dominated_by[i] == 0).collect();
    let mut rank = 0;
    while !front.is_empty() {
        let mut next = Vec::new();
        for i in front {
            ranks[i] = rank;
            for &j in &dominated[i] {
                dominated_by[j] -= 1;
                if dominated_by[j] == 0 {
                    next.push(j);
                }
            }
        }
        next.sort_unstable();
        (front, rank) = (next, rank + 1);
    }
    ranks
}

/// The points whom nobody dominates, in the order of the first objective; of equal ones the first.
pub fn front(points: &[Scored]) -> Vec<usize> {
    let ranks = ranks(points);
    let mut front: Vec<usize> = (0..points.len()).filter(|&i| ranks[i] == 0).collect();
    front.sort_by(|&a, &b| by_objectives(&points[a], &points[b]).then(a.cmp(&b)));
    front.dedup_by(|a, b| points[*a].objectives == points[*b].objectives);
    front
}

fn by_objectives(a: &Scored, b: &Scored) -> Ordering {
    let pairs = a.objectives.iter().zip(&b.objectives);
    pairs.map(|(x, y)| x.total_cmp(y)).find(|o| o.is_ne()).unwrap_or(Ordering::Equal)
}

/// How alone each of these points is among them: the sum over objectives of the distance between its neighbours, as a share
/// of the whole distance; infinite at the ends.
pub fn crowding(points: &[Scored], members: &[usize]) -> Vec<f64> {
    let mut distance = vec![0.0; members.len()];
    let Some(first) = members.first() else { return distance };
    for objective in 0..points[*first].objectives.len() {
        let value = |k: usize| points[members[k]].objectives[objective];
        let mut order: Vec<usize> = (0..members.len()).collect();
        order.sort_by(|&a, &b| value(a).total_cmp(&value(b)).then(a.cmp(&b)));
        let (lo, hi) = (order[0], order[order.len() - 1]);
        let span = value(hi) - value(lo);
        (distance[lo], distance[hi]) = (f64::INFINITY, f64::INFINITY);
        if span > 0.0 {
            for three in order.windows(3) {
                distance[three[1]] += (value(three[2]) - value(three[0])) / span;
            }
        }
    }
    distance
}

/// The area that a front of two objectives covers below and left of a reference point: the larger, the better the front.
pub fn hypervolume(points: &[Scored], reference: [f64; 2]) -> f64 {
    let mut corners: Vec<(f64, f64)> = points
        .iter()
        .filter(|s| s.violation == 0.0)
        .map(|s| (s.objectives[0], s.objectives[1]))
        .filter(|(x, y)| *x < reference[0] && *y < reference[1])
        .collect();
    corners.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let (mut area, mut ceiling) = (0.0, reference[1]);
    for (x, y) in corners {
        if y < ceiling {
            area += (reference[0] - x) * (ceiling - y);
            ceiling = y;
        }
    }
    area
}
