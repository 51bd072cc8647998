//! A database that becomes read-only while the service runs: what is there can be read, writes are refused with words, and when it may
//! be written again all goes on without a person.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::thread::sleep;
use std::time::Duration;

use crate::cut_off::house_on;
use crate::desk::{Desk, lots};
use crate::house::{House, Kind};
use crate::not_run::not_run;
use crate::program::SERVE;
use crate::server::Server;

/// `refused` is how a write may be: as one not kept or, where the file fails in the very commit, as one that may have been.
fn reads_and_refuses_to_write(harm: (impl FnOnce(), impl FnOnce()), house: &House, refused: &[&str]) {
    let serving = house.serve();
    let calls = serving.caller();
    let desk = Desk::opened(house, &calls);
    for number in 1..5 {
        assert_eq!(desk.ask(&calls, number).status, 201);
    }
    let (begin, end) = harm;
    begin();
    for number in 5..10 {
        let answer = desk.ask(&calls, number);
        let code = refused.iter().find(|code| answer.body["type"] == format!("/problems/{code}"));
        let code = code.copied().unwrap_or(refused[0]);
        answer.refused(503, code);
        calls.get(&house.tokens.desk, &lots()).yes();
    }
    assert_eq!(calls.raw("GET", "", "/healthz", None, None).unwrap().0, 200);
    end();
    desk.is_well_again(&calls, 5);
    for number in 6..20 {
        assert_eq!(desk.ask(&calls, number).status, 201);
    }
    desk.has_lost_nothing(&calls);
    let (code, log) = serving.stop();
    assert_eq!(code, 0);
    assert!(!log.iter().any(|line| line.contains("broke down")), "{log:?}");
}

/// As after a fail-over to a copy, or by the hand of whoever runs the server.
#[test]
fn a_server_that_becomes_read_only_refuses_writes_with_words_and_goes_on_afterwards() {
    let server = Server::start();
    let house = house_on(&server, server.port());
    let says = |how: &str| {
        let alter = format!("ALTER SYSTEM SET default_transaction_read_only = {how}");
        server.says(&[&alter, "SELECT pg_reload_conf()"]);
        for _ in 0..500 {
            if server.texts("current_setting('default_transaction_read_only') AS text") == [how] {
                return;
            }
            sleep(Duration::from_millis(10));
        }
        panic!("the server does not read its settings");
    };
    let begin = || {
        says("on");
        house.home.run(&SERVE).refused(1, "read-only transaction");
    };
    reads_and_refuses_to_write((begin, || says("off")), &house, &["database-unavailable"]);
}

/// The file system refuses to change the files, also to who has them open: the nearest to one that became read-only which can be
/// taken back while somebody has them open.
#[test]
fn files_that_become_read_only_refuse_writes_with_words_and_go_on_afterwards() {
    let house = House::new(Kind::Sqlite);
    let probe = house.home.file("probe");
    fs::write(&probe, "").unwrap();
    let change = |how: &str, file: &std::path::Path| Command::new("chattr").arg(how).arg(file).output();
    let tried = change("+i", &probe);
    if !tried.as_ref().is_ok_and(|done| done.status.success()) {
        return not_run(&format!("nobody here may make a file immutable: {tried:?}"));
    }
    assert!(change("-i", &probe).unwrap().status.success());
    let files = ["inskrivning.sqlite", "inskrivning.sqlite-wal"].map(|name| house.home.file(name));
    // Also when it fails: nobody could remove them.
    let _freed = Freed(&files);
    let all = |how: &str| assert!(files.iter().all(|file| change(how, file).unwrap().status.success()));
    reads_and_refuses_to_write(
        (|| all("+i"), || all("-i")),
        &house,
        &["database-unavailable", "outcome-unknown"],
    );
}

/// Files that may be changed again when it goes.
struct Freed<'f>(&'f [PathBuf]);

impl Drop for Freed<'_> {
    fn drop(&mut self) {
        for file in self.0 {
            let _ = Command::new("chattr").arg("-i").arg(file).output();
        }
    }
}
