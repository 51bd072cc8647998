//! What may be wrong with the key file, the database or the port: a sentence that says what to do, an exit code, and nothing
//! written.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;

use diesel::connection::SimpleConnection;
use diesel::{Connection, SqliteConnection};

use crate::program::{Home, command, run};

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
    for command in beside_the_service(&home) {
        home.run(&command.iter().map(String::as_str).collect::<Vec<_>>()).refused(1, words);
    }
    let other = Home::new();
    other.run(&["restore", home.database().to_str().unwrap()]).refused(1, words);
    assert_eq!(other.files(), []);
}

/// Changes the database by hand, and leaves nothing to be tidied up by the next.
fn by_hand(home: &Home, statement: &str) {
    let mut conn = SqliteConnection::establish(home.database().to_str().unwrap()).unwrap();
    conn.batch_execute(statement).unwrap();
    conn.batch_execute("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
}

/// The commands that run beside the service.
fn beside_the_service(home: &Home) -> Vec<Vec<String>> {
    let copy = home.file("copy.sqlite").to_str().unwrap().to_owned();
    let end = "token end 0cb342f0-6637-42af-abad-9990eab3580d";
    let commands = ["token list", "audit verify", end];
    let words = |command: &str| command.split(' ').map(str::to_owned).collect();
    commands.into_iter().map(words).chain([vec!["backup".to_owned(), copy]]).collect()
}

#[test]
fn a_command_beside_the_service_brings_an_older_database_to_no_other_form() {
    let home = Home::used();
    by_hand(&home, "DELETE FROM __diesel_schema_migrations");
    let before = (home.files(), fs::read(home.database()).unwrap());
    let new = ["token", "new", "--role", "desk", "--name", "x"].map(str::to_owned).to_vec();
    for command in beside_the_service(&home).into_iter().chain([new]) {
        let command: Vec<&str> = command.iter().map(String::as_str).collect();
        home.run(&command).refused(1, "in the form of an older version of the service (it lacks 2026");
        let said = home.run(&command).err;
        assert!(said.contains("run `inskrivning migrate`, or start `inskrivning serve`"), "{said}");
    }
    assert_eq!((home.files(), fs::read(home.database()).unwrap()), before, "something was written");
}

#[test]
fn a_command_beside_the_service_makes_no_tables_in_a_database_without_any() {
    let home = Home::new();
    by_hand(&home, "CREATE TABLE of_something_else (id INTEGER)");
    let before = fs::read(home.database()).unwrap();
    for command in beside_the_service(&home) {
        let command: Vec<&str> = command.iter().map(String::as_str).collect();
        home.run(&command).refused(1, "there are no data of the service in this database yet");
    }
    assert_eq!(fs::read(home.database()).unwrap(), before);
    assert_eq!(home.files().len(), 1, "something was written");
}

#[test]
fn a_first_token_begins_the_data_and_says_so() {
    let home = Home::new();
    let said = home.run(&["token", "new", "--role", "desk", "--name", "x"]);
    assert!(said.err.contains("there were no data yet") && said.err.lines().count() == 1, "{said:?}");
    assert!(said.out.starts_with("ins_") && said.out.lines().count() == 1, "{said:?}");
    let said = home.run(&["token", "new", "--role", "desk", "--name", "x"]);
    assert_eq!((said.code, said.err.as_str()), (0, ""), "{said:?}");
}

#[test]
fn who_begins_the_data_at_once_agrees_on_one_key_file() {
    let home = Home::new();
    let tokens: Vec<String> = std::thread::scope(|scope| {
        let begun: Vec<_> = (0..4).map(|_| scope.spawn(|| home.token("desk"))).collect();
        begun.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(tokens.len(), 4);
    assert_eq!(home.run(&["token", "list"]).done().lines().count(), 4);
    home.run(&["audit", "verify"]).done();
    let names: Vec<String> = home.files().into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["inskrivning.sqlite", "key"]);
    home.serve().stop();
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
        assert_eq!(said.err.trim().lines().count(), 1, "{said:?}");
    }
    assert_eq!(home.files(), []);
    for database in ["host=localhost password=secret", "mysql://someone:secret@127.0.0.1/nothing"] {
        let said = run(&["serve", "--data", folder, "--database", database]);
        assert_eq!(said.code, 64, "{said:?}");
        assert!(
            said.err.contains("--database: this is no address of a database: write postgres://"),
            "{said:?}"
        );
        assert!(!said.err.contains("secret"), "{said:?}");
    }
    assert_eq!(home.files(), []);
}

#[test]
fn a_taken_port_is_named() {
    let home = Home::new();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let said = home.run(&["serve", "--listen", &address]);
    assert_eq!((said.code, said.out.as_str()), (2, ""), "{said:?}");
    let words = format!("{address} cannot be listened on: ");
    assert!(said.err.contains(&words) && said.err.contains("name another with --listen"), "{said:?}");
    assert!(said.err.contains("perhaps the service runs already"), "{said:?}");
    assert_eq!(home.files(), [], "the data of a service that may run already are not touched");
}

#[test]
fn a_setting_that_cannot_be_read_says_how_it_is_written_and_where_it_stands() {
    for (variable, value, words) in [
        ("INSKRIVNING_LISTEN", "8080", "as 127.0.0.1:8080"),
        ("INSKRIVNING_LISTEN", "127.0.0.1:99999", "a port up to 65535"),
        ("INSKRIVNING_MIN_NIGHTS", "0", "0 is not in 1..=366"),
        ("INSKRIVNING_WEEK_RULE", "yes", "[possible values: on, off]"),
        ("INSKRIVNING_RELEASE_AFTER", "0", "write a number of nights from 1 on"),
        ("INSKRIVNING_DICE", "7", "7 is not in 25..=100"),
        ("INSKRIVNING_DATABASE", "postgress://x", "write postgres://USER@HOST:PORT/NAME"),
    ] {
        let output = command(&["serve"]).env(variable, value).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(64), "{variable}: {said}");
        let whence = format!("The value comes from the environment: {variable}.");
        assert!(said.contains(words) && said.contains(&whence), "{variable}: {said}");
    }
    let said = run(&["serve", "--dice", "7"]).err;
    assert!(!said.contains("environment"), "{said}");
}

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let home = Home::new();
    fs::write(home.file("file"), "").unwrap();
    let folder = home.file("file").join("data");
    run(&["serve", "--listen", "127.0.0.1:0", "--data", folder.to_str().unwrap()])
        .refused(2, "cannot be made");
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
