from enum import StrEnum


class SearchMode(StrEnum):
    HYBRID = "hybrid"
    LABELS = "labels"
    SEMANTIC = "semantic"

    def __str__(self) -> str:
        return str(self.value)
