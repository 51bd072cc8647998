//! What cannot be: always a sentence that says which field and what to do, never a fault of the service, and nothing written.

use serde_json::{Value, json};

use crate::support::{Answer, App, on_both_databases, person};

on_both_databases! {
    a_body_that_is_not_what_is_asked_is_refused_and_named
    a_party_that_cannot_be_is_refused
    every_route_survives_nonsense
    an_address_or_method_that_is_not_there_is_said_so
    a_body_too_large_is_refused
    who_stands_there_is_born_and_from_a_country
    another_shortest_ticket_is_a_coordinators_and_no_longer_than_the_longest
}

const LOTS: &str = "/desk-days/2026-11-27/lots";

fn problem(answer: &Answer) -> &Value {
    let kind =
        answer.headers.iter().find(|(name, _)| name == "content-type").map(|(_, value)| value.as_str());
    assert_eq!(kind, Some("application/problem+json"), "{} {:#}", answer.status, answer.body);
    for part in ["type", "title", "detail"] {
        assert!(answer.body[part].as_str().is_some_and(|text| !text.is_empty()), "{:#}", answer.body);
    }
    assert_eq!(answer.body["status"], answer.status);
    &answer.body
}

fn head(app: &App) -> Value {
    app.get("coordinator", "/audit/head").ok(200)
}

fn a_body_that_is_not_what_is_asked_is_refused_and_named(app: &App) {
    app.friday();
    app.token("desk");
    let before = head(app);
    let send = |body: &str| app.send("POST", "desk", LOTS, Some(body.to_owned()), &[]);
    for body in [
        "{",
        "nonsense",
        "{\"members\":[],\"accepts\":[]}}",
        "{\"members\":[],\"accepts\":[]} {}",
        "\u{0}",
        "{\"members\": NaN}",
        "[]",
        "null",
        "7",
        "[[], [\"fa\"], false, null, false]",
    ] {
        assert_eq!(problem(&send(body))["status"], 400, "{body:?}");
    }
    for (body, field) in [
        ("{\"accepts\":[\"fa\"]}", "members"),
        ("{\"members\":[7],\"accepts\":[\"fa\"]}", "members[0]"),
        (
            "{\"members\":[{\"document\":{\"country\":\"RO\",\"number\":\"7\",\"valid\":true}}],\"accepts\":[\"fa\"]}",
            "members[0].document.kind",
        ),
        ("{\"members\":[],\"accepts\":[],\"colour\":1}", "colour"),
        ("{\"members\":1,\"accepts\":[]}", "members"),
        (
            "{\"members\":[{\"document\":{\"country\":\"RO\",\"kind\":\"id_card\",\"number\":7,\"valid\":true}}],\"accepts\":[\"fa\"]}",
            "members[0].document.number",
        ),
        (
            "{\"members\":[{\"document\":{\"country\":\"RO\",\"kind\":\"library\",\"number\":\"7\",\"valid\":true}}],\"accepts\":[\"fa\"]}",
            "members[0].document.kind",
        ),
        ("{\"members\":[],\"accepts\":[\"fa\"],\"women_only\":\"yes\"}", "women_only"),
        // Fields in their order, as a list.
        (
            "{\"members\":[[{\"country\":\"RO\",\"kind\":\"id_card\",\"number\":\"7\",\"valid\":true},null,null,\"man\",\"RO\",\"1980-01-01\",\"ro\"]],\"accepts\":[\"fa\"]}",
            "members[0]",
        ),
        (
            "{\"members\":[{\"document\":[\"RO\",\"id_card\",\"7\",true],\"sex\":\"man\",\"birth\":\"1980-01-01\",\"language\":\"ro\"}],\"accepts\":[\"fa\"]}",
            "members[0].document",
        ),
    ] {
        let answer = send(body);
        assert_eq!(answer.status, 422, "{body}: {:#}", answer.body);
        assert_eq!(problem(&answer)["errors"][0]["field"], field, "{body}: {:#}", answer.body);
        assert!(!answer.body.to_string().contains("struct"), "a name of our own: {:#}", answer.body);
    }
    let deep = "[".repeat(10_000);
    assert!([400, 422].contains(&send(&deep).status));
    assert_eq!(head(app), before, "nothing was written");
}

fn with(number: &str, change: impl Fn(&mut Value)) -> Value {
    let mut body = json!({ "members": [person(number, "man")], "accepts": ["fa"] });
    change(&mut body);
    body
}

fn a_party_that_cannot_be_is_refused(app: &App) {
    app.friday();
    app.register("2026-11-27", &[person("AB 900", "man")], &["fa"]);
    let known = app.get("desk", "/desk-days/2026-11-27/lots/1").ok(200)["members"][0]["uno"].clone();
    let before = head(app);
    let thirteen: Vec<Value> = (0..13).map(|n| person(&format!("AB {n}"), "man")).collect();
    let twice = json!({ "members": [person("AB 1", "man"), person("ab1", "man")], "accepts": ["fa"] });
    let twice_known = json!({ "members": [{ "uno": known }, { "uno": known }], "accepts": ["fa"] });
    let both = with("AB 1", |body| body["members"][0]["uno"] = known.clone());
    let bodies = [
        json!({ "members": thirteen, "accepts": ["fa"] }),
        json!({ "members": [], "accepts": ["fa"] }),
        twice,
        twice_known,
        both,
        with("", |_| {}),
        with("AB\u{0}1", |_| {}),
        with("AB\u{7}1", |_| {}),
        with(&"A".repeat(41), |_| {}),
        with("AB 1", |body| body["members"][0]["birth"] = json!("2001-02-29")),
        with("AB 1", |body| body["members"][0]["birth"] = json!("1899-12-31")),
        with("AB 1", |body| body["members"][0]["birth"] = json!("999999999-01-01")),
        with("AB 1", |body| body["members"][0]["birth"] = json!("1980-1-5")),
        with("AB 1", |body| body["members"][0]["language"] = json!("r\u{0}")),
        with("AB 1", |body| body["members"][0]["document"]["country"] = json!("R\u{0}")),
        with("AB 1", |body| body["accepts"] = json!([])),
        with("AB 1", |body| body["accepts"] = json!(["fa", "fa"])),
        with("AB 1", |body| body["accepts"] = json!(["f\u{0}"])),
        with("AB 1", |body| body["accepts"] = json!((0..65).map(|n| format!("s{n}")).collect::<Vec<_>>())),
        with("AB 1", |body| body["members"][0]["uno"] = json!("\u{0}")),
    ];
    for body in bodies {
        let answer = app.post("desk", LOTS, body.clone());
        assert!([409, 422].contains(&answer.status), "{body:#}: {} {:#}", answer.status, answer.body);
        problem(&answer);
        let dry = app.post("desk", "/desk-days/2026-11-27/eligibility", body.clone());
        assert!(dry.status < 500, "{body:#}: {:#}", dry.body);
    }
    assert_eq!(head(app), before, "nothing was written");
}

/// Every route of the document with values that cannot be, in the address, after the `?` and in the body.
fn every_route_survives_nonsense(app: &App) {
    app.friday();
    let document = serde_json::to_value(inskrivning::http::openapi()).unwrap();
    let bodies = ["{}", "[]", "{\"\u{0}\":1}", "{\"a\":[[[1e999]]]}", "{\"reason\":\"\\u0000\"}"];
    let values =
        ["%00", "%FF", "9999-99-99", "-1", "99999999999999999999", "a%2Fb", "%F0%9F%92%A9", "2026-11-27"];
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys() {
            for (n, value) in values.iter().enumerate() {
                let mut path = path.clone();
                while let (Some(from), Some(to)) = (path.find('{'), path.find('}')) {
                    path.replace_range(from..=to, value);
                }
                let (method, body) = (method.to_uppercase(), bodies[n % bodies.len()].to_owned());
                let query =
                    ["", "?limit=x", "?after=%00", "?limit=-5&after=99999999999999999999", "?=&&"][n % 5];
                let body = (method != "GET").then_some(body);
                for who in ["coordinator", "desk", "fa"] {
                    let answer = app.send(&method, who, &format!("/{path}{query}"), body.clone(), &[]);
                    assert!(answer.status < 500, "{method} {path}{query} as {who}: {:#}", answer.body);
                    if answer.status >= 400 {
                        problem(&answer);
                    }
                }
            }
        }
    }
}

fn an_address_or_method_that_is_not_there_is_said_so(app: &App) {
    app.friday();
    for path in
        ["/nowhere", "/", "//", "//api", "/desk-days/2026-11-27/nothing", "/shelters/", "/%FF", "/guests"]
    {
        assert_eq!(problem(&app.get("desk", path))["status"], 404, "{path}");
    }
    for (method, path) in [
        ("DELETE", "/shelters"),
        ("BREW", "/shelters"),
        ("POST", "//healthz"),
        ("PUT", "/guests/find"),
        ("POST", "//api/v1/openapi.json"),
    ] {
        let answer = app.send(method, "coordinator", path, None, &[]);
        assert!([404, 405].contains(&answer.status), "{method} {path}: {}", answer.status);
        problem(&answer);
    }
    let key = "k".repeat(101);
    for key in ["", key.as_str()] {
        let answer = app.send("POST", "desk", LOTS, Some("{}".to_owned()), &[("idempotency-key", key)]);
        assert_eq!(problem(&answer)["status"], 400);
    }
}

fn a_body_too_large_is_refused(app: &App) {
    app.friday();
    app.token("desk");
    let before = head(app);
    let body = |size: usize| {
        let start = "{\"members\":[],\"accepts\":[\"";
        format!("{start}{}\"]}}", "a".repeat(size - start.len() - 3))
    };
    let answer = app.send("POST", "desk", LOTS, Some(body(256 * 1024 + 1)), &[]);
    assert_eq!(answer.status, 413);
    problem(&answer);
    let answer = app.send("POST", "desk", LOTS, Some(body(256 * 1024)), &[]);
    assert_eq!(answer.status, 422, "as large as may be is read");
    problem(&answer);
    assert_eq!(head(app), before);
}

fn who_stands_there_is_born_and_from_a_country(app: &App) {
    app.friday();
    let uno = app.register("2026-11-27", &[person("AB 1", "man")], &["fa"])[0]["members"][0]["uno"].clone();
    let guest = format!("/guests/{}", uno.as_str().unwrap());
    app.token("fa");
    let before = head(app);
    let named = |answer: Answer, field: &str| {
        let body = answer.refused(422, "invalid-fields");
        assert_eq!(body["errors"][0]["field"], field, "{body:#}");
        body["errors"][0]["detail"].as_str().unwrap().to_owned()
    };
    let asks = |members: &[Value]| json!({ "members": members, "accepts": ["fa"] });
    let mut to_come = person("AB 2", "man");
    to_come["birth"] = json!("2026-11-28");
    let party = asks(&[person("AB 3", "man"), to_come.clone()]);
    for path in [LOTS, "/desk-days/2026-11-27/eligibility"] {
        let said = named(app.post("desk", path, party.clone()), "members[1].birth");
        assert!(said.contains("2026-11-28 is still to come"), "{said}");
    }
    named(app.post("fa", "/shelters/fa/walk-ins", json!({ "guests": [to_come] })), "guests[0].birth");
    let about = json!({ "sex": "man", "birth": "2027-01-01", "country": "RO", "language": "ro" });
    named(app.put("desk", &guest, about), "birth");
    let nowhere = with("AB 2", |body| body["members"][0]["document"]["country"] = json!("XQ"));
    named(app.post("desk", LOTS, nowhere), "members[0].document.country");
    assert_eq!(head(app), before, "nothing was written");
    // Born on the day of asking: a minor, no mistake.
    let today = with("AB 2", |body| body["members"][0]["birth"] = json!("2026-11-27"));
    app.post("desk", LOTS, today).ok(201);
}

fn another_shortest_ticket_is_a_coordinators_and_no_longer_than_the_longest(app: &App) {
    app.shelter("fa", "Filadelfia").shelter("sm", "Stadsmissionen");
    let terms = json!({ "name": "Filadelfia", "full_nights": 7 });
    app.put("coordinator", "/shelters/fa", terms).ok(200);
    app.token("desk");
    let before = head(app);
    let open = |who: &str, nights: u32| {
        app.post(who, "/desk-days", json!({ "date": "2026-11-27", "min_nights": nights }))
    };
    open("desk", 3).refused(403, "forbidden");
    for nights in [0, 8, 366, 367] {
        let said = open("coordinator", nights).refused(422, "invalid-fields");
        assert_eq!(said["errors"][0]["field"], "min_nights", "{said:#}");
    }
    assert_eq!(head(app), before, "nothing was written");
    assert_eq!(open("coordinator", 7).ok(201)["min_nights"], 7);
}
