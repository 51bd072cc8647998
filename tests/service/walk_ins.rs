//! Walk-ins: domain.md, *Walk-ins*.

use serde_json::{Value, json};

use crate::evening::{ban, collected, evening, finish, free, friday, single, tonight};
use crate::support::{Answer, App, on_both_databases, person};

on_both_databases! {
    a_shelter_gives_its_own_free_places_after_the_desk_day
    before_the_desk_day_is_finished_free_places_belong_to_who_waits
    places_are_given_for_the_nights_before_the_next_desk_day_only
    who_has_a_ticket_or_another_bed_that_night_takes_no_place
    a_minor_and_a_banned_guest_are_stopped_and_karens_is_not_asked
    who_showed_no_valid_document_and_has_no_uno_code_is_not_known
    a_family_walks_in_whole_or_not_at_all
    a_shelter_that_admits_on_its_own_gives_no_walk_in_places
    a_walk_in_is_given_back_once_and_the_place_is_free
    a_walk_in_before_the_first_desk_day_keeps_its_place_whatever_is_written_down_of_the_past
    who_was_turned_away_is_named_in_order_where_a_place_came_free
    bad_walk_ins_are_refused_field_by_field
}

fn walk_in(app: &App, who: &str, shelter: &str, body: Value) -> Answer {
    app.post(who, &format!("/shelters/{shelter}/walk-ins"), body)
}

#[track_caller]
fn stopped(answer: Answer, stops: &[&str]) -> Value {
    let refused = answer.refused(409, "walk-in-stopped");
    assert_eq!(refused["more"]["stops"], json!(stops), "{refused:#}");
    assert_eq!(refused["errors"].as_array().unwrap().len(), stops.len());
    refused
}

fn a_shelter_gives_its_own_free_places_after_the_desk_day(app: &App) {
    friday(app);
    evening(app);
    let before = free(app, "fa", "2026-11-27");
    let given = walk_in(app, "fa", "fa", json!({ "guests": [person("AB 1", "woman")] })).ok(201);
    let bed = &given["beds"][0];
    // A women's single place first: one for anyone may be all that fits the next.
    assert_eq!(
        (&bed["who"], &bed["kind"], &bed["night"]),
        (&json!("women"), &json!("single"), &json!("2026-11-27"))
    );
    assert_eq!(free(app, "fa", "2026-11-27"), before - 1);
    assert_eq!(free(app, "fa", "2026-11-28"), before);
    assert_eq!(tonight(app, "fa")["walk_ins"][0]["uno"], bed["uno"]);
    // The coordinator gives any shelter's; after the close it is a correction.
    app.post("fa", "/shelters/fa/nights/tonight/close", json!({})).ok(200);
    let given = walk_in(app, "coordinator", "fa", json!({ "guests": [person("AB 2", "man")] })).ok(201);
    assert_eq!(given["beds"][0]["correction"], true);
    let night = tonight(app, "fa");
    assert_eq!((&night["sum"]["walk_ins"], &night["discrepancies"]), (&json!(2), &json!([])));
}

fn before_the_desk_day_is_finished_free_places_belong_to_who_waits(app: &App) {
    friday(app);
    app.at("2026-11-27T19:00:00Z");
    stopped(walk_in(app, "fa", "fa", json!({ "guests": [person("AB 1", "man")] })), &["desk_day_open"]);
    assert_eq!(app.get("coordinator", "/shelters/fa/nights/tonight").ok(200)["walk_ins"], json!([]));
    finish(app);
    walk_in(app, "fa", "fa", json!({ "guests": [person("AB 1", "man")] })).ok(201);
}

fn places_are_given_for_the_nights_before_the_next_desk_day_only(app: &App) {
    friday(app);
    evening(app);
    // Friday, Saturday, Sunday; Monday is the desk's.
    let given = walk_in(app, "fa", "fa", json!({ "guests": [person("AB 1", "man")], "nights": 4 })).ok(201);
    let nights: Vec<&Value> = given["beds"].as_array().unwrap().iter().map(|bed| &bed["night"]).collect();
    assert_eq!(nights, ["2026-11-27", "2026-11-28", "2026-11-29"]);
    assert!(given["left_out"][0].as_str().unwrap().contains("2026-11-30"), "{given:#}");
    let monday = json!({ "guests": [person("AB 2", "man")], "night": "2026-11-30" });
    let refused = stopped(walk_in(app, "fa", "fa", monday), &["not_before_next_desk_day"]);
    assert_eq!(refused["errors"][0]["field"], "nights");
    // At half past one it is still Friday's night; after noon on Saturday it is over.
    app.at("2026-11-28T00:30:00Z");
    let given = walk_in(app, "fa", "fa", json!({ "guests": [person("AB 3", "man")] })).ok(201);
    assert_eq!(given["beds"][0]["night"], "2026-11-27");
    app.at("2026-11-28T12:00:00Z");
    let friday = json!({ "guests": [person("AB 4", "man")], "night": "2026-11-27" });
    stopped(walk_in(app, "fa", "fa", friday), &["not_before_next_desk_day"]);
}

fn who_has_a_ticket_or_another_bed_that_night_takes_no_place(app: &App) {
    friday(app);
    let holder = single(app, "AB 1", "man", &["sm"]);
    evening(app);
    let refused = stopped(
        walk_in(app, "fa", "fa", json!({ "guests": [{ "uno": holder.uno }], "nights": 2 })),
        &["holds_ticket", "holds_ticket"],
    );
    // Where the other place is, is not said.
    assert!(!refused.to_string().contains("sm") && !refused.to_string().contains("Stads"), "{refused:#}");
    let given = walk_in(app, "fa", "fa", json!({ "guests": [person("AB 2", "man")] })).ok(201);
    let uno = &given["beds"][0]["uno"];
    stopped(walk_in(app, "sm", "sm", json!({ "guests": [{ "uno": uno }] })), &["has_bed"]);
    // The next night is free.
    walk_in(app, "sm", "sm", json!({ "guests": [{ "uno": uno }], "night": "2026-11-28" })).ok(201);
}

fn a_minor_and_a_banned_guest_are_stopped_and_karens_is_not_asked(app: &App) {
    friday(app);
    let given_back = single(app, "AB 1", "man", &["fa"]);
    let banned = single(app, "AB 2", "man", &["fa"]);
    ban(app, &banned, "fa", "2026-12-24");
    evening(app);
    let mut minor = person("AB 3", "woman");
    minor["birth"] = json!("2008-11-28");
    let refused = stopped(walk_in(app, "fa", "fa", json!({ "guests": [minor] })), &["minor"]);
    assert!(refused["detail"].as_str().unwrap().contains("Socialjouren"), "{refused:#}");
    // Nothing is left of a refusal: the minor is not kept.
    let before = app.get("coordinator", "/shelters/fa/nights/tonight").ok(200);
    assert_eq!(before["walk_ins"], json!([]));
    stopped(walk_in(app, "fa", "fa", json!({ "guests": [{ "uno": banned.uno }] })), &["banned"]);
    walk_in(app, "sm", "sm", json!({ "guests": [{ "uno": banned.uno }] })).ok(201);
    // Given back on Sunday, karens and the week rule run on Monday; a place is given all the same.
    app.at("2026-11-29T15:00:00Z");
    app.post("desk", &format!("/tickets/{}/give-back", given_back.code), json!({})).ok(200);
    walk_in(app, "fa", "fa", json!({ "guests": [{ "uno": given_back.uno }] })).ok(201);
}

fn who_showed_no_valid_document_and_has_no_uno_code_is_not_known(app: &App) {
    friday(app);
    evening(app);
    let mut expired = person("AB 1", "man");
    expired["document"]["valid"] = json!(false);
    stopped(walk_in(app, "fa", "fa", json!({ "guests": [expired] })), &["not_known"]);
    let nobody = inskrivning::domain::code::UnoCode::from_random(7).to_string();
    let refused =
        walk_in(app, "fa", "fa", json!({ "guests": [{ "uno": nobody }] })).refused(422, "invalid-fields");
    assert_eq!(refused["errors"][0]["field"], "guests[0].uno");
    let short =
        json!({ "document": { "country": "RO", "kind": "passport", "number": "X 1", "valid": true } });
    let refused = walk_in(app, "fa", "fa", json!({ "guests": [short] })).refused(422, "invalid-fields");
    assert_eq!(refused["errors"][0]["field"], "guests[0].sex");
}

fn a_family_walks_in_whole_or_not_at_all(app: &App) {
    friday(app);
    evening(app);
    // sm has two places, for men.
    let three = ["AB 1", "AB 2", "AB 3"].map(|number| person(number, "man"));
    stopped(walk_in(app, "sm", "sm", json!({ "guests": three })), &["no_place"]);
    assert_eq!(free(app, "sm", "2026-11-27"), 2);
    let couple = [person("AB 1", "man"), person("AB 4", "woman")];
    stopped(walk_in(app, "sm", "sm", json!({ "guests": couple.clone() })), &["no_place"]);
    assert_eq!(
        walk_in(app, "fa", "fa", json!({ "guests": couple })).ok(201)["beds"].as_array().unwrap().len(),
        2
    );
    let twice = json!({ "guests": [person("AB 7", "man"), person("AB 7", "man")] });
    let refused = walk_in(app, "fa", "fa", twice).refused(422, "invalid-fields");
    assert_eq!(refused["errors"][0]["field"], "guests[1]");
}

fn a_shelter_that_admits_on_its_own_gives_no_walk_in_places(app: &App) {
    friday(app);
    app.put("coordinator", "/shelters/cv", json!({ "name": "Convictus", "admission": "own" })).ok(200);
    app.places("cv", "single", "any", "2026-11-27", 5);
    evening(app);
    let guest = json!({ "guests": [person("AB 1", "woman")] });
    stopped(walk_in(app, "cv", "cv", guest), &["admits_on_its_own"]);
}

fn a_walk_in_is_given_back_once_and_the_place_is_free(app: &App) {
    friday(app);
    evening(app);
    let given = walk_in(app, "sm", "sm", json!({ "guests": [person("AB 1", "man")], "nights": 2 })).ok(201);
    let uno = given["beds"][0]["uno"].clone();
    let undo = |who: &str, shelter: &str| {
        app.post(who, &format!("/shelters/{shelter}/walk-ins/undo"), json!({ "uno": uno }))
    };
    undo("fa", "fa").refused(404, "not-found");
    undo("sm", "sm").ok(200);
    assert_eq!((free(app, "sm", "2026-11-27"), free(app, "sm", "2026-11-28")), (2, 1));
    undo("sm", "sm").refused(404, "not-found");
    assert_eq!(tonight(app, "sm")["sum"]["walk_ins"], 0);
    // And may be given again.
    walk_in(app, "sm", "sm", json!({ "guests": [{ "uno": uno }] })).ok(201);
}

fn who_was_turned_away_is_named_in_order_where_a_place_came_free(app: &App) {
    friday(app);
    let holder = single(app, "AB 1", "man", &["sm"]);
    single(app, "AB 2", "man", &["sm"]);
    let turned: Vec<Value> = ["AB 3", "AB 4"]
        .map(|number| {
            app.register("2026-11-27", &[person(number, "man")], &["sm"])[0]["members"][0]["uno"].clone()
        })
        .to_vec();
    evening(app);
    let path = "/shelters/sm/turned-away?nights=3";
    assert_eq!(app.get("coordinator", path).ok(200), json!([]));
    app.get("sm", path).refused(403, "forbidden");
    app.get("coordinator", "/shelters/sm/turned-away?nights=0").refused(422, "invalid-fields");
    app.get("coordinator", "/shelters/zz/turned-away").refused(404, "not-found");
    app.post("desk", &format!("/tickets/{}/give-back", holder.code), json!({})).ok(200);
    let nights = json!(["2026-11-27", "2026-11-28", "2026-11-29"]);
    let both = json!([
        { "lot": 3, "guests": [turned[0]], "nights": nights },
        { "lot": 4, "guests": [turned[1]], "nights": nights }
    ]);
    assert_eq!(app.get("coordinator", path).ok(200), both);
    let first = json!({ "guests": [{ "uno": turned[0] }] });
    walk_in(app, "sm", "sm", first).ok(201);
    let left = app.get("coordinator", path).ok(200);
    assert_eq!((&left[0]["lot"], &left[1]["nights"]), (&json!(3), &json!(["2026-11-28", "2026-11-29"])));
}

fn bad_walk_ins_are_refused_field_by_field(app: &App) {
    friday(app);
    collected(app, &[("AB 1", "man")], &["fa"]);
    evening(app);
    let many: Vec<Value> = (0..13).map(|n| person(&format!("AB {n}"), "man")).collect();
    for (body, field) in [
        (json!({ "guests": [] }), "guests"),
        (json!({ "guests": many }), "guests"),
        (json!({ "guests": [{}] }), "guests[0]"),
        (json!({ "guests": [{ "uno": "1234" }] }), "guests[0].uno"),
        (json!({ "guests": [person("AB 9", "man")], "nights": 0 }), "nights"),
        (json!({ "guests": [person("AB 9", "man")], "nights": 32 }), "nights"),
        (json!({ "guests": [person("AB 9", "man")], "night": "2026-13-01" }), "night"),
        (json!({ "guests": [person("AB \u{0}", "man")] }), "guests[0].document.number"),
    ] {
        let refused = walk_in(app, "fa", "fa", body).refused(422, "invalid-fields");
        assert_eq!(refused["errors"][0]["field"], field, "{refused:#}");
    }
}

fn a_walk_in_before_the_first_desk_day_keeps_its_place_whatever_is_written_down_of_the_past(app: &App) {
    app.at("2026-11-26T19:00:00Z");
    app.shelter("fa", "Filadelfia").places("fa", "single", "any", "2026-11-20", 4);
    walk_in(app, "fa", "fa", json!({ "guests": [person("AB 1", "man")] })).ok(201);
    let decide = |first: &str, count: u32| {
        app.post(
            "coordinator",
            "/places/decisions",
            json!({ "decision": "number", "shelter": "fa", "kind": "single", "who": "any", "first": first, "count": count }),
        )
    };
    decide("2026-11-25", 0).refused(409, "would-displace");
    decide("2026-11-25", 1).ok(201);
    assert_eq!(tonight(app, "fa")["discrepancies"], json!([]));
}
