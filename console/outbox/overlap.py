"""Whom a message would reach that an earlier one reached already, or may have."""

from console.outbox.send import Send, Target


def overlap(target: Target, earlier: Send) -> int:
    """Return how many desktops of `target` an earlier send to the same project may have reached.

    What is known of its course counts: a desktop that it failed to reach is none of them, unless
    the target is the very same. For that one, it is at least one. Desktops that were chosen from
    several pools are in none that is known, so of them only a course can tell.
    """
    before = earlier.target
    if target.key == before.key:
        return max(target.desktops or 0, 1)
    course = {each.desktop_id: each.state for each in earlier.desktops if each.desktop_id}
    missed = {desktop_id for desktop_id, state in course.items() if state == "failed"}
    if target.kind == "pool":
        inside = before.kind == "desktops" and _same_pool(target, before)
        return len(set(before.desktop_ids) - missed) if inside else 0
    ids = set(target.desktop_ids) - missed
    if before.kind == "desktops":
        return len(ids & set(before.desktop_ids))
    told = earlier.ended and course  # it names all that it worked on
    maybe = set() if told or not _same_pool(target, before) else ids
    return len(maybe | (ids & set(course)))


def _same_pool(one: Target, other: Target) -> bool:
    return bool(one.pool_id) and one.pool_id == other.pool_id
