//! `flowc lsp`: the messages of the language server protocol, on standard input and output.

use std::collections::BTreeMap;
use std::io::{self, BufRead, Write as _};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::sync::mpsc::{Receiver, TryRecvError, channel};
use std::thread;

use lsp_server::{ErrorCode, Message, Notification, Request, Response};
use lsp_types::notification::{
    DidChangeTextDocument, DidChangeWatchedFiles, DidCloseTextDocument, DidOpenTextDocument,
    DidSaveTextDocument, Notification as _, PublishDiagnostics,
};
use lsp_types::request::{
    CodeActionRequest, Completion, DocumentSymbolRequest, Formatting, GotoDefinition, HoverRequest,
    Initialize, References, Request as _, Shutdown,
};
use lsp_types::{
    CodeActionKind, CodeActionOptions, CompletionOptions, CompletionResponse, Diagnostic,
    DocumentSymbolResponse, GotoDefinitionResponse, InitializeResult, OneOf,
    PublishDiagnosticsParams, ServerCapabilities, ServerInfo, TextDocumentSyncCapability,
    TextDocumentSyncKind, TextDocumentSyncOptions, TextDocumentSyncSaveOptions, Url,
};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::lsp::Workspace;

use super::Outcome;
use super::failure::Failure;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// What some editors say to every server; there is no other way to talk to this one
    #[arg(long, hide = true)]
    stdio: bool,
}

/// What came is no message.
struct Broken;

type Incoming = Result<Message, Broken>;

/// What a request is answered with.
type Answer = Result<Value, (ErrorCode, String)>;

pub(super) fn run(_: &Args) -> Outcome {
    let messages = listen();
    let mut server = Server::default();
    loop {
        let message = match messages.try_recv() {
            Ok(message) => message,
            Err(TryRecvError::Disconnected) => return Ok(server.status()),
            // Of changes that came in the meantime only the last is looked at.
            Err(TryRecvError::Empty) => {
                server.check()?;
                match messages.recv() {
                    Ok(message) => message,
                    Err(_) => return Ok(server.status()),
                }
            }
        };
        match message {
            Ok(Message::Notification(it)) if it.method == "exit" => return Ok(server.status()),
            Ok(Message::Notification(it)) => server.notice(it),
            Ok(Message::Request(request)) => {
                let answer = server.answer(request);
                send(answer)?;
            }
            Ok(Message::Response(_)) => {}
            Err(Broken) => refuse()?,
        }
    }
}

/// Reads messages beside all else, to the end of standard input.
fn listen() -> Receiver<Incoming> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        let mut input = io::stdin().lock();
        while let Some(message) = read(&mut input) {
            if sender.send(message).is_err() {
                break;
            }
        }
    });
    receiver
}

/// The next message; None at the end.
fn read(input: &mut impl BufRead) -> Option<Incoming> {
    match Message::read(input) {
        Ok(message) => message.map(Ok),
        Err(error) if error.kind() == io::ErrorKind::InvalidData => Some(Err(Broken)),
        Err(_) => None,
    }
}

fn send(message: impl Into<Message>) -> Result<(), Failure> {
    written(message.into().write(&mut io::stdout().lock()))
}

/// Answers what is no message, and so has no number.
fn refuse() -> Result<(), Failure> {
    let code = ErrorCode::ParseError as i32;
    let error = serde_json::json!({ "code": code, "message": "this is no message" });
    let answer = serde_json::json!({ "jsonrpc": "2.0", "id": null, "error": error });
    let answer = answer.to_string();
    let mut out = io::stdout().lock();
    let result = write!(out, "Content-Length: {}\r\n\r\n{answer}", answer.len());
    written(result.and_then(|()| out.flush()))
}

fn written(result: io::Result<()>) -> Result<(), Failure> {
    result.map_err(|error| Failure::Io(format!("standard output cannot be written: {error}")))
}

#[derive(Default)]
struct Server {
    workspace: Workspace,
    state: State,
    /// Something changed since diagnostics were sent.
    changed: bool,
    /// What was sent of each file.
    sent: BTreeMap<Url, Vec<Diagnostic>>,
}

#[derive(Default, PartialEq, Eq)]
enum State {
    #[default]
    New,
    Running,
    /// Only the end is to come.
    Down,
}

impl Server {
    /// Fine where the editor said first that the end is near.
    fn status(&self) -> ExitCode {
        match self.state {
            State::Down => ExitCode::SUCCESS,
            State::New | State::Running => ExitCode::from(1),
        }
    }

    fn answer(&mut self, request: Request) -> Response {
        let Request { id, method, params } = request;
        let refused = match (&self.state, method.as_str()) {
            (State::New, Initialize::METHOD) => None,
            (State::New, _) => Some((ErrorCode::ServerNotInitialized, "`initialize` comes first")),
            (State::Running, Initialize::METHOD) => {
                Some((ErrorCode::InvalidRequest, "initialised already"))
            }
            (State::Running, _) => None,
            (State::Down, _) => Some((ErrorCode::InvalidRequest, "shut down already")),
        };
        let answer = match refused {
            Some((code, why)) => Err((code, why.to_owned())),
            None => caught(|| self.dispatch(&method, params)).unwrap_or_else(|| {
                let why = format!("a fault in flowc: `{method}` was not carried out");
                Err((ErrorCode::InternalError, why))
            }),
        };
        match answer {
            Ok(value) => Response::new_ok(id, value),
            Err((code, why)) => Response::new_err(id, code as i32, why),
        }
    }

    fn dispatch(&mut self, method: &str, params: Value) -> Answer {
        let workspace = &self.workspace;
        match method {
            Initialize::METHOD => {
                self.state = State::Running;
                value(capabilities())
            }
            Shutdown::METHOD => {
                self.state = State::Down;
                Ok(Value::Null)
            }
            Formatting::METHOD => {
                with::<Formatting>(params, |it| workspace.format(&it.text_document.uri))
            }
            HoverRequest::METHOD => with::<HoverRequest>(params, |it| {
                workspace.hover(&it.text_document_position_params)
            }),
            GotoDefinition::METHOD => with::<GotoDefinition>(params, |it| {
                let places = workspace.definition(&it.text_document_position_params);
                Some(GotoDefinitionResponse::Array(places))
            }),
            References::METHOD => with::<References>(params, |it| {
                let declaration = it.context.include_declaration;
                Some(workspace.references(&it.text_document_position, declaration))
            }),
            DocumentSymbolRequest::METHOD => with::<DocumentSymbolRequest>(params, |it| {
                let symbols = workspace.outline(&it.text_document.uri);
                Some(DocumentSymbolResponse::Nested(symbols))
            }),
            Completion::METHOD => with::<Completion>(params, |it| {
                let items = workspace.complete(&it.text_document_position);
                Some(CompletionResponse::Array(items))
            }),
            CodeActionRequest::METHOD => {
                with::<CodeActionRequest>(params, |it| Some(workspace.actions(it)))
            }
            _ => Err((
                ErrorCode::MethodNotFound,
                format!("there is no `{method}` here"),
            )),
        }
    }

    /// What needs no answer; what is not known, or not readable, means nothing.
    fn notice(&mut self, notification: Notification) {
        let Notification { method, params } = notification;
        match method.as_str() {
            DidOpenTextDocument::METHOD => {
                if let Some(it) = params_of::<DidOpenTextDocument>(params) {
                    self.workspace
                        .set(it.text_document.uri, it.text_document.text);
                }
            }
            DidChangeTextDocument::METHOD => {
                let change = params_of::<DidChangeTextDocument>(params);
                let change = change
                    .and_then(|mut it| Some((it.text_document.uri, it.content_changes.pop()?)));
                if let Some((url, change)) = change {
                    self.workspace.set(url, change.text);
                }
            }
            DidCloseTextDocument::METHOD => {
                if let Some(it) = params_of::<DidCloseTextDocument>(params) {
                    self.workspace.close(&it.text_document.uri);
                }
            }
            DidSaveTextDocument::METHOD | DidChangeWatchedFiles::METHOD => {}
            _ => return,
        }
        self.changed = true;
    }

    /// Looks for mistakes in all open files, each of which may read another, and sends what is new.
    fn check(&mut self) -> Result<(), Failure> {
        if !std::mem::take(&mut self.changed) {
            return Ok(());
        }
        let mut found: BTreeMap<Url, Vec<Diagnostic>> = BTreeMap::new();
        for file in self.workspace.files() {
            let own = caught(|| self.workspace.check(&file));
            // Where that fails, what was known of the file stays.
            let own = own.unwrap_or_else(|| {
                let known = self.sent.get(&file).cloned().unwrap_or_default();
                BTreeMap::from([(file.clone(), known)])
            });
            found.entry(file).or_default();
            for (url, diagnostics) in own {
                let known = found.entry(url).or_default();
                for diagnostic in diagnostics {
                    if !known.contains(&diagnostic) {
                        known.push(diagnostic);
                    }
                }
            }
        }
        for url in self.sent.keys() {
            found.entry(url.clone()).or_default();
        }
        for (url, diagnostics) in &found {
            if self.sent.get(url) != Some(diagnostics) {
                publish(url, diagnostics)?;
            }
        }
        let open = self.workspace.files();
        found.retain(|url, diagnostics| !diagnostics.is_empty() || open.contains(url));
        self.sent = found;
        Ok(())
    }
}

fn publish(url: &Url, diagnostics: &[Diagnostic]) -> Result<(), Failure> {
    let params = PublishDiagnosticsParams::new(url.clone(), diagnostics.to_vec(), None);
    send(Notification::new(
        PublishDiagnostics::METHOD.to_owned(),
        params,
    ))
}

/// What a fault of ours does not end: it is on standard error, and the server goes on.
fn caught<T>(work: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(work)).ok()
}

fn with<R>(params: Value, answer: impl FnOnce(R::Params) -> R::Result) -> Answer
where
    R: lsp_types::request::Request,
{
    let params = parsed(params).map_err(|why| (ErrorCode::InvalidParams, why.to_string()))?;
    value(answer(params))
}

fn params_of<N>(params: Value) -> Option<N::Params>
where
    N: lsp_types::notification::Notification,
{
    let params: Result<N::Params, _> = parsed(params);
    params
        .inspect_err(|why| eprintln!("`{}`: {why}", N::METHOD))
        .ok()
}

fn parsed<T: DeserializeOwned>(params: Value) -> serde_json::Result<T> {
    serde_json::from_value(params)
}

fn value(answer: impl serde::Serialize) -> Answer {
    serde_json::to_value(answer).map_err(|why| (ErrorCode::InternalError, why.to_string()))
}

fn capabilities() -> InitializeResult {
    let sync = TextDocumentSyncOptions {
        open_close: Some(true),
        change: Some(TextDocumentSyncKind::FULL),
        save: Some(TextDocumentSyncSaveOptions::Supported(true)),
        ..TextDocumentSyncOptions::default()
    };
    let capabilities = ServerCapabilities {
        text_document_sync: Some(TextDocumentSyncCapability::Options(sync)),
        document_formatting_provider: Some(OneOf::Left(true)),
        hover_provider: Some(true.into()),
        definition_provider: Some(OneOf::Left(true)),
        references_provider: Some(OneOf::Left(true)),
        document_symbol_provider: Some(OneOf::Left(true)),
        completion_provider: Some(CompletionOptions {
            trigger_characters: Some(vec![".".to_owned(), "$".to_owned()]),
            ..CompletionOptions::default()
        }),
        code_action_provider: Some(
            CodeActionOptions {
                code_action_kinds: Some(vec![CodeActionKind::QUICKFIX]),
                ..CodeActionOptions::default()
            }
            .into(),
        ),
        ..ServerCapabilities::default()
    };
    InitializeResult {
        capabilities,
        server_info: Some(ServerInfo {
            name: "flowc".to_owned(),
            version: Some(env!("CARGO_PKG_VERSION").to_owned()),
        }),
    }
}
