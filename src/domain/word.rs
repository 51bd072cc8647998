//! The words under which choices are kept. Each word is spelled once, beside its enum, and stands in the database and in the
//! audit log alike: it is never changed, because what was written with it stays.

/// A choice among a few, each known by a word.
pub trait Word: Copy + Sized + 'static {
    /// Every choice with its word.
    const WORDS: &'static [(Self, &'static str)];

    /// Its word.
    fn word(self) -> &'static str;

    /// The choice behind a word.
    ///
    /// # Errors
    /// [`NotAWord`] for any other text.
    fn read(word: &str) -> Result<Self, NotAWord> {
        let found = Self::WORDS.iter().find(|(_, known)| *known == word);
        found.map(|(value, _)| *value).ok_or_else(|| NotAWord(word.to_owned()))
    }
}

/// A text that is none of the words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is none of the words that may stand here")]
pub struct NotAWord(pub String);

/// Gives every variant of an enum its word.
macro_rules! words {
    ($type:ident { $($variant:ident = $word:literal),+ $(,)? }) => {
        impl crate::domain::word::Word for $type {
            const WORDS: &'static [(Self, &'static str)] = &[$(($type::$variant, $word)),+];

            fn word(self) -> &'static str {
                match self { $($type::$variant => $word),+ }
            }
        }
    };
}

pub(super) use words;

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fmt::Debug;

    use serde::Serialize;

    use super::*;
    use crate::domain::ban::BanReason;
    use crate::domain::calendar::Desk;
    use crate::domain::desk_day::{FinishedBy, Mode};
    use crate::domain::document::DocumentKind;
    use crate::domain::eligibility::ReasonKind;
    use crate::domain::guest::{DocumentShown, Referral, Sex};
    use crate::domain::hand_out::{Choice, WaitEnd};
    use crate::domain::party::{AskedFor, LotStatus};
    use crate::domain::place::plan::Direction;
    use crate::domain::place::{Kind, Who};
    use crate::domain::shelter::Admission;
    use crate::domain::ticket::EndCause;

    fn is_read_back<T: Word + Debug + PartialEq>() {
        for (choice, word) in T::WORDS {
            assert_eq!((choice.word(), T::read(word).as_ref()), (*word, Ok(choice)));
        }
        let words: BTreeSet<&str> = T::WORDS.iter().map(|(_, word)| *word).collect();
        assert_eq!(words.len(), T::WORDS.len(), "two choices under one word: {words:?}");
        assert_eq!(T::read("no word"), Err(NotAWord("no word".to_owned())));
    }

    fn is_the_same_in_json<T: Word + Debug + PartialEq + Serialize>() {
        is_read_back::<T>();
        for (choice, word) in T::WORDS {
            assert_eq!(serde_json::to_value(choice).unwrap(), *word);
        }
    }

    #[test]
    fn every_choice_has_a_word_of_its_own_that_is_read_back() {
        is_read_back::<Admission>();
        is_read_back::<AskedFor>();
        is_read_back::<BanReason>();
        is_read_back::<Choice>();
        is_read_back::<Desk>();
        is_read_back::<Direction>();
        is_read_back::<DocumentKind>();
        is_read_back::<EndCause>();
        is_read_back::<FinishedBy>();
        is_read_back::<Mode>();
        is_read_back::<Referral>();
        is_read_back::<WaitEnd>();
    }

    #[test]
    fn what_stands_in_manifests_and_verdicts_too_has_the_same_word_there() {
        is_the_same_in_json::<DocumentShown>();
        is_the_same_in_json::<Kind>();
        is_the_same_in_json::<LotStatus>();
        is_the_same_in_json::<ReasonKind>();
        is_the_same_in_json::<Sex>();
        is_the_same_in_json::<Who>();
    }
}
