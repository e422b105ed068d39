#!/usr/bin/env python3
"""Writes the first inputs of every target into corpus/, from the tests and the shipped kinds."""
import json
import pathlib
import urllib.parse

here = pathlib.Path(__file__).parent
tests = here.parent / "assize-snapshot" / "tests"


def write(target, number, content):
    folder = here / "corpus" / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"seed-{number:04}").write_bytes(content)


cases = (tests / "json" / "cases.tsv").read_text(encoding="utf-8").splitlines()[1:]
for number, case in enumerate(cases):
    write("document", number, urllib.parse.unquote_to_bytes(case.split("\t")[2]))

texts = []
for case in json.loads((tests / "kind" / "cases.json").read_text(encoding="utf-8")):
    for spelling in case["spellings"]:
        texts.append(spelling if isinstance(spelling, str) else json.dumps(spelling))
for path in sorted(here.parent.parent.glob("snapshots/*/**/*.json")):
    if path.name != "schema.json":
        texts.append(path.read_text(encoding="utf-8"))
for number, text in enumerate(texts):
    write("snapshot", number, b"~" + text.encode())
