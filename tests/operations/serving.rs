//! Start, stop, health, and a log that holds nothing about a person.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::{Value, json};

use crate::program::{Home, Serving};

#[test]
fn it_is_ready_at_once_says_how_it_is_and_stops_when_told() {
    let home = Home::used();
    let serving = home.serve();
    assert!(serving.ready_after < Duration::from_secs(5), "ready after {:?}", serving.ready_after);
    for path in ["/healthz", "/readyz"] {
        assert_eq!(serving.json("GET", "", path, None)["status"], "ok");
    }
    let (status, figures) = serving.send("GET", "", "/metrics", None);
    assert_eq!(status, 200);
    assert!(
        figures.contains("inskrivning_answers_total{method=\"GET\",route=\"/healthz\",status=\"200\"} 1"),
        "{figures}"
    );
    let version = env!("CARGO_PKG_VERSION");
    let build = format!("inskrivning_build_info{{version=\"{version}\",database=\"SQLite\"}} 1\n");
    for figure in [build.as_str(), "inskrivning_requests_under_way 1\n", "inskrivning_due_failures_total 0\n"]
    {
        assert!(figures.contains(figure), "{figure} is not in {figures}");
    }
    assert!(figures.ends_with("# EOF\n"));
    let address = serving.address().to_owned();
    // Whose time it is is said with every answer: that of the machine, since nothing else can be set.
    let answer = ureq::get(format!("http://{address}/healthz")).call().unwrap();
    let clock = answer.headers()["x-clock"].to_str().unwrap();
    let read: chrono::DateTime<chrono::Utc> = clock.strip_prefix("system; ").unwrap().parse().unwrap();
    assert!((chrono::Utc::now() - read).num_seconds().abs() < 5, "{clock}");
    let (code, log) = serving.stop();
    assert_eq!(code, 0, "{log:?}");
    assert!(
        log.iter().any(|line| line.contains("stopping: requests under way are answered first")),
        "{log:?}"
    );
    assert!(TcpStream::connect(address).is_err(), "it still listens");
}

/// Waits until nobody listens any more.
fn wait_until_nobody_listens(address: &str) {
    for _ in 0..200 {
        if TcpStream::connect(address).is_err() {
            return;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    panic!("it still takes connections");
}

#[test]
fn a_request_under_way_is_answered_before_it_stops_and_no_new_one_is_taken() {
    let home = Home::used();
    let token = home.token("coordinator");
    let serving = home.serve();
    let body = json!({ "name": "Filadelfia" }).to_string();
    let (first, rest) = body.split_at(7);
    let mut line = TcpStream::connect(serving.address()).unwrap();
    line.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    write!(
        line,
        "PUT /api/v1/shelters/fa HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\nconnection: close\r\n\
         expect: 100-continue\r\ncontent-length: {}\r\n\r\n",
        body.len()
    )
    .unwrap();
    // It asks for the body: from now on the request is under way.
    let mut asked = [0; 25];
    line.read_exact(&mut asked).unwrap();
    assert_eq!(&asked, b"HTTP/1.1 100 Continue\r\n\r\n");
    line.write_all(first.as_bytes()).unwrap();
    serving.tell_to_stop();
    wait_until_nobody_listens(serving.address());
    line.write_all(rest.as_bytes()).unwrap();
    let mut answer = String::new();
    line.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 20") && answer.contains("Filadelfia"), "{answer:?}");
    assert_eq!(serving.wait().0, 0);
    let again = home.serve();
    let kept = again.json("GET", &token, "/api/v1/shelters", None);
    assert_eq!(kept[0]["name"], "Filadelfia", "what was answered is kept");
    again.stop();
}

/// Plays a morning through a service on today's date: what was typed and what was answered that nobody else may read.
fn morning(serving: &Serving, coordinator: &str, desk: &str) -> Vec<String> {
    let put = |path: &str, body: Value| serving.json("PUT", coordinator, path, Some(body));
    put("/api/v1/shelters/fa", json!({ "name": "Filadelfia" }));
    let today = chrono::Utc::now().with_timezone(&chrono_tz::Europe::Stockholm).date_naive().to_string();
    // Whatever day it is, the desk is open on it.
    let path = format!("/api/v1/calendar/{today}");
    serving.send("PUT", coordinator, &path, Some(json!({ "desk": "open", "reason": "a test" })));
    let number = json!({ "decision": "number", "shelter": "fa", "kind": "single", "who": "any", "first": today, "count": 3 });
    serving.json("POST", coordinator, "/api/v1/places/decisions", Some(number));
    let opening = json!({ "date": today, "many_nights_confirmed": true });
    serving.json("POST", desk, "/api/v1/desk-days", Some(opening));
    let person = json!({
        "document": { "country": "RO", "kind": "id_card", "number": "XQ 424242", "valid": true },
        "sex": "man", "birth": "1971-03-04", "language": "ro"
    });
    let asks = json!({ "members": [person], "accepts": ["fa"] });
    let lots = serving.json("POST", desk, &format!("/api/v1/desk-days/{today}/lots"), Some(asks));
    let lot = &lots["lots"][0];
    let uno = lot["members"][0]["uno"].as_str().unwrap().to_owned();
    let slip = lot["check"].as_str().unwrap().to_owned();
    serving.json("GET", desk, &format!("/api/v1/guests/{uno}"), None);
    let document = json!({ "document": { "country": "RO", "kind": "id_card", "number": "XQ 424242" } });
    serving.json("POST", desk, "/api/v1/guests/find", Some(document));
    // What goes wrong is written about, too.
    for (path, body) in [
        (
            format!("/api/v1/guests/{uno}/bans"),
            json!({ "shelter": "fa", "last": "XQ424242", "reason": "theft" }),
        ),
        (format!("/api/v1/guests/{uno}/XQ424242"), json!({})),
        (
            format!("/api/v1/desk-days/{today}/lots"),
            json!({ "members": [{ "uno": uno, "XQ424242": 1 }], "accepts": [] }),
        ),
        ("/api/v1/nowhere?document=XQ424242".to_owned(), json!({ "number": "XQ424242" })),
    ] {
        let (status, answer) = serving.send("POST", coordinator, &path, Some(body));
        assert!((400..500).contains(&status), "{path}: {status} {answer}");
    }
    ["XQ 424242", "XQ424242", "1971-03-04"].map(str::to_owned).into_iter().chain([uno, slip]).collect()
}

#[test]
fn its_log_holds_nothing_about_a_person_and_no_token() {
    let home = Home::used();
    let (coordinator, desk) = (home.token("coordinator"), home.token("desk"));
    let serving = home.serve();
    let mut secrets = morning(&serving, &coordinator, &desk);
    serving.send("GET", "ins_0123456789abcdef", "/api/v1/shelters", None);
    secrets.extend([coordinator, desk, "ins_".to_owned()]);
    let (code, log) = serving.stop();
    assert_eq!(code, 0);
    let answered = log.iter().filter(|line| line.contains("\"answered\"")).count();
    assert!(answered > 10, "{log:?}");
    for line in &log {
        let read: Value = serde_json::from_str(line).unwrap_or_else(|_| panic!("{line} is not JSON"));
        assert!(read["timestamp"].is_string() && read["level"].is_string(), "{line}");
        for secret in &secrets {
            assert!(!line.contains(secret.as_str()), "{secret} stands in {line}");
        }
    }
}
