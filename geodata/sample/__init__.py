"""The embedded sample region: real municipalities and totals, approximate outlines, invented roads and practices."""

from geodata.sample.build import build_sample

__all__ = ["build_sample"]
