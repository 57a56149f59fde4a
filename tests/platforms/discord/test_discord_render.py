"""Cards rendered for Discord: user text is never markup, pings no one and breaks no limit."""

import re
from io import BytesIO

import discord
import pytest

from bot.platforms.discord.render import COPPER, MAX_EMBED, escape, render, to_button
from content.cards import Button, Card, Picture

HOSTILE = (
    "@everyone @here <@123456789012345678> <@&123456789012345678> <#1> </give:1> <:x:1> <a:x:1> <t:0:R> <id:home>",
    "**bold** _it_ ~~no~~ ||spoiler|| `code` [click](https://evil.example) \\",
    "[a](b) **bold** [c](https://evil.example/x_y) ||d||",
    "# heading\n\n- list\n-# small\n> quote\n>>> all",
)


def picture(name: str = "progress.png") -> Picture:
    return Picture(name=name, png=b"\x89PNG", alt="42 %", key="k")


def labels(card: Card) -> list[list[str | None]]:
    return [[button.label for button in row] for row in render(card).rows]


def test_card_becomes_one_embed() -> None:
    card = Card(title="Repas", lines=("un", "deux"), note="a\nb", picture=picture())
    embed = render(card).embed
    assert (embed.title, embed.description, embed.footer.text) == ("Repas", "un\n\ndeux", "a\nb")
    assert embed.image.url == "attachment://progress.png"
    assert embed.colour == discord.Colour(COPPER)


def test_user_text_is_shown_literally() -> None:
    for text in HOSTILE:
        shown = escape(text)
        bare = re.sub(r"https?://[\w./]+", "", shown)
        assert not re.search(r"(?<!\\)(\\\\)*[*_~|`]", bare), shown
        assert not re.search(r"(?<!\\)<[@#:/ati]", shown), shown
        assert not re.search(r"(?m)^\s*(#|-|>)", shown), shown
        assert "](" not in shown or not re.search(r"(?<!\\)\[", shown), shown
        assert "@everyone" not in shown and "@here" not in shown
    assert escape("https://a.example/x_y_z est « 5 $ »") == "https://a.example/x_y_z est « 5 $ »"
    assert escape("[5 $] 7 - 5 = 2, #1") == "[5 $] 7 \\- 5 = 2, #1"


def test_footer_is_not_escaped_and_has_no_control_characters() -> None:
    embed = render(Card(title="a\u202eb\x00c\ud800", note="2 * 3 = @everyone")).embed
    assert (embed.title, embed.footer.text) == ("abc", "2 * 3 = @everyone")


@pytest.mark.parametrize("letter", ["x", "*", "🎁", "\n- "])
def test_long_text_is_cut_within_the_limits(letter: str) -> None:
    card = Card(title=letter * 900, lines=(letter * 9000,), note=letter * 4000)
    embed = render(card).embed
    parts = [embed.title or "", embed.description or "", embed.footer.text or ""]
    sizes = [len(part.encode("utf-16-le")) // 2 for part in parts]
    assert all(size <= limit for size, limit in zip(sizes, (256, 4096, 2048), strict=True))
    assert sum(sizes) <= MAX_EMBED
    assert all(part.endswith("…") for part in parts)
    assert "\\…" not in (embed.description or "").replace("\\\\", "")


def test_empty_card_is_refused() -> None:
    with pytest.raises(ValueError, match="neither"):
        render(Card())


def test_buttons_become_discord_buttons() -> None:
    link = to_button(Button(label="5 $", url="https://pay.example/5"))
    assert (link.url, link.custom_id, link.style) == ("https://pay.example/5", None, discord.ButtonStyle.link)
    for style, expected in (("primary", 1), ("plain", 2), ("danger", 4)):
        button = to_button(Button(label="x", action="give:1", style=style))  # type: ignore[arg-type]  # literals
        assert (button.custom_id, button.style.value, button.url) == ("o:give:1", expected, None)
    with pytest.raises(ValueError, match="512"):
        to_button(Button(label="x", url="https://pay.example/" + "a" * 500))


def test_rows_are_wrapped_and_limited() -> None:
    rows = [tuple(Button(label=str(n), action=f"a:{m}:{n}") for n in range(7)) for m in range(3)]
    assert labels(Card(title="x", rows=(rows[0], rows[1][:2]))) == [["0", "1", "2", "3", "4"], ["5", "6"], ["0", "1"]]
    with pytest.raises(ValueError, match="rows"):
        render(Card(title="x", rows=tuple(rows)))


def test_unsupported_button_is_written_as_text() -> None:
    long = "https://t.me/share?text=" + "a" * 600 + "(1)"
    rows = ((Button(label="Copier", copy="A`B"), Button(label="Partager", url=long), Button(label="ok", action="a")),)
    rendered = render(Card(title="t", lines=("x" * 9000,), rows=rows))
    assert [[b.label for b in row] for row in rendered.rows] == [["ok"]]
    text = rendered.embed.description or ""
    assert "Copier\n`` A`B ``" in text
    assert text.endswith("[Partager](" + long.replace("(1)", "%281%29") + ")")


async def test_message_arguments_are_complete() -> None:
    rendered = render(Card(title="t", picture=picture("é 1.png"), rows=((Button(label="a", action="a"),),)))
    for given, files in ((rendered.as_new(), "files"), (rendered.as_edit(), "attachments")):
        (file,) = given[files]
        assert (file.filename, file.description) == ("__1.png", "42 %")
        assert isinstance(file.fp, BytesIO)
        assert given["allowed_mentions"].to_dict() == {"parse": []}
        assert given["view"].is_finished()  # discord.py keeps no view of ours
        assert given["embeds"][0].image.url == "attachment://__1.png"
    plain = render(Card(title="t"))
    assert "view" not in plain.as_new() and "files" not in plain.as_new()
    assert (plain.as_edit()["view"], plain.as_edit()["attachments"]) == (None, [])
