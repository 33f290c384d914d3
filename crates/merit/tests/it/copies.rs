//! Backups: taken while a server is loaded, restored into either database, refused when damaged.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::Path,
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
};

use serde_json::{Value, json};

use crate::{
    place::{Place, demo_place, on_both},
    requests::Client,
    server::Server,
};

/// Clicks and orders go on while `work` is done; gives how many clicks were acknowledged.
fn under_load<T>(server: &Server, demo: &Value, work: impl FnOnce() -> T) -> (T, u64) {
    let (stop, clicks) = (AtomicBool::new(false), AtomicU64::new(0));
    let link = demo["links"][0]["path"].as_str().unwrap();
    let done = std::thread::scope(|scope| {
        for thread in 0..3 {
            let (stop, clicks) = (&stop, &clicks);
            scope.spawn(move || {
                let client = Client::of(&server.url());
                let mut number = 0;
                while !stop.load(Ordering::Relaxed) {
                    let click_id = client.click(link);
                    clicks.fetch_add(1, Ordering::Relaxed);
                    number += 1;
                    client.postback(&json!({
                        "token": demo["postback_token"], "action": "order", "click_id": click_id,
                        "order_id": format!("load-{thread}-{number}"), "amount": "10.01",
                    }));
                }
            });
        }
        // Something is stored before and something after the copy is taken.
        while clicks.load(Ordering::Relaxed) < 5 {
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        let done = work();
        let enough = clicks.load(Ordering::Relaxed) + 5;
        while clicks.load(Ordering::Relaxed) < enough {
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        stop.store(true, Ordering::Relaxed);
        done
    });
    (done, clicks.into_inner())
}

/// Who may read a file or folder.
fn mode_of(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn a_copy_taken_under_load_is_whole_on_the_other_database() {
    on_both(|place, demo| {
        let server = Server::start(place);
        let copy = place.file("copy");
        let (said, clicks) = under_load(&server, demo, || place.run(&["backup", &copy]));
        let copied = said.done();
        assert!(clicks >= 10 && copied["tables"]["touches"].as_u64().unwrap() > 5, "{clicks}: {copied}");
        assert_eq!(mode_of(copy.as_ref()), 0o600, "it holds keys");
        assert!(!fs::exists(format!("{copy}.part")).unwrap());
        drop(server);

        let other = match &place.database {
            None => Place::empty_postgres(),
            Some(_) => Some(Place::empty()),
        };
        let Some(other) = other else { return };
        let restored = other.run(&["restore", &copy]);
        assert!(restored.err.contains("merit verify"), "{restored:?}");
        assert_eq!(restored.done()["tables"], copied["tables"]);
        other.expect_verified();
        if other.database.is_none() {
            assert_eq!(mode_of(&other.data()), 0o700, "it holds keys");
        }
        // It goes on there: the same links, tokens and click ids.
        let server = Server::start(&other);
        let client = Client::of(&server.url());
        let click_id = client.click(demo["links"][0]["path"].as_str().unwrap());
        let decided = client.postback(&json!({
            "token": demo["postback_token"], "action": "lead", "click_id": click_id, "order_id": "after",
        }));
        assert_ne!(decided["decision"], "rejected", "{decided}");
        other.expect_verified();
    });
}

#[test]
fn a_damaged_copy_leaves_nothing_behind() {
    let (place, _) = demo_place();
    let copy = place.file("copy");
    place.run(&["backup", &copy]).done();
    let whole = fs::read(&copy).unwrap();
    let mut changed = whole.clone();
    changed[whole.len() / 2] ^= 1;
    let damaged: [(&str, &[u8]); 4] = [
        ("cut", &whole[..whole.len() - 1]),
        ("half", &whole[..whole.len() / 2]),
        ("changed", &changed),
        ("foreign", b"no copy at all"),
    ];
    for (what, bytes) in damaged {
        let other = Place::empty();
        let file = place.file(what);
        fs::write(&file, bytes).unwrap();
        let said = other.run(&["restore", &file]);
        assert_eq!(said.code, 1, "{what}: {said:?}");
        assert!(said.err.contains("nothing was restored"), "{what}: {said:?}");
        assert!(!other.data().exists(), "{what}");
    }
}

#[test]
fn a_copy_overwrites_nothing() {
    on_both(|place, _| {
        let copy = place.file("copy");
        place.run(&["backup", &copy]).done();
        let again = place.run(&["backup", &copy]);
        assert_eq!(again.code, 1);
        assert!(again.err.contains("exists already"), "{again:?}");
        let onto_itself = place.run(&["restore", &copy]);
        assert_eq!(onto_itself.code, 1);
        assert!(onto_itself.err.contains("is not empty"), "{onto_itself:?}");
        let server = Server::start(place);
        let running = place.run(&["restore", &copy]);
        assert_eq!(running.code, 1);
        assert!(running.err.contains("a server runs on this database"), "{running:?}");
        drop(server);
        place.expect_verified();
    });
}

#[test]
fn a_database_that_only_was_started_takes_a_copy() {
    let (place, _) = demo_place();
    let copy = place.file("copy");
    place.run(&["backup", &copy]).done();
    let other = Place::empty();
    drop(Server::start(&other));
    other.run(&["restore", &copy]).done();
    other.expect_verified();
}
