//! Many connections, and nothing on them.

use std::net::TcpStream;
use std::process::Command;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::desk::{Desk, ROOM};
use crate::line::status;
use crate::not_run::not_run;

/// Lets this process open as many files as the machine gives it, and says how many that are.
fn files_we_may_open() -> usize {
    let limit = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum }).unwrap();
    getrlimit(Resource::Nofile).current.map_or(usize::MAX, |files| usize::try_from(files).unwrap())
}

/// 10 000, or as many as the machine allows.
fn many() -> usize {
    let wanted =
        std::env::var("INSKRIVNING_FLOOD_CONNECTIONS").ok().map_or(10_000, |said| said.parse().unwrap());
    let allowed = files_we_may_open().saturating_sub(1_000);
    if allowed < wanted {
        not_run(&format!("this machine allows {allowed} connections instead of {wanted}"));
    }
    wanted.min(allowed)
}

#[test]
fn ten_thousand_connections_that_say_nothing_keep_nobody_out() {
    let (desk, many) = (Desk::open(), many());
    let address = desk.address();
    let half = || {
        let address = address.clone();
        move || (0..many / 2).map(|_| TcpStream::connect(&address).unwrap()).collect::<Vec<_>>()
    };
    let (one, other) = (std::thread::spawn(half()), std::thread::spawn(half()));
    let idle = (one.join().unwrap(), other.join().unwrap());
    // On a slow machine the first of them are closed by now.
    let held = desk.connections();
    assert!(held > many / 2, "only {held} of {many} connections are held");
    desk.works();
    eprintln!("{held} of {many} connections are held at once");
    if held < many / 10 * 9 {
        not_run(&format!("this machine was so slow that {held} of {many} connections were held at once"));
    }
    // 16 KiB for each, and what any flood may take.
    desk.stays_well_within(ROOM + 16 * many as u64, "connections that say nothing");
    drop(idle);
}

#[test]
fn more_connections_than_it_takes_wait_for_their_turn() {
    // 400 files, of which 256 are kept for others.
    let desk = Desk::open_as(|home| {
        let mut shell = Command::new("sh");
        let program = env!("CARGO_BIN_EXE_inskrivning");
        shell.args([
            "-c",
            "ulimit -n 400 && exec \"$0\" \"$@\"",
            program,
            "serve",
            "--listen",
            "127.0.0.1:0",
        ]);
        home.prepared(shell)
    });
    let idle: Vec<_> = (0..600).map(|_| desk.line()).collect();
    desk.works();
    assert!(desk.files() < 400);
    // Who waited is served too: after the others it is closed, or answered if it asks.
    let mut last = idle.into_iter().next_back().unwrap();
    last.send("GET /healthz HTTP/1.1\r\nhost: desk\r\nconnection: close\r\n\r\n");
    assert!([200, 408, 0].contains(&status(&last.hung_up())));
    desk.stays_well("more connections than it takes");
}
