//! Threads that each own a session and take work from one queue.
//!
//! Transactions are synchronous code (SQLite is, and closures over one connection read best so); the threads keep them off
//! the threads of the async runtime. The queue is bounded: who finds it full is told so instead of waiting for ever.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, TrySendError, bounded};
use parking_lot::Mutex;
use tokio::sync::oneshot;

use crate::error::{Error, Result};
use crate::session::Session;

/// How much work may wait for a session.
const QUEUE: usize = 4096;

type Job = Box<dyn FnOnce(&mut Session) + Send>;

pub(crate) struct Pool {
    queue: Option<Sender<Job>>,
    threads: Vec<JoinHandle<()>>,
}

impl Pool {
    /// Starts one thread for each session.
    pub(crate) fn start(name: &str, sessions: Vec<Session>) -> Result<Self> {
        let (queue, jobs) = bounded(QUEUE);
        let mut pool = Self { queue: Some(queue), threads: Vec::new() };
        for session in sessions {
            let jobs = jobs.clone();
            let thread = std::thread::Builder::new()
                .name(name.to_owned())
                .spawn(move || work(&jobs, session))
                .map_err(|error| Error::Unavailable(error.to_string()))?;
            pool.threads.push(thread);
        }
        Ok(pool)
    }

    /// Runs `work` on the next free session and waits for its result. When `limit` has passed, work that has not begun is
    /// dropped and a running SQLite statement is interrupted.
    pub(crate) async fn run<T, F>(&self, limit: Option<Duration>, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Session) -> T + Send + 'static,
    {
        let (answer, mut answered) = oneshot::channel();
        let progress = Arc::new(Mutex::new(Progress::Waiting));
        let watched = limit.map(|_| Arc::clone(&progress));
        self.submit(Box::new(move |session| {
            let result = match &watched {
                None => work(session),
                Some(progress) => {
                    if !begin(progress, session) {
                        return;
                    }
                    let result = work(session);
                    *progress.lock() = Progress::Over;
                    result
                }
            };
            // Whoever asked may have gone away meanwhile.
            let _ = answer.send(result);
        }))?;
        let answer = match limit {
            None => answered.await,
            Some(limit) => match tokio::time::timeout(limit, &mut answered).await {
                Ok(answer) => answer,
                Err(_) => {
                    if give_up(&progress) {
                        return Err(Error::Timeout);
                    }
                    answered.await
                }
            },
        };
        answer.map_err(|_| Error::Unavailable("a session of the store ended unexpectedly".to_owned()))
    }

    fn submit(&self, job: Job) -> Result<()> {
        let queue = self.queue.as_ref().ok_or(Error::Closed)?;
        queue.try_send(job).map_err(|error| match error {
            TrySendError::Full(_) => Error::Busy(format!("{QUEUE} transactions wait already")),
            TrySendError::Disconnected(_) => Error::Closed,
        })
    }
}

impl Drop for Pool {
    /// Waits until the work that was taken is done, so that the database is closed when the store is gone.
    fn drop(&mut self) {
        drop(self.queue.take());
        let here = std::thread::current().id();
        for thread in self.threads.drain(..) {
            // A closure may hold the last clone of the store: its own thread cannot wait for itself.
            if thread.thread().id() != here {
                let _ = thread.join();
            }
        }
    }
}

fn work(jobs: &Receiver<Job>, mut session: Session) {
    for job in jobs {
        // Closures are caught where their transaction is; this is for a mistake of the store itself.
        if catch_unwind(AssertUnwindSafe(|| job(&mut session))).is_err() {
            session.forget();
        }
    }
}

/// How far a piece of work with a time limit is.
enum Progress {
    Waiting,
    Running(rusqlite::InterruptHandle),
    /// Running where the server stops it by itself.
    RunningElsewhere,
    Over,
    GivenUp,
}

fn begin(progress: &Mutex<Progress>, session: &Session) -> bool {
    let mut progress = progress.lock();
    if matches!(*progress, Progress::GivenUp) {
        return false;
    }
    *progress = match session {
        Session::Sqlite(session) => Progress::Running(session.interrupt_handle()),
        Session::Postgres(_) => Progress::RunningElsewhere,
    };
    true
}

/// Whether the work will never answer; work that runs still does.
fn give_up(progress: &Mutex<Progress>) -> bool {
    let mut progress = progress.lock();
    match &*progress {
        Progress::Waiting => {
            *progress = Progress::GivenUp;
            true
        }
        Progress::Running(handle) => {
            handle.interrupt();
            false
        }
        Progress::RunningElsewhere | Progress::Over | Progress::GivenUp => false,
    }
}
