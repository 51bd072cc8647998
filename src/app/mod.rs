//! The use cases, one file per chapter of the day. Each loads facts, lets the domain decide, saves, and says so in the audit
//! log. They are synchronous and know neither HTTP nor SQL; who asks, when, and what is random come in with [`Ctx`].

pub mod bans;
mod clock;
mod codes;
pub mod countersigning;
pub mod desk;
pub mod doctor;
pub mod door;
pub mod drawing;
pub mod due;
pub mod evening;
pub mod facts;
pub mod finishing;
pub mod following;
pub mod guests;
pub mod handing_out;
mod issuing;
mod keys;
pub mod lot_steps;
pub mod moving;
mod opening;
pub mod people;
pub mod places;
mod queue;
mod random;
mod recomputed;
mod refusal;
pub mod registering;
pub mod setting_aside;
pub mod shelters;
pub mod sums;
pub mod tickets;
pub mod tokens;
pub mod turned_away;
pub mod waivers;
pub mod walk_ins;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use uuid::Uuid;

pub use clock::{Clock, Reading, SystemClock};
pub use keys::{KeyFileError, Keys};
pub use opening::{OpenError, keys_of};
pub use random::{random_bytes, random_number, random_uuid};
pub use recomputed::RecomputedDraws;
pub use refusal::{Checks, FieldError, Kind as RefusalKind, Refusal};

use crate::domain::audit::Event;
use crate::domain::countersigned::CoordinatorId;
use crate::domain::karens::WeekRule;
use crate::domain::night::{Night, tonight_at_the_desk};
use crate::domain::no_show;
use crate::domain::role::{Actor, Power, Role};
use crate::domain::shelter::ShelterCode;
use crate::store::Tx;

/// What the partnership decided for all desk days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// The shortest stay given out in a draw, in nights, unless a desk day is opened with another.
    pub min_nights: u32,
    /// One ticket a week.
    pub week_rule: WeekRule,
    /// What no-shows do to a ticket.
    pub no_shows: no_show::Policy,
    /// How many dice are thrown, unless a list is frozen with another number.
    pub dice: u32,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            min_nights: crate::domain::ticket::MIN_NIGHTS,
            week_rule: WeekRule::default(),
            no_shows: no_show::Policy::default(),
            dice: 30,
        }
    }
}

/// Who takes a step, when, and under which policy.
#[derive(Clone)]
pub struct Ctx {
    /// Now: one instant for the whole step.
    pub now: DateTime<Utc>,
    /// Who.
    pub actor: Actor,
    /// The key file.
    pub keys: Arc<Keys>,
    /// The policy.
    pub policy: Policy,
}

impl Ctx {
    /// Says in the audit log what is done.
    ///
    /// # Errors
    /// When it cannot be kept.
    pub fn record(&self, tx: &mut Tx<'_>, event: &Event) -> Result<(), Refusal> {
        Ok(tx.record(self.now, self.actor, event)?)
    }

    /// The night that runs at the desk.
    #[must_use]
    pub fn tonight(&self) -> Night {
        tonight_at_the_desk(self.now)
    }

    /// The token behind the step; the nil key where the operator or the service itself takes it.
    #[must_use]
    pub fn by(&self) -> Uuid {
        self.actor.token().unwrap_or_default()
    }

    /// The coordinator who takes the step.
    ///
    /// # Errors
    /// A refusal for anybody else.
    pub fn coordinator(&self) -> Result<CoordinatorId, Refusal> {
        self.actor.coordinator().ok_or_else(|| Refusal::forbidden("only a coordinator may do this"))
    }

    /// Stops whoever has not this power: the second lock, behind the route's.
    ///
    /// # Errors
    /// A refusal.
    pub fn must(&self, power: Power) -> Result<(), Refusal> {
        if self.actor.may(power) { Ok(()) } else { Err(Refusal::without(power, self.actor)) }
    }

    /// The shelter whose worker takes the step; none for everybody else.
    #[must_use]
    pub fn shelter(&self) -> Option<ShelterCode> {
        self.actor.role().and_then(Role::shelter)
    }

    /// Stops a shelter's worker who asks about another shelter. It is answered as if there were no such thing.
    ///
    /// # Errors
    /// A refusal that names nothing.
    pub fn must_see(&self, shelter: ShelterCode) -> Result<(), Refusal> {
        match self.shelter() {
            Some(own) if own != shelter => Err(Refusal::not_found("shelter")),
            _ => Ok(()),
        }
    }
}
