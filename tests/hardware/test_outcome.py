"""The table of counts."""

from __future__ import annotations

import numpy as np

from hwsim.hardware.outcome import Counts


def test_counts_from_rows() -> None:
    counts = Counts.from_rows([{"steps": 2, "pattern_reads": 7}, {"steps": 1}])
    assert counts.steps.tolist() == [2, 1]
    assert counts.pattern_reads.tolist() == [7, 0]
    assert counts.thresholds.tolist() == [0, 0]  # left out counts 0
    assert all(getattr(counts, name).dtype == np.int64 for name in Counts.names())
    row = counts.row(0)
    assert (row["steps"], row["pattern_reads"], sum(row.values())) == (2, 7, 9)
    assert tuple(row) == Counts.names()
