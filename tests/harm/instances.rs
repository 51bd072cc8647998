//! Three processes on one PostgreSQL: the desk does not notice which of them it speaks to, that two do the same at once, or that one
//! dies.

use std::thread::{scope, sleep};
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use serde_json::{Value, json};

use crate::caller::{Answer, Caller};
use crate::house::{FRIDAY, House, Kind, man, party};
use crate::ledger::list;
use crate::postgres::PostgresDatabase;
use crate::program::{Home, Serving};

/// Three instances, asked in turn.
struct Three {
    house: House,
    running: Vec<Serving>,
    turn: usize,
}

impl Three {
    fn start() -> Self {
        let house = House::new(Kind::Postgres);
        let running = (0..3).map(|_| house.serve()).collect();
        Self { house, running, turn: 0 }
    }

    /// The next of them.
    fn next(&mut self) -> Caller {
        self.turn += 1;
        self.running[self.turn % self.running.len()].caller()
    }

    fn day(what: &str) -> String {
        format!("/desk-days/{FRIDAY}/{what}")
    }

    fn desk(&mut self, what: &str, body: &Value) -> Answer {
        let token = [&self.house.tokens.desk, &self.house.tokens.other_desk][self.turn % 2].clone();
        self.next().post(&token, &Self::day(what), body)
    }

    fn hand_out(&mut self) -> Value {
        let token = self.house.tokens.desk.clone();
        self.next().get(&token, &Self::day("hand-out")).yes()
    }

    /// Does the same at all of them at once, with two people's tokens: one is done, the others are told that it is.
    fn once(&self, what: &str, body: &Value) -> Value {
        let tokens = [&self.house.tokens.desk, &self.house.tokens.other_desk];
        let answers: Vec<Answer> = scope(|scope| {
            let sent: Vec<_> = (0..6)
                .map(|n| {
                    let calls = self.running[n % self.running.len()].caller();
                    scope.spawn(move || calls.post(tokens[n % 2], &Self::day(what), body))
                })
                .collect();
            sent.into_iter().map(|one| one.join().unwrap()).collect()
        });
        let (yes, no): (Vec<Answer>, Vec<Answer>) = answers.into_iter().partition(Answer::is_yes);
        assert_eq!(yes.len(), 1, "{what}: {yes:?}");
        assert!(no.iter().all(|answer| answer.status == 409), "{what}: {no:?}");
        yes[0].body.clone()
    }

    /// One of them dies and is started again after what is done meanwhile.
    fn without_one<T>(&mut self, of: usize, meanwhile: impl FnOnce(&mut Self) -> T) -> T {
        let gone = self.running.remove(of);
        gone.kill();
        let done = meanwhile(self);
        self.running.push(self.house.serve());
        done
    }

    fn sums_hold(&mut self) -> Value {
        let token = self.house.tokens.coordinator.clone();
        let sum = self.next().get(&token, &Self::day("sum")).yes();
        assert_eq!(sum["discrepancies"], json!([]), "{sum:#}");
        assert!(self.house.home.run(&["audit", "verify"]).done().starts_with("PASS"));
        sum
    }
}

/// A Friday over three instances; what `between` does stands between any two of its steps.
fn friday(three: &mut Three, between: impl Fn(&mut Three)) {
    let desk = three.house.tokens.desk.clone();
    three.next().post(&desk, "/desk-days", &json!({ "date": FRIDAY })).yes();
    for number in 1..=45 {
        three.desk("lots", &party(&man(&format!("AB {number}")))).yes();
    }
    between(three);
    three.once("close", &json!({}));
    between(three);
    let frozen = three.once("draws", &json!({}));
    let list_now = || three.house.texts("manifest AS text FROM frozen_list");
    let kept = list_now();
    assert_eq!(kept.len(), 1, "one list, one salt");
    between(three);
    let placed = three.once("placement", &json!({}));
    assert_eq!(placed["stage"], "awaiting_entropy", "more ask than there are places");
    for place in 1..=30 {
        three.once("digits", &json!({ "place": place, "shown": 1 + place % 6 }));
        if place % 10 == 5 {
            between(three);
        }
    }
    between(three);
    assert_eq!(three.house.texts("manifest AS text FROM frozen_list"), kept);
    let seen = three.next().get(&desk, &format!("/desk-days/{FRIDAY}")).yes();
    assert_eq!(seen["list"]["commitment"], frozen["list"]["commitment"]);
    assert_eq!(seen["list"]["digits"].as_str().unwrap().len(), 30);
    assert_eq!(three.house.count("draw_record"), 1);
    let path = Three::day("draws/1/verification");
    assert_eq!(three.next().get(&desk, &path).yes()["passed"], true);
    hand_out(three, &between);
    evening(three);
}

fn hand_out(three: &mut Three, between: &impl Fn(&mut Three)) {
    let calling: Vec<u64> = list(&three.hand_out(), "calling").filter_map(Value::as_u64).collect();
    assert!(calling.len() > 5, "{calling:?}");
    three.once(&format!("lots/{}/decline", calling[0]), &json!({}));
    // Two desks offer the freed place to the next at once: it is offered once.
    let next = three.hand_out()["next"]["lot"].clone();
    three.once("offers", &json!({ "lot": next }));
    for lot in &calling[1..4] {
        three.once(&format!("lots/{lot}/collect"), &json!({ "sl_ticket": true }));
    }
    between(three);
    loop {
        let state = three.hand_out();
        if state["next"].is_object() {
            three.desk("offers", &json!({ "lot": state["next"]["lot"] })).yes();
        }
        let calling: Vec<Value> = list(&state, "calling").cloned().collect();
        for lot in &calling {
            three.desk(&format!("lots/{lot}/collect"), &json!({ "sl_ticket": false })).yes();
        }
        if calling.is_empty() && state["next"].is_null() {
            break;
        }
    }
    three.once("finish", &json!({}));
    let sum = three.sums_hold();
    assert_eq!((&sum["asked"], &sum["still_undecided"]), (&json!(45), &json!(0)), "{sum:#}");
    assert_eq!(three.house.count("ticket"), sum["collected"].as_i64().unwrap() + 1, "the declined one too");
}

fn evening(three: &mut Three) {
    three.house.home.clock().set("2026-11-27T19:00:00Z");
    let (coordinator, door) = (three.house.tokens.coordinator.clone(), three.house.tokens.door.clone());
    let night = "/shelters/fa/nights/tonight";
    let expected: Vec<Value> = list(&three.next().get(&door, night).yes(), "expected").cloned().collect();
    assert!(!expected.is_empty());
    for guest in &expected {
        // The same code at three doors of one house at once: one arrival.
        let scan = json!({ "code": guest["code"] });
        let entered: usize = scope(|scope| {
            let sent: Vec<_> = three
                .running
                .iter()
                .map(|one| {
                    let (calls, door, scan) = (one.caller(), &door, &scan);
                    scope.spawn(move || calls.post(door, "/shelters/fa/arrivals", scan).yes())
                })
                .collect();
            let answers = sent.into_iter().map(|one| one.join().unwrap());
            answers.filter(|answer| answer["entered"] == true).count()
        });
        assert_eq!(entered, 1, "{guest}");
    }
    three.house.home.clock().set("2026-11-28T07:00:00Z");
    three.next().post(&door, "/shelters/fa/nights/2026-11-27/close", &json!({})).yes();
    let closed = three.next().get(&coordinator, "/shelters/fa/nights/2026-11-27").yes();
    assert_eq!(closed["sum"]["arrived"], json!(expected.len()), "{closed:#}");
    assert_eq!(closed["discrepancies"], json!([]));
    three.sums_hold();
}

#[test]
fn a_friday_spread_over_three_instances_is_one_friday() {
    friday(&mut Three::start(), |_| {});
}

#[test]
fn a_friday_goes_on_while_one_instance_after_the_other_dies() {
    friday(&mut Three::start(), |three| {
        let victim = three.turn % 3;
        three.without_one(victim, |three| {
            let (token, name) = (three.house.tokens.coordinator.clone(), format!("after {}", three.turn));
            three.next().put(&token, "/shelters/zz", &json!({ "name": name })).yes();
        });
    });
}

#[test]
fn three_started_at_once_on_an_empty_database_make_one_and_all_serve() {
    let database = PostgresDatabase::new();
    let home = Home::at(crate::house::MORNING).with_database(&database.url());
    let running: Vec<Serving> = scope(|scope| {
        let started: Vec<_> = (0..3).map(|_| scope.spawn(|| home.serve())).collect();
        started.into_iter().map(|one| one.join().unwrap()).collect()
    });
    let token = home.token("coordinator");
    for (number, one) in running.iter().enumerate() {
        let calls = one.caller();
        assert_eq!(calls.raw("GET", "", "/readyz", None, None).unwrap().0, 200);
        let name = json!({ "name": format!("by {number}") });
        calls.put(&token, "/shelters/fa", &name).yes();
    }
    assert!(home.run(&["audit", "verify"]).done().starts_with("PASS"));
}

/// Each instance looks for what is due: a day left is finished once, though three look at once.
#[test]
fn what_falls_due_is_done_once_by_three_that_look_at_once() {
    let mut three = Three::start();
    let desk = three.house.tokens.desk.clone();
    three.next().post(&desk, "/desk-days", &json!({ "date": FRIDAY })).yes();
    for number in 1..=45 {
        three.desk("lots", &party(&man(&format!("AB {number}")))).yes();
    }
    three.house.home.clock().set("2026-11-28T07:00:00Z");
    // Each looks when it starts.
    three.running.clear();
    three.running = scope(|scope| {
        let house = &three.house;
        let started: Vec<_> = (0..3).map(|_| scope.spawn(|| house.serve())).collect();
        started.into_iter().map(|one| one.join().unwrap()).collect()
    });
    let path = format!("/desk-days/{FRIDAY}");
    let finished = (0..2_400).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(50));
        three.next().get(&desk, &path).yes()["stage"] == "finished"
    });
    assert!(finished, "none of the three finished the day that was left");
    let events = three.house.texts("event AS text FROM audit WHERE event LIKE '%inish%'");
    assert_eq!(events.len(), 1, "{events:?}");
    let sum = three.sums_hold();
    assert_eq!((&sum["turned_away"], &sum["still_undecided"]), (&json!(45), &json!(0)), "{sum:#}");
    for one in three.running {
        let (code, log) = one.stop();
        assert_eq!(code, 0);
        assert!(!log.iter().any(|line| line.contains("could not do what is due")), "{log:?}");
    }
}

/// One after the other is stopped and started again, as for a new version, while the desk goes on; the new ones wait for whoever
/// brings the database to its form.
#[test]
fn a_rolling_restart_is_not_noticed_by_who_asks_the_others() {
    let mut three = Three::start();
    let desk = three.house.tokens.desk.clone();
    three.next().post(&desk, "/desk-days", &json!({ "date": FRIDAY })).yes();
    let mut number = 0;
    for _ in 0..3 {
        let old = three.running.remove(0);
        old.tell_to_stop();
        let (house, others) = (&three.house, &three.running);
        let mut migrates = house.session();
        migrates.batch_execute("SELECT pg_advisory_lock(7306926)").unwrap();
        let new = scope(|scope| {
            let starting = scope.spawn(|| house.serve());
            for _ in 0..10 {
                number += 1;
                let calls = others[number % 2].caller();
                calls.post(&desk, &Three::day("lots"), &party(&man(&format!("AB {number}")))).yes();
            }
            let waits = "pg_locks WHERE locktype = 'advisory' AND NOT granted \
                         AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
            let begun = Instant::now();
            while house.count(waits) == 0 && begun.elapsed() < Duration::from_secs(60) {
                sleep(Duration::from_millis(50));
            }
            assert_eq!(
                (house.count(waits), starting.is_finished()),
                (1, false),
                "the new one waits for its turn"
            );
            migrates.batch_execute("SELECT pg_advisory_unlock(7306926)").unwrap();
            starting.join().unwrap()
        });
        assert_eq!(old.wait().0, 0);
        three.running.push(new);
    }
    assert_eq!(three.sums_hold()["asked"], json!(30));
}
