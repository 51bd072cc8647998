//! The house all tests of harm begin with: two shelters with places, tokens for everybody, and a desk day that runs on its date.

use diesel::connection::SimpleConnection;
use diesel::{Connection, RunQueryDsl};
use serde_json::{Value, json};

use crate::postgres::PostgresDatabase;
use crate::program::{Home, SERVE, Serving};

pub const FRIDAY: &str = "2026-11-27";
/// Ten o'clock in Stockholm.
pub const MORNING: &str = "2026-11-27T09:00:00Z";

/// Which database a test runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Sqlite,
    Postgres,
}

/// Data with tokens and shelters.
pub struct House {
    pub home: Home,
    pub tokens: Tokens,
    _database: Option<PostgresDatabase>,
}

/// What opens the doors of the service.
#[derive(Clone)]
pub struct Tokens {
    pub coordinator: String,
    pub other_coordinator: String,
    pub desk: String,
    pub other_desk: String,
    /// The door of the shelter fa.
    pub door: String,
}

impl House {
    /// A house on this kind of database on the morning of Friday 27 November 2026, and nothing opened yet.
    pub fn new(kind: Kind) -> Self {
        let home = Home::at(MORNING);
        match kind {
            Kind::Sqlite => Self::of(home, None),
            Kind::Postgres => {
                let database = PostgresDatabase::new();
                Self::of(home.with_database(&database.url()), Some(database))
            }
        }
    }

    /// A house on data that lie where the home says.
    pub fn of(home: Home, database: Option<PostgresDatabase>) -> Self {
        let coordinator = home.token("coordinator");
        let serving = home.serve();
        let calls = serving.caller();
        for (code, name) in [("fa", "Filadelfia"), ("sm", "Stadsmissionen"), ("zz", "which nobody wants")] {
            calls
                .put(&coordinator, &format!("/shelters/{code}"), &json!({ "name": name, "full_nights": 1 }))
                .yes();
        }
        for (shelter, who, count) in [("fa", "any", 9), ("sm", "men", 3)] {
            let number = json!({
                "decision": "number", "shelter": shelter, "kind": "single", "who": who,
                "first": FRIDAY, "count": count
            });
            calls.post(&coordinator, "/places/decisions", &number).yes();
        }
        drop(serving);
        let door = ["token", "new", "--role", "shelter", "--shelter", "fa", "--name", "the door"];
        let tokens = Tokens {
            coordinator,
            other_coordinator: home.token("coordinator"),
            desk: home.token("desk"),
            other_desk: home.token("desk"),
            door: home.run(&door).done().trim().to_owned(),
        };
        Self { home, tokens, _database: database }
    }

    /// Starts an instance. Tickets are for one night here, so that every desk day has places to draw for.
    pub fn serve(&self) -> Serving {
        Serving::start(self.home.command(&[&SERVE[..], &["--min-nights", "1"]].concat()))
    }

    /// The number a statement counts in the database itself.
    pub fn count(&self, statement: &str) -> i64 {
        #[derive(diesel::QueryableByName)]
        struct Counted {
            #[diesel(sql_type = diesel::sql_types::BigInt)]
            n: i64,
        }
        let query = diesel::sql_query(format!("SELECT count(*) AS n FROM {statement}"));
        let counted: Counted = match self.home.url() {
            None => query.get_result(&mut self.sqlite()).unwrap(),
            Some(_) => query.get_result(&mut self.session()).unwrap(),
        };
        counted.n
    }

    /// The texts a statement finds in the database itself.
    pub fn texts(&self, statement: &str) -> Vec<String> {
        #[derive(diesel::QueryableByName)]
        struct Found {
            #[diesel(sql_type = diesel::sql_types::Text)]
            text: String,
        }
        let query = diesel::sql_query(format!("SELECT {statement}"));
        let found: Vec<Found> = match self.home.url() {
            None => query.load(&mut self.sqlite()).unwrap(),
            Some(_) => query.load(&mut self.session()).unwrap(),
        };
        found.into_iter().map(|found| found.text).collect()
    }

    /// Says something to the database itself, past the service.
    pub fn says(&self, statements: &str) {
        match self.home.url() {
            None => self.sqlite().batch_execute(statements).unwrap(),
            Some(_) => self.session().batch_execute(statements).unwrap(),
        }
    }

    /// A session of one's own on the server.
    pub fn session(&self) -> diesel::PgConnection {
        diesel::PgConnection::establish(self.home.url().unwrap()).unwrap()
    }

    fn sqlite(&self) -> diesel::SqliteConnection {
        let mut conn = diesel::SqliteConnection::establish(self.home.database().to_str().unwrap()).unwrap();
        diesel::sql_query("PRAGMA busy_timeout = 5000").execute(&mut conn).unwrap();
        conn
    }
}

/// A man with a valid document of this number, born in 1980.
pub fn man(number: &str) -> Value {
    json!({
        "document": { "country": "RO", "kind": "id_card", "number": number, "valid": true },
        "sex": "man", "birth": "1980-01-05", "language": "ro"
    })
}

/// What a party of one sends to be registered.
pub fn party(member: &Value) -> Value {
    json!({ "members": [member], "accepts": ["fa", "sm"] })
}
