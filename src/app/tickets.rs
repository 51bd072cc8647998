//! What may become of a ticket after it was handed out: given back, revoked, printed anew, or ended by the shelter because
//! its place goes (domain.md, *Ending early*, *Places*; drawn in docs/STATES.md). Moving is in moving.rs.

use std::fmt;
use std::str::FromStr;

use uuid::Uuid;

use super::{Ctx, Refusal, codes, facts};
use crate::domain::audit::Event;
use crate::domain::code::{CodeError, TicketCode};
use crate::domain::night::{Night, tonight_at_the_door};
use crate::domain::role::Power;
use crate::domain::shelter::ShelterCode;
use crate::domain::ticket::{EndCause, Ticket, TicketId};
use crate::domain::word::Word;
use crate::store::{Read, Tx};

/// How a ticket is asked for: by the code on it, or by its key, as the audit log names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TicketKey {
    /// The code on it, or one it had before it was printed anew.
    Code(TicketCode),
    /// The service's key.
    Id(TicketId),
}

impl FromStr for TicketKey {
    type Err = CodeError;

    fn from_str(text: &str) -> Result<Self, CodeError> {
        // A key has four times as many characters as a code: one is never taken for the other.
        match Uuid::try_parse(text) {
            Ok(id) => Ok(Self::Id(TicketId(id))),
            Err(_) => text.parse().map(Self::Code),
        }
    }
}

impl fmt::Display for TicketKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Code(code) => code.fmt(f),
            Self::Id(id) => id.0.fmt(f),
        }
    }
}

/// A ticket, whoever asks.
pub(super) fn find(read: &mut Read<'_>, key: TicketKey) -> Result<Ticket, Refusal> {
    let found = match key {
        TicketKey::Code(code) => read.ticket_by_code(code)?,
        TicketKey::Id(id) => read.ticket(id)?,
    };
    found.ok_or_else(|| Refusal::not_found("ticket"))
}

/// A ticket on which a step is to be taken: a code that was replaced opens nothing.
pub(super) fn find_current(read: &mut Read<'_>, key: TicketKey) -> Result<Ticket, Refusal> {
    let ticket = find(read, key)?;
    match key {
        TicketKey::Code(code) if code != ticket.code => Err(Refusal::conflict(
            "code-replaced",
            "this ticket was printed anew and this code is no longer good: ask for the new one, or look the guest up",
        )),
        _ => Ok(ticket),
    }
}

/// Looks a ticket up, which the audit log is told. A shelter's worker sees only one that opens its own door tonight, under
/// the code that is good; anything else is answered as if there were no such ticket.
///
/// # Errors
/// A refusal if there is none, or none the asker may see.
pub fn look_up(tx: &mut Tx<'_>, ctx: &Ctx, key: TicketKey) -> Result<TicketId, Refusal> {
    ctx.must(Power::SeeTickets)?;
    let ticket = find(tx, key)?;
    if let Some(own) = ctx.shelter() {
        let replaced = matches!(key, TicketKey::Code(code) if code != ticket.code);
        if replaced || !opens_tonight(ctx, &ticket, own) {
            return Err(Refusal::not_found("ticket"));
        }
    }
    ctx.record(tx, &Event::GuestLookedUp { guest: ticket.guest.0 })?;
    Ok(ticket.id)
}

fn opens_tonight(ctx: &Ctx, ticket: &Ticket, door: ShelterCode) -> bool {
    let tonight = tonight_at_the_door(ctx.now);
    ticket.is_valid_on(tonight) && ticket.pool_on(tonight).shelter == door
}

/// The guest gives it back: the nights from the first one touched return to the pool at once.
///
/// # Errors
/// A refusal for a ticket that was not handed out, or has no night left.
pub fn give_back(tx: &mut Tx<'_>, ctx: &Ctx, key: TicketKey) -> Result<TicketId, Refusal> {
    ctx.must(Power::ChangeTickets)?;
    end_in_hand(tx, ctx, key, EndCause::GivenBack)
}

/// A coordinator takes it back.
///
/// # Errors
/// As [`give_back`]; for anybody but a coordinator.
pub fn revoke(tx: &mut Tx<'_>, ctx: &Ctx, key: TicketKey) -> Result<TicketId, Refusal> {
    ctx.must(Power::EndTickets)?;
    end_in_hand(tx, ctx, key, EndCause::Revoked)
}

fn end_in_hand(tx: &mut Tx<'_>, ctx: &Ctx, key: TicketKey, cause: EndCause) -> Result<TicketId, Refusal> {
    let ticket = find_current(tx, key)?;
    // One that waits would leave its person without a place in the desk day's sum.
    if !ticket.was_handed_out() {
        return Err(Refusal::conflict(
            "ticket-not-collected",
            "this ticket was not handed out: decline it at the desk, or let it lapse",
        ));
    }
    let from = facts::first_touched(tx, ctx, &ticket)?;
    end(tx, ctx, ticket, cause, from)
}

/// Ends a ticket from a night on, and says so.
pub(super) fn end(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    ticket: Ticket,
    cause: EndCause,
    from: Night,
) -> Result<TicketId, Refusal> {
    let id = ticket.id;
    keep_end(tx, ctx, &ticket.end(cause, from)?, cause.word(), from)?;
    Ok(id)
}

/// Keeps that a ticket ended, and says in the audit log why and from which night on.
pub(super) fn keep_end(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    ended: &Ticket,
    why: &str,
    from: Night,
) -> Result<(), Refusal> {
    tx.save_ticket(ended)?;
    ctx.record(tx, &Event::TicketEnded { ticket: ended.id.0, cause: why.to_owned(), from })
}

/// The shelter ends it because the place goes: karens and the week rule do not count the nights lost. From the first night
/// touched, or a later one.
///
/// # Errors
/// A refusal for anybody but a coordinator, for a night that is over or begun, or that it does not hold.
pub fn place_gone(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    key: TicketKey,
    from: Option<Night>,
) -> Result<TicketId, Refusal> {
    ctx.must(Power::EndTickets)?;
    let ticket = find_current(tx, key)?;
    let first = facts::first_touched(tx, ctx, &ticket)?;
    let from = from.unwrap_or(first);
    if from < first {
        return Err(Refusal::field("from", format!("the first night that can still be taken is {first}")));
    }
    end(tx, ctx, ticket, EndCause::PlaceGone, from)
}

/// Prints it anew, with a new code: the old one is refused from now on.
///
/// # Errors
/// A refusal unless it is in the guest's hands and keeps a night.
pub fn reprint(tx: &mut Tx<'_>, ctx: &Ctx, key: TicketKey) -> Result<TicketId, Refusal> {
    ctx.must(Power::ChangeTickets)?;
    let ticket = find_current(tx, key)?;
    let code = codes::new_ticket(tx)?;
    let ticket = ticket.reprint(code)?;
    tx.save_reprint(&ticket, ctx.now)?;
    ctx.record(tx, &Event::TicketReprinted { ticket: ticket.id.0 })?;
    Ok(ticket.id)
}
