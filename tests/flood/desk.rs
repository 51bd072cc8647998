//! A desk at work while the service is flooded.

use std::collections::HashSet;
use std::fs;
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::line::Line;
use crate::program::{Home, Serving};

const DAY: &str = "/desk-days/2026-11-27";

/// By how much the memory of the process may grow over any flood, in KiB. It is many times what a working day takes, and far below
/// what is sent at it: a service that keeps what it is sent goes over it at once.
pub(crate) const ROOM: u64 = 96 * 1024;

/// Longer than any wait of the service itself, the longest two after each other.
const IN_THE_END: Duration = Duration::from_secs(90);

/// How many connections a process holds: of those the system knows, the ones that are among its open files.
fn connections_of(process: u32) -> usize {
    let known = fs::read_to_string(format!("/proc/{process}/net/tcp")).unwrap();
    let lines = known.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
    let listening = "0A";
    let known: HashSet<String> =
        lines.filter(|line| line[3] != listening).map(|line| format!("socket:[{}]", line[9])).collect();
    let files = fs::read_dir(format!("/proc/{process}/fd")).unwrap();
    // One may be closed while it is looked at.
    let what = files.filter_map(|file| fs::read_link(file.ok()?.path()).ok());
    what.filter(|what| known.contains(&*what.to_string_lossy())).count()
}

/// A service on the morning of an open Friday.
pub(crate) struct Desk {
    serving: Serving,
    pub(crate) token: String,
    memory: u64,
    _home: Home,
}

impl Desk {
    pub(crate) fn open() -> Self {
        Self::open_as(|home| home.command(&["serve", "--listen", "127.0.0.1:0"]))
    }

    /// The same, with the program started so.
    pub(crate) fn open_as(command: impl FnOnce(&Home) -> std::process::Command) -> Self {
        let home = Home::at("2026-11-27T09:00:00Z");
        let (coordinator, token) = (home.token("coordinator"), home.token("desk"));
        let serving = Serving::start(command(&home));
        let caller = serving.caller();
        caller.put(&coordinator, "/shelters/fa", &json!({ "name": "Filadelfia" })).yes();
        let places = json!({
            "decision": "number", "shelter": "fa", "kind": "single", "who": "any", "first": "2026-11-27", "count": 3
        });
        caller.post(&coordinator, "/places/decisions", &places).yes();
        caller.post(&token, "/desk-days", &json!({ "date": "2026-11-27" })).yes();
        drop(caller);
        let mut desk = Self { serving, token, memory: 0, _home: home };
        desk.works();
        desk.memory = desk.peak();
        desk
    }

    /// A party comes, on a connection of its own, and stands in the list. How often this was so is told by the list itself.
    pub(crate) fn works(&self) {
        let caller = self.serving.caller();
        let before = caller.get(&self.token, &format!("{DAY}/lots")).yes()["lots"].as_array().unwrap().len();
        let party = json!({ "accepts": ["fa"], "members": [{
            "document": { "country": "RO", "kind": "id_card", "number": format!("F {before}"), "valid": true },
            "sex": "man", "birth": "1980-01-05", "language": "ro"
        }]});
        caller.apart().post(&self.token, &format!("{DAY}/lots"), &party).yes();
        let lots = caller.apart().get(&self.token, &format!("{DAY}/lots")).yes();
        assert_eq!(lots["lots"].as_array().unwrap().len(), before + 1);
    }

    /// A connection to it.
    pub(crate) fn line(&self) -> Line {
        Line::to(self.serving.address())
    }

    pub(crate) fn address(&self) -> String {
        self.serving.address().to_owned()
    }

    /// The head of a request of the desk, to which more lines may be added.
    pub(crate) fn head(&self, method: &str, path: &str) -> String {
        format!("{method} /api/v1{path} HTTP/1.1\r\nhost: desk\r\nauthorization: Bearer {}\r\n", self.token)
    }

    /// The same of a registration.
    pub(crate) fn registration(&self) -> String {
        self.head("POST", &format!("{DAY}/lots")) + "content-type: application/json\r\n"
    }

    /// What a line of the process's own account says, in KiB.
    fn account(&self, name: &str) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.serving.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
        line.trim_matches([':', ' ', '\t', 'k', 'B']).parse().unwrap()
    }

    /// The most memory it ever had, in KiB.
    fn peak(&self) -> u64 {
        self.account("VmHWM")
    }

    /// How many files and connections it has open.
    pub(crate) fn files(&self) -> usize {
        fs::read_dir(format!("/proc/{}/fd", self.serving.id())).unwrap().count()
    }

    /// How many connections it holds.
    pub(crate) fn connections(&self) -> usize {
        connections_of(self.serving.id())
    }

    /// It kept within its room, works, and in the end no connection is left, whoever still holds the other end.
    pub(crate) fn stays_well(self, flood: &str) {
        self.stays_well_within(ROOM, flood);
    }

    /// The same with another room, in KiB.
    pub(crate) fn stays_well_within(self, room: u64, flood: &str) {
        self.works();
        let until = Instant::now() + IN_THE_END;
        // What works here leaves a connection or two behind, which wait for another request.
        while self.connections() > 0 && Instant::now() < until {
            sleep(Duration::from_millis(100));
        }
        assert_eq!(self.connections(), 0, "{flood}: connections are left");
        let grown = self.peak() - self.memory;
        eprintln!("{flood}: memory grew by {grown} KiB at most, from {} KiB", self.memory);
        assert!(grown < room, "{flood}: memory grew by {grown} KiB");
        self.works();
        let (code, log) = self.serving.stop();
        assert_eq!(code, 0);
        for line in log {
            let fault = line.contains("\"failed\"") || line.contains("broke down");
            assert!(!fault, "{flood}: {line}");
        }
    }
}
