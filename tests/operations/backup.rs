//! Copies of the data: made while the service writes, never of a list that must stay secret, and put in place again.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread;

use diesel::connection::SimpleConnection;
use diesel::{Connection, SqliteConnection};
use inskrivning::domain::audit::Event;
use inskrivning::domain::calendar::{Calendar, StartNights};
use inskrivning::domain::desk_day::{DeskDay, EntropySource, Opening};
use inskrivning::domain::lottery::hash::Hash32;
use inskrivning::domain::role::Actor;
use inskrivning::store::{Database, SavedDay, Store, StoreError};
use serde_json::json;

use crate::program::{Home, run};

#[test]
fn a_backup_made_while_the_service_writes_is_whole_and_is_restored() {
    let home = Home::used();
    let token = home.token("coordinator");
    let serving = home.serve();
    let (stop, written) = (AtomicBool::new(false), AtomicU32::new(0));
    let copy = home.file("copy.sqlite");
    thread::scope(|scope| {
        scope.spawn(|| {
            while !stop.load(Ordering::Relaxed) {
                let name = json!({ "name": format!("number {}", written.load(Ordering::Relaxed)) });
                serving.json("PUT", &token, "/api/v1/shelters/fa", Some(name));
                written.fetch_add(1, Ordering::Relaxed);
            }
        });
        while written.load(Ordering::Relaxed) < 20 {
            thread::yield_now();
        }
        let before = written.load(Ordering::Relaxed);
        let said = home.run(&["backup", copy.to_str().unwrap()]);
        stop.store(true, Ordering::Relaxed);
        assert!(said.done().contains("the key file"), "it says what is not in it");
        assert!(written.load(Ordering::Relaxed) >= before);
    });
    serving.stop();
    assert_eq!(fs::metadata(&copy).unwrap().permissions().mode() & 0o077, 0, "others may read the backup");

    // From where it was kept it may come back readable by everybody.
    fs::set_permissions(&copy, fs::Permissions::from_mode(0o644)).unwrap();
    let other = Home::new();
    let said = other.run(&["restore", copy.to_str().unwrap()]).done();
    let names: Vec<String> = other.files().into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["inskrivning.sqlite"]);
    let mode = fs::metadata(other.file("inskrivning.sqlite")).unwrap().permissions().mode();
    assert_eq!(mode & 0o077, 0, "others may read the data");
    assert!(said.contains("the key file that belongs to it goes to"), "{said}");
    other.run(&["token", "list"]).done();
    let key = "is missing, and without it no guest is recognised";
    other.run(&["serve", "--listen", "127.0.0.1:0"]).refused(1, key);
    fs::copy(home.file("key"), other.file("key")).unwrap();
    assert!(other.run(&["audit", "verify"]).done().starts_with("PASS"));
    let serving = other.serve();
    let shelters = serving.json("GET", &token, "/api/v1/shelters", None);
    assert!(shelters[0]["name"].as_str().unwrap().starts_with("number "));
    serving.stop();
}

/// Freezes a list whose dice are not thrown.
fn freeze(home: &Home) {
    let store = Store::open(&Database::Sqlite(home.database())).unwrap();
    let frozen: Result<(), StoreError> = store.write_now(|tx| {
        let day = "2026-11-27".parse().unwrap();
        let at = "2026-11-27T09:00:00Z".parse().unwrap();
        let start_nights: StartNights = Calendar::default().start_nights(day).unwrap();
        let opening = Opening { at, unfinished: None, many_nights_confirmed: false };
        let closed = DeskDay::planned(start_nights).open(opening).unwrap().close().unwrap();
        let saved = SavedDay { day: closed.clone(), min_nights: 3, opened_at: Some(at) };
        tx.add_desk_day(&saved, at)?;
        let frozen = closed.freeze(Hash32([3; 32]), EntropySource::Dice(30), 0).unwrap();
        tx.add_list(day, frozen.list().unwrap(), "{\"salt\":\"ebbe5afe\"}", uuid::Uuid::nil(), at)?;
        tx.save_desk_day(&frozen.place_by_number(1).unwrap(), at)?;
        tx.record(at, Actor::Service, &Event::DeskDayClosed { day, last_lot: 0 })
    });
    frozen.unwrap();
    store.shut_down();
}

#[test]
fn while_a_list_is_frozen_and_not_drawn_no_backup_is_made() {
    let home = Home::used();
    freeze(&home);
    let copy = home.file("copy.sqlite");
    let why = "the list of 2026-11-27 is frozen and its dice are not all typed: wait until the draw is done";
    home.run(&["backup", copy.to_str().unwrap()]).refused(1, why);
    assert!(!copy.exists());
}

#[test]
fn a_backup_overwrites_nothing_and_needs_data() {
    let home = Home::used();
    let there = home.file("there");
    fs::write(&there, "something").unwrap();
    home.run(&["backup", there.to_str().unwrap()]).refused(1, "is there already");
    assert_eq!(fs::read_to_string(&there).unwrap(), "something");
    home.run(&["backup", "/nowhere/at/all"]).refused(2, "cannot be written");
    let empty = Home::new();
    empty.run(&["backup", empty.file("copy").to_str().unwrap()]).refused(2, "there are no data at");
    assert_eq!(empty.files(), []);
}

#[test]
fn a_restore_overwrites_nothing_and_takes_nothing_damaged() {
    let home = Home::used();
    let copy = home.file("copy.sqlite");
    home.run(&["backup", copy.to_str().unwrap()]).done();
    home.run(&["restore", copy.to_str().unwrap()]).refused(1, "is there already: move it away first");

    let empty = Home::new();
    empty.run(&["restore", "/nowhere/at/all"]).refused(2, "cannot be copied");
    let not = home.file("not.sqlite");
    fs::write(&not, "this is no database, whatever it is called: ".repeat(100)).unwrap();
    empty
        .run(&["restore", not.to_str().unwrap()])
        .refused(1, &format!("{} is not a database", not.display()));
    // Databases, but of something else.
    for statement in ["", "CREATE TABLE of_something_else (id INTEGER)"] {
        let other = home.file("other.sqlite");
        let _ = fs::remove_file(&other);
        let mut conn = SqliteConnection::establish(other.to_str().unwrap()).unwrap();
        conn.batch_execute(statement).unwrap();
        empty.run(&["restore", other.to_str().unwrap()]).refused(1, "is no backup of the service");
    }
    let mut bytes = fs::read(&copy).unwrap();
    let middle = bytes.len() / 2;
    bytes.truncate(middle);
    fs::write(&not, bytes).unwrap();
    let said = empty.run(&["restore", not.to_str().unwrap()]);
    assert_eq!((said.code, said.out.as_str()), (1, ""), "{said:?}");
    assert_eq!(empty.files(), [], "nothing is left that could be taken for the data");

    fs::write(empty.file("inskrivning.sqlite-wal"), "of an earlier database").unwrap();
    empty.run(&["restore", copy.to_str().unwrap()]).refused(1, "-wal is there already");
}

#[test]
fn data_on_postgresql_are_backed_up_by_its_own_tools() {
    let home = Home::new();
    let url = "postgres://nobody@127.0.0.1:1/none";
    let said = run(&["restore", "copy", "--data", home.path().to_str().unwrap(), "--database", url]);
    said.refused(1, "with its own tools");
    assert_eq!(home.files(), []);
}
