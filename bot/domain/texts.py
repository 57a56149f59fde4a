"""Cutting long texts."""


def split(text: str, most: int) -> list[str]:
    """Return the text in parts of at most `most` characters, cut between paragraphs, lines or words where possible."""
    parts: list[str] = []
    rest = text.strip()
    while len(rest) > most:
        at = next((at for mark in ("\n\n", "\n", " ") if (at := rest.rfind(mark, most // 2, most)) > 0), most)
        parts.append(rest[:at].rstrip())
        rest = rest[at:].lstrip()
    return [*parts, rest] if rest or not parts else parts
