//! What may be wrong with the key file, the database or the port: a sentence that says what to do, an exit code, and nothing
//! written.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;

use diesel::connection::SimpleConnection;
use diesel::{Connection, SqliteConnection};

use crate::program::{Home, run};

const SERVE: [&str; 3] = ["serve", "--listen", "127.0.0.1:0"];

fn set_mode(home: &Home, file: &str, mode: u32) {
    fs::set_permissions(home.file(file), fs::Permissions::from_mode(mode)).unwrap();
}

/// Checks that neither `serve` nor making a token goes on, and that nothing in the folder changed.
#[track_caller]
fn refused(home: &Home, code: i32, words: &str) {
    let before = home.files();
    home.run(&SERVE).refused(code, words);
    home.run(&["token", "new", "--role", "desk", "--name", "x"]).refused(code, words);
    assert_eq!(home.files(), before, "something was written");
}

#[test]
fn the_key_file_is_made_on_the_first_start_for_its_owner_alone() {
    let home = Home::used();
    let mode = fs::metadata(home.file("key")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn a_missing_key_file_is_never_made_anew_beside_old_data() {
    let home = Home::used();
    fs::remove_file(home.file("key")).unwrap();
    refused(&home, 1, "is missing, and without it no guest is recognised: put it back");
    assert!(!home.file("key").exists());
}

#[test]
fn the_key_file_of_other_data_is_not_taken() {
    let (home, other) = (Home::used(), Home::used());
    fs::copy(other.file("key"), home.file("key")).unwrap();
    refused(&home, 1, "does not belong to these data");
}

#[test]
fn a_damaged_key_file_is_not_taken() {
    let home = Home::used();
    for damaged in ["", "0123", &"g".repeat(64), "\u{e5}"] {
        fs::write(home.file("key"), damaged).unwrap();
        refused(&home, 1, "is damaged: it must hold 64 hex digits");
    }
    fs::write(home.file("key"), [0xff, 0xfe]).unwrap();
    refused(&home, 1, "is damaged");
}

#[test]
fn a_key_file_that_others_may_read_is_not_taken() {
    let home = Home::used();
    for mode in [0o640, 0o604, 0o644] {
        set_mode(&home, "key", mode);
        refused(&home, 1, "may be read by others");
    }
    set_mode(&home, "key", 0o600);
    home.run(&["token", "list"]).done();
}

#[test]
fn a_key_file_that_cannot_be_read_is_not_taken() {
    let home = Home::used();
    fs::remove_file(home.file("key")).unwrap();
    fs::create_dir(home.file("key")).unwrap();
    home.run(&SERVE).refused(1, "cannot be read or written");
}

#[test]
fn a_database_of_a_newer_version_is_left_alone() {
    let home = Home::used();
    let mut conn = SqliteConnection::establish(home.database().to_str().unwrap()).unwrap();
    conn.batch_execute("INSERT INTO __diesel_schema_migrations (version) VALUES ('20991231000001')").unwrap();
    // Nothing may be left for the next to be tidied up: what is compared are the bytes.
    conn.batch_execute("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    drop(conn);
    let words = "written by a newer version of the service (20991231000001)";
    refused(&home, 1, words);
    home.run(&["migrate"]).refused(1, words);
    home.run(&["audit", "verify"]).refused(1, words);
}

#[test]
fn a_file_that_is_no_database_is_left_alone() {
    let home = Home::new();
    fs::write(home.database(), "this is no database, whatever it is called: ".repeat(100)).unwrap();
    refused(&home, 1, "is not a database");
    home.run(&["migrate"]).refused(1, "is not a database");
}

#[test]
fn a_postgresql_that_is_down_becomes_no_file() {
    let home = Home::new();
    let folder = home.path().to_str().unwrap();
    let url = "postgres://someone:secret@127.0.0.1:1/nothing";
    for command in [&SERVE[..], &["migrate"], &["token", "list"], &["audit", "verify"], &["backup", "copy"]] {
        let said = run(&[command, &["--data", folder, "--database", url]].concat());
        assert!(!said.err.contains("secret"), "{said:?}");
        assert_eq!((said.code, said.out.as_str()), (1, ""), "{said:?}");
        assert!(said.err.contains("the database cannot be used now"), "{said:?}");
    }
    assert_eq!(home.files(), []);
    let said = run(&["serve", "--data", folder, "--database", "host=localhost password=secret"]);
    assert_eq!(said.code, 64, "{said:?}");
    assert_eq!(home.files(), []);
}

#[test]
fn a_taken_port_is_named() {
    let home = Home::used();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let said = home.run(&["serve", "--listen", &address]);
    assert_eq!((said.code, said.out.as_str()), (2, ""), "{said:?}");
    let words = format!("{address} cannot be listened on: ");
    assert!(said.err.contains(&words) && said.err.contains("name another with --listen"), "{said:?}");
}

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let home = Home::new();
    fs::write(home.file("file"), "").unwrap();
    let folder = home.file("file").join("data");
    run(&["serve", "--data", folder.to_str().unwrap()]).refused(2, "cannot be made");
}

#[test]
fn migrating_makes_the_data_and_does_nothing_more_the_second_time() {
    let home = Home::new();
    home.run(&["migrate"]).done();
    assert!(home.database().exists());
    let said = home.run(&["migrate"]).done();
    assert!(said.contains("in the form of this version"), "{said}");
    assert!(!home.file("key").exists(), "the key file is made on the first start");
}
