"""What is remembered together with the mark that an update was acted upon."""

from tikethet_bot.store import Effect, outbox, people


def marked(chat_id: int, telegram_ids: tuple[int, ...], ticket_id: str, message_id: str | None) -> Effect:
    """What somebody sent (an album is several) is this message of this ticket."""
    return lambda connection: people.mark(connection, chat_id, telegram_ids, ticket_id, message_id)


def unmarked(chat_id: int, telegram_id: int) -> Effect:
    """One message of an album is gone."""
    return lambda connection: people.unmark(connection, chat_id, telegram_id)


def asked(chat_id: int, kind: str, target: str) -> Effect:
    """What they write next is for this."""
    return lambda connection: people.begin(connection, chat_id, kind, target)


def answered(chat_id: int) -> Effect:
    """What they write next is for nothing in particular."""
    return lambda connection: people.end(connection, chat_id)


def draft_kept(chat_id: int, telegram_id: int, content: str, attachments: tuple[str, ...]) -> Effect:
    """Staff's words wait until they say where they go."""
    return lambda connection: people.keep_draft(connection, chat_id, telegram_id, content, attachments)


def draft_dropped(chat_id: int, draft: int) -> Effect:
    """They went where they belong."""
    return lambda connection: people.drop_draft(connection, chat_id, draft)


def left(chat_id: int) -> Effect:
    """They stopped the bot."""
    return lambda connection: outbox.stop(connection, chat_id, "STOPPED")


def returned(chat_id: int) -> Effect:
    """They let the bot in again."""
    return lambda connection: people.came_back(connection, chat_id)
