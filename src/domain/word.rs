//! The words under which plain choices are kept. Each is spelled once in the code, beside its enum, and stands in the database
//! and in the audit log alike: it is never changed, because what was written with it stays. The checks of the database name
//! it too. Choices that carry more than a word (a role, a stage) are spelled where they are taken apart (docs/ARCHITECTURE.md).

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

/// Whether no two of these words are alike. The compiler asks it of every enum that has words.
pub(super) const fn are_different(words: &[&str]) -> bool {
    let mut one = 0;
    while one < words.len() {
        let mut other = 0;
        while other < one {
            if are_alike(words[one].as_bytes(), words[other].as_bytes()) {
                return false;
            }
            other += 1;
        }
        one += 1;
    }
    true
}

const fn are_alike(one: &[u8], other: &[u8]) -> bool {
    let mut at = 0;
    while at < one.len() && at < other.len() && one[at] == other[at] {
        at += 1;
    }
    at == one.len() && at == other.len()
}

/// Gives every variant of an enum its word. One that is left out, and two choices under one word, do not compile.
macro_rules! words {
    ($type:ident { $($variant:ident = $word:literal),+ $(,)? }) => {
        const _: () = assert!(crate::domain::word::are_different(&[$($word),+]));

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
    use crate::domain::eligibility::ReasonKind;
    use crate::domain::guest::{DocumentShown, Sex};
    use crate::domain::party::{AskedFor, LotStatus};
    use crate::domain::place::{Kind, Who};
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

    /// That every enum gives every variant a word of its own is asked by the compiler, in [`words`].
    #[test]
    fn a_choice_is_read_back_from_its_word_and_two_under_one_word_are_seen() {
        is_read_back::<AskedFor>();
        is_read_back::<EndCause>();
        assert!(are_different(&["in", "into", "on", ""]) && are_different(&[]));
        assert!(!are_different(&["in", "on", "in"]) && !are_different(&["", ""]));
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
