//! What the columns of a table mean: by name, as given or as guessed.

use super::report::{ReadReport, nowhere};

/// What a column of a table says about an activity instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    Case,
    Activity,
    Enabled,
    Start,
    End,
    Resource,
    Team,
    Site,
    Cost,
    Transition,
    Instance,
}

impl Role {
    pub const N: usize = 11;

    /// Each role with its name, the column that it is written to, and what else it is often called. Earlier names win.
    /// Names are compared without capitals, spaces and punctuation.
    pub const ALL: [(Self, &'static str, &'static str, &'static [&'static str]); Self::N] = [
        (
            Self::Case,
            "case",
            "case:concept:name",
            &[
                "caseid",
                "case",
                "traceid",
                "trace",
                "casenumber",
                "caseno",
                "caseidentifier",
                "processinstance",
                "processid",
            ],
        ),
        (
            Self::Activity,
            "activity",
            "concept:name",
            &[
                "activity",
                "activityname",
                "activityid",
                "task",
                "taskname",
                "event",
                "eventname",
                "step",
                "operation",
            ],
        ),
        (
            Self::Enabled,
            "enabled",
            "enabled_timestamp",
            &["timeenabled", "enabled", "enabletime", "enabledtime", "enabletimestamp", "scheduled"],
        ),
        (
            Self::Start,
            "start",
            "start_timestamp",
            &[
                "start",
                "starttime",
                "startdate",
                "startdatetime",
                "timestart",
                "timestampstart",
                "begin",
                "begintime",
                "started",
            ],
        ),
        (
            Self::End,
            "end",
            "time:timestamp",
            &[
                "endtimestamp",
                "end",
                "endtime",
                "enddate",
                "enddatetime",
                "completetimestamp",
                "complete",
                "completetime",
                "completiontime",
                "completed",
                "finish",
                "finishtime",
                "timeend",
                "timestampend",
                "timestamp",
                "eventtime",
                "eventtimestamp",
                "datetime",
                "time",
                "date",
            ],
        ),
        (
            Self::Resource,
            "resource",
            "org:resource",
            &[
                "resource",
                "resourcename",
                "resourceid",
                "user",
                "userid",
                "username",
                "employee",
                "worker",
                "originator",
                "performer",
                "agent",
            ],
        ),
        (Self::Team, "team", "org:role", &["role", "team", "orggroup", "group", "department", "pool"]),
        (Self::Site, "site", "site", &["location", "depot", "plant"]),
        (Self::Cost, "cost", "cost:total", &["costs", "cost", "totalcost"]),
        (
            Self::Transition,
            "lifecycle",
            "lifecycle:transition",
            &["lifecycle", "transition", "lifecycletransition", "eventtype"],
        ),
        (
            Self::Instance,
            "instance",
            "concept:instance",
            &["instance", "instanceid", "activityinstance", "activityinstanceid"],
        ),
    ];

    pub fn name(self) -> &'static str {
        Self::ALL[self as usize].1
    }

    /// The column that it is written to.
    pub fn column(self) -> &'static str {
        Self::ALL[self as usize].2
    }
}

/// The column of each role, and the columns left over.
#[derive(Clone, Debug, Default)]
pub struct Mapping {
    columns: [Option<usize>; Role::N],
    /// Columns of further values: number, name, and whether it is one of the case.
    pub others: Vec<(usize, String, bool)>,
}

impl Mapping {
    /// `None` when case or activity cannot be found; the report says why.
    pub fn new(header: &[&str], given: &[(Role, String)], report: &mut ReadReport) -> Option<Self> {
        let mut mapping = Self::default();
        for (role, name) in given {
            let found = header.iter().position(|h| h.trim() == name);
            mapping.columns[*role as usize] = found;
            if found.is_none() {
                report
                    .error("there is no such column", name, nowhere)
                    .hint("the first line names the columns");
                return None;
            }
        }
        let plain: Vec<String> = header.iter().map(|h| plain(h)).collect();
        for (role, _, column, names) in Role::ALL {
            if mapping.get(role).is_some() {
                continue;
            }
            // The name that it is written to needs no guess.
            let exact = header.iter().position(|h| h.trim() == column);
            let free = |i: &usize| !mapping.columns.contains(&Some(*i));
            let own = self::plain(column);
            let guess = || {
                let names = std::iter::once(own.as_str()).chain(names.iter().copied());
                names.into_iter().find_map(|n| plain.iter().position(|p| p == n).filter(free))
            };
            let found = exact.filter(free).or_else(guess);
            if let Some(i) = found
                && exact != found
            {
                report.guesses.push(format!("{}: column `{}`", role.name(), header[i].trim()));
            }
            mapping.columns[role as usize] = found;
        }
        for role in [Role::Case, Role::Activity] {
            if mapping.get(role).is_none() {
                let (what, hint) = if role == Role::Case {
                    ("no column was recognised as the case", "name it: --column case=NAME")
                } else {
                    ("no column was recognised as the activity", "name it: --column activity=NAME")
                };
                let columns = format!("the columns are {}", header.join(", "));
                report.error(what, &columns, nowhere).hint(hint);
                return None;
            }
        }
        let taken = mapping.columns;
        for (i, name) in header.iter().enumerate().filter(|(i, _)| !taken.contains(&Some(*i))) {
            let of_case = name.trim().strip_prefix("case:");
            mapping.others.push((i, of_case.unwrap_or(name.trim()).to_owned(), of_case.is_some()));
        }
        Some(mapping)
    }

    pub fn get(&self, role: Role) -> Option<usize> {
        self.columns[role as usize]
    }
}

fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(header: &[&str], given: &[(Role, &str)]) -> (Vec<(&'static str, usize)>, ReadReport) {
        let mut report = ReadReport::default();
        let given: Vec<_> = given.iter().map(|(role, name)| (*role, (*name).to_owned())).collect();
        let mapping = Mapping::new(header, &given, &mut report).unwrap_or_default();
        let found =
            Role::ALL.iter().filter_map(|(role, name, ..)| Some((*name, mapping.get(*role)?))).collect();
        (found, report)
    }

    #[test]
    fn common_headers_are_recognised_and_said() {
        let (found, report) =
            map(&["case_id", "agent", "activity_name", "start_timestamp", "end_timestamp", "resource"], &[]);
        assert_eq!(found, [("case", 0), ("activity", 2), ("start", 3), ("end", 4), ("resource", 5)]);
        // `start_timestamp` is the column that starts are written to.
        assert_eq!(report.guesses.len(), 4);
        let own = ["case:concept:name", "concept:name", "time:timestamp"];
        assert_eq!(map(&own, &[]).1, ReadReport::default());
    }

    #[test]
    fn given_columns_win_and_a_missing_one_is_an_error() {
        let (found, _) = map(&["case", "task", "time", "order"], &[(Role::Case, "order")]);
        assert_eq!(found, [("case", 3), ("activity", 1), ("end", 2)]);
        assert!(map(&["case", "task"], &[(Role::Case, "orders")]).1.has_errors());
        assert!(map(&["a", "b"], &[]).1.has_errors());
    }
}
