//! A database made by a released version, brought to the form of this one by the program itself.

use std::collections::BTreeMap;

use diesel::sql_types::{BigInt, Text};
use diesel::{QueryableByName, RunQueryDsl, sql_query};
use serde_json::Value;

use crate::left::{Conn, left_by};
use crate::program::Home;
use crate::reading::{OF_DIESEL, Schema, read_postgres, read_sqlite};
use crate::released;

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

#[derive(QueryableByName)]
struct Said {
    #[diesel(sql_type = Text)]
    said: String,
}

/// Columns whose values a migration after the first changes or drops, with the reason beside it. None yet.
const CHANGED_ON_PURPOSE: [(&str, &str); 0] = [];

impl Conn {
    fn rows(&mut self, table: &str) -> i64 {
        let query = sql_query(format!("SELECT count(*) AS count FROM {table}"));
        let found: Count = match self {
            Self::Sqlite(conn) => query.get_result(conn).unwrap(),
            Self::Postgres(conn) => query.get_result(conn).unwrap(),
        };
        found.count
    }

    /// Every row of a table, column by column, as text.
    fn contents(&mut self, table: &str, columns: &[String]) -> Vec<String> {
        let text = |column: &String| match self {
            Self::Sqlite(_) => format!("quote({column})"),
            Self::Postgres(_) => format!("coalesce({column}::text, 'NULL')"),
        };
        let row = columns.iter().map(text).collect::<Vec<_>>().join(" || ', ' || ");
        let query = sql_query(format!("SELECT {row} AS said FROM {table}"));
        let rows: Vec<Said> = match self {
            Self::Sqlite(conn) => query.load(conn).unwrap(),
            Self::Postgres(conn) => query.load(conn).unwrap(),
        };
        let mut rows: Vec<String> = rows.into_iter().map(|row| row.said).collect();
        rows.sort();
        rows
    }

    /// What stands in the columns of a schema, but for those that a later migration changed on purpose.
    fn all_contents(&mut self, of: &Schema) -> BTreeMap<String, Vec<String>> {
        let kept = |table: &str, column: &str| !CHANGED_ON_PURPOSE.contains(&(table, column));
        let tables = of.iter().filter(|(table, _)| *table != OF_DIESEL);
        tables
            .map(|(table, made)| {
                let columns: Vec<String> =
                    made.columns.keys().filter(|column| kept(table, column)).cloned().collect();
                (table.clone(), self.contents(table, &columns))
            })
            .collect()
    }

    fn schema(&mut self) -> Schema {
        match self {
            Self::Sqlite(conn) => read_sqlite(conn),
            Self::Postgres(conn) => read_postgres(conn),
        }
    }
}

/// Whether all that was recorded stands in an answer; a later version may say more.
#[track_caller]
fn says_still(path: &str, recorded: &Value, now: &Value) {
    match (recorded, now) {
        (Value::Object(fields), Value::Object(_)) => {
            for (field, value) in fields {
                says_still(&format!("{path} {field}"), value, &now[field]);
            }
        }
        (Value::Array(then), Value::Array(entries)) if then.len() == entries.len() => {
            for (then, now) in then.iter().zip(entries) {
                says_still(path, then, now);
            }
        }
        _ => assert_eq!(recorded, now, "{path}: recorded on the left, said now on the right"),
    }
}

fn comes_forward(new_home: fn() -> Home) {
    let mut versions: Vec<String> = released().into_iter().map(|released| released.version).collect();
    versions.dedup();
    for version in versions {
        let (home, fresh) = (new_home(), new_home());
        let recorded = left_by(&version, &home);
        let mut conn = Conn::to(&home);
        let then = conn.schema();
        let before = conn.all_contents(&then);
        for home in [&home, &fresh] {
            home.run(&["migrate"]).done();
        }
        for (table, rows) in &recorded.rows {
            assert_eq!(conn.rows(table), *rows, "{version}: rows of {table}, now on the left");
        }
        for (table, rows) in conn.all_contents(&then) {
            assert_eq!(rows, before[&table], "{version}: what {table} holds, now on the left");
        }
        assert_eq!(
            conn.schema(),
            Conn::to(&fresh).schema(),
            "{version}: tables of a fresh database on the right"
        );
        let found = home.run(&["doctor", "--head", &recorded.head]);
        assert!(found.out.contains("and goes through the head noted"), "{version}: {found:?}");
        assert_eq!(found.code, 0, "{version}: {found:?}");
        let token = home.token("coordinator");
        let serving = home.serve();
        for (path, said) in &recorded.answers {
            says_still(path, said, &serving.json("GET", &token, &format!("/api/v1{path}"), None));
        }
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
