//! Parties (sällskap), their wishes and their lots (domain.md, *Wishes*; draw.md, section 1).

use std::fmt;

use serde::{Deserialize, Serialize};

use super::guest::{GuestId, Sex};
use super::shelter::ShelterCode;
use super::word::words;

/// The most members a party may have (draw.md, section 2).
pub const MAX_MEMBERS: usize = 20;
/// The most members of a party that the desk registers at once, or who take places at a door together.
pub const MAX_AT_ONCE: usize = 12;
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

words! { LotStatus { In = "in", Withdrawn = "withdrawn", Refused = "refused" } }

/// What a party that registers now asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asks {
    /// A place in the draw.
    InTheDraw,
    /// A place at once (`direct` mode).
    AtOnce,
    /// What is left after the reserve list: it is a late-comer, and never enters a draw.
    AsLateComer,
}

/// What a party asked for when it got its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AskedFor {
    /// A place in the draw.
    InTheDraw,
    /// A place at once, in direct mode.
    AtOnce,
    /// What is left after the reserve list.
    AsLateComer,
    /// Nothing that can be given: a person who has nothing to be known by, logged so that it counts.
    Logged,
}

impl From<Asks> for AskedFor {
    fn from(asks: Asks) -> Self {
        match asks {
            Asks::InTheDraw => Self::InTheDraw,
            Asks::AtOnce => Self::AtOnce,
            Asks::AsLateComer => Self::AsLateComer,
        }
    }
}

words! { AskedFor { InTheDraw = "draw", AtOnce = "at_once", AsLateComer = "late", Logged = "logged" } }

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
    #[error("this party has no member: add who asks")]
    NoMember,
    /// More than [`MAX_MEMBERS`].
    #[error("a party has at most {MAX_MEMBERS} members and this one has {0}: let them ask as two parties")]
    TooManyMembers(usize),
    /// One person listed twice.
    #[error("member {place} is listed twice in this party: leave one of the two out")]
    MemberTwice {
        /// Its place in the list, from 1.
        place: usize,
    },
    /// No shelter named.
    #[error("this party accepts no shelter: name at least one")]
    NoWish,
    /// More than [`MAX_WISHES`].
    #[error(
        "a party names at most {MAX_WISHES} shelters and this one names {0}: leave out those it wishes least"
    )]
    TooManyWishes(usize),
    /// One shelter named twice.
    #[error("shelter {0} is named twice: leave it where it is wished most")]
    WishTwice(ShelterCode),
}

/// More people at once than the desk registers, or nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a party has 1 to {MAX_AT_ONCE} members and this one has {0}: let a larger one ask as two")]
pub struct NotAtOnce(usize);

/// Whether the desk registers so many people at once.
///
/// # Errors
/// [`NotAtOnce`].
pub fn registered_at_once(members: usize) -> Result<(), NotAtOnce> {
    if (1..=MAX_AT_ONCE).contains(&members) { Ok(()) } else { Err(NotAtOnce(members)) }
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

    /// The party of those members alone whom `keep` keeps, with the same wishes; none if nobody is left.
    #[must_use]
    pub fn keeping(&self, keep: impl Fn(&Member) -> bool) -> Option<Self> {
        let members: Vec<_> = self.members.iter().copied().filter(|member| keep(member)).collect();
        (!members.is_empty()).then(|| Self { members, wishes: self.wishes.clone() })
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

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn member(number: u128) -> Member {
        Member { guest: GuestId(Uuid::from_u128(number)), sex: Sex::Woman }
    }

    fn members(count: u128) -> Vec<Member> {
        (1..=count).map(member).collect()
    }

    fn wishes(count: usize) -> Vec<ShelterCode> {
        (0..count).map(|n| format!("s{n}").parse().unwrap()).collect()
    }

    #[test]
    fn a_party_keeps_its_members_and_wishes_in_the_order_given() {
        let wishes = vec!["sm".parse().unwrap(), "fa".parse().unwrap()];
        let party = Party::new(vec![member(2), member(1)], wishes.clone()).unwrap();
        assert_eq!(party.members(), [member(2), member(1)]);
        assert_eq!(party.wishes(), wishes);
    }

    #[test]
    fn one_is_a_single_and_two_are_a_family() {
        assert!(!Party::new(members(1), wishes(1)).unwrap().is_family());
        assert!(Party::new(members(2), wishes(1)).unwrap().is_family());
    }

    #[test]
    fn a_party_has_one_to_twenty_members() {
        assert_eq!(Party::new(vec![], wishes(1)), Err(PartyError::NoMember));
        assert!(Party::new(members(20), wishes(1)).is_ok());
        assert_eq!(Party::new(members(21), wishes(1)), Err(PartyError::TooManyMembers(21)));
    }

    #[test]
    fn the_desk_registers_one_to_twelve_people_at_once() {
        assert_eq!([0, 1, 12, 13].map(|n| registered_at_once(n).is_ok()), [false, true, true, false]);
        let said = registered_at_once(13).unwrap_err().to_string();
        assert_eq!(said, "a party has 1 to 12 members and this one has 13: let a larger one ask as two");
    }

    #[test]
    fn a_person_is_listed_once_whatever_sex_is_given() {
        let again = Member { sex: Sex::Man, ..member(1) };
        let listed = vec![member(1), member(2), again];
        assert_eq!(Party::new(listed, wishes(1)), Err(PartyError::MemberTwice { place: 3 }));
    }

    #[test]
    fn a_party_names_one_to_sixty_four_shelters_each_once() {
        assert_eq!(Party::new(members(1), vec![]), Err(PartyError::NoWish));
        assert!(Party::new(members(1), wishes(64)).is_ok());
        assert_eq!(Party::new(members(1), wishes(65)), Err(PartyError::TooManyWishes(65)));
        let mut twice = wishes(3);
        twice.push(twice[1]);
        assert_eq!(Party::new(members(1), twice.clone()), Err(PartyError::WishTwice(twice[1])));
    }

    #[test]
    fn a_party_that_keeps_some_members_keeps_its_wishes() {
        let party = Party::new(members(3), wishes(2)).unwrap();
        let kept = party.keeping(|one| *one != member(2)).unwrap();
        assert_eq!(kept, Party::new(vec![member(1), member(3)], wishes(2)).unwrap());
        assert_eq!(party.keeping(|_| false), None);
    }

    #[test]
    fn a_refused_party_is_told_what_to_change() {
        let twice = PartyError::WishTwice("fa".parse().unwrap());
        assert_eq!(twice.to_string(), "shelter fa is named twice: leave it where it is wished most");
        let many = "a party has at most 20 members and this one has 21: let them ask as two parties";
        assert_eq!(PartyError::TooManyMembers(21).to_string(), many);
    }
}
