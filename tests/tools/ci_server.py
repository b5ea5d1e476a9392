"""Stands in for GitHub and GitLab in ci-files.sh: comments, issues, and the files of a release. ci_server.py RELEASES

Prints its port. What it holds can be read at /state."""

import http.server
import json
import pathlib
import re
import sys
import urllib.parse

BOT, STRANGER = {"login": "github-actions[bot]"}, {"login": "stranger"}
# A stranger has written a hundred comments: ours stands on the second page.
state = {"comments": [{"id": n, "user": STRANGER, "body": "hello"} for n in range(1, 101)], "issues": [], "writes": []}
# The same in GitLab, where tokens stand for people's numbers.
gitlab = {"notes": [{"id": n, "author": {"id": 1}, "body": "hello"} for n in range(1, 101)], "issues": []}
TOKENS = {"the-token": 2, "another": 3}


class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def answer(self, status, value):
        data = value if isinstance(value, bytes) else json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def handle_any(self):
        url = urllib.parse.urlsplit(self.path)
        query = dict(urllib.parse.parse_qsl(url.query))
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if url.path == "/state":
            return self.answer(200, {**state, "gitlab": gitlab})
        if url.path.startswith("/api/v4/"):
            return self.handle_gitlab(url.path.removeprefix("/api/v4/"), query, body)
        if match := re.fullmatch(r"/OWNER/orgsync/releases/download/[^/]+/([^/]+)", url.path):
            file = pathlib.Path(sys.argv[1], match[1])
            return self.answer(200, file.read_bytes()) if file.exists() else self.answer(404, {})
        if self.headers.get("Authorization") != "Bearer the-token":
            return self.answer(401, {})
        match = re.fullmatch(r"/repos/acme/people/issues(?:/7/(comments)|/(comments)/(\d+)|/(\d+))?", url.path)
        if not match:
            return self.answer(404, {})
        kind = "comments" if match[1] or match[2] else "issues"
        key, number = ("id", match[3]) if kind == "comments" else ("number", match[4])
        if self.command == "GET":
            size, page = int(query.get("per_page", 30)), int(query.get("page", 1))
            found = [e for e in state[kind] if query.get("state") in (None, e.get("state"))]
            return self.answer(200, found[(page - 1) * size : page * size])
        value = json.loads(body)
        state["writes"].append(f"{self.command} {kind}")
        if self.command == "POST":
            entry = {key: 1000 + len(state[kind]), "user": BOT, "state": "open", **value}
            state[kind].append(entry)
            return self.answer(201, entry)
        entry = next(e for e in state[kind] if e[key] == int(number))
        entry.update(value)
        return self.answer(200, entry)

    def handle_gitlab(self, path, query, body):
        author = {"id": TOKENS.get(self.headers.get("PRIVATE-TOKEN"))}
        if not author["id"]:
            return self.answer(401, {})
        if path == "user":
            return self.answer(200, author)
        match = re.fullmatch(r"projects/5/(?:merge_requests/3/(notes)|issues)(?:/(\d+))?", path)
        if not match:
            return self.answer(404, {})
        # Issues are known by their number in the project. Fields of the other kind are ignored.
        kind, key, fields = ("notes", "id", ["body"]) if match[1] else ("issues", "iid", ["title", "description"])
        if self.command == "GET":
            size, page = int(query.get("per_page", 20)), int(query.get("page", 1))
            found = [e for e in gitlab[kind] if kind == "notes" or query.get("state") in (None, e["state"])]
            return self.answer(200, found[(page - 1) * size : page * size])
        value = json.loads(body)
        text = {field: value[field] for field in fields}
        if self.command == "POST":
            entry = {"id": 900 + len(gitlab[kind]), key: 500 + len(gitlab[kind]), "author": author, **text}
            gitlab[kind].append({**entry, "state": "opened"})
            return self.answer(201, entry)
        entry = next(e for e in gitlab[kind] if e[key] == int(match[2]) and e["author"] == author)
        entry.update(text)
        if value.get("state_event") == "close":
            entry["state"] = "closed"
        return self.answer(200, entry)

    do_GET = do_POST = do_PATCH = do_PUT = handle_any


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
server.serve_forever()
