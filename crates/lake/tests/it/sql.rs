//! SQL: the same numbers as reports, and what it must not do, tell or cost.

use std::time::Duration;

use lake::{Lake, LakeError};
use report::{
    Dimension, Fact, FactKind, Filter, Measure, Viewer,
    sql::{Kind, Question, Rows},
};

use crate::world::{World, at, network};

/// Facts of two advertisers and of another network; the amounts of the second advertiser are secret from the first.
fn facts() -> Vec<Fact> {
    let fact = |number: u8, hour: i64, advertiser: &str, publisher: &str, commission: i64| {
        let at = at("2026-03-20T20:30:00Z").plus_seconds(hour * 3_600);
        let mut fact = Fact::new(network(number), FactKind::Conversion, at);
        for (dimension, text) in [
            (Dimension::Advertiser, advertiser),
            (Dimension::Publisher, publisher),
            (Dimension::Sub1, "secret-sub"),
            (Dimension::Country, if hour % 2 == 0 { "VN" } else { "IR" }),
        ] {
            fact.dimensions[dimension.index()] = Some(text.into());
        }
        fact.measures[Measure::Commission.index()] = commission;
        fact.measures[Measure::Clicks.index()] = 1;
        fact.measures[Measure::NetworkBonus.index()] = 7;
        fact
    };
    let mut facts: Vec<Fact> = (0..40).map(|hour| fact(1, hour, "adv_own", "pub_a", 10 + hour)).collect();
    facts.extend((0..40).map(|hour| fact(1, hour, "adv_other", "pub_b", 7_777)));
    facts.extend((0..40).map(|hour| fact(2, hour, "adv_far", "pub_c", 9_999)));
    facts.sort_by_key(|fact| fact.recorded_at);
    facts
}

/// Half in files, half in memory.
async fn lake(world: &World) -> Lake {
    let facts = facts();
    let lake = world.open().await;
    lake.append(&facts[..60], 60, at("2026-03-22T00:00:00Z")).unwrap();
    lake.flush().await.unwrap();
    lake.append(&facts[60..], 120, at("2026-03-23T00:00:00Z")).unwrap();
    lake
}

fn operator(text: &str) -> Question {
    Question {
        network_id: network(1),
        viewer: Viewer::Operator,
        walls: Filter::default(),
        text: text.to_owned(),
        rows: 1_000,
    }
}

fn advertiser(text: &str) -> Question {
    let own = Filter::In(Dimension::Advertiser, vec![Some("adv_own".to_owned())]);
    Question { viewer: Viewer::Advertiser, walls: own, ..operator(text) }
}

fn lines(rows: &Rows) -> Vec<String> {
    let cell = |cell: &Option<String>| cell.clone().unwrap_or_else(|| "-".to_owned());
    rows.rows.iter().map(|row| row.iter().map(cell).collect::<Vec<_>>().join(" ")).collect()
}

async fn refused(lake: &Lake, question: &Question) -> String {
    match lake.sql(question).await {
        Err(error @ LakeError::Sql { .. }) => error.to_string(),
        other => panic!("{}: {other:?}", question.text),
    }
}

#[tokio::test]
async fn sides_see_what_is_theirs() {
    let world = World::new(1);
    let lake = lake(&world).await;
    let by_advertiser = "SELECT advertiser, sum(clicks), sum(commission) FROM facts GROUP BY 1 ORDER BY 1";
    let all = lake.sql(&operator(by_advertiser)).await.unwrap();
    assert_eq!(lines(&all), ["adv_other 40 311080", "adv_own 40 1180"]);
    assert_eq!(all.columns[0], ("advertiser".to_owned(), Kind::Text));
    assert_eq!(all.columns[1].1, Kind::Integer);
    assert_eq!(all.complete_to, at("2026-03-23T00:00:00Z"));
    let own = lake.sql(&advertiser(by_advertiser)).await.unwrap();
    assert_eq!(lines(&own), ["adv_own 40 1180"]);
    for around in [
        "SELECT count(*) FROM facts WHERE advertiser = 'adv_other' OR true",
        "SELECT count(*) FROM facts a WHERE EXISTS (SELECT 1 FROM facts b WHERE b.commission = a.commission)",
        "SELECT count(*) FROM (SELECT * FROM facts UNION SELECT * FROM facts) AS f",
        "SELECT count(DISTINCT commission) FROM facts",
        "WITH f AS (SELECT * FROM merit.reports.facts) SELECT count(*) FROM f",
    ] {
        assert_eq!(lines(&lake.sql(&advertiser(around)).await.unwrap()), ["40"], "{around}");
    }
    let far = Question { network_id: network(2), ..operator(by_advertiser) };
    assert_eq!(lines(&lake.sql(&far).await.unwrap()), ["adv_far 40 399960"]);
    let nobody = Question { network_id: network(9), ..operator("SELECT count(*), sum(clicks) FROM facts") };
    assert_eq!(lines(&lake.sql(&nobody).await.unwrap()), ["0 -"]);
}

#[tokio::test]
async fn hidden_columns_do_not_exist() {
    let world = World::new(2);
    let lake = lake(&world).await;
    for hidden in ["sub1", "referrer_host", "network_bonus", "link", "network", "day"] {
        let told = refused(&lake, &advertiser(&format!("SELECT\n  {hidden} FROM facts"))).await;
        assert!(told.starts_with("line 2, column 3: "), "{told}");
        assert!(!told.contains("secret"), "{told}");
    }
    let star = lake.sql(&advertiser("SELECT * FROM facts LIMIT 1")).await.unwrap();
    let names: Vec<&str> = star.columns.iter().map(|(name, _)| name.as_str()).collect();
    assert!(names.contains(&"commission") && !names.contains(&"sub1"), "{names:?}");
    assert_eq!(lines(&lake.sql(&operator("SELECT DISTINCT sub1 FROM facts")).await.unwrap()), ["secret-sub"]);
}

/// What fails on a row tells of the row. Nothing may be evaluated on rows beyond the wall.
#[tokio::test]
async fn failing_on_foreign_rows_tells_nothing() {
    let world = World::new(3);
    let lake = lake(&world).await;
    for probe in [
        "SELECT count(*) FROM facts WHERE 1 / (commission - 7777) < 2",
        "SELECT count(*) FROM (SELECT 1 / (commission - 7777) AS x FROM facts) AS f WHERE x < 2",
        "SELECT count(x) FROM (SELECT 1 / (commission - 7777) AS x FROM facts) AS f",
        "SELECT sum(1 / (commission - 7777)) * 0 + 40 FROM facts",
        "SELECT count(*) FROM facts WHERE CASE WHEN advertiser = 'adv_other' THEN 1 / (clicks - 1) = 0 ELSE true END",
        "SELECT count(*) FROM facts WHERE country IN ('VN', 'IR') AND 1 / (commission - 7777) < 2",
        "SELECT count(*) FROM facts WHERE CAST(CASE WHEN advertiser = 'adv_own' THEN '1' ELSE 'no number' END AS BIGINT) = 1",
    ] {
        assert_eq!(lines(&lake.sql(&advertiser(probe)).await.unwrap()), ["40"], "{probe}");
        // And where the row is one's own, it does fail.
        let seen = lake.sql(&operator(probe)).await;
        assert!(matches!(seen, Err(LakeError::Sql { .. })), "{probe}: {seen:?}");
    }
}

#[tokio::test]
async fn only_one_query_is_answered() {
    let world = World::new(4);
    let lake = lake(&world).await;
    for text in [
        "",
        "   ;",
        "DROP TABLE facts",
        "DELETE FROM facts",
        "INSERT INTO facts SELECT * FROM facts",
        "UPDATE facts SET clicks = 0",
        "CREATE TABLE x AS SELECT 1",
        "CREATE VIEW x AS SELECT 1",
        "CREATE EXTERNAL TABLE x STORED AS CSV LOCATION '/etc/passwd'",
        "COPY facts TO '/tmp/x.csv'",
        "COPY (SELECT 1) TO '/tmp/x.csv'",
        "SELECT 1 INTO x",
        "SET datafusion.execution.batch_size = 1",
        "RESET datafusion.execution.batch_size",
        "SHOW TABLES",
        "SHOW ALL",
        "DESCRIBE facts",
        "EXPLAIN SELECT * FROM facts",
        "EXPLAIN ANALYZE SELECT * FROM facts",
        "PREPARE p AS SELECT 1",
        "EXECUTE p",
        "DEALLOCATE p",
        "BEGIN",
        "SELECT 1; SELECT 2",
        "SELECT 1; DROP TABLE facts",
        "TRUNCATE facts",
        "USE other",
        "WITH x AS (DELETE FROM facts) SELECT 1",
        // Nothing else can be read.
        "SELECT * FROM information_schema.tables",
        "SELECT * FROM information_schema.df_settings",
        "SELECT * FROM '/etc/passwd'",
        "SELECT * FROM \"/etc/passwd\"",
        "SELECT * FROM 's3://bucket/x.parquet'",
        "SELECT * FROM read_parquet('facts')",
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM generate_series(1, 1000000000000)",
        "SELECT * FROM range(1, 1000000000000)",
        "SELECT * FROM other.facts",
        "SELECT * FROM datafusion.public.facts",
        "SELECT input_file_name() FROM facts",
        "SELECT file_row_index() FROM facts",
        "SELECT version()",
        "SELECT arrow_metadata(clicks) FROM facts",
        "SELECT getenv('HOME')",
        "SELECT uuid()",
        "SELECT array_agg(clicks) FROM facts",
        "SELECT country, device, sum(clicks) FROM facts GROUP BY CUBE (country, device)",
        "SELECT string_agg(publisher, ',') FROM facts",
        "SELECT",
        "SELECT * FROM facts WHERE",
        "SELEC * FROM facts",
        "SELECT publisher, sum(clicks) FROM facts",
        "SELECT clicks + publisher FROM facts",
        "SELECT * FROM facts WHERE clicks = 'many'",
    ] {
        let told = refused(&lake, &operator(text)).await;
        assert!(
            !told.is_empty() && !told.contains("DataFusion") && !told.contains("facts/network"),
            "{text}: {told}"
        );
    }
    for (text, place) in [
        ("SELECT * FORM facts", "line 1, column "),
        ("SELECT clicks\nFROM facts\nWHERE planet = 'Mars'", "line 3, column 7: "),
        ("SELECT nothing(1)", ""),
    ] {
        assert!(refused(&lake, &operator(text)).await.starts_with(place), "{text}");
    }
}

/// Short texts that would take all memory, or for ever.
#[tokio::test]
async fn what_grows_is_refused_before_it_does() {
    let world = World::new(5);
    let lake = lake(&world).await;
    let nested = |first: &str, step: &str, levels: usize| {
        let inner =
            (0..levels).fold(first.to_owned(), |inner, _| format!("SELECT {step} AS a FROM ({inner}) AS t"));
        format!("SELECT a FROM ({inner}) AS t LIMIT 1")
    };
    let twice: String = (1..30)
        .map(|level| format!(", t{level} AS (SELECT * FROM t{0} UNION ALL SELECT * FROM t{0})", level - 1))
        .collect();
    let long = "x".repeat(30_000);
    for text in [
        nested("SELECT publisher AS a FROM facts", "a || a", 25),
        nested("SELECT publisher AS a FROM facts", "concat(a, a, a, a)", 20),
        nested("SELECT publisher AS a FROM facts", "concat_ws(a, a, a, a)", 20),
        nested("SELECT clicks AS a FROM facts", "a + a", 30),
        nested("SELECT clicks AS a FROM facts", "CASE WHEN a > 1 THEN a ELSE a - 1 END", 20),
        format!("WITH t0 AS (SELECT clicks FROM facts){twice} SELECT count(*) FROM t29"),
        format!("SELECT '{long}'"),
        "SELECT repeat('x', 2000000000)".to_owned(),
        "SELECT lpad('x', 2000000000, 'y')".to_owned(),
        "SELECT rpad('x', 2000000000, 'y')".to_owned(),
        "SELECT replace(publisher, 'p', 'pppppppppp') FROM facts".to_owned(),
        "WITH RECURSIVE t AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM t) SELECT * FROM t".to_owned(),
        format!("SELECT {}1{}", "(".repeat(5_000), ")".repeat(5_000)),
        format!("SELECT * FROM facts WHERE {} true", "NOT ".repeat(3_000)),
        format!("SELECT {} 1", "1 + ".repeat(4_000)),
        format!("SELECT {} 1", "1 + ".repeat(1_900)),
        format!("SELECT clicks FROM facts WHERE {} true", "clicks = 1 OR ".repeat(900)),
        format!("SELECT {} 1 {}", "CASE WHEN true THEN".repeat(300), "END ".repeat(300)),
        "SELECT 'no end".to_owned(),
    ] {
        let short: String = text.chars().take(80).collect();
        let answer = lake.sql(&operator(&text)).await;
        assert!(matches!(answer, Err(LakeError::Sql { .. })), "{short}: {answer:?}");
    }
    // Modest nesting is answered.
    let modest = nested("SELECT publisher AS a FROM facts", "a || '-'", 6);
    assert_eq!(lake.sql(&operator(&modest)).await.unwrap().rows.len(), 1);
}

#[tokio::test]
async fn limits_hold() {
    let mut world = World::new(6);
    world.limits.time = Duration::from_millis(1_500);
    world.limits.sql_memory = 4 << 20;
    let lake = lake(&world).await;
    let few = Question { rows: 7, ..operator("SELECT clicks FROM facts") };
    let answer = lake.sql(&few).await.unwrap();
    assert_eq!((answer.rows.len(), answer.more), (7, true));
    let all = Question { rows: 80, ..few };
    assert!(!lake.sql(&all).await.unwrap().more);
    let crossed = "facts a, facts b, facts c, facts d, facts e, facts f";
    let slow =
        lake.sql(&operator(&format!("SELECT count(*) FROM {crossed} WHERE a.clicks + f.clicks > 5"))).await;
    assert!(matches!(slow, Err(LakeError::TooMuchMemory | LakeError::TimedOut(_))), "{slow:?}");
    let large = "SELECT DISTINCT a.commission * 1000000 + b.commission * 1000 + c.commission + d.commission * 7 FROM facts a, facts b, facts c, facts d";
    let large = lake.sql(&operator(large)).await;
    assert!(matches!(large, Err(LakeError::TooMuchMemory | LakeError::TimedOut(_))), "{large:?}");
    world.limits.time = Duration::from_millis(1);
    let slow = format!("SELECT count(*) FROM {crossed} WHERE a.clicks + f.clicks > 5");
    let hurried = world.open().await.sql(&operator(&slow)).await;
    assert!(matches!(hurried, Err(LakeError::TimedOut(_))), "{hurried:?}");
    // And afterwards all is well.
    assert_eq!(lines(&lake.sql(&operator("SELECT count(*) FROM facts")).await.unwrap()), ["80"]);
}

#[tokio::test]
async fn moments_and_exact_numbers() {
    let world = World::new(7);
    let lake = lake(&world).await;
    let text = "SELECT date_trunc('day', converted_at AT TIME ZONE 'Asia/Tehran') AS day, sum(clicks) AS clicks, \
                CAST(sum(commission) AS DECIMAL(20, 2)) / 100 AS money, count(*) > 3 AS many, min(paid) AS nothing \
                FROM (SELECT *, NULLIF(country, country) AS paid FROM facts) AS f \
                WHERE converted_at >= '2026-03-20T20:30:00Z' AND converted_at < TIMESTAMP '2026-03-21T20:30:00Z' GROUP BY 1";
    let answer = lake.sql(&advertiser(text)).await.unwrap();
    assert_eq!(answer.rows.len(), 1, "{answer:?}");
    let row = &answer.rows[0];
    assert!(row[0].as_deref().unwrap().starts_with("2026-03-21T00:00:00"), "{row:?}");
    assert_eq!(row[1].as_deref(), Some("24"));
    assert!(row[2].as_deref().unwrap().starts_with("5.16"), "{row:?}");
    assert_eq!((row[3].as_deref(), row[4].as_deref()), (Some("true"), None));
    let kinds: Vec<Kind> = answer.columns.iter().map(|(_, kind)| *kind).collect();
    assert_eq!(kinds, [Kind::Moment, Kind::Integer, Kind::Decimal, Kind::Boolean, Kind::Text]);
}
