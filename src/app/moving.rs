//! Moving tickets: the same nights, another shelter, the whole party (domain.md, *Places*, *Night*).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::tickets::{self, TicketKey};
use super::{Ctx, Refusal, facts};
use crate::domain::arrival::{ArrivalState, move_tonight, standing};
use crate::domain::audit::Event;
use crate::domain::guest::{GuestId, Sex};
use crate::domain::night::{Night, Nights};
use crate::domain::party::LotNumber;
use crate::domain::place::entries::Holder;
use crate::domain::place::moving::room_for_party;
use crate::domain::place::{Pool, Who};
use crate::domain::role::Power;
use crate::domain::shelter::{Admission, Shelter, ShelterCode};
use crate::domain::ticket::{Ticket, TicketId};
use crate::store::{Read, Tx};

/// The tickets of a lot that still hold a night which can be moved, and whose they are.
#[derive(Clone)]
struct Party {
    day: NaiveDate,
    lot: LotNumber,
    tickets: Vec<Ticket>,
    sexes: Vec<Sex>,
    women_only: bool,
}

impl Party {
    /// Those of them who hold a night from this one on.
    fn holding_from(&self, first: Night) -> Self {
        let holds = |ticket: &Ticket| ticket.nights().is_some_and(|nights| nights.last() >= first);
        let (mut tickets, mut sexes) = (Vec::new(), Vec::new());
        for (ticket, &sex) in self.tickets.iter().zip(&self.sexes).filter(|(ticket, _)| holds(ticket)) {
            tickets.push(ticket.clone());
            sexes.push(sex);
        }
        Self { tickets, sexes, ..*self }
    }
}

/// Why a party is not moved to a shelter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotMoved {
    /// It sleeps there already, or holds no night that can be moved.
    NothingToMove,
    /// A member is banned there on one of the nights.
    Banned,
    /// Not all of them fit there on all the nights.
    NoRoom,
    /// There is room, but not in women's places, which its women asked for.
    NotWomenOnly,
}

/// What became of a party when its shelter was emptied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MovedParty {
    /// The desk day of its tickets.
    pub day: NaiveDate,
    /// Its lot.
    pub lot: LotNumber,
    /// The tickets.
    pub tickets: Vec<Uuid>,
    /// Where to, from which night on; none if it stays.
    pub to: Option<(ShelterCode, Night)>,
    /// Why it stays, for each shelter that was tried.
    pub why: Vec<(ShelterCode, NotMoved)>,
}

/// What became of everybody when a shelter was emptied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Emptied {
    /// The shelter.
    pub shelter: ShelterCode,
    /// Every party that held a place there, by desk day and lot.
    pub parties: Vec<MovedParty>,
    /// The beds of walk-ins there, which have no ticket to move: guest and night.
    pub walk_ins: Vec<(GuestId, Night)>,
}

/// Moves the whole party of a ticket to another shelter, from the first night touched: an arrival of tonight is undone first.
///
/// # Errors
/// A refusal for anybody but a coordinator, while a list is frozen, if the shelter has no room for all of them, or a ban
/// stands against it.
pub fn move_party(tx: &mut Tx<'_>, ctx: &Ctx, key: TicketKey, to: ShelterCode) -> Result<TicketId, Refusal> {
    ctx.must(Power::EndTickets)?;
    facts::places_may_change(tx)?;
    let ticket = tickets::find_current(tx, key)?;
    let target = target(tx, "shelter", to)?;
    let party = party(tx, ctx, ticket.desk_day, ticket.lot)?;
    if !party.tickets.iter().any(|one| one.id == ticket.id) {
        let tonight = ctx.tonight();
        return Err(crate::domain::ticket::TicketError::NoNightLeft(tonight).into());
    }
    match try_move(tx, ctx, &party, &target, |shelter| shelter != to)? {
        Ok(_) => Ok(ticket.id),
        Err(why) => Err(refused(why, &party, to)),
    }
}

fn refused(why: NotMoved, party: &Party, to: ShelterCode) -> Refusal {
    let count = party.tickets.len();
    match why {
        NotMoved::NothingToMove => Refusal::conflict(
            "nothing-to-move",
            format!("this party sleeps at {to} already on all its nights: name another shelter"),
        ),
        NotMoved::Banned => Refusal::conflict(
            "banned-there",
            format!("a ban at {to} stands against somebody of this party: name another shelter"),
        ),
        NotMoved::NoRoom | NotMoved::NotWomenOnly => Refusal::conflict(
            "no-room-there",
            format!(
                "{to} has no room for all {count} of this party on all their nights: name another shelter"
            ),
        ),
    }
}

/// Moves everybody who holds a place at a shelter to others, which are tried in this order for each party, by desk day and
/// lot. Who cannot be moved stays, and is named. Women who asked for women's places only are not moved to others unasked.
///
/// # Errors
/// A refusal for anybody but a coordinator, while a list is frozen, or for a shelter that is none.
pub fn empty_shelter(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    leaving: ShelterCode,
    to: &[ShelterCode],
) -> Result<Emptied, Refusal> {
    ctx.must(Power::EndTickets)?;
    facts::places_may_change(tx)?;
    tx.shelter(leaving)?.ok_or_else(|| Refusal::not_found("shelter"))?;
    let mut targets = Vec::with_capacity(to.len());
    for (n, &code) in to.iter().enumerate() {
        let field = format!("to[{n}]");
        if code == leaving || to[..n].contains(&code) {
            return Err(Refusal::field(field, "name each other shelter once, the best first"));
        }
        targets.push(target(tx, &field, code)?);
    }
    let (lots, walk_ins) = who_is_there(tx, ctx, leaving)?;
    let mut parties = Vec::with_capacity(lots.len());
    for (day, lot) in lots {
        let party = party(tx, ctx, day, lot)?;
        if let Some(moved) = move_on(tx, ctx, leaving, &party, &targets)? {
            parties.push(moved);
        }
    }
    Ok(Emptied { shelter: leaving, parties, walk_ins })
}

/// Tries the shelters one after the other; none if the party holds no night there that can be moved.
fn move_on(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    leaving: ShelterCode,
    party: &Party,
    targets: &[Shelter],
) -> Result<Option<MovedParty>, Refusal> {
    let tickets = party.tickets.iter().map(|ticket| ticket.id.0).collect();
    let mut moved = MovedParty { day: party.day, lot: party.lot, tickets, to: None, why: Vec::new() };
    for target in targets {
        if party.women_only && !women_fit(tx, ctx, party, target, leaving)? {
            moved.why.push((target.code, NotMoved::NotWomenOnly));
            continue;
        }
        match try_move(tx, ctx, party, target, |shelter| shelter == leaving)? {
            Ok(from) => {
                moved.to = Some((target.code, from));
                return Ok(Some(moved));
            }
            Err(NotMoved::NothingToMove) => return Ok(None),
            Err(why) => moved.why.push((target.code, why)),
        }
    }
    Ok(Some(moved))
}

/// A shelter that people may be moved to.
fn target(read: &mut Read<'_>, field: &str, code: ShelterCode) -> Result<Shelter, Refusal> {
    let shelter = read.shelter(code)?;
    let shelter = shelter.ok_or_else(|| Refusal::field(field, format!("there is no shelter {code}")))?;
    if shelter.admission == Admission::Own {
        return Err(Refusal::field(field, format!("{code} admits on its own and takes no tickets")));
    }
    Ok(shelter)
}

/// Who holds a place at a shelter from the first night touched on: parties, and beds of walk-ins.
#[expect(clippy::type_complexity, reason = "two lists, each of pairs")]
fn who_is_there(
    read: &mut Read<'_>,
    ctx: &Ctx,
    shelter: ShelterCode,
) -> Result<(Vec<(NaiveDate, LotNumber)>, Vec<(GuestId, Night)>), Refusal> {
    let held = read.held_from(ctx.tonight())?;
    let (mut ids, mut walk_ins) = (Vec::new(), Vec::new());
    for held in held.into_iter().filter(|held| held.pool.shelter == shelter) {
        match held.holder {
            Holder::Ticket(id) => ids.push(id),
            Holder::WalkIn(guest) => walk_ins.push((guest, held.nights.first())),
        }
    }
    ids.sort_unstable();
    ids.dedup();
    let mut lots = Vec::new();
    for id in ids {
        let ticket = read.ticket(id)?.ok_or_else(|| Refusal::internal("a bed of no ticket"))?;
        lots.push((ticket.desk_day, ticket.lot));
    }
    lots.sort_unstable();
    lots.dedup();
    walk_ins.sort_unstable_by_key(|&(guest, night)| (night, guest));
    Ok((lots, walk_ins))
}

fn party(read: &mut Read<'_>, ctx: &Ctx, day: NaiveDate, lot: LotNumber) -> Result<Party, Refusal> {
    let entry = read.lot(day, lot)?.ok_or_else(|| Refusal::internal("a ticket of no lot"))?;
    let (mut tickets, mut sexes) = (Vec::new(), Vec::new());
    for (position, ticket) in read.tickets_of_lot(day, lot)? {
        sexes.push(entry.member(position).ok_or_else(|| Refusal::internal("a ticket of no member"))?.sex);
        tickets.push(ticket);
    }
    let party = Party { day, lot, tickets, sexes, women_only: entry.women_only };
    Ok(party.holding_from(ctx.tonight()))
}

/// The nights to move: from the first that is closed at neither door and on which a member sleeps where it must leave,
/// through the last that any of them holds. None if there is no such night.
fn nights_to_move(
    read: &mut Read<'_>,
    ctx: &Ctx,
    party: &Party,
    target: ShelterCode,
    leaves: impl Fn(ShelterCode) -> bool,
) -> Result<Option<Nights>, Refusal> {
    let Some(last) = party.tickets.iter().filter_map(Ticket::nights).map(Nights::last).max() else {
        return Ok(None);
    };
    let mut night = ctx.tonight();
    while night <= last {
        let mut sleepers = party.tickets.iter().filter(|ticket| ticket.holds(night));
        let leaving = sleepers.any(|ticket| leaves(ticket.pool_on(night).shelter));
        if leaving && !is_closed_for(read, party, target, night)? {
            return Ok(Nights::new(night, last).ok());
        }
        night = night.next();
    }
    Ok(None)
}

fn is_closed_for(
    read: &mut Read<'_>,
    party: &Party,
    target: ShelterCode,
    night: Night,
) -> Result<bool, Refusal> {
    if read.is_closed(target, night)? {
        return Ok(true);
    }
    for ticket in party.tickets.iter().filter(|ticket| ticket.holds(night)) {
        if read.is_closed(ticket.pool_on(night).shelter, night)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The pool for each member at the target, as if the party held nothing.
fn room(
    read: &mut Read<'_>,
    party: &Party,
    target: &Shelter,
    nights: Nights,
) -> Result<Option<Vec<Pool>>, Refusal> {
    let plan = facts::plan(read)?;
    let mut held = read.held_from(nights.first())?;
    held.retain(|held| !party.tickets.iter().any(|own| held.holder == Holder::Ticket(own.id)));
    Ok(room_for_party(&plan, &held, target, &party.sexes, nights)?)
}

/// Whether the target has women's places for every woman of the party.
fn women_fit(
    read: &mut Read<'_>,
    ctx: &Ctx,
    party: &Party,
    target: &Shelter,
    leaving: ShelterCode,
) -> Result<bool, Refusal> {
    let nights = nights_to_move(read, ctx, party, target.code, |shelter| shelter == leaving)?;
    // What else stands in the way is said by the move itself.
    let Some(nights) = nights else { return Ok(true) };
    let party = party.holding_from(nights.first());
    let Some(pools) = room(read, &party, target, nights)? else { return Ok(true) };
    Ok(pools.iter().zip(&party.sexes).all(|(pool, &sex)| sex != Sex::Woman || pool.who == Who::Women))
}

/// Moves a party if it can be: the first night it sleeps there, or why not.
fn try_move(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    party: &Party,
    target: &Shelter,
    leaves: impl Fn(ShelterCode) -> bool,
) -> Result<Result<Night, NotMoved>, Refusal> {
    let Some(nights) = nights_to_move(tx, ctx, party, target.code, leaves)? else {
        return Ok(Err(NotMoved::NothingToMove));
    };
    let party = party.holding_from(nights.first());
    for ticket in &party.tickets {
        let bans = tx.bans_of(ticket.guest, nights.first())?;
        if bans.iter().any(|entry| entry.ban.shelter == target.code && entry.ban.touches(nights)) {
            return Ok(Err(NotMoved::Banned));
        }
    }
    let Some(pools) = room(tx, &party, target, nights)? else { return Ok(Err(NotMoved::NoRoom)) };
    for (ticket, pool) in party.tickets.iter().zip(pools) {
        move_one(tx, ctx, ticket, pool, nights.first())?;
    }
    Ok(Ok(nights.first()))
}

fn move_one(tx: &mut Tx<'_>, ctx: &Ctx, ticket: &Ticket, to: Pool, from: Night) -> Result<(), Refusal> {
    let arrivals = tx.arrivals_of(ticket.id)?;
    let arrived = standing(&arrivals, ticket.id, from).copied();
    let (moved, undone) = move_tonight(ticket.clone(), arrived, to, from, &[], ctx.now)?;
    if let Some(undone) = undone
        && let ArrivalState::Undone { at, correction } = undone.state
    {
        tx.save_undone(&undone, at, correction)?;
        let (night, shelter) = (undone.night, undone.shelter);
        ctx.record(tx, &Event::ArrivalUndone { ticket: ticket.id.0, night, shelter, correction })?;
    }
    tx.save_move(&moved, from)?;
    ctx.record(tx, &Event::TicketMoved { ticket: ticket.id.0, from, pool: to.into() })
}
