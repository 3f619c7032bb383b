"""A folder against what hwsim wrote there, file by file."""

from __future__ import annotations

from pathlib import Path

from hwsim.audit.compare import file_by_hash
from hwsim.audit.findings import Audit, Difference, Findings
from hwsim.audit.image import check_image
from hwsim.audit.kinds import WITHIN, kind_of
from hwsim.audit.tables import check_study, check_sweep
from hwsim.audit.vectors import check_vectors
from hwsim.errors import InputError
from hwsim.explore.sweep.journal import NAME as JOURNAL
from hwsim.files import LISTING
from hwsim.files.listing import Listing, entries, read_listing


def check(folder: Path, image: Path | None = None) -> Audit:
    """Compare a folder that hwsim wrote with what was written, and compute anew what can be.

    Args:
        folder: an image, golden vectors, a sweep, experiments, a report, a benchmark or a demo.
        image: of golden vectors; None to look for it beside them.

    Raises:
        InputError: hwsim did not write the folder, or an image is given for another kind.
    """
    kind = kind_of(folder)
    if image is not None and kind != "vectors":
        raise InputError(f"an image is given, and {folder} holds {kind}; it belongs to vectors")
    findings = _check(folder, kind, image)
    differences = tuple(sorted(findings.differences.values(), key=lambda found: found.file))
    return Audit(str(folder), kind, tuple(sorted(findings.files)), differences, findings.notes)


def _check(folder: Path, kind: str, image: Path | None) -> Findings:
    findings = Findings()
    listing = read_listing(folder)
    if listing is None and (folder / LISTING).exists():
        findings.add(Difference(LISTING, "it is damaged: it does not fit its own hash"))
    if kind == "image":
        check_image(folder, listing, findings)
    elif kind == "vectors":
        check_vectors(folder, listing, findings, image)
    elif kind == "sweep":
        check_sweep(folder, findings)
    elif kind == "experiments":
        check_study(folder, findings)
    elif kind == "demo":
        for name, within in WITHIN.items():
            if (folder / name).is_dir():
                beside = folder / "image" if within == "vectors" else None
                findings.within(name, _check(folder / name, within, beside))
    _check_listed(folder, kind, listing, findings)
    return findings


def _check_listed(folder: Path, kind: str, listing: Listing | None, findings: Findings) -> None:
    """Every listed file against its hash; what is not listed is named."""
    if listing is None:
        if not (folder / LISTING).exists():
            findings.notes.append(
                f"there is no {LISTING}, as hwsim before 0.2 wrote none; --reseal adds it"
            )
        return
    for name in sorted({*listing.files, *listing.pending}):
        findings.files[name] = None
        if name in findings.differences:
            continue
        if not (folder / name).is_file():
            findings.add(Difference(name, "it is missing"))
        elif not listing.is_ours(folder, name):
            written = listing.files.get(name) or listing.pending[name]
            found = file_by_hash(folder, name, written)
            findings.add(found or Difference(name, "it was changed"))
    known = {*listing.files, *listing.pending, LISTING, *([JOURNAL] if kind == "sweep" else [])}
    for name in entries(folder):
        if name not in known:
            findings.notes.append(f"{name} is not listed: not hwsim's, or put there since")
