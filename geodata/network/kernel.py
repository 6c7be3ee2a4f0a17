"""How numba compiles kernels: without the interpreter's lock, and kept on disk between runs."""

from collections.abc import Callable
from typing import TypeVar, cast

from numba import njit

Function = TypeVar("Function", bound=Callable[..., object])


def kernel(function: Function) -> Function:
    """Compile a function on its first call, once for each kind of arguments.

    No fast-math: sums are rounded as NumPy rounds them, so that a result does not depend on who computed it.
    """
    return cast(Function, njit(cache=True, nogil=True)(function))
