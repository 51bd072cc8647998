//! Three processes of this version start at the same moment on the data of an older one: one migrates, the others wait for it.

use std::thread::{scope, sleep};
use std::time::Duration;

use crate::before::Before;
use crate::left::{Conn, left_by};
use crate::program::{Home, Serving};

/// Who waits for a lock of this type, and is let wait until there are so many: their sessions.
fn waiting(conn: &mut Conn, locktype: &str, so_many: usize) -> Vec<String> {
    let mut there = Vec::new();
    for _ in 0..600 {
        there = conn.texts(&format!(
            "pid::text AS said FROM pg_locks WHERE locktype = '{locktype}' AND NOT granted \
             AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        ));
        if there.len() == so_many {
            break;
        }
        sleep(Duration::from_millis(50));
    }
    there
}

fn start_three(home: &Home, meanwhile: impl FnOnce()) -> Vec<Serving> {
    scope(|scope| {
        let started: Vec<_> = (0..3).map(|_| scope.spawn(move || home.serve())).collect();
        meanwhile();
        started.into_iter().map(|one| one.join().unwrap()).collect()
    })
}

/// All serve, each migration was applied once, and the data say what they said.
fn all_is_well(home: &Home, before: &Before, running: &[Serving]) {
    let fresh = Home::on_postgres();
    fresh.run(&["migrate"]).done();
    let versions = "version AS said FROM __diesel_schema_migrations";
    let found = Conn::to(home).texts(versions);
    assert!(found.len() > before.recorded.migrations.len(), "there was nothing to apply: {found:?}");
    assert_eq!(found, Conn::to(&fresh).texts(versions));
    assert_eq!(Conn::to(home).schema(), Conn::to(&fresh).schema());
    assert_eq!(before.changed(home), Vec::<String>::new());
    let token = home.token("coordinator");
    for one in running {
        assert_eq!(one.caller().raw("GET", "", "/readyz", None, None).unwrap().0, 200);
        assert_eq!(before.said_otherwise(&token, one), Vec::<String>::new());
    }
}

/// One is held up in the middle of its migration: the others have not begun theirs.
#[test]
fn of_three_started_at_once_on_older_data_one_migrates_and_all_serve() {
    let home = Home::on_postgres();
    let before = Before::of(left_by("0.1.0", &home), &home);
    let mut reader = Conn::to(&home);
    reader.says("BEGIN; LOCK TABLE waiting IN ACCESS SHARE MODE");
    let running = start_three(&home, || {
        let wait_for_it = waiting(&mut reader, "advisory", 2);
        let migrate = waiting(&mut reader, "relation", 1);
        reader.says("COMMIT");
        assert_eq!((migrate.len(), wait_for_it.len()), (1, 2), "who migrates, and who waits for it");
    });
    all_is_well(&home, &before, &running);
}

/// As long as another instance migrates, all wait: for longer than for any other lock, and than the server lets a statement take.
#[test]
fn a_long_migration_elsewhere_is_waited_for() {
    let home = Home::on_postgres();
    let before = Before::of(left_by("0.1.0", &home), &home);
    let mut other = Conn::to(&home);
    other.says(
        "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET statement_timeout = 4000', current_database()); END $$; \
         SELECT pg_advisory_lock(7306926)",
    );
    let running = start_three(&home, || {
        let there = waiting(&mut other, "advisory", 3);
        // No shorter: what bounds the wait for a lock otherwise is ten seconds.
        sleep(Duration::from_secs(11));
        let still = waiting(&mut other, "advisory", there.len());
        let form = other.texts("version AS said FROM __diesel_schema_migrations");
        other.says("SELECT pg_advisory_unlock(7306926)");
        assert_eq!((there.len(), &still), (3, &there), "who waited, and who waits still on the left");
        assert_eq!(form, before.recorded.migrations, "nobody went ahead");
    });
    all_is_well(&home, &before, &running);
}
