"""Pictures that people send to the bot: which file it is, and its bytes."""

from dataclasses import dataclass

from telegram import Bot, Message

MOST_BYTES = 10 * 2**20


@dataclass(frozen=True, slots=True)
class Sent:
    """A picture somebody sent. `size` in bytes, 0 where Telegram does not say."""

    file_id: str
    size: int


def picture_in(message: Message) -> Sent | None:
    """The picture of a message, as a photo or as a file; None where it holds none."""
    if message.photo:
        largest = message.photo[-1]
        return Sent(largest.file_id, largest.file_size or 0)
    document = message.document
    if document is not None and (document.mime_type or "").startswith("image/"):
        return Sent(document.file_id, document.file_size or 0)
    return None


async def download(bot: Bot, picture: Sent) -> bytes | None:
    """Its bytes; None where it is larger than 10 MB. Raises TelegramError."""
    if picture.size > MOST_BYTES:
        return None
    file = await bot.get_file(picture.file_id)
    if (file.file_size or 0) > MOST_BYTES:
        return None
    return bytes(await file.download_as_bytearray())
