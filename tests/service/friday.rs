//! A Friday on which more ask than there are places: closing, freezing, dice, the draw, the hand-out, and the end of the day.

use inskrivning::domain::lottery::verify::{Print, verify};
use serde_json::{Value, json};

use crate::support::{App, on_both_databases, person};

on_both_databases! {
    a_friday_from_the_opening_to_the_end
    everyone_fits_and_no_dice_are_thrown
    a_quiet_day_in_direct_mode
    the_manifest_and_its_salt_are_secret_until_the_last_digit
    a_redraw_takes_back_what_the_first_draw_gave
    who_was_placed_by_a_draw_that_is_set_aside_asks_as_before
    two_desks_typing_the_last_digit_make_one_draw
    a_day_left_unfinished_is_finished_by_the_service
    a_lot_refused_by_mistake_waits_again_after_the_reserve_list
    a_short_stay_may_be_declined_without_losing_rank
    who_withdraws_after_the_freeze_gets_nothing_and_the_place_goes_on
}

pub const FRIDAY: &str = "2026-11-27";
pub const DIGITS: &str = "353332125263661632153164154346";

/// `count` single men ask.
fn men_ask(app: &App, count: u32, accepts: &[&str]) {
    for n in 1..=count {
        app.register(FRIDAY, &[person(&format!("M {n}"), "man")], accepts);
    }
}

fn day(app: &App) -> Value {
    app.get("desk", "/desk-days/2026-11-27").ok(200)
}

fn step(app: &App, what: &str) -> Value {
    app.post("desk", &format!("/desk-days/2026-11-27/{what}"), json!({})).ok(200)
}

/// Closes, freezes and places by number: the day then.
fn freeze(app: &App) -> Value {
    step(app, "close");
    let frozen = app.post("desk", "/desk-days/2026-11-27/draws", json!({})).ok(201);
    assert_eq!(frozen["stage"], "frozen");
    step(app, "placement")
}

pub fn type_digits(app: &App, digits: &str) -> Value {
    for (place, shown) in (1..).zip(digits.bytes()) {
        let digit = json!({ "place": place, "shown": shown - b'0' });
        app.post("desk", "/desk-days/2026-11-27/digits", digit).ok(200);
    }
    day(app)
}

fn hand_out(app: &App) -> Value {
    app.get("desk", "/desk-days/2026-11-27/hand-out").ok(200)
}

fn lot(app: &App, lot: &Value, step: &str, body: Value) -> crate::support::Answer {
    app.post("desk", &format!("/desk-days/2026-11-27/lots/{lot}/{step}"), body)
}

fn collect_all(app: &App) {
    for number in hand_out(app)["calling"].as_array().unwrap() {
        lot(app, number, "collect", json!({ "sl_ticket": true })).ok(200);
    }
}

fn sum(app: &App) -> Value {
    let sum = app.get("coordinator", "/desk-days/2026-11-27/sum").ok(200);
    assert_eq!(sum["discrepancies"], json!([]), "{sum:#}");
    sum
}

fn a_friday_from_the_opening_to_the_end(app: &App) {
    app.friday();
    men_ask(app, 6, &["sm", "fa"]);
    app.register(FRIDAY, &[person("W 1", "woman"), person("M 7", "man")], &["fa"]);
    let mut minor = person("K 1", "man");
    minor["birth"] = json!("2012-05-05");
    let lots = app.register(FRIDAY, &[minor], &["fa"]);
    assert_eq!(
        (&lots[0]["status"], &lots[0]["members"][0]["main_reason"]),
        (&json!("refused"), &json!("under_18"))
    );
    let awaiting = freeze(app);
    assert_eq!(awaiting["stage"], "awaiting_entropy");
    assert_eq!((&awaiting["list"]["last_lot"], &awaiting["list"]["lots_in"]), (&json!(8), &json!(7)));
    let commitment = awaiting["list"]["commitment"].as_str().unwrap().to_owned();
    let drawn = type_digits(app, DIGITS);
    assert_eq!(drawn["stage"], "drawn");
    assert_eq!(drawn["list"]["digits"], DIGITS);

    // The record is the one of what was shown and typed.
    let record = app.get("coordinator", "/desk-days/2026-11-27/draws/1/record").ok(200);
    let print = Print { commitment: Some(commitment), entropy: Some(format!("dice:{DIGITS}")) };
    verify(record["record"].as_str().unwrap().as_bytes(), &print).unwrap();
    assert_eq!(app.get("desk", "/desk-days/2026-11-27/draws/1/verification").ok(200)["passed"], true);

    let state = hand_out(app);
    let calling = state["calling"].as_array().unwrap().clone();
    let placed: Vec<u64> = calling.iter().map(|lot| lot.as_u64().unwrap()).collect();
    assert!(placed.contains(&7), "the family has family places");
    assert_eq!(state["waiting"].as_array().unwrap().len(), 7 - calling.len());

    // One is declined: the next on the reserve list moves up.
    lot(app, &calling[0], "decline", json!({})).ok(200);
    let next = hand_out(app)["next"].clone();
    assert_eq!(next["lot"], state["waiting"][0]["lot"]);
    app.post("desk", "/desk-days/2026-11-27/finish", json!({})).refused(409, "ticket-waits");
    app.post("desk", "/desk-days/2026-11-27/offers", json!({ "lot": 99 }))
        .refused(409, "another-lot-is-next");
    app.post("desk", "/desk-days/2026-11-27/offers", json!({ "lot": next["lot"] })).ok(201);
    app.post("desk", "/desk-days/2026-11-27/offers", json!({})).refused(409, "nothing-to-offer");

    // One does not come: called twice, ten minutes apart, then it lapses.
    let late = &calling[1];
    lot(app, late, "lapse", json!({})).refused(409, "not-called-twice");
    lot(app, late, "call", json!({})).ok(200);
    lot(app, late, "call", json!({})).refused(409, "called-too-soon");
    app.later(10);
    lot(app, late, "call", json!({})).ok(200);
    lot(app, late, "lapse", json!({})).ok(200);
    lot(app, late, "collect", json!({ "sl_ticket": true })).refused(409, "ticket-not-waiting");
    if hand_out(app)["next"].is_object() {
        app.post("desk", "/desk-days/2026-11-27/offers", json!({})).ok(201);
    }
    collect_all(app);
    assert_eq!(day(app)["stage"], "handing_out");
    let finished = step(app, "finish");
    assert_eq!((&finished["stage"], &finished["finished_by"]), (&json!("finished"), &json!("desk")));
    let sum = sum(app);
    assert_eq!(sum["asked"], 9);
    assert_eq!((&sum["declined"], &sum["lapsed"], &sum["refused"]), (&json!(1), &json!(1), &json!(1)));
}

fn everyone_fits_and_no_dice_are_thrown(app: &App) {
    app.friday();
    men_ask(app, 3, &["sm", "fa"]);
    assert_eq!(freeze(app)["stage"], "drawn");
    app.post("desk", "/desk-days/2026-11-27/digits", json!({ "place": 1, "shown": 3 }))
        .refused(409, "desk-day-not-now");
    let record = app.get("coordinator", "/desk-days/2026-11-27/draws/1/record").ok(200);
    verify(record["record"].as_str().unwrap().as_bytes(), &Print::default()).unwrap();
    collect_all(app);
    step(app, "finish");
    assert_eq!(sum(app)["collected"], 3);
}

fn a_quiet_day_in_direct_mode(app: &App) {
    app.shelter("fa", "Filadelfia").places("fa", "single", "any", FRIDAY, 2);
    app.post("desk", "/desk-days", json!({ "date": FRIDAY, "mode": "direct" })).ok(201);
    men_ask(app, 3, &["fa"]);
    let state = hand_out(app);
    assert_eq!(state["calling"], json!([1, 2]));
    assert_eq!(state["waiting"][0]["lot"], 3);
    app.post("desk", "/desk-days/2026-11-27/close", json!({})).refused(409, "desk-day-not-now");
    lot(app, &json!(1), "collect", json!({ "sl_ticket": true })).ok(200);
    lot(app, &json!(2), "decline", json!({})).ok(200);
    app.post("desk", "/desk-days/2026-11-27/finish", json!({})).refused(409, "place-not-offered");
    app.post("desk", "/desk-days/2026-11-27/offers", json!({ "lot": 3 })).ok(201);
    lot(app, &json!(3), "collect", json!({ "sl_ticket": false })).ok(200);
    step(app, "finish");
    let sum = sum(app);
    assert_eq!((&sum["collected"], &sum["declined"], &sum["turned_away"]), (&json!(2), &json!(1), &json!(0)));
}

fn the_manifest_and_its_salt_are_secret_until_the_last_digit(app: &App) {
    app.friday();
    men_ask(app, 9, &["sm", "fa"]);
    freeze(app);
    type_digits(app, &DIGITS[..29]);
    let manifest =
        app.service.store().read(|read| read.manifest(FRIDAY.parse().unwrap(), 1)).unwrap().unwrap();
    let manifest: Value = serde_json::from_str(&manifest).unwrap();
    let salt = manifest["salt"].as_str().unwrap();
    app.get("coordinator", "/desk-days/2026-11-27/draws/1/record").refused(409, "list-secret");
    app.get("coordinator", "/desk-days/2026-11-27/draws/1/verification").refused(409, "list-secret");
    app.get("coordinator", "/desk-days/2026-11-27/draws/1/lots/1/why").refused(409, "list-secret");
    let folder = tempfile::tempdir().unwrap();
    assert!(app.service.store().backup(&folder.path().join("copy")).is_err());
    let check = app.get("desk", "/desk-days/2026-11-27/lots/1").ok(200)["check"].clone();
    let slip = format!("/public/desk-days/2026-11-27/lots/1?check={}", check.as_str().unwrap());
    let asked = every_answer(app, &slip);
    assert!(asked.len() > 25, "{}", asked.len());
    for (path, answer) in asked {
        assert!(!answer.contains(salt), "{path}");
    }
    assert!(crate::support::log().contains("/api/v1/desk-days/{day}/digits"), "the log is kept");
    assert!(!crate::support::log().contains(salt), "the log");
    assert!(app.get("", &slip).ok(200)["line"].is_null());
    type_digits_from(app, 30, &DIGITS[29..]);
    assert_eq!(app.get("", &slip).ok(200)["line"]["lot"], 1);
    assert!(
        app.get("coordinator", "/desk-days/2026-11-27/draws/1/record").ok(200).to_string().contains(salt)
    );
}

/// What every route that reads answers a coordinator, whatever it answers; and the holder of a slip.
fn every_answer(app: &App, slip: &str) -> Vec<(String, String)> {
    let document = serde_json::to_value(inskrivning::http::openapi()).unwrap();
    let reads = document["paths"].as_object().unwrap().iter().filter(|(_, item)| item["get"].is_object());
    let paths = reads.map(|(path, _)| {
        let known = [
            ("day", FRIDAY),
            ("date", FRIDAY),
            ("night", FRIDAY),
            ("draw", "1"),
            ("lot", "1"),
            ("code", "fa"),
        ];
        let filled = known
            .iter()
            .fold(path.clone(), |path, (name, value)| path.replace(&format!("{{{name}}}"), value));
        format!("/{}?night={FRIDAY}&year=2026&from={FRIDAY}&to={FRIDAY}", filled.trim_end_matches('?'))
    });
    let bare: Vec<String> =
        paths.flat_map(|path| [path.split('?').next().unwrap().to_owned(), path.clone()]).collect();
    let answers = bare.into_iter().chain([format!("//api/v1{slip}"), "//api/v1/audit?limit=500".to_owned()]);
    answers.map(|path| (path.clone(), app.get("coordinator", &path).body.to_string())).collect()
}

fn type_digits_from(app: &App, first: u32, digits: &str) {
    for (place, shown) in (first..).zip(digits.bytes()) {
        let digit = json!({ "place": place, "shown": shown - b'0' });
        app.post("desk", "/desk-days/2026-11-27/digits", digit).ok(200);
    }
}

fn sign(app: &App, who: &str, step: &str, number: u32) -> Value {
    app.sign(who, "2026-11-27", step, number).ok(201)["countersignature"].clone()
}

fn a_redraw_takes_back_what_the_first_draw_gave(app: &App) {
    app.friday();
    men_ask(app, 9, &["sm", "fa"]);
    let first = freeze(app);
    type_digits(app, DIGITS);
    let path = "/desk-days/2026-11-27/draws/1/redraw";
    let body = |signature: &Value| json!({ "fault": "digits", "what": "digit 4 was a 5 on the paper", "countersignature": signature });
    app.post("coordinator", path, body(&json!("00000000-0000-0000-0000-000000000000")))
        .refused(409, "no-countersignature");
    let own = sign(app, "coordinator", "redraw_for_digits", 1);
    app.post("coordinator", path, body(&own)).refused(409, "same-person-countersigns");
    let other = sign(app, "coordinator 2", "redraw_for_digits", 1);
    app.post("desk", path, body(&other)).refused(403, "forbidden");
    let closed = app.post("coordinator", path, body(&other)).ok(200);
    assert_eq!((&closed["stage"], &closed["set_aside"][0]["draw"]), (&json!("closed"), &json!(1)));
    assert_eq!(hand_out(app)["calling"], json!([]));
    let frozen = app.post("desk", "/desk-days/2026-11-27/draws", json!({})).ok(201);
    assert_eq!(
        (&frozen["list"]["draw"], &frozen["list"]["previous"]),
        (&json!(2), &first["list"]["commitment"])
    );
    step(app, "placement");
    type_digits(app, &DIGITS.chars().rev().collect::<String>());
    assert_eq!(hand_out(app)["calling"].as_array().unwrap().len(), 7);
    // A second redraw, and one after the first ticket, are refused.
    let again = sign(app, "coordinator 2", "redraw_for_digits", 2);
    let second = "/desk-days/2026-11-27/draws/2/redraw";
    app.post("coordinator", second, body(&again)).refused(409, "redraw-used");
    collect_all(app);
    app.post("coordinator", second, body(&again)).refused(409, "desk-day-not-now");
    step(app, "finish");
    assert_eq!(sum(app)["collected"], 7);
    let public = app.get("", "/public/desk-days/2026-11-27").ok(200);
    assert_eq!(public["draws"][0]["stands"], false);
    assert_eq!(public["draws"][1]["order"].as_array().unwrap().len(), 9);
}

fn two_desks_typing_the_last_digit_make_one_draw(app: &App) {
    app.friday();
    men_ask(app, 9, &["sm", "fa"]);
    freeze(app);
    type_digits(app, &DIGITS[..29]);
    app.token("desk");
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let typed: Vec<_> = (1..=6)
            .map(|shown| {
                scope.spawn(move || {
                    let digit = json!({ "place": 30, "shown": shown });
                    app.post("desk", "/desk-days/2026-11-27/digits", digit).status
                })
            })
            .collect();
        typed.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(statuses.iter().filter(|&&status| status == 200).count(), 1, "{statuses:?}");
    assert_eq!(hand_out(app)["calling"].as_array().unwrap().len(), 7);
    assert_eq!(app.get("desk", "/desk-days/2026-11-27/draws").ok(200).as_array().unwrap().len(), 1);
}

fn a_day_left_unfinished_is_finished_by_the_service(app: &App) {
    app.friday();
    men_ask(app, 9, &["sm", "fa"]);
    freeze(app);
    type_digits(app, DIGITS);
    lot(app, &hand_out(app)["calling"][0], "collect", json!({ "sl_ticket": true })).ok(200);
    // Monday: the next desk day cannot be opened beside it, so it is finished first.
    app.at("2026-11-30T09:00:00Z").open("2026-11-30");
    let left = day(app);
    assert_eq!((&left["stage"], &left["finished_by"]), (&json!("finished"), &json!("service")));
    let sum = sum(app);
    assert_eq!((&sum["collected"], &sum["lapsed"], &sum["turned_away"]), (&json!(1), &json!(6), &json!(2)));
}

fn a_lot_refused_by_mistake_waits_again_after_the_reserve_list(app: &App) {
    app.friday();
    let mut invalid = person("X 1", "man");
    invalid["document"]["valid"] = json!(false);
    assert_eq!(app.register(FRIDAY, &[invalid], &["fa"])[0]["status"], "refused");
    men_ask(app, 2, &["sm"]);
    freeze(app);
    let signature = sign(app, "coordinator 2", "reinstate", 1);
    let path = "/desk-days/2026-11-27/lots/1/reinstate";
    let body = |shown: Value| json!({ "countersignature": signature, "shown": shown });
    app.post("coordinator", path, body(json!([]))).refused(409, "still-refused");
    app.post("coordinator", path, body(json!([{ "member": 1, "shown": "valid" }]))).ok(200);
    let waiting = hand_out(app)["waiting"].clone();
    assert_eq!((&waiting[0]["lot"], &waiting[0]["part"]), (&json!(1), &json!("reinstated")));
    app.post("desk", "/desk-days/2026-11-27/offers", json!({ "lot": 1 })).ok(201);
    collect_all(app);
    step(app, "finish");
    assert_eq!(sum(app)["collected"], 3);
}

fn a_short_stay_may_be_declined_without_losing_rank(app: &App) {
    app.shelter("fa", "Filadelfia").places("fa", "single", "any", FRIDAY, 2);
    // One of the two places closes after two nights.
    let closure = json!({ "decision": "closure", "shelter": "fa", "kind": "single", "who": "any",
                          "first": "2026-11-29", "last": "2026-12-30", "count": 1 });
    app.post("coordinator", "/places/decisions", closure).ok(201);
    app.open(FRIDAY);
    men_ask(app, 2, &["fa"]);
    assert_eq!(freeze(app)["stage"], "awaiting_entropy");
    type_digits(app, DIGITS);
    let offer = hand_out(app)["next"].clone();
    assert_eq!((&offer["short"], &offer["last"]), (&json!(true), &json!("2026-11-28")));
    app.post("desk", "/desk-days/2026-11-27/offers", json!({})).ok(201);
    lot(app, &offer["lot"], "decline", json!({})).ok(200);
    let state = hand_out(app);
    assert_eq!(state["waiting"][0]["lot"], offer["lot"]);
    assert!(state["next"].is_null(), "that place is not offered to it again");
    collect_all(app);
    step(app, "finish");
    let sum = sum(app);
    assert_eq!((&sum["collected"], &sum["turned_away"]), (&json!(1), &json!(1)));
}

fn who_withdraws_after_the_freeze_gets_nothing_and_the_place_goes_on(app: &App) {
    app.friday();
    men_ask(app, 9, &["sm", "fa"]);
    freeze(app);
    for number in 1..=3 {
        step(app, &format!("lots/{number}/withdraw"));
    }
    type_digits(app, DIGITS);
    let state = hand_out(app);
    let calling = state["calling"].as_array().unwrap().len();
    assert!(calling < 7, "some of the three were drawn");
    while hand_out(app)["next"].is_object() {
        app.post("desk", "/desk-days/2026-11-27/offers", json!({})).ok(201);
    }
    collect_all(app);
    step(app, "finish");
    let sum = sum(app);
    assert_eq!(
        (&sum["collected"], &sum["withdrawn"], &sum["turned_away"]),
        (&json!(6), &json!(3), &json!(0))
    );
}

on_both_databases! {
    a_reinstated_lot_is_counted_by_what_became_of_it
    who_withdrew_from_the_reserve_list_and_was_reinstated_is_turned_away_like_the_others
}

fn who_withdrew_from_the_reserve_list_and_was_reinstated_is_turned_away_like_the_others(app: &App) {
    app.friday();
    men_ask(app, 9, &["sm", "fa"]);
    freeze(app);
    type_digits(app, DIGITS);
    let waiting = hand_out(app)["waiting"][0]["lot"].clone();
    lot(app, &waiting, "withdraw", json!({})).ok(200);
    let number = waiting.as_u64().unwrap().try_into().unwrap();
    let signature = sign(app, "coordinator 2", "reinstate", number);
    let path = format!("/desk-days/2026-11-27/lots/{number}/reinstate");
    app.post("coordinator", &path, json!({ "countersignature": signature })).ok(200);
    // A lot refused for asking twice says nothing of the one that waits.
    let again = app.register(FRIDAY, &[person(&format!("M {number}"), "man")], &["fa"]);
    assert_eq!(again[0]["status"], "refused");
    collect_all(app);
    step(app, "finish");
    let sum = sum(app);
    assert_eq!((&sum["collected"], &sum["turned_away"]), (&json!(7), &json!(2)), "{sum:#}");
}

fn a_reinstated_lot_is_counted_by_what_became_of_it(app: &App) {
    app.friday();
    let mut invalid = person("X 1", "man");
    invalid["document"]["valid"] = json!(false);
    app.register(FRIDAY, &[invalid], &["fa"]);
    freeze(app);
    let signature = sign(app, "coordinator 2", "reinstate", 1);
    let body = json!({ "countersignature": signature, "shown": [{ "member": 1, "shown": "valid" }] });
    app.post("coordinator", "/desk-days/2026-11-27/lots/1/reinstate", body).ok(200);
    let member = app.get("desk", "/desk-days/2026-11-27/lots/1").ok(200)["members"][0].clone();
    assert_eq!((&member["shown"], &member["main_reason"]), (&json!("valid"), &Value::Null));
    app.post("desk", "/desk-days/2026-11-27/offers", json!({ "lot": 1 })).ok(201);
    lot(app, &json!(1), "decline", json!({})).ok(200);
    step(app, "finish");
    let sum = sum(app);
    assert_eq!((&sum["declined"], &sum["refused"]), (&json!(1), &json!(0)));
}

fn who_was_placed_by_a_draw_that_is_set_aside_asks_as_before(app: &App) {
    app.friday();
    men_ask(app, 9, &["sm", "fa"]);
    freeze(app);
    type_digits(app, DIGITS);
    let placed = hand_out(app)["calling"].as_array().unwrap().clone();
    let other = sign(app, "coordinator 2", "redraw_for_manifest", 1);
    let body = json!({ "fault": "manifest", "what": "lot 3 is two", "countersignature": other });
    app.post("coordinator", "/desk-days/2026-11-27/draws/1/redraw", body).ok(200);
    // One goes home; then the day is left as it is, and all who asked are turned away.
    lot(app, &placed[0], "withdraw", json!({})).ok(200);
    app.at("2026-11-30T09:00:00Z").open("2026-11-30");
    let sum = sum(app);
    assert_eq!(
        (&sum["withdrawn"], &sum["turned_away"], &sum["still_undecided"]),
        (&json!(1), &json!(8), &json!(0))
    );
}
