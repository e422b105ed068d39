//! `assize test --generate`: snapshots that nobody thought of.

use std::{fmt::Write as _, sync::Arc};

use assize_finding::ExitStatus;
use assize_policy::{Generation, Limits, Policy, generate};
use assize_project::{Project, in_parallel};
use assize_report::escape_control;
use clap::Args;

use super::{Selection, TestArguments};
use crate::{failure::Failure, terminal};

#[derive(Debug, Args)]
pub(crate) struct GenerationArguments {
    /// Let each policy judge this many generated snapshots, a quarter of which break their schema: none may end in an error.
    #[arg(long, value_name = "N", conflicts_with_all = ["mutate", "bless"], value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub(crate) generate: Option<u32>,
    /// With `--generate`: what the snapshots follow from; the same number gives the same ones.
    #[arg(
        long,
        value_name = "NUMBER",
        default_value_t = 0,
        requires = "generate"
    )]
    pub(crate) seed: u64,
}

pub(super) fn run(
    arguments: &TestArguments,
    selection: &Selection,
    project: &Project,
) -> Result<ExitStatus, Failure> {
    let (count, seed) = (
        arguments.generation.generate.unwrap_or_default(),
        arguments.generation.seed,
    );
    let cells = project.set.cells().iter();
    let policies = cells
        .filter(|cell| selection.wants(&cell.id))
        .map(|cell| cell.policy());
    let policies: Vec<&Arc<Policy>> = policies.collect();
    let limits = Limits::default();
    let work = |index: usize| generate(policies[index], &project.kinds, &limits, count, seed);
    let broken = selection.broken(project);
    super::print(&broken.concat())?;
    let (mut total, mut failed) = (Generation::default(), broken.len());
    let take = |generation: Result<Generation, String>| {
        let generation = generation.map_err(Failure::Usage)?;
        total.valid += generation.valid;
        total.invalid += generation.invalid;
        total.rejected += generation.rejected;
        failed += usize::from(!generation.found.is_empty());
        super::print(&describe(&generation, arguments.talk.verbose))
    };
    in_parallel(policies.len(), work, take)?;
    Ok(end(&total, policies.len() + broken.len(), failed))
}

fn end(total: &Generation, policies: usize, failed: usize) -> ExitStatus {
    let Generation {
        valid,
        invalid,
        rejected,
        ..
    } = total;
    if valid + invalid == 0 && failed == 0 {
        terminal::error_line("nothing was tested: no snapshot could be generated");
        return ExitStatus::NothingChecked;
    }
    let judged = format!(
        "{valid} valid and {invalid} broken snapshots, {}; {rejected} could not be generated",
        super::policies(policies)
    );
    if failed > 0 {
        terminal::error_line(&format!("{} failed: {judged}", super::policies(failed)));
        return ExitStatus::Findings;
    }
    terminal::error_line(&format!("clean: {judged}"));
    ExitStatus::Clean
}

/// The counter-examples, ready for the page.
fn describe(generation: &Generation, verbose: bool) -> String {
    let mut text = String::new();
    let id = escape_control(&generation.policy);
    for found in &generation.found {
        let _ = writeln!(text, "FAIL  {id}: {}", escape_control(&found.wrong));
        if let Some(broken) = &found.broken {
            let _ = writeln!(
                text,
                "  the snapshot breaks its schema: {}",
                escape_control(broken)
            );
        }
        text.push('\n');
        for line in found.blocks.lines() {
            let _ = writeln!(text, "{}", escape_control(line));
        }
    }
    if generation.found.is_empty() && verbose {
        let (valid, invalid) = (generation.valid, generation.invalid);
        let _ = writeln!(text, "ok    {id}: {valid} valid, {invalid} broken");
    }
    text
}
