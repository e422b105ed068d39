//! 100,000 findings in every format, from the model to a sink.

#[path = "../tests/report/sample/mod.rs"]
#[expect(dead_code, reason = "the tests use the rest of it")]
mod sample;

use std::io::{BufWriter, sink};

use assize_report::{Format, Options};
use divan::{Bencher, counter::ItemsCount};

fn main() {
    divan::main();
}

#[divan::bench(args = Format::ALL.iter().copied(), sample_count = 5, sample_size = 1)]
fn findings_100_000(bencher: Bencher<'_, '_>, format: Format) {
    let files: Vec<_> = (0..100)
        .map(|number| sample::large_file(number, 1000))
        .collect();
    bencher
        .counter(ItemsCount::new(100_000_usize))
        .bench_local(|| {
            let out = BufWriter::with_capacity(1 << 16, sink());
            sample::write_files(format, &Options::default(), &files, out);
        });
}
