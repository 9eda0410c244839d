"""The error panel: what went wrong, whole, in few lines, and harmless."""

from datetime import UTC, datetime
from itertools import count, islice
from typing import Final

import pytest

from console.app.widgets.error_panel import ErrorPanel
from console.errors import (
    CloudError,
    ConsoleError,
    PermissionDeniedError,
    Problem,
    QueryError,
    ThrottledError,
    UnreachableError,
)
from console.services.listing import named
from tests.app.host import SHANGHAI, Hosting, hosting
from tests.outside import OUTSIDE
from tests.printed import harmful

AT: Final = datetime(2026, 11, 20, 17, 12, 3, tzinfo=UTC)
REQUEST_ID: Final = "0123456789abcdef" * 2

REFUSED: Final = PermissionDeniedError(
    status=403,
    code="IAM.0001",
    message="no permission",
    detail="more words",
    request_id=REQUEST_ID,
    encoded_authorization_message="encoded",
    hint="ask for workspace:desktopPools:list",
)


def panel(running: Hosting) -> ErrorPanel:
    return running.pilot.app.query_one(ErrorPanel)


async def test_everything_is_told_in_six_lines() -> None:
    async with hosting(ErrorPanel()) as running:
        assert not panel(running).display
        stale = "rows below are from 01:10:00"
        panel(running).show(REFUSED, at=AT, stale=stale, zone=SHANGHAI)
        await running.pilot.pause()
        text = running.text()
        for told in (
            "Not permitted · 01:12:03 CST",
            "no permission",
            stale,
            f"code IAM.0001 · request id {REQUEST_ID} · HTTP 403",
            "detail: more words",
            "hint: ask for workspace:desktopPools:list",
            "D decodes which rule refused",
        ):
            assert told in text
        assert text.count("IAM.0001") == 1
        assert panel(running).size.height <= 6
        panel(running).show(None, at=AT)
        assert not panel(running).display
        assert panel(running).error is None


async def test_what_does_not_fit_is_reached_by_scrolling() -> None:
    sentence = " ".join(f"word{n}" for n in range(100))
    async with hosting(ErrorPanel(), size=(40, 12)) as running:
        panel(running).show(CloudError(status=500, code="X.1", message=sentence), at=AT)
        panel(running).focus()
        await running.pilot.pause()
        assert panel(running).outer_size.height <= 4
        seen = running.text()
        while panel(running).scroll_offset.y < panel(running).max_scroll_y:
            await running.press("pagedown")
            seen += running.text()
        assert all(f"word{n}" in seen for n in range(100))


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (40, 10)])
async def test_code_and_request_id_are_seen_however_long_the_sentence_is(
    size: tuple[int, int],
) -> None:
    error = CloudError(
        status=500, code="WKS.00010011", message="word " * 200, request_id=REQUEST_ID, hint="end"
    )
    async with hosting(ErrorPanel(), size=size) as running:
        panel(running).show(error, at=AT)
        await running.pilot.pause()
        panel(running).screen.set_focus(None)
        await running.pilot.pause()
        assert "… tab ↓ more" in running.text()
        for keys in ("tab", "end"):
            assert "code WKS.00010011 · request id" in running.text(), keys
            assert REQUEST_ID in running.text(), keys
            await running.press(keys)
        assert "… ↓ more" in running.text()
        assert "hint: end" in running.text()
        panel(running).show(REFUSED, at=AT)
        await running.pilot.pause()
        assert ("↓ more" in running.text()) is (size[0] == 40)


async def test_the_request_id_is_copied_whole() -> None:
    async with hosting(ErrorPanel(), size=(20, 24)) as running:
        panel(running).show(REFUSED, at=AT)
        panel(running).focus()
        await running.press("y", "escape")
        unreachable = UnreachableError("nobody\x1b answers", host="h", request_left=False)
        panel(running).show(unreachable, at=AT)
        await running.press("y", "D")
        copied = running.posted(ErrorPanel.Copied)
        assert [(each.text, each.what) for each in copied] == [
            (REQUEST_ID, "request id"),
            ("nobody␛ answers", "error"),
        ]
        assert len(running.posted(ErrorPanel.Left)) == 1
        assert running.posted(ErrorPanel.DecodeAsked) == []


async def test_decoding_is_asked_for_where_there_is_something_to_decode() -> None:
    async with hosting(ErrorPanel()) as running:
        panel(running).show(REFUSED, at=AT)
        panel(running).focus()
        await running.press("D")
        assert [each.error for each in running.posted(ErrorPanel.DecodeAsked)] == [REFUSED]
        panel(running).show_decoded('{"allowed":false,"x\\u001b[2J":["[/]"]}')
        await running.pilot.pause()
        assert '"allowed": false' in running.text()
        assert harmful("".join(running.lines())) == set()
        panel(running).show_decoded("no JSON\x1b[2J [/]")
        await running.pilot.pause()
        assert "no JSON␛[2J [/]" in running.text()
        panel(running).show(ThrottledError(status=429, retry_after=12.0), at=AT)
        await running.pilot.pause()
        assert "decoded" not in running.text()
        assert "the cloud asks to wait 12 s" in running.text()


async def test_a_wrong_query_names_the_fields_by_their_titles() -> None:
    error = QueryError(
        [Problem("query_type", "is mandatory"), Problem("unknown [/]", "is no parameter")]
    )
    async with hosting(ErrorPanel()) as running:
        panel(running).show(error, at=AT, listing=named("blocked"))
        await running.pilot.pause()
        assert "Scope is mandatory" in running.text()
        assert "unknown [/] is no parameter" in running.text()


@pytest.mark.parametrize("size", [(160, 200), (20, 6), (1, 1)])
async def test_no_text_from_outside_drives_the_terminal(size: tuple[int, int]) -> None:
    async with hosting(ErrorPanel(), size=size) as running:
        panel(running).focus()
        texts = iter(OUTSIDE.values())
        for number in count():
            some = [*islice(texts, 7)]
            if not some:
                break
            one, two, three, four, five, six, seven = (some * 7)[:7]
            error: ConsoleError = CloudError(
                status=500,
                code=one,
                message=two,
                detail=three,
                request_id=four,
                encoded_authorization_message="x",
                hint=five,
            )
            if number == 9:
                error = QueryError([Problem(text, text) for text in OUTSIDE.values()])
            panel(running).show(error, at=AT, stale=six)
            panel(running).show_decoded(seven)
            panel(running).action_copy()
            await running.pilot.pause()
            assert harmful("".join(running.lines())) == set()
        assert not any(
            harmful(each.text, allowed="\n\t") for each in running.posted(ErrorPanel.Copied)
        )


async def test_markup_is_shown_as_it_is() -> None:
    async with hosting(ErrorPanel()) as running:
        error = CloudError(status=500, message="[@click=app.quit]x[/]", hint="x [/] y")
        panel(running).show(error, at=AT, stale="[red]z[/red]")
        await running.pilot.pause()
        for text in ("[@click=app.quit]x[/]", "hint: x [/] y", "[red]z[/red]"):
            assert text in running.text()
