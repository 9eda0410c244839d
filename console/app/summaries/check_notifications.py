"""Checks: how many rules there are, and how many of them tell nobody or differ."""

from datetime import UTC, datetime

from console.app.rules import events, is_silent, tells_nobody
from console.app.summary import Summary, Urgency
from console.client.client import Client
from console.library import fetch
from console.services.check_notifications import CheckNotification


async def summary(client: Client, now: datetime) -> Summary:
    """Return how many rules there are, and how many of them tell nobody or differ.

    Raises:
        ConsoleError: the cloud refused, or could not be reached.
    """
    del now  # nothing here depends on the time
    found = await fetch(client, "checks")
    records = [each for each in found.records if isinstance(each, CheckNotification)]
    rules = [each for each in records if not is_silent(each)]
    silent = len(records) - len(rules)
    nobody = sum(tells_nobody(each) for each in rules)
    by_event = events(records)
    differing = sum(bool(event.differences()) for event in by_event)
    facts = []
    if nobody:
        facts.append(f"{_rules(nobody)} nobody")
    if differing:
        facts.append(f"{differing} of {len(by_event)} events differ by scope")
    if silent:
        facts.append(f"the cloud said nothing of {silent} rule{'s' * (silent != 1)}")
    if found.incomplete:
        facts.append("the tenant's alone: no CodeArts project is set")
    urgency: Urgency = "notice" if nobody or differing or not rules else "calm"
    count = f"{len(rules)} rule{'s' * (len(rules) != 1)}"
    return Summary(count, "; ".join(facts), urgency, found.fetched_at or datetime.now(UTC))


def _rules(number: int) -> str:
    return "1 rule tells" if number == 1 else f"{number} rules tell"
