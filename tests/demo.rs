//! The demo, run as anybody runs it: what it promises on the terminal is there, in that order, and holds; and only it can set a
//! clock.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs, reason = "a test that fails says so")]

use std::net::TcpListener;
use std::process::{Command, Output, Stdio};

fn run(arguments: &[&str], temporary: &std::path::Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_inskrivning"));
    command.args(arguments).env("TMPDIR", temporary).stdin(Stdio::null()).output().unwrap()
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap()
}

/// The line after the one that holds these words, without the space around it.
fn after<'a>(told: &'a str, words: &str) -> &'a str {
    let mut lines = told.lines().skip_while(|line| !line.contains(words));
    assert!(lines.next().is_some(), "{words:?} is not in:\n{told}");
    lines.next().unwrap().trim()
}

/// The number before these words.
fn number(told: &str, words: &str) -> u32 {
    let line = told.lines().find(|line| line.contains(words));
    let (before, _) =
        line.unwrap_or_else(|| panic!("{words:?} is not in:\n{told}")).split_once(words).unwrap();
    before.rsplit(' ').find_map(|word| word.parse().ok()).unwrap()
}

#[test]
fn the_demo_ends_well_and_what_it_says_can_be_checked() {
    let temporary = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    let output = run(&["demo", "--once", "--listen", &address.to_string()], temporary.path());
    let (told, err) = (text(output.stdout), text(output.stderr));
    assert_eq!(output.status.code(), Some(0), "{told}\n{err}");

    // The port asked for is taken: one of the next.
    let (_, listens) = told.split_once("http://127.0.0.1:").unwrap();
    let port: u16 = listens.split(|c: char| !c.is_ascii_digit()).next().unwrap().parse().unwrap();
    assert!(port > address.port(), "{port} was taken beside {address}");

    // The Friday: 80 to 100 ask, 20 to 60 get a place, one declines and one lapses.
    let (_, friday) = told.split_once("\nFriday ").unwrap();
    assert!((80..=100).contains(&number(friday, " people ask")), "{friday}");
    assert!((20..=60).contains(&number(friday, " people collect a ticket")), "{friday}");
    for words in [
        " declines.",
        " is called twice, ten minutes apart",
        "The place goes to lot ",
        "turned away",
        " walks in for the night",
    ] {
        assert!(friday.contains(words), "{words:?} is not in:\n{friday}");
    }
    for reason in ["not valid", "under 18", "karens", "a ban at"] {
        assert!(friday.contains(reason), "nobody is refused for {reason:?}:\n{friday}");
    }

    // The commitment comes before the digits, and they before the draw.
    let commitment = after(friday, "The commitment");
    assert!(
        commitment.len() == 64 && commitment.bytes().all(|byte| byte.is_ascii_hexdigit()),
        "{commitment}"
    );
    let digits = after(friday, "dice, typed one by one");
    assert!(digits.len() == 30 && digits.bytes().all(|byte| (b'1'..=b'6').contains(&byte)), "{digits}");
    let at = |words: &str| friday.find(words).unwrap();
    assert!(at(commitment) < at(digits) && at(digits) < at("The draw:"), "{friday}");

    // The sums hold, and the command that is printed passes on the record, though the database is gone.
    assert!(told.contains("Every sum holds") && !told.contains("OFF:"), "{told}");
    let (_, said) = told.split_once("cargo run -- verify ").unwrap();
    let (said, _) = said.split_once("\n\n").unwrap();
    let arguments: Vec<&str> = said.split_whitespace().filter(|word| *word != "\\").collect();
    let verified = run(&[&["verify"], arguments.as_slice()].concat(), temporary.path());
    assert_eq!(verified.status.code(), Some(0), "{verified:?}");
    assert!(text(verified.stdout).contains("PASS"));
    assert!(said.contains(commitment) && said.contains(digits), "{said}");
    let left: Vec<_> =
        std::fs::read_dir(temporary.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(left, [std::path::PathBuf::from(arguments[0])], "only the record is left");

    // With other digits it does not pass.
    let other = format!("dice:{}", "1".repeat(30));
    let mut arguments = [&["verify"], arguments.as_slice()].concat();
    *arguments.last_mut().unwrap() = &other;
    assert_ne!(run(&arguments, temporary.path()).status.code(), Some(0));
}

#[test]
fn no_flag_and_no_route_of_serve_sets_a_clock() {
    let temporary = tempfile::tempdir().unwrap();
    let help = text(run(&["serve", "--help"], temporary.path()).stdout).to_lowercase();
    assert!(help.contains("--listen"), "{help}");
    let document = serde_json::to_string(&inskrivning::http::openapi()).unwrap();
    let document: serde_json::Value = serde_json::from_str(&document).unwrap();
    let routes = document["paths"].as_object().unwrap().keys().cloned();
    for named in
        help.split_whitespace().filter(|word| word.starts_with("--")).map(str::to_owned).chain(routes)
    {
        for word in ["clock", "time", "now", "date=", "instant"] {
            assert!(!named.contains(word), "{named} seems to set the time");
        }
    }
    for flag in ["--clock", "--now", "--time", "--date"] {
        let said = run(&["serve", flag, "2018-01-26T09:00:00Z"], temporary.path());
        assert!(text(said.stderr).contains("unexpected argument"), "{flag}");
    }
}
