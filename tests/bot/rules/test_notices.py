"""Notices as staff see them."""

from typing import Any

from tikethet_bot.rules.notices import Notice, anew, card, words

NOTICE = Notice(
    id="n", member_id="maria", telegram_id=7, language="ru", what="NEW_MESSAGE", text="…", ticket_id="t",
    ticket_number=1042, message_ids=("a", "b"),
)  # fmt: skip


def message(content: str, *, deleted: bool = False, files: tuple[Any, ...] = ()) -> Any:
    return {"content": content, "deleted_at": "2026-11-25T10:00:00Z" if deleted else None, "attachments": files}


def ticket(**more: Any) -> Any:
    found = {"id": "t", "number": 1042, "title": "Меч", "description": "Пропал", "status": "OPEN"}
    return found | {"assigned_to": None, "attachments": []} | more


def labels(out: Any) -> list[str]:
    return [button.label for row in out.buttons for button in row]


def test_words_are_one_message() -> None:
    assert words(NOTICE, [message("раз"), message("два")]).text == "👤 #1042\nраз\n\nдва"


def test_what_was_taken_back_is_gone_and_the_rest_stays() -> None:
    left = anew(NOTICE, [message("раз", deleted=True), message("два")])
    assert (left.action, left.text) == ("edit", "👤 #1042\nдва")
    assert anew(NOTICE, [message("раз", deleted=True), message("два", deleted=True)]).action == "delete"


def test_a_card_fits_how_things_stand() -> None:
    maria, igor = {"id": "maria", "first_name": "Мария"}, {"id": "igor", "first_name": "Игорь"}
    assert labels(card(NOTICE, ticket())) == ["Взять", "Решено", "Ещё…"]
    assert labels(card(NOTICE, ticket(assigned_to=igor))) == ["✋ Игорь"]
    assert labels(card(NOTICE, ticket(assigned_to=maria))) == ["✋ Ваше", "Решено", "Ещё…"]
    assert labels(card(NOTICE, ticket(assigned_to=maria, status="CLOSED"))) == ["✅ Решено"]
