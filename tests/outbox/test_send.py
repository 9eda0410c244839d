"""What the outbox holds."""

from dataclasses import replace

import pytest

from console.outbox.send import Outcome, Target, hash_of
from tests.outbox.making import DESKTOPS, OTHER, PLACE, POOL


def test_a_target_is_the_same_whatever_it_is_called() -> None:
    assert POOL.key == replace(POOL, name="another", desktops=99).key
    assert POOL.key != OTHER.key


def test_desktops_are_the_same_in_any_order_and_from_any_pool() -> None:
    turned = replace(DESKTOPS, desktop_ids=("d-1", "d-2", "d-1"), pool_id="")
    assert DESKTOPS.key == turned.key
    assert DESKTOPS.key != replace(DESKTOPS, desktop_ids=("d-1",)).key


def test_a_pool_and_a_desktop_of_one_id_differ() -> None:
    assert Target("pool", "x", "").key != Target("desktops", "x", "", ("x",)).key


def test_ids_that_run_together_differ() -> None:
    one, two = (Target("desktops", "", "", ids) for ids in [("a, b",), ("a", "b")])
    assert one.key != two.key


def test_a_place_is_the_same_through_any_profile() -> None:
    assert PLACE.key == replace(PLACE, profile="other", domain_id="").key
    assert PLACE.key != replace(PLACE, project_id="p2").key
    assert PLACE.key != replace(PLACE, endpoint="https://other.example").key


def test_any_text_has_a_hash() -> None:
    assert hash_of("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert len({hash_of(each) for each in ("a", "a ", "a\0", "\ud800", "\ud801")}) == 5


@pytest.mark.parametrize("outcome", Outcome)
def test_what_is_on_its_way_is_not_settled(outcome: Outcome) -> None:
    assert outcome.settled is (outcome not in {Outcome.WRITTEN, Outcome.GOING})
