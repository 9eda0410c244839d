"""From a region to the hosts of a service."""

import json
import socket
from importlib import resources

import pytest

from console.client.client import Client
from console.client.endpoints import Endpoints, checked, is_loopback, regions
from console.client.operation import TITLES, ServiceName
from console.errors import Exit, ServiceNotInRegionError, SettingsError, UnreachableError
from console.services.desktop_notifications import send_to_pool
from console.services.listing import named
from tests.cloud import Cloud


def endpoints(region: str = "cn-north-4", everywhere: str = "", **single: str) -> Endpoints:
    return Endpoints(region, everywhere=everywhere, single=single)


def test_the_table_holds_every_service_and_https_alone() -> None:
    table = json.loads(resources.files("console.client").joinpath("endpoints.json").read_text())
    assert TITLES.keys() <= table.keys()
    urls = [url for service in TITLES for hosts in table[service].values() for url in hosts]
    assert len(urls) >= 99
    assert all(checked(url) == url and url.startswith("https://") for url in urls)


def test_a_service_has_its_own_host_and_its_fail_over() -> None:
    assert endpoints().of("dataartsstudio") == ("https://dayu.cn-north-4.myhuaweicloud.com",)
    assert endpoints().of("codeartscheck") == (
        "https://codearts-check.cn-north-4.myhuaweicloud.com",
        "https://codearts-check.cn-north-4.myhuaweicloud.cn",
    )


def test_only_two_regions_have_all_four_services() -> None:
    four: tuple[ServiceName, ...] = ("workspace", "codeartscheck", "metastudio", "dataartsstudio")
    assert set.intersection(*(set(regions(s)) for s in four)) == {"cn-east-3", "cn-north-4"}


def test_a_service_that_a_region_lacks_is_a_named_state() -> None:
    with pytest.raises(ServiceNotInRegionError) as caught:
        endpoints("la-south-2").of("metastudio")
    assert caught.value.sentence == "MetaStudio does not exist in region la-south-2"
    assert caught.value.hint == "regions that have it: cn-east-3, cn-north-4"
    assert caught.value.exit_code is Exit.REFUSED


def test_iam_and_sts_serve_regions_that_have_no_host_of_their_own() -> None:
    assert endpoints("af-north-1").of("iam") == ("https://iam.myhuaweicloud.com",)
    assert endpoints("eu-west-101").of("sts") == ("https://sts.cn-north-4.myhuaweicloud.com",)


def test_an_override_for_one_service_wins_over_the_one_for_all() -> None:
    made = endpoints(everywhere="https://all.example.com/", iam="https://iam.example.com:8443")
    assert made.of("workspace") == ("https://all.example.com",)
    assert made.of("iam") == ("https://iam.example.com:8443",)


def test_an_override_may_name_fail_over_hosts() -> None:
    made = endpoints(iam="https://a.example.com, https://b.example.com:8443/")
    assert made.of("iam") == ("https://a.example.com", "https://b.example.com:8443")


async def test_a_read_goes_to_the_next_host_when_the_first_takes_no_connection(
    cloud: Cloud,
) -> None:
    with socket.socket() as nobody:  # bound and never listening: every connection is refused
        nobody.bind(("127.0.0.1", 0))
        dead = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        async with Client(cloud.profile(endpoint=f"{dead},{cloud.url}")) as client:
            assert await client.domain_id()
            (query,) = await named("notices").queries(client, {"type": "RESOURCE_LEFT"})
            pages = named("notices").pages(client, query)
            assert [len(page.rows) async for page in pages] == [1]


async def test_a_send_never_goes_to_another_host(cloud: Cloud) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        dead = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        async with Client(cloud.profile(endpoint=f"{dead},{cloud.url}")) as client:
            with pytest.raises(UnreachableError):
                await send_to_pool(client, "any", "text")
    assert cloud.requests() == []


@pytest.mark.parametrize(
    "url",
    [
        "",
        "host",
        "ftp://host",
        "https://",
        "https://host:0",
        "https://host:99999",
        "https://[::1",
        "https://host/path",
        "https://host?query",
        "https://user:fake@host",
        "https://user:fake@host:99999",
        "ftp://user:fake@host",
        "http://example.com",
        "http://10.0.0.1:80",
        "http://127.0.0.1.example.com",
    ],
)
def test_an_address_that_cannot_be_used_is_refused(url: str) -> None:
    with pytest.raises(SettingsError) as caught:
        checked(url)
    assert "fake" not in caught.value.sentence


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8900", "http://localhost", "http://[::1]:8900", "https://example.com"]
)
def test_plain_http_is_for_loopback_only(url: str) -> None:
    assert checked(f"{url}/") == url


@pytest.mark.parametrize(
    ("host", "local"),
    [("127.8.8.8", True), ("::1", True), ("localhost", True), ("8.8.8.8", False), ("a", False)],
)
def test_loopback_is_this_machine_alone(host: str, *, local: bool) -> None:
    assert is_loopback(host) is local
