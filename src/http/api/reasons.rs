//! What the rules say, for programs and in sentences, Swedish and English, with the dates in words.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::app::Refusal;
use crate::domain::eligibility::{LeftOut, Reason, Verdict};
use crate::domain::lottery::Draw;
use crate::domain::lottery::explain::explain;
use crate::domain::night::Night;
use crate::domain::party::LotNumber;
use crate::domain::shelter::ShelterCode;
use crate::i18n::{self, Language};
use crate::store::Read;

/// What is said to the guest, in every language.
#[derive(Clone, Default, Serialize, ToSchema)]
pub(super) struct Sentence {
    /// In Swedish.
    #[schema(example = "Du har karens till och med ...")]
    sv: String,
    /// In English.
    en: String,
}

impl Sentence {
    /// A sentence in every language. A further one stops the compiler here, and asks for its field.
    pub(super) fn new(said: impl Fn(Language) -> String) -> Self {
        let mut sentence = Self::default();
        for language in Language::ALL {
            let place = match language {
                Language::Sv => &mut sentence.sv,
                Language::En => &mut sentence.en,
            };
            *place = said(language);
        }
        sentence
    }

    /// Why a lot of a draw got what it got; none if the day had no such lot.
    pub(super) fn why(draw: &Draw, lot: LotNumber) -> Option<Self> {
        let explanation = explain(draw, lot)?;
        Some(Self::new(|language| i18n::why(draw, lot, &explanation, language)))
    }
}

/// A reason for which a rule says no.
#[derive(Clone, Serialize, ToSchema)]
pub(super) struct ReasonView {
    /// The reason as data: `reason` names the rule, and dates and shelters stand beside it.
    #[schema(value_type = Object)]
    reason: Value,
    /// What is said to the guest.
    text: Sentence,
}

/// What the rules say of one start night.
#[derive(Serialize, ToSchema)]
pub(super) struct NightView {
    /// The start night.
    night: NaiveDate,
    /// What stands in the way; nothing if empty.
    reasons: Vec<ReasonView>,
}

/// What the rules say of one member.
#[derive(Serialize, ToSchema)]
pub(super) struct MemberVerdictView {
    /// Its place in the party, from 1.
    position: usize,
    /// What stands in the way whatever the night.
    reasons: Vec<ReasonView>,
    /// Each start night.
    nights: Vec<NightView>,
    /// The first start night from which this member may sleep; none: refused.
    from: Option<NaiveDate>,
}

/// A wish that is left out.
#[derive(Serialize, ToSchema)]
pub(super) struct LeftOutView {
    /// Which shelter.
    #[schema(value_type = String)]
    shelter: ShelterCode,
    /// Why, as data and in sentences.
    why: Vec<ReasonView>,
}

/// What the rules say of a party.
#[derive(Serialize, ToSchema)]
pub(super) struct VerdictView {
    /// `in` or `refused`.
    status: super::words::StatusWord,
    /// The first start night on which all members may sleep.
    from: Option<NaiveDate>,
    /// The shelters it would go to, most wished first.
    #[schema(value_type = Vec<String>)]
    accepts: Vec<ShelterCode>,
    /// Every wish left out, and why: to be said before the draw, not after.
    left_out: Vec<LeftOutView>,
    /// What stands in the way of the party as a whole.
    reason: Option<ReasonView>,
    /// Each member.
    members: Vec<MemberVerdictView>,
}

/// What is needed to say reasons in words.
pub(super) struct Speaker {
    names: BTreeMap<ShelterCode, String>,
    calendar: crate::domain::calendar::Calendar,
}

impl Speaker {
    /// Reads the names of the shelters and the calendar.
    pub(super) fn new(read: &mut Read<'_>) -> Result<Self, Refusal> {
        let names = read.shelters()?.into_iter().map(|shelter| (shelter.code, shelter.name)).collect();
        Ok(Self { names, calendar: read.calendar()? })
    }

    /// A shelter's name; its code if it has none.
    pub(super) fn name_of(&self, code: ShelterCode) -> String {
        self.names.get(&code).cloned().unwrap_or_else(|| code.to_string())
    }

    /// The desk day on which to come and ask, where a reason ends on a night.
    fn come_on(&self, reason: &Reason) -> Option<NaiveDate> {
        self.calendar.desk_day_of(reason.over_from()?)
    }

    /// A reason, as data and in words.
    pub(super) fn reason(&self, reason: &Reason) -> ReasonView {
        let come_on = self.come_on(reason);
        let name_of = |code| self.name_of(code);
        ReasonView {
            reason: serde_json::to_value(reason).unwrap_or_default(),
            text: Sentence::new(|language| i18n::reason(reason, language, &name_of, come_on)),
        }
    }

    fn left_out(&self, left: &LeftOut) -> LeftOutView {
        let name_of = |code| self.name_of(code);
        let why = left.why.iter().map(|why| {
            let mut data = serde_json::to_value(why).unwrap_or_default();
            // Whose ban it is, is nobody's business who listens.
            if let Some(fields) = data.as_object_mut() {
                fields.remove("guest");
            }
            ReasonView {
                reason: data,
                text: Sentence::new(|language| i18n::left_out(why, left.shelter, language, &name_of)),
            }
        });
        LeftOutView { shelter: left.shelter, why: why.collect() }
    }

    /// A verdict, as data and in words.
    pub(super) fn verdict(&self, verdict: &Verdict) -> VerdictView {
        let say = |reasons: &[Reason]| reasons.iter().map(|reason| self.reason(reason)).collect();
        let members = (1..).zip(&verdict.members).map(|(position, member)| MemberVerdictView {
            position,
            reasons: say(&member.whole_day),
            nights: member
                .nights
                .iter()
                .map(|night| NightView { night: night.night.date(), reasons: say(&night.reasons) })
                .collect(),
            from: member.from.map(Night::date),
        });
        VerdictView {
            status: verdict.status().into(),
            from: verdict.from.map(Night::date),
            accepts: verdict.accepts.clone(),
            left_out: verdict.left_out.iter().map(|left| self.left_out(left)).collect(),
            reason: verdict.of_party.as_ref().map(|reason| self.reason(reason)),
            members: members.collect(),
        }
    }
}
