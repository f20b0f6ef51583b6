"""Edits of words that stand in several messages."""

from hypothesis import given
from hypothesis import strategies as st
from tikethet_bot.rules.editing import Written, changes
from tikethet_bot.rules.outgoing import Out, rows
from tikethet_bot.rules.saying import clean, parts, units

SHORT, LONG = "коротко", "слово " * 1500


def out(text: str) -> Out:
    return Out(chat_id=5, text=text, purpose="changed", message_id="m")


def said(*changed: Out) -> list[tuple[str, int, int | None]]:
    return [(each.action, each.part, each.reply_to) for each in changed]


def test_a_text_that_grows_is_edited_and_goes_on_after_its_last_message() -> None:
    found = changes(out(LONG), [Written("send", 0, telegram_id=40)])
    assert said(*found) == [("edit", 0, None), ("send", 1, 40), ("send", 2, 40)]
    assert [each.text for each in found] == list(parts(LONG))


def test_a_text_that_shrinks_loses_its_last_messages() -> None:
    written = [Written("send", part, telegram_id=40 + part) for part in range(3)]
    assert said(*changes(out(SHORT), written)) == [("edit", 0, None), ("cut", 1, None)]
    again = [*written, Written("cut", 1)]
    assert said(*changes(out(SHORT), again)) == [("edit", 0, None)]
    assert said(*changes(out(LONG), again)) == [("edit", 0, None), ("send", 3, 40), ("send", 4, 40)]


def test_files_stay_as_they_are() -> None:
    before = [Written("send", 0, telegram_id=40), Written("send", 1, telegram_id=41), Written("send", 2, 0, 42)]
    assert said(*changes(out(SHORT), before)) == [("edit", 0, None), ("cut", 1, None)]
    assert said(*changes(out(SHORT), [*before, Written("cut", 1)])) == [("edit", 0, None)]
    caption = changes(out("слово " * 300), [Written("send", 0, 1024, 40)])
    assert said(*caption) == [("edit", 0, None), ("send", 1, 40)]
    assert units(caption[0].text) <= 1024


@given(st.lists(st.text(st.characters(codec="utf-8"), min_size=1, max_size=9).map(clean).filter(bool), min_size=1))
def test_however_often_it_changes_the_chat_shows_the_last_words(texts: list[str]) -> None:
    """The outbox, carried out on a chat of its own: what stands there in the end is what was said last."""
    shown: dict[int, str] = {}
    history: list[Written] = []
    for at, text in enumerate(text * 900 for text in texts):
        outs = changes(out(text), history) if history else [out(text)]
        for row in rows(str(at), outs):
            assert units(row.text) <= row.room
            match row.out.action:
                case "send":
                    shown[row.part] = row.text
                    history.append(Written("send", row.part, row.room))
                case "edit":
                    assert row.part in shown
                    shown[row.part] = row.text
                case _:
                    shown = {part: kept for part, kept in shown.items() if part < row.part}
                    history.append(Written("cut", row.part))
    assert "".join("".join(shown[part] for part in sorted(shown)).split()) == "".join((texts[-1] * 900).split())
