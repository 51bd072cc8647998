//! The service under load: requests over loopback to a process of its own, beside bare durable commits of the same database in
//! the same run. `cargo bench --bench service`; `tests/postgres cargo bench --bench service` measures PostgreSQL as well.
//!
//!     cargo bench --bench service -- --years 1                  a smaller history than ten years (on PostgreSQL, than one)
//!     cargo bench --bench service -- --years 10 --years-alone   nothing but what is asked of the history
//!
//! The clients and the service share the machine, so read the ratios. docs/PERFORMANCE.md says what was seen.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a measurement prints, and stops where it cannot go on"
)]

mod bare;
mod client;
mod hall;
mod load;
mod place;
mod scenes;
mod served;
mod years;

use place::Place;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.first().is_some_and(|first| first == served::SERVE) {
        served::serve(&arguments[1..]);
        return;
    }
    let years = arguments
        .windows(2)
        .find(|pair| pair[0] == "--years")
        .map(|pair| pair[1].parse().expect("a number of years"));
    let alone = arguments.iter().any(|argument| argument == "--years-alone");
    println!("{}", load::HEADING);
    scenes::run(&Place::sqlite(), years.unwrap_or(10), alone);
    match Place::postgres() {
        // For comparison only, and every step of a history is many passages to the server.
        Some(place) => scenes::run(&place, years.unwrap_or(1), alone),
        None => println!("\nno PostgreSQL: say `tests/postgres cargo bench --bench service`"),
    }
}
