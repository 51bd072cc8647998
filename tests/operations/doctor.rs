//! `inskrivning doctor`: it finds and names each fault that is planted, and writes nothing; on whole data it says so.

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::dsl::sql;
use diesel::sql_types::BigInt;
use diesel::{Connection, PgConnection, RunQueryDsl};
use serde_json::Value;

use crate::left::{Conn, left_by};
use crate::not_run::not_run;
use crate::program::{Home, Said, command, libfaketime};

/// A Friday with its nights, and a Monday, on both databases in turn.
fn on_both(test: impl Fn(&Home)) {
    for home in [Home::new(), Home::on_postgres()] {
        left_by("0.1.0", &home);
        home.run(&["migrate"]).done();
        fs::set_permissions(home.path(), fs::Permissions::from_mode(0o700)).unwrap();
        is_left_alone(&home);
        test(&home);
    }
}

/// Waits until the server has let go of those who left: a session ends a moment after who held it has gone.
fn is_left_alone(home: &Home) {
    let Some(name) = home.url().and_then(|url| url.rsplit('/').next()) else { return };
    let server = std::env::var("INSKRIVNING_TEST_POSTGRES").unwrap();
    let mut conn = PgConnection::establish(&server).unwrap();
    let held = format!("(SELECT count(*) FROM pg_stat_activity WHERE datname = '{name}')");
    for _ in 0..3_000 {
        let held: i64 = diesel::select(sql::<BigInt>(&held)).get_result(&mut conn).unwrap();
        if held == 0 {
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("there are sessions in {name} that do not end");
}

fn on_sqlite() -> Home {
    let home = Home::new();
    left_by("0.1.0", &home);
    home.run(&["migrate"]).done();
    home
}

/// Runs it with what stands in the environment of the tests left out.
fn doctor(home: &Home, arguments: &[&str]) -> Said {
    home.run(&[&["doctor"], arguments].concat())
}

/// What it says of one check: how it is, and in which words.
#[track_caller]
fn finding(said: &Said, check: &str) -> (String, String) {
    let all: Value = serde_json::from_str(&said.out).unwrap_or_else(|error| panic!("{error}: {said:?}"));
    let found = all["checks"].as_array().unwrap().iter().find(|found| found["check"] == check);
    let found = found.unwrap_or_else(|| panic!("nothing is said of {check}: {said:?}"));
    let state = found["state"].as_str().unwrap();
    assert_eq!(found["do"].is_null(), state == "ok", "what to do is said when something is wrong: {found}");
    (state.to_owned(), found["says"].as_str().unwrap().to_owned())
}

/// Checks that it finds this at fault, says these words of it, and writes nothing.
#[track_caller]
fn fault(home: &Home, check: &str, words: &str) {
    let before = home.files();
    let said = doctor(home, &["--format", "json"]);
    assert_eq!(home.files(), before, "something was written");
    let (state, says) = finding(&said, check);
    assert_eq!((state.as_str(), said.code, said.err.as_str()), ("fault", 1, ""), "{said:?}");
    assert!(says.contains(words), "{words:?} is not in {says:?}");
    let all: Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(all["well"], false);
    let in_words = doctor(home, &[]);
    assert_eq!(in_words.code, 1);
    let line = in_words.out.lines().find(|line| line.starts_with(&format!("fault    {check:<11}  ")));
    assert!(line.is_some(), "{in_words:?}");
}

/// Somebody with the database in their hands.
fn tamper(home: &Home, statement: &str) {
    match Conn::to(home) {
        Conn::Sqlite(mut conn) => {
            conn.batch_execute(
                "PRAGMA foreign_keys = OFF; DROP TRIGGER audit_no_update; DROP TRIGGER audit_no_delete; \
                 DROP TRIGGER valid_ticket_no_delete; DROP TRIGGER head_count_no_update;",
            )
            .unwrap();
            conn.batch_execute(statement).unwrap();
            conn.batch_execute("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
        }
        Conn::Postgres(mut conn) => {
            // No trigger and no reference is heeded, as for a superuser who means it.
            conn.batch_execute("SET session_replication_role = replica").unwrap();
            conn.batch_execute(statement).unwrap();
        }
    }
}

#[test]
fn whole_data_are_well_and_every_check_says_so_in_a_line() {
    on_both(|home| {
        let before = home.files();
        let said = doctor(home, &["--format", "json"]);
        assert_eq!((said.code, said.err.as_str()), (0, ""), "{said:?}");
        for (check, words) in [
            ("version", env!("CARGO_PKG_VERSION")),
            ("settings", "min-nights 3 (left out)"),
            ("running", "no service"),
            ("data folder", "belong to user"),
            ("key file", "belongs to these data"),
            ("database", "in the form of this version"),
            ("integrity", "every"),
            ("keeping", "synchronous"),
            ("sums", "those of 2 finished desk days and 12 nights at shelters hold"),
            ("audit log", "the chain holds, not compared"),
            ("clock", "it shows 20"),
            ("time zone", "through 2099"),
            ("disk", "MiB free"),
            ("open files", "could open"),
        ] {
            let (state, says) = finding(&said, check);
            let words = if check == "integrity" && home.url().is_some() { "references" } else { words };
            assert!(says.contains(words), "{check}: {words:?} is not in {says:?}");
            // How much room this machine has is not the data's affair.
            assert!(state == "ok" || check == "disk", "{check}: {state} {says}");
        }
        assert_eq!(home.url().is_some(), said.out.contains("text in UTF8"));
        let in_words = doctor(home, &[]).done();
        assert!(
            in_words.lines().last().is_some_and(
                |line| line.starts_with("All is well") || line.starts_with("Nothing is at fault")
            )
        );
        assert_eq!(home.files(), before, "something was written");
    });
}

#[test]
fn it_works_beside_a_service_and_says_that_it_runs() {
    on_both(|home| {
        let token = home.token("coordinator");
        let serving = home.serve();
        let said = doctor(home, &["--format", "json"]);
        assert_eq!(said.code, 0, "{said:?}");
        let (_, says) = finding(&said, "running");
        match home.url() {
            None => assert!(says.contains("the service runs on these data (process "), "{says}"),
            Some(_) => assert!(says.contains("connections to these data"), "{says}"),
        }
        serving.json("GET", &token, "/api/v1/shelters", None);
        serving.stop();
        let (_, says) = finding(&doctor(home, &["--format", "json"]), "running");
        assert!(says.starts_with("no service"), "{says}");
    });
}

#[test]
fn settings_are_shown_with_where_they_come_from_and_without_a_password() {
    let home = on_sqlite();
    let mut command = command(&["doctor", "--dice", "40", "--data", home.path().to_str().unwrap()]);
    command
        .env_remove("INSKRIVNING_TEST_POSTGRES")
        .env("INSKRIVNING_MIN_NIGHTS", "4")
        .env("INSKRIVNING_DICES", "9");
    command.env("INSKRIVNING_DATABASE", "postgres://ada:secret@127.0.0.1:1/x?password=secret");
    let output = command.output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(
        said.contains("dice 40 (by flag)") && said.contains("min-nights 4 (by INSKRIVNING_MIN_NIGHTS)"),
        "{said}"
    );
    assert!(said.contains("database postgres://ada@127.0.0.1:1/x (by INSKRIVNING_DATABASE)"), "{said}");
    assert!(said.contains("INSKRIVNING_DICES is no setting"), "{said}");
    assert!(said.contains("fault    database     the database cannot be used now"), "{said}");
    assert!(!said.contains("secret"), "{said}");
    assert_eq!(output.status.code(), Some(1));
    let open = doctor(&home, &["--listen", "0.0.0.0:8080", "--format", "json"]);
    assert_eq!((open.code, finding(&open, "settings").0.as_str()), (0, "warning"));
    for arguments in [&["--format", "xml"][..], &["--head", "7"], &["--listen", "8080"], &["more"]] {
        let said = doctor(&home, arguments);
        assert_eq!((said.code, said.out.as_str()), (64, ""), "{said:?}");
    }
}

#[test]
fn the_modes_of_the_folder_and_the_key_file_are_looked_at() {
    on_both(|home| {
        let set = |path: &std::path::Path, mode| {
            fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap()
        };
        set(&home.file("key"), 0o640);
        fault(home, "key file", "may be read by others");
        fault(home, "data folder", "others may read");
        set(&home.file("key"), 0o600);
        set(home.path(), 0o770);
        fault(home, "data folder", "others may put files into");
        set(home.path(), 0o755);
        let said = doctor(home, &["--format", "json"]);
        assert_eq!((said.code, finding(&said, "data folder").0.as_str()), (0, "warning"), "{said:?}");
        set(home.path(), 0o700);
        if home.url().is_none() {
            set(&home.database(), 0o644);
            fault(home, "data folder", "others may read");
        }
    });
}

#[test]
fn a_file_of_another_owner_is_found() {
    let home = on_sqlite();
    if !rustix::process::geteuid().is_root() {
        return not_run("only root can give a file away");
    }
    chown(home.file("key"), Some(65_534), None).unwrap();
    fault(&home, "data folder", "key belongs to user 65534, its folder to user 0");
}

#[test]
fn a_key_file_that_is_missing_foreign_or_damaged_is_found() {
    on_both(|home| {
        let other = Home::used();
        let own = fs::read(home.file("key")).unwrap();
        fs::copy(other.file("key"), home.file("key")).unwrap();
        fault(home, "key file", "does not belong to these data");
        fs::write(home.file("key"), "0123").unwrap();
        fault(home, "key file", "is damaged");
        fs::remove_file(home.file("key")).unwrap();
        fault(home, "key file", "is missing, and without it no guest is recognised");
        assert!(!home.file("key").exists(), "one was made");
        fs::write(home.file("key"), own).unwrap();
        fs::set_permissions(home.file("key"), fs::Permissions::from_mode(0o600)).unwrap();
        assert_eq!(doctor(home, &[]).code, 0);
    });
}

#[test]
fn a_newer_or_older_form_a_strange_file_and_no_data_are_named() {
    on_both(|home| {
        let version = "INSERT INTO __diesel_schema_migrations (version) VALUES ('20991231000001')";
        tamper(home, version);
        fault(home, "database", "written by a newer version of the service (20991231000001)");
        let (state, says) = finding(&doctor(home, &["--format", "json"]), "sums");
        assert_eq!((state.as_str(), says.as_str()), ("warning", "not looked at"));
    });
    on_both(|home| {
        tamper(home, "DELETE FROM __diesel_schema_migrations");
        fault(home, "database", "in the form of an older version of the service");
    });
    let home = Home::new();
    fault(&home, "database", "there are no data at");
    fs::write(home.database(), "this is no database, whatever it is called: ".repeat(100)).unwrap();
    fault(&home, "database", "is not a database");
    let home = Home::on_postgres();
    fault(&home, "database", "there are no data of the service in this database yet");
}

#[test]
fn a_broken_chain_and_a_head_it_does_not_go_through_are_found() {
    on_both(|home| {
        let head = format!("9:{}", "ab".repeat(32));
        let said = doctor(home, &["--format", "json", "--head", &head]);
        let (state, says) = finding(&said, "audit log");
        assert_eq!((said.code, state.as_str()), (1, "fault"), "{said:?}");
        assert!(says.contains("entry 9 with another hash is known"), "{says}");
        tamper(home, "UPDATE audit SET role = 'desk' WHERE seq = 3");
        fault(home, "audit log", "entry 3 was changed");
    });
}

#[test]
fn a_sum_that_was_tampered_with_is_found_in_a_desk_day_and_in_a_night() {
    on_both(|home| {
        tamper(
            home,
            "UPDATE ticket SET state = 'waiting', sl_ticket = NULL, end_cause = NULL, kept_to = NULL \
                      WHERE day = '2024-01-15'",
        );
        fault(home, "sums", "asked = what became of them, desk day 2024-01-15");
    });
    on_both(|home| {
        tamper(home, "DELETE FROM valid_ticket WHERE night = '2024-01-13' AND shelter = 'fa'");
        fault(home, "sums", "shelter fa, night 2024-01-13");
    });
    on_both(|home| {
        tamper(home, "UPDATE head_count SET women = 6 WHERE night = '2024-01-14'");
        fault(home, "sums", "count <= places, shelter cx, night 2024-01-14");
    });
}

#[test]
fn a_row_that_points_nowhere_is_found() {
    let home = on_sqlite();
    tamper(&home, "DELETE FROM guest WHERE id IN (SELECT guest FROM ticket LIMIT 1)");
    fault(&home, "integrity", "to rows of guest that are not there");
}

#[test]
fn a_clock_set_back_behind_the_data_is_found() {
    on_both(|home| {
        // A step from the year 2100, as a clock that went wrong once leaves it; the chain itself holds.
        let store = inskrivning::store::Store::open(&match home.url() {
            None => inskrivning::store::Database::Sqlite(home.database()),
            Some(url) => inskrivning::store::Database::Postgres(url.to_owned()),
        });
        let store = store.unwrap();
        let at = "2100-01-01T09:00:00Z".parse().unwrap();
        let event = inskrivning::domain::audit::Event::BackupMade;
        let operator = inskrivning::domain::role::Actor::Operator;
        let written: Result<(), inskrivning::store::StoreError> =
            store.write_now(move |tx| tx.record(at, operator, &event));
        written.unwrap();
        store.shut_down();
        drop(store);
        fault(home, "clock", "the audit log was last written at 2100-01-01 09:00:00 UTC: it was set back");
        let (state, _) = finding(&doctor(home, &["--format", "json"]), "audit log");
        assert_eq!(state, "ok");
    });
}

#[test]
fn a_clock_that_goes_otherwise_than_the_servers_is_found() {
    on_both(|home| {
        let data = home.data();
        let at = |moved: &str| {
            let mut command = command(&["doctor", "--format", "json"]);
            command
                .args(&data)
                .env("LD_PRELOAD", libfaketime())
                .env("FAKETIME", moved)
                .env("FAKETIME_DONT_FAKE_MONOTONIC", "1");
            let output = command.output().unwrap();
            let code = output.status.code().unwrap();
            let said = Said { code, out: String::from_utf8(output.stdout).unwrap(), err: String::new() };
            let (state, says) = finding(&said, "clock");
            (code, state, says)
        };
        // The data are of January 2024.
        let (code, state, says) = at("@2023-12-01 09:00:00");
        assert_eq!((code, state.as_str()), (1, "fault"), "{says}");
        assert!(says.contains("it was set back"), "{says}");
        let (code, state, says) = at("+2h");
        let wanted = if home.url().is_some() { (1, "fault") } else { (0, "ok") };
        assert_eq!((code, state.as_str()), wanted, "{says}");
        assert_eq!(says.contains("from that of the database's server"), home.url().is_some(), "{says}");
        let (code, state, says) = at("+30s");
        let wanted = if home.url().is_some() { (0, "warning") } else { (0, "ok") };
        assert_eq!((code, state.as_str()), wanted, "{says}");
    });
}

#[test]
fn a_server_that_may_forget_or_lets_too_little_be_done_is_found() {
    let home = Home::on_postgres();
    left_by("0.1.0", &home);
    home.run(&["migrate"]).done();
    let url = home.url().unwrap();
    let name = url.rsplit('/').next().unwrap().to_owned();
    let said_to = |statement: &str| {
        let Conn::Postgres(mut conn) = Conn::to(&home) else { panic!("a server") };
        diesel::sql_query(statement).execute(&mut conn).unwrap();
    };
    said_to(&format!("ALTER DATABASE {name} SET synchronous_commit = off"));
    fault(&home, "keeping", "synchronous_commit off");
    said_to(&format!("ALTER DATABASE {name} RESET synchronous_commit"));

    // Another user, who may look but not write.
    let user = format!("u_{name}");
    said_to(&format!("CREATE ROLE {user} LOGIN"));
    said_to(&format!("GRANT SELECT ON ALL TABLES IN SCHEMA public TO {user}"));
    let other = format!("postgres://{user}@{}", url.split_once('@').unwrap().1);
    let arguments =
        ["doctor", "--format", "json", "--database", &other, "--data", home.path().to_str().unwrap()];
    let server = || finding(&crate::program::run(&arguments), "server");
    let reads = server();
    // Then one who may do all that this version does, and cannot change a table that somebody else made.
    said_to(&format!("GRANT ALL ON ALL TABLES IN SCHEMA public TO {user}"));
    let writes = server();
    said_to(&format!("GRANT CREATE ON SCHEMA public TO {user}"));
    let makes_tables = server();
    said_to(&format!("DROP OWNED BY {user}"));
    said_to(&format!("DROP ROLE {user}"));
    let is = |(state, says): &(String, String), wanted: &str, words: &str| {
        assert!(state == wanted && says.contains(words), "{state}: {says}");
    };
    is(&reads, "fault", "this user may not read and write __diesel_schema_migrations; arrival; audit; ");
    is(&writes, "warning", "this user may make no tables");
    is(&makes_tables, "warning", "__diesel_schema_migrations; arrival; audit; ");
    is(&makes_tables, "warning", "belong to another user");
}

#[test]
fn a_disk_without_room_is_found() {
    // The file system of the kernel's own figures has no room at all, and everybody can look at it.
    let said = crate::program::run(&["doctor", "--format", "json", "--data", "/sys"]);
    let (state, says) = finding(&said, "disk");
    assert_eq!((state.as_str(), said.code), ("fault", 1), "{said:?}");
    assert!(says.contains("0 MiB free (0 bytes)"), "{says}");
}

/// A database as a disk may give it back: bytes turned over, or the end cut off.
#[test]
fn damaged_pages_are_reported_and_never_make_it_break_down() {
    let home = on_sqlite();
    // All in the one file.
    tamper(&home, "VACUUM");
    for beside in ["-wal", "-shm"] {
        let _ = fs::remove_file(format!("{}{beside}", home.database().display()));
    }
    let whole = fs::read(home.database()).unwrap();
    let page = 4096;
    for round in 0..32 {
        let mut damaged = whole.clone();
        let must_be_found = round % 2 == 0;
        match round {
            0 => damaged.truncate(whole.len() / 2),
            2 => damaged.truncate(whole.len() - 100),
            _ => {
                // Sixteen bytes in a row: at the head of a page, which tells what it is; or anywhere, where there may be nothing.
                let at = round * (whole.len() / 32);
                let at = if must_be_found { at / page * page } else { at };
                damaged[at..at + 16].iter_mut().for_each(|byte| *byte ^= 0x55);
            }
        }
        fs::write(home.database(), &damaged).unwrap();
        let said = doctor(&home, &["--format", "json"]);
        assert!(matches!(said.code, 0 | 1) && said.err.is_empty(), "round {round}: {said:?}");
        if must_be_found {
            let named = ["database", "integrity"].map(|check| finding(&said, check).0);
            assert!(named.contains(&"fault".to_owned()), "round {round}: {said:?}");
        }
        for beside in ["-wal", "-shm"] {
            let _ = fs::remove_file(format!("{}{beside}", home.database().display()));
        }
    }
}
