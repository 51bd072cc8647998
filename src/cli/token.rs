//! `inskrivning token`: tokens for workers' programs.

use chrono::NaiveDate;
use clap::Subcommand;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use uuid::Uuid;

use super::Stop;
use super::settings::Data;
use crate::app::tokens::{self, Secret, Wanted};
use crate::app::{Clock, Ctx, Policy, Refusal, SystemClock};
use crate::domain::role::{Actor, Power, Role, RoleKind, Scope};
use crate::domain::shelter::ShelterCode;
use crate::domain::word::Word;

#[derive(Subcommand, Debug)]
pub(super) enum Command {
    /// Makes a token and prints it, once. Data are begun where there are none; data of an older version are left as they are.
    New {
        /// What it may do.
        #[arg(long, value_parser = role())]
        role: RoleKind,
        /// The shelter, for a shelter's token.
        #[arg(long, required_if_eq("role", "shelter"))]
        shelter: Option<ShelterCode>,
        /// Whose it is, and where.
        #[arg(long)]
        name: String,
        /// The last date on which it opens anything; leave it out for one that is ended by hand.
        #[arg(long, value_name = "YYYY-MM-DD")]
        until: Option<NaiveDate>,
        /// A power it has, of those of its role in docs/ROLES.md; say it again for each. Leave it out for all of them.
        #[arg(long = "power", value_name = "WORD", value_parser = power)]
        powers: Vec<Power>,
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
        #[arg(value_parser = key)]
        id: Uuid,
        #[command(flatten)]
        data: Data,
    },
}

pub(super) fn run(command: Command) -> Result<String, Stop> {
    match command {
        Command::New { role, shelter, name, until, powers, data } => {
            let scope = scope(role, shelter, powers)?;
            new(&data, Wanted { name, scope, last_date: until })
        }
        Command::List { data } => list(&data),
        Command::End { id, data } => end(&data, id),
    }
}

fn role() -> impl TypedValueParser<Value = RoleKind> {
    PossibleValuesParser::new(RoleKind::WORDS.iter().map(|(_, word)| *word))
        .try_map(|word| RoleKind::read(&word))
}

fn key(text: &str) -> Result<Uuid, &'static str> {
    text.parse().map_err(|_| "write the key of the token, as `inskrivning token list` shows it")
}

fn refused(refusal: &Refusal) -> Stop {
    Stop::Refused(refusal.to_string())
}

fn power(text: &str) -> Result<Power, &'static str> {
    Power::read(text).map_err(|_| "write a power as docs/ROLES.md has it, like let_in")
}

fn scope(role: RoleKind, shelter: Option<ShelterCode>, powers: Vec<Power>) -> Result<Scope, Stop> {
    let alone = || Stop::Refused("leave --shelter out: only a shelter's token names one".to_owned());
    let role = Role::new(role, shelter).ok_or_else(alone)?;
    if powers.is_empty() {
        return Ok(Scope::whole(role));
    }
    Scope::only(role, powers.into_iter().collect()).map_err(|error| Stop::Refused(error.to_string()))
}

fn new(data: &Data, wanted: Wanted) -> Result<String, Stop> {
    let store = data.open_or_begin()?;
    let keys = data.keys(&store)?;
    let secret = Secret::new().map_err(|refusal| refused(&refusal))?;
    let shown = format!("{}\n", secret.reveal());
    let ctx = Ctx { now: SystemClock.read().now, actor: Actor::Operator, keys, policy: Policy::default() };
    let made = store.write_now(move |tx| tokens::make(tx, &ctx, &wanted, &secret));
    made.map(|_| shown).map_err(|refusal| refused(&refusal))
}

fn list(data: &Data) -> Result<String, Stop> {
    let tokens = data
        .open_what_is_there()?
        .read(|read| read.tokens())
        .map_err(|error| Stop::Refused(error.to_string()))?;
    let lines = tokens.iter().map(|token| {
        let role = token.scope.role();
        let shelter = role.shelter().map(|code| format!(" {code}")).unwrap_or_default();
        let only = token.scope.narrowed_to().map(|powers| {
            let words: Vec<_> = powers.iter().map(Word::word).collect();
            format!(", only {}", words.join(" "))
        });
        let only = only.unwrap_or_default();
        let until = token.last_date.map(|last| format!(", until {last}")).unwrap_or_default();
        let ended = token.ended_at.map(|at| format!(", ended {}", at.format("%Y-%m-%d"))).unwrap_or_default();
        let made = token.made_at.format("%Y-%m-%d");
        format!("{}  {}{shelter}{only}, made {made}{until}{ended}: {}\n", token.id, role.name(), token.name)
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
