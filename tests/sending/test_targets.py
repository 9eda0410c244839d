"""Names become pools and ids become desktops; none is guessed."""

from dataclasses import replace

import pytest

from console.client.client import Client
from console.outbox.send import DesktopCourse, Outcome, Place, Send, Target
from console.sending import targets
from console.sending.name import same
from console.sending.targets import TargetError
from console.services.desktop_pools import DesktopPool
from console.services.desktops import DESKTOPS, DesktopQuery
from tests.client.wire import client_of, document, serving
from tests.cloud import Cloud


def pool(name: str, pool_id: str, **more: object) -> DesktopPool:
    return DesktopPool(id=pool_id, name=name, **more)  # type: ignore[arg-type] # pydantic checks it


TWINS = [pool("QA", "1111-a"), pool("QA", "2222-b"), pool("Sandbox-01", "3333-c")]


def test_a_pool_is_found_by_its_exact_name_or_id() -> None:
    assert targets.pool_called("Sandbox-01", TWINS) is TWINS[2]
    assert targets.pool_called("2222-b", TWINS) is TWINS[1]


@pytest.mark.parametrize(
    ("word", "said", "candidates"),
    [
        ("QA", "2 pools are called 'QA': QA (1111-a), QA (2222-b)", TWINS[:2]),
        ("qa", "there is no pool 'qa'", TWINS[:2]),
        ("sandbox-01", "there is no pool", TWINS[2:]),
        ("sand", "there is no pool", TWINS[2:]),
        ("Sandbx-01", "there is no pool", TWINS[2:]),
        ("3333", "there is no pool", TWINS[2:]),
        ("nothing like it", "there is no pool", []),
        ("", "there is no pool", []),
    ],
)
def test_a_name_that_is_not_exactly_one_pools_is_refused_with_candidates(
    word: str, said: str, candidates: list[DesktopPool]
) -> None:
    with pytest.raises(TargetError) as caught:
        targets.pool_called(word, TWINS)
    assert said in caught.value.sentence
    assert [f"({each.id})" in caught.value.args[0] + caught.value.hint for each in TWINS] == [
        each in candidates for each in TWINS
    ]
    assert caught.value.hint
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("name", ["B\u00fcro", "Bu\u0308ro"])
def test_a_name_is_found_however_its_letters_are_composed(name: str) -> None:
    offices = [pool(name, "4444-d"), *TWINS]
    for word in ("B\u00fcro", "Bu\u0308ro"):
        assert targets.pool_called(word, offices) is offices[0]
    with pytest.raises(TargetError, match="2 pools are called"):
        targets.pool_called("B\u00fcro", [*offices, pool("Bu\u0308ro", "5555-e")])


@pytest.mark.parametrize(
    ("typed", "name", "is_same"),
    [
        ("QA", "QA", True),
        (" QA\n", "QA ", True),
        ("qa", "QA", False),
        ("B\u00fcro", "Bu\u0308ro", True),
        ("ab", "a\u200bb\u2060", True),
        ("a\u3164b", "ab", True),
        ("", "\u200b", False),
        ("\u200b", "\u200b", False),
        ("", " ", False),
    ],
)
def test_a_name_that_is_typed_is_compared_as_it_can_be_read(
    typed: str, name: str, *, is_same: bool
) -> None:
    assert same(typed, name) is is_same


def test_a_target_whose_name_cannot_be_read_is_named_by_its_id() -> None:
    assert targets.typed_for(Target("pool", "p-1", "\u200bQA")) == "\u200bQA"
    assert targets.typed_for(Target("pool", "p-1", " \u3164")) == "p-1"
    assert targets.typed_for(Target("desktops", "", "\u200b", ("d-1",))) == "d-1"


def test_names_from_the_cloud_are_safe_in_the_sentence() -> None:
    evil = [pool("x\x1b]0;y\x07", "1\u202e"), pool("x\x1b]0;y\x07", "2")]
    with pytest.raises(TargetError) as caught:
        targets.pool_called("x\x1b]0;y\x07", evil)
    assert caught.value.sentence.isprintable()


@pytest.mark.parametrize(
    ("more", "remarks"),
    [
        ({"status": "STEADY", "desktop_count": 3}, ()),
        ({"status": "TEMPORARY"}, ("is in transition: the cloud may refuse",)),
        ({"status": "STEADY", "desktop_count": 0}, ("has no desktops: nobody will get it",)),
    ],
)
def test_what_the_sender_should_know_of_a_pool_is_said(
    more: dict[str, object], remarks: tuple[str, ...]
) -> None:
    assert targets.of_pool(pool("QA", "1", **more)).remarks == remarks


async def test_pools_and_desktops_are_found_with_who_is_connected(client: Client) -> None:
    pages = DESKTOPS.pages(client, DesktopQuery(pool_id=await id_of(client, "QA-Linux")))
    linux = [each async for page in pages for each in DESKTOPS.records(page.rows)]
    ids = [str(each.desktop_id) for each in linux]

    found = await targets.found(client, ["研发一部", "研发一部"], [*ids, ids[0]])
    first, second = await targets.with_connected(client, found)
    assert (first.target.kind, first.target.name, first.target.desktops) == ("pool", "研发一部", 13)
    assert first.connected is not None
    assert 0 < first.connected <= 13
    assert second.target == Target(
        "desktops",
        await id_of(client, "QA-Linux"),
        ", ".join(str(each.computer_name) for each in linux),
        tuple(ids),
        len(ids),
    )
    assert second.connected == sum(each.login_status == "CONNECTED" for each in linux)


async def test_a_desktop_of_a_pool_that_is_a_target_too_is_refused(client: Client) -> None:
    pool_id = await id_of(client, "QA-Linux")
    pages = DESKTOPS.pages(client, DesktopQuery(pool_id=pool_id), most=1)
    (desktop,) = [each async for page in pages for each in DESKTOPS.records(page.rows)]
    with pytest.raises(TargetError, match="would get the message twice"):
        await targets.found(client, [pool_id], [str(desktop.desktop_id)])


async def test_an_unknown_desktop_is_refused_by_its_id(client: Client) -> None:
    with pytest.raises(TargetError, match="there is no desktop d-1, d-2"):
        await targets.found(client, [], ["d-1", "d-2"])


async def test_how_many_are_connected_is_no_reason_not_to_send(
    client: Client, cloud: Cloud
) -> None:
    found = await targets.found(client, ["QA-Linux"], [])
    cloud.script({"action": "answer", "path": "/desktops$", "status": 403})
    (reached,) = await targets.with_connected(client, [replace(found[0], connected=5)])
    assert reached.connected is None
    assert reached.target == found[0].target


async def test_pools_of_several_pages_are_compared_all() -> None:
    rows = [{"id": f"p-{number}", "name": "same"} for number in (1, 2)]
    replies = [
        document({"desktop_pools": rows[:1], "total_count": 2}),
        document({"desktop_pools": rows, "total_count": 2}),
    ]
    async with serving(*replies) as wire, client_of(wire, seconds=10) as client:
        with pytest.raises(TargetError, match="2 pools are called 'same'"):
            await targets.found(client, ["same"], [])


def test_the_desktops_that_a_send_missed_are_a_target() -> None:
    desktops = (
        DesktopCourse("d-1", "DEV-1", "li", "delivered"),
        DesktopCourse("d-2", "DEV-2", "wang", "failed", "shut off"),
        DesktopCourse("d-3", "", "", "failed"),
    )
    send = Send(
        1,
        Place("p", "r", "i", "d", "e"),
        Target("pool", "p-1", "QA"),
        "text",
        "",
        written_at=None,  # type: ignore[arg-type] # it plays no part
        outcome=Outcome.ACCEPTED,
        desktops=desktops,
    )
    assert targets.without_message(send) == Target(
        "desktops", "p-1", "DEV-2, d-3", ("d-2", "d-3"), 2
    )
    again = replace(
        send,
        id=2,
        resend_of=1,
        target=Target("desktops", "p-1", "DEV-2, d-3", ("d-2", "d-3")),
        desktops=(
            DesktopCourse("d-2", "DEV-2", "wang", "failed", "shut off"),
            DesktopCourse("d-3", "", "", "delivered"),
        ),
    )
    left = Target("desktops", "p-1", "DEV-2", ("d-2",), 1)
    assert targets.without_message(send, [again]) == left
    reached = DesktopCourse("d-2", "DEV-2", "wang", "delivered")
    third = replace(again, id=3, resend_of=2, target=left, desktops=(reached,))
    for each in (third, replace(third, desktops=(replace(reached, state="pending"),))):
        repeats = targets.repeats_of(1, [each, again, send])
        assert [one.id for one in repeats] == [3, 2]
        assert targets.without_message(send, repeats) is None
        assert targets.without_message(again, targets.repeats_of(2, [each])) is None
    for outcome, none in (
        (Outcome.UNKNOWN, True),
        (Outcome.GOING, True),
        (Outcome.REJECTED, False),
    ):
        repeats = targets.repeats_of(1, [again, replace(third, outcome=outcome, desktops=())])
        assert (targets.without_message(send, repeats) is None) is none


async def id_of(client: Client, name: str) -> str:
    return str(targets.pool_called(name, await targets.every_pool(client)).id)
