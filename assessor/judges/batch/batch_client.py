"""How batches travel: a few plain requests through the judge's own kind of client."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping
from typing import Any

from assessor.ambient import Ambient
from assessor.bodies import TooMuch
from assessor.errors import JudgeError, JudgeRejected, JudgeUnavailable
from assessor.judges.completion import read_body
from assessor.judges.faults import own_words, sort_fault
from assessor.judges.reach import broken_off, is_page

# Seconds before a question is put again that changes nothing at the host.
_WAITS = (1.0, 3.0, 9.0)
# The longest that a whole answer may take, however steadily it drips: of a few words, and of what
# holds many requests or replies.
_FOR_WORDS, _FOR_FILES = 600.0, 3600.0
_NOT_THERE = 404
# The code for what was at a host, and is not any more.
GONE = "gone"
# A collection, what is in it and its part, by names that lead nowhere else.
_PLAIN = re.compile(r"(?:/(?!\.\.?(?:/|$))(?:[\w.:~@=+-]|%(?!2[EFef]))+){1,6}")
_NONE: Mapping[str, object] = {}
_NO_BATCH = frozenset({404, 405, 501})


class BatchClient:
    """Sends requests to a host's batch endpoint. Raises JudgeError and nothing else.

    `client` is an `AsyncOpenAI`: it sends the key to this host alone and follows no redirect.
    `of_files` is another one, which takes bodies as large as a file of replies is.
    """

    def __init__(
        self, client: Any, where: str, base_url: str, ambient: Ambient, of_files: Any = None
    ) -> None:
        # Any: the SDK's own type comes with its import, which is late.
        self._client = client
        self._of_files = of_files or client
        self.where = where
        self._base_url = base_url
        self._ambient = ambient

    async def file(self, path: str) -> bytes:
        """Return the file of replies that stands at `path`; the code is GONE where none does."""
        return await self._named(self._of_files, path, many=True)

    async def look(self, path: str) -> Mapping[str, object]:
        """Return the batch that stands at `path`; the code is GONE where none does any more."""
        return read_body(await self._named(self._client, path), self.where)

    async def read(self, path: str, **params: object) -> Mapping[str, object]:
        """Return the object that stands at `path`."""
        return read_body(await self._get(self._client, path, params=params), self.where)

    async def _named(self, client: Any, path: str, *, many: bool = False) -> bytes:
        try:
            return await self._get(client, path, many=many)
        except JudgeRejected as error:
            if getattr(error.__cause__, "status_code", 0) != _NOT_THERE:
                raise
            what = f"{self.where}: has nothing at {path} any more"
            raise JudgeRejected(what, code=GONE) from error

    async def _get(
        self, client: Any, path: str, *, many: bool = False, params: Mapping[str, object] = _NONE
    ) -> bytes:
        """Return what stands at `path`, asked a few times where the host is out of reach."""
        options = {"params": dict(params)}
        for wait in _WAITS:
            try:
                return await self._send(client.get, path, many=many, options=options)
            except JudgeError as error:
                if not error.retryable:
                    raise
            await self._ambient.sleep(wait)
        return await self._send(client.get, path, many=many, options=options)

    async def post(self, path: str, body: Mapping[str, object]) -> Mapping[str, object]:
        """Hand in `body`, once: what became of it where no answer came is found out later."""
        return read_body(
            await self._send(self._client.post, path, many=True, body=dict(body)), self.where
        )

    async def upload(
        self, path: str, name: str, content: bytes, fields: Mapping[str, object]
    ) -> Mapping[str, object]:
        """Hand in a file, once."""
        # It takes as long as a file of replies, whose client waits for that.
        sent = await self._send(
            self._of_files.post,
            path,
            many=True,
            body=dict(fields),
            files=[("file", (name, content, "application/jsonl"))],
            options={"headers": {"Content-Type": "multipart/form-data"}},
        )
        return read_body(sent, self.where)

    async def delete(self, path: str) -> None:
        """Delete what stands at `path`; where nothing does, that is as well."""
        await self._send(self._client.delete, path, gone=b"{}")

    async def close(self) -> None:
        """Close the clients' connections."""
        await self._client.close()
        if self._of_files is not self._client:
            await self._of_files.close()

    async def _send(
        self,
        send: Callable[..., Any],
        path: str,
        *,
        gone: bytes = b"",
        many: bool = False,
        **more: Any,
    ) -> bytes:
        if not _PLAIN.fullmatch(path):
            # A name came from the host, or from a memory that came with a folder: no way elsewhere.
            raise JudgeRejected(f"{self.where}: {path!r} names nothing of a batch", code="at_host")
        import httpx2  # noqa: PLC0415  # comes with openai, and as late
        import openai  # noqa: PLC0415  # half a second of import that --help must not pay for

        try:
            async with asyncio.timeout(_FOR_FILES if many else _FOR_WORDS):
                response = await send(path, cast_to=httpx2.Response, **more)
            content: bytes = response.content
        except openai.APIStatusError as error:
            if error.status_code == _NOT_THERE and gone:
                return gone
            raise self._refused(error) from error
        except (TooMuch, TimeoutError, openai.OpenAIError) as error:
            raise broken_off(error, self.where, self._base_url) from error
        if is_page(content):
            raise no_batches(self.where)
        return content

    def _refused(self, error: Any) -> JudgeError:
        status, headers = error.status_code, error.response.headers
        found = sort_fault(status, error.body, headers, self.where, self._ambient.now())
        if status in _NO_BATCH:
            found = no_batches(self.where)
        elif not isinstance(found, JudgeRejected | JudgeUnavailable):
            # No student's text is in what these requests name, but for a line that was refused.
            said = own_words(error.body)
            code = "at_host"
            found = JudgeRejected(f"{self.where}: refused the batch ({said})", code=code)
        return found


def no_batches(where: str) -> JudgeRejected:
    """Return the error for a host that takes no batches."""
    return JudgeRejected(
        f"{where}: has no batch endpoint; leave out --tier batch to be read at once at the full "
        "price, or take --tier flex where the host has that",
        code="tier",
    )
