//! Which network a command means.

use std::sync::Arc;

use app::App;
use model::{NetworkId, parties::Network};

use crate::commands::Usage;

/// The named network, or the only one.
///
/// # Errors
/// When there is none, no such one, or several and none was named.
pub fn choose(app: &App, named: Option<NetworkId>) -> anyhow::Result<Arc<Network>> {
    let snapshot = app.snapshot.get();
    if let Some(id) = named {
        let found = snapshot.networks.get(&id).cloned();
        return found.ok_or_else(|| Usage(format!("there is no network {id}")).into());
    }
    let mut networks: Vec<&Arc<Network>> = snapshot.networks.values().collect();
    match networks.as_slice() {
        [] => {
            let message =
                "there is no network yet; start the server and open its page, or fill it with `merit demo`";
            Err(anyhow::anyhow!(message))
        }
        [only] => Ok(Arc::clone(only)),
        _ => {
            networks.sort_by_key(|network| network.id);
            let list: Vec<String> =
                networks.iter().map(|network| format!("{} ({})", network.id, network.name)).collect();
            Err(Usage(format!("name one of the networks with --network: {}", list.join(", "))).into())
        }
    }
}
