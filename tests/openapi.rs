//! The API as a reviewed snapshot: a change of what programs outside rely on shows as a change of `docs/openapi.json`.

#![allow(clippy::unwrap_used, reason = "a test that fails here says where")]

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
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let said = operation["summary"].as_str().or(operation["description"].as_str());
            assert!(said.is_some_and(|text| !text.is_empty()), "{method} {path} says nothing");
            let answers = operation["responses"].as_object().unwrap();
            assert!(answers.keys().any(|status| status.starts_with('2')), "{method} {path} has no yes");
            assert!(answers.contains_key("default"), "{method} {path} has no no");
            for name in path.split('{').skip(1).filter_map(|part| part.split_once('}')).map(|(name, _)| name)
            {
                let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
                let known = parameters.iter().any(|one| one["name"] == name && one["in"] == "path");
                assert!(known, "{method} {path} does not say what {name} is");
            }
        }
    }
}
