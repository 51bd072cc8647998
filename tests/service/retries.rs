//! A request sent again under its key: it says again what was done, and nothing that its caller may not see now.

use serde_json::{Value, json};

use crate::evening::{collected, evening, friday, single};
use crate::support::{Answer, App, on_both_databases};

on_both_databases! {
    a_door_that_asks_again_learns_nothing_of_a_guest_moved_away_since
    an_arrival_taken_back_is_told_again_without_the_guest_who_was_moved_since
    where_a_shelter_protected_since_lies_is_not_told_again
    a_key_is_its_tokens_own
    a_token_that_was_ended_is_told_nothing_again
    an_answer_is_kept_for_forty_eight_hours
}

const KEY: [(&str, &str); 1] = [("idempotency-key", "k")];

fn send(app: &App, who: &str, path: &str, body: &Value) -> Answer {
    app.send("POST", who, path, Some(body.to_string()), &KEY)
}

fn move_to(app: &App, code: &str, shelter: &str) {
    app.post("coordinator", &format!("/tickets/{code}/move"), json!({ "shelter": shelter })).ok(200);
}

fn a_door_that_asks_again_learns_nothing_of_a_guest_moved_away_since(app: &App) {
    friday(app);
    let guest = single(app, "AB 1", "man", &["fa"]);
    evening(app);
    let body = json!({ "code": guest.code });
    let first = send(app, "fa", "/shelters/fa/arrivals", &body).ok(201);
    assert_eq!(first["guest"]["uno"], json!(guest.uno));
    assert_eq!(send(app, "fa", "/shelters/fa/arrivals", &body).ok(201), first);
    // Moved in the night, and printed anew: the old door has no business with the new code.
    move_to(app, &guest.code, "sm");
    let printed = app.post("desk", &format!("/tickets/{}/reprint", guest.code), json!({})).ok(200);
    let again = send(app, "fa", "/shelters/fa/arrivals", &body).ok(201);
    assert_eq!((&again["answer"], &again["guest"]), (&json!("let_in"), &Value::Null));
    let said = again.to_string();
    for secret in [printed["code"].as_str().unwrap(), &guest.uno] {
        assert!(!said.contains(secret), "{said}");
    }
    // Who moved back is seen again.
    move_to(app, printed["code"].as_str().unwrap(), "fa");
    assert_eq!(send(app, "fa", "/shelters/fa/arrivals", &body).ok(201)["guest"]["uno"], json!(guest.uno));
}

fn an_arrival_taken_back_is_told_again_without_the_guest_who_was_moved_since(app: &App) {
    friday(app);
    let guest = single(app, "AB 1", "man", &["fa"]);
    evening(app);
    let body = json!({ "code": guest.code });
    app.post("fa", "/shelters/fa/arrivals", body.clone()).ok(201);
    let undo = "/shelters/fa/arrivals/undo";
    let first = send(app, "fa", undo, &body).ok(200);
    assert_eq!(first["guest"]["uno"], json!(guest.uno));
    move_to(app, &guest.code, "sm");
    let again = send(app, "fa", undo, &body).ok(200);
    assert_eq!((&again["night"], &again["guest"]), (&first["night"], &Value::Null));
}

fn where_a_shelter_protected_since_lies_is_not_told_again(app: &App) {
    friday(app);
    let guest = single(app, "AB 1", "man", &["sm"]);
    evening(app);
    let body = json!({ "code": guest.code });
    let first = send(app, "fa", "/shelters/fa/arrivals", &body).ok(200);
    assert_eq!(first["other_shelter"]["code"], "sm");
    app.put("coordinator", "/shelters/sm", json!({ "name": "Stadsmissionen", "protected": true })).ok(200);
    let again = send(app, "fa", "/shelters/fa/arrivals", &body).ok(200);
    assert_eq!((&again["answer"], &again["other_shelter"]), (&json!("back_to_the_desk"), &Value::Null));
    assert!(!again.to_string().contains("Stadsmissionen"), "{again:#}");
}

fn a_key_is_its_tokens_own(app: &App) {
    friday(app);
    let [one, other] = ["AB 1", "AB 2"].map(|number| single(app, number, "man", &["fa"]));
    let revoke = |who: &str, code: &str| send(app, who, &format!("/tickets/{code}/revoke"), &json!({}));
    let first = revoke("coordinator", &one.code).ok(200);
    assert_eq!(revoke("coordinator", &one.code).ok(200), first);
    // The same request under the same key, shown by another token, is another request.
    revoke("coordinator 2", &one.code).refused(409, "no-night-left");
    assert_eq!(revoke("coordinator 2", &other.code).ok(200)["uno"], json!(other.uno));
    revoke("coordinator", &other.code).refused(422, "idempotency-key-reused");
}

fn a_token_that_was_ended_is_told_nothing_again(app: &App) {
    friday(app);
    let family = collected(app, &[("AB 1", "woman"), ("AB 2", "man")], &["fa"]);
    let path = format!("/tickets/{}/give-back", family[0].code);
    send(app, "desk", &path, &json!({})).ok(200);
    let token = app.token("desk");
    let ctx = app.service.ctx(inskrivning::domain::role::Actor::Operator);
    let ended: Result<_, inskrivning::app::Refusal> = app.service.store().write_now(move |tx| {
        let secret = inskrivning::app::tokens::Secret::shown(&token);
        let known = tx.token(secret.hash())?.unwrap();
        inskrivning::app::tokens::end(tx, &ctx, known.id)
    });
    ended.unwrap();
    send(app, "desk", &path, &json!({})).refused(401, "unauthorized");
}

fn an_answer_is_kept_for_forty_eight_hours(app: &App) {
    friday(app);
    let guest = single(app, "AB 1", "man", &["fa"]);
    let path = format!("/guests/{}/bans", guest.uno);
    let body = json!({ "shelter": "sm", "last": "2027-03-01", "reason": "threats" });
    let banned = |at: &str| {
        app.at(at);
        app.what_is_due();
        send(app, "coordinator", &path, &body).ok(201)["id"].clone()
    };
    let first = banned("2026-11-27T09:00:00Z");
    assert_eq!(banned("2026-11-29T09:00:00Z"), first);
    assert_ne!(banned("2026-11-29T09:00:01Z"), first);
}
