//! What may go wrong in a hall full of people: everything at once, in the wrong order, and half of it.

use inskrivning::app::tokens::Wanted;
use inskrivning::domain::role::Role;
use serde_json::{Value, json};

use crate::support::{App, on_both_databases, person};

on_both_databases! {
    nothing_is_offered_between_the_last_digit_and_the_result
    a_late_comer_with_a_ticket_waits_again_after_a_redraw
    a_late_comer_put_at_the_head_by_a_ban_is_not_lost_in_a_redraw
    who_was_placed_by_a_list_that_was_set_aside_may_withdraw
    a_day_left_after_a_redraw_loses_nobody
    half_a_family_that_takes_a_short_stay_ends_its_waiting
    a_shelter_keeps_its_terms_while_a_list_is_frozen
    what_is_said_of_a_known_guest_must_agree_field_by_field
    a_lot_may_be_reinstated_withdrawn_and_reinstated_again
    nobody_countersigns_what_is_not_there
    a_wrong_year_marked_as_not_held_blocks_no_desk
    invented_methods_are_counted_as_one
    a_change_of_places_after_the_first_lot_is_shown_beside_the_draw
    each_end_given_to_a_closure_after_the_first_lot_is_shown_beside_the_draw
    who_is_no_coordinator_any_more_has_signed_for_nothing
    who_was_a_coordinator_until_midnight_has_signed_for_nothing_after_it
    the_desk_days_are_listed_latest_first_by_page
}

const DAY: &str = "2026-11-27";

fn at(what: &str) -> String {
    format!("/desk-days/{DAY}/{what}")
}

fn step(app: &App, what: &str) -> Value {
    app.post("desk", &at(what), json!({})).ok(200)
}

fn men_ask(app: &App, from: u32, count: u32) {
    for n in from..from + count {
        app.register(DAY, &[person(&format!("M {n}"), "man")], &["sm", "fa"]);
    }
}

fn freeze(app: &App) -> Value {
    step(app, "close");
    app.post("desk", &at("draws"), json!({})).ok(201);
    step(app, "placement")
}

fn type_digits(app: &App, places: std::ops::RangeInclusive<u32>) {
    for place in places {
        app.post("desk", &at("digits"), json!({ "place": place, "shown": 1 + place % 6 })).ok(200);
    }
}

fn hand_out(app: &App) -> Value {
    app.get("desk", &at("hand-out")).ok(200)
}

fn collect_all(app: &App) {
    for lot in hand_out(app)["calling"].as_array().unwrap() {
        app.post("desk", &at(&format!("lots/{lot}/collect")), json!({ "sl_ticket": true })).ok(200);
    }
}

fn sum(app: &App) -> Value {
    let sum = app.get("coordinator", &at("sum")).ok(200);
    assert_eq!(sum["discrepancies"], json!([]), "{sum:#}");
    sum
}

fn redraw(app: &App) {
    let signature = app.sign("coordinator 2", DAY, "redraw_for_manifest", 1).ok(201);
    // Who takes the step finds it in the list, with why it was given.
    let given = || app.get("coordinator", &at("countersignatures")).ok(200)[0].clone();
    assert_eq!(given()["countersignature"], signature["countersignature"]);
    assert_eq!(
        (&given()["step"], &given()["number"], &given()["reason"], &given()["used"]),
        (&json!("redraw_for_manifest"), &json!(1), &json!("the hall saw it"), &json!(false))
    );
    let body = json!({ "fault": "manifest", "what": "a family was listed as two", "countersignature": signature["countersignature"] });
    app.post("coordinator", &at("draws/1/redraw"), body).ok(200);
    assert_eq!(given()["used"], true);
}

fn nothing_is_offered_between_the_last_digit_and_the_result(app: &App) {
    app.friday();
    men_ask(app, 1, 9);
    freeze(app);
    type_digits(app, 1..=29);
    men_ask(app, 20, 6);
    app.token("desk");
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..10 {
                    let status = app.post("desk", &at("offers"), json!({})).status;
                    assert_ne!(status, 500);
                }
            });
        }
        scope.spawn(|| type_digits(app, 30..=30));
    });
    let state = hand_out(app);
    let tickets = state["tickets"].as_array().unwrap();
    assert_eq!(tickets.len(), 7, "as many as there are places for men");
    assert!(
        tickets.iter().all(|ticket| ticket["lot"].as_u64().unwrap() <= 9),
        "no late-comer was before the list"
    );
}

fn a_late_comer_with_a_ticket_waits_again_after_a_redraw(app: &App) {
    app.friday();
    men_ask(app, 1, 2);
    freeze(app);
    men_ask(app, 20, 1);
    app.post("desk", &at("offers"), json!({ "lot": 3 })).ok(201);
    redraw(app);
    let waiting = hand_out(app)["waiting"].clone();
    assert_eq!((&waiting[0]["lot"], &waiting[0]["part"]), (&json!(3), &json!("late_comer")));
    app.post("desk", &at("draws"), json!({})).ok(201);
    step(app, "placement");
    app.post("desk", &at("offers"), json!({ "lot": 3 })).ok(201);
    collect_all(app);
    step(app, "finish");
    assert_eq!(sum(app)["collected"], 3);
}

fn a_late_comer_put_at_the_head_by_a_ban_is_not_lost_in_a_redraw(app: &App) {
    app.friday();
    men_ask(app, 1, 2);
    freeze(app);
    let lot = app.register(DAY, &[person("M 20", "man")], &["sm", "fa"])[0].clone();
    let shelter = &hand_out(app)["next"]["shelter"];
    let uno = lot["members"][0]["uno"].as_str().unwrap();
    app.post("desk", &at("offers"), json!({ "lot": 3 })).ok(201);
    let ban = json!({ "shelter": shelter, "last": "2026-12-31", "reason": "threats" });
    app.post("coordinator", &format!("/guests/{uno}/bans"), ban).ok(201);
    assert_eq!(hand_out(app)["waiting"][0]["part"], "head");
    redraw(app);
    let waiting = hand_out(app)["waiting"][0].clone();
    assert_eq!((&waiting["lot"], &waiting["part"]), (&json!(3), &json!("late_comer")));
    assert!(!waiting["accepts"].as_array().unwrap().contains(shelter), "{waiting:#}");
    app.post("desk", &at("draws"), json!({})).ok(201);
    step(app, "placement");
    collect_all(app);
    step(app, "finish");
    assert_eq!(
        (&sum(app)["collected"], &sum(app)["turned_away"]),
        (&json!(2), &json!(1)),
        "where it may go is full"
    );
}

fn who_was_placed_by_a_list_that_was_set_aside_may_withdraw(app: &App) {
    app.friday();
    men_ask(app, 1, 2);
    freeze(app);
    redraw(app);
    step(app, "lots/1/withdraw");
    app.post("desk", &at("draws"), json!({})).ok(201);
    step(app, "placement");
    assert_eq!(hand_out(app)["calling"], json!([2]));
    collect_all(app);
    step(app, "finish");
    let sum = sum(app);
    assert_eq!((&sum["collected"], &sum["withdrawn"]), (&json!(1), &json!(1)));
}

fn a_day_left_after_a_redraw_loses_nobody(app: &App) {
    app.friday();
    men_ask(app, 1, 9);
    freeze(app);
    type_digits(app, 1..=30);
    redraw(app);
    app.at("2026-11-30T09:00:00Z").open("2026-11-30");
    let sum = sum(app);
    assert_eq!(
        (&sum["asked"], &sum["turned_away"], &sum["still_undecided"]),
        (&json!(9), &json!(9), &json!(0))
    );
}

fn half_a_family_that_takes_a_short_stay_ends_its_waiting(app: &App) {
    app.shelter("fa", "Filadelfia").places("fa", "family", "any", DAY, 4);
    let closure = json!({ "decision": "closure", "shelter": "fa", "kind": "family", "who": "any",
                          "first": "2026-11-29", "last": "2026-12-30", "count": 2 });
    app.post("coordinator", "/places/decisions", closure).ok(201);
    app.open(DAY);
    for couple in ["A", "B"] {
        let members = [person(&format!("{couple} 1"), "man"), person(&format!("{couple} 2"), "woman")];
        app.register(DAY, &members, &["fa"]);
    }
    freeze(app);
    type_digits(app, 1..=30);
    let next = hand_out(app)["next"].clone();
    assert_eq!(next["short"], true);
    let lot = next["lot"].clone();
    app.post("desk", &at("offers"), json!({})).ok(201);
    let take = |what: &str, body: Value| app.post("desk", &at(&format!("lots/{lot}/{what}")), body);
    take("collect", json!({ "sl_ticket": true, "members": [1] })).ok(200);
    take("decline", json!({ "members": [3] })).refused(422, "invalid-fields");
    take("decline", json!({ "members": [2] })).ok(200);
    assert_eq!(hand_out(app)["waiting"], json!([]));
    collect_all(app);
    step(app, "finish");
    let sum = sum(app);
    assert_eq!((&sum["collected"], &sum["declined"]), (&json!(3), &json!(1)));
}

fn a_shelter_keeps_its_terms_while_a_list_is_frozen(app: &App) {
    app.friday();
    men_ask(app, 1, 9);
    freeze(app);
    for terms in [json!({ "name": "S", "admission": "own" }), json!({ "name": "S", "karens_nights": 9 })] {
        app.put("coordinator", "/shelters/sm", terms).refused(409, "list-frozen");
    }
    app.put("coordinator", "/shelters/sm", json!({ "name": "Another name" })).ok(200);
    type_digits(app, 1..=30);
    app.put("coordinator", "/shelters/sm", json!({ "name": "S", "karens_nights": 3 })).ok(200);
}

fn what_is_said_of_a_known_guest_must_agree_field_by_field(app: &App) {
    app.friday();
    app.register(DAY, &[person("AB 1", "man")], &["fa"]);
    let said = |field: &str, value: Value| {
        let mut known = json!({ "document": person("AB 1", "man")["document"] });
        known[field] = value;
        app.post("desk", &at("lots"), json!({ "members": [known], "accepts": ["fa"] }))
    };
    for (field, value) in [("sex", json!("woman")), ("birth", json!("2015-01-01"))] {
        let refused = said(field, value).refused(422, "invalid-fields");
        assert_eq!(refused["errors"][0]["field"], format!("members[0].{field}"));
    }
    assert_eq!(said("sex", json!("man")).ok(201)["lots"][0]["members"][0]["main_reason"], "in_a_lot");
    let mut new = person("AB 2", "man");
    new.as_object_mut().unwrap().remove("birth");
    new.as_object_mut().unwrap().remove("language");
    let body = json!({ "members": [new], "accepts": ["fa"] });
    let refused = app.post("desk", &at("lots"), body).refused(422, "invalid-fields");
    let missing: Vec<_> =
        refused["errors"].as_array().unwrap().iter().map(|error| error["field"].clone()).collect();
    assert_eq!(missing, ["members[0].birth", "members[0].language"]);
}

fn a_lot_may_be_reinstated_withdrawn_and_reinstated_again(app: &App) {
    app.friday();
    men_ask(app, 1, 2);
    step(app, "lots/1/withdraw");
    freeze(app);
    for _ in 0..2 {
        let signature = app.sign("coordinator 2", DAY, "reinstate", 1).ok(201);
        let body = json!({ "countersignature": signature["countersignature"] });
        app.post("coordinator", &at("lots/1/reinstate"), body).ok(200);
        assert_eq!(hand_out(app)["waiting"][0]["lot"], 1);
        step(app, "lots/1/withdraw");
    }
    collect_all(app);
    step(app, "finish");
    let sum = sum(app);
    assert_eq!((&sum["collected"], &sum["withdrawn"]), (&json!(1), &json!(1)));
}

fn nobody_countersigns_what_is_not_there(app: &App) {
    app.friday();
    men_ask(app, 1, 1);
    let steps = [("redraw_for_digits", 1), ("redraw_for_manifest", 7), ("abandon", 1), ("reinstate", 9)];
    for (step, number) in steps {
        app.sign("coordinator 2", DAY, step, number).refused(409, "nothing-to-sign");
    }
    // And nobody without saying why.
    let body = json!({ "step": "reinstate", "number": 1, "reason": " " });
    let refused = app.post("coordinator 2", &at("countersignatures"), body).refused(422, "invalid-fields");
    assert_eq!(refused["errors"][0]["field"], "reason");
}

fn a_wrong_year_marked_as_not_held_blocks_no_desk(app: &App) {
    app.shelter("fa", "Filadelfia").places("fa", "single", "any", DAY, 1);
    app.post("coordinator", "/desk-days/2016-11-25/not-held", json!({ "reason": "a slip of the pen" }))
        .ok(200);
    app.open(DAY);
}

fn invented_methods_are_counted_as_one(app: &App) {
    for n in 0..20 {
        app.send(&format!("INVENTED{n}"), "", "/shelters", None, &[]);
    }
    let metrics = app.get("", "//metrics").ok(200).to_string();
    assert!(metrics.contains("OTHER") && !metrics.contains("INVENTED"), "{metrics}");
}

fn a_change_of_places_after_the_first_lot_is_shown_beside_the_draw(app: &App) {
    app.friday();
    app.later(1);
    men_ask(app, 1, 3);
    app.later(1);
    let extra = json!({ "decision": "extra", "shelter": "fa", "kind": "single", "who": "any", "first": DAY, "count": 2 });
    let made = app.post("coordinator", "/places/decisions", extra).ok(201);
    app.later(1);
    app.delete("coordinator", &format!("/places/decisions/{}", made["id"].as_str().unwrap())).ok(200);
    freeze(app);
    let two = json!(2);
    beside_the_draw(app, "count", &[("decided", two.clone()), ("taken_back", two)]);
}

fn each_end_given_to_a_closure_after_the_first_lot_is_shown_beside_the_draw(app: &App) {
    app.friday();
    app.later(1);
    men_ask(app, 1, 3);
    app.later(1);
    let (first, last) = ("2026-12-10", "2026-12-20");
    let closure = json!({ "decision": "closure", "shelter": "fa", "kind": "single", "who": "any", "first": first, "last": last });
    let made = app.post("coordinator", "/places/decisions", closure).ok(201);
    let at = format!("/places/decisions/{}", made["id"].as_str().unwrap());
    for last in ["2026-12-31", "2026-12-12"] {
        // By a clock that stands still: no two of them are one.
        app.patch("coordinator", &at, json!({ "last": last })).ok(200);
    }
    app.later(1);
    app.delete("coordinator", &at).ok(200);
    freeze(app);
    beside_the_draw(
        app,
        "last",
        &[
            ("decided", json!(last)),
            ("ends_otherwise", json!("2026-12-31")),
            ("ends_otherwise", json!("2026-12-12")),
            ("taken_back", json!("2026-12-12")),
        ],
    );
}

/// What changed, and one of the fields, as the desk and as the hall see it.
#[track_caller]
fn beside_the_draw(app: &App, field: &str, changes: &[(&str, Value)]) {
    let draws = app.get("desk", &at("draws")).ok(200);
    let public = app.get("", &format!("/public/desk-days/{DAY}")).ok(200);
    for found in [&draws[0]["place_changes"], &public["place_changes"]] {
        let said: Vec<_> = found
            .as_array()
            .unwrap()
            .iter()
            .map(|one| (one["change"].as_str().unwrap(), one[field].clone()))
            .collect();
        assert_eq!(said, changes);
    }
}

fn who_is_no_coordinator_any_more_has_signed_for_nothing(app: &App) {
    app.friday();
    men_ask(app, 1, 2);
    freeze(app);
    let signature = app.sign("coordinator 2", DAY, "redraw_for_manifest", 1).ok(201);
    // Ending a token is a command, not a route.
    let ctx = app.service.ctx(inskrivning::domain::role::Actor::Operator);
    let tokens = app.service.store().read(|read| read.tokens()).unwrap();
    let of_second = tokens.into_iter().find(|token| token.name == "coordinator 2").unwrap().id;
    let ended: Result<_, inskrivning::app::Refusal> =
        app.service.store().write_now(move |tx| inskrivning::app::tokens::end(tx, &ctx, of_second));
    ended.unwrap();
    let body = json!({ "fault": "manifest", "what": "a family was listed as two", "countersignature": signature["countersignature"] });
    app.post("coordinator", &at("draws/1/redraw"), body).refused(409, "countersigner-ended");
}

fn who_was_a_coordinator_until_midnight_has_signed_for_nothing_after_it(app: &App) {
    app.friday();
    men_ask(app, 1, 2);
    freeze(app);
    let last_date = chrono::NaiveDate::from_ymd_opt(2026, 11, 27);
    let token = app.token_of(Wanted { last_date, ..Wanted::of("until Friday", Role::Coordinator) });
    let shown = format!("Bearer {token}");
    let sign = || {
        let step =
            json!({ "step": "redraw_for_manifest", "number": 1, "reason": "a family was listed as two" });
        let headers = [("authorization", shown.as_str())];
        app.send("POST", "", &at("countersignatures"), Some(step.to_string()), &headers)
    };
    let signature = sign().ok(201)["countersignature"].clone();
    app.at("2026-11-27T23:00:00Z");
    let body =
        json!({ "fault": "manifest", "what": "a family was listed as two", "countersignature": signature });
    app.post("coordinator", &at("draws/1/redraw"), body).refused(409, "countersigner-ended");
    sign().refused(401, "unauthorized");
}

fn the_desk_days_are_listed_latest_first_by_page(app: &App) {
    app.friday();
    app.at("2026-12-02T09:00:00Z").open_after(&["2026-11-30", "2026-12-01"], "2026-12-02");
    let page = |query: &str| app.get("desk", &format!("/desk-days?{query}")).ok(200);
    let dates = |page: &Value| -> Vec<String> {
        page["days"].as_array().unwrap().iter().map(|day| day["date"].as_str().unwrap().to_owned()).collect()
    };
    let all = page("");
    assert_eq!(dates(&all), ["2026-12-02", "2026-12-01", "2026-11-30", DAY]);
    assert_eq!((&all["next"], &all["days"][0]["stage"]), (&Value::Null, &json!("open")));
    assert_eq!(all["days"][1], app.get("desk", "/desk-days/2026-12-01").ok(200));
    let (mut seen, mut query) = (Vec::new(), "limit=3".to_owned());
    loop {
        let page = page(&query);
        seen.push(dates(&page));
        let Some(next) = page["next"].as_str() else { break };
        query = format!("limit=3&before={next}");
    }
    assert_eq!(seen, [dates(&all)[..3].to_vec(), vec![DAY.to_owned()]]);
    assert_eq!(page("limit=4")["next"], Value::Null);
    for (query, field) in [("limit=0", "limit"), ("limit=101", "limit"), ("before=now", "before")] {
        let refused = app.get("desk", &format!("/desk-days?{query}")).refused(422, "invalid-fields");
        assert_eq!(refused["errors"][0]["field"], field);
    }
}
