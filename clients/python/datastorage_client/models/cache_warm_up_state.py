from enum import StrEnum


class CacheWarmUpState(StrEnum):
    DONE = "done"
    FAILED = "failed"
    NEVER = "never"
    RUNNING = "running"
    WAITING = "waiting"

    def __str__(self) -> str:
        return str(self.value)
