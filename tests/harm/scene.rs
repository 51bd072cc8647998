//! Desk days on which eight clients write, somebody leads the day, somebody makes tokens, and processes are killed: round by round
//! on the same data.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::{scope, sleep};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::client::{Client, Hour};
use crate::director::{Director, Next};
use crate::house::{House, Kind};
use crate::ledger::Eyes;
use crate::luck::Luck;
use crate::operator::Operator;
use crate::program::Serving;
use crate::settling::Judged;

const CLIENTS: usize = 8;
/// How many parties ask before the desk closes.
const ENOUGH: usize = 30;
/// How much is done in the evening before the next day.
const EVENING: usize = 40;

/// When a process is killed.
#[derive(Clone, Debug)]
enum Moment {
    /// After so many answers of a round.
    After(usize),
    /// While the leader of the day takes this step.
    During(&'static str),
}

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

/// What the threads of a round share.
struct Shared {
    alive: Vec<AtomicBool>,
    stop: AtomicBool,
    answers: AtomicUsize,
    /// How many parties of each client asked today.
    asked: Vec<AtomicUsize>,
    hour: Mutex<Option<Hour>>,
    /// What the leader is about to do.
    step: Mutex<String>,
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
        scene.days = scene.desk_days();
        scene.next_day();
        scene
    }

    /// The desk days to come, first to last.
    fn desk_days(&self) -> Vec<String> {
        let path = "/calendar?from=2026-11-27&to=2027-11-20";
        let days = self.eyes(0).calls.get(&self.house.tokens.desk, path).yes();
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
        let day = self.days.pop().expect("a year of desk days is enough");
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
        self.hurt();
        self.look();
    }

    fn moment(&mut self) -> Moment {
        const STEPS: [&str; 6] = ["close", "draws", "placement", "digits", "last digit", "finish"];
        if self.luck.percent(40) {
            return Moment::During(STEPS[self.luck.below(STEPS.len())]);
        }
        Moment::After(5 + self.luck.below(80))
    }

    /// All write until an instance is killed; the others, if there are any, go on for a while.
    fn hurt(&mut self) {
        let (moment, victim) = (self.moment(), self.luck.below(self.fleet.len()));
        let delay = Duration::from_micros(self.luck.below(3000) as u64);
        let go_on = if self.fleet.len() > 1 { 20 } else { 0 };
        let all: Vec<Eyes> = (0..self.fleet.len()).map(|instance| self.eyes(instance)).collect();
        let shared = Shared {
            alive: all.iter().map(|_| AtomicBool::new(true)).collect(),
            stop: AtomicBool::new(false),
            answers: AtomicUsize::new(0),
            asked: self.clients.iter().map(|client| AtomicUsize::new(client.own.len())).collect(),
            hour: Mutex::new(self.director.hour()),
            step: Mutex::default(),
        };
        let (house, fleet) = (&self.house, &mut self.fleet);
        let (director, operator) = (&mut self.director, &mut self.operator);
        scope(|scope| {
            let (shared, all) = (&shared, &all);
            for (number, client) in self.clients.iter_mut().enumerate() {
                scope.spawn(move || write(client, number, all, shared));
            }
            scope.spawn(|| lead(director, all, shared, house));
            scope.spawn(|| operator.work(house, &shared.stop));
            wait_for(&moment, shared);
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
        let found = (&self.lost, &self.wrong);
        assert!(
            self.lost.is_empty() && self.wrong.is_empty(),
            "seed {}, round {round}: {found:#?}",
            self.seed
        );
    }
}

fn wait_for(moment: &Moment, shared: &Shared) {
    // A round in which nothing is left to do for the others ends by the clock.
    let until = Instant::now() + Duration::from_secs(3);
    while Instant::now() < until {
        let answers = shared.answers.load(Ordering::SeqCst);
        let reached = match moment {
            Moment::After(so_many) => answers >= *so_many,
            Moment::During(step) => answers >= 150 || *shared.step.lock().unwrap() == *step,
        };
        if reached {
            return;
        }
        sleep(Duration::from_micros(100));
    }
}

/// One of the instances that run.
fn pick<'e>(all: &'e [Eyes], shared: &Shared, luck: &mut Luck) -> Option<&'e Eyes> {
    let alive: Vec<usize> = (0..all.len()).filter(|&one| shared.alive[one].load(Ordering::SeqCst)).collect();
    (!alive.is_empty()).then(|| &all[alive[luck.below(alive.len())]])
}

/// A client writes until it is not answered.
fn write(client: &mut Client, number: usize, all: &[Eyes], shared: &Shared) {
    let all = apart(all);
    while !shared.stop.load(Ordering::SeqCst) {
        let Some(eyes) = pick(&all, shared, &mut client.luck) else { return };
        let hour = shared.hour.lock().unwrap().clone();
        let Some(hour) = hour else {
            sleep(Duration::from_millis(1));
            continue;
        };
        if hour == Hour::HandingOut && client.luck.percent(20) {
            client.look_at_the_list(eyes);
        }
        match client.next(&eyes.tokens, &hour) {
            Some(step) => {
                if !client.act(eyes, step) {
                    return;
                }
                shared.answers.fetch_add(1, Ordering::SeqCst);
                shared.asked[number].store(client.own.len(), Ordering::SeqCst);
            }
            None => sleep(Duration::from_millis(2)),
        }
    }
}

/// Connections of one's own.
fn apart(all: &[Eyes]) -> Vec<Eyes> {
    all.iter().map(|eyes| Eyes { calls: eyes.calls.apart(), tokens: eyes.tokens.clone() }).collect()
}

/// The day is led until there is no answer.
fn lead(director: &mut Director, all: &[Eyes], shared: &Shared, house: &House) {
    let all = apart(all);
    while !shared.stop.load(Ordering::SeqCst) {
        let Some(eyes) = pick(&all, shared, &mut director.luck) else { return };
        if director.luck.percent(20) {
            director.note_head(eyes);
        }
        let asked: usize = shared.asked.iter().map(|asked| asked.load(Ordering::SeqCst)).sum();
        if let Next::Take(step) = director.next(eyes, asked >= ENOUGH) {
            *shared.step.lock().unwrap() = name_of(&step.path, &step.body);
            if !director.act(eyes, step) {
                return;
            }
            shared.answers.fetch_add(1, Ordering::SeqCst);
        } else {
            sleep(Duration::from_millis(2));
        }
        if director.stage == "finished" {
            house.home.clock().set(&format!("{}T19:00:00Z", director.day));
        }
        *shared.hour.lock().unwrap() = director.hour();
    }
}

fn name_of(path: &str, body: &Value) -> String {
    let name = path.rsplit('/').next().unwrap_or_default();
    if name == "digits" && body["place"] == 30 { "last digit".to_owned() } else { name.to_owned() }
}
