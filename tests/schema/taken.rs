//! What each database says when a key or a rule stands against a step, and that the store tells one from the other: somebody
//! else was faster, or a fault of ours.

use diesel::result::Error;
use diesel::{Connection, PgConnection, RunQueryDsl, SqliteConnection, sql_query};
use inskrivning::store::{Database, Store, StoreError, Taken};

use super::on_a_new_postgres;

const DAY: &str = "'2026-11-27'";
const AT: &str = "'2026-11-27 09:00:00'";

/// Two rows of which the second meets a key of the first: the columns, both rows, and what is taken. `{a}` and `{b}` are keys of
/// sixteen bytes, `{A}` and `{B}` of thirty-two.
const TAKEN: [(&str, &str, &str, Taken); 21] = [
    (
        "bed (night, shelter, kind, who, place, guest)",
        "{day}, 'fa', 'single', 'any', 1, {a}",
        "{day}, 'fa', 'single', 'any', 1, {b}",
        Taken::Place,
    ),
    (
        "bed (night, shelter, kind, who, place, guest)",
        "{day}, 'fa', 'single', 'any', 1, {a}",
        "{day}, 'fb', 'single', 'any', 1, {a}",
        Taken::GuestsNight,
    ),
    (
        "arrival (ticket, night, number, shelter, at, correction)",
        "{a}, {day}, 1, 'fa', {at}, FALSE",
        "{a}, {day}, 2, 'fb', {at}, FALSE",
        Taken::Arrival,
    ),
    (
        "arrival (ticket, night, number, shelter, at, correction, undone_at, undone_correction)",
        "{a}, {day}, 1, 'fa', {at}, FALSE, {at}, FALSE",
        "{a}, {day}, 1, 'fb', {at}, FALSE, {at}, FALSE",
        Taken::Arrival,
    ),
    (
        "walk_in (guest, night, number, shelter, kind, who, given_by, at, correction)",
        "{a}, {day}, 1, 'fa', 'single', 'any', 'shelter', {at}, FALSE",
        "{a}, {day}, 2, 'fb', 'single', 'any', 'shelter', {at}, FALSE",
        Taken::WalkIn,
    ),
    (
        "walk_in (guest, night, number, shelter, kind, who, given_by, at, correction, undone_at)",
        "{a}, {day}, 1, 'fa', 'single', 'any', 'shelter', {at}, FALSE, {at}",
        "{a}, {day}, 1, 'fb', 'single', 'any', 'shelter', {at}, FALSE, {at}",
        Taken::WalkIn,
    ),
    (
        "door_night (shelter, night, closed_at, closed_by)",
        "'fa', {day}, {at}, {a}",
        "'fa', {day}, {at}, {b}",
        Taken::NightClosed,
    ),
    (
        "head_count (shelter, night, number, women, men, other, at, reported_by)",
        "'fa', {day}, 1, 1, 2, 3, {at}, {a}",
        "'fa', {day}, 1, 3, 2, 1, {at}, {a}",
        Taken::HeadCount,
    ),
    (
        "lot_member (day, lot, position, guest, sex, country, shown, active)",
        "{day}, 1, 1, {a}, 'man', 'RO', 'valid', TRUE",
        "{day}, 2, 1, {a}, 'man', 'RO', 'valid', TRUE",
        Taken::Person,
    ),
    (
        "lot (day, number, asks, status, slip_code, women_only, wishes, accepts, verdict, at)",
        "{day}, 1, 'draw', 'refused', 'AAAAAAAA', FALSE, 'fa', '', '{}', {at}",
        "{day}, 1, 'draw', 'refused', 'BBBBBBBB', FALSE, 'fa', '', '{}', {at}",
        Taken::Lot,
    ),
    ("document (mac, guest, made_at)", "{A}, {a}, {at}", "{A}, {b}, {at}", Taken::Document),
    (
        "desk_day (date, last_start_night, mode, min_nights, lots, stage, finished_by, ended_at)",
        "{day}, {day}, 'lottery', 3, 0, 'finished', 'desk', {at}",
        "{day}, {day}, 'direct', 3, 0, 'finished', 'desk', {at}",
        Taken::DeskDay,
    ),
    (
        "desk_day (date, last_start_night, mode, min_nights, lots, stage)",
        "{day}, {day}, 'lottery', 3, 0, 'open'",
        "'2026-11-30', '2026-11-30', 'lottery', 3, 0, 'open'",
        Taken::DeskDay,
    ),
    (
        "frozen_list (day, draw, commitment, dice, last_lot, lots_in, manifest, frozen_by, at)",
        "{day}, 1, {A}, 30, 2, 2, '{}', {a}, {at}",
        "{day}, 1, {B}, 30, 2, 2, '{}', {a}, {at}",
        Taken::Draw,
    ),
    (
        "digit (day, draw, place, shown, typed_by, at)",
        "{day}, 1, 1, 6, {a}, {at}",
        "{day}, 1, 1, 5, {b}, {at}",
        Taken::Draw,
    ),
    ("service_bytes (day, draw, bytes, at)", "{day}, 1, {A}, {at}", "{day}, 1, {B}, {at}", Taken::Draw),
    ("draw_record (day, draw, record, at)", "{day}, 1, 'a', {at}", "{day}, 1, 'b', {at}", Taken::Draw),
    (
        "draw_end (day, draw, why, at)",
        "{day}, 1, 'left_unfinished', {at}",
        "{day}, 1, 'left_unfinished', {at}",
        Taken::Draw,
    ),
    (
        "waiting (day, part, place, lot, members, accepts, from_night, since)",
        "{day}, 1, 0, 1, '1', 'fa', {day}, {at}",
        "{day}, 1, 0, 2, '1', 'fa', {day}, {at}",
        Taken::Waiting,
    ),
    (
        "place_fact (id, fact, shelter, kind, who, first_night, count, made_at)",
        "{a}, 'number', 'fa', 'single', 'any', {day}, 3, {at}",
        "{b}, 'number', 'fa', 'single', 'any', {day}, 4, {at}",
        Taken::Number,
    ),
    (
        "idempotency (actor, idempotency_key, fingerprint, status, resource, at)",
        "{a}, 'k', {A}, 200, '1', {at}",
        "{a}, 'k', {B}, 201, '2', {at}",
        Taken::Retry,
    ),
];

/// Rows that no step should ever want to keep.
const FAULTS: [(&str, &str); 3] = [
    ("bed (night, shelter, kind, who, place, guest)", "{day}, 'fa', 'single', 'any', 0, {a}"),
    ("bed (night, shelter, kind, who, place, guest)", "{day}, 'fa', 'single', 'any', 1, NULL"),
    ("token (id, hash, name, role, made_at)", "{b}, {A}, 'x', 'desk', {at}"),
];

/// A database, as the tests need it.
struct Raw<'a> {
    run: &'a mut dyn FnMut(&str) -> Result<usize, Error>,
    key: fn(&str, usize) -> String,
}

impl Raw<'_> {
    fn insert(&mut self, into: &str, row: &str) -> Result<usize, StoreError> {
        let row = [("{a}", "aa", 16), ("{b}", "bb", 16), ("{A}", "aa", 32), ("{B}", "bb", 32)]
            .into_iter()
            .fold(row.to_owned(), |row, (word, byte, length)| row.replace(word, &(self.key)(byte, length)))
            .replace("{day}", DAY)
            .replace("{at}", AT);
        (self.run)(&format!("INSERT INTO {into} VALUES ({row})")).map_err(StoreError::from)
    }

    fn says_what_is_taken(&mut self) {
        for (into, first, second, taken) in TAKEN {
            (self.run)("BEGIN").unwrap();
            assert_eq!(self.insert(into, first), Ok(1), "{into}");
            let refused = self.insert(into, second);
            assert!(
                matches!(&refused, Err(StoreError::Taken(said, _)) if *said == taken),
                "{into}: {refused:?}"
            );
            (self.run)("ROLLBACK").unwrap();
        }
    }

    fn calls_anything_else_a_fault(&mut self, foreign_keys_on: &str) {
        assert_eq!(
            self.insert("token (id, hash, name, role, made_at)", "{a}, {A}, 'x', 'desk', {at}"),
            Ok(1)
        );
        for (into, row) in FAULTS {
            let refused = self.insert(into, row);
            assert!(matches!(refused, Err(StoreError::AgainstARule(_))), "{into}: {refused:?}");
        }
        (self.run)(foreign_keys_on).unwrap();
        let refused = self.insert("document (mac, guest, made_at)", "{B}, {a}, {at}");
        assert!(matches!(refused, Err(StoreError::AgainstARule(_))), "{refused:?}");
    }
}

#[test]
fn a_key_that_is_taken_is_told_from_a_fault_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("data.sqlite");
    Store::open(&Database::Sqlite(file.clone())).unwrap().shut_down();
    let mut conn = SqliteConnection::establish(file.to_str().unwrap()).unwrap();
    let mut run = |statement: &str| sql_query(statement).execute(&mut conn);
    run("PRAGMA foreign_keys = OFF").unwrap();
    let mut raw = Raw { run: &mut run, key: |byte, length| format!("X'{}'", byte.repeat(length)) };
    raw.says_what_is_taken();
    raw.calls_anything_else_a_fault("PRAGMA foreign_keys = ON");
}

#[test]
fn a_key_that_is_taken_is_told_from_a_fault_on_postgres() {
    on_a_new_postgres("taken", |conn: &mut PgConnection| {
        let mut run = |statement: &str| sql_query(statement).execute(conn);
        // Rows stand alone here: what they point to is looked at by triggers, which sleep in this role.
        run("SET session_replication_role = replica").unwrap();
        let mut raw =
            Raw { run: &mut run, key: |byte, length| format!("'\\x{}'::bytea", byte.repeat(length)) };
        raw.says_what_is_taken();
        raw.calls_anything_else_a_fault("SET session_replication_role = origin");
    });
}
