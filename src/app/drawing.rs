//! The draw of a desk day: the list is frozen and its commitment shown, digits are typed one by one, and what follows from
//! both is written down (draw.md, sections 2 to 4, 7 and 8).
//!
//! The entropy is kept in one step and the result computed in another, so that it stands in the database before anything is
//! computed from it. A service that dies in between concludes the draw when it is started again.

use chrono::NaiveDate;

use super::queue::wait;
use super::{Ctx, Refusal, bans, facts, issuing, random_bytes};
use crate::domain::audit::Event;
use crate::domain::desk_day::{Die, EntropySource};
use crate::domain::hand_out::Rank;
use crate::domain::lottery::hash::Hash32;
use crate::domain::lottery::manifest::{Content, Manifest, OutLot};
use crate::domain::lottery::placement::{Lot, Outcome, place};
use crate::domain::lottery::{Draw, record};
use crate::domain::night::Night;
use crate::domain::party::{LotNumber, LotStatus};
use crate::domain::role::Power;
use crate::store::{LotEntry, Read, SavedDay, Tx};

/// Freezes the list of a closed day: from now on the manifest cannot change, and it and its salt leave the service by no way
/// before the randomness is complete. Answers the number of the draw.
///
/// # Errors
/// A refusal unless the day is closed.
pub fn freeze(tx: &mut Tx<'_>, ctx: &Ctx, date: NaiveDate, source: &EntropySource) -> Result<u32, Refusal> {
    ctx.must(Power::Draw)?;
    let saved = facts::desk_day(tx, date)?;
    let last_lot = saved.day.may_freeze(source)?;
    bans::before_the_freeze(tx, ctx, &saved)?;
    let (draw, previous) = saved.day.next_draw()?;
    let (lots, out) = parted(tx.all_lots(date)?, last_lot);
    let lots_in = u32::try_from(lots.len()).unwrap_or(u32::MAX);
    let content = Content {
        day: Night::new(date)?,
        draw,
        previous,
        log: tx.head().hash,
        salt: Hash32(random_bytes()?),
        source: source.in_manifest(),
        places: facts::free_places(tx, &saved)?,
        lots,
        out,
    };
    let manifest = Manifest::freeze(content)
        .map_err(|refused| Refusal::conflict("list-not-valid", refused.to_string()))?;
    let day = saved.day.freeze(manifest.commitment(), source.clone(), lots_in)?;
    let list = day.list().ok_or_else(|| Refusal::internal("a frozen day without a list"))?;
    tx.add_list(date, list, manifest.bytes(), ctx.by(), ctx.now)?;
    tx.save_desk_day(&day, ctx.now)?;
    let event = Event::ListFrozen {
        day: date,
        draw,
        commitment: list.commitment,
        lots_in,
        last_lot,
        entropy: source.in_manifest().to_string(),
    };
    ctx.record(tx, &event)?;
    Ok(draw)
}

/// The lots of a list: those that are in, and those that are not. Late-comers are in neither.
fn parted(entries: Vec<LotEntry>, last_lot: u32) -> (Vec<Lot>, Vec<OutLot>) {
    let (mut lots, mut out) = (Vec::new(), Vec::new());
    for entry in entries.into_iter().filter(|entry| entry.number.0 <= last_lot) {
        match (entry.status, entry.as_lot()) {
            (LotStatus::In, Some(lot)) => lots.push(lot),
            (status, _) => {
                let members = entry.sexes(&entry.positions());
                out.push(OutLot { number: entry.number, members, refused: status == LotStatus::Refused });
            }
        }
    }
    (lots, out)
}

/// Places the frozen lots in the order of their numbers. If nobody is left over that is the result, and no entropy is ever
/// taken; else the digits are awaited (draw.md, section 4, *Everyone fits*).
///
/// # Errors
/// A refusal unless the list was just frozen.
pub fn place_by_number(tx: &mut Tx<'_>, ctx: &Ctx, date: NaiveDate) -> Result<(), Refusal> {
    ctx.must(Power::Draw)?;
    let saved = facts::desk_day(tx, date)?;
    let draw = saved.day.may_place_by_number()?.draw;
    let content = manifest(tx, date, draw)?.content().clone();
    let order: Vec<LotNumber> = content.lots.iter().map(|lot| lot.number).collect();
    let outcomes = place(&content.places, &content.lots, &order);
    let left_over = outcomes.iter().filter(|outcome| matches!(outcome, Outcome::Reserve { .. })).count();
    let day = saved.day.place_by_number(left_over)?;
    tx.save_desk_day(&day, ctx.now)?;
    let event =
        Event::PlacedByNumber { day: date, draw, left_over: u32::try_from(left_over).unwrap_or(u32::MAX) };
    ctx.record(tx, &event)?;
    if left_over == 0 { conclude(tx, ctx, date) } else { Ok(()) }
}

/// Keeps one digit thrown in the hall, the one at `place` counted from 1.
///
/// # Errors
/// A refusal unless it is the next one of a draw that awaits digits.
pub fn type_digit(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    date: NaiveDate,
    (place, shown): (u32, u8),
) -> Result<(), Refusal> {
    ctx.must(Power::Draw)?;
    let saved = facts::desk_day(tx, date)?;
    let die = Die::new(shown)?;
    let draw = saved.day.list().map_or(0, |list| list.draw);
    let day = saved.day.type_digit(place, die)?;
    tx.add_digit((date, draw), (place, die), ctx.by(), ctx.now)?;
    tx.save_desk_day(&day, ctx.now)?;
    ctx.record(tx, &Event::DigitTyped { day: date, draw, place, shown })
}

/// Keeps the operating system's bytes, for a list that names the service as its source.
///
/// # Errors
/// A refusal unless such a draw awaits them.
pub fn draw_by_service(tx: &mut Tx<'_>, ctx: &Ctx, date: NaiveDate) -> Result<(), Refusal> {
    ctx.must(Power::Draw)?;
    let saved = facts::desk_day(tx, date)?;
    let draw = saved.day.list().map_or(0, |list| list.draw);
    let bytes = Hash32(random_bytes()?);
    let day = saved.day.store_service_bytes(bytes)?;
    tx.add_service_bytes(date, draw, bytes, ctx.now)?;
    tx.save_desk_day(&day, ctx.now)?;
    ctx.record(tx, &Event::ServiceBytesStored { day: date, draw })
}

/// Computes the result of a draw whose randomness is kept, if that was not done yet: the record, tickets for those placed, the
/// reserve list for the others. Nothing to do is no fault: the step may be taken by whoever comes first.
///
/// # Errors
/// When the database fails.
pub fn conclude(tx: &mut Tx<'_>, ctx: &Ctx, date: NaiveDate) -> Result<(), Refusal> {
    let saved = facts::desk_day(tx, date)?;
    let Some(list) = saved.day.just_drawn() else { return Ok(()) };
    if tx.draw_record(date, list.draw)?.is_some() {
        return Ok(());
    }
    let draw = Draw::new(manifest(tx, date, list.draw)?, list.entropy().as_deref())
        .map_err(|error| Refusal::internal(&format!("a draw that cannot be concluded: {error}")))?;
    let written = record::write(&draw).map_err(|error| Refusal::internal(&error.to_string()))?;
    tx.add_draw_record(date, list.draw, &written, ctx.now)?;
    let reserve = draw.outcomes().iter().filter(|outcome| matches!(outcome, Outcome::Reserve { .. })).count();
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let event = Event::Drawn {
        day: date,
        draw: list.draw,
        record: Hash32::sha256(&[written.as_bytes()]),
        placed: count(draw.outcomes().len() - reserve),
        reserve: count(reserve),
    };
    ctx.record(tx, &event)?;
    for outcome in draw.outcomes() {
        give(tx, ctx, &saved, draw.manifest().content(), outcome)?;
    }
    bans::after_the_draw(tx, ctx, &saved)
}

/// Gives a lot what it was drawn for. One that withdrew after the freeze was drawn as if it stayed, and gets nothing: its
/// place goes to the reserve list (draw.md, section 3).
fn give(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    saved: &SavedDay,
    content: &Content,
    outcome: &Outcome,
) -> Result<(), Refusal> {
    let date = saved.day.date();
    let missing = || Refusal::internal("a lot of the list is missing");
    let entry = tx.lot(date, outcome.lot())?.ok_or_else(missing)?;
    if entry.status != LotStatus::In {
        return Ok(());
    }
    match outcome {
        Outcome::Placed { seat, .. } => {
            issuing::issue(tx, ctx, saved, &entry, &entry.positions(), (seat, &content.places))?;
            Ok(())
        }
        Outcome::Reserve { reserve, .. } => wait(tx, ctx, &entry, Rank::Reserve(*reserve)),
    }
}

fn manifest(read: &mut Read<'_>, date: NaiveDate, draw: u32) -> Result<Manifest, Refusal> {
    let missing = || Refusal::internal("a manifest is missing");
    let bytes = read.manifest(date, draw)?.ok_or_else(missing)?;
    Manifest::read(bytes.as_bytes()).map_err(|refused| Refusal::internal(&refused.to_string()))
}

/// The manifest of a draw, once it may be shown: not before the randomness is complete, the result that needs none is there, or
/// the draw was set aside (draw.md, section 3).
///
/// # Errors
/// A refusal before that, whoever asks.
pub fn shown_manifest(read: &mut Read<'_>, date: NaiveDate, draw: u32) -> Result<String, Refusal> {
    let saved = facts::desk_day(read, date)?;
    let bytes = read.manifest(date, draw)?.ok_or_else(|| Refusal::not_found("draw"))?;
    if saved.day.may_show_manifest(draw) {
        return Ok(bytes);
    }
    Err(Refusal::conflict(
        "list-secret",
        "the list is frozen and its digits are not all typed: nobody is given it before that",
    ))
}

/// The record of a draw that was made.
///
/// # Errors
/// A refusal if there is none.
pub fn shown_record(read: &mut Read<'_>, date: NaiveDate, draw: u32) -> Result<String, Refusal> {
    shown_manifest(read, date, draw)?;
    let record = read.draw_record(date, draw)?;
    record.ok_or_else(|| Refusal::conflict("not-drawn", format!("draw {draw} of {date} has no result")))
}
