//! Bans: who is kept out of a shelter, and what becomes of the place, the rank or the wish a ban reaches (domain.md, *Bans*).
//!
//! A ban acts at once on everything that was handed out or waits. On a list that is frozen and not yet drawn it does nothing:
//! what it takes there, it takes when the tickets are issued ([`after_the_draw`]).

mod effects;

use uuid::Uuid;

use super::{Ctx, Refusal, facts, guests, random_uuid};
use crate::domain::audit::{Event, Stay};
use crate::domain::ban::{Ban, BanReason, Tonight, first_night};
use crate::domain::code::UnoCode;
use crate::domain::guest::GuestId;
use crate::domain::hand_out::Choice;
use crate::domain::night::{Night, Nights};
use crate::domain::role::Power;
use crate::domain::shelter::ShelterCode;
use crate::domain::word::Word;
use crate::store::{BanEntry, Read, SavedDay, Tx};

/// A ban that is to be made.
#[derive(Clone, Copy, Debug)]
pub struct Order {
    /// Who.
    pub guest: UnoCode,
    /// Where.
    pub shelter: ShelterCode,
    /// Its last night.
    pub last: Night,
    /// Why.
    pub reason: BanReason,
    /// Whether it takes tonight from a guest who sleeps there.
    pub tonight: Tonight,
    /// What the rest of a family do, should it take a place not yet handed out.
    pub family: Choice,
}

/// Makes a ban, by a coordinator or by the shelter itself, and does at once what follows from it: a ticket handed out ends
/// there, one not handed out is taken back, and who waits no longer accepts that shelter.
///
/// # Errors
/// A refusal if there is no such guest or shelter, or the ban would end before it begins; of a family that cannot all go
/// together to the head of the queue, though that was chosen: then nothing is done, and the ban is made again for the rest to
/// take their places.
pub fn make(tx: &mut Tx<'_>, ctx: &Ctx, order: &Order) -> Result<Uuid, Refusal> {
    ctx.must(Power::Ban)?;
    ctx.must_see(order.shelter)?;
    let guest = guests::by_uno(tx, order.guest)?.id;
    let shelter = order.shelter;
    if tx.shelter(shelter)?.is_none() {
        return Err(Refusal::field("shelter", format!("there is no shelter {shelter}: look at the list")));
    }
    let first = first_of(tx, ctx, guest, order)?;
    let nights = Nights::new(first, order.last).map_err(|_| {
        Refusal::field("last", format!("this ban begins with the night of {first}: let it end then or later"))
    })?;
    let ban = Ban { guest, shelter, nights };
    let made = BanEntry {
        id: random_uuid()?,
        ban,
        reason: order.reason,
        family: order.family,
        made_at: ctx.now,
        lifted_at: None,
    };
    tx.add_ban(&made, ctx.by())?;
    ctx.record(
        tx,
        &Event::BanMade {
            ban: made.id,
            guest: guest.0,
            shelter,
            nights: Stay { first, last: order.last },
            reason: order.reason.word().to_owned(),
        },
    )?;
    effects::end_what_was_given(tx, ctx, &ban)?;
    let Some(saved) = tx.running_desk_day()? else { return Ok(made.id) };
    if saved.day.lots_may_change() {
        effects::narrow_lots(tx, ctx, &saved, &[ban])?;
    }
    effects::narrow_queue(tx, ctx, &saved, &ban)?;
    effects::take_back_tickets(tx, ctx, &saved, &made)?;
    Ok(made.id)
}

/// The first night of the ban: tonight, unless the guest sleeps there tonight or the night is over for the guest.
fn first_of(read: &mut Read<'_>, ctx: &Ctx, guest: GuestId, order: &Order) -> Result<Night, Refusal> {
    let tonight = ctx.tonight();
    let tickets = read.tickets_of(guest, tonight)?;
    // Later nights have not begun, so none of them is closed and nobody has arrived on them.
    let mut over = read.closed_nights(order.shelter, Nights::starting(tonight, 2))?;
    for ticket in &tickets {
        let arrivals = read.arrivals_of(ticket.id)?;
        over.extend(arrivals.iter().filter(|arrival| arrival.stands()).map(|arrival| arrival.night));
    }
    if facts::has_walked_in(read, guest, order.shelter, tonight)? {
        over.push(tonight);
    }
    Ok(first_night(order.shelter, &tickets, order.tonight, ctx.now, |night| over.contains(&night)))
}

/// Does to the tickets just issued and to the reserve list what the bans made since the freeze ask for, in their order
/// (domain.md, *Bans*). To be called once, after the places of a list were issued and its reserve list was put into the queue.
///
/// # Errors
/// When the database fails or stands against it.
pub fn after_the_draw(tx: &mut Tx<'_>, ctx: &Ctx, saved: &SavedDay) -> Result<(), Refusal> {
    for made in bans_on_the_list(tx, saved)? {
        effects::narrow_queue(tx, ctx, saved, &made.ban)?;
        effects::take_back_or_leave_the_rest(tx, ctx, saved, &made)?;
    }
    Ok(())
}

/// Takes the shelters of all bans that stand from what those accept who wait. To be called after somebody waits again who had a place
/// in between: bans made then passed that waiting by.
///
/// # Errors
/// When the database fails or stands against it.
pub(super) fn of_who_waits_again(tx: &mut Tx<'_>, ctx: &Ctx, saved: &SavedDay) -> Result<(), Refusal> {
    for made in bans_on_the_list(tx, saved)? {
        effects::narrow_queue(tx, ctx, saved, &made.ban)?;
    }
    Ok(())
}

/// Takes the shelters of all bans that stand from what the lots accept. To be called before a list is frozen: bans made while
/// an earlier list of the day was frozen did not change its lots, and stand before the next.
///
/// # Errors
/// When the database fails or stands against it.
pub fn before_the_freeze(tx: &mut Tx<'_>, ctx: &Ctx, saved: &SavedDay) -> Result<(), Refusal> {
    let bans: Vec<Ban> = bans_on_the_list(tx, saved)?.into_iter().map(|made| made.ban).collect();
    effects::narrow_lots(tx, ctx, saved, &bans)
}

/// The bans that stand against people in the lots of a day, in the order in which they were made.
fn bans_on_the_list(read: &mut Read<'_>, saved: &SavedDay) -> Result<Vec<BanEntry>, Refusal> {
    let mut bans = read.bans(None, saved.day.start_nights.nights().first())?;
    if bans.is_empty() {
        return Ok(bans);
    }
    let lots = read.all_lots(saved.day.date())?;
    let guests: std::collections::BTreeSet<GuestId> =
        lots.iter().flat_map(|lot| &lot.members).filter_map(|member| member.guest).collect();
    bans.retain(|made| guests.contains(&made.ban.guest));
    bans.sort_by_key(|made| (made.made_at, made.id));
    Ok(bans)
}

/// Lifts a ban. What it ended or took stays ended and taken: the guest asks anew.
///
/// # Errors
/// A refusal for anybody but a coordinator; if there is no such ban, or it was lifted already.
pub fn lift(tx: &mut Tx<'_>, ctx: &Ctx, id: Uuid) -> Result<(), Refusal> {
    ctx.must(Power::LiftBans)?;
    let made = tx.ban(id)?.ok_or_else(|| Refusal::not_found("ban"))?;
    if !tx.lift_ban(id, ctx.now)? {
        return Err(Refusal::conflict("ban-lifted", "this ban was lifted already: nothing needs to be done"));
    }
    let Ban { guest, shelter, .. } = made.ban;
    ctx.record(tx, &Event::BanLifted { ban: id, guest: guest.0, shelter })
}

/// The bans that stand tonight or later, by last night: of one shelter, or of all. A shelter's worker sees its own.
///
/// # Errors
/// A refusal that names nothing, for a shelter's worker who asks about another.
pub fn list(read: &mut Read<'_>, ctx: &Ctx, at: Option<ShelterCode>) -> Result<Vec<BanEntry>, Refusal> {
    ctx.must(Power::SeeBans)?;
    if let Some(shelter) = at {
        ctx.must_see(shelter)?;
    }
    Ok(read.bans(at.or(ctx.shelter()), ctx.tonight())?)
}
