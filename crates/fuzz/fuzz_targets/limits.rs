//! The limits of the targets that run policies.

use std::time::Duration;

use assize_policy::Limits;

/// Small, so that an input costs little; the machinery is the same.
pub fn limits() -> Limits {
    Limits {
        source_bytes: 16 << 10,
        compile_time: Duration::from_millis(500),
        operations: 20_000,
        wall_time: Duration::from_millis(100),
        total_time: Duration::from_millis(200),
        memory_bytes: 8 << 20,
        ..Limits::default()
    }
}
