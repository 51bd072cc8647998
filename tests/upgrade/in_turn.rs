//! Three processes of this version start at the same moment on the data of an older one: one migrates, the others wait for it.

use std::thread::{scope, sleep};
use std::time::Duration;

use crate::before::Before;
use crate::left::{Conn, left_by};
use crate::program::{Home, Serving};

/// Who waits for the lock of those who migrate: their sessions.
fn waiting(conn: &mut Conn) -> Vec<String> {
    conn.texts(
        "pid::text AS said FROM pg_locks WHERE locktype = 'advisory' AND NOT granted \
         AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
    )
}

fn start_three<'h>(home: &'h Home, meanwhile: impl FnOnce()) -> Vec<Serving> {
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

#[test]
fn three_started_at_once_on_older_data_apply_each_migration_once_and_all_serve() {
    let home = Home::on_postgres();
    let before = Before::of(left_by("0.1.0", &home), &home);
    let running = start_three(&home, || {});
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
        let mut there = waiting(&mut other);
        for _ in 0..600 {
            if there.len() == 3 {
                break;
            }
            sleep(Duration::from_millis(50));
            there = waiting(&mut other);
        }
        // No shorter: what bounds the wait for a lock otherwise is ten seconds.
        sleep(Duration::from_secs(11));
        let still = waiting(&mut other);
        let form = other.texts("version AS said FROM __diesel_schema_migrations");
        other.says("SELECT pg_advisory_unlock(7306926)");
        assert_eq!((there.len(), &still), (3, &there), "who waited, and who waits still on the left");
        assert_eq!(form, before.recorded.migrations, "nobody went ahead");
    });
    all_is_well(&home, &before, &running);
}
