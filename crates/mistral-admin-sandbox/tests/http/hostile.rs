//! Bytes that no decent client sends. Nothing makes the sandbox fail, hang or stop serving the others.

use crate::client::TestSandbox;
use serde_json::Value;
use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

/// Sends bytes; gives all that comes back until the sandbox hangs up. It may do that before it has read everything, so
/// that the last writes and reads may fail.
fn exchange(world: &TestSandbox, bytes: &[u8]) -> String {
    talk(world, bytes, false)
}

/// [`exchange`] where the client may say that nothing more comes. To hyper that means that nobody waits for an answer
/// to a whole request; so this is for halves of requests alone.
fn talk(world: &TestSandbox, bytes: &[u8], ends: bool) -> String {
    let address = world.url("").replace("http://", "");
    let mut stream = TcpStream::connect(&address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream.set_write_timeout(Some(Duration::from_secs(20))).unwrap();
    let _ = stream.write_all(&with_host(bytes, &address));
    if ends {
        let _ = stream.shutdown(Shutdown::Write);
    }
    let (mut answer, mut piece) = (Vec::new(), [0; 8192]);
    loop {
        match stream.read(&mut piece) {
            Ok(0) => break,
            Ok(length) => answer.extend_from_slice(&piece[..length]),
            Err(error) => {
                assert_ne!(error.kind(), std::io::ErrorKind::WouldBlock, "it hangs: {bytes:.200?}");
                break;
            }
        }
    }
    String::from_utf8_lossy(&answer).into_owned()
}

/// The header in the requests here that stands for the address of the sandbox.
const HOST: &[u8] = b"Host: x\r\n";

fn with_host(bytes: &[u8], address: &str) -> Vec<u8> {
    let (mut out, mut rest) = (Vec::new(), bytes);
    while let Some(at) = rest.windows(HOST.len()).position(|window| window == HOST) {
        out.extend_from_slice(&rest[..at]);
        out.extend_from_slice(format!("Host: {address}\r\n").as_bytes());
        rest = &rest[at + HOST.len()..];
    }
    [out.as_slice(), rest].concat()
}

/// The status of each answer to some bytes, and the code in the last one's body where it is a general error.
fn told(answer: &str) -> String {
    let statuses = answer.split("HTTP/1.").skip(1).filter_map(|one| one.split(' ').nth(1));
    let (_, body) = answer.rsplit_once("\r\n\r\n").unwrap_or_default();
    let code =
        serde_json::from_str::<Value>(body).ok().and_then(|body| Some(body["code"].as_str()?.to_owned()));
    statuses.map(str::to_owned).chain(code).collect::<Vec<_>>().join(" ")
}

fn request(line: &str, headers: &str, body: &str) -> Vec<u8> {
    format!(
        "{line} HTTP/1.1\r\nHost: x\r\nx-api-key: sandbox-key\r\nConnection: close\r\n{headers}\r\n{body}"
    )
    .into_bytes()
}

#[tokio::test(flavor = "multi_thread")]
async fn broken_http_is_refused_and_the_next_request_is_served() {
    let world = TestSandbox::fresh().await;
    let before = world.people().await;
    let post = |headers: &str, body: &str| request("POST /v1/admin/users", headers, body);
    let chunked = |body: &str| post("Transfer-Encoding: chunked\r\n", body);
    let get = |path: &str| request(&format!("GET /v1/admin{path}"), "", "");
    let cases: [(&str, Vec<u8>, &str); 38] = [
        ("no HTTP", b"\x00\xff\x01 nonsense\r\n\r\n".to_vec(), "400"),
        ("TLS", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\x00\x00\x00\x00".to_vec(), "400"),
        ("no version", b"GET /v1/admin/roles\r\n\r\n".to_vec(), "400"),
        ("unknown version", b"GET /v1/admin/roles HTTP/3.7\r\n\r\n".to_vec(), "400"),
        ("half of a request line", b"GET /v1/ad".to_vec(), ""),
        ("half of a header", b"GET /v1/admin/roles HTTP/1.1\r\nx-api-k".to_vec(), ""),
        ("a NUL in a header", request("GET /v1/admin/roles", "x: a\0b\r\n", ""), "400"),
        (
            "a key that is no ASCII",
            request("GET /v1/admin/roles", "x-api-key: \u{e9}\r\n", ""),
            "401 unauthorized",
        ),
        ("many headers", request("GET /v1/admin/roles", &"x: y\r\n".repeat(101), ""), "431"),
        ("a space in the path", get("/us ers"), "400"),
        ("a long path", get(&format!("/users/{}", "a".repeat(60_000))), "422"),
        ("a longer path", get(&format!("/users/{}", "a".repeat(70_000))), "414"),
        ("a doubled slash", get("//users"), "404 not_found"),
        ("dots", get("/users/../users"), "404 not_found"),
        ("dots for an id", get("/users/.."), "422"),
        ("an encoded letter", get("/%75sers"), "404 not_found"),
        ("an encoded slash", get("/users/a%2fb"), "422"),
        ("an encoded NUL", get("/users/%00"), "422"),
        ("half an encoding", get("/users/%"), "422"),
        ("a raw letter beyond ASCII", get("/\u{e9}"), "404 not_found"),
        ("a query of separators", get("/users?&&&==&="), "422"),
        ("a NUL in a query", get("/users?email=%00"), "200"),
        ("letter case", request("GET /V1/ADMIN/users", "", ""), "404 not_found"),
        ("asterisk", request("OPTIONS *", "", ""), "404 not_found"),
        ("a tunnel", request("CONNECT x:443", "", ""), "404 not_found"),
        (
            "an unknown method",
            request(&format!("{} /v1/admin/users", "F".repeat(10_000)), "", ""),
            "405 method_not_allowed",
        ),
        (
            "an upgrade",
            request("GET /v1/admin/roles", "Upgrade: websocket\r\nConnection: upgrade\r\n", ""),
            "200",
        ),
        ("a body that breaks off", post("Content-Length: 100\r\n", "[]"), "400 incomplete_body"),
        (
            "an endless body that breaks off",
            post("Content-Length: 9223372036854775807\r\n", "[]"),
            "400 incomplete_body",
        ),
        ("more than the length tells", post("Content-Length: 2\r\n", "[]]]\r\n\r\n"), "200"),
        ("a negative length", post("Content-Length: -1\r\n", "[]"), "400"),
        ("two lengths", post("Content-Length: 2\r\nContent-Length: 3\r\n", "[] "), "400"),
        ("an unknown encoding", post("Transfer-Encoding: gzip\r\n", "[]"), "400"),
        ("a chunk that breaks off", chunked("5\r\n[]"), "400 incomplete_body"),
        ("a chunk without a size", chunked("zz\r\n[]\r\n0\r\n\r\n"), "400 incomplete_body"),
        ("a chunk that is too large", chunked("fffffffffffffffff\r\n[]"), "400 incomplete_body"),
        (
            "a chunk with a long extension",
            chunked(&format!("2;{}\r\n[]\r\n0\r\n\r\n", "a".repeat(1 << 20))),
            "400 incomplete_body",
        ),
        (
            "a body that waits to be asked for",
            post("Expect: 100-continue\r\nContent-Length: 2\r\n", "[]"),
            "100 200",
        ),
    ];
    for (name, bytes, expected) in cases {
        let answer = talk(&world, &bytes, name.starts_with("half of") || name.ends_with("breaks off"));
        assert_eq!(told(&answer), expected, "{name}: {answer:.500}");
        assert_eq!(told(&exchange(&world, &get("/roles"))), "200", "after {name}");
    }
    let many = b"GET /v1/admin/roles HTTP/1.1\r\nHost: x\r\nx-api-key: sandbox-key\r\n\r\n".repeat(50);
    let answer = exchange(&world, &[many, get("/roles")].concat());
    assert_eq!(told(&answer), ["200"; 51].join(" "), "in one go");
    // How much of these the sandbox reads before it hangs up is a matter of buffers; that it lives is not.
    exchange(&world, &request("GET /v1/admin/roles", &format!("x: {}\r\n", "a".repeat(4 << 20)), ""));
    exchange(&world, &get(&format!("/{}", "a".repeat(4 << 20))));
    assert_eq!(world.people().await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_sends_slowly_holds_nobody_up() {
    let world = TestSandbox::fresh().await;
    let unfinished = request("POST /v1/admin/users", "Content-Length: 9\r\n", "[");
    let address = world.url("").replace("http://", "");
    let slow: Vec<TcpStream> = (0..100)
        .map(|_| {
            let mut stream = TcpStream::connect(&address).unwrap();
            stream.write_all(&with_host(&unfinished, &address)).unwrap();
            stream
        })
        .collect();
    assert_eq!(world.create(&["ada@acme.example"], &[]).await.len(), 1);
    drop(slow);
}

/// What a browser sends for a page of another site, also under a name that has come to resolve to this machine.
#[tokio::test(flavor = "multi_thread")]
async fn no_web_page_reaches_it() {
    let world = TestSandbox::fresh().await;
    let address = world.url("").replace("http://", "");
    let port = address.rsplit(':').next().unwrap().to_owned();
    let before = world.people().await;
    let ask = |line: &str, host: &str, more: &str| {
        let bytes = format!(
            "{line} HTTP/1.1\r\n{host}x-api-key: sandbox-key\r\nConnection: close\r\n{more}Content-Length: 2\r\n\r\n{{}}"
        );
        told(&exchange(&world, bytes.as_bytes()))
    };
    let (own, accept) = (format!("Host: {address}\r\n"), "POST /sandbox/accept");
    for line in [accept, "GET /sandbox/requests", "GET /v1/admin/roles", "GET /nothing"] {
        for host in [
            "evil.example",
            &format!("evil.example:{port}"),
            "127.0.0.1",
            "127.0.0.1:1",
            &format!("192.0.2.1:{port}"),
            &format!("localhost.evil.example:{port}"),
            &format!("a@localhost:{port}"),
            "",
        ] {
            assert_eq!(ask(line, &format!("Host: {host}\r\n"), ""), "403 foreign_host", "{line} {host}");
        }
        assert_eq!(ask(line, "", ""), "403 foreign_host", "{line} without a host");
        for origin in [
            "http://evil.example",
            "null",
            "https://localhost",
            &format!("https://{address}"),
            "http://127.0.0.1:1",
            "",
        ] {
            let answer = ask(line, &own, &format!("Origin: {origin}\r\n"));
            assert_eq!(answer, "403 foreign_origin", "{line} {origin}");
        }
        let two = format!("{own}Host: evil.example\r\n");
        assert!(["400", "403 foreign_host"].contains(&ask(line, &two, "").as_str()), "{line} with two hosts");
    }
    for host in ["localhost", "LOCALHOST", "127.0.0.1", "127.1.2.3", "[::1]"] {
        let (host, origin) =
            (format!("Host: {host}:{port}\r\n"), format!("Origin: http://{host}:{port}\r\n"));
        assert_eq!([ask(accept, &host, ""), ask(accept, &host, &origin)], ["200", "200"], "{host}");
    }
    assert_eq!(world.people().await, before);
    let noted: Value =
        world.http.get(world.url("/sandbox/requests")).send().await.unwrap().json().await.unwrap();
    assert!(noted.as_array().unwrap().iter().all(|one| one["path"] == "/v1/admin/users"), "{noted}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_remembered_of_a_request_is_short() {
    let world = TestSandbox::fresh().await;
    exchange(
        &world,
        &request(&format!("{} /v1/admin/{}", "F".repeat(5_000), "\u{e9}".repeat(20_000)), "", ""),
    );
    let answer = world.http.get(world.url("/sandbox/requests")).send().await.unwrap();
    assert!(answer.content_length().unwrap() < 1_500);
    let noted: Value = answer.json().await.unwrap();
    assert_eq!((noted.as_array().unwrap().len(), &noted[0]["status"]), (1, &404.into()));
}
