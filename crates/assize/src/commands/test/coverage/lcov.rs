//! Coverage as a tracefile of LCOV.

use std::fmt::Write;

use assize_policy::Coverage;

use super::{branches, lines};

pub(super) fn write(all: &[Coverage]) -> String {
    let mut text = String::new();
    for coverage in all {
        // Writing to a `String` cannot fail.
        let _ = record(&mut text, coverage);
    }
    text
}

fn record(text: &mut String, coverage: &Coverage) -> std::fmt::Result {
    writeln!(text, "TN:assize")?;
    let path = coverage.source.path.replace(['\n', '\r'], " ");
    writeln!(text, "SF:{path}")?;
    for (name, line, _) in &coverage.functions {
        writeln!(text, "FN:{line},{name}")?;
    }
    for (name, _, count) in &coverage.functions {
        writeln!(text, "FNDA:{count},{name}")?;
    }
    let called = coverage.functions.iter().filter(|(.., count)| *count > 0);
    writeln!(text, "FNF:{}", coverage.functions.len())?;
    writeln!(text, "FNH:{}", called.count())?;
    for (block, branch) in coverage.branches.iter().enumerate() {
        let line = branch.region.start.line;
        let is_reached = branch.ways.iter().any(|(_, count)| *count > 0);
        for (way, (_, count)) in branch.ways.iter().enumerate() {
            // A dash says that nobody got there to choose.
            let taken = if is_reached {
                count.to_string()
            } else {
                "-".to_owned()
            };
            writeln!(text, "BRDA:{line},{block},{way},{taken}")?;
        }
    }
    writeln!(text, "BRF:{}", branches(coverage).all)?;
    writeln!(text, "BRH:{}", branches(coverage).reached)?;
    for (line, count) in &coverage.lines {
        writeln!(text, "DA:{line},{count}")?;
    }
    writeln!(text, "LF:{}", lines(coverage).all)?;
    writeln!(text, "LH:{}", lines(coverage).reached)?;
    writeln!(text, "end_of_record")
}
