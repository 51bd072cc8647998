//! Bans (portad): a guest kept out of one shelter for a span of nights (domain.md, *Bans*).
//!
//! What becomes of a ticket not yet handed out, and of the rest of a family, is decided in hand_out/after_ban.rs.

use chrono::{DateTime, Utc};

use super::guest::GuestId;
use super::night::{Night, Nights, first_night_touched, tonight_at_the_desk};
use super::shelter::ShelterCode;
use super::ticket::Ticket;
use super::word::words;

/// A ban.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ban {
    /// Who is banned.
    pub guest: GuestId,
    /// Where.
    pub shelter: ShelterCode,
    /// From its first night through its end date, that night included.
    pub nights: Nights,
}

/// What a ban does to tonight, for a guest who sleeps at that shelter tonight on a ticket already handed out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tonight {
    /// The guest keeps tonight.
    #[default]
    Kept,
    /// Tonight is taken too: only if so ordered.
    Taken,
}

/// Why a guest is banned, from a closed list: the words of an incident stay at the shelter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BanReason {
    /// Violence.
    Violence,
    /// Threats.
    Threats,
    /// Drugs.
    Drugs,
    /// Theft.
    Theft,
    /// Anything else.
    Other,
}

words! {
    BanReason { Violence = "violence", Threats = "threats", Drugs = "drugs", Theft = "theft", Other = "other" }
}

/// The first night of a ban made `now`. A guest whose ticket, already handed out, is for this shelter tonight keeps
/// tonight unless it is ordered otherwise; anybody else is banned from tonight on. A night that is `over` for the guest
/// (arrived, or closed) is never taken (domain.md, *Bans*, *Night*).
#[must_use]
pub fn first_night(
    shelter: ShelterCode,
    tickets: &[Ticket],
    tonight: Tonight,
    now: DateTime<Utc>,
    over: impl Fn(Night) -> bool,
) -> Night {
    let night = tonight_at_the_desk(now);
    let sleeps_here =
        tickets.iter().any(|ticket| ticket.is_valid_on(night) && ticket.pool_on(night).shelter == shelter);
    match tonight {
        Tonight::Kept if sleeps_here => night.next(),
        Tonight::Kept | Tonight::Taken => first_night_touched(now, over),
    }
}

impl Ban {
    /// Whether it holds on any of these nights.
    #[must_use]
    pub fn touches(&self, nights: Nights) -> bool {
        self.nights.touches(nights)
    }

    /// The first night it takes from this ticket: the guest's, and at the shelter of the ban that night. A ticket handed out
    /// ends from that night on; one not handed out is not handed out. None: the ban leaves the ticket alone.
    #[must_use]
    pub fn first_night_taken(&self, ticket: &Ticket) -> Option<Night> {
        let held = ticket.nights().filter(|_| ticket.guest == self.guest)?;
        held.iter()
            .find(|&night| self.nights.contains(night) && ticket.pool_on(night).shelter == self.shelter)
    }

    /// Whether it stops this ticket at its shelter: takes at least one of its nights.
    #[must_use]
    pub fn stops(&self, ticket: &Ticket) -> bool {
        self.first_night_taken(ticket).is_some()
    }
}

/// The nights on which a ban leaves the shelter out of what a party accepts: from the party's first possible night through
/// a full stay from the last start night, `full_nights` long (domain.md, *Bans*).
#[must_use]
pub fn span(first_possible: Night, last_start: Night, full_nights: u32) -> Nights {
    let last = Nights::starting(last_start, full_nights).last();
    Nights::starting(first_possible, first_possible.through(last))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::karens::fixtures::{code, guest, night, nights, pool, ticket};
    use crate::domain::ticket::{Calls, EndCause, State};

    fn ban(first: &str, last: &str) -> Ban {
        Ban { guest: guest(1), shelter: code("fa"), nights: nights(first, last) }
    }

    fn at(instant: &str) -> DateTime<Utc> {
        instant.parse().unwrap()
    }

    fn never(_: Night) -> bool {
        false
    }

    #[test]
    fn a_ban_holds_from_its_first_night_through_its_end_date() {
        let ban = ban("2026-11-30", "2026-12-31");
        assert!(ban.touches(nights("2026-11-01", "2026-11-30")));
        assert!(ban.touches(nights("2026-12-31", "2027-01-04")));
        assert!(ban.touches(nights("2026-12-10", "2026-12-10")));
        assert!(!ban.touches(nights("2026-11-01", "2026-11-29")));
        assert!(!ban.touches(nights("2027-01-01", "2027-01-04")));
    }

    #[test]
    fn the_nights_that_count_run_from_the_first_possible_through_a_full_stay_from_the_last_start() {
        let friday = span(night("2026-11-27"), night("2026-11-29"), 5);
        assert_eq!(friday, nights("2026-11-27", "2026-12-03"));
        assert_eq!(span(night("2026-11-29"), night("2026-11-29"), 5), nights("2026-11-29", "2026-12-03"));
        assert_eq!(span(night("2028-02-28"), night("2028-02-28"), 2), nights("2028-02-28", "2028-02-29"));
        assert_eq!(span(night("2026-12-31"), night("2026-12-31"), 1), nights("2026-12-31", "2026-12-31"));
    }

    #[test]
    fn a_guest_who_sleeps_there_tonight_is_banned_from_the_next_night() {
        let tickets = [ticket("2026-11-23", "2026-11-27")];
        // Tuesday evening, and the small hours of the same night.
        for now in ["2026-11-24T21:00:00Z", "2026-11-25T00:30:00Z"] {
            let first = first_night(code("fa"), &tickets, Tonight::Kept, at(now), never);
            assert_eq!(first, night("2026-11-25"), "{now}");
            let ban = Ban { nights: nights("2026-11-25", "2026-12-24"), ..ban("2026-11-25", "2026-12-24") };
            assert_eq!(ban.first_night_taken(&tickets[0]), Some(first));
        }
    }

    #[test]
    fn tonight_is_taken_only_if_so_ordered_and_never_from_a_guest_who_is_in() {
        let tickets = [ticket("2026-11-23", "2026-11-27")];
        let now = at("2026-11-24T21:00:00Z");
        let tonight = night("2026-11-24");
        assert_eq!(first_night(code("fa"), &tickets, Tonight::Taken, now, never), tonight);
        let arrived = |night| night == tonight;
        assert_eq!(first_night(code("fa"), &tickets, Tonight::Taken, now, arrived), night("2026-11-25"));
        assert_eq!(first_night(code("fa"), &tickets, Tonight::Kept, now, arrived), night("2026-11-25"));
        assert_eq!(Tonight::default(), Tonight::Kept);
    }

    #[test]
    fn a_guest_who_does_not_sleep_there_tonight_is_banned_at_once() {
        let now = at("2026-11-24T10:00:00Z");
        let waiting = || Ticket { state: State::Waiting(Calls::None), ..ticket("2026-11-24", "2026-11-28") };
        let to_another = ticket("2026-11-23", "2026-11-27").move_to(pool("sm"), night("2026-11-23")).unwrap();
        let later = ticket("2026-11-25", "2026-11-29");
        for tickets in [vec![], vec![waiting()], vec![to_another], vec![later]] {
            let first = first_night(code("fa"), &tickets, Tonight::Kept, now, never);
            assert_eq!(first, night("2026-11-24"), "{tickets:?}");
        }
    }

    #[test]
    fn a_ban_stops_a_ticket_it_touches_at_its_shelter_and_no_other() {
        let monday = || ticket("2026-11-23", "2026-11-27");
        assert!(ban("2026-11-27", "2026-12-31").stops(&monday()));
        assert!(ban("2026-11-01", "2026-11-23").stops(&monday()));
        assert!(!ban("2026-11-28", "2026-12-31").stops(&monday()));
        assert!(!ban("2026-11-01", "2026-11-22").stops(&monday()));
        assert!(!Ban { guest: guest(2), ..ban("2026-11-23", "2026-12-31") }.stops(&monday()));
        assert!(!Ban { shelter: code("sm"), ..ban("2026-11-23", "2026-12-31") }.stops(&monday()));
        let waiting = Ticket { state: State::Waiting(Calls::None), ..monday() };
        assert!(ban("2026-11-25", "2026-11-25").stops(&waiting));
        assert!(!ban("2026-11-25", "2026-11-25").stops(&waiting.decline().unwrap()));
    }

    #[test]
    fn a_ban_takes_no_night_that_the_ticket_gave_up_already() {
        let given_back = ticket("2026-11-23", "2026-11-27").end(EndCause::GivenBack, night("2026-11-25"));
        let given_back = given_back.unwrap();
        assert!(!ban("2026-11-25", "2026-12-31").stops(&given_back));
        let taken = ban("2026-11-24", "2026-12-31").first_night_taken(&given_back);
        assert_eq!(taken, Some(night("2026-11-24")));
    }

    #[test]
    fn a_moved_ticket_ends_from_the_first_night_at_the_shelter_of_the_ban() {
        let moved = ticket("2026-11-23", "2026-11-27").move_to(pool("sm"), night("2026-11-26")).unwrap();
        let at_sm = Ban { shelter: code("sm"), ..ban("2026-11-24", "2026-12-31") };
        assert_eq!(at_sm.first_night_taken(&moved), Some(night("2026-11-26")));
        assert_eq!(ban("2026-11-24", "2026-12-31").first_night_taken(&moved), Some(night("2026-11-24")));
        assert!(!ban("2026-11-26", "2026-12-31").stops(&moved));
    }
}
