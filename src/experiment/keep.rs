//! Keeping replications as they are finished, so that a stopped run can go on where it was and a finished one can be
//! estimated again without simulating.
//!
//! Each arm's replications are kept in order, in parts of [`PART`], bit by bit as they were reduced: what is estimated from them
//! later has the same bytes as what was estimated at once. Part b of arm a of n has the number b n + a. It is a header (format,
//! arms, arm, first replication) and one item for each replication; numbers are little-endian.

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

/// Replications in a part; the last part of an arm may have fewer.
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

/// Takes what threads have finished, in any order, and keeps it arm by arm, in order.
pub struct Keeper<'a> {
    store: Option<&'a dyn Store>,
    arms: Vec<Mutex<Column>>,
}

/// What is kept of one arm.
#[derive(Default)]
struct Column {
    /// Replications that came before their turn.
    early: BTreeMap<usize, Vec<u8>>,
    /// Replications that are kept or wait in `tail`.
    taken: usize,
    /// The items of the part that is not full yet.
    tail: Vec<Vec<u8>>,
}

const FORMAT: &[u8; 8] = b"turnpart";
const VERSION: u32 = 4;

impl<'a> Keeper<'a> {
    pub fn new(store: Option<&'a dyn Store>, arms: usize) -> Self {
        Self { store, arms: (0..arms).map(|_| Mutex::default()).collect() }
    }

    /// `[arm]`: the replications kept by an earlier run, which are the first ones.
    pub fn restore(&mut self) -> Result<Vec<VecDeque<Finished>>, Error> {
        let mut kept: Vec<VecDeque<Finished>> = self.arms.iter().map(|_| VecDeque::new()).collect();
        let Some(store) = self.store else { return Ok(kept) };
        let n_arms = self.arms.len();
        for (arm, (column, kept)) in self.arms.iter_mut().zip(&mut kept).enumerate() {
            let column = column.get_mut().unwrap_or_else(PoisonError::into_inner);
            loop {
                let number = number(kept.len(), arm, n_arms);
                let Some(bytes) = store.load(number).map_err(Error::NotKept)? else { break };
                let items = items(&bytes, [n_arms, arm, kept.len()])
                    .ok_or_else(|| Error::NotKept(format!("part {number} of the replications is damaged")))?;
                let is_last = items.len() < PART;
                column.taken += items.len();
                for (finished, bytes) in items {
                    kept.push_back(finished);
                    if is_last {
                        column.tail.push(bytes.to_vec());
                    }
                }
                if is_last {
                    break;
                }
            }
        }
        Ok(kept)
    }

    /// Takes one replication of one arm.
    pub fn take(&self, arm: usize, replication: u32, finished: &Finished) -> Result<(), Error> {
        let Some(store) = self.store else { return Ok(()) };
        let mut bytes = Vec::new();
        write_item(&mut bytes, finished);
        let mut column = self.arms[arm].lock().unwrap_or_else(PoisonError::into_inner);
        column.early.insert(replication as usize, bytes);
        loop {
            let next = column.taken;
            let Some(bytes) = column.early.remove(&next) else { return Ok(()) };
            column.tail.push(bytes);
            column.taken += 1;
            if column.tail.len() == PART {
                self.save(store, arm, &column)?;
                column.tail.clear();
            }
        }
    }

    /// Keeps the last parts, which may not be full.
    pub fn flush(&self) -> Result<(), Error> {
        let Some(store) = self.store else { return Ok(()) };
        for (arm, column) in self.arms.iter().enumerate() {
            let column = column.lock().unwrap_or_else(PoisonError::into_inner);
            if !column.tail.is_empty() {
                self.save(store, arm, &column)?;
            }
        }
        Ok(())
    }

    fn save(&self, store: &dyn Store, arm: usize, column: &Column) -> Result<(), Error> {
        let (arms, first) = (self.arms.len(), column.taken - column.tail.len());
        let mut bytes = FORMAT.to_vec();
        for number in [VERSION, arms as u32, arm as u32, first as u32] {
            bytes.extend(number.to_le_bytes());
        }
        column.tail.iter().for_each(|item| bytes.extend(item));
        store.save(number(first, arm, arms), &bytes).map_err(Error::NotKept)
    }
}

/// The number of the part that begins with this replication of this arm.
fn number(first: usize, arm: usize, arms: usize) -> usize {
    first / PART * arms + arm
}

/// The items of a part of these arms, this arm and first replication, with their bytes; None when it is damaged, or of something
/// else.
fn items(bytes: &[u8], of: [usize; 3]) -> Option<Vec<(Finished, &[u8])>> {
    let mut rest = bytes.strip_prefix(FORMAT)?;
    for expected in [VERSION as usize].into_iter().chain(of) {
        if u32::read(&mut rest)? as usize != expected {
            return None;
        }
    }
    let mut items = Vec::new();
    while !rest.is_empty() {
        let start = rest;
        let finished = read_item(&mut rest)?;
        items.push((finished, &start[..start.len() - rest.len()]));
    }
    (items.len() <= PART).then_some(items)
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
