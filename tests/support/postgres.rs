//! A database of its own on the PostgreSQL server of the tests, removed at the end.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that fails here says where")]

use diesel::{Connection, RunQueryDsl};

pub struct PostgresDatabase {
    server: String,
    name: String,
}

impl PostgresDatabase {
    /// On the server that `tests/postgres` started.
    pub fn new() -> Self {
        let server = std::env::var("INSKRIVNING_TEST_POSTGRES")
            .expect("no PostgreSQL to test on: say `tests/postgres cargo test --test NAME`");
        Self::on(&server)
    }

    /// On this server.
    pub fn on(server: &str) -> Self {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes).unwrap();
        let name = format!("t{}", uuid::Builder::from_random_bytes(bytes).into_uuid().simple());
        let mut conn = diesel::PgConnection::establish(server).unwrap();
        diesel::sql_query(format!("CREATE DATABASE {name}")).execute(&mut conn).unwrap();
        Self { server: server.to_owned(), name }
    }

    /// Its address.
    pub fn url(&self) -> String {
        let (at, _) = self.server.rsplit_once('/').unwrap();
        format!("{at}/{}", self.name)
    }
}

impl Drop for PostgresDatabase {
    fn drop(&mut self) {
        // The server may have been hurt to the end by the test itself; and the service's connections may take a moment to go.
        if let Ok(mut conn) = diesel::PgConnection::establish(&self.server) {
            let _ = diesel::sql_query(format!("DROP DATABASE {} WITH (FORCE)", self.name)).execute(&mut conn);
        }
    }
}
