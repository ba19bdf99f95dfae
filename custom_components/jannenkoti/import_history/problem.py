"""What can be wrong with an old store as a whole."""

from enum import StrEnum


class Problem(StrEnum):
    """Why a file cannot be imported; each has a text of the same name."""

    ARCHIVE = "import_history_archive"
    """A compressed or binary dump."""
    BUSY = "import_history_busy"
    """The recorder does not answer."""
    CANCELLED = "import_history_cancelled"
    CHANGED = "import_history_changed"
    """The file was written to while it was read."""
    DAMAGED = "import_history_damaged"
    LOCKED = "import_history_locked"
    NEWER = "import_history_newer"
    """The tables are known, their columns are not."""
    NO_ENTITY = "import_history_no_entity"
    NO_PERMISSION = "import_history_no_permission"
    NO_RECORDER = "import_history_no_recorder"
    NO_SERIES = "import_history_no_series"
    NO_SETTINGS = "import_history_no_settings"
    """The entry cannot take over settings of this file."""
    NO_SPACE = "import_history_no_space"
    NOT_A_STORE = "import_history_not_a_store"
    NOT_FOUND = "import_history_not_found"
    NOT_RUNNING = "import_history_not_running"
    OUTSIDE = "import_history_outside"
    RUNNING = "import_history_running"
    TOO_LARGE = "import_history_too_large"
    """It has more hours than fit into memory."""
    ZONE = "import_history_zone"


class HistoryError(Exception):
    """A file cannot be imported; nothing of it was changed."""

    def __init__(self, problem: Problem, detail: str = "") -> None:
        """Initialize with the problem and what it is about, such as a table."""
        super().__init__(problem.value)
        self.problem = problem
        self.detail = detail
