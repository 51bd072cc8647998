//! Many at once: the database decides, and each is answered as if it had been alone.

use serde_json::{Value, json};

use crate::support::{App, on_both_databases, person};

on_both_databases! {
    fifty_clients_take_the_last_place_and_one_gets_it
    one_key_sent_fifty_times_at_once_is_done_once
    who_registers_while_the_desk_closes_is_in_the_list_or_a_late_comer
    two_desks_closing_at_once_close_once
    the_same_new_document_at_two_desks_is_one_guest
    two_desks_handing_one_ticket_out_hand_it_out_once
}

const DAY: &str = "2026-11-27";

/// Sends the same request fifty times at once: the statuses.
fn fifty(app: &App, send: impl Fn(usize) -> u16 + Sync) -> Vec<u16> {
    app.token("desk");
    std::thread::scope(|scope| {
        let send = &send;
        let sent: Vec<_> = (0..50).map(|n| scope.spawn(move || send(n))).collect();
        sent.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

fn times(statuses: &[u16], status: u16) -> usize {
    statuses.iter().filter(|&&one| one == status).count()
}

fn fifty_clients_take_the_last_place_and_one_gets_it(app: &App) {
    app.shelter("fa", "Filadelfia").places("fa", "single", "any", DAY, 1);
    app.post("desk", "/desk-days", json!({ "date": DAY, "mode": "direct" })).ok(201);
    let body = |n: usize| json!({ "members": [person(&format!("P {n}"), "man")], "accepts": ["fa"] });
    let statuses = fifty(app, |n| app.post("desk", "/desk-days/2026-11-27/lots", body(n)).status);
    assert_eq!(times(&statuses, 201), 50);
    let state = app.get("desk", "/desk-days/2026-11-27/hand-out").ok(200);
    assert_eq!(state["tickets"].as_array().unwrap().len(), 1);
    assert_eq!(state["waiting"].as_array().unwrap().len(), 49);
    // It is declined; fifty desks offer it, and one of them gives it to the one whose turn it is.
    let holder = &state["tickets"][0]["lot"];
    app.post("desk", &format!("/desk-days/2026-11-27/lots/{holder}/decline"), json!({})).ok(200);
    let statuses = fifty(app, |_| app.post("desk", "/desk-days/2026-11-27/offers", json!({})).status);
    assert_eq!((times(&statuses, 201), times(&statuses, 409)), (1, 49));
}

fn one_key_sent_fifty_times_at_once_is_done_once(app: &App) {
    app.friday();
    let body = json!({ "members": [person("AB 1", "man")], "accepts": ["fa"] }).to_string();
    let statuses = fifty(app, |_| {
        let key = [("idempotency-key", "the-same")];
        app.send("POST", "desk", "/desk-days/2026-11-27/lots", Some(body.clone()), &key).status
    });
    assert_eq!(times(&statuses, 201), 50);
    assert_eq!(app.get("desk", "/desk-days/2026-11-27").ok(200)["lots"], 1);
}

fn who_registers_while_the_desk_closes_is_in_the_list_or_a_late_comer(app: &App) {
    app.friday();
    let statuses = fifty(app, |n| {
        if n == 25 {
            return app.post("desk", "/desk-days/2026-11-27/close", json!({})).status;
        }
        let body = json!({ "members": [person(&format!("P {n}"), "man")], "accepts": ["fa"] });
        app.post("desk", "/desk-days/2026-11-27/lots", body).status
    });
    assert_eq!((times(&statuses, 201), times(&statuses, 200)), (49, 1));
    let frozen = app.post("desk", "/desk-days/2026-11-27/draws", json!({})).ok(201);
    let last_lot = frozen["list"]["last_lot"].as_u64().unwrap();
    let lots = app.get("desk", "/desk-days/2026-11-27/lots").ok(200);
    let lots = lots["lots"].as_array().unwrap();
    assert_eq!(lots.len(), 49);
    for (number, lot) in (1..).zip(lots) {
        assert_eq!(lot["lot"], number, "numbers have no gaps");
        let asks = if number <= last_lot { "in_the_draw" } else { "as_late_comer" };
        assert_eq!(lot["asks"], asks);
    }
}

fn two_desks_closing_at_once_close_once(app: &App) {
    app.friday();
    let statuses = fifty(app, |_| app.post("desk", "/desk-days/2026-11-27/close", json!({})).status);
    assert_eq!((times(&statuses, 200), times(&statuses, 409)), (1, 49));
    let statuses = fifty(app, |_| app.post("desk", "/desk-days/2026-11-27/draws", json!({})).status);
    assert_eq!((times(&statuses, 201), times(&statuses, 409)), (1, 49));
    assert_eq!(app.get("desk", "/desk-days/2026-11-27/draws").ok(200).as_array().unwrap().len(), 1);
}

fn the_same_new_document_at_two_desks_is_one_guest(app: &App) {
    app.friday();
    let body = json!({ "members": [person("AB 1", "man")], "accepts": ["fa"] });
    let statuses = fifty(app, |_| app.post("desk", "/desk-days/2026-11-27/lots", body.clone()).status);
    assert_eq!(times(&statuses, 201), 50);
    let guests = app.service.store().read(|read| read.count_guests()).unwrap();
    assert_eq!(guests, 1);
    let lots = app.get("desk", "/desk-days/2026-11-27/lots").ok(200);
    let is_in = |lot: &&Value| lot["status"] == "in";
    assert_eq!(lots["lots"].as_array().unwrap().iter().filter(is_in).count(), 1);
}

fn two_desks_handing_one_ticket_out_hand_it_out_once(app: &App) {
    app.shelter("fa", "Filadelfia").places("fa", "single", "any", DAY, 1);
    app.post("desk", "/desk-days", json!({ "date": DAY, "mode": "direct" })).ok(201);
    app.register(DAY, &[person("AB 1", "man")], &["fa"]);
    let collect = json!({ "sl_ticket": true });
    let path = "/desk-days/2026-11-27/lots/1/collect";
    let statuses = fifty(app, |_| app.post("desk", path, collect.clone()).status);
    assert_eq!((times(&statuses, 200), times(&statuses, 409)), (1, 49));
}
