//! Remembers what happens while a watched policy runs on this thread.

use std::{cell::RefCell, collections::BTreeSet, sync::Arc};

use assize_snapshot::NodeId;
use rhai::Dynamic;

use super::{
    probe::{ProbeId, ProbeKind, Probes, Role},
    shown,
    step::{Shown, Step, Trace},
};
use crate::context::{self, Subject};

/// Steps of one verdict that are remembered, beside those that said it.
const MOST_STEPS: usize = 4_000;
/// Steps within each other that are remembered.
const MOST_OPEN: usize = 400;
/// Rounds of one loop that are remembered: the first, the last, and those that count.
const MOST_ROUNDS: usize = 5;

/// How often something happened at a probe.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) reached: u32,
    pub(crate) was_true: u32,
    pub(crate) was_false: u32,
    pub(crate) was_nothing: u32,
    pub(crate) was_something: u32,
    /// Of rounds: how often the loop began, and how often it had a round.
    pub(crate) begun: u32,
    pub(crate) entered: u32,
    /// The loop has begun and had no round so far.
    is_fresh: bool,
}

impl Counts {
    /// Adds the counts of another run.
    pub(crate) fn add(&mut self, other: Self) {
        let pairs = [
            (&mut self.reached, other.reached),
            (&mut self.was_true, other.was_true),
            (&mut self.was_false, other.was_false),
            (&mut self.was_nothing, other.was_nothing),
            (&mut self.was_something, other.was_something),
            (&mut self.begun, other.begun),
            (&mut self.entered, other.entered),
        ];
        for (count, more) in pairs {
            *count = count.saturating_add(more);
        }
    }
}

/// What a verdict is about: the object, and the one in the earlier snapshot where it is gone.
pub(crate) type Object = (NodeId, Option<NodeId>);

/// What was remembered.
#[derive(Debug, Default)]
pub(crate) struct Recording {
    /// What each verdict was made of that somebody wants to know.
    pub(crate) traces: Vec<(Object, Trace)>,
    /// How often something happened at each probe.
    pub(crate) counts: Vec<Counts>,
}

/// What is remembered of the policy that runs.
struct Recorder {
    probes: Arc<Probes>,
    /// The verdicts that somebody wants to know about.
    wanted: BTreeSet<Object>,
    recording: Recording,
    /// What the verdict is about that is being made.
    subject: Option<Object>,
    /// Somebody wants to know about it.
    shows: bool,
    /// What has begun and not ended, outermost first.
    open: Vec<Step>,
    trace: Trace,
    steps: usize,
}

thread_local! {
    static RECORDER: RefCell<Option<Recorder>> = const { RefCell::new(None) };
}

/// Something that happens.
pub(super) enum Event<'v> {
    /// An expression begins to be worked out.
    Begin,
    /// It has this value.
    End(&'v Dynamic),
    /// An expression without parts has this value.
    Leaf(&'v Dynamic),
    /// A place is reached.
    Reach,
    /// A function of the policy is called.
    Enter,
    /// A round begins, with this element.
    Round(&'v Dynamic),
}

/// Takes note of something.
pub(super) fn note(probe: ProbeId, event: &Event<'_>) {
    if matches!(event, Event::Enter) {
        let subject = context::subject().map(|Subject { object, gone }| (object, gone));
        with(|recorder| recorder.enter(subject));
    }
    // Showing a value reads the snapshot, which is not done with the recorder in hand.
    let shown = match event {
        Event::End(value) | Event::Leaf(value) | Event::Round(value) => {
            let is_read = with(|recorder| recorder.shows_as(probe)).flatten();
            is_read.map(|is_read| shown::shown(value, is_read))
        }
        Event::Begin | Event::Reach | Event::Enter => None,
    };
    with(|recorder| recorder.take(probe, event, shown));
}

fn with<T>(work: impl FnOnce(&mut Recorder) -> T) -> Option<T> {
    RECORDER.with_borrow_mut(|recorder| recorder.as_mut().map(work))
}

/// Does something while a recorder is in place; what it remembered.
pub(crate) fn recording<T>(
    probes: &Arc<Probes>,
    wanted: BTreeSet<Object>,
    work: impl FnOnce() -> T,
) -> (T, Recording) {
    /// Takes the recorder away, however the work ends.
    struct Installed;
    impl Drop for Installed {
        fn drop(&mut self) {
            RECORDER.set(None);
        }
    }
    let counts = vec![Counts::default(); probes.list.len()];
    RECORDER.set(Some(Recorder {
        probes: Arc::clone(probes),
        wanted,
        recording: Recording {
            traces: Vec::new(),
            counts,
        },
        subject: None,
        shows: false,
        open: Vec::new(),
        trace: Trace::default(),
        steps: 0,
    }));
    let _installed = Installed;
    let result = work();
    let recording = with(|recorder| {
        recorder.finish();
        std::mem::take(&mut recorder.recording)
    });
    (result, recording.unwrap_or_default())
}

impl Recorder {
    /// A function of the policy is called: where it is called for another object, the verdict before is done.
    fn enter(&mut self, subject: Option<Object>) {
        if subject != self.subject {
            self.finish();
            self.subject = subject;
            self.shows = subject.is_some_and(|subject| self.wanted.contains(&subject));
        }
    }

    /// Puts away what is known of a verdict.
    fn finish(&mut self) {
        while !self.open.is_empty() {
            self.close();
        }
        let trace = std::mem::take(&mut self.trace);
        self.steps = 0;
        if let (Some(subject), true) = (self.subject.take(), self.shows) {
            self.recording.traces.push((subject, trace));
        }
    }

    /// Whether a value is to be shown, and if so, whether its probe only reads.
    fn shows_as(&self, probe: ProbeId) -> Option<bool> {
        let probe = self.probes.list.get(probe as usize)?;
        let says = probe.kind == ProbeKind::Value(Role::Says);
        (self.shows && (says || self.steps < MOST_STEPS)).then_some(probe.is_read)
    }

    fn take(&mut self, id: ProbeId, event: &Event<'_>, shown: Option<Shown>) {
        let probes = Arc::clone(&self.probes);
        let Some(probe) = probes.list.get(id as usize) else {
            return;
        };
        self.count(id, event);
        if let (Event::End(_) | Event::Leaf(_), Some(rounds)) = (event, probe.rounds) {
            let counts = &mut self.recording.counts[rounds as usize];
            counts.begun = counts.begun.saturating_add(1);
            counts.is_fresh = true;
        }
        if !self.shows {
            return;
        }
        match event {
            Event::End(_) => self.go_to(Some(id)),
            Event::Enter => {}
            _ => self.go_to(probe.parent),
        }
        match event {
            Event::Begin | Event::Enter | Event::Round(_) if self.open.len() < MOST_OPEN => {
                self.open.push(Step::of(id, probe, shown));
            }
            Event::End(_) if self.open.last().is_some_and(|step| step.is_of(id)) => {
                if let Some(step) = self.open.last_mut() {
                    step.value = shown;
                }
                self.close();
            }
            Event::Leaf(_) => {
                self.open.push(Step::of(id, probe, shown));
                self.close();
            }
            _ => {}
        }
    }

    fn count(&mut self, id: ProbeId, event: &Event<'_>) {
        let counts = &mut self.recording.counts[id as usize];
        let add = |count: &mut u32, is_so: bool| *count = count.saturating_add(u32::from(is_so));
        match event {
            Event::Begin => {}
            Event::Reach | Event::Enter => add(&mut counts.reached, true),
            Event::Round(_) => {
                add(&mut counts.reached, true);
                let is_first = std::mem::take(&mut counts.is_fresh);
                add(&mut counts.entered, is_first);
            }
            Event::End(value) | Event::Leaf(value) => {
                add(&mut counts.reached, true);
                let truth = value.as_bool().ok();
                add(&mut counts.was_true, truth == Some(true));
                add(&mut counts.was_false, truth == Some(false));
                add(&mut counts.was_nothing, value.is_unit());
                add(&mut counts.was_something, !value.is_unit());
            }
        }
    }

    /// Ends what has begun within something and will not be heard of again: it was left by `return` or by an error.
    fn go_to(&mut self, parent: Option<ProbeId>) {
        let Some(parent) = parent else { return };
        if let Some(at) = self.open.iter().rposition(|step| step.is_of(parent)) {
            while self.open.len() > at + 1 {
                self.close();
            }
        }
    }

    /// Puts the innermost thing that has begun to where it belongs.
    fn close(&mut self) {
        let Some(mut step) = self.open.pop() else {
            return;
        };
        let kind = self.probes.list[step.probe as usize].kind;
        let Some(parent) = self.open.last_mut() else {
            self.trace.steps.push(step);
            return;
        };
        parent.says |= step.says;
        if kind == ProbeKind::Round {
            if let ProbeKind::Value(Role::Calls(chosen)) =
                self.probes.list[parent.probe as usize].kind
            {
                step.settles = chosen.settles(step.result());
            }
            self.steps += 1;
            let gone = parent.add_round(step, MOST_ROUNDS);
            self.steps = self.steps.saturating_sub(gone);
        } else if self.steps < MOST_STEPS || step.says {
            self.steps += 1;
            parent.steps.push(step);
        } else {
            self.trace.left_out = self.trace.left_out.saturating_add(1);
        }
    }
}
