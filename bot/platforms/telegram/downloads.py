"""Pictures that people send to the bot: find the file, and download it."""

from dataclasses import dataclass

from telegram import Bot, Message

MOST_BYTES = 10 * 2**20


@dataclass(frozen=True, slots=True)
class SentPicture:
    """A picture in a message. `size` in bytes, 0 if Telegram does not say."""

    file_id: str
    size: int


def picture_in(message: Message) -> SentPicture | None:
    """Return the picture of a message, sent as a photo or a file, or None."""
    if message.photo:
        largest = message.photo[-1]
        return SentPicture(largest.file_id, largest.file_size or 0)
    document = message.document
    if document is not None and (document.mime_type or "").startswith("image/"):
        return SentPicture(document.file_id, document.file_size or 0)
    return None


async def download(bot: Bot, picture: SentPicture) -> bytes | None:
    """Return the picture's bytes, or None if it is larger than 10 MB. Raises TelegramError."""
    if picture.size > MOST_BYTES:
        return None
    file = await bot.get_file(picture.file_id)
    if (file.file_size or 0) > MOST_BYTES:
        return None
    return bytes(await file.download_as_bytearray())
