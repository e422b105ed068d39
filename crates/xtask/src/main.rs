//! Tasks of the project itself; never shipped.
fn main() {}
