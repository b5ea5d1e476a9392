//! Chance that can be repeated.

/// A generator of numbers that look random: splitmix64. The same seed gives the same numbers, on every machine.
#[derive(Debug, Clone, Default)]
pub(crate) struct Dice(u64);

impl Dice {
    /// The generator of one of several that share a seed.
    pub(crate) fn new(seed: u64, number: u64) -> Self {
        let mut shared = Self(seed);
        Self(shared.next() ^ Self(number).next())
    }

    /// A generator that goes its own way from here on.
    pub(crate) fn fork(&mut self) -> Self {
        Self(self.next())
    }

    /// Whether something of this probability happens. 0 never does, and 1 always.
    pub(crate) fn happens(&mut self, probability: f64) -> bool {
        let high = u32::try_from(self.next() >> 32).unwrap_or_default();
        f64::from(high) / (f64::from(u32::MAX) + 1.0) < probability
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}
