use std::sync::Arc;

use crate::{header::Param, reference::References};

/// What a policy has in common with others: the parameters of its pack, and the reference data of all packs.
#[derive(Debug, Clone, Default)]
pub struct Shared {
    /// The parameters that every policy of the pack reads.
    pub params: Vec<Param>,
    /// The reference data.
    pub references: Arc<References>,
}
