//! What the service shows, beside what the model knows: the hand-out, sums, a night at a door.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::desk::{Said, same, strings, word};
use super::model::{Model, State, Status, WaitEnd};
use super::places::{Pool, ShelterNo};
use super::support::Answer;
use super::when::{Night, night, text};

impl Model {
    /// The tickets of one lot as the service shows them after a step.
    pub fn compare_tickets(&mut self, date: Night, lot: u32, said: &Value) -> Said<()> {
        let of: Vec<usize> = self.tickets_of_lot(date, lot).collect();
        self.compare_each(&of, &said["tickets"])
    }

    fn compare_each(&mut self, of: &[usize], said: &Value) -> Said<()> {
        let said = said.as_array().cloned().unwrap_or_default();
        same("how many tickets", of.len(), said.len())?;
        for &n in of {
            let told = self.told(n, &said)?;
            let ticket = &mut self.tickets[n];
            if ticket.code.is_none() {
                ticket.code = Some(word(told, "code").to_owned());
            }
            let ticket = &self.tickets[n];
            same("ticket's state", ticket.state.word(), word(told, "state"))?;
            let nights = (text(ticket.first), text(ticket.last));
            same("ticket's nights", nights, (word(told, "first").to_owned(), word(told, "last").to_owned()))?;
            let keeps = ticket.nights().map(|(_, last)| text(last));
            same("nights it keeps", keeps, told["keeps_to"].as_str().map(ToOwned::to_owned))?;
            same("place", &self.pool(ticket.pool), &told["place"])?;
            let cause = ticket.cause.filter(|_| ticket.state == State::Ended);
            same("why it ended", cause, told["ended_because"].as_str())?;
            let calls = if ticket.state == State::Waiting { ticket.calls } else { 0 };
            same("calls", u64::from(calls), told["calls"].as_u64().unwrap_or(9))?;
        }
        Ok(())
    }

    /// What the service shows of a ticket: by its code, or, if it is new, one of its guest whose code is not known yet.
    fn told<'a>(&self, n: usize, said: &'a [Value]) -> Said<&'a Value> {
        let ticket = &self.tickets[n];
        let uno = self.people[ticket.person].uno.clone().unwrap_or_default();
        let is_it = |told: &&Value| match &ticket.code {
            Some(code) => word(told, "code") == code,
            None => {
                let is_new = self.by_code(word(told, "code")).is_none();
                is_new
                    && word(told, "uno") == uno
                    && told["lot"] == ticket.lot
                    && word(told, "first") == text(ticket.first)
            }
        };
        let found = said.iter().find(is_it);
        found.ok_or_else(|| {
            format!("the service does not show the ticket of lot {} to {:?}", ticket.lot, ticket.code)
        })
    }

    fn pool(&self, pool: Pool) -> Value {
        json!({ "shelter": self.shelters[pool.shelter].code, "kind": pool.kind.word(), "who": pool.who.word() })
    }

    /// What changed in the places after the first lot, until 06.00 of the next date (draw.md, section 8).
    pub fn look_changes(&self, date: Night, answer: &Answer) -> Said<()> {
        let Some(day) = self.day(date) else {
            return super::desk::holds(answer, 409, &["desk-day-not-opened"]).map(|_| ());
        };
        super::desk::holds(answer, 200, &[])?;
        let mut known = Vec::new();
        if let Some(first) = day.lots.first() {
            let until = super::when::at(date + 1, 6, 0);
            let within = self.place_changes.iter().filter(|(at, ..)| (first.at..until).contains(at));
            known.extend(within.map(|(at, what, of, last)| (*at, *what, of.as_str(), last.map(text))));
        }
        let mut told: Vec<(DateTime<Utc>, &str, &str, Option<String>)> = Vec::new();
        for one in answer.body["place_changes"].as_array().into_iter().flatten() {
            let at = word(one, "at").parse().map_err(|_| "a change of places without an instant")?;
            let last = one["last"].as_str().map(ToOwned::to_owned);
            told.push((at, word(one, "change"), word(one, "id"), last));
        }
        // The service's clock stands still between steps: what happened at one instant has no order but that of each decision.
        known.sort_by_key(|(at, _, of, _)| (*at, *of));
        told.sort_by_key(|(at, _, of, _)| (*at, *of));
        same("changes of places beside the draw", known, told)
    }

    /// The hand-out: tickets, who is called, who waits in which order, and what is offered next.
    pub fn look_hand_out(&mut self, date: Night, answer: &Answer) -> Said<()> {
        let Some(day) = self.day(date) else {
            return super::desk::holds(answer, 409, &["desk-day-not-opened"]).map(|_| ());
        };
        super::desk::holds(answer, 200, &[])?;
        let mut waiting: Vec<_> = day.waiting.iter().filter(|one| one.ended.is_none()).collect();
        waiting.sort_by_key(|one| one.rank);
        let part = |rank: (u32, u32)| match rank {
            (0, place) => ("head", place + 1),
            (1, place) => ("reserve", place),
            (2, place) => ("reinstated", place),
            (_, place) => ("late_comer", place),
        };
        let known: Vec<Value> = waiting
            .iter()
            .map(|one| {
                let (part, place) = part(one.rank);
                json!({ "lot": one.lot, "part": part, "place": place, "members": one.members.len(), "accepts": self.codes(&one.accepts) })
            })
            .collect();
        same("who waits", &Value::from(known), &answer.body["waiting"])?;
        let next = self.next_offer(day).map(|(n, seat, _, short)| {
            json!({
                "lot": day.waiting[n].lot, "shelter": self.shelters[seat.shelter].code, "first": text(seat.start),
                "last": text(seat.start + super::model::int(seat.nights) - 1), "short": short
            })
        });
        same("the next offer", &next.unwrap_or(Value::Null), &answer.body["next"])?;
        let of: Vec<usize> = (0..self.tickets.len()).filter(|&n| self.tickets[n].day == date).collect();
        let mut calling: Vec<u32> = of
            .iter()
            .filter(|&&n| self.tickets[n].state == State::Waiting)
            .map(|&n| self.tickets[n].lot)
            .collect();
        calling.sort_unstable();
        calling.dedup();
        same("who is called", &json!(calling), &answer.body["calling"])?;
        self.compare_each(&of, &answer.body["tickets"])
    }

    /// The lots of a day: status, what they accept, and why each member was refused.
    pub fn look_lots(&self, date: Night, answer: &Answer) -> Said<()> {
        let Some(day) = self.day(date) else {
            return super::desk::holds(answer, 409, &["desk-day-not-opened"]).map(|_| ());
        };
        super::desk::holds(answer, 200, &[])?;
        let said = answer.body["lots"].as_array().cloned().unwrap_or_default();
        same("how many lots", day.lots.len().min(200), said.len())?;
        for (lot, said) in day.lots.iter().zip(&said) {
            same(&format!("status of lot {}", lot.number), lot.status.word(), word(said, "status"))?;
            let reasons: Vec<Option<&str>> = lot.members.iter().map(|member| member.reason).collect();
            let told = said["members"].as_array().into_iter().flatten();
            same("main reasons", reasons, told.map(|member| member["main_reason"].as_str()).collect())?;
            if lot.status == Status::In {
                same("accepts", self.codes(&lot.accepts), strings(&said["accepts"]))?;
            }
        }
        Ok(())
    }

    /// What became of a member of a lot (domain.md, *Sums that must hold*).
    fn fate(&self, date: Night, lot: u32, position: usize) -> &'static str {
        let day = &self.days[&date];
        let of = &day.lots[lot as usize - 1];
        let tickets: Vec<_> = self
            .tickets_of_lot(date, lot)
            .map(|n| &self.tickets[n])
            .filter(|ticket| ticket.position == position)
            .collect();
        let waits: Vec<_> =
            day.waiting.iter().filter(|one| one.lot == lot && one.members.contains(&position)).collect();
        let end = waits.last().and_then(|one| one.ended);
        if tickets.iter().any(|ticket| ticket.handed_out()) {
            return "collected";
        }
        if tickets.iter().any(|ticket| ticket.state == State::Waiting)
            || waits.iter().any(|one| one.ended.is_none())
        {
            return "still_undecided";
        }
        // The last ticket that was refused, or whose place went; others were taken back.
        let says = |ticket: &&&super::model::Ticket| {
            ticket.state != State::Ended || ticket.cause == Some("place_gone")
        };
        let last = tickets.iter().rfind(says).map(|ticket| ticket.state);
        match (end, of.members[position].reason, last) {
            (Some(WaitEnd::TurnedAway), ..) => "turned_away",
            (Some(WaitEnd::Withdrawn), ..) => "withdrawn",
            (Some(WaitEnd::Refused), ..) | (None | Some(WaitEnd::Placed), Some(_), _) => "refused",
            (_, _, Some(State::Ended)) => "turned_away",
            (_, _, Some(State::Declined)) => "declined",
            (_, _, Some(State::Lapsed)) => "lapsed",
            _ if of.status == Status::Withdrawn && self.planted.is_some() => "refused",
            _ if of.status == Status::Withdrawn => "withdrawn",
            _ => "still_undecided",
        }
    }

    /// Who asked more than once on a day, and what became of each lot: what a sum can part over.
    fn fates(&self, date: Night) -> String {
        let mut lots: BTreeMap<usize, Vec<String>> = BTreeMap::new();
        for lot in &self.days[&date].lots {
            for (position, member) in lot.members.iter().enumerate() {
                let fate = self.fate(date, lot.number, position);
                let told = format!(
                    "lot {} {fate} ({}, active {}, {:?})",
                    lot.number,
                    lot.status.word(),
                    member.active,
                    member.reason
                );
                // Who is logged without a document asked once.
                if let Some(person) = member.person {
                    lots.entry(person).or_default().push(told);
                }
            }
        }
        let told = lots.into_iter().filter(|(_, lots)| lots.len() > 1);
        told.map(|(person, lots)| format!("person {person}: {}", lots.join(", ")))
            .collect::<Vec<_>>()
            .join("; ")
    }

    /// The sum of a desk day: persons, each once, by the last lot that was neither refused nor withdrawn, or the last.
    pub fn day_sum(&self, date: Night) -> BTreeMap<&'static str, u64> {
        let mut last: BTreeMap<(bool, usize), (u32, usize)> = BTreeMap::new();
        let day = &self.days[&date];
        for lot in &day.lots {
            for (position, member) in lot.members.iter().enumerate() {
                let key = member.person.map_or((false, lot.number as usize), |person| (true, person));
                let counts = |lot: &super::model::Lot, position: usize| {
                    !["refused", "withdrawn"].contains(&self.fate(date, lot.number, position))
                };
                let before =
                    last.get(&key).is_some_and(|&(before, at)| counts(&day.lots[before as usize - 1], at));
                if counts(lot, position) || !before {
                    last.insert(key, (lot.number, position));
                }
            }
        }
        let words =
            ["collected", "declined", "lapsed", "turned_away", "refused", "withdrawn", "still_undecided"];
        let mut sum: BTreeMap<&'static str, u64> = words.map(|word| (word, 0)).into();
        sum.insert("asked", last.len() as u64);
        for (lot, position) in last.into_values() {
            *sum.get_mut(self.fate(date, lot, position)).unwrap() += 1;
        }
        sum
    }

    pub fn look_sum(&self, date: Night, answer: &Answer) -> Said<()> {
        if self.day(date).is_none() {
            return super::desk::holds(answer, 409, &["desk-day-not-opened"]).map(|_| ());
        }
        super::desk::holds(answer, 200, &[])?;
        same("discrepancies of the sum", &json!([]), &answer.body["discrepancies"])?;
        for (term, count) in self.day_sum(date) {
            let told = answer.body[term].as_u64().unwrap_or(9999);
            same(&format!("{term} in the sum of {}", text(date)), count, told)
                .map_err(|why| format!("{why}; {}", self.fates(date)))?;
        }
        Ok(())
    }

    /// Whether a night at a shelter is known by arrivals, or by a head count.
    pub fn counts_heads(&self, shelter: ShelterNo) -> bool {
        self.shelters[shelter].admission != super::model::Admission::Scanned
    }

    /// The tickets that are or were expected.
    pub fn expected(&self, shelter: ShelterNo, on: Night) -> Vec<usize> {
        if let Some(valid) = self.closed.get(&(shelter, on)) {
            return valid.iter().copied().collect();
        }
        let here = |n: &usize| {
            let ticket = &self.tickets[*n];
            ticket.is_valid_on(on) && ticket.pool_on(on).shelter == shelter
        };
        (0..self.tickets.len()).filter(here).collect()
    }

    /// A night at a door: who is expected, who came, and the sum, open or closed.
    pub fn look_night(&self, shelter: ShelterNo, on: Night, answer: &Answer) -> Said<()> {
        super::desk::holds(answer, 200, &[])?;
        self.compare_night(shelter, on, &answer.body)
    }

    pub fn compare_night(&self, shelter: ShelterNo, on: Night, said: &Value) -> Said<()> {
        same("discrepancies of the night", &json!([]), &said["discrepancies"])?;
        let pools: Vec<Pool> = self.plan.pools().into_iter().filter(|pool| pool.shelter == shelter).collect();
        let (places, closed) = pools
            .iter()
            .map(|&pool| self.plan.on(pool, on))
            .fold((0, 0), |(all, shut), (places, closed)| (all + places, shut + closed));
        same("places", u64::from(places), said["places"].as_u64().unwrap_or(9999))?;
        same("closed places", u64::from(closed), said["closed_places"].as_u64().unwrap_or(9999))?;
        let counts = self.counts.get(&(shelter, on)).cloned().unwrap_or_default();
        let told: Vec<[u64; 3]> = said["head_counts"].as_array().into_iter().flatten().map(heads).collect();
        same("head counts", counts.iter().map(|heads| heads.map(u64::from)).collect(), told)?;
        if self.counts_heads(shelter) {
            return Ok(());
        }
        let expected = self.expected(shelter, on);
        let here = |n: &usize| self.arrived(*n, on).is_some_and(|one| one.shelter == shelter);
        let mut known: Vec<(String, bool)> =
            expected.iter().map(|n| (self.tickets[*n].code.clone().unwrap_or_default(), here(n))).collect();
        let told = said["expected"].as_array().into_iter().flatten();
        let mut told: Vec<(String, bool)> =
            told.map(|one| (word(one, "code").to_owned(), one["arrived_at"].is_string())).collect();
        known.sort();
        told.sort();
        same("who is expected, and who came", known, told)?;
        self.compare_night_sum(shelter, on, (places, closed), &said["sum"])
    }

    fn compare_night_sum(
        &self,
        shelter: ShelterNo,
        on: Night,
        (places, closed): (u32, u32),
        sum: &Value,
    ) -> Said<()> {
        let is_closed = self.is_closed(shelter, on);
        let valid = self.expected(shelter, on);
        let here = |n: &&usize| self.arrived(**n, on).is_some_and(|one| one.shelter == shelter);
        let arrived = valid.iter().filter(here).count();
        let missing = valid.len() - arrived;
        let walk_ins = self
            .walk_ins
            .iter()
            .filter(|bed| bed.stands && bed.night == on && bed.pool.shelter == shelter)
            .count();
        let known = [
            ("tickets_valid", valid.len()),
            ("arrived", arrived),
            ("no_show", if is_closed { missing } else { 0 }),
            ("still_undecided", if is_closed { 0 } else { missing }),
            ("places", places as usize),
            ("walk_ins", walk_ins),
            ("closed", closed as usize),
        ];
        for (term, count) in known {
            same(
                &format!("{term} in the sum of {}", text(on)),
                count as u64,
                sum[term].as_u64().unwrap_or(9999),
            )?;
        }
        let of = |term: &str| sum[term].as_u64().unwrap_or(9999);
        let terms = of("arrived")
            + of("walk_ins")
            + of("no_show")
            + of("still_undecided")
            + of("unassigned")
            + of("closed");
        same("the terms of the night's places", of("places"), terms)
    }
}

fn heads(entry: &Value) -> [u64; 3] {
    ["women", "men", "other"].map(|who| entry[who].as_u64().unwrap_or(9999))
}

/// The night of a field, if there is one.
pub fn night_of(value: &Value, field: &str) -> Option<Night> {
    value[field].as_str().map(night)
}
