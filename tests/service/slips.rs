//! What the holder of a slip is told of the draw, while everybody in the hall asks at once.

use serde_json::{Value, json};

use crate::support::{App, log, on_both_databases, person};

on_both_databases! {
    why_not_me_is_told_in_swedish_and_english
    a_hall_that_asks_at_once_makes_the_service_recompute_the_draw_once
    after_a_redraw_a_slip_tells_of_the_draw_that_stands
    a_slip_tells_why_its_lot_was_refused_and_nothing_of_another
}

const DAY: &str = "2026-11-27";
const MEN: usize = 9;

fn at(what: &str) -> String {
    format!("/desk-days/{DAY}/{what}")
}

/// Freezes the list and throws dice that all show about the same: the commitment.
fn draw(app: &App, turned_by: u32) -> String {
    app.post("desk", &at("close"), json!({}));
    let frozen = app.post("desk", &at("draws"), json!({})).ok(201);
    app.post("desk", &at("placement"), json!({})).ok(200);
    for place in 1..=30 {
        let digit = json!({ "place": place, "shown": 1 + (place + turned_by) % 6 });
        app.post("desk", &at("digits"), digit).ok(200);
    }
    frozen["list"]["commitment"].as_str().unwrap().to_owned()
}

/// Nine men ask for seven places.
fn men_ask(app: &App) {
    app.friday();
    for n in 1..=MEN {
        app.register(DAY, &[person(&format!("M {n}"), "man")], &["sm", "fa"]);
    }
}

/// The addresses of all slips.
fn slips(app: &App) -> Vec<String> {
    let of = |lot: usize| {
        let check = app.get("desk", &at(&format!("lots/{lot}"))).ok(200)["check"].clone();
        format!("/public/desk-days/{DAY}/lots/{lot}?check={}", check.as_str().unwrap())
    };
    (1..=MEN).map(of).collect()
}

fn recomputed(commitment: &str) -> usize {
    let log = log();
    let lines = log.lines().filter(|line| line.contains("a draw was recomputed"));
    lines.filter(|line| line.contains(commitment)).count()
}

fn why_not_me_is_told_in_swedish_and_english(app: &App) {
    men_ask(app);
    draw(app, 0);
    let slips = slips(app);
    let told: Vec<Value> = slips.iter().map(|slip| app.get("", slip).ok(200)).collect();
    for (n, told) in (1..).zip(&told) {
        let why = |language: &str| told["why"][language].as_str().unwrap().to_owned();
        assert!(why("en").starts_with(&format!("Lot {n} ")) && why("sv").starts_with(&format!("Lott {n} ")));
        assert_eq!(why("en").lines().count(), why("sv").lines().count());
        let desk = app.get("desk", &at(&format!("draws/1/lots/{n}/why"))).ok(200);
        assert_eq!(desk["why"], told["why"]);
    }
    let waits = told.iter().filter(|told| told["why"]["sv"].as_str().unwrap().contains("på reservlistan"));
    assert_eq!(waits.count(), MEN - 7);
}

fn a_hall_that_asks_at_once_makes_the_service_recompute_the_draw_once(app: &App) {
    men_ask(app);
    let commitment = draw(app, 0);
    let slips = slips(app);
    std::thread::scope(|scope| {
        let asked: Vec<_> = slips.iter().map(|slip| scope.spawn(|| app.get("", slip).ok(200))).collect();
        for one in asked {
            assert!(one.join().unwrap()["why"]["sv"].is_string());
        }
    });
    app.get("desk", &at("draws/1/lots/1/why")).ok(200);
    assert_eq!(recomputed(&commitment), 1);
}

fn after_a_redraw_a_slip_tells_of_the_draw_that_stands(app: &App) {
    men_ask(app);
    let first = draw(app, 0);
    let slips = slips(app);
    let keys = || slips.iter().map(|slip| app.get("", slip).ok(200)["key"].clone()).collect::<Vec<_>>();
    let before = keys();
    let signature =
        app.sign("coordinator 2", DAY, "redraw_for_manifest", 1).ok(201)["countersignature"].clone();
    let body = json!({ "fault": "manifest", "what": "lot 4 is two", "countersignature": signature });
    app.post("coordinator", &at("draws/1/redraw"), body).ok(200);
    assert!(keys().iter().all(Value::is_null), "nothing of it is told between the two");
    let second = draw(app, 1);
    let after = keys();
    assert!(before.iter().zip(&after).all(|(before, after)| before != after && after.is_string()));
    // The first is still explained, as it was drawn.
    app.get("desk", &at("draws/1/lots/1/why")).ok(200);
    assert_eq!((recomputed(&first), recomputed(&second)), (1, 1));
}

fn a_slip_tells_why_its_lot_was_refused_and_nothing_of_another(app: &App) {
    men_ask(app);
    let refused = app.register(DAY, &[person("M 1", "man")], &["sm"]).remove(0);
    app.post("desk", &at("close"), json!({})).ok(200);
    let late = app.register(DAY, &[person("M 99", "man")], &["fa"]).remove(0);
    for lot in [&refused, &late] {
        let (number, check) = (&lot["lot"], lot["check"].as_str().unwrap());
        let told = app.get("", &format!("/public/desk-days/{DAY}/lots/{number}?check={check}")).ok(200);
        assert_eq!((&told["status"], &told["verdict"]), (&lot["status"], &lot["verdict"]));
        let other = format!("/public/desk-days/{DAY}/lots/1?check={check}");
        app.get("", &other).refused(404, "not-found");
        assert!(!told.to_string().contains(lot["members"][0]["uno"].as_str().unwrap()));
    }
    assert_eq!(refused["status"], "refused");
    let why = &refused["verdict"]["members"][0]["reasons"][0];
    assert_eq!(why["reason"]["reason"], "in_a_lot");
    assert!(why["text"]["sv"].as_str().unwrap().ends_with("Fråga oss vad som gäller för den lotten."));
}
