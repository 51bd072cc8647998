//! A walk: steps sent to the service, every answer held to the model, the database looked at after every one.

use std::collections::BTreeMap;
use std::thread;

use super::act::{Act, Call};
use super::database::Past;
use super::desk::{Said, same};
use super::model::{Model, Planted, Terms};
use super::steps::{self, Dice, Move, Step, What, clock};
use super::support::{Answer, App, Kind};
use super::when;
use super::world;

/// Where model and service part, and the calls that lead there.
#[derive(Debug)]
pub struct Failure {
    pub why: String,
    pub script: Vec<String>,
}

/// A service, its model and its database.
pub struct Walk {
    app: App,
    model: Model,
    past: Past,
    script: Vec<String>,
    pub taken: usize,
    tally: Tally,
}

/// How often each kind of step was answered how.
pub type Tally = BTreeMap<(String, String), usize>;

impl Walk {
    pub fn begin(kind: Kind, seed: u64, planted: Option<Planted>) -> Self {
        // What a walk proves has nothing to do with a disk: in memory, where there is such a folder, it is many times faster.
        let in_memory = std::path::Path::new("/dev/shm");
        let below = if in_memory.is_dir() { in_memory.to_owned() } else { std::env::temp_dir() };
        let app = App::start_in(kind, Terms::of(seed).policy(), &below);
        let model = world::begin(&app, seed, planted);
        let past = Past::new(app.database());
        Self { app, model, past, script: Vec::new(), taken: 0, tally: Tally::new() }
    }

    /// Walks at random for so many steps: the moves taken, and the failure if there is one.
    pub fn at_random(
        mut self,
        dice: &mut Dice,
        steps: usize,
        tally: &mut Tally,
    ) -> (Vec<Move>, usize, Option<Failure>) {
        let mut moves = Vec::new();
        while self.taken < steps {
            moves.push(steps::next(dice, &self.model));
            if let Err(why) = self.take(moves.last().unwrap()) {
                return (moves, self.taken, Some(Failure { why, script: self.script }));
            }
        }
        self.tally.insert(("Released".to_owned(), "yes".to_owned()), self.model.released);
        for (answered, count) in std::mem::take(&mut self.tally) {
            *tally.entry(answered).or_default() += count;
        }
        let end = self.past.check_the_whole_chain().err();
        (moves, self.taken, end.map(|why| Failure { why, script: self.script }))
    }

    /// Takes these moves: the failure, if there is one.
    pub fn again(mut self, moves: &[Move]) -> Option<(usize, Failure)> {
        for (n, one) in moves.iter().enumerate() {
            if let Err(why) = self.take(one) {
                return Some((n, Failure { why, script: self.script }));
            }
        }
        None
    }

    fn take(&mut self, one: &Move) -> Said<()> {
        match one {
            Move::One(step) if step.what == What::Clock => self.move_clock(step),
            Move::One(step) => match step.act(&self.model) {
                Some(act) => {
                    let who = self.model.who_takes(&act, step.who);
                    self.do_it(&act, &who)
                }
                None => return Ok(()),
            },
            Move::Together(steps) => self.together(steps),
        }?;
        self.hold_what_must()
    }

    /// What must hold after every step: of the database, and, if the step changed something, the sums with their open term.
    fn hold_what_must(&mut self) -> Said<()> {
        let known = self.past.seq;
        self.past.check(when::today(self.model.now) - 8)?;
        self.compare_beds()?;
        if self.past.seq == known {
            return Ok(());
        }
        if let Some(&day) = self.model.days.keys().next_back() {
            self.look(&Act::LookSum { day })?;
        }
        // One of the shelters each time, in turn.
        let (shelter, night) =
            (self.taken % self.model.shelters.len(), when::tonight_at_the_door(self.model.now));
        self.look(&Act::LookNight { shelter, night })
    }

    fn move_clock(&mut self, step: &Step) -> Said<()> {
        self.model.now = clock(&self.model, step);
        let instant = self.model.now.to_rfc3339();
        self.app.at(&instant);
        self.script.push(format!("the clock shows {instant}"));
        let running = self.model.running;
        self.model.finish_what_was_left();
        self.app.what_is_due();
        self.taken += 1;
        self.look_at_the_sum_if_over(running)
    }

    /// A day that was just finished has its sum.
    fn look_at_the_sum_if_over(&mut self, running: Option<when::Night>) -> Said<()> {
        match running {
            Some(day) if self.model.running.is_none() => self.look(&Act::LookSum { day }),
            _ => Ok(()),
        }
    }

    fn send(app: &App, who: &str, call: &Call) -> Answer {
        app.send(call.method, who, &call.path, call.body.as_ref().map(ToString::to_string), &[])
    }

    /// One step and, where it changed something that is not in its answer, a look at that.
    fn do_it(&mut self, act: &Act, who: &str) -> Said<()> {
        let call = act.call(&self.model);
        let answer = Self::send(&self.app, who, &call);
        self.note(act, &call, who, &answer);
        self.taken += 1;
        let running = self.model.running;
        self.apply(act, who, &answer)?;
        self.look_at_the_sum_if_over(running)?;
        self.ask_for_codes()
    }

    /// Takes a step in the model, and, if a draw was concluded by it, what the draw's record says.
    fn apply(&mut self, act: &Act, who: &str, answer: &Answer) -> Said<()> {
        self.model.apply(act, who, answer)?;
        self.model.to_read.take().map_or(Ok(()), |date| self.read_record(date))
    }

    fn note(&mut self, act: &Act, call: &Call, who: &str, answer: &Answer) {
        let body = call.body.as_ref().map_or(String::new(), ToString::to_string);
        let problem = answer.body["type"].as_str().unwrap_or("");
        let kind = format!("{act:?}").split(' ').next().unwrap().to_owned();
        let said = if answer.status < 300 { "yes" } else { problem.trim_start_matches("/problems/") };
        *self.tally.entry((kind, said.to_owned())).or_default() += 1;
        let who = if who.is_empty() { "nobody" } else { who };
        self.script
            .push(format!("{who}: {} {} {body} -> {} {problem}", call.method, call.path, answer.status));
    }

    fn read_record(&mut self, date: when::Night) -> Said<()> {
        let draw = self.model.days[&date].draws;
        let path = format!("/desk-days/{}/draws/{draw}/record", when::text(date));
        let answer = self.app.get("coordinator", &path);
        self.model.conclude(date, answer.body["record"].as_str().ok_or("there is no record of the draw")?)
    }

    /// The codes of new tickets stand in the hand-out of their day.
    fn ask_for_codes(&mut self) -> Said<()> {
        let new = self.model.tickets.iter().rev().take(60).find(|ticket| ticket.code.is_none());
        let Some(day) = new.map(|ticket| ticket.day) else { return Ok(()) };
        self.look(&Act::LookHandOut { day })
    }

    fn look(&mut self, act: &Act) -> Said<()> {
        let call = act.call(&self.model);
        let answer = Self::send(&self.app, "coordinator", &call);
        self.model.apply(act, "coordinator", &answer).inspect_err(|_| {
            self.script
                .push(format!("coordinator looks: {} {} -> {}", call.method, call.path, answer.status));
        })
    }

    /// Steps sent at the same moment: their answers, and what there is afterwards, are those of some order of them.
    fn together(&mut self, steps: &[Step]) -> Said<()> {
        let taken = steps.iter().filter_map(|step| Some((step.act(&self.model)?, step.who)));
        let (acts, who): (Vec<Act>, Vec<_>) = taken.unzip();
        let who: Vec<String> =
            acts.iter().zip(who).map(|(act, who)| self.model.who_takes(act, who)).collect();
        let calls: Vec<Call> = acts.iter().map(|act| act.call(&self.model)).collect();
        let app = &self.app;
        for one in &who {
            if !one.is_empty() {
                app.token(one);
            }
        }
        let answers: Vec<Answer> = thread::scope(|scope| {
            let sent: Vec<_> = calls
                .iter()
                .zip(&who)
                .map(|(call, who)| scope.spawn(move || Self::send(app, who, call)))
                .collect();
            sent.into_iter().map(|one| one.join().unwrap()).collect()
        });
        self.script.push(format!("at the same moment, {}:", calls.len()));
        for n in 0..calls.len() {
            self.note(&acts[n], &calls[n], &who[n], &answers[n]);
        }
        self.taken += calls.len();
        let mut why = Vec::new();
        for order in orders(acts.len()) {
            let (before, said) = (self.model.clone(), self.script.len());
            let fits = order.iter().try_for_each(|&n| self.apply(&acts[n], &who[n], &answers[n]));
            match fits.and_then(|()| self.look_around()) {
                Ok(()) => return Ok(()),
                Err(error) => why.push(format!("  in the order {order:?}: {error}")),
            }
            self.model = before;
            self.script.truncate(said);
        }
        if acts.is_empty() { Ok(()) } else { Err(format!("no order of them fits:\n{}", why.join("\n"))) }
    }

    /// Who holds which place on which night stands in the database as the model has it.
    fn compare_beds(&mut self) -> Said<()> {
        let from = when::today(self.model.now) - 1;
        let known = self.model.held_from(from).into_iter().map(|((pool, night), held)| {
            let shelter = self.model.shelters[pool.shelter].code;
            let (night, kind, who) = (when::text(night), pool.kind.word(), pool.who.word());
            (format!("{night} {shelter} {kind} {who}"), i64::from(held))
        });
        same("beds held, by night and pool", known.collect::<BTreeMap<_, _>>(), self.past.beds(from)?)
    }

    fn look_around(&mut self) -> Said<()> {
        self.compare_beds()?;
        let Some(day) = self.model.days.keys().next_back().copied() else { return Ok(()) };
        self.look(&Act::LookHandOut { day })?;
        self.look(&Act::LookSum { day })?;
        same("places noted as declined", self.model.noted_as_declined(day), self.past.declined(day)?)?;
        if let Some(manifest) = self.past.frozen(day)? {
            self.model.compare_frozen(day, &manifest)?;
        }
        self.ask_for_codes()
    }
}

/// Every order of so many things.
fn orders(count: usize) -> Vec<Vec<usize>> {
    if count == 0 {
        return vec![vec![]];
    }
    let mut all = Vec::new();
    for shorter in orders(count - 1) {
        for at in (0..=shorter.len()).rev() {
            let mut one = shorter.clone();
            one.insert(at, count - 1);
            all.push(one);
        }
    }
    all
}
