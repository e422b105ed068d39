//! Whole outputs of every format on one sample run.

mod catalogue;
mod outputs;
mod sample;
mod sarif;
mod streaming;
