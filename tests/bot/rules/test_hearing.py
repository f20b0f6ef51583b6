from tikethet_bot.rules.hearing import warnings_of


def test_admins_are_warned_in_their_language() -> None:
    outs = warnings_of("BackupOverdue", [(1, "ru"), (2, "en")])
    assert [out.chat_id for out in outs] == [1, 2]
    assert "резервной копии" in outs[0].text
    assert "back-up" in outs[1].text
    assert all(out.ticket_id is None for out in outs)
    assert "85" in warnings_of("DiskNearlyFull", [(1, "en")])[0].text
    assert warnings_of("DeskSettingsChanged", [(1, "ru")]) == []
