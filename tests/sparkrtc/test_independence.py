"""The library stands alone: no Django, nothing else of the console, and not the vendor's SDK."""

from __future__ import annotations

import json
import subprocess
import sys

import console.sparkrtc

PROBE = """
import json, pkgutil, importlib, sys
import console.sparkrtc
for found in pkgutil.walk_packages(console.sparkrtc.__path__, "console.sparkrtc."):
    importlib.import_module(found.name)
print(json.dumps(sorted(sys.modules)))
"""


def test_importing_all_of_it_imports_nothing_it_must_not() -> None:
    run = subprocess.run([sys.executable, "-c", PROBE], capture_output=True, text=True, check=True)
    modules = json.loads(run.stdout)
    roots = {name.split(".")[0] for name in modules}
    assert not roots & {"django", "huaweicloudsdkcore", "structlog", "cryptography"}
    ours = {name for name in modules if name.startswith("console.")}
    assert {".".join(name.split(".")[:2]) for name in ours} == {"console.sparkrtc"}


def test_public_names_exist() -> None:
    for name in console.sparkrtc.__all__:
        assert getattr(console.sparkrtc, name) is not None
