//! The API as a reviewed snapshot: a change of what programs outside rely on shows as a change of `docs/openapi.json`.

#![allow(clippy::unwrap_used, reason = "a test that fails here says where")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

#[test]
fn the_document_is_the_reviewed_one() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/openapi.json");
    let document = serde_json::to_value(inskrivning::http::openapi()).unwrap();
    let now = serde_json::to_string_pretty(&document).unwrap() + "\n";
    if std::env::var_os("INSKRIVNING_UPDATE_SNAPSHOT").is_some() {
        fs::write(&file, &now).unwrap();
    }
    let reviewed = fs::read_to_string(&file).unwrap_or_default();
    let differs = reviewed.lines().zip(now.lines()).position(|(one, other)| one != other);
    assert!(
        reviewed == now,
        "the API is no longer that of docs/openapi.json (line {}): if that is meant, say\n    \
         INSKRIVNING_UPDATE_SNAPSHOT=1 cargo test --test openapi\nand look at what changed",
        differs.unwrap_or_else(|| reviewed.lines().count().min(now.lines().count())) + 1
    );
}

#[test]
fn every_operation_says_what_it_does_and_has_an_answer() {
    let document = serde_json::to_value(inskrivning::http::openapi()).unwrap();
    assert_eq!(document["openapi"], "3.1.0");
    let mut names = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let said = operation["summary"].as_str().or(operation["description"].as_str());
            assert!(said.is_some_and(|text| !text.is_empty()), "{method} {path} says nothing");
            let answers = operation["responses"].as_object().unwrap();
            assert!(answers.keys().any(|status| status.starts_with('2')), "{method} {path} has no yes");
            assert!(answers.contains_key("500"), "{method} {path} has no no");
            assert!(!answers.contains_key("default"), "{method} {path} does not say which noes it has");
            let public =
                operation["security"].as_array().unwrap().iter().any(|one| one == &serde_json::json!({}));
            assert_eq!(answers.contains_key("401"), !public, "{method} {path}");
            let name = operation["operationId"].as_str().unwrap();
            assert!(names.insert(name.to_owned()), "{name} names two operations");
            for name in path.split('{').skip(1).filter_map(|part| part.split_once('}')).map(|(name, _)| name)
            {
                let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
                let known = parameters.iter().any(|one| one["name"] == name && one["in"] == "path");
                assert!(known, "{method} {path} does not say what {name} is");
            }
        }
    }
}

/// The roles each operation lets in, as the document says; none for everybody. `POST /desk-days`, what is asked left out.
fn operations() -> BTreeMap<String, BTreeSet<String>> {
    let document = serde_json::to_value(inskrivning::http::openapi()).unwrap();
    let mut operations = BTreeMap::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let named =
                operation["security"].as_array().unwrap().iter().filter_map(|one| one["token"].as_array());
            let roles = named.flatten().map(|role| role.as_str().unwrap().to_owned()).collect();
            let path = path.strip_prefix("/api/v1").unwrap_or(path);
            operations.insert(format!("{} {path}", method.to_uppercase()), roles);
        }
    }
    assert!(operations.len() > 60, "{operations:#?}");
    operations
}

/// The rows of the table of a page that has this head: their cells.
fn rows(page: &str, head: &str) -> Vec<Vec<String>> {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(page)).unwrap();
    let (_, table) = text.split_once(head).unwrap();
    let lines = table.lines().skip(2).take_while(|line| line.starts_with('|'));
    lines.map(|line| line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect()).collect()
}

/// The operations a cell names.
fn named(cell: &str) -> Vec<String> {
    let code = cell.split('`').skip(1).step_by(2);
    code.map(|code| code.split('?').next().unwrap_or_default().to_owned()).collect()
}

#[test]
fn the_page_on_the_api_names_every_operation_and_who_may_call_it() {
    let mut left = operations();
    for row in rows("docs/API.md", "| chapter | operation | who | what |") {
        let roles: BTreeSet<String> =
            [("D", "desk"), ("S", "shelter"), ("C", "coordinator"), ("A", "auditor")]
                .into_iter()
                .filter(|(letter, _)| row[2].split(' ').any(|word| word == *letter))
                .map(|(_, role)| role.to_owned())
                .collect();
        for operation in named(&row[1]) {
            let may = left.remove(&operation);
            assert_eq!(
                may,
                Some(roles.clone()),
                "{operation} stands twice, or is none, or others may call it"
            );
        }
    }
    assert!(left.is_empty(), "docs/API.md does not name {left:#?}");
}

#[test]
fn the_states_say_who_may_take_each_step() {
    let operations = operations();
    let said = rows("docs/STATES.md", "| what | step | who may | by |");
    for row in &said {
        let named = named(&row[3]);
        let the_service_alone = row[2].starts_with("the service");
        assert_eq!(named.is_empty(), the_service_alone, "{row:?}");
        let who: BTreeSet<String> = ["desk", "shelter", "coordinator"]
            .into_iter()
            .filter(|role| {
                let words = row[2].split(';').next().unwrap_or_default();
                words.split([' ', ',', ':']).any(|word| word.trim_end_matches('s') == *role)
            })
            .map(str::to_owned)
            .collect();
        for operation in named {
            assert_eq!(operations.get(&operation), Some(&who), "{operation}: {row:?}");
        }
    }
    let steps: BTreeSet<&str> = said.iter().flat_map(|row| row[1].split(", ")).collect();
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/STATES.md")).unwrap();
    let mut taken = BTreeSet::new();
    for table in text.split("| from | step | to |").skip(1) {
        let lines = table.lines().skip(2).take_while(|line| line.starts_with('|'));
        taken.extend(lines.filter_map(|line| line.split('|').nth(2)).map(str::trim));
    }
    assert_eq!(steps, taken, "the steps of the two tables, and those of who may take them");
}
