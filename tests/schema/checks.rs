//! What the checks of both databases say: the first migration line by line, and the words that may stand in a column as the
//! tables are now, after every migration.

use std::collections::BTreeMap;

use diesel::sql_types::Text;
use diesel::{QueryableByName, RunQueryDsl, sql_query};
use inskrivning::domain::ban::BanReason;
use inskrivning::domain::calendar::Desk;
use inskrivning::domain::desk_day::{FinishedBy, Mode};
use inskrivning::domain::guest::{DocumentShown, Referral, Sex};
use inskrivning::domain::hand_out::{Choice, WaitEnd};
use inskrivning::domain::party::{AskedFor, LotStatus};
use inskrivning::domain::place::parts::Decision;
use inskrivning::domain::place::plan::Direction;
use inskrivning::domain::place::{Kind, Who};
use inskrivning::domain::shelter::Admission;
use inskrivning::domain::ticket::EndCause;
use inskrivning::domain::word::Word;

use super::{on_a_new_postgres, on_a_new_sqlite};

/// For each table, the words that its checks name, one list for each check that names any.
type Words = BTreeMap<String, Vec<Vec<String>>>;

#[derive(QueryableByName)]
struct Said {
    #[diesel(sql_type = Text)]
    of: String,
    #[diesel(sql_type = Text)]
    text: String,
}

/// What stands in quotes in a check.
fn quoted(check: &str) -> Vec<String> {
    let mut words: Vec<String> = check.split('\'').skip(1).step_by(2).map(str::to_owned).collect();
    words.sort();
    words
}

/// The checks of a table in SQLite, which keeps the statement that made it.
fn checks(statement: &str) -> impl Iterator<Item = &str> {
    statement.split("CHECK (").skip(1).map(|rest| {
        let mut depth = 1;
        let end = rest.find(|character| {
            depth += i32::from(character == '(') - i32::from(character == ')');
            depth == 0
        });
        &rest[..end.unwrap()]
    })
}

fn put_together(said: impl IntoIterator<Item = (String, Vec<String>)>) -> Words {
    let mut words = Words::new();
    // The shape of dates and instants, for which PostgreSQL has types.
    for (of, named) in said.into_iter().filter(|(_, named)| named.iter().any(|word| !word.contains('?'))) {
        words.entry(of).or_default().push(named);
    }
    words.values_mut().for_each(|lists| lists.sort());
    words
}

fn on_sqlite() -> Words {
    let tables: Vec<Said> = on_a_new_sqlite(|conn| {
        sql_query("SELECT name AS \"of\", sql AS text FROM sqlite_schema WHERE type = 'table'")
            .load(conn)
            .unwrap()
    });
    put_together(tables.iter().flat_map(|table| {
        checks(&table.text).map(|check| (table.of.clone(), quoted(check))).collect::<Vec<_>>()
    }))
}

fn on_postgres() -> Words {
    let checks: Vec<Said> = on_a_new_postgres("checks", |conn| {
        sql_query(
            "SELECT t.relname::text AS \"of\", pg_get_constraintdef(c.oid)::text AS text FROM pg_constraint AS c \
             JOIN pg_class AS t ON t.oid = c.conrelid WHERE c.contype = 'c' AND t.relnamespace = 'public'::regnamespace",
        )
        .load(conn)
        .unwrap()
    });
    put_together(checks.into_iter().map(|check| (check.of, quoted(&check.text))))
}

#[test]
fn the_words_that_may_stand_in_a_column_are_the_same_in_both_databases() {
    let (sqlite, postgres) = (on_sqlite(), on_postgres());
    assert!(sqlite.len() > 15, "{:?}", sqlite.keys());
    assert!(sqlite["desk_day"].iter().any(|words| words.contains(&"awaiting_entropy".to_owned())));
    assert_eq!(sqlite.keys().collect::<Vec<_>>(), postgres.keys().collect::<Vec<_>>());
    for (table, words) in &sqlite {
        assert_eq!(words, &postgres[table], "{table}: SQLite on the left, PostgreSQL on the right");
    }
}

/// The words of a choice, as a check names them.
fn words_of<T: Word>() -> Vec<String> {
    let mut words: Vec<String> = T::WORDS.iter().map(|(_, word)| (*word).to_owned()).collect();
    words.sort();
    words
}

#[test]
fn each_choice_may_stand_in_its_column_by_all_its_words_and_no_other() {
    let allowed = on_sqlite();
    for (table, words) in [
        ("shelter", words_of::<Admission>()),
        ("place_fact", words_of::<Decision>()),
        ("place_fact", words_of::<Direction>()),
        ("calendar_day", words_of::<Desk>()),
        ("guest", words_of::<Sex>()),
        ("ban", words_of::<BanReason>()),
        ("ban", words_of::<Choice>()),
        ("desk_day", words_of::<Mode>()),
        ("desk_day", words_of::<FinishedBy>()),
        ("lot", words_of::<AskedFor>()),
        ("lot", words_of::<LotStatus>()),
        ("lot", words_of::<Referral>()),
        ("lot_member", words_of::<Sex>()),
        ("lot_member", words_of::<DocumentShown>()),
        ("waiting", words_of::<WaitEnd>()),
        ("ticket", words_of::<EndCause>()),
    ] {
        assert!(allowed[table].contains(&words), "{table}: {words:?} is none of {:?}", allowed[table]);
    }
    for table in ["place_fact", "declined_place", "ticket", "ticket_move", "bed", "walk_in"] {
        assert!(
            allowed[table].contains(&words_of::<Kind>()) && allowed[table].contains(&words_of::<Who>()),
            "{table}"
        );
    }
}

/// What a migration says of its tables, without what only one of the two databases needs to be told.
fn said(up: &str) -> Vec<String> {
    let tables = up.split("-- What is written for good.").next().unwrap();
    let types = [
        (" BLOB", " BYTES"),
        (" BYTEA", " BYTES"),
        (" DATE", " TEXT"),
        (" TIMESTAMP", " TEXT"),
        (" BOOLEAN", " INTEGER"),
        (" BIGINT", " INTEGER"),
        ("zeroblob(32)", "zeros"),
        ("decode(repeat('00', 32), 'hex')", "zeros"),
        (") STRICT, WITHOUT ROWID;", ");"),
        (") STRICT;", ");"),
    ];
    let one_line = |line: &str| {
        let mut line = types.iter().fold(line.to_owned(), |line, (from, to)| line.replace(from, to));
        // The shape of dates, instants and truth, for which PostgreSQL has types.
        for shape in ["(date(", "IN (0, 1))", "GLOB '"] {
            if let Some(at) = line.rfind(" CHECK (").filter(|&at| line[at..].contains(shape)) {
                let comma = if line.ends_with(',') { "," } else { "" };
                line = format!("{}{comma}", &line[..at]);
            }
        }
        line
    };
    tables.lines().map(one_line).collect()
}

#[test]
fn both_folders_say_the_first_migration_line_by_line_alike_checks_and_conditions_included() {
    let read = |folder: &str| {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(folder);
        let mut ups: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        ups.sort();
        let names: Vec<_> = ups.iter().map(|path| path.file_name().unwrap().to_owned()).collect();
        let texts: Vec<_> =
            ups.iter().map(|path| std::fs::read_to_string(path.join("up.sql")).unwrap()).collect();
        (names, texts)
    };
    let ((sqlite, of_sqlite), (postgres, of_postgres)) = (read("sqlite"), read("postgres"));
    assert_eq!(sqlite, postgres);
    // A later one changes a table in the one way that each database knows (docs/ARCHITECTURE.md, *Changing a table*).
    let (one, other) = (said(&of_sqlite[0]), said(&of_postgres[0]));
    for (one, other) in one.iter().zip(&other) {
        assert_eq!(one, other);
    }
    assert_eq!(one.len(), other.len());
}
