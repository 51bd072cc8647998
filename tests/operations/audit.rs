//! `inskrivning audit verify`: it names the first link that does not hold.

use diesel::connection::SimpleConnection;
use diesel::{Connection, SqliteConnection};

use crate::program::{Home, run};

/// Some data with five entries or so in their log, and the head it ends with.
fn data() -> (Home, String) {
    let home = Home::used();
    for _ in 0..4 {
        home.token("desk");
    }
    let head = head(&home);
    (home, head)
}

fn head(home: &Home) -> String {
    let said = home.run(&["audit", "verify"]).done();
    let head = said.lines().find_map(|line| line.strip_prefix("head ")).unwrap();
    head.to_owned()
}

/// Somebody with the file in their hands.
fn tamper(home: &Home, statement: &str) {
    let mut conn = SqliteConnection::establish(home.database().to_str().unwrap()).unwrap();
    conn.batch_execute("DROP TRIGGER IF EXISTS audit_no_update; DROP TRIGGER IF EXISTS audit_no_delete;")
        .unwrap();
    conn.batch_execute(statement).unwrap();
}

#[track_caller]
fn fails(home: &Home, arguments: &[&str], words: &str) {
    let said = home.run(&[&["audit", "verify"], arguments].concat());
    assert_eq!((said.code, said.err.as_str()), (1, ""), "{said:?}");
    assert!(said.out.starts_with("FAIL ") && said.out.contains(words), "{said:?}");
}

#[test]
fn a_log_that_nobody_touched_passes_with_a_head_noted_earlier() {
    let (home, noted) = data();
    home.token("desk");
    let said = home.run(&["audit", "verify"]).done();
    assert!(said.starts_with("PASS (not compared with a head noted earlier)\nhead 7:"), "{said}");
    let said = home.run(&["audit", "verify", "--head", &noted]).done();
    assert!(said.starts_with("PASS\n"), "{said}");
    home.run(&["audit", "verify", "--head", &noted.to_uppercase()]).done();
    let empty = format!("0:{}", "0".repeat(64));
    home.run(&["audit", "verify", "--head", &empty]).done();
}

#[test]
fn a_changed_entry_is_named() {
    let (home, _) = data();
    tamper(&home, "UPDATE audit SET role = 'desk' WHERE seq = 3");
    fails(&home, &[], "entry 3 was changed");
}

#[test]
fn a_removed_entry_is_named() {
    let (home, _) = data();
    tamper(&home, "DELETE FROM audit WHERE seq = 3");
    fails(&home, &[], "entry 4 stands where entry 3 should");
}

#[test]
fn a_cut_tail_is_found_by_the_head_even_if_that_was_cut_too() {
    let (home, noted) = data();
    tamper(&home, "DELETE FROM audit WHERE seq > 4");
    fails(&home, &[], "the log ends with entry 4, but entry 6 with another hash is known");
    tamper(&home, "UPDATE head SET seq = 4, hash = (SELECT hash FROM audit WHERE seq = 4)");
    assert!(home.run(&["audit", "verify"]).done().starts_with("PASS (not compared"));
    fails(&home, &["--head", &noted], "the log ends with entry 4, but entry 6 with another hash is known");
}

#[test]
fn a_rewritten_tail_is_found_by_a_head_noted_earlier() {
    let (home, noted) = data();
    tamper(
        &home,
        "DELETE FROM audit WHERE seq > 4; UPDATE head SET seq = 4, hash = (SELECT hash FROM audit WHERE seq = 4)",
    );
    // The service goes on after the cut, and its own chain holds.
    for _ in 0..3 {
        home.token("coordinator");
    }
    assert!(head(&home).starts_with("7:"));
    fails(&home, &["--head", &noted], "entry 6 with another hash is known");
}

#[test]
fn a_head_that_is_none_and_data_that_are_not_there_are_said() {
    let (home, _) = data();
    for head in ["", "7", "7:", "7:abc", ":", "x:00", &format!("-1:{}", "0".repeat(64))] {
        let said = home.run(&["audit", "verify", "--head", head]);
        assert_eq!((said.code, said.out.as_str()), (64, ""), "{said:?}");
    }
    let empty = Home::new();
    empty.run(&["audit", "verify"]).refused(2, "there are no data at");
    assert_eq!(empty.files(), []);
    run(&["audit", "verify", "--data", "/nowhere/at/all"]).refused(2, "there are no data at");
}
