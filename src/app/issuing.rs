//! Issuing tickets: from a seat that was found to tickets that wait to be collected, with their places held.

use super::{Ctx, Refusal, codes, random_uuid};
use crate::domain::audit::Event;
use crate::domain::lottery::placement::{Places, Seat};
use crate::domain::night::Nights;
use crate::domain::shelter::Terms;
use crate::domain::ticket::{Issue, Ticket, TicketId};
use crate::store::{LotEntry, Read, SavedDay, Tx};

/// Issues a ticket to each of these members of a lot (positions from 1), for the seat that was found among these places.
///
/// # Errors
/// When the database fails or stands against it.
pub(super) fn issue(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    saved: &SavedDay,
    lot: &LotEntry,
    members: &[u32],
    (seat, places): (&Seat, &Places),
) -> Result<Vec<Ticket>, Refusal> {
    let issue = in_common(tx, saved, lot, (seat, places))?;
    let mut tickets = Vec::with_capacity(members.len());
    for (&position, &entry) in members.iter().zip(&seat.entries) {
        let guest = lot.member(position).and_then(|member| member.guest);
        let guest = guest.ok_or_else(|| Refusal::internal("a ticket for a member who is nobody"))?;
        let pool = places.entries.get(entry).ok_or_else(|| Refusal::internal("a seat in no entry"))?.pool;
        let id = TicketId(random_uuid()?);
        let ticket = Ticket::issue(&issue, id, guest, codes::new_ticket(tx)?, pool)?;
        tx.add_ticket(&ticket, position, ctx.now)?;
        let event = Event::TicketIssued {
            ticket: id.0,
            guest: guest.0,
            day: lot.day,
            lot: lot.number,
            pool: pool.into(),
            nights: issue.nights.into(),
        };
        ctx.record(tx, &event)?;
        tickets.push(ticket);
    }
    Ok(tickets)
}

/// What the tickets of a lot have in common.
fn in_common(
    read: &mut Read<'_>,
    saved: &SavedDay,
    lot: &LotEntry,
    (seat, places): (&Seat, &Places),
) -> Result<Issue, Refusal> {
    let shelter = read.shelter(seat.shelter)?.ok_or_else(|| Refusal::internal("a seat in no shelter"))?;
    // The length is that of the list the seat was found on, whatever the shelter's terms have become since.
    let full = places.shelters.iter().find(|one| one.code == seat.shelter).map(|one| one.nights);
    Ok(Issue {
        start_nights: saved.day.start_nights,
        lot: lot.number,
        nights: Nights::starting(seat.start, seat.nights),
        terms: Terms { full_nights: full.unwrap_or(shelter.terms.full_nights), ..shelter.terms },
        min_nights: saved.min_nights,
    })
}
