//! Makes the data of a release for good: a Friday drawn with dice, its nights, and a quiet Monday, played through the service.
//!
//! Run once for each release: `cargo test --test upgrade make_the_data_of_this_version -- --ignored`.

use std::collections::BTreeMap;
use std::fs;

use diesel::sql_types::{BigInt, Text};
use diesel::{Connection, QueryableByName, RunQueryDsl, SqliteConnection, sql_query};
use inskrivning::app::Keys;
use inskrivning::domain::audit::Event;
use inskrivning::domain::role::Actor;
use inskrivning::store::{Database, StoreError};
use serde_json::{Value, json};

use crate::support::{App, Kind, person};
use crate::{Recorded, file};

const FRIDAY: &str = "2024-01-12";
const MONDAY: &str = "2024-01-15";
const NIGHTS: [&str; 4] = ["2024-01-12", "2024-01-13", "2024-01-14", "2024-01-15"];
const DIGITS: &str = "353332125263661632153164154346";

#[test]
#[ignore = "writes the data of this version into tests/upgrade, once for each release"]
fn make_the_data_of_this_version() {
    let version = env!("CARGO_PKG_VERSION");
    let app = App::start(Kind::Sqlite);
    bind_the_key(&app);
    play(&app);
    let answers = answers(&app);
    let Database::Sqlite(data) = app.database() else { unreachable!("it was started on SQLite") };
    let mut conn = SqliteConnection::establish(data.to_str().unwrap()).unwrap();
    let (statements, rows) = dump(&mut conn);
    let head = app.get("coordinator", "/audit/head").ok(200);
    let recorded = Recorded {
        migrations: texts(
            &mut conn,
            "SELECT version AS said FROM __diesel_schema_migrations ORDER BY version",
        ),
        // The key of the tests.
        key: hex::encode([7; 32]),
        head: format!("{}:{}", head["seq"], head["hash"].as_str().unwrap()),
        rows,
        answers,
    };
    assert!(statements.len() < 150_000, "{} bytes are too many to keep", statements.len());
    for (name, text) in [
        (format!("{version}.sql"), statements),
        (format!("{version}.json"), serde_json::to_string_pretty(&recorded).unwrap() + "\n"),
    ] {
        assert!(!file(&name).exists(), "{name} is there: what was released is never made anew");
        fs::write(file(&name), text).unwrap();
        println!("tests/upgrade/{name} is written");
    }
}

/// As the first start does.
fn bind_the_key(app: &App) {
    let at = "2024-01-12T08:00:00Z".parse().unwrap();
    let bound: Result<(), StoreError> = app.service.store().write_now(move |tx| {
        tx.bind_key(Keys::new([7; 32]).check())?;
        tx.record(at, Actor::Operator, &Event::KeyFileMade)
    });
    bound.unwrap();
}

fn play(app: &App) {
    app.at("2024-01-12T09:00:00Z");
    app.shelter("fa", "Filadelfia").shelter("sm", "Frälsningsarmén, Västberga");
    app.put(
        "coordinator",
        "/shelters/cx",
        json!({ "name": "Convictus", "admission": "own", "protected": true }),
    )
    .ok(200);
    for (shelter, kind, who, count) in [
        ("fa", "single", "any", 3),
        ("fa", "family", "any", 2),
        ("sm", "single", "men", 2),
        ("cx", "single", "women", 5),
    ] {
        app.places(shelter, kind, who, FRIDAY, count);
    }
    app.open(FRIDAY);
    friday(app);
    for night in &NIGHTS[..3] {
        evening(app, night);
    }
    monday(app);
    evening(app, MONDAY);
}

/// Eight lots for seven places, of which a family takes two; one is declined, one given back, one guest banned.
fn friday(app: &App) {
    for n in 1..=7 {
        app.register(FRIDAY, &[person(&format!("M {n}"), "man")], &["sm", "fa"]);
    }
    app.register(FRIDAY, &[person("W 1", "woman"), person("M 8", "man")], &["fa"]);
    let mut minor = person("K 1", "man");
    minor["birth"] = json!("2012-05-05");
    app.register(FRIDAY, &[minor], &["fa"]);
    for step in ["close", "draws", "placement"] {
        desk(app, FRIDAY, step, json!({}));
    }
    for (place, shown) in (1..).zip(DIGITS.bytes()) {
        desk(app, FRIDAY, "digits", json!({ "place": place, "shown": shown - b'0' }));
    }
    let calling = hand_out(app, FRIDAY)["calling"].clone();
    desk(app, FRIDAY, &format!("lots/{}/decline", calling[0]), json!({}));
    while hand_out(app, FRIDAY)["next"].is_object() {
        desk(app, FRIDAY, "offers", json!({}));
    }
    collect_all(app, FRIDAY);
    desk(app, FRIDAY, "finish", json!({}));
    let tickets = tickets_at(app, "sm", FRIDAY);
    app.post("desk", &format!("/tickets/{}/reprint", tickets[0]), json!({})).ok(200);
    app.post("desk", &format!("/tickets/{}/give-back", tickets[1]), json!({})).ok(200);
}

/// A quiet day: who asks gets a place at once, and one whose karens is not over is refused.
fn monday(app: &App) {
    app.at("2024-01-15T09:00:00Z");
    app.post("desk", "/desk-days", json!({ "date": MONDAY, "mode": "direct" })).ok(201);
    app.register(MONDAY, &[person("M 20", "man")], &["sm", "fa"]);
    app.register(MONDAY, &[person("M 1", "man")], &["sm", "fa"]);
    collect_all(app, MONDAY);
    desk(app, MONDAY, "finish", json!({}));
}

/// Who is expected comes, all but the last at each door; in the morning the nights are closed.
fn evening(app: &App, night: &str) {
    app.at(&format!("{night}T20:30:00Z"));
    for shelter in ["fa", "sm"] {
        let tickets = tickets_at(app, shelter, night);
        for code in tickets.iter().take(tickets.len().saturating_sub(1)) {
            app.post(shelter, &format!("/shelters/{shelter}/arrivals"), json!({ "code": code })).ok(201);
        }
    }
    let women = if night == FRIDAY { 4 } else { 5 };
    let count = json!({ "women": women, "men": 0 });
    app.post("cx", &format!("/shelters/cx/nights/{night}/head-count"), count).ok(201);
    let morning = night.parse::<chrono::NaiveDate>().unwrap().succ_opt().unwrap();
    app.at(&format!("{morning}T06:30:00Z"));
    for shelter in ["fa", "sm"] {
        app.post(shelter, &format!("/shelters/{shelter}/nights/{night}/close"), json!({})).ok(200);
    }
}

fn desk(app: &App, day: &str, step: &str, body: Value) -> Value {
    let answer = app.post("desk", &format!("/desk-days/{day}/{step}"), body);
    assert!(answer.status < 300, "{step}: {:#}", answer.body);
    answer.body
}

fn hand_out(app: &App, day: &str) -> Value {
    app.get("desk", &format!("/desk-days/{day}/hand-out")).ok(200)
}

fn collect_all(app: &App, day: &str) {
    for lot in hand_out(app, day)["calling"].as_array().unwrap() {
        desk(app, day, &format!("lots/{lot}/collect"), json!({ "sl_ticket": true }));
    }
}

fn tickets_at(app: &App, shelter: &str, night: &str) -> Vec<String> {
    let seen = app.get("coordinator", &format!("/shelters/{shelter}/nights/{night}")).ok(200);
    let expected = seen["expected"].as_array().unwrap();
    expected.iter().map(|guest| guest["code"].as_str().unwrap().to_owned()).collect()
}

/// What the service says of these data, and must say of them ever after.
fn answers(app: &App) -> BTreeMap<String, Value> {
    let mut paths = vec![format!("/desk-days/{FRIDAY}/draws/1/record"), "/shelters".to_owned()];
    for day in [FRIDAY, MONDAY] {
        paths.extend(["", "/sum", "/draws"].map(|what| format!("/desk-days/{day}{what}")));
    }
    for night in NIGHTS {
        for shelter in ["fa", "sm", "cx"] {
            paths.push(format!("/shelters/{shelter}/nights/{night}"));
        }
        for shelter in ["fa", "sm"] {
            paths.extend(tickets_at(app, shelter, night).iter().map(|code| format!("/tickets/{code}")));
        }
    }
    paths.into_iter().map(|path| (path.clone(), app.get("coordinator", &path).ok(200))).collect()
}

#[derive(QueryableByName)]
struct Said {
    #[diesel(sql_type = Text)]
    said: String,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

fn texts(conn: &mut SqliteConnection, query: &str) -> Vec<String> {
    sql_query(query).load::<Said>(conn).unwrap().into_iter().map(|row| row.said).collect()
}

/// Every row, in a statement for each table that both databases understand, and how many rows each table has. Tables come in the order in which they
/// were made, so that what is pointed to is there.
fn dump(conn: &mut SqliteConnection) -> (String, BTreeMap<String, i64>) {
    let own = "type = 'table' AND name NOT LIKE 'sqlite%' AND name <> '__diesel_schema_migrations'";
    let tables = texts(conn, &format!("SELECT name AS said FROM sqlite_schema WHERE {own} ORDER BY rowid"));
    let (mut text, mut rows) = (String::from("DELETE FROM head;\n"), BTreeMap::new());
    for table in tables {
        let columns =
            texts(conn, &format!("SELECT name AS said FROM pragma_table_info('{table}') ORDER BY cid"));
        let key = texts(
            conn,
            &format!("SELECT name AS said FROM pragma_table_info('{table}') WHERE pk > 0 ORDER BY pk"),
        );
        let made =
            texts(conn, &format!("SELECT sql AS said FROM sqlite_schema WHERE name = '{table}'")).remove(0);
        let values: Vec<String> = columns.iter().map(|column| written(column, &made)).collect();
        let order = key.join(", ");
        let query = format!(
            "SELECT '(' || {} || ')' AS said FROM {table} ORDER BY {order}",
            values.join(" || ', ' || ")
        );
        let kept = texts(conn, &query);
        if !kept.is_empty() {
            text += &format!("INSERT INTO {table} ({}) VALUES\n{};\n", columns.join(", "), kept.join(",\n"));
        }
        let found: Count =
            sql_query(format!("SELECT count(*) AS count FROM {table}")).get_result(conn).unwrap();
        rows.insert(table, found.count);
    }
    (text, rows)
}

/// How a column is written: bytes as hex digits, and what may only be 0 or 1 as a truth.
fn written(column: &str, made: &str) -> String {
    let otherwise = if made.contains(&format!("({column} IN (0, 1))")) {
        format!("CASE {column} WHEN 1 THEN 'TRUE' ELSE 'FALSE' END")
    } else {
        format!("quote({column})")
    };
    format!(
        "CASE typeof({column}) WHEN 'null' THEN 'NULL' WHEN 'blob' THEN 'unhex(''' || lower(hex({column})) || ''')' \
         ELSE {otherwise} END"
    )
}
