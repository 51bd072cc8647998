//! What the property tests share: random halls, the placement by the letter, and counting who could fit.
#![allow(dead_code, unreachable_pub, reason = "every test file takes a part of it")]

pub mod count;
pub mod letter;
pub mod list;
pub mod random;
