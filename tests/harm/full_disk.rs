//! No room on the disk: writes are refused with words, what is there can be read, and when there is room again all goes on.

use std::fs;
use std::io::Write;
use std::os::unix::fs::MetadataExt;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::cut_off::house_on;
use crate::desk::Desk;
use crate::house::{House, Kind};
use crate::not_run::not_run;
use crate::program::{Home, Serving};
use crate::server::{STARTS, Server};

/// Writes until there is no room, and goes on a while; then makes room. Of how many the outcome was not known.
fn fills_up_and_is_emptied(
    house: &House,
    serving: &Serving,
    fill: impl FnOnce(),
    empty: impl FnOnce(),
) -> usize {
    let calls = serving.caller();
    let desk = Desk::opened(house, &calls);
    for number in 1..10 {
        assert_eq!(desk.ask(&calls, number).status, 201);
    }
    fill();
    let mut refused = 0;
    let mut number = 10;
    while refused < 20 {
        refused += usize::from(desk.ask(&calls, number).status == 503);
        number += 1;
        assert!(number < 5000, "it is never full");
    }
    let unknown = desk.so_many_unknown();
    calls.get(&house.tokens.desk, &crate::desk::lots()).yes();
    assert_eq!(calls.raw("GET", "", "/healthz", None, None).unwrap().0, 200);
    empty();
    desk.is_well_again(&calls, number);
    for more in number + 1..number + 20 {
        assert_eq!(desk.ask(&calls, more).status, 201);
    }
    desk.has_all(&calls);
    unknown
}

/// The system refuses to let files grow: what a quota does. It needs no rights.
#[test]
fn files_that_may_not_grow_refuse_writes_and_nothing_is_lost() {
    let house = House::new(Kind::Sqlite);
    let mut command = Command::new("bash");
    // A process that grows a file beyond its bound is killed, unless it wants to hear of it as of any other fault.
    let become_it = "trap '' XFSZ; exec \"$0\" \"$@\"";
    command.args(["-c", become_it, env!("CARGO_BIN_EXE_inskrivning"), "serve", "--listen", "127.0.0.1:0"]);
    let serving = Serving::start(house.home.prepared(command));
    let bound = |bytes: &str| {
        let done = Command::new("prlimit")
            .args(["--pid", &serving.id().to_string(), &format!("--fsize={bytes}:")])
            .status();
        assert!(done.unwrap().success());
    };
    let size = fs::metadata(house.home.file("inskrivning.sqlite-wal")).unwrap().size();
    let fill = || bound(&(size + 40_000).to_string());
    let unknown = fills_up_and_is_emptied(&house, &serving, fill, || bound("unlimited"));
    // SQLite says of it what it says of a disk that failed after all was written.
    assert!(unknown > 0, "an error of the device was said to have kept nothing");
    assert!(house.home.run(&["audit", "verify"]).done().starts_with("PASS"));
}

/// What lets a process have a file system of its own.
fn rights() -> &'static [&'static str] {
    match fs::metadata("/proc/self").unwrap().uid() {
        0 => &["--mount"],
        _ => &["--user", "--map-root-user", "--mount"],
    }
}

/// Whether this machine lets us have one in this folder. If not, it is said.
fn may_mount(mount: &str, room: &Path) -> bool {
    let tried = Command::new("unshare").args(rights()).args(["sh", "-c", mount]).arg(room).output().unwrap();
    if !tried.status.success() {
        let why = String::from_utf8_lossy(&tried.stderr);
        not_run(&format!("this machine lets nobody mount a file system of their own: {why}"));
    }
    tried.status.success()
}

fn fill(file: &Path) {
    let mut file = fs::File::create(file).unwrap();
    while file.write_all(&[0; 4096]).is_ok() {}
}

/// A file system in memory that is full, where this machine lets us mount one for a process of our own.
#[test]
fn a_full_file_system_refuses_writes_and_nothing_is_lost() {
    let house = House::new(Kind::Sqlite);
    let room = house.home.file("room");
    fs::create_dir(&room).unwrap();
    let mount = "mount -t tmpfs -o size=3m,mode=700 tmpfs \"$0\"";
    if !may_mount(mount, &room) {
        return;
    }
    let outside = house.home.path().display();
    let begin =
        format!("{mount} && cp '{outside}'/key '{outside}'/inskrivning.sqlite* \"$0\" && exec \"$@\"");
    let mut command = Command::new("unshare");
    command.args(rights()).args(["sh", "-c", &begin]).arg(&room).arg(env!("CARGO_BIN_EXE_inskrivning"));
    command.args(["serve", "--listen", "127.0.0.1:0"]);
    let serving = Serving::start(house.home.prepared_on(command, &room));
    let inside = PathBuf::from(format!("/proc/{}/root{}", serving.id(), room.display()));
    let filler = inside.join("filler");
    let fill = || fill(&filler);
    let unknown = fills_up_and_is_emptied(&house, &serving, fill, || fs::remove_file(&filler).unwrap());
    assert_eq!(unknown, 0, "where there is only no room, the outcome is known");
    // The chain is looked at in a copy: nobody else sees that file system.
    let copy = Home::new();
    for file in ["key", "inskrivning.sqlite", "inskrivning.sqlite-wal"] {
        fs::copy(inside.join(file), copy.file(file)).unwrap();
    }
    assert!(copy.run(&["audit", "verify"]).done().starts_with("PASS"));
}

/// The same of PostgreSQL: its tables cannot grow, and its log of what was written still has room.
#[test]
fn a_server_whose_disk_is_full_refuses_writes_and_nothing_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    // The server's own user must get there.
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let mount = "mount -t tmpfs -o size=160m,mode=755 tmpfs \"$0\"";
    if rights().len() > 1 || !may_mount(mount, folder.path()) {
        return not_run("only root lets another user have a file system of its own");
    }
    let mut command = Command::new("unshare");
    let begin = format!("{mount} && TMPDIR=\"$0\" exec \"$@\"");
    command.args(rights()).args(["sh", "-c", &begin]).arg(folder.path()).arg(STARTS);
    let server = Server::started_by(command);
    let house = house_on(&server, server.port());
    let serving = house.serve();
    let filler = PathBuf::from(format!("/proc/{}/root{}/filler", server.id(), folder.path().display()));
    fills_up_and_is_emptied(&house, &serving, || fill(&filler), || fs::remove_file(&filler).unwrap());
    let (code, log) = serving.stop();
    assert_eq!(code, 0);
    assert!(log.iter().any(|line| line.contains("No space left on device")), "{log:?}");
    assert!(house.home.run(&["audit", "verify"]).done().starts_with("PASS"));
}
