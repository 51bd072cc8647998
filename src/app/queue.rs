//! The queue of a desk day, in and out: who waits for a place, and what the audit log says of it (draw.md, section 8).

use chrono::NaiveDate;

use super::{Ctx, Refusal};
use crate::domain::audit::Event;
use crate::domain::hand_out::{Queue, Rank, WaitEnd, Waiting};
use crate::domain::lottery::placement::Lot;
use crate::domain::word::Word;
use crate::store::{LotEntry, Read, Tx, WaitingEntry};

/// Those who wait on a day.
///
/// # Errors
/// When the database fails.
pub(super) fn of_day(read: &mut Read<'_>, day: NaiveDate) -> Result<Queue, Refusal> {
    let entries = read.queue(day)?;
    let mut waiting = Vec::new();
    for entry in entries.into_iter().filter(|entry| entry.waits()) {
        let lot = lot_behind(read, &entry)?;
        waiting.push(Waiting {
            rank: entry.rank,
            lot: Lot {
                number: entry.lot,
                members: lot.sexes(&entry.members),
                from: entry.from,
                accepts: entry.accepts,
            },
            declined: entry.declined,
        });
    }
    Ok(Queue::new(waiting)?)
}

/// The lot of a party that waits, or waited.
pub(super) fn lot_behind(read: &mut Read<'_>, waiting: &WaitingEntry) -> Result<LotEntry, Refusal> {
    let found = read.lot(waiting.day, waiting.lot)?;
    found.ok_or_else(|| Refusal::internal("a lot that waited is missing"))
}

/// Puts all members of a lot into the queue.
///
/// # Errors
/// When the database fails or stands against it.
pub(super) fn wait(tx: &mut Tx<'_>, ctx: &Ctx, entry: &LotEntry, rank: Rank) -> Result<(), Refusal> {
    wait_of(tx, ctx, entry, (rank, entry.positions()))
}

/// Puts these members of a lot into the queue.
///
/// # Errors
/// When the database fails or stands against it.
pub(super) fn wait_of(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    entry: &LotEntry,
    (rank, members): (Rank, Vec<u32>),
) -> Result<(), Refusal> {
    let from = entry.from.ok_or_else(|| Refusal::internal("a lot without a night waits"))?;
    let waiting = WaitingEntry {
        day: entry.day,
        rank,
        lot: entry.number,
        members,
        accepts: entry.accepts.clone(),
        from,
        declined: Vec::new(),
        ended: None,
    };
    enqueue(tx, ctx, &waiting)
}

/// Keeps that a party waits, and says so in the audit log.
///
/// # Errors
/// When the database fails or stands against it.
pub(super) fn enqueue(tx: &mut Tx<'_>, ctx: &Ctx, waiting: &WaitingEntry) -> Result<(), Refusal> {
    if tx.waits_no_more(waiting.day, waiting.rank)? {
        tx.wait_anew(waiting)?
    } else {
        tx.add_waiting(waiting, ctx.now)?
    }
    let (part, place) = waiting.rank.stored();
    ctx.record(tx, &Event::LotWaits { day: waiting.day, lot: waiting.lot, part, place })
}

/// Ends a party's waiting, and says so in the audit log.
///
/// # Errors
/// When the database fails.
pub(super) fn end_waiting(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    entry: &WaitingEntry,
    how: WaitEnd,
) -> Result<(), Refusal> {
    tx.end_waiting(entry.day, entry.rank, how, ctx.now)?;
    let how = how.word().to_owned();
    ctx.record(tx, &Event::LotWaitsNoMore { day: entry.day, lot: entry.lot, how })
}
