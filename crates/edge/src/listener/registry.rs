//! All open connections of a listener: counts them, ends those that overstay, makes room.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::AbortHandle;
use tokio::time::Instant;

use super::watch::{Phase, Shared, Watch};
use super::{ConnectionCounters, ConnectionLimits, ShutdownReport};

/// How long a closed connection may wait for the client to close, too.
const LINGER_TIMEOUT: Duration = Duration::from_secs(2);
/// The same at shutdown.
const LINGER_TIMEOUT_AT_SHUTDOWN: Duration = Duration::from_millis(200);
/// A head may take this long before its connection makes room for others.
const HEAD_GRACE: Duration = Duration::from_secs(1);
/// Between two looks at the remaining connections at shutdown.
const SHUTDOWN_TICK: Duration = Duration::from_millis(10);

/// Open connections by address.
type ByAddress = Mutex<HashMap<IpAddr, usize>>;

/// Held by a connection's task: its end, however it comes, frees the place.
pub(super) struct Guard {
    watch: Arc<Watch>,
    counters: Arc<ConnectionCounters>,
    by_address: Option<(Arc<ByAddress>, IpAddr)>,
    _room: OwnedSemaphorePermit,
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.watch.enter(Phase::Closed);
        self.counters.open.fetch_sub(1, Ordering::Relaxed);
        if let Some((by_address, address)) = &self.by_address {
            let mut by_address = by_address.lock();
            if let Some(open) = by_address.get_mut(address) {
                *open -= 1;
                if *open == 0 {
                    by_address.remove(address);
                }
            }
        }
    }
}

struct Entry {
    watch: Arc<Watch>,
    task: AbortHandle,
}

/// The connections, owned by the loop that accepts them.
pub(super) struct Registry {
    limits: ConnectionLimits,
    counters: Arc<ConnectionCounters>,
    shared: Arc<Shared>,
    started: Instant,
    rooms: Arc<Semaphore>,
    rooms_max: usize,
    by_address: Arc<ByAddress>,
    entries: Vec<Entry>,
}

impl Registry {
    pub(super) fn new(limits: ConnectionLimits, counters: Arc<ConnectionCounters>) -> Self {
        let rooms_max = limits.connections_max.clamp(1, Semaphore::MAX_PERMITS);
        Self {
            counters,
            shared: Arc::default(),
            started: Instant::now(),
            rooms: Arc::new(Semaphore::new(rooms_max)),
            rooms_max,
            by_address: Arc::default(),
            entries: Vec::new(),
            limits,
        }
    }

    /// Often enough that no limit is overstayed by more than a tenth.
    pub(super) fn sweep_every(&self) -> Duration {
        let shortest = self.limits.head_timeout.min(self.limits.idle_timeout).min(self.limits.write_timeout);
        (shortest / 10).clamp(Duration::from_millis(5), Duration::from_millis(250))
    }

    /// Waits for a free place; when there is none, waiting connections make room.
    pub(super) async fn reserve(&mut self) -> OwnedSemaphorePermit {
        if let Ok(room) = Arc::clone(&self.rooms).try_acquire_owned() {
            return room;
        }
        self.make_room();
        Arc::clone(&self.rooms).acquire_owned().await.expect("the semaphore is never closed")
    }

    /// Takes a connection in, or refuses it when its address has too many.
    pub(super) fn admit(&self, peer: SocketAddr, room: OwnedSemaphorePermit) -> Option<(Arc<Watch>, Guard)> {
        let by_address = match self.limits.connections_per_address_max {
            None => None,
            Some(open_max) => {
                let address = peer.ip().to_canonical();
                let unlimited =
                    self.limits.unlimited_addresses.iter().any(|network| network.contains(&address));
                let address = shared_by_one_household(address);
                let mut by_address = self.by_address.lock();
                let open = by_address.get(&address).copied().unwrap_or(0);
                if !unlimited && open >= open_max {
                    self.counters.refused.fetch_add(1, Ordering::Relaxed);
                    return None;
                }
                by_address.insert(address, open + 1);
                Some((Arc::clone(&self.by_address), address))
            }
        };
        self.counters.accepted.fetch_add(1, Ordering::Relaxed);
        self.counters.open.fetch_add(1, Ordering::Relaxed);
        let watch = Arc::new(Watch::new(Arc::clone(&self.shared)));
        let guard = Guard {
            watch: Arc::clone(&watch),
            counters: Arc::clone(&self.counters),
            by_address,
            _room: room,
        };
        Some((watch, guard))
    }

    /// Counts a failure of the system to hand over a connection.
    pub(super) fn note_accept_error(&self) {
        self.counters.accept_errors.fetch_add(1, Ordering::Relaxed);
    }

    /// Keeps the task of an admitted connection.
    pub(super) fn add(&mut self, watch: Arc<Watch>, task: AbortHandle) {
        self.entries.push(Entry { watch, task });
    }

    /// Moves the coarse time on, forgets closed connections and ends those that overstay.
    pub(super) fn sweep(&mut self) {
        let now_ms = self.tick();
        let mut entries = std::mem::take(&mut self.entries);
        entries.retain(|entry| {
            if entry.watch.phase().0 == Phase::Closed {
                return false;
            }
            let overstays = self.deadline_ms(&entry.watch).is_some_and(|deadline| deadline < now_ms);
            if overstays {
                self.counters.timed_out.fetch_add(1, Ordering::Relaxed);
                entry.task.abort();
            }
            !overstays
        });
        self.entries = entries;
    }

    fn tick(&self) -> u64 {
        let now_ms = milliseconds(self.started.elapsed());
        self.shared.now_ms.store(now_ms, Ordering::Relaxed);
        now_ms
    }

    fn deadline_ms(&self, watch: &Watch) -> Option<u64> {
        let (phase, since_ms) = watch.phase();
        let by_phase = match phase {
            Phase::Head => Some(since_ms + milliseconds(self.limits.head_timeout)),
            Phase::Idle | Phase::Writing => Some(since_ms + milliseconds(self.limits.idle_timeout)),
            Phase::Lingering => Some(since_ms + milliseconds(LINGER_TIMEOUT)),
            // The service bounds its own time.
            Phase::Running | Phase::Closed => None,
        };
        let by_client = watch.blocked_since_ms().map(|since| since + milliseconds(self.limits.write_timeout));
        by_phase.into_iter().chain(by_client).min()
    }

    /// Ends up to a hundredth of all connections, those that have waited longest.
    pub(super) fn make_room(&mut self) {
        let now_ms = self.tick();
        self.entries.retain(|entry| entry.watch.phase().0 != Phase::Closed);
        let mut waiting: Vec<(u64, usize)> = self
            .entries
            .iter()
            .enumerate()
            .filter_map(|(index, entry)| match entry.watch.phase() {
                (Phase::Idle | Phase::Lingering, since_ms) => Some((since_ms, index)),
                (Phase::Head, since_ms) if since_ms + milliseconds(HEAD_GRACE) <= now_ms => {
                    Some((since_ms, index))
                }
                _ => None,
            })
            .collect();
        let wanted = (self.rooms_max / 100).max(1).min(waiting.len());
        if wanted == 0 {
            return;
        }
        waiting.select_nth_unstable(wanted - 1);
        waiting.truncate(wanted);
        // From the back, so that the places found stay right.
        waiting.sort_unstable_by_key(|(_, index)| std::cmp::Reverse(*index));
        for (_, index) in waiting {
            self.entries.swap_remove(index).task.abort();
            self.counters.evicted.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Lets running requests finish, closes all others, and cuts off what is left at the deadline.
    pub(super) async fn shut_down(&mut self) -> ShutdownReport {
        self.shared.closing.store(true, Ordering::Relaxed);
        let deadline = Instant::now() + self.limits.shutdown_timeout;
        let running = self.remaining_after_closing_the_waiting();
        let mut left = running;
        while left > 0 && Instant::now() < deadline {
            tokio::time::sleep(SHUTDOWN_TICK).await;
            left = self.remaining_after_closing_the_waiting();
        }
        let cut_off = std::mem::take(&mut self.entries);
        cut_off.iter().for_each(|entry| entry.task.abort());
        // An aborted task ends at its next pause; wait for the places, so that nothing runs on behind our back.
        let all = u32::try_from(self.rooms_max).unwrap_or(u32::MAX);
        let _ = tokio::time::timeout(Duration::from_secs(1), self.rooms.acquire_many(all)).await;
        ShutdownReport { running, cut_off: cut_off.len() }
    }

    /// Closes connections without a running request; says how many have one.
    fn remaining_after_closing_the_waiting(&mut self) -> usize {
        let now_ms = self.tick();
        self.entries.retain(|entry| match entry.watch.phase() {
            (Phase::Closed, _) => false,
            (Phase::Running | Phase::Writing, _) => true,
            // Its request may just be on the way.
            (Phase::Head, since_ms) if since_ms + milliseconds(HEAD_GRACE) > now_ms => true,
            (Phase::Lingering, since_ms) if since_ms + milliseconds(LINGER_TIMEOUT_AT_SHUTDOWN) > now_ms => {
                true
            }
            (Phase::Head | Phase::Idle | Phase::Lingering, _) => {
                entry.task.abort();
                false
            }
        });
        self.entries.len()
    }
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX >> 4).min(u64::MAX >> 4)
}

/// One household has one IPv4 address, or one /64 of IPv6.
fn shared_by_one_household(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & !(u128::from(u64::MAX)))),
    }
}
