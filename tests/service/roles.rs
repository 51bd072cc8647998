//! Every route of the API with no token, a wrong one, and one of each role, generated from the OpenAPI document: what it says is
//! what is enforced.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use inskrivning::app::tokens::Wanted;
use inskrivning::domain::code::{SlipCode, TicketCode, UnoCode};
use inskrivning::domain::role::{Power, Role, Scope};
use inskrivning::domain::word::Word;
use serde_json::{Value, json};

use crate::evening::{ban, collected, finish, friday, scan, single};
use crate::support::{Answer, App, on_both_databases, person};

on_both_databases! {
    nobody_comes_in_without_a_token
    a_role_comes_in_where_it_is_named_and_nowhere_else
    a_token_that_was_ended_opens_nothing
    a_browser_may_do_nothing_with_an_answer_but_show_it
    a_token_past_its_last_date_opens_nothing
    a_token_made_for_less_opens_that_and_nothing_else
    another_shelters_token_finds_nothing_here
    a_shelter_is_told_of_no_guest_of_another
}

const ROLES: [&str; 4] = ["desk", "shelter", "coordinator", "auditor"];

/// A route: method, path with its parameters filled in, and the roles it lets in; none for everybody.
struct Route {
    method: String,
    path: String,
    roles: Option<BTreeSet<String>>,
    /// The power it takes.
    power: Option<Power>,
}

/// Something that could stand at this place of an address.
fn filled(path: &str) -> String {
    let mut text = String::new();
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').unwrap();
        text.push_str(before);
        text.push_str(&match name {
            "day" | "date" | "night" => "2026-11-27".to_owned(),
            "code" if before.ends_with("/tickets/") => TicketCode::from_random(1).to_string(),
            "shelter" | "code" => "fa".to_owned(),
            "uno" => UnoCode::from_random(1).to_string(),
            "ticket" => TicketCode::from_random(1).to_string(),
            "check" | "slip" => SlipCode::from_random(1).to_string(),
            "id" | "signature" => uuid::Uuid::from_u128(1).to_string(),
            _ => "1".to_owned(),
        });
        rest = after;
    }
    text + rest
}

/// The routes of the document. One that says nothing about who may call it fails here.
fn routes() -> Vec<Route> {
    let document = serde_json::to_value(inskrivning::http::openapi()).unwrap();
    let mut routes = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let security = operation["security"].as_array();
            let security = security.unwrap_or_else(|| panic!("{method} {path} does not say who may call it"));
            let mut roles = BTreeSet::new();
            let mut public = false;
            for requirement in security {
                match requirement.get("token") {
                    None => public = true,
                    Some(named) => {
                        let named = named.as_array().unwrap().iter();
                        roles.extend(named.map(|role| role.as_str().unwrap().to_owned()));
                    }
                }
            }
            assert!(public == roles.is_empty(), "{method} {path} is public or names roles, one of the two");
            assert!(
                roles.iter().all(|role| ROLES.contains(&role.as_str())),
                "{method} {path} names {roles:?}"
            );
            let roles = (!public).then_some(roles);
            let power = operation["x-power"].as_str().map(|word| Power::read(word).unwrap());
            routes.push(Route { method: method.to_uppercase(), path: filled(path), roles, power });
        }
    }
    assert!(routes.len() > 20, "the document lists {} routes", routes.len());
    routes
}

fn call(app: &App, route: &Route, who: &str, headers: &[(&str, &str)]) -> Answer {
    let body = (route.method != "GET").then(|| "{}".to_owned());
    app.send(&route.method, who, &format!("/{}", route.path), body, headers)
}

fn is_a_problem(answer: &Answer, route: &Route) {
    let kind =
        answer.headers.iter().find(|(name, _)| name == "content-type").map(|(_, value)| value.as_str());
    assert_eq!(kind, Some("application/problem+json"), "{} {}: {:#}", route.method, route.path, answer.body);
}

fn nobody_comes_in_without_a_token(app: &App) {
    app.friday();
    for route in routes() {
        let answers = [
            call(app, &route, "", &[]),
            call(app, &route, "", &[("authorization", "Bearer ins_nonsense")]),
            call(app, &route, "", &[("authorization", "Basic ins_nonsense")]),
        ];
        for answer in answers {
            let (method, path) = (&route.method, &route.path);
            if route.roles.is_some() {
                assert_eq!(answer.status, 401, "{method} {path}");
                is_a_problem(&answer, &route);
            } else {
                assert!(
                    ![401, 403].contains(&answer.status) && answer.status < 500,
                    "{method} {path}: {}",
                    answer.status
                );
            }
        }
    }
}

fn a_role_comes_in_where_it_is_named_and_nowhere_else(app: &App) {
    app.friday();
    for route in routes() {
        let Some(roles) = &route.roles else { continue };
        for role in ROLES {
            let who = if role == "shelter" { "fa" } else { role };
            let answer = call(app, &route, who, &[]);
            let (method, path, status) = (&route.method, &route.path, answer.status);
            assert!(status < 500, "{method} {path} as {role}: {status} {:#}", answer.body);
            if roles.contains(role) {
                assert!(
                    ![401, 403].contains(&status),
                    "{method} {path} as {role}: {status} {:#}",
                    answer.body
                );
            } else {
                assert_eq!(status, 403, "{method} {path} as {role}");
            }
            if status >= 400 {
                is_a_problem(&answer, &route);
            }
        }
    }
}

/// Whoever asks, and whatever is answered.
fn a_browser_may_do_nothing_with_an_answer_but_show_it(app: &App) {
    app.friday();
    for route in routes() {
        for who in ["", "desk", "coordinator"] {
            let answer = call(app, &route, who, &[]);
            let said = |name: &str| {
                let found = answer.headers.iter().find(|(known, _)| known == name);
                found.map_or("", |(_, value)| value.as_str()).to_owned()
            };
            let (method, path, policy) = (&route.method, &route.path, said("content-security-policy"));
            assert!(
                policy.starts_with("default-src 'none'; frame-ancestors 'none'"),
                "{method} {path}: {policy}"
            );
            assert_eq!(said("x-content-type-options"), "nosniff", "{method} {path}");
            assert_eq!(said("referrer-policy"), "no-referrer", "{method} {path}");
            assert_eq!(said("cache-control"), "no-store", "{method} {path}");
        }
    }
}

/// Until midnight in Stockholm on its last date, on every route.
fn a_token_past_its_last_date_opens_nothing(app: &App) {
    app.friday();
    let last_date = NaiveDate::from_ymd_opt(2026, 11, 27);
    let roles = [Role::Desk, Role::Shelter("fa".parse().unwrap()), Role::Coordinator, Role::Auditor];
    let shown = roles.map(|role| {
        let token = app.token_of(Wanted { last_date, ..Wanted::of("until Friday", role) });
        (role, format!("Bearer {token}"))
    });
    let routes: Vec<(Route, Power)> =
        routes().into_iter().filter_map(|route| route.power.map(|power| (route, power))).collect();
    for (instant, opens) in [("2026-11-27T22:59:59Z", true), ("2026-11-27T23:00:00Z", false)] {
        app.at(instant);
        for (role, shown) in &shown {
            for (route, power) in &routes {
                let status = call(app, route, "", &[("authorization", shown)]).status;
                let (method, path) = (&route.method, &route.path);
                assert_eq!(status == 401, !opens, "{method} {path} as {role:?} at {instant}: {status}");
                assert!(
                    !opens || (status == 403) != role.may(*power),
                    "{method} {path} as {role:?}: {status}"
                );
            }
        }
    }
}

/// A coordinator's token narrowed to one power, each in turn, opens the routes that take it and no others.
fn a_token_made_for_less_opens_that_and_nothing_else(app: &App) {
    app.friday();
    let routes = routes();
    for &(power, word) in Power::WORDS {
        let scope = Scope::only(Role::Coordinator, [power].into_iter().collect()).unwrap();
        let token = app.token_of(Wanted { scope, ..Wanted::of(word, Role::Coordinator) });
        let shown = format!("Bearer {token}");
        for route in &routes {
            let Some(takes) = route.power else { continue };
            // What it opens is asked with nothing in its hand: it may say no, but not for want of power.
            let answer = call(app, route, "", &[("authorization", &shown)]);
            let (method, path) = (&route.method, &route.path);
            assert_eq!(
                answer.status == 403,
                takes != power,
                "{method} {path} with {word}: {:#}",
                answer.body
            );
            assert_ne!(answer.status, 401, "{method} {path}");
        }
    }
}

fn a_token_that_was_ended_opens_nothing(app: &App) {
    app.friday();
    let token = app.token("desk");
    app.get("desk", "/shelters").ok(200);
    // No route ends a token: `inskrivning token end` does, in the store.
    let ctx = app.service.ctx(inskrivning::domain::role::Actor::Operator);
    let ended: Result<_, inskrivning::app::Refusal> = app.service.store().write_now(move |tx| {
        let secret = inskrivning::app::tokens::Secret::shown(&token);
        let known = tx.token(secret.hash())?.unwrap();
        inskrivning::app::tokens::end(tx, &ctx, known.id)
    });
    ended.unwrap();
    app.get("desk", "/shelters").refused(401, "unauthorized");
    let body: Value = app.get("coordinator", "/shelters").ok(200);
    assert_ne!(body, json!([]));
}

/// A body that a route of a shelter takes, so that the answer is about the shelter and not about the body.
fn body_for(path: &str) -> Value {
    let (ticket, uno) = (TicketCode::from_random(1).to_string(), UnoCode::from_random(1).to_string());
    match path.rsplit_once("/fa/").map(|(_, rest)| rest).unwrap_or(path) {
        "arrivals" | "arrivals/undo" => json!({ "code": ticket }),
        "walk-ins" => json!({ "guests": [{ "uno": uno }] }),
        "walk-ins/undo" => json!({ "uno": uno }),
        "nights/2026-11-27/head-count" => json!({ "women": 0, "men": 0 }),
        "nights/2026-11-27/close" => json!({}),
        other if other.ends_with("/bans") => {
            json!({ "shelter": "fa", "last": "2026-12-24", "reason": "threats" })
        }
        other => panic!("a route of shelters without a body in this test: {other}"),
    }
}

fn another_shelters_token_finds_nothing_here(app: &App) {
    app.friday();
    let of_shelters = |route: &Route| route.roles.as_ref().is_some_and(|roles| roles.contains("shelter"));
    let mut tried = 0;
    for route in routes().into_iter().filter(of_shelters) {
        let (method, path) = (&route.method, &route.path);
        let about_a_shelter = path.contains("/fa") || path.ends_with("/bans");
        if !about_a_shelter {
            continue;
        }
        let (path, body) = match method.as_str() {
            "GET" if path.ends_with("/bans") => (format!("{path}?shelter=fa"), None),
            "GET" => (path.clone(), None),
            _ => (path.clone(), Some(body_for(path).to_string())),
        };
        let answer = app.send(method, "sm", &format!("/{path}"), body, &[]);
        assert_eq!(answer.status, 404, "{method} {path}: {:#}", answer.body);
        tried += 1;
    }
    assert!(tried >= 8, "{tried}");
    let seen = app.get("sm", "/shelters").ok(200);
    assert_eq!(seen.as_array().unwrap().len(), 1);
    assert_eq!(seen[0]["code"], "sm");
}

/// What stands in an address for a parameter, when a worker of fa asks for things of sm.
fn of_the_other(path: &str, [ticket, key, uno, ban]: [&str; 4]) -> Vec<String> {
    let codes = if path.contains("/tickets/") { [ticket, key] } else { ["fa", "sm"] };
    let codes = codes.iter().map(|code| path.replace("{code}", code));
    let nights =
        |path: String| ["tonight", "2026-11-26", "2026-11-28"].map(|night| path.replace("{night}", night));
    codes.flat_map(nights).map(|path| path.replace("{uno}", uno).replace("{id}", ban)).collect()
}

/// Everything a shelter's token may call, about guests of another shelter: whatever is answered, it holds nothing of them that
/// was not in the question.
fn a_shelter_is_told_of_no_guest_of_another(app: &App) {
    friday(app);
    let own = single(app, "AB 1", "woman", &["fa"]);
    let theirs = single(app, "AB 2", "man", &["sm"]);
    let family = collected(app, &[("AB 3", "man"), ("AB 4", "woman")], &["fa"]);
    finish(app);
    app.at("2026-11-27T19:00:00Z");
    scan(app, "sm", "sm", &theirs.code).ok(201);
    let walks_in = json!({ "guests": [person("AB 5", "man")] });
    let walked_in = app.post("sm", "/shelters/sm/walk-ins", walks_in).ok(201)["beds"][0]["uno"].clone();
    let made = ban(app, &family[0], "sm", "2026-12-24");
    let (banned, key) = (made["id"].as_str().unwrap(), theirs.id.to_string());
    let walked_in = walked_in.as_str().unwrap();
    let secrets = [&theirs.code, &theirs.uno, &key, walked_in, banned];
    let document = serde_json::to_value(inskrivning::http::openapi()).unwrap();
    let mut asked = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            if !operation["security"].to_string().contains("shelter") {
                continue;
            }
            for path in of_the_other(path, [&theirs.code, &key, &theirs.uno, banned]) {
                let bodies = match method.as_str() {
                    "get" => vec![None],
                    _ => [
                        json!({}),
                        json!({ "code": theirs.code, "enter": false }),
                        json!({ "code": theirs.code }),
                        json!({ "guests": [{ "uno": theirs.uno }, { "uno": walked_in }] }),
                        json!({ "uno": walked_in }),
                        json!({ "shelter": "sm", "last": "2026-12-24", "reason": "threats" }),
                    ]
                    .map(|body| Some(body.to_string()))
                    .to_vec(),
                };
                for body in bodies {
                    let question = format!("{path} {}", body.clone().unwrap_or_default());
                    let method = method.to_uppercase();
                    let answer = app.send(&method, "fa", &format!("/{path}"), body, &[]);
                    let said = answer.body.to_string();
                    for secret in secrets.iter().filter(|secret| !question.contains(**secret)) {
                        assert!(!said.contains(*secret), "{method} {question}: {said}");
                    }
                    let refused =
                        !question.contains("/sm/") && !question.contains("\"sm\"") || answer.status >= 400;
                    assert!(refused && answer.status < 500, "{method} {question}: {} {said}", answer.status);
                    asked += 1;
                }
            }
        }
    }
    assert!(asked > 100, "{asked}");
    // Its own it sees.
    let bans = app.get("fa", "/bans").ok(200);
    assert_eq!(bans["bans"], json!([]));
    app.get("fa", &format!("/tickets/{}", theirs.code)).refused(404, "not-found");
    app.get("fa", &format!("/tickets/{}", own.code)).ok(200);
}
