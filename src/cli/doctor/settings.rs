//! The settings as the service would see them, each with where it comes from. Never a secret.

use std::net::SocketAddr;

use clap::ArgMatches;
use clap::parser::ValueSource;

use crate::app::doctor::Finding;

/// The settings, by their names as flags.
const SETTINGS: [&str; 8] =
    ["listen", "data", "database", "key-file", "min-nights", "week-rule", "release-after", "dice"];

/// What the tests of the project are told by the environment is no setting of the service.
const OF_THE_TESTS: [&str; 6] = [
    "INSKRIVNING_TEST_",
    "INSKRIVNING_UPDATE_",
    "INSKRIVNING_WALK_",
    "INSKRIVNING_KILL_",
    "INSKRIVNING_STRANGER_",
    "INSKRIVNING_FLOOD_",
];

fn variable(setting: &str) -> String {
    format!("INSKRIVNING_{}", setting.to_uppercase().replace('-', "_"))
}

pub(super) fn look(given: Option<&ArgMatches>, listen: SocketAddr) -> Finding {
    let what = "settings";
    let says = SETTINGS.map(|setting| one(given, setting)).join("; ");
    let unknown: Vec<String> = std::env::vars_os()
        .filter_map(|(name, _)| name.into_string().ok())
        .filter(|name| name.starts_with("INSKRIVNING_"))
        .filter(|name| !SETTINGS.iter().any(|setting| variable(setting) == *name))
        .filter(|name| !OF_THE_TESTS.iter().any(|own| name.starts_with(own)))
        .collect();
    if !unknown.is_empty() {
        let todo = format!("correct the name: {} is no setting, and nothing heeds it", unknown.join(", "));
        return Finding::warning(what, says, todo);
    }
    if !listen.ip().is_loopback() {
        let todo = "others can reach it, and it speaks plain HTTP: let it listen on 127.0.0.1, and put a proxy with TLS in front";
        return Finding::warning(what, says, todo);
    }
    Finding::ok(what, says)
}

fn one(given: Option<&ArgMatches>, setting: &str) -> String {
    let id = setting.replace('-', "_");
    let value = given.and_then(|given| given.get_raw(&id)).and_then(|mut values| values.next());
    let Some(value) = value else { return format!("{setting} left out") };
    let value = value.to_string_lossy();
    let shown = if setting == "database" { without_secrets(&value) } else { value.into_owned() };
    let whence = match given.and_then(|given| given.value_source(&id)) {
        Some(ValueSource::CommandLine) => "by flag".to_owned(),
        Some(ValueSource::EnvVariable) => format!("by {}", variable(setting)),
        _ => "left out".to_owned(),
    };
    format!("{setting} {shown} ({whence})")
}

/// Where a database is, without the password or anything else that stands in its address.
fn without_secrets(address: &str) -> String {
    let Some((scheme, rest)) = address.split_once("://") else { return address.to_owned() };
    let rest = rest.split(['?', '#']).next().unwrap_or_default();
    // A password may hold an @ that nobody escaped: what counts is the last.
    match rest.rsplit_once('@') {
        Some((user, place)) => format!("{scheme}://{}@{place}", user.split(':').next().unwrap_or_default()),
        None => format!("{scheme}://{rest}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_shown_without_its_secrets() {
        for (address, shown) in [
            ("postgres://ada@db.example/x", "postgres://ada@db.example/x"),
            ("postgres://ada:secret@db.example:5432/x?password=secret", "postgres://ada@db.example:5432/x"),
            ("postgres://ada:se@cr:et@db.example/x", "postgres://ada@db.example/x"),
            ("postgresql://db.example/x#secret", "postgresql://db.example/x"),
            ("sqlite:/var/x", "sqlite:/var/x"),
        ] {
            assert_eq!(without_secrets(address), shown);
        }
    }
}
