"""Draws reports, computes nothing.

write_report(folder, estimate, [Section("Co-simulation", (Text.of("…"), Table(…)))])
"""

from hwsim.report.document import Figure, Link, Number, Section, Table, Text
from hwsim.report.write import write_report

__all__ = ["Figure", "Link", "Number", "Section", "Table", "Text", "write_report"]
