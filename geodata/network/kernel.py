"""How numba compiles kernels: without the interpreter's lock, and kept on disk between runs."""

import logging
from collections.abc import Callable
from typing import TypeVar, cast

from numba import njit

LOG = logging.getLogger(__name__)
Function = TypeVar("Function", bound=Callable[..., object])


def kernel(function: Function) -> Function:
    """Compile a function on its first call, once for each kind of arguments.

    No fast-math: sums are rounded as NumPy rounds them, so that a result does not depend on who computed it. Where
    nothing can be kept (neither beside the code, nor in the user's cache, nor in NUMBA_CACHE_DIR), every process
    compiles anew.
    """
    try:
        return cast(Function, njit(cache=True, nogil=True)(function))
    except RuntimeError as error:
        LOG.warning("compiled code cannot be kept: %s", error)
        return cast(Function, njit(nogil=True)(function))
