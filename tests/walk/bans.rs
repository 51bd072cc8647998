//! Bans, and what they do to tickets, ranks and wishes (domain.md, *Bans*; docs/DECISIONS.md where it is silent).

use super::act::Act;
use super::desk::{Said, holds, same, word};
use super::looks::night_of;
use super::model::{Ban, DeskDay, Model, Stage, State, Status, WaitEnd, Waiting, int};
use super::places::ShelterNo;
use super::rules::Party;
use super::support::Answer;
use super::when::{self, Night, text};

impl Model {
    pub fn ban_step(&mut self, act: &Act, answer: &Answer) -> Said<()> {
        match act {
            Act::Lift { ban } => {
                let made = self.bans.iter_mut().find(|made| made.id == *ban).unwrap();
                let against: &[&str] = if made.lifted { &["ban-lifted"] } else { &[] };
                if holds(answer, 200, against)? {
                    made.lifted = true;
                }
                Ok(())
            }
            Act::Ban { person, shelter, last, tonight, together } => {
                self.ban((*person, *shelter), *last, *tonight, *together, answer)
            }
            other => unreachable!("{other:?} is no ban"),
        }
    }

    /// The first night of a ban: never one that is over, and the next if the guest sleeps there tonight, unless ordered.
    fn first_of_ban(&self, person: usize, shelter: ShelterNo, ordered: bool) -> Night {
        let tonight = when::tonight_at_the_desk(self.now);
        let sleeps_here = |ticket: &super::model::Ticket| {
            ticket.is_valid_on(tonight) && ticket.pool_on(tonight).shelter == shelter
        };
        if !ordered && self.tickets_of(person).any(sleeps_here) {
            return tonight + 1;
        }
        let over = |night: Night| {
            let arrived = |n: usize| self.tickets[n].person == person && self.arrived(n, night).is_some();
            let bed = |bed: &super::model::WalkIn| {
                bed.stands && (bed.person, bed.night, bed.pool.shelter) == (person, night, shelter)
            };
            self.is_closed(shelter, night)
                || (0..self.tickets.len()).any(arrived)
                || night == tonight && self.walk_ins.iter().any(bed)
        };
        (tonight..).find(|&night| !over(night)).unwrap()
    }

    fn ban(
        &mut self,
        (person, shelter): (usize, ShelterNo),
        last: Night,
        ordered: bool,
        together: bool,
        answer: &Answer,
    ) -> Said<()> {
        let first = self.first_of_ban(person, shelter, ordered);
        if last < first {
            return holds(answer, 201, &["invalid-fields"]).map(|_| ());
        }
        let before = self.clone();
        let ban = Ban {
            person,
            shelter,
            first,
            last,
            id: word(&answer.body, "id").to_owned(),
            lifted: false,
            together,
        };
        self.bans.push(ban.clone());
        self.end_what_was_given(&ban);
        let done = match self.running {
            Some(date) => {
                if matches!(self.days[&date].stage, Stage::Open | Stage::Closed) {
                    self.narrow_lots(date, &ban);
                }
                self.narrow_queue(date, &ban);
                self.take_back(date, &ban, false)
            }
            None => Ok(()),
        };
        match done {
            Ok(()) => {
                holds(answer, 201, &[])?;
                same("first night of the ban", Some(first), night_of(&answer.body, "first"))
            }
            Err(against) => {
                *self = before;
                holds(answer, 201, &[against]).map(|_| ())
            }
        }
    }

    /// Tickets handed out end there from the first night it takes; beds given to a walk-in are taken back.
    fn end_what_was_given(&mut self, ban: &Ban) {
        for n in 0..self.tickets.len() {
            if let Some(from) = self.first_taken(n, ban).filter(|_| self.tickets[n].state != State::Waiting) {
                self.end_ticket(n, "banned", from);
            }
        }
        for bed in &mut self.walk_ins {
            let taken = (bed.person, bed.pool.shelter) == (ban.person, ban.shelter);
            if taken && (ban.first..=ban.last).contains(&bed.night) {
                bed.stands = false;
            }
        }
    }

    fn first_taken(&self, n: usize, ban: &Ban) -> Option<Night> {
        let ticket = &self.tickets[n];
        let (first, last) = ticket.nights().filter(|_| ticket.person == ban.person)?;
        let taken = |night: &Night| {
            (ban.first..=ban.last).contains(night) && ticket.pool_on(*night).shelter == ban.shelter
        };
        (first..=last).find(taken)
    }

    /// Whether it touches a night from the first possible through a full stay from the last start night.
    fn reaches(&self, day: &DeskDay, ban: &Ban, from: Night) -> bool {
        let last = day.last_start + int(self.shelters[ban.shelter].full) - 1;
        ban.first <= last && from <= ban.last
    }

    /// Before the freeze a lot no longer accepts the shelter, or is refused if it accepts no other.
    fn narrow_lots(&mut self, date: Night, ban: &Ban) {
        let day = self.days[&date].clone();
        for lot in &day.lots {
            let is_member = lot.members.iter().any(|member| member.person == Some(ban.person));
            let asks = lot.asks == "in_the_draw" && lot.status == Status::In && is_member;
            if !asks || !lot.accepts.contains(&ban.shelter) || !self.reaches(&day, ban, lot.from.unwrap()) {
                continue;
            }
            let lot = &mut self.days.get_mut(&date).unwrap().lots[lot.number as usize - 1];
            lot.accepts.retain(|shelter| *shelter != ban.shelter);
            if lot.accepts.is_empty() {
                lot.status = Status::Refused;
                lot.from = None;
                lot.members
                    .iter_mut()
                    .for_each(|member| (member.reason, member.active) = (Some("banned"), false));
            }
        }
    }

    /// Who waits no longer accepts the shelter, or is refused.
    fn narrow_queue(&mut self, date: Night, ban: &Ban) {
        let day = self.days[&date].clone();
        for (n, waiting) in day.waiting.iter().enumerate() {
            let lot = &day.lots[waiting.lot as usize - 1];
            let is_member =
                waiting.members.iter().any(|&member| lot.members[member].person == Some(ban.person));
            let waits = waiting.ended.is_none() && waiting.accepts.contains(&ban.shelter);
            if !waits || !is_member || !self.reaches(&day, ban, waiting.from) {
                continue;
            }
            let day = self.days.get_mut(&date).unwrap();
            day.waiting[n].accepts.retain(|shelter| *shelter != ban.shelter);
            if day.waiting[n].accepts.is_empty() {
                day.waiting[n].ended = Some(WaitEnd::Refused);
                day.waiting[n].accepts = waiting.accepts.clone();
                self.refuse_members(date, waiting.lot, &waiting.members);
            }
        }
    }

    fn refuse_members(&mut self, date: Night, lot: u32, members: &[usize]) {
        let lot = &mut self.days.get_mut(&date).unwrap().lots[lot as usize - 1];
        for &member in members {
            (lot.members[member].reason, lot.members[member].active) = (Some("banned"), false);
        }
    }

    /// Tickets there not yet handed out are not: who is banned stands first on the reserve list without that shelter, alone
    /// or with the family, or is refused.
    fn take_back(&mut self, date: Night, ban: &Ban, or_leave_the_rest: bool) -> Result<(), &'static str> {
        let stopped: Vec<usize> = (0..self.tickets.len())
            .filter(|&n| self.tickets[n].state == State::Waiting && self.first_taken(n, ban).is_some())
            .collect();
        for n in stopped {
            let together = self.all_together(date, n, ban);
            match together {
                Some(Ok((tickets, members, accepts))) if ban.together => {
                    self.put_first(date, n, tickets, (members, accepts));
                }
                Some(Err(against)) if ban.together && !or_leave_the_rest => return Err(against),
                _ => self.alone(date, n, ban),
            }
        }
        Ok(())
    }

    /// The tickets that share a placement, with their positions; in the order of the positions.
    fn placed_with(&self, n: usize) -> Vec<usize> {
        let one = &self.tickets[n];
        let mut with: Vec<usize> = self
            .tickets_of_lot(one.day, one.lot)
            .filter(|&other| {
                let other = &self.tickets[other];
                (other.first, other.last, other.pool.shelter) == (one.first, one.last, one.pool.shelter)
                    && other.nights().is_some()
            })
            .collect();
        with.sort_by_key(|&other| self.tickets[other].position);
        with
    }

    /// Whether the whole family can go together: none if it is one person.
    #[expect(clippy::type_complexity, reason = "tickets, positions and shelters")]
    fn all_together(
        &self,
        date: Night,
        n: usize,
        ban: &Ban,
    ) -> Option<Result<(Vec<usize>, Vec<usize>, Vec<ShelterNo>), &'static str>> {
        let with = self.placed_with(n);
        if with.len() < 2 {
            return None;
        }
        if with.iter().any(|&other| self.tickets[other].state != State::Waiting) {
            return Some(Err("not-all-wait"));
        }
        let members: Vec<usize> = with.iter().map(|&other| self.tickets[other].position).collect();
        let mut accepts = self.accepts_of(date, n, &members);
        accepts.retain(|shelter| *shelter != ban.shelter);
        Some(if accepts.is_empty() { Err("no-other-shelter") } else { Ok((with, members, accepts)) })
    }

    fn first_night_of(&self, date: Night, n: usize) -> Night {
        let (lot, position) = (self.tickets[n].lot, self.tickets[n].position);
        let day = &self.days[&date];
        let waited = day.waiting.iter().filter(|one| one.lot == lot && one.members.contains(&position));
        let last = waited.max_by_key(|one| (one.rank.0 == 0).then_some(one.rank.1));
        last.map(|one| one.from).or(day.lots[lot as usize - 1].from).unwrap()
    }

    /// What those who go accept, judged anew by the wishes of the lot.
    fn accepts_of(&self, date: Night, n: usize, members: &[usize]) -> Vec<ShelterNo> {
        let day = &self.days[&date];
        let lot = &day.lots[self.tickets[n].lot as usize - 1];
        let party = Party {
            members: members.iter().map(|&member| (lot.members[member].person.unwrap(), true)).collect(),
            wishes: lot.wishes.clone(),
            women_only: lot.women_only,
        };
        self.accepts_from(day, &party, self.first_night_of(date, n))
    }

    fn put_first(
        &mut self,
        date: Night,
        n: usize,
        tickets: Vec<usize>,
        (members, accepts): (Vec<usize>, Vec<ShelterNo>),
    ) {
        let from = self.first_night_of(date, n);
        let lot = self.tickets[n].lot;
        for one in tickets {
            self.end_ticket(one, "banned", self.tickets[one].first);
        }
        let heads = self.days[&date].waiting.iter().filter(|one| one.rank.0 == 0).map(|one| one.rank.1 + 1);
        let rank = (0, heads.max().unwrap_or(0));
        self.enqueue(date, Waiting { rank, lot, members, accepts, from, declined: Vec::new(), ended: None });
    }

    fn alone(&mut self, date: Night, n: usize, ban: &Ban) {
        let (lot, position) = (self.tickets[n].lot, self.tickets[n].position);
        let mut accepts = self.accepts_of(date, n, &[position]);
        accepts.retain(|shelter| *shelter != ban.shelter);
        if accepts.is_empty() {
            self.end_ticket(n, "banned", self.tickets[n].first);
            self.refuse_members(date, lot, &[position]);
        } else {
            self.put_first(date, n, vec![n], (vec![position], accepts));
        }
    }

    /// The bans that may stand against a lot of the day, in the order in which they were made.
    fn bans_on_the_list(&self, date: Night) -> Vec<Ban> {
        self.bans.iter().filter(|ban| !ban.lifted && ban.last >= date).cloned().collect()
    }

    pub fn bans_before_the_freeze(&mut self, date: Night) {
        for ban in self.bans_on_the_list(date) {
            self.narrow_lots(date, &ban);
        }
    }

    /// Bans made while they had a place passed their waiting by.
    pub fn bans_of_who_waits_again(&mut self, date: Night) {
        for ban in self.bans_on_the_list(date) {
            self.narrow_queue(date, &ban);
        }
    }

    pub fn bans_after_the_draw(&mut self, date: Night) {
        for ban in self.bans_on_the_list(date) {
            self.narrow_queue(date, &ban);
            let _ = self.take_back(date, &ban, true);
        }
    }

    /// The nights of a waiver are start nights of a day that is not over.
    pub fn waive(&mut self, person: Option<usize>, day: Night, from: Night, answer: &Answer) -> Said<()> {
        let mut against = Vec::new();
        let known = self.day(day);
        if known.is_none() && !when::is_desk_day(day) {
            against.push("not-a-desk-day");
        } else {
            if known.is_some_and(|day| day.stage.is_over()) {
                against.push("desk-day-over");
            }
            let last = known.map_or_else(|| when::next_desk_day(day) - 1, |day| day.last_start);
            if !(day..=last).contains(&from) {
                against.push("waiver-lifts-nothing");
            }
        }
        if holds(answer, 201, &against)? {
            same("waiver's first night", text(from).as_str(), word(&answer.body, "from"))?;
            self.waivers.push(super::model::Waiver { person, day, from });
        }
        Ok(())
    }
}
