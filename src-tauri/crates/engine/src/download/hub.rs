//! The source of models: what it says about a file, and the file itself.

use std::env;
use std::error::Error as StdError;
use std::time::Duration;

use ureq::config::RedirectAuthHeaders;
use ureq::http::{HeaderMap, Response, StatusCode, Uri};
use ureq::{Agent, Body, Proxy};

use super::{Checksum, DownloadError};

/// Where models come from when nothing else is said.
const ENDPOINT: &str = "https://huggingface.co";

/// Moves of a repository, and of its files, that are followed.
const MAX_MOVES: u32 = 10;

/// How to reach the source.
#[derive(Clone, Debug)]
pub struct HubOptions {
    /// Its address.
    pub endpoint: String,
    /// Whether `ALL_PROXY`, `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` count.
    pub proxy: bool,
    /// How long it may be silent.
    pub silence: Duration,
    /// The pauses before another try; as many tries without progress are made.
    pub pauses: Vec<Duration>,
}

impl Default for HubOptions {
    fn default() -> Self {
        Self {
            endpoint: ENDPOINT.to_owned(),
            proxy: true,
            silence: Duration::from_secs(20),
            pauses: [1, 2, 5, 10, 20, 40].map(Duration::from_secs).to_vec(),
        }
    }
}

/// A file at the source, by what names it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Address<'a> {
    pub(super) repo: &'a str,
    pub(super) revision: &'a str,
    pub(super) file: &'a str,
}

/// What the source says about a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remote {
    /// Its length.
    pub bytes: u64,
    /// What its content is.
    pub checksum: Checksum,
    /// The commit it belongs to, where that is said.
    pub commit: Option<String>,
}

/// The source of models. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Hub {
    endpoint: String,
    host: String,
    pauses: Vec<Duration>,
    agent: Agent,
}

impl Hub {
    /// The source that `HF_ENDPOINT` names, or the usual one.
    ///
    /// # Errors
    /// [`DownloadError::Endpoint`].
    pub fn from_env() -> Result<Self, DownloadError> {
        let mut options = HubOptions::default();
        if let Ok(endpoint) = env::var("HF_ENDPOINT")
            && !endpoint.is_empty()
        {
            options.endpoint = endpoint;
        }
        Self::open(&options)
    }

    /// A source; connects to nothing yet.
    ///
    /// # Errors
    /// [`DownloadError::Endpoint`] where its address is none.
    pub fn open(options: &HubOptions) -> Result<Self, DownloadError> {
        let endpoint = options.endpoint.trim_end_matches('/').to_owned();
        let wrong = || DownloadError::Endpoint {
            endpoint: options.endpoint.clone(),
        };
        let uri: Uri = endpoint.parse().map_err(|_| wrong())?;
        let host = uri.host().filter(|host| !host.is_empty());
        let host = host.ok_or_else(wrong)?.to_owned();
        let secure = match uri.scheme_str() {
            Some("https") => true,
            Some("http") => false,
            _ => return Err(wrong()),
        };
        let proxy = options.proxy.then(Proxy::try_from_env).flatten();
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .https_only(secure)
            .user_agent(concat!("latent/", env!("CARGO_PKG_VERSION")))
            .accept_encoding("identity")
            .redirect_auth_headers(RedirectAuthHeaders::Never)
            .max_redirects(MAX_MOVES)
            .proxy(proxy)
            .timeout_resolve(Some(options.silence))
            .timeout_connect(Some(options.silence))
            .timeout_recv_response(Some(options.silence))
            .timeout_per_read(Some(options.silence))
            .timeout_per_write(Some(options.silence))
            .build();
        Ok(Self {
            endpoint,
            host,
            pauses: options.pauses.clone(),
            agent: config.new_agent(),
        })
    }

    /// The same source for somebody who waits for the answer: nothing is tried twice.
    #[must_use]
    pub fn impatient(&self) -> Self {
        Self {
            pauses: Vec::new(),
            ..self.clone()
        }
    }

    /// The address of a repository, for people.
    #[must_use]
    pub fn address_of(&self, repo: &str) -> String {
        format!("{}/{repo}", self.endpoint)
    }

    /// Breaks every connection off, now and later: whoever waits for one gets an error.
    pub fn shut_down(&self) {
        self.agent.clone().shutdown();
    }

    /// The source's host, for people.
    pub(super) fn host(&self) -> &str {
        &self.host
    }

    /// The pauses before another try.
    pub(super) fn pauses(&self) -> &[Duration] {
        &self.pauses
    }

    /// Asks what a file is, without fetching it.
    ///
    /// Large files are answered with a redirect to where their bytes lie, and the redirect itself
    /// says what they are. Moves within the source are followed.
    pub(super) fn look(&self, address: Address<'_>) -> Result<Remote, DownloadError> {
        let mut url = self.url(address);
        let mut said = Said::default();
        for _ in 0..=MAX_MOVES {
            let response = self
                .agent
                .head(&url)
                .config()
                .max_redirects(0)
                .max_redirects_will_error(false)
                .build()
                .call()
                .map_err(|error| self.failed(address, error))?;
            said.hear(response.headers(), response.status());
            let moved = self.moved(&response);
            if said.is_all() {
                break;
            }
            match moved {
                Some(next) => url = next,
                None if response.status().is_redirection() => break,
                None => {
                    self.check_status(address, &response)?;
                    break;
                }
            }
        }
        said.remote(self.host(), address.file)
    }

    /// Fetches a file from a byte on. `validator` makes the source begin anew where its content is
    /// another one by now.
    pub(super) fn get(
        &self,
        address: Address<'_>,
        from: u64,
        validator: Option<&str>,
    ) -> Result<Response<Body>, DownloadError> {
        let mut request = self.agent.get(self.url(address));
        if from > 0 {
            request = request.header("Range", format!("bytes={from}-"));
            if let Some(validator) = validator {
                request = request.header("If-Range", validator);
            }
        }
        let response = request
            .call()
            .map_err(|error| self.failed(address, error))?;
        if response.status() == StatusCode::RANGE_NOT_SATISFIABLE && from > 0 {
            return Ok(response);
        }
        self.check_status(address, &response)?;
        Ok(response)
    }

    fn failed(&self, address: Address<'_>, error: ureq::Error) -> DownloadError {
        match error {
            ureq::Error::Io(error) => self.unreachable(address, error),
            error => self.unreachable(address, error),
        }
    }

    /// A failure of the connection.
    pub(super) fn unreachable(
        &self,
        address: Address<'_>,
        error: impl StdError + Send + Sync + 'static,
    ) -> DownloadError {
        DownloadError::Connection {
            file: address.file.to_owned(),
            host: self.host.clone(),
            source: Box::new(error),
        }
    }

    fn url(&self, address: Address<'_>) -> String {
        let Address {
            repo,
            revision,
            file,
        } = address;
        format!("{}/{repo}/resolve/{revision}/{file}", self.endpoint)
    }

    /// Where a redirect leads to, if it stays within the source.
    fn moved(&self, response: &Response<Body>) -> Option<String> {
        if !response.status().is_redirection() {
            return None;
        }
        let place = header(response.headers(), "location")?;
        let (scheme, rest) = self.endpoint.split_once("://")?;
        let origin = format!("{scheme}://{}", rest.split('/').next()?);
        if place.starts_with('/') && !place.starts_with("//") {
            return Some(format!("{origin}{place}"));
        }
        place
            .starts_with(&format!("{origin}/"))
            .then(|| place.to_owned())
    }

    fn check_status(
        &self,
        address: Address<'_>,
        response: &Response<Body>,
    ) -> Result<(), DownloadError> {
        let status = response.status();
        let host = self.host.clone();
        let repo = address.repo.to_owned();
        match status.as_u16() {
            200..=299 => Ok(()),
            status @ (401 | 403) => Err(DownloadError::Forbidden { host, repo, status }),
            404 => Err(DownloadError::Missing {
                host,
                repo,
                revision: address.revision.to_owned(),
                file: address.file.to_owned(),
            }),
            status @ (429 | 500..=599) => {
                let wait_s = header(response.headers(), "retry-after").and_then(|s| s.parse().ok());
                Err(DownloadError::Busy {
                    host,
                    status,
                    wait_s,
                })
            }
            status => Err(DownloadError::Answer {
                host,
                file: address.file.to_owned(),
                status,
            }),
        }
    }
}

/// What the answers said so far; the first word on a thing counts.
#[derive(Default)]
struct Said {
    bytes: Option<u64>,
    checksum: Option<Checksum>,
    commit: Option<String>,
}

impl Said {
    fn hear(&mut self, headers: &HeaderMap, status: StatusCode) {
        let checksum = |name| header(headers, name).and_then(Checksum::from_etag);
        let bytes = |name| header(headers, name).and_then(|text| text.parse().ok());
        let commit = header(headers, "x-repo-commit").filter(|text| is_commit(text));
        self.commit = self.commit.take().or(commit.map(str::to_owned));
        self.checksum = self.checksum.take().or(checksum("x-linked-etag"));
        self.bytes = self.bytes.or(bytes("x-linked-size"));
        if status.is_success() {
            self.checksum = self.checksum.take().or(checksum("etag"));
            self.bytes = self.bytes.or(bytes("content-length"));
        }
    }

    fn is_all(&self) -> bool {
        self.bytes.is_some() && self.checksum.is_some()
    }

    fn remote(self, host: &str, file: &str) -> Result<Remote, DownloadError> {
        let untold = |what| DownloadError::Untold {
            host: host.to_owned(),
            file: file.to_owned(),
            what,
        };
        Ok(Remote {
            bytes: self.bytes.ok_or_else(|| untold("size"))?,
            checksum: self.checksum.ok_or_else(|| untold("checksum"))?,
            commit: self.commit,
        })
    }
}

/// A header's value, where it is text.
pub(super) fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// Whether a revision names one commit and not a branch.
pub(super) fn is_commit(text: &str) -> bool {
    text.len() == 40 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_is_none_is_refused() {
        let open = |endpoint: &str| {
            Hub::open(&HubOptions {
                endpoint: endpoint.to_owned(),
                ..HubOptions::default()
            })
        };
        for endpoint in ["", "huggingface.co", "ftp://x", "file:///etc", "https://"] {
            assert!(
                matches!(open(endpoint), Err(DownloadError::Endpoint { .. })),
                "{endpoint}"
            );
        }
        let hub = open("https://mirror.example/hub/").unwrap();
        let address = hub.url(Address {
            repo: "a/b",
            revision: "main",
            file: "c.json",
        });
        assert_eq!(
            address,
            "https://mirror.example/hub/a/b/resolve/main/c.json"
        );
    }
}
