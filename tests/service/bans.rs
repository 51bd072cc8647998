//! Bans: who makes them, and what they do to a place, a rank or a wish (domain.md, *Bans*).

use serde_json::{Value, json};

use crate::evening::{collect, finish, tickets_of};
use crate::support::{App, on_both_databases, person};

on_both_databases! {
    a_ban_is_seen_at_once_and_keeps_the_guest_out_of_the_shelter
    a_shelter_bans_from_its_own_house_only
    a_ticket_in_hand_ends_from_the_next_night_and_tonight_only_if_ordered
    a_ticket_not_yet_collected_is_taken_back_and_the_guest_stands_first
    who_accepts_no_other_shelter_is_refused
    the_rest_of_a_family_take_their_places
    a_family_that_chooses_so_goes_together_to_the_head
    a_family_that_cannot_go_together_is_told_so_and_nothing_is_done
    who_waits_no_longer_accepts_the_shelter
    a_lot_before_the_freeze_loses_the_shelter_or_is_refused
    a_ban_after_the_freeze_acts_when_the_tickets_are_issued
    what_is_wrong_with_a_ban_is_said_all_at_once
    a_ban_sent_again_under_its_key_is_one_ban
    a_lifted_ban_lets_the_guest_in_again
    who_is_in_tonight_keeps_the_night_whatever_is_ordered
    the_beds_a_walk_in_was_given_for_nights_to_come_are_taken_back
    a_ban_made_while_a_list_was_frozen_stands_before_the_next_freeze
    who_declines_a_short_stay_is_not_offered_the_shelter_that_banned_it_meanwhile
    what_became_of_the_last_ticket_counts_though_the_clock_was_set_back
}

const DAY: &str = "2026-11-27";

fn ban(app: &App, uno: &str, shelter: &str) -> Value {
    app.post("coordinator", &format!("/guests/{uno}/bans"), order(shelter)).ok(201)
}

fn order(shelter: &str) -> Value {
    json!({ "shelter": shelter, "last": "2026-12-31", "reason": "threats" })
}

fn uno(lot: &Value, position: usize) -> String {
    lot["members"][position - 1]["uno"].as_str().unwrap().to_owned()
}

fn register(app: &App, numbers: &[&str], accepts: &[&str]) -> Value {
    let members: Vec<Value> = numbers.iter().map(|number| person(number, "man")).collect();
    app.register(DAY, &members, accepts).remove(0)
}

/// The Friday in direct mode: who asks is placed at once.
fn direct(app: &App) {
    app.friday();
    app.put("desk", &format!("/desk-days/{DAY}/mode"), json!({ "mode": "direct" })).ok(200);
}

/// Who waits, first to last: part of the queue and place in it, lot, how many members, what they accept.
fn queue(app: &App) -> Value {
    let state = app.get("desk", &format!("/desk-days/{DAY}/hand-out")).ok(200);
    let waits = |one: &Value| {
        let [part, place, lot, members, accepts] =
            ["part", "place", "lot", "members", "accepts"].map(|field| one[field].clone());
        json!([part, place, lot, members, accepts])
    };
    state["waiting"].as_array().unwrap().iter().map(waits).collect()
}

fn step(app: &App, what: &str, status: u16) -> Value {
    app.post("desk", &format!("/desk-days/{DAY}/{what}"), json!({})).ok(status)
}

/// Closes, freezes and places by number; more ask than there is room for, so that the digits are awaited.
fn freeze(app: &App) {
    step(app, "close", 200);
    step(app, "draws", 201);
    assert_eq!(step(app, "placement", 200)["stage"], "awaiting_entropy");
}

/// One place for any at fa, one for a man at sm, and the Friday opened.
fn two_places(app: &App) {
    app.shelter("fa", "Filadelfia").shelter("sm", "Stadsmissionen");
    app.places("fa", "single", "any", DAY, 1).places("sm", "single", "men", DAY, 1).open(DAY);
}

fn tickets(app: &App, uno: &str) -> Vec<Value> {
    app.get("desk", &format!("/guests/{uno}")).ok(200)["tickets"].as_array().unwrap().clone()
}

fn a_ban_is_seen_at_once_and_keeps_the_guest_out_of_the_shelter(app: &App) {
    app.friday();
    let lot = register(app, &["AB 1"], &["fa"]);
    let uno = uno(&lot, 1);
    let made = ban(app, &uno, "sm");
    assert_eq!(
        (&made["shelter"], &made["first"], &made["last"]),
        (&json!("sm"), &json!(DAY), &json!("2026-12-31"))
    );
    assert_eq!(
        (&made["uno"], &made["reason"], &made["lifted_at"]),
        (&json!(uno), &json!("threats"), &Value::Null)
    );
    let guest = app.get("desk", &format!("/guests/{uno}")).ok(200);
    assert_eq!(guest["bans"], json!([made]));
    let left_out = &guest["if_asked"]["verdict"]["left_out"];
    assert_eq!(
        (&left_out[0]["shelter"], &left_out[0]["why"][0]["reason"]["why"]),
        (&json!("sm"), &json!("banned"))
    );
    assert_eq!(app.get("desk", "/bans").ok(200)["bans"], json!([made]));
    let path = format!("/bans/{}", made["id"].as_str().unwrap());
    assert_eq!(app.get("sm", &path).ok(200), made);
    app.get("fa", &path).refused(404, "not-found");
}

fn a_shelter_bans_from_its_own_house_only(app: &App) {
    app.friday();
    let lot = register(app, &["AB 1"], &["fa", "sm"]);
    let path = format!("/guests/{}/bans", uno(&lot, 1));
    app.post("fa", &path, order("sm")).refused(404, "not-found");
    app.post("desk", &path, order("sm")).refused(403, "forbidden");
    app.post("sm", &path, order("sm")).ok(201);
    assert_eq!(app.get("fa", "/bans").ok(200)["bans"], json!([]));
    app.get("fa", "/bans?shelter=sm").refused(404, "not-found");
    assert_eq!(app.get("sm", "/bans").ok(200)["bans"].as_array().unwrap().len(), 1);
}

fn a_ticket_in_hand_ends_from_the_next_night_and_tonight_only_if_ordered(app: &App) {
    direct(app);
    let lots = [register(app, &["AB 1"], &["fa"]), register(app, &["AB 2"], &["fa"])];
    collect(app, DAY, 1);
    collect(app, DAY, 2);
    let (kept, taken) = (uno(&lots[0], 1), uno(&lots[1], 1));
    app.at("2026-11-27T21:00:00Z");
    let made = app.post("fa", &format!("/guests/{kept}/bans"), order("fa")).ok(201);
    assert_eq!(made["first"], "2026-11-28");
    let ended = &tickets(app, &kept)[0];
    assert_eq!(
        (&ended["state"], &ended["ended"], &ended["kept_to"]),
        (&json!("ended"), &json!("banned"), &json!(DAY))
    );
    let mut tonight = order("fa");
    tonight["tonight"] = json!(true);
    let made = app.post("fa", &format!("/guests/{taken}/bans"), tonight).ok(201);
    assert_eq!(made["first"], DAY);
    assert_eq!(tickets(app, &taken)[0]["kept_to"], Value::Null);
}

fn a_ticket_not_yet_collected_is_taken_back_and_the_guest_stands_first(app: &App) {
    direct(app);
    let first = uno(&register(app, &["AB 1"], &["fa", "sm"]), 1);
    let second = uno(&register(app, &["AB 2"], &["fa", "sm"]), 1);
    assert_eq!(tickets(app, &first)[0]["state"], "waiting");
    ban(app, &first, "fa");
    ban(app, &second, "fa");
    assert_eq!(tickets(app, &first)[0]["ended"], "banned");
    assert_eq!(queue(app), json!([["head", 1, 1, 1, ["sm"]], ["head", 2, 2, 1, ["sm"]]]));
    // Nobody pays with karens for a place never had.
    assert_eq!(app.get("desk", &format!("/guests/{first}")).ok(200)["may_start_again"], Value::Null);
}

fn who_accepts_no_other_shelter_is_refused(app: &App) {
    direct(app);
    let uno = uno(&register(app, &["AB 1"], &["fa"]), 1);
    ban(app, &uno, "fa");
    assert_eq!(queue(app), json!([]));
    let guest = app.get("desk", &format!("/guests/{uno}")).ok(200);
    assert_eq!(guest["lots"][0]["main_reason"], "banned");
    // It may ask again, with other wishes.
    assert_eq!(register(app, &["AB 1"], &["sm"])["status"], "in");
}

fn the_rest_of_a_family_take_their_places(app: &App) {
    direct(app);
    let family = register(app, &["AB 1", "AB 2", "AB 3"], &["fa", "sm"]);
    ban(app, &uno(&family, 2), "fa");
    let states = [1, 2, 3].map(|position| tickets(app, &uno(&family, position))[0]["state"].clone());
    assert_eq!(states, [json!("waiting"), json!("ended"), json!("waiting")]);
    assert_eq!(queue(app), json!([["head", 1, 1, 1, ["sm"]]]));
    // The next of them who is banned leaves one place more.
    ban(app, &uno(&family, 3), "fa");
    assert_eq!(queue(app)[1], json!(["head", 2, 1, 1, ["sm"]]));
    assert_eq!(tickets(app, &uno(&family, 1))[0]["state"], "waiting");
}

fn a_family_that_chooses_so_goes_together_to_the_head(app: &App) {
    direct(app);
    let family = register(app, &["AB 1", "AB 2"], &["fa", "sm"]);
    let mut together = order("fa");
    together["family"] = json!("together");
    app.post("coordinator", &format!("/guests/{}/bans", uno(&family, 2)), together).ok(201);
    for position in [1, 2] {
        assert_eq!(tickets(app, &uno(&family, position))[0]["state"], "ended");
    }
    assert_eq!(queue(app), json!([["head", 1, 1, 2, ["sm"]]]));
}

fn a_family_that_cannot_go_together_is_told_so_and_nothing_is_done(app: &App) {
    direct(app);
    let only = register(app, &["AB 1", "AB 2"], &["fa"]);
    let mut together = order("fa");
    together["family"] = json!("together");
    let path = format!("/guests/{}/bans", uno(&only, 2));
    app.post("coordinator", &path, together.clone()).refused(409, "no-other-shelter");
    assert_eq!(app.get("desk", "/bans").ok(200)["bans"], json!([]));
    assert_eq!(tickets(app, &uno(&only, 2))[0]["state"], "waiting");
}

fn who_waits_no_longer_accepts_the_shelter(app: &App) {
    direct(app);
    // sm has two places for men; these two take them, and the next wait.
    register(app, &["AB 1"], &["sm"]);
    register(app, &["AB 2"], &["sm"]);
    let one = uno(&register(app, &["AB 9"], &["sm"]), 1);
    assert_eq!(queue(app).as_array().unwrap().len(), 1);
    ban(app, &one, "sm");
    assert_eq!(queue(app), json!([]));
    assert_eq!(app.get("desk", &format!("/guests/{one}")).ok(200)["lots"][0]["main_reason"], "banned");
}

fn a_lot_before_the_freeze_loses_the_shelter_or_is_refused(app: &App) {
    app.friday();
    let two = register(app, &["AB 1"], &["fa", "sm"]);
    let one = register(app, &["AB 2", "AB 3"], &["fa"]);
    app.post("desk", &format!("/desk-days/{DAY}/close"), json!({})).ok(200);
    ban(app, &uno(&two, 1), "fa");
    ban(app, &uno(&one, 2), "fa");
    let lot = app.get("desk", &format!("/desk-days/{DAY}/lots/1")).ok(200);
    assert_eq!(
        (&lot["status"], &lot["accepts"], &lot["wishes"]),
        (&json!("in"), &json!(["sm"]), &json!(["fa", "sm"]))
    );
    let lot = app.get("desk", &format!("/desk-days/{DAY}/lots/2")).ok(200);
    assert_eq!(
        (&lot["status"], &lot["accepts"], &lot["from"]),
        (&json!("refused"), &json!([]), &Value::Null)
    );
    assert_eq!([&lot["members"][0]["main_reason"], &lot["members"][1]["main_reason"]], ["banned", "banned"]);
}

fn a_ban_after_the_freeze_acts_when_the_tickets_are_issued(app: &App) {
    two_places(app);
    let unos = ["AB 1", "AB 2", "AB 3"].map(|number| uno(&register(app, &[number], &["fa", "sm"]), 1));
    freeze(app);
    for uno in &unos {
        ban(app, uno, "fa");
    }
    for lot in 1..=3 {
        let lot = app.get("desk", &format!("/desk-days/{DAY}/lots/{lot}")).ok(200);
        assert_eq!((&lot["status"], &lot["accepts"]), (&json!("in"), &json!(["fa", "sm"])));
    }
    crate::friday::type_digits(app, crate::friday::DIGITS);
    // The list was drawn as it was frozen: the first drawn got fa, loses it at once and stands first; the second has sm.
    let shelter = |uno: &str| tickets(app, uno).first().map(|ticket| ticket["shelter"].clone());
    let lot_of = |at: Option<Value>| unos.iter().position(|uno| shelter(uno) == at).unwrap() + 1;
    let (at_fa, at_sm, nowhere) = (lot_of(Some(json!("fa"))), lot_of(Some(json!("sm"))), lot_of(None));
    assert_eq!(tickets(app, &unos[at_fa - 1])[0]["ended"], "banned");
    assert_eq!(tickets(app, &unos[at_sm - 1])[0]["state"], "waiting");
    assert_eq!(queue(app), json!([["head", 1, at_fa, 1, ["sm"]], ["reserve", 1, nowhere, 1, ["sm"]]]));
}

fn what_is_wrong_with_a_ban_is_said_all_at_once(app: &App) {
    app.friday();
    let uno = uno(&register(app, &["AB 1"], &["fa"]), 1);
    let path = format!("/guests/{uno}/bans");
    let wrong = json!({ "shelter": "F!", "last": "2026-13-01", "reason": "threats" });
    let refused = app.post("coordinator", &path, wrong).refused(422, "invalid-fields");
    let fields: Vec<&str> =
        refused["errors"].as_array().unwrap().iter().map(|error| error["field"].as_str().unwrap()).collect();
    assert_eq!(fields, ["shelter", "last"]);
    app.post("coordinator", &path, order("nowhere")).refused(422, "invalid-fields");
    let past = json!({ "shelter": "fa", "last": "2026-11-26", "reason": "threats" });
    assert_eq!(
        app.post("coordinator", &path, past).refused(422, "invalid-fields")["errors"][0]["field"],
        "last"
    );
    app.post("coordinator", "/guests/00000000/bans", order("fa")).refused(422, "invalid-fields");
    let nobody = inskrivning::domain::code::UnoCode::from_random(1);
    app.post("coordinator", &format!("/guests/{nobody}/bans"), order("fa")).refused(404, "not-found");
    assert_eq!(app.get("desk", "/bans").ok(200)["bans"], json!([]));
}

fn a_ban_sent_again_under_its_key_is_one_ban(app: &App) {
    app.friday();
    let path = format!("/guests/{}/bans", uno(&register(app, &["AB 1"], &["fa"]), 1));
    let key = [("idempotency-key", "ban-1")];
    let once = app.send("POST", "coordinator", &path, Some(order("sm").to_string()), &key).ok(201);
    let again = app.send("POST", "coordinator", &path, Some(order("sm").to_string()), &key).ok(201);
    assert_eq!(once, again);
    assert_eq!(app.get("desk", "/bans").ok(200)["bans"].as_array().unwrap().len(), 1);
}

fn a_lifted_ban_lets_the_guest_in_again(app: &App) {
    app.friday();
    let uno = uno(&register(app, &["AB 1"], &["fa"]), 1);
    let made = ban(app, &uno, "sm");
    let lift = format!("/bans/{}/lift", made["id"].as_str().unwrap());
    app.post("sm", &lift, json!({})).refused(403, "forbidden");
    assert!(app.post("coordinator", &lift, json!({})).ok(200)["lifted_at"].is_string());
    app.post("coordinator", &lift, json!({})).refused(409, "ban-lifted");
    assert_eq!(app.get("desk", &format!("/guests/{uno}")).ok(200)["bans"], json!([]));
    assert_eq!(app.get("desk", "/bans").ok(200)["bans"], json!([]));
    app.post("coordinator", "/bans/nonsense/lift", json!({})).refused(422, "invalid-fields");
    let unknown = format!("/bans/{}/lift", uuid::Uuid::from_u128(5));
    app.post("coordinator", &unknown, json!({})).refused(404, "not-found");
}

fn who_is_in_tonight_keeps_the_night_whatever_is_ordered(app: &App) {
    direct(app);
    let uno = uno(&register(app, &["AB 1"], &["fa"]), 1);
    collect(app, DAY, 1);
    finish(app);
    app.at("2026-11-27T20:00:00Z");
    let code = tickets_of(app, 1)[0].code.to_string();
    crate::evening::scan(app, "fa", "fa", &code).ok(201);
    let mut tonight = order("fa");
    tonight["tonight"] = json!(true);
    let made = app.post("fa", &format!("/guests/{uno}/bans"), tonight).ok(201);
    assert_eq!(made["first"], "2026-11-28");
    assert_eq!(tickets(app, &uno)[0]["kept_to"], DAY);
}

fn the_beds_a_walk_in_was_given_for_nights_to_come_are_taken_back(app: &App) {
    direct(app);
    finish(app);
    app.at("2026-11-27T20:00:00Z");
    let walks_in = json!({ "guests": [person("AB 1", "man")], "nights": 2 });
    let given = app.post("coordinator", "/shelters/fa/walk-ins", walks_in).ok(201);
    // Who was given tonight's bed at the door is in.
    assert_eq!(ban(app, given["beds"][0]["uno"].as_str().unwrap(), "fa")["first"], "2026-11-28");
    let beds = |night: &str| {
        let night = app.get("fa", &format!("/shelters/fa/nights/{night}")).ok(200);
        night["walk_ins"].as_array().unwrap().len()
    };
    assert_eq!((beds("2026-11-27"), beds("2026-11-28")), (1, 0));
}

fn a_ban_made_while_a_list_was_frozen_stands_before_the_next_freeze(app: &App) {
    two_places(app);
    let lots = [register(app, &["AB 1"], &["fa", "sm"]), register(app, &["AB 2"], &["fa"])];
    register(app, &["AB 3"], &["sm"]);
    freeze(app);
    for lot in &lots {
        ban(app, &uno(lot, 1), "fa");
    }
    let signed = app.sign("coordinator 2", DAY, "abandon", 1).ok(201);
    let body = json!({ "reason": "the dice are lost", "countersignature": signed["countersignature"] });
    app.post("coordinator", &format!("/desk-days/{DAY}/draws/1/abandon"), body).ok(200);
    let lot = |number: u32| app.get("desk", &format!("/desk-days/{DAY}/lots/{number}")).ok(200);
    assert_eq!((&lot(2)["status"], &lot(2)["accepts"]), (&json!("in"), &json!(["fa"])));
    step(app, "draws", 201);
    assert_eq!((&lot(1)["status"], &lot(1)["accepts"]), (&json!("in"), &json!(["sm"])));
    assert_eq!(
        (&lot(2)["status"], &lot(2)["members"][0]["main_reason"]),
        (&json!("refused"), &json!("banned"))
    );
}

/// One man is offered a short stay at sm; the only place at fa has somebody else's ticket: the lot, and that ticket's code.
fn a_short_stay_is_offered(app: &App) -> (Value, String) {
    const THURSDAY: &str = "2026-11-26";
    let step = |day: &str, what: &str| app.post("desk", &format!("/desk-days/{day}/{what}"), json!({}));
    app.at("2026-11-26T09:00:00Z").shelter("fa", "Filadelfia").shelter("sm", "Stadsmissionen");
    app.places("fa", "single", "any", THURSDAY, 1).places("sm", "single", "any", DAY, 1);
    let closure = json!({ "decision": "closure", "shelter": "sm", "kind": "single", "who": "any",
                          "first": "2026-11-29", "last": "2026-12-30", "count": 1 });
    app.post("coordinator", "/places/decisions", closure).ok(201);
    app.open(THURSDAY).register(THURSDAY, &[person("M 1", "man")], &["fa"]);
    step(THURSDAY, "close").ok(200);
    step(THURSDAY, "draws").ok(201);
    step(THURSDAY, "placement").ok(200);
    let collect = json!({ "sl_ticket": true });
    let first = app.post("desk", &format!("/desk-days/{THURSDAY}/lots/1/collect"), collect).ok(200);
    step(THURSDAY, "finish").ok(200);

    app.at("2026-11-27T09:00:00Z").open(DAY);
    let lot = app.register(DAY, &[person("M 2", "man")], &["sm", "fa"])[0].clone();
    step(DAY, "close").ok(200);
    step(DAY, "draws").ok(201);
    step(DAY, "placement").ok(200);
    super::friday::type_digits(app, super::friday::DIGITS);
    let hall = || app.get("desk", &format!("/desk-days/{DAY}/hand-out")).ok(200);
    assert_eq!((&hall()["next"]["shelter"], &hall()["next"]["short"]), (&json!("sm"), &json!(true)));
    step(DAY, "offers").ok(201);
    (lot, first["tickets"][0]["code"].as_str().unwrap().to_owned())
}

fn who_declines_a_short_stay_is_not_offered_the_shelter_that_banned_it_meanwhile(app: &App) {
    let (lot, code) = a_short_stay_is_offered(app);
    ban(app, &uno(&lot, 1), "fa");
    step(app, "lots/1/decline", 200);
    app.post("desk", &format!("/tickets/{code}/give-back"), json!({})).ok(200);
    let hall = app.get("desk", &format!("/desk-days/{DAY}/hand-out")).ok(200);
    assert_eq!((&hall["waiting"][0]["lot"], &hall["next"]), (&json!(1), &Value::Null), "{hall:#}");
}

fn what_became_of_the_last_ticket_counts_though_the_clock_was_set_back(app: &App) {
    let (_, code) = a_short_stay_is_offered(app);
    step(app, "lots/1/decline", 200);
    app.post("desk", &format!("/tickets/{code}/give-back"), json!({})).ok(200);
    app.later(-30);
    step(app, "offers", 201);
    for what in ["call", "call", "lapse"] {
        step(app, &format!("lots/1/{what}"), 200);
        app.later(10);
    }
    step(app, "finish", 200);
    let sum = app.get("desk", &format!("/desk-days/{DAY}/sum")).ok(200);
    assert_eq!((&sum["lapsed"], &sum["declined"]), (&json!(1), &json!(0)), "{sum:#}");
}
