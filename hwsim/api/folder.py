"""Folders that hwsim wrote, held against what was written."""

from __future__ import annotations

from hwsim.api.given import AnyPath, the_path
from hwsim.audit import Audit
from hwsim.typed import typed


@typed
def check(path: AnyPath, image: AnyPath | None = None, *, reseal: bool = False) -> Audit:
    """Compare a folder that hwsim wrote with what was written, byte by byte.

    Files are held against their hashes, and what follows from others is computed anew: header and
    other formats from the `.mem` files, answers of golden vectors from their queries, tables from a
    sweep's journal.

    Args:
        path: of an image, golden vectors, a sweep, experiments, a report, a benchmark or a demo.
        image: the folder of the image of golden vectors; None to look for it beside them.
        reseal: first make all hashes anew, after an edit that was meant; the content must be sound.

    Returns:
        `sound`, and `differences`, which name the file and, where it can be known, the byte.

    Raises:
        InputError: hwsim did not write the folder, or what is to be sealed is not sound.
    """
    # Only who calls it waits for all that can be computed anew.
    from hwsim.audit import check as checking
    from hwsim.audit import reseal as sealing

    folder = the_path(path, "check", "a folder")
    source = None if image is None else the_path(image, "check", "an image's folder")
    if reseal:
        sealing.reseal(folder, source)
    return checking.check(folder, source)
