"""Who and what the examples are about."""

from typing import Any, Final

Example = dict[str, Any]
TICKET_ID: Final = "01995d2e-7c00-7a5b-8a58-3f6c2b1d9e01"
MESSAGE_ID: Final = "01995d30-1a80-7c11-9b02-5d7e4f8a6c02"
FILE_ID: Final = "01995d2f-9b00-7d42-8c03-6e8f5a9b7d06"
CUSTOMER_ID: Final = "01995d20-0000-7e4d-a111-0c9b8a7d6e03"
HELPER_ID: Final = "01995d20-0001-7f21-b222-1d0c9b8a7f04"
CATEGORY_ID: Final = "01980000-0000-7000-8000-000000000005"
NOTIFICATION_ID: Final = "4c1f3f0a-5b7c-4d6e-8f90-1a2b3c4d5e07"
BROADCAST_ID: Final = "01995d40-0000-7a5b-8a58-3f6c2b1d9e09"
