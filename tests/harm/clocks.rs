//! The machine's clock is set wrong, back and forward, while the desk works: every answer is clear, and when the clock is right again
//! the day goes on.

use serde_json::{Value, json};

use crate::caller::{Answer, Caller};
use crate::desk::{Desk, lots};
use crate::house::{FRIDAY, House, Kind, man, party};
use crate::ledger::list;

/// Tries everything a desk, a door and an office do; nothing may be a fault of the service.
fn everything(house: &House, calls: &Caller, number: usize) -> Vec<Answer> {
    let tokens = &house.tokens;
    let day = |rest: &str| format!("/desk-days/{FRIDAY}/{rest}");
    let body = json!({});
    let person = man(&format!("CD {number}"));
    let mut answers = vec![
        calls.post(&tokens.desk, &lots(), &party(&person)),
        calls.post(&tokens.desk, &day("eligibility"), &party(&man(&format!("EF {number}")))),
        calls.post(&tokens.desk, &day("lots/1/call"), &body),
        calls.post(&tokens.desk, &day("lots/1/lapse"), &body),
        calls.post(&tokens.desk, &day("offers"), &body),
        calls.post(&tokens.desk, "/desk-days", &json!({ "date": "2026-11-26" })),
        calls.post(&tokens.desk, "/desk-days", &json!({ "date": "2026-11-30" })),
        calls.post(&tokens.door, "/shelters/fa/walk-ins", &json!({ "guests": [person] })),
        calls.post(&tokens.door, "/shelters/fa/arrivals", &json!({ "code": "MMMM-JE3V" })),
        calls.post(&tokens.door, "/shelters/fa/nights/tonight/close", &body),
        calls.put(&tokens.coordinator, "/shelters/zz", &json!({ "name": format!("at {number}") })),
    ];
    for path in ["", "sum", "hand-out", "lots", "draws"] {
        answers.push(calls.get(&tokens.coordinator, day(path).trim_end_matches('/')));
    }
    for path in ["/shelters/fa/nights/tonight", "/places?night=2026-11-27", "/audit/head", "/bans"] {
        answers.push(calls.get(&tokens.coordinator, path));
    }
    answers
}

fn no_fault(answers: &[Answer], when: &str) {
    for answer in answers {
        assert!(answer.status < 500, "{when}: {answer:?}");
    }
}

/// The tickets of the day as the desk sees them.
fn tickets(house: &House, calls: &Caller) -> Vec<Value> {
    let state = calls.get(&house.tokens.desk, &format!("/desk-days/{FRIDAY}/hand-out")).yes();
    list(&state, "tickets").cloned().collect()
}

fn a_clock_set_back_and_right_again(kind: Kind) {
    let house = House::new(kind);
    let serving = house.serve();
    let calls = serving.caller();
    let desk = Desk::opened(&house, &calls);
    for number in 1..6 {
        assert_eq!(desk.ask(&calls, number).status, 201);
    }
    let right = "2026-11-27T09:30:00Z";
    let wrong =
        ["2026-11-27T08:00:00Z", "2026-11-26T09:00:00Z", "2025-12-31T09:00:00Z", "2026-11-27T03:30:00Z"];
    for (number, instant) in wrong.iter().enumerate() {
        house.home.clock().set(instant);
        no_fault(&everything(&house, &calls, number), instant);
        house.home.clock().set(right);
        assert_eq!(desk.ask(&calls, 100 + number).status, 201, "{instant}");
    }
    let step =
        |what: &str| calls.post(&house.tokens.desk, &format!("/desk-days/{FRIDAY}/{what}"), &json!({}));
    step("close").yes();
    // Back between any two steps of the draw, and the service started anew at a wrong time.
    house.home.clock().set("2026-11-26T09:00:00Z");
    step("draws").yes();
    let frozen = house.texts("manifest AS text FROM frozen_list");
    serving.kill();
    let serving = house.serve();
    let calls = serving.caller();
    house.home.clock().set(right);
    let placed = calls.post(&house.tokens.desk, &format!("/desk-days/{FRIDAY}/placement"), &json!({})).yes();
    assert_eq!(placed["stage"], "awaiting_entropy", "more ask than there are places");
    for place in 1..=30 {
        house.home.clock().set(if place % 2 == 0 { right } else { "2025-12-31T09:00:00Z" });
        let digit = json!({ "place": place, "shown": 1 + place % 6 });
        calls.post(&house.tokens.desk, &format!("/desk-days/{FRIDAY}/digits"), &digit).yes();
    }
    house.home.clock().set(right);
    assert!(!tickets(&house, &calls).is_empty(), "it is drawn");
    while calls.post(&house.tokens.desk, &format!("/desk-days/{FRIDAY}/offers"), &json!({})).is_yes() {}
    for ticket in tickets(&house, &calls) {
        let path = format!("/desk-days/{FRIDAY}/lots/{}/collect", ticket["lot"]);
        house.home.clock().set("2026-11-27T08:00:00Z");
        calls.post(&house.tokens.desk, &path, &json!({ "sl_ticket": true })).yes();
        house.home.clock().set(right);
    }
    calls.post(&house.tokens.desk, &format!("/desk-days/{FRIDAY}/finish"), &json!({})).yes();
    assert_eq!(house.texts("manifest AS text FROM frozen_list"), frozen);
    let sum = calls.get(&house.tokens.coordinator, &format!("/desk-days/{FRIDAY}/sum")).yes();
    assert_eq!((&sum["discrepancies"], &sum["still_undecided"]), (&json!([]), &json!(0)), "{sum:#}");
    assert!(house.home.run(&["audit", "verify"]).done().starts_with("PASS"));
}

#[test]
fn a_clock_set_back_and_right_again_on_sqlite() {
    a_clock_set_back_and_right_again(Kind::Sqlite);
}

#[test]
fn a_clock_set_back_and_right_again_on_postgres() {
    a_clock_set_back_and_right_again(Kind::Postgres);
}

#[test]
fn a_clock_set_forward_finishes_the_day_and_set_right_again_the_next_is_held() {
    for wrong in ["2026-11-28T06:30:00Z", "2026-12-04T09:00:00Z"] {
        let house = House::new(Kind::Sqlite);
        let serving = house.serve();
        let calls = serving.caller();
        let desk = Desk::opened(&house, &calls);
        for number in 1..6 {
            assert_eq!(desk.ask(&calls, number).status, 201);
        }
        house.home.clock().set(wrong);
        // What falls due is seen at the next look, within twenty seconds, or at the next start.
        serving.kill();
        let serving = house.serve();
        let calls = serving.caller();
        let path = format!("/desk-days/{FRIDAY}");
        let mut left = 300;
        while calls.get(&house.tokens.desk, &path).yes()["stage"] != "finished" {
            left -= 1;
            assert!(left > 0, "{wrong}: it is not finished");
            std::thread::sleep(std::time::Duration::from_millis(100));
        }
        no_fault(&everything(&house, &calls, 50), wrong);
        house.home.clock().set("2026-11-27T09:30:00Z");
        no_fault(&everything(&house, &calls, 51), "right again");
        // Nobody is lost: all who asked are counted, and can ask on the next day.
        let sum = calls.get(&house.tokens.coordinator, &format!("{path}/sum")).yes();
        assert_eq!((&sum["discrepancies"], &sum["turned_away"]), (&json!([]), &sum["asked"]), "{sum:#}");
        house.home.clock().set("2026-11-30T09:00:00Z");
        calls.post(&house.tokens.desk, "/desk-days", &json!({ "date": "2026-11-30" }));
        let again = calls.post(&house.tokens.desk, "/desk-days/2026-11-30/lots", &party(&man("AB 1"))).yes();
        assert_eq!(again["lots"][0]["status"], "in", "{again:#}");
        assert!(house.home.run(&["audit", "verify"]).done().starts_with("PASS"));
    }
}
