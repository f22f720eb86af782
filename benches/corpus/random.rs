//! Numbers and words without order, but the same every time.

const WORDS: [&str; 56] = [
    "alpha", "beta", "gamma", "delta", "order", "cart", "payment", "ledger", "audit", "search", "index",
    "proxy", "cache", "queue", "worker", "session", "token", "login", "profile", "catalog", "stock", "price",
    "quote", "ship", "track", "notify", "mail", "sms", "report", "batch", "stream", "ingest", "export",
    "import", "gateway", "edge", "core", "data", "meta", "user", "admin", "billing", "invoice", "refund",
    "fraud", "risk", "score", "model", "train", "serve", "feature", "flag", "config", "vault", "secret",
    "route",
];

/// `SplitMix64`.
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Random(seed)
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`.
    pub(super) fn below(&mut self, end: usize) -> usize {
        (self.next() >> 33) as usize % end
    }

    /// A number from `start` on, below `end`.
    pub(super) fn between(&mut self, start: usize, end: usize) -> usize {
        start + self.below(end - start)
    }

    /// True so many times in a hundred.
    pub(super) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    pub(super) fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }

    pub(super) fn word(&mut self) -> &'static str {
        self.pick(&WORDS)
    }

    /// Some words, at least `start` and fewer than `end`.
    pub(super) fn words(&mut self, start: usize, end: usize) -> String {
        let words: Vec<&str> = (0..self.between(start, end)).map(|_| self.word()).collect();
        words.join(" ")
    }

    /// Letters in place of so many encoded bytes.
    pub(super) fn encoded(&mut self, bytes: usize) -> String {
        const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let letters = (0..bytes.div_ceil(3) * 4).map(|_| char::from(self.pick(LETTERS)));
        letters.collect()
    }
}
