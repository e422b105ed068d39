// Talks to a server with the client library of editors: `node test/client.js PATH_OF_ASSIZE`.
"use strict";

const assert = require("node:assert/strict");
const { spawn } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { pathToFileURL } = require("node:url");
const {
  CompletionRequest,
  DidChangeTextDocumentNotification,
  DidOpenTextDocumentNotification,
  ExitNotification,
  HoverRequest,
  InitializeRequest,
  InitializedNotification,
  PublishDiagnosticsNotification,
  ShutdownRequest,
  StreamMessageReader,
  StreamMessageWriter,
  createProtocolConnection,
} = require("vscode-languageserver-protocol/node");

const SOURCE = `const POLICY = #{ title: "T", severity: "low", kind: "exchange-online", select: "$.AcceptedDomain[*]" };
fn check(domain) {
    if domain.InitialDomain { return not_applicable("ü"); }
}
`;

async function main(program) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "assize-"));
  const server = spawn(program, ["lsp"], { stdio: ["pipe", "pipe", "inherit"] });
  const ended = new Promise((resolve) => server.on("exit", resolve));
  const connection = createProtocolConnection(
    new StreamMessageReader(server.stdout),
    new StreamMessageWriter(server.stdin),
  );
  const published = [];
  let wake = () => {};
  connection.onNotification(PublishDiagnosticsNotification.type, (params) => {
    published.push(params);
    wake();
  });
  const diagnostics = async (version) => {
    for (;;) {
      const found = published.find((params) => params.version === version);
      if (found) return found.diagnostics;
      await new Promise((resolve) => (wake = resolve));
    }
  };
  connection.listen();

  const rootUri = pathToFileURL(folder).href;
  const { capabilities } = await connection.sendRequest(InitializeRequest.type, {
    processId: process.pid,
    rootUri,
    capabilities: {},
    workspaceFolders: [{ uri: rootUri, name: "folder" }],
  });
  assert.equal(capabilities.positionEncoding, "utf-16");
  assert.ok(capabilities.completionProvider && capabilities.hoverProvider);
  await connection.sendNotification(InitializedNotification.type, {});

  const uri = `${rootUri}/policies/pack/a.rhai`;
  const textDocument = { uri, languageId: "assize-policy", version: 1, text: SOURCE };
  await connection.sendNotification(DidOpenTextDocumentNotification.type, { textDocument });
  assert.deepEqual(await diagnostics(1), []);

  const place = { textDocument: { uri }, position: { line: 2, character: 14 } };
  const hover = await connection.sendRequest(HoverRequest.type, place);
  assert.match(hover.contents.value, /InitialDomain/);
  const completion = await connection.sendRequest(CompletionRequest.type, place);
  assert.ok(completion.items.some((item) => item.label === "DomainName"));

  const end = { line: 3, character: 1 };
  await connection.sendNotification(DidChangeTextDocumentNotification.type, {
    textDocument: { uri, version: 2 },
    contentChanges: [{ range: { start: { line: 3, character: 0 }, end }, text: "" }],
  });
  const [mistake] = await diagnostics(2);
  assert.equal(mistake.severity, 1);

  await connection.sendRequest(ShutdownRequest.type);
  await connection.sendNotification(ExitNotification.type);
  assert.equal(await ended, 0);
  fs.rmSync(folder, { recursive: true });
  console.log("initialize, diagnostics, completion, hover, shutdown: in order");
}

main(process.argv[2] ?? "assize").catch((error) => {
  console.error(error);
  process.exit(1);
});
