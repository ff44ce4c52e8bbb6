from enum import StrEnum


class DiffChangeClass(StrEnum):
    LABELS = "labels"
    METADATA = "metadata"
    PARAMETERS = "parameters"
    STEPS = "steps"
    TEXT = "text"

    def __str__(self) -> str:
        return str(self.value)
