"""The desk's figures and its table, through the gateway."""

import csv
import io

from tests.system.conftest import Arrive
from tests.system.test_a_tickets_life import opened


async def test_figures_and_table(arrive: Arrive) -> None:
    customer, admin = await arrive("customer"), await arrive("admin")
    ticket = await opened(customer)
    seen = await admin.get("statistics/dashboard", tz="Europe/Moscow")
    assert seen["today"]["opened"] >= 1
    found = await admin.get("statistics/tickets", group="category")
    assert sum(group["figures"]["tickets"] for group in found["groups"]) == found["total"]["tickets"] >= 1
    headers = {"Authorization": f"Bearer {admin.token}"}
    async with admin.http.get("/api/v1/export/tickets.csv?status=OPEN", headers=headers) as answer:
        assert (answer.status, answer.content_type) == (200, "text/csv")
        rows = list(csv.reader(io.StringIO((await answer.read()).decode("utf-8-sig"), newline="")))
    assert str(ticket["number"]) in [row[0] for row in rows[1:]]
