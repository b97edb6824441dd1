//! One page over HTTP, for browsers on this machine: the smallest server that is safe for that.
//!
//! It listens on the loopback address, and answers `GET /` with the page and `GET /version` with its number. It reads no file and
//! knows no other path. A request is read up to a bounded length and for a bounded time, its `Host` must name this server, so that
//! the page of a stranger cannot reach it by a name that leads here, and each connection is closed after its answer.

use std::io::{self, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// The longest request, in bytes.
const LONGEST: usize = 16 * 1024;
/// How long a request may take.
const TIME: Duration = Duration::from_secs(5);
/// How many requests are answered at the same time.
const MOST: usize = 32;

/// The page that is served, which another thread replaces.
#[derive(Clone, Default)]
pub(super) struct Served(Arc<Mutex<(u64, Arc<str>)>>);

impl Served {
    /// Replaces the page.
    pub(super) fn set(&self, version: u64, page: String) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = (version, page.into());
    }

    fn get(&self) -> (u64, Arc<str>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Listens on a port of the loopback address, 0 for any that is free, and answers in threads of its own. Returns the port.
///
/// # Errors
/// A port that cannot be used.
pub(super) fn serve(port: u16, served: Served) -> io::Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
    let port = listener.local_addr()?.port();
    let open = Arc::new(AtomicUsize::new(0));
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            if open.fetch_add(1, Ordering::SeqCst) >= MOST {
                open.fetch_sub(1, Ordering::SeqCst);
                continue;
            }
            let (served, open) = (served.clone(), Arc::clone(&open));
            thread::spawn(move || {
                // A browser that goes away has no use for the rest.
                let _ = answer(stream, port, &served);
                open.fetch_sub(1, Ordering::SeqCst);
            });
        }
    });
    Ok(port)
}

fn answer(mut stream: TcpStream, port: u16, served: &Served) -> io::Result<()> {
    stream.set_write_timeout(Some(TIME))?;
    let (status, kind, body) = match request(&mut stream)? {
        Some(head) => response(&head, port, served),
        None => ("400 Bad Request", "text/plain", "The request is too long, takes too long, or is none.\n".into()),
    };
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {kind}; charset=utf-8\r\nContent-Length: {}\r\nCache-Control: no-store\r\n\
         X-Content-Type-Options: nosniff\r\nX-Frame-Options: DENY\r\nCross-Origin-Resource-Policy: same-origin\r\n\
         Referrer-Policy: no-referrer\r\nConnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes())?;
    stream.write_all(body.as_bytes())?;
    stream.flush()
}

/// The head of a request; `None` if it is too long or does not end in time.
fn request(stream: &mut TcpStream) -> io::Result<Option<String>> {
    let begin = Instant::now();
    let mut head = Vec::new();
    let mut part = [0; 1024];
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        let left = TIME.saturating_sub(begin.elapsed());
        if left.is_zero() || head.len() >= LONGEST {
            return Ok(None);
        }
        stream.set_read_timeout(Some(left))?;
        match stream.read(&mut part) {
            Ok(0) | Err(_) => return Ok(None),
            Ok(count) => head.extend_from_slice(&part[..count]),
        }
    }
    Ok(String::from_utf8(head).ok())
}

/// The status, the type and the text that answer a request.
fn response(head: &str, port: u16, served: &Served) -> (&'static str, &'static str, Arc<str>) {
    let mut lines = head.split("\r\n");
    let mut words = lines.next().unwrap_or_default().split(' ');
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let hosts: Vec<&str> = lines
        .filter_map(|line| line.split_once(':'))
        .filter(|(name, _)| name.eq_ignore_ascii_case("host"))
        .map(|(_, host)| host.trim())
        .collect();
    let is_own = |host: &str| ["127.0.0.1", "localhost"].iter().any(|name| host == format!("{name}:{port}"));
    if !matches!(hosts[..], [host] if is_own(host)) {
        return ("403 Forbidden", "text/plain", "This page is for 127.0.0.1 and localhost only.\n".into());
    }
    if method != "GET" {
        return ("405 Method Not Allowed", "text/plain", "Only GET is answered.\n".into());
    }
    let (version, page) = served.get();
    match target.split('?').next() {
        Some("/") => ("200 OK", "text/html", page),
        Some("/version") => ("200 OK", "text/plain", version.to_string().into()),
        _ => ("404 Not Found", "text/plain", "There is one page: /\n".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(port: u16, request: &str) -> String {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        let _ = stream.read_to_string(&mut answer);
        answer
    }

    #[test]
    fn only_this_machine_gets_the_one_page_and_nothing_else() {
        let served = Served::default();
        served.set(7, "<p>page</p>".to_owned());
        let port = serve(0, served.clone()).unwrap();
        let get = |path: &str, host: &str| asked(port, &format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n"));
        let own = format!("127.0.0.1:{port}");
        assert!(get("/", &own).ends_with("\r\n\r\n<p>page</p>"));
        assert!(get("/", &format!("localhost:{port}")).starts_with("HTTP/1.1 200 OK"));
        assert!(get("/version?after=6", &own).ends_with("\r\n\r\n7"));
        served.set(8, "other".to_owned());
        assert!(get("/version", &own).ends_with("\r\n\r\n8"));
        for path in ["/etc/passwd", "/../costplan.toml", "//", "/index.html", "http://evil.example/"] {
            assert!(get(path, &own).starts_with("HTTP/1.1 404"), "{path}");
        }
        for host in ["evil.example", "evil.example:80", "127.0.0.1", "127.0.0.1:1", ""] {
            assert!(get("/", host).starts_with("HTTP/1.1 403"), "{host}");
        }
        let two = format!("GET / HTTP/1.1\r\nHost: {own}\r\nHost: evil.example\r\n\r\n");
        assert!(asked(port, &two).starts_with("HTTP/1.1 403"));
        assert!(asked(port, "GET / HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 403"));
        let written = format!("POST / HTTP/1.1\r\nHost: {own}\r\n\r\n");
        assert!(asked(port, &written).starts_with("HTTP/1.1 405"));
        let long = format!("GET / HTTP/1.1\r\nHost: {own}\r\nX: {}", "x".repeat(LONGEST));
        assert!(!asked(port, &long).contains("page"));
    }
}
