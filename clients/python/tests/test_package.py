"""The package as it is installed."""

import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

PROJECT = Path(__file__).parents[1]


def test_version_is_that_of_the_contract() -> None:
    version = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]["version"]
    contract = (PROJECT.parents[1] / "openapi" / "openapi.yaml").read_text()
    assert f"\n  version: {version}\n" in contract, "pyproject.toml and the contract differ"


def test_package_is_typed() -> None:
    assert (PROJECT / "datastorage_client" / "py.typed").exists()


def test_wheel_holds_the_types(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", tmp_path, PROJECT]
    subprocess.run(command, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {"datastorage_client/py.typed", "datastorage_client/api/search/search_playbooks.py"} <= names
    assert not any(name.startswith("tests/") for name in names)
