//! Timetables and profiles over the week.

/// An open stretch of the week [s since Monday 00:00], `0 <= start < end <= 604,800`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    pub start: f64,
    pub end: f64,
}

/// Weekly opening hours with dated exceptions. For a timetable of moments (van runs) only the starts matter.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Calendar {
    pub name: String,
    /// Sorted, disjoint.
    pub weekly: Vec<Interval>,
    /// Sorted, disjoint in days.
    pub exceptions: Vec<Exception>,
}

/// A dated day with other hours: none on a holiday.
#[derive(Clone, Debug, PartialEq)]
pub struct Exception {
    /// Days since the scenario's start date; may be negative.
    pub day: i32,
    /// Open stretches of that day [s since 00:00]; the last may run into the next one.
    pub open: Vec<Interval>,
}

/// A rate or intensity, piecewise constant over the week.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Profile {
    pub name: String,
    /// Length of the repeating pattern [s]: a day or a week.
    pub period: f64,
    /// `(start [s], value)`, the first start is 0; the value holds until the next start. For arrivals the value is a
    /// rate [1/s]; for use and demand it is a relative weight or a count.
    pub pieces: Vec<(f64, f64)>,
}
