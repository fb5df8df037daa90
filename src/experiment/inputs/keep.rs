//! Keeping samples as they are finished, so that a stopped run goes on where it was.

use super::super::Error;
use super::super::keep::{Bytes, Store};
use super::sample::{Outcome, Point};

/// Samples in a part.
pub const PART: usize = 20;

const FORMAT: &[u8; 8] = b"turninpt";
const VERSION: u32 = 2;

/// The samples of a part that an earlier run has kept; none when it kept none.
pub fn load(store: Option<&dyn Store>, part: usize, shape: Shape) -> Result<Option<Vec<Outcome>>, Error> {
    let Some(store) = store else { return Ok(None) };
    let Some(bytes) = store.load(part).map_err(Error::NotKept)? else { return Ok(None) };
    let damaged = || Error::NotKept(format!("part {part} of the samples of inputs is damaged"));
    read(&bytes, part, shape).map(Some).ok_or_else(damaged)
}

/// Keeps a part.
pub fn save(store: Option<&dyn Store>, part: usize, shape: Shape, outcomes: &[Outcome]) -> Result<(), Error> {
    let Some(store) = store else { return Ok(()) };
    let mut bytes = FORMAT.to_vec();
    for number in header(part, shape, outcomes.len()) {
        bytes.extend(number.to_le_bytes());
    }
    let points = || outcomes.iter().flat_map(|o| o.levels.iter().flatten());
    points().map(|p| p.value).collect::<Vec<f64>>().write(&mut bytes);
    points().flat_map(|p| p.left_out.iter().copied()).collect::<Vec<f64>>().write(&mut bytes);
    store.save(part, &bytes).map_err(Error::NotKept)
}

/// How many there are of what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    pub arms: usize,
    pub metrics: usize,
    pub inner: u32,
}

fn header(part: usize, shape: Shape, samples: usize) -> [u32; 6] {
    [VERSION, part as u32, shape.arms as u32, shape.metrics as u32, shape.inner, samples as u32]
}

fn read(bytes: &[u8], part: usize, shape: Shape) -> Option<Vec<Outcome>> {
    let mut rest = bytes.strip_prefix(FORMAT)?;
    let found: Vec<u32> = (0..6).map(|_| u32::read(&mut rest)).collect::<Option<_>>()?;
    let samples = found[5] as usize;
    if found != header(part, shape, samples) || samples > PART {
        return None;
    }
    let n = samples.checked_mul(shape.arms)?.checked_mul(shape.metrics)?;
    let mut column = |each: usize| Vec::<f64>::read(&mut rest).filter(|c| c.len() == n * each);
    let inner = shape.inner as usize;
    let (values, left_out) = (column(1)?, column(inner)?);
    let point =
        |i: usize| Point { value: values[i], left_out: left_out[i * inner..(i + 1) * inner].to_vec() };
    let outcome = |b: usize| Outcome {
        levels: (0..shape.arms)
            .map(|arm| {
                (0..shape.metrics).map(|m| point((b * shape.arms + arm) * shape.metrics + m)).collect()
            })
            .collect(),
    };
    rest.is_empty().then(|| (0..samples).map(outcome).collect())
}
