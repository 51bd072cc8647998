//! Which of the shelters a party accepts are left: those that could take it, hold to its women's wish, and ban none of its
//! members (domain.md, *Bans*, *Wishes*, *Eligibility*).

use std::fmt;

use serde::{Deserialize, Serialize};

use super::reason::{Barred, Reason, Remaining};
use super::{DayFacts, PartyFacts, PersonFacts};
use crate::domain::ban::span;
use crate::domain::guest::{GuestId, Sex};
use crate::domain::night::{Night, Nights};
use crate::domain::party::Party;
use crate::domain::place::plan::Plan;
use crate::domain::place::{Pool, Who};
use crate::domain::shelter::{Shelter, ShelterCode, Terms};

/// The places of a shelter on one night if nobody slept there, by whom they take. Singles and families may both use both
/// kinds of place, so kind plays no part in whether a party fits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Capacity {
    /// Places for men.
    pub men: u32,
    /// Places for women.
    pub women: u32,
    /// Places for any.
    pub any: u32,
}

impl Capacity {
    /// Adds up the places of one shelter's pools on one night: their number, with lending and extra places, less those
    /// closed; tickets play no part.
    #[must_use]
    pub fn of(places: impl IntoIterator<Item = (Pool, u32)>) -> Self {
        places.into_iter().fold(Self::default(), |mut sum, (pool, count)| {
            let places = match pool.who {
                Who::Men => &mut sum.men,
                Who::Women => &mut sum.women,
                Who::Any => &mut sum.any,
            };
            *places = places.saturating_add(count);
            sum
        })
    }

    /// Whether all members find a place each: first on those of their own sex, the rest on those for any.
    fn takes(self, party: &Party) -> bool {
        let count = |sex| party.members().iter().filter(|member| member.sex == sex).count();
        let beyond =
            |sex, places: u32| count(sex).saturating_sub(usize::try_from(places).unwrap_or(usize::MAX));
        let rest = beyond(Sex::Man, self.men) + beyond(Sex::Woman, self.women) + count(Sex::Other);
        rest <= usize::try_from(self.any).unwrap_or(usize::MAX)
    }
}

/// What is known of a shelter in the draw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShelterFacts {
    /// Which.
    pub code: ShelterCode,
    /// Its terms today.
    pub terms: Terms,
    /// What it could take if empty, for each start night of the day; a night that is not listed has no places.
    pub if_empty: Vec<(Night, Capacity)>,
}

impl ShelterFacts {
    /// What the plan of places says of a shelter for these start nights.
    #[must_use]
    pub fn of(shelter: &Shelter, plan: &Plan, start_nights: Nights) -> Self {
        let pools = plan.pools_in_the_draw(std::slice::from_ref(shelter));
        let on = |night| Capacity::of(pools.iter().map(|&pool| (pool, plan.pool_on(pool, night).open())));
        let if_empty = start_nights.iter().map(|night| (night, on(night))).collect();
        Self { code: shelter.code, terms: shelter.terms, if_empty }
    }
}

/// A shelter among the wishes that is left out of what the party accepts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    /// Which.
    pub shelter: ShelterCode,
    /// Why: at least one.
    pub why: Vec<Why>,
}

/// Why a shelter is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum Why {
    /// A member is banned there on one of the nights that count.
    Banned {
        /// Who.
        guest: GuestId,
        /// The last night of the ban.
        through: Night,
    },
    /// It has, on no start night left to the party, places for all its members.
    NeverFits,
    /// A woman of the party accepts women's places only, and it has places for any, on which she might be seated.
    NotWomenOnly,
    /// It gives no places at the desk: it is not in the draw of this day.
    NotInTheDraw,
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Banned { through, .. } => write!(f, "banned there through the night of {through}"),
            Self::NeverFits => f.write_str("has no places for such a party, even if empty"),
            Self::NotWomenOnly => f.write_str("has places that are not for women only"),
            Self::NotInTheDraw => f.write_str("is not in the draw today"),
        }
    }
}

/// What the wishes come to.
pub(super) struct Judged {
    pub(super) accepts: Vec<ShelterCode>,
    pub(super) left_out: Vec<LeftOut>,
    /// Members whose own bans alone bar the party.
    pub(super) of_members: Vec<(GuestId, Reason)>,
    pub(super) of_party: Option<Reason>,
}

/// A party that may start from a night on, on a desk day.
#[derive(Clone, Copy)]
struct Question<'a> {
    facts: &'a PartyFacts<'a>,
    day: &'a DayFacts<'a>,
    from: Night,
}

/// Judges the wishes of a party whose first possible night is `from`.
pub(super) fn judge(facts: &PartyFacts, day: &DayFacts, from: Night) -> Judged {
    let question = Question { facts, day, from };
    let wishes = facts.party().wishes().iter();
    let wishes: Vec<_> =
        wishes.map(|&shelter| LeftOut { shelter, why: question.why_not_named(shelter) }).collect();
    let accepts: Vec<_> = wishes.iter().filter(|wish| wish.why.is_empty()).map(|wish| wish.shelter).collect();
    let left_out: Vec<_> = wishes.into_iter().filter(|wish| !wish.why.is_empty()).collect();
    let (of_members, of_party) =
        if accepts.is_empty() { question.refusal(&left_out) } else { (vec![], None) };
    Judged { accepts, left_out, of_members, of_party }
}

impl Question<'_> {
    fn why_not_named(&self, code: ShelterCode) -> Vec<Why> {
        let shelter = self.day.shelters.iter().find(|shelter| shelter.code == code);
        shelter.map_or_else(|| vec![Why::NotInTheDraw], |shelter| self.why_not(shelter))
    }

    fn why_not(&self, shelter: &ShelterFacts) -> Vec<Why> {
        let mut why: Vec<_> =
            self.facts.persons.iter().filter_map(|person| self.ban(person, shelter)).collect();
        let left = self.from..=self.day.start_nights.last();
        let mut nights = shelter.if_empty.iter().filter(|(night, _)| left.contains(night));
        if !nights.clone().any(|(_, capacity)| capacity.takes(self.facts.party())) {
            why.push(Why::NeverFits);
        }
        let has_woman = self.facts.party().members().iter().any(|member| member.sex == Sex::Woman);
        if self.facts.women_only && has_woman && nights.any(|(_, capacity)| capacity.any > 0) {
            why.push(Why::NotWomenOnly);
        }
        why
    }

    fn ban(&self, person: &PersonFacts, shelter: &ShelterFacts) -> Option<Why> {
        let span = span(self.from, self.day.start_nights.last(), shelter.terms.full_nights);
        let bans = person.bans.iter().filter(|ban| ban.shelter == shelter.code && ban.touches(span));
        let through = bans.map(|ban| ban.nights).map(Nights::last).max()?;
        Some(Why::Banned { guest: person.guest, through })
    }

    /// Why no wish is left: the bans of each member that alone bars the party, else of all together; or no wish that could
    /// take it at all.
    fn refusal(&self, left_out: &[LeftOut]) -> (Vec<(GuestId, Reason)>, Option<Reason>) {
        let could_take: Vec<_> = left_out
            .iter()
            .filter(|wish| wish.why.iter().all(|why| matches!(why, Why::Banned { .. })))
            .collect();
        if could_take.is_empty() {
            return (vec![], Some(Reason::NeverFits { remaining: self.remaining() }));
        }
        let barred_by = |who: Option<GuestId>| -> Vec<Barred> {
            could_take.iter().filter_map(|wish| barred(wish, who)).collect()
        };
        let alone: Vec<_> = self
            .facts
            .persons
            .iter()
            .map(|person| (person.guest, barred_by(Some(person.guest))))
            .filter(|(_, bans)| bans.len() == could_take.len())
            .map(|(guest, bans)| (guest, Reason::Banned { bans, remaining: self.remaining() }))
            .collect();
        let together = || Reason::Banned { bans: barred_by(None), remaining: self.remaining() };
        let of_party = alone.is_empty().then(together);
        (alone, of_party)
    }

    /// The shelters that would remain, in the order in which they are shown; asked only when no wish is among them.
    fn remaining(&self) -> Remaining {
        let mut remaining = Remaining::default();
        for shelter in self.day.shelters {
            match self.why_not(shelter).as_slice() {
                [] => remaining.shelters.push(shelter.code),
                [Why::NotWomenOnly] => remaining.if_not_women_only.push(shelter.code),
                _ => {}
            }
        }
        remaining
    }
}

/// How the bans of one member, or of all, bar the party from a shelter, until the last of them ends; none if they do not.
fn barred(wish: &LeftOut, who: Option<GuestId>) -> Option<Barred> {
    let last = |why: &Why| match *why {
        Why::Banned { guest, through } if who.is_none_or(|who| who == guest) => Some(through),
        _ => None,
    };
    let through = wish.why.iter().filter_map(last).max()?;
    Some(Barred { shelter: wish.shelter, through })
}
