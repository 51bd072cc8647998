//! The rules of the desk day, as data in and data out.
//!
//! This room must not know of SQL, HTTP, files, the clock or the system's randomness: time, random values and
//! settings come in as arguments. Every rule of the desk lives in the one file named after it (docs/RULES.md).

pub mod arrival;
pub mod audit;
pub mod ban;
pub mod calendar;
pub mod code;
pub mod cold_night;
pub mod countersigned;
pub mod desk_day;
pub mod document;
pub mod eligibility;
pub mod guest;
pub mod hand_out;
pub mod head_count;
pub mod karens;
pub mod lottery;
pub mod night;
pub mod no_show;
pub mod party;
pub mod place;
pub mod role;
pub mod shelter;
pub mod sums;
mod text;
pub mod ticket;
pub mod waiver;
pub mod walk_in;
pub mod word;
