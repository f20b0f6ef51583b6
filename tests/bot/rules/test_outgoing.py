"""random_ids: the same for the same, another for anything else."""

from tikethet_bot.rules.outgoing import Button, Out, random_id_of, rows


def test_the_same_cause_has_the_same_id() -> None:
    assert random_id_of("e", 5, 0, "send:answer") == random_id_of("e", 5, 0, "send:answer")
    others = {random_id_of(*each) for each in (("e", 5, 0, "a"), ("e", 5, 1, "a"), ("e", 6, 0, "a"), ("f", 5, 0, "a"))}
    assert len(others) == 4


def test_a_long_text_goes_in_parts_each_with_its_own_id() -> None:
    buttons = ((Button("Взять", "take:1"),),)
    found = list(rows("e", [Out(chat_id=5, text="слово " * 1500, purpose="answer", buttons=buttons)]))
    assert [row.part for row in found] == [0, 1, 2]
    assert len({row.random_id for row in found}) == 3
    assert [row.buttons for row in found] == [(), (), buttons]
