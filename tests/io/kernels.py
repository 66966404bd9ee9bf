"""The kernel's architectures that tests can run here."""

from lazyframe.io.csv.kernel import _kernel

ARCHITECTURES: list[str] = _kernel.architectures() if _kernel else []
