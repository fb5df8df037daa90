//! What groups of askers believe, what was written, and how much there is to read.

use crate::ids::{ChannelId, Id};
use crate::plan::ask::Table;
use crate::units::{Duration, Time};

/// Who is thought to hold or know what: 0 to 1.
#[derive(Clone, Debug, Default)]
pub(super) struct Beliefs {
    /// `[viewer][item][holder]`; empty when nobody ever learns.
    values: Vec<f64>,
    n_items: usize,
    n_holders: usize,
}

const START: f64 = 0.5;

impl Beliefs {
    pub fn reset(&mut self, table: &Table) {
        self.n_items = table.n_items;
        self.n_holders = table.n_holders;
        let n = if table.learns { table.viewers.len() * self.n_items * self.n_holders } else { 0 };
        self.values.clear();
        self.values.resize(n, START);
    }

    #[inline]
    pub fn of(&self, viewer: u32, item: u32, holder: u32) -> f64 {
        self.values.get(self.index(viewer, item, holder)).copied().unwrap_or(START)
    }

    /// Moves by a share of the way towards 1 (an answer that says yes) or 0.
    #[inline]
    pub fn learn(&mut self, viewer: u32, item: u32, holder: u32, positive: bool, share: f64) {
        let index = self.index(viewer, item, holder);
        let value = &mut self.values[index];
        *value += share * (f64::from(u8::from(positive)) - *value);
    }

    fn index(&self, viewer: u32, item: u32, holder: u32) -> usize {
        (viewer as usize * self.n_items + item as usize) * self.n_holders + holder as usize
    }
}

/// The last positive answer about each item on each visible channel, unless what followed it, which is as visible,
/// says that nothing is left there.
#[derive(Clone, Debug, Default)]
pub(super) struct Memory {
    /// `[channel][item]`; empty when nobody ever searches.
    written: Vec<Option<Written>>,
    n_items: usize,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Written {
    pub at: Time,
    /// The site that it named, for a part.
    pub site: u32,
    /// Who wrote it, and for which place.
    pub member: u32,
    pub holder: u32,
}

impl Memory {
    pub fn reset(&mut self, table: &Table) {
        self.n_items = table.n_items;
        let n = if table.remembers { table.channels.len() * table.n_items } else { 0 };
        self.written.clear();
        self.written.resize(n, None);
    }

    /// An answer, and whether more is to be had where it points to.
    pub fn write(&mut self, channel: ChannelId, item: u32, written: Written, is_more: bool) {
        let index = channel.index() * self.n_items + item as usize;
        let Some(last) = self.written.get_mut(index) else { return };
        if is_more {
            *last = Some(written);
        } else if last.is_some_and(|l| l.site == written.site) {
            *last = None;
        }
    }

    pub fn last(&self, channel: ChannelId, item: u32) -> Option<Written> {
        self.written.get(channel.index() * self.n_items + item as usize).copied().flatten()
    }
}

/// Posts of the last day: each counts e^-(age / 1 day), so a steady stream of n a day counts n.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Load {
    posts: f64,
    at: Time,
}

impl Load {
    /// Counts a post and says what is left of the reply probability.
    pub fn post(&mut self, now: Time, capacity: f64) -> f64 {
        let age = now.since(self.at).seconds() / Duration::DAY.seconds();
        self.posts = self.posts * (-age).exp() + 1.0;
        self.at = now;
        if self.posts > capacity { capacity / self.posts } else { 1.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_steady_stream_is_felt_as_its_rate() {
        let mut load = Load::default();
        let tenth = Duration::DAY.ticks() / 10;
        let left = (0..1_000).map(|i| load.post(Time::from_ticks(i * tenth), 5.0)).last();
        // ten posts a day: 1 + e^-.1 + e^-.2 + ...
        assert!((left.unwrap_or(0.0) - 5.0 * (1.0 - (-0.1_f64).exp())).abs() < 1e-9);
        assert_eq!(Load::default().post(Time::ZERO, f64::INFINITY), 1.0);
    }
}
