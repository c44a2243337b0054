"""
Reads every export of a run by the published rules of its format and compares each number with the record itself, read by
sqlite3. Knows nothing of the program that wrote them: pandas, numpy and the standard library only.

  readers.py RECORD RUN PACKAGE CSV MPT BDF

Prints what it compared and ends with a line of JSON; the exit code is 1 when a file does not hold.
"""
import csv
import hashlib
import json
import math
import os
import re
import sqlite3
import sys

import numpy as np
import pandas as pd

MPT_KNOWN = {
    "mode", "ox/red", "error", "control changes", "Ns changes", "counter inc.", "Ns", "time/s", "control/mA", "Ewe/V",
    "I/mA", "dQ/C", "(Q-Qo)/C", "half cycle", "I Range", "Ewe-Ece/V", "P/W", "Analog IN 1/V",
}
MPT_PARAMETERS = [
    "Ns", "Is", "unit Is", "vs.", "ts (h:m:s)", "EM (V)", "dQM", "unit dQM", "record", "dts (s)", "E range min (V)",
    "E range max (V)", "I Range", "Bandwidth", "goto Ns'", "nc cycles",
]
BDF_REQUIRED = {"Test Time / s", "Current / A", "Voltage / V"}
BDF_KNOWN = BDF_REQUIRED | {
    "Unix Time / s", "Step Count / 1", "Cycle Count / 1", "Ambient Temperature / degC", "Temperature T1 / degC",
    "Net Capacity / Ah",
}
UNIT_OF_ENDING = {
    "mL_min": "mL/min", "F_mol": "F/mol", "vol_percent": "vol%", "ppm": "ppm", "mA": "mA", "V": "V", "A": "A", "C": "°C", "s": "s",
}
CHARGES = {"charge_C", "absolute_charge_C", "board_charge_C"}
PANDAS_TYPES = {"integer": "Int64", "number": "float64", "string": "string", "datetime": "string", "boolean": "string"}

compared = 0


class Refused(Exception):
    """A file that is not what its format asks for, or does not hold what the record does."""


def holds(condition, what):
    if not condition:
        raise Refused(what)


def same(name, seen, expected, relative=0.0):
    """Both empty at the same places, and equal elsewhere; relative 0 means to the last bit."""
    global compared
    seen = np.asarray(seen, dtype=float)
    expected = np.asarray(expected, dtype=float)
    holds(len(seen) == len(expected), f"{name}: {len(seen)} rows, the record has {len(expected)}")
    empty = np.isnan(expected)
    holds(np.array_equal(np.isnan(seen), empty), f"{name}: empty at other places than the record")
    a, b = seen[~empty], expected[~empty]
    off = np.abs(a - b) > relative * np.maximum(np.abs(b), 1e-12)
    if off.any():
        at = int(np.argmax(off))
        raise Refused(f"{name}: {a[at]!r}, the record has {b[at]!r} ({int(off.sum())} rows differ)")
    compared += len(expected)


def record_of(path, run):
    db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    db.row_factory = sqlite3.Row
    samples = pd.read_sql_query("SELECT * FROM samples WHERE run = ? ORDER BY seq", db, params=[run])
    ledger = pd.read_sql_query("SELECT * FROM ledger WHERE run = ? ORDER BY seq", db, params=[run])
    events = [dict(row) for row in db.execute("SELECT * FROM events WHERE run = ? ORDER BY seq", [run])]
    header = dict(db.execute("SELECT * FROM runs WHERE id = ?", [run]).fetchone())
    return {"samples": samples, "ledger": ledger, "events": events, "run": header}


def column(frame, name):
    return pd.to_numeric(frame[name], errors="coerce").to_numpy(dtype=float)


def read_table(folder, resource):
    fields = resource["schema"]["fields"]
    path = os.path.join(folder, resource["path"])
    frame = pd.read_csv(
        path, dtype={f["name"]: PANDAS_TYPES[f["type"]] for f in fields}, keep_default_na=False,
        na_values=resource["schema"]["missingValues"], float_precision="round_trip",
    )
    holds(list(frame.columns) == [f["name"] for f in fields], f"{resource['path']}: columns are not those described")
    key = resource["schema"].get("primaryKey")
    if key is not None:
        holds(not frame.duplicated(key).any(), f"{resource['path']}: {key} is not unique")
    return frame


def check_package(folder, record):
    with open(os.path.join(folder, "datapackage.json"), encoding="utf-8") as file:
        package = json.load(file)
    holds(package["$schema"] == "https://datapackage.org/profiles/2.0/datapackage.json", "datapackage.json: $schema")
    holds(re.fullmatch(r"[-a-z0-9._/]+", package["name"]) is not None, "datapackage.json: name")
    run = record["run"]
    holds(package["simulated"] is bool(run["simulated"]), "datapackage.json: simulated")
    described = {"datapackage.json"}
    for resource in package["resources"]:
        path = resource["path"]
        holds(not path.startswith(("/", ".", "~")) and ".." not in path, f"{path}: no safe path")
        described.add(path)
        with open(os.path.join(folder, path), "rb") as file:
            data = file.read()
        holds(len(data) == resource["bytes"], f"{path}: {len(data)} bytes, described are {resource['bytes']}")
        holds(f"sha256:{hashlib.sha256(data).hexdigest()}" == resource["hash"], f"{path}: its hash is another")
    holds(set(os.listdir(folder)) == described, "files that are not described, or are not there")
    tables = {r["name"]: read_table(folder, r) for r in package["resources"] if r.get("type") == "table"}
    samples, kept = tables["samples"], record["samples"]
    for name in [c for c in kept.columns if c not in ("run", "state", "invalid")]:
        same(f"samples.csv {name}", column(samples, name), column(kept, name))
    for name in ("state", "invalid"):
        a, b = samples[name].fillna("").tolist(), kept[name].fillna("").tolist()
        holds(a == b, f"samples.csv {name}: not as in the record")
    units = {f["name"]: f.get("unit") for r in package["resources"] if r["name"] == "samples" for f in r["schema"]["fields"]}
    for name, unit in units.items():
        ending = next((end for end in UNIT_OF_ENDING if name.endswith(f"_{end}")), None)
        asked = "C" if name in CHARGES else UNIT_OF_ENDING.get(ending)
        holds(unit == asked or (ending is None and unit == "1"), f"samples.csv {name}: unit {unit!r}")
    for name in ("seq", "elapsed_s", "host_C", "board_C"):
        same(f"ledger.csv {name}", column(tables["ledger"], name), column(record["ledger"], name))
    check_chain(tables["events"], record, package)
    for path, text in (("recipe.yaml", "recipe_text"), ("board.yaml", "board_text"), ("reactor.yaml", "reactor_text")):
        with open(os.path.join(folder, path), encoding="utf-8", newline="") as file:
            holds(file.read() == run[text], f"{path}: not as in the record")
    holds(hashlib.sha256(run["recipe_text"].encode()).hexdigest() == package["galvanode"]["recipe_sha256"], "recipe hash")
    return len(samples)


def check_chain(events, record, package):
    """The chain as docs/operate.md gives it: sha256(previous hash, canonical JSON of the event)."""
    global compared
    holds(len(events) == len(record["events"]), "events.csv: not all events of the record")
    before = None
    for (_, row), kept in zip(events.iterrows(), record["events"]):
        for name in ("kind", "actor", "text", "data", "prev_hash", "hash"):
            seen = "" if pd.isna(row[name]) else row[name]
            holds(seen == kept[name], f"events.csv {name} of {kept['seq']}: not as in the record")
        holds(before is None or row["prev_hash"] == before, f"events.csv: the chain breaks before event {kept['seq']}")
        told = json.dumps(
            {k: kept[k] for k in ("run", "seq", "t", "kind", "actor", "text", "data")} | {"elapsed_s": "@"},
            sort_keys=True, separators=(",", ":"), ensure_ascii=False,
        ).replace('"@"', shortest(kept["elapsed_s"]))
        made = hashlib.sha256((kept["prev_hash"] + told).encode()).hexdigest()
        holds(made == row["hash"], f"events.csv: the hash of event {kept['seq']} is not that of what it says")
        before = row["hash"]
        compared += 1
    holds(before == package["galvanode"]["record"]["head_hash"], "the head is not the hash of the last event")


def shortest(value):
    """A number as JavaScript writes it."""
    if value is None:
        return "null"
    return str(int(value)) if float(value).is_integer() else repr(float(value))


def check_csv(path, record):
    with open(path, encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    holds(all(len(row) == len(rows[0]) for row in rows), f"{path}: rows of another length than the heading")
    frame = pd.DataFrame(rows[1:], columns=rows[0]).replace("", np.nan)
    for name in [c for c in record["samples"].columns if c not in ("run", "state", "invalid")]:
        same(f"csv {name}", frame[name].astype(float).to_numpy(), column(record["samples"], name))
    marks = {"true" if record["run"]["simulated"] else "false"}
    holds(set(frame["simulated"]) == marks, "csv: simulated")
    return len(frame)


def check_mpt(path, record):
    with open(path, "rb") as file:
        data = file.read()
    holds(data.startswith(b"EC-Lab ASCII FILE\r\n"), "mpt: line 1")
    holds(b"\n" not in data.replace(b"\r\n", b""), "mpt: a line that does not end with CRLF")
    lines = data.decode("ascii").split("\r\n")
    count = re.fullmatch(r"Nb header lines : (\d+)", lines[1])
    holds(count is not None, "mpt: line 2")
    count = int(count.group(1))
    holds(lines[2] == "" and lines[3] == "Chronopotentiometry" and lines[4] == "", "mpt: lines 3 to 5")
    cycle = lines.index("Cycle Definition : Charge/Discharge alternance")
    holds("" not in lines[5:cycle], "mpt: an empty line in the settings")
    start = [re.fullmatch(r"Acquisition started on : (\d\d/\d\d/\d{4} \d\d:\d\d:\d\d\.\d{3})", line) for line in lines[5:cycle]]
    started = [match.group(1) for match in start if match]
    holds(len(started) == 1, "mpt: Acquisition started on")
    begun = pd.Timestamp(started[0], tz="UTC").value / 1e6
    holds(abs(begun - record["run"]["started_utc_ms"]) < 1, "mpt: begun at another time than the record")
    table = lines[cycle + 1 : count - 2]
    holds([line[:20].rstrip() for line in table] == MPT_PARAMETERS, "mpt: parameters")
    holds(len({len(line) for line in table}) == 1 and len(table[0]) % 20 == 0, "mpt: columns of 20 characters")
    holds(lines[count - 2] == "", "mpt: an empty line before the names")
    names = lines[count - 1].split("\t")
    holds(names[-1] == "", "mpt: a tab after the last name")
    names = names[:-1]
    holds(set(names) <= MPT_KNOWN, f"mpt: unknown columns {set(names) - MPT_KNOWN}")
    holds("Ewe/V" not in names, "mpt: a cell of two electrodes has no Ewe")
    body = [line.split("\t") for line in lines[count:] if line]
    holds(all(len(row) == len(names) for row in body), "mpt: rows of another length than the names")
    number = re.compile(r"-?\d\.\d{15}E[+-]\d{3}|NaN|-?\d+")
    holds(all(number.fullmatch(cell) for row in body[:: max(1, len(body) // 500)] for cell in row), "mpt: numbers")
    frame = pd.DataFrame(body, columns=names).astype(float)
    kept = record["samples"]
    near = 1e-14
    same("mpt time", frame["time/s"], column(kept, "elapsed_s"), near)
    same("mpt voltage", frame["Ewe-Ece/V"], column(kept, "voltage_V"), near)
    same("mpt current", frame["I/mA"], column(kept, "current_mA"), near)
    same("mpt control", frame["control/mA"], column(kept, "setpoint_mA"), near)
    same("mpt Ns", frame["Ns"], column(kept, "step"))
    same("mpt temperature", frame["Analog IN 1/V"] * 100, column(kept, "temperature_C"), near)
    charge = column(kept, "charge_C")
    same("mpt charge", frame["(Q-Qo)/C"], charge - charge[0], 1e-12)
    holds(abs(frame["dQ/C"].sum() - (charge[-1] - charge[0])) < 1e-6, "mpt: dQ does not add up to Q")
    same("mpt power", frame["P/W"], column(kept, "current_mA") * column(kept, "voltage_V") / 1000, near)
    holds(("SIMULATED" in "\n".join(lines[:count])) == bool(record["run"]["simulated"]), "mpt: simulated")
    return len(frame)


def check_bdf(path, record):
    name = os.path.basename(path)
    holds(re.fullmatch(r"[A-Za-z0-9-]+__[A-Za-z0-9-]+__\d{8}_\d{3}\.bdf\.csv", name) is not None, f"bdf: name {name}")
    frame = pd.read_csv(path, float_precision="round_trip")
    holds(BDF_REQUIRED <= set(frame.columns), "bdf: a required column is not there")
    holds(set(frame.columns) <= BDF_KNOWN, f"bdf: unknown columns {set(frame.columns) - BDF_KNOWN}")
    kept = record["samples"]
    same("bdf time", frame["Test Time / s"], column(kept, "elapsed_s"))
    same("bdf voltage", frame["Voltage / V"], column(kept, "voltage_V"))
    same("bdf current", frame["Current / A"] * 1000, column(kept, "current_mA"), 1e-14)
    same("bdf temperature", frame["Temperature T1 / degC"], column(kept, "temperature_C"))
    same("bdf step", frame["Step Count / 1"], column(kept, "step") + 1)
    charge = column(kept, "charge_C")
    same("bdf capacity", frame["Net Capacity / Ah"] * 3600, charge - charge[0], 1e-12)
    same("bdf date", frame["Unix Time / s"], record["run"]["started_utc_ms"] / 1000 + column(kept, "elapsed_s"), 1e-15)
    holds(("simulated" in name) == bool(record["run"]["simulated"]), "bdf: simulated")
    return len(frame)


def main():
    database, run, package, table, mpt, bdf = sys.argv[1:]
    record = record_of(database, run)
    passed = failed = 0
    rows = {}
    for name, check, path in (
        ("datapackage", check_package, package), ("csv", check_csv, table), ("mpt", check_mpt, mpt), ("bdf", check_bdf, bdf),
    ):
        if path == "-":
            continue
        try:
            rows[name] = check(path, record)
            passed += 1
            print(f"ok    {name}: {rows[name]} rows as in the record")
        except (Refused, ValueError, KeyError, OSError, UnicodeDecodeError) as error:
            failed += 1
            print(f"FAIL  {name}: {type(error).__name__}: {error}")
    print(json.dumps({"passed": passed, "failed": failed, "compared": compared, "rows": rows}))
    sys.exit(0 if failed == 0 and passed > 0 and math.isfinite(compared) else 1)


main()
