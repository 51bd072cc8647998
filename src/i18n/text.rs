//! How a sentence is made: looked up by its key in the language's file, with what it names filled in.

use std::sync::LazyLock;

use chrono::{Datelike, NaiveDate};
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentError, FluentResource, FluentValue};

use super::Language;

pub(super) type Bundle = FluentBundle<FluentResource>;

/// Each language's sentences, read once.
static BUNDLES: LazyLock<Vec<(Language, Bundle)>> =
    LazyLock::new(|| Language::ALL.map(|language| (language, read(language, language.sentences()).0)).into());

/// Reads a language's file, with what is wrong with it. What is wrong is left out, never fatal: a test holds the files that
/// are built in to having no fault.
pub(super) fn read(language: Language, sentences: &str) -> (Bundle, Vec<FluentError>) {
    let (resource, faults) = match FluentResource::try_new(sentences.to_owned()) {
        Ok(resource) => (resource, vec![]),
        Err((resource, faults)) => (resource, faults),
    };
    let mut faults: Vec<_> = faults.into_iter().map(FluentError::ParserError).collect();
    let mut bundle = Bundle::new_concurrent(vec![language.tag().parse().unwrap_or_default()]);
    // The marks that keep a name's direction apart from the sentence's are needed only where the two can differ, and would
    // stand as boxes on a receipt printer's paper. A language written from right to left must turn them on.
    bundle.set_use_isolating(false);
    faults.extend(bundle.add_resource(resource).err().unwrap_or_default());
    (bundle, faults)
}

/// What a sentence names, by the name it has in the files.
pub(super) type Named<'a> = (&'static str, FluentValue<'a>);

/// The sentence with this key. A key or a name that is missing shows in braces, so that tests see it and a guest still
/// gets the rest.
pub(super) fn say<const N: usize>(language: Language, key: &str, named: [Named; N]) -> String {
    let bundle = BUNDLES.iter().find(|(one, _)| *one == language).map(|(_, bundle)| bundle);
    let pattern = |bundle: &'static Bundle| Some((bundle, bundle.get_message(key)?.value()?));
    match bundle.and_then(pattern) {
        Some((bundle, pattern)) => {
            let named = FluentArgs::from_iter(named);
            bundle.format_pattern(pattern, Some(&named), &mut vec![]).into_owned()
        }
        None => format!("{{{key}}}"),
    }
}

/// A date in words, with its weekday, which helps who cannot count dates: *fredag 27 november 2026*, *Friday 27 November
/// 2026*.
///
/// ```
/// use inskrivning::i18n::{Language, date};
/// let day = chrono::NaiveDate::from_ymd_opt(2026, 11, 27).unwrap();
/// assert_eq!(date(day, Language::Sv), "fredag 27 november 2026");
/// ```
#[must_use]
pub fn date(date: NaiveDate, language: Language) -> String {
    let weekday = date.weekday().number_from_monday();
    let named = [
        ("weekday", weekday.into()),
        ("day", date.day().into()),
        ("month", date.month().into()),
        ("year", date.year().into()),
    ];
    say(language, "date", named)
}

/// A date in figures or as short as it is said, for lists on paper: *27 november 2026*, *2026-11-27*.
pub(super) fn short_date(date: NaiveDate, language: Language) -> String {
    let named = [("day", date.day().into()), ("month", date.month().into()), ("year", date.year().into())];
    say(language, "short-date", named)
}

/// `A, B och C`: `last` is the key that joins the last item to those before it.
pub(super) fn list(items: impl IntoIterator<Item = String>, last: &str, language: Language) -> String {
    let mut items = items.into_iter().peekable();
    let mut before = items.next().unwrap_or_default();
    while let Some(item) = items.next() {
        let key = if items.peek().is_some() { "list-comma" } else { last };
        before = say(language, key, [("before", before.into()), ("item", item.into())]);
    }
    before
}
