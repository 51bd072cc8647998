//! Placement: who gets which place, a function of places, lots and order (draw.md, section 6).

use crate::domain::guest::Sex;
use crate::domain::night::Night;
use crate::domain::party::LotNumber;
use crate::domain::place::PlaceEntry;
use crate::domain::shelter::ShelterCode;

/// A shelter in the draw, and the full length of its tickets in nights.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShelterNights {
    /// Which.
    pub code: ShelterCode,
    /// The full length of its tickets.
    pub nights: u32,
}

/// All that is given out: the part of a manifest that is not lots.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Places {
    /// The shelters, by code.
    pub shelters: Vec<ShelterNights>,
    /// The start nights of the desk day, ascending.
    pub start_nights: Vec<Night>,
    /// The shortest stay, in nights.
    pub min_nights: u32,
    /// What is free; an entry's position is its number.
    pub entries: Vec<PlaceEntry>,
}

/// A lot that is `in`: one member is a single, more are a family.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lot {
    /// Its number.
    pub number: LotNumber,
    /// Its members, in listed order.
    pub members: Vec<Sex>,
    /// The first start night from which all of them may sleep.
    pub from: Night,
    /// The shelters it would go to, after bans, most wished first.
    pub accepts: Vec<ShelterCode>,
}

/// The places one lot got.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seat {
    /// Where.
    pub shelter: ShelterCode,
    /// The first night.
    pub start: Night,
    /// How many nights.
    pub nights: u32,
    /// The number of the entry of each member, in listed order.
    pub entries: Vec<usize>,
}
