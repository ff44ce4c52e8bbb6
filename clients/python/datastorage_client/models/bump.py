from enum import StrEnum


class Bump(StrEnum):
    BUMP_MAJOR = "major"
    BUMP_MINOR = "minor"
    BUMP_NONE = "none"
    BUMP_PATCH = "patch"

    def __str__(self) -> str:
        return str(self.value)
