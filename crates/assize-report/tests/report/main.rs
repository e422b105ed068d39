//! Whole outputs of every format on one sample run.

mod catalogue;
mod oscal;
mod outputs;
mod readers;
mod sample;
mod sarif;
mod streaming;
