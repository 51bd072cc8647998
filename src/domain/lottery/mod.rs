//! The draw `inskrivning-draw/1` (docs/DRAW.md): who gets which place when more ask than there are places.
//!
//! `manifest` is the frozen list, `order` turns it and the dice into an order of lots, `placement` gives out the places in that
//! order, `record` writes down all of it, `verify` recomputes a record, and `explain` says why a lot got what it got.

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
