//! Whether everything is where the cases are: teams, shelves, and channels in the hands of those who ask.

use super::flow::places;
use super::teams::is_at;
use crate::activity::{
    Activity, Ask, Call, Need, PartRef, Place as AskPlace, Release, Seek, Sees, SiteRef, Start, TakeFrom,
};
use crate::diag::{Diagnostic, Span};
use crate::ids::{ChannelId, Id, IdVec, PartId, ProcessId, SiteId, TeamId};
use crate::model::{Adoption, Crew, Model, Step, Topic};
use crate::text::Reader;
use std::collections::BTreeSet;

/// Checks scenarios whose steps could all be read.
pub fn check(root: &Reader, model: &Model, complete: &IdVec<ProcessId, bool>) {
    if !complete.iter().all(|c| *c) {
        return;
    }
    let sites = case_sites(model);
    let spans = places(root);
    let mut any_part = false;
    let seizes = |step: &Step, team| match &step.activity {
        Activity::Seize(seize) => seize.needs.iter().any(|need| need.team == team),
        _ => false,
    };
    for (id, step) in model.steps.iter_ids() {
        let (own, nowhere) = &sites[step.process];
        let span = spans.get(id).copied().unwrap_or_default();
        let at = Place { root, model, span, step, own, nowhere: *nowhere };
        match &step.activity {
            Activity::Task(task) => at.needs(&task.needs),
            Activity::Batch(batch) => at.needs(&batch.task.needs),
            Activity::Seize(seize) => at.needs(&seize.needs),
            Activity::Take(take) => {
                let site = if let TakeFrom::Site(site) = take.from { Some(site) } else { None };
                at.shelf(take.part, site);
                any_part |= matches!(take.part, PartRef::Attr(_));
            }
            Activity::Release(Release { team }) if !model.steps.iter().any(|s| seizes(s, *team)) => {
                let message =
                    format!("`{}` releases `{}`, whom no step seizes", step.name, model.teams[*team].name);
                at.report(
                    message,
                    "a task gives its members back by itself: drop the step, or add a `seize`",
                );
            }
            Activity::Return(back) => at.shelf(back.part, Some(back.to)),
            Activity::Ask(ask) => at.ask(ask),
            _ => {}
        }
    }
    if any_part {
        warn_unstocked(root, model);
    }
}

/// Where an attribute says which part is taken, it could be any.
fn warn_unstocked(root: &Reader, model: &Model) {
    for (id, part) in model.parts.iter_ids().filter(|(id, _)| model.stocks.iter().all(|s| s.part != *id)) {
        let place = root.names().of("part").get(id.index()).map(|name| name.span).unwrap_or_default();
        let d = Diagnostic::warning(format!("nobody stocks `{}`", part.name)).at(place);
        root.report(d.hint(format!(
            "a case that takes it will find no shelf; give it a stock: [part.{}.stock.SITE]",
            part.name
        )));
    }
}

/// The sites where cases of each process are, and whether some have none.
fn case_sites(model: &Model) -> IdVec<ProcessId, (BTreeSet<SiteId>, bool)> {
    let mut sites: IdVec<ProcessId, (BTreeSet<SiteId>, bool)> =
        model.processes.iter().map(|_| Default::default()).collect();
    for arrival in model.arrivals.iter() {
        sites[arrival.process].0.extend(&arrival.sites);
        sites[arrival.process].1 |= arrival.sites.is_empty();
    }
    for fleet in model.fleets.iter() {
        for process in fleet.maintenance.iter().map(|m| m.process).chain([fleet.process]) {
            sites[process].0.extend(fleet.count.iter().map(|(site, _)| *site));
        }
    }
    // Calls and starts hand their sites on; as many rounds as there are processes reach everything.
    for _ in model.processes.ids() {
        for step in model.steps.iter() {
            if let Activity::Call(Call { process }) | Activity::Start(Start { process }) = step.activity {
                let from = sites[step.process].clone();
                sites[process].0.extend(from.0);
                sites[process].1 |= from.1;
            }
        }
    }
    sites
}

/// A step, and the sites where its cases are.
struct Place<'a> {
    root: &'a Reader<'a>,
    model: &'a Model,
    /// Where the step is named.
    span: Span,
    step: &'a Step,
    own: &'a BTreeSet<SiteId>,
    /// Some cases come without a site.
    nowhere: bool,
}

impl Place<'_> {
    fn report(&self, message: String, hint: &str) {
        self.root.report(Diagnostic::error(message).at(self.span).hint(hint));
    }

    fn needs(&self, needs: &[Need]) {
        for need in needs {
            self.team(need.team, need.site);
            self.enough(need);
        }
    }

    /// So many members, with the skill that is needed, must be there at all; else cases would wait for ever.
    fn enough(&self, need: &Need) {
        let model = self.model;
        let team = &model.teams[need.team];
        let able = |crew: &&Crew| need.skill.is_none_or(|skill| crew.skills.contains(&skill));
        let members = |site: Option<SiteId>| {
            let there = |crew: &&Crew| crew.sites.is_empty() || site.is_none_or(|s| crew.sites.contains(&s));
            team.crews.iter().filter(able).filter(there).map(|crew| crew.count).sum::<u32>()
        };
        let (fewest, site) = match need.site {
            _ if team.sites.is_empty() => (members(None), None),
            SiteRef::Own => {
                let at =
                    self.own.iter().filter(|site| is_at(team, **site)).map(|s| (members(Some(*s)), Some(*s)));
                at.min().unwrap_or((u32::MAX, None))
            }
            SiteRef::At(site) => (members(Some(site)), Some(site)),
            SiteRef::Attr(_) => {
                (team.sites.iter().map(|s| members(Some(*s))).max().unwrap_or(u32::MAX), None)
            }
        };
        // A team without members is a mistake of its own.
        if fewest >= u32::from(need.count) || team.crews.iter().all(|crew| crew.count == 0) {
            return;
        }
        let site = site.map_or_else(String::new, |s| format!(" at `{}`", model.sites[s]));
        let (step, team, count) = (&self.step.name, &team.name, need.count);
        let skill = need.skill.map(|skill| &model.skills[skill]);
        match skill {
            Some(skill) if fewest == 0 => self.report(
                format!("nobody of the team `{team}` has the skill `{skill}`{site}, which `{step}` needs"),
                &format!("cases would wait for ever; give it to a crew: skills = [\"{skill}\"]"),
            ),
            _ => {
                let skill = skill.map_or_else(String::new, |skill| format!(" with the skill `{skill}`"));
                let are = if fewest == 1 { "there is 1" } else { &format!("there are {fewest}") };
                self.report(
                    format!(
                        "`{step}` needs {count} members of the team `{team}`{skill}{site} at once, but {are}"
                    ),
                    "cases would wait for ever: need fewer, or give the team more members",
                );
            }
        }
    }

    /// The asker must be there, and have one of the channels; the part must exist somewhere.
    fn ask(&self, ask: &Ask) {
        self.team(ask.asker, SiteRef::Own);
        if let Seek::Part(PartRef::Fixed(part)) = ask.seek {
            self.stocked(part);
        }
        let model = self.model;
        if let Seek::Topic(topic) = ask.seek {
            self.known(&model.topics[topic], ask);
        }
        let has = |adopts: &Adoption| adopts.spread.iter().any(|s| s.team == ask.asker);
        let usable = |channel: &ChannelId| {
            model
                .channels
                .get(*channel)
                .is_none_or(|c| c.adoption.and_then(|a| model.adoptions.get(a)).is_none_or(has))
        };
        if !ask.channels.iter().any(usable) {
            let team = &model.teams[ask.asker].name;
            let message =
                format!("nobody of the team `{team}` can have any of the channels of `{}`", self.step.name);
            self.report(
                message,
                "add the team to the adoption of a channel, or a channel that everybody has",
            );
        }
    }

    /// Somebody who is asked should know, or take it for known.
    fn known(&self, topic: &Topic, ask: &Ask) {
        let knows = |team: TeamId| topic.known_by.iter().any(|(t, share)| *t == team && *share > 0.0);
        let hopeless =
            |place: &AskPlace| place.sees == Sees::Mind && place.right >= 1.0 && !knows(place.team);
        if !ask.places.is_empty() && ask.places.iter().all(hopeless) {
            let d =
                Diagnostic::warning(format!("nobody whom `{}` asks knows `{}`", self.step.name, topic.name));
            let hint = format!("say who does: [topic.{}] known_by = {{ team = \"10 %\" }}", topic.name);
            self.root.report(d.at(self.span).hint(hint));
        }
    }

    /// The team must have a part wherever it is needed.
    fn team(&self, team: TeamId, site: SiteRef) {
        let model = self.model;
        let team = &model.teams[team];
        let missing = match site {
            SiteRef::Own => self.own.iter().copied().find(|site| !is_at(team, *site)),
            SiteRef::At(site) => Some(site).filter(|site| !is_at(team, *site)),
            SiteRef::Attr(_) => None,
        };
        if let Some(site) = missing {
            let message = format!(
                "the team `{}` has nobody at `{}`, where `{}` needs it",
                team.name, model.sites[site], self.step.name
            );
            self.report(
                message,
                "add the site to the `sites` of the team, or say which site's part is meant: site = \"...\"",
            );
        } else if site == SiteRef::Own && self.nowhere && !team.sites.is_empty() {
            let message = format!(
                "`{}` needs the team `{}` at the case's own site, but the case has none",
                self.step.name, team.name
            );
            self.report(
                message,
                "give the arrival its `sites`, or say which site's part is meant: site = \"...\"",
            );
        }
    }

    /// There must be a shelf for the part, or, where an attribute says which part, for some part.
    fn shelf(&self, part: PartRef, site: Option<SiteRef>) {
        let model = self.model;
        if let PartRef::Fixed(part) = part
            && !self.stocked(part)
        {
            return;
        }
        let has_shelf = |site: SiteId| {
            let of = |p: PartId| part == PartRef::Fixed(p) || matches!(part, PartRef::Attr(_));
            model.stocks.iter().any(|s| s.site == site && of(s.part))
        };
        let what = match part {
            PartRef::Fixed(part) => format!("`{}`", model.parts[part].name),
            PartRef::Attr(_) => "any part".to_owned(),
        };
        let missing = match site {
            Some(SiteRef::Own) => self.own.iter().copied().find(|site| !has_shelf(*site)),
            Some(SiteRef::At(site)) => Some(site).filter(|site| !has_shelf(*site)),
            Some(SiteRef::Attr(_)) | None => None,
        };
        if let Some(site) = missing {
            let message = format!(
                "there is no shelf for {what} at `{}`, where `{}` needs it",
                model.sites[site], self.step.name
            );
            self.report(message, "give the part a stock there; an empty shelf is initial = 0");
        } else if site == Some(SiteRef::Own) && self.nowhere {
            let message =
                format!("`{}` needs the shelf of the case's own site, but the case has none", self.step.name);
            self.report(message, "give the arrival its `sites`, or say which shelf is meant: from = \"...\"");
        }
    }

    fn stocked(&self, part: PartId) -> bool {
        let model = self.model;
        let stocked = model.stocks.iter().any(|s| s.part == part);
        if !stocked {
            let name = &model.parts[part].name;
            self.report(
                format!("nobody stocks `{name}`, but `{}` looks for it", self.step.name),
                &format!("give it a stock: [part.{name}.stock.SITE]"),
            );
        }
        stocked
    }
}
