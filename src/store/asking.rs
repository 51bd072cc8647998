//! Asks whichever database there is by its own connection. Through diesel's connection to either, every statement is written down as
//! text each time it is run (docs/PERFORMANCE.md says what that cost).

use diesel::dsl::Limit;
use diesel::query_dsl::methods::{LimitDsl, LoadQuery};
use diesel::{PgConnection, QueryResult, RunQueryDsl, SqliteConnection};

use super::connection::AnyConnection;

/// A question that both databases understand.
pub(super) trait Ask: Sized {
    /// Every row it finds.
    fn rows<'q, U>(self, conn: &mut AnyConnection) -> QueryResult<Vec<U>>
    where
        Self: LoadQuery<'q, SqliteConnection, U> + LoadQuery<'q, PgConnection, U>,
    {
        match conn {
            AnyConnection::Sqlite(conn) => RunQueryDsl::load(self, conn),
            AnyConnection::Postgres(conn) => RunQueryDsl::load(self, conn),
        }
    }

    /// The first row it finds.
    fn row<'q, U>(self, conn: &mut AnyConnection) -> QueryResult<U>
    where
        Self: LimitDsl,
        Limit<Self>: LoadQuery<'q, SqliteConnection, U> + LoadQuery<'q, PgConnection, U>,
    {
        match conn {
            AnyConnection::Sqlite(conn) => RunQueryDsl::get_result(self.limit(1), conn),
            AnyConnection::Postgres(conn) => RunQueryDsl::get_result(self.limit(1), conn),
        }
    }
}

impl<T> Ask for T {}
