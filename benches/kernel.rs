//! The event calendar alone: the hold model (take the next event, schedule another) at several sizes.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::hint::black_box;
use turnaround::kernel::{Agenda, Heap, Phase};
use turnaround::rng::{Key, Purpose};
use turnaround::units::{Duration, Time};

const HOLDS: usize = 100_000;
const SIZES: [usize; 3] = [10, 100, 10_000];

/// Exponential increments [ticks].
fn increments() -> Vec<i64> {
    let mut stream = Key::new(1, 0).stream(Purpose::of("hold"), 0, 0);
    (0..HOLDS).map(|_| (-stream.uniform().ln() * 1e6) as i64 + 1).collect()
}

fn hold(c: &mut Criterion) {
    let increments = increments();
    for size in SIZES {
        let mut group = c.benchmark_group(format!("hold of {size}"));
        group.throughput(Throughput::Elements(HOLDS as u64)).sample_size(20);
        group.bench_function("heap", |b| {
            let mut heap = Heap::default();
            increments[..size].iter().for_each(|i| heap.push((*i as u128) << 64));
            b.iter(|| {
                for i in &increments {
                    let key = heap.pop().expect("an event");
                    heap.push(key + ((*i as u128) << 64));
                }
                black_box(heap.len())
            });
        });
        group.bench_function("std BinaryHeap", |b| {
            let mut heap: BinaryHeap<_> =
                increments[..size].iter().map(|i| Reverse((*i as u128) << 64)).collect();
            b.iter(|| {
                for i in &increments {
                    let Reverse(key) = heap.pop().expect("an event");
                    heap.push(Reverse(key + ((*i as u128) << 64)));
                }
                black_box(heap.len())
            });
        });
        group.bench_function("agenda", |b| {
            let mut agenda = Agenda::new();
            let at = |i: i64| Time::from_ticks(i);
            increments[..size].iter().for_each(|i| {
                agenda.schedule(at(*i), Phase::Completion, 7_u32);
            });
            b.iter(|| {
                for i in &increments {
                    let (time, event) = agenda.pop().expect("an event");
                    agenda.schedule(time + Duration::from_ticks(*i), Phase::Completion, event);
                }
                black_box(agenda.len())
            });
        });
        group.finish();
    }
}

criterion_group!(benches, hold);
criterion_main!(benches);
