//! `inskrivning token`: tokens for workers' programs.

use clap::{Subcommand, ValueEnum};
use uuid::Uuid;

use super::Stop;
use super::settings::Data;
use crate::app::tokens::{self, Secret};
use crate::app::{Clock, Ctx, Policy, Refusal, SystemClock};
use crate::domain::role::{Actor, Role};
use crate::domain::shelter::ShelterCode;

#[derive(Subcommand, Debug)]
pub(super) enum Command {
    /// Makes a token and prints it, once. Data are begun where there are none; data of an older version are left as they are.
    New {
        /// What it may do.
        #[arg(long, value_enum)]
        role: RoleWord,
        /// The shelter, for a shelter's token.
        #[arg(long, required_if_eq("role", "shelter"))]
        shelter: Option<ShelterCode>,
        /// Whose it is, and where.
        #[arg(long)]
        name: String,
        #[command(flatten)]
        data: Data,
    },
    /// Lists the tokens, with the key by which one is ended; what stands in a program is never shown again.
    List {
        #[command(flatten)]
        data: Data,
    },
    /// Ends a token, at once and for good.
    End {
        /// Its key, as `list` shows it.
        id: Uuid,
        #[command(flatten)]
        data: Data,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum RoleWord {
    Desk,
    Shelter,
    Coordinator,
}

pub(super) fn run(command: Command) -> Result<String, Stop> {
    match command {
        Command::New { role, shelter, name, data } => new(&data, role, shelter, name),
        Command::List { data } => list(&data),
        Command::End { id, data } => end(&data, id),
    }
}

fn refused(refusal: &Refusal) -> Stop {
    Stop::Refused(refusal.to_string())
}

fn new(data: &Data, role: RoleWord, shelter: Option<ShelterCode>, name: String) -> Result<String, Stop> {
    let role = match (role, shelter) {
        (RoleWord::Desk, None) => Role::Desk,
        (RoleWord::Coordinator, None) => Role::Coordinator,
        (RoleWord::Shelter, Some(shelter)) => Role::Shelter(shelter),
        _ => return Err(Stop::Refused("only a shelter's token names a shelter, and it must".to_owned())),
    };
    let store = data.open_or_begin()?;
    let keys = data.keys(&store)?;
    let secret = Secret::new().map_err(|refusal| refused(&refusal))?;
    let shown = format!("{}\n", secret.reveal());
    let ctx = Ctx { now: SystemClock.read().now, actor: Actor::Operator, keys, policy: Policy::default() };
    let made = store.write_now(move |tx| tokens::make(tx, &ctx, &name, role, &secret));
    made.map(|_| shown).map_err(|refusal| refused(&refusal))
}

fn list(data: &Data) -> Result<String, Stop> {
    let tokens = data
        .open_what_is_there()?
        .read(|read| read.tokens())
        .map_err(|error| Stop::Refused(error.to_string()))?;
    let lines = tokens.iter().map(|token| {
        let shelter = match token.role {
            Role::Shelter(code) => format!(" {code}"),
            Role::Desk | Role::Coordinator => String::new(),
        };
        let ended = token.ended_at.map(|at| format!(", ended {}", at.format("%Y-%m-%d"))).unwrap_or_default();
        let made = token.made_at.format("%Y-%m-%d");
        format!("{}  {}{shelter}, made {made}{ended}: {}\n", token.id, token.role.name(), token.name)
    });
    Ok(lines.collect())
}

fn end(data: &Data, id: Uuid) -> Result<String, Stop> {
    let store = data.open_what_is_there()?;
    let keys = data.keys(&store)?;
    let ctx = Ctx { now: SystemClock.read().now, actor: Actor::Operator, keys, policy: Policy::default() };
    let ended = store.write_now(move |tx| tokens::end(tx, &ctx, id));
    ended.map(|()| "the token is ended\n".to_owned()).map_err(|refusal| refused(&refusal))
}
