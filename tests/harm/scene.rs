//! Desk days on which eight clients write, somebody leads the day, somebody makes tokens, and processes are killed: round by round
//! on the same data.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::{scope, sleep};
use std::time::{Duration, Instant};

use chrono::NaiveDate;
use serde_json::json;

use crate::client::Client;
use crate::director::Director;
use crate::house::{FRIDAY, House, Kind};
use crate::ledger::Eyes;
use crate::luck::Luck;
use crate::operator::Operator;
use crate::program::Serving;
use crate::settling::Judged;
use crate::threads::{Moment, Shared, lead, set_the_clock, wait_for, write};

const CLIENTS: usize = 8;
/// How much is done in the evening before the next day.
const EVENING: usize = 40;

pub struct Scene {
    pub house: House,
    fleet: Vec<Option<Serving>>,
    clients: Vec<Client>,
    director: Director,
    operator: Operator,
    luck: Luck,
    pub seed: u64,
    days: Vec<String>,
    evening: usize,
    /// The lists that were frozen, by day: they never change.
    lists: BTreeMap<String, (String, String)>,
    pub judged: Judged,
    /// What was promised and is not there.
    pub lost: Vec<String>,
    /// What should never be.
    pub wrong: Vec<String>,
    /// At which stages the day stood when it was hurt.
    pub stages: BTreeMap<String, usize>,
}

impl Scene {
    pub fn new(kind: Kind, instances: usize, judged: Judged) -> Self {
        let seed = Luck::seed();
        eprintln!("INSKRIVNING_KILL_SEED={seed} makes the same choices again");
        let house = House::new(kind);
        let operator = Operator::new(&house);
        let mut scene = Self {
            fleet: (0..instances).map(|_| Some(house.serve())).collect(),
            clients: (0..CLIENTS).map(|number| Client::new(number, seed)).collect(),
            director: Director::new(seed),
            operator,
            luck: Luck::of(seed),
            seed,
            days: Vec::new(),
            evening: EVENING,
            lists: BTreeMap::new(),
            judged,
            lost: Vec::new(),
            wrong: Vec::new(),
            stages: BTreeMap::new(),
            house,
        };
        scene.next_day();
        scene
    }

    /// The desk days of a year from a date, last to first.
    fn desk_days(&self, from: NaiveDate) -> Vec<String> {
        let path = format!("/calendar?from={from}&to={}", from + chrono::Days::new(360));
        let days = self.eyes(0).calls.get(&self.house.tokens.desk, &path).yes();
        let open = days.as_array().unwrap().iter().filter(|day| day["desk"] == "open");
        let mut days: Vec<String> = open.map(|day| day["date"].as_str().unwrap().to_owned()).collect();
        days.reverse();
        assert!(days.len() > 200, "{days:?}");
        days
    }

    fn eyes(&self, instance: usize) -> Eyes {
        let serving = self.fleet[instance].as_ref().expect("it runs");
        Eyes { calls: serving.caller(), tokens: self.house.tokens.clone() }
    }

    fn next_day(&mut self) {
        if self.days.is_empty() {
            // However many rounds there are: after the last day of a year comes the next year.
            let after = self.director.day.parse().map(|day: NaiveDate| day + chrono::Days::new(1));
            self.days = self.desk_days(after.unwrap_or_else(|_| FRIDAY.parse().unwrap()));
        }
        let day = self.days.pop().expect("every year has desk days");
        self.house.home.clock().set(&format!("{day}T09:00:00Z"));
        self.director.begins(&day);
        self.clients.iter_mut().for_each(|client| client.begins(&day));
        self.evening = 0;
    }

    /// One round: all write, an instance is killed and started again, and what was promised is looked for.
    pub fn round(&mut self) {
        if self.evening >= EVENING {
            self.next_day();
        }
        let moment = self.moment();
        self.round_with(&moment, |_| {});
    }

    /// A round in which something more is done to the data while the killed one lies: for controls, which do harm on purpose.
    pub fn round_with(&mut self, moment: &Moment, harm: impl FnOnce(&House)) {
        self.hurt(moment, harm);
        self.look();
    }

    fn moment(&mut self) -> Moment {
        const STEPS: [&str; 6] = ["close", "draws", "placement", "digits", "last digit", "finish"];
        if self.luck.percent(40) {
            return Moment::During(STEPS[self.luck.below(STEPS.len())]);
        }
        Moment::After(5 + self.luck.below(80))
    }

    fn shared(&self) -> Shared {
        Shared {
            alive: self.fleet.iter().map(|_| AtomicBool::new(true)).collect(),
            stop: AtomicBool::new(false),
            answers: AtomicUsize::new(0),
            asked: self.clients.iter().map(|client| AtomicUsize::new(client.own.len())).collect(),
            hour: Mutex::new(self.director.hour()),
            step: Mutex::default(),
        }
    }

    /// All write until an instance is killed; the others, if there are any, go on for a while.
    fn hurt(&mut self, moment: &Moment, harm: impl FnOnce(&House)) {
        let victim = self.luck.below(self.fleet.len());
        let delay = Duration::from_micros(self.luck.below(3000) as u64);
        let go_on = if self.fleet.len() > 1 { 20 } else { 0 };
        let all: Vec<Eyes> = (0..self.fleet.len()).map(|instance| self.eyes(instance)).collect();
        // The answer to the last step may have come only when it was sent again.
        set_the_clock(&self.director, &self.house);
        let shared = self.shared();
        let (house, fleet) = (&self.house, &mut self.fleet);
        let (director, operator) = (&mut self.director, &mut self.operator);
        scope(|scope| {
            let (shared, all) = (&shared, &all);
            for (number, client) in self.clients.iter_mut().enumerate() {
                scope.spawn(move || write(client, number, all, shared));
            }
            scope.spawn(|| lead(director, all, shared, house));
            scope.spawn(|| operator.work(house, &shared.stop));
            wait_for(moment, shared);
            sleep(delay);
            shared.alive[victim].store(false, Ordering::SeqCst);
            let log = fleet[victim].take().unwrap().kill();
            self.wrong.extend(log.into_iter().filter(|line| line.contains("broke down")));
            let so_many = shared.answers.load(Ordering::SeqCst) + go_on;
            wait_for(&Moment::After(so_many), shared);
            shared.stop.store(true, Ordering::SeqCst);
        });
        *self.stages.entry(self.director.stage.clone()).or_default() += 1;
        if self.director.stage == "finished" {
            self.evening += shared.answers.load(Ordering::SeqCst);
        }
        harm(&self.house);
        self.fleet[victim] = Some(self.house.serve());
    }

    /// Looks for everything.
    fn look(&mut self) {
        let eyes = self.eyes(self.fleet.len() - 1);
        // Whatever the killed one had sent to a database server is done or undone when this is answered.
        eyes.calls.put(&eyes.tokens.coordinator, "/shelters/zz", &json!({ "name": "once more" })).yes();
        self.director.settle(&eyes);
        for client in &mut self.clients {
            self.lost.extend(client.settle(&eyes, self.judged));
            client.repeat_the_last(&eyes);
            self.wrong.append(&mut client.wrong);
        }
        self.all_promises_are_kept(&eyes);
        self.wrong.append(&mut self.director.wrong);
        self.wrong.append(&mut self.operator.wrong);
        self.the_list_stands(&eyes);
        self.the_draw_is_made(&eyes);
        self.the_sums_hold(&eyes);
        self.nothing_is_doubled();
        self.the_chain_is_whole(&eyes);
    }

    fn all_promises_are_kept(&mut self, eyes: &Eyes) {
        let pages = eyes.pages();
        let ledgers = self.clients.iter().map(|client| &client.ledger);
        let ledgers = ledgers.chain([&self.director.ledger, &self.operator.ledger]);
        self.lost.extend(ledgers.flat_map(|ledger| ledger.lost(&pages)));
    }

    /// A frozen list is never made anew, nor changed.
    fn the_list_stands(&mut self, eyes: &Eyes) {
        let found = self.house.texts("CAST(day AS TEXT) || ' ' || manifest AS text FROM frozen_list");
        let mut seen = BTreeMap::new();
        for text in found {
            let (day, manifest) = text.split_once(' ').unwrap();
            if let Some(other) = seen.insert(day.to_owned(), manifest.to_owned()) {
                self.wrong.push(format!("{day} has two lists: {manifest} and {other}"));
            }
        }
        for (day, (manifest, _)) in &self.lists {
            if seen.get(day) != Some(manifest) {
                self.lost.push(format!("the list of {day}: was {manifest}, is {:?}", seen.get(day)));
            }
        }
        let day = &self.director.day;
        let shown = eyes.calls.get(&eyes.tokens.desk, &format!("/desk-days/{day}"));
        let commitment = shown.body["list"]["commitment"].as_str().unwrap_or_default().to_owned();
        if let Some(manifest) = seen.get(day) {
            let kept = self.lists.entry(day.clone()).or_insert((manifest.clone(), commitment.clone()));
            if kept.1 != commitment || commitment.is_empty() {
                self.wrong.push(format!("the commitment of {day} was {} and is {commitment}", kept.1));
            }
        }
    }

    /// A draw whose last digit was answered has its result, soon after the start at the latest.
    fn the_draw_is_made(&mut self, eyes: &Eyes) {
        let day = &self.director.day;
        if !["drawn", "finished"].contains(&self.director.stage.as_str()) {
            return;
        }
        let until = Instant::now() + Duration::from_secs(30);
        loop {
            let path = format!("/desk-days/{day}/draws/1/verification");
            let answer = eyes.calls.get(&eyes.tokens.desk, &path);
            if answer.body["passed"] == true {
                return;
            }
            if Instant::now() > until {
                return self.wrong.push(format!("the draw of {day} is not made: {answer:?}"));
            }
            sleep(Duration::from_millis(20));
        }
    }

    fn the_sums_hold(&mut self, eyes: &Eyes) {
        let (day, coordinator) = (&self.director.day, &eyes.tokens.coordinator);
        let mut sums = vec![format!("/desk-days/{day}/sum")];
        if self.director.stage == "finished" {
            sums.extend(["fa", "sm"].map(|code| format!("/shelters/{code}/nights/{day}")));
        }
        for path in sums {
            let answer = eyes.calls.get(coordinator, &path);
            if answer.status == 404 && self.director.stage.is_empty() {
                continue;
            }
            if answer.status != 200 || answer.body["discrepancies"] != json!([]) {
                self.wrong.push(format!("{path}: {answer:?}"));
            }
        }
    }

    /// No row is there for which nothing was sent.
    fn nothing_is_doubled(&mut self) {
        let sum = |what: fn(&Client) -> i64| -> i64 { self.clients.iter().map(what).sum() };
        let parties = sum(|client| client.sent.parties);
        let walk_ins = sum(|client| client.sent.walk_ins);
        let most = [
            ("lot", parties),
            ("guest", parties + walk_ins),
            ("walk_in", walk_ins),
            ("ban", sum(|client| client.sent.bans)),
            ("countersignature", sum(|client| client.sent.signatures)),
            ("arrival", sum(|client| client.sent.arrivals)),
            ("token", self.operator.sent),
            ("shelter", 3 + CLIENTS as i64),
            ("frozen_list", self.lists.len() as i64),
            ("draw_record", self.lists.len() as i64),
            ("(SELECT day, guest FROM lot_member GROUP BY day, guest HAVING count(*) > 1) AS twice", 0),
            ("(SELECT day, lot FROM ticket GROUP BY day, lot HAVING count(*) > 1) AS twice", 0),
        ];
        for (rows, most) in most {
            let there = self.house.count(rows);
            if there > most {
                self.wrong.push(format!("{there} rows in {rows}, and {most} were sent"));
            }
        }
    }

    fn the_chain_is_whole(&mut self, eyes: &Eyes) {
        let (seq, hash) = &self.director.head;
        let said = self.house.home.run(&["audit", "verify", "--head", &format!("{seq}:{hash}")]);
        if said.code != 0 || !said.out.starts_with("PASS\n") {
            self.lost.push(format!("the audit log after {seq}: {said:?}"));
        }
        self.director.note_head(eyes);
    }

    /// At the end: what all days promised.
    pub fn look_at_all_days(&mut self) {
        let eyes = self.eyes(0);
        self.clients.iter_mut().for_each(|client| client.ledger.reopen());
        self.director.ledger.reopen();
        self.all_promises_are_kept(&eyes);
    }

    /// Says what was found.
    #[track_caller]
    pub fn nothing_is_lost(&self, round: usize) {
        if self.lost.is_empty() && self.wrong.is_empty() {
            return;
        }
        // What was done is in the log, whoever remembers it.
        let log = self.house.texts(
            "CAST(seq AS TEXT) || ' ' || CAST(at AS TEXT) || ' ' || event AS text FROM audit ORDER BY seq DESC LIMIT 200",
        );
        let sent: Vec<_> = self.clients.iter().map(|client| &client.script).collect();
        panic!(
            "seed {}, round {round}: lost {:#?}, wrong {:#?}; sent last {sent:#?}; the last entries of the audit log {log:#?}",
            self.seed, self.lost, self.wrong
        );
    }
}
