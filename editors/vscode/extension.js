// Starts `flowc lsp` beside the editor; all else is the server's.

const { workspace } = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");

let client;

exports.activate = () => {
  const command = workspace.getConfiguration("flowc").get("path");
  const read = workspace.createFileSystemWatcher("**/*.{flow,csv,tsv,txt,json}");
  client = new LanguageClient(
    "flowc",
    { command, args: ["lsp"] },
    { documentSelector: [{ language: "flowc" }], synchronize: { fileEvents: read } },
  );
  return client.start();
};

exports.deactivate = () => client?.stop();
