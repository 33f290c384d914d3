//! Threads of their own for reports and files, so that adding up a year delays no redirect.

use std::future::Future;

use tokio::{
    runtime::{Builder, Runtime},
    task::{JoinError, JoinSet},
};

use crate::LakeError;

/// Bytes of each thread's stack: plans are trees that are walked by recursion.
const STACK: usize = 32 << 20;

#[derive(Debug)]
pub(crate) struct Workers {
    /// Only none while it is dropped.
    runtime: Option<Runtime>,
}

impl Workers {
    pub fn new(threads: usize) -> Result<Self, LakeError> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(threads.max(1))
            .thread_name("lake")
            .thread_stack_size(STACK)
            .enable_all()
            .build()
            .map_err(|error| LakeError::Engine(error.to_string()))?;
        Ok(Self { runtime: Some(runtime) })
    }

    /// Runs it for as long as somebody waits for it.
    pub async fn while_wanted<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, LakeError>> + Send + 'static,
    ) -> Result<T, LakeError> {
        let Some(runtime) = &self.runtime else { return Err(gone()) };
        let mut tasks = JoinSet::new();
        tasks.spawn_on(work, runtime.handle());
        finished(tasks.join_next().await.ok_or_else(gone)?)
    }

    /// Starts it; it ends by itself, or with these threads.
    pub fn start(&self, work: impl Future<Output = ()> + Send + 'static) {
        if let Some(runtime) = &self.runtime {
            drop(runtime.spawn(work));
        }
    }

    /// Runs it to its end, even if nobody waits any more.
    pub async fn to_the_end<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, LakeError>> + Send + 'static,
    ) -> Result<T, LakeError> {
        let Some(runtime) = &self.runtime else { return Err(gone()) };
        finished(runtime.spawn(work).await)
    }
}

fn finished<T>(result: Result<Result<T, LakeError>, JoinError>) -> Result<T, LakeError> {
    result.unwrap_or_else(|error| Err(LakeError::Engine(error.to_string())))
}

fn gone() -> LakeError {
    LakeError::Engine("the lake is being closed".to_owned())
}

impl Drop for Workers {
    fn drop(&mut self) {
        // Without waiting: a lake may be dropped within another runtime.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}
