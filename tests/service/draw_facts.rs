//! The draw agrees with the domain's placement on the database's own facts: what was read there before the freeze is what the list
//! says, and what was placed from it is what was given.

use chrono::NaiveDate;
use inskrivning::app::Refusal;
use inskrivning::domain::lottery::placement::{Lot, Outcome, Places, Seat, ShelterNights, place};
use inskrivning::domain::lottery::verify::{Print, verify};
use inskrivning::domain::night::{Night, Nights};
use inskrivning::domain::party::{LotNumber, LotStatus};
use inskrivning::domain::place::entries::{Held, entries, held_by};
use inskrivning::domain::place::plan::Plan;
use inskrivning::domain::shelter::Admission;
use inskrivning::store::Read;
use serde_json::{Value, json};

use crate::friday::{DIGITS, FRIDAY, type_digits};
use crate::support::{App, on_both_databases, person};

on_both_databases! {
    the_draw_gives_what_the_placement_gives_on_the_databases_own_facts
}

/// The desk days before, on which places were taken.
const BEFORE: [&str; 3] = ["2026-11-20", "2026-11-23", "2026-11-24"];

fn at(step: &str) -> String {
    format!("/desk-days/{FRIDAY}/{step}")
}

fn decide(app: &App, decision: Value) {
    app.post("coordinator", "/places/decisions", decision).ok(201);
}

/// Shelters, numbers, and what changes them on some of the Friday's nights.
fn set_the_stage(app: &App) {
    app.at("2026-11-19T09:00:00Z");
    app.shelter("fa", "Filadelfia").shelter("sm", "Stadsmissionen");
    app.put("coordinator", "/shelters/cv", json!({ "name": "Convictus", "full_nights": 4 })).ok(200);
    app.put("coordinator", "/shelters/ow", json!({ "name": "Slakthusgatan", "admission": "own" })).ok(200);
    // From Saturday on, so that the first Friday gives tickets from Saturday on.
    app.places("fa", "single", "any", "2026-11-21", 6).places("fa", "family", "any", "2026-11-21", 4);
    app.places("fa", "single", "women", "2026-11-21", 3).places("sm", "single", "men", "2026-11-21", 4);
    app.places("cv", "single", "women", "2026-11-21", 2).places("ow", "single", "any", "2026-11-21", 9);
    decide(
        app,
        json!({ "decision": "closure", "shelter": "sm", "kind": "single", "who": "men",
        "first": "2026-11-28", "last": "2026-12-02", "count": 1 }),
    );
    decide(
        app,
        json!({ "decision": "closure", "shelter": "cv", "first": "2026-11-30", "last": "2026-12-20" }),
    );
    decide(
        app,
        json!({ "decision": "lending", "shelter": "fa", "kind": "single", "direction": "women_to_men",
        "first": FRIDAY, "last": "2026-12-10", "count": 1 }),
    );
    decide(
        app,
        json!({ "decision": "extra", "shelter": "fa", "kind": "single", "who": "any", "first": FRIDAY,
        "count": 1 }),
    );
}

/// A quiet day: those who ask get tickets at once.
fn quiet(app: &App, day: &str, parties: &[(&[&str], &str)]) {
    app.at(&format!("{day}T09:00:00Z"));
    app.post("desk", "/desk-days", json!({ "date": day, "mode": "direct" })).ok(201);
    for (numbers, shelter) in parties {
        let members: Vec<Value> = numbers.iter().map(|number| person(number, "man")).collect();
        let lots = app.register(day, &members, &[shelter]);
        let collect = format!("/desk-days/{day}/lots/{}/collect", lots[0]["lot"]);
        app.post("desk", &collect, json!({ "sl_ticket": true })).ok(200);
    }
    app.post("desk", &format!("/desk-days/{day}/finish"), json!({})).ok(200);
}

/// Who asks on the Friday: more than there is room for.
fn ask(app: &App) {
    let both = ["fa", "sm"];
    for n in 1..=13 {
        app.register(FRIDAY, &[person(&format!("M {n}"), "man")], &both);
    }
    for n in 1..=4 {
        app.register(FRIDAY, &[person(&format!("W {n}"), "woman")], &["cv", "fa"]);
    }
    let couple = |n: u32| [person(&format!("C {n}"), "woman"), person(&format!("C {n} B"), "man")];
    for n in 1..=3 {
        app.register(FRIDAY, &couple(n), &["fa"]);
    }
    let four: Vec<Value> = (1..=4).map(|n| person(&format!("F {n}"), "man")).collect();
    app.register(FRIDAY, &four, &["fa"]);
    // Their karens ends on Friday night: they start on Saturday.
    for number in ["K 1", "K 2"] {
        let lots = app.register(FRIDAY, &[person(number, "man")], &["fa", "sm"]);
        assert_eq!((&lots[0]["status"], &lots[0]["from"]), (&json!("in"), &json!("2026-11-28")), "{lots:#?}");
    }
    // One is refused, one goes home, two are banned from one of their shelters.
    let mut invalid = person("X 1", "man");
    invalid["document"]["valid"] = json!(false);
    app.register(FRIDAY, &[invalid], &both);
    app.post("desk", &at("lots/13/withdraw"), json!({})).ok(200);
    for lot in [1, 2] {
        let lot = app.get("desk", &at(&format!("lots/{lot}"))).ok(200);
        let order = json!({ "shelter": "fa", "last": "2026-12-31", "reason": "threats" });
        let uno = lot["members"][0]["uno"].as_str().unwrap();
        app.post("coordinator", &format!("/guests/{uno}/bans"), order).ok(201);
    }
}

/// What the database holds before the freeze, put together here and not by the service.
fn facts(read: &mut Read<'_>) -> Result<(Places, Vec<Lot>, usize), Refusal> {
    let facts: Vec<_> = read.facts()?.into_iter().map(|entry| entry.fact).collect();
    let plan = Plan::new(&facts)?;
    let mut shelters = read.shelters()?;
    shelters.retain(|shelter| shelter.admission != Admission::Own);
    let mut held: Vec<Held> = Vec::new();
    for day in BEFORE {
        held.extend(read.tickets_of_day(date(day))?.iter().flat_map(held_by));
    }
    let start_nights = Nights::starting(Night::new(date(FRIDAY))?, 3);
    let in_the_draw = |pool: &_| {
        let pool: &inskrivning::domain::place::Pool = pool;
        shelters.iter().any(|shelter| shelter.code == pool.shelter)
    };
    let pools: Vec<_> = plan.pools().filter(in_the_draw).collect();
    let places = Places {
        shelters: shelters
            .iter()
            .map(|shelter| ShelterNights { code: shelter.code, nights: shelter.terms.full_nights })
            .collect(),
        start_nights: start_nights.iter().collect(),
        min_nights: 3,
        entries: entries(&plan, &held, &pools, start_nights)?,
    };
    let all = read.all_lots(date(FRIDAY))?;
    let count = all.len();
    let lots = all.into_iter().filter(|lot| lot.status == LotStatus::In).map(|lot| Lot {
        number: lot.number,
        members: lot.members.iter().map(|member| member.sex).collect(),
        from: lot.from.unwrap(),
        accepts: lot.accepts,
    });
    Ok((places, lots.collect(), count))
}

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn the_draw_gives_what_the_placement_gives_on_the_databases_own_facts(app: &App) {
    set_the_stage(app);
    quiet(app, BEFORE[0], &[(&["K 1"], "fa"), (&["K 2"], "fa")]);
    quiet(app, BEFORE[1], &[(&["H 1"], "sm"), (&["H 2", "H 3"], "fa"), (&["H 4"], "fa")]);
    quiet(app, BEFORE[2], &[(&["H 5"], "sm"), (&["H 6"], "fa"), (&["H 7", "H 8"], "fa")]);
    app.at("2026-11-27T09:00:00Z").open_after(&["2026-11-25", "2026-11-26"], FRIDAY);
    ask(app);
    app.post("desk", &at("close"), json!({})).ok(200);
    let (places, lots, count) = app.service.store().read(facts).unwrap();
    let opens_later = places.entries.iter().filter(|entry| entry.from.date() > date(FRIDAY)).count();
    let ends = places.entries.iter().filter(|entry| entry.until.is_some()).count();
    assert!(opens_later >= 2 && ends >= 2, "the hall is too plain: {places:#?}");

    app.post("desk", &at("draws"), json!({})).ok(201);
    let waits = app.post("desk", &at("placement"), json!({})).ok(200);
    assert_eq!(waits["stage"], "awaiting_entropy");
    let commitment = waits["list"]["commitment"].as_str().unwrap().to_owned();
    type_digits(app, DIGITS);
    let answer = app.get("coordinator", &at("draws/1/record")).ok(200);
    let print = Print { commitment: Some(commitment), entropy: Some(format!("dice:{DIGITS}")) };
    let draw = verify(answer["record"].as_str().unwrap().as_bytes(), &print).unwrap();

    // The list is what the database held.
    let content = draw.manifest().content();
    assert_eq!(content.places, places);
    assert_eq!(content.lots, lots);
    let out: Vec<_> = content.out.iter().map(|lot| (lot.number.0, lot.refused)).collect();
    assert_eq!(out, [(13, false), (24, true)]);
    assert_eq!(lots.len() + out.len(), count);

    // What was given is what is placed from it, in the order drawn.
    let outcomes = place(&places, &lots, draw.order());
    assert_eq!(outcomes, draw.outcomes());
    let mut reserve = Vec::new();
    for outcome in &outcomes {
        match outcome {
            Outcome::Placed { lot, seat, .. } => has_its_seat(app, *lot, seat, &places),
            Outcome::Reserve { lot, .. } => {
                assert_eq!(tickets(app, *lot), []);
                reserve.push(lot.0);
            }
        }
    }
    assert!(reserve.len() >= 3, "more ask than there is room for: {reserve:?}");
    let state = app.get("desk", &at("hand-out")).ok(200);
    let waiting = state["waiting"].as_array().unwrap();
    let waiting: Vec<_> = waiting.iter().map(|one| one["lot"].as_u64().unwrap()).collect();
    assert_eq!(waiting, reserve.iter().map(|&lot| u64::from(lot)).collect::<Vec<_>>());
}

fn tickets(app: &App, lot: LotNumber) -> Vec<(u32, inskrivning::domain::ticket::Ticket)> {
    let found: Result<_, Refusal> =
        app.service.store().read(|read| Ok(read.tickets_of_lot(date(FRIDAY), lot)?));
    found.unwrap()
}

/// A ticket for each member, in the pool of its entry, for the nights of the seat.
fn has_its_seat(app: &App, lot: LotNumber, seat: &Seat, places: &Places) {
    let given = tickets(app, lot);
    let given: Vec<_> =
        given.iter().map(|(position, ticket)| (*position, ticket.pool, ticket.issued)).collect();
    let nights = Nights::starting(seat.start, seat.nights);
    let seated =
        (1..).zip(&seat.entries).map(|(position, &entry)| (position, places.entries[entry].pool, nights));
    assert_eq!(given, seated.collect::<Vec<_>>(), "lot {lot}");
}
