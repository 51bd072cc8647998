//! Reading lists and maps from JSON up to a length, so that a hostile text cannot grow in memory.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// Reads a value that may be null but not missing, where serde takes a missing one for null.
pub(super) fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    Option::deserialize(deserializer)
}

/// Reads a list, and stops at the first element more than `MOST`.
pub(super) fn list<'de, D, T, const MOST: usize>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    deserializer.deserialize_seq(AtMost::<T, MOST>(PhantomData))
}

/// Reads a map, and stops at the first key more than `MOST`. A key that stands twice counts twice.
pub(super) fn map<'de, D, K, const MOST: usize>(deserializer: D) -> Result<BTreeMap<K, String>, D::Error>
where
    D: Deserializer<'de>,
    K: Deserialize<'de> + Ord,
{
    deserializer.deserialize_map(MapAtMost::<K, MOST>(PhantomData))
}

struct AtMost<T, const MOST: usize>(PhantomData<T>);

impl<'de, T: Deserialize<'de>, const MOST: usize> Visitor<'de> for AtMost<T, MOST> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a list of at most {MOST}")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Self::Value, A::Error> {
        let mut list = Vec::new();
        while let Some(element) = elements.next_element()? {
            if list.len() == MOST {
                return Err(Error::custom(format!("more than the {MOST} there can be")));
            }
            list.push(element);
        }
        Ok(list)
    }
}

struct MapAtMost<K, const MOST: usize>(PhantomData<K>);

impl<'de, K: Deserialize<'de> + Ord, const MOST: usize> Visitor<'de> for MapAtMost<K, MOST> {
    type Value = BTreeMap<K, String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a map of at most {MOST}")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
        let mut map = BTreeMap::new();
        let mut read = 0;
        while let Some((key, value)) = entries.next_entry()? {
            if read == MOST {
                return Err(Error::custom(format!("more than the {MOST} there can be")));
            }
            map.insert(key, value);
            read += 1;
        }
        Ok(map)
    }
}
