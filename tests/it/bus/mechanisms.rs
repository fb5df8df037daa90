//! Each mechanism of the bus case's look-up, switched off on its own: the result moves the way one expects.
//!
//! Both worlds draw the same random numbers; what is asserted is the sign of the paired change of the metric that the
//! mechanism acts on most directly, by at least three standard errors.

use crate::world::{self, simulate};
use turnaround::model::Model;
use turnaround::scenario;
use turnaround::stats::Estimate;

const BUS: &str = include_str!("../../../scenarios/bus/scenario.toml");
const REPLICATIONS: u32 = 10;

/// Which world is changed: the one without the tool, or the one with it.
#[derive(Clone, Copy, Debug, PartialEq)]
enum World {
    Before = 0,
    After = 1,
}
use World::{After, Before};

struct Switch {
    name: &'static str,
    world: World,
    /// The mechanism on and off, as settings. Where the case's own value hardly bites, "on" is a stronger one.
    on: &'static [&'static str],
    off: &'static [&'static str],
    /// What the change of the mechanism acts on, and the sign of the change when it is off.
    metric: &'static str,
    sign: f64,
}

const ASK: &str = "process.get_part.step.locate.ask";

/// Much work for a buyer, buyers enough for work that turns out to be needless, a long wait for answers that never come, quick
/// quotes and a certain delivery, so that starting early shows.
const LONG_WORK: &str = "process.get_part.step.prepare.task.time=6 h";
const BUYERS: &str = "team.buyers.members=60";
const PATIENCE: &str = "channel.tool.retry=20 h";
const SILENCE: &str = "channel.tool.reply=0 %";
const QUOTES: &str = "process.get_part.step.quotes.delay.working=1 min";
/// Over the cases that need a purchase only.
const PURCHASE: &str = "metric.purchase={ label = 'Purchase', level = 'front_line', unit = 'h', mean = 'restore.stage.purchase' }";
const LEAD_TIME: &str = "process.get_part.step.buy.order.lead_time=2 d";

/// `ASK` stands for the path of the search.
const SWITCHES: &[Switch] = &[
    Switch {
        name: "calls that miss the person",
        world: Before,
        on: &[],
        off: &["channel.phone.reach=100 %"],
        metric: "locate_time.mean",
        sign: -1.0,
    },
    Switch {
        name: "office hours of those who answer",
        world: Before,
        on: &[],
        off: &["channel.phone.on_shift_only=false", "channel.email.on_shift_only=false"],
        metric: "locate_time.mean",
        sign: -1.0,
    },
    Switch {
        name: "hoarding",
        world: Before,
        on: &["ASK.hoarding=100 %"],
        off: &["ASK.hoarding=0 %"],
        metric: "asks_per_part",
        sign: -1.0,
    },
    Switch {
        name: "giving up",
        world: Before,
        on: &["ASK.give_up.asks=1"],
        off: &["ASK.give_up.asks=20"],
        metric: "found_inside_share",
        sign: 1.0,
    },
    Switch {
        name: "setting units aside",
        world: Before,
        on: &[],
        off: &["ASK.reserve=false"],
        metric: "locate_time.mean",
        sign: 1.0,
    },
    Switch {
        name: "errors of the record",
        world: Before,
        on: &[],
        off: &["part.*.stock.0.record_error=0 %", "part.*.stock.1.record_error=0 %"],
        metric: "found_inside_share",
        sign: 1.0,
    },
    Switch {
        name: "the cost of asking",
        world: Before,
        on: &[],
        off: &["channel.phone.ask_cost=0 s", "channel.email.ask_cost=0 s"],
        metric: "asking_hours",
        sign: -1.0,
    },
    Switch {
        name: "the cost of answering",
        world: Before,
        on: &[],
        off: &["channel.phone.answer_cost=0 s", "channel.email.answer_cost=0 s"],
        metric: "asking_hours",
        sign: -1.0,
    },
    Switch {
        name: "the cost of reading",
        world: After,
        on: &[],
        off: &["channel.tool.read_cost=0 s"],
        metric: "asking_hours",
        sign: -1.0,
    },
    Switch {
        name: "broadcast",
        world: After,
        on: &[],
        off: &["channel.tool.mode=one_by_one"],
        metric: "found_inside_share",
        sign: -1.0,
    },
    Switch {
        name: "silent readers",
        world: After,
        on: &[],
        off: &["channel.tool.reply=100 %", "channel.tool.active=100 %"],
        metric: "found_inside_share",
        sign: 1.0,
    },
    Switch {
        name: "slow answers",
        world: After,
        on: &[],
        off: &["channel.tool.latency=1 min"],
        metric: "asks_per_part",
        sign: -1.0,
    },
    Switch {
        name: "overload",
        world: After,
        on: &["channel.tool.overload=2 per day"],
        off: &["channel.tool.overload=100000 per day"],
        metric: "found_inside_share",
        sign: 1.0,
    },
    Switch {
        name: "search of earlier answers",
        world: After,
        on: &[],
        off: &["arm.after.set.\"ASK.search\"={ channel = \"tool\", memory = \"1 s\", cost = \"2 min\" }"],
        metric: "asking_hours",
        sign: 1.0,
    },
    Switch {
        name: "learning who holds what",
        world: Before,
        on: &[],
        off: &["ASK.learning=0"],
        metric: "asks_per_part",
        sign: 1.0,
    },
    Switch {
        name: "visible answers",
        world: After,
        on: &[],
        off: &["channel.tool.visible=false"],
        metric: "asking_hours",
        sign: 1.0,
    },
    Switch {
        name: "procurement starting early",
        world: After,
        on: &[LONG_WORK, BUYERS, PATIENCE, SILENCE, QUOTES, LEAD_TIME, PURCHASE],
        off: &[
            LONG_WORK,
            BUYERS,
            PATIENCE,
            SILENCE,
            QUOTES,
            LEAD_TIME,
            PURCHASE,
            "ASK.parallel.team=dispatch",
        ],
        metric: "purchase",
        sign: 1.0,
    },
];

/// The paired change of the switch's metric from "on" to "off".
fn change(switch: &Switch) -> Estimate {
    let results = simulate(&[world(switch, switch.on), world(switch, switch.off)]);
    let metric = results.metrics.iter().position(|m| m.name == switch.metric).expect(switch.metric);
    results.arms[1].changes[metric].difference
}

fn world(switch: &Switch, settings: &[&str]) -> (scenario::Arm, Model) {
    let parts: Vec<&str> = BUS.lines().filter_map(|l| l.strip_prefix("[part.")?.strip_suffix(']')).collect();
    // Whether something is found is noisier than how long it takes or how many are asked.
    let n = if switch.metric == "found_inside_share" { 4 * REPLICATIONS } else { REPLICATIONS };
    let mut all = vec![format!("compare.replications={n}"), "run.window=\"26 weeks\"".to_owned()];
    for setting in settings {
        match setting.split_once('*') {
            Some((before, after)) => all.extend(parts.iter().map(|part| format!("{before}{part}{after}"))),
            None => all.push(setting.replace("ASK", ASK)),
        }
    }
    let settings: Vec<&str> = all.iter().map(String::as_str).collect();
    world::named("bus", &settings).swap_remove(switch.world as usize)
}

#[test]
fn a_mechanism_switched_off_changes_the_result_as_expected() {
    let failed = SWITCHES.iter().filter_map(|switch| {
        let change = change(switch);
        let z = change.value / change.se * switch.sign;
        let text =
            || format!("{}: {} by {:.3} ± {:.3} (se)", switch.name, switch.metric, change.value, change.se);
        (z.is_nan() || z < 3.0).then(text)
    });
    let failed: Vec<String> = failed.collect();
    assert!(failed.is_empty(), "not as expected by three standard errors:\n{}", failed.join("\n"));
}
