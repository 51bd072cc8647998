//! The one way a step changes a table, by which the table is known from the statement's own type: a step that changes one without
//! a word in the audit log is undone, and what the writer knows of the house is forgotten when it changes (see `writer`, `house`).
//!
//! In debug builds the statements themselves are read as well, as diesel announces them, so that a way past this one is found
//! by the tests (see `guard`).

use diesel::backend::Backend;
use diesel::pg::Pg;
use diesel::query_builder::{
    AstPass, DeleteStatement, InsertStatement, Query, QueryFragment, QueryId, UpdateStatement,
};
use diesel::query_dsl::methods::ExecuteDsl;
use diesel::sqlite::Sqlite;
use diesel::{QueryResult, QuerySource, RunQueryDsl};

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
    /// Whether its text is the same whatever it is given, although diesel cannot know. It takes every UPDATE for one that leaves
    /// columns out at will; ours say all of theirs.
    const IS_OF_ONE_FORM: bool = false;
}

impl<T: QuerySource + Named, U, Op, Ret> Change for InsertStatement<T, U, Op, Ret> {
    const TABLE: &'static str = T::NAME;
}

impl<T: QuerySource + Named, U, V, Ret> Change for UpdateStatement<T, U, V, Ret> {
    const TABLE: &'static str = T::NAME;
    const IS_OF_ONE_FORM: bool = true;
}

impl<T: QuerySource + Named, U, Ret> Change for DeleteStatement<T, U, Ret> {
    const TABLE: &'static str = T::NAME;
}

/// What a step has changed.
#[derive(Default)]
pub(super) struct Changed {
    /// The first table that may not change without an entry in the audit log.
    pub(super) guarded: Option<&'static str>,
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
            changed.guarded.get_or_insert(S::TABLE);
        }
        if HOUSE.contains(&S::TABLE) {
            changed.house = true;
            self.read.house.is_changed();
        }
        // By the connection itself: through both at once every statement is written down anew.
        Ok(match &mut *self.read.conn {
            AnyConnection::Sqlite(conn) => ExecuteDsl::execute(Kept(statement), conn)?,
            AnyConnection::Postgres(conn) => ExecuteDsl::execute(Kept(statement), conn)?,
        })
    }
}

/// A statement that is prepared once and kept, if it is of one form: preparing a single UPDATE anew, with all that its table checks, was
/// an eighth of a registration.
pub(super) struct Kept<S>(pub(super) S);

impl<S: QueryId> QueryId for Kept<S> {
    // One without a number of its own is known by its text.
    type QueryId = S::QueryId;
    const HAS_STATIC_QUERY_ID: bool = S::HAS_STATIC_QUERY_ID;
}

impl<DB: Backend, S: Change + QueryFragment<DB>> QueryFragment<DB> for Kept<S> {
    fn walk_ast<'b>(&'b self, pass: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.0.walk_ast(pass)
    }

    fn is_safe_to_cache_prepared(&self, backend: &DB) -> QueryResult<bool> {
        if S::IS_OF_ONE_FORM { Ok(true) } else { self.0.is_safe_to_cache_prepared(backend) }
    }
}

impl<S: Query> Query for Kept<S> {
    type SqlType = S::SqlType;
}

impl<S, Conn> RunQueryDsl<Conn> for Kept<S> {}
