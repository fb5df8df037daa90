//! What no machine can hold: said with its place before anything is made, instead of running out of memory.

use crate::diag::Diagnostic;
use crate::model::{Model, WarmUp};
use crate::text::Reader;
use crate::units::YEAR;

/// Members of all teams, and assets of all fleets.
const MOST_MEMBERS: u64 = 1_000_000;
const MOST_ASSETS: u64 = 5_000_000;
/// Warm-up, window and drain [years].
const LONGEST: f64 = 1_000.0;
/// Sums that a replication keeps: bins x measures.
const MOST_SUMS: f64 = 5e7;
/// Sums that all replications of all arms keep.
const MOST_KEPT: f64 = 2e9;

pub fn check(root: &Reader, model: &Model) {
    members(root, model);
    assets(root, model);
    let (WarmUp::Fixed(warm_up) | WarmUp::Auto(warm_up)) = model.run.warm_up;
    let measured = (warm_up + model.run.window).seconds();
    let Some(run) = root.table("run") else { return };
    let years = (measured + model.run.drain.seconds()) / YEAR;
    if years > LONGEST {
        let message = format!("a replication of {years:.0} years: at most {LONGEST} are possible");
        run.report(
            Diagnostic::error(message)
                .at(run.place_of("window"))
                .hint("take more replications instead of longer ones: `compare.replications`"),
        );
        return;
    }
    let n_bins = (measured / model.run.bin.seconds().max(1e-6)).ceil();
    let sums = n_bins * model.measures.len().max(1) as f64;
    let place = if run.has("bin") { run.place_of("bin") } else { run.place_of("window") };
    if sums > MOST_SUMS {
        let message = format!("{n_bins:.0} bins of {} measures do not fit into memory", model.measures.len());
        run.report(Diagnostic::error(message).at(place).hint("wider bins: `run.bin`"));
        return;
    }
    let n = f64::from(model.design.replications);
    let n_arms = 1 + root.map("arm").iter().filter(|(name, _)| name.value != "before").count();
    if sums * n * n_arms as f64 > MOST_KEPT {
        let message = format!(
            "{n:.0} replications (arms: {n_arms}) with {n_bins:.0} bins of {} measures do not fit into memory",
            model.measures.len()
        );
        let place = root.table("compare").map_or(place, |compare| compare.place_of("replications"));
        root.report(
            Diagnostic::error(message).at(place).hint("fewer replications, or wider bins: `run.bin`"),
        );
    }
}

fn members(root: &Reader, model: &Model) {
    let of = |team: &crate::model::Team| -> u64 {
        let at = |crew: &crate::model::Crew| {
            if crew.sites.is_empty() { team.sites.len().max(1) } else { crew.sites.len() }
        };
        team.crews.iter().map(|crew| u64::from(crew.count).saturating_mul(at(crew) as u64)).sum()
    };
    let total: u64 = model.teams.iter().map(of).sum();
    if total > MOST_MEMBERS {
        let largest = model.teams.iter().max_by_key(|team| of(team));
        let item =
            root.map("team").into_iter().find(|(name, _)| largest.is_some_and(|t| t.name == name.value));
        let message = format!("the teams have {total} members: at most {MOST_MEMBERS} are possible");
        let place = item.map_or(root.place_of("team"), |(name, _)| name.span);
        root.report(Diagnostic::error(message).at(place).hint("a team without a queue is a `delay`"));
    }
}

fn assets(root: &Reader, model: &Model) {
    let of = |fleet: &crate::model::AssetGroup| fleet.count.iter().map(|(_, n)| u64::from(*n)).sum::<u64>();
    let total: u64 = model.fleets.iter().map(of).sum();
    if total > MOST_ASSETS {
        let message = format!("the fleets have {total} assets: at most {MOST_ASSETS} are possible");
        root.report(Diagnostic::error(message).at(root.place_of("fleet")));
    }
}
