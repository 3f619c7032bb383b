"""Bit-exact recall at speed: beside `hwsim.hardware.spec`, same signature, same results."""

from hwsim.hardware.fast.association import associate
from hwsim.hardware.fast.batches import recall_in_flight
from hwsim.hardware.fast.memory import block_queries, memory_bytes
from hwsim.hardware.fast.model import FastModel
from hwsim.hardware.fast.shares import recall
from hwsim.hardware.fast.threads import thread_count

__all__ = [
    "FastModel",
    "associate",
    "block_queries",
    "memory_bytes",
    "recall",
    "recall_in_flight",
    "thread_count",
]
