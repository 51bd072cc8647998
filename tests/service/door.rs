//! The door: every answer of domain.md, *Arrivals*.

use serde_json::{Value, json};

use crate::evening::{ban, collected, evening, finish, friday, scan, single, tonight, waiting};
use crate::support::{App, on_both_databases};

on_both_databases! {
    a_ticket_opens_its_own_door_once_and_is_then_already_in
    to_look_enters_nothing
    another_door_hears_which_it_is_and_nothing_of_the_guest
    a_protected_shelter_is_named_at_no_other_door
    a_ticket_for_later_nights_is_not_yet
    a_ticket_whose_nights_are_past_is_over_and_says_when_to_ask_again
    a_ticket_that_ended_says_why
    a_ban_here_is_said_and_a_ban_elsewhere_is_not
    what_nobody_has_in_hand_is_unknown
    a_code_mistyped_or_of_another_kind_is_said_before_it_is_looked_for
    half_past_one_belongs_to_the_night_before
    an_arrival_is_undone_once_and_may_follow_again
    a_worker_acts_at_one_door_only
    two_doors_scan_one_ticket_at_the_same_moment_and_one_arrival_is_kept
    an_arrival_sent_again_under_its_key_is_entered_once
    a_forgotten_arrival_is_entered_for_its_night_and_none_for_a_night_to_come
    where_heads_are_counted_no_ticket_is_checked
}

fn a_ticket_opens_its_own_door_once_and_is_then_already_in(app: &App) {
    friday(app);
    let guest = single(app, "AB 1", "man", &["fa"]);
    evening(app);
    let answer = scan(app, "fa", "fa", &guest.code).ok(201);
    assert_eq!((&answer["answer"], &answer["entered"]), (&json!("let_in"), &json!(true)));
    assert_eq!((&answer["guest"]["uno"], &answer["guest"]["nights_left"]), (&json!(guest.uno), &json!(5)));
    assert_eq!(answer["text"], json!({ "sv": "Släpp in.", "en": "Let in." }));
    let seen = tonight(app, "fa");
    assert_eq!(seen["expected"][0]["arrived_at"], "2026-11-27T19:00:00Z");
    app.later(40);
    let again = scan(app, "fa", "fa", &guest.code).ok(200);
    assert_eq!((&again["answer"], &again["since"]), (&json!("already_in"), &json!("2026-11-27T19:00:00Z")));
    assert!(again["text"]["sv"].as_str().unwrap().contains("20.00"), "{again:#}");
    assert_eq!(tonight(app, "fa")["sum"]["arrived"], 1);
    // The next evening it opens again.
    app.at("2026-11-28T19:00:00Z");
    assert_eq!(scan(app, "fa", "fa", &guest.code).ok(201)["guest"]["nights_left"], 4);
}

fn to_look_enters_nothing(app: &App) {
    friday(app);
    let guest = single(app, "AB 1", "man", &["fa"]);
    evening(app);
    for _ in 0..2 {
        let look = json!({ "code": guest.code, "enter": false });
        let answer = app.post("fa", "/shelters/fa/arrivals", look).ok(200);
        assert_eq!((&answer["answer"], &answer["entered"]), (&json!("let_in"), &json!(false)));
    }
    assert_eq!(tonight(app, "fa")["expected"][0]["arrived_at"], Value::Null);
}

fn another_door_hears_which_it_is_and_nothing_of_the_guest(app: &App) {
    friday(app);
    let guest = single(app, "AB 1", "man", &["fa"]);
    evening(app);
    let answer = scan(app, "sm", "sm", &guest.code).ok(200);
    assert_eq!(answer["answer"], "other_shelter");
    assert_eq!(answer["other_shelter"], json!({ "code": "fa", "name": "Filadelfia" }));
    assert_eq!(answer["guest"], Value::Null);
    assert!(!answer.to_string().contains(&guest.uno), "{answer:#}");
    assert_eq!(tonight(app, "fa")["sum"]["arrived"], 0);
}

fn a_protected_shelter_is_named_at_no_other_door(app: &App) {
    friday(app);
    app.put("coordinator", "/shelters/fa", json!({ "name": "Filadelfia", "protected": true })).ok(200);
    let guest = single(app, "AB 1", "woman", &["fa"]);
    evening(app);
    for who in ["sm", "coordinator"] {
        let answer = scan(app, who, "sm", &guest.code).ok(200);
        assert_eq!(answer["answer"], "back_to_the_desk");
        assert!(!answer.to_string().contains("Filadelfia") && !answer.to_string().contains("\"fa\""));
    }
    scan(app, "fa", "fa", &guest.code).ok(201);
}

fn a_ticket_for_later_nights_is_not_yet(app: &App) {
    app.shelter("vb", "Västberga").places("vb", "single", "any", "2026-11-28", 1);
    friday(app);
    let guest = single(app, "AB 1", "man", &["vb"]);
    evening(app);
    let answer = scan(app, "vb", "vb", &guest.code).ok(200);
    assert_eq!((&answer["answer"], &answer["from"]), (&json!("not_yet"), &json!("2026-11-28")));
    assert_eq!(scan(app, "fa", "fa", &guest.code).ok(200)["answer"], "not_yet", "whatever the door");
}

fn a_ticket_whose_nights_are_past_is_over_and_says_when_to_ask_again(app: &App) {
    friday(app);
    let guest = single(app, "AB 1", "man", &["fa"]);
    finish(app);
    app.at("2026-12-02T19:00:00Z");
    let answer = scan(app, "fa", "fa", &guest.code).ok(200);
    // Slept 27 November - 1 December; karens 2 and 3.
    assert_eq!((&answer["answer"], &answer["may_ask_again"]), (&json!("over"), &json!("2026-12-04")));
    app.at("2026-12-04T19:00:00Z");
    let later = scan(app, "fa", "fa", &guest.code).ok(200);
    assert_eq!((&later["answer"], &later["may_ask_again"]), (&json!("over"), &Value::Null));
}

fn a_ticket_that_ended_says_why(app: &App) {
    friday(app);
    let [back, revoked, gone, lost] =
        ["AB 1", "AB 2", "AB 3", "AB 4"].map(|number| single(app, number, "woman", &["fa"]));
    app.post("desk", &format!("/tickets/{}/give-back", back.code), json!({})).ok(200);
    app.post("coordinator", &format!("/tickets/{}/revoke", revoked.code), json!({})).ok(200);
    app.post("coordinator", &format!("/tickets/{}/place-gone", gone.code), json!({})).ok(200);
    app.post("desk", &format!("/tickets/{}/reprint", lost.code), json!({})).ok(200);
    evening(app);
    for (guest, why) in
        [(back, "given_back"), (revoked, "revoked"), (gone, "place_gone"), (lost, "code_replaced")]
    {
        for door in ["fa", "sm"] {
            let answer = scan(app, door, door, &guest.code).ok(200);
            assert_eq!((&answer["answer"], &answer["ended"]), (&json!("ended"), &json!(why)), "{door}");
            assert_eq!(answer["guest"], Value::Null);
        }
    }
}

fn a_ban_here_is_said_and_a_ban_elsewhere_is_not(app: &App) {
    friday(app);
    let guest = single(app, "AB 1", "man", &["fa"]);
    let made = ban(app, &guest, "fa", "2026-12-24");
    evening(app);
    let here = scan(app, "fa", "fa", &guest.code).ok(200);
    assert_eq!((&here["answer"], &here["through"]), (&json!("banned_here"), &json!("2026-12-24")));
    let elsewhere = scan(app, "sm", "sm", &guest.code).ok(200);
    assert_eq!((&elsewhere["answer"], &elsewhere["ended"]), (&json!("ended"), &json!("revoked")));
    // Lifted again, the ticket stays ended, and the door says by what.
    let lift = format!("/bans/{}/lift", made["id"].as_str().unwrap());
    app.post("coordinator", &lift, json!({})).ok(200);
    let lifted = scan(app, "fa", "fa", &guest.code).ok(200);
    assert_eq!((&lifted["answer"], &lifted["ended"]), (&json!("ended"), &json!("ban")));
}

fn what_nobody_has_in_hand_is_unknown(app: &App) {
    friday(app);
    let waits = waiting(app, &[("AB 1", "man")], &["fa"]).remove(0);
    evening_unfinished(app);
    assert_eq!(scan(app, "fa", "fa", &waits.code).ok(200)["answer"], "unknown");
    let never = inskrivning::domain::code::TicketCode::from_random(1).to_string();
    let answer = scan(app, "fa", "fa", &never).ok(200);
    assert_eq!((&answer["answer"], &answer["guest"]), (&json!("unknown"), &Value::Null));
}

/// The evening of a Friday on which a ticket still waits.
fn evening_unfinished(app: &App) {
    app.at("2026-11-27T19:00:00Z");
}

fn a_code_mistyped_or_of_another_kind_is_said_before_it_is_looked_for(app: &App) {
    friday(app);
    let guest = single(app, "AB 1", "man", &["fa"]);
    evening(app);
    let swapped: String = {
        let mut letters: Vec<char> = guest.code.chars().collect();
        letters[0] = if letters[0] == 'A' { 'C' } else { 'A' };
        letters.into_iter().collect()
    };
    for wrong in [swapped.as_str(), &guest.uno, "", "\u{0}", "1234", "åäöåäöåä"] {
        let refused = scan(app, "fa", "fa", wrong).refused(422, "invalid-fields");
        assert_eq!(refused["errors"][0]["field"], "code");
    }
    let both = json!({ "code": "1234", "night": "2026-02-30" });
    let refused = app.post("fa", "/shelters/fa/arrivals", both).refused(422, "invalid-fields");
    assert_eq!(refused["errors"].as_array().unwrap().len(), 2);
    app.post("fa", "/shelters/fa/arrivals", json!({})).refused(422, "invalid-fields");
    let unknown = json!({ "code": guest.code, "name": "x" });
    app.post("fa", "/shelters/fa/arrivals", unknown).refused(422, "invalid-fields");
    // However it is typed, it is the same code.
    scan(app, "fa", "fa", &format!(" {} ", guest.code.to_lowercase())).ok(201);
}

fn half_past_one_belongs_to_the_night_before(app: &App) {
    friday(app);
    let [last, other] = ["AB 1", "AB 2"].map(|number| single(app, number, "man", &["fa"]));
    finish(app);
    // 01.30 in Stockholm on 2 December: the night of 1 December, the last of the ticket.
    app.at("2026-12-02T00:30:00Z");
    let answer = scan(app, "fa", "fa", &last.code).ok(201);
    assert_eq!((&answer["night"], &answer["guest"]["nights_left"]), (&json!("2026-12-01"), &json!(1)));
    // Until noon the door's tonight is yesterday's; from noon on the ticket is over.
    app.at("2026-12-02T10:59:00Z");
    assert_eq!(tonight(app, "fa")["night"], "2026-12-01");
    app.at("2026-12-02T11:00:00Z");
    assert_eq!(scan(app, "fa", "fa", &other.code).ok(200)["answer"], "over");
}

fn an_arrival_is_undone_once_and_may_follow_again(app: &App) {
    friday(app);
    let guest = single(app, "AB 1", "man", &["fa"]);
    evening(app);
    let body = json!({ "code": guest.code });
    app.post("fa", "/shelters/fa/arrivals/undo", body.clone()).refused(404, "not-found");
    scan(app, "fa", "fa", &guest.code).ok(201);
    // What stands at one door is nothing to another.
    app.post("sm", "/shelters/sm/arrivals/undo", body.clone()).refused(404, "not-found");
    let undone = app.post("fa", "/shelters/fa/arrivals/undo", body.clone()).ok(200);
    assert_eq!((&undone["correction"], &undone["guest"]["uno"]), (&json!(false), &json!(guest.uno)));
    assert_eq!(tonight(app, "fa")["expected"][0]["arrived_at"], Value::Null);
    app.post("fa", "/shelters/fa/arrivals/undo", body.clone()).refused(409, "arrival-undone");
    scan(app, "fa", "fa", &guest.code).ok(201);
    app.post("fa", "/shelters/fa/arrivals/undo", body).ok(200);
    scan(app, "fa", "fa", &guest.code).ok(201);
}

fn a_worker_acts_at_one_door_only(app: &App) {
    friday(app);
    let guest = single(app, "AB 1", "man", &["fa"]);
    evening(app);
    let scan_body = json!({ "code": guest.code });
    let steps = [
        ("arrivals", scan_body.clone()),
        ("arrivals/undo", scan_body),
        ("nights/tonight/close", json!({})),
        ("nights/tonight/head-count", json!({ "women": 0, "men": 0 })),
        ("walk-ins", json!({ "guests": [{ "uno": guest.uno }] })),
        ("walk-ins/undo", json!({ "uno": guest.uno })),
    ];
    for (step, body) in steps {
        let path = format!("/shelters/fa/{step}");
        app.post("sm", &path, body.clone()).refused(404, "not-found");
        app.post("desk", &path, body.clone()).refused(403, "forbidden");
        app.post("", &path, body.clone()).refused(401, "unauthorized");
        app.post("coordinator", &format!("/shelters/zz/{step}"), body.clone()).refused(404, "not-found");
        app.post("coordinator", &format!("/shelters/F%C3%85/{step}"), body).refused(404, "not-found");
    }
    app.get("sm", "/shelters/fa/nights/tonight").refused(404, "not-found");
    app.get("desk", "/shelters/fa/nights/tonight").refused(403, "forbidden");
    // The coordinator at any.
    scan(app, "coordinator", "fa", &guest.code).ok(201);
}

fn two_doors_scan_one_ticket_at_the_same_moment_and_one_arrival_is_kept(app: &App) {
    friday(app);
    let guest = single(app, "AB 1", "man", &["fa"]);
    evening(app);
    app.token("fa");
    let answers: Vec<Value> = std::thread::scope(|scope| {
        let scans: Vec<_> = (0..8)
            .map(|_| {
                scope.spawn(|| {
                    let answer = scan(app, "fa", "fa", &guest.code);
                    json!([answer.status, answer.body["answer"]])
                })
            })
            .collect();
        scans.into_iter().map(|scan| scan.join().unwrap()).collect()
    });
    let entered = answers.iter().filter(|answer| **answer == json!([201, "let_in"])).count();
    let doubles = answers.iter().filter(|answer| **answer == json!([200, "already_in"])).count();
    assert_eq!((entered, doubles), (1, 7), "{answers:?}");
    assert_eq!(tonight(app, "fa")["sum"]["arrived"], 1);
}

fn an_arrival_sent_again_under_its_key_is_entered_once(app: &App) {
    friday(app);
    let guest = single(app, "AB 1", "man", &["fa"]);
    evening(app);
    let body = json!({ "code": guest.code }).to_string();
    let key = [("idempotency-key", "a")];
    let first = app.send("POST", "fa", "/shelters/fa/arrivals", Some(body.clone()), &key).ok(201);
    app.later(10);
    let again = app.send("POST", "fa", "/shelters/fa/arrivals", Some(body.clone()), &key).ok(201);
    assert_eq!(first, again);
    let other = [("idempotency-key", "b")];
    let third = app.send("POST", "fa", "/shelters/fa/arrivals", Some(body), &other).ok(200);
    assert_eq!(third["answer"], "already_in");
}

fn a_forgotten_arrival_is_entered_for_its_night_and_none_for_a_night_to_come(app: &App) {
    friday(app);
    let guest = single(app, "AB 1", "man", &["fa"]);
    evening(app);
    let body = |night: &str| json!({ "code": guest.code, "night": night });
    let tomorrow = app.post("fa", "/shelters/fa/arrivals", body("2026-11-28"));
    assert_eq!(tomorrow.refused(422, "invalid-fields")["errors"][0]["field"], "night");
    app.at("2026-11-28T19:00:00Z");
    let forgotten = app.post("fa", "/shelters/fa/arrivals", body("2026-11-27")).ok(201);
    assert_eq!(forgotten["night"], "2026-11-27");
    assert_eq!(tonight(app, "fa")["sum"]["arrived"], 0);
}

fn where_heads_are_counted_no_ticket_is_checked(app: &App) {
    friday(app);
    let counted = json!({ "name": "Stadsmissionen", "admission": "counted" });
    app.put("coordinator", "/shelters/sm", counted).ok(200);
    let guest = collected(app, &[("AB 1", "man")], &["sm"]).remove(0);
    evening(app);
    scan(app, "sm", "sm", &guest.code).refused(409, "shelter-counts-heads");
    app.post("sm", "/shelters/sm/nights/tonight/close", json!({})).refused(409, "shelter-counts-heads");
    // The other door still shows the way.
    assert_eq!(scan(app, "fa", "fa", &guest.code).ok(200)["answer"], "other_shelter");
}
