//! The draw `inskrivning-draw/1` (docs/DRAW.md): who gets which place when more ask than there are places.
//!
//! `manifest` is the frozen list, `entropy` the dice, `order` turns both into an order of lots, `draw` puts all of it together.
//! `placement` gives out the places in that order: `single` says what a single prefers, `seating` how a family is seated,
//! `matching` whether everybody could still have a place. `record` writes everything down, `verify` recomputes it, and
//! `explain` says why a lot got what it got. `canonical` and `bounded` read and write the bytes, `hash` their hashes.

mod bounded;
mod canonical;
mod draw;
pub mod entropy;
pub mod explain;
#[cfg(test)]
mod hand_made;
pub mod hash;
pub mod manifest;
mod matching;
pub mod order;
pub mod placement;
pub mod record;
mod seating;
mod single;
pub mod verify;

pub use canonical::{Refused, refuse_early};
pub use draw::{Draw, DrawError, Randomness};
