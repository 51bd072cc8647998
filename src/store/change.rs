//! The one way a step changes a table, by which the table is known from the statement's own type: a step that changes one without
//! a word in the audit log is undone, and what the writer knows of the house is forgotten when it changes (see `writer`, `house`).
//!
//! In debug builds the statements themselves are read as well, as diesel announces them, so that a way past this one is found
//! by the tests (see `guard`).

use std::collections::BTreeSet;

use diesel::backend::Backend;
use diesel::pg::Pg;
use diesel::query_builder::{
    AsChangeset, AstPass, DeleteStatement, InsertStatement, IntoUpdateTarget, QueryFragment, QueryId,
};
use diesel::query_dsl::methods::ExecuteDsl;
use diesel::sqlite::Sqlite;
use diesel::{QueryResult, QuerySource, Table};

use super::connection::AnyConnection;
use super::guard::{EXEMPT, HOUSE};
use super::{StoreError, Tx, schema};

/// A table that knows what it is called.
pub(super) trait Named {
    const NAME: &'static str;
}

macro_rules! named {
    ($($table:ident)*) => {$(
        impl Named for schema::$table::table {
            const NAME: &'static str = stringify!($table);
        }
    )*};
}

named! {
    head key_check audit shelter token place_fact calendar_day guest document ban waiver desk_day lot lot_member frozen_list digit
    service_bytes draw_record draw_end countersignature waiting declined_place ticket ticket_code ticket_move bed arrival walk_in
    door_night valid_ticket head_count idempotency
}

/// A statement that changes a table.
pub(super) trait Change {
    /// Which.
    const TABLE: &'static str;
}

impl<T: QuerySource + Named, U, Op, Ret> Change for InsertStatement<T, U, Op, Ret> {
    const TABLE: &'static str = T::NAME;
}

impl<T: QuerySource + Named, W, V> Change for Update<T, W, V> {
    const TABLE: &'static str = T::NAME;
}

impl<T: QuerySource + Named, U, Ret> Change for DeleteStatement<T, U, Ret> {
    const TABLE: &'static str = T::NAME;
}

/// What a step has changed.
#[derive(Default)]
pub(super) struct Changed {
    /// The tables among them that may not change without an entry in the audit log.
    pub(super) guarded: BTreeSet<&'static str>,
    /// Whether one of [`HOUSE`] is among them.
    pub(super) house: bool,
}

impl Tx<'_> {
    /// Changes a table: how many rows.
    pub(super) fn change<S>(&mut self, statement: S) -> Result<usize, StoreError>
    where
        S: Change + QueryFragment<Sqlite> + QueryFragment<Pg> + QueryId,
    {
        let changed = &mut self.chain.changed;
        if !EXEMPT.contains(&S::TABLE) {
            changed.guarded.insert(S::TABLE);
        }
        if HOUSE.contains(&S::TABLE) {
            changed.house = true;
            self.read.house.is_changed();
        }
        Ok(run(self.read.conn, statement)?)
    }
}

/// Runs a statement by the connection itself: through the connection to either database every statement is written down anew.
pub(super) fn run<S>(conn: &mut AnyConnection, statement: S) -> QueryResult<usize>
where
    S: QueryFragment<Sqlite> + QueryFragment<Pg> + QueryId,
{
    match conn {
        AnyConnection::Sqlite(conn) => ExecuteDsl::execute(statement, conn),
        AnyConnection::Postgres(conn) => ExecuteDsl::execute(statement, conn),
    }
}

/// An UPDATE of all columns it names. Diesel's own may leave some out from one time to the next and is prepared anew each time, with
/// all that its table checks; this one always has the same text, so that it is prepared once and kept.
pub(super) struct Update<T: QuerySource, W, V> {
    table: T::FromClause,
    rows: W,
    values: V,
}

/// What is to be updated, without the values yet.
pub(super) struct Target<T: QuerySource, W> {
    table: T::FromClause,
    rows: W,
}

/// Begins an UPDATE of a table, or of those of its rows that a filter finds.
pub(super) fn update<Q: IntoUpdateTarget>(target: Q) -> Target<Q::Table, Q::WhereClause> {
    let target = target.into_update_target();
    Target { table: target.table.from_clause(), rows: target.where_clause }
}

impl<T: QuerySource, W> Target<T, W> {
    /// Says what the columns become.
    pub(super) fn set<V: AsChangeset<Target = T>>(self, values: V) -> Update<T, W, V::Changeset> {
        Update { table: self.table, rows: self.rows, values: values.as_changeset() }
    }
}

impl<DB, T, W, V> QueryFragment<DB> for Update<T, W, V>
where
    DB: Backend,
    T: Table,
    T::FromClause: QueryFragment<DB>,
    W: QueryFragment<DB>,
    V: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        pass.push_sql("UPDATE ");
        self.table.walk_ast(pass.reborrow())?;
        pass.push_sql(" SET ");
        self.values.walk_ast(pass.reborrow())?;
        self.rows.walk_ast(pass)
    }
}

impl<T: QuerySource, W, V> QueryId for Update<T, W, V> {
    // It is known by its text.
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use chrono::NaiveDate;
    use diesel::connection::InstrumentationEvent;
    use diesel::{Connection, ExpressionMethods, QueryDsl, RunQueryDsl, SqliteConnection, sql_query};

    use super::schema::door_night::dsl::{door_night, night, shelter};
    use super::*;

    /// How many statements were kept, prepared, of one run three times.
    fn kept<S>(statement: impl Fn() -> S) -> usize
    where
        S: QueryFragment<Sqlite> + QueryFragment<Pg> + QueryId,
    {
        let mut conn = SqliteConnection::establish(":memory:").unwrap();
        sql_query("CREATE TABLE door_night (shelter, night)").execute(&mut conn).unwrap();
        let mut conn = AnyConnection::Sqlite(conn);
        let count = Arc::new(Mutex::new(0));
        let counted = Arc::clone(&count);
        conn.set_instrumentation(move |event: InstrumentationEvent<'_>| {
            if matches!(event, InstrumentationEvent::CacheQuery { .. }) {
                *counted.lock().unwrap() += 1;
            }
        });
        for _ in 0..3 {
            run(&mut conn, statement()).unwrap();
        }
        *count.lock().unwrap()
    }

    #[test]
    fn each_kind_of_change_is_prepared_once_and_kept() {
        let date = NaiveDate::default();
        let fa = || door_night.filter(shelter.eq("fa"));
        assert_eq!(kept(|| diesel::insert_into(door_night).values((shelter.eq("fa"), night.eq(date)))), 1);
        assert_eq!(kept(|| update(fa()).set(night.eq(date))), 1);
        assert_eq!(kept(|| diesel::delete(fa())), 1);
        assert_eq!(
            kept(|| diesel::update(fa()).set(night.eq(date))),
            0,
            "diesel's own is kept now: use that one"
        );
    }
}
