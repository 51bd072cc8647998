//! Every step of a desk day from every stage, through the front door, as docs/STATES.md has them: what its table names is done
//! and leads where it says; anything else is refused, and nothing is written.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::friday::{DIGITS, FRIDAY, type_digits};
use crate::support::{Answer, App, Kind, on_both_databases, person};

on_both_databases! {
    every_step_from_every_stage_is_done_or_refused_as_the_table_says
    a_day_left_unfinished_is_finished_at_six_and_not_before
}

const STAGES: [&str; 9] = [
    "Planned",
    "Open",
    "Open, direct",
    "Closed",
    "Frozen",
    "AwaitingEntropy",
    "Drawn",
    "HandingOut",
    "Finished",
];
const NOT_HELD: &str = "NotHeld";

/// The steps somebody asks for. What the service does by itself at a time is tested beside it.
const STEPS: [&str; 15] = [
    "open",
    "mark not held",
    "choose lottery",
    "choose direct",
    "register",
    "close",
    "freeze",
    "place",
    "type digit",
    "store service bytes",
    "abandon",
    "redraw",
    "reinstate",
    "hand out",
    "finish",
];

const NOBODY: &str = "00000000-0000-0000-0000-000000000000";

/// The table of the desk day: from and step, and where it may lead. Placing by number has two rows, one for each result.
fn table() -> BTreeMap<(String, String), Vec<String>> {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/STATES.md")).unwrap();
    let (_, chapter) = text.split_once("## The desk day").unwrap();
    let (chapter, _) = chapter.split_once("## The ticket").unwrap();
    let mut table: BTreeMap<_, Vec<String>> = BTreeMap::new();
    for line in chapter.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| from")) {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let step = match cells[2] {
            "everyone fits" | "not everyone fits" => "place",
            step => step,
        };
        table.entry((cells[1].to_owned(), step.to_owned())).or_default().push(cells[3].to_owned());
    }
    assert!(table.len() > 30, "the table was not read");
    table
}

fn at(step: &str) -> String {
    format!("/desk-days/{FRIDAY}/{step}")
}

fn desk(app: &App, step: &str) -> Value {
    let answer = app.post("desk", &at(step), json!({}));
    assert!([200, 201].contains(&answer.status), "{step}: {:#}", answer.body);
    answer.body
}

/// Where the day stands, in the words of the table.
fn stage(app: &App) -> String {
    let answer = app.get("desk", at("").trim_end_matches('/'));
    if answer.status == 409 {
        return "Planned".to_owned();
    }
    let day = answer.ok(200);
    let name = match (day["stage"].as_str().unwrap(), day["mode"].as_str().unwrap()) {
        ("open", "direct") => "Open, direct",
        ("open", _) => "Open",
        ("closed", _) => "Closed",
        ("frozen", _) => "Frozen",
        ("awaiting_entropy", _) => "AwaitingEntropy",
        ("drawn", _) => "Drawn",
        ("handing_out", _) => "HandingOut",
        ("finished", _) => "Finished",
        ("not_held", _) => "NotHeld",
        (other, _) => panic!("{other} is not in the table"),
    };
    name.to_owned()
}

/// Who asks: a lot refused for its document, to be reinstated, and four men for two places.
fn ask(app: &App) {
    let mut invalid = person("X 1", "man");
    invalid["document"]["valid"] = json!(false);
    app.register(FRIDAY, &[invalid], &["fa"]);
    for n in 1..=4 {
        app.register(FRIDAY, &[person(&format!("M {n}"), "man")], &["fa"]);
    }
}

/// The day at a stage, such that `step` has what it needs there beside the stage.
fn bring(app: &App, to: &str, step: &str) {
    app.shelter("fa", "Filadelfia").places("fa", "single", "any", FRIDAY, 2);
    let nobody_asked = ["choose lottery", "choose direct", "mark not held"].contains(&step);
    match to {
        "Planned" => {}
        NOT_HELD => {
            app.post("coordinator", &at("not-held"), json!({ "reason": "a burst pipe" })).ok(200);
        }
        "Open" | "Open, direct" => {
            let mode = if to == "Open" { "lottery" } else { "direct" };
            app.post("desk", "/desk-days", json!({ "date": FRIDAY, "mode": mode })).ok(201);
            if !nobody_asked {
                ask(app);
            }
            if (to, step) == ("Open, direct", "finish") {
                collect_all(app);
            }
        }
        _ => bring_to_the_draw(app, to, step),
    }
    assert_eq!(stage(app), to);
}

fn bring_to_the_draw(app: &App, to: &str, step: &str) {
    app.open(FRIDAY);
    ask(app);
    desk(app, "close");
    if to == "Closed" {
        return;
    }
    let by_service = json!({ "service_reason": "nobody is here to witness" });
    let source = if step == "store service bytes" { by_service } else { json!({}) };
    app.post("desk", &at("draws"), source).ok(201);
    if to == "Frozen" {
        return;
    }
    desk(app, "placement");
    if to == "AwaitingEntropy" {
        return;
    }
    if step == "store service bytes" {
        desk(app, "service-entropy");
    } else {
        type_digits(app, DIGITS);
    }
    match (to, step) {
        ("Drawn", "finish") => decline_all(app),
        ("Drawn", _) => {}
        ("HandingOut", "finish") | ("Finished", _) => collect_all(app),
        _ => {
            let first = hand_out(app)["calling"][0].clone();
            app.post("desk", &at(&format!("lots/{first}/collect")), json!({ "sl_ticket": true })).ok(200);
        }
    }
    if to == "Finished" {
        desk(app, "finish");
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

/// All that was drawn is declined, and whatever is offered then.
fn decline_all(app: &App) {
    loop {
        let state = hand_out(app);
        for lot in state["calling"].as_array().unwrap() {
            desk(app, &format!("lots/{lot}/decline"));
        }
        if hand_out(app)["next"].is_null() {
            return;
        }
        desk(app, "offers");
    }
}

/// Another coordinator's signature for a step, where there is a day to sign for.
fn signed(app: &App, step: &str) -> Value {
    let answer = app.sign("coordinator 2", "2026-11-27", step, 1);
    if answer.status == 201 { answer.body["countersignature"].clone() } else { json!(NOBODY) }
}

/// Takes a step, and says whether the audit log stood still meanwhile.
fn take(app: &App, step: &str) -> (Answer, bool) {
    // What is signed beforehand is written beforehand.
    let signature = match step {
        "redraw" => signed(app, "redraw_for_manifest"),
        "abandon" | "reinstate" => signed(app, step),
        _ => Value::Null,
    };
    let waits = app.get("desk", &at("hand-out"));
    let lot = waits.body["calling"].get(0).cloned().unwrap_or(json!(2));
    let before = app.written();
    let none = json!({});
    let (who, path, body) = match step {
        "open" => ("desk", "/desk-days".to_owned(), json!({ "date": FRIDAY })),
        "mark not held" => ("coordinator", at("not-held"), json!({ "reason": "a burst pipe" })),
        "register" => ("desk", at("lots"), json!({ "members": [person("N 1", "woman")], "accepts": ["fa"] })),
        "close" | "finish" => ("desk", at(step), none),
        "freeze" => ("desk", at("draws"), none),
        "place" => ("desk", at("placement"), none),
        "type digit" => ("desk", at("digits"), json!({ "place": 1, "shown": 3 })),
        "store service bytes" => ("desk", at("service-entropy"), none),
        "abandon" => {
            let body = json!({ "reason": "the dice are lost", "countersignature": signature });
            ("coordinator", at("draws/1/abandon"), body)
        }
        "redraw" => {
            let body = json!({ "fault": "manifest", "what": "lot 3 is two", "countersignature": signature });
            ("coordinator", at("draws/1/redraw"), body)
        }
        "reinstate" => {
            let shown = json!([{ "member": 1, "shown": "valid" }]);
            ("coordinator", at("lots/1/reinstate"), json!({ "countersignature": signature, "shown": shown }))
        }
        "hand out" => ("desk", at(&format!("lots/{lot}/collect")), json!({ "sl_ticket": true })),
        mode => {
            let mode = mode.strip_prefix("choose ").unwrap();
            let answer = app.put("desk", &at("mode"), json!({ "mode": mode }));
            return (answer, app.written() == before);
        }
    };
    let answer = app.post(who, &path, body);
    (answer, app.written() == before)
}

fn every_step_from_every_stage_is_done_or_refused_as_the_table_says(app: &App) {
    let table = table();
    let kind = app.kind;
    let stages = STAGES.into_iter().chain([NOT_HELD]);
    // Two at a time: a database is made for each step that is done.
    let stages: Vec<&str> = stages.collect();
    std::thread::scope(|scope| {
        let table = &table;
        for half in stages.chunks(stages.len().div_ceil(2)) {
            scope.spawn(move || half.iter().for_each(|from| from_one_stage(kind, from, table)));
        }
    });
    let named = |step: &str| STEPS.contains(&step) || step == "finish left unfinished";
    assert!(table.keys().all(|(_, step)| named(step)), "a step of the table is not tried: {table:?}");
}

fn from_one_stage(kind: Kind, from: &str, table: &BTreeMap<(String, String), Vec<String>>) {
    let (done, refused): (Vec<&str>, Vec<&str>) =
        STEPS.iter().partition(|step| table.contains_key(&(from.to_owned(), (**step).to_owned())));
    for step in done {
        let app = App::start(kind);
        bring(&app, from, step);
        let (answer, _) = take(&app, step);
        assert!(
            [200, 201].contains(&answer.status),
            "{step} from {from}: {} {:#}",
            answer.status,
            answer.body
        );
        let to = &table[&(from.to_owned(), step.to_owned())];
        assert!(to.contains(&stage(&app)), "{step} from {from} leads to {}, not {to:?}", stage(&app));
    }
    let app = App::start(kind);
    bring(&app, from, "");
    for step in refused {
        let (answer, unwritten) = take(&app, step);
        // A day without a lot has none to reinstate.
        let no = if (from, step) == (NOT_HELD, "reinstate") { 404 } else { 409 };
        assert_eq!(answer.status, no, "{step} from {from}: {:#}", answer.body);
        assert!(unwritten, "{step} from {from} was refused and left something behind");
        assert_eq!(stage(&app), from, "after {step} was refused");
    }
}

fn a_day_left_unfinished_is_finished_at_six_and_not_before(app: &App) {
    let table = table();
    const SATURDAY: &str = "2026-11-28";
    for from in STAGES.into_iter().chain([NOT_HELD]) {
        let app = App::start(app.kind);
        let open = json!({ "desk": "open", "reason": "it is very cold" });
        app.put("coordinator", &format!("/calendar/{SATURDAY}"), open).ok(200);
        bring(&app, from, "");
        let open_the_next = || app.post("desk", "/desk-days", json!({ "date": SATURDAY }));
        let to = table.get(&(from.to_owned(), "finish left unfinished".to_owned()));
        app.at("2026-11-28T04:59:59Z");
        let Some(to) = to else {
            // Nothing of the earlier day is in the way, and nothing becomes of it.
            open_the_next().ok(201);
            assert_eq!(stage(&app), from);
            continue;
        };
        open_the_next().refused(409, "earlier-day-unfinished");
        assert_eq!(stage(&app), from);
        app.at("2026-11-28T05:00:00Z");
        open_the_next().ok(201);
        assert_eq!(to, &[stage(&app)], "from {from}");
        let day = app.get("desk", at("").trim_end_matches('/')).ok(200);
        assert_eq!(day["finished_by"], "service", "from {from}");
        let sum = app.get("desk", &at("sum")).ok(200);
        assert_eq!((&sum["discrepancies"], &sum["still_undecided"]), (&json!([]), &json!(0)), "{sum:#}");
    }
}
