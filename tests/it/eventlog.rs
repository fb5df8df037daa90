//! Event logs: every format gives back what was written, real logs have their known counts, hostile files do no harm.

#![allow(clippy::disallowed_methods, reason = "these tests read log files")]

use flate2::write::GzEncoder;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use turnaround::eventlog::format::{self, Format, ReadOptions};
use turnaround::eventlog::{
    Column, EventLog, Instance, Layout, NONE, Names, ReadReport, Role, UNKNOWN, Value, Values,
};

fn read(format: &str, bytes: &[u8]) -> (EventLog, ReadReport) {
    let format = format::by_name(format).expect("a format");
    (format.read)(&mut &bytes[..], &ReadOptions::default())
}

fn write(format: &Format, log: &EventLog) -> Vec<u8> {
    let mut bytes = Vec::new();
    (format.write)(log, &mut bytes).expect("memory can be written to");
    bytes
}

/// What a row says, with names in place of numbers; instants in units of so many microseconds.
fn rows(log: &EventLog, unit: i64) -> Vec<String> {
    let instant =
        |t: i64| if t == UNKNOWN { "-".to_owned() } else { ((t + unit / 2).div_euclid(unit)).to_string() };
    let value = |v: Option<Value>| match v {
        Some(Value::Instant(t)) => format!("{} us", instant(t)),
        Some(Value::Number(x)) => format!("{x:?}"),
        Some(v) => format!("{v:?}"),
        None => String::new(),
    };
    (0..log.len())
        .map(|i| {
            let r = log.row(i);
            let name = |names: &Names, id: u32| {
                if id == NONE { "-".to_owned() } else { format!("{:?}", names.name(id)) }
            };
            let mut text = format!(
                "{} {} {} {} {} | {} {} {} | {}",
                name(&log.cases, r.case),
                name(&log.activities, r.activity),
                name(&log.resources, r.resource),
                name(&log.teams, r.team),
                name(&log.sites, r.site),
                instant(r.enabled),
                instant(r.start),
                instant(r.end),
                r.cost,
            );
            // An attribute without any value leaves no trace in a file.
            let filled = |c: &&Column| (0..c.values.len()).any(|i| c.values.get(i).is_some());
            let attributes = log.attributes.iter().filter(filled);
            let mut attributes: Vec<_> =
                attributes.map(|c| format!(" {}={}", c.name, value(c.values.get(i)))).collect();
            attributes.sort();
            text += &attributes.concat();
            for c in log.case_attributes.iter().filter(filled) {
                text += &format!(" case {}={}", c.name, value(c.values.get(r.case as usize)));
            }
            text
        })
        .collect()
}

/// Texts that are no numbers, no instants, no truth values, and that XML 1.0 can hold.
fn text() -> impl Strategy<Value = String> {
    "[a-zA-Zäß€][ -~äß€\t\n]{0,8}[a-z<>&\"',;]"
        .prop_filter("is text", |s| !matches!(s.as_str(), "true" | "false"))
}

/// Within 19 years of a log's first: what lies farther apart stands for no date.
fn instants() -> impl Strategy<Value = i64> {
    0..600_000_000_000_000_i64
}

prop_compose! {
    fn logs()(
        names in prop::collection::btree_set(text(), 1..6),
        rows in prop::collection::vec(
            (0..5_usize, 0..6_usize, prop::option::of(0..6_usize), prop::option::of(instants()), instants(), 0_i64..1_000_000_000_000, any::<u8>()),
            1..40,
        ),
        amount in -1e12..1e12_f64,
        first in -2_000_000_000_000_000_i64..3_400_000_000_000_000,
    ) -> EventLog {
        let names: Vec<_> = names.into_iter().collect();
        let pick = |i: usize| names[i % names.len()].as_str();
        let mut log = EventLog::default();
        let mut notes = (Names::default(), Vec::new());
        let (mut amounts, mut due, mut urgent) = (Vec::new(), Vec::new(), Vec::new());
        for (case, activity, who, enabled, start, length, kind) in rows {
            let bit = |i: u8| kind >> i & 1 == 1;
            let start = first + start;
            let row = Instance {
                case: log.cases.intern(&format!("case {case}")),
                activity: log.activities.intern(pick(activity)),
                resource: who.map_or(NONE, |w| log.resources.intern(&format!("worker-{w}"))),
                team: if bit(0) { log.teams.intern("team <a>") } else { NONE },
                site: if bit(1) { log.sites.intern("north & east") } else { NONE },
                enabled: enabled.map_or(UNKNOWN, |t| first + t),
                start,
                end: if bit(2) { start } else { start + length },
                cost: if bit(3) { amount.round() / 100.0 } else { f64::NAN },
            };
            log.push(row);
            notes.1.push(if bit(4) { notes.0.intern(pick(activity + 1)) } else { NONE });
            amounts.push(if bit(5) { (amount * f64::from(kind)).round() / 100.0 } else { f64::NAN });
            due.push(if bit(6) { start } else { UNKNOWN });
            urgent.push(bit(7).then_some(bit(0)));
        }
        let column = |name: &str, values| Column { name: name.to_owned(), values };
        log.attributes = vec![
            column("note", Values::Text { names: notes.0, ids: notes.1 }),
            column("amount", Values::Number(amounts)),
            column("due: at", Values::Instant(due)),
            column("urgent?", Values::Bool(urgent)),
        ];
        let sizes = (0..log.cases.len()).map(|i| i as f64).collect();
        log.case_attributes = vec![column("size", Values::Number(sizes))];
        log.sort();
        log
    }
}

proptest! {
    #![proptest_config(ProptestConfig { rng_seed: RngSeed::Fixed(5), cases: 150, failure_persistence: None, ..Default::default() })]

    /// Cases, rows, order, names, instants and attributes come back, instants to the format's resolution.
    #[test]
    fn every_format_gives_back_what_was_written(log in logs()) {
        for format in format::ALL {
            let (back, report) = (format.read)(&mut &write(format, &log)[..], &ReadOptions::default());
            prop_assert_eq!(&report.findings, &[], "{}", format.name);
            let unit = format.resolution;
            // Rows whose instants became equal keep the order of the file, which may be another.
            let (mut expected, mut found) = (rows(&log, unit), rows(&back, unit));
            expected.sort();
            found.sort();
            prop_assert_eq!(found, expected, "{}", format.name);
        }
    }

    /// Damage anywhere gives findings, never a panic.
    #[test]
    fn a_damaged_file_does_no_harm(
        log in logs(),
        cut in 0.0..1.0_f64,
        bytes in prop::collection::vec((0.0..1.0_f64, any::<u8>()), 0..20),
        gzip in any::<bool>(),
    ) {
        for format in format::ALL {
            let mut file = Vec::new();
            if gzip {
                format.write_gzip(&log, &mut file).expect("memory");
            } else {
                file = write(format, &log);
            }
            file.truncate((file.len() as f64 * cut) as usize);
            for (place, byte) in &bytes {
                let place = (file.len() as f64 * place) as usize;
                file.insert(place, *byte);
            }
            let (back, _) = (format.read)(&mut &file[..], &ReadOptions::default());
            prop_assert!(back.case.iter().all(|&c| (c as usize) < back.cases.len()), "{}", format.name);
        }
    }
}

#[test]
fn formats_are_found_by_the_names_of_files() {
    let name = |file: &str| format::by_file_name(file).map(|(f, gzip)| (f.name, gzip));
    assert_eq!(name("a/log.xes.gz"), Some(("xes", true)));
    assert_eq!(name("LOG.CSV"), Some(("csv", false)));
    assert_eq!((name("log"), name("csv"), name("log.pdf")), (None, None, None));
    for format in format::ALL {
        assert_eq!(name(&format!("x.{}", format.extensions[0])).map(|n| n.0), Some(format.name));
    }
}

// ------------------------------------------------------------------------------------------------------ tolerance

#[test]
fn xes_is_read_whatever_its_style() {
    let text = r#"<log><global scope="event"><string key="concept:name" value="x"/></global><trace>
      <event><date value='2026-01-05T08:00:00' key='time:timestamp'/><string key="lifecycle:transition" value="START"/>
        <string key="concept:name" value="Check &amp; sign"/><int key="n" value="5.0"><string key="deep" value="x"/></int></event>
      <event><string key="lifecycle:transition" value="COMPLETE"/><string key="concept:name" value="Check &amp; sign"/>
        <boolean key="ok" value="True"/><list key="l"><values><string key="a" value="b"/></values></list>
        <date key="time:timestamp" value="2026-01-05T10:00:00.000+01:00"/><string key="org:resource" value="Ann"/></event>
      <string key="concept:name" value="c1"/></trace><trace><string key="concept:name" value="c2"/></trace></log>"#;
    let one_line = text.replace('\n', " ");
    for text in [text, &one_line] {
        let (log, report) = read("xes", text.as_bytes());
        assert_eq!(report.n_events, 2);
        let utc = report.findings.iter().find(|f| f.what.contains("zone")).expect("said");
        assert_eq!((utc.count, report.findings.len()), (1, 1));
        let columns =
            "\"c1\" \"Check & sign\" \"Ann\" - - | - 1767600000 1767603600 | NaN n=5.0 ok=Bool(true)";
        assert_eq!(rows(&log, 1_000_000), [columns]);
        assert_eq!(log.cases.iter().collect::<Vec<_>>(), ["c1", "c2"]);
    }
}

#[test]
fn trouble_in_xes_is_said_with_place_and_count() {
    let text = "<log>\n<trace><string key='concept:name' value='a'/>\n<event><string key='org:resource' value='r'/></event>\n\
        <event><string key='concept:name' value='x'/><date key='time:timestamp' value='yesterday'/></event>\n\
        <event><string key='concept:name' value='x'/><date key='time:timestamp' value='tomorrow'/></event></trace>\n\
        <trace><string key='concept:name' value='a'/></trace>\n</log>";
    let (log, report) = read("xes", text.as_bytes());
    let found: Vec<_> = report.findings.iter().map(|f| (f.what, f.count, f.first.map(|p| p.line))).collect();
    assert_eq!(
        found,
        [
            ("an event without concept:name was left out", 1, Some(3)),
            ("an instant cannot be read", 2, Some(4)),
            ("two traces have the same name; they were made one case", 1, Some(6)),
            ("an activity has no time", 2, None),
        ]
    );
    assert_eq!((log.len(), log.cases.len(), report.n_events, report.n_left_out), (2, 1, 3, 1));
}

#[test]
fn csv_is_read_whatever_its_style() {
    let expected = ["\"7\" \"Fix\" \"Ann\" - - | - 1767600000 1767603600 | NaN"];
    for text in [
        "case_id,activity,resource,start_time,end_time\n7,Fix,Ann,2026-01-05 08:00:00+00:00,2026-01-05T09:00:00Z\n",
        "Case ID;Activity;Resource;Start Timestamp;Complete Timestamp\n7;\"Fix\";Ann;05.01.2026 08:00;05.01.2026 09:00\n",
        "\u{feff}case\ttask\tuser\tlifecycle\ttimestamp\r\n7\tFix\tAnn\tstart\t1767600000\r\n7\tFix\tAnn\tCOMPLETE\t1767603600\r\n",
        "case|activity|resource|begin|end\n7|Fix|Ann|1/5/2026 8:00 AM|1/13/2026 9:00 AM\n",
    ] {
        let (log, report) = read("csv", text.as_bytes());
        assert!(!report.has_errors(), "{report}");
        if text.contains("13/2026") {
            assert!(report.guesses.iter().any(|g| g == "instants of end: `mdy`"), "{report}");
        } else {
            assert_eq!(rows(&log, 1_000_000), expected, "{text}");
        }
    }
}

#[test]
fn columns_and_the_form_of_instants_can_be_given() {
    let text = "order,what,when\n7,Fix,02/01/2026\n";
    assert!(read("csv", text.as_bytes()).1.has_errors());
    let columns = [(Role::Case, "order"), (Role::Activity, "what"), (Role::End, "when")];
    let columns = columns.map(|(role, name)| (role, name.to_owned())).to_vec();
    for (layout, start) in [(Layout::Mdy, 1_769_904_000), (Layout::Dmy, 1_767_312_000)] {
        let options =
            ReadOptions { columns: columns.clone(), layout: Some(layout), ..ReadOptions::default() };
        let (log, _) = (format::by_name("csv").expect("csv").read)(&mut text.as_bytes(), &options);
        assert_eq!(log.start, [start * 1_000_000]);
    }
}

#[test]
fn day_and_month_that_are_taken_for_each_other_are_an_error() {
    let mut text = "case,activity,time\n".to_owned();
    for i in 0..2000 {
        text += &format!("{i},a,01/02/2026\n");
    }
    text += "x,a,01/31/2026\n";
    let (_, report) = read("csv", text.as_bytes());
    assert_eq!(report.findings[1].first.map(|p| p.line), Some(2002), "{report}");
    assert!(report.has_errors());
}

#[test]
fn latin_1_and_utf_16_are_read() {
    let text = "<?xml version='1.0' encoding='ISO-8859-1'?><log><trace><string key='concept:name' value='M\u{fc}ller'/></trace></log>";
    let latin: Vec<u8> = text.chars().map(|c| c as u8).collect();
    let wide: Vec<u8> =
        [0xfeff_u16].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    for bytes in [latin, wide, text.as_bytes().to_vec()] {
        let declared = bytes.len() != text.len();
        let (log, _) = read("xes", &bytes);
        assert_eq!(log.cases.name(0) == "M\u{fc}ller", declared, "{}", bytes.len());
    }
    let (log, report) = read("csv", b"case,activity\nM\xfcller,x\n");
    assert_eq!((log.cases.name(0), report.findings[0].count), ("M\u{fc}ller", 1));
}

// ------------------------------------------------------------------------------------------------- hostile files

/// So many bytes, made as they are read.
pub struct Endless<'a> {
    pub head: &'a [u8],
    pub body: &'a [u8],
    pub left: u64,
}

impl Read for Endless<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let source = if self.head.is_empty() { self.body } else { self.head };
        let n = source.len().min(out.len()).min(self.left as usize);
        out[..n].copy_from_slice(&source[..n]);
        if !self.head.is_empty() {
            self.head = &self.head[n..];
        }
        self.left -= n as u64;
        Ok(n)
    }
}

#[test]
fn ten_gigabytes_without_an_end_are_refused_early() {
    let body = [b'x'; 4096];
    for (format, head) in [
        ("xes", "<log><trace><string key='concept:name' value='"),
        ("xes", "<log><trace>"),
        ("xes", "<"),
        ("csv", "case,activity\n1,\""),
        ("csv", "case,"),
    ] {
        let mut source = Endless { head: head.as_bytes(), body: &body, left: 10 << 30 };
        let (_, report) =
            (format::by_name(format).expect("known").read)(&mut source, &ReadOptions::default());
        assert!(report.has_errors(), "{format} {head}");
        assert!(
            10 << 30 > source.left && source.left > (10 << 30) - (64 << 20),
            "{format} {head}: {}",
            source.left
        );
    }
    // Tags in tags in tags.
    let mut source = Endless { head: b"<log><trace>", body: b"<list key='a' value='b'>", left: 1 << 30 };
    let (_, report) = (format::by_name("xes").expect("xes").read)(&mut source, &ReadOptions::default());
    assert!(report.has_errors() && source.left > (1 << 30) - (1 << 20));
}

#[test]
fn billion_laughs_are_refused() {
    let mut text = "<?xml version='1.0'?><!DOCTYPE lolz [<!ENTITY lol 'lol'>".to_owned();
    for i in 1..10 {
        text += &format!("<!ENTITY lol{i} '{}'>", "&lol;".repeat(10));
    }
    text += "]><log><trace><string key='concept:name' value='&lol9;'/></trace></log>";
    let (log, report) = read("xes", text.as_bytes());
    assert!(report.has_errors() && log.cases.is_empty(), "{report}");
}

#[test]
fn a_truncated_file_gives_what_it_holds_and_says_so() {
    let mut log = EventLog::default();
    for i in 0..20_000 {
        let (case, activity) = (log.cases.intern(&format!("c{i}")), log.activities.intern("a"));
        log.push(Instance {
            case,
            activity,
            start: i * 1_000_000,
            end: i * 1_000_000,
            ..Instance::default()
        });
    }
    for format in format::ALL.iter().filter(|f| matches!(f.name, "csv" | "xes")) {
        let mut file = Vec::new();
        format.write_gzip(&log, &mut file).expect("memory");
        let (back, report) = (format.read)(&mut &file[..file.len() / 2], &ReadOptions::default());
        assert!(report.has_errors(), "{}", format.name);
        assert!((1000..19_999).contains(&back.len()), "{} {}", format.name, back.len());
        let (empty, report) = (format.read)(&mut &[][..], &ReadOptions::default());
        assert!(report.has_errors() && empty.is_empty(), "{}", format.name);
    }
    let mut noise = GzEncoder::new(Vec::new(), flate2::Compression::fast());
    noise.write_all(&[0, 159, 146, 150]).expect("memory");
    let noise = noise.finish().expect("memory");
    for format in format::ALL {
        let (_, report) = (format.read)(&mut &noise[..], &ReadOptions::default());
        assert!(report.has_errors(), "{}", format.name);
    }
}

/// Mixed zones, wrong types, names twice, dangling relations: each is said with its count, and where the format has lines with
/// its line.
#[test]
fn faults_of_every_format_are_said_with_place_and_count() {
    let zones = "case,activity,time,cost\n1,a,2026-01-05 08:00:00+01:00,3\n1,b,2026-01-05 08:00:00,x\n1,c,2026-01-05T08:00:00Z,y\n";
    let xes = "<log><trace><string key='concept:name' value='a'/>\n<event><string key='concept:name' value='x'/>\n\
        <date key='time:timestamp' value='2026-01-05T08:00:00'/><int key='n' value='many'/>\n<boolean key='b' value='perhaps'/></event>\n\
        <event><string key='concept:name' value='x'/><date key='time:timestamp' value='2026-01-05T09:00:00+02:00'/></event></trace></log>";
    let json = r#"{"objectTypes":[{"name":"order","attributes":[{"name":"n","type":"integer"}]}],"eventTypes":[{"name":"e","attributes":[]}],
        "objects":[{"id":"o","type":"order","attributes":[{"name":"n","time":"1970-01-01T00:00:00Z","value":"many"}]},{"id":"o","type":"order"},{"id":7}],
        "events":[{"id":"1","type":"e","time":"2026-01-05T08:00:00","relationships":[{"objectId":"o","qualifier":""},{"objectId":"p","qualifier":""}]},
        {"id":"2","type":"e","time":12,"relationships":[{"objectId":"o","qualifier":""}]}]}"#;
    let xml = "<log><object-types><object-type name='order'><attributes><attribute name='n' type='integer'/></attributes></object-type></object-types>\n\
        <event-types><event-type name='e'/></event-types><objects><object id='o' type='order'><attributes>\n<attribute name='n' time='1970-01-01T00:00:00Z'>many</attribute></attributes></object>\n\
        <object id='o' type='order'/></objects><events>\n<event id='1' type='e' time='2026-01-05T08:00:00'><objects><relationship object-id='o' qualifier=''/><relationship object-id='p' qualifier=''/></objects></event>\n\
        <event id='2' type='e' time='soon'><objects><relationship object-id='o' qualifier=''/></objects></event></events></log>";
    let zone = "an instant has no zone and was taken as UTC";
    let unread = "an instant cannot be read";
    let kind = "a value is not of its declared type and was kept as text";
    let twice = "a second object with the same id was left out";
    let ghost = "a relation to an object that does not exist was left out";
    for (format, text, wanted) in [
        ("csv", zones, vec![(zone, 1, Some(3)), ("a cost cannot be read", 2, Some(3))]),
        (
            "xes",
            xes,
            vec![(zone, 1, Some(3)), ("a value is not of its tag's type and was kept as text", 2, Some(3))],
        ),
        (
            "ocel-json",
            json,
            vec![
                (kind, 1, None),
                (twice, 1, Some(2)),
                (ghost, 1, None),
                (zone, 1, Some(1)),
                (unread, 1, Some(2)),
            ],
        ),
        (
            "ocel-xml",
            xml,
            vec![
                (kind, 1, Some(3)),
                (twice, 1, Some(4)),
                (zone, 1, Some(5)),
                (unread, 1, Some(6)),
                (ghost, 1, None),
            ],
        ),
    ] {
        let (_, report) = read(format, text.as_bytes());
        for (what, count, line) in wanted {
            let found = report.findings.iter().find(|f| f.what == what);
            let found = found.unwrap_or_else(|| panic!("{format}: {what}\n{report}"));
            assert_eq!(
                (found.count, found.first.map(|p| p.line)),
                (count, line),
                "{format}: {what}\n{report}"
            );
        }
    }
}

/// A name of its own for every value would make as many columns as rows.
#[test]
fn attributes_cannot_fill_the_memory() {
    let mut text = "<log><trace><string key='concept:name' value='a'/>".to_owned();
    for i in 0..5_000 {
        text +=
            &format!("<event><string key='concept:name' value='x'/><string key='k{i}' value='v'/></event>");
    }
    text += "</trace></log>";
    let (log, report) = read("xes", text.as_bytes());
    assert_eq!((log.len(), log.attributes.len()), (5_000, 1_000));
    assert!(
        report.findings.iter().any(|f| f.what.contains("more than 1,000 attributes") && f.count == 4_000),
        "{report}"
    );
    // A text in endless pieces.
    let body = "&amp;x".repeat(100);
    let mut source = Endless {
        head: b"<log><event-types/><objects><object id='o' type='t'><attributes><attribute name='n' time='1970-01-01T00:00:00Z'>",
        body: body.as_bytes(),
        left: 10 << 30,
    };
    let (_, report) =
        (format::by_name("ocel-xml").expect("known").read)(&mut source, &ReadOptions::default());
    assert!(report.has_errors() && source.left > (10 << 30) - (256 << 20), "{report}");
}

/// The cost of work is its wages: of what was worked on shift, and of overtime; empty where a row does not say enough.
#[test]
fn work_in_a_log_costs_its_wages() {
    let text = r#"title = "costs"
[run]
start = 2026-01-05
window = "1 week"
drain = "1 week"
[compare]
log = [0]
replications = 2
[calendar.day]
open = ["Mon-Fri 09:00-17:00"]
[team.paused]
members = 1
wage = "$36/h"
calendar = "day"
[team.late]
members = 1
wage = "$36/h"
overtime_wage = "$72/h"
calendar = "day"
[team.pair]
crew.a = { members = 1, wage = "$10/h" }
crew.b = { members = 1, wage = "$20/h" }
[team.equal]
members = 3
wage = "$10/h"
[part.bolt]
price = "$1"
[part.bolt.stock.here]
initial = 1
[part.nut]
price = "$1"
[part.nut.stock.here]
initial = 1
[attribute]
which = { of = "parts" }
[sites]
here = ""
[arrival.one]
process = "p"
sites = ["here"]
trace = { times = ["15 h"] }
[process.p.step.pause]
task = { team = "paused", time = "4 h", off_shift = "pause" }
next = "finish"
[process.p.step.finish]
task = { team = "late", time = "8 h", off_shift = "finish" }
next = "both"
[process.p.step.both]
task = { team = "pair", time = "1 h", count = 2 }
next = "three"
[process.p.step.three]
task = { team = "equal", time = "1 h", count = 3 }
next = "order"
[process.p.step.order]
order = { part = "bolt", lead_time = "1 h" }
next = "which"
[process.p.step.which]
set = { attribute = "which", to = { choose = { bolt = 0.001, nut = 0.999 } } }
next = "take"
[process.p.step.take]
take = { part = "attr:which", from = "own" }
next = "done"
[process.p.step.done]
end = {}
[metric.m]
mean = "p.time"
"#;
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("scenario.toml");
    fs::write(&file, text).expect("written");
    let arms = crate::world::arms(&file, &[]);
    let results = crate::world::simulate(&arms);
    let kept = &results.logs[0];
    let log = EventLog::from_rows(&kept.rows, &arms[0].1);
    let cost = |activity: &str| {
        let row = (0..log.len()).find(|&i| log.activities.name(log.activity[i]) == activity);
        log.cost[row.unwrap_or_else(|| panic!("no {activity}"))]
    };
    // Monday 15:00: two hours, and two on Tuesday from nine; then eight, of which two are overtime.
    assert!((cost("pause") - 4.0 * 36.0).abs() < 1e-9, "{}", cost("pause"));
    assert!((cost("finish") - (6.0 * 36.0 + 2.0 * 72.0)).abs() < 1e-9, "{}", cost("finish"));
    assert!(cost("both").is_nan());
    assert!((cost("three") - 30.0).abs() < 1e-9, "{}", cost("three"));
    assert!(cost("order").is_nan());
    // What the step is about is an object of its own.
    let ocel = turnaround::eventlog::ocel::Ocel::from_log(&log);
    let types: Vec<&str> = ocel.object_types.iter().map(|t| t.name.as_str()).collect();
    assert_eq!(types, ["p", "worker", "part", "purchase order"]);
    let order = ocel.events.iter().find(|e| ocel.event_types[e.kind].name == "order").expect("an order");
    let related: Vec<&str> = order.relations.iter().map(|r| ocel.object_ids.name(r.object)).collect();
    assert_eq!(related, ["p-0", "bolt", "order-1"]);
    // An attribute of the case says which part it takes.
    let take = ocel.events.iter().find(|e| ocel.event_types[e.kind].name == "take").expect("a take");
    let related: Vec<&str> = take.relations.iter().map(|r| ocel.object_ids.name(r.object)).collect();
    assert_eq!(related, ["p-0", "nut"]);
    let (back, _) = ocel.flatten(None, ReadReport::default());
    assert_eq!(
        back.attributes.iter().map(|c| c.name.as_str()).collect::<Vec<_>>(),
        ["part", "purchase_order"]
    );
}

// ------------------------------------------------------------------------------------------------------ real logs

/// Logs of others beside the project, if they are there.
fn real(file: &str) -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    // A worktree lies one level deeper.
    let mut paths = folder.ancestors().skip(1).take(2).map(|a| a.join("shared/data/logs").join(file));
    let found = paths.find(|p| p.exists());
    if found.is_none() {
        eprintln!("skipped: no {file} beside the project");
    }
    found
}

/// File, cases, events, activity instances, activities, resources; all but the instances as PM4Py 2.7 counts them.
const REAL: &[(&str, usize, u64, usize, usize, usize)] = &[
    ("02_teleclaims.xes.gz", 3512, 46_138, 24_825, 11, 4),
    ("03_repairExample.xes.gz", 1104, 11_855, 7734, 8, 13),
    ("07_bpic2013_incidents.xes.gz", 7554, 65_533, 65_533, 4, 1440),
    ("SEPSIS.xes.gz", 1050, 15_214, 15_214, 16, 0),
    ("ldm_LoanApp_delays.csv", 100, 428, 428, 8, 17),
    ("ldm_LoanApp_no_delays.csv", 100, 466, 466, 8, 17),
    ("loan_SC_HU.csv.gz", 1000, 11_782, 11_782, 17, 20),
    ("loan_agentsim_simulated_0.csv", 200, 1502, 1502, 12, 19),
    ("loan_agentsim_test.csv", 200, 1490, 1490, 12, 19),
    ("loan_test.csv", 200, 1490, 1490, 12, 19),
    ("loan_train.csv", 797, 5976, 5976, 12, 19),
    ("prod_test.csv", 37, 359, 359, 15, 28),
    ("prod_train.csv", 130, 2521, 2521, 25, 43),
    ("simple_batching.csv.gz", 1000, 3994, 3994, 6, 1),
    ("simple_prioritization.csv.gz", 100, 400, 400, 6, 1),
];

#[test]
fn real_logs_have_their_known_counts() {
    for &(file, cases, events, instances, activities, resources) in REAL {
        let Some(path) = real(file) else { return };
        let (format, _) = format::by_file_name(file).expect("a format");
        let mut source = fs::File::open(path).expect("it can be read");
        let (log, report) = (format.read)(&mut source, &ReadOptions::default());
        let found = (log.cases.len(), report.n_events, log.len(), log.activities.len(), log.resources.len());
        assert_eq!(found, (cases, events, instances, activities, resources), "{file}\n{report}");
        assert!(!report.has_errors(), "{file}\n{report}");
    }
}

// ------------------------------------------------------------------------------------------------ other programs

/// Cases of a small process with rework, start and end apart, teams and assets.
fn sample() -> EventLog {
    let mut log = EventLog::default();
    let mut assets = (Names::default(), Vec::new());
    for case in 0..40_i64 {
        let id = log.cases.intern(&format!("restore-{case}"));
        assets.1.push(assets.0.intern(&format!("buses-{}", case % 7 + 1)));
        let steps = ["report", "diagnose", "locate part", "repair & test", "close"];
        let mut at = case * 3_600_000_000;
        for (i, step) in steps.iter().enumerate().filter(|(i, _)| (case + *i as i64) % 4 != 3) {
            let length = (i as i64 * 17 + case) % 9 * 60_000_000;
            let row = Instance {
                case: id,
                activity: log.activities.intern(step),
                resource: log.resources.intern(&format!("tech-{}", (case + i as i64) % 5)),
                team: log.teams.intern("technicians"),
                enabled: at,
                start: at + 1_000_000,
                end: at + 1_000_000 + length,
                ..Instance::default()
            };
            log.push(row);
            at += 1_000_000 + length + 30_000_000;
        }
    }
    let (names, ids) = assets;
    log.case_attributes.push(Column { name: "asset".to_owned(), values: Values::Text { names, ids } });
    log.sort();
    log
}

/// Set `PYTHON` to a Python with pm4py; without one the test says so and passes.
#[test]
fn pm4py_reads_what_was_written() {
    let python = std::env::var_os("PYTHON").unwrap_or_else(|| "python3".into());
    let asked = std::process::Command::new(&python).args(["-c", "import pm4py"]).output();
    if !asked.is_ok_and(|o| o.status.success()) {
        eprintln!("skipped: no Python with pm4py (set PYTHON)");
        return;
    }
    let log = sample();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let files: Vec<PathBuf> =
        format::ALL.iter().map(|f| folder.path().join(format!("log.{}", f.extensions[0]))).collect();
    for (format, file) in format::ALL.iter().zip(&files) {
        fs::write(file, write(format, &log)).expect("written");
    }
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/oracles/pm4py_reads.py");
    let output = std::process::Command::new(&python).arg(script).args(&files).output().expect("it starts");
    let text = String::from_utf8_lossy(&output.stdout);
    let found: serde_json::Value = serde_json::from_str(text.lines().last().unwrap_or_default())
        .unwrap_or_else(|_| panic!("{text}{}", String::from_utf8_lossy(&output.stderr)));
    let apart = (0..log.len()).filter(|&i| log.start[i] != log.end[i]).count();
    let variants: std::collections::BTreeSet<_> =
        log.case_ranges().into_iter().map(|r| log.activity[r].to_vec()).collect();
    let span = log.end.iter().max().expect("rows") - log.end.iter().min().expect("rows");
    for (format, file) in format::ALL.iter().zip(&files) {
        let theirs = &found[file.to_str().expect("a path")];
        if format.name.starts_with("ocel") {
            assert_eq!(theirs["events"], log.len(), "{}", format.name);
            assert_eq!(theirs["objects"], 40 + 7 + 5, "{}", format.name);
            assert_eq!(theirs["relations"], 3 * log.len(), "{}", format.name);
            assert_eq!(theirs["types"], serde_json::json!(["buses", "restore", "worker"]), "{}", format.name);
            continue;
        }
        let events = if format.name == "xes" { log.len() + apart } else { log.len() };
        assert_eq!(theirs["events"], events, "{}", format.name);
        assert_eq!(theirs["cases"], 40, "{}", format.name);
        assert_eq!(theirs["variants"], variants.len(), "{}", format.name);
        assert_eq!(theirs["activities"], log.activities.len(), "{}", format.name);
        assert_eq!(theirs["resources"], log.resources.len(), "{}", format.name);
        assert_eq!(theirs["seconds"].as_f64(), Some(span as f64 / 1e6), "{}", format.name);
    }
}

#[test]
fn objects_of_another_program_are_flattened_by_type() {
    let text = r#"{"objectTypes":[{"name":"order","attributes":[{"name":"price","type":"float"}]},{"name":"item","attributes":[]},
        {"name":"employee","attributes":[]}],
      "eventTypes":[{"name":"place","attributes":[]},{"name":"pick","attributes":[]}],
      "objects":[{"id":"o1","type":"order","attributes":[{"name":"price","time":"1970-01-01T00:00:00Z","value":"12.5"}],
          "relationships":[{"objectId":"i1","qualifier":"has"},{"objectId":"ghost","qualifier":"has"}]},
        {"id":"i1","type":"item"},{"id":"i2","type":"item"},{"id":"ann","type":"employee"},{"id":"i2","type":"item"}],
      "events":[{"id":"e1","type":"place","time":"2026-01-05T08:00:00Z","relationships":[{"objectId":"o1","qualifier":""},
          {"objectId":"i1","qualifier":""},{"objectId":"i2","qualifier":""},{"objectId":"ann","qualifier":"by"}]},
        {"id":"e2","type":"pick","time":"2026-01-05T09:00:00+01:00","relationships":[{"objectId":"i2","qualifier":""}]}]}"#;
    let (log, report) = read("ocel-json", text.as_bytes());
    let order = ["\"o1\" \"place\" \"ann\" - - | - 1767600000 1767600000 | NaN case price=12.5"];
    assert_eq!(rows(&log, 1_000_000), order);
    let said: Vec<_> = report.findings.iter().map(|f| (f.what, f.example.as_str())).collect();
    assert_eq!(
        said,
        [
            ("a second object with the same id was left out", "i2"),
            ("a relation to an object that does not exist was left out", "ghost"),
            ("an event concerns no case and was left out", "e2"),
        ]
    );
    let options = ReadOptions { columns: vec![(Role::Case, "item".to_owned())], ..ReadOptions::default() };
    let (log, _) = (format::by_name("ocel-json").expect("known").read)(&mut text.as_bytes(), &options);
    assert_eq!(
        log.cases.iter().zip(log.case_ranges()).map(|(c, r)| (c, r.len())).collect::<Vec<_>>(),
        [("i1", 1), ("i2", 2)]
    );
}

/// A table that a scenario names; what Parquet files become is tested with the command.
#[test]
fn a_table_as_csv_is_itself_or_says_why_not() {
    use turnaround::eventlog::format::as_csv;
    assert_eq!(as_csv("a.csv", b"x\n1\n".to_vec()), Ok(b"x\n1\n".to_vec()));
    let why = as_csv("a.PARQUET", b"x\n1\n".to_vec()).expect_err("no Parquet");
    let expected = match cfg!(feature = "frames") {
        true => "it does not begin and end as such files do",
        false => "this program was built without Parquet (the feature `frames`): give a CSV file",
    };
    assert_eq!(why, expected);
}
