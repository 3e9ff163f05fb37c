"""The words that the mock's data are written with: plain, accented, wide, quoted, empty."""

TOPICS = ("support", "delivery", "billing", "café-order", "release", "smalltalk", "заказ", "on-call")
DISPLAY_NAMES = (
    "Conversation with Ashley",
    "",
    "Größe & Maß",
    'The "quoted" one',
    "お客様サポート",
    "Team 🚀👩‍👩‍👧",
    "C:\\temp\\new",
    "  spaces around  ",
    "<b>bold</b>",
    "100 % a+b=c/d?e#f",
)
FIRST_NAMES = (
    "ashley", "bjørn", "chloë", "dmitri", "élodie", "fatima", "george", "hélène", "ivan", "jörg", "kenji",
    "léa", "maría", "nguyễn", "olga", "priya", "zoë", "小明",
)  # fmt: skip
FULL_NAMES = ("Ashley Arthur", "", "Zoë O'Neill", "山田 太郎", 'Robert "Bob" Smith', "نور", "Anna-Lena 🎈")
TEXTS = (
    "Hello World",
    "",
    "Grüße aus Köln",
    "👍🏽",
    'She said "yes" \\o/',
    "line one\nline two\ttabbed",
    "你好，世界",  # noqa: RUF001 - text is meant to be awkward
    "null",
    "{{template}} & <i>markup</i>",
    "a" * 300,
    "مرحبا",
    "1e400",
)
CUSTOM_TYPES = ("custom:my_event", "custom:order-shipped", "custom:typing", "custom:v2.poll", "custom:text")
CUSTOM_BODIES: tuple[dict[str, object], ...] = (
    {"my": "Custom Data"},
    {},
    {"order": {"id": 9007199254740991, "lines": [1, 2.5, None, True]}},
    {"text": ""},
    {"type": "text", "emoji": "🧩"},
)
