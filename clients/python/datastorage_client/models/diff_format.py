from enum import StrEnum


class DiffFormat(StrEnum):
    FIELDS = "fields"
    JSON_PATCH = "json-patch"
    UNIFIED = "unified"

    def __str__(self) -> str:
        return str(self.value)
