//! The first answer of a run of several arms, and what is kept of a run that was stopped on the way.

use super::engine::queue;
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use turnaround::experiment::{self, Arm, Ending, Error, Results, Store, TakeFirst, Watch};
use turnaround::model::Model;

/// Parts in memory.
#[derive(Default)]
struct Memory(Mutex<BTreeMap<usize, Vec<u8>>>);

impl Store for Memory {
    fn load(&self, part: usize) -> Result<Option<Vec<u8>>, String> {
        Ok(self.0.lock().expect("no panic").get(&part).cloned())
    }

    fn save(&self, part: usize, bytes: &[u8]) -> Result<(), String> {
        self.0.lock().expect("no panic").insert(part, bytes.to_vec());
        Ok(())
    }
}

const NAMES: [&str; 3] = ["before", "after", "other"];

fn models() -> Vec<Model> {
    [1.0, 0.9, 0.8].map(queue).into()
}

fn arms(models: &[Model]) -> Vec<Arm<'_>> {
    NAMES.iter().zip(models).map(|(name, model)| Arm { name, label: name, model }).collect()
}

fn told(results: &Results) -> String {
    results.to_json("").to_string()
}

/// How a first answer ends, its replications, and what it says.
type First = (Ending, usize, String);

/// A run that is stopped after so many runs on two threads: what it gives, its first answers, and the count of runs where it began.
fn stopped_after(n: usize, models: &[Model], store: &Memory) -> (Result<Results, Error>, Vec<First>, usize) {
    let (stop, began, taken) = (AtomicBool::new(false), AtomicUsize::new(usize::MAX), Mutex::new(Vec::new()));
    let progress = |done: usize, planned: usize| {
        assert_eq!(planned, 120);
        began.fetch_min(done - 1, Ordering::Relaxed);
        stop.fetch_or(done >= n, Ordering::Relaxed);
    };
    let take: &TakeFirst = &|results| {
        taken.lock().expect("no panic").push((results.ending, results.replications, told(results)));
        Ok(())
    };
    let watch = Watch { progress: &progress, cancel: &stop };
    let threads = experiment::threads(Some(2)).expect("threads");
    let results = experiment::run_kept(&arms(models), true, watch, &threads, store, Some(take));
    (results, taken.into_inner().expect("no panic"), began.into_inner())
}

fn undisturbed(models: &[Model]) -> Results {
    let watch = Watch { progress: &|_, _| (), cancel: &AtomicBool::new(false) };
    experiment::run(&arms(models), true, watch, &experiment::threads(Some(2)).expect("threads"))
        .expect("results")
}

#[test]
fn the_first_answer_is_that_of_its_arms_alone() {
    let models = models();
    let (results, taken, _) = stopped_after(usize::MAX, &models, &Memory::default());
    let [(ending, replications, first)] = taken.as_slice() else { panic!("{} first answers", taken.len()) };
    assert_eq!((*ending, *replications), (Ending::Planned, 40));
    assert_eq!(*first, told(&undisturbed(&models[..2])));
    assert_eq!(told(&results.expect("results")), told(&undisturbed(&models)));
}

#[test]
fn who_stops_before_the_first_answer_gets_one_from_what_is_done_and_can_go_on() {
    let (models, store) = (models(), Memory::default());
    let (results, taken, _) = stopped_after(31, &models, &store);
    assert!(matches!(results, Err(Error::NothingFinished)), "the third arm has no replication");
    let [(Ending::Cancelled, few, _)] = taken.as_slice() else { panic!("{} first answers", taken.len()) };
    assert!((15..=17).contains(few), "{few} replications");
    // In the second arm's turn.
    let (results, taken, began) = stopped_after(100, &models, &store);
    assert!((31..=33).contains(&began), "it begins at {began}");
    assert_eq!((taken.len(), taken[0].0), (1, Ending::Planned));
    let results = results.expect("some replications of all arms");
    assert_eq!(results.ending, Ending::Cancelled);
    assert!((20..=22).contains(&results.replications), "{} replications", results.replications);
    // To its end.
    let (results, _, began) = stopped_after(usize::MAX, &models, &store);
    assert!((100..=102).contains(&began), "it begins at {began}");
    assert_eq!(told(&results.expect("results")), told(&undisturbed(&models)));
    // What is kept gives it again.
    let again =
        experiment::again(&arms(&models), true, &experiment::threads(Some(1)).expect("a thread"), &store);
    assert_eq!(told(&again.expect("all replications").results), told(&undisturbed(&models)));
}

#[test]
fn a_run_to_a_precision_has_no_first_answer() {
    let mut models = models();
    for model in &mut models {
        model.design.precision = Some(0.5);
        model.design.max_replications = 40;
    }
    let (results, taken, _) = stopped_after(usize::MAX, &models, &Memory::default());
    assert_eq!((results.expect("results").ending, taken.len()), (Ending::Precise, 0));
}

#[test]
fn a_first_answer_that_cannot_be_taken_ends_the_run() {
    let models = models();
    let watch = Watch { progress: &|_, _| (), cancel: &AtomicBool::new(false) };
    let threads = experiment::threads(Some(1)).expect("a thread");
    let take: &TakeFirst = &|_| Err("the disk is full".to_owned());
    let results = experiment::run_kept(&arms(&models), true, watch, &threads, &Memory::default(), Some(take));
    assert_eq!(results.map(|_| ()), Err(Error::NotKept("the disk is full".to_owned())));
}
