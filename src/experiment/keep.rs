//! Keeping replications as they are finished, so that a stopped run can go on where it was and a finished one can be
//! estimated again without simulating.
//!
//! Replications are kept in order, in parts of [`PART`], bit by bit as they were reduced: what is estimated from them
//! later has the same bytes as what was estimated at once. A part is a header (format, arms, first replication) and one
//! item for each replication and arm; numbers are little-endian.

use super::Error;
use super::analysis::Finished;
use super::results::Work;
use crate::ids::{PartId, SiteId, StepId, TeamId};
use crate::metrics::{Reduced, Sample};
use crate::record::{Rows, Tally};
use crate::units::Time;
use std::collections::{BTreeMap, VecDeque};
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

/// Replications in a part; the last part of a run may have fewer.
pub const PART: usize = 10;

/// Where parts are kept. The core opens no files.
pub trait Store: Sync {
    /// What was kept under this number; None when nothing was.
    ///
    /// # Errors
    /// When it is there and cannot be read.
    fn load(&self, part: usize) -> Result<Option<Vec<u8>>, String>;

    /// Keeps a part, whole or not at all; one of the same number is replaced.
    ///
    /// # Errors
    /// When it cannot be kept.
    fn save(&self, part: usize, bytes: &[u8]) -> Result<(), String>;
}

/// Takes what threads have finished, in any order, and keeps it in order.
pub struct Keeper<'a> {
    store: Option<&'a dyn Store>,
    arms: usize,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Items that came before their turn, by replication and arm.
    early: BTreeMap<(usize, usize), Vec<u8>>,
    /// Items that are kept or wait in `tail`.
    taken: usize,
    /// The items of the part that is not full yet.
    tail: Vec<Vec<u8>>,
}

const FORMAT: &[u8; 8] = b"turnpart";
const VERSION: u32 = 3;

impl<'a> Keeper<'a> {
    pub fn new(store: Option<&'a dyn Store>, arms: usize) -> Self {
        Self { store, arms, state: Mutex::default() }
    }

    /// The replications kept by an earlier run, which are the first ones.
    pub fn restore(&mut self) -> Result<VecDeque<Vec<Finished>>, Error> {
        let mut rows = VecDeque::new();
        let Some(store) = self.store else { return Ok(rows) };
        let state = self.state.get_mut().unwrap_or_else(PoisonError::into_inner);
        while let Some(bytes) = store.load(rows.len() / PART).map_err(Error::NotKept)? {
            let part = rows.len() / PART;
            let items = items(&bytes, self.arms, part * PART)
                .ok_or_else(|| Error::NotKept(format!("part {part} of the replications is damaged")))?;
            state.taken += items.len();
            let is_last = items.len() < PART * self.arms;
            for (at, (finished, bytes)) in items.into_iter().enumerate() {
                if at % self.arms == 0 {
                    rows.push_back(Vec::with_capacity(self.arms));
                }
                rows.back_mut().expect("a row was begun").push(finished);
                if is_last {
                    state.tail.push(bytes.to_vec());
                }
            }
            if is_last {
                break;
            }
        }
        Ok(rows)
    }

    /// Takes one replication of one arm.
    pub fn take(&self, arm: usize, replication: u32, finished: &Finished) -> Result<(), Error> {
        let Some(store) = self.store else { return Ok(()) };
        let mut bytes = Vec::new();
        write_item(&mut bytes, finished);
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.early.insert((replication as usize, arm), bytes);
        loop {
            let next = (state.taken / self.arms, state.taken % self.arms);
            let Some(bytes) = state.early.remove(&next) else { return Ok(()) };
            state.tail.push(bytes);
            state.taken += 1;
            if state.tail.len() == PART * self.arms {
                let part = state.taken / self.arms / PART - 1;
                self.save(store, part, &state.tail)?;
                state.tail.clear();
            }
        }
    }

    /// Keeps the last part, which may not be full.
    pub fn flush(&self) -> Result<(), Error> {
        let Some(store) = self.store else { return Ok(()) };
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let whole = state.tail.len() / self.arms * self.arms;
        if whole == 0 {
            return Ok(());
        }
        let first = (state.taken - state.tail.len()) / self.arms;
        self.save(store, first / PART, &state.tail[..whole])
    }

    fn save(&self, store: &dyn Store, part: usize, items: &[Vec<u8>]) -> Result<(), Error> {
        let mut bytes = FORMAT.to_vec();
        for number in [VERSION, self.arms as u32, (part * PART) as u32] {
            bytes.extend(number.to_le_bytes());
        }
        items.iter().for_each(|item| bytes.extend(item));
        store.save(part, &bytes).map_err(Error::NotKept)
    }
}

/// The items of a part with their bytes; None when it is damaged, or of something else.
fn items(bytes: &[u8], arms: usize, first: usize) -> Option<Vec<(Finished, &[u8])>> {
    let mut rest = bytes.strip_prefix(FORMAT)?;
    let header = [u32::read(&mut rest)?, u32::read(&mut rest)?, u32::read(&mut rest)?];
    if header != [VERSION, arms as u32, first as u32] {
        return None;
    }
    let mut items = Vec::new();
    while !rest.is_empty() {
        let start = rest;
        let finished = read_item(&mut rest)?;
        items.push((finished, &start[..start.len() - rest.len()]));
    }
    (items.len() % arms == 0 && items.len() <= PART * arms).then_some(items)
}

fn write_item(out: &mut Vec<u8>, finished: &Finished) {
    let Finished { reduced, work, log } = finished;
    reduced.write(out);
    for n in [work.events, work.activities, work.cases_started, work.cases_ended] {
        n.write(out);
    }
    for tally in [work.misfits, work.stuck] {
        tally.n.write(out);
        tally.step.map_or(NONE, |s| s.0).write(out);
    }
    u32::from(log.is_some()).write(out);
    if let Some(rows) = log {
        rows.case.write(out);
        rows.step.iter().map(|s| s.0).collect::<Vec<_>>().write(out);
        for times in [&rows.enabled, &rows.start, &rows.complete] {
            times.iter().map(|t| t.ticks() as u64).collect::<Vec<_>>().write(out);
        }
        rows.team.iter().map(|t| t.map_or(NONE, |t| t.0)).collect::<Vec<_>>().write(out);
        rows.member.write(out);
        rows.site.iter().map(|s| s.map_or(NONE, |s| s.0)).collect::<Vec<_>>().write(out);
        rows.asset.write(out);
        rows.part.iter().map(|p| p.map_or(NONE, |p| p.0)).collect::<Vec<_>>().write(out);
        rows.carried.write(out);
    }
}

const NONE: u32 = u32::MAX;

fn read_item(from: &mut &[u8]) -> Option<Finished> {
    let reduced = Reduced::read(from)?;
    let mut counts = [0; 4];
    for count in &mut counts {
        *count = u64::read(from)?;
    }
    let [events, activities, cases_started, cases_ended] = counts;
    let tally = |from: &mut &[u8]| {
        let (n, step) = (u64::read(from)?, u32::read(from)?);
        Some(Tally { n, step: (step != NONE).then_some(StepId(step)) })
    };
    let (misfits, stuck) = (tally(from)?, tally(from)?);
    let work = Work { events, activities, cases_started, cases_ended, misfits, stuck };
    let log = match u32::read(from)? {
        0 => None,
        _ => Some(read_rows(from)?),
    };
    Some(Finished { reduced, work, log })
}

const REDUCED: &[u8; 8] = b"turnrows";

/// Some runs of variants, reduced: `[variant][replication]`, from a replication on.
pub fn pack(runs: &[Vec<Reduced>], first: u32) -> Vec<u8> {
    let mut bytes = REDUCED.to_vec();
    for number in [VERSION, runs.len() as u32, first, runs.first().map_or(0, Vec::len) as u32] {
        number.write(&mut bytes);
    }
    runs.iter().flatten().for_each(|reduced| reduced.write(&mut bytes));
    bytes
}

/// The same again; None when the bytes are damaged, or of other runs.
pub fn unpack(bytes: &[u8], variants: usize, of: Range<u32>) -> Option<Vec<Vec<Reduced>>> {
    let mut rest = bytes.strip_prefix(REDUCED)?;
    for expected in [VERSION, variants as u32, of.start, of.len() as u32] {
        if u32::read(&mut rest)? != expected {
            return None;
        }
    }
    let mut row = |_| of.clone().map(|_| Reduced::read(&mut rest)).collect::<Option<Vec<_>>>();
    let runs = (0..variants).map(&mut row).collect::<Option<Vec<_>>>()?;
    rest.is_empty().then_some(runs)
}

fn read_rows(from: &mut &[u8]) -> Option<Rows> {
    fn times(from: &mut &[u8]) -> Option<Vec<Time>> {
        Some(Vec::<u64>::read(from)?.into_iter().map(|t| Time::from_ticks(t as i64)).collect())
    }
    let id = |n: u32| (n != NONE).then_some(n);
    Some(Rows {
        case: Vec::read(from)?,
        step: Vec::<u32>::read(from)?.into_iter().map(StepId).collect(),
        enabled: times(from)?,
        start: times(from)?,
        complete: times(from)?,
        team: Vec::<u32>::read(from)?.into_iter().map(|n| id(n).map(TeamId)).collect(),
        member: Vec::read(from)?,
        site: Vec::<u32>::read(from)?.into_iter().map(|n| id(n).map(SiteId)).collect(),
        asset: Vec::read(from)?,
        part: Vec::<u32>::read(from)?.into_iter().map(|n| id(n).map(PartId)).collect(),
        carried: Vec::read(from)?,
    })
}

/// Numbers and lists of them as bytes.
pub trait Bytes: Sized {
    fn write(&self, out: &mut Vec<u8>);
    /// Takes itself off the front; None when the bytes end before.
    fn read(from: &mut &[u8]) -> Option<Self>;
}

impl Bytes for Reduced {
    fn write(&self, out: &mut Vec<u8>) {
        (self.n_columns as u32).write(out);
        self.rows.write(out);
        (self.pools.len() as u32).write(out);
        for pool in &self.pools {
            pool.iter().map(|s| s.value).collect::<Vec<_>>().write(out);
            pool.iter().map(|s| s.bin).collect::<Vec<_>>().write(out);
        }
    }

    fn read(from: &mut &[u8]) -> Option<Self> {
        let n_columns = u32::read(from)? as usize;
        let rows = Vec::<f64>::read(from)?;
        let n_pools = u32::read(from)?;
        let pools = (0..n_pools).map(|_| {
            let (values, bins) = (Vec::<f64>::read(from)?, Vec::<u32>::read(from)?);
            let pairs = values.into_iter().zip(bins);
            Some(pairs.map(|(value, bin)| Sample { value, bin }).collect())
        });
        let pools = pools.collect::<Option<_>>()?;
        (n_columns > 0 && rows.len() % n_columns == 0).then_some(Self { n_columns, rows, pools })
    }
}

macro_rules! number {
    ($($number:ty),*) => {$(
        impl Bytes for $number {
            fn write(&self, out: &mut Vec<u8>) {
                out.extend(self.to_le_bytes());
            }

            fn read(from: &mut &[u8]) -> Option<Self> {
                let (number, rest) = from.split_first_chunk()?;
                *from = rest;
                Some(Self::from_le_bytes(*number))
            }
        }
    )*};
}

number!(u32, u64, f64);

/// The first bytes of all numbers, then the second bytes and so on: so they pack better, as neighbours are alike in
/// their upper bytes.
impl<T: Bytes> Bytes for Vec<T> {
    fn write(&self, out: &mut Vec<u8>) {
        (self.len() as u64).write(out);
        let mut plain = Vec::new();
        self.iter().for_each(|x| x.write(&mut plain));
        for byte in 0..size_of::<T>() {
            out.extend(plain.iter().skip(byte).step_by(size_of::<T>()));
        }
    }

    fn read(from: &mut &[u8]) -> Option<Self> {
        let n = usize::try_from(u64::read(from)?).ok()?;
        // A damaged length must not ask for memory that is not there.
        let (bytes, rest) = from.split_at_checked(n.checked_mul(size_of::<T>())?)?;
        *from = rest;
        let plain: Vec<u8> =
            (0..bytes.len()).map(|i| bytes[i % size_of::<T>() * n + i / size_of::<T>()]).collect();
        let mut plain = plain.as_slice();
        (0..n).map(|_| T::read(&mut plain)).collect()
    }
}
