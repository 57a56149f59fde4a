"""Cards rendered for Telegram: no name breaks the message, and nothing exceeds a limit."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.telegram.render import MAX_CAPTION, MAX_TEXT, render, to_html, to_keyboard, to_markup, utf16_length
from content.cards import Button, Card, Picture

PICTURE = Picture(name="p.png", png=b"png", alt="", key="k")


class Shown(HTMLParser):
    """The message as a person sees it, and whether each tag is closed where it must be."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.tags: list[str] = []
        self._open: list[str] = []
        self.feed(html)
        self.close()
        assert not self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ("b", "i")
        assert not attrs
        self._open.append(tag)
        self.tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def test_title_is_bold_lines_are_paragraphs_and_the_note_is_in_italics() -> None:
    card = Card(title="Tablée", lines=("Un repas", "Deux repas"), note="Environ 5 $")
    assert render(card).html == "<b>Tablée</b>\n\nUn repas\n\nDeux repas\n\n<i>Environ 5 $</i>"


@pytest.mark.parametrize(
    "name",
    [
        "<b>bold</b>",
        "</b><script>alert(1)</script>",
        "a & b &lt; c &amp;",
        '"><a href="tg://user?id=1">x</a>',
        "<",
        "&",
        "&#x202e;",
    ],
)
def test_hostile_name_is_shown_literally(name: str) -> None:
    shown = Shown(render(Card(title=name, lines=(name,), note=name)).html)
    assert shown.text == "\n\n".join((name, name, name))
    assert shown.tags == ["b", "i"]


def test_unsupported_characters_are_removed() -> None:
    assert render(Card(title="a\x00b\ud800c\u202ed", lines=(" \n", ""))).html == "<b>abcd</b>"


@given(
    title=st.text(max_size=200),
    lines=st.lists(st.text(max_size=3000), max_size=4),
    note=st.text(max_size=400),
    limit=st.sampled_from([MAX_CAPTION, MAX_TEXT]),
)
def test_any_card_is_valid_html_within_limit(title: str, lines: list[str], note: str, limit: int) -> None:
    shown = Shown(to_html(Card(title=title, lines=tuple(lines), note=note), limit))
    assert utf16_length(shown.text) <= limit


def test_long_text_is_cut_at_a_word_and_keeps_title_and_note() -> None:
    shown = Shown(to_html(Card(title="T", lines=("mot " * 3000,), note="N"), MAX_TEXT)).text
    assert shown.startswith("T\n\nmot mot")
    assert shown.endswith("mot…\n\nN")
    assert MAX_TEXT - 10 < utf16_length(shown) <= MAX_TEXT


def test_emoji_count_twice_and_are_never_halved() -> None:
    shown = Shown(to_html(Card(lines=("🪙" * 3000,)), MAX_TEXT)).text
    assert utf16_length(shown) <= MAX_TEXT
    assert set(shown) == {"🪙", "…"}


def test_picture_is_kept_if_text_fits_caption() -> None:
    assert render(Card(lines=("a" * MAX_CAPTION,), picture=PICTURE)).picture is PICTURE
    long = render(Card(lines=("a" * (MAX_CAPTION + 1),), picture=PICTURE))
    assert long.picture is None
    assert long.html == "a" * (MAX_CAPTION + 1)
    assert render(Card(picture=PICTURE)).html == ""


def test_each_button_kind_has_telegram_equivalent() -> None:
    keyboard = to_keyboard(
        Card(
            title="x",
            rows=(
                (
                    Button(label="Donner", url="https://give.example/5", style="primary"),
                    Button(label="Arrêter", action="stop:1", style="danger"),
                ),
                (),
                (Button(label="Copier", copy="ABCD"), Button(label="Partager", share="invite")),
            ),
        )
    )
    assert keyboard == {
        "inline_keyboard": [
            [
                {"text": "Donner", "url": "https://give.example/5", "style": "primary"},
                {"text": "Arrêter", "callback_data": "stop:1", "style": "danger"},
            ],
            [
                {"text": "Copier", "copy_text": {"text": "ABCD"}},
                {
                    "text": "Partager",
                    "switch_inline_query_chosen_chat": {
                        "query": "invite",
                        "allow_user_chats": True,
                        "allow_group_chats": True,
                        "allow_channel_chats": True,
                    },
                },
            ],
        ]
    }
    markup = to_markup(keyboard)
    assert markup is not None
    assert markup.to_dict() == keyboard, "the library knows every field"


def test_action_length_is_counted_in_bytes() -> None:
    fits = Button(label="x", action="é" * 32)
    assert to_keyboard(Card(rows=((fits,),))) is not None
    long = Button(label="x", action="a")
    object.__setattr__(long, "action", "é" * 33)
    with pytest.raises(ValueError, match="64 bytes"):
        to_keyboard(Card(rows=((long,),)))
