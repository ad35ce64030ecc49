// The command line client against the real server: what a person and a script see.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, describe, test } from "node:test";

const bin = process.env.SIDEWIRE_BIN;
const folder = mkdtempSync(join(tmpdir(), "sidewire-cli-"));
const announce = join(folder, "announce.json");
const socketPath = join(folder, "rpc.sock");
const log = join(folder, "app.log");
const config = join(folder, "sidewire.toml");

/** Runs the client to its end. */
function cli(args, { input = "", env = {} } = {}) {
  const child = start(args, env);
  let stdout = Buffer.alloc(0);
  let stderr = "";
  child.stdout.on("data", (chunk) => (stdout = Buffer.concat([stdout, chunk])));
  child.stderr.on("data", (chunk) => (stderr += chunk));
  child.stdin.on("error", () => {}); // ended before it read anything
  child.stdin.end(input);
  return once(child, "close").then(([code]) => ({ code, stdout: stdout.toString(), bytes: stdout, stderr }));
}

function start(args, env = {}) {
  const clean = { ...process.env };
  delete clean.SIDEWIRE_URL;
  delete clean.SIDEWIRE_TOKEN;
  return spawn(join(bin, "sidewire-cli"), args, { env: { ...clean, ...env } });
}

/** Starts a server: its process, and the facts of its ready line. */
async function serve(...options) {
  const stdio = ["ignore", "pipe", "ignore"];
  const server = spawn(join(bin, "sidewire"), ["serve", ...options], { stdio });
  const [line] = await Promise.race([
    once(createInterface({ input: server.stdout }), "line"),
    once(server, "exit").then(([code]) => assert.fail(`the server ended with ${code}`)),
  ]);
  return { server, ready: JSON.parse(line) };
}

async function end(server) {
  server.kill("SIGTERM");
  if (server.exitCode === null) await once(server, "exit");
}

const here = ["--announce", announce];
let server;
let ready;

before(async () => {
  const listen = ["--listen", "127.0.0.1:0", "--listen", `unix:${socketPath}`];
  writeFileSync(log, "one\ntwo\nthree\n");
  writeFileSync(config, `[[logs]]\nname = "app"\npath = "${log}"\nformat = "plain"\n`);
  ({ server, ready } = await serve(...listen, "--announce", announce, "--config", config));
});

after(async () => {
  if (server) await end(server);
  rmSync(folder, { recursive: true });
});

for (const transport of ["websocket", "post"]) {
  for (const format of ["json", "msgpack"]) {
    const how = [...here, "--transport", transport, "--format", format];

    describe(`over ${transport} in ${format}`, () => {
      test("an echo brings every number back exactly, on one line", async () => {
        const params = '{"n": 18446744073709551615, "m": -9223372036854775808,\n "x": 0.1, "s": "é\\n"}';
        const { code, stdout, stderr } = await cli([...how, "call", "system.echo", "-"], { input: params });
        assert.equal(stderr, "");
        assert.equal(stdout, '{"n":18446744073709551615,"m":-9223372036854775808,"x":0.1,"s":"é\\n"}\n');
        assert.equal(code, 0);
      });

      test("pairs are params", async () => {
        const { code, stdout } = await cli([...how, "call", "system.echo", "a=1", "b=x y", "c==1"]);
        assert.equal(stdout, '{"a":1,"b":"x y","c":"1"}\n');
        assert.equal(code, 0);
      });

      test("a mistyped method exits with 1 and names the near one", async () => {
        const { code, stdout, stderr } = await cli([...how, "call", "sytem.echo"]);
        assert.equal(code, 1);
        assert.equal(stdout, "");
        assert.match(stderr, /method_not_found.*\n.*Did you mean system\.echo\?/);
      });

      test("params that do not fit exit with 1 and name those that do", async () => {
        const { code, stderr } = await cli([...how, "call", "system.wait", "ms=soon"]);
        assert.equal(code, 1);
        assert.match(stderr, /at \/ms \(invalid_params, -32602\)\nsystem\.wait takes ms: /);
      });

      test("a call past its time exits with 5", async () => {
        const { code, stderr } = await cli([...how, "--timeout", "0.05", "call", "system.wait", "ms=60000"]);
        assert.equal(code, 5);
        assert.match(stderr, /--timeout SECONDS/);
      });

      test("a wrong token exits with 4 and says where tokens come from", async () => {
        const env = { SIDEWIRE_URL: ready.url, SIDEWIRE_TOKEN: "wrong" };
        const args = ["--transport", transport, "--format", format, "call", "system.echo"];
        const { code, stderr } = await cli(args, { env });
        assert.equal(code, 4);
        assert.match(stderr, /not_authenticated/);
        assert.match(stderr, /SIDEWIRE_TOKEN/);
      });

      test("a missing token exits with 4", async () => {
        const args = ["--url", ready.url, "--transport", transport, "--format", format, "call", "system.echo"];
        assert.equal((await cli(args)).code, 4);
      });

      test("a notification exits with 0, with a wrong token with 4", async () => {
        const args = ["--transport", transport, "--format", format, "call", "--notify", "system.echo"];
        const right = { SIDEWIRE_URL: ready.url, SIDEWIRE_TOKEN: ready.token };
        assert.deepEqual(await cli(args, { env: right }).then(({ code, stdout }) => ({ code, stdout })), {
          code: 0,
          stdout: "",
        });
        assert.equal((await cli(args, { env: { ...right, SIDEWIRE_TOKEN: "wrong" } })).code, 4);
      });

      test("where nobody listens it exits with 3", async () => {
        const socket = createServer().listen(0, "127.0.0.1");
        await once(socket, "listening");
        const { port } = socket.address();
        socket.close();
        await once(socket, "close");
        const args = ["--url", `http://127.0.0.1:${port}`, "--transport", transport, "ping"];
        const { code, stderr } = await cli(args);
        assert.equal(code, 3);
        assert.match(stderr, /Is the server running/);
      });

      test("ping tells times", async () => {
        const { code, stdout } = await cli([...how, "ping", "--count", "3"]);
        assert.equal(code, 0);
        const times = JSON.parse(stdout);
        assert.equal(times.count, 3);
        assert.ok(times.minMs <= times.medianMs && times.medianMs <= times.maxMs);
      });

      test("Ctrl-C cancels the call and exits with 130", async () => {
        await running(0);
        const child = start([...how, "call", "system.wait", "ms=60000", "--timeout", "0"]);
        await running(1);
        child.kill("SIGINT");
        const [code] = await once(child, "exit");
        assert.equal(code, 130);
        await running(0);
      });
    });
  }
}

/** Waits until so many calls of system.wait run on the server, by what a second client sees. */
async function running(count) {
  const headers = { Authorization: `Bearer ${ready.token}`, "Content-Type": "application/json" };
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "system.stats" });
  for (;;) {
    const answer = await fetch(`${ready.url}/rpc`, { method: "POST", headers, body });
    const { result } = await answer.json();
    if (result.server.callsInFlight === count) return;
  }
}

test("a log is read, as JSON and as a table", async () => {
  const tail = ["call", "logs.tail", "service=app", "lines=2"];
  const { entries } = JSON.parse((await cli([...here, ...tail])).stdout);
  assert.deepEqual(entries.map(({ line }) => line), ["two", "three"]);
  const { stdout } = await cli([...here, "-o", "table", ...tail]);
  assert.match(stdout, /\nentries\n.*line\n.*two\n.*three\n/);
});

test("a log is followed line by line, until Ctrl-C", async () => {
  const child = start([...here, "-o", "table", "call", "logs.follow", "service=app", "lines=1", "--stream"]);
  const lines = createInterface({ input: child.stdout });
  assert.deepEqual(await once(lines, "line"), ["three"]);
  const next = once(lines, "line");
  appendFileSync(log, "four\n");
  assert.deepEqual(await next, ["four"]);
  child.kill("SIGINT");
  assert.equal((await once(child, "exit"))[0], 130);
});

test("a stream that nobody reads any more ends", async () => {
  const child = start([...here, "call", "logs.follow", "service=app", "lines=1", "--stream"]);
  await once(child.stdout, "data");
  child.stdout.destroy();
  const ended = once(child, "exit");
  appendFileSync(log, "five\n");
  await ended;
  await running(0);
});

test("discover lists the methods as an OpenRPC document, or one of them", async () => {
  const all = await cli([...here, "discover"]);
  assert.equal(all.code, 0);
  const document = JSON.parse(all.stdout);
  assert.ok(document.methods.some(({ name }) => name === "system.echo"));
  const one = await cli([...here, "discover", "system.wait"]);
  assert.equal(JSON.parse(one.stdout).name, "system.wait");
  assert.equal((await cli([...here, "discover", "system.wat"])).code, 1);
});

test("tables and explanations are for people", async () => {
  const list = await cli([...here, "--output", "table", "discover"]);
  assert.match(list.stdout, /^method +params +summary\n/);
  assert.match(list.stdout, /^system\.wait +ms: /m);
  const one = await cli([...here, "-o", "table", "discover", "system.wait"]);
  assert.match(one.stdout, /^system\.wait\n/);
  assert.match(one.stdout, /^ms +\w+ +required/m);
});

test("raw output is the string itself", async () => {
  const { stdout } = await cli([...here, "--raw", "call", "system.echo", '["a"]']);
  assert.equal(stdout, '["a"]\n');
});

test("wrong usage exits with 2 before anything is sent", async () => {
  for (const args of [[], ["shout"], [...here, "call", "system.echo", "{a: 1}"],
    ["--announce", join(folder, "none.json"), "ping"], ["--url", "http://127.0.0.1/?access_token=x", "ping"],
    ["--url", "ftp://127.0.0.1", "ping"]]) {
    const { code, stderr } = await cli(args);
    assert.equal(code, 2, args.join(" "));
    assert.notEqual(stderr, "");
  }
  const { stderr } = await cli([...here, "call", "system.echo", "{a: 1}"]);
  assert.match(stderr, /line 1, column 2: a name in double quotes is missing/);
});

test("the token comes from a file or standard input", async () => {
  const file = join(folder, "token");
  writeFileSync(file, `${ready.token}\n`, { mode: 0o600 });
  assert.equal((await cli(["--url", ready.ws, "--token-file", file, "call", "system.echo"])).code, 0);
  const piped = await cli(["--url", ready.ws, "--token-file", "-", "call", "system.echo"], { input: readFileSync(file) });
  assert.equal(piped.code, 0);
});

for (const transport of ["websocket", "post"]) {
  test(`a Unix socket serves like a port, over ${transport}`, async () => {
    const args = ["--url", `unix:${socketPath}`, "-t", transport, "call", "system.echo", "a=1"];
    const { code, stdout, stderr } = await cli(args, { env: { SIDEWIRE_TOKEN: ready.token } });
    assert.equal(stderr, "");
    assert.equal(stdout, '{"a":1}\n');
    assert.equal(code, 0);
  });
}

describe("over TLS with a self-signed certificate", () => {
  const secret = join(folder, "tls.json");
  let secure;

  before(async () => {
    secure = await serve("--port", "0", "--tls-self-signed", "--announce", secret);
  });
  after(async () => {
    if (secure) await end(secure.server);
  });

  for (const transport of ["websocket", "post"]) {
    test(`the announced fingerprint is enough, over ${transport}`, async () => {
      const { code, stdout, stderr } = await cli(["-a", secret, "-t", transport, "call", "system.echo", "a=1"]);
      assert.equal(stderr, "");
      assert.equal(stdout, '{"a":1}\n');
      assert.equal(code, 0);
    });

    test(`another certificate is refused before the token is sent, over ${transport}`, async () => {
      const other = "00".repeat(32);
      const { code, stderr } = await cli(["-a", secret, "--fingerprint", other, "-t", transport, "ping"]);
      assert.equal(code, 3);
      assert.match(stderr, /not trusted: its certificate's fingerprint is ([0-9A-F]{2}:){31}/);
    });

    test(`without a fingerprint the authorities decide, over ${transport}`, async () => {
      const { code, stderr } = await cli(["--url", secure.ready.url, "-t", transport, "ping"]);
      assert.equal(code, 3);
      assert.match(stderr, /not trusted: self-signed certificate/);
    });
  }
});
