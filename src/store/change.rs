//! The one way a step changes a table, by which the table is known from the statement's own type: a step that changes one without
//! a word in the audit log is undone, and what the writer knows of the house is forgotten when it changes (see `writer`, `house`).
//!
//! In debug builds the statements themselves are read as well, as diesel announces them, so that a way past this one is found
//! by the tests (see `guard`).

use diesel::QuerySource;
use diesel::query_builder::{DeleteStatement, InsertStatement, UpdateStatement};
use diesel::query_dsl::methods::ExecuteDsl;

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
    key_check audit shelter token place_fact calendar_day guest document ban waiver desk_day lot lot_member frozen_list digit
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

impl<T: QuerySource + Named, U, V, Ret> Change for UpdateStatement<T, U, V, Ret> {
    const TABLE: &'static str = T::NAME;
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
        S: Change + ExecuteDsl<AnyConnection>,
    {
        let changed = &mut self.chain.changed;
        if !EXEMPT.contains(&S::TABLE) {
            changed.guarded.get_or_insert(S::TABLE);
        }
        if HOUSE.contains(&S::TABLE) {
            changed.house = true;
            self.read.house.is_changed();
        }
        Ok(ExecuteDsl::execute(statement, &mut *self.read.conn)?)
    }
}
