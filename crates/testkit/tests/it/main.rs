//! The throw-away PostgreSQL: a life with a crash in it, and an end that leaves nothing.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use testkit::postgres::{Options, ThrowAwayPostgres, fresh_url};

/// Where the server keeps its files.
fn folder(cluster: &ThrowAwayPostgres) -> PathBuf {
    let data = cluster.query("postgres", "SHOW data_directory").unwrap();
    PathBuf::from(data).parent().unwrap().to_owned()
}

#[test]
fn what_was_committed_survives_a_crash_and_nothing_survives_the_end() {
    if fresh_url().is_none() {
        return;
    }
    let cluster = ThrowAwayPostgres::start().unwrap();
    let folder = folder(&cluster);
    let url = cluster.create_database("kept").unwrap();
    assert_eq!(url, cluster.url_of("kept"));
    cluster.query("kept", "CREATE TABLE t (id BIGINT); INSERT INTO t VALUES (7)").unwrap();

    cluster.kill_immediately().unwrap();
    assert!(cluster.query("kept", "SELECT 1").is_err());
    cluster.start_again().unwrap();
    assert_eq!(cluster.query("kept", "SELECT id FROM t").unwrap(), "7");

    drop(cluster);
    assert!(!folder.exists());
}

#[test]
fn the_server_waits_for_the_disk_unless_told_otherwise() {
    if fresh_url().is_none() {
        return;
    }
    for (options, expected) in [(Options::default(), "on"), (Options { fsync: false }, "off")] {
        let cluster = ThrowAwayPostgres::start_with(options).unwrap();
        assert_eq!(cluster.query("postgres", "SHOW fsync").unwrap(), expected);
    }
}

#[test]
fn fresh_databases_are_different_ones() {
    let (Some(one), Some(other)) = (fresh_url(), fresh_url()) else { return };
    assert_ne!(one, other);
}

/// Runs itself as the process that is killed: that one starts a cluster, says where, and waits for its end.
#[test]
fn a_killed_test_process_leaves_no_server_behind() {
    if std::env::var_os("TESTKIT_WAIT").is_some() {
        let cluster = ThrowAwayPostgres::start_with(Options { fsync: false }).unwrap();
        println!("folder={}", folder(&cluster).display());
        std::thread::sleep(Duration::from_secs(60));
        panic!("nobody killed this process");
    }
    if fresh_url().is_none() {
        return;
    }
    let mut process = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "a_killed_test_process_leaves_no_server_behind", "--nocapture"])
        .env("TESTKIT_WAIT", "1")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(process.stdout.take().unwrap()).lines();
    let folder =
        lines.map_while(Result::ok).find_map(|line| Some(PathBuf::from(line.split_once("folder=")?.1)));
    let folder = folder.expect("the process says where its cluster is");
    assert!(folder.exists());
    process.kill().unwrap();
    process.wait().unwrap();
    for _ in 0..200 {
        if !folder.exists() {
            return;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("{} was left behind", folder.display());
}
