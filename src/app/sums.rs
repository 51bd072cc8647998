//! The desk day's sum, counted from what was kept: who asked from the lots, what became of them from tickets and the queue
//! (domain.md, *Sums that must hold*).

use chrono::NaiveDate;

use super::{Refusal, facts};
use crate::domain::desk_day::Stage;
use crate::domain::eligibility::ReasonKind;
use crate::domain::hand_out::WaitEnd;
use crate::domain::party::LotStatus;
use crate::domain::sums::{Asked, DeskDaySum, Fate, Outcome, Person};
use crate::domain::ticket::{EndCause, State, Ticket};
use crate::store::{LotEntry, MemberEntry, Read, WaitingEntry};

/// What became of a member of a lot, or has so far.
#[must_use]
pub fn fate(
    lot: &LotEntry,
    (position, member): (u32, &MemberEntry),
    tickets: &[(u32, Ticket)],
    queue: &[WaitingEntry],
) -> Fate<ReasonKind> {
    let own: Vec<&Ticket> =
        tickets.iter().filter(|(of, _)| *of == position).map(|(_, ticket)| ticket).collect();
    let waited: Vec<&WaitingEntry> =
        queue.iter().filter(|entry| entry.lot == lot.number && entry.members.contains(&position)).collect();
    if own.iter().any(|ticket| ticket.was_handed_out()) {
        return Fate::Collected;
    }
    let to_come = own.iter().any(|ticket| matches!(ticket.state, State::Waiting(_)))
        || waited.iter().any(|entry| entry.ended.is_none());
    if to_come {
        return Fate::Undecided;
    }
    // A ban after the freeze refuses a member of a lot that is in.
    let refused = member.main_reason.map(Fate::Refused);
    let how = waited.iter().filter_map(|entry| entry.ended).find(|&how| how != WaitEnd::Placed);
    match how {
        Some(WaitEnd::TurnedAway) => return Fate::TurnedAway,
        Some(WaitEnd::Withdrawn) => return Fate::Withdrawn,
        Some(WaitEnd::Refused) => return refused.unwrap_or(Fate::Refused(ReasonKind::Banned)),
        Some(WaitEnd::Placed) | None => {}
    }
    if let Some(refused) = refused {
        return refused;
    }
    // The place went before the ticket was handed out: nothing, for lack of place.
    let place_went =
        |ticket: &&Ticket| matches!(ticket.state, State::Ended { cause: EndCause::PlaceGone, .. });
    if own.iter().any(place_went) {
        return Fate::TurnedAway;
    }
    match own.iter().rev().map(|ticket| &ticket.state).find(|state| !matches!(state, State::Ended { .. })) {
        Some(State::Declined) => Fate::Declined,
        Some(State::Lapsed) => Fate::Lapsed,
        _ if lot.status == LotStatus::Withdrawn => Fate::Withdrawn,
        _ => Fate::Undecided,
    }
}

/// The sum of a desk day.
///
/// # Errors
/// When the database fails.
pub fn of_desk_day(read: &mut Read<'_>, date: NaiveDate) -> Result<DeskDaySum<ReasonKind>, Refusal> {
    let saved = facts::desk_day(read, date)?;
    let queue = read.queue(date)?;
    let (mut asked, mut outcomes) = (Vec::new(), Vec::new());
    for entry in read.all_lots(date)? {
        let tickets = read.tickets_of_lot(date, entry.number)?;
        for (position, member) in (1..).zip(&entry.members) {
            let person = member.guest.map_or(Person::Logged(entry.number), Person::Guest);
            asked.push(Asked { lot: entry.number, person });
            let fate = fate(&entry, (position, member), &tickets, &queue);
            outcomes.push(Outcome { lot: entry.number, person, fate });
        }
    }
    let finished = matches!(saved.day.stage, Stage::Finished { .. });
    Ok(DeskDaySum::count(date, finished, &asked, &outcomes))
}
