//! A runner that is used again allocates nothing: all state is cleared and refilled in the memory of the last run.

#![allow(clippy::disallowed_methods, reason = "these tests read the scenarios that they run")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::path::Path;
use turnaround::plan::Plan;
use turnaround::record::Record;
use turnaround::rng::Key;
use turnaround::scenario;
use turnaround::sim::{RunOptions, Runner};

thread_local! {
    static ALLOCATIONS: Cell<u64> = const { Cell::new(0) };
}

/// The system's allocator, counting what each thread asks for.
struct Counting;

// SAFETY: every call is handed on unchanged to the system's allocator; counting touches no allocated memory, and the
// counter neither allocates nor has a destructor.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        // SAFETY: the caller keeps the contract of this trait.
        unsafe { System.alloc(layout) }
    }

    unsafe fn realloc(&self, old: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        // SAFETY: the caller keeps the contract of this trait.
        unsafe { System.realloc(old, layout, new_size) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: the caller keeps the contract of this trait.
        unsafe { System.dealloc(memory, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Allocations of each of these replications of the scenario's control arm, run one after another in the same memory.
fn allocations(file: &str, rows: bool, replications: &[u64]) -> Vec<u64> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios").join(file);
    let source = std::fs::read_to_string(path).expect("a scenario can be read");
    let (tree, _) = scenario::parse(file, &source);
    let (arms, _) = scenario::lower_arms(&tree, &|name| Err(format!("no file {name}")));
    let plan = Plan::compile(&arms[0].1);
    let (mut runner, mut record) = (Runner::new(&plan), Record::default());
    let mut run = |replication: &u64| {
        let before = ALLOCATIONS.get();
        let options = RunOptions { rows, ..RunOptions::default() };
        runner.run_into(Key::new(1, *replication), options, &mut record);
        assert!(record.n_activities > 1_000, "{file} does nothing");
        ALLOCATIONS.get() - before
    };
    replications.iter().map(&mut run).collect()
}

#[test]
fn the_counter_counts() {
    let before = ALLOCATIONS.get();
    std::hint::black_box(Vec::<u64>::with_capacity(100));
    assert_eq!(ALLOCATIONS.get() - before, 1);
}

#[test]
fn a_replication_that_is_run_again_allocates_nothing() {
    for file in
        ["theory/mm1.toml", "theory/machine_repair.toml", "theory/lateral_pooling.toml", "bus/scenario.toml"]
    {
        let n = allocations(file, false, &[0, 0]);
        assert!(n[0] > 0 && n[1] == 0, "{file}: {n:?}");
        // Rows pass through a chunk that belongs to the run.
        let n = allocations(file, true, &[0, 0]);
        assert!(n[0] > 0 && n[1] <= 1, "{file} with rows: {n:?}");
    }
}

/// Another replication may need more places at once than all before it: a few vectors grow, by doubling.
#[test]
fn other_replications_only_let_vectors_grow() {
    for (file, limit) in [("theory/mm1.toml", 8), ("bus/scenario.toml", 40)] {
        let n = allocations(file, false, &[0, 1, 2, 3]);
        assert!(n[1..].iter().all(|n| *n <= limit), "{file}: {n:?}");
    }
}
