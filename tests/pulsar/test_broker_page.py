"""The walk through `docs/pulsar.md`, on a real broker, with old code in Python and new code in Rust."""

from pathlib import Path

from peers import REPOSITORY, missing, need, tool
from walk import BLOCK, walk

need("pulsar")

from pulsar_broker import Broker  # noqa: E402

PAGE = REPOSITORY / "docs" / "pulsar.md"


def walked(folder):
    """The page with what its commands really print, on a broker of its own."""
    for name in ("service", "client"):
        if not (Path(tool()).parent / name).exists():
            missing(f"{name} is not built; cargo build -p example-pubsub --features pulsar builds it")
    broker = Broker()
    try:
        admin = f"http://127.0.0.1:{broker.told['admin']}"
        variables = {"PULSAR_HOST": broker.url, "PULSAR_ADMIN_URL": admin}
        return walk(PAGE.read_text(encoding="utf-8"), folder, tool(), variables)
    finally:
        broker.close()


def test_the_page(tmp_path):
    """After a change that is meant: `target/venv/bin/python tests/pulsar/test_broker_page.py`."""
    page = PAGE.read_text(encoding="utf-8")
    assert [kind for kind, _ in BLOCK.findall(page)].count("console") == 6
    assert walked(tmp_path).splitlines() == page.splitlines()
    assert "Traceback" not in page and "command not found" not in page


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        PAGE.write_text(walked(Path(folder)), encoding="utf-8")
