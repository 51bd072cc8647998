//! What the two doors promise, on a real SQLite file.

use super::*;
use crate::domain::audit::{Event, Head};
use crate::domain::role::Actor;
use crate::domain::shelter::{Admission, Shelter, Terms};

fn store() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&Database::Sqlite(folder.path().join("data.sqlite"))).unwrap();
    (folder, store)
}

fn shelter(code: &str) -> Shelter {
    Shelter {
        code: code.parse().unwrap(),
        name: code.to_uppercase(),
        terms: Terms::default(),
        admission: Admission::Scanned,
        protected: false,
    }
}

fn now() -> chrono::DateTime<chrono::Utc> {
    "2026-11-27T09:00:00Z".parse().unwrap()
}

fn shelters(store: &Store) -> Vec<String> {
    let found: Result<_, StoreError> = store.read(|read| read.shelters());
    found.unwrap().iter().map(|shelter| shelter.code.to_string()).collect()
}

#[test]
fn a_write_that_says_nothing_in_the_audit_log_is_undone() {
    let (_folder, store) = store();
    let silent = store.write_now(|tx| tx.save_shelter(&shelter("fa")));
    assert_eq!(silent, Err(StoreError::NoAudit("shelter".to_owned())));
    assert!(shelters(&store).is_empty());
    let said = store.write_now(|tx| {
        tx.save_shelter(&shelter("fa"))?;
        tx.record(now(), Actor::Operator, &Event::BackupMade)
    });
    assert_eq!(said, Ok(()));
    assert_eq!(shelters(&store), ["fa"]);
}

#[test]
fn a_step_that_fails_or_breaks_down_leaves_nothing_and_stops_nobody_else() {
    let (_folder, store) = store();
    let refused: Result<(), StoreError> = store.write_now(|tx| {
        tx.save_shelter(&shelter("fa"))?;
        tx.record(now(), Actor::Operator, &Event::BackupMade)?;
        Err(StoreError::NoPlaceLeft("no".to_owned()))
    });
    assert_eq!(refused, Err(StoreError::NoPlaceLeft("no".to_owned())));
    let broke: Result<(), StoreError> = store.write_now(|tx| {
        tx.save_shelter(&shelter("fb"))?;
        tx.record(now(), Actor::Operator, &Event::BackupMade)?;
        panic!("it broke down")
    });
    assert_eq!(broke, Err(StoreError::Panicked));
    let went = store.write_now(|tx| {
        tx.save_shelter(&shelter("fc"))?;
        tx.record(now(), Actor::Operator, &Event::BackupMade)?;
        Ok::<_, StoreError>(tx.head().seq)
    });
    assert_eq!(went, Ok(1));
    assert_eq!(shelters(&store), ["fc"]);
}

#[test]
fn steps_from_many_threads_make_one_chain_without_gaps() {
    let (_folder, store) = store();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            let store = store.clone();
            scope.spawn(move || {
                for _ in 0..25 {
                    store.write_now(|tx| tx.record(now(), Actor::Service, &Event::BackupMade)).unwrap();
                }
            });
        }
    });
    let (entries, head) = store
        .read(|read| Ok::<_, StoreError>((read.audit_after(0, 1000)?.entries, read.audit_head()?)))
        .unwrap();
    assert_eq!(entries.len(), 200);
    assert_eq!(crate::domain::audit::follow(Head::EMPTY, &entries), Ok(head));
}

#[test]
fn of_steps_that_are_written_together_those_that_fail_leave_nothing_and_the_others_stay() {
    let (_folder, store) = store();
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let store = store.clone();
            scope.spawn(move || {
                for n in 0..24 {
                    let code = format!("s{thread}x{n}");
                    let said = store.write_now(move |tx| {
                        tx.save_shelter(&shelter(&code))?;
                        match n % 4 {
                            0 => Err(StoreError::NoPlaceLeft("no".to_owned())),
                            1 => Ok(()),
                            _ => tx.record(now(), Actor::Service, &Event::BackupMade),
                        }
                    });
                    assert_eq!(said.is_ok(), n % 4 > 1);
                }
            });
        }
    });
    let (entries, head) = store
        .read(|read| Ok::<_, StoreError>((read.audit_after(0, 1000)?.entries, read.audit_head()?)))
        .unwrap();
    assert_eq!(entries.len(), 8 * 12);
    assert_eq!(crate::domain::audit::follow(Head::EMPTY, &entries), Ok(head));
    let kept = shelters(&store);
    assert_eq!(kept.len(), 8 * 12);
    assert!(kept.iter().all(|code| code.rsplit('x').next().unwrap().parse::<u32>().unwrap() % 4 > 1));
}

/// What a step of the writer sees.
fn written_shelters(store: &Store) -> Vec<String> {
    let seen = store.write_now(|tx| tx.shelters());
    seen.unwrap().iter().map(|shelter| shelter.code.to_string()).collect()
}

fn add_shelter(store: &Store, code: &'static str) {
    let added = store.write_now(move |tx| {
        tx.save_shelter(&shelter(code))?;
        // The step itself sees what it changed.
        assert!(tx.shelters()?.iter().any(|shelter| shelter.code.to_string() == code));
        tx.record(now(), Actor::Operator, &Event::BackupMade)
    });
    added.unwrap();
}

#[test]
fn what_the_writer_knows_of_the_house_is_what_stands_in_the_database() {
    let (folder, store) = store();
    assert!(written_shelters(&store).is_empty());
    add_shelter(&store, "fa");
    assert_eq!(written_shelters(&store), ["fa"]);
    // Another process changes it.
    let another = Store::open(&Database::Sqlite(folder.path().join("data.sqlite"))).unwrap();
    add_shelter(&another, "fb");
    assert_eq!(written_shelters(&store), ["fa", "fb"]);
    // A step that is undone saw what it did; nobody else does, nor after it.
    let undone: Result<(), StoreError> = store.write_now(|tx| {
        tx.save_shelter(&shelter("fc"))?;
        assert_eq!(tx.shelters()?.len(), 3);
        Err(StoreError::NoPlaceLeft("no".to_owned()))
    });
    assert!(undone.is_err());
    assert_eq!(written_shelters(&store), ["fa", "fb"]);
}

#[test]
fn a_step_that_says_what_it_changes_may_not_change_something_else_past_that() {
    use diesel::RunQueryDsl;
    let (_folder, store) = store();
    let past: Result<(), StoreError> = store.write_now(|tx| {
        tx.save_shelter(&shelter("fa"))?;
        tx.record(now(), Actor::Operator, &Event::BackupMade)?;
        diesel::sql_query("DELETE FROM bed WHERE 0").execute(tx.read.conn)?;
        Ok(())
    });
    assert_eq!(past, Err(StoreError::NoAudit("bed".to_owned())));
    assert!(shelters(&store).is_empty());
}

#[test]
fn a_reading_step_cannot_write() {
    use diesel::RunQueryDsl;
    let (_folder, store) = store();
    let wrote: Result<usize, StoreError> =
        store.read(|read| Ok(diesel::sql_query("DELETE FROM shelter").execute(read.conn)?));
    assert!(matches!(wrote, Err(StoreError::Unavailable(_))), "{wrote:?}");
}

#[test]
fn what_is_written_for_good_cannot_be_changed_or_deleted() {
    use diesel::RunQueryDsl;
    let (_folder, store) = store();
    store.write_now(|tx| tx.record(now(), Actor::Service, &Event::BackupMade)).unwrap();
    for statement in ["UPDATE audit SET role = 'desk'", "DELETE FROM audit"] {
        let changed: Result<usize, StoreError> =
            store.write_now(move |tx| Ok(diesel::sql_query(statement).execute(tx.read.conn)?));
        assert!(changed.unwrap_err().to_string().contains("append-only"), "{statement}");
    }
}

#[test]
fn after_the_shutdown_no_step_is_taken() {
    let (_folder, store) = store();
    store.shut_down();
    let late = store.write_now(|tx| tx.record(now(), Actor::Service, &Event::BackupMade));
    assert_eq!(late, Err(StoreError::ShuttingDown));
}

#[test]
fn a_table_that_others_point_to_can_be_made_anew_and_no_row_is_left_pointing_nowhere() {
    use diesel::connection::SimpleConnection;
    use diesel::{Connection, SqliteConnection};
    let conn = &mut SqliteConnection::establish(":memory:").unwrap();
    conn.batch_execute(
        "PRAGMA foreign_keys = ON; CREATE TABLE house (id INTEGER PRIMARY KEY, kind TEXT CHECK (kind IN ('a')));
         CREATE TABLE room (house INTEGER REFERENCES house (id)); INSERT INTO house VALUES (1, 'a'); INSERT INTO room VALUES (1);",
    )
    .unwrap();
    let mut make_anew = |rows: &str| {
        let statements = format!(
            "CREATE TABLE new (id INTEGER PRIMARY KEY, kind TEXT CHECK (kind IN ('a', 'b')));
             INSERT INTO new SELECT * FROM house WHERE {rows}; DROP TABLE house; ALTER TABLE new RENAME TO house;"
        );
        let changed =
            migration::unwatched(conn, |conn| Ok(conn.batch_execute(&statements).map(|()| true)?));
        // Watched again, whatever became of the change.
        assert!(conn.batch_execute("INSERT INTO room VALUES (7)").is_err());
        (changed, conn.batch_execute("INSERT OR REPLACE INTO house VALUES (2, 'b')").is_ok())
    };
    let lost = StoreError::Corrupt("room points to rows that are not there".to_owned());
    assert_eq!(make_anew("0"), (Err(lost), false));
    assert_eq!(make_anew("1"), (Ok(()), true));
}

#[derive(diesel::QueryableByName)]
struct Named {
    #[diesel(sql_type = diesel::sql_types::Text)]
    name: String,
}

#[test]
fn a_write_to_any_table_but_the_exempt_ones_needs_an_entry_in_the_audit_log() {
    use diesel::RunQueryDsl;
    let (_folder, store) = store();
    let tables: Vec<Named> = store
        .read(|read| {
            let named = diesel::sql_query("SELECT name FROM sqlite_schema WHERE type = 'table'");
            Ok::<_, StoreError>(named.load(read.conn)?)
        })
        .unwrap();
    assert!(tables.len() > 25);
    for Named { name } in tables {
        let statement = format!("DELETE FROM {name} WHERE 0");
        let silent: Result<usize, StoreError> =
            store.write_now(move |tx| Ok(diesel::sql_query(&statement).execute(tx.read.conn)?));
        let exempt = guard::EXEMPT.contains(&name.as_str());
        assert_eq!(silent, if exempt { Ok(0) } else { Err(StoreError::NoAudit(name)) });
    }
}

#[test]
fn a_device_that_fails_during_a_commit_leaves_it_in_doubt_and_a_full_one_does_not() {
    let said = |text: &str| {
        let kind = diesel::result::DatabaseErrorKind::Unknown;
        StoreError::from(diesel::result::Error::DatabaseError(kind, Box::new(text.to_owned())))
    };
    let sqlite = Database::Sqlite("data.sqlite".into());
    assert_eq!(writer::uncommitted(said("disk I/O error"), &sqlite), StoreError::InDoubt);
    for text in ["database or disk is full", "database is locked", "attempt to write a readonly database"] {
        assert_eq!(writer::uncommitted(said(text), &sqlite), StoreError::Unavailable(text.to_owned()));
    }
}

/// Looks at a store on an empty database of the server that the tests have. Where there is none, it does not: the unit tests alone are
/// run without one too (see *Mutation* in docs/TESTING.md), and `tests/run` has one.
fn on_postgres(look: impl FnOnce(&Store)) {
    use diesel::connection::SimpleConnection;
    use diesel::{Connection, PgConnection};
    let Ok(server) = std::env::var("INSKRIVNING_TEST_POSTGRES") else { return };
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).unwrap();
    let name = format!("t{}", uuid::Builder::from_random_bytes(bytes).into_uuid().simple());
    let mut conn = PgConnection::establish(&server).unwrap();
    conn.batch_execute(&format!("CREATE DATABASE {name}")).unwrap();
    let store = Store::open(&Database::Postgres(format!("{}/{name}", server.rsplit_once('/').unwrap().0)));
    look(&store.unwrap());
    conn.batch_execute(&format!("DROP DATABASE {name} WITH (FORCE)")).unwrap();
}

#[test]
fn a_step_that_swallowed_an_error_of_the_server_is_not_said_to_be_kept() {
    use crate::domain::lottery::hash::Hash32;
    use diesel::RunQueryDsl;
    on_postgres(|store| {
        // It changes what needs no entry in the audit log, as a step does that only remembers its key.
        let remember = |swallow: bool| {
            store.write_now(move |tx| {
                let replay = Replay { fingerprint: Hash32([7; 32]), status: 200, resource: "7".to_owned() };
                tx.remember(uuid::Uuid::nil(), "key", &replay, now())?;
                if swallow {
                    assert!(diesel::sql_query("SELECT 1 / 0").execute(tx.conn).is_err());
                }
                Ok::<_, StoreError>(())
            })
        };
        let kept =
            || store.write_now(|tx| tx.replay(uuid::Uuid::nil(), "key")).map(|replay| replay.is_some());
        assert!(remember(true).is_err());
        assert_eq!(kept(), Ok(false));
        assert_eq!(remember(false), Ok(()));
        assert_eq!(kept(), Ok(true));
    });
}
