//! Eligibility: from facts to a verdict per start night, with every reason at once (domain.md, *Eligibility*).
//!
//! Judged per start night, never per day of asking: the desk is closed at weekends, so a guest whose karens ends on a
//! Friday asks during it to start on the Saturday. Whether there is room plays no part: fullness is never a refusal.

mod reason;
mod wishes;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::ban::Ban;
use super::guest::{DocumentShown, GuestId, Sex, comes_of_age, is_minor};
use super::karens::{WeekRule, karens, week_rule};
use super::night::{Night, Nights};
use super::party::{LotNumber, LotStatus, Member, Party, PartyError};
use super::shelter::ShelterCode;
use super::ticket::Ticket;
use super::waiver::Waiver;

pub use reason::{Barred, Reason, ReasonKind, Remaining};
pub use wishes::{Capacity, LeftOut, ShelterFacts, Why};

/// What is known of one person who asks.
#[derive(Clone, Copy, Debug)]
pub struct PersonFacts<'a> {
    /// Who.
    pub guest: GuestId,
    /// As it decides which places fit.
    pub sex: Sex,
    /// The date of birth.
    pub birth: NaiveDate,
    /// What was shown at the desk today.
    pub shown: DocumentShown,
    /// Every ticket of this person that may still matter: those of the last weeks, whatever their state.
    pub tickets: &'a [Ticket],
    /// This person's bans.
    pub bans: &'a [Ban],
    /// The other lots of today this person is a member of; not the one that is judged, if it has a number already.
    pub lots_today: &'a [(LotNumber, LotStatus)],
}

/// What is known of a party that asks: its members and wishes, and the facts of each member.
#[derive(Clone, Debug)]
pub struct PartyFacts<'a> {
    party: Party,
    persons: Vec<PersonFacts<'a>>,
    women_only: bool,
}

impl<'a> PartyFacts<'a> {
    /// The party of these persons, in this order, who accept the shelters of `wishes`, most wished first; `women_only` if
    /// its women accept women's places only. That wish says nothing in a party without a woman.
    ///
    /// # Errors
    /// A [`PartyError`] if they make no party.
    pub fn new(
        persons: Vec<PersonFacts<'a>>,
        wishes: Vec<ShelterCode>,
        women_only: bool,
    ) -> Result<Self, PartyError> {
        let members = persons.iter().map(|person| Member { guest: person.guest, sex: person.sex }).collect();
        Ok(Self { party: Party::new(members, wishes)?, persons, women_only })
    }

    /// The party itself.
    #[must_use]
    pub fn party(&self) -> &Party {
        &self.party
    }

    fn keeping(&self, keep: impl Fn(&PersonFacts<'a>) -> bool) -> Option<Self> {
        let persons: Vec<_> = self.persons.iter().copied().filter(|person| keep(person)).collect();
        let party = self.party.keeping(|member| persons.iter().any(|person| person.guest == member.guest))?;
        Some(Self { party, persons, women_only: self.women_only })
    }
}

/// What is known of the desk day on which a party asks.
#[derive(Clone, Copy, Debug)]
pub struct DayFacts<'a> {
    /// Its start nights; the first is the desk day's own.
    pub start_nights: Nights,
    /// The policy.
    pub week_rule: WeekRule,
    /// The waivers given; those for other guests or days lift nothing here.
    pub waivers: &'a [Waiver],
    /// The shelters in the draw, in the order in which they are shown. One that admits on its own is not among them.
    pub shelters: &'a [ShelterFacts],
}

/// What the rules say of one start night, for one member.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NightVerdict {
    /// The start night.
    pub night: Night,
    /// What stands in the way of starting on it, in the order of the rules; nothing if empty. What stands in the way on every
    /// night alike is said once, in [`MemberVerdict::whole_day`].
    pub reasons: Vec<Reason>,
}

/// What the rules say of one member.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberVerdict {
    /// Who.
    pub guest: GuestId,
    /// What stands in the way whatever the night: the document, another lot, and bans of this member that alone bar the
    /// party from every shelter it accepts that could take it.
    pub whole_day: Vec<Reason>,
    /// Each start night, in order.
    pub nights: Vec<NightVerdict>,
    /// The first start night from which this member may sleep, then and on every later one.
    pub from: Option<Night>,
}

impl MemberVerdict {
    /// The reasons for which this member may not sleep. None if there is a start night for it: what stood in the way on an
    /// earlier one refused nobody.
    fn refusing(&self) -> impl Iterator<Item = &Reason> {
        let by_night = self.nights.iter().flat_map(|night| &night.reasons);
        self.whole_day.iter().chain(by_night).filter(|_| self.from.is_none())
    }
}

/// What the rules say of a party.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// Each member, in the order of the party.
    pub members: Vec<MemberVerdict>,
    /// The party's first possible night: the latest of its members', none if one has none. On it and on every later start
    /// night all members may sleep (draw.md, section 2).
    pub from: Option<Night>,
    /// The shelters it would go to, most wished first: its wishes less those left out.
    pub accepts: Vec<ShelterCode>,
    /// Every wish left out, and why, for the desk to say before the draw and not after: a party that is `in` may have some.
    pub left_out: Vec<LeftOut>,
    /// What stands in the way of the party as a whole: no shelter it accepts ever takes it, or only the bans of several
    /// members together bar it from all that could.
    pub of_party: Option<Reason>,
}

impl Verdict {
    /// Whether the lot is in the draw or refused. A refused lot stands in the manifest with no `from` and no `accepts`.
    #[must_use]
    pub fn status(&self) -> LotStatus {
        if self.from.is_some() && self.of_party.is_none() { LotStatus::In } else { LotStatus::Refused }
    }

    /// The one reason under which this refused member is counted: the first that applies, in the order of *Eligibility*; a
    /// member without a reason of its own counts under its party's (domain.md, *Sums that must hold*). None if the lot is
    /// `in`, or the party has no such member.
    #[must_use]
    pub fn main_reason(&self, guest: GuestId) -> Option<&Reason> {
        if self.status() == LotStatus::In {
            return None;
        }
        let member = self.members.iter().find(|member| member.guest == guest)?;
        let of_party = self.members.iter().flat_map(MemberVerdict::refusing).chain(&self.of_party);
        member.refusing().min_by_key(|reason| reason.kind()).or(of_party.min_by_key(|reason| reason.kind()))
    }
}

/// Judges a party that asks on a desk day: who of it may start when, at which of the shelters it accepts, and everything
/// that stands in the way.
#[must_use]
pub fn judge(party: &PartyFacts, day: &DayFacts) -> Verdict {
    let mut members: Vec<_> = party.persons.iter().map(|person| judge_person(person, day)).collect();
    // Where nobody can start, bans are shown as for a party that could start on the first night: it may ask in smaller parts.
    let first_possible = latest_from(&members).unwrap_or(day.start_nights.first());
    let judged = wishes::judge(party, day, first_possible);
    for (guest, reason) in judged.of_members {
        for member in members.iter_mut().filter(|member| member.guest == guest) {
            member.whole_day.push(reason.clone());
            member.from = None;
        }
    }
    let from = latest_from(&members);
    Verdict { members, from, accepts: judged.accepts, left_out: judged.left_out, of_party: judged.of_party }
}

/// The shelters that a party would go to, which may start from the night `from` on: its wishes, less those left out. For a party
/// whose members the rules have let in already, and who go on in another company than they came in.
#[must_use]
pub fn accepts_from(party: &PartyFacts, day: &DayFacts, from: Night) -> Vec<ShelterCode> {
    wishes::judge(party, day, from).accepts
}

/// The latest first night of the members; none if one of them has none.
fn latest_from(members: &[MemberVerdict]) -> Option<Night> {
    let each: Option<Vec<Night>> = members.iter().map(|member| member.from).collect();
    each?.into_iter().max()
}

fn judge_person(person: &PersonFacts, day: &DayFacts) -> MemberVerdict {
    let whole_day = whole_day(person);
    let nights: Vec<_> = day
        .start_nights
        .iter()
        .map(|night| NightVerdict { night, reasons: on_night(person, day, night) })
        .collect();
    let open_at_the_end = nights.iter().rev().take_while(|night| night.reasons.is_empty());
    let from = open_at_the_end.last().map(|night| night.night).filter(|_| whole_day.is_empty());
    MemberVerdict { guest: person.guest, whole_day, nights, from }
}

fn whole_day(person: &PersonFacts) -> Vec<Reason> {
    let document =
        (person.shown != DocumentShown::Valid).then_some(Reason::NoDocument { shown: person.shown });
    let other_lot = person.lots_today.iter().find(|(_, status)| *status == LotStatus::In);
    document.into_iter().chain(other_lot.map(|&(lot, _)| Reason::InALot { lot })).collect()
}

/// What stands in the way of this person starting on this night, in the order of *Eligibility*.
fn on_night(person: &PersonFacts, day: &DayFacts, night: Night) -> Vec<Reason> {
    let minor =
        is_minor(person.birth, night).then(|| Reason::Under18 { comes_of_age: comes_of_age(person.birth) });
    let held = person.tickets.iter().filter_map(Ticket::nights).map(Nights::last);
    let held = held.filter(|&last| last >= night).max().map(|through| Reason::HoldsTicket { through });
    let lifted = is_waived(person.guest, day, night);
    let karens = person.tickets.iter().filter_map(karens).filter(|nights| nights.contains(night) && !lifted);
    let karens = karens.map(Nights::last).max().map(|through| Reason::Karens { through });
    let week = person.tickets.iter().filter_map(|ticket| week_rule(ticket, day.week_rule));
    let week = week.filter(|&from| night < from && !lifted).max().map(|from| Reason::WeekRule { from });
    [minor, held, karens, week].into_iter().flatten().collect()
}

fn is_waived(guest: GuestId, day: &DayFacts, night: Night) -> bool {
    let desk_day = day.start_nights.first().date();
    day.waivers.iter().any(|waiver| waiver.lifts(guest, desk_day, night))
}

/// A party parted from its minors.
#[derive(Clone, Debug)]
pub struct WithoutMinors<'a> {
    /// Each minor alone, for a refused lot of its own; the referral is logged with it.
    pub minors: Vec<PartyFacts<'a>>,
    /// The others, who may ask without; none if nobody is left.
    pub adults: Option<PartyFacts<'a>>,
}

/// Parts a party from the members who are under 18 on every start night (domain.md, *Eligibility*, *Sums that must hold*).
/// Who comes of age between start nights is no minor here, since there is a night on which that member may start.
#[must_use]
pub fn without_minors<'a>(party: &PartyFacts<'a>, start_nights: Nights) -> WithoutMinors<'a> {
    let minor = |person: &PersonFacts| is_minor(person.birth, start_nights.last());
    let minors = party.persons.iter().filter(|person| minor(person));
    WithoutMinors {
        minors: minors.filter_map(|one| party.keeping(|person| person.guest == one.guest)).collect(),
        adults: party.keeping(|person| !minor(person)),
    }
}

#[cfg(test)]
mod tests;
