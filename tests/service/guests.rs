//! Guests, waivers, the calendar and the logs.

use inskrivning::domain::audit::{Entry, Head, follow};
use inskrivning::domain::code::UnoCode;
use serde_json::{Value, json};

use crate::evening::{collect, finish};
use crate::support::{App, on_both_databases, person};

on_both_databases! {
    a_guest_is_found_by_uno_code_or_document_with_what_stands_in_the_way
    a_guest_without_a_lot_today_is_judged_for_the_next_desk_day
    karens_is_said_with_the_day_on_which_to_come
    a_guest_is_corrected_unless_a_lot_or_a_place_counts_on_what_was_known
    a_place_held_must_fit_the_guest_as_corrected
    another_document_is_the_same_guest
    a_waiver_lifts_karens_for_the_start_nights_it_names
    a_waiver_names_what_it_can_lift
    the_calendar_says_when_the_desk_is_open_and_why_not
    a_day_is_opened_and_closed_by_hand_until_it_is_settled
    the_audit_log_is_read_by_page_and_its_chain_holds
    those_turned_away_are_listed_by_desk_day_in_persons
}

const DAY: &str = "2026-11-27";

fn register(app: &App, number: &str, sex: &str) -> String {
    let lots = app.register(DAY, &[person(number, sex)], &["fa", "sm"]);
    lots[0]["members"][0]["uno"].as_str().unwrap().to_owned()
}

fn document(number: &str) -> Value {
    json!({ "document": { "country": "RO", "kind": "id_card", "number": number } })
}

fn about(sex: &str, birth: &str) -> Value {
    json!({ "sex": sex, "birth": birth, "country": "RO", "language": "ro" })
}

fn a_guest_is_found_by_uno_code_or_document_with_what_stands_in_the_way(app: &App) {
    app.friday();
    let uno = register(app, "AB 1", "man");
    let guest = app.get("desk", &format!("/guests/{uno}")).ok(200);
    assert_eq!(guest, app.post("desk", "/guests/find", document("ab-1")).ok(200));
    assert_eq!(
        (&guest["sex"], &guest["birth"], &guest["country"]),
        (&json!("man"), &json!("1980-01-05"), &json!("RO"))
    );
    assert_eq!((&guest["lots"][0]["lot"], &guest["lots"][0]["status"]), (&json!(1), &json!("in")));
    assert_eq!((&guest["if_asked"]["day"], &guest["karens"]), (&json!(DAY), &Value::Null));
    let verdict = &guest["if_asked"]["verdict"];
    assert_eq!(
        (&verdict["status"], &verdict["members"][0]["reasons"][0]["reason"]["reason"]),
        (&json!("refused"), &json!("in_a_lot"))
    );
    assert_eq!(verdict["members"][0]["nights"].as_array().unwrap().len(), 3);
    app.post("desk", "/guests/find", document("XX 9")).refused(404, "not-found");
    app.get("desk", &format!("/guests/{}", UnoCode::from_random(3))).refused(404, "not-found");
    app.get("desk", "/guests/nonsense").refused(422, "invalid-fields");
    app.get("fa", &format!("/guests/{uno}")).refused(403, "forbidden");
    let wrong = json!({ "document": { "country": "romania", "kind": "id_card", "number": "\u{0}" } });
    let refused = app.post("desk", "/guests/find", wrong).refused(422, "invalid-fields");
    assert_eq!(refused["errors"].as_array().unwrap().len(), 2, "both fields are named: {refused:#}");
}

fn a_guest_without_a_lot_today_is_judged_for_the_next_desk_day(app: &App) {
    app.friday();
    let uno = register(app, "AB 1", "man");
    app.at("2026-11-28T12:00:00Z");
    let guest = app.get("coordinator", &format!("/guests/{uno}")).ok(200);
    assert_eq!(
        (&guest["if_asked"]["day"], &guest["if_asked"]["verdict"]["status"]),
        (&json!("2026-11-30"), &json!("in"))
    );
}

fn karens_is_said_with_the_day_on_which_to_come(app: &App) {
    app.friday();
    app.put("desk", &format!("/desk-days/{DAY}/mode"), json!({ "mode": "direct" })).ok(200);
    let uno = register(app, "AB 1", "man");
    collect(app, DAY, 1);
    let guest = app.get("desk", &format!("/guests/{uno}")).ok(200);
    let ticket = &guest["tickets"][0];
    assert_eq!((&ticket["state"], &ticket["shelter"]), (&json!("collected"), &json!("fa")));
    assert_eq!(
        (&ticket["first"], &ticket["last"], &ticket["kept_to"]),
        (&json!(DAY), &json!("2026-12-01"), &json!("2026-12-01"))
    );
    assert_eq!(guest["karens"], json!({ "first": "2026-12-02", "last": "2026-12-03" }));
    assert_eq!((&guest["may_start_again"], &guest["come_on"]), (&json!("2026-12-04"), &Value::Null));
}

fn a_guest_is_corrected_unless_a_lot_or_a_place_counts_on_what_was_known(app: &App) {
    app.friday();
    let uno = register(app, "AB 1", "man");
    let path = format!("/guests/{uno}");
    app.put("desk", &path, about("woman", "1980-01-05")).refused(409, "guest-in-a-lot");
    let mut other = about("man", "1980-01-05");
    other["language"] = json!("sv");
    assert_eq!(app.put("desk", &path, other).ok(200)["language"], "sv");
    let other = app.post("desk", "/guests/find", document("AB 1")).ok(200);
    assert_eq!(other["language"], "sv");
    app.put(
        "desk",
        &path,
        json!({ "sex": "man", "birth": "1980-02-30", "country": "ro", "language": "Romanian" }),
    )
    .refused(422, "invalid-fields");
    app.put("desk", &path, json!({ "sex": "man" })).refused(422, "invalid-fields");
    let log = app.get("coordinator", "/audit").ok(200);
    let last = log["entries"].as_array().unwrap().last().unwrap()["event"].clone();
    assert_eq!((&last["event"], &last["fields"]), (&json!("guest_corrected"), &json!(["language"])));
}

fn a_place_held_must_fit_the_guest_as_corrected(app: &App) {
    app.friday();
    app.put("desk", &format!("/desk-days/{DAY}/mode"), json!({ "mode": "direct" })).ok(200);
    let [held, free] = ["AB 1", "AB 2"].map(|number| format!("/guests/{}", register(app, number, "woman")));
    collect(app, DAY, 1);
    app.put("desk", &held, about("man", "1980-01-05")).refused(409, "guest-in-a-lot");
    app.post("desk", &format!("/desk-days/{DAY}/lots/2/decline"), json!({})).ok(200);
    finish(app);
    app.put("desk", &held, about("man", "1980-01-05")).refused(409, "place-does-not-fit");
    assert_eq!(app.put("desk", &held, about("woman", "1981-01-05")).ok(200)["birth"], "1981-01-05");
    app.at("2026-12-03T09:00:00Z");
    assert_eq!(app.put("desk", &free, about("man", "1980-01-05")).ok(200)["sex"], "man");
}

fn another_document_is_the_same_guest(app: &App) {
    app.friday();
    let (uno, other) = (register(app, "AB 1", "man"), register(app, "AB 2", "man"));
    let path = format!("/guests/{uno}/documents");
    assert_eq!(app.post("desk", &path, document("PASS 77")).ok(201)["uno"], uno);
    assert_eq!(app.post("desk", "/guests/find", document("pass77")).ok(200)["uno"], uno);
    app.post("desk", &path, document("AB 1")).refused(409, "document-known");
    let refused = app.post("desk", &path, document("AB 2")).refused(409, "document-of-another-guest");
    assert!(refused["detail"].as_str().unwrap().contains(&other), "{refused:#}");
}

fn a_waiver_lifts_karens_for_the_start_nights_it_names(app: &App) {
    app.friday();
    app.put("desk", &format!("/desk-days/{DAY}/mode"), json!({ "mode": "direct" })).ok(200);
    let uno = register(app, "AB 1", "man");
    collect(app, DAY, 1);
    app.at("2026-12-02T09:00:00Z");
    let nights = |app: &App| {
        let guest = app.get("desk", &format!("/guests/{uno}")).ok(200);
        let nights = guest["if_asked"]["verdict"]["members"][0]["nights"].as_array().unwrap().clone();
        nights.iter().map(|night| night["reasons"].as_array().unwrap().len()).collect::<Vec<_>>()
    };
    assert_eq!(nights(app), [1], "in karens");
    let body = json!({ "guest": uno, "day": "2026-12-02", "reason": "minus fourteen" });
    let given = app.post("coordinator", "/waivers", body).ok(201);
    assert_eq!((&given["guest"], &given["from"]), (&json!(uno), &json!("2026-12-02")));
    assert_eq!(nights(app), [0]);
    assert_eq!(app.get("desk", "/desk-days/2026-12-02/waivers").ok(200), json!([given]));
    let everyone = json!({ "day": "2026-12-03", "reason": "minus fourteen" });
    assert_eq!(app.post("coordinator", "/waivers", everyone).ok(201)["guest"], Value::Null);
}

fn a_waiver_names_what_it_can_lift(app: &App) {
    app.friday();
    let give = |body: Value| app.post("coordinator", "/waivers", body);
    give(json!({ "day": DAY, "from": "2026-11-30", "reason": "cold" })).refused(409, "waiver-lifts-nothing");
    give(json!({ "day": "2026-11-28", "reason": "cold" })).refused(409, "not-a-desk-day");
    let refused = give(json!({ "guest": "nobody", "day": "soon", "from": "x", "reason": " " }));
    assert_eq!(refused.refused(422, "invalid-fields")["errors"].as_array().unwrap().len(), 4);
    let nobody = UnoCode::from_random(3).to_string();
    give(json!({ "guest": nobody, "day": DAY, "reason": "cold" })).refused(404, "not-found");
    app.post("desk", "/waivers", json!({ "day": DAY, "reason": "cold" })).refused(403, "forbidden");
    assert_eq!(app.get("desk", &format!("/desk-days/{DAY}/waivers")).ok(200), json!([]));
}

fn the_calendar_says_when_the_desk_is_open_and_why_not(app: &App) {
    let year = app.get("desk", "/calendar?year=2026").ok(200);
    assert_eq!(year.as_array().unwrap().len(), 365);
    let days = app.get("desk", "/calendar?from=2026-12-23&to=2026-12-26").ok(200);
    assert_eq!(
        days[0]["start_nights"],
        json!(["2026-12-23", "2026-12-24", "2026-12-25", "2026-12-26", "2026-12-27"])
    );
    assert_eq!((&days[1]["desk"], &days[1]["why_closed"]), (&json!("closed"), &json!("holiday")));
    assert!(days[1]["holiday"].is_string());
    for wrong in [
        "year=1999",
        "year=2026&from=2026-01-01",
        "from=2026-01-01",
        "from=2026-02-01&to=2026-01-01",
        "from=2026-01-01&to=2027-06-01",
        "to=nonsense",
    ] {
        app.get("desk", &format!("/calendar?{wrong}")).refused(422, "invalid-fields");
    }
    app.get("desk", "/calendar?year=soon").refused(422, "invalid-query");
    app.get("desk", "/calendar?month=3").refused(422, "invalid-query");
}

fn a_day_is_opened_and_closed_by_hand_until_it_is_settled(app: &App) {
    app.friday();
    let set = |date: &str, desk: &str, reason: &str| {
        app.put("coordinator", &format!("/calendar/{date}"), json!({ "desk": desk, "reason": reason }))
    };
    let day = set("2026-12-01", "closed", "moving house").ok(200);
    assert_eq!(
        (&day["desk"], &day["why_closed"], &day["by_hand"]),
        (&json!("closed"), &json!("by_hand"), &json!("moving house"))
    );
    set("2026-12-01", "closed", "again").refused(409, "already-closed");
    set("2026-12-02", "open", "open").refused(409, "already-a-desk-day");
    set("2026-11-30", "closed", "too late").refused(409, "calendar-settled");
    assert_eq!(
        set("2026-13-01", "closed", "\n").refused(422, "invalid-fields")["errors"].as_array().unwrap().len(),
        2
    );
    set("2199-12-31", "shut", "no").refused(422, "invalid-fields");
    app.put("desk", "/calendar/2026-12-03", json!({ "desk": "closed", "reason": "x" }))
        .refused(403, "forbidden");
}

fn the_audit_log_is_read_by_page_and_its_chain_holds(app: &App) {
    app.friday();
    register(app, "AB 123456", "man");
    let (mut entries, mut after) = (Vec::new(), 0);
    loop {
        let page = app.get("coordinator", &format!("/audit?after={after}&limit=3")).ok(200);
        entries.extend(page["entries"].as_array().unwrap().clone());
        let Some(next) = page["next"].as_u64() else { break };
        after = next;
    }
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let read = |value: &Value| Entry {
        seq: value["seq"].as_u64().unwrap(),
        at: text(&value["at"]).parse().unwrap(),
        actor: value["actor"].as_str().map(|actor| actor.parse().unwrap()),
        role: text(&value["role"]),
        event: text(&value["event_text"]),
        previous: text(&value["previous"]).parse().unwrap(),
        hash: text(&value["hash"]).parse().unwrap(),
    };
    let chain: Vec<Entry> = entries.iter().map(read).collect();
    let end = follow(Head::EMPTY, &chain).unwrap();
    let head = app.get("coordinator", "/audit/head").ok(200);
    assert_eq!((head["seq"].as_u64(), text(&head["hash"])), (Some(end.seq), end.hash.to_string()));
    let all = format!("{entries:?}");
    assert!(!all.contains("AB123456") && !all.contains("AB 123456"));
    app.get("desk", "/audit").refused(403, "forbidden");
    app.get("coordinator", "/audit?limit=0").refused(422, "invalid-fields");
    app.get("coordinator", "/audit?after=-1").refused(422, "invalid-fields");
    assert_eq!(app.get("coordinator", "/audit?after=999999999999999999").ok(200)["entries"], json!([]));
}

fn those_turned_away_are_listed_by_desk_day_in_persons(app: &App) {
    app.friday();
    app.put("desk", &format!("/desk-days/{DAY}/mode"), json!({ "mode": "direct" })).ok(200);
    let men = |from: u32, count: u32| {
        (from..from + count).map(|n| person(&format!("AB {n}"), "man")).collect::<Vec<_>>()
    };
    app.register(DAY, &men(1, 5), &["fa"]);
    let waits = app.register(DAY, &men(10, 2), &["fa"]);
    collect(app, DAY, 1);
    finish(app);
    let log = app.get("desk", "/turned-away?from=2026-11-01&to=2026-11-30").ok(200);
    assert_eq!(
        (&log["persons"], &log["days"][0]["day"], &log["days"][0]["persons"]),
        (&json!(2), &json!(DAY), &json!(2))
    );
    let lot = &log["days"][0]["lots"][0];
    assert_eq!((&lot["lot"], &lot["persons"][1]["uno"]), (&json!(2), &waits[0]["members"][1]["uno"]));
    assert_eq!(
        app.get("coordinator", "/turned-away?from=2026-11-28&to=2026-11-30").ok(200)["days"],
        json!([])
    );
    app.get("desk", "/turned-away?from=2026-11-01&to=2027-11-30").refused(422, "invalid-fields");
    app.get("desk", "/turned-away?from=2026-11-01").refused(422, "invalid-query");
    app.get("fa", "/turned-away?from=2026-11-01&to=2026-11-30").refused(403, "forbidden");
}
