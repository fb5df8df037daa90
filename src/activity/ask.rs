//! `ask`: looks for a stocked part, or for somebody who knows, by communication.
//!
//! The gain of a channel is never a factor: it emerges from who has the channel, who reads, when they are on
//! shift, what they know, and whether asking goes one by one or to all at once.

use super::Expansion;
use super::op::Op;
use super::stock::PartRef;
use crate::dist::Dist;
use crate::ids::{AttrId, ChannelId, StepId, TeamId, TopicId};

#[derive(Clone, Debug, PartialEq)]
pub struct Ask {
    pub seek: Seek,
    /// A member of this team (at the case's site) does the asking; asking costs that member's working time.
    pub asker: TeamId,
    /// Who can be asked.
    pub places: Vec<Place>,
    /// In order of preference; the first that both ends have is used.
    pub channels: Vec<ChannelId>,
    pub give_up: GiveUp,
    /// A unit found is set aside for the case, so that no other request takes it.
    pub reserve: bool,
    /// Probability that a place refuses to give away its last unit.
    pub hoarding: f64,
    /// Strength of the belief update by an answer that one sees (0 = beliefs never change).
    pub learning: f64,
    pub search: Option<Search>,
    pub parallel: Option<Parallel>,
    /// Receives the site where the part was found (for a topic: where the person who knew works).
    pub site_attr: Option<AttrId>,
    /// Receives the number of asks made.
    pub asks_attr: Option<AttrId>,
    pub found: StepId,
    pub not_found: StepId,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seek {
    Part(PartRef),
    Topic(TopicId),
    /// The topic that a topic-valued attribute of the case names.
    TopicAttr(AttrId),
}

/// A group of people who can be asked together: a team at a site, or a team as a whole.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    pub team: TeamId,
    pub scope: PlaceScope,
    pub sees: Sees,
    /// Probability that an answer states what the answerer sees.
    pub right: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlaceScope {
    /// One place for each site of the team, other than the case's own: each answers for its own shelf.
    OtherSites,
    /// The team as one place, which answers for all sites.
    Whole,
}

/// What an answerer looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sees {
    /// The shelf itself.
    Shelf,
    /// The stock record, which may be wrong.
    Record,
    /// What the person knows (topics).
    Mind,
    /// Nothing: can only pass on what others wrote.
    Nothing,
}

/// The first limit that is reached ends the search.
#[derive(Clone, Debug, PartialEq)]
pub struct GiveUp {
    pub asks: Option<u32>,
    /// [s]
    pub after: Option<Dist>,
    pub at_shift_end: bool,
}

/// Earlier visible answers can be found again.
#[derive(Clone, Debug, PartialEq)]
pub struct Search {
    pub channel: ChannelId,
    /// Answers older than this are not found [s].
    pub memory: f64,
    /// The asker's time for a search [s].
    pub cost: Dist,
}

/// A second token of the case starts at `step` when the first member of `team` reads the post.
#[derive(Clone, Debug, PartialEq)]
pub struct Parallel {
    pub team: TeamId,
    pub step: StepId,
}

impl Ask {
    pub(super) fn expand(&self, x: &mut Expansion) {
        let site = x.site(self.clone());
        x.sites.asks.push(site);
        x.emit(Op::Ask(x.sites.asks.len() as u32 - 1));
        for to in [self.found, self.not_found] {
            let to = x.exit(to);
            x.emit(Op::Goto(to));
        }
        if let Some(parallel) = &self.parallel {
            let to = x.label(parallel.step);
            x.emit(Op::Goto(to));
        }
    }
}
