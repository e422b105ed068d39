#!/usr/bin/env python3
"""Writes the first inputs of every target into corpus/, from the tests, the shipped kinds and policies."""
import json
import pathlib
import re
import urllib.parse

here = pathlib.Path(__file__).resolve().parent
root = here.parent.parent
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
for path in sorted(root.glob("snapshots/*/**/*.json")):
    if path.name != "schema.json":
        texts.append(path.read_text(encoding="utf-8"))
for number, text in enumerate(texts):
    write("snapshot", number, b"~" + text.encode())

policies = sorted(root.glob("policies/*/*.rhai"))
for number, path in enumerate(policies + sorted((here.parent / "assize-policy" / "tests" / "hostile").glob("*.rhai"))):
    write("policy", number, path.read_bytes())
    write("fmt", number, path.read_bytes())

# A choice of all that reports want, then policy, page, pack and snapshot, as the target splits them.
for number, path in enumerate(policies):
    kind = re.search(r'kind: "([^"]+)"', path.read_text(encoding="utf-8")).group(1)
    texts = [path, path.with_suffix(".md"), path.parent / "pack.toml", root / "snapshots" / kind / "example.json"]
    write("project", number, b"\x0f" + b"\x1e".join(text.read_bytes() for text in texts))

# Policy, page and a file of cases.
case = b'[[case]]\nname = "a"\nexpect = \'fail at A[x] saying "b"\'\npatch = \'{ "data": null }\'\n'
for number, path in enumerate(policies):
    write("test", number, b"\x1e".join([path.read_bytes(), path.with_suffix(".md").read_bytes(), case]))

# A language, an edit and requests of several kinds, then the document.
steps = bytes([9, 12, 20, 0, 1, 12, 20, 0, 2, 12, 20, 3, 3, 12, 20, 0, 5, 12, 20, 0, 17, 0, 0, 0, 21, 0, 0, 0])
for number, path in enumerate(policies):
    write("lsp", 2 * number, b"\x00" + steps + b"\x1e" + path.read_bytes())
    write("lsp", 2 * number + 1, b"\x01" + steps + b"\x1e" + path.with_suffix(".md").read_bytes())
for number, text in enumerate(texts[:50]):
    write("lsp", 10_000 + number, b"\x02" + steps + b"\x1e" + text.encode())
