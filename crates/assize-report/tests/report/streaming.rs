use std::{
    cell::Cell,
    io::{self, Write},
    rc::Rc,
};

use assize_finding::Summary;
use assize_report::{Format, Options, reporter};

use crate::sample;

/// Counts bytes and drops them.
#[derive(Clone, Default)]
struct Sink(Rc<Cell<usize>>);

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.set(self.0.get() + bytes.len());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// They put the worst first and keep a bounded number, or write counts alone.
const BOUNDED: [Format; 6] = [
    Format::SarifGithub,
    Format::Github,
    Format::GithubSummary,
    Format::Markdown,
    Format::Html,
    Format::Oscal,
];

/// Whatever a file brings is out before the next one comes: the end of a run is as short after 64 files as after one, but for the
/// list of artifacts.
#[test]
fn nothing_is_kept_of_a_finding() {
    for format in Format::ALL {
        if BOUNDED.contains(format) {
            continue;
        }
        let few = tail_length(*format, 1);
        let many = tail_length(*format, 64);
        assert!(
            many <= few + 64 * 500,
            "{format:?}: {few} bytes held after 1 file, {many} after 64"
        );
    }
}

/// How much is written by `finish`, after files with 200 findings each that were all written by `judged`.
fn tail_length(format: Format, files: usize) -> usize {
    const FINDINGS: usize = 200;
    let run = sample::run();
    let sink = Sink::default();
    let mut summary = Summary::default();
    let mut reporter = reporter(format, &Options::default(), sink.clone());
    reporter.begin(&run).expect("the sink takes all");
    for number in 0..files {
        let before = sink.0.get();
        let judged = sample::large_file(number, FINDINGS);
        summary.add(&judged, |_| false);
        reporter.judged(&run, &judged).expect("the sink takes all");
        let written = sink.0.get() - before;
        assert!(
            written > FINDINGS * 50,
            "{format:?}: {written} bytes for {FINDINGS} findings"
        );
    }
    let before = sink.0.get();
    reporter
        .finish(&run, &summary, &sample::status())
        .expect("the sink takes all");
    sink.0.get() - before
}
