//! `inskrivning doctor`: looks whether the service is fit to live, and says what to do where it is not. It writes nothing.

mod machine;
mod settings;

use std::net::SocketAddr;

use clap::{ArgMatches, Args, ValueEnum};

use super::audit::Noted;
use super::settings::{Data, Decided, address};
use super::{Stop, print};
use crate::app::doctor::{self as checks, Finding, State};
use crate::app::{Clock, SystemClock};
use crate::store::{Database, Looking, StoreError};

#[derive(Args, Debug)]
pub(super) struct Doctor {
    /// How it is said: text for people, json for programs.
    #[arg(long, value_enum, default_value = "text", value_name = "FORMAT")]
    format: Format,
    /// A head noted earlier, as SEQ:HASH: the audit log must still go through it.
    #[arg(long, value_name = "SEQ:HASH")]
    head: Option<Noted>,
    /// Where the service listens.
    #[arg(
        long,
        env = "INSKRIVNING_LISTEN",
        default_value = "127.0.0.1:8080",
        value_name = "ADDRESS:PORT",
        value_parser = address
    )]
    listen: SocketAddr,
    #[command(flatten)]
    data: Data,
    #[command(flatten)]
    _decided: Decided,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Json,
}

/// `given` is what was given on the command line and in the environment.
pub(super) fn run(doctor: &Doctor, given: Option<&ArgMatches>) -> Result<String, Stop> {
    let findings = look(doctor, given);
    let well = findings.iter().all(|finding| finding.state != State::Fault);
    let text = match doctor.format {
        Format::Text => in_words(&findings),
        Format::Json => as_json(&findings, well),
    };
    if well {
        return Ok(text);
    }
    print(&text)?;
    Err(Stop::Said)
}

/// Every check, in the order in which they are said.
fn look(doctor: &Doctor, given: Option<&ArgMatches>) -> Vec<Finding> {
    let (data, now) = (&doctor.data, SystemClock.read().now);
    let version = format!("inskrivning {}", env!("CARGO_PKG_VERSION"));
    let mut findings = vec![Finding::ok("version", version), settings::look(given, doctor.listen)];
    let holders = machine::holders(&data.database());
    let mut looking = open(data);
    let connected = looking.as_mut().ok().and_then(|looking| looking.connected().ok().flatten());
    findings.push(checks::running(&holders, connected));
    findings.push(machine::folder(data));
    findings.push(checks::key_file(looking.as_mut().ok(), &data.key_file()));
    match &mut looking {
        Ok(looking) => of_the_data(&mut findings, looking, doctor.head.map(|Noted(head)| head)),
        Err(why) => {
            findings.push(why.clone());
            findings.extend(["integrity", "keeping", "sums", "audit log"].map(Finding::not_looked_at));
            findings.push(checks::clock_alone(now));
        }
    }
    findings.push(checks::zone(now));
    findings.push(machine::disk(data, looking.as_mut().ok(), now));
    findings.push(checks::open_files(machine::may_open(), &holders));
    findings
}

/// The database, if it is there and answers; else what is wrong.
fn open(data: &Data) -> Result<Looking, Finding> {
    let database = data.database();
    if let Database::Sqlite(file) = &database
        && !file.exists()
    {
        let says = format!("there are no data at {}", file.display());
        let todo = "name the folder with --data, or the database with --database; or start the service, which begins them";
        return Err(Finding::fault("database", says, todo));
    }
    Looking::open(&database).map_err(|error| {
        let todo = match error {
            StoreError::NotADatabase(_) => "name the right folder with --data, or restore a backup",
            _ => "look whether the disk or the server is well, and whether this user may read it",
        };
        Finding::fault("database", error.to_string(), todo)
    })
}

fn of_the_data(
    findings: &mut Vec<Finding>,
    looking: &mut Looking,
    noted: Option<crate::domain::audit::Head>,
) {
    let form = checks::form(looking);
    let of_this_version = form.state == State::Ok;
    findings.push(form);
    findings.extend(checks::server(looking));
    findings.push(checks::integrity(looking));
    findings.push(checks::keeping(looking));
    if of_this_version {
        findings.push(checks::sums(looking));
        findings.push(checks::audit_log(looking, noted));
        findings.push(checks::clock(looking, || SystemClock.read().now));
    } else {
        // What another version wrote, this one cannot read.
        findings.extend(["sums", "audit log"].map(Finding::not_looked_at));
        findings.push(checks::clock_alone(SystemClock.read().now));
    }
}

/// One line for each, and one below for what to do.
fn in_words(findings: &[Finding]) -> String {
    let mut text = String::new();
    for Finding { check, state, says, todo } in findings {
        text += &format!("{:<8} {check:<11}  {says}\n", state.word());
        if let Some(todo) = todo {
            text += &format!("{:<8} {:<11}  -> {todo}\n", "", "");
        }
    }
    let count = |state| findings.iter().filter(|finding| finding.state == state).count();
    let (faults, warnings) = (count(State::Fault), count(State::Warning));
    text + &match (faults, warnings) {
        (0, 0) => "All is well.\n".to_owned(),
        (0, warnings) => format!("Nothing is at fault; {warnings} to know of.\n"),
        (faults, warnings) => format!("{faults} at fault, {warnings} to know of.\n"),
    }
}

fn as_json(findings: &[Finding], well: bool) -> String {
    let checks: Vec<_> = findings
        .iter()
        .map(|Finding { check, state, says, todo }| {
            serde_json::json!({ "check": check, "state": state.word(), "says": says, "do": todo })
        })
        .collect();
    format!("{:#}\n", serde_json::json!({ "well": well, "checks": checks }))
}
