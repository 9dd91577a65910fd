"""Reads the current publication again and again until its standard input ends, then prints what it saw: fields between tabs."""

import os
import sys
import threading

import duckdb
import pyarrow.compute as compute
import pyarrow.dataset as dataset

folder = sys.argv[1]
ended = threading.Event()
threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()
TABLES = ("first", "second")
seen = set()
failures = set()


def by_duckdb(version):
    with duckdb.connect(os.path.join(version, "tantieme.duckdb"), read_only=True) as connection:
        return [connection.sql(f"select sum(amount) as total from {name}").fetchall()[0][0] for name in TABLES]


def by_pyarrow(version):
    return [
        compute.sum(dataset.dataset(os.path.join(version, "parquet", name)).to_table()["amount"]).as_py()
        for name in TABLES
    ]


print("ready", flush=True)
while not ended.is_set():
    version = os.path.realpath(os.path.join(folder, "current"))
    for kind, read in (("duckdb", by_duckdb), ("pyarrow", by_pyarrow)):
        try:
            seen.add((kind, *(str(total) for total in read(version))))
        except Exception as error:
            failures.add((kind, " ".join(str(error).split())))
for word, lines in (("seen", seen), ("failure", failures)):
    for fields in sorted(lines):
        print(word, *fields, sep="\t")
