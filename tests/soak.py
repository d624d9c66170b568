"""Long runs of what the suite does briefly: damaged files by the ten thousand, new examples.

``make soak`` runs it; ``make soak SOAK_CASES=1000`` runs a short one. The seed of every batch is
printed, so that a failure can be made again.
"""

import sys

from tests.data.test_document_layouts import fuzz as damaged_documents
from tests.data.test_grid_fuzz import fuzz as damaged_files

BATCH = 500


def main(cases: int) -> None:
    """Damage files and documents, a half of the cases each."""
    for seed in range(1, cases // (2 * BATCH) + 1):
        outcomes = damaged_files(BATCH, seed)
        refused = damaged_documents(BATCH, seed)
        print(f"seed {seed}: files {outcomes}; documents refused {refused} of {BATCH}", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
