//! The side of the editor.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use lsp_server::{Message, Notification, Request, RequestId};
use serde_json::{Value, json};
use tempfile::TempDir;

/// What the program imports.
pub const LIBRARY: &str = r#"/// Trains one model
process train(seed: Int, rate: Float = 0.1) -> (model: File = "model.pkl") {
  memory 4GB
  script """
    train --seed "$seed" --rate "$rate" --out "$model"
  """
}
"#;

/// A server, and the one program that is open in it.
pub struct Editor {
    folder: TempDir,
    pub child: Child,
    pub input: ChildStdin,
    output: BufReader<ChildStdout>,
    next: i32,
    pub text: String,
}

impl Editor {
    /// Starts a server; the library lies on the disk, nothing is open.
    pub fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("tools.flow"), LIBRARY).unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_flowc"))
            .args(["lsp", "--stdio"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let input = child.stdin.take().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        Self {
            folder,
            child,
            input,
            output,
            next: 0,
            text: String::new(),
        }
    }

    /// Starts a server and opens a text; gives what is wrong with it.
    pub fn open(text: &str) -> (Self, Value) {
        let mut editor = Self::start();
        let ready = editor.request("initialize", json!({ "capabilities": {} }));
        assert_eq!(ready["result"]["serverInfo"]["name"], "flowc");
        editor.notify("initialized", json!({}));
        editor.did_open("main.flow", text);
        text.clone_into(&mut editor.text);
        let found = editor.diagnostics("main.flow");
        (editor, found)
    }

    pub fn did_open(&mut self, name: &str, text: &str) {
        let document = json!({
            "uri": self.uri(name), "languageId": "flow", "version": 1, "text": text,
        });
        self.notify("textDocument/didOpen", json!({ "textDocument": document }));
    }

    /// Another text; gives what is wrong with it.
    pub fn change(&mut self, text: &str) -> Value {
        text.clone_into(&mut self.text);
        self.change_of("main.flow", text);
        self.diagnostics("main.flow")
    }

    pub fn change_of(&mut self, name: &str, text: &str) {
        let document = json!({ "uri": self.uri(name), "version": 2 });
        let changes = json!([{ "text": text }]);
        let params = json!({ "textDocument": document, "contentChanges": changes });
        self.notify("textDocument/didChange", params);
    }

    pub fn uri(&self, name: &str) -> String {
        format!("file://{}", self.folder.path().join(name).display())
    }

    pub fn notify(&mut self, method: &str, params: Value) {
        let notification = Notification::new(method.to_owned(), params);
        Message::from(notification).write(&mut self.input).unwrap();
    }

    /// Sends a request; gives the whole answer.
    pub fn request(&mut self, method: &str, params: Value) -> Value {
        self.next += 1;
        let id = RequestId::from(self.next);
        let request = Request::new(id.clone(), method.to_owned(), params);
        Message::from(request).write(&mut self.input).unwrap();
        loop {
            if let Message::Response(response) = self.read() {
                assert_eq!(response.id, id);
                return serde_json::to_value(response).unwrap();
            }
        }
    }

    pub fn read(&mut self) -> Message {
        Message::read(&mut self.output).unwrap().unwrap()
    }

    /// The next diagnostics of a file.
    pub fn diagnostics(&mut self, name: &str) -> Value {
        loop {
            if let Message::Notification(it) = self.read()
                && it.method == "textDocument/publishDiagnostics"
                && it.params["uri"] == self.uri(name)
            {
                return it.params["diagnostics"].clone();
            }
        }
    }

    /// A question about the place right behind the first `before` that is followed by `behind`.
    pub fn ask(&mut self, question: &str, before: &str, behind: &str) -> Value {
        let at = self.text.find(&format!("{before}{behind}")).unwrap() + before.len();
        let lines: Vec<_> = self.text[..at].split('\n').collect();
        let character = lines.last().unwrap().encode_utf16().count();
        let place = json!({ "line": lines.len() - 1, "character": character });
        let document = json!({ "uri": self.uri("main.flow") });
        let params = json!({
            "textDocument": document, "position": place, "context": { "includeDeclaration": true, "triggerKind": 1 },
        });
        let answer = self.request(&format!("textDocument/{question}"), params);
        assert_eq!(answer["error"], Value::Null);
        answer["result"].clone()
    }

    pub fn hover(&mut self, before: &str, behind: &str) -> String {
        let hover = self.ask("hover", before, behind);
        hover["contents"]["value"].as_str().unwrap_or("").to_owned()
    }

    pub fn completion(&mut self, before: &str, behind: &str) -> Vec<String> {
        let items = self.ask("completion", before, behind);
        let items = items.as_array().unwrap().iter();
        let label = |item: &Value| item["label"].as_str().unwrap().to_owned();
        items.map(label).collect()
    }

    /// Names and places of an answer: `main.flow:3:7`, both from 1.
    pub fn places(&mut self, question: &str, before: &str, behind: &str) -> Vec<String> {
        let answer = self.ask(question, before, behind);
        let place = |it: &Value| {
            let start = &it["range"]["start"];
            let name = it["uri"].as_str().unwrap().rsplit('/').next().unwrap();
            let (line, character) = (&start["line"], &start["character"]);
            let number = |it: &Value| it.as_u64().unwrap() + 1;
            format!("{name}:{}:{}", number(line), number(character))
        };
        answer.as_array().unwrap().iter().map(place).collect()
    }

    /// Ends as an editor does; gives the exit status.
    pub fn end(mut self) -> i32 {
        let answer = self.request("shutdown", Value::Null);
        assert_eq!(answer["error"], Value::Null);
        self.notify("exit", Value::Null);
        self.child.wait().unwrap().code().unwrap()
    }

    /// The text of the next message, which need be none.
    pub fn read_text(&mut self) -> String {
        let output = &mut self.output;
        let mut head = String::new();
        output.read_line(&mut head).unwrap();
        let length = head.trim_end().strip_prefix("Content-Length: ").unwrap();
        let mut text = vec![0; length.parse::<usize>().unwrap() + 2];
        output.read_exact(&mut text).unwrap();
        String::from_utf8(text).unwrap()
    }
}

/// `(line, from, to, code)`, lines and columns from 0.
pub fn place(diagnostic: &Value) -> (u64, u64, u64, &str) {
    let (start, end) = (&diagnostic["range"]["start"], &diagnostic["range"]["end"]);
    let number = |it: &Value| it.as_u64().unwrap();
    let line = number(&start["line"]);
    let columns = (number(&start["character"]), number(&end["character"]));
    (
        line,
        columns.0,
        columns.1,
        diagnostic["code"].as_str().unwrap(),
    )
}
