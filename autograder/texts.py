"""Text that others wrote, made fit to be shown: in a terminal, in a page, in a report."""


def one_line(text: str, most: int = 600) -> str:
    """Return it as one line of bounded length: it may not look like lines of ours."""
    kept = text if len(text) <= most else f"{text[:most]} …"
    return "".join(c if c.isprintable() else " " for c in kept)


def printable(text: str) -> str:
    """Return it without what could move a terminal's cursor, or turn the order of letters."""
    return "".join(c if c.isprintable() or c == "\n" else "\N{REPLACEMENT CHARACTER}" for c in text)


def counted(number: int, one: str, many: str = "") -> str:
    """Return a number with its noun: `1 file`, `2,000 files`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
