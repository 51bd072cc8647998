//! What a ban made after the freeze does to tickets not yet handed out (domain.md, *Bans*).

use super::HandOutError;
use crate::domain::guest::GuestId;
use crate::domain::lottery::placement::Lot;
use crate::domain::shelter::ShelterCode;
use crate::domain::ticket::{EndCause, Ticket, TicketError};
use crate::domain::word::words;

/// What a family does when a ban reaches one of its members before the tickets are handed out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// The rest take their places; the banned member goes on alone.
    RestTakeTheirPlaces,
    /// All go together to the head of the reserve list, without that shelter.
    AllTogether,
}

words! { Choice { RestTakeTheirPlaces = "rest", AllTogether = "together" } }

/// What a ban made after the freeze comes to for a placed party. Places of tickets that ended are free.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AfterBan {
    /// The party's tickets, in listed order.
    pub tickets: Vec<Ticket>,
    /// Those who keep their places, if any: one member alone is a single from now on.
    pub rest: Option<Lot>,
    /// Who goes to the head of the queue ([`super::Rank::next_at_head`]): the banned person, or the whole family. Nobody, if the
    /// banned person accepts no other shelter and is refused.
    pub to_the_head: Option<Lot>,
}

/// A ban made after the freeze, on a member of a placed party whose ticket to `shelter` is not yet handed out. The ticket is
/// not handed out and its place is freed; the banned person stands first on the reserve list without that shelter, or is
/// refused if it accepts no other; the rest of a family choose (domain.md, *Bans*).
///
/// `tickets` are those of the lot's members, in listed order. That the ban touches nights that count is judged in
/// [`crate::domain::ban`].
///
/// # Errors
/// [`HandOutError::NotATicketEach`]; [`HandOutError::NoTicketThere`]; for [`Choice::AllTogether`] also
/// [`HandOutError::NotAllWait`] and [`HandOutError::NoOtherShelter`].
pub fn ban_before_hand_out(
    lot: &Lot,
    tickets: Vec<Ticket>,
    banned: GuestId,
    shelter: ShelterCode,
    choice: Choice,
) -> Result<AfterBan, HandOutError> {
    let (members, given) = (lot.members.len(), tickets.len());
    if members != given {
        return Err(HandOutError::NotATicketEach { lot: lot.number, members, tickets: given });
    }
    let of_banned = |ticket: &Ticket| ticket.guest == banned && waits_at(ticket, shelter);
    let position = tickets.iter().position(of_banned).ok_or(HandOutError::NoTicketThere(shelter))?;
    match choice {
        Choice::AllTogether if members > 1 => all_to_the_head(lot, tickets, shelter),
        _ => banned_alone_to_the_head(lot, tickets, position, shelter),
    }
}

/// Whether it waits to be collected and has a night at the shelter.
fn waits_at(ticket: &Ticket, shelter: ShelterCode) -> bool {
    let at_the_shelter = |night| ticket.pool_on(night).shelter == shelter;
    let nights = ticket.nights().filter(|_| ticket.waits());
    nights.is_some_and(|nights| nights.iter().any(at_the_shelter))
}

fn all_to_the_head(lot: &Lot, tickets: Vec<Ticket>, shelter: ShelterCode) -> Result<AfterBan, HandOutError> {
    if !tickets.iter().all(|ticket| ticket.waits()) {
        return Err(HandOutError::NotAllWait(lot.number));
    }
    let together = without_shelter(lot, shelter);
    let together = together.ok_or(HandOutError::NoOtherShelter { lot: lot.number, shelter })?;
    let tickets = tickets.into_iter().map(not_handed_out).collect::<Result<_, _>>()?;
    Ok(AfterBan { tickets, rest: None, to_the_head: Some(together) })
}

fn banned_alone_to_the_head(
    lot: &Lot,
    mut tickets: Vec<Ticket>,
    banned: usize,
    shelter: ShelterCode,
) -> Result<AfterBan, HandOutError> {
    let ticket = not_handed_out(tickets.remove(banned))?;
    tickets.insert(banned, ticket);
    let mut rest = lot.clone();
    let alone = Lot { members: vec![rest.members.remove(banned)], ..lot.clone() };
    let rest = if rest.members.is_empty() { None } else { Some(rest) };
    Ok(AfterBan { tickets, rest, to_the_head: without_shelter(&alone, shelter) })
}

fn not_handed_out(ticket: Ticket) -> Result<Ticket, TicketError> {
    let first = ticket.issued.first();
    ticket.end(EndCause::Banned, first)
}

/// What is left of the shelters a party accepts without one it may no longer go to.
#[must_use]
pub fn accepts_without(accepts: &[ShelterCode], shelter: ShelterCode) -> Vec<ShelterCode> {
    accepts.iter().copied().filter(|&accepted| accepted != shelter).collect()
}

/// The lot without a shelter it may no longer go to; none if it accepts no other.
#[must_use]
pub fn without_shelter(lot: &Lot, shelter: ShelterCode) -> Option<Lot> {
    let accepts = accepts_without(&lot.accepts, shelter);
    if accepts.is_empty() { None } else { Some(Lot { accepts, ..lot.clone() }) }
}
