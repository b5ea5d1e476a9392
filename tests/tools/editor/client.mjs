// A small client of language servers: enough to ask what an editor asks.
import { spawn } from "node:child_process";

export class Client {
  #child;
  #pending = new Map();
  #diagnostics = new Map();
  #lastId = 0;
  #lastPublished = 0;
  #read = Buffer.alloc(0);

  constructor(server, folder, settings) {
    this.folder = folder;
    this.settings = settings;
    this.configured = new Promise((resolve) => (this.answered = resolve));
    this.#child = spawn(process.execPath, [server, "--stdio"], { stdio: ["pipe", "pipe", "inherit"] });
    this.#child.stdout.on("data", (data) => this.#take(data));
    this.#child.on("exit", (code) => {
      for (const { reject } of this.#pending.values()) reject(new Error(`the server ended with ${code}`));
    });
  }

  #send(message) {
    const body = JSON.stringify({ jsonrpc: "2.0", ...message });
    this.#child.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  }

  #take(data) {
    this.#read = Buffer.concat([this.#read, data]);
    for (;;) {
      const end = this.#read.indexOf("\r\n\r\n");
      if (end < 0) return;
      const length = Number(/Content-Length: (\d+)/i.exec(this.#read.subarray(0, end).toString())[1]);
      const start = end + 4;
      if (this.#read.length < start + length) return;
      const message = JSON.parse(this.#read.subarray(start, start + length).toString());
      this.#read = this.#read.subarray(start + length);
      this.#handle(message);
    }
  }

  #handle(message) {
    if (message.method === "workspace/configuration") {
      const result = message.params.items.map((item) => this.settings[item.section] ?? null);
      this.#send({ id: message.id, result });
      this.answered();
    } else if (message.method === "textDocument/publishDiagnostics") {
      this.#diagnostics.set(message.params.uri, message.params.diagnostics);
      this.#lastPublished = Date.now();
    } else if (message.method && message.id !== undefined) {
      this.#send({ id: message.id, result: null });
    } else if (message.id !== undefined) {
      const { resolve, reject } = this.#pending.get(message.id);
      this.#pending.delete(message.id);
      if (message.error) reject(new Error(message.error.message));
      else resolve(message.result);
    }
  }

  request(method, params) {
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      this.#send({ id, method, params });
    });
  }

  notify(method, params) {
    this.#send({ method, params });
  }

  async start() {
    const documentationFormat = ["markdown", "plaintext"];
    await this.request("initialize", {
      processId: process.pid,
      rootUri: this.folder,
      capabilities: {
        workspace: { configuration: true },
        textDocument: {
          completion: { completionItem: { snippetSupport: true, documentationFormat } },
          hover: { contentFormat: documentationFormat },
        },
      },
    });
    this.notify("initialized", {});
    await this.configured;
  }

  open(uri, text) {
    this.notify("textDocument/didOpen", { textDocument: { uri, languageId: "yaml", version: 1, text } });
  }

  /** The diagnostics of these documents, once nothing has been published for a while. */
  async diagnostics(uris) {
    const deadline = Date.now() + 60_000;
    const quiet = () => Date.now() - this.#lastPublished > 500;
    while (!uris.every((uri) => this.#diagnostics.has(uri)) || !quiet()) {
      if (Date.now() > deadline) {
        const missing = uris.filter((uri) => !this.#diagnostics.has(uri));
        throw new Error(`no diagnostics came for ${missing.join(", ")}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return uris.map((uri) => this.#diagnostics.get(uri));
  }

  async stop() {
    await this.request("shutdown");
    this.notify("exit");
    this.#child.stdin.end();
  }
}
