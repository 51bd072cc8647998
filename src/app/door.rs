//! The door: a code is read, and the guest comes in or hears why not (domain.md, *Arrivals*).

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Ctx, Refusal};
use crate::domain::arrival::{Answer, Arrival, ArrivalError, ArrivalState, Scan, standing};
use crate::domain::audit::Event;
use crate::domain::code::TicketCode;
use crate::domain::head_count::Source;
use crate::domain::karens::may_start_again;
use crate::domain::night::{Night, Nights, tonight_at_the_door};
use crate::domain::role::Power;
use crate::domain::shelter::{Admission, Shelter, ShelterCode};
use crate::domain::ticket::Ticket;
use crate::store::{Read, Tx};

/// What a door answered to a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answered {
    /// The shelter at whose door.
    pub shelter: ShelterCode,
    /// The night it was read for.
    pub night: Night,
    /// The answer.
    pub answer: Answer,
    /// Whether an arrival was entered: *let in*, and not only looked.
    pub entered: bool,
    /// The ticket, where it is for this door tonight: of any other the door learns nothing.
    pub ticket: Option<Uuid>,
}

/// An arrival that was taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakenBack {
    /// The ticket.
    pub ticket: Uuid,
    /// The shelter.
    pub shelter: ShelterCode,
    /// The night.
    pub night: Night,
    /// Whether the night was closed by then.
    pub correction: bool,
}

/// A shelter the asker may act for.
pub(super) fn own_shelter(read: &mut Read<'_>, ctx: &Ctx, code: ShelterCode) -> Result<Shelter, Refusal> {
    ctx.must_see(code)?;
    read.shelter(code)?.ok_or_else(|| Refusal::not_found("shelter"))
}

/// The night that is meant at a door: tonight, or an earlier one that is corrected.
pub(super) fn night_at_the_door(ctx: &Ctx, night: Option<Night>) -> Result<Night, Refusal> {
    let tonight = tonight_at_the_door(ctx.now);
    let night = night.unwrap_or(tonight);
    if night > tonight {
        return Err(Refusal::field(
            "night",
            format!("the night {night} has not begun: tonight is {tonight}"),
        ));
    }
    Ok(night)
}

/// What the door answers to a code; the arrival, if it is *let in*.
fn scan(
    read: &mut Read<'_>,
    ctx: &Ctx,
    (door, night): (&Shelter, Night),
    code: TicketCode,
) -> Result<(Answer, Option<Arrival>, Option<Ticket>), Refusal> {
    must_scan(read, door, night)?;
    let ticket = read.ticket_by_code(code)?;
    let (mut bans_here, mut arrived, mut may_ask_again) = (Vec::<Nights>::new(), None, None);
    if let Some(ticket) = &ticket {
        let bans = read.bans_of(ticket.guest, night)?.into_iter();
        bans_here =
            bans.filter(|entry| entry.ban.shelter == door.code).map(|entry| entry.ban.nights).collect();
        let arrivals = read.arrivals_of(ticket.id)?;
        arrived = standing(&arrivals, ticket.id, night).map(|arrival| arrival.at);
        let tickets = read.tickets_of(ticket.guest, night)?;
        // A night that has come holds nobody back any more.
        may_ask_again = may_start_again(&tickets, ctx.policy.week_rule).filter(|&from| from > night);
    }
    let protected: Vec<ShelterCode> =
        read.shelters()?.into_iter().filter(|one| one.protected).map(|one| one.code).collect();
    let scan = Scan {
        night,
        door: door.code,
        code,
        ticket: ticket.as_ref(),
        bans_here: &bans_here,
        arrived,
        night_closed: read.is_closed(door.code, night)?,
        protected: &protected,
        may_ask_again,
    };
    let (answer, arrival) = match scan.enter(ctx.now) {
        Ok(arrival) => (Answer::LetIn { correction: arrival.correction }, Some(arrival)),
        Err(answer) => (answer, None),
    };
    Ok((answer, arrival, ticket))
}

/// Reads a code at a door. *Let in* enters the arrival, unless only to look was asked; every other answer writes nothing.
///
/// # Errors
/// A refusal for another shelter's worker, a shelter that counts heads, or a night that has not begun.
pub fn arrive(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    shelter: ShelterCode,
    code: TicketCode,
    (night, enter): (Option<Night>, bool),
) -> Result<Answered, Refusal> {
    ctx.must(Power::LetIn)?;
    let door = own_shelter(tx, ctx, shelter)?;
    let night = night_at_the_door(ctx, night)?;
    let (answer, arrival, ticket) = scan(tx, ctx, (&door, night), code)?;
    let is_here = matches!(answer, Answer::LetIn { .. } | Answer::AlreadyIn { .. });
    let entered = arrival.filter(|_| enter);
    if let Some(arrival) = entered {
        tx.add_arrival(&arrival)?;
        let Arrival { ticket, night, shelter, correction, .. } = arrival;
        ctx.record(tx, &Event::Arrived { ticket: ticket.0, night, shelter, correction })?;
    }
    let ticket = ticket.filter(|_| is_here).map(|ticket| ticket.id.0);
    Ok(Answered { shelter, night, answer, entered: entered.is_some(), ticket })
}

/// Takes an arrival at this door back.
///
/// # Errors
/// A refusal for another shelter's worker, if there is none, or it was taken back.
pub fn undo(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    shelter: ShelterCode,
    code: TicketCode,
    night: Option<Night>,
) -> Result<TakenBack, Refusal> {
    ctx.must(Power::LetIn)?;
    own_shelter(tx, ctx, shelter)?;
    let night = night_at_the_door(ctx, night)?;
    let ticket = tx.ticket_by_code(code)?.ok_or_else(|| Refusal::not_found("arrival"))?;
    let mut here = tx.arrivals_of(ticket.id)?;
    here.retain(|arrival| arrival.night == night && arrival.shelter == shelter);
    // The one that stands, or the last that was undone, which says when.
    let arrival = standing(&here, ticket.id, night).or(here.last()).copied();
    let arrival = arrival.ok_or_else(|| Refusal::not_found("arrival"))?;
    let undone = arrival.undo(ctx.now, tx.is_closed(shelter, night)?)?;
    let ArrivalState::Undone { at, correction } = undone.state else {
        return Err(Refusal::internal("an arrival that was undone stands"));
    };
    tx.save_undone(&undone, at, correction)?;
    ctx.record(tx, &Event::ArrivalUndone { ticket: ticket.id.0, night, shelter, correction })?;
    Ok(TakenBack { ticket: ticket.id.0, shelter, night, correction })
}

/// Stops where no tickets are checked.
pub(super) fn must_scan(read: &mut Read<'_>, shelter: &Shelter, night: Night) -> Result<(), Refusal> {
    match source_of(read, shelter, night)? {
        Source::Arrivals => Ok(()),
        Source::HeadCount => Err(ArrivalError::NotScanned(shelter.code).into()),
    }
}

/// Where the figures of a night come from. What was recorded of it decides, so that a shelter that takes guests in another way
/// from now on changes no night that was (domain.md, *Head count*); only where nothing was, how it takes them now.
///
/// # Errors
/// When the database fails.
pub(super) fn source_of(read: &mut Read<'_>, shelter: &Shelter, night: Night) -> Result<Source, Refusal> {
    if !read.head_counts(shelter.code, night)?.is_empty() {
        return Ok(Source::HeadCount);
    }
    let now = Source::of(shelter.admission);
    if now == Source::Arrivals {
        return Ok(now);
    }
    // Who admits on its own gives no tickets: those there are, are from before.
    let scanned = read.is_closed(shelter.code, night)?
        || !read.arrivals_at(shelter.code, night)?.is_empty()
        || shelter.admission == Admission::Own && !read.tickets_at(shelter.code, night)?.is_empty();
    Ok(if scanned { Source::Arrivals } else { now })
}
