//! What data said before they were brought forward, held against what they say now. What differs is listed, so that a test can plant
//! a harm and see it found.

use std::collections::BTreeMap;

use diesel::connection::SimpleConnection;
use diesel::sql_types::{BigInt, Text};
use diesel::{QueryableByName, RunQueryDsl, sql_query};
use serde_json::Value;

use crate::Recorded;
use crate::left::Conn;
use crate::program::{Home, Serving};
use crate::reading::{OF_DIESEL, Schema, read_postgres, read_sqlite};

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
    pub(crate) fn count(&mut self, of: &str) -> i64 {
        let query = sql_query(format!("SELECT count(*) AS count FROM {of}"));
        let found: Count = match self {
            Self::Sqlite(conn) => query.get_result(conn).unwrap(),
            Self::Postgres(conn) => query.get_result(conn).unwrap(),
        };
        found.count
    }

    /// The texts a statement finds, sorted.
    pub(crate) fn texts(&mut self, statement: &str) -> Vec<String> {
        let query = sql_query(format!("SELECT {statement}"));
        let rows: Vec<Said> = match self {
            Self::Sqlite(conn) => query.load(conn).unwrap(),
            Self::Postgres(conn) => query.load(conn).unwrap(),
        };
        let mut rows: Vec<String> = rows.into_iter().map(|row| row.said).collect();
        rows.sort();
        rows
    }

    /// Says something to the database.
    pub(crate) fn says(&mut self, statements: &str) {
        match self {
            Self::Sqlite(conn) => conn.batch_execute(statements).unwrap(),
            Self::Postgres(conn) => conn.batch_execute(statements).unwrap(),
        }
    }

    /// Every row of a table, column by column, as text.
    fn contents(&mut self, table: &str, columns: &[String]) -> Vec<String> {
        let text = |column: &String| match self {
            Self::Sqlite(_) => format!("quote({column})"),
            Self::Postgres(_) => format!("coalesce({column}::text, 'NULL')"),
        };
        let row = columns.iter().map(text).collect::<Vec<_>>().join(" || ', ' || ");
        self.texts(&format!("{row} AS said FROM {table}"))
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

    pub(crate) fn schema(&mut self) -> Schema {
        match self {
            Self::Sqlite(conn) => read_sqlite(conn),
            Self::Postgres(conn) => read_postgres(conn),
        }
    }
}

/// Data as they were.
pub(crate) struct Before {
    pub(crate) recorded: Recorded,
    pub(crate) schema: Schema,
    contents: BTreeMap<String, Vec<String>>,
}

impl Before {
    /// What lies there now, and what was recorded of it.
    pub(crate) fn of(recorded: Recorded, home: &Home) -> Self {
        let mut conn = Conn::to(home);
        let schema = conn.schema();
        let contents = conn.all_contents(&schema);
        Self { recorded, schema, contents }
    }

    /// What the tables of then hold otherwise now.
    pub(crate) fn changed(&self, home: &Home) -> Vec<String> {
        let mut conn = Conn::to(home);
        let mut changed = Vec::new();
        for (table, rows) in &self.recorded.rows {
            let now = conn.count(table);
            if now != *rows {
                changed.push(format!("{table} had {rows} rows and has {now}"));
            }
        }
        for (table, rows) in conn.all_contents(&self.schema) {
            let then = &self.contents[&table];
            let gone: Vec<&String> = then.iter().filter(|row| !rows.contains(row)).collect();
            if rows != *then {
                changed.push(format!("{table} held {gone:?} and holds {} rows, these not", rows.len()));
            }
        }
        changed
    }

    /// What the service says otherwise than was recorded; a later version may say more.
    pub(crate) fn said_otherwise(&self, token: &str, serving: &Serving) -> Vec<String> {
        let mut otherwise = Vec::new();
        for (path, said) in &self.recorded.answers {
            let now = serving.json("GET", token, &format!("/api/v1{path}"), None);
            compare(path, said, &now, &mut otherwise);
        }
        otherwise
    }
}

fn compare(path: &str, recorded: &Value, now: &Value, otherwise: &mut Vec<String>) {
    match (recorded, now) {
        (Value::Object(fields), Value::Object(_)) => {
            for (field, value) in fields {
                compare(&format!("{path} {field}"), value, &now[field], otherwise);
            }
        }
        (Value::Array(then), Value::Array(entries)) if then.len() == entries.len() => {
            for (then, now) in then.iter().zip(entries) {
                compare(path, then, now, otherwise);
            }
        }
        _ if recorded != now => otherwise.push(format!("{path}: said {recorded}, says {now}")),
        _ => {}
    }
}
