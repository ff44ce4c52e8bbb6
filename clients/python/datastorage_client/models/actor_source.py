from enum import StrEnum


class ActorSource(StrEnum):
    ASSERTED = "asserted"
    AUTHENTICATED = "authenticated"
    NONE = "none"

    def __str__(self) -> str:
        return str(self.value)
