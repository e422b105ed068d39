use std::sync::Arc;

use crate::{
    header::Param,
    pack::{Pack, shipped_packs},
    reference::References,
};

/// What a policy has in common with others: the parameters of its pack, and the reference data of all packs.
#[derive(Debug, Clone, Default)]
pub struct Shared {
    /// The parameters that every policy of the pack reads.
    pub params: Vec<Param>,
    /// The reference data.
    pub references: Arc<References>,
}

impl Shared {
    /// What the policies of a pack that ships share, and only they.
    pub fn shipped(pack: &str) -> Result<Arc<Self>, String> {
        let text = shipped_packs().find(|(name, _)| *name == pack);
        let (_, text) = text.ok_or_else(|| format!("no pack `{pack}` ships"))?;
        Ok(Arc::new(Self {
            params: Pack::read(text)?.shared_params(),
            references: Arc::new(References::shipped()),
        }))
    }
}
