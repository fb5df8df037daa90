//! Parts of a log: rows or whole cases that meet a condition.

use super::{Column, EventLog, NONE, Names, UNKNOWN, Values};
use std::collections::BTreeMap;
use std::ops::Range;

/// One condition. Names that the log does not have match nothing.
#[derive(Clone, Debug, PartialEq)]
pub enum Filter {
    /// Cases that start in [from, to) [us since 1970-01-01T00:00Z].
    Started(Range<i64>),
    /// Cases that lie in [from, to) from their first start to their last end.
    Within(Range<i64>),
    /// Cases with these names.
    Cases(Vec<String>),
    /// Cases that do at least one of these activities.
    Through(Vec<String>),
    /// Cases that do none of these activities.
    Avoiding(Vec<String>),
    /// Cases in which the first activity is followed at some point by the second.
    Followed(String, String),
    /// Cases whose time from first start to last end lies in [from, to) [us].
    Cycle(Range<i64>),
    /// Cases of the k most frequent variants.
    TopVariants(usize),
    /// Cases of the most frequent variants that together hold at least this share of the cases.
    VariantShare(f64),
    /// Rows of these activities.
    Activities(Vec<String>),
    /// Rows of other activities.
    WithoutActivities(Vec<String>),
    /// Rows of these resources.
    Resources(Vec<String>),
    /// Rows of these teams.
    Teams(Vec<String>),
}

impl Filter {
    /// The part of a sorted log that meets the condition, without the names that no longer occur.
    pub fn apply(&self, log: &EventLog) -> EventLog {
        let whole_cases = |keep: &dyn Fn(Range<usize>) -> bool| {
            let mut rows = vec![false; log.len()];
            for range in log.case_ranges().into_iter().filter(|r| !r.is_empty()) {
                let kept = keep(range.clone());
                rows[range].fill(kept);
            }
            rows
        };
        let ids = |names: &Names, wanted: &[String]| {
            let mut among = vec![false; names.len()];
            wanted.iter().filter_map(|n| names.get(n)).for_each(|id| among[id as usize] = true);
            among
        };
        let has = |among: &[bool], id: u32| id != NONE && among[id as usize];
        let rows_with = |column: &[u32], among: &[bool]| column.iter().map(|&id| has(among, id)).collect();
        let rows: Vec<bool> = match self {
            Self::Started(when) => whole_cases(&|r| when.contains(&log.start[r.start])),
            Self::Within(when) => whole_cases(&|r| {
                let (first, last) = span(log, r);
                when.contains(&first) && last < when.end
            }),
            Self::Cases(names) => rows_with(&log.case, &ids(&log.cases, names)),
            Self::Through(names) => {
                let among = ids(&log.activities, names);
                whole_cases(&|r| log.activity[r].iter().any(|&a| among[a as usize]))
            }
            Self::Avoiding(names) => {
                let among = ids(&log.activities, names);
                whole_cases(&|r| !log.activity[r].iter().any(|&a| among[a as usize]))
            }
            Self::Followed(a, b) => {
                let (a, b) = (log.activities.get(a), log.activities.get(b));
                whole_cases(&|r| {
                    let first = log.activity[r.clone()].iter().position(|&x| Some(x) == a);
                    first.is_some_and(|i| log.activity[r][i + 1..].iter().any(|&x| Some(x) == b))
                })
            }
            Self::Cycle(length) => whole_cases(&|r| {
                let (first, last) = span(log, r);
                length.contains(&last.saturating_sub(first))
            }),
            Self::TopVariants(k) => in_variants(log, |before, _| before < *k),
            Self::VariantShare(share) => in_variants(log, |_, held| held < *share),
            Self::Activities(names) => rows_with(&log.activity, &ids(&log.activities, names)),
            Self::WithoutActivities(names) => {
                let among = ids(&log.activities, names);
                log.activity.iter().map(|&a| !among[a as usize]).collect()
            }
            Self::Resources(names) => rows_with(&log.resource, &ids(&log.resources, names)),
            Self::Teams(names) => rows_with(&log.team, &ids(&log.teams, names)),
        };
        log.select(&rows)
    }
}

impl EventLog {
    /// The rows that are marked, and of the names those that they use, in their order.
    pub fn select(&self, keep: &[bool]) -> Self {
        let rows: Vec<usize> = (0..self.len()).filter(|&row| keep[row]).collect();
        fn pick<T: Copy>(column: &[T], rows: &[usize]) -> Vec<T> {
            rows.iter().map(|&row| column[row]).collect()
        }
        let compact = |column: &[u32], names: &Names| {
            let mut ids = pick(column, &rows);
            let mut used = vec![false; names.len()];
            ids.iter().filter(|&&id| id != NONE).for_each(|&id| used[id as usize] = true);
            let mut new = vec![NONE; names.len()];
            let mut kept = Names::default();
            for (id, name) in names.iter().enumerate().filter(|(id, _)| used[*id]) {
                new[id] = kept.intern(name);
            }
            ids.iter_mut().filter(|id| **id != NONE).for_each(|id| *id = new[*id as usize]);
            (ids, kept, used)
        };
        let columns = |list: &[Column], rows: &[usize]| -> Vec<Column> {
            let values = |values: &Values| match values {
                Values::Text { names, ids } => Values::Text { names: names.clone(), ids: pick(ids, rows) },
                Values::Number(v) => Values::Number(pick(v, rows)),
                Values::Instant(v) => Values::Instant(pick(v, rows)),
                Values::Bool(v) => Values::Bool(pick(v, rows)),
            };
            list.iter().map(|c| Column { name: c.name.clone(), values: values(&c.values) }).collect()
        };
        let (case, cases, used) = compact(&self.case, &self.cases);
        let kept_cases: Vec<usize> = (0..used.len()).filter(|&c| used[c]).collect();
        let (activity, activities, _) = compact(&self.activity, &self.activities);
        let (resource, resources, _) = compact(&self.resource, &self.resources);
        let (team, teams, _) = compact(&self.team, &self.teams);
        let (site, sites, _) = compact(&self.site, &self.sites);
        Self {
            cases,
            activities,
            resources,
            teams,
            sites,
            case,
            activity,
            resource,
            team,
            site,
            enabled: pick(&self.enabled, &rows),
            start: pick(&self.start, &rows),
            end: pick(&self.end, &rows),
            cost: pick(&self.cost, &rows),
            attributes: columns(&self.attributes, &rows),
            case_attributes: columns(&self.case_attributes, &kept_cases),
        }
    }
}

/// First and last known instant of some rows.
fn span(log: &EventLog, rows: Range<usize>) -> (i64, i64) {
    let known = rows.flat_map(|row| [log.start[row], log.end[row]]).filter(|&t| t != UNKNOWN);
    known.fold((i64::MAX, UNKNOWN), |(first, last), t| (first.min(t), last.max(t)))
}

/// The rows of the variants for which `keep(variants before it, share of the cases before it)`, going from the most
/// frequent variant down.
fn in_variants(log: &EventLog, keep: impl Fn(usize, f64) -> bool) -> Vec<bool> {
    let mut variants: BTreeMap<&[u32], Vec<Range<usize>>> = BTreeMap::new();
    for range in log.case_ranges().into_iter().filter(|r| !r.is_empty()) {
        variants.entry(&log.activity[range.clone()]).or_default().push(range);
    }
    let mut variants: Vec<_> = variants.into_values().collect();
    variants.sort_by_key(|ranges| (std::cmp::Reverse(ranges.len()), ranges[0].start));
    let all: usize = variants.iter().map(Vec::len).sum();
    let mut rows = vec![false; log.len()];
    let mut held = 0;
    for (before, ranges) in variants.into_iter().enumerate() {
        if !keep(before, held as f64 / all as f64) {
            break;
        }
        held += ranges.len();
        ranges.into_iter().for_each(|range| rows[range].fill(true));
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eventlog::Instance;

    fn log() -> EventLog {
        let mut log = EventLog::default();
        for (case, activity, start, end) in [
            ("1", "a", 0, 5),
            ("1", "b", 5, 9),
            ("2", "a", 3, 4),
            ("2", "c", 20, 40),
            ("3", "a", 8, 9),
            ("3", "b", 9, 10),
        ] {
            let case = log.cases.intern(case);
            let activity = log.activities.intern(activity);
            log.push(Instance { case, activity, start, end, ..Instance::default() });
        }
        log.case_attributes.push(Column { name: "k".into(), values: Values::Number(vec![1.0, 2.0, 3.0]) });
        log
    }

    fn cases(filter: Filter) -> String {
        filter.apply(&log()).cases.iter().collect::<Vec<_>>().join("")
    }

    #[test]
    fn each_filter_keeps_what_it_says() {
        let text = |s: &str| vec![s.to_owned()];
        assert_eq!(cases(Filter::Started(3..9)), "23");
        assert_eq!(cases(Filter::Within(0..11)), "13");
        assert_eq!(cases(Filter::Cases(text("2"))), "2");
        assert_eq!(cases(Filter::Through(text("b"))), "13");
        assert_eq!(cases(Filter::Avoiding(text("b"))), "2");
        assert_eq!(cases(Filter::Followed("a".into(), "c".into())), "2");
        assert_eq!(cases(Filter::Followed("b".into(), "a".into())), "");
        assert_eq!(cases(Filter::Cycle(9..100)), "12");
        assert_eq!(cases(Filter::TopVariants(1)), "13");
        assert_eq!(cases(Filter::VariantShare(0.7)), "123");
        assert_eq!(cases(Filter::VariantShare(0.6)), "13");
        assert_eq!(cases(Filter::Activities(text("c"))), "2");
        assert_eq!(cases(Filter::WithoutActivities(text("a"))), "123");
        assert_eq!(cases(Filter::Resources(text("x"))), "");
    }

    #[test]
    fn names_and_attributes_go_with_their_cases() {
        let kept = Filter::Cases(vec!["2".into(), "3".into()]).apply(&log());
        assert_eq!(kept.case, [0, 0, 1, 1]);
        assert_eq!(kept.activities.iter().collect::<Vec<_>>(), ["a", "b", "c"]);
        assert_eq!(kept.case_attributes[0].values, Values::Number(vec![2.0, 3.0]));
        let rare = Filter::Activities(vec!["c".into()]).apply(&log());
        assert_eq!((rare.activities.name(0), rare.activity[0]), ("c", 0));
    }
}
