from enum import StrEnum


class SearchInclude(StrEnum):
    CONTENT = "content"

    def __str__(self) -> str:
        return str(self.value)
