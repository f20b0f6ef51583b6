"""What sessions are called."""

import pytest
from tikethet_gateway.devices import device_name

WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
WINDOWS = f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {WEBKIT}"
MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)"
ANDROID_APP = "Telegram-Android/11.5.3 (Google Pixel 7; Android 14; SDK 34; HIGH)"
IOS = "(iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"

NAMES = [
    (f"Mozilla/5.0 (Linux; Android 14; K) {WEBKIT} Chrome/131.0.0.0 Mobile Safari/537.36", "Chrome, Android"),
    (
        f"Mozilla/5.0 (Linux; Android 14; wv) {WEBKIT} Version/4.0 Chrome/131.0 Mobile {ANDROID_APP}",
        "Telegram, Android",
    ),
    (f"Mozilla/5.0 {IOS} Version/18.1 Mobile/15E148 Safari/604.1", "Safari, iPhone"),
    (f"Mozilla/5.0 {IOS} CriOS/131.0.6778.73 Mobile/15E148 Safari/604.1", "Chrome, iPhone"),
    (f"Mozilla/5.0 {IOS} Mobile/15E148", "iPhone"),
    (f"Mozilla/5.0 {IOS} Mobile/15E148 Telegram-iOS/11.5", "Telegram, iPhone"),
    ("Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0", "Firefox, Linux"),
    (f"Mozilla/5.0 (X11; Linux x86_64) {WEBKIT} QtWebEngine/6.7 Chrome/118.0 Safari/537.36", "Telegram Desktop, Linux"),
    (
        f"{WINDOWS} Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0",
        "Edge, Windows",
    ),
    (
        f"{WINDOWS} Chrome/130.0 YaBrowser/24.12 Safari/537.36",
        "Yandex, Windows",
    ),
    (f"{WINDOWS} Chrome/130.0 Safari/537.36 OPR/116.0", "Opera, Windows"),
    (f"{MAC} Version/18.1 Safari/605.1.15", "Safari, macOS"),
    (f"Mozilla/5.0 (X11; Linux x86_64) {WEBKIT} HeadlessChrome/131.0.0.0 Safari/537.36", "Chrome, Linux"),
    ("python-httpx/0.28.1", "python-httpx"),
    ("curl/8.10", "curl"),
    ("Mozilla/5.0", "?"),
    ("", "?"),
    ("<script>", "?"),
    ("х" * 500, "?"),
    ("a" * 500, "a" * 24),
]


@pytest.mark.parametrize(("user_agent", "name"), NAMES)
def test_names(user_agent: str, name: str) -> None:
    assert device_name(user_agent) == name
