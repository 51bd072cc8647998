//! Abstract steps: what is done, with choices as numbers that point into what exists when the step is taken. So steps can be
//! left out of a walk, and the rest still means something.

use chrono::{DateTime, TimeDelta, Utc};

use super::act::{Act, How, Two};
use super::model::{DeskDay, Model, Stage, State};
use super::places::{Decision, Kind as PlaceKind, Sex};
use super::rules::Party;
use super::when::{self, Night};

/// What kind of step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    Clock,
    Open,
    NotHeld,
    Mode,
    Register,
    Ask,
    Log,
    Withdraw,
    CloseDesk,
    Freeze,
    Placement,
    Digit,
    ServiceEntropy,
    Take,
    Offer,
    Finish,
    Sign,
    Signed,
    GiveBack,
    Revoke,
    PlaceGone,
    Reprint,
    Move,
    Arrive,
    UndoArrival,
    CloseNight,
    CountHeads,
    WalkIn,
    UndoWalkIn,
    Ban,
    Lift,
    Waive,
    Decide,
    EndOtherwise,
    TakeBack,
    Look,
}

/// A step: what, choices, and who takes it (the first role that may, unless the number says a wrong one).
#[derive(Clone, Copy, Debug)]
pub struct Step {
    pub what: What,
    pub picks: [u32; 6],
    pub who: u32,
}

/// Steps taken one after the other, or at the same moment.
#[derive(Clone, Debug)]
pub enum Move {
    One(Step),
    Together(Vec<Step>),
}

/// Random numbers that are the same for the same seed: SplitMix64.
#[derive(Clone)]
pub struct Dice(pub u64);

impl Dice {
    pub fn next(&mut self) -> u32 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        u32::try_from((z ^ (z >> 31)) >> 32).unwrap()
    }

    pub fn below(&mut self, bound: u32) -> u32 {
        self.next() % bound
    }
}

/// The next step of a random walk: what is likely at this stage, and now and then anything at all.
pub fn next(dice: &mut Dice, model: &Model) -> Move {
    if dice.below(12) == 0 {
        let count = 2 + dice.below(3);
        return Move::Together((0..count).map(|_| one(dice, model, false)).collect());
    }
    Move::One(one(dice, model, true))
}

fn one(dice: &mut Dice, model: &Model, alone: bool) -> Step {
    let mut weights = weights(model);
    // What a step of the draw leads to shows in the answers to steps beside it before the model can read its record.
    let alone_only =
        [What::Clock, What::Placement, What::Digit, What::ServiceEntropy, What::Signed, What::Look];
    weights.retain(|(what, _)| alone || !alone_only.contains(what));
    let all: u32 = weights.iter().map(|(_, weight)| weight).sum();
    let mut at = dice.below(all);
    let found = weights.into_iter().find(|(_, weight)| {
        let here = at < *weight;
        at = at.saturating_sub(*weight);
        here
    });
    let picks = std::array::from_fn(|_| dice.next());
    Step { what: found.unwrap().0, picks, who: dice.next() }
}

/// How likely each kind of step is, as the day stands.
fn weights(model: &Model) -> Vec<(What, u32)> {
    let day = model.running.map(|date| &model.days[&date]);
    let mut weights = vec![
        (What::Open, 2),
        (What::NotHeld, 1),
        (What::Mode, 1),
        (What::Register, 3),
        (What::Ask, 4),
        (What::Log, 1),
        (What::Withdraw, 2),
        (What::CloseDesk, 1),
        (What::Freeze, 1),
        (What::Placement, 1),
        (What::Digit, 1),
        (What::ServiceEntropy, 1),
        (What::Take, if anybody_waits(model) { 3 } else { 1 }),
        (What::Offer, 2),
        (What::Finish, 2),
        (What::Sign, 1),
        (What::Signed, 2),
        (What::GiveBack, 3),
        (What::Revoke, 1),
        (What::PlaceGone, 1),
        (What::Reprint, 2),
        (What::Move, 3),
        (What::Arrive, 8),
        (What::UndoArrival, 2),
        (What::CloseNight, 2),
        (What::CountHeads, 2),
        (What::WalkIn, 3),
        (What::UndoWalkIn, 1),
        (What::Ban, 2),
        (What::Lift, 1),
        (What::Waive, 1),
        (What::Decide, 3),
        (What::EndOtherwise, 1),
        (What::TakeBack, 1),
        (What::Look, 10),
        (What::Clock, 3),
    ];
    weights.extend(of_stage(model, day));
    weights
}

fn anybody_waits(model: &Model) -> bool {
    model.tickets.iter().any(|ticket| ticket.state == State::Waiting)
}

fn of_stage(model: &Model, day: Option<&DeskDay>) -> Vec<(What, u32)> {
    let Some(day) = day else {
        let now = when::today(model.now);
        let to_open = when::is_desk_day(now) && !model.days.contains_key(&now);
        let forgotten = model.forgotten_before(now);
        return vec![
            (What::Open, if to_open && !forgotten { 150 } else { 1 }),
            (What::NotHeld, if forgotten { 150 } else { 1 }),
            (What::Clock, if to_open { 4 } else { 40 }),
            (What::Arrive, 50),
            (What::CloseNight, 10),
            (What::WalkIn, 12),
            (What::CountHeads, 4),
            (What::GiveBack, 4),
            (What::Move, 4),
        ];
    };
    let take = (What::Take, if anybody_waits(model) { 150 } else { 3 });
    let offer = (What::Offer, if model.next_offer(day).is_some() { 80 } else { 4 });
    match day.stage {
        Stage::Open if day.direct => {
            vec![(What::Register, 90), take, offer, (What::Finish, 8), (What::Log, 2), (What::Ban, 5)]
        }
        Stage::Open => vec![
            (What::Register, 250),
            (What::CloseDesk, 12),
            (What::Log, 4),
            (What::Mode, 6),
            (What::Ban, 5),
        ],
        Stage::Closed => vec![(What::Freeze, 100), (What::Register, 8), (What::Sign, 8), (What::Ban, 8)],
        Stage::Frozen => vec![(What::Placement, 100), (What::Register, 8), (What::Sign, 4), (What::Ban, 8)],
        Stage::AwaitingEntropy if day.dice.is_some() => {
            vec![(What::Digit, 400), (What::Sign, 5), (What::Ban, 5)]
        }
        Stage::AwaitingEntropy => {
            vec![(What::ServiceEntropy, 80), (What::Sign, 10), (What::Signed, 10), (What::Ban, 8)]
        }
        Stage::Drawn | Stage::HandingOut => vec![
            take,
            offer,
            (What::Finish, 20),
            (What::Register, 10),
            (What::Ban, 8),
            (What::Sign, 12),
            (What::Signed, 12),
            (What::Clock, 6),
        ],
        Stage::Finished | Stage::NotHeld => vec![],
    }
}

fn pick<T: Clone>(list: &[T], number: u32) -> Option<T> {
    if list.is_empty() { None } else { Some(list[number as usize % list.len()].clone()) }
}

/// When the clock is set to, never back.
pub fn clock(model: &Model, step: &Step) -> DateTime<Utc> {
    let (now, today) = (model.now, when::today(model.now));
    let waits = when::is_desk_day(today) && !model.days.contains_key(&today);
    let next = if waits { today } else { when::next_desk_day(today) };
    let busy = model.running.is_some();
    let wanted = match step.picks[0] % if busy { 6 } else { 12 } {
        0..=2 => now + TimeDelta::minutes(i64::from(1 + step.picks[1] % 14)),
        3 => now + TimeDelta::minutes(10),
        4 => now + TimeDelta::hours(i64::from(1 + step.picks[1] % 3)),
        5 if step.picks[1] % 4 == 0 => when::at(today + 1, 6, 0),
        5 => when::at(today, 21, 0),
        6 => when::at(today, 20, 30),
        7 => when::at(today + 1, 1, 30),
        8 => when::at(today + 1, 5, 59),
        9 => when::at(today + 1, 13, 0),
        _ => when::at(next, 9, 0),
    };
    wanted.max(now)
}

impl Step {
    /// What the step means as things stand; none where there is nothing it could point at.
    pub fn act(&self, model: &Model) -> Option<Act> {
        let today = when::today(model.now);
        let day = self.day(model);
        let p = |n: usize| self.picks[n];
        Some(match self.what {
            What::Clock => return None,
            What::Open => {
                Act::Open { day: if p(0) % 12 == 0 { today + 1 } else { today }, direct: p(1) % 3 == 0 }
            }
            What::NotHeld => Act::NotHeld { day: self.not_held(model) },
            What::Mode => Act::Mode { day, direct: p(1) % 2 == 0 },
            What::Register => Act::Register {
                day,
                party: self.party(model),
                adults_ask: p(4) % 4 != 0,
                by_document: p(5) % 3 != 0,
            },
            What::Ask => Act::Ask { day, party: self.party(model) },
            What::Log => Act::Log { day, sex: [Sex::Man, Sex::Woman, Sex::Other][p(1) as usize % 3] },
            What::Withdraw => Act::Withdraw { day, lot: self.lot(model, day)? },
            What::CloseDesk => Act::CloseDesk { day },
            What::Freeze => Act::Freeze { day, dice: (p(1) % 5 == 0).then_some(25) },
            What::Placement => Act::Placement { day },
            What::Digit => self.digit(model, day),
            What::ServiceEntropy => Act::ServiceEntropy { day },
            What::Take => self.take(model, day)?,
            What::Offer => Act::Offer { day, lot: if p(1) % 6 == 0 { self.lot(model, day) } else { None } },
            What::Finish => Act::Finish { day },
            What::Sign => Act::Sign { day, step: self.two(model, day)? },
            What::Signed => {
                let (signature, date, step) = {
                    let late = model.signatures.len().saturating_sub(if p(0) % 3 == 0 { 6 } else { 1 });
                    pick(&model.signatures[late..], p(1))?
                };
                Act::Signed { day: date, step, signature, own: p(2) % 8 == 0 }
            }
            _ => return self.of_the_evening(model),
        })
    }

    fn of_the_evening(&self, model: &Model) -> Option<Act> {
        let p = |n: usize| self.picks[n];
        // Mostly a door at which tickets are read.
        let doors: Vec<usize> =
            (0..model.shelters.len()).filter(|&shelter| !model.counts_heads(shelter)).collect();
        let any = p(0) as usize % model.shelters.len();
        let shelter = if p(0) % 5 == 0 || self.what == What::CountHeads {
            any
        } else {
            doors[p(0) as usize % doors.len()]
        };
        let tonight = when::tonight_at_the_door(model.now);
        let night = if p(3) % 6 == 0 { tonight - 1 + super::model::int(p(4) % 3) } else { tonight };
        let known: Vec<usize> = (0..model.people.len()).filter(|&n| model.people[n].uno.is_some()).collect();
        let last = tonight + super::model::int(p(4) % 15);
        Some(match self.what {
            What::GiveBack => Act::GiveBack { code: self.code(model)? },
            What::Revoke => Act::Revoke { code: self.code(model)? },
            What::PlaceGone => Act::PlaceGone {
                code: self.code(model)?,
                from: (p(3) % 2 == 0).then(|| tonight + super::model::int(p(4) % 4)),
            },
            What::Reprint => Act::Reprint { code: self.code(model)? },
            What::Move => Act::Move { code: self.code(model)?, to: shelter },
            What::Arrive => self.arrive(model, (shelter, night))?,
            What::UndoArrival => {
                let one = pick(&model.arrivals, u32::MAX - p(1) % 12)?;
                let of = model.arrivals.len().saturating_sub(1 + p(1) as usize % 12);
                let one = model.arrivals.get(of).cloned().unwrap_or(one);
                Act::UndoArrival {
                    shelter: one.shelter,
                    code: model.tickets[one.ticket].code.clone()?,
                    night: Some(one.night),
                }
            }
            What::CloseNight => Act::CloseNight { shelter, night, early: p(5) % 3 == 0 },
            What::CountHeads => Act::CountHeads {
                shelter,
                night,
                heads: [p(1) % 4, p(2) % 3, p(5) % 2],
                corrects: p(4) % 4 == 0,
            },
            What::WalkIn => Act::WalkIn { shelter, person: pick(&known, p(1))?, nights: 1 + p(2) % 3 },
            What::UndoWalkIn => {
                let bed = pick(&model.walk_ins, p(1))?;
                Act::UndoWalkIn { shelter: bed.pool.shelter, person: bed.person, night: bed.night }
            }
            What::Ban => {
                let sleeper = pick(&model.tickets, p(1)).filter(|_| p(2) % 2 == 0);
                let (person, shelter) = sleeper
                    .map_or((pick(&known, p(1))?, shelter), |ticket| (ticket.person, ticket.pool.shelter));
                Act::Ban { person, shelter, last, tonight: p(5) % 4 == 0, together: p(5) % 3 == 0 }
            }
            What::Lift => Act::Lift { ban: pick(&model.bans, p(1))?.id },
            What::Waive => {
                let person = if p(1) % 4 == 0 { None } else { Some(pick(&known, p(1))?) };
                let day = self.day(model);
                Act::Waive { person, day, from: day + super::model::int(p(2) % 3) }
            }
            What::Decide => Act::Decide { decision: self.decision(model, tonight)? },
            What::EndOtherwise => Act::EndOtherwise {
                key: self.decided(model)?,
                last: tonight + super::model::int(p(4) % 9) - 1,
            },
            What::TakeBack => Act::TakeBack { key: self.decided(model)? },
            _ => return self.look(model, shelter, night),
        })
    }

    /// The running day; else the last; now and then one that was never opened.
    fn day(&self, model: &Model) -> Night {
        let last = model.days.keys().next_back().copied();
        if self.picks[0] % 40 == 0 {
            when::today(model.now)
        } else {
            model.running.or(last).unwrap_or(when::today(model.now))
        }
    }

    fn not_held(&self, model: &Model) -> Night {
        let today = when::today(model.now);
        let last = model.days.keys().next_back().copied();
        let next = last.map_or(today, when::next_desk_day);
        if self.picks[1] % 5 == 0 { today } else { next.min(today + 1) }
    }

    fn party(&self, model: &Model) -> Party {
        let count = model.people.len();
        let size = [1, 1, 1, 1, 2, 2, 3][self.picks[1] as usize % 7];
        let first = self.picks[2] as usize;
        let mut members: Vec<(usize, bool)> = Vec::new();
        for n in 0..size {
            let who = (first + n * (1 + self.picks[3] as usize % 5)) % count;
            if members.iter().all(|(other, _)| *other != who) {
                members.push((who, self.picks[3] % 11 != 10 || n > 0));
            }
        }
        let shelters = model.shelters.len();
        let (start, many) = (self.picks[4] as usize % shelters, 1 + self.picks[4] as usize / 7 % 3);
        let mut wishes: Vec<usize> = (0..many).map(|n| (start + n) % shelters).collect();
        if self.picks[4] % 2 == 0 {
            wishes.reverse();
        }
        Party { members, wishes, women_only: self.picks[5] % 10 == 0 }
    }

    fn lot(&self, model: &Model, day: Night) -> Option<u32> {
        let lots = u32::try_from(model.day(day)?.lots.len()).unwrap();
        (lots > 0).then(|| 1 + self.picks[2] % lots)
    }

    fn digit(&self, model: &Model, day: Night) -> Act {
        let typed = model.day(day).and_then(|day| day.dice.as_ref()).map_or(0, |(_, typed)| typed.len());
        let place = u32::try_from(typed).unwrap() + u32::from(self.picks[1] % 30 != 0);
        let shown = if self.picks[3] % 40 == 0 { 7 } else { 1 + self.picks[2] % 6 };
        Act::Digit { day, place, shown }
    }

    fn take(&self, model: &Model, day: Night) -> Option<Act> {
        let waiting =
            model.tickets.iter().filter(|ticket| (ticket.day, ticket.state) == (day, State::Waiting));
        let waiting: Vec<(u32, usize, u8)> =
            waiting.map(|ticket| (ticket.lot, ticket.position, ticket.calls)).collect();
        let chosen = pick(&waiting, self.picks[1]).filter(|_| self.picks[2] % 12 != 0);
        let (lot, position, calls) = chosen.or_else(|| Some((self.lot(model, day)?, 0, 0)))?;
        let how = match self.picks[3] % 12 {
            // Who was called is mostly called again, and lapses.
            2..=9 if calls == 1 => How::Call,
            2..=9 if calls == 2 => How::Lapse,
            0 | 1 => How::Decline,
            2 | 3 => How::Call,
            4 => How::Lapse,
            other => How::Collect(other % 2 == 0),
        };
        let member = (self.picks[4] % 5 == 0).then_some(position);
        Some(Act::Take { day, lot, how, member })
    }

    fn two(&self, model: &Model, day: Night) -> Option<Two> {
        let day_now = model.day(day)?;
        let draws = day_now.draws;
        let likely = match day_now.stage {
            Stage::AwaitingEntropy => 0,
            Stage::Drawn => 1,
            _ => 2,
        };
        let withdrawn = day_now.lots.iter().filter(|lot| lot.status == super::model::Status::Withdrawn);
        let withdrawn: Vec<u32> = withdrawn.map(|lot| lot.number).collect();
        Some(match if self.picks[4] % 3 == 0 { self.picks[1] % 4 } else { likely } {
            0 => Two::Abandon(draws.max(1)),
            1 => Two::Redraw { draw: draws.max(1), digits: self.picks[3] % 2 == 0 },
            _ => Two::Reinstate(pick(&withdrawn, self.picks[2]).or(self.lot(model, day))?),
        })
    }

    /// The code of a ticket, mostly of a late one; now and then one that was replaced.
    fn code(&self, model: &Model) -> Option<String> {
        let tonight = when::tonight_at_the_desk(model.now);
        let held: Vec<&super::model::Ticket> = model
            .tickets
            .iter()
            .filter(|ticket| ticket.nights().is_some_and(|(_, last)| last >= tonight))
            .collect();
        let late =
            || model.tickets.iter().rev().nth(self.picks[1] as usize % model.tickets.len().clamp(1, 25));
        let ticket = pick(&held, self.picks[1]).filter(|_| self.picks[5] % 5 != 0).or_else(late)?;
        let old = pick(&ticket.replaced, self.picks[2]).filter(|_| self.picks[2] % 4 == 0);
        old.or(ticket.code.clone())
    }

    fn arrive(&self, model: &Model, (shelter, night): (usize, Night)) -> Option<Act> {
        let tonight = when::tonight_at_the_door(model.now);
        let here: Vec<&super::model::Ticket> =
            model.tickets.iter().filter(|ticket| ticket.is_valid_on(tonight)).collect();
        let enter = self.picks[5] % 9 != 0;
        let night = (night != tonight).then_some(night);
        match pick(&here, self.picks[1]).filter(|_| self.picks[2] % 4 != 0) {
            Some(ticket) => {
                let at = if self.picks[2] % 5 == 0 { shelter } else { ticket.pool_on(tonight).shelter };
                Some(Act::Arrive { shelter: at, code: ticket.code.clone()?, night, enter })
            }
            None => Some(Act::Arrive { shelter, code: self.code(model)?, night, enter }),
        }
    }

    fn decision(&self, model: &Model, tonight: Night) -> Option<Decision> {
        let pool = pick(&model.plan.pools(), self.picks[1])?;
        let first = tonight + super::model::int(self.picks[2] % 9);
        let last = first + super::model::int(self.picks[3] % 4);
        let count = 1 + self.picks[4] % 2;
        Some(match self.picks[5] % 8 {
            0 => Decision::Extra { pool, night: first, count },
            1 => Decision::Closure { shelter: pool.shelter, of: None, first, last },
            2 | 3 => Decision::Closure { shelter: pool.shelter, of: Some((pool, count)), first, last },
            4 if pool.kind == PlaceKind::Single => Decision::Lending {
                shelter: pool.shelter,
                kind: pool.kind,
                to_women: self.picks[4] % 3 != 0,
                first,
                last,
                count: 1,
            },
            _ => Decision::Number { pool, from: first, count: self.picks[4] % 4 },
        })
    }

    /// The key of a decision, mostly of a late one; now and then of one that was taken back.
    fn decided(&self, model: &Model) -> Option<String> {
        let has_an_end =
            |decision: &Decision| matches!(decision, Decision::Closure { .. } | Decision::Lending { .. });
        let mut of: Vec<(&String, &Decision)> =
            model.keys_of_decisions.iter().zip(&model.plan.decisions).collect();
        if self.what == What::EndOtherwise && self.picks[2] % 8 != 0 {
            of.retain(|(_, decision)| has_an_end(decision));
        }
        let keys: Vec<&String> = if self.picks[5] % 10 == 0 {
            model.taken_back.iter().collect()
        } else {
            of.into_iter().map(|(key, _)| key).collect()
        };
        let late = keys.len().saturating_sub(if self.picks[3] % 4 == 0 { 40 } else { 4 });
        pick(&keys[late..], self.picks[1]).cloned()
    }

    fn look(&self, model: &Model, shelter: usize, night: Night) -> Option<Act> {
        let day = self.day(model);
        Some(match self.picks[1] % 6 {
            0 | 1 => Act::LookHandOut { day },
            2 => Act::LookSum { day },
            3 => Act::LookLots { day },
            4 => Act::LookChanges { day },
            _ => Act::LookNight { shelter, night },
        })
    }
}
