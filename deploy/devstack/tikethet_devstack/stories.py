"""Three tickets of a gaming community, as its people write. Only text; `seed` sends it, and the one picture."""
# ruff: noqa: RUF001 - Russian has letters that look like Latin ones

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Teller = Literal["customer", "helper"]
Call = Literal["says", "notes", "takes", "resolves", "tags", "shows"]
Step = tuple[Teller, Call, str]


@dataclass(frozen=True)
class Story:
    """A ticket: how it was opened and what happened then."""

    name: str
    title: str
    description: str
    icon: str
    """Of its category."""
    priority: Literal["NORMAL", "HIGH"]
    steps: Sequence[Step]


CONNECTION = Story(
    name="connection",
    title="Не могу зайти на сервер — выкидывает на 80%",
    description=(
        "Второй день не пускает на основной сервер: загрузка доходит до 80%, потом «Соединение потеряно». "
        "Интернет в порядке, другие игры работают. Вчера после обновления ещё заходил."
    ),
    icon="🛠",
    priority="HIGH",
    steps=[
        ("customer", "says", "Забыл сказать: лаунчер версии 2.4.1, Windows 11. Проверку файлов уже делал."),
        (
            "helper",
            "says",
            (
                "Алексей, здравствуйте! Похоже на повреждённый кэш после обновления. Закройте лаунчер, удалите папку "
                "cache в каталоге игры и запустите снова — она создастся заново."
            ),
        ),
        ("customer", "says", "Удалил, зашёл с первого раза. Спасибо большое!"),
        ("helper", "resolves", "Помогла очистка кэша"),
        (
            "customer",
            "says",
            (
                "Рано обрадовался 😕 Сегодня опять то же самое: 80% и вылет. Кэш чистил два раза — не помогает, "
                "а вечером рейд."
            ),
        ),
        ("helper", "notes", "Третья жалоба на 80% за сутки, все на 2.4.1. Спрошу у админов, что с загрузкой карт."),
        ("helper", "tags", "соединение лаунчер-2.4.1"),
    ],
)

SUBSCRIPTION = Story(
    name="subscription",
    title="Оплатил подписку, а статус не появился",
    description=(
        "Вчера около 21:40 оплатил подписку «Премиум» на месяц, деньги списались сразу, а в профиле до сих пор "
        "обычный аккаунт. Перезаходил несколько раз."
    ),
    icon="💎",
    priority="NORMAL",
    steps=[
        ("helper", "takes", ""),
        (
            "helper",
            "says",
            (
                "Здравствуйте! Сейчас разберёмся. Подскажите, пожалуйста, чем платили — картой или через СБП — "
                "и пришло ли письмо с чеком?"
            ),
        ),
        ("customer", "says", "Через СБП. Чек пришёл, номер заказа 48213, сумма 299 ₽."),
        ("helper", "notes", "Заказ 48213 в платёжке есть, статус «ожидает подтверждения». Написала в бухгалтерию."),
        ("customer", "says", "Если что, могу прислать скрин из банка. Главное, чтобы до выходных включили 🙂"),
        ("customer", "shows", "Вот он"),
    ],
)

CHEATER = Story(
    name="cheater",
    title="Жалоба на игрока: стреляет через стены",
    description=(
        "Игрок ShadowFox_77, арена, вчера вечером. Видит всех через стены: три раза подряд ждал именно за тем углом, "
        "откуда мы выходили, и стрелял ещё до того, как мы показались."
    ),
    icon="⚖",
    priority="NORMAL",
    steps=[
        ("helper", "takes", ""),
        (
            "helper",
            "says",
            "Спасибо, что написали. Чтобы поднять запись боя, нужно примерное время и название карты. Помните их?",
        ),
        (
            "customer",
            "says",
            "Карта «Старый порт», где-то в 22:15–22:30 по Москве. В команде были ещё двое, подтвердят.",
        ),
        ("helper", "notes", "Посмотрела демку: наводка сквозь стену на 3:12, 5:40 и 7:05. Сомнений нет."),
        (
            "helper",
            "says",
            (
                "Запись посмотрели: всё подтвердилось. Игрок заблокирован на 30 дней, рейтинг за эти бои вам вернётся "
                "в течение суток."
            ),
        ),
        ("customer", "says", "Вот это оперативно, спасибо!"),
        ("helper", "resolves", "Нарушение подтверждено, игрок заблокирован на 30 дней"),
    ],
)

STORIES = (CHEATER, SUBSCRIPTION, CONNECTION)
