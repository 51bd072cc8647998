//! The command line: what it takes, what it prints, and its exit codes (docs/DRAW.md).
//!
//! This room reads files and settings, starts the service, and prints; every rule it applies is in `domain`.

mod audit;
mod calendar;
mod data;
mod demo;
mod doctor;
mod draw;
mod explain;
mod input;
mod serve;
mod settings;
mod telemetry;
mod token;
mod verify;

use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue};
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::domain::lottery::Refused;
use crate::i18n::Language;

/// Night-shelter places at one desk: the service, the draw for anyone who wants to recompute it, and the desk's calendar.
#[derive(Parser)]
#[command(name = "inskrivning", version, after_help = EXIT_CODES)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

const EXIT_CODES: &str = "Exit codes: 0 done; 1 refused or failed; 2 a file cannot be read or the output not written; \
                          3 more ask than there are places and no entropy was given; 64 the command is not understood.";

#[derive(Subcommand)]
enum Command {
    /// Makes the draw of a manifest and prints its record.
    Draw {
        /// The manifest's file; - is standard input.
        manifest: PathBuf,
        /// "dice:" and the digits, or "service:" and 64 hex digits; leave it out if everyone fits.
        #[arg(long, value_name = "STRING")]
        entropy: Option<String>,
    },
    /// Recomputes a record and says PASS, or the first step that fails.
    Verify {
        /// The record's file; - is standard input.
        record: PathBuf,
        /// The commitment on the print.
        #[arg(long, value_name = "HEX")]
        commitment: Option<String>,
        /// The entropy string, with the digits written down in the hall.
        #[arg(long, value_name = "STRING")]
        entropy: Option<String>,
    },
    /// Says why a lot got what it got.
    Explain {
        /// The record's file; - is standard input.
        record: PathBuf,
        /// The lot's number.
        #[arg(long, value_name = "N")]
        lot: u32,
        /// The language it is said in: sv or en.
        #[arg(long, value_name = "TAG", default_value = "en")]
        language: Language,
    },
    /// Plays the hard days of a winter on a fresh database, and leaves the service running.
    Demo {
        /// Ends after the summary; the exit code says whether every sum holds.
        #[arg(long)]
        once: bool,
        /// Where it listens; the next free port is taken if this one is not free.
        #[arg(long, default_value = "127.0.0.1:8080", value_name = "ADDRESS:PORT", value_parser = settings::address)]
        listen: SocketAddr,
    },
    /// Runs the service until it is told to stop.
    Serve {
        /// Where it listens.
        #[arg(
            long,
            env = "INSKRIVNING_LISTEN",
            default_value = "127.0.0.1:8080",
            value_name = "ADDRESS:PORT",
            value_parser = settings::address
        )]
        listen: SocketAddr,
        #[command(flatten)]
        data: settings::Data,
        #[command(flatten)]
        decided: settings::Decided,
    },
    /// Makes, lists and ends the tokens that workers' programs show.
    #[command(subcommand)]
    Token(token::Command),
    /// Looks at the audit log.
    #[command(subcommand)]
    Audit(audit::Command),
    /// Copies the data to a new file; the service may run meanwhile.
    Backup {
        /// The file; it must not be there yet.
        file: PathBuf,
        #[command(flatten)]
        data: settings::Data,
    },
    /// Puts a backup in place, where no data are.
    Restore {
        /// The backup.
        file: PathBuf,
        #[command(flatten)]
        data: settings::Data,
    },
    /// Looks whether the service is fit to live, and says what to do where it is not. It writes nothing.
    Doctor(Box<doctor::Doctor>),
    /// Brings the data to the form this version works with, as `serve` does when it starts.
    Migrate {
        #[command(flatten)]
        data: settings::Data,
    },
    /// Lists the desk days of a year, with the nights that may start on each.
    Calendar {
        /// The year, 2000-2199.
        #[arg(long)]
        year: i32,
    },
}

/// Why a command ends without having done its work.
#[derive(Debug)]
enum Stop {
    /// What was given is not accepted: exit code 1.
    Refused(String),
    /// A verification failed, which is an answer and goes to standard output: exit code 1.
    Failed(String),
    /// A file cannot be read, or the output cannot be written: exit code 2.
    Io(String),
    /// More ask than there are places, and no entropy was given: exit code 3.
    Oversubscribed(String),
    /// Something is at fault, and what was printed says so already: exit code 1.
    Said,
}

impl Stop {
    fn refused(what: &str, refused: &Refused) -> Self {
        Stop::Refused(format!("{what} refused at {refused}"))
    }

    fn code(&self) -> u8 {
        match self {
            Stop::Refused(_) | Stop::Failed(_) | Stop::Said => 1,
            Stop::Io(_) => 2,
            Stop::Oversubscribed(_) => 3,
        }
    }
}

/// Runs the program on the arguments of the process.
pub fn run() -> ExitCode {
    let given = Arguments::command().try_get_matches();
    let understood = given.and_then(|given| Ok((Arguments::from_arg_matches(&given)?, given)));
    let (arguments, given) = match understood {
        Ok(understood) => understood,
        Err(error) => {
            say_what_is_wrong(&error);
            return if error.use_stderr() { ExitCode::from(64) } else { ExitCode::SUCCESS };
        }
    };
    let output = match arguments.command {
        Command::Draw { manifest, entropy } => draw::run(&manifest, entropy.as_deref()),
        Command::Verify { record, commitment, entropy } => verify::run(&record, commitment, entropy),
        Command::Explain { record, lot, language } => explain::run(&record, lot, language),
        Command::Calendar { year } => calendar::run(year),
        Command::Serve { listen, data, decided } => serve::run(&data, &decided, listen),
        Command::Demo { once, listen } => demo::run(once, listen),
        Command::Token(command) => token::run(command),
        Command::Audit(command) => audit::run(command),
        Command::Backup { file, data } => data::backup(&data, &file),
        Command::Restore { file, data } => data::restore(&data, &file),
        Command::Doctor(doctor) => doctor::run(&doctor, given.subcommand_matches("doctor")),
        Command::Migrate { data } => data::migrate(&data),
    };
    match output.and_then(|text| print(&text)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(stop) => {
            // Nothing is left to do if even this cannot be printed; the exit code still says it.
            let _ = match &stop {
                Stop::Said => Ok(()),
                Stop::Failed(text) => writeln!(io::stdout(), "{text}"),
                Stop::Refused(text) | Stop::Io(text) | Stop::Oversubscribed(text) => {
                    writeln!(io::stderr(), "{text}")
                }
            };
            ExitCode::from(stop.code())
        }
    }
}

/// Prints what is wrong with the arguments, and names the environment where a value comes from it.
fn say_what_is_wrong(error: &clap::Error) {
    let flag = match error.get(ContextKind::InvalidArg) {
        Some(ContextValue::String(argument)) => argument.split_whitespace().next(),
        _ => None,
    };
    match (flag, std::error::Error::source(error)) {
        // What was written may hold a password, and the log of whatever started us is read by others.
        (Some("--database"), Some(why)) => note(&format!("error: --database: {why}")),
        _ => {
            let _ = error.print();
        }
    }
    let Some(flag) = flag.and_then(|flag| flag.strip_prefix("--")) else { return };
    let variable = format!("INSKRIVNING_{}", flag.to_uppercase().replace('-', "_"));
    let by_flag = std::env::args().any(|argument| argument.trim_start_matches("--").starts_with(flag));
    if !by_flag && std::env::var_os(&variable).is_some() {
        note(&format!("The value comes from the environment: {variable}."));
    }
}

/// Prints to standard error what is good to know.
fn note(text: &str) {
    // Nothing is left to do if even this cannot be printed.
    let _ = writeln!(io::stderr(), "{text}");
}

/// Prints to standard output. A reader that went away has seen what it wanted.
fn print(text: &str) -> Result<(), Stop> {
    let mut output = io::stdout().lock();
    match output.write_all(text.as_bytes()).and_then(|()| output.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Stop::Io(format!("the output cannot be written: {error}")))
        }
        _ => Ok(()),
    }
}
