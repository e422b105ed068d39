//! What takes long, done one after the other on a thread of its own.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        mpsc::{Receiver, RecvTimeoutError, Sender, channel},
    },
    thread::{Builder, JoinHandle},
    time::{Duration, Instant},
};

use lsp_types::Uri;

use crate::{diagnostics, dispatch::contained, state::State};

/// How long nobody types before a document is looked at.
const QUIET: Duration = Duration::from_millis(100);
/// How long a document waits at most while somebody types.
const PATIENCE: Duration = Duration::from_millis(500);

/// Something to do.
enum Job {
    /// A document changed; `at_once` where nobody is typing.
    Look { uri: Uri, at_once: bool },
    /// The work of a command.
    Run(Box<dyn FnOnce(&State) + Send>),
}

/// A thread and the way to it.
pub(crate) struct Background {
    jobs: Option<Sender<Job>>,
    thread: Option<JoinHandle<()>>,
}

impl Background {
    pub(crate) fn start(state: &Arc<State>, name: &str) -> std::io::Result<Self> {
        let (jobs, waiting) = channel();
        let state = Arc::clone(state);
        let thread = Builder::new()
            .name(name.to_owned())
            .spawn(move || work(&state, &waiting))?;
        Ok(Self {
            jobs: Some(jobs),
            thread: Some(thread),
        })
    }

    /// Has a document looked at; several changes in a row are one.
    pub(crate) fn look(&self, uri: Uri, at_once: bool) {
        self.add(Job::Look { uri, at_once });
    }

    /// Has something done after what waits already.
    pub(crate) fn run(&self, work: impl FnOnce(&State) + Send + 'static) {
        self.add(Job::Run(Box::new(work)));
    }

    fn add(&self, job: Job) {
        // A thread that has ended has nobody left to work for.
        let _ = self.jobs.as_ref().map(|jobs| jobs.send(job));
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        self.jobs = None;
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

/// The documents that wait to be looked at: since when, and until when.
#[derive(Default)]
struct Waiting(BTreeMap<String, (Uri, Instant, Instant)>);

impl Waiting {
    fn add(&mut self, uri: Uri, at_once: bool) {
        let now = Instant::now();
        let (_, since, until) = self
            .0
            .entry(uri.as_str().to_owned())
            .or_insert((uri, now, now));
        let due = if at_once { now } else { now + QUIET };
        *until = due.min(*since + PATIENCE);
    }

    /// How long nothing is to be done; `None` where nothing waits.
    fn rest(&self) -> Option<Duration> {
        let due = self.0.values().map(|(_, _, until)| *until).min()?;
        Some(due.saturating_duration_since(Instant::now()))
    }

    fn take_due(&mut self) -> Option<Uri> {
        let now = Instant::now();
        let mut due = self.0.iter().filter(|(_, (_, _, until))| *until <= now);
        let name = due.next()?.0.clone();
        self.0.remove(&name).map(|(uri, ..)| uri)
    }
}

fn work(state: &State, jobs: &Receiver<Job>) {
    let mut waiting = Waiting::default();
    loop {
        let job = match waiting.rest() {
            None => jobs.recv().map_err(|_| RecvTimeoutError::Disconnected),
            Some(rest) => jobs.recv_timeout(rest),
        };
        match job {
            Ok(Job::Look { uri, at_once }) => waiting.add(uri, at_once),
            Ok(Job::Run(work)) => {
                let _ = contained(|| {
                    let _: () = work(state);
                    Ok(())
                });
            }
            Err(RecvTimeoutError::Disconnected) => return,
            Err(RecvTimeoutError::Timeout) => {
                if let Some(uri) = waiting.take_due() {
                    let _ = contained(|| {
                        diagnostics::tell(state, &uri);
                        Ok(())
                    });
                }
            }
        }
    }
}
