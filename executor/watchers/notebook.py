"""A notebook that shows no widgets: there a bar is a display that is replaced, and emptied at the end."""

import sys
from html import escape
from typing import Any

WIDTH = 72
"""Characters of a bar: a notebook has no terminal whose width could be asked for."""


def in_notebook() -> bool:
    """Return whether this process runs the cells of a notebook."""
    return "ipykernel" in sys.modules and hasattr(sys.modules["IPython"].get_ipython(), "kernel")


class DisplayFile:
    """A file, to tqdm, whose last line is shown below a notebook's cell.

    What is written to stderr there leaves a strip behind, even if all of it is wiped out again.
    """

    encoding = "utf-8"

    def __init__(self) -> None:
        self._shown: Any = None

    def write(self, text: str) -> None:
        """Show a line in the place of the one before; spaces wipe it out, and no line says nothing."""
        line = text.strip()
        if not text.strip("\n") or (self._shown is None and not line):
            return
        data = {
            "text/plain": line,
            "text/html": f"<pre style='margin: 0; padding: 0 8px'>{escape(line)}</pre>" if line else "",
        }
        if self._shown is None:
            self._shown = sys.modules["IPython"].display.display(data, raw=True, display_id=True)
        else:
            self._shown.update(data, raw=True)

    def flush(self) -> None:
        """Nothing is held back."""
