//! What people do by mistake, and what must come out right all the same: asking twice, a day left unfinished, a shelter set
//! anew, a wish mistyped.

use serde_json::{Value, json};

use crate::evening::{collected, evening, friday, scan, single};
use crate::support::{App, on_both_databases, person};

on_both_databases! {
    who_is_registered_again_by_mistake_is_counted_by_what_it_got
    a_day_left_unfinished_after_a_ban_is_finished_all_the_same
    the_nights_of_a_short_stay_that_was_declined_stand_in_the_audit_log
    what_is_left_out_of_a_shelter_stays_as_it_is
    a_shelter_that_takes_guests_in_another_way_changes_no_night_that_was
    a_wish_for_a_shelter_that_there_is_not_is_named_and_costs_no_lot
}

const DAY: &str = "2026-11-27";

fn at(what: &str) -> String {
    format!("/desk-days/{DAY}/{what}")
}

fn sum(app: &App) -> Value {
    app.get("coordinator", &at("sum")).ok(200)
}

fn draw(app: &App) {
    for step in ["close", "draws", "placement"] {
        let answer = app.post("desk", &at(step), json!({}));
        assert!([200, 201].contains(&answer.status), "{:#}", answer.body);
    }
    for place in 1..=30 {
        app.post("desk", &at("digits"), json!({ "place": place, "shown": 1 + place % 6 })).ok(200);
    }
}

fn who_is_registered_again_by_mistake_is_counted_by_what_it_got(app: &App) {
    friday(app);
    let places: Vec<Value> = (1..=6).map(|n| person(&format!("AB {n}"), "man")).collect();
    for one in &places {
        app.register(DAY, std::slice::from_ref(one), &["sm"]);
    }
    let calling = app.get("desk", &at("hand-out")).ok(200)["calling"].as_array().unwrap().clone();
    assert_eq!(calling.len(), 2);
    for lot in &calling {
        app.post("desk", &at(&format!("lots/{lot}/collect")), json!({ "sl_ticket": true })).ok(200);
    }
    let before = sum(app);
    for one in &places {
        app.register(DAY, std::slice::from_ref(one), &["sm"]);
    }
    assert_eq!(sum(app), before);
    app.post("desk", &at("finish"), json!({})).ok(200);
    let sum = sum(app);
    assert_eq!(
        (&sum["asked"], &sum["collected"], &sum["turned_away"], &sum["refused"]),
        (&json!(6), &json!(2), &json!(4), &json!(0))
    );
    let log = app.get("desk", &format!("/turned-away?from={DAY}&to={DAY}")).ok(200);
    assert_eq!(log["persons"], sum["turned_away"]);
}

fn a_day_left_unfinished_after_a_ban_is_finished_all_the_same(app: &App) {
    app.friday();
    for n in 1..=20 {
        app.register(DAY, &[person(&format!("M {n}"), "man")], &["sm"]);
    }
    draw(app);
    let state = app.get("desk", &at("hand-out")).ok(200);
    for ticket in state["tickets"].as_array().unwrap() {
        let ban = json!({ "shelter": "sm", "last": "2026-12-31", "reason": "threats" });
        app.post("coordinator", &format!("/guests/{}/bans", ticket["uno"].as_str().unwrap()), ban).ok(201);
    }
    app.at("2026-11-30T09:00:00Z").open("2026-11-30");
    let sum = sum(app);
    assert_eq!(
        (&sum["asked"], &sum["refused"], &sum["turned_away"], &sum["discrepancies"]),
        (&json!(20), &json!(2), &json!(18), &json!([])),
        "{sum:#}"
    );
}

fn the_nights_of_a_short_stay_that_was_declined_stand_in_the_audit_log(app: &App) {
    // The house is shut from Sunday on: two nights are left, one too few for the draw.
    app.shelter("fa", "Filadelfia").places("fa", "family", "any", "2026-11-25", 2);
    let closure =
        json!({ "decision": "closure", "shelter": "fa", "first": "2026-11-29", "last": "2026-12-30" });
    app.post("coordinator", "/places/decisions", closure).ok(201);
    app.open(DAY);
    app.register(DAY, &[person("A 1", "man"), person("A 2", "woman")], &["fa"]);
    draw_by_number(app);
    app.post("desk", &at("offers"), json!({})).ok(201);
    app.post("desk", &at("lots/1/decline"), json!({})).ok(200);
    let log = app.get("coordinator", "/audit").ok(200);
    let events = log["entries"].as_array().unwrap().iter().map(|entry| &entry["event"]);
    let declined: Vec<&Value> = events.filter(|event| event["event"] == "short_stay_declined").collect();
    assert_eq!(declined.len(), 2, "one for each member: {declined:#?}");
    for (position, event) in (1..).zip(declined) {
        assert_eq!(event["position"], position);
        assert_eq!(event["nights"], json!({ "first": "2026-11-27", "last": "2026-11-28" }));
    }
}

/// As far as the hand-out, with nobody who must be drawn for.
fn draw_by_number(app: &App) {
    for step in ["close", "draws", "placement"] {
        let answer = app.post("desk", &at(step), json!({}));
        assert!([200, 201].contains(&answer.status), "{:#}", answer.body);
    }
    if app.get("desk", &format!("/desk-days/{DAY}")).ok(200)["stage"] == "awaiting_entropy" {
        for place in 1..=30 {
            app.post("desk", &at("digits"), json!({ "place": place, "shown": 3 })).ok(200);
        }
    }
}

fn what_is_left_out_of_a_shelter_stays_as_it_is(app: &App) {
    let all = json!({ "name": "Convictus", "full_nights": 7, "karens_nights": 3, "admission": "counted", "protected": true });
    let set = app.put("coordinator", "/shelters/cx", all).ok(200);
    let renamed = app.put("coordinator", "/shelters/cx", json!({ "name": "Convictus Hjorthagen" })).ok(200);
    for field in ["full_nights", "karens_nights", "admission", "protected"] {
        assert_eq!(renamed[field], set[field], "{field}");
    }
    assert_eq!(renamed["name"], "Convictus Hjorthagen");
    let changed =
        app.put("coordinator", "/shelters/cx", json!({ "name": "Convictus", "protected": false })).ok(200);
    assert_eq!((&changed["protected"], &changed["full_nights"]), (&json!(false), &json!(7)));
    // A new one is as usual.
    let new = app.put("coordinator", "/shelters/fa", json!({ "name": "Filadelfia" })).ok(200);
    assert_eq!(
        (&new["full_nights"], &new["karens_nights"], &new["admission"], &new["protected"]),
        (&json!(5), &json!(2), &json!("scanned"), &json!(false))
    );
    app.put("coordinator", "/shelters/cx", json!({ "name": "Convictus", "full_nights": 0 }))
        .refused(422, "invalid-fields");
}

fn a_shelter_that_takes_guests_in_another_way_changes_no_night_that_was(app: &App) {
    friday(app);
    app.put("coordinator", "/shelters/cv", json!({ "name": "Convictus", "admission": "own" })).ok(200);
    app.places("cv", "single", "women", DAY, 20);
    let guest = single(app, "AB 1", "man", &["fa"]);
    collected(app, &[("AB 2", "man")], &["fa"]);
    evening(app);
    scan(app, "fa", "fa", &guest.code).ok(201);
    app.post("cv", "/shelters/cv/nights/tonight/head-count", json!({ "women": 3, "men": 0 })).ok(201);
    app.post("fa", "/shelters/fa/nights/tonight/close", json!({})).ok(200);
    let of = |shelter: &str| {
        let mut night = app.get(shelter, &format!("/shelters/{shelter}/nights/{DAY}")).ok(200);
        night["admission"] = Value::Null;
        night
    };
    let (scanned, counted) = (of("fa"), of("cv"));
    // When nobody holds a place any more, the one counts heads from now on and the other checks tickets.
    app.at("2026-12-10T09:00:00Z");
    app.put("coordinator", "/shelters/fa", json!({ "name": "Filadelfia", "admission": "own" })).ok(200);
    app.put("coordinator", "/shelters/cv", json!({ "name": "Convictus", "admission": "scanned" })).ok(200);
    assert_eq!((of("fa"), of("cv")), (scanned, counted));
    let count = json!({ "women": 0, "men": 1 });
    app.post("fa", &format!("/shelters/fa/nights/{DAY}/head-count"), count.clone())
        .refused(409, "counted-by-arrivals");
    app.post("cv", &format!("/shelters/cv/nights/{DAY}/close"), json!({}))
        .refused(409, "shelter-counts-heads");
    // A night with tickets that nobody closed is still one of tickets.
    app.post("fa", "/shelters/fa/nights/2026-11-28/head-count", count.clone())
        .refused(409, "counted-by-arrivals");
    app.post("fa", "/shelters/fa/nights/2026-12-09/head-count", count).ok(201);
}

fn a_wish_for_a_shelter_that_there_is_not_is_named_and_costs_no_lot(app: &App) {
    app.friday();
    app.token("desk");
    let before = app.written();
    let body = json!({ "members": [person("AB 1", "man")], "accepts": ["fa", "zz", "sm", "yy"] });
    for path in ["lots", "eligibility"] {
        let refused = app.post("desk", &at(path), body.clone()).refused(422, "invalid-fields");
        let fields: Vec<&Value> =
            refused["errors"].as_array().unwrap().iter().map(|error| &error["field"]).collect();
        assert_eq!(fields, ["accepts[1]", "accepts[3]"], "{refused:#}");
    }
    assert_eq!(app.written(), before);
    app.register(DAY, &[person("AB 1", "man")], &["fa", "sm"]);
    assert_eq!(app.get("desk", &format!("/desk-days/{DAY}")).ok(200)["lots"], 1);
}
