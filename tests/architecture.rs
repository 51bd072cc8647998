//! The rooms, the arrows between them, and what the domain must not know (docs/ARCHITECTURE.md).

#![allow(clippy::unwrap_used, reason = "a test that fails here says where")]

use std::fs;
use std::path::{Path, PathBuf};

/// The rooms, and which of them each may name.
const ARROWS: [(&str, &[&str]); 2] = [("domain", &[]), ("cli", &["domain"])];

/// What would make a rule depend on anything but its arguments.
const IMPURE: [&str; 26] = [
    "std::fs",
    "std::net",
    "std::env",
    "std::process",
    "std::thread",
    "std::io::stdin",
    "std::io::stdout",
    "SystemTime",
    "Instant::now",
    "Utc::now",
    "Local::now",
    "Local::today",
    "SysRng",
    "OsRng",
    "thread_rng",
    "rand::rng",
    "from_os_rng",
    "new_v4",
    "now_v7",
    "diesel",
    "actix",
    "utoipa",
    "askama",
    "println!",
    "eprintln!",
    "static mut",
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every Rust file below a folder.
fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// A file's lines without comments, numbered from 1.
fn code(path: &Path) -> Vec<(usize, String)> {
    let text = fs::read_to_string(path).unwrap();
    let lines =
        text.lines().enumerate().map(|(n, line)| (n + 1, line.split("//").next().unwrap_or("").to_owned()));
    lines.collect()
}

/// The lines of a folder's code for which `finds` says what is wrong.
fn faults(folder: &Path, finds: impl Fn(&str) -> Option<String>) -> Vec<String> {
    let files = rust_files(folder);
    assert!(!files.is_empty(), "no code in {}", folder.display());
    let mut faults = Vec::new();
    for path in files {
        for (number, line) in code(&path) {
            if let Some(fault) = finds(&line) {
                faults.push(format!(
                    "{}:{number}: {fault}: {}",
                    path.strip_prefix(root()).unwrap().display(),
                    line.trim()
                ));
            }
        }
    }
    faults
}

/// The room a line names although it may not.
fn forbidden_arrow(line: &str, room: &str, may_name: &[&str]) -> Option<String> {
    let named = line
        .split("crate::")
        .skip(1)
        .map(|rest| rest.split(|c: char| !c.is_alphanumeric() && c != '_').next());
    let named =
        named.flatten().find(|named| *named != room && !named.is_empty() && !may_name.contains(named));
    named.map(|named| format!("{room} names {named}"))
}

fn impurity(line: &str) -> Option<String> {
    IMPURE.iter().find(|word| line.contains(*word)).map(|word| format!("the domain knows {word}"))
}

#[test]
fn arrows_between_the_rooms_point_downwards_only() {
    for (room, may_name) in ARROWS {
        let faults = faults(&root().join("src").join(room), |line| forbidden_arrow(line, room, may_name));
        assert!(faults.is_empty(), "{faults:#?}");
    }
}

#[test]
fn every_room_has_its_arrows_declared() {
    let declared: Vec<&str> = ARROWS.iter().map(|(room, _)| *room).collect();
    for entry in fs::read_dir(root().join("src")).unwrap() {
        let path = entry.unwrap().path();
        let room = path.file_stem().unwrap().to_string_lossy().into_owned();
        assert!(
            ["lib", "main"].contains(&room.as_str()) || declared.contains(&room.as_str()),
            "{room} has no arrows"
        );
    }
}

#[test]
fn the_domain_knows_no_clock_randomness_file_network_or_database() {
    let faults = faults(&root().join("src/domain"), impurity);
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn a_forbidden_arrow_and_an_impure_line_are_seen() {
    assert!(forbidden_arrow("use crate::cli::Stop;", "domain", &[]).is_some());
    assert!(forbidden_arrow("use crate::domain::night::Night;", "cli", &["domain"]).is_none());
    assert!(impurity("let now = Utc::now();").is_some());
    assert!(impurity("fn tonight(now: DateTime<Utc>)").is_none());
}

#[test]
fn nothing_is_left_unfinished() {
    let finds = |line: &str| {
        ["todo!(", "unimplemented!(", "dbg!("]
            .iter()
            .find(|word| line.contains(*word))
            .map(|word| (*word).to_owned())
    };
    let faults = faults(&root().join("src"), finds);
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn every_test_and_file_named_in_the_rules_exists() {
    let rules = fs::read_to_string(root().join("docs/RULES.md")).unwrap();
    let mut named = 0;
    for line in rules.lines().filter(|line| line.starts_with('|') && line.contains(".rs`")) {
        let quoted: Vec<&str> = line.split('`').skip(1).step_by(2).collect();
        let files: Vec<&str> = quoted.iter().copied().filter(|word| word.ends_with(".rs")).collect();
        let sources: String = files
            .iter()
            .map(|file| fs::read_to_string(root().join(file)).unwrap_or_else(|_| panic!("{file}")))
            .collect();
        let tests =
            quoted.iter().filter(|word| word.contains('_') && !word.contains(['.', '(', ':', '/', ' ']));
        for test in tests {
            assert!(sources.contains(&format!("fn {test}(")), "{test} is in none of {files:?}");
            named += 1;
        }
    }
    assert!(named > 50, "only {named} tests are named in docs/RULES.md");
}
