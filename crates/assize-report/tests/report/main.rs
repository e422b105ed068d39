//! Whole outputs of every format on one sample run.

mod outputs;
mod sample;
mod sarif;
mod streaming;
