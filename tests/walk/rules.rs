//! Eligibility: who may ask for which night, and why not (domain.md, *Eligibility*, *Karens*, *Bans*).

use super::model::{DeskDay, Model, Ticket, int};
use super::places::{Sex, ShelterNo, Who};
use super::when::{self, Night};

/// A reason, in the order of *Eligibility*, with the night that goes with it.
pub type Reason = (&'static str, Option<Night>);

const ORDER: [&str; 8] =
    ["no_document", "under_18", "holds_ticket", "karens", "week_rule", "in_a_lot", "banned", "never_fits"];

#[derive(Clone, Debug)]
pub struct OfMember {
    pub whole_day: Vec<Reason>,
    pub nights: Vec<(Night, Vec<Reason>)>,
    pub from: Option<Night>,
}

impl OfMember {
    fn refusing(&self) -> impl Iterator<Item = &'static str> {
        let by_night = self.nights.iter().flat_map(|(_, reasons)| reasons);
        self.whole_day.iter().chain(by_night).map(|(reason, _)| *reason).filter(|_| self.from.is_none())
    }
}

#[derive(Clone, Debug)]
pub struct Verdict {
    pub members: Vec<OfMember>,
    pub from: Option<Night>,
    pub accepts: Vec<ShelterNo>,
    pub of_party: Option<&'static str>,
}

impl Verdict {
    pub fn is_in(&self) -> bool {
        self.from.is_some() && self.of_party.is_none()
    }

    /// The one reason under which a member is counted.
    pub fn main_reason(&self, member: usize) -> Option<&'static str> {
        if self.is_in() {
            return None;
        }
        let first = |reasons: &mut dyn Iterator<Item = &'static str>| {
            reasons.min_by_key(|reason| ORDER.iter().position(|one| one == reason))
        };
        let own = first(&mut self.members[member].refusing());
        own.or_else(|| first(&mut self.members.iter().flat_map(OfMember::refusing).chain(self.of_party)))
    }
}

/// A party that asks.
#[derive(Clone, Debug)]
pub struct Party {
    /// Who, and whether the document shown is valid.
    pub members: Vec<(usize, bool)>,
    pub wishes: Vec<ShelterNo>,
    pub women_only: bool,
}

/// Whether the shelter could not take the party for another reason, and whose bans stand against it.
struct Against {
    shelter: ShelterNo,
    banned: Vec<usize>,
    otherwise: bool,
}

fn open_to(against: &[Against]) -> Vec<ShelterNo> {
    against.iter().filter(|one| one.banned.is_empty() && !one.otherwise).map(|one| one.shelter).collect()
}

impl Model {
    pub fn judge(&self, day: &DeskDay, party: &Party) -> Verdict {
        let mut members: Vec<OfMember> =
            party.members.iter().map(|&(who, valid)| self.judge_one(day, who, valid)).collect();
        let latest = |members: &[OfMember]| {
            members
                .iter()
                .map(|member| member.from)
                .collect::<Option<Vec<_>>>()
                .map(|all| all.into_iter().max().unwrap())
        };
        let first_possible = latest(&members).unwrap_or(day.date);
        let against: Vec<Against> =
            party.wishes.iter().map(|&shelter| self.against(day, party, shelter, first_possible)).collect();
        let accepts = open_to(&against);
        let mut of_party = None;
        if accepts.is_empty() {
            let could: Vec<&Against> = against.iter().filter(|one| !one.otherwise).collect();
            let bars_alone = |n: &usize| could.iter().all(|one| one.banned.contains(&party.members[*n].0));
            let alone: Vec<usize> = (0..members.len()).filter(bars_alone).collect();
            if could.is_empty() {
                of_party = Some("never_fits");
            } else if alone.is_empty() {
                of_party = Some("banned");
            } else {
                for n in alone {
                    members[n].whole_day.push(("banned", None));
                    members[n].from = None;
                }
            }
        }
        let from = latest(&members);
        Verdict { members, from, accepts, of_party }
    }

    /// What a party accepts of its wishes, were a night its first possible one.
    pub fn accepts_from(&self, day: &DeskDay, party: &Party, from: Night) -> Vec<ShelterNo> {
        let against: Vec<Against> =
            party.wishes.iter().map(|&shelter| self.against(day, party, shelter, from)).collect();
        open_to(&against)
    }

    fn judge_one(&self, day: &DeskDay, who: usize, valid: bool) -> OfMember {
        let mut whole_day = Vec::new();
        if !valid {
            whole_day.push(("no_document", None));
        }
        if self.lot_in(day, who).is_some() {
            whole_day.push(("in_a_lot", None));
        }
        let nights: Vec<_> =
            (day.date..=day.last_start).map(|night| (night, self.reasons_on(day, who, night))).collect();
        let open = nights.iter().rev().take_while(|(_, reasons)| reasons.is_empty());
        let from = open.last().map(|(night, _)| *night).filter(|_| whole_day.is_empty());
        OfMember { whole_day, nights, from }
    }

    /// The lot of the day in which a person is.
    pub fn lot_in(&self, day: &DeskDay, who: usize) -> Option<u32> {
        let of = |lot: &&super::model::Lot| {
            lot.members.iter().any(|member| member.person == Some(who) && member.active)
        };
        day.lots.iter().find(of).map(|lot| lot.number)
    }

    fn reasons_on(&self, day: &DeskDay, who: usize, night: Night) -> Vec<Reason> {
        let mut reasons = Vec::new();
        if night < when::comes_of_age(self.people[who].birth) {
            reasons.push(("under_18", None));
        }
        let held = self.tickets_of(who).filter_map(|ticket| ticket.nights()).map(|(_, last)| last);
        reasons.extend(held.filter(|last| *last >= night).max().map(|last| ("holds_ticket", Some(last))));
        let lifts = |waiver: &super::model::Waiver| {
            waiver.day == day.date && waiver.from <= night && waiver.person.is_none_or(|person| person == who)
        };
        if self.waivers.iter().any(lifts) {
            return reasons;
        }
        let karens = self.tickets_of(who).filter_map(|ticket| ticket.karens());
        let karens = karens.filter(|(first, last)| (*first..=*last).contains(&night));
        reasons.extend(karens.map(|(_, last)| last).max().map(|last| ("karens", Some(last))));
        let week =
            self.tickets_of(who).filter_map(|ticket| self.week_rule(ticket)).filter(|from| night < *from);
        reasons.extend(week.max().map(|from| ("week_rule", Some(from))));
        reasons
    }

    /// The first night the rule of one ticket a week allows again, where there is that rule.
    pub fn week_rule(&self, ticket: &Ticket) -> Option<Night> {
        ticket.week_rule().filter(|_| self.terms.week_rule)
    }

    /// Bans of a person at a shelter that were not lifted.
    pub fn bans_at(&self, person: usize, shelter: ShelterNo) -> impl Iterator<Item = (Night, Night)> {
        let of =
            move |ban: &&super::model::Ban| ban.person == person && ban.shelter == shelter && !ban.lifted;
        self.bans.iter().filter(of).map(|ban| (ban.first, ban.last))
    }

    fn against(&self, day: &DeskDay, party: &Party, shelter: ShelterNo, from: Night) -> Against {
        let last = day.last_start + int(self.shelters[shelter].full) - 1;
        let touches = |(first, until): (Night, Night)| first <= last && from <= until;
        let people = party.members.iter().map(|(person, _)| *person);
        let banned = people.filter(|&person| self.bans_at(person, shelter).any(touches)).collect();
        let sexes: Vec<Sex> = party.members.iter().map(|(person, _)| self.people[*person].sex).collect();
        let left = from..=day.last_start;
        let never = !self.in_the_draw(shelter)
            || !left.clone().any(|night| self.takes_if_empty(shelter, night, &sexes));
        let mixed = party.women_only
            && sexes.contains(&Sex::Woman)
            && left.clone().any(|night| self.open_for(shelter, night, Who::Any) > 0);
        Against { shelter, banned, otherwise: never || mixed }
    }

    fn open_for(&self, shelter: ShelterNo, night: Night, who: Who) -> u32 {
        let pools = self.plan.pools().into_iter().filter(|pool| (pool.shelter, pool.who) == (shelter, who));
        pools.map(|pool| self.plan.open(pool, night)).sum()
    }

    fn takes_if_empty(&self, shelter: ShelterNo, night: Night, sexes: &[Sex]) -> bool {
        let count = |sex| u32::try_from(sexes.iter().filter(|one| **one == sex).count()).unwrap();
        let men = count(Sex::Man).saturating_sub(self.open_for(shelter, night, Who::Men));
        let women = count(Sex::Woman).saturating_sub(self.open_for(shelter, night, Who::Women));
        men + women + count(Sex::Other) <= self.open_for(shelter, night, Who::Any)
    }
}
