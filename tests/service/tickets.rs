//! Tickets after they were handed out: looking up, giving back, revoking, printing anew, moving.

use serde_json::{Value, json};

use crate::evening::{
    ban, collected, evening, finish, free, friday, scan, single, tickets_of, tonight, waiting,
};
use crate::support::{App, on_both_databases};

on_both_databases! {
    a_ticket_is_looked_up_by_code_or_key_and_the_audit_log_is_told
    a_shelter_sees_a_ticket_that_opens_its_own_door_tonight_and_no_other
    what_is_given_back_is_free_at_once_and_the_others_keep_theirs
    a_night_on_which_the_guest_arrived_is_never_taken
    a_ticket_not_handed_out_is_not_given_back_but_declined
    only_a_coordinator_revokes_moves_and_takes_places
    a_place_that_goes_cuts_the_ticket_from_that_night
    a_place_goes_before_the_ticket_was_handed_out_too
    a_lost_ticket_is_printed_anew_and_the_old_code_is_refused
    a_party_moves_whole_to_another_shelter_for_the_nights_it_has_left
    a_move_for_tonight_undoes_the_arrival_first
    a_move_is_refused_where_there_is_no_room_or_a_ban_stands
    no_place_moves_while_a_list_is_frozen
    every_ticket_of_a_flooded_shelter_is_moved_at_17_00
    who_fits_nowhere_stays_and_is_named
    women_who_asked_for_womens_places_are_not_moved_to_others_unasked
    a_ticket_asked_for_badly_is_refused
}

fn post(app: &App, who: &str, code: &str, step: &str) -> crate::support::Answer {
    app.post(who, &format!("/tickets/{code}/{step}"), json!({}))
}

fn move_to(app: &App, code: &str, shelter: &str) -> crate::support::Answer {
    app.post("coordinator", &format!("/tickets/{code}/move"), json!({ "shelter": shelter }))
}

fn codes(night: &Value) -> Vec<String> {
    let expected = night["expected"].as_array().unwrap().iter();
    let mut codes: Vec<String> = expected.map(|one| one["code"].as_str().unwrap().to_owned()).collect();
    codes.sort();
    codes
}

fn a_ticket_is_looked_up_by_code_or_key_and_the_audit_log_is_told(app: &App) {
    friday(app);
    let guest = single(app, "AB 1", "man", &["fa"]);
    let before = app.written();
    let ticket = app.get("desk", &format!("/tickets/{}", guest.code)).ok(200);
    assert_eq!(app.written(), before + 1);
    assert_eq!(
        (&ticket["uno"], &ticket["lot"], &ticket["state"]),
        (&json!(guest.uno), &json!(1), &json!("collected"))
    );
    assert_eq!(
        ticket["stays"],
        json!([{ "shelter": "fa", "kind": "single", "who": "any", "first": "2026-11-27", "last": "2026-12-01" }])
    );
    assert_eq!(app.get("coordinator", &format!("/tickets/{}", guest.id)).ok(200), ticket);
    let spaced = guest.code.to_lowercase().replace('-', "");
    assert_eq!(app.get("desk", &format!("/tickets/{spaced}")).ok(200), ticket);
}

fn a_shelter_sees_a_ticket_that_opens_its_own_door_tonight_and_no_other(app: &App) {
    friday(app);
    let guest = single(app, "AB 1", "man", &["fa"]);
    let waits = waiting(app, &[("AB 2", "man")], &["fa"]).remove(0);
    app.at("2026-11-27T19:00:00Z");
    let path = format!("/tickets/{}", guest.code);
    app.get("fa", &path).ok(200);
    app.get("sm", &path).refused(404, "not-found");
    app.get("fa", &format!("/tickets/{}", waits.code)).refused(404, "not-found");
    app.get("", &path).refused(401, "unauthorized");
    app.post("desk", &format!("/desk-days/2026-11-27/lots/{}/decline", waits.lot), json!({})).ok(200);
    crate::evening::finish(app);
    // Moved from Sunday on, the door learns nothing of where to.
    app.at("2026-11-28T22:00:00Z");
    app.post("fa", "/shelters/fa/nights/tonight/close", json!({})).ok(200);
    move_to(app, &guest.code, "sm").ok(200);
    let seen = app.get("fa", &path).ok(200);
    assert_eq!(seen["stays"].as_array().unwrap().len(), 1);
    assert!(!seen.to_string().contains("\"sm\""), "{seen:#}");
    app.at("2026-12-02T19:00:00Z");
    app.get("fa", &path).refused(404, "not-found");
}

fn what_is_given_back_is_free_at_once_and_the_others_keep_theirs(app: &App) {
    friday(app);
    let family = collected(app, &[("AB 1", "woman"), ("AB 2", "man")], &["fa"]);
    finish(app);
    app.at("2026-11-29T15:00:00Z");
    let ticket = post(app, "desk", &family[0].code, "give-back").ok(200);
    assert_eq!((&ticket["state"], &ticket["cause"]), (&json!("ended"), &json!("given_back")));
    assert_eq!(ticket["stays"][0]["last"], "2026-11-28");
    assert_eq!((free(app, "fa", "2026-11-28"), free(app, "fa", "2026-11-29")), (5, 6));
    let other = app.get("desk", &format!("/tickets/{}", family[1].code)).ok(200);
    assert_eq!((&other["state"], &other["stays"][0]["last"]), (&json!("collected"), &json!("2026-12-01")));
    post(app, "desk", &family[0].code, "give-back").refused(409, "no-night-left");
    // Before 06.00 the night that runs is the one touched.
    app.at("2026-12-01T03:00:00Z");
    post(app, "coordinator", &family[1].code, "give-back").ok(200);
    assert_eq!((free(app, "fa", "2026-11-29"), free(app, "fa", "2026-11-30")), (6, 7));
}

fn a_night_on_which_the_guest_arrived_is_never_taken(app: &App) {
    friday(app);
    let guest = single(app, "AB 1", "man", &["fa"]);
    evening(app);
    scan(app, "fa", "fa", &guest.code).ok(201);
    let ticket = post(app, "coordinator", &guest.code, "revoke").ok(200);
    assert_eq!((&ticket["cause"], &ticket["stays"][0]["last"]), (&json!("revoked"), &json!("2026-11-27")));
    assert_eq!(scan(app, "fa", "fa", &guest.code).ok(200)["answer"], "already_in");
    let night = tonight(app, "fa");
    assert_eq!((&night["sum"]["arrived"], &night["discrepancies"]), (&json!(1), &json!([])));
}

fn a_ticket_not_handed_out_is_not_given_back_but_declined(app: &App) {
    friday(app);
    let waits = waiting(app, &[("AB 1", "man")], &["fa"]).remove(0);
    for (who, step) in [("desk", "give-back"), ("coordinator", "revoke"), ("desk", "reprint")] {
        post(app, who, &waits.code, step).refused(409, "ticket-not-collected");
    }
    assert_eq!(app.get("desk", &format!("/tickets/{}", waits.code)).ok(200)["state"], "waiting");
}

fn only_a_coordinator_revokes_moves_and_takes_places(app: &App) {
    friday(app);
    let guest = single(app, "AB 1", "man", &["fa"]);
    for step in ["revoke", "move", "place-gone"] {
        post(app, "desk", &guest.code, step).refused(403, "forbidden");
    }
    for step in ["revoke", "move", "place-gone", "give-back", "reprint"] {
        post(app, "fa", &guest.code, step).refused(403, "forbidden");
    }
    let body = json!({ "to": ["sm"] });
    for who in ["desk", "fa"] {
        app.post(who, "/shelters/fa/move", body.clone()).refused(403, "forbidden");
    }
}

fn a_place_that_goes_cuts_the_ticket_from_that_night(app: &App) {
    friday(app);
    let guest = single(app, "AB 1", "man", &["fa"]);
    finish(app);
    app.at("2026-11-28T15:00:00Z");
    let path = format!("/tickets/{}/place-gone", guest.code);
    let early =
        app.post("coordinator", &path, json!({ "from": "2026-11-27" })).refused(422, "invalid-fields");
    assert_eq!(early["errors"][0]["field"], "from");
    app.post("coordinator", &path, json!({ "from": "2026-12-02" })).refused(409, "no-night-left");
    app.post("coordinator", &path, json!({ "from": "x" })).refused(422, "invalid-fields");
    let ticket = app.post("coordinator", &path, json!({ "from": "2026-11-30" })).ok(200);
    assert_eq!((&ticket["state"], &ticket["stays"][0]["last"]), (&json!("collected"), &json!("2026-11-29")));
    let ticket = app.post("coordinator", &path, json!({})).ok(200);
    assert_eq!(ticket["stays"][0]["last"], "2026-11-27");
    app.at("2026-11-28T19:00:00Z");
    assert_eq!(scan(app, "fa", "fa", &guest.code).ok(200)["ended"], "place_gone");
    assert_eq!(free(app, "fa", "2026-11-28"), 7);
}

fn a_place_goes_before_the_ticket_was_handed_out_too(app: &App) {
    friday(app);
    let waits = waiting(app, &[("AB 1", "man")], &["fa"]).remove(0);
    let path = format!("/tickets/{}/place-gone", waits.code);
    let ticket = app.post("coordinator", &path, json!({ "from": "2026-11-29" })).ok(200);
    assert_eq!((&ticket["state"], &ticket["stays"][0]["last"]), (&json!("waiting"), &json!("2026-11-28")));
    let ticket = app.post("coordinator", &path, json!({})).ok(200);
    assert_eq!(
        (&ticket["state"], &ticket["stays"], &ticket["sl_ticket"]),
        (&json!("ended"), &json!([]), &Value::Null)
    );
}

fn a_lost_ticket_is_printed_anew_and_the_old_code_is_refused(app: &App) {
    friday(app);
    let guest = single(app, "AB 1", "man", &["fa"]);
    let ticket = post(app, "desk", &guest.code, "reprint").ok(200);
    let new = ticket["code"].as_str().unwrap();
    assert_ne!(new, guest.code);
    assert_eq!(ticket["reprints"], 1);
    for (who, step) in [("desk", "reprint"), ("desk", "give-back"), ("coordinator", "revoke")] {
        post(app, who, &guest.code, step).refused(409, "code-replaced");
    }
    evening(app);
    assert_eq!(scan(app, "fa", "fa", &guest.code).ok(200)["ended"], "code_replaced");
    app.get("fa", &format!("/tickets/{}", guest.code)).refused(404, "not-found");
    assert_eq!(app.get("desk", &format!("/tickets/{}", guest.code)).ok(200)["code"], json!(new));
    scan(app, "fa", "fa", new).ok(201);
    // Sent again under its key, it is printed once.
    let path = format!("/tickets/{}/reprint", guest.id);
    let key = [("idempotency-key", "print")];
    let first = app.send("POST", "desk", &path, None, &key).ok(200);
    assert_eq!(app.send("POST", "desk", &path, None, &key).ok(200), first);
    assert_eq!(first["reprints"], 2);
}

fn a_party_moves_whole_to_another_shelter_for_the_nights_it_has_left(app: &App) {
    friday(app);
    app.shelter("vb", "Västberga").places("vb", "family", "any", "2026-11-27", 2);
    let family = collected(app, &[("AB 1", "woman"), ("AB 2", "man")], &["fa"]);
    finish(app);
    app.at("2026-11-28T15:00:00Z");
    let moved = move_to(app, &family[0].code, "vb").ok(200);
    let stays = moved["stays"].as_array().unwrap();
    assert_eq!((&stays[0]["shelter"], &stays[0]["last"]), (&json!("fa"), &json!("2026-11-27")));
    assert_eq!(
        (&stays[1]["shelter"], &stays[1]["first"], &stays[1]["last"]),
        (&json!("vb"), &json!("2026-11-28"), &json!("2026-12-01"))
    );
    app.at("2026-11-28T19:00:00Z");
    assert_eq!(codes(&tonight(app, "fa")), Vec::<String>::new());
    assert_eq!(codes(&tonight(app, "vb")).len(), 2);
    assert_eq!((free(app, "fa", "2026-11-28"), free(app, "vb", "2026-11-28")), (7, 0));
    for one in &family {
        assert_eq!(scan(app, "fa", "fa", &one.code).ok(200)["other_shelter"]["code"], "vb");
        scan(app, "vb", "vb", &one.code).ok(201);
    }
    move_to(app, &family[0].code, "vb").refused(409, "nothing-to-move");
}

fn a_move_for_tonight_undoes_the_arrival_first(app: &App) {
    friday(app);
    let guest = single(app, "AB 1", "man", &["fa"]);
    evening(app);
    scan(app, "fa", "fa", &guest.code).ok(201);
    move_to(app, &guest.code, "sm").ok(200);
    assert_eq!(tonight(app, "fa")["sum"]["arrived"], 0);
    assert_eq!(tonight(app, "sm")["expected"][0]["arrived_at"], Value::Null);
    scan(app, "sm", "sm", &guest.code).ok(201);
    // A night closed at either door stays as it is: the move begins with the next.
    app.post("sm", "/shelters/sm/nights/tonight/close", json!({})).ok(200);
    let back = move_to(app, &guest.code, "fa").ok(200);
    assert_eq!(
        (&back["stays"][0]["shelter"], &back["stays"][0]["last"]),
        (&json!("sm"), &json!("2026-11-27"))
    );
    assert_eq!(back["stays"][1]["first"], "2026-11-28");
    assert_eq!(tonight(app, "sm")["sum"]["arrived"], 1);
}

fn a_move_is_refused_where_there_is_no_room_or_a_ban_stands(app: &App) {
    friday(app);
    app.put("coordinator", "/shelters/cv", json!({ "name": "Convictus", "admission": "own" })).ok(200);
    app.places("cv", "single", "any", "2026-11-27", 5);
    let couple = collected(app, &[("AB 1", "woman"), ("AB 2", "man")], &["fa"]);
    let banned = single(app, "AB 3", "man", &["fa"]);
    ban(app, &banned, "sm", "2026-12-24");
    // sm takes men only: the couple is not split.
    move_to(app, &couple[1].code, "sm").refused(409, "no-room-there");
    move_to(app, &banned.code, "sm").refused(409, "banned-there");
    for (to, says) in [("cv", "on its own"), ("zz", "no shelter"), ("F", "shelter code")] {
        let refused = move_to(app, &banned.code, to).refused(422, "invalid-fields");
        assert_eq!(refused["errors"][0]["field"], "shelter");
        assert!(refused["detail"].as_str().unwrap().contains(says), "{refused:#}");
    }
    post(app, "desk", &banned.code, "give-back").ok(200);
    move_to(app, &banned.code, "sm").refused(409, "no-night-left");
    assert!(tickets_of(app, 1).iter().all(|ticket| ticket.moves.is_empty()));
}

fn no_place_moves_while_a_list_is_frozen(app: &App) {
    friday(app);
    let guest = single(app, "AB 1", "man", &["fa"]);
    finish(app);
    freeze_monday(app);
    move_to(app, &guest.code, "sm").refused(409, "list-frozen");
    app.post("coordinator", "/shelters/fa/move", json!({ "to": ["sm"] })).refused(409, "list-frozen");
    // What frees places is taken all the same.
    post(app, "desk", &guest.code, "give-back").ok(200);
}

/// The list of the Monday after, frozen; it is not drawn before the digits are typed, since one more asks than there is room for.
fn freeze_monday(app: &App) {
    let date = "2026-11-30";
    app.at("2026-11-30T09:00:00Z").open(date);
    for n in 1..=3 {
        app.register(date, &[crate::support::person(&format!("M {n}"), "man")], &["sm"]);
    }
    app.post("desk", &format!("/desk-days/{date}/close"), json!({})).ok(200);
    app.post("desk", &format!("/desk-days/{date}/draws"), json!({})).ok(201);
    let placed = app.post("desk", &format!("/desk-days/{date}/placement"), json!({})).ok(200);
    assert_eq!(placed["stage"], "awaiting_entropy");
}

fn every_ticket_of_a_flooded_shelter_is_moved_at_17_00(app: &App) {
    friday(app);
    app.shelter("vb", "Västberga");
    app.places("vb", "family", "any", "2026-11-27", 4).places("vb", "single", "any", "2026-11-27", 1);
    let family = collected(app, &[("AB 1", "woman"), ("AB 2", "man")], &["fa"]);
    let guest = single(app, "AB 3", "man", &["fa"]);
    let woman = single(app, "AB 4", "woman", &["fa"]);
    finish(app);
    // 17.00 in Stockholm.
    app.at("2026-11-27T16:00:00Z");
    let body = json!({ "to": ["sm", "vb"] }).to_string();
    let key = [("idempotency-key", "flood")];
    let emptied = app.send("POST", "coordinator", "/shelters/fa/move", Some(body.clone()), &key).ok(200);
    assert_eq!(emptied["stay"], json!([]), "{emptied:#}");
    let to: Vec<&Value> = emptied["moved"].as_array().unwrap().iter().map(|party| &party["to"]).collect();
    assert_eq!(to, ["vb", "sm", "vb"]);
    assert_eq!(emptied["moved"][0]["tickets"].as_array().unwrap().len(), 2);
    assert_eq!(emptied["moved"][0]["from"], "2026-11-27");
    assert_eq!(app.send("POST", "coordinator", "/shelters/fa/move", Some(body), &key).ok(200), emptied);
    // Now it can be closed, and every ticket opens its new door.
    let closure =
        json!({ "decision": "closure", "shelter": "fa", "first": "2026-11-28", "last": "2026-12-24" });
    app.post("coordinator", "/places/decisions", closure).ok(201);
    app.at("2026-11-27T19:00:00Z");
    scan(app, "sm", "sm", &guest.code).ok(201);
    for one in family.iter().chain([&woman]) {
        scan(app, "vb", "vb", &one.code).ok(201);
    }
    assert_eq!(tonight(app, "fa")["expected"], json!([]));
    for shelter in ["fa", "sm", "vb"] {
        assert_eq!(tonight(app, shelter)["discrepancies"], json!([]), "{shelter}");
    }
}

fn who_fits_nowhere_stays_and_is_named(app: &App) {
    friday(app);
    let couple = collected(app, &[("AB 1", "woman"), ("AB 2", "man")], &["fa"]);
    let guest = single(app, "AB 3", "man", &["fa"]);
    let banned = single(app, "AB 4", "man", &["fa"]);
    ban(app, &banned, "sm", "2026-12-24");
    evening(app);
    let walk_in = json!({ "guests": [crate::support::person("AB 9", "woman")] });
    let walked = app.post("fa", "/shelters/fa/walk-ins", walk_in).ok(201);
    let emptied = app.post("coordinator", "/shelters/fa/move", json!({ "to": ["sm"] })).ok(200);
    assert_eq!(emptied["moved"].as_array().unwrap().len(), 1);
    assert_eq!(emptied["moved"][0]["tickets"], json!([guest.code]));
    let stay = emptied["stay"].as_array().unwrap();
    assert_eq!(stay[0]["tickets"].as_array().unwrap().len(), 2);
    assert_eq!(stay[0]["passed_over"], json!([{ "shelter": "sm", "why": "no_room" }]));
    assert_eq!(stay[1]["passed_over"], json!([{ "shelter": "sm", "why": "banned" }]));
    assert_eq!(emptied["walk_ins"], json!([{ "uno": walked["beds"][0]["uno"], "night": "2026-11-27" }]));
    for one in &couple {
        scan(app, "fa", "fa", &one.code).ok(201);
    }
    for (body, field) in [
        (json!({ "to": [] }), "to"),
        (json!({ "to": ["fa"] }), "to[0]"),
        (json!({ "to": ["sm", "sm"] }), "to[1]"),
        (json!({ "to": ["zz"] }), "to[0]"),
        (json!({ "to": ["sm", "ÅÄ"] }), "to[1]"),
    ] {
        let refused = app.post("coordinator", "/shelters/fa/move", body).refused(422, "invalid-fields");
        assert_eq!(refused["errors"][0]["field"], field);
    }
    app.post("coordinator", "/shelters/zz/move", json!({ "to": ["sm"] })).refused(404, "not-found");
}

fn women_who_asked_for_womens_places_are_not_moved_to_others_unasked(app: &App) {
    friday(app);
    app.shelter("cv", "Convictus").places("cv", "single", "women", "2026-11-27", 2);
    app.shelter("vb", "Västberga").places("vb", "single", "any", "2026-11-27", 2);
    let body = json!({ "members": [crate::support::person("AB 1", "woman")], "accepts": ["cv"], "women_only": true });
    app.post("desk", "/desk-days/2026-11-27/lots", body).ok(201);
    let code = tickets_of(app, 1)[0].code.to_string();
    let emptied = app.post("coordinator", "/shelters/cv/move", json!({ "to": ["vb"] })).ok(200);
    assert_eq!(emptied["stay"][0]["passed_over"], json!([{ "shelter": "vb", "why": "not_women_only" }]));
    let emptied = app.post("coordinator", "/shelters/cv/move", json!({ "to": ["vb", "fa"] })).ok(200);
    assert_eq!(emptied["moved"][0]["to"], "fa");
    // Asked, she may be moved by herself.
    move_to(app, &code, "vb").ok(200);
}

fn a_ticket_asked_for_badly_is_refused(app: &App) {
    friday(app);
    let unknown = inskrivning::domain::code::TicketCode::from_random(1).to_string();
    let nobody = uuid::Uuid::from_u128(5).to_string();
    for code in [&unknown, &nobody] {
        app.get("desk", &format!("/tickets/{code}")).refused(404, "not-found");
        post(app, "desk", code, "give-back").refused(404, "not-found");
        post(app, "coordinator", code, "revoke").refused(404, "not-found");
        move_to(app, code, "sm").refused(404, "not-found");
    }
    for code in ["1234", "%00", "AAAA-AAAA", "%C3%A5"] {
        app.get("desk", &format!("/tickets/{code}")).refused(422, "invalid-fields");
        post(app, "desk", code, "reprint").refused(422, "invalid-fields");
    }
    let guest = single(app, "AB 1", "man", &["fa"]);
    app.post("desk", &format!("/tickets/{}/give-back", guest.code), json!({ "x": 1 }))
        .refused(422, "invalid-fields");
    app.post("coordinator", &format!("/tickets/{}/move", guest.code), json!({}))
        .refused(422, "invalid-fields");
}
