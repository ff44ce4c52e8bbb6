"""The examples of the README run as they stand, one after the other."""

import re
from pathlib import Path

README = Path(__file__).parents[1] / "README.md"


def test_examples(base_url: str) -> None:
    blocks = re.findall(r"```python\n(.*?)```", README.read_text(), re.DOTALL)
    assert len(blocks) == 5
    names: dict[str, object] = {}
    for number, block in enumerate(blocks, 1):
        source = block.replace("http://127.0.0.1:8080", base_url)
        exec(compile(source, f"README example {number}", "exec"), names)  # noqa: S102
    assert names["stored"].version == "v1.0.0"  # type: ignore[attr-defined]
