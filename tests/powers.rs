//! The table of powers: printed into docs/ROLES.md, taken by operations, and asked for again by the use cases behind them.

#![allow(clippy::unwrap_used, reason = "a test that fails here says where")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::path::Path;

use inskrivning::domain::role::{Power, RoleKind};
use inskrivning::domain::word::Word;

const HEAD: &str = "\
# Who may do what

Printed from the table in `src/domain/role.rs` by a test (`tests/powers.rs`), and never edited by hand:

    INSKRIVNING_UPDATE_SNAPSHOT=1 cargo test --test powers

An operation of the API takes one power (`x-power` in [openapi.json](openapi.json)). The gate asks for it before anything else is
looked at, and the use case behind it asks again. A shelter's worker has a power at its own shelter alone: what is another's is
answered as if it were not there, but for a ticket's code at the door. `inskrivning token new --power WORD` makes a token that has
less than its role.

| power | what | desk | shelter | coordinator | auditor | operations |
|---|---|---|---|---|---|---|
";

/// The operations that take each power: `GET /audit`.
fn operations() -> BTreeMap<String, BTreeSet<String>> {
    let document = serde_json::to_value(inskrivning::http::openapi()).unwrap();
    let mut operations = BTreeMap::<String, BTreeSet<String>>::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let Some(power) = operation["x-power"].as_str() else { continue };
            let path = path.strip_prefix("/api/v1").unwrap();
            operations
                .entry(power.to_owned())
                .or_default()
                .insert(format!("{} {path}", method.to_uppercase()));
        }
    }
    operations
}

#[test]
fn the_page_on_roles_is_the_table() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/ROLES.md");
    let (operations, mut now) = (operations(), HEAD.to_owned());
    for (power, word) in Power::WORDS {
        let may = RoleKind::WORDS.iter().map(|(role, _)| if power.of().contains(role) { "yes" } else { "" });
        let may = may.collect::<Vec<_>>().join(" | ");
        let taken: Vec<String> =
            operations.get(*word).into_iter().flatten().map(|operation| format!("`{operation}`")).collect();
        writeln!(now, "| `{word}` | {} | {may} | {} |", power.said(), taken.join(", ")).unwrap();
    }
    if std::env::var_os("INSKRIVNING_UPDATE_SNAPSHOT").is_some() {
        fs::write(&file, &now).unwrap();
    }
    assert!(
        fs::read_to_string(&file).unwrap_or_default() == now,
        "docs/ROLES.md is not the table: if the table is as it is meant, say\n    \
         INSKRIVNING_UPDATE_SNAPSHOT=1 cargo test --test powers\nand look at what changed"
    );
}

#[test]
fn every_power_opens_something_and_every_operation_takes_one_or_is_for_everybody() {
    let taken: BTreeSet<String> = operations().into_keys().collect();
    let known: BTreeSet<String> = Power::WORDS.iter().map(|(_, word)| (*word).to_owned()).collect();
    assert_eq!(taken, known);
    let document = serde_json::to_value(inskrivning::http::openapi()).unwrap();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let public = operation["security"] == serde_json::json!([{}]);
            assert_ne!(public, operation["x-power"].is_string(), "{method} {path}");
        }
    }
}

/// Use cases that take no power of their own, with the reason.
const ASKED_ELSEWHERE: [(&str, &str); 9] = [
    ("bans::after_the_draw", "what a ban does to the hand-out: the step before it was asked"),
    ("bans::before_the_freeze", "what a ban does to a list: the step before it was asked"),
    ("countersigning::signed", "uses a signature up for a step that was asked"),
    ("drawing::conclude", "writes down the result that the digits already determine"),
    ("due::anything", "the service's own"),
    ("facts::first_touched", "a fact"),
    ("finishing::finish_what_was_left", "the service's own"),
    ("tokens::end", "the operator's own"),
    ("tokens::make", "the operator's own"),
];

/// What is shown of something that was asked for, or after a step that was asked.
const VIEWS: [&str; 4] =
    ["evening::after_a_step", "guests::day_to_ask", "guests::karens_of", "guests::what_stands_in_the_way"];

#[test]
fn every_use_case_asks_for_a_power_itself() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/app");
    let (mut asking, mut silent) = (0, BTreeSet::new());
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let Ok(text) = fs::read_to_string(&path) else { continue };
        let file = path.file_stem().unwrap().to_str().unwrap().to_owned();
        for of in text.split("\npub fn ").skip(1) {
            let (head, body) = of.split_once("{\n").unwrap();
            if !head.contains("ctx: &Ctx") {
                continue;
            }
            // At the very beginning: nothing is looked at before.
            if body.trim_start().starts_with("ctx.must(Power::") {
                asking += 1;
            } else {
                silent.insert(format!("{file}::{}", head.split(['(', '<']).next().unwrap()));
            }
        }
    }
    let excused = ASKED_ELSEWHERE.iter().map(|(name, _)| *name).chain(VIEWS);
    assert_eq!(silent, excused.map(str::to_owned).collect::<BTreeSet<_>>());
    assert!(asking > 30, "{asking}");
}
