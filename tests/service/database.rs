//! What the database itself refuses, whatever the service above it does: each harm is tried past the service, on a database
//! that the service filled, beside the same statement without the harm.

use inskrivning::domain::audit::Event;
use inskrivning::domain::night::{Night, Nights};
use inskrivning::domain::place::{Kind, Pool, Who};
use inskrivning::domain::role::Actor;
use inskrivning::store::{StoreError, Taken};
use serde_json::json;

use crate::evening::{evening, friday, scan, single};
use crate::support::{App, on_both_databases, person};

on_both_databases! {
    two_people_have_no_bed_in_one_place
    one_person_has_no_two_beds_on_a_night
    one_ticket_has_no_two_arrivals_on_a_night
    no_number_of_a_lot_is_left_out
    no_digit_is_left_out_or_typed_anew
    one_desk_day_runs_at_a_time
    what_was_written_for_good_is_neither_changed_nor_deleted
    the_tickets_valid_at_a_closed_door_are_neither_changed_nor_deleted
    no_bed_is_held_beyond_the_open_places_of_its_pool
}

const DAY: &str = "2026-11-27";

#[track_caller]
fn refused(app: &App, statement: &str, because: &[&str]) {
    let why = app.past_the_service(statement).expect_err(statement);
    let why = why.to_lowercase();
    assert!(because.iter().any(|because| why.contains(because)), "{statement}: {why}");
}

const KEY: &[&str] = &["unique constraint"];

/// Two single places, held for two guests with five nights.
fn two_guests(app: &App) {
    app.shelter("fa", "Filadelfia").shelter("sm", "Stadsmissionen").places("fa", "single", "any", DAY, 2);
    app.post("desk", "/desk-days", json!({ "date": DAY, "mode": "direct" })).ok(201);
    app.register(DAY, &[person("AB 1", "man")], &["fa"]);
    app.register(DAY, &[person("AB 2", "woman")], &["fa"]);
}

fn two_people_have_no_bed_in_one_place(app: &App) {
    two_guests(app);
    refused(app, "UPDATE bed SET place = 1 WHERE place = 2", KEY);
    assert_eq!(app.past_the_service("UPDATE bed SET place = 3 WHERE place = 2"), Ok(5));
}

fn one_person_has_no_two_beds_on_a_night(app: &App) {
    two_guests(app);
    let add = |night: &str| {
        let (from, columns) =
            ("FROM bed WHERE place = 1 AND night = '2026-11-27'", "kind, who, place, guest, ticket");
        format!("INSERT INTO bed (night, shelter, {columns}) SELECT {night}, 'sm', {columns} {from}")
    };
    refused(app, &add("night"), KEY);
    let later = if app.kind == crate::support::Kind::Sqlite { "'2026-12-24'" } else { "DATE '2026-12-24'" };
    assert_eq!(app.past_the_service(&add(later)), Ok(1));
}

fn one_ticket_has_no_two_arrivals_on_a_night(app: &App) {
    friday(app);
    let guest = single(app, "AB 1", "man", &["fa"]);
    evening(app);
    scan(app, "fa", "fa", &guest.code).ok(201);
    let again = "INSERT INTO arrival (ticket, night, number, shelter, at, correction) \
                 SELECT ticket, night, number + 1, shelter, at, correction FROM arrival";
    refused(app, again, KEY);
    app.past_the_service("UPDATE arrival SET undone_at = at, undone_correction = correction").unwrap();
    assert_eq!(app.past_the_service(again), Ok(1));
}

fn no_number_of_a_lot_is_left_out(app: &App) {
    app.friday();
    app.register(DAY, &[person("AB 1", "man")], &["fa"]);
    let add = |number: u32| {
        let columns = "day, asks, status, women_only, wishes, accepts, from_night, verdict, at";
        format!(
            "INSERT INTO lot (number, before, slip_code, {columns}) \
             SELECT {number}, {number} - 1, 'ABCDEFG{number}', {columns} FROM lot WHERE number = 1"
        )
    };
    refused(app, &add(3), &["foreign key"]);
    assert_eq!(app.past_the_service(&add(2)), Ok(1));
    refused(app, &add(2), KEY);
    refused(app, "DELETE FROM lot WHERE number = 1", &["foreign key"]);
}

/// A list with more people than places is frozen, and the first two digits are typed.
fn two_digits(app: &App) {
    app.friday();
    for n in 1..=3 {
        app.register(DAY, &[person(&format!("AB {n}"), "man")], &["sm"]);
    }
    app.post("desk", "/desk-days/2026-11-27/close", json!({})).ok(200);
    app.post("desk", "/desk-days/2026-11-27/draws", json!({})).ok(201);
    app.post("desk", "/desk-days/2026-11-27/placement", json!({})).ok(200);
    for place in 1..=2 {
        let digit = json!({ "place": place, "shown": 3 });
        app.post("desk", "/desk-days/2026-11-27/digits", digit).ok(200);
    }
}

fn no_digit_is_left_out_or_typed_anew(app: &App) {
    two_digits(app);
    let add = |place: u32| {
        let columns = "day, draw, shown, typed_by, at";
        format!(
            "INSERT INTO digit (place, before, {columns}) \
             SELECT {place}, {place} - 1, {columns} FROM digit WHERE place = 1"
        )
    };
    refused(app, &add(4), &["foreign key"]);
    refused(app, &add(2), KEY);
    refused(app, "UPDATE digit SET shown = 6 WHERE place = 2", &["append-only"]);
    assert_eq!(app.past_the_service(&add(3)), Ok(1));
}

fn one_desk_day_runs_at_a_time(app: &App) {
    app.friday();
    let other = if app.kind == crate::support::Kind::Sqlite { "'2026-11-30'" } else { "DATE '2026-11-30'" };
    let columns = "mode, min_nights, lots, stage, opened_at";
    let add = format!(
        "INSERT INTO desk_day (date, last_start_night, {columns}) SELECT {other}, {other}, {columns} FROM desk_day"
    );
    refused(app, &add, KEY);
}

fn what_was_written_for_good_is_neither_changed_nor_deleted(app: &App) {
    two_digits(app);
    for place in 3..=30 {
        let digit = json!({ "place": place, "shown": 3 });
        app.post("desk", "/desk-days/2026-11-27/digits", digit).ok(200);
    }
    let sqlite = app.kind == crate::support::Kind::Sqlite;
    let bytes = if sqlite { "zeroblob(32)" } else { "sha256('')" };
    // What a quiet Friday leaves empty, from rows that are there.
    for row in [
        format!(
            "INSERT INTO service_bytes (day, draw, bytes, at) SELECT day, draw, {bytes}, at FROM frozen_list"
        ),
        "INSERT INTO draw_end (day, draw, why, at) SELECT day, draw, 'left_unfinished', at FROM frozen_list"
            .to_owned(),
        "INSERT INTO head_count (shelter, night, number, women, men, other, at, reported_by) \
         SELECT 'fa', day, 1, 0, 0, 0, at, frozen_by FROM frozen_list"
            .to_owned(),
        "INSERT INTO place_end (fact, number, last_night, at) SELECT id, 1, first_night, made_at FROM place_fact LIMIT 1"
            .to_owned(),
    ] {
        assert_eq!(app.past_the_service(&row), Ok(1), "{row}");
    }
    for (table, column) in [
        ("audit", "role"),
        ("frozen_list", "day"),
        ("digit", "day"),
        ("service_bytes", "day"),
        ("draw_record", "day"),
        ("draw_end", "day"),
        ("head_count", "number"),
        ("place_end", "number"),
    ] {
        is_for_good(app, table, column);
    }
}

fn the_tickets_valid_at_a_closed_door_are_neither_changed_nor_deleted(app: &App) {
    friday(app);
    single(app, "AB 1", "man", &["fa"]);
    evening(app);
    app.at("2026-11-27T22:00:00Z");
    app.post("fa", "/shelters/fa/nights/tonight/close", json!({})).ok(200);
    is_for_good(app, "valid_ticket", "shelter");
}

/// Tries all that would change what a table holds; one without a row would prove nothing.
#[track_caller]
fn is_for_good(app: &App, table: &str, column: &str) {
    refused(app, &format!("UPDATE {table} SET {column} = {column}"), &["append-only"]);
    refused(app, &format!("DELETE FROM {table}"), &["append-only"]);
    if app.kind == crate::support::Kind::Postgres {
        refused(app, &format!("TRUNCATE {table} CASCADE"), &["append-only"]);
    }
}

/// Not past the service: no key of a table counts beds, so the store does, in the transaction that holds them.
fn no_bed_is_held_beyond_the_open_places_of_its_pool(app: &App) {
    two_guests(app);
    let night = |date: &str| Night::new(date.parse().unwrap()).unwrap();
    let pool = Pool { shelter: "fa".parse().unwrap(), kind: Kind::Single, who: Who::Any };
    let third = app.register(DAY, &[person("AB 3", "man")], &["fa"]);
    let uno = third[0]["members"][0]["uno"].as_str().unwrap().parse().unwrap();
    let hold = |first: &str, last: &str| {
        let nights = Nights::new(night(first), night(last)).unwrap();
        app.service.store().write_now(move |tx| {
            let guest = tx.guest_by_uno(uno)?.unwrap();
            tx.hold(pool, nights, guest.id, None)?;
            tx.record("2026-11-27T09:00:00Z".parse().unwrap(), Actor::Operator, &Event::BackupMade)
        })
    };
    // The five nights of the two tickets are full; not one of the nights is held, the free one after them included.
    let full: Result<(), StoreError> = hold("2026-12-01", "2026-12-02");
    assert!(matches!(&full, Err(StoreError::NoPlaceLeft(why)) if why.contains("all 2")), "{full:?}");
    assert_eq!(hold("2026-12-02", "2026-12-03"), Ok(()));
    // That guest has a bed on these nights now, and no other beside it.
    assert!(matches!(hold("2026-12-03", "2026-12-03"), Err(StoreError::Taken(Taken::GuestsNight, _))));
}
