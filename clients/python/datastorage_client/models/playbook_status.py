from enum import StrEnum


class PlaybookStatus(StrEnum):
    PLAYBOOK_ACTIVE = "active"
    PLAYBOOK_DISABLED = "disabled"

    def __str__(self) -> str:
        return str(self.value)
