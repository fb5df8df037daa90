//! A message on its way: everything that is drawn for it, and when people deal with it.

use super::*;
use crate::dist::Sampler;

/// A message of a search by one channel, the n-th to these people.
#[derive(Clone, Copy)]
pub(super) struct Message<'a> {
    pub question: Question,
    pub ask: &'a table::Ask,
    pub channel_id: ChannelId,
    pub channel: &'a table::Channel,
    pub draws: Purpose,
    pub nth: u32,
}

/// What is drawn for a message: numbers 8 n and up for the n-th.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Draw {
    Latency,
    Reply,
    Reach,
    Retry,
    AskCost,
    ReadCost,
    AnswerCost,
    Answerer,
}

/// Whose number it is when it is nobody's in particular.
pub(super) const ASKER: u64 = 0;

impl<'a> Message<'a> {
    pub fn new<S>(w: &Scene<'a, S>, question: Question, way: usize, nth: u32) -> Self {
        let ask = w.ask(&question);
        let table::Way { channel, draws } = ask.ways[way];
        Self { question, ask, channel_id: channel, channel: &w.table().channels[channel], draws, nth }
    }

    /// A uniform number for a person or a place.
    #[inline]
    pub fn uniform<S>(&self, w: &Scene<S>, who: u64, draw: Draw) -> f64 {
        w.uniform(&self.question, self.draws, who, 8 * self.nth + draw as u32)
    }

    #[inline]
    pub fn time<S>(&self, w: &Scene<S>, law: &Sampler, who: u64, draw: Draw) -> Duration {
        let seconds = law.fixed().unwrap_or_else(|| law.sample(self.uniform(w, who, draw)));
        Duration::from_seconds(seconds)
    }

    /// How long the asker waits for a reply, or until the next attempt.
    pub fn patience<S>(&self, w: &Scene<S>, who: u64) -> Option<Duration> {
        self.channel.retry.as_ref().map(|law| self.time(w, law, who, Draw::Retry))
    }

    pub fn reading_takes<S>(&self, w: &Scene<S>, member: u32) -> Duration {
        self.time(w, &self.channel.read_cost, w.entity(member), Draw::ReadCost)
    }

    pub fn answering_takes<S>(&self, w: &Scene<S>, member: u32) -> Duration {
        self.time(w, &self.channel.answer_cost, w.entity(member), Draw::AnswerCost)
    }

    /// Whether a reader writes back, when this is the probability for those who ever do.
    pub fn is_replied<S>(&self, w: &Scene<S>, member: u32, probability: f64) -> bool {
        let (channel, who) = (self.channel, w.entity(member));
        let is_active =
            channel.active >= 1.0 || w.ctx.key.uniform(channel.activity, who, 0, 0) < channel.active;
        is_active && (probability >= 1.0 || self.uniform(w, who, Draw::Reply) < probability)
    }

    /// When somebody can turn to a message of this time.
    pub fn starts_at<S>(&self, w: &mut Scene<S>, member: u32, sent: Time) -> Time {
        if self.channel.on_shift_only { w.on_shift_from(MemberId(member), sent) } else { sent }
    }

    /// When it has been read and thought about.
    pub fn read_at<S>(&self, w: &mut Scene<S>, member: u32, from: Time) -> Time {
        let latency = self.time(w, &self.channel.latency, w.entity(member), Draw::Latency);
        self.pass(w, member, from, latency)
    }

    /// When the answer is out.
    pub fn answered_at<S>(&self, w: &mut Scene<S>, member: u32, from: Time) -> Time {
        let read = self.read_at(w, member, from);
        let work = self.answering_takes(w, member);
        self.pass(w, member, read, work)
    }

    /// Lets time pass for a member: working time, if the channel is for work only.
    pub fn pass<S>(&self, w: &mut Scene<S>, member: u32, from: Time, time: Duration) -> Time {
        if self.channel.on_shift_only && from < Time::NEVER {
            w.ctx.add_working(w.plan, MemberId(member), from, time)
        } else {
            from + time
        }
    }
}
