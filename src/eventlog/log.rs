//! The columns of an event log.

use super::Names;
use std::ops::Range;

/// No such name.
pub const NONE: u32 = u32::MAX;
/// No such instant.
pub const UNKNOWN: i64 = i64::MIN;

/// One row for each activity instance, as columns. Instants are microseconds since 1970-01-01T00:00:00Z.
///
/// An instance with one known instant (a log of completions only) has `start == end`; one that never ended has `end`
/// [`UNKNOWN`]; one without any date has both unknown and keeps its place among the rows.
#[derive(Clone, Debug, Default)]
pub struct EventLog {
    pub cases: Names,
    pub activities: Names,
    pub resources: Names,
    pub teams: Names,
    pub sites: Names,
    pub case: Vec<u32>,
    pub activity: Vec<u32>,
    /// [`NONE`] where not known; so are `team` and `site`.
    pub resource: Vec<u32>,
    pub team: Vec<u32>,
    pub site: Vec<u32>,
    /// When the work could first have begun; often [`UNKNOWN`].
    pub enabled: Vec<i64>,
    pub start: Vec<i64>,
    pub end: Vec<i64>,
    /// [currency of the log]; NaN where not known.
    pub cost: Vec<f64>,
    /// One value for each row.
    pub attributes: Vec<Column>,
    /// One value for each case, in the order of `cases`.
    pub case_attributes: Vec<Column>,
}

/// A named column of further values.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    pub name: String,
    pub values: Values,
}

#[derive(Clone, Debug)]
pub enum Values {
    /// [`NONE`] where there is no value.
    Text {
        names: Names,
        ids: Vec<u32>,
    },
    /// NaN where there is no value.
    Number(Vec<f64>),
    /// [`UNKNOWN`] where there is no value.
    Instant(Vec<i64>),
    Bool(Vec<Option<bool>>),
}

/// One activity instance, for filling a log row by row. The default knows nothing.
#[derive(Clone, Copy, Debug)]
pub struct Instance {
    pub case: u32,
    pub activity: u32,
    pub resource: u32,
    pub team: u32,
    pub site: u32,
    pub enabled: i64,
    pub start: i64,
    pub end: i64,
    pub cost: f64,
}

impl Default for Instance {
    fn default() -> Self {
        Self {
            case: NONE,
            activity: NONE,
            resource: NONE,
            team: NONE,
            site: NONE,
            enabled: UNKNOWN,
            start: UNKNOWN,
            end: UNKNOWN,
            cost: f64::NAN,
        }
    }
}

impl EventLog {
    /// Number of activity instances.
    pub fn len(&self) -> usize {
        self.case.len()
    }

    pub fn is_empty(&self) -> bool {
        self.case.is_empty()
    }

    /// Appends an instance; further attributes are appended to their columns by the caller.
    pub fn push(&mut self, row: Instance) {
        self.case.push(row.case);
        self.activity.push(row.activity);
        self.resource.push(row.resource);
        self.team.push(row.team);
        self.site.push(row.site);
        self.enabled.push(row.enabled);
        self.start.push(row.start);
        self.end.push(row.end);
        self.cost.push(row.cost);
    }

    /// The instance in this row.
    pub fn row(&self, i: usize) -> Instance {
        Instance {
            case: self.case[i],
            activity: self.activity[i],
            resource: self.resource[i],
            team: self.team[i],
            site: self.site[i],
            enabled: self.enabled[i],
            start: self.start[i],
            end: self.end[i],
            cost: self.cost[i],
        }
    }

    /// Orders the rows by case, start and end, then as they were; an instance that never ended counts as ending last.
    pub fn sort(&mut self) {
        let order = self.order();
        if order.is_sorted() {
            return;
        }
        fn take<T: Copy>(column: &mut Vec<T>, order: &[u32]) {
            *column = order.iter().map(|&i| column[i as usize]).collect();
        }
        for ids in [&mut self.case, &mut self.activity, &mut self.resource, &mut self.team, &mut self.site] {
            take(ids, &order);
        }
        for instants in [&mut self.enabled, &mut self.start, &mut self.end] {
            take(instants, &order);
        }
        take(&mut self.cost, &order);
        for column in &mut self.attributes {
            match &mut column.values {
                Values::Text { ids, .. } => take(ids, &order),
                Values::Number(v) => take(v, &order),
                Values::Instant(v) => take(v, &order),
                Values::Bool(v) => take(v, &order),
            }
        }
    }

    /// The rows of each case of a sorted log, in the order of `cases`.
    pub fn case_ranges(&self) -> Vec<Range<usize>> {
        let mut ranges = Vec::with_capacity(self.cases.len());
        let mut from = 0;
        for case in 0..self.cases.len() as u32 {
            let to = from + self.case[from..].iter().take_while(|&&c| c == case).count();
            ranges.push(from..to);
            from = to;
        }
        debug_assert_eq!(from, self.len(), "the log is sorted");
        ranges
    }

    /// The cases that have rows, in order of their first start, then of their numbers. The log is sorted.
    pub fn by_start(&self) -> Vec<u32> {
        let ranges = self.case_ranges();
        let mut cases: Vec<u32> =
            (0..self.cases.len() as u32).filter(|&c| !ranges[c as usize].is_empty()).collect();
        cases.sort_by_key(|&c| self.start[ranges[c as usize].start]);
        cases
    }

    /// Rows in sorted order: a counting sort by case, then each case by its instants.
    fn order(&self) -> Vec<u32> {
        let mut next = vec![0; self.cases.len() + 1];
        for &case in &self.case {
            next[case as usize + 1] += 1;
        }
        for case in 0..self.cases.len() {
            next[case + 1] += next[case];
        }
        let mut order = vec![0; self.len()];
        let mut at = next.clone();
        for (row, &case) in self.case.iter().enumerate() {
            order[at[case as usize]] = row as u32;
            at[case as usize] += 1;
        }
        for range in next.windows(2) {
            order[range[0]..range[1]].sort_by_key(|&row| {
                let end = self.end[row as usize];
                (self.start[row as usize], if end == UNKNOWN { i64::MAX } else { end })
            });
        }
        order
    }
}

impl Values {
    pub fn len(&self) -> usize {
        match self {
            Self::Text { ids, .. } => ids.len(),
            Self::Number(v) => v.len(),
            Self::Instant(v) => v.len(),
            Self::Bool(v) => v.len(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl PartialEq for Values {
    /// By value: equal texts may have other numbers, and no number equals no number.
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Text { names: a, ids: x }, Self::Text { names: b, ids: y }) => {
                let same = |(&i, &j): (&u32, &u32)| (i == NONE) == (j == NONE) && a.name(i) == b.name(j);
                x.len() == y.len() && x.iter().zip(y).all(same)
            }
            (Self::Number(x), Self::Number(y)) => {
                let same = |(a, b): (&f64, &f64)| a == b || (a.is_nan() && b.is_nan());
                x.len() == y.len() && x.iter().zip(y).all(same)
            }
            (Self::Instant(x), Self::Instant(y)) => x == y,
            (Self::Bool(x), Self::Bool(y)) => x == y,
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(rows: &[(u32, i64, i64)]) -> EventLog {
        let mut log = EventLog { cases: ["a", "b", "c"].into_iter().collect(), ..EventLog::default() };
        for (i, &(case, start, end)) in rows.iter().enumerate() {
            log.push(Instance { case, start, end, activity: i as u32, ..Instance::default() });
        }
        log
    }

    #[test]
    fn rows_are_ordered_by_case_start_end_and_source() {
        let mut log = log(&[(2, 5, 9), (0, 7, 8), (2, 5, 6), (0, 7, UNKNOWN), (0, 3, 9), (2, 5, 6)]);
        log.sort();
        assert_eq!(log.activity, [4, 1, 3, 2, 5, 0]);
        assert_eq!(log.case_ranges(), [0..3, 3..3, 3..6]);
        assert_eq!(log.by_start(), [0, 2]);
    }

    #[test]
    fn attributes_go_with_their_rows() {
        let mut log = log(&[(1, 5, 9), (0, 7, 8)]);
        let ids = vec![0, NONE];
        let values = Values::Text { names: ["x"].into_iter().collect(), ids };
        log.attributes.push(Column { name: "note".into(), values });
        log.sort();
        let Values::Text { ids, .. } = &log.attributes[0].values else { panic!("text") };
        assert_eq!(*ids, [NONE, 0]);
    }
}
