"""Blocks and frames as shapes, so that they meet whatever font a viewer has."""

from collections.abc import Iterator, Mapping
from typing import Final, TypeAlias

WIDTH: Final = 9
"""Units across a cell."""

HEIGHT: Final = 18
"""Units from the top of a cell to its end."""

Box: TypeAlias = tuple[float, float, float, float]
"""Left, top, right and end of a rectangle, from the left top corner of a cell."""

_ARMS: Final[Mapping[str, str]] = {
    "─": "lr", "│": "ud", "┌": "dr", "┐": "dl", "└": "ur", "┘": "ul",
    "├": "udr", "┤": "udl", "┬": "dlr", "┴": "ulr", "┼": "udlr",
    "╴": "l", "╵": "u", "╶": "r", "╷": "d",
    "╭": "dr", "╮": "dl", "╰": "ur", "╯": "ul",
    "━": "LR", "┃": "UD", "┏": "DR", "┓": "DL", "┗": "UR", "┛": "UL",
    "┣": "UDR", "┫": "UDL", "┳": "DLR", "┻": "ULR", "╋": "UDLR",
}  # fmt: skip
"""The arms of a frame's sign: up, down, left, right; capital letters where they are thick."""

_QUARTERS: Final[Mapping[str, str]] = {
    "▖": "c", "▗": "d", "▘": "a", "▝": "b", "▙": "acd", "▚": "ad", "▛": "abc", "▜": "abd",
    "▞": "bc", "▟": "bcd",
}  # fmt: skip
"""The quarters that a sign fills: a and b above, c and d below."""

_ROUND: Final = "╭╮╰╯"
_LOWER: Final = "▁▂▃▄▅▆▇█"
_LEFT: Final = "▏▎▍▌▋▊▉"
_OTHERS: Final[Mapping[str, Box]] = {
    "▀": (0, 0, WIDTH, HEIGHT / 2),
    "▔": (0, 0, WIDTH, HEIGHT / 8),
    "▐": (WIDTH / 2, 0, WIDTH, HEIGHT),
    "▕": (WIDTH * 7 / 8, 0, WIDTH, HEIGHT),
}


def is_drawn(character: str) -> bool:
    """Tell whether a character is drawn as shapes rather than written."""
    return bool(character) and (
        character in _LOWER + _LEFT + "═"
        or any(character in known for known in (_ARMS, _QUARTERS, _OTHERS))
    )


def path(text: str, x: int, y: int) -> str:
    """Return the path of drawn characters side by side, the first one's left top corner given."""
    parts = []
    for number, character in enumerate(text):
        left = x + number * WIDTH
        if character in _ROUND:
            parts.append(_corner(character, left, y))
        else:
            parts += [_rectangle(box, left, y) for box in _boxes(character)]
    return "".join(parts)


def _boxes(character: str) -> Iterator[Box]:
    if character in _LOWER:
        yield 0, HEIGHT * (7 - _LOWER.index(character)) / 8, WIDTH, HEIGHT
    elif character in _LEFT:
        yield 0, 0, WIDTH * (1 + _LEFT.index(character)) / 8, HEIGHT
    elif character in _OTHERS:
        yield _OTHERS[character]
    elif character in _QUARTERS:
        for quarter in _QUARTERS[character]:
            across, down = "ab".find(quarter), "cd".find(quarter)
            left = max(across, down) * WIDTH / 2
            top = 0 if across >= 0 else HEIGHT / 2
            yield left, top, left + WIDTH / 2, top + HEIGHT / 2
    elif character == "═":
        yield 0, HEIGHT / 2 - 2, WIDTH, HEIGHT / 2 - 1
        yield 0, HEIGHT / 2 + 1, WIDTH, HEIGHT / 2 + 2
    else:
        for arm in _ARMS[character]:
            yield _arm(arm)


def _arm(arm: str) -> Box:
    """Return one arm, from the middle of the cell to its edge."""
    thick = 1 if arm.isupper() else 0
    left, right = WIDTH // 2 - thick, WIDTH // 2 + 1 + thick
    top, end = HEIGHT // 2 - 1 - thick, HEIGHT // 2 + thick
    return {
        "u": (left, 0, right, end),
        "d": (left, top, right, HEIGHT),
        "l": (0, top, right, end),
        "r": (left, top, WIDTH, end),
    }[arm.lower()]


def _rectangle(box: Box, x: int, y: int) -> str:
    left, top, right, end = box
    return f"M{x + left:g} {y + top:g}h{right - left:g}v{end - top:g}h{left - right:g}z"


def _corner(character: str, x: int, y: int) -> str:
    """Return a round corner of one unit's width."""
    arms = _ARMS[character]
    middle, height = x + WIDTH / 2, y + HEIGHT / 2 - 0.5
    across = 1 if "r" in arms else -1
    down = 1 if "d" in arms else -1
    edge, end = x + (WIDTH if across > 0 else 0), y + (HEIGHT if down > 0 else 0)
    outer, inner = 4.5, 3.5  # the radius of either side of the line
    bend = height - 0.5 * down + outer * down
    begin = middle - 0.5 * across + outer * across
    turn = int(across * down > 0)
    return (
        f"M{middle - 0.5 * across:g} {end:g}V{bend:g}"
        f"A{outer:g} {outer:g} 0 0 {turn} {begin:g} {height - 0.5 * down:g}H{edge:g}"
        f"V{height + 0.5 * down:g}H{begin:g}"
        f"A{inner:g} {inner:g} 0 0 {1 - turn} {middle + 0.5 * across:g} {bend:g}V{end:g}z"
    )
