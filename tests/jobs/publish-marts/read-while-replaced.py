"""Reads the current publication again and again until its standard input ends, then prints what it saw as JSON."""

import json
import os
import sys
import threading

import duckdb
import pyarrow.compute as compute
import pyarrow.dataset as dataset

folder = sys.argv[1]
ended = threading.Event()
threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()
seen = {"duckdb": set(), "parquet": set()}
failures = set()


def by_duckdb(version):
    with duckdb.connect(os.path.join(version, "tantieme.duckdb"), read_only=True) as connection:
        return [connection.sql(f"select sum(amount) as total from {name}").fetchall()[0][0] for name in ("first", "second")]


def by_parquet(version):
    return [
        compute.sum(dataset.dataset(os.path.join(version, "parquet", name)).to_table()["amount"]).as_py()
        for name in ("first", "second")
    ]


print("ready", flush=True)
while not ended.is_set():
    version = os.path.realpath(os.path.join(folder, "current"))
    for kind, read in (("duckdb", by_duckdb), ("parquet", by_parquet)):
        try:
            seen[kind].add(json.dumps([str(total) for total in read(version)]))
        except Exception as error:
            failures.add(f"{kind}: {error}")
print(json.dumps({**{kind: sorted(map(json.loads, totals)) for kind, totals in seen.items()}, "failures": sorted(failures)}))
