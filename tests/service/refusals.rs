//! Every problem type the service can answer is met in a test that goes through the front door: here, those that no chapter's own
//! tests meet, and the list that says so.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::friday::FRIDAY;
use crate::support::{App, on_both_databases, person};

on_both_databases! {
    an_address_a_method_or_a_body_that_is_no_request
    a_day_is_opened_on_its_date_after_the_earlier_one_and_many_nights_are_confirmed
    the_mode_is_chosen_before_the_first_lot
    a_party_names_each_member_and_each_shelter_once
    places_cannot_be_decided_that_contradict_others_or_people
    digits_are_typed_in_order_and_by_the_source_the_list_names
    a_redraw_for_digits_needs_digits_and_a_signature_is_used_once
    a_day_is_drawn_at_most_ninety_nine_times
    who_can_be_reinstated
    what_is_withdrawn_was_asked_and_not_given
    a_day_that_is_over_or_to_come
    a_service_that_stops_says_so
}

/// Those no request can bring about, and why.
const NOT_REACHED: [(&str, &str); 28] = [
    ("night-closed", "a move begins with the first night that is not closed"),
    ("no-lot-left", "a million lots in one day"),
    ("internal", "a fault of the service"),
    ("body-too-slow", "twenty seconds of waiting; tests/flood waits them"),
    ("busy", "the queue of writes holds more than a test can send while one is kept"),
    ("outcome-unknown", "PostgreSQL goes away in the middle of a commit; the store's own tests do it"),
    ("database-unavailable", "the whole server goes away; tests/operations does it"),
    (
        "refused-by-database",
        "the last guard behind checks made in the same transaction; the store's own tests meet it",
    ),
    ("not-a-date", "a date in a field is read before, as invalid-fields"),
    ("date-out-of-range", "a date in a field is read before, as invalid-fields"),
    ("entropy-complete", "the last digit leads on, so that the next is desk-day-not-now"),
    ("not-left-yet", "only the service asks, and then waits"),
    ("waits-already", "nobody is put into the queue twice: the lots' own rules come before"),
    ("no-ticket-there", "a ban looks for the ticket it ends first"),
    ("not-a-ticket-each", "a ban gathers the tickets of the lot itself"),
    ("not-all-wait", "a family that took tickets is not asked whether it goes together"),
    ("not-a-start-night", "the draw seats on the start nights of its own list"),
    ("wrong-ticket-length", "the draw seats for lengths it knows"),
    ("code-used", "a new code is random, and looked for before"),
    ("party-without-member", "an empty party is read before, as invalid-fields"),
    ("party-without-wish", "no wish is read before, as invalid-fields"),
    ("party-too-large", "more than twelve are read before, as invalid-fields"),
    ("too-many-wishes", "more than sixty-four are read before, as invalid-fields"),
    ("member-twice", "one person named twice is read before, as invalid-fields"),
    ("wish-twice", "one shelter named twice is read before, as invalid-fields"),
    ("overbooked", "two people in one place, which must never be"),
    ("bad-reason", "a reason is read before, as invalid-fields"),
    ("list-not-valid", "what is registered passes the same limits before"),
];

/// What stands between quotes and looks like a code.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    let word = |part: &&str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
    text.split('"').skip(1).step_by(2).filter(word)
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|end| end == "rs") {
            found.push(path);
        }
    }
}

/// Every code in the source: all of refusal.rs, and what follows where a refusal or a problem is made elsewhere.
fn codes() -> BTreeSet<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root.join("app"), &mut files);
    sources(&root.join("http"), &mut files);
    let mut codes = BTreeSet::new();
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        if file.ends_with("app/refusal.rs") {
            codes.extend(quoted(&text).map(str::to_owned));
        }
        for made in ["conflict(", "invalid_whole(", "Self::new(StatusCode::"] {
            for after in text.split(made).skip(1) {
                let end =
                    after.find(';').unwrap_or(after.len()).min(after.find("=> {").unwrap_or(after.len()));
                codes.extend(quoted(&after[..end]).take(1).map(str::to_owned));
            }
        }
    }
    codes
}

/// Every code that a test of the front door expects.
fn expected() -> BTreeSet<String> {
    let mut files = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/service"), &mut files);
    let mut codes = BTreeSet::new();
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        for after in text.split("refused(").skip(1) {
            let end = after.find(')').unwrap_or(0);
            let call = &after[..end];
            if call.starts_with(|c: char| c.is_ascii_digit()) {
                codes.extend(quoted(call).map(str::to_owned));
            }
        }
    }
    codes
}

#[test]
fn every_problem_type_is_met_or_is_said_to_be_out_of_reach() {
    let (codes, expected) = (codes(), expected());
    assert!(codes.len() > 90, "{codes:?}");
    let out_of_reach: BTreeSet<String> = NOT_REACHED.iter().map(|(code, _)| (*code).to_owned()).collect();
    let unmet: Vec<_> =
        codes.iter().filter(|&code| !expected.contains(code) && !out_of_reach.contains(code)).collect();
    assert!(unmet.is_empty(), "no test of the front door meets {unmet:?}");
    let stale: Vec<_> =
        out_of_reach.iter().filter(|&code| expected.contains(code) || !codes.contains(code)).collect();
    assert!(stale.is_empty(), "{stale:?} can be met, or are no codes any more: take them off the list");
    let unknown: Vec<_> = expected.difference(&codes).collect();
    assert!(unknown.is_empty(), "{unknown:?} are expected and stand nowhere in the source");
}

#[test]
fn the_page_on_the_api_lists_every_problem_type_and_no_other() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/API.md");
    let text = fs::read_to_string(page).unwrap();
    let (_, problems) = text.split_once("## Problems").unwrap();
    let mut listed = BTreeSet::new();
    for row in problems.lines().filter(|line| line.starts_with("| ")) {
        // The types stand before what is said of them, which may name another.
        let cells: Vec<&str> = row.split('|').collect();
        listed.extend(cells[2].split('`').skip(1).step_by(2).map(str::to_owned));
    }
    let codes = codes();
    let missing: Vec<_> = codes.difference(&listed).collect();
    assert!(missing.is_empty(), "docs/API.md does not list {missing:?}");
    let stale: Vec<_> = listed.difference(&codes).collect();
    assert!(stale.is_empty(), "docs/API.md lists {stale:?}, which stand nowhere in the source");
}

fn at(step: &str) -> String {
    format!("/desk-days/{FRIDAY}/{step}")
}

fn men_ask(app: &App, count: u32) {
    for n in 1..=count {
        app.register(FRIDAY, &[person(&format!("M {n}"), "man")], &["fa"]);
    }
}

/// One place, and so many men who ask for it; closed, frozen and placed by number.
fn frozen(app: &App, men: u32, source: Value) {
    app.shelter("fa", "Filadelfia").places("fa", "single", "any", FRIDAY, 1).open(FRIDAY);
    men_ask(app, men);
    app.post("desk", &at("close"), json!({})).ok(200);
    app.post("desk", &at("draws"), source).ok(201);
    app.post("desk", &at("placement"), json!({})).ok(200);
}

fn sign(app: &App, step: &str, number: u32) -> Value {
    app.sign("coordinator 2", "2026-11-27", step, number).ok(201)["countersignature"].clone()
}

fn an_address_a_method_or_a_body_that_is_no_request(app: &App) {
    app.friday();
    app.get("desk", "/nowhere").refused(404, "no-such-address");
    let other = app.delete("desk", "/places/decisions");
    let allow = other.headers.iter().find(|(name, _)| name == "allow").map(|(_, value)| value.as_str());
    assert_eq!(allow, Some("GET, POST"));
    other.refused(405, "method-not-allowed");
    app.send("POST", "desk", &at("lots"), Some("{".to_owned()), &[]).refused(400, "malformed");
    let large = format!("\"{}\"", "a".repeat(256 * 1024));
    app.send("POST", "desk", &at("lots"), Some(large), &[]).refused(413, "body-too-large");
    app.get("desk", "/desk-days/2026-11-30").refused(409, "desk-day-not-opened");
}

fn a_day_is_opened_on_its_date_after_the_earlier_one_and_many_nights_are_confirmed(app: &App) {
    let open = |body: Value| app.post("desk", "/desk-days", body);
    open(json!({ "date": "2026-11-30" })).refused(409, "not-its-date");
    app.open(FRIDAY);
    app.post("desk", "/desk-days", json!({ "date": FRIDAY })).refused(409, "desk-day-not-now");
    // At one in the night of Monday, Friday is finished; Tuesday at one, Monday is not.
    app.at("2026-11-30T09:00:00Z").open("2026-11-30");
    app.at("2026-12-01T00:10:00Z");
    open(json!({ "date": "2026-12-01" })).refused(409, "earlier-day-unfinished");
    // The desk closes for more than a week, by hand, as long as a draw can hold the nights.
    let close = |date: chrono::NaiveDate| {
        let body = json!({ "desk": "closed", "reason": "the church is repaired" });
        app.put("coordinator", &format!("/calendar/{date}"), body)
    };
    let mut date: chrono::NaiveDate = "2026-12-02".parse().unwrap();
    let refused = loop {
        let answer = close(date);
        if answer.status == 409 && answer.body["type"] != "/problems/already-closed" {
            break answer;
        }
        date = date.succ_opt().unwrap();
        assert!(*"2028" > *date.to_string(), "any number of nights is taken");
    };
    refused.refused(409, "too-many-start-nights");
    app.at("2026-12-01T09:00:00Z");
    open(json!({ "date": "2026-12-01" })).refused(409, "confirm-many-start-nights");
    open(json!({ "date": "2026-12-01", "many_nights_confirmed": true })).ok(201);
}

fn the_mode_is_chosen_before_the_first_lot(app: &App) {
    app.friday();
    men_ask(app, 1);
    let mode = |mode: &str| app.put("desk", &at("mode"), json!({ "mode": mode }));
    mode("direct").refused(409, "first-lot-given");
    mode("lottery").refused(409, "first-lot-given");
}

fn a_party_names_each_member_and_each_shelter_once(app: &App) {
    app.friday();
    let ask = |members: Value, accepts: Value| {
        app.post("desk", &at("lots"), json!({ "members": members, "accepts": accepts }))
    };
    let one = person("AB 1", "man");
    let fields = |answer: crate::support::Answer| -> Vec<String> {
        let refused = answer.refused(422, "invalid-fields");
        let errors = refused["errors"].as_array().unwrap().iter();
        errors.map(|error| error["field"].as_str().unwrap().to_owned()).collect()
    };
    let before = app.written();
    // All that is wrong at once, each where it stands.
    let typed_otherwise = person("ab-1", "man");
    let wrong = ask(
        json!([one, person("AB 2", "man"), typed_otherwise, one]),
        json!(["fa", "sm", "fa", "SM!", "sm"]),
    );
    assert_eq!(
        fields(wrong),
        ["members[2]", "members[3]", "accepts[2]", "accepts[3]", "accepts[4]"]
            .map(str::to_owned)
            .into_iter()
            .collect::<Vec<_>>()
    );
    assert_eq!(app.written(), before);
    // One guest by two documents, and by a UNO code: only the database knows.
    let lot = &app.register(FRIDAY, std::slice::from_ref(&one), &["fa"])[0];
    let uno = lot["members"][0]["uno"].as_str().unwrap().to_owned();
    let passport = json!({ "document": { "country": "RO", "kind": "passport", "number": "P 1" } });
    app.post("desk", &format!("/guests/{uno}/documents"), passport.clone()).ok(201);
    let mut other = one.clone();
    other["document"]["kind"] = json!("passport");
    other["document"]["number"] = json!("P 1");
    let mut too_little = person("AB 9", "man");
    too_little.as_object_mut().unwrap().remove("birth");
    let body = json!([one, other, { "uno": uno }, too_little, { "uno": uno }]);
    assert_eq!(fields(ask(body, json!(["fa"]))), ["members[4]"]);
    let body = json!([one, other, { "uno": uno }, too_little]);
    assert_eq!(fields(ask(body.clone(), json!(["fa"]))), ["members[1]", "members[2]", "members[3].birth"]);
    let dry = json!({ "members": body, "accepts": ["fa"] });
    assert_eq!(fields(app.post("desk", &at("eligibility"), dry)).len(), 3);
    let many: Vec<String> = (0..65).map(|n| format!("s{n}")).collect();
    for code in &many {
        app.shelter(code, "a church hall");
    }
    assert_eq!(fields(ask(json!([one]), json!(many))), ["accepts"]);
    ask(json!([one]), json!(many[..64])).ok(201);
}

fn places_cannot_be_decided_that_contradict_others_or_people(app: &App) {
    app.friday();
    app.put("desk", &at("mode"), json!({ "mode": "direct" })).ok(200);
    let decide = |body: Value| app.post("coordinator", "/places/decisions", body);
    let number = |first: &str, count: u32| json!({ "decision": "number", "shelter": "sm", "kind": "single", "who": "men", "first": first, "count": count });
    decide(number(FRIDAY, 3)).refused(409, "number-twice");
    decide(number("2026-11-20", 3)).refused(409, "night-has-begun");
    decide(number("2026-12-24", 1_000_000)).ok(201);
    let mut extra = number("2026-12-25", 1);
    extra["decision"] = json!("extra");
    decide(extra).refused(409, "too-many-places");
    let lend = json!({ "decision": "lending", "shelter": "fa", "kind": "single", "direction": "women_to_men",
                       "first": "2026-12-01", "last": "2026-12-05", "count": 3 });
    decide(lend).refused(409, "lends-more-than-it-has");
    app.register(FRIDAY, &[person("AB 1", "man")], &["sm"]);
    let closed =
        json!({ "decision": "closure", "shelter": "sm", "first": "2026-11-28", "last": "2026-11-30" });
    let refused = decide(closed).refused(409, "would-displace");
    assert_eq!(refused["more"]["tickets"].as_array().unwrap().len(), 1, "{refused:#}");
    let own = json!({ "name": "Stadsmissionen", "admission": "own" });
    app.put("coordinator", "/shelters/sm", own).refused(409, "shelter-in-use");
    let decisions = app.get("desk", "/places/decisions").ok(200);
    let number = decisions.as_array().unwrap().iter().find(|one| one["decision"] == "number").unwrap();
    let path = format!("/places/decisions/{}", number["id"].as_str().unwrap());
    app.patch("coordinator", &path, json!({ "last": "2026-12-24" })).refused(409, "no-end-to-move");
}

fn digits_are_typed_in_order_and_by_the_source_the_list_names(app: &App) {
    app.shelter("fa", "Filadelfia").places("fa", "single", "any", FRIDAY, 1).open(FRIDAY);
    men_ask(app, 2);
    app.post("desk", &at("close"), json!({})).ok(200);
    for dice in [0, 24, 101] {
        app.post("desk", &at("draws"), json!({ "dice": dice })).refused(409, "wrong-number-of-dice");
    }
    app.post("desk", &at("draws"), json!({ "dice": 25 })).ok(201);
    app.post("desk", &at("placement"), json!({})).ok(200);
    let digit =
        |place: u32, shown: u32| app.post("desk", &at("digits"), json!({ "place": place, "shown": shown }));
    digit(1, 0).refused(409, "not-a-die");
    digit(1, 7).refused(409, "not-a-die");
    digit(2, 3).refused(409, "not-the-next-digit");
    digit(1, 3).ok(200);
    digit(1, 3).refused(409, "not-the-next-digit");
    app.post("desk", &at("service-entropy"), json!({})).refused(409, "dice-draw");
    // Abandoned, and drawn by the service.
    let body = json!({ "reason": "the dice are lost", "countersignature": sign(app, "abandon", 1) });
    app.post("coordinator", &at("draws/1/abandon"), body).ok(200);
    app.get("coordinator", &at("draws/1/record")).ok(200);
    app.get("coordinator", &at("draws/1/verification")).refused(409, "not-drawn");
    app.post("desk", &at("draws"), json!({ "service_reason": "nobody is here to witness" })).ok(201);
    app.post("desk", &at("placement"), json!({})).ok(200);
    digit(1, 3).refused(409, "service-draws");
    assert_eq!(app.post("desk", &at("service-entropy"), json!({})).ok(200)["stage"], "drawn");
}

fn a_redraw_for_digits_needs_digits_and_a_signature_is_used_once(app: &App) {
    frozen(app, 1, json!({}));
    let redraw = |draw: u32, fault: &str, signature: &Value| {
        let body = json!({ "fault": fault, "what": "lot 1 is two", "countersignature": signature });
        app.post("coordinator", &at(&format!("draws/{draw}/redraw")), body)
    };
    let of_digits = sign(app, "redraw_for_digits", 1);
    redraw(1, "digits", &of_digits).refused(409, "no-digits-typed");
    // Who signed for a fault in the digits has not signed for one in the list.
    redraw(1, "manifest", &of_digits).refused(409, "no-countersignature");
    let signature = sign(app, "redraw_for_manifest", 1);
    redraw(2, "manifest", &signature).refused(409, "not-the-current-draw");
    redraw(1, "manifest", &signature).ok(200);
    let invalid = json!({ "members": [{ "document": person("X 1", "man")["document"], "sex": "man",
                          "birth": "1980-01-05", "language": "ro" }], "accepts": ["fa"] });
    app.post("desk", &at("lots"), invalid).ok(201);
    // A signature for a lot serves once, for that lot.
    app.post("desk", &at("lots/1/withdraw"), json!({})).ok(200);
    let signature = sign(app, "reinstate", 1);
    let body = json!({ "countersignature": signature, "shown": [] });
    app.post("coordinator", &at("lots/1/reinstate"), body.clone()).ok(200);
    app.post("desk", &at("lots/1/withdraw"), json!({})).ok(200);
    app.post("coordinator", &at("lots/1/reinstate"), body).refused(409, "countersignature-used");
}

fn a_day_is_drawn_at_most_ninety_nine_times(app: &App) {
    frozen(app, 2, json!({}));
    for draw in 1..=99 {
        let body = json!({ "reason": "the dice are lost", "countersignature": sign(app, "abandon", draw) });
        app.post("coordinator", &at(&format!("draws/{draw}/abandon")), body).ok(200);
        let frozen = app.post("desk", &at("draws"), json!({}));
        if draw == 99 {
            frozen.refused(409, "no-draw-left");
        } else {
            assert_eq!(frozen.ok(201)["list"]["draw"], draw + 1);
            app.post("desk", &at("placement"), json!({})).ok(200);
        }
    }
}

fn who_can_be_reinstated(app: &App) {
    app.shelter("fa", "Filadelfia").places("fa", "single", "any", FRIDAY, 1).open(FRIDAY);
    let refused = |number: &str| {
        let mut invalid = person(number, "man");
        invalid["document"]["valid"] = json!(false);
        app.register(FRIDAY, &[invalid], &["fa"]);
    };
    refused("X 1");
    app.register(FRIDAY, &[person("X 1", "man")], &["fa"]);
    app.post("desk", &at("without-document"), json!({ "sex": "man", "country": "ZZ" })).ok(201);
    app.post("desk", &at("close"), json!({})).ok(200);
    refused("X 2");
    let reinstate = |lot: u32| {
        let signature = sign(app, "reinstate", lot);
        let body = json!({ "countersignature": signature, "shown": [{ "member": 1, "shown": "valid" }] });
        app.post("coordinator", &at(&format!("lots/{lot}/reinstate")), body)
    };
    reinstate(1).refused(409, "member-in-another-lot");
    reinstate(2).refused(409, "lot-not-out");
    reinstate(3).refused(409, "nobody-to-reinstate");
    reinstate(4).refused(409, "lot-given-after-close");
}

fn what_is_withdrawn_was_asked_and_not_given(app: &App) {
    app.friday();
    app.put("desk", &at("mode"), json!({ "mode": "direct" })).ok(200);
    // fa has places for five men.
    men_ask(app, 6);
    app.post("desk", &at("lots/1/withdraw"), json!({})).refused(409, "lot-has-ticket");
    app.post("desk", &at("lots/6/withdraw"), json!({})).ok(200);
    app.post("desk", &at("lots/6/withdraw"), json!({})).refused(409, "lot-not-in");
}

fn a_day_that_is_over_or_to_come(app: &App) {
    app.open(FRIDAY);
    let not_held = |date: &str| {
        app.post("coordinator", &format!("/desk-days/{date}/not-held"), json!({ "reason": "a burst pipe" }))
    };
    not_held("2026-11-30").refused(409, "day-to-come");
    not_held(FRIDAY).ok(200);
    let waiver = json!({ "day": FRIDAY, "reason": "minus fourteen" });
    app.post("coordinator", "/waivers", waiver).refused(409, "desk-day-over");
}

fn a_service_that_stops_says_so(app: &App) {
    app.friday();
    app.token("desk");
    app.service.store().shut_down();
    let members = json!({ "members": [person("AB 1", "man")], "accepts": ["fa"] });
    app.post("desk", &at("lots"), members).refused(503, "shutting-down");
}
