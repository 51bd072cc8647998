//! What is kept: its form, whether it is whole, and whether it still says what was once said.

use std::path::Path;

use chrono::{DateTime, TimeDelta, Utc};

use super::Finding;
use crate::app::following::{Unsound, follow_all};
use crate::app::opening::fitting;
use crate::app::{KeyFileError, Refusal, evening, sums as counted};
use crate::domain::audit::Head;
use crate::store::{Looking, Setting, StoreError};

/// How many faults of a kind are named.
const NAMED: usize = 5;

/// The oldest server the service was made for.
const OLDEST_SERVER: i32 = 130_000;

/// By how much two clocks may differ before it is worth a word, and before it is a fault.
const CLOCKS: (TimeDelta, TimeDelta) = (TimeDelta::seconds(5), TimeDelta::seconds(60));

const FROM_A_BACKUP: &str =
    "stop the service, keep the damaged files aside, and restore the newest backup that is whole";

/// The first few of them, and how many more there are.
fn named(faults: &[String]) -> String {
    let first = faults.iter().take(NAMED).cloned().collect::<Vec<_>>().join("; ");
    match faults.len().saturating_sub(NAMED) {
        0 => first,
        more => format!("{first}; and {more} more"),
    }
}

/// Whether the database has the form this version works with.
pub fn form(looking: &mut Looking) -> Finding {
    let what = "database";
    let kind = looking.database().kind();
    match looking.form().and_then(|()| looking.newest_migration()) {
        Ok(newest) => Finding::ok(what, format!("{kind}, in the form of this version ({newest})")),
        Err(error) => {
            let todo = match &error {
                StoreError::NewerVersion(_) => "install the version that wrote it",
                StoreError::OlderVersion(_) => {
                    "make a backup with the older version, then run `inskrivning migrate`"
                }
                StoreError::NoDataYet => {
                    "name the right one with --data or --database, or run `inskrivning migrate`"
                }
                StoreError::NotADatabase(_) => "name the right folder with --data, or restore a backup",
                _ => "look whether the disk or the server is well, and whether this user may read it",
            };
            Finding::fault(what, error.to_string(), todo)
        }
    }
}

/// Whether the database is whole as far as it can tell itself.
pub fn integrity(looking: &mut Looking) -> Finding {
    let what = "integrity";
    match looking.faults() {
        Ok(faults) if faults.is_empty() && looking.database().kind() == "SQLite" => {
            Finding::ok(what, "every page and every reference of the file holds")
        }
        Ok(faults) if faults.is_empty() => Finding::ok(
            what,
            "references are kept by the server; pages are looked at by its own tools (pg_amcheck)",
        ),
        Ok(faults) => Finding::fault(what, named(&faults), FROM_A_BACKUP),
        Err(error) => Finding::fault(what, error.to_string(), FROM_A_BACKUP),
    }
}

/// Whether what was answered stays kept when the power fails.
pub fn keeping(looking: &mut Looking) -> Finding {
    let what = "keeping";
    let found = match looking.keeping() {
        Ok(found) => found,
        Err(error) => {
            return Finding::fault(what, error.to_string(), "mend what is said of the database first");
        }
    };
    let is_off = |setting: &&Setting| !setting.wanted.contains(&setting.found.as_str());
    let written = |setting: &Setting| format!("{} {}", setting.name, setting.found);
    let says = found.iter().map(written).collect::<Vec<_>>().join(", ");
    match found.iter().find(is_off) {
        None => Finding::ok(what, says),
        Some(off) if off.set_by_the_service => {
            Finding::warning(what, says, "somebody changed it: the service sets it again when it starts")
        }
        Some(off) => Finding::fault(
            what,
            says,
            format!(
                "set {} to {}: else the last steps are lost when the power fails",
                off.name,
                off.wanted.join(" or ")
            ),
        ),
    }
}

/// Whether the server is one the service can live on; nothing where there is none.
pub fn server(looking: &mut Looking) -> Option<Finding> {
    let what = "server";
    let server = match looking.server() {
        Ok(server) => server?,
        Err(error) => return Some(Finding::fault(what, error.to_string(), "look at the server's log")),
    };
    let says = format!("PostgreSQL {}, text in {}", server.version, server.encoding);
    Some(if server.encoding != "UTF8" {
        let todo =
            "make a database with ENCODING 'UTF8', and bring the data there with pg_dump and pg_restore";
        Finding::fault(what, format!("{says}: names would not be kept as they are written"), todo)
    } else if !server.closed_tables.is_empty() {
        let says = format!("{says}; this user may not read and write {}", named(&server.closed_tables));
        Finding::fault(what, says, "GRANT the user that, or name the owner of the tables in the address")
    } else if !server.may_make_tables {
        let says = format!("{says}; this user may make no tables, as a newer version may want to");
        Finding::warning(what, says, "GRANT CREATE on the schema before you install the next version")
    } else if !server.tables_of_others.is_empty() {
        let says = format!("{says}; {} belong to another user", named(&server.tables_of_others));
        let todo = "let their owner run `inskrivning migrate` of the next version first, and GRANT this user what is new in it";
        Finding::warning(what, says, todo)
    } else if server.number < OLDEST_SERVER {
        Finding::warning(
            what,
            format!("{says}, older than the service was made for"),
            "bring the server further",
        )
    } else {
        Finding::ok(what, says)
    })
}

/// Whether the key file is there, for its owner alone, and of these data. Without the data only the file is looked at.
pub fn key_file(looking: Option<&mut Looking>, path: &Path) -> Finding {
    let what = "key file";
    let known = looking.and_then(|looking| looking.read(|read| read.key_check()).ok());
    match fitting(known.flatten(), path) {
        Ok(None) => Finding::ok(what, format!("there is none yet: the first start makes {}", path.display())),
        Ok(Some(_)) if known.flatten().is_some() => Finding::ok(
            what,
            format!("{} belongs to these data, and nobody else may read it", path.display()),
        ),
        Ok(Some(_)) => Finding::ok(what, format!("{} may be read by its owner alone", path.display())),
        Err(error) => Finding::fault(what, error.to_string(), key_file_todo(&error)),
    }
}

fn key_file_todo(error: &KeyFileError) -> &'static str {
    match error {
        KeyFileError::Open(_) => "chmod 600 it, and ask yourself who has read it",
        KeyFileError::Io(..) => "look whether it is a file, and whether this user may read it",
        _ => "put the file of these data back from where you keep it",
    }
}

/// Whether every sum of a finished desk day and of a settled night still holds (domain.md, *Sums that must hold*).
pub fn sums(looking: &mut Looking) -> Finding {
    let what = "sums";
    let (mut days, mut nights) = (0, 0);
    let found = looking.read(|read| {
        let mut off = Vec::new();
        for date in read.finished_desk_days()? {
            let sum = counted::of_desk_day(read, date)?;
            off.extend(sum.discrepancies().iter().map(ToString::to_string));
            days += 1;
        }
        for (code, night) in read.settled_nights()? {
            let shelter = read.shelter(code)?.ok_or_else(|| Refusal::not_found("shelter"))?;
            off.extend(evening::look(read, shelter, night)?.discrepancies());
            nights += 1;
        }
        Ok::<_, Refusal>(off)
    });
    let todo = "correct what was recorded; if nobody recorded it, somebody changed the database: compare with a backup";
    match found {
        Ok(off) if off.is_empty() => Finding::ok(
            what,
            format!("those of {days} finished desk days and {nights} nights at shelters hold"),
        ),
        Ok(off) => Finding::fault(what, named(&off), todo),
        Err(refusal) => {
            let cause = refusal.cause.as_ref().map(|cause| format!(": {cause}")).unwrap_or_default();
            let at = format!("after {days} desk days and {nights} nights");
            Finding::fault(what, format!("they cannot be counted {at}: {refusal}{cause}"), FROM_A_BACKUP)
        }
    }
}

/// Whether the chain of the audit log holds, and goes through a head noted earlier.
pub fn audit_log(looking: &mut Looking, noted: Option<Head>) -> Finding {
    let what = "audit log";
    let compared = if noted.is_some() {
        "and goes through the head noted"
    } else {
        "not compared with a head noted earlier"
    };
    match looking.read(|read| follow_all(read, noted)) {
        Ok(Head { seq, hash }) => {
            Finding::ok(what, format!("the chain holds, {compared}; head {seq}:{hash}"))
        }
        Err(Unsound::Broken(broken)) => {
            let todo =
                "keep the database as it is, and compare it with the newest backup: somebody changed it";
            Finding::fault(what, broken.to_string(), todo)
        }
        Err(Unsound::Store(error)) => Finding::fault(what, error.to_string(), FROM_A_BACKUP),
    }
}

fn shown(at: DateTime<Utc>) -> impl std::fmt::Display {
    at.format("%Y-%m-%d %H:%M:%S")
}

/// When the newest entry of the audit log was written.
fn newest_entry(looking: &mut Looking) -> Result<Option<DateTime<Utc>>, StoreError> {
    looking.read(|read| {
        let Some(before) = read.audit_head()?.seq.checked_sub(1) else { return Ok(None) };
        Ok(read.audit_after(before, 1)?.entries.last().map(|entry| entry.at))
    })
}

/// Whether the clock was set back behind what is kept, and whether it goes as the server's. `read` reads it: after the data,
/// since the service may write meanwhile.
pub fn clock(looking: &mut Looking, read: impl Fn() -> DateTime<Utc>) -> Finding {
    let what = "clock";
    let (newest, of_the_server) = match (newest_entry(looking), looking.now()) {
        (Ok(newest), Ok(server)) => (newest, server),
        (Err(error), _) | (_, Err(error)) => return Finding::fault(what, error.to_string(), FROM_A_BACKUP),
    };
    let now = read();
    let todo = "set it right (timedatectl), and keep it so by NTP; steps taken meanwhile bear the wrong time";
    if let Some(newest) = newest.filter(|newest| *newest > now + CLOCKS.0) {
        let says = format!(
            "it shows {} UTC, but the audit log was last written at {} UTC: it was set back",
            shown(now),
            shown(newest)
        );
        return Finding::fault(what, says, todo);
    }
    let apart = of_the_server.map_or(TimeDelta::zero(), |server| (server - now).abs());
    let says = format!("it shows {} UTC", shown(now));
    let differs = || format!("{says}, {} seconds from that of the database's server", apart.num_seconds());
    if apart > CLOCKS.1 {
        Finding::fault(what, differs(), todo)
    } else if apart > CLOCKS.0 {
        Finding::warning(what, differs(), todo)
    } else {
        Finding::ok(what, says)
    }
}
