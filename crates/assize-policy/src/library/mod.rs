//! The functions that policies call, one file a theme.

mod base64;
mod certificate;
mod dns;
mod estate;
mod evidence;
mod facts;
mod host;
mod identity;
mod list;
mod lookup;
mod number;
mod object;
mod order;
mod origin;
mod reference;
mod set;
mod show;
mod sort;
mod text;
mod time;
mod verdict;
mod version;

use rhai::Module;

pub(crate) use facts::Facts;
pub(crate) use host::{host_covers, host_within, same_host};
pub(crate) use identity::{same_id, same_thumbprint};
pub(crate) use set::Set;
pub(crate) use text::same_text;
pub(crate) use time::{show_duration, show_time};
pub(crate) use verdict::add as verdicts;
pub(crate) use version::show_version;

/// Everything but the verdict functions, which depend on the limits.
pub(crate) fn module() -> Module {
    let mut module = Module::new();
    certificate::add(&mut module);
    dns::add(&mut module);
    evidence::add(&mut module);
    estate::add(&mut module);
    facts::add(&mut module);
    host::add(&mut module);
    identity::add(&mut module);
    list::add(&mut module);
    lookup::add(&mut module);
    number::add(&mut module);
    object::add(&mut module);
    order::add(&mut module);
    origin::add(&mut module);
    reference::add(&mut module);
    set::add(&mut module);
    show::add(&mut module);
    sort::add(&mut module);
    text::add(&mut module);
    time::add(&mut module);
    version::add(&mut module);
    module
}
