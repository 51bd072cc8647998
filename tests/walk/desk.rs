//! What the steps of a desk day do to the model, and what each must answer (domain.md, *Desk days*, *Modes*, *Hand-out*,
//! *Finishing*; docs/STATES.md for what is taken when).

use serde_json::Value;

use super::act::{Act, How};
use super::model::{DeskDay, Frozen, Lot, Member, Model, Stage, State, Status, WaitEnd, Waiting};
use super::places::{Asks, Sex};
use super::rules::{Party, Verdict};
use super::support::Answer;
use super::when::{self, Night, text};

/// What went wrong, in words for who reads the script.
pub type Said<T> = Result<T, String>;

fn status_of(code: &str) -> u16 {
    match code {
        "not-found" => 404,
        "forbidden" => 403,
        "unauthorized" => 401,
        "invalid-fields" => 422,
        _ => 409,
    }
}

/// Holds an answer to the model: with no reason against it, it must be a yes; else a no for one of the reasons. True for
/// a yes.
pub fn holds(answer: &Answer, yes: u16, against: &[&str]) -> Said<bool> {
    if against.is_empty() {
        let said = answer.status == yes;
        return if said { Ok(true) } else { Err(format!("the model says {yes}")) };
    }
    let code = answer.body["type"].as_str().and_then(|code| code.strip_prefix("/problems/")).unwrap_or("");
    let meant = against.contains(&code) && answer.status == status_of(code);
    if meant { Ok(false) } else { Err(format!("the model says no: {}", against.join(" or "))) }
}

/// Two values that should be one.
pub fn same<T: PartialEq + std::fmt::Debug>(what: &str, model: T, service: T) -> Said<()> {
    if model == service {
        Ok(())
    } else {
        Err(format!("{what}: the model has {model:?}, the service {service:?}"))
    }
}

pub fn word<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or("")
}

impl Model {
    /// A step of the desk; what is shown of the day after it is the day the model has.
    pub fn desk(&mut self, act: &Act, answer: &Answer) -> Said<()> {
        self.desk_step(act, answer)?;
        if (200..300).contains(&answer.status) && answer.body["stage"].is_string() {
            self.compare_day(&answer.body)?;
        }
        Ok(())
    }

    pub fn compare_day(&self, said: &Value) -> Said<()> {
        let day = &self.days[&when::night(word(said, "date"))];
        same("stage", day.stage.word(), word(said, "stage"))?;
        same("mode", if day.direct { "direct" } else { "lottery" }, word(said, "mode"))?;
        same("lots given", Some(day.lots.len() as u64), said["lots"].as_u64())
    }

    fn desk_step(&mut self, act: &Act, answer: &Answer) -> Said<()> {
        match act {
            Act::Open { day, direct } => self.open(*day, *direct, answer),
            Act::NotHeld { day } => self.not_held(*day, answer),
            Act::Mode { day, direct } => {
                let against = self.unless(*day, |day| match day.stage {
                    Stage::Open if day.lots.is_empty() => vec![],
                    Stage::Open => vec!["first-lot-given"],
                    _ => vec!["desk-day-not-now"],
                });
                if holds(answer, 200, &against)? {
                    self.days.get_mut(day).unwrap().direct = *direct;
                }
                Ok(())
            }
            Act::Register { day, party, adults_ask, .. } => self.register(*day, party, *adults_ask, answer),
            Act::Ask { day, party } => {
                let against = self.unless(*day, |_| vec![]);
                if holds(answer, 200, &against)? {
                    let verdict = self.judge(&self.days[day], party);
                    self.compare_verdict(&verdict, &answer.body)?;
                }
                Ok(())
            }
            Act::Log { day, sex } => self.log(*day, *sex, answer),
            Act::Withdraw { day, lot } => self.withdraw(*day, *lot, answer),
            Act::CloseDesk { day } => {
                let against = self.unless(*day, |day| {
                    if day.stage == Stage::Open && !day.direct { vec![] } else { vec!["desk-day-not-now"] }
                });
                if holds(answer, 200, &against)? {
                    let day = self.days.get_mut(day).unwrap();
                    day.stage = Stage::Closed;
                    day.last_lot = u32::try_from(day.lots.len()).unwrap();
                }
                Ok(())
            }
            Act::Freeze { day, dice } => self.freeze(*day, *dice, answer),
            Act::Placement { day } => self.placement(*day, answer),
            Act::Digit { day, place, shown } => self.digit(*day, (*place, *shown), answer),
            Act::ServiceEntropy { day } => self.service_entropy(*day, answer),
            Act::Take { day, lot, how, member } => self.take(*day, *lot, *how, *member, answer),
            Act::Offer { day, lot } => self.offer(*day, *lot, answer),
            Act::Finish { day } => self.finish_by_desk(*day, answer),
            other => unreachable!("{other:?} is no step of the desk"),
        }
    }

    /// What stands against a step on a day; a day that was never opened stands against every step.
    fn unless(&self, day: Night, against: impl Fn(&DeskDay) -> Vec<&'static str>) -> Vec<&'static str> {
        self.day(day).map_or(vec!["desk-day-not-opened"], against)
    }

    fn open(&mut self, date: Night, direct: bool, answer: &Answer) -> Said<()> {
        let mut against = Vec::new();
        let known = self.days.contains_key(&date);
        if !known && !when::is_desk_day(date) {
            against.push("not-a-desk-day");
        }
        if known {
            against.push("desk-day-not-now");
        }
        if date != when::today(self.now) {
            against.push("not-its-date");
        }
        if self.running.is_some_and(|running| running != date) || self.forgotten_before(date) {
            against.push("earlier-day-unfinished");
        }
        let doors = (0..self.shelters.len()).filter(|&shelter| self.in_the_draw(shelter));
        if doors.into_iter().any(|shelter| self.is_closed(shelter, date)) {
            against.push("night-closed-already");
        }
        if holds(answer, 201, &against)? {
            let last_start = when::next_desk_day(date) - 1;
            let nights: Vec<String> = (date..=last_start).map(text).collect();
            same("start nights", nights, strings(&answer.body["start_nights"]))?;
            let day = DeskDay {
                date,
                opened: true,
                last_start,
                direct,
                min_nights: self.terms.min_nights,
                stage: Stage::Open,
                lots: Vec::new(),
                waiting: Vec::new(),
                last_lot: 0,
                draws: 0,
                dice: None,
                frozen: None,
                commitments: Vec::new(),
                redrawn: false,
            };
            self.days.insert(date, day);
            self.running = Some(date);
        }
        Ok(())
    }

    /// A desk day between the last that was opened and this one, neither opened nor marked as not held.
    pub fn forgotten_before(&self, date: Night) -> bool {
        let opened = self.days.values().filter(|day| day.opened);
        let Some(last) = opened.map(|day| day.date).max() else { return false };
        (last + 1..date).any(|between| when::is_desk_day(between) && !self.days.contains_key(&between))
    }

    fn not_held(&mut self, date: Night, answer: &Answer) -> Said<()> {
        let mut against = Vec::new();
        if date > when::today(self.now) {
            against.push("day-to-come");
        }
        match self.day(date) {
            Some(day) if day.stage != Stage::Open => against.push("desk-day-not-now"),
            Some(day) if !day.lots.is_empty() => against.extend(["first-lot-given", "desk-day-not-now"]),
            None if !when::is_desk_day(date) => against.push("not-a-desk-day"),
            _ => {}
        }
        if holds(answer, 200, &against)? {
            let day = self.days.entry(date).or_insert_with(|| DeskDay {
                date,
                opened: false,
                last_start: when::next_desk_day(date) - 1,
                direct: false,
                min_nights: self.terms.min_nights,
                stage: Stage::NotHeld,
                lots: Vec::new(),
                waiting: Vec::new(),
                last_lot: 0,
                draws: 0,
                dice: None,
                frozen: None,
                commitments: Vec::new(),
                redrawn: false,
            });
            day.stage = Stage::NotHeld;
            if self.running == Some(date) {
                self.running = None;
            }
        }
        Ok(())
    }

    fn register(&mut self, date: Night, party: &Party, adults_ask: bool, answer: &Answer) -> Said<()> {
        let against =
            self.unless(date, |day| if day.stage.is_over() { vec!["desk-day-not-now"] } else { vec![] });
        if !holds(answer, 201, &against)? {
            return Ok(());
        }
        let last_start = self.days[&date].last_start;
        let minor = |&(who, _): &(usize, bool)| last_start < when::comes_of_age(self.people[who].birth);
        let (minors, adults): (Vec<_>, Vec<_>) = party.members.iter().copied().partition(minor);
        let mut parties = Vec::new();
        if !adults.is_empty() && (adults_ask || minors.is_empty()) {
            parties.push(Party { members: adults, ..party.clone() });
        }
        parties.extend(minors.into_iter().map(|one| Party { members: vec![one], ..party.clone() }));
        let said = answer.body["lots"].as_array().cloned().unwrap_or_default();
        same("how many lots", parties.len(), said.len())?;
        for (party, said) in parties.iter().zip(&said) {
            self.give_lot(date, party, said)?;
        }
        Ok(())
    }

    fn give_lot(&mut self, date: Night, party: &Party, said: &Value) -> Said<()> {
        let verdict = self.judge(&self.days[&date], party);
        let day = &self.days[&date];
        let number = u32::try_from(day.lots.len()).unwrap() + 1;
        let asks = match (day.stage, day.direct) {
            (Stage::Open, false) => "in_the_draw",
            (Stage::Open, true) => "at_once",
            _ => "as_late_comer",
        };
        same("lot", u64::from(number), said["lot"].as_u64().unwrap_or(0))?;
        same("asks", asks, word(said, "asks"))?;
        let status = if verdict.is_in() { Status::In } else { Status::Refused };
        same("status", status.word(), word(said, "status"))?;
        self.compare_verdict(&verdict, &said["verdict"])?;
        let mut members = Vec::new();
        for (n, &(who, _)) in party.members.iter().enumerate() {
            let reason = verdict.main_reason(n);
            let told = &said["members"][n];
            same("main reason", reason, told["main_reason"].as_str())?;
            let uno = word(told, "uno").to_owned();
            match &self.people[who].uno {
                Some(known) => same("UNO code", known.clone(), uno)?,
                None => self.people[who].uno = Some(uno),
            }
            members.push(Member {
                person: Some(who),
                sex: self.people[who].sex,
                reason,
                active: verdict.is_in(),
            });
        }
        let lot = Lot {
            number,
            asks,
            status,
            members,
            wishes: party.wishes.clone(),
            women_only: party.women_only,
            shown: party.members.iter().map(|(_, valid)| *valid).collect(),
            accepts: if verdict.is_in() { verdict.accepts.clone() } else { Vec::new() },
            from: verdict.from.filter(|_| verdict.is_in()),
            at: self.now,
        };
        same("accepts", self.codes(&lot.accepts), strings(&said["accepts"]))?;
        same("from", lot.from.map(text), said["from"].as_str().map(ToOwned::to_owned))?;
        self.days.get_mut(&date).unwrap().lots.push(lot.clone());
        match (status, asks) {
            (Status::In, "at_once") => self.place_directly(date, &lot),
            (Status::In, "as_late_comer") => self.wait(date, &lot, (3, number)),
            _ => {}
        }
        Ok(())
    }

    pub fn codes(&self, shelters: &[usize]) -> Vec<String> {
        shelters.iter().map(|&shelter| self.shelters[shelter].code.to_owned()).collect()
    }

    pub fn wait(&mut self, date: Night, lot: &Lot, rank: (u32, u32)) {
        let waiting = Waiting {
            rank,
            lot: lot.number,
            members: (0..lot.members.len()).collect(),
            accepts: lot.accepts.clone(),
            from: lot.from.unwrap(),
            declined: Vec::new(),
            ended: None,
        };
        self.enqueue(date, waiting);
    }

    /// One stands once at a place of the queue: who stood there before waits anew. Who began last to wait comes last.
    pub fn enqueue(&mut self, date: Night, waiting: Waiting) {
        let day = self.days.get_mut(&date).unwrap();
        day.waiting.retain(|one| one.rank != waiting.rank);
        day.waiting.push(waiting);
    }

    /// On what is left when all who came before and still wait are seated (DECISIONS.md, *`direct` mode*).
    fn place_directly(&mut self, date: Night, lot: &Lot) {
        let day = &self.days[&date];
        let free = self.free(day);
        let mut left = free.clone();
        let mut ahead: Vec<&Waiting> = day.waiting.iter().filter(|one| one.ended.is_none()).collect();
        ahead.sort_by_key(|one| one.rank);
        for waiting in ahead {
            for entry in left.seat(&self.asks(day, waiting)).into_iter().flat_map(|seat| seat.entries) {
                left.entries[entry].count -= 1;
            }
        }
        let asks = as_asked(lot);
        match left.seat(&asks) {
            Some(seat) => {
                let members: Vec<usize> = (0..lot.members.len()).collect();
                self.issue(date, lot.number, &members, (&seat, &free));
            }
            None => self.wait(date, lot, (1, lot.number)),
        }
    }

    fn compare_verdict(&self, verdict: &Verdict, said: &Value) -> Said<()> {
        same("verdict's from", verdict.from.map(text), said["from"].as_str().map(ToOwned::to_owned))?;
        same("verdict's accepts", self.codes(&verdict.accepts), strings(&said["accepts"]))?;
        same("party's reason", verdict.of_party, said["reason"]["reason"]["reason"].as_str())?;
        for (n, member) in verdict.members.iter().enumerate() {
            let told = &said["members"][n];
            same("member's from", member.from.map(text), told["from"].as_str().map(ToOwned::to_owned))?;
            let whole: Vec<&str> = member.whole_day.iter().map(|(reason, _)| *reason).collect();
            same("reasons of the whole day", whole, kinds(&told["reasons"]))?;
            for (at, (night, reasons)) in member.nights.iter().enumerate() {
                let told = &told["nights"][at];
                let known: Vec<(&str, Option<String>)> =
                    reasons.iter().map(|(reason, until)| (*reason, until.map(text))).collect();
                same(&format!("reasons on {}", text(*night)), known, with_nights(&told["reasons"]))?;
            }
        }
        Ok(())
    }

    fn log(&mut self, date: Night, sex: Sex, answer: &Answer) -> Said<()> {
        let against =
            self.unless(date, |day| if day.stage.is_over() { vec!["desk-day-not-now"] } else { vec![] });
        if holds(answer, 201, &against)? {
            let day = self.days.get_mut(&date).unwrap();
            let number = u32::try_from(day.lots.len()).unwrap() + 1;
            same("lot", u64::from(number), answer.body["lots"][0]["lot"].as_u64().unwrap_or(0))?;
            let member = Member { person: None, sex, reason: Some("no_document"), active: false };
            day.lots.push(Lot {
                number,
                asks: "logged",
                status: Status::Refused,
                members: vec![member],
                wishes: Vec::new(),
                women_only: false,
                shown: vec![false],
                accepts: Vec::new(),
                from: None,
                at: self.now,
            });
        }
        Ok(())
    }

    fn withdraw(&mut self, date: Night, number: u32, answer: &Answer) -> Said<()> {
        let has_ticket = self.tickets_of_lot(date, number).any(|n| {
            let ticket = &self.tickets[n];
            ticket.state != State::Ended || ticket.handed_out()
        });
        let against = self.unless(date, |day| {
            let Some(lot) = day.lots.get(number as usize - 1) else { return vec!["not-found"] };
            let waits = day.waiting.iter().any(|one| one.lot == number && one.ended.is_none());
            if day.stage.is_over() || lot.status != Status::In && !waits {
                vec!["lot-not-in"]
            } else if !waits && has_ticket {
                vec!["lot-has-ticket"]
            } else {
                vec![]
            }
        });
        if holds(answer, 200, &against)? {
            let day = self.days.get_mut(&date).unwrap();
            for one in day.waiting.iter_mut().filter(|one| one.lot == number && one.ended.is_none()) {
                one.ended = Some(WaitEnd::Withdrawn);
            }
            let lot = &mut day.lots[number as usize - 1];
            lot.status = Status::Withdrawn;
            lot.members.iter_mut().for_each(|member| member.active = false);
        }
        Ok(())
    }

    fn freeze(&mut self, date: Night, dice: Option<u32>, answer: &Answer) -> Said<()> {
        let against = self
            .unless(date, |day| if day.stage == Stage::Closed { vec![] } else { vec!["desk-day-not-now"] });
        if !holds(answer, 201, &against)? {
            return Ok(());
        }
        self.bans_before_the_freeze(date);
        let free = self.free(&self.days[&date]);
        let day = self.days.get_mut(&date).unwrap();
        let lots = day.lots.iter().filter(|lot| lot.number <= day.last_lot);
        let (inside, outside): (Vec<&Lot>, Vec<&Lot>) = lots.partition(|lot| lot.status == Status::In);
        let sexes = |lot: &Lot| lot.members.iter().map(|member| member.sex).collect::<Vec<_>>();
        let frozen = Frozen {
            free,
            asks: inside.into_iter().map(as_asked).collect(),
            out: outside.into_iter().map(|lot| (lot.number, sexes(lot), lot.status)).collect(),
        };
        let list = &answer.body["list"];
        same("lots in", frozen.asks.len() as u64, list["lots_in"].as_u64().unwrap_or(0))?;
        same("last lot", u64::from(day.last_lot), list["last_lot"].as_u64().unwrap_or(0))?;
        same("previous", day.commitments.last().map(String::as_str), list["previous"].as_str())?;
        day.draws += 1;
        same("draw", u64::from(day.draws), list["draw"].as_u64().unwrap_or(0))?;
        day.commitments.push(word(list, "commitment").to_owned());
        day.dice = dice.map(|dice| (dice, String::new()));
        day.frozen = Some(frozen);
        day.stage = Stage::Frozen;
        Ok(())
    }

    fn placement(&mut self, date: Night, answer: &Answer) -> Said<()> {
        let against = self
            .unless(date, |day| if day.stage == Stage::Frozen { vec![] } else { vec!["desk-day-not-now"] });
        if holds(answer, 200, &against)? {
            // Who is left over follows from the list by number; the record, once it is there, is checked against the list.
            let day = self.days.get_mut(&date).unwrap();
            day.stage = match word(&answer.body, "stage") {
                "drawn" => Stage::Drawn,
                "awaiting_entropy" => Stage::AwaitingEntropy,
                other => return Err(format!("the model knows no stage {other} here")),
            };
            if day.stage == Stage::Drawn {
                self.to_read = Some(date);
            }
        }
        Ok(())
    }

    fn digit(&mut self, date: Night, (place, shown): (u32, u32), answer: &Answer) -> Said<()> {
        let against = self.unless(date, |day| {
            let mut against = Vec::new();
            if !(1..=6).contains(&shown) {
                against.push("not-a-die");
            }
            match (&day.dice, day.stage) {
                (Some((_, typed)), Stage::AwaitingEntropy) if place as usize != typed.len() + 1 => {
                    against.push("not-the-next-digit");
                }
                (None, Stage::AwaitingEntropy) => against.push("service-draws"),
                (_, Stage::AwaitingEntropy) => {}
                _ => against.extend(["desk-day-not-now", "entropy-complete"]),
            }
            against
        });
        if holds(answer, 200, &against)? {
            let day = self.days.get_mut(&date).unwrap();
            let (dice, typed) = day.dice.as_mut().unwrap();
            typed.push_str(&shown.to_string());
            if typed.len() == *dice as usize {
                day.stage = Stage::Drawn;
                self.to_read = Some(date);
            }
        }
        Ok(())
    }

    fn service_entropy(&mut self, date: Night, answer: &Answer) -> Said<()> {
        let against = self.unless(date, |day| match (day.stage, &day.dice) {
            (Stage::AwaitingEntropy, None) => vec![],
            (Stage::AwaitingEntropy, Some(_)) => vec!["dice-draw"],
            _ => vec!["desk-day-not-now", "entropy-complete"],
        });
        if holds(answer, 200, &against)? {
            self.days.get_mut(&date).unwrap().stage = Stage::Drawn;
            self.to_read = Some(date);
        }
        Ok(())
    }

    fn finish_by_desk(&mut self, date: Night, answer: &Answer) -> Said<()> {
        let waits = self.tickets.iter().any(|ticket| ticket.day == date && ticket.state == State::Waiting);
        let against = self.unless(date, |day| {
            let open = matches!(day.stage, Stage::Drawn | Stage::HandingOut)
                || day.direct && day.stage == Stage::Open;
            match (open, waits) {
                (false, _) => vec!["desk-day-not-now", "ticket-waits", "place-not-offered"],
                (true, true) => vec!["ticket-waits"],
                (true, false) if self.next_offer(day).is_some() => vec!["place-not-offered"],
                (true, false) => vec![],
            }
        });
        if holds(answer, 200, &against)? {
            self.finish(date);
        }
        Ok(())
    }

    fn take(&mut self, date: Night, lot: u32, how: How, member: Option<usize>, answer: &Answer) -> Said<()> {
        let waiting: Vec<usize> =
            self.tickets_of_lot(date, lot).filter(|&n| self.tickets[n].state == State::Waiting).collect();
        let chosen: Vec<usize> = waiting
            .iter()
            .copied()
            .filter(|&n| member.is_none_or(|member| self.tickets[n].position == member))
            .collect();
        let soon = |n: &usize| {
            let ticket = &self.tickets[*n];
            ticket.calls == 1 && self.now < ticket.called_at.unwrap() + chrono::TimeDelta::minutes(10)
        };
        let against = self.unless(date, |_| {
            if waiting.is_empty() {
                return vec!["ticket-not-waiting"];
            }
            match how {
                _ if chosen.is_empty() => vec!["invalid-fields"],
                How::Call if chosen.iter().any(soon) => vec!["called-too-soon"],
                How::Lapse if chosen.iter().any(|&n| self.tickets[n].calls < 2) => vec!["not-called-twice"],
                _ => vec![],
            }
        });
        if !holds(answer, 200, &against)? {
            return Ok(());
        }
        for &n in &chosen {
            let ticket = &mut self.tickets[n];
            match how {
                How::Call => (ticket.calls, ticket.called_at) = ((ticket.calls + 1).min(2), Some(self.now)),
                How::Collect(sl) => (ticket.state, ticket.sl_ticket) = (State::Collected, Some(sl)),
                How::Decline => ticket.state = State::Declined,
                How::Lapse => ticket.state = State::Lapsed,
            }
        }
        let day = self.days.get_mut(&date).unwrap();
        if matches!(how, How::Collect(_)) && day.stage == Stage::Drawn {
            day.stage = Stage::HandingOut;
        }
        if how == How::Decline {
            self.keep_rank(date, lot, &chosen);
        }
        self.compare_tickets(date, lot, &answer.body)
    }

    /// A stay shorter than `min_nights` may be declined without losing rank: by the whole party.
    fn keep_rank(&mut self, date: Night, lot: u32, declined: &[usize]) {
        let positions: Vec<usize> = declined.iter().map(|&n| self.tickets[n].position).collect();
        let day = &self.days[&date];
        let placed = |n: &usize| {
            let one = &day.waiting[*n];
            let has = positions.iter().all(|position| one.members.contains(position));
            one.lot == lot && one.ended == Some(WaitEnd::Placed) && has
        };
        let Some(entry) = (0..day.waiting.len()).rfind(placed) else { return };
        let short_and_declined = |position: &usize| {
            let last =
                self.tickets_of_lot(date, lot).filter(|&n| self.tickets[n].position == *position).last();
            let ticket = &self.tickets[last.unwrap()];
            ticket.state == State::Declined
                && ticket.last - ticket.first + 1 < super::model::int(ticket.min_nights)
        };
        if day.waiting[entry].members.iter().all(short_and_declined) {
            let waits = Waiting { ended: None, ..day.waiting[entry].clone() };
            self.enqueue(date, waits);
            self.bans_of_who_waits_again(date);
        }
    }

    fn offer(&mut self, date: Night, expected: Option<u32>, answer: &Answer) -> Said<()> {
        let next = self.day(date).and_then(|day| self.next_offer(day));
        let next_lot = next.as_ref().map(|(n, ..)| self.days[&date].waiting[*n].lot);
        let against = self.unless(date, |_| match (next_lot, expected) {
            (None, _) => vec!["nothing-to-offer"],
            (Some(lot), Some(expected)) if lot != expected => vec!["another-lot-is-next"],
            _ => vec![],
        });
        if !holds(answer, 201, &against)? {
            return Ok(());
        }
        let (n, seat, free, short) = next.unwrap();
        let waiting = &mut self.days.get_mut(&date).unwrap().waiting[n];
        same("lot offered", u64::from(waiting.lot), answer.body["lot"].as_u64().unwrap_or(0))?;
        if short {
            waiting.declined.extend(seat.entries.iter().map(|&entry| free.entries[entry]));
        }
        waiting.ended = Some(WaitEnd::Placed);
        let (lot, members) = (waiting.lot, waiting.members.clone());
        self.issue(date, lot, &members, (&seat, &free));
        self.compare_tickets(date, lot, &answer.body)
    }
}

/// A lot as a party that asks.
pub fn as_asked(lot: &Lot) -> Asks {
    Asks {
        lot: lot.number,
        members: lot.members.iter().map(|member| member.sex).collect(),
        from: lot.from.unwrap(),
        accepts: lot.accepts.clone(),
    }
}

pub fn strings(list: &Value) -> Vec<String> {
    let words = list.as_array().into_iter().flatten();
    words.map(|one| one.as_str().unwrap_or("").to_owned()).collect()
}

fn kinds(reasons: &Value) -> Vec<&str> {
    reasons.as_array().into_iter().flatten().map(|one| word(&one["reason"], "reason")).collect()
}

fn with_nights(reasons: &Value) -> Vec<(&str, Option<String>)> {
    let night = |reason: &Value| match word(reason, "reason") {
        "week_rule" => reason["from"].as_str().map(ToOwned::to_owned),
        "under_18" => None,
        _ => reason["through"].as_str().map(ToOwned::to_owned),
    };
    let all = reasons.as_array().into_iter().flatten();
    all.map(|one| (word(&one["reason"], "reason"), night(&one["reason"]))).collect()
}
