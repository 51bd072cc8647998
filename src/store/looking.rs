//! Looking at a database as it is, whole or damaged, beside the service: through one connection that writes nothing and makes
//! nothing. What the two databases are asked differs, since each can be ill in its own way.

use std::path::Path;

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Text, Timestamp};
use diesel::{QueryableByName, sql_query};

use super::connection::{self, Access, AnyConnection, Database};
use super::migration;
use super::{House, Read, StoreError};

/// A database that is looked at.
pub struct Looking {
    database: Database,
    conn: AnyConnection,
}

/// Something that decides whether what is answered stays kept, as it was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// Its name in the database.
    pub name: &'static str,
    /// What it is.
    pub found: String,
    /// What it may be.
    pub wanted: &'static [&'static str],
    /// Whether the service sets it when it starts, so that it is only to be known.
    pub set_by_the_service: bool,
}

/// What a server is, and what it lets this user do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    /// Its version, as it writes it.
    pub version: String,
    /// The same as a number: 150018 is 15.18.
    pub number: i32,
    /// In which characters it keeps text.
    pub encoding: String,
    /// Tables that may not be read and written.
    pub closed_tables: Vec<String>,
    /// Whether tables may be made, as a newer version will want to.
    pub may_make_tables: bool,
    /// Tables of an owner this user is not, which a newer version may want to change.
    pub tables_of_others: Vec<String>,
}

#[derive(QueryableByName)]
struct Said {
    #[diesel(sql_type = Text)]
    said: String,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

#[derive(QueryableByName)]
struct Fault {
    #[diesel(sql_type = Text)]
    integrity_check: String,
}

#[derive(QueryableByName)]
struct Mode {
    #[diesel(sql_type = Text)]
    journal_mode: String,
}

#[derive(QueryableByName)]
struct Synchronous {
    #[diesel(sql_type = Integer)]
    synchronous: i32,
}

#[derive(QueryableByName)]
struct Now {
    #[diesel(sql_type = Timestamp)]
    now: NaiveDateTime,
}

fn said(conn: &mut PgConnection, expression: &str) -> QueryResult<String> {
    Ok(sql_query(format!("SELECT ({expression})::text AS said")).get_result::<Said>(conn)?.said)
}

fn count(conn: &mut AnyConnection, expression: &str) -> Result<u64, StoreError> {
    let found: Count = sql_query(format!("SELECT {expression} AS count")).get_result(conn)?;
    Ok(u64::try_from(found.count).unwrap_or(0))
}

/// Rows that point to rows that are not there, in words.
const ASTRAY: &str = "SELECT f.\"table\" || ' points ' || count(*) || ' times to rows of ' || f.parent || ' that are not there' \
                      AS said FROM pragma_foreign_key_check AS f GROUP BY f.\"table\", f.parent";

/// The tables of the service that a user may not read and write.
const CLOSED_TABLES: &str = "SELECT c.relname::text AS said FROM pg_class AS c \
    WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' AND NOT (has_table_privilege(c.oid, 'SELECT') \
    AND has_table_privilege(c.oid, 'INSERT') AND has_table_privilege(c.oid, 'UPDATE') AND has_table_privilege(c.oid, 'DELETE')) \
    ORDER BY 1";

const TABLES_OF_OTHERS: &str = "SELECT c.relname::text AS said FROM pg_class AS c \
    WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' AND NOT pg_has_role(c.relowner, 'USAGE') ORDER BY 1";

impl Looking {
    /// Opens a database to look at it. A SQLite file must be there.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if it cannot be opened or reached; [`StoreError::NotADatabase`].
    pub fn open(database: &Database) -> Result<Self, StoreError> {
        let conn = connection::establish(database, Access::Look)?;
        Ok(Self { database: database.clone(), conn })
    }

    /// Which database it is.
    #[must_use]
    pub fn database(&self) -> &Database {
        &self.database
    }

    /// Whether it has the form this version works with.
    ///
    /// # Errors
    /// [`StoreError::NoDataYet`], [`StoreError::OlderVersion`], [`StoreError::NewerVersion`].
    pub fn form(&mut self) -> Result<(), StoreError> {
        migration::check_form(&mut self.conn).map_err(|error| connection::of_a_file(error, &self.database))
    }

    /// The newest migration that was applied.
    ///
    /// # Errors
    /// When the database fails.
    pub fn newest_migration(&mut self) -> Result<String, StoreError> {
        let newest = "SELECT coalesce(max(version), 'none') AS said FROM __diesel_schema_migrations";
        Ok(sql_query(newest).get_result::<Said>(&mut self.conn)?.said)
    }

    /// What the database finds wrong with its own file and with rows that point nowhere. PostgreSQL keeps the second from being,
    /// and looks at the first itself.
    ///
    /// # Errors
    /// When it cannot even look, which is a fault too.
    pub fn faults(&mut self) -> Result<Vec<String>, StoreError> {
        let AnyConnection::Sqlite(conn) = &mut self.conn else { return Ok(Vec::new()) };
        let of_the_file: Vec<Fault> = sql_query("PRAGMA integrity_check(20)").load(conn)?;
        let mut faults: Vec<String> = of_the_file
            .into_iter()
            .map(|fault| fault.integrity_check.split_whitespace().collect::<Vec<_>>().join(" "))
            .filter(|fault| fault != "ok")
            .collect();
        let astray: Vec<Said> = sql_query(ASTRAY).load(conn)?;
        faults.extend(astray.into_iter().map(|row| row.said));
        faults.extend(self.cut_short()?);
        Ok(faults)
    }

    /// Whether the file is shorter than it says it is, which SQLite fills up with zeros and does not mention. While something
    /// stands in the log beside it, a part of it may rightly be there alone.
    fn cut_short(&mut self) -> Result<Option<String>, StoreError> {
        let wanted = self.bytes()?;
        let Database::Sqlite(file) = &self.database else { return Ok(None) };
        let length = |path: &Path| std::fs::metadata(path).map_or(0, |found| found.len());
        if length(Path::new(&format!("{}-wal", file.display()))) > 0 {
            return Ok(None);
        }
        let found = length(file);
        Ok((found < wanted).then(|| format!("the file is cut short: {found} bytes of {wanted} are there")))
    }

    /// What decides whether that which was answered stays kept when the power fails.
    ///
    /// # Errors
    /// When the database fails.
    pub fn keeping(&mut self) -> Result<Vec<Setting>, StoreError> {
        let setting =
            |name, found, wanted, set_by_the_service| Setting { name, found, wanted, set_by_the_service };
        match &mut self.conn {
            AnyConnection::Sqlite(conn) => {
                let mode: Mode = sql_query("PRAGMA journal_mode").get_result(conn)?;
                let flush: Synchronous = sql_query("PRAGMA synchronous").get_result(conn)?;
                Ok(vec![
                    setting("journal_mode", mode.journal_mode, &["wal"], true),
                    // It is not kept in the file: what is asked is whether SQLite did as it was told on this connection.
                    setting("synchronous", flush.synchronous.to_string(), &["2"], false),
                ])
            }
            AnyConnection::Postgres(conn) => {
                let mut of = |name, wanted| {
                    Ok(setting(name, said(conn, &format!("current_setting('{name}')"))?, wanted, false))
                };
                let found: QueryResult<Vec<Setting>> = [
                    ("fsync", &["on"] as &[&str]),
                    ("synchronous_commit", &["on", "remote_write", "remote_apply", "local"]),
                    ("full_page_writes", &["on"]),
                ]
                .into_iter()
                .map(|(name, wanted)| of(name, wanted))
                .collect();
                Ok(found?)
            }
        }
    }

    /// The server, where there is one.
    ///
    /// # Errors
    /// When the database fails.
    pub fn server(&mut self) -> Result<Option<Server>, StoreError> {
        let AnyConnection::Postgres(conn) = &mut self.conn else { return Ok(None) };
        let closed: Vec<Said> = sql_query(CLOSED_TABLES).load(conn)?;
        let of_others: Vec<Said> = sql_query(TABLES_OF_OTHERS).load(conn)?;
        Ok(Some(Server {
            version: said(conn, "current_setting('server_version')")?,
            number: said(conn, "current_setting('server_version_num')")?.parse().unwrap_or(0),
            encoding: said(conn, "current_setting('server_encoding')")?,
            closed_tables: closed.into_iter().map(|row| row.said).collect(),
            may_make_tables: said(conn, "has_schema_privilege(current_schema(), 'CREATE')")? == "true",
            tables_of_others: of_others.into_iter().map(|row| row.said).collect(),
        }))
    }

    /// How many bytes the data take.
    ///
    /// # Errors
    /// When the database fails.
    pub fn bytes(&mut self) -> Result<u64, StoreError> {
        let expression = match &self.conn {
            AnyConnection::Sqlite(_) => {
                "(SELECT page_count FROM pragma_page_count) * (SELECT page_size FROM pragma_page_size)"
            }
            AnyConnection::Postgres(_) => "pg_database_size(current_database())",
        };
        count(&mut self.conn, expression)
    }

    /// What time it is by the clock of the server, where there is one.
    ///
    /// # Errors
    /// When the database fails.
    pub fn now(&mut self) -> Result<Option<DateTime<Utc>>, StoreError> {
        let AnyConnection::Postgres(conn) = &mut self.conn else { return Ok(None) };
        // Not now(), which stands still while a transaction runs.
        let read: Now = sql_query("SELECT clock_timestamp()::timestamp AS now").get_result(conn)?;
        Ok(Some(read.now.and_utc()))
    }

    /// How many connections programs of this service hold, this one left out; none where there is no server to ask.
    ///
    /// # Errors
    /// When the database fails.
    pub fn connected(&mut self) -> Result<Option<u64>, StoreError> {
        if matches!(self.conn, AnyConnection::Sqlite(_)) {
            return Ok(None);
        }
        let others = "(SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
                      AND application_name = 'inskrivning')";
        count(&mut self.conn, others).map(Some)
    }

    /// Looks at what is kept, as it is now.
    ///
    /// # Errors
    /// What `look` answers; when the database fails.
    pub fn read<T, E: From<StoreError>>(
        &mut self,
        look: impl FnOnce(&mut Read<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        connection::snapshot(&mut self.conn, |conn| look(&mut Read { conn, house: &mut House::default() }))
    }
}
