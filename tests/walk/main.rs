//! Random walks through the service, held step by step to a model of it that was written from the rules alone.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test that fails here says where")]
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
mod rules;
mod run;
mod shrink;
mod steps;
#[path = "../service/support.rs"]
#[allow(dead_code, unused_imports, unused_macros, clippy::expect_used, reason = "shared with the tests of the service")]
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
    while taken < share {
        let (moves, count, failure) =
            Walk::begin(kind, seed, None).at_random(&mut Dice(seed), LONGEST.min(share - taken));
        taken += count;
        if let Some(failure) = failure {
            panic!("{}", shrink::report(kind, seed, &moves, failure, None));
        }
        seed += 1;
    }
    println!("{:?}", run::T);
    println!("{kind:?}: {taken} steps, seeds {first_seed} to {}, {:.0?}", seed - 1, begun.elapsed());
}

#[test]
fn a_walk_on_sqlite_is_as_the_rules_say() {
    walks(Kind::Sqlite, steps_in_all() * 7 / 10, first_seed());
}

#[test]
fn a_walk_on_postgres_is_as_the_rules_say() {
    walks(Kind::Postgres, steps_in_all() * 3 / 10, first_seed() + 1_000_000);
}
