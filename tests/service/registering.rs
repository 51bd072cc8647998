//! Registering at the desk.

use serde_json::json;

use crate::support::{App, on_both_databases, person};

on_both_databases! {
    a_party_gets_the_next_number_and_what_the_rules_say
    two_people_with_one_document_are_one_guest
    a_request_sent_again_under_its_key_is_done_once
}

fn a_party_gets_the_next_number_and_what_the_rules_say(app: &App) {
    app.friday();
    let lots = app.register("2026-11-27", &[person("AB 1", "man")], &["fa", "sm"]);
    assert_eq!(lots.len(), 1);
    assert_eq!(
        (&lots[0]["lot"], &lots[0]["status"], &lots[0]["asks"]),
        (&json!(1), &json!("in"), &json!("in_the_draw"))
    );
    assert_eq!(lots[0]["from"], "2026-11-27");
    let family = app.register("2026-11-27", &[person("AB 2", "woman"), person("AB 3", "man")], &["fa"]);
    assert_eq!(family[0]["lot"], 2);
    assert_eq!(family[0]["members"].as_array().unwrap().len(), 2);
}

fn two_people_with_one_document_are_one_guest(app: &App) {
    app.friday();
    let first = app.register("2026-11-27", &[person("AB 123-456", "man")], &["fa"]);
    let again = app.register("2026-11-27", &[person("ab123456", "man")], &["fa"]);
    assert_eq!(first[0]["members"][0]["uno"], again[0]["members"][0]["uno"]);
    assert_eq!(again[0]["status"], "refused");
    assert_eq!(again[0]["members"][0]["main_reason"], "in_a_lot");
}

fn a_request_sent_again_under_its_key_is_done_once(app: &App) {
    app.friday();
    let body = json!({ "members": [person("AB 1", "man")], "accepts": ["fa"] }).to_string();
    let path = "/desk-days/2026-11-27/lots";
    let key = [("idempotency-key", "one")];
    let first = app.send("POST", "desk", path, Some(body.clone()), &key).ok(201);
    let again = app.send("POST", "desk", path, Some(body.clone()), &key).ok(201);
    assert_eq!(first, again);
    let other = body.replace("AB 1", "AB 2");
    app.send("POST", "desk", path, Some(other), &key).refused(422, "idempotency-key-reused");
    let day = app.get("desk", "/desk-days/2026-11-27").ok(200);
    assert_eq!(day["lots"], 1);
}

on_both_databases! {
    every_fault_of_a_form_is_named_at_once
    the_document_of_the_api_and_its_reading_page_are_served
}

fn every_fault_of_a_form_is_named_at_once(app: &App) {
    app.friday();
    let mut wrong = person("", "man");
    wrong["document"]["country"] = json!("ro");
    wrong["birth"] = json!("1980-02-30");
    wrong["language"] = json!("RO");
    let body = json!({ "members": [wrong], "accepts": ["FA"] });
    let refused = app.post("desk", "/desk-days/2026-11-27/lots", body).refused(422, "invalid-fields");
    let fields: Vec<_> =
        refused["errors"].as_array().unwrap().iter().map(|error| error["field"].as_str().unwrap()).collect();
    assert_eq!(
        fields,
        [
            "members[0].document.country",
            "members[0].document.number",
            "members[0].birth",
            "members[0].language",
            "accepts[0]"
        ]
    );
}

fn the_document_of_the_api_and_its_reading_page_are_served(app: &App) {
    let document = app.get("", "/openapi.json").ok(200);
    assert_eq!(document, serde_json::to_value(inskrivning::http::openapi()).unwrap());
    let page = app.get("", "//api/docs/").ok(200).to_string();
    assert!(page.contains("swagger-ui"), "{page}");
    let setup = app.get("", "//api/docs/swagger-initializer.js").ok(200).to_string();
    assert!(setup.contains("/api/v1/openapi.json"), "{setup}");
}
