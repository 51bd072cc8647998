//! Karens and the week rule: when a guest who had a ticket may start again (domain.md, *Karens*, *One ticket a week*,
//! *Shortest ticket*, *What leaves no trace*, *Ending early*).
//!
//! Both are read off a ticket and judged for a night on which a stay would start, never for the day of asking. Waivers
//! lift them (waiver.rs); who may start when, all rules together, is eligibility.rs.

use super::night::{Night, Nights};
use super::ticket::{EndCause, State, Ticket};

/// How many nights after a ticket's start the week rule lets its guest start again.
const WEEK: u32 = 7;

/// Whether the service keeps to one ticket per person and week: a policy (domain.md, *One ticket a week*).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WeekRule {
    /// It does.
    #[default]
    On,
    /// It does not; karens stands.
    Off,
}

/// The nights of karens: those after the last night the ticket kept, slept or not, as many as its shelter asks. None if
/// it asks for none, or if the ticket leaves no trace. A ticket that waits to be collected counts as one that will be
/// kept, so that nobody is placed twice (domain.md, *Karens*, *What leaves no trace*).
///
/// Of a ticket for fewer nights than the day's `min_nights` it has no more nights than the ticket kept (domain.md,
/// *Shortest ticket*). Nights lost because the place went are as if they had never been issued (domain.md, *Places*).
#[must_use]
pub fn karens(ticket: &Ticket) -> Option<Nights> {
    let kept = ticket.nights()?;
    let asked = ticket.terms.karens_nights;
    let is_short = granted(ticket, kept) < ticket.min_nights;
    let length = if is_short { asked.min(kept.count()) } else { asked };
    (length > 0).then(|| Nights::starting(kept.last().next(), length))
}

/// How many nights the ticket was good for on the shelter's side: those issued, less those whose place went.
fn granted(ticket: &Ticket, kept: Nights) -> u32 {
    let last = match ticket.state {
        State::Ended { cause: EndCause::PlaceGone, .. } => kept.last(),
        _ => ticket.cut_to.unwrap_or(ticket.issued.last()),
    };
    ticket.issued.first().through(last)
}

/// The first night on which the week rule lets the guest start again: seven nights after the ticket's start. None unless
/// the ticket ended early by giving back, revocation, a ban or no-shows; none for a ticket issued for fewer nights than
/// the shelter's full length, cut because its place went, or without trace (domain.md, *One ticket a week*).
#[must_use]
pub fn week_rule(ticket: &Ticket, policy: WeekRule) -> Option<Night> {
    let kept = ticket.nights()?;
    let counts = policy == WeekRule::On
        && ended_on_the_guests_side(&ticket.state)
        && !ticket.was_issued_short()
        && ticket.cut_to.is_none();
    counts.then(|| kept.first().plus(WEEK))
}

fn ended_on_the_guests_side(state: &State) -> bool {
    match state {
        State::Ended { cause, .. } => match cause {
            EndCause::GivenBack | EndCause::Revoked | EndCause::Banned | EndCause::Released => true,
            EndCause::PlaceGone => false,
        },
        State::Waiting(_) | State::Collected { .. } | State::Declined | State::Lapsed => false,
    }
}

/// The first night on which a guest with these tickets may start again: after every night they keep, after karens and the
/// week rule of each, and with no waiver. None if none of them leaves a trace: then nothing holds the guest back. This is
/// the date the door gives with *over* (domain.md, *Arrivals*).
#[must_use]
pub fn may_start_again(tickets: &[Ticket], policy: WeekRule) -> Option<Night> {
    tickets.iter().filter_map(|ticket| after(ticket, policy)).max()
}

fn after(ticket: &Ticket, policy: WeekRule) -> Option<Night> {
    let kept = ticket.nights()?;
    let last = karens(ticket).map_or(kept.last(), Nights::last);
    week_rule(ticket, policy).max(Some(last.next()))
}

#[cfg(test)]
pub(super) mod fixtures;
#[cfg(test)]
mod tests;
