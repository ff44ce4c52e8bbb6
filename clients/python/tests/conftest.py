"""Starts the real service, with its embedded databases and model, for the whole run."""

import os
import re
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from datastorage_client.client import Client

ROOT = Path(__file__).parents[3]
BINARY = ROOT / "bin" / "datastorage"
START_SECONDS = 180


@pytest.fixture(scope="session")
def base_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a service of this run's own, or that of DATASTORAGE_SERVER when it is set."""
    if given := os.environ.get("DATASTORAGE_SERVER"):
        yield given
        return
    assert BINARY.exists(), f"{BINARY} is missing: run make build"
    command = [
        BINARY,
        "dev",
        "--listen",
        "127.0.0.1:0",
        "--samples=false",
        "--data-dir",
        tmp_path_factory.mktemp("data"),
    ]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("DATASTORAGE_")}
    with subprocess.Popen(command, cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE) as service:
        watchdog = threading.Timer(START_SECONDS, service.kill)
        watchdog.start()
        try:
            yield _address(service)
        finally:
            watchdog.cancel()
            service.terminate()
            service.wait(timeout=60)


def _address(service: subprocess.Popen[str]) -> str:
    """Reads what the service prints until it names its address. The rest is read too, so that it never blocks."""
    assert service.stdout
    for line in service.stdout:
        if found := re.search(r"http://127\.0\.0\.1:\d+", line):
            threading.Thread(target=service.stdout.read, daemon=True).start()
            return found[0]
    raise AssertionError("the service ended, or took too long, before it named its address")


@pytest.fixture
def client(base_url: str) -> Iterator[Client]:
    with Client(base_url=base_url, raise_on_unexpected_status=True) as c:
        yield c
