//! A database made by a released version, brought to the form of this one by the program itself.

use crate::before::Before;
use crate::left::{Conn, left_by, written_today_by};
use crate::program::Home;
use crate::released;

const NOTHING: Vec<String> = Vec::new();

fn versions() -> Vec<String> {
    let mut versions: Vec<String> = released().into_iter().map(|released| released.version).collect();
    versions.dedup();
    versions
}

fn writes_still(home: &Home, version: &str) {
    let (recorded, mut conn) = written_today_by(version, home);
    for (table, rows) in recorded.rows {
        assert_eq!(conn.count(&table), rows, "{version}: {table}");
    }
}

/// Only the version before this one may be at work beside it (docs/OPERATIONS.md).
#[test]
fn an_instance_of_the_version_before_can_write_into_the_tables_of_this_one() {
    let before = |version: &String| version != env!("CARGO_PKG_VERSION");
    let version = versions().into_iter().rfind(before).unwrap();
    writes_still(&Home::new(), &version);
    writes_still(&Home::on_postgres(), &version);
}

fn comes_forward(new_home: fn() -> Home) {
    for version in versions() {
        let (home, fresh) = (new_home(), new_home());
        let before = Before::of(left_by(&version, &home), &home);
        for home in [&home, &fresh] {
            home.run(&["migrate"]).done();
        }
        assert_eq!(before.changed(&home), NOTHING, "{version}");
        assert_eq!(
            Conn::to(&home).schema(),
            Conn::to(&fresh).schema(),
            "{version}: tables of a fresh database on the right"
        );
        let found = home.run(&["doctor", "--head", &before.recorded.head]);
        assert!(found.out.contains("and goes through the head noted"), "{version}: {found:?}");
        assert_eq!(found.code, 0, "{version}: {found:?}");
        let token = home.token("coordinator");
        let serving = home.serve();
        assert_eq!(before.said_otherwise(&token, &serving), NOTHING, "{version}");
        assert_eq!(serving.stop().0, 0);
    }
}

#[test]
fn data_of_every_release_say_afterwards_what_they_said_before_on_sqlite() {
    comes_forward(Home::new);
}

#[test]
fn data_of_every_release_say_afterwards_what_they_said_before_on_postgres() {
    comes_forward(Home::on_postgres);
}

/// The control: after the upgrade something is changed, and the same comparison names it.
fn harm_is_named(new_home: fn() -> Home) {
    let home = new_home();
    let before = Before::of(left_by("0.1.0", &home), &home);
    home.run(&["migrate"]).done();
    let mut conn = Conn::to(&home);
    conn.says("UPDATE guest SET language = 'xx' WHERE uno = (SELECT min(uno) FROM guest)");
    let [changed] = &before.changed(&home)[..] else { panic!("{:?}", before.changed(&home)) };
    assert!(changed.starts_with("guest held [\"") && changed.contains("holds 11 rows"), "{changed}");

    conn.says("DELETE FROM arrival WHERE night = '2024-01-12' AND ticket = (SELECT ticket FROM arrival WHERE night = '2024-01-12' LIMIT 1)");
    let changed = before.changed(&home);
    assert!(changed.contains(&"arrival had 17 rows and has 16".to_owned()), "{changed:?}");
    assert!(changed.iter().any(|table| table.starts_with("arrival held [\"")), "{changed:?}");
    let token = home.token("coordinator");
    let otherwise = before.said_otherwise(&token, &home.serve());
    let of_the_night =
        |said: &&String| said.starts_with("/shelters/") && said.contains("/nights/2024-01-12 sum arrived");
    assert!(otherwise.iter().any(|said| of_the_night(&said)), "{otherwise:?}");
}

#[test]
fn a_value_changed_a_row_gone_and_a_sum_changed_are_named_by_the_same_comparison_on_sqlite() {
    harm_is_named(Home::new);
}

#[test]
fn a_value_changed_a_row_gone_and_a_sum_changed_are_named_by_the_same_comparison_on_postgres() {
    harm_is_named(Home::on_postgres);
}

/// What 0.1.0 noted of a closure that was made to end otherwise, and what it notes while this version is at work beside it.
fn each_end_is_kept(new_home: fn() -> Home) {
    let home = new_home();
    left_by("0.1.0", &home);
    let mut conn = Conn::to(&home);
    conn.says(
        "INSERT INTO place_fact (id, fact, shelter, first_night, last_night, made_at, changed_at) \
         SELECT id, 'closure', code, '2024-02-01', '2024-02-05', '2024-01-15 09:00:00', '2024-01-15 10:00:00' \
         FROM shelter, (SELECT substr(hash, 1, 16) AS id FROM audit WHERE seq = 1) AS some_key WHERE code = 'fa'",
    );
    home.run(&["migrate"]).done();
    conn.says(
        "UPDATE place_fact SET last_night = '2024-02-03', changed_at = '2024-01-15 11:00:00' WHERE fact = 'closure'",
    );
    conn.says("UPDATE place_fact SET removed_at = '2024-01-15 12:00:00' WHERE fact = 'closure'");
    let kept = conn.texts(
        "CAST(number AS TEXT) || ': ' || coalesce(CAST(instead_of AS TEXT), '?') || ', ' || CAST(last_night AS TEXT) || ', ' \
         || substr(CAST(at AS TEXT), 1, 19) AS said FROM place_end ORDER BY number",
    );
    assert_eq!(
        kept,
        ["1: ?, 2024-02-05, 2024-01-15 10:00:00", "2: 2024-02-05, 2024-02-03, 2024-01-15 11:00:00"]
    );
}

#[test]
fn each_end_that_the_version_before_gives_a_closure_is_kept_on_sqlite() {
    each_end_is_kept(Home::new);
}

#[test]
fn each_end_that_the_version_before_gives_a_closure_is_kept_on_postgres() {
    each_end_is_kept(Home::on_postgres);
}

/// Three tickets of one member of a lot, as 0.1.0 kept them: which came last it told by when they were issued, and by nothing else.
fn tickets_are_counted(new_home: fn() -> Home) {
    const COPIED: &str = "guest, day, lot, position, first_night, last_night, full_nights, karens_nights, min_nights, shelter, kind, who, \
         state, calls, sl_ticket, matters_to";
    let home = new_home();
    left_by("0.1.0", &home);
    let mut conn = Conn::to(&home);
    for (code, at, key) in [("N2", "2024-01-12 11:00:00", 1), ("N1", "2024-01-12 10:00:00", 2)] {
        conn.says(&format!(
            "INSERT INTO ticket (id, code, issued_at, {COPIED}) \
             SELECT (SELECT substr(hash, 1, 16) FROM audit WHERE seq = {key}), 'R81M4X{code}', '{at}', {COPIED} \
             FROM ticket WHERE code = 'R81M4X5A'"
        ));
    }
    home.run(&["migrate"]).done();
    let turns = "code || ': ' || CAST(turn AS TEXT) AS said FROM ticket";
    assert_eq!(
        conn.texts(&format!("{turns} WHERE code LIKE 'R81M4X%'")),
        ["R81M4X5A: 0", "R81M4XN1: 1", "R81M4XN2: 2"]
    );
    assert_eq!(conn.texts(&format!("{turns} WHERE turn > 0 AND code NOT LIKE 'R81M4X%'")), NOTHING);
}

#[test]
fn which_ticket_of_a_member_was_the_last_is_known_of_those_of_the_version_before_on_sqlite() {
    tickets_are_counted(Home::new);
}

#[test]
fn which_ticket_of_a_member_was_the_last_is_known_of_those_of_the_version_before_on_postgres() {
    tickets_are_counted(Home::on_postgres);
}

/// The last thing a migration does fails, since an index of its name is there: all it did before is undone.
fn half_way_is_not_at_all(new_home: fn() -> Home) {
    let (home, fresh) = (new_home(), new_home());
    let recorded = left_by("0.1.0", &home);
    let mut conn = Conn::to(&home);
    conn.says("CREATE INDEX waiting_turn ON guest (language)");
    let before = Before::of(recorded, &home);
    for command in [&["migrate"][..], &crate::program::SERVE] {
        let said = home.run(command);
        assert!(said.err.contains("2026-11-22-000002_turn_of_waiting"), "{said:?}");
        assert!(
            said.err.contains("waiting_turn\" already exists")
                || said.err.contains("index waiting_turn already exists"),
            "{said:?}"
        );
        said.refused(
            1,
            "cannot be brought to the form of this version, and nothing of the step that failed was kept",
        );
        assert_eq!(before.changed(&home), NOTHING);
        assert_eq!(conn.schema(), before.schema);
        assert_eq!(conn.texts("version AS said FROM __diesel_schema_migrations"), before.recorded.migrations);
    }
    conn.says("DROP INDEX waiting_turn");
    let serving = home.serve();
    assert_eq!(before.changed(&home), NOTHING);
    fresh.run(&["migrate"]).done();
    assert_eq!(conn.schema(), Conn::to(&fresh).schema());
    assert_eq!(before.said_otherwise(&home.token("coordinator"), &serving), NOTHING);
}

#[test]
fn a_migration_that_fails_half_way_leaves_all_as_it_was_and_goes_through_when_its_cause_is_gone_on_sqlite() {
    half_way_is_not_at_all(Home::new);
}

#[test]
fn a_migration_that_fails_half_way_leaves_all_as_it_was_and_goes_through_when_its_cause_is_gone_on_postgres()
{
    half_way_is_not_at_all(Home::on_postgres);
}
