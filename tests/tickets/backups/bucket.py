"""A bucket on loopback: as much of S3's protocol as writing and reading objects of any size takes."""

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web
from aiohttp.test_utils import TestServer

KEYS = {"AWS_ACCESS_KEY_ID": "of-the-tests", "AWS_SECRET_ACCESS_KEY": "of-the-tests-only", "AWS_REGION": "eu-test-1"}


@dataclass
class Bucket:
    """What lies in it by path, who came with which key, and the parts of what is still coming."""

    objects: dict[str, bytes] = field(default_factory=dict)
    callers: set[str] = field(default_factory=set)
    environment: dict[str, str] = field(default_factory=dict)
    """What a process needs to reach it."""
    _parts: dict[str, dict[int, bytes]] = field(default_factory=dict)

    async def answer(self, request: web.Request) -> web.Response:
        """One request, the bucket's name in front of the path."""
        path, query = request.match_info["path"], request.query
        self.callers.add(request.headers.get("Authorization", "").partition("Credential=")[2].partition("/")[0])
        match request.method:
            case "PUT" if "partNumber" in query:
                self._parts[query["uploadId"]][int(query["partNumber"])] = await request.read()
                return web.Response(headers={"ETag": f'"{query["partNumber"]}"'})
            case "POST" if "uploads" in query:
                self._parts[path] = {}
                said = f"<InitiateMultipartUploadResult><UploadId>{path}</UploadId></InitiateMultipartUploadResult>"
                return web.Response(text=said, content_type="application/xml")
            case "POST":
                parts = self._parts.pop(query["uploadId"])
                self.objects[path] = b"".join(parts[number] for number in sorted(parts))
                said = '<CompleteMultipartUploadResult><ETag>"whole"</ETag></CompleteMultipartUploadResult>'
                return web.Response(text=said, content_type="application/xml")
            case "PUT":
                self.objects[path] = await request.read()
                return web.Response(headers={"ETag": '"put"'})
            case _ if path not in self.objects:
                return web.Response(status=404)
            case _:
                return self._read(request, self.objects[path])

    def _read(self, request: web.Request, content: bytes) -> web.Response:
        head = {"ETag": f'"{hashlib.sha256(content).hexdigest()}"', "Last-Modified": "Sun, 01 Mar 2026 03:15:00 GMT"}
        if request.method == "HEAD":
            return web.Response(headers=head | {"Content-Length": str(len(content))})
        wanted = request.http_range
        if wanted.start is None:
            return web.Response(body=content, headers=head)
        start, end = wanted.start, min(wanted.stop or len(content), len(content))
        head["Content-Range"] = f"bytes {start}-{end - 1}/{len(content)}"
        return web.Response(status=206, body=content[start:end], headers=head)


async def _closed(_request: web.Request) -> web.Response:
    return web.Response(status=403)


@asynccontextmanager
async def serving(name: str) -> AsyncIterator[Bucket]:
    """A bucket of that name, empty; any other is closed."""
    bucket, app = Bucket(), web.Application(client_max_size=64 * 1024 * 1024)
    app.router.add_route("*", f"/{name}/{{path:.*}}", bucket.answer)
    app.router.add_route("*", "/{path:.*}", _closed)
    async with TestServer(app, host="127.0.0.1") as server:
        bucket.environment = KEYS | {"AWS_ENDPOINT_URL": str(server.make_url("")).rstrip("/"), "AWS_ALLOW_HTTP": "true"}
        yield bucket
