//! Guests: found by UNO code or by a document, corrected, and what stands in their way (domain.md, *What happens*,
//! *Eligibility*).

use crate::app::people::{About, Person, Said, Shown, must_be_born};
use crate::app::registering::{self, Ask, Judged};
use crate::app::{Ctx, Refusal, facts};
use crate::domain::audit::Event;
use crate::domain::code::UnoCode;
use crate::domain::desk_day::DeskDay;
use crate::domain::document::Document;
use crate::domain::guest::{DocumentShown, GuestId, Referral};
use crate::domain::karens::{karens, may_start_again};
use crate::domain::night::{Night, Nights, wall_clock};
use crate::domain::party::{LotStatus, MAX_WISHES};
use crate::domain::role::Power;
use crate::store::{GuestEntry, Read, Tx};

/// The guest with a UNO code.
///
/// # Errors
/// A refusal if nobody has it.
pub fn by_uno(read: &mut Read<'_>, uno: UnoCode) -> Result<GuestEntry, Refusal> {
    read.guest_by_uno(uno)?.ok_or_else(|| Refusal::not_found("guest"))
}

/// The guest who showed a document before.
///
/// # Errors
/// A refusal if nobody did.
pub fn by_document(read: &mut Read<'_>, ctx: &Ctx, document: &Document) -> Result<GuestEntry, Refusal> {
    ctx.must(Power::SeeGuests)?;
    let found = read.guest_by_document(ctx.keys.document(document))?;
    found.ok_or_else(|| Refusal::not_found("guest"))
}

/// Corrects what is known of a guest.
///
/// # Errors
/// A refusal for a date of birth still to come; if there is no such guest; if a lot of the running desk day, or a place that is held, was given on what would be
/// changed.
pub fn correct(tx: &mut Tx<'_>, ctx: &Ctx, uno: UnoCode, about: &About) -> Result<GuestId, Refusal> {
    ctx.must(Power::CorrectGuests)?;
    must_be_born(ctx, "birth", about.birth)?;
    let known = by_uno(tx, uno)?;
    let About { sex, birth, country, language } = about.clone();
    let corrected = GuestEntry { sex, birth, country, language, ..known.clone() };
    let changed = [
        ("sex", known.sex != corrected.sex),
        ("birth", known.birth != corrected.birth),
        ("country", known.country != corrected.country),
        ("language", known.language != corrected.language),
    ];
    let fields: Vec<String> =
        changed.iter().filter(|(_, differs)| *differs).map(|(field, _)| (*field).to_owned()).collect();
    if fields.is_empty() {
        return Ok(known.id);
    }
    if (known.sex, known.birth) != (corrected.sex, corrected.birth) {
        not_in_a_lot(tx, &known)?;
        fits_what_it_holds(tx, ctx, &corrected)?;
    }
    tx.save_guest(&corrected)?;
    ctx.record(tx, &Event::GuestCorrected { guest: known.id.0, fields })?;
    Ok(known.id)
}

/// A lot stands in the list as it was given; a place drawn for another sex would fit nobody.
fn not_in_a_lot(read: &mut Read<'_>, guest: &GuestEntry) -> Result<(), Refusal> {
    let Some(saved) = read.running_desk_day()? else { return Ok(()) };
    let lots = read.lots_of_guest(guest.id, saved.day.date())?;
    match lots.iter().find(|(_, status)| *status == LotStatus::In) {
        None => Ok(()),
        Some((lot, _)) => Err(Refusal::conflict(
            "guest-in-a-lot",
            format!(
                "lot {lot} of today was given on the sex and birth known until now: withdraw it and register the guest anew \
                 after the correction, or correct the guest when the desk day is finished"
            ),
        )),
    }
}

fn fits_what_it_holds(read: &mut Read<'_>, ctx: &Ctx, guest: &GuestEntry) -> Result<(), Refusal> {
    let tonight = ctx.tonight();
    for ticket in read.tickets_of(guest.id, tonight)? {
        let to_come = |night: &Night| *night >= tonight;
        let mut nights = ticket.nights().into_iter().flat_map(Nights::iter).filter(to_come);
        if let Some(night) = nights.find(|&night| !ticket.pool_on(night).who.fits(guest.sex)) {
            return Err(Refusal::conflict(
                "place-does-not-fit",
                format!(
                    "ticket {} holds a place on the night of {night} that does not fit then: move it or end it first",
                    ticket.code
                ),
            ));
        }
    }
    Ok(())
}

/// Registers another document of a guest.
///
/// # Errors
/// A refusal if there is no such guest, or the document is known already, as this guest's or another's.
pub fn add_document(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    uno: UnoCode,
    document: &Document,
) -> Result<GuestId, Refusal> {
    ctx.must(Power::CorrectGuests)?;
    let guest = by_uno(tx, uno)?;
    let mac = ctx.keys.document(document);
    match tx.guest_by_document(mac)? {
        Some(known) if known.id == guest.id => Err(Refusal::conflict(
            "document-known",
            "this document is registered for this guest already: nothing needs to be done",
        )),
        Some(other) => Err(Refusal::conflict(
            "document-of-another-guest",
            format!(
                "this document belongs to the guest {}: read it again; if the two are one person, go on with {}",
                other.uno, other.uno
            ),
        )),
        None => {
            tx.add_document(guest.id, mac, ctx.now)?;
            ctx.record(tx, &Event::DocumentAdded { guest: guest.id.0 })?;
            Ok(guest.id)
        }
    }
}

/// Karens that runs or is to come, and the first night on which a guest may start again.
///
/// # Errors
/// When the database fails.
pub fn karens_of(
    read: &mut Read<'_>,
    ctx: &Ctx,
    guest: GuestId,
) -> Result<(Option<Nights>, Option<Night>), Refusal> {
    let tonight = ctx.tonight();
    let tickets = read.tickets_of(guest, tonight)?;
    let in_karens = tickets.iter().filter_map(karens).filter(|nights| nights.last() >= tonight);
    let again = may_start_again(&tickets, ctx.policy.week_rule).filter(|&night| night > tonight);
    Ok((in_karens.max_by_key(|nights| nights.last()), again))
}

/// The desk day on which somebody who comes now would ask: today's while it runs or may still be opened, else the next one.
/// None where the calendar ends.
///
/// # Errors
/// When the database fails; a refusal if the day would give out too many start nights.
pub fn day_to_ask(read: &mut Read<'_>, ctx: &Ctx) -> Result<Option<DeskDay>, Refusal> {
    let today = wall_clock(ctx.now).date();
    let calendar = read.calendar()?;
    let next = match read.desk_day(today)? {
        Some(saved) if !saved.day.is_over() => {
            return Ok(Some(saved.day));
        }
        None if calendar.is_desk_day(today) => Some(today),
        _ => calendar.next_desk_day(today),
    };
    let Some(date) = next else { return Ok(None) };
    Ok(Some(DeskDay::planned(calendar.start_nights(date)?)))
}

/// What the rules would say if a guest asked alone on that day, showed a valid document, and accepted every shelter of the
/// draw. None while there is no shelter.
///
/// # Errors
/// When the database fails.
pub fn what_stands_in_the_way(
    read: &mut Read<'_>,
    ctx: &Ctx,
    day: &DeskDay,
    guest: &GuestEntry,
) -> Result<Option<Judged>, Refusal> {
    let shelters = facts::shelters_in_the_draw(read)?;
    if shelters.is_empty() {
        return Ok(None);
    }
    let ask = Ask {
        members: vec![Person { shown: Shown::Uno(guest.uno, DocumentShown::Valid), said: Said::default() }],
        wishes: shelters.iter().map(|shelter| shelter.code).take(MAX_WISHES).collect(),
        women_only: false,
        referral: Referral::Socialjouren,
        adults_ask: true,
    };
    registering::dry_run(read, ctx, day, &ask).map(Some)
}
