"""How long and how often a fetch may try, and how much it may bring."""

from dataclasses import dataclass

MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Bounds:
    """Limits of one fetch.

    Parameters
    ----------
    tries : attempts in a row that bring nothing before it is given up
    pause_seconds : first pause between attempts; each next one is twice as long, with jitter
    longest_pause_seconds : no pause is longer; a server that asks for more is asked again another day
    connect_seconds, silent_seconds : without a connection, or without a byte, for so long counts as a break
    seconds : a file that takes longer in all is given up
    clock_hours : the server's clock and this machine's may differ by so much
    """

    tries: int = 5
    pause_seconds: float = 1.0
    longest_pause_seconds: float = 120.0
    connect_seconds: float = 15.0
    silent_seconds: float = 60.0
    seconds: float = 7200.0
    clock_hours: float = 24.0
