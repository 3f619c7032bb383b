"""From a trained kernel associative memory to verified hardware."""

__version__ = "0.1.0"
