"""Three web servers and three workers on one PostgreSQL, each with a home of its own; one of each is killed."""

import hashlib
import http.client
import json
import os
import re
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlencode, urlparse

import pytest

from rapport.platform.setup.processes import wait_until
from tests.database import Server
from tests.machines.balancer import Answer, Balancer
from tests.machines.farm import Farm, Machine
from tests.machines.s3 import bucket_server

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
REQUESTS, JOBS, LONG_JOBS, CLIENTS = 2000, 500, 6, 6
_QUEUE = """
INSERT INTO procrastinate_jobs (queue_name, task_name, args)
SELECT 'test', 'tests.machines.jobs.note_down', jsonb_build_object('text', 'job ' || n, 'seconds', CASE WHEN n <= %s THEN 2 ELSE 0 END)
FROM generate_series(1, %s) n
"""


@pytest.fixture
def farm(database_server: Server, worker_id: str, tmp_path: Path) -> Iterator[Callable[..., Farm]]:
    """Makes farms on copies of the migrated database, and ends every process of theirs."""
    made: list[tuple[Farm, str]] = []

    def make(**shared: str) -> Farm:
        name = f"rapport_farm_{os.getpid()}_{worker_id}_{len(made)}"
        made.append((Farm(database_server.copy(name), tmp_path, **shared), name))
        made[-1][0].rows("CREATE TABLE effect (id serial, text text, home text)")
        return made[-1][0]

    yield make
    for one, name in made:
        one.end()
        database_server.drop(name)


class Desk:
    """Ana's browser and her programs, in front of all servers."""

    def __init__(self, farm: Farm) -> None:
        self.farm = farm
        self.balancer = Balancer([web.port for web in farm.webs])
        link = farm.command(
            "user", "create", "--email", "ana@halden.example", "--name", "Ana", "--role", "administrator"
        )
        self.token = f"rap_{farm.folder.name}"
        farm.rows(
            "INSERT INTO identity_apitoken (user_id, name, digest, hint) SELECT id, 'farm', %s, 'rap_' FROM identity_user",
            hashlib.sha256(self.token.encode()).hexdigest(),
        )
        self.session = self._sign_in(urlparse(link).path)

    def _sign_in(self, path: str) -> str:
        """The link was made on one machine, its page is shown by another and its form taken by a third."""
        shown = self.balancer.request("GET", path)
        form = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', shown.body)
        assert form, shown.body
        body = urlencode({"csrfmiddlewaretoken": form[1].decode()}).encode()
        headers = {
            "Cookie": f"csrftoken={shown.cookies['csrftoken']}",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        taken = self.balancer.request("POST", path, body, headers | {"Idempotency-Key": "a link works once anyway"})
        assert taken.status == 302, taken
        assert taken.port != shown.port
        return taken.cookies["sessionid"]

    def page(self, path: str) -> Answer:
        return self.balancer.request("GET", path, headers={"Cookie": f"sessionid={self.session}"})

    def api(self, method: str, path: str, values: object = None, *, key: str = "") -> Answer:
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        body = None if values is None else json.dumps(values).encode()
        return self.balancer.request(
            method, f"/api/v1{path}", body, headers | ({"Idempotency-Key": key} if key else {})
        )

    def upload(self, content: bytes) -> dict:
        body = (
            b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n' + content + b"\r\n--b--\r\n"
        )
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "multipart/form-data; boundary=b"}
        answer = self.balancer.request("POST", "/api/v1/files", body, headers)
        assert answer.status == 201, answer
        return json.loads(answer.body) | {"port": answer.port}

    def person(self, no: int) -> dict[str, str]:
        return {"first_name": "Ida", "last_name": f"Quillfeather {no}"}


@pytest.fixture(params=os.environ.get("RAPPORT_MACHINES_FILES", "bucket").split(","))
def files(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """What RAPPORT_FILES says on all machines. `bin/machines` asks for a shared folder as well."""
    if request.param == "folder":
        yield str(tmp_path / "shared")
        return
    with bucket_server() as bucket:
        yield bucket.url


def test_three_web_servers_and_three_workers_lose_nothing_when_one_of_each_is_killed(farm, files):
    ours = farm(RAPPORT_FILES=files)
    for no in (1, 2, 3):
        ours.web(f"web{no}")
        ours.worker(f"worker{no}")
    ours.wait_ready()
    desk = Desk(ours)
    uploads = [(desk.upload(content), content) for content in (b"one " * 400, b"two " * 90_000, b"three")]
    seeds = [
        json.loads(desk.api("POST", "/people", desk.person(-no), key=f"seed {no}").body)["id"] for no in range(1, 11)
    ]
    _check_lost_answers(ours, desk)
    listening = [_listen(web, desk) for web in ours.webs]

    with ThreadPoolExecutor(CLIENTS) as clients:
        done = threading.Semaphore(0)

        def ask(no: int) -> tuple[int, int]:
            try:
                return no, _ask(desk, no, seeds, uploads)
            finally:
                done.release()

        asked = [clients.submit(ask, no) for no in range(REQUESTS)]
        for _ in range(REQUESTS // 4):
            assert done.acquire(timeout=60), ours.printed()
        ours.webs[0].kill()
        ours.rows(_QUEUE, LONG_JOBS, JOBS)
        killed = _kill_a_busy_worker(ours)
        statuses = [one.result(timeout=90) for one in asked]

    assert [one for one in statuses if one[1] not in (200, 201)] == []
    assert len(statuses) == REQUESTS
    served = desk.balancer.served
    assert all(served[web.port] > REQUESTS // 20 for web in ours.webs), served
    assert desk.balancer.refused[ours.webs[0].port] > 0, "the killed server was never asked again"
    assert not ours.webs[0].answers(), "a process of the killed server lives on"

    made = [no for no in range(REQUESTS) if no % 20 in POSTS]
    found = ours.rows(
        "SELECT last_name FROM customers_person WHERE last_name LIKE 'Quillfeather _%%' AND last_name NOT LIKE '%%-%%'"
    )
    assert sorted(found) == sorted((desk.person(no)["last_name"],) for no in made), "a person is missing or doubled"

    assert wait_until(lambda: _statuses(ours) == {"succeeded": JOBS}, seconds=60, step=0.2), _statuses(ours)
    effects = ours.rows("SELECT count(*), count(DISTINCT text), array_agg(DISTINCT home ORDER BY home) FROM effect")
    assert effects[0][:2] == (JOBS, JOBS), "a job was lost or took effect twice"
    assert {one.home.name for one in ours.workers if one is not killed} <= set(effects[0][2])
    assert ours.rows("SELECT count(*) FROM jobs_joberror WHERE error LIKE '%%died%%'")[0][0] >= 1
    assert killed.process.returncode == -9

    for file, content in uploads:
        given = [desk.api("GET", f"/files/{file['id']}/content") for _ in range(4)]
        assert {one.body for one in given} == {content}
        assert {one.port for one in given} == {web.port for web in ours.webs[1:]}
    for heard in listening[1:]:
        assert heard.wait(10), "a touch did not cross from one server to the others"


POSTS = (4, 14)


def _ask(desk: Desk, no: int, seeds: list[int], files: list[tuple[dict, bytes]]) -> int:
    """One of the twenty requests that come again and again; returns its status, 0 when the answer is not right."""
    kind = no % 20
    if kind in POSTS:
        return desk.api("POST", "/people", desk.person(no), key=f"person {no}").status
    if kind == 8:
        title = f"Weaver {no}"
        answer = desk.api("PATCH", f"/people/{seeds[no % len(seeds)]}", {"job_title": title})
        return answer.status if json.loads(answer.body)["job_title"] == title else 0
    if kind == 11:
        file, content = files[no % len(files)]
        return 200 if _content(desk, file) == content else 0
    if no % 40 == 17:
        answer = desk.page("/people?limit=20")
        return answer.status if b"Quillfeather" in answer.body else 0
    if no % 40 == 37:
        answer = desk.page(f"/people/{seeds[no % len(seeds)]}")
        return answer.status if b"Quillfeather" in answer.body else 0
    if kind % 2:
        return desk.api("GET", "/people?limit=10&fields=name,job_title").status
    return desk.api("GET", f"/people/{seeds[no % len(seeds)]}").status


def _content(desk: Desk, file: dict) -> bytes:
    return desk.api("GET", f"/files/{file['id']}/content").body


def _statuses(farm: Farm) -> dict[str, int]:
    return dict(farm.rows("SELECT status::text, count(*) FROM procrastinate_jobs WHERE queue_name = 'test' GROUP BY 1"))


def _kill_a_busy_worker(farm: Farm) -> Machine:
    """Kills a worker that has written an effect and not committed it."""
    busy: list[Machine] = []

    def found() -> bool:
        busy[:] = [one for one in farm.workers if (one.home / "busy").exists()]
        return bool(busy)

    assert wait_until(found, seconds=30), farm.printed()
    busy[0].kill()
    return busy[0]


def _listen(web: Machine, desk: Desk) -> threading.Event:
    """Follows people on one server; the event is set when somebody touches one."""
    heard, begun = threading.Event(), threading.Event()
    connection = http.client.HTTPConnection("127.0.0.1", web.port, timeout=60)
    connection.request("GET", "/live?topics=people", headers={"Cookie": f"sessionid={desk.session}"})
    answer = connection.getresponse()
    assert answer.status == 200

    def follow() -> None:
        try:
            while line := answer.fp.readline() if answer.fp else b"":
                begun.set()
                if b"live-people" in line:
                    heard.set()
                    return
        except (OSError, http.client.HTTPException):
            return
        finally:
            connection.close()

    threading.Thread(target=follow, daemon=True, name=f"live {web.port}").start()
    assert begun.wait(10)
    return heard


def _check_lost_answers(farm: Farm, desk: Desk) -> None:
    """A POST whose answer was lost is done once by its key; without one, the control, the second try doubles it."""
    for name, key in (("Once", "lost"), ("Twice", "")):
        _send_and_hang_up(farm.webs[0], desk, {"last_name": name}, key)
        again = desk.api("POST", "/people", {"last_name": name}, key=key)
        assert again.status == 201, again
    count = "SELECT count(*) FILTER (WHERE last_name = 'Once'), count(*) FILTER (WHERE last_name = 'Twice') FROM customers_person"
    assert wait_until(lambda: farm.rows(count) == [(1, 2)], seconds=20), farm.rows(count)


def _send_and_hang_up(web: Machine, desk: Desk, values: dict, key: str) -> None:
    """Sends a POST whole and leaves when the server has begun to answer, without reading what it says."""
    body = json.dumps(values).encode()
    head = [
        "POST /api/v1/people HTTP/1.1", "Host: 127.0.0.1", f"Authorization: Bearer {desk.token}",
        "Content-Type: application/json", f"Content-Length: {len(body)}", *([f"Idempotency-Key: {key}"] if key else []),
    ]  # fmt: skip
    with socket.create_connection(("127.0.0.1", web.port), timeout=20) as line:
        line.sendall("\r\n".join([*head, "", ""]).encode() + body)
        assert line.recv(1)
