//! The files of the service are deleted, moved or may not be written: clear answers, nothing lost, and no person needed when the
//! cause is gone.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::json;

use crate::desk::Desk;
use crate::house::{House, Kind};
use crate::program::{SERVE, Serving};

#[test]
fn a_key_file_deleted_while_it_runs_stops_nothing_and_is_missed_at_the_next_start() {
    let house = House::new(Kind::Sqlite);
    let serving = house.serve();
    let desk = Desk::opened(&house, &serving.caller());
    assert_eq!(desk.ask(&serving.caller(), 1).status, 201);
    let (key, kept) = (house.home.file("key"), house.home.file("kept"));
    fs::rename(&key, &kept).unwrap();
    assert_eq!(desk.ask(&serving.caller(), 2).status, 201);
    serving.kill();
    let missing = "is missing, and without it no guest is recognised: put it back";
    house.home.run(&SERVE).refused(1, missing);
    assert!(!key.exists(), "a new one would make every guest a stranger");
    fs::rename(&kept, &key).unwrap();
    let serving = house.serve();
    assert_eq!(desk.ask(&serving.caller(), 3).status, 201);
    desk.has_lost_nothing(&serving.caller());
}

#[test]
fn a_database_file_taken_away_is_not_written_to_and_when_it_is_back_all_goes_on() {
    let house = House::new(Kind::Sqlite);
    let serving = house.serve();
    let calls = serving.caller();
    let desk = Desk::opened(&house, &calls);
    assert_eq!(desk.ask(&calls, 1).status, 201);
    let (file, away) = (house.home.database(), house.home.file("away"));
    fs::rename(&file, &away).unwrap();
    for other in [false, true] {
        if other {
            // Something else in its place is not it.
            fs::write(&file, "").unwrap();
        }
        for number in 2..6 {
            desk.ask(&calls, number).refused(503, "database-unavailable");
            calls.get(&house.tokens.desk, "/shelters").refused(503, "database-unavailable");
        }
        assert_eq!(calls.raw("GET", "", "/readyz", None, None).unwrap().0, 503);
        assert_eq!(calls.raw("GET", "", "/healthz", None, None).unwrap().0, 200);
        assert_eq!(file.exists(), other, "no new database is begun in its place");
    }
    fs::rename(&away, &file).unwrap();
    assert_eq!(desk.ask(&calls, 2).status, 201);
    desk.has_lost_nothing(&calls);
    serving.kill();
    let serving = house.serve();
    desk.has_lost_nothing(&serving.caller());
}

/// Runs a program as whoever runs the service does: without the right to write everywhere that root has.
fn without_privilege(house: &House, arguments: &[&str]) -> Command {
    let mut command = Command::new("setpriv");
    command
        .args(["--bounding-set=-dac_override,-dac_read_search,-fowner", env!("CARGO_BIN_EXE_inskrivning")]);
    let am_root = fs::metadata("/proc/self").unwrap();
    if std::os::unix::fs::MetadataExt::uid(&am_root) != 0 {
        command = Command::new(env!("CARGO_BIN_EXE_inskrivning"));
    }
    command.args(arguments);
    house.home.prepared(command)
}

fn may(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

/// What a command says that ends by itself; one that goes on is ended.
fn finished_soon(mut command: Command) -> std::process::Output {
    let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
    for _ in 0..100 {
        if child.try_wait().unwrap().is_some() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    let _ = child.kill();
    child.wait_with_output().unwrap()
}

#[test]
fn a_database_that_may_not_be_written_is_said_at_the_start_and_nothing_is_lost() {
    let house = House::new(Kind::Sqlite);
    let file = house.home.database();
    let serving = Serving::start(without_privilege(&house, &SERVE));
    let calls = serving.caller();
    let desk = Desk::opened(&house, &calls);
    assert_eq!(desk.ask(&calls, 1).status, 201);
    // Who has it open goes on.
    may(&file, 0o400);
    may(house.home.path(), 0o500);
    for number in 2..5 {
        assert_eq!(desk.ask(&calls, number).status, 201);
    }
    serving.kill();
    for folder in [0o700, 0o500] {
        may(house.home.path(), folder);
        let said = finished_soon(without_privilege(&house, &SERVE));
        let text = String::from_utf8(said.stderr).unwrap();
        assert_eq!(said.status.code(), Some(1), "{text}");
        assert!(text.contains("look whether there is room") && text.lines().count() == 1, "{text}");
    }
    may(house.home.path(), 0o700);
    may(&file, 0o600);
    let serving = Serving::start(without_privilege(&house, &SERVE));
    assert_eq!(desk.ask(&serving.caller(), 5).status, 201);
    desk.has_lost_nothing(&serving.caller());
    let shelters = serving.caller().get(&house.tokens.desk, "/shelters").yes();
    assert_eq!(shelters[0]["code"], json!("fa"));
}
