//! Decisions about places, moves, and what takes two coordinators.

use std::collections::{BTreeMap, BTreeSet};

use super::act::{Act, Two};
use super::desk::{Said, as_asked, holds, word};
use super::model::{Model, Stage, State, Status, WaitEnd};
use super::places::{Decision, Kind, Plan, Pool, Sex, ShelterNo, Who};
use super::rules::Party;
use super::support::Answer;
use super::when::{self, Night};

impl Model {
    pub fn house(&mut self, act: &Act, answer: &Answer) -> Said<()> {
        match act {
            Act::Ban { .. } | Act::Lift { .. } => self.ban_step(act, answer),
            Act::Waive { person, day, from } => self.waive(*person, *day, *from, answer),
            Act::Decide { decision } => self.decide(*decision, answer),
            Act::EndOtherwise { key, last } => self.end_otherwise(key, *last, answer),
            Act::TakeBack { key } => self.undo_decision(key, answer),
            Act::Move { code, to } => self.move_party(code, *to, answer),
            Act::Sign { day, step } => self.sign(*day, *step, answer),
            Act::Signed { day, step, signature, own } => self.signed(*day, *step, (signature, *own), answer),
            other => unreachable!("{other:?} is no step of the house"),
        }
    }

    /// A frozen list counts on the places.
    fn places_stand_still(&self) -> bool {
        self.running.is_some_and(|date| self.days[&date].stage.counts_on_places())
    }

    fn decide(&mut self, decision: Decision, answer: &Answer) -> Said<()> {
        let mut after = self.plan.clone();
        after.decisions.push(decision);
        if holds(answer, 201, &self.against_plan(&after))? {
            self.decided(decision, word(&answer.body, "id"));
        }
        Ok(())
    }

    /// A decision stands from now on, and this is what the service calls it.
    pub fn decided(&mut self, decision: Decision, key: &str) {
        let last = match decision {
            Decision::Number { .. } => None,
            Decision::Extra { night, .. } => Some(night),
            Decision::Closure { last, .. } | Decision::Lending { last, .. } => Some(last),
        };
        self.plan.decisions.push(decision);
        self.keys_of_decisions.push(key.to_owned());
        self.place_changes.push((self.now, "decided", key.to_owned(), last));
    }

    /// Only what has an end can end on another night.
    fn end_otherwise(&mut self, key: &str, until: Night, answer: &Answer) -> Said<()> {
        let mut after = self.plan.clone();
        let found = self.keys_of_decisions.iter().position(|one| one == key);
        let against = match found.map(|n| &mut after.decisions[n]) {
            None => vec!["not-found"],
            Some(Decision::Number { .. } | Decision::Extra { .. }) => vec!["no-end-to-move"],
            Some(Decision::Closure { first, last, .. } | Decision::Lending { first, last, .. }) => {
                *last = until;
                if until < *first { vec!["invalid-fields"] } else { self.against_plan(&after) }
            }
        };
        if holds(answer, 200, &against)? {
            self.plan = after;
            self.place_changes.push((self.now, "ends_otherwise", key.to_owned(), Some(until)));
        }
        Ok(())
    }

    /// As if it had never been decided.
    fn undo_decision(&mut self, key: &str, answer: &Answer) -> Said<()> {
        let mut after = self.plan.clone();
        let found = self.keys_of_decisions.iter().position(|one| one == key);
        let against = match found {
            None => vec!["not-found"],
            Some(n) => {
                after.decisions.remove(n);
                self.against_plan(&after)
            }
        };
        if holds(answer, 200, &against)? {
            self.plan = after;
            self.taken_back.push(self.keys_of_decisions.remove(found.unwrap()));
            let before = self.place_changes.iter().rev().find(|(_, _, of, _)| of == key);
            self.place_changes.push((self.now, "taken_back", key.to_owned(), before.unwrap().3));
        }
        Ok(())
    }

    /// A change that would leave somebody without a place is refused, and so is one of a night that has begun.
    fn against_plan(&self, after: &Plan) -> Vec<&'static str> {
        let mut against = Vec::new();
        if self.places_stand_still() {
            against.push("list-frozen");
        }
        let numbers = after.decisions.iter().filter_map(|decision| match *decision {
            Decision::Number { pool, from, .. } => Some((pool, from)),
            _ => None,
        });
        let mut once = BTreeSet::new();
        if numbers.into_iter().any(|number| !once.insert(number)) {
            against.push("number-twice");
            return against;
        }
        let mut pools = self.plan.pools();
        pools.extend(after.pools());
        let first = when::tonight_at_the_desk(self.now);
        let begins = self.plan.begins().min(after.begins());
        let end = self.plan.horizon().max(after.horizon()) + 1;
        let differs =
            |night: &Night| pools.iter().any(|&pool| self.plan.on(pool, *night) != after.on(pool, *night));
        let changed: Vec<Night> = (begins..=end).filter(differs).collect();
        // Not only on nights that change: of a pool that lent all it has, a closure changes nothing but that.
        if !(begins..=end).all(|night| after.lends_what_it_has(night)) {
            against.push("lends-more-than-it-has");
            return against;
        }
        // Before the first desk day what was before is written down as it was.
        let held_any_day = self.days.values().any(|day| day.opened);
        if held_any_day && changed.iter().any(|night| *night < first) {
            against.push("night-has-begun");
        }
        let short = self.held_from(0).into_iter().any(|((pool, night), held)| {
            after.open(pool, night) < held && after.open(pool, night) < self.plan.open(pool, night)
        });
        if short {
            against.push("would-displace");
        }
        let too_few = self.counts.iter().any(|(&(shelter, night), counts)| {
            let of_shelter: BTreeSet<&Pool> = pools.iter().filter(|pool| pool.shelter == shelter).collect();
            let open = |plan: &Plan| -> u32 { of_shelter.iter().map(|pool| plan.open(**pool, night)).sum() };
            let counted = counts.last().map_or(0, |heads| heads.iter().sum());
            open(after) < counted && open(after) < open(&self.plan)
        });
        if too_few {
            against.push("counted-more");
        }
        against
    }

    /// The whole party to another shelter, for all its nights there are left; not into a night closed at either door.
    fn move_party(&mut self, code: &str, to: ShelterNo, answer: &Answer) -> Said<()> {
        let tonight = when::tonight_at_the_desk(self.now);
        let found = self.current(code);
        let (mut against, mut party, mut nights, mut pools) = (Vec::new(), Vec::new(), None, Vec::new());
        if self.places_stand_still() {
            against.push("list-frozen");
        }
        if !self.in_the_draw(to) {
            against.push("invalid-fields");
        }
        match found {
            Err(why) => against.push(why),
            Ok(n) => {
                let (day, lot) = (self.tickets[n].day, self.tickets[n].lot);
                let has_nights =
                    |n: &usize| self.tickets[*n].nights().is_some_and(|(_, last)| last >= tonight);
                party = self.tickets_of_lot(day, lot).filter(has_nights).collect();
                nights = self.nights_to_move(&party, to, tonight);
                if !party.contains(&n) {
                    against.push("no-night-left");
                } else if let Some((first, last)) = nights {
                    party.retain(|&n| self.tickets[n].nights().is_some_and(|(_, last)| last >= first));
                    let banned = |&n: &usize| {
                        self.bans_at(self.tickets[n].person, to)
                            .any(|(from, until)| from <= last && first <= until)
                    };
                    if party.iter().any(banned) {
                        against.push("banned-there");
                    } else if let Some(found) = self.room(&party, to, (first, last)) {
                        pools = found;
                    } else {
                        against.push("no-room-there");
                    }
                } else {
                    against.push("nothing-to-move");
                }
            }
        }
        if !holds(answer, 200, &against)? {
            return Ok(());
        }
        let (from, _) = nights.unwrap();
        for (n, pool) in party.into_iter().zip(pools) {
            for one in &mut self.arrivals {
                if (one.ticket, one.night) == (n, from) && one.shelter != to {
                    one.stands = false;
                }
            }
            let ticket = &mut self.tickets[n];
            if from <= ticket.first {
                ticket.moves.clear();
                ticket.pool = pool;
            } else {
                ticket.moves.retain(|(night, _)| *night < from);
                ticket.moves.push((from, pool));
            }
        }
        self.compare_ticket(found.unwrap(), &answer.body)
    }

    fn nights_to_move(&self, party: &[usize], to: ShelterNo, tonight: Night) -> Option<(Night, Night)> {
        let last = party.iter().filter_map(|&n| self.tickets[n].nights()).map(|(_, last)| last).max()?;
        let first = (tonight..=last).find(|&night| {
            let mut sleeps =
                party.iter().map(|&n| &self.tickets[n]).filter(|ticket| ticket.holds(night)).peekable();
            let closed = self.is_closed(to, night)
                || sleeps.clone().any(|ticket| self.is_closed(ticket.pool_on(night).shelter, night));
            !closed && sleeps.peek().is_some() && sleeps.any(|ticket| ticket.pool_on(night).shelter != to)
        })?;
        Some((first, last))
    }

    /// Places for all, on all nights: men's or women's before any, single before family; men, then women, then the others.
    fn room(&self, party: &[usize], to: ShelterNo, (first, last): (Night, Night)) -> Option<Vec<Pool>> {
        let mut others = self.clone();
        for &n in party {
            others.tickets[n].state = State::Declined;
        }
        let held = others.held_from(first);
        let mut left: BTreeMap<Pool, u32> = BTreeMap::new();
        for pool in self.plan.pools().into_iter().filter(|pool| pool.shelter == to) {
            let free = |night| self.plan.open(pool, night) - held.get(&(pool, night)).copied().unwrap_or(0);
            left.insert(pool, (first..=last).map(free).min().unwrap());
        }
        let sex = |n: usize| self.people[self.tickets[n].person].sex;
        let mut order: Vec<usize> = (0..party.len()).collect();
        order.sort_by_key(|&at| sex(party[at]));
        let mut found = vec![None; party.len()];
        for at in order {
            let pool = self.best_pool(&left, sex(party[at]))?;
            *left.get_mut(&pool).unwrap() -= 1;
            found[at] = Some(pool);
        }
        found.into_iter().collect()
    }

    fn best_pool(&self, left: &BTreeMap<Pool, u32>, sex: Sex) -> Option<Pool> {
        let fits =
            left.iter().filter(|(pool, count)| **count > 0 && pool.who.fits(sex)).map(|(pool, _)| *pool);
        fits.min_by_key(|pool| (pool.who == Who::Any, pool.kind == Kind::Family))
    }

    fn sign(&mut self, date: Night, step: Two, answer: &Answer) -> Said<()> {
        let against = match self.day(date) {
            None => vec!["desk-day-not-opened"],
            Some(day) => {
                let stands = match step {
                    Two::Abandon(draw) => day.stage == Stage::AwaitingEntropy && draw == day.draws,
                    Two::Redraw { draw, .. } => day.stage == Stage::Drawn && draw == day.draws,
                    Two::Reinstate(lot) => lot as usize <= day.lots.len(),
                };
                if stands { vec![] } else { vec!["nothing-to-sign"] }
            }
        };
        if holds(answer, 201, &against)? {
            self.signatures.push((word(&answer.body, "countersignature").to_owned(), date, step));
        }
        Ok(())
    }

    fn signed(
        &mut self,
        date: Night,
        step: Two,
        (signature, own): (&str, bool),
        answer: &Answer,
    ) -> Said<()> {
        let mut against = Vec::new();
        if self.signatures_used.contains(signature) {
            against.push("countersignature-used");
        }
        if own {
            against.push("same-person-countersigns");
        }
        let day = &self.days[&date];
        match step {
            Two::Abandon(draw) | Two::Redraw { draw, .. } => {
                let has_list = day.frozen.is_some() && draw == day.draws && day.stage != Stage::NotHeld;
                if !has_list {
                    against.push("not-the-current-draw");
                }
                let stage =
                    if matches!(step, Two::Abandon(_)) { Stage::AwaitingEntropy } else { Stage::Drawn };
                if day.stage != stage {
                    against.push("desk-day-not-now");
                }
            }
            Two::Reinstate(_) => {}
        }
        match step {
            Two::Redraw { digits, .. } => {
                if day.redrawn {
                    against.push("redraw-used");
                }
                let typed = day.dice.as_ref().is_some_and(|(_, typed)| !typed.is_empty());
                if digits && !typed {
                    against.push("no-digits-typed");
                }
            }
            Two::Reinstate(lot) => against.extend(self.against_reinstating(date, lot)),
            Two::Abandon(_) => {}
        }
        if !holds(answer, 200, &against)? {
            return Ok(());
        }
        self.signatures_used.insert(signature.to_owned());
        match step {
            Two::Abandon(_) => self.set_aside(date),
            Two::Redraw { .. } => self.redraw(date),
            Two::Reinstate(lot) => self.reinstate(date, lot),
        }
        self.compare_day(&answer.body)
    }

    /// The list no longer stands; who was put first, or reinstated, still waits.
    fn set_aside(&mut self, date: Night) {
        let day = self.days.get_mut(&date).unwrap();
        day.stage = Stage::Closed;
        day.frozen = None;
    }

    /// Replaces the first draw entirely: its tickets end without a night, its reserve list is cleared.
    fn redraw(&mut self, date: Night) {
        let mut taken_back = Vec::new();
        for n in 0..self.tickets.len() {
            if self.tickets[n].day == date && self.tickets[n].state == State::Waiting {
                taken_back.push(self.tickets[n].lot);
                self.end_ticket(n, "revoked", self.tickets[n].first);
            }
        }
        let day = self.days.get_mut(&date).unwrap();
        // Whom a ban put at its head had had a place.
        let heads = day.waiting.iter().filter(|one| one.rank.0 == 0 && one.ended.is_none());
        taken_back.extend(heads.map(|one| one.lot));
        day.waiting.retain(|one| one.rank.0 > 1);
        day.redrawn = true;
        let mut again: Vec<super::model::Waiting> = day.waiting.clone();
        again.retain(|one| one.ended == Some(WaitEnd::Placed) && taken_back.contains(&one.lot));
        for one in again {
            self.enqueue(date, super::model::Waiting { ended: None, ..one });
        }
        self.bans_of_who_waits_again(date);
        self.set_aside(date);
    }

    fn as_party(&self, date: Night, lot: u32) -> Option<Party> {
        let lot = &self.days[&date].lots[lot as usize - 1];
        let members: Option<Vec<usize>> = lot.members.iter().map(|member| member.person).collect();
        let members = members?.into_iter().zip(lot.shown.clone()).collect();
        Some(Party { members, wishes: lot.wishes.clone(), women_only: lot.women_only })
    }

    fn against_reinstating(&self, date: Night, number: u32) -> Vec<&'static str> {
        let day = &self.days[&date];
        let lot = &day.lots[number as usize - 1];
        let mut against = Vec::new();
        let closed = matches!(
            day.stage,
            Stage::Closed | Stage::Frozen | Stage::AwaitingEntropy | Stage::Drawn | Stage::HandingOut
        );
        if !closed {
            against.push("desk-day-not-now");
        }
        let waits = day.waiting.iter().any(|one| one.lot == number && one.ended.is_none());
        if lot.status == Status::In || waits {
            against.push("lot-not-out");
        }
        if number > day.last_lot {
            against.push("lot-given-after-close");
        }
        let others = |person: usize| self.lot_in(day, person).is_some_and(|of| of != number);
        if lot.members.iter().filter_map(|member| member.person).any(others) {
            against.push("member-in-another-lot");
        }
        match self.as_party(date, number) {
            None => against.push("nobody-to-reinstate"),
            Some(party) if against.is_empty() && !self.judge(day, &party).is_in() => {
                against.push("still-refused")
            }
            Some(_) => {}
        }
        against
    }

    fn reinstate(&mut self, date: Night, number: u32) {
        let verdict = self.judge(&self.days[&date], &self.as_party(date, number).unwrap());
        let mut lot = self.days[&date].lots[number as usize - 1].clone();
        (lot.accepts, lot.from) = (verdict.accepts, verdict.from);
        let asks = as_asked(&lot);
        let day = self.days.get_mut(&date).unwrap();
        for member in &mut day.lots[number as usize - 1].members {
            (member.active, member.reason) = (true, None);
        }
        self.wait(date, &lot, (2, asks.lot));
    }
}
