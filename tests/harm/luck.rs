//! Choices that can be made again: from a seed, which a failing test prints.

/// A generator of numbers (SplitMix64).
#[derive(Clone)]
pub struct Luck(u64);

impl Luck {
    pub fn of(seed: u64) -> Self {
        Self(seed)
    }

    /// The seed that the environment names, or one of the moment.
    pub fn seed() -> u64 {
        let named = std::env::var("INSKRIVNING_KILL_SEED").ok();
        named.map_or_else(
            || std::time::UNIX_EPOCH.elapsed().unwrap().as_micros() as u64,
            |seed| seed.parse().expect("INSKRIVNING_KILL_SEED is a number"),
        )
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below this one.
    pub fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }

    /// True so many times in a hundred.
    pub fn percent(&mut self, times: usize) -> bool {
        self.below(100) < times
    }
}
