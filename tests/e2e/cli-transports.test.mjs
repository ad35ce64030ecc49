// The command line client over each transport, and the doctor: against the real server, straight and
// through something that lets only some transports pass.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, describe, test } from "node:test";

const bin = process.env.SIDEWIRE_BIN;
const token = "a-token-for-tests-alone-0123456789";
const env = { ...process.env, SIDEWIRE_TOKEN: token };
delete env.SIDEWIRE_URL;

/** Runs the client to its end. */
async function cli(...args) {
  const child = spawn(join(bin, "sidewire-cli"), args, { env });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk) => (stdout += chunk));
  child.stderr.on("data", (chunk) => (stderr += chunk));
  const [code] = await once(child, "close");
  return { code, stdout, stderr };
}

/**
 * Passes connections on to a port until a request with one of the texts goes up, which is answered by
 * `refusal` (nothing: by silence) instead.
 */
async function between(port, texts, refusal) {
  const sockets = new Set();
  const server = createServer((client) => {
    const onward = connect(port, "127.0.0.1");
    for (const socket of [client, onward]) {
      sockets.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => {
        sockets.delete(socket);
        client.destroy();
        onward.destroy();
      });
    }
    let silenced = false;
    client.on("data", (chunk) => {
      silenced ||= texts.some((text) => chunk.includes(text));
      if (!silenced) onward.write(chunk);
      else if (refusal) client.end(refusal);
    });
    onward.on("data", (chunk) => client.write(chunk));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

const bad = "HTTP/1.1 400 Bad Request\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno";
const upgrade = "Upgrade: websocket";
const events = "Accept: text/event-stream";
const polls = "?poll=";

let server;
let url;
let port;

before(async () => {
  server = spawn(join(bin, "sidewire"), ["serve", "--listen", "127.0.0.1:0"], {
    env,
    stdio: ["ignore", "pipe", "ignore"],
  });
  const [line] = await once(createInterface({ input: server.stdout }), "line");
  ({ url } = JSON.parse(line));
  port = Number(new URL(url).port);
});

after(async () => {
  server.kill("SIGTERM");
  if (server.exitCode === null) await once(server, "exit");
});

for (const transport of ["auto", "websocket", "sse", "poll", "plain", "post"]) {
  for (const format of ["json", "msgpack"]) {
    test(`a call is answered over ${transport} in ${format}`, async () => {
      const { code, stdout, stderr } = await cli(
        "--url", url, "--transport", transport, "--format", format, "call", "system.echo", "a=1");
      assert.equal(stderr, "");
      assert.equal(stdout, '{"a":1}\n');
      assert.equal(code, 0);
    });
  }
}

for (const transport of ["websocket", "sse", "poll"]) {
  test(`a call past its time is cancelled over ${transport}`, async () => {
    const { code, stdout } = await cli(
      "--url", url, "--transport", transport, "call", "system.wait", "ms=60000", "--timeout", "0.2");
    assert.equal(stdout, "");
    assert.equal(code, 5);
  });
}

/** The doctor's findings by the names of the transports. */
async function examine(where, ...more) {
  const { code, stdout, stderr } = await cli("doctor", where, "--json", "--timeout", "1", ...more);
  assert.equal(stderr, "");
  const report = JSON.parse(stdout);
  return { code, report, found: Object.fromEntries(report.transports.map((one) => [one.name, one])) };
}

describe("the doctor", () => {
  test("finds that all transports work, and how fast", async () => {
    const { code, report, found } = await examine(url, "--hold", "0");
    assert.equal(code, 0);
    assert.equal(report.session, true);
    for (const name of ["websocket", "sse", "poll", "post"]) {
      assert.equal(found[name].works, true, name);
      assert.ok(found[name].firstAnswerMs >= found[name].roundTripMs, name);
      assert.equal(found[name].inTheWay, "", name);
    }
  });

  test("shows people a table", async () => {
    const { code, stdout } = await cli("doctor", url, "--hold", "0", "--output", "table");
    assert.equal(code, 0);
    assert.match(stdout, /^transport +works +first answer ms +round trip ms +in the way\n/);
    assert.match(stdout, /\nsse +yes +[0-9.]+ +[0-9.]+\n/);
  });

  test("finds nothing where nothing listens", async () => {
    const free = createServer().listen(0, "127.0.0.1");
    await once(free, "listening");
    const nowhere = `http://127.0.0.1:${free.address().port}`;
    free.close();
    await once(free, "close");
    const { code, report, found } = await examine(nowhere);
    assert.equal(code, 3);
    assert.equal(report.session, false);
    for (const name of ["websocket", "sse", "poll", "post"]) {
      assert.match(found[name].inTheWay, /cannot connect/, name);
    }
  });

  test("names a proxy that does not forward Upgrade", async () => {
    const proxy = await between(port, [upgrade], bad);
    const { code, found } = await examine(proxy.url, "--hold", "0");
    proxy.close();
    assert.equal(code, 0);
    assert.equal(found.websocket.works, false);
    assert.match(found.websocket.inTheWay, /400.*does not forward Upgrade/);
    assert.equal(found.sse.works, true);
  });

  test("names what is silent", async () => {
    const proxy = await between(port, [events]);
    const { code, found } = await examine(proxy.url, "--hold", "0");
    proxy.close();
    assert.equal(code, 0);
    assert.equal(found.sse.works, false);
    assert.match(found.sse.inTheWay, /holds it back/);
  });

  test("tells that the token is wrong", async () => {
    const wrong = spawn(join(bin, "sidewire-cli"), ["doctor", url, "--json"], {
      env: { ...env, SIDEWIRE_TOKEN: "wrong" },
      stdio: ["ignore", "pipe", "inherit"],
    });
    let stdout = "";
    wrong.stdout.on("data", (chunk) => (stdout += chunk));
    const [code] = await once(wrong, "close");
    assert.equal(code, 4);
    for (const one of JSON.parse(stdout).transports) assert.equal(one.works, false, one.name);
  });
});

describe("where not everything passes", () => {
  for (const [blocked, over] of [
    [[upgrade], "sse"],
    [[upgrade, events], "poll"],
    [[events, polls], "websocket"],
  ]) {
    for (const refusal of [bad, undefined]) {
      const how = refusal ? "refused" : "silent";
      test(`a subscription goes over ${over} while the others are ${how}, and says why`, async () => {
        const proxy = await between(port, blocked, refusal);
        const child = spawn(join(bin, "sidewire-cli"), ["subscribe", "metrics", "--url", proxy.url], { env });
        let stderr = "";
        child.stderr.on("data", (chunk) => (stderr += chunk));
        const [line] = await once(createInterface({ input: child.stdout }), "line");
        child.kill("SIGINT");
        await once(child, "close");
        proxy.close();
        assert.equal(JSON.parse(line).topic, "metrics");
        assert.match(stderr, new RegExp(`: over ${over}`));
        if (over !== "websocket") assert.match(stderr, /: over \w+, since websocket: /);
      });
    }
  }
});
