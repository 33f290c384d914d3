//! Load: clients that click, order and report again, each on a connection that it keeps, and write down what was
//! acknowledged.
//!
//! A click is acknowledged when its redirect has come whole, a conversion when its decision has.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use model::{ConversionId, Money, TouchId, conversion::State};
use parking_lot::Mutex;
use testkit::SeededEntropy;
use tokio::task::JoinSet;

use crate::{
    http::{Answer, Connection},
    orders::{Contradiction, OrderBook, Postback, Verdict, below, pick},
    world::World,
};

/// Click ids that a client remembers to order from.
const CLICKS_REMEMBERED: usize = 32;
/// Of a hundred requests of a client that has clicked, so many are postbacks.
const POSTBACKS_OF_100: u64 = 35;
/// The pause after a refusal, and after a redirect that waited for nothing. Far shorter than what the server asks for: it
/// must hold out.
const PAUSE: Duration = Duration::from_millis(5);
const USER_AGENT: &str =
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";

/// An acknowledged click.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Click {
    /// The touch that its click id names.
    pub touch: TouchId,
    /// Its number among all clicks that were sent; it travels as `ref_id`.
    pub number: u64,
    /// Place of its link in the world.
    pub link: usize,
    /// Its redirect came while the server was allowed to redirect without storing.
    pub may_be_unlogged: bool,
}

/// An acknowledged conversion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Converted {
    /// Id.
    pub id: ConversionId,
    /// The order.
    pub order: usize,
    /// State it was given.
    pub state: State,
    /// What is earned.
    pub commission: Option<Money>,
    /// For a duplicate: the conversion that counts.
    pub duplicate_of: Option<ConversionId>,
    /// Its answer came when the power was gone already.
    pub after_cut: bool,
}

/// What clients have seen.
#[derive(Debug, Default)]
pub struct Journal {
    /// Acknowledged clicks.
    pub clicks: Vec<Click>,
    /// Acknowledged conversions; a repeated answer stands here again.
    pub conversions: Vec<Converted>,
    /// Acknowledgements that repeat an earlier one or name a duplicate.
    pub repeats: u64,
    /// Requests that were refused with a 503.
    pub refused: u64,
    /// Requests whose answer never came.
    pub unanswered: u64,
    /// Orders that two answers say are paid twice.
    pub doubled: Vec<String>,
    /// Answers that must not come.
    pub wrong: Vec<String>,
}

impl Journal {
    /// Adds what another has seen.
    pub fn add(&mut self, other: Self) {
        self.clicks.extend(other.clicks);
        self.conversions.extend(other.conversions);
        self.repeats += other.repeats;
        self.refused += other.refused;
        self.unanswered += other.unanswered;
        self.doubled.extend(other.doubled);
        self.wrong.extend(other.wrong);
    }
}

/// What outlives a server: the network, the orders, the numbers of clicks.
pub struct Scene {
    /// The network.
    pub world: World,
    /// The orders.
    pub orders: Mutex<OrderBook>,
    /// Whether orders are reported again. A server that acknowledges too early answers repeats wrongly in any case; a
    /// control that counted those would fail without losing anything.
    pub repeats: bool,
    next_click: AtomicU64,
}

impl Scene {
    /// A scene before its first click.
    pub fn new(world: World, repeats: bool) -> Self {
        Self { world, orders: Mutex::default(), repeats, next_click: AtomicU64::new(0) }
    }
}

struct Shared {
    scene: Arc<Scene>,
    address: SocketAddr,
    stopping: AtomicBool,
    may_be_unlogged: AtomicBool,
    after_cut: AtomicBool,
    refused: AtomicU64,
    converted: AtomicU64,
}

/// Running clients.
pub struct Load {
    shared: Arc<Shared>,
    clients: JoinSet<Journal>,
}

impl Load {
    /// Lets `clients` loose on a server.
    pub fn start(scene: &Arc<Scene>, address: SocketAddr, clients: u64, seed: u64) -> Self {
        let shared = Arc::new(Shared {
            scene: Arc::clone(scene),
            address,
            stopping: AtomicBool::new(false),
            may_be_unlogged: AtomicBool::new(false),
            after_cut: AtomicBool::new(false),
            refused: AtomicU64::new(0),
            converted: AtomicU64::new(0),
        });
        let mut running = JoinSet::new();
        for number in 0..clients {
            let chance = SeededEntropy::new(seed.wrapping_mul(1_000).wrapping_add(number));
            let client = Client {
                shared: Arc::clone(&shared),
                chance,
                clicks: Vec::new(),
                journal: Journal::default(),
            };
            running.spawn(client.run());
        }
        Self { shared, clients: running }
    }

    /// From now on a redirect is no acknowledgement: the server is about to lose its database, and visitors must not wait
    /// for it.
    pub fn redirects_may_be_unlogged(&self) {
        self.shared.may_be_unlogged.store(true, Ordering::SeqCst);
    }

    /// From now on nothing is an acknowledgement: the power is about to go.
    pub fn power_is_gone(&self) {
        self.redirects_may_be_unlogged();
        self.shared.after_cut.store(true, Ordering::SeqCst);
    }

    /// Postbacks that were refused so far.
    pub fn refused(&self) -> u64 {
        self.shared.refused.load(Ordering::SeqCst)
    }

    /// Conversions that were acknowledged so far.
    pub fn converted(&self) -> u64 {
        self.shared.converted.load(Ordering::SeqCst)
    }

    /// Tells the clients to stop and gives what they have seen. On a server that is gone they end by themselves.
    pub async fn finish(mut self) -> Journal {
        self.shared.stopping.store(true, Ordering::SeqCst);
        let mut all = Journal::default();
        while let Some(ended) = self.clients.join_next().await {
            match ended {
                Ok(journal) => all.add(journal),
                Err(error) => all.wrong.push(format!("a client of the harness broke: {error}")),
            }
        }
        all
    }
}

struct Client {
    shared: Arc<Shared>,
    chance: SeededEntropy,
    clicks: Vec<String>,
    journal: Journal,
}

impl Client {
    /// Goes on until it is told to stop or the server is gone.
    async fn run(mut self) -> Journal {
        let Ok(mut connection) = Connection::open(self.shared.address).await else { return self.journal };
        while !self.shared.stopping.load(Ordering::SeqCst) {
            let wants_postback = self.chance.next_u64() % 100 < POSTBACKS_OF_100;
            let done = match self.next_postback().filter(|_| wants_postback) {
                Some(postback) => self.convert(&mut connection, &postback).await,
                None => self.click(&mut connection).await,
            };
            if done.is_err() {
                self.journal.unanswered += 1;
                break;
            }
        }
        self.journal
    }

    fn next_postback(&self) -> Option<Postback> {
        let click_id = pick(&self.clicks, &self.chance)?;
        let mut orders = self.shared.scene.orders.lock();
        let again = match self.chance.next_u64() % 10 {
            _ if !self.shared.scene.repeats => None,
            0 | 1 => orders.unanswered(&self.chance),
            2 | 3 => orders.answered(&self.chance),
            _ => None,
        };
        again.or_else(|| Some(orders.new_order(click_id)))
    }

    async fn click(&mut self, connection: &mut Connection) -> std::io::Result<()> {
        let world = &self.shared.scene.world;
        let link = below(world.links.len(), &self.chance).unwrap_or(0);
        let number = self.shared.scene.next_click.fetch_add(1, Ordering::Relaxed);
        let request = format!(
            "GET /c/{}?ref_id=k{number}&sub1=soak HTTP/1.1\r\nHost: soak.example\r\nUser-Agent: {USER_AGENT}\r\n\
             X-Forwarded-For: {}\r\n\r\n",
            world.links[link].slug.slug(),
            address_of(self.chance.next_u64()),
        );
        let answer = connection.ask(&request).await?;
        let may_be_unlogged = self.shared.may_be_unlogged.load(Ordering::SeqCst);
        let Some(click_id) =
            answer.location.as_deref().and_then(click_id_of).filter(|_| answer.status == 302)
        else {
            self.journal.wrong.push(format!("click k{number} was answered with {}", shown(&answer)));
            return Ok(());
        };
        match world.click_ids.verify(click_id) {
            Ok(id) if id.link_code == world.links[link].slug.number() => {
                self.journal.clicks.push(Click { touch: id.touch_id, number, link, may_be_unlogged });
                if self.clicks.len() == CLICKS_REMEMBERED {
                    self.clicks.remove(0);
                }
                self.clicks.push(click_id.to_owned());
                if may_be_unlogged {
                    tokio::time::sleep(PAUSE).await;
                }
            }
            other => {
                self.journal.wrong.push(format!("click k{number} got the click id {click_id}: {other:?}"))
            }
        }
        Ok(())
    }

    async fn convert(&mut self, connection: &mut Connection, postback: &Postback) -> std::io::Result<()> {
        let world = &self.shared.scene.world;
        let body = format!("token={}&program={}&{}", world.token, world.program, postback.fields);
        let key = postback.idempotency_key.as_ref().map(|key| format!("Idempotency-Key: {key}\r\n"));
        let request = format!(
            "POST /postback HTTP/1.1\r\nHost: soak.example\r\nContent-Type: application/x-www-form-urlencoded\r\n\
             {}Content-Length: {}\r\n\r\n{body}",
            key.unwrap_or_default(),
            body.len(),
        );
        let answer = connection.ask(&request).await?;
        if answer.status == 503 && answer.retry_after {
            self.journal.refused += 1;
            self.shared.refused.fetch_add(1, Ordering::SeqCst);
            tokio::time::sleep(PAUSE).await;
            return Ok(());
        }
        match serde_json::from_slice::<Verdict>(&answer.body) {
            Ok(verdict) if answer.status == 200 => self.note(postback, &verdict),
            _ => self.journal.wrong.push(format!("{} was answered with {}", postback.fields, shown(&answer))),
        }
        Ok(())
    }

    fn note(&mut self, postback: &Postback, verdict: &Verdict) {
        self.shared.converted.fetch_add(1, Ordering::SeqCst);
        let after_cut = self.shared.after_cut.load(Ordering::SeqCst);
        self.journal.conversions.push(Converted {
            id: verdict.conversion_id,
            order: postback.order,
            state: verdict.decision,
            commission: verdict.commission,
            duplicate_of: verdict.duplicate_of,
            after_cut,
        });
        // To the shop an answer after the cut is none: it will ask again.
        if after_cut || !self.shared.scene.repeats {
            return;
        }
        match self.shared.scene.orders.lock().learn(postback.order, verdict) {
            Ok(known) => self.journal.repeats += u64::from(known),
            Err(Contradiction::Doubled(what)) => self.journal.doubled.push(what),
            Err(Contradiction::Wrong(what)) => self.journal.wrong.push(what),
        }
    }
}

/// The click id in the address of the landing page.
fn click_id_of(location: &str) -> Option<&str> {
    let (_, rest) = location.split_once("merit_click=")?;
    rest.split('&').next()
}

/// An address in one of many networks, so that most clicks are a visitor's first and some are not.
fn address_of(number: u64) -> String {
    let byte = |place: u64| (number >> (8 * place)) & 0xff;
    format!("{}.{}.{}.7", 11 + byte(0) % 80, byte(1), byte(2) % 16)
}

fn shown(answer: &Answer) -> String {
    let body = String::from_utf8_lossy(&answer.body);
    format!("{} {:?} {}", answer.status, answer.location, body.chars().take(300).collect::<String>())
}
