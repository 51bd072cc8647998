//! A night at a shelter: who is expected, the close, no-shows, corrections, sums and head counts.

use std::num::NonZeroU32;

use inskrivning::app::Policy;
use inskrivning::domain::no_show;
use serde_json::{Value, json};

use crate::evening::{collected, evening, finish, free, friday, scan, single, tonight, waiting};
use crate::support::{App, Kind, on_both_databases};

on_both_databases! {
    the_door_expects_who_has_a_ticket_in_hand_for_it_tonight
    a_night_is_closed_once_in_its_evening_and_who_did_not_come_is_a_no_show
    closing_before_the_evening_must_be_meant
    what_comes_after_the_close_is_a_correction
    the_sums_of_a_night_hold_with_every_term
    no_night_is_closed_while_the_desk_may_still_give_tickets_for_it
    no_desk_day_is_opened_on_a_night_that_is_closed_at_a_door
    where_there_is_no_place_and_no_ticket_there_is_no_night_to_close
    a_night_asked_for_badly_is_refused
    a_shelter_that_admits_on_its_own_reports_one_count_and_corrects_it_with_a_reason
    no_more_heads_are_counted_than_there_are_places
    no_place_is_taken_from_a_night_on_which_people_were_counted_in_it
    a_door_that_checks_tickets_reports_no_heads
    no_shows_release_nothing_unless_that_is_the_policy
}

fn the_door_expects_who_has_a_ticket_in_hand_for_it_tonight(app: &App) {
    friday(app);
    let family = collected(app, &[("AB 1", "woman"), ("AB 2", "man")], &["fa"]);
    single(app, "AB 3", "man", &["sm"]);
    waiting(app, &[("AB 4", "woman")], &["fa"]);
    app.at("2026-11-27T19:00:00Z");
    let night = tonight(app, "fa");
    let expected = night["expected"].as_array().unwrap();
    assert_eq!(expected.len(), 2, "{night:#}");
    let mut codes: Vec<&str> = expected.iter().map(|one| one["code"].as_str().unwrap()).collect();
    let mut known: Vec<&str> = family.iter().map(|one| one.code.as_str()).collect();
    codes.sort_unstable();
    known.sort_unstable();
    assert_eq!(codes, known);
    for one in expected {
        assert_eq!((&one["lot"], &one["desk_day"]), (&json!(1), &json!("2026-11-27")));
        assert_eq!((&one["last"], &one["nights_left"]), (&json!("2026-12-01"), &json!(5)));
    }
    assert_eq!(night["sum"]["tickets_valid"], 2);
    // The last night, and the one after.
    let last = app.get("fa", "/shelters/fa/nights/2026-12-01").ok(200);
    assert_eq!(last["expected"][0]["nights_left"], 1);
    let after = app.get("coordinator", "/shelters/fa/nights/2026-12-02").ok(200);
    assert_eq!(after["expected"], json!([]));
}

fn a_night_is_closed_once_in_its_evening_and_who_did_not_come_is_a_no_show(app: &App) {
    friday(app);
    let came = single(app, "AB 1", "man", &["fa"]);
    single(app, "AB 2", "man", &["fa"]);
    evening(app);
    scan(app, "fa", "fa", &came.code).ok(201);
    assert_eq!(tonight(app, "fa")["sum"]["still_undecided"], 1);
    app.at("2026-11-27T22:30:00Z");
    let night = app.post("fa", "/shelters/fa/nights/tonight/close", json!({})).ok(200);
    assert_eq!(night["closed_at"], "2026-11-27T22:30:00Z");
    let sum = &night["sum"];
    assert_eq!(
        (&sum["arrived"], &sum["no_show"], &sum["still_undecided"]),
        (&json!(1), &json!(1), &json!(0))
    );
    app.post("fa", "/shelters/fa/nights/2026-11-27/close", json!({})).refused(409, "night-closed-already");
    app.post("fa", "/shelters/fa/nights/2026-11-28/close", json!({})).refused(409, "night-not-begun");
    // The other door is not closed by it.
    assert_eq!(tonight(app, "sm")["closed_at"], Value::Null);
}

fn closing_before_the_evening_must_be_meant(app: &App) {
    friday(app);
    finish(app);
    app.at("2026-11-27T18:59:00Z");
    app.send("POST", "fa", "/shelters/fa/nights/tonight/close", None, &[]).refused(409, "night-closed-early");
    app.post("fa", "/shelters/fa/nights/tonight/close", json!({ "early": true })).ok(200);
    app.at("2026-11-27T19:00:00Z");
    app.send("POST", "sm", "/shelters/sm/nights/tonight/close", None, &[]).ok(200);
}

fn what_comes_after_the_close_is_a_correction(app: &App) {
    friday(app);
    let [late, early] = ["AB 1", "AB 2"].map(|number| single(app, number, "man", &["fa"]));
    evening(app);
    scan(app, "fa", "fa", &early.code).ok(201);
    app.post("fa", "/shelters/fa/nights/tonight/close", json!({})).ok(200);
    // The place is kept all night: at half past one the guest is let in.
    app.at("2026-11-28T00:30:00Z");
    let answer = scan(app, "fa", "fa", &late.code).ok(201);
    assert_eq!((&answer["correction"], &answer["night"]), (&json!(true), &json!("2026-11-27")));
    assert!(answer["text"]["en"].as_str().unwrap().starts_with("Let in."), "{answer:#}");
    let night = tonight(app, "fa");
    assert_eq!((&night["sum"]["no_show"], &night["sum"]["arrived"]), (&json!(0), &json!(2)));
    // An arrival that was none is taken back after the close too.
    let body = json!({ "code": early.code, "night": "2026-11-27" });
    app.at("2026-11-28T09:00:00Z");
    assert_eq!(app.post("fa", "/shelters/fa/arrivals/undo", body).ok(200)["correction"], true);
    let night = app.get("fa", "/shelters/fa/nights/2026-11-27").ok(200);
    assert_eq!((&night["sum"]["no_show"], &night["sum"]["arrived"]), (&json!(1), &json!(1)));
    assert_eq!(night["discrepancies"], json!([]));
}

fn the_sums_of_a_night_hold_with_every_term(app: &App) {
    friday(app);
    let closure = json!({
        "decision": "closure", "shelter": "fa", "kind": "family", "who": "any", "count": 1,
        "first": "2026-11-28", "last": "2026-11-28"
    });
    app.post("coordinator", "/places/decisions", closure).ok(201);
    let came = single(app, "AB 1", "man", &["fa"]);
    single(app, "AB 2", "man", &["fa"]);
    let gave_back = single(app, "AB 3", "woman", &["fa"]);
    finish(app);
    app.at("2026-11-28T15:00:00Z");
    app.post("desk", &format!("/tickets/{}/give-back", gave_back.code), json!({})).ok(200);
    app.at("2026-11-28T20:00:00Z");
    scan(app, "fa", "fa", &came.code).ok(201);
    app.post("fa", "/shelters/fa/walk-ins", json!({ "guests": [{ "uno": gave_back.uno }] })).ok(201);
    let open = tonight(app, "fa");
    assert_eq!(open["discrepancies"], json!([]));
    let night = app.post("fa", "/shelters/fa/nights/tonight/close", json!({})).ok(200);
    let sum = json!({
        "tickets_valid": 2, "arrived": 1, "no_show": 1, "still_undecided": 0,
        "places": 7, "walk_ins": 1, "unassigned": 3, "closed": 1
    });
    assert_eq!((&night["sum"], &night["discrepancies"]), (&sum, &json!([])));
    assert_eq!((&night["places"], &night["closed_places"]), (&json!(7), &json!(1)));
}

fn no_night_is_closed_while_the_desk_may_still_give_tickets_for_it(app: &App) {
    friday(app);
    let late = waiting(app, &[("AB 1", "man")], &["fa"]).remove(0);
    app.at("2026-11-27T20:00:00Z").token("fa");
    let before = app.written();
    let refused =
        app.post("fa", "/shelters/fa/nights/tonight/close", json!({})).refused(409, "tickets-to-come");
    assert!(refused["detail"].as_str().unwrap().contains("2026-11-27"), "{refused:#}");
    let early = json!({ "early": true });
    app.post("fa", "/shelters/fa/nights/tonight/close", early).refused(409, "tickets-to-come");
    assert_eq!(app.written(), before);
    let collect = format!("/desk-days/2026-11-27/lots/{}/collect", late.lot);
    app.post("desk", &collect, json!({ "sl_ticket": false })).ok(200);
    finish(app);
    app.post("fa", "/shelters/fa/nights/tonight/close", json!({})).ok(200);
    let night = tonight(app, "fa");
    assert_eq!((&night["sum"]["no_show"], &night["discrepancies"]), (&json!(1), &json!([])), "{night:#}");
    // The night before the next desk day is closed while that one runs; its own is not, nor before it is opened.
    let of =
        |night: &str| app.post("fa", &format!("/shelters/fa/nights/{night}/close"), json!({ "early": true }));
    app.at("2026-11-30T12:00:00Z");
    of("2026-11-30").refused(409, "tickets-to-come");
    app.open("2026-11-30");
    of("2026-11-30").refused(409, "tickets-to-come");
    of("2026-11-29").ok(200);
    app.post("coordinator", "/desk-days/2026-11-30/not-held", json!({ "reason": "a burst pipe" })).ok(200);
    of("2026-11-30").ok(200);
}

fn no_desk_day_is_opened_on_a_night_that_is_closed_at_a_door(app: &App) {
    app.shelter("fa", "Filadelfia").places("fa", "single", "any", "2026-11-27", 1);
    let by_hand = |desk: &str| {
        let day = json!({ "desk": desk, "reason": "the hall is let" });
        app.put("coordinator", "/calendar/2026-11-27", day).ok(200);
    };
    by_hand("closed");
    app.at("2026-11-27T20:00:00Z");
    app.post("fa", "/shelters/fa/nights/tonight/close", json!({})).ok(200);
    by_hand("open");
    let open = json!({ "date": "2026-11-27" });
    let refused = app.post("desk", "/desk-days", open).refused(409, "night-closed-already");
    assert!(refused["detail"].as_str().unwrap().contains("Filadelfia"), "{refused:#}");
}

fn where_there_is_no_place_and_no_ticket_there_is_no_night_to_close(app: &App) {
    friday(app);
    app.shelter("cv", "Convictus");
    app.put("coordinator", "/shelters/cv", json!({ "name": "Convictus", "admission": "own" })).ok(200);
    app.places("cv", "single", "women", "2026-11-27", 20);
    app.at("2026-11-27T22:00:00Z");
    // A token is made when it is first asked for, and that is written down.
    for door in ["fa", "cv"] {
        app.token(door);
    }
    let before = app.written();
    for night in ["2000-01-01", "2026-11-26"] {
        let closed = app.post("fa", &format!("/shelters/fa/nights/{night}/close"), json!({}));
        let said = closed.refused(409, "nothing-that-night")["detail"].as_str().unwrap().to_owned();
        assert!(said.starts_with("there is nothing to close") && said.contains(night), "{said}");
        for count in [json!({ "women": 0, "men": 0 }), json!({ "women": 3, "men": 0 })] {
            let counted = app.post("cv", &format!("/shelters/cv/nights/{night}/head-count"), count);
            let said = counted.refused(409, "nothing-that-night")["detail"].as_str().unwrap().to_owned();
            assert!(said.starts_with("there is nothing to count") && said.contains(night), "{said}");
        }
    }
    assert_eq!(app.written(), before);
    // Places that are all closed are places: the night is reported with nobody.
    let shut = json!({ "decision": "closure", "shelter": "cv", "first": "2026-11-28", "last": "2026-11-29" });
    app.post("coordinator", "/places/decisions", shut).ok(201);
    app.at("2026-11-28T22:00:00Z");
    app.post("cv", "/shelters/cv/nights/tonight/head-count", json!({ "women": 0, "men": 0 })).ok(201);
    finish(app);
    app.post("fa", "/shelters/fa/nights/tonight/close", json!({})).ok(200);
}

fn a_night_asked_for_badly_is_refused(app: &App) {
    friday(app);
    for night in ["2026-02-30", "1999-12-31", "2200-01-01", "now", "2026-1-1", "%00"] {
        let path = format!("/shelters/fa/nights/{night}");
        app.get("fa", &path).refused(422, "invalid-fields");
        app.post("fa", &format!("{path}/close"), json!({})).refused(422, "invalid-fields");
    }
    app.post("fa", "/shelters/fa/nights/tonight/close", json!({ "early": 1 })).refused(422, "invalid-fields");
    app.post("fa", "/shelters/fa/nights/tonight/close", json!({ "x": 1 })).refused(422, "invalid-fields");
}

fn a_shelter_that_admits_on_its_own_reports_one_count_and_corrects_it_with_a_reason(app: &App) {
    app.put("coordinator", "/shelters/cv", json!({ "name": "Convictus", "admission": "own" })).ok(200);
    app.places("cv", "single", "women", "2026-11-27", 20);
    app.at("2026-11-27T22:00:00Z");
    let path = "/shelters/cv/nights/tonight/head-count";
    let first = json!({ "women": 18, "men": 0 });
    let early = json!({ "women": 17, "men": 0, "reason": "one left" });
    app.post("cv", path, early).refused(409, "head-count-not-reported");
    app.post("cv", "/shelters/cv/nights/2026-11-28/head-count", first.clone())
        .refused(409, "night-not-begun");
    let night = app.post("cv", path, first.clone()).ok(201);
    assert_eq!((&night["head_counts"][0]["total"], &night["sum"]), (&json!(18), &Value::Null));
    let twice = app.post("cv", path, first).refused(409, "head-count-reported");
    assert!(twice["detail"].as_str().unwrap().contains("18 women"), "{twice:#}");
    let correction = json!({ "women": 17, "men": 0, "other": 1, "reason": "counted again in the morning" });
    app.at("2026-11-28T06:00:00Z");
    let night = app.post("coordinator", path, correction).ok(201);
    let counts = night["head_counts"].as_array().unwrap();
    assert_eq!(counts.len(), 2);
    assert_eq!(
        (&counts[1]["number"], &counts[1]["women"], &counts[1]["reason"]),
        (&json!(2), &json!(17), &json!("counted again in the morning"))
    );
    assert_eq!((&night["night"], &night["discrepancies"]), (&json!("2026-11-27"), &json!([])));
}

fn no_more_heads_are_counted_than_there_are_places(app: &App) {
    app.put("coordinator", "/shelters/cv", json!({ "name": "Convictus", "admission": "own" })).ok(200);
    app.places("cv", "single", "women", "2026-11-27", 20);
    let closure = json!({
        "decision": "closure", "shelter": "cv", "kind": "single", "who": "women", "count": 2,
        "first": "2026-11-27", "last": "2026-11-28"
    });
    app.post("coordinator", "/places/decisions", closure).ok(201);
    app.at("2026-11-27T22:00:00Z");
    let path = "/shelters/cv/nights/tonight/head-count";
    for many in
        [json!({ "women": 19, "men": 0 }), json!({ "women": u32::MAX, "men": u32::MAX, "other": u32::MAX })]
    {
        app.post("cv", path, many).refused(409, "more-than-places");
    }
    for wrong in [
        json!({ "women": -1, "men": 0 }),
        json!({ "women": 1.5, "men": 0 }),
        json!({ "women": 4_294_967_296_u64, "men": 0 }),
        json!({ "women": 1 }),
        json!({ "women": 1, "men": 0, "reason": "" }),
        json!({ "women": 1, "men": 0, "reason": "a\u{0}b" }),
    ] {
        app.post("cv", path, wrong).refused(422, "invalid-fields");
    }
    app.post("cv", path, json!({ "women": 18, "men": 0 })).ok(201);
}

fn no_place_is_taken_from_a_night_on_which_people_were_counted_in_it(app: &App) {
    app.put("coordinator", "/shelters/cv", json!({ "name": "Convictus", "admission": "own" })).ok(200);
    app.places("cv", "single", "women", "2026-11-27", 20);
    let decide = |body: Value| app.post("coordinator", "/places/decisions", body);
    let close = |count: u32, first: &str| {
        decide(
            json!({ "decision": "closure", "shelter": "cv", "kind": "single", "who": "women", "count": count,
                       "first": first, "last": first }),
        )
    };
    let more = decide(
        json!({ "decision": "extra", "shelter": "cv", "kind": "single", "who": "women", "first": "2026-11-27",
                              "count": 2 }),
    );
    let extra = format!("/places/decisions/{}", more.ok(201)["id"].as_str().unwrap());
    app.at("2026-11-27T22:00:00Z");
    app.post("cv", "/shelters/cv/nights/tonight/head-count", json!({ "women": 18, "men": 0 })).ok(201);
    let refused = close(5, "2026-11-27").refused(409, "counted-more");
    assert!(refused["detail"].as_str().unwrap().contains("18 people were counted at cv"), "{refused:#}");
    close(4, "2026-11-27").ok(201);
    close(5, "2026-11-28").ok(201);
    app.delete("coordinator", &extra).refused(409, "counted-more");
    let fewer = json!({ "women": 16, "men": 0, "reason": "two had left" });
    app.post("coordinator", "/shelters/cv/nights/tonight/head-count", fewer).ok(201);
    app.delete("coordinator", &extra).ok(200);
    let night = app.get("cv", "/shelters/cv/nights/2026-11-27").ok(200);
    assert_eq!(night["discrepancies"], json!([]), "{night:#}");
}

fn a_door_that_checks_tickets_reports_no_heads(app: &App) {
    friday(app);
    finish(app);
    app.at("2026-11-27T22:00:00Z");
    let count = json!({ "women": 1, "men": 0 });
    app.post("fa", "/shelters/fa/nights/tonight/head-count", count).refused(409, "counted-by-arrivals");
}

/// Two nights in a row without coming.
fn stay_away(app: &App) -> String {
    friday(app);
    let guest = single(app, "AB 1", "man", &["fa"]);
    finish(app);
    for night in ["2026-11-27", "2026-11-28"] {
        app.at(&format!("{night}T22:00:00Z"));
        app.post("fa", &format!("/shelters/fa/nights/{night}/close"), json!({})).ok(200);
    }
    guest.code
}

fn no_shows_release_nothing_unless_that_is_the_policy(app: &App) {
    let code = stay_away(app);
    assert_eq!(app.get("desk", &format!("/tickets/{code}")).ok(200)["state"], "collected");
    app.at("2026-11-29T19:00:00Z");
    scan(app, "fa", "fa", &code).ok(201);
}

/// After two nights the rest goes back, and the door says so.
fn released(app: &App) {
    let code = stay_away(app);
    let ticket = app.get("desk", &format!("/tickets/{code}")).ok(200);
    assert_eq!((&ticket["state"], &ticket["cause"]), (&json!("ended"), &json!("released")));
    assert_eq!(ticket["stays"][0]["last"], "2026-11-28");
    assert_eq!(free(app, "fa", "2026-11-28"), 6);
    assert_eq!(free(app, "fa", "2026-11-29"), 7);
    // The second night is kept all night.
    assert_eq!(scan(app, "fa", "fa", &code).ok(201)["correction"], true);
    app.at("2026-11-29T19:00:00Z");
    let answer = scan(app, "fa", "fa", &code).ok(200);
    assert_eq!((&answer["answer"], &answer["ended"]), (&json!("ended"), &json!("released")));
}

fn with_release_after_two(kind: Kind) -> App {
    let no_shows = no_show::Policy::ReleaseAfter(NonZeroU32::new(2).unwrap());
    App::start_with(kind, Policy { no_shows, ..Policy::default() })
}

mod two_no_shows_in_a_row_release_the_rest_where_that_is_the_policy {
    use super::*;

    #[test]
    fn on_sqlite() {
        released(&with_release_after_two(Kind::Sqlite));
    }

    #[test]
    fn on_postgres() {
        released(&with_release_after_two(Kind::Postgres));
    }
}
