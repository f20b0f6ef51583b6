"""A CRM's own table of what happens at the desk: every event once, whatever is killed meanwhile."""

import asyncio
import json
import os

import aiohttp
import asyncpg
import nats

URL, DB, NATS, TOKEN = (os.environ[name] for name in ("TIKETHET_URL", "CRM_DATABASE_URL", "NATS_URL", "TIKETHET_TOKEN"))
TABLE = "CREATE TABLE IF NOT EXISTS crm (id uuid PRIMARY KEY, epoch text, position int8, type text, data text)"
TAKE = "INSERT INTO crm VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING"  # an event keeps its id for ever
AUTH, ME = {"Authorization": f"Bearer {TOKEN}"}, "/api/v1/accounts/me"


async def follow() -> None:
    await asyncio.sleep(0.5)
    async with asyncpg.create_pool(DB, min_size=1) as db, aiohttp.ClientSession(URL, headers=AUTH) as api:
        await db.execute(TABLE)
        epoch = (await api.get(ME, raise_for_status=True)).headers["Tikethet-Epoch"]
        after = await db.fetchval("SELECT coalesce(max(position), 0) FROM crm WHERE epoch = $1", epoch)
        my = await (await api.put(f"{ME}/consumers/1", json={"after": after}, raise_for_status=True)).json()
        while after < my["last"]:  # what was missed comes from the log, however old it is
            page = await (await api.get(f"/api/v1/events?limit=1000&after={after}", raise_for_status=True)).json()
            for e in page["items"]:
                await db.execute(TAKE, e["id"], e["epoch"], e["position"], e["type"], json.dumps(e["data"]))
            after = page["position"]
        async with await nats.connect(NATS, token=TOKEN, inbox_prefix=my["inbox_prefix"].encode()) as bus:
            pull = await bus.jetstream(prefix=my["api_prefix"]).pull_subscribe_bind(my["name"], stream=my["stream"])
            while h := (m := (await pull.fetch(1, timeout=5))[0]).headers:  # quiet for so long: begin again
                await db.execute(TAKE, h["ce-id"], h["ce-epoch"], int(h["ce-position"]), h["ce-type"], m.data.decode())
                await m.ack()  # only now: it is in the table


while True:
    try:
        asyncio.run(follow())
    except Exception as why:  # noqa: BLE001 - whatever is away or says no: tell it, and begin again from the table
        print("beginning again:", why, flush=True)
