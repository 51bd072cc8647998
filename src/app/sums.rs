//! The desk day's sum, counted from what was kept: who asked from the lots, what became of them from tickets and the queue
//! (domain.md, *Sums that must hold*).

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::{Refusal, facts};
use crate::domain::desk_day::Stage;
use crate::domain::eligibility::ReasonKind;
use crate::domain::guest::GuestId;
use crate::domain::party::LotNumber;
use crate::domain::sums::{Asked, DeskDaySum, Outcome, Person, Traces};
use crate::domain::ticket::Ticket;
use crate::store::Read;

/// The sum of a desk day.
///
/// # Errors
/// When the database fails.
pub fn of_desk_day(read: &mut Read<'_>, date: NaiveDate) -> Result<DeskDaySum<ReasonKind>, Refusal> {
    let saved = facts::desk_day(read, date)?;
    let waits = read.waits(date)?;
    let tickets = read.tickets_of_day(date)?;
    let mut tickets_of: BTreeMap<(LotNumber, GuestId), Vec<&Ticket>> = BTreeMap::new();
    for ticket in &tickets {
        tickets_of.entry((ticket.lot, ticket.guest)).or_default().push(ticket);
    }
    let (mut asked, mut outcomes) = (Vec::new(), Vec::new());
    for entry in read.all_lots(date)? {
        for (position, member) in (1..).zip(&entry.members) {
            let person = member.guest.map_or(Person::Logged(entry.number), Person::Guest);
            asked.push(Asked { lot: entry.number, person });
            let own = member.guest.and_then(|guest| tickets_of.get(&(entry.number, guest)));
            let of_lot = waits.iter().filter(|waiting| waiting.lot == entry.number);
            let own_waits = of_lot.filter(|waiting| waiting.members.contains(&position));
            let traces = Traces {
                status: entry.status,
                refused: member.main_reason,
                tickets: own.map_or(&[], Vec::as_slice),
                waits: &own_waits.map(|waiting| waiting.ended).collect::<Vec<_>>(),
            };
            outcomes.push(Outcome { lot: entry.number, person, fate: traces.fate() });
        }
    }
    let finished = matches!(saved.day.stage, Stage::Finished { .. });
    Ok(DeskDaySum::count(date, finished, &asked, &outcomes))
}
