"""The profiles that people keep in a file."""

import os
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.errors import SettingsError
from console.profiles.book import Book, checked_name
from console.profiles.entry import Entry
from tests.profiles.forked import killed_at

KEY = Entry(auth="access-key", store="keyring", access_key="AK")
TOKEN = Entry(auth="token", store="session")
FULL = Entry(
    auth="access-key",
    store="command",
    access_key="AK-2",
    secret_command=("pass", "show", "it"),
    endpoints={"iam": "https://i.example"},
    timeout=2.5,
)
GOOD = '[profile.good]\nauth = "token"\nstore = "session"\n'

FILE = """\
# What we use.

# The first one.
[profile.one]  # heading
store   =   'keyring'   # not the file
auth = "access-key"
access_key = "AK-1"
read_only = false

# PRODUCTION: think twice.
[profile."two.x"]
auth = "token"
store = "session"
  [profile."two.x".endpoints] # ours
  iam = "https://i.example"   # internal

# The last word.
"""


@pytest.fixture
def book(tmp_path: Path) -> Book:
    return Book(tmp_path / "profiles.toml")


def written(book: Book, text: str | bytes) -> Book:
    book.path.write_bytes(text.encode() if isinstance(text, str) else text)
    book.path.chmod(0o600)
    return book


def test_no_file_is_no_profile_and_is_not_made_by_looking(book: Book) -> None:
    assert book.names() == ()
    assert book.problems() == ()
    with pytest.raises(SettingsError, match="there is no profile 'x'") as caught:
        book.entry("x")
    assert caught.value.hint == "console login makes one"
    assert not book.path.exists()


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("\ufeff", id="mark-alone"),
        pytest.param("# nothing yet\n", id="comment"),
        pytest.param("\n\n\n", id="blank"),
        pytest.param("[profile]\n", id="table-alone"),
    ],
)
def test_a_file_that_says_nothing_holds_no_profile_and_can_be_written_to(
    book: Book, text: str
) -> None:
    written(book, text)
    assert book.names() == ()
    book.put("a", KEY)
    assert book.entry("a") == KEY
    assert book.path.read_bytes().startswith(text.encode())


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("\ufeff" + FILE, id="byte-order-mark"),
        pytest.param(FILE.replace("\n", "\r\n"), id="crlf"),
        pytest.param(FILE.rstrip("\n"), id="no-last-newline"),
        pytest.param(FILE, id="plain"),
    ],
)
def test_a_file_keeps_its_form_when_it_is_changed(book: Book, text: str) -> None:
    written(book, text)
    assert book.names() == ("one", "two.x")
    book.put("three", TOKEN)
    book.put("two.x", FULL)
    book.remove("three")
    after = book.path.read_bytes().decode()
    assert book.entry("two.x") == FULL
    assert after.startswith("\ufeff") == text.startswith("\ufeff")
    assert after.count("\r\n") == (after.count("\n") if "\r\n" in text else 0)
    for kept in ("# What we use.", "# The first one.", "# PRODUCTION", "# The last word."):
        assert kept in after


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        pytest.param("a = 1\na = 2\n", ["line 2", "'a'", "stands twice"], id="key-twice"),
        pytest.param(GOOD + GOOD, ["line 4", "'profile.good'", "stands twice"], id="table-twice"),
        pytest.param(
            GOOD + "region =\n", ["line 4", "'region'", "invalid value"], id="value-missing"
        ),
        pytest.param(GOOD + 'region = "x\n', ["line 4", "'region'"], id="quote-open"),
        pytest.param(GOOD + "region = cn\n", ["line 4", "'region'", "invalid"], id="no-quotes"),
        pytest.param(GOOD + "region : 'x'\n", ["line 4", "expected '='"], id="colon"),
        pytest.param(GOOD + "[profile.b\n", ["line 4"], id="bracket-open"),
        pytest.param(
            GOOD + "a = [\n1,\n", ["line 4", "'a'", "invalid value"], id="list-without-end"
        ),
        pytest.param(GOOD + "x = 2020-13-40\n", ["line 4", "'x'"], id="date-that-is-none"),
        pytest.param(GOOD + f"x = {'9' * 5000}\n", ["line 4", "'x'", "digits"], id="huge-number"),
        pytest.param(GOOD + f"x = {'[' * 99999}\n", ["line 4", "'x'", "deeply"], id="deep-list"),
        pytest.param("\ufeffa = \n", ["line 1", "'a'"], id="mark-and-bad"),
        pytest.param(b"a = 1\n# caf\xe9\n", ["line 2", "not UTF-8"], id="latin-1"),
        pytest.param(GOOD.encode("utf-16"), ["line 1", "UTF-16"], id="utf-16"),
        pytest.param(b"a = 1\n\x00\n", ["line 2"], id="nul"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_sentence_with_file_line_and_key(
    book: Book, text: str | bytes, parts: list[str]
) -> None:
    written(book, text)
    before = book.path.read_bytes()
    calls: list[Callable[[], object]] = [
        book.names,
        lambda: book.entry("good"),
        lambda: book.put("new", KEY),
        lambda: book.remove("good"),
        lambda: book.rename("good", "better"),
    ]
    (problem,) = book.problems()
    for part in (str(book.path), *parts):
        assert part in problem.sentence
    assert "\n" not in problem.sentence
    for call in calls:
        with pytest.raises(SettingsError) as caught:
            call()
        assert caught.value.sentence == problem.sentence
    assert book.path.read_bytes() == before


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        pytest.param('regoin = "x"', 7, "'regoin'; did you mean 'region'?", id="unknown-key"),
        pytest.param('"regoin" = "x"', 7, "did you mean 'region'?", id="unknown-quoted-key"),
        pytest.param('x = """\nregoin = 1\n"""\nregoin = 1', 7, "there is no key 'x'", id="text"),
        pytest.param('region = """\nregoin = 1\n"""\nregoin = 1', 10, "'region'?", id="in-text"),
        pytest.param('region = [\n["a"],\n]\nregoin = 1', 10, "'region'?", id="below-a-list"),
        pytest.param("# regoin = 1\nregoin = 1", 8, "'region'?", id="in-comment"),
        pytest.param("region = 3", 7, "stands in quotes", id="wrong-type"),
        pytest.param('sk = "hunter2"', 7, "'sk' is a secret", id="secret"),
        pytest.param('endpoints = {iamm = "x"}', 7, "'iam'?", id="inline-table"),
        pytest.param('endpoints.iamm = "x"', 7, "'iam'?", id="dotted"),
        pytest.param('\n[profile.bad.endpoints]\niamm = "x"', 9, "'iam'?", id="sub-table"),
        pytest.param("[profile.bad.assume_role]", 7, "'assume_role.agency_name' is", id="role"),
        pytest.param('user_name = "u"', 7, "goes with", id="rule"),
    ],
)
def test_a_broken_profile_is_named_with_its_line_and_hides_no_other(
    book: Book, text: str, line: int, words: str
) -> None:
    bad = f'{GOOD}[profile.bad]\nstore = "session"\nauth = "token"\n{text}\n'
    written(book, f'{bad}[profile.last]\nstore = "session"\nauth = "token"\n')
    assert book.names() == ("good", "bad", "last")
    assert book.entry("good") == book.entry("last") == TOKEN
    with pytest.raises(SettingsError) as caught:
        book.entry("bad")
    assert caught.value.sentence.startswith(f"{book.path}, line {line}: profile 'bad': ")
    assert words in caught.value.sentence
    assert "hunter2" not in f"{caught.value} {caught.value.hint}"
    assert [each.sentence for each in book.problems()] == [caught.value.sentence]


@pytest.mark.parametrize("head", ["", "a = ", "[", "a = [\n", 'a = """\n'], ids=repr)
@pytest.mark.parametrize("letter", [*"a .\"'[]{}=#\\\t\n0"], ids=repr)
def test_a_great_heap_of_one_letter_is_told_soon(book: Book, head: str, letter: str) -> None:
    written(book, head + letter * 50_000 + "?")
    began = time.monotonic()
    assert all(str(book.path) in each.sentence for each in book.problems())
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    ("text", "name", "words"),
    [
        pytest.param("profile.x = 3\n", "x", "line 1: profile 'x': it is no table", id="number"),
        pytest.param("\n[[profile.x]]\n", "x", "line 2: profile 'x': it is no table", id="array"),
        pytest.param("[profile.x]\n", "x", "line 1: profile 'x': 'auth' is missing", id="empty"),
        pytest.param("[profile.'a b']\n", "a b", "cannot be the name", id="space-in-name"),
        pytest.param("[profile.生产]\n".replace("生产", "'生产'"), "生产", "name", id="chinese"),
        pytest.param("[profile.environment]\n", "environment", "reserved", id="environment"),
        pytest.param("[profile.demo]\n", "demo", "reserved", id="demo"),
    ],
)
def test_a_profile_that_is_none_is_listed_and_explained(
    book: Book, text: str, name: str, words: str
) -> None:
    written(book, text)
    assert book.names() == (name,)
    with pytest.raises(SettingsError) as caught:
        book.entry(name)
    assert words in caught.value.sentence


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("[profil.x]\n", "line 1: there is no key 'profil'; did you mean", id="profil"),
        pytest.param("\n[good]\n", "line 2: there is no key 'good'", id="bare-table"),
        pytest.param("profile = 3\n", "line 1: 'profile' is no table", id="number"),
    ],
)
def test_what_stands_at_the_top_of_the_file_by_mistake_is_told(
    book: Book, text: str, words: str
) -> None:
    written(book, text)
    assert book.names() == ()
    (problem,) = book.problems()
    assert words in problem.sentence
    with pytest.raises(SettingsError, match="there is no profile 'x'") as caught:
        book.entry("x")
    assert words in caught.value.hint


@pytest.mark.parametrize(
    ("asked", "hint"),
    [
        ("goood", "did you mean 'good'?"),
        ("GOOD", "did you mean 'good'?"),
        ("zzz", "profiles: good"),
        ("", "profiles: good"),
    ],
)
def test_a_name_that_does_not_exist_is_answered_with_the_nearest(
    book: Book, asked: str, hint: str
) -> None:
    written(book, GOOD)
    for call in (book.entry, book.remove, lambda name: book.rename(name, "new")):
        with pytest.raises(SettingsError) as caught:
            call(asked)
        assert caught.value.hint == hint


def test_a_directory_in_its_place_is_a_sentence(book: Book) -> None:
    book.path.mkdir()
    for call in (book.names, lambda: book.put("a", KEY)):
        with pytest.raises(SettingsError, match="is a directory"):
            call()


def test_a_file_that_others_can_change_is_not_believed(book: Book) -> None:
    written(book, GOOD).path.chmod(0o666)
    with pytest.raises(SettingsError, match="others can change") as caught:
        book.names()
    assert "chmod go-w" in caught.value.hint


def test_a_file_that_is_a_link_into_a_repository_stays_one(book: Book, tmp_path: Path) -> None:
    target = tmp_path / "repository.toml"
    target.write_text(GOOD)
    book.path.symlink_to(target)
    book.put("a", KEY)
    assert book.path.is_symlink()
    assert tomllib.loads(target.read_text())["profile"].keys() == {"good", "a"}


NAMES = ["a", "A1", "a.b", "a_b", "a-b", "0", "x" * 64]
BAD_NAMES = ["", " ", "a b", ".a", "-a", "_a", "a/b", "a\n", "生产", "x" * 65, "a\x1b[2J", "é"]


@pytest.mark.parametrize("name", NAMES)
def test_a_good_name_is_written_and_read(book: Book, name: str) -> None:
    book.put(name, FULL)
    assert book.names() == (name,)
    assert book.entry(name) == FULL


@pytest.mark.parametrize("name", [*BAD_NAMES, "environment", "demo"])
def test_a_bad_name_is_refused(book: Book, name: str) -> None:
    written(book, GOOD)
    with pytest.raises(SettingsError):
        checked_name(name)
    with pytest.raises(SettingsError):
        book.put(name, KEY)
    with pytest.raises(SettingsError):
        book.rename("good", name)
    assert book.path.read_text() == GOOD


def test_a_new_profile_goes_to_the_end_and_nothing_else_moves(book: Book) -> None:
    written(book, FILE).put("three", FULL)
    text = book.path.read_text()
    assert text.startswith(FILE)
    assert text[len(FILE) :].lstrip("\n").startswith("[profile.three]\n")
    assert text.endswith('\n[profile.three.endpoints]\niam = "https://i.example"\n')
    assert book.entry("three") == FULL


def test_a_change_touches_the_lines_that_change(book: Book) -> None:
    written(book, FILE)
    book.put("one", Entry(auth="access-key", store="keyring", access_key="AK-9", region="cn-x"))
    assert book.path.read_text() == FILE.replace('"AK-1"', '"AK-9"').replace(
        "read_only = false\n", 'read_only = false\nregion = "cn-x"\n'
    )


def test_putting_what_is_there_changes_no_byte(book: Book) -> None:
    written(book, FILE)
    for name in book.names():
        book.put(name, book.entry(name))
    assert book.path.read_text() == FILE


def test_a_broken_profile_can_be_replaced(book: Book) -> None:
    written(book, f'{GOOD}[profile.bad]\nsk = "x"\nregoin = 3\n')
    book.put("bad", FULL)
    assert book.entry("bad") == FULL
    assert "sk =" not in book.path.read_text()


def test_a_removed_profile_takes_its_own_words_along_and_no_others(book: Book) -> None:
    written(book, FILE).remove("one")
    second = FILE[FILE.index("# PRODUCTION") :]
    assert book.path.read_text() == f"# What we use.\n\n{second}"
    book.remove("two.x")
    assert book.path.read_text() == "# What we use.\n\n# The last word.\n"
    assert book.names() == ()


def test_the_comment_that_begins_the_file_stays(book: Book) -> None:
    written(book, f"# ours\n{GOOD}").remove("good")
    assert book.path.read_text() == "# ours\n"


def test_a_broken_profile_can_be_removed_and_renamed(book: Book) -> None:
    written(book, f"{GOOD}[profile.'a b']\nx = 1\n[profile.environment]\n")
    book.rename("a b", "ab")
    book.remove("environment")
    assert book.path.read_text() == f"{GOOD}[profile.ab]\nx = 1\n"


def test_a_new_name_changes_the_headings_and_nothing_else(book: Book) -> None:
    written(book, FILE).rename("two.x", "second")
    assert book.path.read_text() == FILE.replace('"two.x"', "second")
    book.rename("second", "two.y")
    assert book.path.read_text() == FILE.replace("two.x", "two.y")


def test_a_name_that_is_taken_is_not_given_again(book: Book) -> None:
    written(book, FILE)
    with pytest.raises(SettingsError, match="already"):
        book.rename("one", "two.x")
    with pytest.raises(SettingsError, match="already"):
        book.rename("one", "one")
    assert book.path.read_text() == FILE


SPREAD = [
    pytest.param(
        '[profile.a]\nauth = "token"\n[profile.b]\nauth = "token"\nstore = "file"\n'
        '[profile.a.endpoints]\niam = "x"\n'.replace("[profile.b]", 'store = "file"\n[profile.b]'),
        id="table-in-two-places",
    ),
    pytest.param(
        '[profile]\na.auth = "token"\na.store = "file"\nb = {auth = "token", store = "file"}\n',
        id="dotted-and-inline",
    ),
    pytest.param(
        'profile.a.auth = "token"\nprofile.b.auth = "token"\n'
        'profile.a.store = "file"\nprofile.b.store = "file"\n',
        id="dotted-from-the-top",
    ),
    pytest.param(
        'profile = {a = {auth = "token", store = "file"}, b = {auth = "token", store = "file"}}\n',
        id="all-inline",
    ),
]


@pytest.mark.parametrize("text", SPREAD)
@pytest.mark.parametrize("change", ["put", "put-new", "remove", "rename"])
def test_however_it_is_written_a_change_is_right_or_refused(
    book: Book, text: str, change: str
) -> None:
    written(book, text)
    before = book.path.read_bytes()
    other = book.entry("b")
    changes: dict[str, Callable[[], object]] = {
        "put": lambda: book.put("a", FULL),
        "put-new": lambda: book.put("c", FULL),
        "remove": lambda: book.remove("a"),
        "rename": lambda: book.rename("a", "c"),
    }
    refused = ""
    try:
        changes[change]()
    except SettingsError as error:
        refused = error.sentence
    if refused:
        assert "without harm" in refused
        assert book.path.read_bytes() == before
    else:
        names = {"put": "ab", "put-new": "abc", "remove": "b", "rename": "bc"}[change]
        assert sorted(book.names()) == list(names)
        if change.startswith("put"):
            assert book.entry("c" if "new" in change else "a") == FULL
    assert book.entry("b") == other


_VALUES = st.text(st.characters(codec="utf-8"), max_size=12).filter(str.isprintable)


@settings(max_examples=60, deadline=None)
@given(
    user=_VALUES.filter(bool),
    ca=_VALUES,
    command=st.lists(_VALUES, max_size=3),
    names=st.lists(st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,8}", fullmatch=True), min_size=1),
    steps=st.lists(st.sampled_from(["put", "remove", "rename"]), max_size=6),
)
def test_whatever_is_written_is_read_again(
    tmp_path_factory: pytest.TempPathFactory,
    *,
    user: str,
    ca: str,
    command: list[str],
    names: list[str],
    steps: list[str],
) -> None:
    book = Book(tmp_path_factory.mktemp("b") / "profiles.toml")
    written(book, FILE)
    entry = Entry(
        auth="password",
        store="command",
        user_name=user,
        domain_name=user,
        ca_file=ca,
        secret_command=("x", *command),
    )
    names = [name for name in names if name not in {"demo", "environment", "one"}]
    there: set[str] = set()
    for name in names:
        book.put(name, entry)
        there.add(name)
    for step, name in zip(steps, sorted(there), strict=False):
        if step == "remove":
            book.remove(name)
            there.remove(name)
        elif step == "rename" and f"{name}-new" not in there:
            book.rename(name, f"{name}-new")
            there = (there - {name}) | {f"{name}-new"}
        elif step == "put":
            book.put(name, KEY)
            book.put(name, entry)
    assert set(book.names()) == there | {"one", "two.x"}
    for name in there:
        assert book.entry(name) == entry
    assert book.path.read_text().startswith(FILE.rstrip("\n"))


def test_two_processes_that_write_at_once_lose_nothing(book: Book) -> None:
    written(book, FILE)
    children = []
    for writer in range(3):
        child = os.fork()
        if child == 0:
            try:
                for number in range(8):
                    book.put(f"w{writer}-{number}", KEY)
                    if number % 2:
                        book.remove(f"w{writer}-{number - 1}")
            finally:
                os._exit(0)
        children.append(child)
    for child in children:
        os.waitpid(child, 0)
    expected = {f"w{writer}-{number}" for writer in range(3) for number in (1, 3, 5, 7)}
    assert set(book.names()) == {"one", "two.x"} | expected
    assert book.path.read_text().startswith(FILE)


def test_a_power_cut_while_a_profile_is_written_leaves_a_whole_file(book: Book) -> None:
    written(book, FILE)
    step = 0
    while killed_at(step, lambda: book.put("three", KEY), of="profiles/files.py"):
        assert book.names() in {("one", "two.x"), ("one", "two.x", "three")}
        written(book, FILE)
        for left in book.path.parent.glob("*.new"):
            left.unlink()
        step += 1
    assert step > 15
    assert book.names() == ("one", "two.x", "three")


def test_in_the_c_locale_every_script_is_read_and_written(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from console.profiles.book import Book\n"
        "from console.profiles.entry import Entry\n"
        "user = sys.argv[2].encode('utf-8', 'surrogateescape').decode()\n"
        "book = Book(Path(sys.argv[1]) / 'profiles.toml')\n"
        "entry = Entry(auth='password', store='file', user_name=user, domain_name='d')\n"
        "book.put('a', entry); book.put('b', entry); book.rename('b', 'c')\n"
        "assert book.entry('c') == entry\n"
    )
    folder = tmp_path / "设置"
    environ = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program, str(folder), "研发一部"],
        env=environ,
        capture_output=True,
        check=False,
        text=True,
    )
    assert done.stderr == ""
    assert Book(folder / "profiles.toml").entry("a").user_name == "研发一部"
