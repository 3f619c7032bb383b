"""From distances to kernel values: the nearest pattern, the groups that count, the look-up.

The LUT never increases, so its value is not 0 exactly up to one distance, the *radius*: whether a
pattern or a group contributes is a comparison, and only contributing patterns are looked up.
"""

from __future__ import annotations

import numba


@numba.njit(cache=True, nogil=True, boundscheck=False)  # type: ignore[misc,untyped-decorator,unused-ignore]
def measure(distances, patterns, lanes, radius, nearest, minima, found):  # type: ignore[no-untyped-def]
    """Find out what each query's step will need, without looking anything up.

    Args:
        distances: (Q, >= P) unsigned; columns past P are padding.
        patterns: P.
        lanes: L.
        radius: largest x with lut[x] > 0, or -1.
        nearest: whether distances count from the nearest pattern's.
        minima: (Q, ceil(P / L)), gets each group's smallest distance.
        found: (Q, 5) int64, gets the smallest distance, the largest one that counts (or -1),
            groups active, patterns in them, and patterns whose kernel value is not 0.
    """
    whole = patterns // lanes
    for q in range(len(distances)):
        row = distances[q]
        best = row[0]
        for group in range(whole):
            minimum = row[group * lanes]
            for lane in range(lanes):
                minimum = min(minimum, row[group * lanes + lane])
            minima[q, group] = minimum
            best = min(best, minimum)
        if whole * lanes < patterns:
            minimum = row[whole * lanes]
            for m in range(whole * lanes, patterns):
                minimum = min(minimum, row[m])
            minima[q, whole] = minimum
            best = min(best, minimum)
        cut = radius
        if nearest and radius >= 0:
            cut = best + radius
        groups = 0
        values = 0
        nonzero = 0
        for group in range((patterns + lanes - 1) // lanes):
            if minima[q, group] <= cut:
                end = min((group + 1) * lanes, patterns)
                groups += 1
                values += end - group * lanes
                for m in range(group * lanes, end):
                    nonzero += row[m] <= cut
        found[q, 0] = best
        found[q, 1] = cut
        found[q, 2] = groups
        found[q, 3] = values
        found[q, 4] = nonzero


@numba.njit(cache=True, nogil=True, boundscheck=False)  # type: ignore[misc,untyped-decorator,unused-ignore]
def add_rows(distances, chosen, patterns, lanes, nearest, minima, found, lut, codes, out, sums):  # type: ignore[no-untyped-def]
    """Zero-skipping: add k[m] * codes[m] to `out` for the patterns with k[m] > 0 alone.

    Args:
        distances, patterns, lanes, nearest, minima, found: as in `measure`.
        chosen: (R,) int64, the queries to do.
        lut: (N + 1,) int64.
        codes: (P, N) unsigned.
        out: (R, >= N) int32 or int64, zero at first.
        sums: (Q,) int64, gets S.
    """
    for r in range(len(chosen)):
        q = chosen[r]
        cut = found[q, 1]
        origin = found[q, 0] if nearest else 0
        total = 0
        for group in range((patterns + lanes - 1) // lanes):
            if minima[q, group] <= cut:
                for m in range(group * lanes, min((group + 1) * lanes, patterns)):
                    if distances[q, m] <= cut:
                        value = lut[distances[q, m] - origin]
                        total += value
                        for i in range(codes.shape[1]):
                            out[r, i] += value * codes[m, i]
        sums[q] = total


@numba.njit(cache=True, nogil=True, boundscheck=False)  # type: ignore[misc,untyped-decorator,unused-ignore]
def look_up(distances, chosen, patterns, nearest, found, lut_bytes, kernel, sums):  # type: ignore[no-untyped-def]
    """Kernel values of all patterns, cut into bytes.

    Args:
        distances, patterns, nearest, found: as in `measure`.
        chosen: (R,) int64, the queries to do.
        lut_bytes: (KB / 8, N + 1) uint8, lowest byte first.
        kernel: (KB / 8, R, >= P) uint8; columns past P stay as they are.
        sums: (Q,) int64, gets S.
    """
    for r in range(len(chosen)):
        q = chosen[r]
        origin = found[q, 0] if nearest else 0
        total = 0
        for part in range(len(lut_bytes)):
            table = lut_bytes[part]
            subtotal = 0
            for m in range(patterns):
                value = table[distances[q, m] - origin]
                kernel[part, r, m] = value
                subtotal += value
            total += subtotal << (8 * part)
        sums[q] = total
