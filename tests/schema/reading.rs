//! Reading what a database is made of, alike from both: tables, columns, keys, indexes, triggers.

use std::collections::{BTreeMap, BTreeSet};

use diesel::sql_types::{Integer, Text};
use diesel::{PgConnection, QueryableByName, RunQueryDsl, SqliteConnection, sql_query};

/// In which diesel keeps which migrations were applied.
pub(crate) const OF_DIESEL: &str = "__diesel_schema_migrations";

/// The tables of one database.
pub(crate) type Schema = BTreeMap<String, Table>;

/// Columns, the table they point to, and the columns there.
pub(crate) type PointsTo = (Vec<String>, String, Vec<String>);

/// What must be the same on both databases.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Table {
    /// Each column's kind, and whether it may be empty.
    pub(crate) columns: BTreeMap<String, (String, bool)>,
    /// The columns of the primary key, in its order.
    pub(crate) key: Vec<String>,
    /// Where its columns point to.
    pub(crate) points_to: BTreeSet<PointsTo>,
    /// Unique sets of columns other than the primary key; an expression is `?`.
    pub(crate) unique: BTreeSet<Vec<String>>,
    /// Names of the indexes that were made by name.
    pub(crate) indexes: BTreeSet<String>,
    /// What triggers refuse, `update` or `delete`; the name of one that refuses nothing.
    pub(crate) triggers: BTreeSet<String>,
}

#[derive(QueryableByName)]
struct Named {
    #[diesel(sql_type = Text)]
    name: String,
}

#[derive(QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    of: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Integer)]
    may_be_empty: i32,
    #[diesel(sql_type = Integer)]
    in_key: i32,
}

#[derive(QueryableByName)]
struct Pointer {
    #[diesel(sql_type = Text)]
    of: String,
    #[diesel(sql_type = Integer)]
    id: i32,
    #[diesel(sql_type = Text)]
    column: String,
    #[diesel(sql_type = Text)]
    to_table: String,
    #[diesel(sql_type = Text)]
    to_column: String,
}

#[derive(QueryableByName)]
struct Index {
    #[diesel(sql_type = Text)]
    of: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Integer)]
    is_unique: i32,
    #[diesel(sql_type = Integer)]
    is_named: i32,
    #[diesel(sql_type = Text)]
    column: String,
}

#[derive(QueryableByName)]
struct Trigger {
    #[diesel(sql_type = Text)]
    of: String,
    #[diesel(sql_type = Text)]
    what: String,
}

/// One word for the kinds of column that mean the same.
fn kind(of: &str) -> String {
    match of.to_lowercase().as_str() {
        "blob" | "bytea" => "bytes",
        // SQLite keeps dates and instants as text and truth as a number; the checks and the code know which is which.
        "text" | "date" | "timestamp without time zone" | "character varying" => "text",
        "integer" | "bigint" | "smallint" | "boolean" => "number",
        other => panic!("a column of kind {other}"),
    }
    .to_owned()
}

struct Rows {
    tables: Vec<Named>,
    columns: Vec<Column>,
    pointers: Vec<Pointer>,
    indexes: Vec<Index>,
    triggers: Vec<Trigger>,
}

fn put_together(rows: Rows) -> Schema {
    let mut schema: Schema = rows.tables.into_iter().map(|table| (table.name, Table::default())).collect();
    let mut keys: BTreeMap<String, BTreeMap<i32, String>> = BTreeMap::new();
    // What diesel keeps for itself is its own affair.
    for column in rows.columns.into_iter().filter(|column| column.of != OF_DIESEL) {
        if column.in_key > 0 {
            keys.entry(column.of.clone()).or_default().insert(column.in_key, column.name.clone());
        }
        let table = schema.get_mut(&column.of).unwrap();
        table.columns.insert(column.name, (kind(&column.kind), column.may_be_empty != 0));
    }
    for (of, key) in keys {
        schema.get_mut(&of).unwrap().key = key.into_values().collect();
    }
    let mut pointers: BTreeMap<(String, i32), PointsTo> = BTreeMap::new();
    for pointer in rows.pointers {
        let (from, to, at) = pointers.entry((pointer.of, pointer.id)).or_default();
        from.push(pointer.column);
        *to = pointer.to_table;
        at.push(pointer.to_column);
    }
    for ((of, _), pointer) in pointers {
        schema.get_mut(&of).unwrap().points_to.insert(pointer);
    }
    let mut unique: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
    for index in rows.indexes {
        if index.is_named != 0 {
            schema.get_mut(&index.of).unwrap().indexes.insert(index.name.clone());
        }
        if index.is_unique != 0 {
            unique.entry((index.of, index.name)).or_default().push(index.column);
        }
    }
    for ((of, _), columns) in unique {
        let table = schema.get_mut(&of).unwrap();
        if columns != table.key {
            table.unique.insert(columns);
        }
    }
    for trigger in rows.triggers {
        schema.get_mut(&trigger.of).unwrap().triggers.insert(trigger.what);
    }
    schema
}

pub(crate) fn read_sqlite(conn: &mut SqliteConnection) -> Schema {
    let tables = "FROM sqlite_schema AS t, ";
    let own = "WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite%'";
    put_together(Rows {
        tables: sql_query(format!("SELECT t.name AS name FROM sqlite_schema AS t {own}")).load(conn).unwrap(),
        columns: sql_query(format!(
            "SELECT t.name AS \"of\", c.name AS name, c.type AS kind, NOT c.\"notnull\" AS may_be_empty, c.pk AS in_key \
             {tables} pragma_table_info(t.name) AS c {own}"
        ))
        .load(conn)
        .unwrap(),
        pointers: sql_query(format!(
            "SELECT t.name AS \"of\", f.id AS id, f.\"from\" AS \"column\", f.\"table\" AS to_table, f.\"to\" AS to_column \
             {tables} pragma_foreign_key_list(t.name) AS f {own} ORDER BY f.id, f.seq"
        ))
        .load(conn)
        .unwrap(),
        indexes: sql_query(format!(
            "SELECT t.name AS \"of\", i.name AS name, i.\"unique\" AS is_unique, i.origin = 'c' AS is_named, \
             coalesce(c.name, '?') AS \"column\" {tables} pragma_index_list(t.name) AS i, pragma_index_info(i.name) AS c \
             {own} ORDER BY i.name, c.seqno"
        ))
        .load(conn)
        .unwrap(),
        triggers: sql_query(
            "SELECT tbl_name AS \"of\", CASE WHEN sql LIKE '%BEFORE UPDATE ON%' THEN 'update' \
             WHEN sql LIKE '%BEFORE DELETE ON%' THEN 'delete' ELSE name END AS what \
             FROM sqlite_schema WHERE type = 'trigger'",
        )
        .load(conn)
        .unwrap(),
    })
}

pub(crate) fn read_postgres(conn: &mut PgConnection) -> Schema {
    let of = "JOIN pg_class AS t ON t.relnamespace = 'public'::regnamespace AND t.relkind = 'r'";
    put_together(Rows {
        tables: sql_query(
            "SELECT table_name::text AS name FROM information_schema.tables WHERE table_schema = 'public'",
        )
        .load(conn)
        .unwrap(),
        columns: sql_query(
            "SELECT c.table_name::text AS \"of\", c.column_name::text AS name, c.data_type::text AS kind, \
             (c.is_nullable = 'YES')::int AS may_be_empty, coalesce(k.ordinal_position::int, 0) AS in_key \
             FROM information_schema.columns AS c LEFT JOIN information_schema.key_column_usage AS k \
             ON k.table_schema = c.table_schema AND k.table_name = c.table_name AND k.column_name = c.column_name \
             AND EXISTS (SELECT 1 FROM information_schema.table_constraints AS p WHERE p.constraint_name = k.constraint_name \
             AND p.table_name = k.table_name AND p.constraint_type = 'PRIMARY KEY') WHERE c.table_schema = 'public'",
        )
        .load(conn)
        .unwrap(),
        pointers: sql_query(format!(
            "SELECT t.relname::text AS \"of\", f.oid::int AS id, a.attname::text AS \"column\", \
             f.confrelid::regclass::text AS to_table, b.attname::text AS to_column FROM pg_constraint AS f {of} \
             AND f.conrelid = t.oid AND f.contype = 'f', unnest(f.conkey, f.confkey) WITH ORDINALITY AS u (here, there, n), \
             pg_attribute AS a, pg_attribute AS b WHERE a.attrelid = f.conrelid AND a.attnum = u.here \
             AND b.attrelid = f.confrelid AND b.attnum = u.there ORDER BY f.oid, u.n"
        ))
        .load(conn)
        .unwrap(),
        indexes: sql_query(format!(
            "SELECT t.relname::text AS \"of\", n.relname::text AS name, i.indisunique::int AS is_unique, \
             (NOT EXISTS (SELECT 1 FROM pg_constraint AS k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u')))::int \
             AS is_named, coalesce(a.attname::text, '?') AS \"column\" FROM pg_index AS i {of} AND i.indrelid = t.oid \
             JOIN pg_class AS n ON n.oid = i.indexrelid \
             JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY AS u (attnum, n) ON true \
             LEFT JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = u.attnum AND u.attnum > 0 \
             ORDER BY n.relname, u.n"
        ))
        .load(conn)
        .unwrap(),
        // How PostgreSQL notes when a trigger acts: 2 before, 4 on insert, 8 on delete, 16 on update.
        triggers: sql_query(format!(
            "SELECT t.relname::text AS \"of\", CASE WHEN g.tgtype::int & 2 = 2 THEN e.what ELSE g.tgname::text END AS what \
             FROM pg_trigger AS g {of} AND g.tgrelid = t.oid AND NOT g.tgisinternal, \
             (VALUES (4, 'insert'), (8, 'delete'), (16, 'update')) AS e (bit, what) WHERE g.tgtype::int & e.bit <> 0"
        ))
        .load(conn)
        .unwrap(),
    })
}
