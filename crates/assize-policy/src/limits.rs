use std::time::Duration;

/// What a policy may use. One set for every build, every command and every policy; hitting one is an `error` verdict that
/// names the limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of source.
    pub source_bytes: usize,
    /// Tokens of source.
    pub tokens: usize,
    /// Elements of one list in the source: arguments, parameters, elements, arms, statements of a block.
    pub listed: usize,
    /// Time to compile.
    pub compile_time: Duration,
    /// Steps of one verdict, those inside callbacks included.
    pub operations: u64,
    /// Time of one verdict.
    pub wall_time: Duration,
    /// Time of all verdicts of one policy on one snapshot, to which `wall_time_per_object` adds.
    pub total_time: Duration,
    /// More time for each selected object.
    pub wall_time_per_object: Duration,
    /// Bytes that one verdict may hold at a time.
    pub memory_bytes: usize,
    /// Calls within calls.
    pub call_depth: usize,
    /// Expressions within expressions.
    pub expression_depth: usize,
    /// Bytes of one string.
    pub string_bytes: usize,
    /// Elements of one array.
    pub array_elements: usize,
    /// Members of one map.
    pub map_members: usize,
    /// Findings of one verdict.
    pub findings: usize,
    /// Objects that one policy may select in one snapshot.
    pub selected: usize,
}

impl Limits {
    /// What a policy may use while it is watched: its source is longer, and each of its steps is several. It has met its own
    /// limits before.
    pub(crate) fn for_watching(&self) -> Self {
        Self {
            source_bytes: self.source_bytes.saturating_mul(32),
            tokens: self.tokens.saturating_mul(16),
            listed: self.listed.saturating_mul(4),
            compile_time: self.compile_time.saturating_mul(16),
            operations: self.operations.saturating_mul(16),
            wall_time: self.wall_time.saturating_mul(16),
            total_time: self.total_time.saturating_mul(16),
            wall_time_per_object: self.wall_time_per_object.saturating_mul(16),
            memory_bytes: self.memory_bytes.saturating_mul(4),
            expression_depth: self.expression_depth.saturating_mul(8),
            ..*self
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            source_bytes: 64 << 10,
            tokens: 20_000,
            listed: 1_000,
            compile_time: Duration::from_secs(2),
            operations: 5_000_000,
            wall_time: Duration::from_secs(1),
            total_time: Duration::from_secs(10),
            wall_time_per_object: Duration::from_micros(200),
            memory_bytes: 64 << 20,
            call_depth: 32,
            expression_depth: 64,
            string_bytes: 100_000,
            array_elements: 100_000,
            map_members: 10_000,
            findings: 1_000,
            selected: 20_000_000,
        }
    }
}
