//! Random walks through the service, held step by step to a model of it that was written from the rules alone.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that fails here says where"
)]
#![allow(clippy::manual_is_multiple_of, reason = "choices are remainders")]
#![allow(clippy::print_stdout, reason = "the figures of a run")]
#![allow(missing_docs, unreachable_pub, reason = "a test program has no readers outside itself")]

mod act;
mod bans;
mod database;
mod desk;
mod draw;
mod evening;
mod house;
mod looks;
mod model;
mod places;
#[path = "../support/postgres.rs"]
#[allow(dead_code, reason = "shared with the tests of the service")]
mod postgres;
mod rules;
mod run;
mod shrink;
mod steps;
#[path = "../service/support.rs"]
#[allow(
    dead_code,
    unused_imports,
    unused_macros,
    clippy::expect_used,
    reason = "shared with the tests of the service"
)]
mod support;
mod when;
mod world;

use run::Walk;
use steps::Dice;
use support::Kind;

/// How many steps all walks of this run take together.
fn steps_in_all() -> usize {
    std::env::var("INSKRIVNING_WALK_STEPS").ok().map_or(20_000, |count| count.parse().unwrap())
}

/// The seed of the first walk: the same in every run, unless another is asked for.
fn first_seed() -> u64 {
    std::env::var("INSKRIVNING_WALK_SEED").ok().map_or(1, |seed| seed.parse().unwrap())
}

/// A walk with a database of its own is so long at most.
const LONGEST: usize = 2_000;

fn walks(kind: Kind, share: usize, first_seed: u64) {
    let (mut taken, mut seed) = (0, first_seed);
    let begun = std::time::Instant::now();
    let mut tally = run::Tally::new();
    while taken < share {
        let (moves, count, failure) =
            Walk::begin(kind, seed, None).at_random(&mut Dice(seed), LONGEST.min(share - taken), &mut tally);
        taken += count;
        if let Some(failure) = failure {
            println!(
                "{kind:?}, seed {seed}: model and service part after {count} steps of this walk: {}",
                failure.why
            );
            let last = failure.script.len().saturating_sub(15);
            println!("its last calls:\n{}", failure.script[last..].join("\n"));
            println!("to walk it again: {}\nshortening the walk ...", again(kind, seed));
            panic!("{}", shrink::report(kind, seed, &moves, failure, None));
        }
        seed += 1;
        // Who walks a million wants to know how far it is, and who ends it how far it came.
        if (seed - first_seed) % 20 == 0 {
            println!("{kind:?}: {taken} steps so far");
        }
    }
    for ((step, answer), count) in &tally {
        println!("{step:15} {answer:30} {count:7}");
    }
    // A walk of nothing but refusals would find little.
    let never = |of: &&str| tally.get(&((*of).to_owned(), "yes".to_owned())).is_none_or(|count| *count == 0);
    let enough = [(5_000, &OFTEN[..]), (100_000, &SELDOM[..])];
    let of = enough.iter().filter(|(steps, _)| taken >= *steps).flat_map(|(_, of)| *of).copied();
    let missing: Vec<&str> = of.filter(|of| never(of)).collect();
    assert!(missing.is_empty(), "never done in {taken} steps: {missing:?}");
    println!("{kind:?}: {taken} steps, seeds {first_seed} to {}, {:.0?}", seed - 1, begun.elapsed());
}

/// What is done, or follows, and is not only refused, in as many steps as are walked for every change.
const OFTEN: [&str; 26] = [
    "Arrive",
    "Ask",
    "Ban",
    "CloseDesk",
    "CloseNight",
    "Decide",
    "Digit",
    "Finish",
    "Freeze",
    "GiveBack",
    "Lift",
    "Log",
    "Offer",
    "Open",
    "PlaceGone",
    "Placement",
    "Register",
    "Released",
    "Reprint",
    "Revoke",
    "ServiceEntropy",
    "Sign",
    "Take",
    "UndoArrival",
    "UndoWalkIn",
    "WalkIn",
];
/// What is done in a long walk.
const SELDOM: [&str; 9] =
    ["CountHeads", "EndOtherwise", "Mode", "Move", "NotHeld", "Signed", "TakeBack", "Waive", "Withdraw"];

/// What takes this one walk again. It may part from the service elsewhere or not at all: what the service draws by chance, codes and
/// salts, is another each time, and so are threads.
fn again(kind: Kind, seed: u64) -> String {
    let (share, offset, name) = match kind {
        Kind::Sqlite => (SQLITE_IN_TEN, 0, "sqlite"),
        Kind::Postgres => (10 - SQLITE_IN_TEN, ON_POSTGRES, "postgres"),
    };
    format!(
        "INSKRIVNING_WALK_SEED={} INSKRIVNING_WALK_STEPS={} tests/postgres cargo test --locked --test walk on_{name}",
        seed - offset,
        (LONGEST * 10).div_ceil(share)
    )
}

/// So many of ten steps are taken on SQLite.
const SQLITE_IN_TEN: usize = 7;
/// Walks on PostgreSQL are others than those on SQLite.
const ON_POSTGRES: u64 = 1_000_000;

#[test]
fn a_walk_on_sqlite_is_as_the_rules_say() {
    walks(Kind::Sqlite, steps_in_all() * SQLITE_IN_TEN / 10, first_seed());
}

#[test]
fn a_walk_on_postgres_is_as_the_rules_say() {
    walks(Kind::Postgres, steps_in_all() * (10 - SQLITE_IN_TEN) / 10, first_seed() + ON_POSTGRES);
}

/// The shrinker finds a fault planted in the model, and leaves no more steps than show it.
fn a_planted_fault_is_shown_in_a_few_steps(planted: model::Planted, most: usize) {
    // Many short walks: a short one is soon made shorter.
    for seed in 40..140 {
        let (moves, taken, failure) = Walk::begin(Kind::Sqlite, seed, Some(planted)).at_random(
            &mut Dice(seed),
            120,
            &mut run::Tally::new(),
        );
        let Some(failure) = failure else { continue };
        let (short, failure) = shrink::shrink(Kind::Sqlite, seed, &moves, failure, Some(planted));
        println!(
            "{planted:?}: found after {taken} steps, shown in {}\n{}",
            short.len(),
            failure.script.join("\n")
        );
        assert!(short.len() <= most, "{planted:?} in {} moves: {:#?}", short.len(), failure);
        assert!(
            Walk::begin(Kind::Sqlite, seed, None).again(&short).is_none(),
            "without the fault nothing fails"
        );
        return;
    }
    panic!("{planted:?} was not found");
}

#[test]
fn a_model_that_counts_who_withdrew_as_refused_is_found_and_the_walk_shrunk_to_a_short_script() {
    a_planted_fault_is_shown_in_a_few_steps(model::Planted::CountsWhoWithdrewAsRefused, 8);
}
