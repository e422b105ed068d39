// Starts `assize lsp` and has it talk to the editor. Everything else is in the server.
"use strict";

const { window, workspace, commands } = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");

let client;

function create() {
  const command = workspace.getConfiguration("assize").get("path", "assize");
  const documentSelector = [
    { language: "assize-policy" },
    { language: "markdown", pattern: "**/policies/**/*.md" },
    { language: "json" },
    { language: "jsonc" },
  ];
  return new LanguageClient("assize", "assize", { command, args: ["lsp"] }, { documentSelector });
}

async function start() {
  client = create();
  try {
    await client.start();
  } catch (error) {
    window.showErrorMessage(`assize cannot be started; set "assize.path" to the program. ${error.message ?? error}`);
  }
}

async function stop() {
  const running = client;
  client = undefined;
  if (running?.needsStop()) {
    await running.stop();
  }
}

async function activate(context) {
  const restart = async () => {
    await stop();
    await start();
  };
  context.subscriptions.push(
    commands.registerCommand("assize.restart", restart),
    workspace.onDidChangeConfiguration((event) => event.affectsConfiguration("assize.path") && restart()),
  );
  await start();
}

module.exports = { activate, deactivate: stop };
