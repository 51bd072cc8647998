//! The whole service in memory, as domain.md has it: what is known, and the questions that several steps ask of it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};

use super::places::{Asks, Entry, Free, Plan, Pool, Seat, Sex, ShelterNo, entries_of};
use super::when::{self, Night};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
    Scanned,
    Counted,
    Own,
}

#[derive(Clone, Debug)]
pub struct Shelter {
    pub code: &'static str,
    pub full: u32,
    pub karens: u32,
    pub admission: Admission,
    pub protected: bool,
}

/// Somebody who may come: known to the service from the first time on.
#[derive(Clone, Debug)]
pub struct Person {
    pub sex: Sex,
    pub birth: NaiveDate,
    pub uno: Option<String>,
}

/// What the house has agreed on.
#[derive(Clone, Copy, Debug)]
pub struct Terms {
    /// One ticket a week.
    pub week_rule: bool,
    /// How many no-show nights in a row release the rest of a ticket; none: no-shows do nothing.
    pub release_after: Option<u32>,
    pub min_nights: u32,
}

/// A fault planted in the model, to see the walk find it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Planted {
    CountsWhoWithdrewAsRefused,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    Open,
    Closed,
    Frozen,
    AwaitingEntropy,
    Drawn,
    HandingOut,
    Finished,
    NotHeld,
}

impl Stage {
    pub fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Closed => "closed",
            Self::Frozen => "frozen",
            Self::AwaitingEntropy => "awaiting_entropy",
            Self::Drawn => "drawn",
            Self::HandingOut => "handing_out",
            Self::Finished => "finished",
            Self::NotHeld => "not_held",
        }
    }

    pub fn is_over(self) -> bool {
        matches!(self, Self::Finished | Self::NotHeld)
    }

    /// A frozen list counts on the places.
    pub fn counts_on_places(self) -> bool {
        matches!(self, Self::Frozen | Self::AwaitingEntropy)
    }
}

#[derive(Clone, Debug)]
pub struct DeskDay {
    pub date: Night,
    /// Opened once, whatever came after.
    pub opened: bool,
    pub last_start: Night,
    pub direct: bool,
    pub min_nights: u32,
    pub stage: Stage,
    pub lots: Vec<Lot>,
    pub waiting: Vec<Waiting>,
    /// The last lot of the list, from the close on.
    pub last_lot: u32,
    pub draws: u32,
    /// Dice of the list and those typed; none: the service draws.
    pub dice: Option<(u32, String)>,
    pub frozen: Option<Frozen>,
    pub commitments: Vec<String>,
    pub redrawn: bool,
}

/// What a list was frozen from.
#[derive(Clone, Debug)]
pub struct Frozen {
    pub free: Free,
    pub asks: Vec<Asks>,
    pub out: Vec<(u32, Vec<Sex>, Status)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    In,
    Withdrawn,
    Refused,
}

impl Status {
    pub fn word(self) -> &'static str {
        match self {
            Self::In => "in",
            Self::Withdrawn => "withdrawn",
            Self::Refused => "refused",
        }
    }
}

#[derive(Clone, Debug)]
pub struct Lot {
    pub number: u32,
    pub asks: &'static str,
    pub status: Status,
    pub members: Vec<Member>,
    pub wishes: Vec<ShelterNo>,
    pub women_only: bool,
    /// Whether each member showed a valid document.
    pub shown: Vec<bool>,
    pub accepts: Vec<ShelterNo>,
    pub from: Option<Night>,
    /// When it was given.
    pub at: DateTime<Utc>,
}

#[derive(Clone, Debug)]
pub struct Member {
    /// Nobody: logged without a document.
    pub person: Option<usize>,
    pub sex: Sex,
    pub reason: Option<&'static str>,
    /// Whether the person is in this lot as far as the rule of one lot goes.
    pub active: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WaitEnd {
    Placed,
    Withdrawn,
    Refused,
    TurnedAway,
}

/// Who waits: part 0 put first by a ban, 1 the reserve list, 2 reinstated, 3 late-comers.
#[derive(Clone, Debug)]
pub struct Waiting {
    pub rank: (u32, u32),
    pub lot: u32,
    /// Positions in the lot, from 0.
    pub members: Vec<usize>,
    pub accepts: Vec<ShelterNo>,
    pub from: Night,
    pub declined: Vec<Entry>,
    pub ended: Option<WaitEnd>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Waiting,
    Collected,
    Declined,
    Lapsed,
    Ended,
}

impl State {
    pub fn word(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Collected => "collected",
            Self::Declined => "declined",
            Self::Lapsed => "lapsed",
            Self::Ended => "ended",
        }
    }
}

#[derive(Clone, Debug)]
pub struct Ticket {
    /// None until the service has said it.
    pub code: Option<String>,
    pub replaced: Vec<String>,
    pub person: usize,
    pub day: Night,
    pub lot: u32,
    pub position: usize,
    pub first: Night,
    pub last: Night,
    pub full: u32,
    pub karens: u32,
    pub min_nights: u32,
    pub pool: Pool,
    pub moves: Vec<(Night, Pool)>,
    pub state: State,
    pub calls: u8,
    pub called_at: Option<DateTime<Utc>>,
    pub sl_ticket: Option<bool>,
    pub cause: Option<&'static str>,
    /// The last night it kept, once it ended.
    pub kept: Option<Night>,
    /// The last night left to it by a cut because its place went.
    pub cut: Option<Night>,
}

impl Ticket {
    /// The nights it holds, or kept.
    pub fn nights(&self) -> Option<(Night, Night)> {
        let last = match self.state {
            State::Waiting | State::Collected => Some(self.cut.unwrap_or(self.last)),
            State::Declined | State::Lapsed => None,
            State::Ended => self.kept,
        };
        last.filter(|last| *last >= self.first).map(|last| (self.first, last))
    }

    pub fn holds(&self, night: Night) -> bool {
        self.nights().is_some_and(|(first, last)| (first..=last).contains(&night))
    }

    pub fn pool_on(&self, night: Night) -> Pool {
        self.moves
            .iter()
            .filter(|(from, _)| *from <= night)
            .max_by_key(|(from, _)| *from)
            .map_or(self.pool, |(_, to)| *to)
    }

    pub fn handed_out(&self) -> bool {
        self.sl_ticket.is_some()
    }

    /// Valid at a door: handed out, and it holds the night.
    pub fn is_valid_on(&self, night: Night) -> bool {
        self.handed_out() && self.holds(night)
    }

    /// The nights of karens after it (domain.md, *Karens*, *Shortest ticket*).
    pub fn karens(&self) -> Option<(Night, Night)> {
        let (first, last) = self.nights()?;
        let granted = match self.cause {
            Some("place_gone") => last,
            _ => self.cut.unwrap_or(self.last),
        };
        let short = granted - first + 1 < int(self.min_nights);
        let length = if short { int(self.karens).min(last - first + 1) } else { int(self.karens) };
        (length > 0).then_some((last + 1, last + length))
    }

    /// The first night the rule of one ticket a week allows again.
    pub fn week_rule(&self) -> Option<Night> {
        let (first, _) = self.nights()?;
        let early = self.state == State::Ended && self.cause != Some("place_gone");
        let whole = self.last - self.first + 1 >= int(self.full) && self.cut.is_none();
        (early && whole).then_some(first + 7)
    }
}

pub fn int(number: u32) -> i32 {
    i32::try_from(number).unwrap()
}

#[derive(Clone, Debug)]
pub struct Arrival {
    pub ticket: usize,
    pub night: Night,
    pub shelter: ShelterNo,
    pub stands: bool,
}

#[derive(Clone, Debug)]
pub struct WalkIn {
    pub person: usize,
    pub night: Night,
    pub pool: Pool,
    pub stands: bool,
}

#[derive(Clone, Debug)]
pub struct Ban {
    pub person: usize,
    pub shelter: ShelterNo,
    pub first: Night,
    pub last: Night,
    pub id: String,
    pub lifted: bool,
    /// All go together, were the family to lose a place not yet handed out.
    pub together: bool,
}

#[derive(Clone, Debug)]
pub struct Waiver {
    pub person: Option<usize>,
    pub day: Night,
    pub from: Night,
}

/// Everything.
#[derive(Clone, Debug)]
pub struct Model {
    pub now: DateTime<Utc>,
    pub shelters: Vec<Shelter>,
    pub people: Vec<Person>,
    pub terms: Terms,
    pub plan: Plan,
    /// What the service calls each decision of the plan, in the plan's order.
    pub keys_of_decisions: Vec<String>,
    pub taken_back: Vec<String>,
    /// What was done with decisions about places: when, what, with which, and the end it has from then on.
    pub place_changes: Vec<(DateTime<Utc>, &'static str, String, Option<Night>)>,
    pub days: BTreeMap<Night, DeskDay>,
    pub running: Option<Night>,
    pub tickets: Vec<Ticket>,
    pub arrivals: Vec<Arrival>,
    /// Nights closed at a door, with the tickets that were valid.
    pub closed: BTreeMap<(ShelterNo, Night), BTreeSet<usize>>,
    pub counts: BTreeMap<(ShelterNo, Night), Vec<[u32; 3]>>,
    pub walk_ins: Vec<WalkIn>,
    pub bans: Vec<Ban>,
    pub waivers: Vec<Waiver>,
    /// Signatures given, each under one step of a day.
    pub signatures: Vec<(String, Night, super::act::Two)>,
    pub signatures_used: BTreeSet<String>,
    pub planted: Option<Planted>,
    /// Tickets of which a rest was released.
    pub released: usize,
    /// A draw that was concluded and whose record is to be read.
    pub to_read: Option<Night>,
}

/// Places held, by pool and night.
pub type Held = BTreeMap<(Pool, Night), u32>;

impl Model {
    pub fn held_from(&self, first: Night) -> Held {
        let mut held = Held::new();
        for ticket in &self.tickets {
            let Some((from, last)) = ticket.nights().filter(|(_, last)| *last >= first) else { continue };
            for night in from.max(first)..=last {
                *held.entry((ticket.pool_on(night), night)).or_default() += 1;
            }
        }
        for bed in self.walk_ins.iter().filter(|bed| bed.stands && bed.night >= first) {
            *held.entry((bed.pool, bed.night)).or_default() += 1;
        }
        held
    }

    pub fn in_the_draw(&self, shelter: ShelterNo) -> bool {
        self.shelters[shelter].admission != Admission::Own
    }

    /// What is free for a desk day's start nights.
    pub fn free(&self, day: &DeskDay) -> Free {
        let start = (day.date, day.last_start);
        let held = self.held_from(start.0);
        let last_held = held.keys().map(|(_, night)| *night).max().unwrap_or(start.1);
        let end = self.plan.horizon().max(last_held).max(start.1) + 1;
        let mut entries = Vec::new();
        for pool in self.plan.pools().into_iter().filter(|pool| self.in_the_draw(pool.shelter)) {
            let free = |night| self.plan.open(pool, night) - held.get(&(pool, night)).copied().unwrap_or(0);
            entries.extend(entries_of(pool, start, end, free));
        }
        entries.sort_by_key(Entry::key);
        let full = self.shelters.iter().map(|shelter| shelter.full).collect();
        Free { entries, start, min_nights: day.min_nights, full }
    }

    pub fn day(&self, date: Night) -> Option<&DeskDay> {
        self.days.get(&date)
    }

    pub fn tickets_of_lot(&self, day: Night, lot: u32) -> impl Iterator<Item = usize> {
        (0..self.tickets.len()).filter(move |&n| (self.tickets[n].day, self.tickets[n].lot) == (day, lot))
    }

    pub fn tickets_of(&self, person: usize) -> impl Iterator<Item = &Ticket> {
        self.tickets.iter().filter(move |ticket| ticket.person == person)
    }

    /// The ticket that has this code now, or had it before.
    pub fn by_code(&self, code: &str) -> Option<usize> {
        let has = |ticket: &Ticket| {
            ticket.code.as_deref() == Some(code) || ticket.replaced.iter().any(|old| old == code)
        };
        self.tickets.iter().position(has)
    }

    pub fn arrived(&self, ticket: usize, night: Night) -> Option<&Arrival> {
        self.arrivals.iter().find(|one| one.ticket == ticket && one.night == night && one.stands)
    }

    pub fn is_closed(&self, shelter: ShelterNo, night: Night) -> bool {
        self.closed.contains_key(&(shelter, night))
    }

    /// The first night a step on a ticket touches (domain.md, *Night*): never one at which the guest has arrived or that is
    /// closed.
    pub fn first_touched(&self, ticket: usize) -> Night {
        let over = |night: Night| {
            let one = &self.tickets[ticket];
            self.arrived(ticket, night).is_some()
                || one.holds(night) && self.is_closed(one.pool_on(night).shelter, night)
        };
        (when::tonight_at_the_desk(self.now)..).find(|&night| !over(night)).unwrap()
    }

    /// Ends a ticket so that it keeps the nights before this one.
    pub fn end_ticket(&mut self, ticket: usize, cause: &'static str, from: Night) {
        let one = &mut self.tickets[ticket];
        let kept = one
            .nights()
            .map(|(_, last)| last.min(from - 1))
            .filter(|last| *last >= one.first && one.handed_out());
        (one.state, one.cause, one.kept) = (State::Ended, Some(cause), kept);
    }

    /// Who waits, as a party.
    pub fn asks(&self, day: &DeskDay, waiting: &Waiting) -> Asks {
        let lot = &day.lots[waiting.lot as usize - 1];
        Asks {
            lot: waiting.lot,
            members: waiting.members.iter().map(|&member| lot.members[member].sex).collect(),
            from: waiting.from,
            accepts: waiting.accepts.clone(),
        }
    }

    /// Where in the queue the next offer goes, and what is offered (draw.md, section 8).
    pub fn next_offer(&self, day: &DeskDay) -> Option<(usize, Seat, Free, bool)> {
        let hands_out =
            matches!(day.stage, Stage::Drawn | Stage::HandingOut) || day.direct && day.stage == Stage::Open;
        if !hands_out {
            return None;
        }
        let free = self.free(day);
        let mut queue: Vec<usize> =
            (0..day.waiting.len()).filter(|&n| day.waiting[n].ended.is_none()).collect();
        queue.sort_by_key(|&n| day.waiting[n].rank);
        for parts in [0..=1, 2..=2, 3..=3] {
            let part: Vec<usize> =
                queue.iter().copied().filter(|&n| parts.contains(&day.waiting[n].rank.0)).collect();
            for &n in &part {
                if let Some(seat) = free.seat(&self.asks(day, &day.waiting[n])) {
                    return Some((n, seat, free, false));
                }
            }
            for &n in &part {
                let short = without_declined(&free, &day.waiting[n].declined);
                if let Some(seat) = short.seat(&self.asks(day, &day.waiting[n])) {
                    return Some((n, seat, free, true));
                }
            }
        }
        None
    }

    /// The places noted as declined on a day, in words, with how many each stands for.
    pub fn noted_as_declined(&self, date: Night) -> BTreeMap<String, i64> {
        let of_party = |waiting: &Waiting| {
            let (part, place) = waiting.rank;
            let noted =
                waiting.declined.iter().enumerate().map(move |(n, Entry { pool, from, until, count })| {
                    let until = until.map_or("-".to_owned(), when::text);
                    let pool =
                        [self.shelters[pool.shelter].code, pool.kind.word(), pool.who.word()].join(" ");
                    let key = format!("{part}.{place}.{}: {pool} {} {until}", n + 1, when::text(*from));
                    (key, i64::from(*count))
                });
            noted.collect::<Vec<_>>()
        };
        self.days[&date].waiting.iter().flat_map(of_party).collect()
    }

    /// Gives tickets for a seat: their codes are said by the service.
    pub fn issue(&mut self, date: Night, lot: u32, members: &[usize], (seat, free): (&Seat, &Free)) {
        let day = &self.days[&date];
        let min_nights = day.min_nights;
        let of: Vec<usize> = {
            let lot = &day.lots[lot as usize - 1];
            members.iter().map(|&member| lot.members[member].person.unwrap()).collect()
        };
        for ((&position, person), &entry) in members.iter().zip(of).zip(&seat.entries) {
            self.tickets.push(Ticket {
                code: None,
                replaced: Vec::new(),
                person,
                day: date,
                lot,
                position,
                first: seat.start,
                last: seat.start + int(seat.nights) - 1,
                full: free.full[seat.shelter],
                karens: self.shelters[seat.shelter].karens,
                min_nights,
                pool: free.entries[entry].pool,
                moves: Vec::new(),
                state: State::Waiting,
                calls: 0,
                called_at: None,
                sl_ticket: None,
                cause: None,
                kept: None,
                cut: None,
            });
        }
    }

    /// Whether the desk day whose tickets may be for this night is still to be finished.
    pub fn tickets_to_come(&self, night: Night) -> bool {
        let own =
            when::today(self.now) == night && when::is_desk_day(night) && !self.days.contains_key(&night);
        self.running.is_some_and(|day| day <= night) || own
    }

    /// The service finishes by itself a day left at 06.00 of the next date.
    pub fn finish_what_was_left(&mut self) {
        let Some(date) = self.running.filter(|day| self.now >= when::at(day + 1, 6, 0)) else { return };
        for ticket in &mut self.tickets {
            if ticket.day == date && ticket.state == State::Waiting {
                ticket.state = State::Lapsed;
            }
        }
        let never_drawn = {
            let day = &self.days[&date];
            !day.direct && !matches!(day.stage, Stage::Drawn | Stage::HandingOut)
        };
        if never_drawn {
            // A list that was frozen stands no more.
            self.days.get_mut(&date).unwrap().frozen = None;
            self.line_up(date);
        }
        self.finish(date);
    }

    /// Of a day that was never drawn, who asked and has nothing waits in the order of the lots.
    fn line_up(&mut self, date: Night) {
        let given: BTreeSet<u32> = self
            .tickets
            .iter()
            .filter(|ticket| ticket.day == date && (ticket.state != State::Ended || ticket.handed_out()))
            .map(|ticket| ticket.lot)
            .collect();
        let day = self.days.get_mut(&date).unwrap();
        for lot in &day.lots {
            let stands =
                day.waiting.iter().any(|one| one.lot == lot.number && one.ended != Some(WaitEnd::Placed));
            let members: Vec<usize> =
                (0..lot.members.len()).filter(|&n| lot.members[n].reason.is_none()).collect();
            if lot.status == Status::In && !stands && !members.is_empty() && !given.contains(&lot.number) {
                day.waiting.push(Waiting {
                    rank: (1, lot.number),
                    lot: lot.number,
                    members,
                    accepts: lot.accepts.clone(),
                    from: lot.from.unwrap(),
                    declined: Vec::new(),
                    ended: None,
                });
            }
        }
    }

    /// Who still waits is turned away.
    pub fn finish(&mut self, date: Night) {
        let day = self.days.get_mut(&date).unwrap();
        day.waiting
            .iter_mut()
            .filter(|one| one.ended.is_none())
            .for_each(|one| one.ended = Some(WaitEnd::TurnedAway));
        day.stage = Stage::Finished;
        self.running = None;
    }
}

/// What is left for a short stay of somebody who declined places like these (DECISIONS.md, *That place is not offered
/// again*).
fn without_declined(free: &Free, declined: &[Entry]) -> Free {
    let mut left = Free { min_nights: 1, ..free.clone() };
    for (n, entry) in free.entries.iter().enumerate() {
        let alike = |other: &Entry| (other.pool, other.until) == (entry.pool, entry.until);
        let refused = declined.iter().filter(|place| alike(place) && place.from <= entry.from).map(|place| {
            let beside = free
                .entries
                .iter()
                .filter(|other| alike(other) && place.from <= other.from && other.from < entry.from);
            place.count.saturating_sub(beside.map(|other| other.count).sum())
        });
        left.entries[n].count -= refused.max().unwrap_or(0).min(entry.count);
    }
    left
}
