# The peer of the attribution benchmark: from a file of paths to a table, by PyPI's ChannelAttribution.
#   peer.py FILE ORDER      ORDER 0 are the heuristics
# Prints one line of JSON with the time from opening the file on; starting Python and loading libraries is not timed.
import json, os, sys, time

# What the tool prints itself must not stand before the answer.
answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)

import pandas
import ChannelAttribution

file, order = sys.argv[1], int(sys.argv[2])
begin = time.perf_counter()
paths = pandas.read_csv(file, sep=";")
if order == 0:
    table = ChannelAttribution.heuristic_models(paths, "path", "conversions", var_value="value")
else:
    table = ChannelAttribution.markov_model(
        paths, "path", "conversions", var_value="value", var_null="nulls", order=order, seed=1, ncore=2, verbose=False
    )
    table = table["result"] if isinstance(table, dict) else table
table.to_csv(os.devnull, index=False)
passed = time.perf_counter() - begin
with open("/proc/self/status") as status:
    peak = next(int(line.split()[1]) for line in status if line.startswith("VmHWM:"))
print(json.dumps({"milliseconds": passed * 1000, "rows": len(table), "peak_kb": peak}), file=answers, flush=True)
