//! Who may do what: the table of powers (domain.md, *Who uses the service*). docs/ROLES.md is printed from it.

use std::fmt;

use uuid::Uuid;

use super::countersigned::CoordinatorId;
use super::shelter::ShelterCode;
use super::word::{Word, words};

/// What a person at the service is there for, without a shelter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RoleKind {
    /// Registers parties, hands out tickets, logs those turned away.
    Desk,
    /// Sees tonight's guests at one shelter and reports its nights.
    Shelter,
    /// Shelters, places, closures, bans, waivers; reviews draws and the audit log.
    Coordinator,
    /// Reads draws, the audit log and sums in which nobody is known, and nothing else.
    Auditor,
}

words! { RoleKind { Desk = "desk", Shelter = "shelter", Coordinator = "coordinator", Auditor = "auditor" } }

/// What a person at the service may do (domain.md, *Who uses the service*).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// [`RoleKind::Desk`].
    Desk,
    /// [`RoleKind::Shelter`], of this one shelter.
    Shelter(ShelterCode),
    /// [`RoleKind::Coordinator`].
    Coordinator,
    /// [`RoleKind::Auditor`].
    Auditor,
}

impl Role {
    /// The role of this kind; of a shelter, and of a shelter alone, it must be said which.
    #[must_use]
    pub fn new(kind: RoleKind, shelter: Option<ShelterCode>) -> Option<Self> {
        match (kind, shelter) {
            (RoleKind::Desk, None) => Some(Self::Desk),
            (RoleKind::Shelter, Some(code)) => Some(Self::Shelter(code)),
            (RoleKind::Coordinator, None) => Some(Self::Coordinator),
            (RoleKind::Auditor, None) => Some(Self::Auditor),
            _ => None,
        }
    }

    /// The role without its shelter.
    #[must_use]
    pub fn kind(self) -> RoleKind {
        match self {
            Self::Desk => RoleKind::Desk,
            Self::Shelter(_) => RoleKind::Shelter,
            Self::Coordinator => RoleKind::Coordinator,
            Self::Auditor => RoleKind::Auditor,
        }
    }

    /// The shelter to which the role is bound.
    #[must_use]
    pub fn shelter(self) -> Option<ShelterCode> {
        match self {
            Self::Shelter(code) => Some(code),
            Self::Desk | Self::Coordinator | Self::Auditor => None,
        }
    }

    /// The role without its shelter, as it is written and stored.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.kind().word()
    }

    /// Whether the role has this power. A shelter's worker has it at that one shelter.
    #[must_use]
    pub fn may(self, power: Power) -> bool {
        power.of().contains(&self.kind())
    }
}

/// Makes the table of powers: each with what it is, its word, and the roles that have it.
macro_rules! powers {
    ($($(#[doc = $said:literal])+ $power:ident = $word:literal: $($role:ident)+;)+) => {
        /// What somebody may do: one line of the table.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Power {
            $($(#[doc = $said])+ $power,)+
        }

        words! { Power { $($power = $word),+ } }

        impl Power {
            /// Who has it.
            #[must_use]
            pub fn of(self) -> &'static [RoleKind] {
                match self { $(Self::$power => &[$(RoleKind::$role),+],)+ }
            }

            /// What it is, in a sentence.
            #[must_use]
            pub fn said(self) -> &'static str {
                match self { $(Self::$power => concat!($($said),+).trim_ascii(),)+ }
            }
        }
    };
}

powers! {
    /// Sees which shelters there are; a shelter's worker sees its own.
    SeeShelters = "see_shelters": Desk Shelter Coordinator;
    /// Adds a shelter, or changes its name or terms.
    SetShelters = "set_shelters": Coordinator;
    /// Sees how many places there are, held and free, and the decisions behind them.
    SeePlaces = "see_places": Desk Coordinator;
    /// Decides about places: numbers, closures, lending, extra places.
    DecidePlaces = "decide_places": Coordinator;
    /// Sees on which days the desk is open.
    SeeCalendar = "see_calendar": Desk Shelter Coordinator;
    /// Opens or closes the desk on a day by hand.
    SetCalendar = "set_calendar": Coordinator;
    /// Sees how far a desk day has come.
    SeeDeskDays = "see_desk_days": Desk Coordinator Auditor;
    /// Opens the desk, chooses the mode, ends the registering, finishes the day.
    HoldDeskDays = "hold_desk_days": Desk Coordinator;
    /// Says that a desk day cannot be held.
    CancelDeskDays = "cancel_desk_days": Coordinator;
    /// Finds a guest by UNO code or document, and sees what stands in the way.
    SeeGuests = "see_guests": Desk Coordinator;
    /// Corrects what is known of a guest, and adds a document.
    CorrectGuests = "correct_guests": Desk Coordinator;
    /// Asks what the rules say of a party, gives it a number, logs who has no document, takes a question back.
    Register = "register": Desk Coordinator;
    /// Sees the lots of a desk day, and the guests behind them.
    SeeLots = "see_lots": Desk Coordinator;
    /// Freezes the list, types the digits, asks for the service's own, places by number.
    Draw = "draw": Desk Coordinator;
    /// Sees the draws of a desk day, recomputes them, and asks why a lot got what it got.
    SeeDraws = "see_draws": Desk Coordinator Auditor;
    /// Takes the record of a draw with it.
    SeeRecords = "see_records": Coordinator Auditor;
    /// Signs beforehand for another coordinator's step, and sees what was signed.
    Countersign = "countersign": Coordinator;
    /// Sets a draw aside, with the signature of another coordinator.
    SetDrawsAside = "set_draws_aside": Coordinator;
    /// Lets a lot refused or withdrawn by mistake wait again, with the signature of another coordinator.
    Reinstate = "reinstate": Coordinator;
    /// Calls who was placed, hands out tickets, offers places that came free, and sees who waits.
    HandOut = "hand_out": Desk Coordinator;
    /// Sees the sum of a desk day, in which nobody is known.
    SeeSums = "see_sums": Desk Coordinator Auditor;
    /// Sees who was turned away on which day.
    SeeTurnedAway = "see_turned_away": Desk Coordinator;
    /// Sees whom a shelter may be offered for the night, of those turned away.
    SeeWhomToOffer = "see_whom_to_offer": Coordinator;
    /// Sees a ticket; a shelter's worker one for its own shelter, or by its code at the door.
    SeeTickets = "see_tickets": Desk Shelter Coordinator;
    /// Takes a ticket back at the guest's wish, and prints a lost one anew.
    ChangeTickets = "change_tickets": Desk Coordinator;
    /// Revokes a ticket, moves it, or ends it because its place goes.
    EndTickets = "end_tickets": Coordinator;
    /// Sees waivers.
    SeeWaivers = "see_waivers": Desk Coordinator;
    /// Lifts karens and the week rule.
    Waive = "waive": Coordinator;
    /// Sees bans; a shelter's worker those of its own shelter.
    SeeBans = "see_bans": Desk Shelter Coordinator;
    /// Bans a guest from a shelter; a shelter's worker from its own.
    Ban = "ban": Shelter Coordinator;
    /// Ends a ban early.
    LiftBans = "lift_bans": Coordinator;
    /// Checks who arrives, and takes an arrival back.
    LetIn = "let_in": Shelter Coordinator;
    /// Sees who is expected and who came on a night.
    SeeNights = "see_nights": Shelter Coordinator;
    /// Closes a night, and reports heads.
    ReportNights = "report_nights": Shelter Coordinator;
    /// Gives a bed to who has no ticket, and takes it back.
    GiveBeds = "give_beds": Shelter Coordinator;
    /// Reads the audit log.
    SeeAudit = "see_audit": Coordinator Auditor;
}

/// Some of the powers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Powers(u64);

const _: () = assert!(Power::WORDS.len() <= 64, "a set of powers has room for 64");

impl Powers {
    /// Whether this one is among them.
    #[must_use]
    pub fn contain(self, power: Power) -> bool {
        self.0 & Self::only(power).0 != 0
    }

    /// Each of them, in the order of the table.
    pub fn iter(self) -> impl Iterator<Item = Power> {
        Power::WORDS.iter().map(|(power, _)| *power).filter(move |power| self.contain(*power))
    }

    fn only(power: Power) -> Self {
        Self(1 << power as u32)
    }
}

impl FromIterator<Power> for Powers {
    fn from_iter<I: IntoIterator<Item = Power>>(powers: I) -> Self {
        Self(powers.into_iter().fold(0, |all, power| all | Self::only(power).0))
    }
}

/// What a token opens: what its role may, or a part of that, as a machine's should (domain.md, *What the service must never do*).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scope {
    role: Role,
    only: Option<Powers>,
}

/// A token would have a power that its role has not, or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScopeError {
    /// The role has not got this one.
    #[error("{} is not for {of}: leave it out", .power.word())]
    NotOfTheRole {
        /// The power.
        power: Power,
        /// The role.
        of: RoleKind,
    },
    /// It would open nothing.
    #[error("a token that may do nothing opens nothing: name at least one power, or leave them all out")]
    Nothing,
}

impl Scope {
    /// All that the role may.
    #[must_use]
    pub fn whole(role: Role) -> Self {
        Self { role, only: None }
    }

    /// These of the powers of a role, and no others.
    ///
    /// # Errors
    /// [`ScopeError`].
    pub fn only(role: Role, powers: Powers) -> Result<Self, ScopeError> {
        if powers == Powers::default() {
            return Err(ScopeError::Nothing);
        }
        match powers.iter().find(|power| !role.may(*power)) {
            Some(power) => Err(ScopeError::NotOfTheRole { power, of: role.kind() }),
            None => Ok(Self { role, only: Some(powers) }),
        }
    }

    /// The role.
    #[must_use]
    pub fn role(self) -> Role {
        self.role
    }

    /// The powers it was narrowed to, if it was.
    #[must_use]
    pub fn narrowed_to(self) -> Option<Powers> {
        self.only
    }

    /// Whether it opens what takes this power.
    #[must_use]
    pub fn may(self, power: Power) -> bool {
        self.role.may(power) && self.only.is_none_or(|only| only.contain(power))
    }
}

impl fmt::Display for RoleKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// Who takes a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor {
    /// A person, known by the token shown.
    Worker {
        /// The token's key.
        token: Uuid,
        /// What it opens.
        scope: Scope,
    },
    /// Whoever runs the program on its own machine.
    Operator,
    /// The service itself: what falls due at an hour.
    Service,
}

impl Actor {
    /// The key of the token, if a person took the step.
    #[must_use]
    pub fn token(self) -> Option<Uuid> {
        match self {
            Self::Worker { token, .. } => Some(token),
            Self::Operator | Self::Service => None,
        }
    }

    /// The role of the person who takes the step, if one does.
    #[must_use]
    pub fn role(self) -> Option<Role> {
        match self {
            Self::Worker { scope, .. } => Some(scope.role()),
            Self::Operator | Self::Service => None,
        }
    }

    /// The role as it stands in the audit log.
    #[must_use]
    pub fn role_name(self) -> &'static str {
        match self {
            Self::Worker { scope, .. } => scope.role().name(),
            Self::Operator => "operator",
            Self::Service => "service",
        }
    }

    /// Whether the step is theirs to take. Whoever runs the program on its own machine, and the service itself at its hour, do what
    /// the program lets them and nothing else.
    #[must_use]
    pub fn may(self, power: Power) -> bool {
        match self {
            Self::Worker { scope, .. } => scope.may(power),
            Self::Operator | Self::Service => true,
        }
    }

    /// The coordinator behind the step, if it is one.
    #[must_use]
    pub fn coordinator(self) -> Option<CoordinatorId> {
        match self {
            Self::Worker { token, scope } if scope.role() == Role::Coordinator => Some(CoordinatorId(token)),
            Self::Worker { .. } | Self::Operator | Self::Service => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_auditor_reads_draws_the_audit_log_and_sums_and_nothing_else() {
        let has = Power::WORDS.iter().filter(|(power, _)| Role::Auditor.may(*power)).map(|(_, word)| *word);
        assert_eq!(
            has.collect::<Vec<_>>(),
            ["see_desk_days", "see_draws", "see_records", "see_sums", "see_audit"]
        );
    }

    #[test]
    fn a_coordinator_alone_may_override_a_rule() {
        use Power::{Countersign, LiftBans, Reinstate, SetDrawsAside, Waive};
        for power in [Waive, Reinstate, LiftBans, SetDrawsAside, Countersign] {
            assert_eq!(power.of(), [RoleKind::Coordinator], "{power:?}");
        }
    }

    #[test]
    fn nobody_at_a_shelter_sees_a_guest_but_its_own() {
        use Power::{HandOut, Register, SeeGuests, SeeLots, SeeTurnedAway};
        for power in [SeeGuests, SeeLots, SeeTurnedAway, Register, HandOut] {
            assert!(!power.of().contains(&RoleKind::Shelter), "{power:?}");
        }
    }

    #[test]
    fn a_token_may_be_narrowed_and_never_widened() {
        let door = Role::Shelter("fa".parse().unwrap());
        let scanner = Scope::only(door, [Power::LetIn].into_iter().collect()).unwrap();
        let opens = Power::WORDS.iter().map(|(power, _)| *power).filter(|power| scanner.may(*power));
        assert_eq!(opens.collect::<Vec<_>>(), [Power::LetIn]);
        let wider = Scope::only(door, [Power::LetIn, Power::SeeGuests].into_iter().collect());
        assert_eq!(wider, Err(ScopeError::NotOfTheRole { power: Power::SeeGuests, of: RoleKind::Shelter }));
        assert_eq!(Scope::only(door, Powers::default()), Err(ScopeError::Nothing));
        for (power, _) in Power::WORDS {
            assert_eq!(Scope::whole(door).may(*power), door.may(*power));
            let alone: Powers = [*power].into_iter().collect();
            assert_eq!(alone.iter().collect::<Vec<_>>(), [*power]);
        }
    }

    #[test]
    fn a_role_names_a_shelter_if_it_is_one_and_only_then() {
        let shelter: ShelterCode = "fa".parse().unwrap();
        for (kind, _) in RoleKind::WORDS {
            let (with, without) = (Role::new(*kind, Some(shelter)), Role::new(*kind, None));
            assert_eq!(
                (with.is_some(), without.is_none()),
                (*kind == RoleKind::Shelter, *kind == RoleKind::Shelter)
            );
            let role = with.or(without).unwrap();
            assert_eq!((role.kind(), role.shelter().is_some()), (*kind, *kind == RoleKind::Shelter));
        }
    }
}
