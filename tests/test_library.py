"""The library face: what a notebook or a script uses."""

import pytest

import console
from console.errors import CredentialsError, QueryError
from console.services.blocked_notifications import BlockedNotification
from console.services.desktop_pools import POOLS, DesktopPoolQuery
from tests.cloud import Cloud


async def test_some_rows_are_fetched_with_their_types_and_as_the_cloud_wrote_them(
    cloud: Cloud,
) -> None:
    async with console.connect(cloud.profile()) as client:
        page = await console.fetch(client, "blocked", query_type="DESKTOP", limit=2_500)
    assert (len(page.records), len(page.rows), page.total) == (2_500, 2_500, 18_344)
    assert not page.incomplete
    first = page.records[0]
    assert isinstance(first, BlockedNotification)
    assert first.operate_time
    assert first.operate_time.tzinfo
    assert page.rows[0]["user_name"] == first.user_name


async def test_every_record_is_given_once(cloud: Cloud) -> None:
    async with console.connect(cloud.profile()) as client:
        names = [record async for record in console.records(client, "reviews")]
    assert len(names) == 340


async def test_sums_beside_the_rows_are_kept(cloud: Cloud) -> None:
    async with console.connect(cloud.profile()) as client:
        pools = POOLS.pages(client, DesktopPoolQuery())
        ids = [str(row["id"]) async for page in pools for row in page.rows]
        desktops = await console.fetch(client, "desktops", pool_id=ids[0], limit=1)
    assert isinstance(desktops.beside["on_demand_desktops_num"], int)
    assert not desktops.beside.keys() & {"pool_desktops", "total_count"}


async def test_a_wrong_value_is_refused_before_anything_is_sent(cloud: Cloud) -> None:
    async with console.connect(cloud.profile()) as client:
        with pytest.raises(QueryError, match="query_type"):
            await console.fetch(client, "blocked")
        with pytest.raises(QueryError, match="listing: must be one of"):
            await console.fetch(client, "nonsense")
    assert cloud.requests() == []


def test_without_a_profile_the_environment_leads_the_way(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in cloud.environ().items():
        monkeypatch.setenv(name, value)
    assert console.connect().profile.endpoint == cloud.url
    monkeypatch.delenv("HUAWEICLOUD_SDK_SK")
    with pytest.raises(CredentialsError, match="HUAWEICLOUD_SDK_SK"):
        console.connect()


def test_a_name_that_the_library_lacks_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="nonsense"):
        _ = console.nonsense
