"""Holds a running server to its OpenAPI document: `python check.py SERVER FOLDER`, called by `cargo xtask contract`.

Starts the server on loopback with a database of its own, makes an admin, a visitor and the holder of a portal link, and
lets schemathesis ask every operation, each surface by its own credential.
"""

import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

EMAIL, PASSWORD = "admin@example.com", "a long enough pass phrase"
# The same seed finds the same cases again; 50 cases an operation.
SEED, EXAMPLES = "20261121", "50"
CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,"
    "response_schema_conformance,negative_data_rejection,unsupported_method,missing_required_header,ignored_auth"
)
READY_SECONDS = 30
# Not a header: the secret for the routes that have one in their address.
LINK = "link"


def main() -> int:
    program, folder = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    origin = f"http://127.0.0.1:{port}"
    server = start(program, folder, origin)
    try:
        await_ready(server, origin)
        people = enter(origin)
        document = get(origin, "/api/openapi.json")
        (folder / "openapi.json").write_text(json.dumps(document))
        failed = [surface for surface in people if not ask(folder, origin, document, surface, people[surface])]
        if server.poll() is not None:
            failed.append("the server ended")
        failed += [] if lists_tickets(folder, origin, people["/api/v1"]["Authorization"]) else ["the generated client"]
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=30)
    if failed:
        print(f"contract: failed: {', '.join(failed)}; the server's log: {folder / 'log'}")
    return 1 if failed else 0


def start(program: pathlib.Path, folder: pathlib.Path, origin: str) -> subprocess.Popen:
    password = folder / "password"
    password.write_text(PASSWORD)
    data = ["--data", str(folder / "data")]
    setup = ["setup", *data, "--yes", "--name", "Ada", "--email", EMAIL, "--password-file", str(password)]
    log = open(folder / "log", "w")
    subprocess.run([program, *setup], check=True, stdout=log, stderr=log)
    serve = ["serve", *data, "--listen", origin.removeprefix("http://"), "--public-url", origin]
    return subprocess.Popen([program, *serve], stdout=log, stderr=log)


def await_ready(server: subprocess.Popen, origin: str) -> None:
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until and server.poll() is None:
        try:
            urllib.request.urlopen(f"{origin}/readyz")
            return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.05)
    raise SystemExit("the server was not ready in time")


def enter(origin: str) -> dict[str, dict[str, str]]:
    """The headers of somebody who may do everything, on each surface."""
    _, tokens = post(origin, "/api/v1/auth/login", {"email": EMAIL, "password": PASSWORD}, {})
    admin = {"Authorization": f"Bearer {tokens['access_token']}"}
    key = get(origin, "/api/v1/inboxes", admin)["data"][0]["key"]
    browser = {"Sec-Fetch-Site": "same-origin", "Origin": origin}
    headers, session = post(origin, "/w/api/v1/session", {"key": key}, browser)
    visitor = {**browser, "Cookie": headers["Set-Cookie"].split(";")[0]}
    post(origin, "/w/api/v1/tickets", {"subject": "My order is late", "initial_message": "Where is it?"}, visitor)
    # The holder of a link is somebody else, so that what one surface does to its person harms no other.
    opened = {"subject": "By phone", "requester": {"email": "mia@example.com", "name": "Mia"}}
    _, ticket = post(origin, "/api/v1/tickets", opened, admin)
    scope = {"contact": ticket["requester"]["id"]}
    link = {"scope": scope, "can": ["read", "reply", "create", "close"], "expires_in_days": 1}
    _, token = post(origin, "/api/v1/tokens", link, admin)
    headers, _ = post(origin, "/portal/api/v1/session", {"token": token["token"]}, browser)
    portal = {**browser, "Cookie": headers["Set-Cookie"].split(";")[0]}
    # The desk comes last: it may revoke what the others hold.
    return {"/w/api/v1": visitor, "/portal/api/v1": portal, "/api/v1": {**admin, LINK: token["token"]}}


def ask(folder: pathlib.Path, origin: str, document: dict, surface: str, headers: dict[str, str]) -> bool:
    """Runs schemathesis on one surface; its report goes to the terminal."""
    # The document cannot know the cookie's whole name, which schemathesis needs to leave it out.
    name, _, cookie = headers.get("Cookie", "").partition("=")
    for scheme in document["components"]["securitySchemes"].values():
        if cookie and scheme.get("in") == "cookie" and scheme["name"] in name:
            scheme["name"] = name
    headers = dict(headers)
    link = headers.pop(LINK, "")
    (folder / "schemathesis.toml").write_text(f'[parameters]\n"path.token" = "{link}"\n' if link else "")
    paths = {path: item for path, item in document["paths"].items() if path.startswith(f"{surface}/")}
    part = folder / f"{surface.strip('/').replace('/', '-')}.json"
    part.write_text(json.dumps({**document, "paths": paths}))
    command = [
        str(pathlib.Path(sys.executable).with_name("schemathesis")), "run", str(part), "--url", origin,
        "--checks", CHECKS, "--max-examples", EXAMPLES, "--seed", SEED, "--phases", "examples,coverage,fuzzing",
        "--workers", "1", "--request-timeout", "10", "--warnings", "off", "--suppress-health-check", "all",
        # The header above is there whatever is generated, so a case that leaves the cookie out would not.
        # Whether a credential is needed is what `ignored_auth` asks.
        "--generation-with-security-parameters", "false",
        "--report", "junit", "--report-junit-path", str(part.with_suffix(".xml")), "--no-color",
        # A live feed never ends, and ending the session would leave the rest of the run without one.
        "--exclude-path-regex", r"/(events/stream|ws)$|/session(/end)?$|/auth/(logout|session)$",
    ]  # fmt: skip
    for name, value in headers.items():
        command += ["--header", f"{name}: {value}"]
    is_held = subprocess.run(command, cwd=folder).returncode == 0
    # Without its credential the run would have seen refusals only.
    is_in = isinstance(get(origin, f"{surface}/tickets", headers)["data"], list)
    return is_held and is_in


def lists_tickets(folder: pathlib.Path, origin: str, authorization: str) -> bool:
    """Generates a client from the document, compiles it strictly, and lists tickets with it."""
    here = pathlib.Path(__file__).resolve().parent
    tool = here / "node_modules" / ".bin"
    client = folder / "client"
    client.mkdir(exist_ok=True)
    environment = {**os.environ, "ORIGIN": origin, "AUTHORIZATION": authorization}
    (client / "list.mts").write_text((here / "list.mts").read_text())
    (client / "package.json").write_text('{"type": "module"}')
    modules = client / "node_modules"
    if not modules.exists():
        modules.symlink_to(here / "node_modules")
    strict = ["--strict", "--noUncheckedIndexedAccess", "--module", "nodenext", "--target", "es2022", "--skipLibCheck", "false"]
    for command in (
        [tool / "openapi-typescript", folder / "openapi.json", "--output", client / "api.d.ts"],
        [tool / "tsc", *strict, client / "list.mts"],
        ["node", client / "list.mjs"],
    ):
        if subprocess.run([str(word) for word in command], cwd=client, env=environment).returncode != 0:
            return False
    return True


def get(origin: str, path: str, headers: dict[str, str] | None = None) -> dict:
    with urllib.request.urlopen(urllib.request.Request(origin + path, headers=headers or {})) as answer:
        return json.load(answer)


def post(origin: str, path: str, body: dict, headers: dict[str, str]):
    headers = {"Content-Type": "application/json", **headers}
    request = urllib.request.Request(origin + path, json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request) as answer:
        return answer.headers, json.load(answer)


if __name__ == "__main__":
    raise SystemExit(main())
