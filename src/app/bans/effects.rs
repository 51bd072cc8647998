//! What a ban does to what was given, to tickets that wait to be collected, to who waits for a place, and to lots that stand in
//! no list yet.

use crate::app::{Ctx, Refusal, facts, queue, tickets};
use crate::domain::audit::Event;
use crate::domain::ban::{Ban, span};
use crate::domain::eligibility::{DayFacts, PartyFacts, PersonFacts, ReasonKind, accepts_from};
use crate::domain::hand_out::{
    AfterBan, Choice, HandOutError, Rank, WaitEnd, accepts_without, ban_before_hand_out, without_shelter,
};
use crate::domain::lottery::placement::Lot;
use crate::domain::night::Night;
use crate::domain::party::{AskedFor, LotStatus};
use crate::domain::shelter::ShelterCode;
use crate::domain::ticket::{EndCause, Ticket};
use crate::domain::word::Word;
use crate::store::{BanEntry, LotEntry, Read, SavedDay, Tx, WaitingEntry};

/// Ends what the guest has in hand at that shelter, from the first night the ban takes: tickets handed out, and beds given to
/// a walk-in.
pub(super) fn end_what_was_given(tx: &mut Tx<'_>, ctx: &Ctx, ban: &Ban) -> Result<(), Refusal> {
    for ticket in tx.tickets_of(ban.guest, ban.nights.first())? {
        if ticket.waits() {
            continue;
        }
        let Some(from) = ban.first_night_taken(&ticket) else { continue };
        tickets::end(tx, ctx, ticket, EndCause::Banned, from)?;
    }
    for night in tx.beds_of(ban.guest, ban.nights.first())? {
        if ban.nights.contains(night) && facts::has_walked_in(tx, ban.guest, ban.shelter, night)? {
            tx.undo_walk_in(ban.guest, night, ctx.now)?;
            ctx.record(tx, &Event::WalkInUndone { guest: ban.guest.0, night, shelter: ban.shelter })?;
        }
    }
    Ok(())
}

/// Whether this ban leaves its shelter out of what a party accepts that may start from `from` on.
fn reaches(read: &mut Read<'_>, saved: &SavedDay, ban: &Ban, from: Night) -> Result<bool, Refusal> {
    let Some(shelter) = read.shelter(ban.shelter)? else { return Ok(false) };
    let last_start = saved.day.start_nights.nights().last();
    Ok(ban.touches(span(from, last_start, shelter.terms.full_nights)))
}

/// Takes the shelters of these bans from what the lots of a day accept that stand in no list yet. A lot that accepts no other
/// is refused.
pub(super) fn narrow_lots(tx: &mut Tx<'_>, ctx: &Ctx, saved: &SavedDay, bans: &[Ban]) -> Result<(), Refusal> {
    if bans.is_empty() {
        return Ok(());
    }
    let lots = tx.all_lots(saved.day.date())?;
    let asks = |lot: &LotEntry| lot.asks == AskedFor::InTheDraw && lot.status == LotStatus::In;
    for mut lot in lots.into_iter().filter(asks) {
        for ban in bans {
            narrow_lot(tx, ctx, saved, (&mut lot, ban))?;
        }
    }
    Ok(())
}

fn narrow_lot(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    saved: &SavedDay,
    (entry, ban): (&mut LotEntry, &Ban),
) -> Result<(), Refusal> {
    let of_lot = entry.members.iter().any(|member| member.guest == Some(ban.guest));
    let Some(lot) = entry.as_lot().filter(|lot| lot.accepts.contains(&ban.shelter)) else {
        return Ok(());
    };
    if !of_lot || !reaches(tx, saved, ban, lot.from)? {
        return Ok(());
    }
    let (day, number, shelter) = (entry.day, entry.number, ban.shelter);
    if let Some(left) = without_shelter(&lot, shelter) {
        entry.accepts = left.accepts;
        tx.save_lot(entry)?;
        return ctx.record(tx, &Event::ShelterLostByBan { day, lot: number, shelter });
    }
    (entry.status, entry.accepts, entry.from) = (LotStatus::Refused, Vec::new(), None);
    for member in &mut entry.members {
        member.main_reason = Some(ReasonKind::Banned);
    }
    tx.save_lot(entry)?;
    record_refused(tx, ctx, entry, &entry.positions())
}

fn record_refused(tx: &mut Tx<'_>, ctx: &Ctx, lot: &LotEntry, positions: &[u32]) -> Result<(), Refusal> {
    for &position in positions {
        ctx.record(tx, &Event::LotRefusedByBan { day: lot.day, lot: lot.number, position })?;
    }
    Ok(())
}

/// Takes the shelter of a ban from what those accept who wait with the banned guest. Who accepts no other is refused.
pub(super) fn narrow_queue(tx: &mut Tx<'_>, ctx: &Ctx, saved: &SavedDay, ban: &Ban) -> Result<(), Refusal> {
    let day = saved.day.date();
    for waiting in tx.queue(day)? {
        if !waiting.waits() || !waiting.accepts.contains(&ban.shelter) {
            continue;
        }
        let lot = queue::lot_behind(tx, &waiting)?;
        if !is_among(&lot, &waiting.members, ban) || !reaches(tx, saved, ban, waiting.from)? {
            continue;
        }
        let left = accepts_without(&waiting.accepts, ban.shelter);
        if left.is_empty() {
            queue::end_waiting(tx, ctx, &waiting, WaitEnd::Refused)?;
            tx.refuse_members(day, lot.number, &waiting.members, ReasonKind::Banned)?;
            record_refused(tx, ctx, &lot, &waiting.members)?;
        } else {
            tx.save_accepts(day, waiting.rank, &left)?;
            ctx.record(tx, &Event::ShelterLostByBan { day, lot: lot.number, shelter: ban.shelter })?;
        }
    }
    Ok(())
}

fn is_among(lot: &LotEntry, positions: &[u32], ban: &Ban) -> bool {
    positions.iter().any(|&position| lot.member(position).and_then(|one| one.guest) == Some(ban.guest))
}

/// Takes back the ticket of a banned guest that waits to be collected.
pub(super) fn take_back_tickets(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    saved: &SavedDay,
    made: &BanEntry,
) -> Result<(), Refusal> {
    for ticket in waiting_tickets(tx, made)? {
        take_back(tx, ctx, saved, (made, &ticket, made.family))?;
    }
    Ok(())
}

/// The same where nobody can be asked again: if a family cannot all go together, the rest take their places.
pub(super) fn take_back_or_leave_the_rest(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    saved: &SavedDay,
    made: &BanEntry,
) -> Result<(), Refusal> {
    for ticket in waiting_tickets(tx, made)? {
        let party = Placed::of(tx, ctx, saved, (&ticket, made.family))?;
        let can = party.after(made, made.family).is_ok();
        let choice = if can { made.family } else { Choice::RestTakeTheirPlaces };
        take_back(tx, ctx, saved, (made, &ticket, choice))?;
    }
    Ok(())
}

fn waiting_tickets(read: &mut Read<'_>, made: &BanEntry) -> Result<Vec<Ticket>, Refusal> {
    let mut tickets = read.tickets_of(made.ban.guest, made.ban.nights.first())?;
    tickets.retain(|ticket| ticket.waits() && made.ban.stops(ticket));
    Ok(tickets)
}

/// Those of a lot who were placed together, as the hand-out sees them.
struct Placed {
    entry: LotEntry,
    lot: Lot,
    positions: Vec<u32>,
    tickets: Vec<Ticket>,
    banned: u32,
}

impl Placed {
    fn of(
        read: &mut Read<'_>,
        ctx: &Ctx,
        saved: &SavedDay,
        (ticket, choice): (&Ticket, Choice),
    ) -> Result<Self, Refusal> {
        let day = ticket.desk_day;
        let entry = read.lot(day, ticket.lot)?.ok_or_else(|| Refusal::internal("a ticket of no lot"))?;
        // A family's tickets share one placement; who was parted from it by an earlier ban has another.
        let with_it = |other: &Ticket| {
            (other.issued, other.pool.shelter) == (ticket.issued, ticket.pool.shelter)
                && other.nights().is_some()
        };
        let mut placed = read.tickets_of_lot(day, ticket.lot)?;
        placed.retain(|(_, other)| with_it(other));
        placed.sort_by_key(|(position, _)| *position);
        let own = placed.iter().find(|(_, other)| other.id == ticket.id).map(|(position, _)| *position);
        let banned = own.ok_or_else(|| Refusal::internal("a ticket of nobody in its lot"))?;
        let (positions, tickets): (Vec<u32>, Vec<Ticket>) = placed.into_iter().unzip();
        let going = if choice == Choice::AllTogether { positions.clone() } else { vec![banned] };
        let from = from_of(read, &entry, banned)?;
        let accepts = accepted_by(read, ctx, saved, (&entry, &going, from))?;
        let lot = Lot { number: entry.number, members: entry.sexes(&positions), from, accepts };
        Ok(Self { lot, entry, positions, tickets, banned })
    }

    fn after(&self, made: &BanEntry, choice: Choice) -> Result<AfterBan, HandOutError> {
        ban_before_hand_out(&self.lot, self.tickets.clone(), made.ban.guest, made.ban.shelter, choice)
    }
}

/// From which night on a member of a placed party could start: as it waited last, or as it asked.
fn from_of(read: &mut Read<'_>, lot: &LotEntry, position: u32) -> Result<Night, Refusal> {
    let mut waited = read.queue(lot.day)?;
    waited.retain(|entry| entry.lot == lot.number && entry.members.contains(&position));
    // Nobody comes to another part of the queue from its head.
    let last = waited.into_iter().max_by_key(|entry| match entry.rank {
        Rank::Head(number) => Some(number),
        _ => None,
    });
    let from = last.map(|entry| entry.from).or(lot.from);
    from.ok_or_else(|| Refusal::internal("a ticket of a lot without a night"))
}

/// What those accept who go on, by the wishes they named: after all bans that stand, and in the company they are now. A shelter
/// that could not take the family may take one of it.
fn accepted_by(
    read: &mut Read<'_>,
    ctx: &Ctx,
    saved: &SavedDay,
    (lot, going, from): (&LotEntry, &[u32], Night),
) -> Result<Vec<ShelterCode>, Refusal> {
    let mut people = Vec::new();
    for one in going.iter().filter_map(|&position| lot.member(position)) {
        let guest = one.guest.and_then(|guest| read.guest(guest).transpose()).transpose()?;
        let guest = guest.ok_or_else(|| Refusal::internal("a ticket of nobody"))?;
        let bans: Vec<Ban> = read.bans_of(guest.id, from)?.into_iter().map(|made| made.ban).collect();
        people.push((one, guest, bans));
    }
    let persons = people.iter().map(|(one, guest, bans)| PersonFacts {
        guest: guest.id,
        sex: one.sex,
        birth: guest.birth,
        shown: one.shown,
        tickets: &[],
        bans,
        lots_today: &[],
    });
    let party = PartyFacts::new(persons.collect(), lot.wishes.clone(), lot.women_only)?;
    let shelters = facts::shelter_facts(read, &saved.day)?;
    let start_nights = saved.day.start_nights.nights();
    let week_rule = ctx.policy.week_rule;
    Ok(accepts_from(&party, &DayFacts { start_nights, week_rule, waivers: &[], shelters: &shelters }, from))
}

fn take_back(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    saved: &SavedDay,
    (made, ticket, choice): (&BanEntry, &Ticket, Choice),
) -> Result<(), Refusal> {
    let party = Placed::of(tx, ctx, saved, (ticket, choice))?;
    let after = party.after(made, choice)?;
    for (before, after) in party.tickets.iter().zip(after.tickets) {
        if *before != after {
            let from = before.issued.first();
            tickets::keep_end(tx, ctx, &after, EndCause::Banned.word(), from)?;
        }
    }
    let Some(lot) = after.to_the_head else {
        tx.refuse_members(party.entry.day, party.entry.number, &[party.banned], ReasonKind::Banned)?;
        return record_refused(tx, ctx, &party.entry, &[party.banned]);
    };
    let queue = tx.queue(party.entry.day)?;
    let together = lot.members.len() == party.positions.len();
    let waiting = WaitingEntry {
        day: party.entry.day,
        rank: Rank::next_at_head(queue.iter().map(|entry| entry.rank)),
        lot: lot.number,
        members: if together { party.positions } else { vec![party.banned] },
        accepts: lot.accepts,
        from: lot.from,
        declined: Vec::new(),
        ended: None,
    };
    queue::enqueue(tx, ctx, &waiting)
}
