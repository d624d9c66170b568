"""Work that takes a while, in a module that a Dask worker can import."""

import os
import time


def stand_in(notes: str, number: int) -> int:
    """Note that the work began, and where; take a while."""
    with open(notes, "a", encoding="utf-8") as file:
        file.write(f"{number} {os.getpid()}\n")
    time.sleep(0.3)
    return number * number
