//! What a verdict was made of, as a flow through the policy: the values in the order in which they were worked out.

use assize_finding::{Location, Trace, TraceKind, TraceStep, ValueKind};
use serde_json::Value;
use serde_sarif::sarif;

use super::{artifact::ArtifactPlace, message::message, region::location};

/// Locations of one flow.
const MOST_LOCATIONS: usize = 100;

/// The flow of a trace that ends at a finding.
pub(crate) fn code_flow(
    trace: &Trace,
    artifact: &ArtifactPlace,
    finding: &Location,
) -> sarif::CodeFlow {
    let mut flow = Flow {
        policy: ArtifactPlace::outside(&trace.file),
        artifact,
        finding,
        locations: Vec::new(),
    };
    flow.steps(&trace.steps, 0);
    // The end of a flow is what it is about.
    let surplus = flow.locations.len().saturating_sub(MOST_LOCATIONS);
    let locations: Vec<_> = flow.locations.into_iter().skip(surplus).collect();
    let thread = sarif::ThreadFlow::builder().locations(locations).build();
    sarif::CodeFlow::builder()
        .thread_flows(vec![thread])
        .build()
}

struct Flow<'a> {
    policy: ArtifactPlace,
    artifact: &'a ArtifactPlace,
    finding: &'a Location,
    locations: Vec<sarif::ThreadFlowLocation>,
}

impl Flow<'_> {
    fn steps(&mut self, steps: &[TraceStep], level: i64) {
        for step in steps {
            if matches!(step.kind, TraceKind::Function | TraceKind::Round) {
                self.add(step, level);
                self.steps(&step.steps, level + 1);
            } else {
                // The parts of a value come before it.
                self.steps(&step.steps, level);
                self.add(step, level);
            }
        }
    }

    fn add(&mut self, step: &TraceStep, level: i64) {
        let mut place = match (&step.place, step.kind) {
            (Some(place), _) => {
                let other = place.file.as_deref().map(ArtifactPlace::outside);
                let artifact = other.as_ref().unwrap_or(self.artifact);
                location(artifact, &place.location)
            }
            (None, TraceKind::Says) => location(self.artifact, self.finding),
            (None, _) => location(&self.policy, &in_policy(step)),
        };
        place.message = Some(message([words(step).as_str()]));
        let importance = match step.kind {
            TraceKind::Condition | TraceKind::Says => "essential",
            TraceKind::Operand | TraceKind::Variable | TraceKind::Function => "important",
            TraceKind::Value | TraceKind::Round => "unimportant",
        };
        let mut location = sarif::ThreadFlowLocation::builder()
            .location(place)
            .nesting_level(level)
            .execution_order(self.locations.len() as i64 + 1)
            .build();
        location.importance = Some(Value::from(importance));
        location.kinds = Some(kinds(step));
        self.locations.push(location);
    }
}

fn in_policy(step: &TraceStep) -> Location {
    Location {
        pointer: None,
        path: String::new(),
        region: Some(step.region),
        value_kind: ValueKind::Value,
        absent: false,
        content: None,
        excerpt: None,
        line_hash: None,
    }
}

fn words(step: &TraceStep) -> String {
    let source = &step.source;
    match (step.kind, &step.value, step.round) {
        (TraceKind::Function, ..) => format!("the policy calls `{source}`"),
        (TraceKind::Round, Some(value), Some(round)) => format!("round {round}: {value}"),
        (TraceKind::Says, ..) => format!("the policy says `{source}`"),
        (_, Some(value), _) => format!("`{source}` is {value}"),
        (_, None, _) => format!("`{source}` is not worked out"),
    }
}

fn kinds(step: &TraceStep) -> Vec<String> {
    let mut kinds = vec![match step.kind {
        TraceKind::Condition => "branch",
        TraceKind::Function => "call",
        TraceKind::Round => "scope",
        _ => "value",
    }];
    match step.value.as_deref() {
        Some("true") => kinds.push("true"),
        Some("false") => kinds.push("false"),
        _ => {}
    }
    kinds.into_iter().map(str::to_owned).collect()
}
