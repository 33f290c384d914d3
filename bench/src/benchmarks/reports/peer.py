# One peer of the report benchmark: reads questions as lines of JSON, answers with its time and a digest of its rows.
#   peer.py duckdb|clickhouse THREADS LAKE
# Both give their answer as Arrow, which is when the clock stops; making the digest is not timed.
import glob, hashlib, io, json, os, sys, time

import pyarrow.ipc

# What an engine prints itself, such as how far it is, must not stand among the answers.
answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)

name, threads, lake = sys.argv[1], int(sys.argv[2]), sys.argv[3]
newest = json.load(open(max(glob.glob(lake + "/manifest/*.json"))))
files = [lake + "/" + file["path"] for files in newest["networks"].values() for file in files]

if name == "duckdb":
    import duckdb

    connection = duckdb.connect()
    connection.execute(f"SET threads = {threads}")
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute("SET enable_progress_bar = false")
    # The footers of files that never change: Merit keeps them, too.
    connection.execute("SET parquet_metadata_cache = true")
    listed = ", ".join("'" + file + "'" for file in files)
    connection.execute(f"CREATE VIEW facts AS SELECT * FROM read_parquet([{listed}], union_by_name = false)")

    def ask(sql):
        return connection.sql(sql).to_arrow_table()

else:
    import chdb.session

    session = chdb.session.Session()
    session.query(f"SET max_threads = {threads}")
    # Nothing but the newest files is in the folder: the benchmark has cleaned it.
    assert sorted(files) == sorted(glob.glob(lake + "/facts/*/*/*.parquet"))
    session.query(f"CREATE VIEW facts AS SELECT * FROM file('{lake}/facts/*/*/*.parquet', Parquet)")

    def ask(sql):
        return pyarrow.ipc.open_file(io.BytesIO(session.query(sql, "Arrow").bytes())).read_all()


def text(value):
    return "" if value is None else value.decode() if isinstance(value, bytes) else str(value)


def peak_kb():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM:"))


print("ready", file=answers, flush=True)
for line in sys.stdin:
    sql = json.loads(line)
    begin = time.perf_counter()
    table = ask(sql)
    passed = (time.perf_counter() - begin) * 1000
    columns = [column.to_pylist() for column in table.columns]
    rows = sorted("|".join(text(value) for value in row) for row in zip(*columns))
    digest = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    answer = {"milliseconds": passed, "rows": len(rows), "digest": digest, "peak_kb": peak_kb()}
    print(json.dumps(answer), file=answers, flush=True)
