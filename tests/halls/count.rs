//! How many can have a place of their own, counted without moving anybody about.

/// The most people that can be given distinct places, by König's theorem: for any set of entries, no more can be seated than
/// there are places in it and people who want an entry outside it; for some set it is exactly so many. Every set is tried.
pub fn most(wanted: &[Vec<usize>], free: &[u32]) -> usize {
    assert!(free.len() <= 16, "{} entries are too many to try every set", free.len());
    let wanted: Vec<u32> =
        wanted.iter().map(|entries| entries.iter().fold(0, |set, entry| set | 1 << entry)).collect();
    let bound = |set: u32| {
        let inside: u32 =
            (0..free.len()).filter(|entry| set & 1 << entry != 0).map(|entry| free[entry]).sum();
        inside as usize + wanted.iter().filter(|&&wanted| wanted & !set != 0).count()
    };
    (0..1_u32 << free.len()).map(bound).min().unwrap_or(0)
}

/// Whether everyone can.
pub fn all_fit(wanted: &[Vec<usize>], free: &[u32]) -> bool {
    most(wanted, free) == wanted.len()
}
