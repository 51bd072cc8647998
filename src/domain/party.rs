//! Parties (sällskap), their wishes and their lots (domain.md, *Wishes*; draw.md, section 1).

use std::fmt;

use serde::{Deserialize, Serialize};

use super::guest::{GuestId, Sex};
use super::shelter::ShelterCode;

/// The most members a party may have (draw.md, section 2).
pub const MAX_MEMBERS: usize = 20;
/// The most shelters a party may name.
pub const MAX_WISHES: usize = 64;

/// The number on a party's slip: 1, 2, 3 ... of the desk day, without gaps, never used again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LotNumber(pub u32);

impl fmt::Display for LotNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Where a lot stands when the list is frozen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LotStatus {
    /// In the draw.
    In,
    /// The party took its question back.
    Withdrawn,
    /// A rule said no.
    Refused,
}

/// A member of a party.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Member {
    /// Who.
    pub guest: GuestId,
    /// As it decides which places fit.
    pub sex: Sex,
}

/// Who asks together: one person, or a family that is placed together or not at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Party {
    members: Vec<Member>,
    wishes: Vec<ShelterCode>,
}

/// Why these people and wishes make no party.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PartyError {
    /// Nobody in it.
    #[error("a party has at least one member")]
    NoMember,
    /// More than [`MAX_MEMBERS`].
    #[error("a party has at most {MAX_MEMBERS} members, this one has {0}")]
    TooManyMembers(usize),
    /// One person listed twice.
    #[error("member {place} is already a member of this party")]
    MemberTwice {
        /// Its place in the list, from 1.
        place: usize,
    },
    /// No shelter named.
    #[error("the party must name at least one shelter it accepts")]
    NoWish,
    /// More than [`MAX_WISHES`].
    #[error("a party names at most {MAX_WISHES} shelters, this one names {0}")]
    TooManyWishes(usize),
    /// One shelter named twice.
    #[error("shelter {0} is named twice")]
    WishTwice(ShelterCode),
}

impl Party {
    /// The party of `members`, who accept the shelters of `wishes`, most wished first.
    ///
    /// # Errors
    /// A [`PartyError`] naming the member or wish that is wrong.
    pub fn new(members: Vec<Member>, wishes: Vec<ShelterCode>) -> Result<Self, PartyError> {
        match members.len() {
            0 => return Err(PartyError::NoMember),
            n if n > MAX_MEMBERS => return Err(PartyError::TooManyMembers(n)),
            _ => {}
        }
        let twice =
            (1..members.len()).find(|&n| members[..n].iter().any(|other| other.guest == members[n].guest));
        if let Some(n) = twice {
            return Err(PartyError::MemberTwice { place: n + 1 });
        }
        match wishes.len() {
            0 => return Err(PartyError::NoWish),
            n if n > MAX_WISHES => return Err(PartyError::TooManyWishes(n)),
            _ => {}
        }
        if let Some(n) = (1..wishes.len()).find(|&n| wishes[..n].contains(&wishes[n])) {
            return Err(PartyError::WishTwice(wishes[n]));
        }
        Ok(Self { members, wishes })
    }

    /// Its members, in the order they were listed.
    #[must_use]
    pub fn members(&self) -> &[Member] {
        &self.members
    }

    /// The shelters it accepts, most wished first.
    #[must_use]
    pub fn wishes(&self) -> &[ShelterCode] {
        &self.wishes
    }

    /// Whether it is a family (two or more) and not a single.
    #[must_use]
    pub fn is_family(&self) -> bool {
        self.members.len() > 1
    }
}
