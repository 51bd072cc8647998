//! Every reason for which the rules say no, through the front door: its code, the rule it is counted under, and what is said to the
//! guest in Swedish and English with the date in words.

use serde_json::{Value, json};

use crate::evening::{collect, finish};
use crate::friday::FRIDAY;
use crate::support::{App, on_both_databases, person};

on_both_databases! {
    without_a_valid_document
    under_18_and_the_minor_has_a_lot_of_its_own
    a_ticket_for_the_night_then_karens_then_in
    karens_is_lifted_by_a_waiver
    one_ticket_a_week
    in_a_lot_of_today
    banned_where_it_wants_to_go
    a_shelter_that_never_fits
    women_who_accept_womens_places_only
    asking_beforehand_says_the_same_and_writes_nothing
    a_person_without_document_is_counted
}

const MONDAY: &str = "2026-11-30";

/// The Friday in direct mode: who asks is placed at once.
fn direct(app: &App) {
    app.friday();
    app.put("desk", &format!("/desk-days/{FRIDAY}/mode"), json!({ "mode": "direct" })).ok(200);
}

fn one(app: &App, day: &str, member: Value, accepts: &[&str]) -> Value {
    app.register(day, &[member], accepts).remove(0)
}

/// Every reason said of a lot: of its members, of each of their nights, of the party.
fn reasons(verdict: &Value) -> Vec<Value> {
    let mut found = Vec::new();
    for member in verdict["members"].as_array().unwrap() {
        found.extend(member["reasons"].as_array().unwrap().clone());
        for night in member["nights"].as_array().unwrap() {
            found.extend(night["reasons"].as_array().unwrap().clone());
        }
    }
    found.extend(verdict.get("reason").filter(|reason| !reason.is_null()).cloned());
    found
}

/// Checks that a lot is refused, counted under this rule, and told so in these words.
#[track_caller]
fn refused(lot: &Value, main: &str, sv: &str, en: &str) {
    assert_eq!(
        (&lot["status"], &lot["members"][0]["main_reason"]),
        (&json!("refused"), &json!(main)),
        "{lot:#}"
    );
    said(&lot["verdict"], main, sv, en);
}

/// Checks that a reason is said, in these words.
#[track_caller]
fn said(verdict: &Value, reason: &str, sv: &str, en: &str) {
    let all = reasons(verdict);
    let found = all.iter().find(|one| one["reason"]["reason"] == reason);
    let found = found.unwrap_or_else(|| panic!("{reason} is not said: {all:#?}"));
    for (language, words) in [("sv", sv), ("en", en)] {
        let text = found["text"][language].as_str().unwrap();
        assert!(text.contains(words), "{words:?} is not in {text:?}");
    }
}

fn without_a_valid_document(app: &App) {
    app.friday();
    let mut invalid = person("X 1", "man");
    invalid["document"]["valid"] = json!(false);
    let lot = one(app, FRIDAY, invalid, &["fa"]);
    refused(
        &lot,
        "no_document",
        "Id-handlingen du visade är inte giltig.",
        "The identity document you showed is not valid.",
    );
    let known = lot["members"][0]["uno"].clone();
    let lot = one(app, FRIDAY, json!({ "uno": known, "shown": "nothing" }), &["fa"]);
    refused(
        &lot,
        "no_document",
        "Du har inte visat någon id-handling.",
        "You have not shown an identity document.",
    );
    assert_eq!(one(app, FRIDAY, json!({ "uno": known, "shown": "valid" }), &["fa"])["status"], "in");
}

fn under_18_and_the_minor_has_a_lot_of_its_own(app: &App) {
    app.friday();
    let mut child = person("K 1", "woman");
    child["birth"] = json!("2012-05-05");
    let lots = app.register(FRIDAY, &[person("M 1", "woman"), child.clone()], &["fa"]);
    assert_eq!(lots.len(), 2, "{lots:#?}");
    let minor = lots.iter().find(|lot| lot["status"] == "refused").unwrap();
    let adult = lots.iter().find(|lot| lot["status"] == "in").unwrap();
    assert_eq!(
        (&adult["members"].as_array().unwrap().len(), &minor["referral"]),
        (&1, &json!("socialjouren"))
    );
    refused(minor, "under_18", "söndag 5 maj 2030", "Sunday 5 May 2030");
    // The adult may want to go without the child, or not.
    let body = json!({ "members": [person("M 2", "woman"), child], "accepts": ["fa"], "adults_ask": false });
    let lots = app.post("desk", &format!("/desk-days/{FRIDAY}/lots"), body).ok(201)["lots"].clone();
    assert!(lots.as_array().unwrap().iter().all(|lot| lot["status"] != "in"), "{lots:#}");
}

fn a_ticket_for_the_night_then_karens_then_in(app: &App) {
    direct(app);
    one(app, FRIDAY, person("AB 1", "man"), &["fa"]);
    collect(app, FRIDAY, 1);
    finish(app);
    // It runs from 27 November to 1 December; karens 2 and 3 December.
    app.at("2026-11-30T09:00:00Z").open(MONDAY);
    let lot = one(app, MONDAY, person("AB 1", "man"), &["fa"]);
    refused(&lot, "holds_ticket", "tisdag 1 december 2026", "Tuesday 1 December 2026");
    app.at("2026-12-02T09:00:00Z").open_after(&["2026-12-01"], "2026-12-02");
    let lot = one(app, "2026-12-02", person("AB 1", "man"), &["fa"]);
    refused(&lot, "karens", "fredag 4 december 2026", "Friday 4 December 2026");
    app.at("2026-12-04T09:00:00Z").open_after(&["2026-12-03"], "2026-12-04");
    assert_eq!(one(app, "2026-12-04", person("AB 1", "man"), &["fa"])["from"], "2026-12-04");
}

fn karens_is_lifted_by_a_waiver(app: &App) {
    direct(app);
    one(app, FRIDAY, person("AB 1", "man"), &["fa"]);
    collect(app, FRIDAY, 1);
    finish(app);
    app.at("2026-12-02T09:00:00Z").open_after(&["2026-11-30", "2026-12-01"], "2026-12-02");
    assert_eq!(one(app, "2026-12-02", person("AB 1", "man"), &["fa"])["status"], "refused");
    let waiver = json!({ "day": "2026-12-02", "reason": "minus fourteen" });
    app.post("coordinator", "/waivers", waiver).ok(201);
    let lot = one(app, "2026-12-02", person("AB 1", "man"), &["fa"]);
    assert_eq!((&lot["status"], &lot["from"]), (&json!("in"), &json!("2026-12-02")));
}

fn one_ticket_a_week(app: &App) {
    direct(app);
    one(app, FRIDAY, person("AB 1", "man"), &["fa"]);
    collect(app, FRIDAY, 1);
    finish(app);
    // Given back on Saturday: Friday's night was kept, karens is Saturday and Sunday, and the week runs to Friday.
    app.at("2026-11-28T12:00:00Z");
    let state = app.get("desk", &format!("/desk-days/{FRIDAY}/hand-out")).ok(200);
    let code = state["tickets"][0]["code"].as_str().unwrap();
    app.post("desk", &format!("/tickets/{code}/give-back"), json!({})).ok(200);
    app.at("2026-12-01T09:00:00Z").open_after(&["2026-11-30"], "2026-12-01");
    let lot = one(app, "2026-12-01", person("AB 1", "man"), &["fa"]);
    refused(&lot, "week_rule", "fredag 4 december 2026", "Friday 4 December 2026");
}

fn in_a_lot_of_today(app: &App) {
    app.friday();
    one(app, FRIDAY, person("AB 1", "man"), &["fa"]);
    let lot = one(app, FRIDAY, person("AB 1", "man"), &["fa"]);
    refused(&lot, "in_a_lot", "med lott nummer 1.", "with lot number 1.");
}

fn banned_where_it_wants_to_go(app: &App) {
    app.friday();
    let known = one(app, FRIDAY, person("AB 1", "man"), &["fa", "sm"])["members"][0]["uno"].clone();
    app.post("desk", &format!("/desk-days/{FRIDAY}/lots/1/withdraw"), json!({})).ok(200);
    let order = json!({ "shelter": "sm", "last": "2026-12-31", "reason": "threats" });
    app.post("coordinator", &format!("/guests/{}/bans", known.as_str().unwrap()), order).ok(201);
    let lot = one(app, FRIDAY, person("AB 1", "man"), &["sm"]);
    refused(
        &lot,
        "banned",
        "Stadsmissionen till och med torsdag 31 december 2026",
        "Stadsmissionen up to and including Thursday 31 December 2026",
    );
    said(
        &lot["verdict"],
        "banned",
        "Du kan välja Filadelfia i stället.",
        "You can choose Filadelfia instead.",
    );
    // With another wish it is in, and is told beforehand what is left out.
    let lot = one(app, FRIDAY, person("AB 1", "man"), &["sm", "fa"]);
    assert_eq!((&lot["status"], &lot["accepts"]), (&json!("in"), &json!(["fa"])));
    let left_out = &lot["verdict"]["left_out"][0];
    assert_eq!(
        (&left_out["shelter"], &left_out["why"][0]["reason"]["why"]),
        (&json!("sm"), &json!("banned"))
    );
    let text = left_out["why"][0]["text"]["sv"].as_str().unwrap();
    assert!(text.contains("till och med torsdag 31 december 2026"), "{text}");
}

fn a_shelter_that_never_fits(app: &App) {
    app.friday();
    let lot = one(app, FRIDAY, person("W 1", "woman"), &["sm"]);
    refused(&lot, "never_fits", "inga platser som passar dig", "no places that fit you");
    said(
        &lot["verdict"],
        "never_fits",
        "Du kan välja Filadelfia i stället.",
        "You can choose Filadelfia instead.",
    );
    // Full is not never: whoever could be taken by an empty shelter is in.
    for n in 1..=9 {
        assert_eq!(one(app, FRIDAY, person(&format!("M {n}"), "man"), &["sm"])["status"], "in");
    }
}

fn women_who_accept_womens_places_only(app: &App) {
    app.friday();
    app.shelter("cv", "Convictus").places("cv", "single", "women", "2026-11-27", 2);
    let body = json!({ "members": [person("W 1", "woman")], "accepts": ["fa", "cv"], "women_only": true });
    let lots = app.post("desk", &format!("/desk-days/{FRIDAY}/lots"), body).ok(201)["lots"].clone();
    assert_eq!((&lots[0]["status"], &lots[0]["accepts"]), (&json!("in"), &json!(["cv"])));
    let left_out = &lots[0]["verdict"]["left_out"][0];
    assert_eq!(
        (&left_out["shelter"], &left_out["why"][0]["reason"]["why"]),
        (&json!("fa"), &json!("not_women_only"))
    );
    let text = &left_out["why"][0]["text"];
    assert!(text["sv"].as_str().unwrap().contains("inte bara är för kvinnor"), "{text}");
    assert!(text["en"].as_str().unwrap().contains("not for women only"), "{text}");
    let body = json!({ "members": [person("W 2", "woman")], "accepts": ["fa"], "women_only": true });
    let lots = app.post("desk", &format!("/desk-days/{FRIDAY}/lots"), body).ok(201)["lots"].clone();
    refused(&lots[0], "never_fits", "Du kan välja Convictus i stället.", "You can choose Convictus instead.");
}

fn asking_beforehand_says_the_same_and_writes_nothing(app: &App) {
    app.friday();
    one(app, FRIDAY, person("AB 1", "man"), &["fa"]);
    let mut invalid = person("X 1", "man");
    invalid["document"]["valid"] = json!(false);
    let parties = [
        json!({ "members": [person("N 1", "man")], "accepts": ["fa", "sm"] }),
        json!({ "members": [person("AB 1", "man")], "accepts": ["fa"] }),
        json!({ "members": [invalid], "accepts": ["fa"] }),
        json!({ "members": [person("W 1", "woman")], "accepts": ["sm"] }),
        json!({ "members": [person("W 2", "woman"), person("M 2", "man")], "accepts": ["sm", "fa"] }),
    ];
    for party in parties {
        let before = app.written();
        let said = app.post("desk", &format!("/desk-days/{FRIDAY}/eligibility"), party.clone()).ok(200);
        assert_eq!(app.written(), before, "asking wrote something");
        let lots = app.post("desk", &format!("/desk-days/{FRIDAY}/lots"), party).ok(201);
        let said = said.get("verdict").unwrap_or(&said);
        assert_eq!(*said, lots["lots"][0]["verdict"], "{lots:#}");
    }
}

fn a_person_without_document_is_counted(app: &App) {
    app.friday();
    let body = json!({ "sex": "woman", "country": "RO" });
    app.post("desk", &format!("/desk-days/{FRIDAY}/without-document"), body).ok(201);
    let lot = app.get("desk", &format!("/desk-days/{FRIDAY}/lots/1")).ok(200);
    assert_eq!(
        (&lot["status"], &lot["members"][0]["main_reason"]),
        (&json!("refused"), &json!("no_document"))
    );
    assert_eq!((&lot["members"][0]["uno"], &lot["members"][0]["sex"]), (&Value::Null, &json!("woman")));
    let sum = app.get("desk", &format!("/desk-days/{FRIDAY}/sum")).ok(200);
    assert_eq!((&sum["asked"], &sum["refused"], &sum["discrepancies"]), (&json!(1), &json!(1), &json!([])));
    assert_eq!(sum["refused_by"], json!([{ "reason": "no_document", "persons": 1 }]));
}
