"""What is remembered together with the mark that an update was acted upon."""

from tikethet_bot.store import Effect


def marked(chat_id: int, telegram_ids: tuple[int, ...], ticket_id: str, message_id: str | None) -> Effect:
    """What somebody sent (an album is several) is this message of this ticket."""
    sql = """INSERT INTO bot.messages SELECT $1, each, $3::text::uuid, $4::text::uuid, true
        FROM unnest($2::bigint[]) each ON CONFLICT DO NOTHING"""
    return Effect(sql, (chat_id, telegram_ids, ticket_id, message_id))


def unmarked(chat_id: int, telegram_id: int) -> Effect:
    """One message of an album is gone."""
    return Effect("DELETE FROM bot.messages WHERE chat_id = $1 AND telegram_id = $2", (chat_id, telegram_id))


def asked(chat_id: int, kind: str, target: str) -> Effect:
    """What they write next is for this."""
    sql = """INSERT INTO bot.dialogues (chat_id, kind, target) VALUES ($1, $2, $3) ON CONFLICT (chat_id)
        DO UPDATE SET kind = excluded.kind, target = excluded.target, begun_at = clock_timestamp()"""
    return Effect(sql, (chat_id, kind, target))


def answered(chat_id: int) -> Effect:
    """What they write next is for nothing in particular."""
    return Effect("DELETE FROM bot.dialogues WHERE chat_id = $1", (chat_id,))


def draft_kept(chat_id: int, telegram_id: int, content: str, attachments: tuple[str, ...]) -> Effect:
    """Staff's words wait until they say where they go."""
    sql = "INSERT INTO bot.drafts VALUES ($1, $2, $3, $4::text[]::uuid[]) ON CONFLICT DO NOTHING"
    return Effect(sql, (chat_id, telegram_id, content, attachments))


def draft_changed(chat_id: int, telegram_id: int, content: str) -> Effect:
    """Words that wait say something else now; a broadcast (nothing replies to it) goes out as it was shown."""
    sql = """UPDATE bot.drafts SET content = $3 WHERE chat_id = $1 AND telegram_id = $2
        AND EXISTS (SELECT FROM bot.outbox WHERE chat_id = $1 AND reply_to = $2)"""
    return Effect(sql, (chat_id, telegram_id, content))


def draft_dropped(chat_id: int, draft: int) -> Effect:
    """They went where they belong, or were taken back."""
    return Effect("DELETE FROM bot.drafts WHERE chat_id = $1 AND telegram_id = $2", (chat_id, draft))


def returned(chat_id: int) -> Effect:
    """They let the bot in again."""
    sql = "UPDATE bot.people SET writable = true, stopped_at = NULL WHERE telegram_id = $1 AND member_id IS NOT NULL"
    return Effect(sql, (chat_id,))
