//! How a channel is expected to spread, for the chart beside the comparison.

use crate::ids::{AdoptionId, TeamId};
use crate::model::{Model, Spread, Team};
use crate::units::{MONTH, Time};
use serde::Serialize;

/// Expected share of a team's members who use what is adopted, at full months after go-live.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AdoptionCurve {
    pub adoption: String,
    /// The channels that spread this way.
    pub channels: Vec<String>,
    pub team: String,
    pub team_label: String,
    pub members: u32,
    /// Instant of go-live [s since the start of the run].
    pub go_live: f64,
    /// Share of the members, from month 0 on [1].
    pub share: Vec<f64>,
    /// 90 % of replications lie between these, as each member decides alone.
    pub lower: Vec<f64>,
    pub upper: Vec<f64>,
}

/// The curves end when all have come this close to their ceiling, within these months.
const NEARLY: f64 = 0.99;
const MONTHS: std::ops::RangeInclusive<usize> = 12..=60;
/// Steps a month of the numerical integration; the error is below 1e-5 at a drop-out of half a year.
const STEPS: u32 = 64;

/// The curves of all adoptions of a model, equally long.
pub fn adoption_curves(model: &Model) -> Vec<AdoptionCurve> {
    let spreads = || model.adoptions.iter_ids().flat_map(|(id, a)| a.spread.iter().map(move |s| (id, a, s)));
    let grown = |spread: &Spread| {
        MONTHS
            .clone()
            .find(|m| bass(spread, *m as f64 * MONTH) >= NEARLY * spread.ceiling)
            .unwrap_or(*MONTHS.end())
    };
    let months = spreads().map(|(.., spread)| grown(spread)).max().unwrap_or(0);
    let channels = |id: AdoptionId| {
        let named = model.channels.iter().filter(|c| c.adoption == Some(id));
        named.map(|c| c.name.clone()).collect()
    };
    spreads()
        .map(|(id, adoption, spread)| {
            let members = members(&model.teams[spread.team]);
            let share = shares(spread, adoption.drop_out, months);
            let quantiles = |q: f64| share.iter().map(|p| binomial_share(members, *p, q)).collect();
            AdoptionCurve {
                adoption: adoption.name.clone(),
                channels: channels(id),
                team: model.teams[spread.team].name.clone(),
                team_label: model.label(&format!("team.{}", model.teams[spread.team].name)),
                members,
                go_live: adoption.go_live.since(Time::ZERO).seconds(),
                lower: quantiles(0.05),
                upper: quantiles(0.95),
                share,
            }
        })
        .collect()
}

/// Expected new adopters of each team in each of the months after go-live, whether they stay or not.
pub fn new_adopters(model: &Model, adoption: AdoptionId, months: usize) -> Vec<(TeamId, Vec<f64>)> {
    let of = |spread: &Spread| {
        let all = f64::from(members(&model.teams[spread.team]));
        let until = |month: usize| all * bass(spread, month as f64 * MONTH);
        (spread.team, (0..months).map(|month| until(month + 1) - until(month)).collect())
    };
    model.adoptions[adoption].spread.iter().map(of).collect()
}

/// F(t) of Bass, "A new product growth model for consumer durables", Management Science 15 (1969), 215-227, times the
/// ceiling; t in [s].
fn bass(spread: &Spread, t: f64) -> f64 {
    let Spread { p, q, ceiling, .. } = *spread;
    if p <= 0.0 || t <= 0.0 {
        return 0.0;
    }
    let e = (-(p + q) * t).exp();
    ceiling * p * (1.0 - e) / (p + q * e)
}

/// Those who have adopted and not yet dropped out: the integral of f(s) e^(-drop_out (t - s)), in small steps.
fn shares(spread: &Spread, drop_out: f64, months: usize) -> Vec<f64> {
    let step = MONTH / f64::from(STEPS);
    let (stay, stay_half) = ((-drop_out * step).exp(), (-drop_out * step / 2.0).exp());
    let mut share = 0.0;
    let mut shares = vec![0.0];
    for month in 0..months {
        for k in 0..STEPS {
            let t = month as f64 * MONTH + f64::from(k) * step;
            share = share * stay + (bass(spread, t + step) - bass(spread, t)) * stay_half;
        }
        shares.push(share);
    }
    shares
}

fn members(team: &Team) -> u32 {
    let pools = |sites: usize| sites.max(1) as u32;
    let sites =
        |crew: &crate::model::Crew| if crew.sites.is_empty() { team.sites.len() } else { crew.sites.len() };
    team.crews.iter().map(|crew| crew.count * pools(sites(crew))).sum()
}

/// The `q` quantile of the share of `n` members, each of whom is an adopter with probability `p` (binomial law).
fn binomial_share(n: u32, p: f64, q: f64) -> f64 {
    if n == 0 || p <= 0.0 || p >= 1.0 {
        return p.clamp(0.0, 1.0);
    }
    // By logarithms: (1 - p)^n may be too small for a number.
    let n = f64::from(n);
    let mut log_probability = n * (-p).ln_1p();
    let (mut k, mut below) = (0.0, log_probability.exp());
    while below < q && k < n {
        log_probability += ((n - k) / (k + 1.0) * p / (1.0 - p)).ln();
        k += 1.0;
        below += log_probability.exp();
    }
    k / n
}
