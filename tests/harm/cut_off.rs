//! PostgreSQL is restarted, stopped, cut off or silent in the middle of writes: everybody is answered in bounded time and in words,
//! the service is well again by itself, and nothing is lost or done twice.

use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::desk::Desk;
use crate::house::{House, MORNING};
use crate::postgres::PostgresDatabase;
use crate::program::Home;
use crate::server::{Proxy, Server, Wire};

/// No answer may take longer: the service's own bound, and what a busy machine adds.
const BOUNDED: Duration = Duration::from_secs(25);

/// A house on a server of its own, which is reached on this port.
pub fn house_on(server: &Server, port: u16) -> House {
    let database = PostgresDatabase::on(&server.url);
    let url = database.url().replace(&format!(":{}/", server.port()), &format!(":{port}/"));
    House::of(Home::at(MORNING).with_database(&url), Some(database))
}

/// A server, the wire to it, and a house at the other end.
fn behind_a_wire() -> (Server, Proxy, House) {
    let server = Server::start();
    let proxy = Proxy::to(server.port());
    let house = house_on(&server, proxy.port);
    (server, proxy, house)
}

#[test]
fn a_server_restarted_in_the_middle_of_writes_loses_nothing() {
    let server = Server::start();
    let house = house_on(&server, server.port());
    let serving = house.serve();
    let calls = serving.caller();
    let desk = Desk::opened(&house, &calls);
    let next = desk.rush(&calls, 1, || {
        for how in ["fast", "immediate", "immediate"] {
            desk.answers_more(30);
            server.restart(how);
        }
    });
    desk.is_well_again(&calls, next);
    desk.has_lost_nothing(&calls);
}

#[test]
fn a_wire_that_is_cut_in_the_middle_of_writes_loses_nothing() {
    let (_server, proxy, house) = behind_a_wire();
    let serving = house.serve();
    let calls = serving.caller();
    let desk = Desk::opened(&house, &calls);
    let next = desk.rush(&calls, 1, || {
        for round in 0..12 {
            desk.answers_more(10);
            // Deaf first: a commit that is done, and whose answer never comes.
            if round % 2 == 0 {
                proxy.swallows_a_commit();
            }
            proxy.is(Wire::Cut);
            sleep(Duration::from_millis(if round == 5 { 2500 } else { 60 }));
            proxy.is(Wire::Whole);
        }
    });
    assert!(desk.so_many_unknown() > 0, "no commit was cut: this found nothing out");
    desk.is_well_again(&calls, next);
    desk.has_lost_nothing(&calls);
}

#[test]
fn a_server_that_falls_silent_keeps_nobody_waiting_and_nothing_is_lost() {
    let (_server, proxy, house) = behind_a_wire();
    let serving = house.serve();
    let calls = serving.caller();
    let desk = Desk::opened(&house, &calls);
    let next = desk.rush(&calls, 1, || {
        desk.answers_more(30);
        proxy.is(Wire::Frozen);
        let asked = Instant::now();
        let (healthy, _) = calls.raw("GET", "", "/healthz", None, None).unwrap();
        assert_eq!(healthy, 200);
        // Many more than there are connections.
        std::thread::scope(|scope| {
            for _ in 0..20 {
                scope.spawn(|| {
                    let calls = calls.apart();
                    calls.get(&house.tokens.desk, "/shelters").refused(503, "database-unavailable");
                });
            }
            scope.spawn(|| {
                let (ready, _) = calls.raw("GET", "", "/readyz", None, None).unwrap();
                assert_eq!(ready, 503);
            });
        });
        assert!(asked.elapsed() < BOUNDED, "answered after {:?}", asked.elapsed());
    });
    proxy.is(Wire::Whole);
    desk.is_well_again(&calls, next);
    desk.has_lost_nothing(&calls);
    // Silent again, it is told to stop, and stops.
    proxy.is(Wire::Frozen);
    let asking = {
        let calls = calls.apart();
        let token = house.tokens.desk.clone();
        std::thread::spawn(move || calls.send("GET", &token, "/shelters", None, None))
    };
    sleep(Duration::from_millis(200));
    let (code, log) = serving.stop();
    assert!(code == 0 || log.iter().any(|line| line.contains("stopped without it")), "{code}: {log:?}");
    let _ = asking.join();
    proxy.is(Wire::Whole);
    let serving = house.serve();
    desk.has_lost_nothing(&serving.caller());
}

/// The client's side of a session is gone in the middle of a transaction, and the server, which hears nothing of it, keeps the lock
/// without which nobody writes: it lets go by itself.
#[test]
fn a_session_that_died_with_the_lock_in_its_hands_keeps_nobody_from_writing_for_long() {
    let (server, proxy, house) = behind_a_wire();
    let serving = house.serve();
    let calls = serving.caller();
    let desk = Desk::opened(&house, &calls);
    for number in 1..5 {
        assert_eq!(desk.ask(&calls, number).status, 201);
    }
    let sessions =
        |where_: &str| server.texts(&format!("pid::text AS text FROM pg_stat_activity WHERE {where_}"));
    proxy.is(Wire::Orphaning);
    let dead = std::thread::scope(|scope| {
        scope.spawn(|| desk.ask(&calls.apart(), 5));
        for _ in 0..400 {
            let held = sessions("state = 'idle in transaction'");
            if !held.is_empty() && !sessions("wait_event_type = 'Lock'").is_empty() {
                return held;
            }
            sleep(Duration::from_millis(20));
        }
        panic!("nobody waits for a session that died: this found nothing out");
    });
    // Each is answered after fifteen seconds at the latest.
    let well = (0..3).any(|_| desk.ask(&calls, 6).status == 201);
    assert!(well, "the lock is still held by {:?} of {dead:?}", sessions("state = 'idle in transaction'"));
    assert!(!sessions("true").contains(&dead[0]), "it was the server that let go");
    desk.has_lost_nothing(&calls);
}

/// Nobody waits for it any more after fifteen seconds, and it would keep a connection from the next for as long as it takes.
#[test]
fn a_question_that_takes_for_ever_is_given_up_by_the_server_too() {
    let server = Server::start();
    let house = house_on(&server, server.port());
    let serving = house.serve();
    let calls = serving.caller();
    house.says(
        "ALTER TABLE shelter RENAME TO shelter_itself; \
         CREATE VIEW shelter AS SELECT * FROM shelter_itself WHERE pg_sleep(3600) IS NOT NULL",
    );
    let asleep = || server.texts("pid::text AS text FROM pg_stat_activity WHERE wait_event = 'PgSleep'");
    let soon = |what: &dyn Fn() -> bool| {
        (0..600).any(|_| {
            what() || {
                sleep(Duration::from_millis(50));
                false
            }
        })
    };
    std::thread::scope(|scope| {
        scope.spawn(|| {
            calls.apart().get(&house.tokens.desk, "/shelters").refused(503, "database-unavailable")
        });
        assert!(soon(&|| !asleep().is_empty()), "nothing took for ever: this found nothing out");
    });
    assert!(soon(&|| asleep().is_empty()), "the server still does what nobody waits for");
    house.says("DROP VIEW shelter; ALTER TABLE shelter_itself RENAME TO shelter");
    calls.get(&house.tokens.desk, "/shelters").yes();
}
