//! What is said to a PostgreSQL server when a session with it begins: how long it may be silent, and what holds whatever it is set to.

use diesel::PgConnection;
use diesel::connection::SimpleConnection;

use super::connection::Access;

/// How long a server may be silent: without these, one that went away without a word is waited for until the machine gives up,
/// for a quarter of an hour or for ever. In seconds, but for the second.
const BOUNDS: [(&str, u32); 5] = [
    ("connect_timeout", 5),
    ("tcp_user_timeout", 10_000),
    ("keepalives_idle", 10),
    ("keepalives_interval", 5),
    ("keepalives_count", 3),
];

/// An address with bounds for what it does not bound itself.
pub(super) fn bounded(url: &str) -> String {
    let mut bounded = url.to_owned();
    for (name, bound) in BOUNDS.iter().filter(|(name, _)| !url.contains(&format!("{name}="))) {
        // Before the @ it stands in a password.
        let place = bounded.rsplit('@').next().unwrap_or_default();
        let joint = if place.contains('?') { '&' } else { '?' };
        bounded.push_str(&format!("{joint}{name}={bound}"));
    }
    bounded
}

/// Sets a session up for what it is for.
pub(super) fn prepare(conn: &mut PgConnection, access: Access) -> diesel::QueryResult<()> {
    conn.batch_execute("SET timezone = 'UTC'; SET lock_timeout = '10s'; SET client_min_messages = warning;")?;
    // The server's side of a wire that went dead: it would keep the lock of an instance that is gone, and the desk with it.
    conn.batch_execute(
        "SET idle_in_transaction_session_timeout = '15s'; SET tcp_user_timeout = '10s'; \
         SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3;",
    )?;
    // By this name it is known who is connected.
    conn.batch_execute(match access {
        Access::Look => "SET application_name = 'inskrivning doctor'",
        Access::Read | Access::Write => "SET application_name = 'inskrivning'",
    })?;
    match access {
        // What the server or its database says otherwise of these does not hold for what must be kept.
        Access::Write => conn.batch_execute(
            "SET default_transaction_isolation = 'read committed'; \
             SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off';",
        ),
        Access::Read | Access::Look => conn.batch_execute(
            "SET default_transaction_read_only = on; SET default_transaction_isolation = 'repeatable read';",
        ),
    }?;
    if access == Access::Read {
        // Nobody waits for its answer any more, and it keeps one of a few connections from the next (`http/patience.rs`).
        conn.batch_execute("SET statement_timeout = '15s'")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_bounded_whatever_stands_in_its_password() {
        for (address, joint) in [
            ("postgres://a@b/c", '?'),
            ("postgres://a:p?q@b/c", '?'),
            ("postgres://a@b/c?sslmode=disable", '&'),
        ] {
            assert!(
                bounded(address).starts_with(&format!("{address}{joint}connect_timeout=5&")),
                "{address}"
            );
        }
        assert!(!bounded("postgres://a@b/c?connect_timeout=2").contains("connect_timeout=5"));
    }
}
