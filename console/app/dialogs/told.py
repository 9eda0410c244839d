"""An error in a dialog, in as few lines as say it all."""

from textual.content import Content

from console.app.tones import MUTED
from console.errors import CloudError, ConsoleError
from console.text import cell


def told(error: ConsoleError) -> Content:
    """Return title and sentence, what to do next, and what to quote to support."""
    lines = [Content.assemble((f"{error.title}: ", "bold $text-error"), cell(error.sentence))]
    if error.hint:
        lines.append(Content(cell(error.hint)))
    if isinstance(error, CloudError) and error.request_id:
        lines.append(Content.styled(f"request id {cell(error.request_id)}", MUTED))
    return Content("\n").join(lines)
