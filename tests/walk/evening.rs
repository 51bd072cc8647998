//! Tickets in somebody's hands, doors and nights: what each step must answer (domain.md, *Ending early*, *Arrivals*,
//! *Walk-ins*, *Head count*, *Night*).

use serde_json::Value;

use super::act::Act;
use super::desk::{Said, holds, same, word};
use super::looks::night_of;
use super::model::{Admission, Arrival, Model, State, WalkIn};
use super::places::{Kind, Pool, ShelterNo, Who};
use super::support::Answer;
use super::when::{self, Night, text};

impl Model {
    pub fn evening(&mut self, act: &Act, answer: &Answer) -> Said<()> {
        match act {
            Act::GiveBack { code } => self.end_in_hand(code, "given_back", answer),
            Act::Revoke { code } => self.end_in_hand(code, "revoked", answer),
            Act::PlaceGone { code, from } => self.place_gone(code, *from, answer),
            Act::Reprint { code } => self.reprint(code, answer),
            Act::Arrive { shelter, code, night, enter } => {
                self.arrive(*shelter, code, *night, *enter, answer)
            }
            Act::UndoArrival { shelter, code, night } => self.undo_arrival(*shelter, code, *night, answer),
            Act::CloseNight { shelter, night, early } => self.close_night(*shelter, *night, *early, answer),
            Act::CountHeads { shelter, night, heads, corrects } => {
                self.count_heads((*shelter, *night), *heads, *corrects, answer)
            }
            Act::WalkIn { shelter, person, nights } => self.walk_in(*shelter, *person, *nights, answer),
            Act::UndoWalkIn { shelter, person, night } => {
                let bed = self.walk_ins.iter_mut().find(|bed| {
                    bed.stands && (bed.person, bed.night, bed.pool.shelter) == (*person, *night, *shelter)
                });
                let against: &[&str] = if bed.is_none() { &["not-found"] } else { &[] };
                if holds(answer, 200, against)? {
                    bed.unwrap().stands = false;
                }
                Ok(())
            }
            other => unreachable!("{other:?} is no step of the evening"),
        }
    }

    /// The ticket a code is good for, or what stands against it.
    pub fn current(&self, code: &str) -> Result<usize, &'static str> {
        let n = self.by_code(code).ok_or("not-found")?;
        if self.tickets[n].code.as_deref() == Some(code) { Ok(n) } else { Err("code-replaced") }
    }

    fn has_a_night_from(&self, n: usize, from: Night) -> bool {
        self.tickets[n].nights().is_some_and(|(_, last)| last >= from)
    }

    fn end_in_hand(&mut self, code: &str, cause: &'static str, answer: &Answer) -> Said<()> {
        let found = self.current(code);
        let against = match found {
            Err(against) => vec![against],
            Ok(n) if !self.tickets[n].handed_out() => vec!["ticket-not-collected"],
            Ok(n) if !self.has_a_night_from(n, self.first_touched(n)) => vec!["no-night-left"],
            Ok(_) => vec![],
        };
        if holds(answer, 200, &against)? {
            let n = found.unwrap();
            self.end_ticket(n, cause, self.first_touched(n));
            self.compare_ticket(n, &answer.body)?;
        }
        Ok(())
    }

    /// The shelter ends it: what is left is as if the ticket had been issued for that.
    fn place_gone(&mut self, code: &str, from: Option<Night>, answer: &Answer) -> Said<()> {
        let found = self.current(code);
        let against = match found {
            Err(against) => vec![against],
            Ok(n) if from.is_some_and(|from| from < self.first_touched(n)) => vec!["invalid-fields"],
            Ok(n) if !self.has_a_night_from(n, from.unwrap_or(self.first_touched(n))) => {
                vec!["no-night-left"]
            }
            Ok(_) => vec![],
        };
        if holds(answer, 200, &against)? {
            let n = found.unwrap();
            let from = from.unwrap_or(self.first_touched(n));
            let ticket = &mut self.tickets[n];
            ticket.cut = Some(from - 1);
            if from <= ticket.first {
                (ticket.state, ticket.cause, ticket.kept) = (State::Ended, Some("place_gone"), None);
            } else if ticket.state == State::Ended {
                ticket.kept = Some(from - 1);
            }
            self.compare_ticket(n, &answer.body)?;
        }
        Ok(())
    }

    fn reprint(&mut self, code: &str, answer: &Answer) -> Said<()> {
        let found = self.current(code);
        let against = match found {
            Err(against) => vec![against],
            Ok(n) => {
                let ticket = &self.tickets[n];
                let in_hand =
                    ticket.state == State::Collected || ticket.state == State::Ended && ticket.kept.is_some();
                if in_hand { vec![] } else { vec!["ticket-not-collected"] }
            }
        };
        if holds(answer, 200, &against)? {
            let n = found.unwrap();
            let new = word(&answer.body, "code").to_owned();
            if self.by_code(&new).is_some() {
                return Err("the model knows this code already".to_owned());
            }
            let old = self.tickets[n].code.replace(new).unwrap();
            self.tickets[n].replaced.push(old);
            self.compare_ticket(n, &answer.body)?;
        }
        Ok(())
    }

    pub fn compare_ticket(&self, n: usize, said: &Value) -> Said<()> {
        let ticket = &self.tickets[n];
        same("ticket's state", ticket.state.word(), word(said, "state"))?;
        same("why it ended", ticket.cause, said["cause"].as_str())?;
        let mut nights = Vec::new();
        for stay in said["stays"].as_array().into_iter().flatten() {
            let (first, last) = (night_of(stay, "first").unwrap(), night_of(stay, "last").unwrap());
            let pool = ["shelter", "kind", "who"].map(|of| word(stay, of).to_owned());
            nights.extend((first..=last).map(|night| (night, pool.clone())));
        }
        let stays = |night: Night| {
            let pool = ticket.pool_on(night);
            let shelter: &str = self.shelters[pool.shelter].code;
            (night, [shelter, pool.kind.word(), pool.who.word()].map(str::to_owned))
        };
        let known: Vec<_> =
            ticket.nights().map_or(vec![], |(first, last)| (first..=last).map(stays).collect());
        same("where it sleeps, night by night", known, nights)
    }

    /// What a door says to a code, with the night or shelter that goes with it.
    fn door_says(&self, door: ShelterNo, code: &str, on: Night) -> (&'static str, Option<String>) {
        let Some(n) = self.by_code(code) else { return ("unknown", None) };
        let ticket = &self.tickets[n];
        if ticket.code.as_deref() != Some(code) {
            return ("ended", Some("code_replaced".to_owned()));
        }
        if ticket.is_valid_on(on) {
            let at = ticket.pool_on(on).shelter;
            return match (at == door, self.shelters[at].protected) {
                (true, _) if self.arrived(n, on).is_some() => ("already_in", None),
                (true, _) => ("let_in", None),
                (false, true) => ("back_to_the_desk", None),
                (false, false) => ("other_shelter", Some(self.shelters[at].code.to_owned())),
            };
        }
        if !ticket.handed_out() {
            return ("unknown", None);
        }
        if let Some((first, _)) = ticket.nights().filter(|(first, _)| on < *first) {
            return ("not_yet", Some(text(first)));
        }
        if on > ticket.last {
            return ("over", self.may_ask_again(ticket.person, on).map(text));
        }
        let banned = self.bans_at(ticket.person, door).filter(|(first, last)| (*first..=*last).contains(&on));
        if let Some(through) = banned.map(|(_, last)| last).max() {
            return ("banned_here", Some(text(through)));
        }
        let ending = match ticket.cause.unwrap_or("place_gone") {
            "banned" if ticket.pool_on(on).shelter == door => "ban",
            "banned" => "revoked",
            cause => cause,
        };
        ("ended", Some(ending.to_owned()))
    }

    /// The first night a guest may have a place again; none where nothing holds the guest back.
    fn may_ask_again(&self, person: usize, on: Night) -> Option<Night> {
        let after = |ticket: &super::model::Ticket| {
            let (_, last) = ticket.nights()?;
            let last = ticket.karens().map_or(last, |(_, last)| last);
            Some(self.week_rule(ticket).unwrap_or(Night::MIN).max(last + 1))
        };
        self.tickets_of(person).filter_map(after).max().filter(|from| *from > on)
    }

    fn arrive(
        &mut self,
        door: ShelterNo,
        code: &str,
        night: Option<Night>,
        enter: bool,
        answer: &Answer,
    ) -> Said<()> {
        let tonight = when::tonight_at_the_door(self.now);
        let on = night.unwrap_or(tonight);
        if on > tonight || self.counts_heads(door) {
            return holds(answer, 200, &["invalid-fields", "shelter-counts-heads"]).map(|_| ());
        }
        let (says, with) = self.door_says(door, code, on);
        let entered = says == "let_in" && enter;
        holds(answer, if entered { 201 } else { 200 }, &[])?;
        let said = &answer.body;
        same("the door", says, word(said, "answer"))?;
        same("entered", Some(entered), said["entered"].as_bool())?;
        let told = match says {
            "other_shelter" => said["other_shelter"]["code"].as_str(),
            "not_yet" => said["from"].as_str(),
            "over" => said["may_ask_again"].as_str(),
            "banned_here" => said["through"].as_str(),
            "ended" => said["ended"].as_str(),
            _ => None,
        };
        same("what the door adds", with.as_deref(), told)?;
        if says == "let_in" {
            let correction = self.is_closed(door, on);
            same("a correction", Some(correction), said["correction"].as_bool())?;
            if entered {
                let ticket = self.by_code(code).unwrap();
                self.arrivals.push(Arrival { ticket, night: on, shelter: door, stands: true });
            }
        }
        Ok(())
    }

    fn undo_arrival(
        &mut self,
        door: ShelterNo,
        code: &str,
        night: Option<Night>,
        answer: &Answer,
    ) -> Said<()> {
        let tonight = when::tonight_at_the_door(self.now);
        let on = night.unwrap_or(tonight);
        let mut of: Vec<usize> = Vec::new();
        if let Some(ticket) = self.by_code(code) {
            let here = |n: &usize| {
                let one = &self.arrivals[*n];
                (one.ticket, one.night, one.shelter) == (ticket, on, door)
            };
            of = (0..self.arrivals.len()).filter(here).collect();
        }
        let stands = of.iter().copied().find(|&n| self.arrivals[n].stands);
        let against = match (stands, of.is_empty()) {
            _ if on > tonight => vec!["invalid-fields"],
            (None, true) => vec!["not-found"],
            (None, false) => vec!["arrival-undone"],
            _ => vec![],
        };
        if holds(answer, 200, &against)? {
            self.arrivals[stands.unwrap()].stands = false;
        }
        Ok(())
    }

    fn places_on(&self, shelter: ShelterNo, on: Night) -> (u32, u32) {
        let pools = self.plan.pools().into_iter().filter(|pool| pool.shelter == shelter);
        pools
            .map(|pool| self.plan.on(pool, on))
            .fold((0, 0), |(all, shut), (places, closed)| (all + places, shut + closed))
    }

    fn close_night(&mut self, shelter: ShelterNo, on: Night, early: bool, answer: &Answer) -> Said<()> {
        let mut against = Vec::new();
        if self.counts_heads(shelter) {
            against.push("shelter-counts-heads");
        }
        if self.is_closed(shelter, on) {
            against.push("night-closed-already");
        }
        if on > when::tonight_at_the_door(self.now) {
            against.push("night-not-begun");
        }
        let any_ticket =
            self.tickets.iter().any(|ticket| ticket.holds(on) && ticket.pool_on(on).shelter == shelter);
        if !any_ticket && self.places_on(shelter, on).0 == 0 {
            against.push("nothing-that-night");
        }
        if self.tickets_to_come(on) {
            against.push("tickets-to-come");
        }
        if !early && when::closes_early(on, self.now) {
            against.push("night-closed-early");
        }
        if holds(answer, 200, &against)? {
            let valid = self.expected(shelter, on).into_iter().collect();
            self.closed.insert((shelter, on), valid);
            self.release(shelter, on);
            self.compare_night(shelter, on, &answer.body)?;
        }
        Ok(())
    }

    /// Releases the rest of the tickets whose guests stayed away for too many nights in a row, the one just closed the last.
    fn release(&mut self, shelter: ShelterNo, on: Night) {
        let Some(limit) = self.terms.release_after else { return };
        let mut no_shows = self.closed[&(shelter, on)].clone();
        no_shows.retain(|&n| self.arrived(n, on).is_none());
        for n in no_shows {
            let ticket = &self.tickets[n];
            let (first, last) = ticket.nights().unwrap();
            let stayed_away = |night: Night| {
                let closed = self.closed.get(&(ticket.pool_on(night).shelter, night));
                closed.is_some_and(|valid| valid.contains(&n)) && self.arrived(n, night).is_none()
            };
            // A night closed late does not undo that the guest came on one after it.
            let known = |night: &Night| stayed_away(*night) || self.arrived(n, *night).is_some();
            let latest = (first..=last).rev().find(known).unwrap();
            let row = (first..=latest).rev().take_while(|night| stayed_away(*night)).count();
            let from = self.first_touched(n).max(latest + 1);
            if row >= limit as usize && self.tickets[n].is_valid_on(from) {
                self.end_ticket(n, "released", from);
                self.released += 1;
            }
        }
    }

    fn count_heads(
        &mut self,
        (shelter, on): (ShelterNo, Night),
        heads: [u32; 3],
        corrects: bool,
        answer: &Answer,
    ) -> Said<()> {
        let before = self.counts.get(&(shelter, on)).map_or(0, Vec::len);
        let (places, closed) = self.places_on(shelter, on);
        let mut against = Vec::new();
        if !self.counts_heads(shelter) {
            against.push("counted-by-arrivals");
        }
        if before == 0 && places == 0 {
            against.push("nothing-that-night");
        }
        if corrects && before == 0 {
            against.push("head-count-not-reported");
        }
        if !corrects && before > 0 {
            against.push("head-count-reported");
        }
        if on > when::tonight_at_the_door(self.now) {
            against.push("night-not-begun");
        }
        if heads.iter().sum::<u32>() > places - closed {
            against.push("more-than-places");
        }
        if holds(answer, 201, &against)? {
            self.counts.entry((shelter, on)).or_default().push(heads);
            self.compare_night(shelter, on, &answer.body)?;
        }
        Ok(())
    }

    /// Why a guest gets no place at a door for a night.
    fn stops_on(&self, shelter: ShelterNo, person: usize, on: Night) -> Vec<&'static str> {
        let mut stops = Vec::new();
        let tonight = when::tonight_at_the_door(self.now);
        let next = when::next_desk_day(when::desk_day_of(tonight));
        if !(tonight..next).contains(&on) {
            stops.push("not_before_next_desk_day");
        }
        if on < when::comes_of_age(self.people[person].birth) {
            stops.push("minor");
        }
        if self.bans_at(person, shelter).any(|(first, last)| (first..=last).contains(&on)) {
            stops.push("banned");
        }
        if self.tickets_of(person).any(|ticket| ticket.holds(on)) {
            stops.push("holds_ticket");
        }
        if self.walk_ins.iter().any(|bed| bed.stands && (bed.person, bed.night) == (person, on)) {
            stops.push("has_bed");
        }
        stops
    }

    /// The place a walk-in would take: one for the sex before one for any, single before family.
    fn place_for(&self, shelter: ShelterNo, person: usize, on: Night) -> Option<Pool> {
        let held = self.held_from(on);
        let free = |pool: &Pool| self.plan.open(*pool, on) > held.get(&(*pool, on)).copied().unwrap_or(0);
        let mut pools = self.plan.pools();
        pools.retain(|pool| pool.shelter == shelter && pool.who.fits(self.people[person].sex) && free(pool));
        pools.into_iter().min_by_key(|pool| (pool.who == Who::Any, pool.kind == Kind::Family))
    }

    fn walk_in(&mut self, shelter: ShelterNo, person: usize, nights: u32, answer: &Answer) -> Said<()> {
        let tonight = when::tonight_at_the_door(self.now);
        let day = when::desk_day_of(tonight);
        let first_ever = self.days.keys().next().is_none_or(|first| day < *first);
        let over = self.day(day).map_or(first_ever, |day| day.stage.is_over());
        let mut stops = Vec::new();
        if self.shelters[shelter].admission == Admission::Own {
            stops.push("admits_on_its_own");
        }
        if !over {
            stops.push("desk_day_open");
        }
        let none_possible = !stops.is_empty();
        let mut beds = Vec::new();
        for on in tonight..tonight + super::model::int(nights) {
            let mut stopped = self.stops_on(shelter, person, on);
            match self.place_for(shelter, person, on) {
                Some(pool) if stopped.is_empty() => {
                    beds.push(WalkIn { person, night: on, pool, stands: true })
                }
                Some(_) => {}
                None => stopped.push("no_place"),
            }
            stops.extend(stopped);
        }
        if none_possible || beds.is_empty() {
            holds(answer, 201, &["walk-in-stopped"])?;
            let told: Vec<&str> = answer.body["more"]["stops"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .collect();
            return same("what stops a walk-in", stops, told);
        }
        holds(answer, 201, &[])?;
        let known: Vec<(String, &str, &str)> =
            beds.iter().map(|bed| (text(bed.night), bed.pool.kind.word(), bed.pool.who.word())).collect();
        let told = answer.body["beds"].as_array().into_iter().flatten();
        same(
            "beds given",
            known,
            told.map(|bed| (word(bed, "night").to_owned(), word(bed, "kind"), word(bed, "who"))).collect(),
        )?;
        self.walk_ins.extend(beds);
        Ok(())
    }
}
