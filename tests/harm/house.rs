//! The house all tests of harm begin with: two shelters with places, tokens for everybody, and a desk day that runs on its date.

use serde_json::{Value, json};

use crate::postgres::PostgresDatabase;
use crate::program::{Home, Serving};

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
            calls.put(&coordinator, &format!("/shelters/{code}"), &json!({ "name": name })).yes();
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

    pub fn serve(&self) -> Serving {
        self.home.serve()
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
