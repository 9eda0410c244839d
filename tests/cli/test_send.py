"""`console send`: nothing goes unasked, nothing goes twice, and the exit code says what became."""

import json
import signal
import sqlite3

import pytest

from console.outbox.journal import Journal
from console.outbox.send import Outcome
from tests.cli.place import Place
from tests.cli.process import begun, in_shell
from tests.cli.sends import WELL, Here, journalled, posts, texts
from tests.cloud import Cloud
from tests.services.sdk import later


def test_one_line_sends_and_follows_to_the_end(place: Place, cloud: Cloud) -> None:
    ran = place.run("send", "--pool", WELL, "--template", "restart", "--yes", "--wait")
    assert ran.code == 0, ran.err
    text = f"Desktop pool {WELL} restarts in 10 minutes. Please save your work now."
    assert texts(cloud) == [text]
    (send,) = journalled(place)
    assert (send.outcome, send.verdict, send.text) == (Outcome.ACCEPTED, "delivered", text)
    assert send.job_id in ran.out
    assert f"{WELL}: delivered: 4 of 4 desktops got it" in ran.err


def test_partly_has_a_code_and_the_desktops_that_missed_it_are_a_new_send(
    place: Place, cloud: Cloud
) -> None:
    ran = place.run("send", "--pool", "研发一部", "--message", "m", "--yes", "--wait", "-o", "json")
    (row,) = json.loads(ran.out)
    assert (ran.code, row["standing"], row["verdict"]) == (6, "partly", "partly")
    assert (row["delivered"], row["failed"], row["pending"]) == (11, 2, 0)
    assert "桌面已关机" in ran.err
    missed = [each["desktop_id"] for each in row["desktops"] if each["state"] == "failed"]

    same = place.run("send", "--pool", "研发一部", "--message", "m", "--yes")
    assert same.code == 2
    assert "to 研发一部 as 1 (partly: 11 of 13 desktops got it, 2 failed)" in same.err

    again = place.run("send", "--again", str(row["id"]), "--missed", "--yes")
    assert again.code == 0, again.err
    assert json.loads(posts(cloud)[-1]["body"]) == {"desktop_ids": missed, "notifications": "m"}
    assert journalled(place)[-1].resend_of == row["id"]
    twice = place.run("send", "--again", str(row["id"]), "--missed", "--yes")
    assert twice.code == 2
    assert "names no desktop that it did not reach; it was repeated as 2" in twice.err


def test_a_job_that_was_gone_is_followed_again_into_the_journal(place: Place) -> None:
    assert place.run("send", "--pool", WELL, "--message", "m", "--yes", "--wait").code == 0
    with Journal(place.state / "outbox.sqlite3") as journal:
        (send,) = journal.sends()
        (lost,) = journal.write(send.place, [send.target], "lost")
        journal.going(lost.id)
        journal.settle(lost.id, Outcome.ACCEPTED, job_id=send.job_id)
        journal.course(lost.id, "RUNNING", [], ended=True, verdict="")
    ran = place.run("job", send.job_id, "--follow")
    assert ran.code == 0, ran.err
    assert [each.verdict for each in journalled(place)] == ["delivered", "delivered"]


def test_a_job_that_an_unclear_answer_named_is_told(place: Place, cloud: Cloud) -> None:
    both = {"error_code": "WKS.0001", "error_msg": "no", "job_id": "j-7"}
    at = {"path": "notifications$", "method": "POST", "action": "answer", "status": 200}
    cloud.script({**at, "body": json.dumps(both)})
    ran = place.run("send", "--pool", WELL, "--message", "m", "--yes")
    assert ran.code == 5
    assert "console job j-7 --follow" in ran.err
    assert [(each.outcome, each.job_id) for each in journalled(place)] == [(Outcome.UNKNOWN, "j-7")]


def test_a_wait_that_is_over_too_soon_is_no_success(place: Place) -> None:
    ran = place.run("send", "--pool", WELL, "--message", "m", "--yes", "--wait", "--timeout", "1")
    assert ran.code == 6
    assert "not over" in ran.err
    assert "--follow" in ran.err


def test_single_desktops_get_one_request_together(place: Place, cloud: Cloud) -> None:
    listed = place.run("desktops", "--pool-id", the_pool(place), "-o", "json")
    ids = [row["desktop_id"] for row in json.loads(listed.out)][:2]
    options = [word for each in ids for word in ("--desktop", each)]
    assert place.run("send", *options, "--message", "m", "--yes").code == 0
    (post,) = posts(cloud)
    assert post["path"].endswith("/desktops/notifications")
    assert json.loads(post["body"]) == {"desktop_ids": ids, "notifications": "m"}


def the_pool(place: Place) -> str:
    """Return the id of a pool whose desktops all run."""
    rows = json.loads(place.run("pools", "--name", WELL, "-o", "json").out)
    return str(rows[0]["id"])


def test_a_dry_run_prints_exactly_what_would_be_sent_and_leaves_nothing(
    place: Place, cloud: Cloud
) -> None:
    words = ["send", "--pool", WELL, "--pool", "QA-Linux", "--template", "restart"]
    dry = place.run(*words, "--dry-run", "-o", "json")
    assert dry.code == 0, dry.err
    assert posts(cloud) == []
    assert not place.state.exists()
    plain = place.run(*words, "--dry-run", "--read-only")
    assert plain.code == 0
    assert place.run(*words, "--yes").code == 0
    sent = [
        {"method": each["method"], "path": each["path"], "body": json.loads(each["body"])}
        for each in posts(cloud)
    ]
    by_path = sorted(json.loads(dry.out), key=lambda each: str(each["path"]))
    assert sorted(sent, key=lambda each: str(each["path"])) == by_path
    for each in by_path:
        assert f"{each['method']} {each['path']}\n" in plain.out


@pytest.mark.parametrize("state", ["well", "corrupt", "newer", "older"])
def test_a_dry_run_leaves_the_journal_as_it_is(
    state: str, here: Here, place: Place, cloud: Cloud
) -> None:
    words = ("send", "--pool", WELL, "--message", "m")
    assert here(*words, "--yes").code == 0
    file = place.state / "outbox.sqlite3"
    if state == "corrupt":
        file.write_bytes(b"not a database, " * 1000)
    elif state != "well":
        with sqlite3.connect(file) as connection:
            connection.execute(f"PRAGMA user_version = {999 if state == 'newer' else 1}")
        connection.close()
    before = place.everything()
    ran = here(*words, "--dry-run")
    assert ran.code == 0, ran.err
    assert ran.out.startswith("POST /")
    assert place.everything() == before
    assert ("Journal not usable" in ran.err) is (state != "well")
    assert (f"the same text went to {WELL}" in ran.err) is (state == "well")
    assert here("send", "--again", "1", "--dry-run").code == (0 if state == "well" else 2)
    assert len(posts(cloud)) == 1


def test_read_only_says_so_before_anything_is_written_or_asked(
    here: Here, place: Place, cloud: Cloud
) -> None:
    ran = here("send", "--pool", WELL, "--message", "m", "--yes", "--read-only")
    assert ran.code == 2
    assert "Read-only" in ran.err
    assert cloud.requests() == []
    assert not place.state.exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--message", "m"], "--pool or --desktop says to whom"),
        (["--pool", WELL], "says what to send"),
        (["--pool", WELL, "--message", "m", "--file", "x"], "one of --message, --file"),
        (["--pool", WELL, "-", "--file", "x"], "- and --file"),
        (["--pool", WELL, "--message", "m", "--set", "a=b"], "--set fills in a field"),
        (["--pool", WELL, "--template", "restart", "--set", "a"], "name=value"),
        (["--pool", WELL, "--template", "restart", "--set", "\x1b]0;x\a"], "\u241b]0;x\u2407"),
        (["--pool", WELL, "--template", "restart", "--set", "minutes= "], "says nothing"),
        (["--pool", WELL, "--timeout", "\x1b[31m", "--message", "m"], "not a valid float"),
        (["--pool", WELL, "--dry-run"], "says what to send"),
        (["--pool", WELL, "--template", "nope"], "there is no template 'nope'"),
        (["--pool", WELL, "--template", "maintenance"], "needs time"),
        (["--pool", WELL, "--message", "m", "--timeout", "3"], "how long to --wait"),
        (["--pool", WELL, "--message", "m", "--wait", "--timeout", "nan"], "nan is no number of"),
        (["--pool", WELL, "--message", "\u200b\u3164"], "nothing that can be seen"),
        (["--again", "1", "--pool", WELL], "repeats a send as it was"),
        (["--pool", WELL, "--message", "m", "--missed"], "goes with --again"),
        (["--pool", WELL, "--message", " \n"], "the message is empty"),
        (["--pool", WELL, "--message", "a\x1b[31m"], "U+001B (escape) at line 1, column 2"),
        (["--pool", WELL, "--message", "in {minutes}"], "{minutes} looks like a place left open"),
        (["--pool", WELL, "--file", "/nonexistent"], "/nonexistent cannot be read"),
        (["--pool", WELL, "--file", "/dev/zero"], "larger than 1 MiB"),
    ],
    ids=lambda each: " ".join(each) if isinstance(each, list) else None,
)
def test_what_is_wrong_is_said_before_anybody_is_asked(
    words: list[str], said: str, here: Here, cloud: Cloud
) -> None:
    ran = here("send", *words, "--yes")
    assert ran.code == 2
    assert said in ran.err
    assert "\x1b" not in ran.err
    assert ran.out == ""
    assert cloud.requests() == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--pool", "hr-shared"], "did you mean HR-Shared ("),
        (["--desktop", "none"], "there is no desktop none"),
        (["--again", "7"], "there is no send 7"),
    ],
    ids=["pool", "desktop", "again"],
)
def test_a_target_that_is_none_is_refused(
    words: list[str], said: str, here: Here, cloud: Cloud
) -> None:
    text = [] if words[0] == "--again" else ["--message", "m"]
    ran = here("send", *words, *text, "--yes")
    assert ran.code == 2
    assert said in ran.err
    assert posts(cloud) == []


def test_without_a_terminal_and_without_yes_nothing_happens(here: Here, cloud: Cloud) -> None:
    ran = here("send", "--pool", WELL, "-")
    assert ran.code == 2
    assert "--yes" in ran.err
    assert cloud.requests() == []


def test_a_pipe_and_a_file_hold_the_message(place: Place, cloud: Cloud) -> None:
    piped = place.run("send", "--pool", WELL, "-", "--yes", stdin="\ufeff第一行\r\nsecond\n\n")
    assert piped.code == 0, piped.err
    file = place.home / "notice.txt"
    file.write_bytes(b"in {braces}\n")
    assert place.run("send", "--pool", WELL, "--file", str(file), "--yes", "--literal").code == 0
    assert texts(cloud) == ["第一行\nsecond", "in {braces}"]


def test_a_script_that_sends_the_same_twice_is_stopped(place: Place, cloud: Cloud) -> None:
    words = ["send", "--pool", WELL, "--message", "m", "--yes"]
    assert place.run(*words).code == 0
    second = place.run(*words)
    assert second.code == 2
    assert f"to {WELL} as 1 (accepted)" in second.err
    assert "--repeat" in second.err
    assert len(posts(cloud)) == 1
    assert place.run(*words, "--repeat").code == 0
    assert len(posts(cloud)) == 2


def test_a_refusal_is_one_and_nobody_listening_is_three(place: Place, cloud: Cloud) -> None:
    refused = place.run("send", "--pool", "外包开发-B", "--message", "m", "--yes", "-o", "json")
    assert refused.code == 1
    assert "rejected; nobody saw it" in refused.err
    assert json.loads(refused.out)[0]["error"]["code"] == "WKS.00000009"
    nobody = place.run(
        "send",
        *("--pool", WELL, "--message", "m", "--yes"),
        CONSOLE_ENDPOINT="http://127.0.0.1:9",
        CONSOLE_TIMEOUT="1",
    )
    assert nobody.code == 3
    assert len(posts(cloud)) == 1


def test_a_journal_that_cannot_be_written_stops_everything(
    here: Here, place: Place, cloud: Cloud
) -> None:
    assert here("sent").code == 0
    with sqlite3.connect(place.state / "outbox.sqlite3") as connection:
        connection.execute("PRAGMA user_version = 999")
    connection.close()
    ran = here("send", "--pool", WELL, "--message", "m", "--yes")
    assert ran.code == 1
    assert "Journal not usable" in ran.err
    assert cloud.requests() == []


def test_an_interrupt_under_way_is_unknown_in_words_and_in_the_journal(
    place: Place, cloud: Cloud
) -> None:
    cloud.script({"action": "stall", "path": "notifications$", "method": "POST", "seconds": 60})
    words = ("send", "--pool", WELL, "--message", "m", "--yes", "-o", "json")
    with begun(*words, environ=place.environ()) as (process, _):
        waiting = True
        while waiting:
            waiting = not posts(cloud)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "OUTCOME UNKNOWN" in err.decode()
    assert "interrupted" in err.decode()
    assert json.loads(out)[0]["outcome"] == "unknown"
    assert [each.outcome for each in journalled(place)] == [Outcome.UNKNOWN]


def test_an_interrupt_while_waiting_tells_that_it_goes_on(place: Place, cloud: Cloud) -> None:
    words = ("send", "--pool", "研发一部", "--message", "m", "--yes", "--wait", "-o", "json")
    with begun(*words, environ=place.environ()) as (process, _):
        waiting = True
        while waiting:
            waiting = not any("workspace-jobs" in each["path"] for each in cloud.requests())
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "it goes on without being watched" in err.decode()
    assert json.loads(out)[0]["outcome"] == "accepted"
    assert [each.outcome for each in journalled(place)] == [Outcome.ACCEPTED]


def test_a_killed_console_leaves_an_unknown_send(place: Place, cloud: Cloud) -> None:
    cloud.script({"action": "stall", "path": "notifications$", "method": "POST", "seconds": 60})
    words = ("send", "--pool", WELL, "--message", "m", "--yes")
    with begun(*words, environ=place.environ()) as (process, _):
        waiting = True
        while waiting:
            waiting = not posts(cloud)
        process.kill()
        process.wait(30)
    assert [each.outcome for each in journalled(place)] == [Outcome.UNKNOWN]


@pytest.mark.parametrize("gone", ["> /dev/full", "| true"])
def test_an_outcome_that_nobody_can_read_is_none_the_less_the_exit_code(
    gone: str, place: Place, cloud: Cloud
) -> None:
    script = f"console send --pool {WELL} --message m --yes {gone}"
    folders = {"CONSOLE_STATE_DIR": str(place.state)}
    assert in_shell(script, cloud, **folders).code == 0
    cloud.script({"action": "drop", "path": "notifications$", "method": "POST", "acts": True})
    unknown = in_shell(script.replace("message m", "message n"), cloud, **folders)
    assert unknown.code == 5
    assert "OUTCOME UNKNOWN" in unknown.err
    assert [each.outcome for each in journalled(place)] == [Outcome.ACCEPTED, Outcome.UNKNOWN]


def test_the_same_text_to_a_desktop_of_the_pool_is_stopped_too(place: Place, cloud: Cloud) -> None:
    listed = place.run("desktops", "--pool-id", the_pool(place), "-o", "json")
    desktop = str(json.loads(listed.out)[0]["desktop_id"])
    to_pool = ("send", "--pool", WELL, "--message", "m", "--yes")
    assert place.run(*to_pool).code == 0
    to_desktop = ("send", "--desktop", desktop, "--message", "m", "--yes")
    ran = place.run(*to_desktop)
    assert ran.code == 2
    assert f"to pool {WELL}, with 1 of 1 desktops as 1 (accepted)" in ran.err
    assert place.run(*to_desktop, "--repeat").code == 0
    assert f"1 desktop of {WELL} (" in place.run(*to_pool).err
    assert len(posts(cloud)) == 2


@pytest.mark.parametrize(
    ("name", "code", "verdict"), [(WELL, 0, "delivered"), ("研发一部", 6, "partly")]
)
def test_a_job_is_followed_and_the_journal_learns_of_it(
    name: str, code: int, verdict: str, place: Place, cloud: Cloud
) -> None:
    sent = place.run("send", "--pool", name, "--message", "m", "--yes", "-o", "json")
    (row,) = json.loads(sent.out)
    later(cloud, 60)
    words = ("job", row["job_id"], "--follow", "-o", "json")
    elsewhere = place.run(*words, CONSOLE_STATE_DIR=str(place.home / "elsewhere"))
    ran = place.run(*words)
    for each in (elsewhere, ran):
        assert each.code == code, each.err
        assert verdict in each.err
        assert json.loads(each.out)["id"] == row["job_id"]
    assert [each.verdict for each in journalled(place)] == [verdict]
