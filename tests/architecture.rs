//! The rooms, the arrows between them, and what the domain must not know (docs/ARCHITECTURE.md).
//!
//! What must be seen, and what must not be taken for it, stands in `architecture/seen.txt` and `harmless.txt`.

#![allow(clippy::unwrap_used, reason = "a test that fails here says where")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use source::{Fault, Source, root};

#[path = "architecture/source.rs"]
mod source;

/// The rooms, and which of them each may name.
const ARROWS: [(&str, &[&str]); 6] = [
    ("domain", &[]),
    ("i18n", &["domain"]),
    ("store", &["domain"]),
    ("app", &["domain", "store"]),
    ("http", &["app", "domain", "i18n", "store"]),
    ("cli", &["app", "domain", "http", "i18n", "store"]),
];

/// What brings in code past the paths that are read here.
const SMUGGLED: [&str; 4] = ["include!", "extern crate", "[path = \"\"", ", path = \"\""];

/// The modules of the standard library that depend on nothing but their arguments.
const PURE: &str = "array ascii borrow boxed char clone cmp collections convert default error fmt hash iter marker \
                    mem num ops option primitive rc result slice str string vec";

/// What the domain may name of `std::io`: enough to write to a writer that it is given.
const PURE_IO: [&str; 3] = ["ErrorKind", "Result", "Write"];

/// What would make a rule depend on anything but its arguments, beside paths of the standard library.
const IMPURE: &str = "stdin|stdout|stderr|print!|println!|eprint!|eprintln!|dbg!|env!|option_env!|include_str!|\
                      include_bytes!|static mut|thread_local!|SystemTime|::now|::today|RandomState|SysRng|OsRng|\
                      ThreadRng|thread_rng|rand::|from_os_rng|try_from_os_rng|from_entropy|getrandom|new_v4|now_v1|\
                      now_v6|now_v7|diesel|actix|actix_web|utoipa|askama|clap";

/// Tests that hold the state machines against their drawing, docs/STATES.md.
const MAY_INCLUDE_STR: [&str; 2] = ["src/domain/desk_day/tests.rs", "src/domain/ticket/tests.rs"];

/// The head of a table of rules in docs/RULES.md.
const RULES_HEAD: &str = "| rule | source | file | tests |";

/// The other rooms a file names although its room may not.
fn forbidden_arrows(source: &Source, may_name: &[&str]) -> Vec<Fault> {
    let (room, mut faults) = (&source.module[0], Vec::new());
    for (line, path) in source.paths() {
        let named = path.get(1).map_or("the whole crate", String::as_str);
        if path.first().is_some_and(|first| first == "crate") && named != room && !may_name.contains(&named) {
            faults.push((line, format!("{room} names {named}")));
        }
    }
    faults
}

fn impurities(source: &Source) -> Vec<Fault> {
    let may_stand = |word: &&str| *word == "include_str!" && MAY_INCLUDE_STR.contains(&source.name.as_str());
    let words = IMPURE.split('|').filter(|word| !may_stand(word));
    let mut faults: Vec<Fault> = words.flat_map(|word| source.finds(word)).collect();
    for (line, path) in source.paths() {
        let pure = match path.iter().map(String::as_str).collect::<Vec<_>>()[..] {
            ["std" | "core" | "alloc", "io", ref rest @ ..] => rest.iter().all(|n| PURE_IO.contains(n)),
            ["std" | "core" | "alloc", module, ..] => PURE.split(' ').any(|pure| pure == module),
            ["std" | "core" | "alloc"] => false,
            _ => true,
        };
        if !pure {
            faults.push((line, path.join("::")));
        }
    }
    faults
}

/// Every Rust file below a folder.
fn sources(folder: &Path) -> Vec<Source> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(Source::read(&path.strip_prefix(root()).unwrap().to_string_lossy()));
        }
    }
    found
}

/// Fails with all that is wrong in a room's files, or in those of all rooms.
fn assert_none(room: Option<&str>, finds: impl Fn(&Source) -> Vec<Fault>) {
    let mut files = sources(&root().join("src"));
    files.retain(|source| room.is_none_or(|room| source.module[0] == room));
    assert!(!files.is_empty(), "no code in {room:?}");
    let mut faults = Vec::new();
    for source in files {
        faults.extend(finds(&source).iter().map(|(line, fault)| format!("{}:{line}: {fault}", source.name)));
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn arrows_between_the_rooms_point_downwards_only() {
    for (room, may_name) in ARROWS {
        assert_none(Some(room), |source| forbidden_arrows(source, may_name));
    }
    assert_none(None, |source| SMUGGLED.iter().flat_map(|word| source.finds(word)).collect());
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
    assert_none(Some("domain"), impurities);
}

#[test]
fn a_forbidden_arrow_and_an_impure_line_are_seen() {
    let faults = |text: &str| {
        let source = Source::new("src/domain/no_show.rs", text);
        let smuggled = SMUGGLED.iter().flat_map(|word| source.finds(word));
        smuggled.chain(forbidden_arrows(&source, &[])).chain(impurities(&source)).collect::<Vec<_>>()
    };
    for text in include_str!("architecture/seen.txt").split("\n\n") {
        assert!(!faults(text).is_empty(), "passed: {text}");
    }
    for text in include_str!("architecture/harmless.txt").split("\n\n") {
        assert_eq!(faults(text), [], "{text}");
    }
    assert_eq!(faults("/* \n */ fn x() { \"\n\" }\nuse std::\nfs;"), [(5, "std::fs".to_owned())]);
    let cli = Source::new("src/cli/mod.rs", "use crate::domain::night::Night; use super::domain;");
    assert_eq!(forbidden_arrows(&cli, &["domain"]), []);
}

#[test]
fn nothing_is_left_unfinished() {
    assert_none(None, |source| {
        ["todo!", "unimplemented!", "dbg!"].iter().flat_map(|word| source.finds(word)).collect()
    });
}

#[test]
fn every_test_and_file_named_in_the_rules_exists() {
    let rules = fs::read_to_string(root().join("docs/RULES.md")).unwrap();
    let (mut named, mut in_rules) = (0, false);
    for line in rules.lines() {
        in_rules = line == RULES_HEAD || in_rules && line.starts_with('|');
        if !in_rules || line == RULES_HEAD || line.starts_with("|---") {
            continue;
        }
        let [_, _, _, files, tests, _] = line.split('|').collect::<Vec<_>>()[..] else {
            panic!("cells: {line}")
        };
        let [files, tests] =
            [files, tests].map(|cell| cell.split('`').skip(1).step_by(2).collect::<Vec<_>>());
        assert!(!files.is_empty() && !tests.is_empty(), "no file or no test is named: {line}");
        let sources: Vec<Source> = files.iter().map(|file| Source::read(file)).collect();
        for test in tests {
            assert!(sources.iter().any(|source| source.has_test(test)), "{test} is in none of {files:?}");
            named += 1;
        }
    }
    assert!(named > 50, "only {named} tests are named in docs/RULES.md");
}

/// The names in the first column of the table of docs/ARCHITECTURE.md with this head.
fn named_in_architecture(head: &str) -> BTreeSet<String> {
    let text = fs::read_to_string(root().join("docs/ARCHITECTURE.md")).unwrap();
    let rows = text.lines().skip_while(|line| *line != head).skip(2).take_while(|line| line.starts_with('|'));
    let cells = rows.map(|row| row.split('|').nth(1).unwrap());
    cells
        .flat_map(|cell| cell.split('`').skip(1).step_by(2))
        .map(|name| name.trim_end_matches('/').to_owned())
        .collect()
}

#[test]
fn the_tables_of_the_architecture_name_every_file_of_app_and_domain_and_no_other() {
    for (room, head) in [("app", "| file | chapter |"), ("domain", "| file | holds |")] {
        let entries = fs::read_dir(root().join("src").join(room)).unwrap();
        let mut files: BTreeSet<String> = entries
            .map(|entry| entry.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned())
            .collect();
        files.remove("mod");
        // Only in the first column: what a row says of other files is its own affair.
        assert_eq!(
            named_in_architecture(head),
            files,
            "docs/ARCHITECTURE.md on the left, src/{room} on the right"
        );
    }
}
