//! Channels, knowledge and the asks of all processes as tables.

use super::{Maker, Meter, NONE, Pool, Teams, adoption};
use crate::activity::{self, PartRef, PlaceScope, Sees, Site, Sites};
use crate::dist::{Dist, Sampler};
use crate::ids::{AdoptionId, AttrId, ChannelId, Id, IdVec, PartId, TeamId, TopicId};
pub use crate::model::ChannelMode;
use crate::model::{self, Measure, Model};
use crate::rng::{Purpose, mix};
use crate::units::Duration;
use std::ops::Range;

#[derive(Clone, Debug)]
pub struct Table {
    /// Keys what a member draws, by member number: two teams have different people.
    pub entities: Vec<u64>,
    pub channels: IdVec<ChannelId, Channel>,
    pub rollouts: adoption::Table,
    pub topics: IdVec<TopicId, Topic>,
    pub asks: Vec<Ask>,
    /// Pools whose members ask, each with beliefs of its own: their members; and the number of each pool among them.
    pub viewers: Vec<Range<u32>>,
    pub viewer_of_pool: Vec<u32>,
    /// Parts, then topics.
    pub n_items: usize,
    pub n_parts: usize,
    pub n_sites: usize,
    /// Different places that beliefs are about.
    pub n_holders: usize,
    /// Places of the ask that has most.
    pub max_places: usize,
    /// Whether any ask learns, and whether any searches earlier answers.
    pub learns: bool,
    pub remembers: bool,
    pub searches: Meter,
    pub found: Meter,
    pub all_asks: Meter,
    pub record_looks: Meter,
    pub record_right: Meter,
}

#[derive(Clone, Debug)]
pub struct Channel {
    pub mode: ChannelMode,
    pub adoption: Option<AdoptionId>,
    pub reach: f64,
    pub retry: Option<Sampler>,
    pub latency: Sampler,
    pub on_shift_only: bool,
    pub reply: f64,
    pub active: f64,
    /// A worker's own number: active when below `active`.
    pub activity: Purpose,
    pub ask_cost: Sampler,
    pub read_cost: Sampler,
    pub answer_cost: Sampler,
    pub visible: bool,
    /// Posts a day beyond which replies get rarer.
    pub capacity: f64,
    pub asks: Meter,
    pub adopters: Meter,
    pub eligible: Meter,
}

#[derive(Clone, Debug)]
pub struct Topic {
    /// Share of those who know it, by team.
    pub known_by: Vec<f64>,
    pub per_question: bool,
    pub knows: Purpose,
}

/// An `ask` step in one place of a process.
#[derive(Clone, Debug)]
pub struct Ask {
    pub seek: activity::Seek,
    pub asker: TeamId,
    pub places: Vec<Place>,
    /// In order of preference.
    pub ways: Vec<Way>,
    pub max_asks: u32,
    pub give_up_after: Option<Sampler>,
    pub at_shift_end: bool,
    pub reserve: bool,
    pub hoarding: f64,
    pub learning: f64,
    pub search: Option<Search>,
    /// Team that starts in parallel.
    pub parallel: Option<TeamId>,
    /// Members of these teams see what is written on a visible channel.
    pub audience: Vec<Range<u32>>,
    pub site_attr: Option<AttrId>,
    pub asks_attr: Option<AttrId>,
    pub purposes: Purposes,
}

/// What the random numbers of an ask are for, the channels' own aside.
#[derive(Clone, Copy, Debug)]
pub struct Purposes {
    pub asker: Purpose,
    pub give_up: Purpose,
    pub search: Purpose,
    pub order: Purpose,
    pub right: Purpose,
    pub hoarding: Purpose,
}

/// People who can be asked together and, for the contents of shelves, answer as one.
#[derive(Clone, Debug)]
pub struct Place {
    /// Names the place in beliefs, over all asks.
    pub holder: u32,
    pub entity: u64,
    pub team: TeamId,
    pub members: Range<u32>,
    /// The site that it answers for; [`NONE`]: all sites.
    pub site: u32,
    pub sees: Sees,
    pub right: f64,
}

/// A channel as used by an ask; `draws` names everything drawn for a message.
#[derive(Clone, Copy, Debug)]
pub struct Way {
    pub channel: ChannelId,
    pub draws: Purpose,
}

#[derive(Clone, Debug)]
pub struct Search {
    pub channel: ChannelId,
    pub memory: Duration,
    pub cost: Sampler,
}

impl Table {
    pub fn new(model: &Model, sites: &Sites, teams: &Teams, maker: &mut Maker) -> Self {
        let mut viewers = Vec::new();
        let mut viewer_of_pool = vec![NONE; teams.pools.len()];
        for (pool, viewer) in teams.pools.iter().zip(&mut viewer_of_pool) {
            if sites.asks.iter().any(|a| a.what.asker == pool.team) {
                *viewer = viewers.len() as u32;
                viewers.push(pool.members.clone());
            }
        }
        let mut holders = Vec::new();
        let asks: Vec<_> =
            sites.asks.iter().map(|site| ask(site, model, teams, &mut holders, maker)).collect();
        let hash = |team: TeamId| u64::from(Purpose::of(&model.teams[team].name).0);
        Self {
            entities: teams.members.iter().map(|m| mix(hash(m.team), m.entity)).collect(),
            channels: model.channels.iter_ids().map(|(id, c)| channel(id, c, maker)).collect(),
            rollouts: adoption::compile(maker),
            topics: model.topics.iter().map(|t| topic(t, model, maker)).collect(),
            viewers,
            viewer_of_pool,
            n_items: model.parts.len() + model.topics.len(),
            n_parts: model.parts.len(),
            n_sites: model.sites.len(),
            n_holders: holders.len(),
            max_places: asks.iter().map(|a| a.places.len()).max().unwrap_or(0),
            learns: asks.iter().any(|a| a.learning > 0.0),
            remembers: asks.iter().any(|a| a.search.is_some()),
            asks,
            searches: maker.meter(&Measure::Searches),
            found: maker.meter(&Measure::Found),
            all_asks: maker.meter(&Measure::Asks(None)),
            record_looks: maker.meter(&Measure::RecordLooks),
            record_right: maker.meter(&Measure::RecordRight),
        }
    }
}

impl Place {
    /// Whether this place can be asked about a case at `site`: other sites, not the own one.
    #[inline]
    pub fn is_elsewhere(&self, site: u32) -> bool {
        self.site == NONE || self.site != site
    }
}

fn ask(
    site: &Site<activity::Ask>,
    model: &Model,
    teams: &Teams,
    holders: &mut Vec<(TeamId, u32)>,
    maker: &mut Maker,
) -> Ask {
    let what = &site.what;
    let give_up_after = what.give_up.after.as_ref().map(|law| maker.sampler(law));
    let search = what.search.as_ref().map(|s| Search {
        channel: s.channel,
        memory: Duration::from_seconds(s.memory),
        cost: maker.sampler(&s.cost),
    });
    let mut purpose = |of: &str| maker.purpose(format!("{}/{of}", site.name));
    let mut places = Vec::new();
    for place in &what.places {
        let mut add = |at: u32, members: Range<u32>| {
            let known = holders.iter().position(|h| *h == (place.team, at));
            let holder = known.unwrap_or_else(|| {
                holders.push((place.team, at));
                holders.len() - 1
            });
            let names = (&model.teams[place.team].name, model.sites.as_slice().get(at as usize));
            let hash = |name: &String| u64::from(Purpose::of(name).0);
            places.push(Place {
                holder: holder as u32,
                entity: mix(hash(names.0), names.1.map_or(0, hash)),
                team: place.team,
                members,
                site: at,
                sees: place.sees,
                right: place.right,
            });
        };
        match place.scope {
            PlaceScope::Whole => add(NONE, whole(pools(teams, place.team))),
            PlaceScope::OtherSites => {
                let at_sites = pools(teams, place.team).iter().filter(|p| p.site != NONE);
                at_sites.for_each(|p| add(p.site, p.members.clone()));
            }
        }
    }
    let way = |c: &ChannelId| Way { channel: *c, draws: purpose(&format!("by {}", model.channels[*c].name)) };
    let ways = what.channels.iter().map(way).collect();
    let mut involved: Vec<_> = places.iter().map(|p| p.team).collect();
    involved.push(what.asker);
    involved.extend(what.parallel.as_ref().map(|p| p.team));
    involved.sort_unstable();
    involved.dedup();
    Ask {
        seek: what.seek,
        asker: what.asker,
        places,
        ways,
        max_asks: what.give_up.asks.unwrap_or(u32::MAX),
        give_up_after,
        at_shift_end: what.give_up.at_shift_end,
        reserve: what.reserve,
        hoarding: what.hoarding,
        learning: what.learning,
        search,
        parallel: what.parallel.as_ref().map(|p| p.team),
        audience: involved.iter().map(|t| whole(pools(teams, *t))).collect(),
        site_attr: what.site_attr,
        asks_attr: what.asks_attr,
        purposes: Purposes {
            asker: purpose("asker"),
            give_up: purpose("give up"),
            search: purpose("search"),
            order: purpose("order"),
            right: purpose("right"),
            hoarding: purpose("hoarding"),
        },
    }
}

fn channel(id: ChannelId, c: &model::Channel, maker: &mut Maker) -> Channel {
    let activity = maker.purpose(format!("channel/{}/active", c.name));
    let (asks, adopters) = (maker.meter(&Measure::Asks(Some(id))), maker.meter(&Measure::Adopters(id)));
    let eligible = maker.meter(&Measure::Eligible(id));
    let mut law = |dist: &Dist| maker.sampler(dist);
    Channel {
        mode: c.mode,
        adoption: c.adoption,
        reach: c.reach,
        retry: c.retry.as_ref().map(&mut law),
        latency: law(&c.latency),
        on_shift_only: c.on_shift_only,
        reply: c.reply,
        active: c.active,
        activity,
        ask_cost: law(&c.ask_cost),
        read_cost: law(&c.read_cost),
        answer_cost: law(&c.answer_cost),
        visible: c.visible,
        capacity: c.overload.map_or(f64::INFINITY, |o| o.capacity),
        asks,
        adopters,
        eligible,
    }
}

fn topic(topic: &model::Topic, model: &Model, maker: &mut Maker) -> Topic {
    let mut known_by = vec![0.0; model.teams.len()];
    topic.known_by.iter().for_each(|(team, share)| known_by[team.index()] = *share);
    let knows = maker.purpose(format!("topic/{}", topic.name));
    Topic { known_by, per_question: topic.per_question, knows }
}

/// The members of a team at all sites: they are numbered without gaps.
fn whole(pools: &[Pool]) -> Range<u32> {
    match (pools.first(), pools.last()) {
        (Some(first), Some(last)) => first.members.start..last.members.end,
        _ => 0..0,
    }
}

fn pools(teams: &Teams, team: TeamId) -> &[Pool] {
    let pools = &teams.teams[team.index()].pools;
    &teams.pools[pools.start as usize..pools.end as usize]
}

impl Ask {
    /// The members who ask for a case at this site: those at the site, or all when the team has nobody there.
    pub fn askers(&self, teams: &Teams, site: u32) -> Range<u32> {
        let pools = pools(teams, self.asker);
        let own = pools.iter().find(|p| p.site == site || p.site == NONE);
        own.map_or_else(|| whole(pools), |p| p.members.clone())
    }

    /// The number of what is sought: parts first, then topics; by the case's attributes.
    pub fn item(&self, n_parts: usize, attributes: &[f64]) -> u32 {
        let topic = |t: TopicId| n_parts as u32 + t.0;
        let named = |a: AttrId| attributes[a.index()] as u32;
        match self.seek {
            activity::Seek::Part(PartRef::Fixed(PartId(part))) => part,
            activity::Seek::Part(PartRef::Attr(attr)) => named(attr),
            activity::Seek::Topic(t) => topic(t),
            activity::Seek::TopicAttr(attr) => topic(TopicId(named(attr))),
        }
    }
}
