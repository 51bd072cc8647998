//! The database itself, asked past the service on a connection of its own: what must hold after every step.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDateTime, SecondsFormat, Utc};
use diesel::sql_types::{BigInt, Nullable, Text};
use diesel::{Connection, PgConnection, QueryableByName, RunQueryDsl, SqliteConnection, sql_query};
use inskrivning::store::Database;
use sha2::{Digest, Sha256};

use super::desk::Said;
use super::when::{Night, text};

/// A connection past the service, and the end of the audit chain as far as it was read.
pub struct Past {
    conn: Conn,
    pub seq: i64,
    hash: String,
    /// What marks the state of the database at the last check.
    mark: Option<String>,
}

enum Conn {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = Text)]
    what: String,
    #[diesel(sql_type = BigInt)]
    wrong: i64,
}

#[derive(QueryableByName)]
struct Mark {
    #[diesel(sql_type = Text)]
    mark: String,
}

#[derive(QueryableByName)]
struct Beds {
    #[diesel(sql_type = Text)]
    pool: String,
    #[diesel(sql_type = BigInt)]
    held: i64,
}

#[derive(QueryableByName)]
struct Frozen {
    #[diesel(sql_type = Text)]
    manifest: String,
}

#[derive(QueryableByName)]
struct Link {
    #[diesel(sql_type = BigInt)]
    seq: i64,
    #[diesel(sql_type = Text)]
    at: String,
    #[diesel(sql_type = Nullable<Text>)]
    actor: Option<String>,
    #[diesel(sql_type = Text)]
    role: String,
    #[diesel(sql_type = Text)]
    event: String,
    #[diesel(sql_type = Text)]
    previous: String,
    #[diesel(sql_type = Text)]
    hash: String,
}

/// What must not be, each as a query that counts it. `{from}` is the night from which on it is looked at.
const NEVER: [(&str, &str); 10] = [
    (
        "a place given twice in a night",
        "SELECT 1 FROM bed WHERE night >= '{from}' GROUP BY night, shelter, kind, who, place HAVING count(*) > 1",
    ),
    (
        "a guest in two beds in a night",
        "SELECT 1 FROM bed WHERE night >= '{from}' GROUP BY night, guest HAVING count(*) > 1",
    ),
    (
        "a bed of a ticket that does not hold it",
        "SELECT 1 FROM bed b JOIN ticket t ON b.ticket = t.id WHERE b.night >= '{from}' AND (t.guest <> b.guest \
         OR b.night < t.first_night OR t.state IN ('declined', 'lapsed') \
         OR b.night > CASE WHEN t.state = 'ended' THEN coalesce(t.kept_to, '1900-01-01') ELSE coalesce(t.cut_to, t.last_night) END)",
    ),
    (
        "a bed of nobody",
        "SELECT 1 FROM bed b WHERE b.night >= '{from}' AND b.ticket IS NULL AND NOT EXISTS (SELECT 1 FROM walk_in w \
         WHERE w.guest = b.guest AND w.night = b.night AND w.shelter = b.shelter AND w.kind = b.kind AND w.who = b.who \
         AND w.undone_at IS NULL)",
    ),
    (
        "a walk-in without a bed",
        "SELECT 1 FROM walk_in w WHERE w.night >= '{from}' AND w.undone_at IS NULL AND NOT EXISTS (SELECT 1 FROM bed b \
         WHERE w.guest = b.guest AND w.night = b.night AND w.shelter = b.shelter AND b.ticket IS NULL)",
    ),
    (
        "an arrival where the ticket has no bed",
        "SELECT 1 FROM arrival a WHERE a.night >= '{from}' AND a.undone_at IS NULL AND NOT EXISTS (SELECT 1 FROM bed b \
         WHERE b.ticket = a.ticket AND b.night = a.night AND b.shelter = a.shelter)",
    ),
    (
        "a ticket that waits where its guest is banned",
        "SELECT 1 FROM ticket t JOIN ban b ON b.guest = t.guest AND b.shelter = t.shelter AND b.lifted_at IS NULL \
         WHERE t.day >= '{from}' AND t.state = 'waiting' AND b.first_night <= coalesce(t.cut_to, t.last_night) AND b.last_night >= t.first_night",
    ),
    (
        "a ticket of somebody who is not of its lot",
        "SELECT 1 FROM ticket t WHERE t.day >= '{from}' AND NOT EXISTS (SELECT 1 FROM lot_member m WHERE m.day = t.day \
         AND m.lot = t.lot AND m.position = t.position AND m.guest = t.guest)",
    ),
    (
        "a family that is split",
        // Those whom a ban parted from the others go their own way, though it be at the same moment of the walk's clock.
        "SELECT 1 FROM (SELECT t.*, \
         (SELECT count(*) FROM ticket b WHERE b.day = t.day AND b.lot = t.lot AND b.guest = t.guest AND b.end_cause = 'banned') AS bans, \
         (SELECT count(*) FROM waiting w WHERE w.day = t.day AND w.lot = t.lot AND w.part = 0) AS heads \
         FROM ticket t WHERE t.day >= '{from}' AND t.state = 'waiting') t \
         GROUP BY t.day, t.lot, t.issued_at, t.bans, CASE WHEN t.bans > 0 AND t.heads > 1 THEN t.position ELSE 0 END \
         HAVING count(DISTINCT t.shelter) > 1 OR count(DISTINCT t.first_night) > 1",
    ),
    (
        "somebody who waits on a day that is over, or has a ticket that waits there",
        "SELECT 1 FROM desk_day d WHERE d.date >= '{from}' AND d.stage IN ('finished', 'not_held') \
         AND (EXISTS (SELECT 1 FROM waiting w WHERE w.day = d.date AND w.ended IS NULL) \
         OR EXISTS (SELECT 1 FROM ticket t WHERE t.day = d.date AND t.state = 'waiting'))",
    ),
];

impl Past {
    pub fn new(database: &Database) -> Self {
        let conn = match database {
            Database::Sqlite(file) => {
                Conn::Sqlite(SqliteConnection::establish(file.to_str().unwrap()).unwrap())
            }
            Database::Postgres(url) => Conn::Postgres(PgConnection::establish(url).unwrap()),
        };
        Self { conn, seq: 0, hash: "0".repeat(64), mark: None }
    }

    fn load<T>(&mut self, query: &str) -> Said<Vec<T>>
    where
        T: QueryableByName<diesel::sqlite::Sqlite> + QueryableByName<diesel::pg::Pg> + 'static,
    {
        let found = match &mut self.conn {
            Conn::Sqlite(conn) => sql_query(query).load(conn),
            Conn::Postgres(conn) => sql_query(query).load(conn),
        };
        found.map_err(|error| format!("{error}: {query}"))
    }

    /// Something that is another as soon as anybody has written anything.
    fn mark_now(&mut self) -> Said<Option<String>> {
        let query = match self.conn {
            Conn::Sqlite(_) => "SELECT CAST(data_version AS TEXT) AS mark FROM pragma_data_version",
            Conn::Postgres(_) => "SELECT CAST(pg_current_wal_insert_lsn() AS TEXT) AS mark",
        };
        Ok(self.load::<Mark>(query)?.pop().map(|found| found.mark))
    }

    /// Holds the database to what must never be, from a night on, and the chain to what was written since the last look; nothing if
    /// nobody has written since.
    pub fn check(&mut self, from: Night) -> Said<()> {
        let now = self.mark_now()?;
        if now.is_some() && now == self.mark {
            return Ok(());
        }
        self.mark = now;
        let each = NEVER.map(|(what, query)| {
            format!(
                "SELECT '{what}' AS what, count(*) AS wrong FROM ({}) AS x",
                query.replace("{from}", &text(from))
            )
        });
        let found: Vec<Count> = self.load(&each.join(" UNION ALL "))?;
        if let Some(Count { what, wrong }) = found.into_iter().find(|count| count.wrong > 0) {
            return Err(format!("the database holds {what} ({wrong})"));
        }
        self.follow_the_chain()
    }

    /// How many beds of each pool are held on each night from this one on, as the database has them.
    pub fn beds(&mut self, from: Night) -> Said<BTreeMap<String, i64>> {
        let query = format!(
            "SELECT CAST(night AS TEXT) || ' ' || shelter || ' ' || kind || ' ' || who AS pool, count(*) AS held \
             FROM bed WHERE night >= '{}' GROUP BY night, shelter, kind, who",
            text(from)
        );
        Ok(self.load::<Beds>(&query)?.into_iter().map(|beds| (beds.pool, beds.held)).collect())
    }

    /// The places that were noted as declined by those who wait or waited on a day, one after the other, with how many each stands for.
    /// Nothing the service answers shows how many: of two steps at the same moment it may be all that tells which came first.
    pub fn declined(&mut self, day: Night) -> Said<BTreeMap<String, i64>> {
        let query = format!(
            "SELECT part || '.' || place || '.' || number || ': ' || shelter || ' ' || kind || ' ' || who || ' ' \
             || CAST(from_night AS TEXT) || ' ' || coalesce(CAST(until_night AS TEXT), '-') AS pool, \
             CAST(count AS BIGINT) AS held FROM declined_place WHERE day = '{}'",
            text(day)
        );
        Ok(self.load::<Beds>(&query)?.into_iter().map(|noted| (noted.pool, noted.held)).collect())
    }

    /// The manifest of the list that was frozen last on a day, if any was.
    pub fn frozen(&mut self, day: Night) -> Said<Option<String>> {
        let query = format!(
            "SELECT manifest FROM frozen_list WHERE day = '{}' ORDER BY draw DESC LIMIT 1",
            text(day)
        );
        Ok(self.load::<Frozen>(&query)?.pop().map(|list| list.manifest))
    }

    fn follow_the_chain(&mut self) -> Said<()> {
        let fields = match self.conn {
            Conn::Sqlite(_) => {
                "at, lower(hex(actor)) AS actor, lower(hex(previous)) AS previous, lower(hex(hash)) AS hash"
            }
            Conn::Postgres(_) => {
                "to_char(at, 'YYYY-MM-DD HH24:MI:SS.US') AS at, encode(actor, 'hex') AS actor, \
                 encode(previous, 'hex') AS previous, encode(hash, 'hex') AS hash"
            }
        };
        let query = format!(
            "SELECT CAST(seq AS BIGINT) AS seq, role, event, {fields} FROM audit WHERE seq > {} ORDER BY seq",
            self.seq
        );
        for link in self.load::<Link>(&query)? {
            if link.seq != self.seq + 1 || link.previous != self.hash || computed(&link) != link.hash {
                return Err(format!("entry {} of the audit log does not follow on {}", link.seq, self.seq));
            }
            (self.seq, self.hash) = (link.seq, link.hash);
        }
        Ok(())
    }

    /// The whole chain, from its first entry: to the one that was checked last, and no further.
    pub fn check_the_whole_chain(&mut self) -> Said<()> {
        let end = self.seq;
        (self.seq, self.hash) = (0, "0".repeat(64));
        self.follow_the_chain()?;
        if self.seq == end {
            Ok(())
        } else {
            Err(format!("the audit log has {} entries, and {end} were checked", self.seq))
        }
    }
}

/// The hash of an entry, by docs/OPERATIONS.md.
fn computed(link: &Link) -> String {
    let at = NaiveDateTime::parse_from_str(&link.at, "%Y-%m-%d %H:%M:%S%.f").unwrap().and_utc();
    let at: DateTime<Utc> = at;
    let at = at.to_rfc3339_opts(SecondsFormat::Micros, true);
    let uuid = |hex: &String| {
        format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
    };
    let actor = link.actor.as_ref().filter(|hex| !hex.is_empty()).map_or("-".to_owned(), uuid);
    let head = format!("inskrivning-audit/1\n{}\n{at}\n{actor}\n{}\n{}\n", link.seq, link.role, link.event);
    let previous = hex::decode(&link.previous).unwrap();
    hex::encode(Sha256::new().chain_update(head).chain_update(previous).finalize())
}
