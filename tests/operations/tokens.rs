//! Tokens, as whoever runs the program makes, lists and ends them.

use crate::program::Home;

#[test]
fn a_token_made_for_less_is_listed_with_what_it_opens_and_opens_no_more() {
    let home = Home::used();
    let of = ["token", "new", "--role", "coordinator", "--name", "the screen in the hall"];
    let less = ["--power", "see_draws", "--power", "see_calendar", "--until", "2999-12-31"];
    let token = home.run(&[&of[..], &less].concat()).done().trim().to_owned();
    let listed = home.run(&["token", "list"]).done();
    let line = listed.lines().find(|line| line.ends_with("the screen in the hall")).unwrap();
    assert!(line.contains("coordinator, only see_calendar see_draws, made "), "{line}");
    assert!(line.contains(", until 2999-12-31: "), "{line}");
    let serving = home.serve();
    assert_eq!(serving.send("GET", &token, "/api/v1/calendar?year=2026", None).0, 200);
    let (status, said) = serving.send("GET", &token, "/api/v1/shelters", None);
    assert_eq!(status, 403, "{said}");
    assert!(said.contains("this token was not made for this: it lacks see_shelters"), "{said}");
}

#[test]
fn a_token_that_could_open_nothing_or_too_much_is_not_made() {
    let home = Home::used();
    let before = home.run(&["token", "list"]).done();
    let new = |role: &str, more: &[&str]| {
        home.run(&[&["token", "new", "--role", role, "--name", "x"], more].concat())
    };
    new("auditor", &["--power", "see_guests"]).refused(1, "see_guests is not for auditor");
    new("desk", &["--until", "2026-01-01"]).refused(1, "this date is past");
    new("auditor", &["--shelter", "fa"]).refused(1, "leave --shelter out");
    let misspelt = new("desk", &["--power", "see_everything"]);
    assert_eq!(misspelt.code, 64, "{misspelt:?}");
    assert!(misspelt.err.contains("write a power as docs/ROLES.md has it"), "{misspelt:?}");
    assert_eq!(home.run(&["token", "list"]).done(), before);
}
