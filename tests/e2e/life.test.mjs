// The life of a sidecar beside its application: how it is found, and when it ends.
import assert from 'node:assert/strict';
import {X509Certificate} from 'node:crypto';
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs';
import net from 'node:net';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {after, test} from 'node:test';
import tls from 'node:tls';

import {program} from './support/server.mjs';
import {Sidecar, until} from './support/sidecar.mjs';
import {Wire, call, post} from './support/wire.mjs';

const folder = mkdtempSync(path.join(tmpdir(), 'sidewire-life-'));
after(() => rmSync(folder, {recursive: true}));
const fileOf = name => path.join(folder, name);

/** Writes a file of the test's own; its path. */
function write(name, text) {
  writeFileSync(fileOf(name), text);
  return fileOf(name);
}

const isAlive = pid => {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};

/** Answers one call on a connection of its own. */
async function serves(where, sidecar) {
  const wire = await Wire.open(where);
  assert.equal((await wire.send(post(sidecar, call('system.echo', []))).response()).status, 200);
  wire.destroy();
}

test('the ready line has every fact, and nothing else ever comes on standard output', async () => {
  const sidecar = await Sidecar.serve(['--log-level', 'trace']);
  const {ready} = sidecar;
  assert.equal(ready.event, 'ready');
  assert.equal(ready.protocol, 'sidewire/1');
  assert.equal(ready.pid, sidecar.child.pid);
  assert.equal(ready.ws, `${ready.url.replace('http', 'ws')}/rpc`);
  assert.ok(ready.version && ready.instance);
  assert.ok(ready.token.length >= 43, '256 bits');
  await serves(sidecar, sidecar);
  await serves({port: sidecar.port, host: '::1'}, sidecar);
  assert.deepEqual(await sidecar.stop(), {status: 0, signal: null});
  assert.deepEqual(sidecar.output.split('\n').slice(1), ['']);
  for (const line of sidecar.log.trim().split('\n')) assert.ok(JSON.parse(line).message);
  assert.ok(!sidecar.log.includes(ready.token));
});

test('each launch has a token of its own; one that the parent gave is not told', async () => {
  const [first, second] = await Promise.all([Sidecar.serve(), Sidecar.serve()]);
  assert.notEqual(first.token, second.token);
  assert.notEqual(first.ready.instance, second.ready.instance);
  await Promise.all([first.stop(), second.stop()]);
  const given = await Sidecar.serve([], {environment: {SIDEWIRE_TOKEN: 'a-token-that-the-parent-has-chosen'}});
  assert.equal(given.ready.token, undefined);
  await given.stop();
});

test('announce files: the owner alone reads them, .js without the token and fresh, and they go', async () => {
  const [json, script] = [fileOf('announce.json'), fileOf('config.js')];
  const sidecar = await Sidecar.serve(['--announce', json, '--announce', script],
    {environment: {SIDEWIRE_TOKEN: 'the-parents-own-token'}});
  const facts = JSON.parse(readFileSync(json, 'utf8'));
  assert.equal(statSync(json).mode & 0o777, 0o600);
  assert.deepEqual([facts.token, facts.url, facts.instance],
    ['the-parents-own-token', sidecar.ready.url, sidecar.ready.instance]);
  const page = () => {
    const text = readFileSync(script, 'utf8');
    assert.ok(!text.includes('the-parents-own-token'));
    return JSON.parse(/window\.WS_CONFIG\s*=\s*(\{.*\})/s.exec(text)[1]);
  };
  const first = page();
  assert.deepEqual([first.port, first.instance], [sidecar.port, sidecar.ready.instance]);
  assert.ok(Math.abs(Date.now() - Date.parse(first.timestamp)) < 5000);
  await until('it is renewed', () => page().timestamp !== first.timestamp, 5000);
  await sidecar.stop();
  assert.ok(!existsSync(json) && !existsSync(script));
});

test('an announce file that has become another server\'s stays', async () => {
  const where = fileOf('shared.json');
  const first = await Sidecar.serve(['--announce', where]);
  const second = await Sidecar.serve(['--announce', where]);
  await first.stop();
  assert.equal(JSON.parse(readFileSync(where, 'utf8')).instance, second.ready.instance);
  await second.stop();
  assert.ok(!existsSync(where));
});

test('--launch starts the user interface with address and token, and drains when it exits', async () => {
  const told = fileOf('told.txt');
  const script = write('application.sh',
    `echo "$TAURI_WS_PORT|$SIDEWIRE_URL|$SIDEWIRE_TOKEN|$*" > ${told}\necho a line of the application\nread wait < ${fileOf('gate')}\n`);
  const gate = spawn('mkfifo', [fileOf('gate')]);
  await once(gate, 'exit');
  const sidecar = await Sidecar.serve(['--launch', `sh ${script} {port} --at={url}`]);
  await until('it has started', () => existsSync(told) && readFileSync(told, 'utf8').endsWith('\n'));
  assert.equal(readFileSync(told, 'utf8').trim(),
    `${sidecar.port}|${sidecar.ready.url}|${sidecar.token}|${sidecar.port} --at=${sidecar.ready.url}`);
  writeFileSync(fileOf('gate'), '\n');
  assert.equal((await sidecar.ended).status, 0);
  assert.match(sidecar.log, /a line of the application/);
  assert.equal(sidecar.output.trim().split('\n').length, 1);
});

test('a launched user interface gets --ws-port where it names no place, and SIGTERM at the end', async () => {
  const told = fileOf('terminated.txt');
  const script = write('waits.sh', `echo "$*" > ${told}\ntrap 'echo terminated >> ${told}; exit' TERM\nwhile :; do sleep 0.05; done\n`);
  const sidecar = await Sidecar.serve(['--launch', `sh ${script} last`]);
  await until('it has started', () => existsSync(told) && readFileSync(told, 'utf8').endsWith('\n'));
  await sidecar.stop();
  const [args, ended] = readFileSync(told, 'utf8').split('\n');
  assert.match(args, new RegExp(`--ws-port=${sidecar.port}`));
  assert.equal(ended, 'terminated');
});

/** A parent that starts a sidecar and is then killed; checks that the sidecar is gone in 2 s. */
async function orphan(args, stdin) {
  const parent = spawn(process.execPath, ['--eval', `
    const child = require('node:child_process').spawn(process.argv[1], process.argv.slice(2).map(
      text => text === 'PARENT' ? String(process.pid) : text), {stdio: [${JSON.stringify(stdin)}, 'inherit', 'ignore']});
    child.on('exit', status => { throw new Error('too early: ' + status); });`,
  program('sidewire'), '--port', '0', ...args], {stdio: ['ignore', 'pipe', 'inherit']});
  let text = '';
  parent.stdout.on('data', more => { text += more; });
  await until('the ready line', () => text.includes('\n'));
  const ready = JSON.parse(text);
  const sidecar = {ready, port: Number(new URL(ready.url).port), token: ready.token};
  const wire = await Wire.webSocket(sidecar);  // keeps a call running, and its side open
  wire.sendFrame(call('system.wait', {ms: 600_000}));
  parent.kill('SIGKILL');
  try {
    await until('the sidecar is gone', () => !isAlive(ready.pid), 2000);
  } finally {
    if (isAlive(ready.pid)) process.kill(ready.pid, 'SIGKILL');
    wire.destroy();
  }
}

test('with --parent-pid it is gone within 2 s after its parent was killed', () =>
  orphan(['--parent-pid', 'PARENT'], 'ignore'));

test('with --exit-on-stdin-eof it is gone within 2 s after its parent was killed', () =>
  orphan(['--exit-on-stdin-eof'], 'pipe'));

test('SIGTERM lets a running call finish, takes no new connection, and ends with 0', async () => {
  const sidecar = await Sidecar.serve();
  const wire = await Wire.webSocket(sidecar);
  const http = await Wire.open(sidecar);
  wire.sendFrame(call('system.wait', {ms: 700}, 'running'));
  http.send(post(sidecar, call('system.wait', {ms: 700}, 'posted')));
  wire.sendFrame(call('system.echo', [], 'taken'));
  assert.equal(JSON.parse((await wire.frame()).payload).id, 'taken');
  await until('both run', async () => (await wire.call('system.stats')).result.server.callsInFlight === 2);
  sidecar.signal('SIGTERM');
  await until('nobody listens', () => new Promise(resolve => {
    const late = net.connect(sidecar.port, '127.0.0.1');
    late.on('connect', () => { late.destroy(); resolve(false); });
    late.on('error', () => resolve(true));
  }));
  const answer = JSON.parse((await wire.frame()).payload);
  assert.deepEqual([answer.id, answer.error], ['running', undefined]);
  assert.equal((await wire.frame()).closeCode, 1001);
  wire.socket.end();
  const posted = await http.response();
  assert.equal(JSON.parse(posted.body).id, 'posted');
  assert.equal(posted.headers.connection, 'close');
  http.socket.end();
  assert.deepEqual(await sidecar.ended, {status: 0, signal: null});
});

for (const threads of ['1', '2']) {
  test(`SIGTERM cancels what takes too long, answers it and closes with 1001 (${threads} threads)`, async () => {
    const sidecar = await Sidecar.serve(['--drain-timeout', '1', '--threads', threads]);
    const wires = await Promise.all([1, 2, 3, 4].map(() => Wire.webSocket(sidecar)));
    for (const wire of wires) {
      assert.deepEqual((await wire.call('system.echo', [1])).result, [1]);
      wire.sendFrame(call('system.wait', {ms: 600_000}, 'long'));
      wire.sendFrame(call('system.echo', [], 'taken'));
      assert.equal(JSON.parse((await wire.frame()).payload).id, 'taken');
    }
    const http = await Wire.open(sidecar);
    http.send(post(sidecar, call('system.wait', {ms: 600_000}, 'posted')));
    await until('all run', async () => (await wires[0].call('system.stats')).result.server.callsInFlight === 5);
    sidecar.signal('SIGTERM');
    for (const wire of wires) {
      const answer = JSON.parse((await wire.frame()).payload);
      assert.deepEqual([answer.id, answer.error.code], ['long', -32800]);
      assert.equal((await wire.frame()).closeCode, 1001);
      wire.socket.end();
    }
    assert.equal(JSON.parse((await http.response()).body).error.code, -32800);
    http.socket.end();
    assert.deepEqual(await sidecar.ended, {status: 0, signal: null});
  });
}

test('--idle-exit ends it when nobody was connected for so long, and not before', async () => {
  const sidecar = await Sidecar.serve(['--idle-exit', '1']);
  const wire = await Wire.webSocket(sidecar);
  await wire.call('system.wait', {ms: 1500});
  assert.equal(sidecar.child.exitCode, null, 'somebody is connected');
  wire.destroy();
  assert.equal((await sidecar.ended).status, 0);
});

/** What a run without serving says. */
async function says(args, options) {
  const run = Sidecar.run(args, options);
  const {status} = await run.ended;
  return {status, output: run.output, log: run.log};
}

test('a typo in the configuration is an error with its line', async () => {
  const config = write('typo.toml', '[server]\nport = 0\n\ndrain-timout = 3\n');
  for (const args of [['--config', config], ['--config', config, '--check-config']]) {
    const {status, output, log} = await says(args);
    assert.notEqual(status, 0);
    assert.equal(output, '');
    assert.match(log, /typo\.toml:4/);
    assert.match(log, /drain-timout/);
    assert.match(log, /drain-timeout/, 'what was meant');
  }
  assert.notEqual((await says(['--prot', '1'])).status, 0);
});

test('a good configuration is checked and printed; command line over environment over file', async () => {
  const config = write('good.toml', '[server]\nport = 1111\nthreads = 2\ndrain-timeout = 3\n');
  assert.equal((await says(['--config', config, '--check-config'])).status, 0);
  const {status, output} = await says(['--config', config, '--port', '3333', '--print-config'],
    {environment: {SIDEWIRE_PORT: '2222', SIDEWIRE_THREADS: '4'}});
  assert.equal(status, 0);
  assert.match(output, /^port = 3333/m);
  assert.match(output, /^threads = 4/m);
  assert.match(output, /^drain-timeout = 3/m);
  assert.match((await says(['--version'])).output, /^sidewire \d+\.\d+\.\d+/);
});

test('a port that is taken is an error that names it', async () => {
  const sidecar = await Sidecar.serve();
  const {status, output, log} = await says(['--port', String(sidecar.port)]);
  assert.notEqual(status, 0);
  assert.equal(output, '');
  assert.match(log, new RegExp(String(sidecar.port)));
  await sidecar.stop();
});

test('a Unix socket is its owner\'s alone, is named in the ready line, and goes at the end', async () => {
  const where = fileOf('socket');
  const sidecar = await Sidecar.serve(['--listen', `unix:${where}`]);
  assert.equal(sidecar.ready.unix, where);
  assert.equal(statSync(where).mode & 0o777, 0o600);
  await serves({path: where}, sidecar);
  await sidecar.stop();
  assert.ok(!existsSync(where));
});

test('it serves a socket that it was given as fd:N, and those of systemd', async () => {
  for (const [listen, environment] of [[['--listen', 'fd:3'], ''], [[], 'LISTEN_FDS=1 LISTEN_PID=$$']]) {
    const listener = net.createServer().listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const {port} = listener.address();
    const sidecar = Sidecar.run(['-c', `${environment} exec "$0" "$@"`, program('sidewire'), ...listen], {
      command: 'sh', stdio: ['ignore', 'pipe', 'pipe', listener._handle]});
    listener.close();
    await until('the ready line', () => sidecar.output.includes('\n') || sidecar.child.exitCode !== null);
    assert.ok(sidecar.output, sidecar.log);
    sidecar.ready = JSON.parse(sidecar.output);
    assert.equal(sidecar.port, port);
    await serves(sidecar, sidecar);
    sidecar.signal('SIGTERM');
    assert.equal((await sidecar.ended).status, 0);
  }
});

/** One call by TLS, on a connection of its own. */
async function servesByTls(sidecar) {
  const socket = tls.connect({port: sidecar.port, host: '127.0.0.1', rejectUnauthorized: false});
  await once(socket, 'secureConnect');
  socket.write(post(sidecar, call('system.echo', []), {headers: 'Connection: close\r\n'}));
  let text = '';
  for await (const bytes of socket) text += bytes;
  assert.match(text, /^HTTP\/1\.1 200 /);
}

test('--tls-self-signed tells the fingerprint of the certificate that it serves', async () => {
  const sidecar = await Sidecar.serve(['--tls-self-signed']);
  assert.match(sidecar.ready.url, /^https:/);
  assert.match(sidecar.ready.ws, /^wss:/);
  const socket = tls.connect({port: sidecar.port, host: '127.0.0.1', rejectUnauthorized: false});
  await once(socket, 'secureConnect');
  const plainHex = text => text.replaceAll(':', '').toLowerCase();
  const served = socket.getPeerX509Certificate();
  assert.ok(plainHex(sidecar.ready.fingerprint).endsWith(plainHex(served.fingerprint256)));
  socket.destroy();
  await servesByTls(sidecar);

  const wire = await Wire.open(sidecar);  // plain text on a TLS port
  wire.send('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n').socket.end();
  await wire.end();
  await servesByTls(sidecar);
  assert.equal((await sidecar.stop()).status, 0);
});

async function makeCertificate(name) {
  const made = spawn('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes',
    '-keyout', fileOf('key.pem'), '-out', fileOf('cert.pem'), '-subj', `/CN=${name}`, '-days', '1'], {stdio: 'ignore'});
  assert.deepEqual(await once(made, 'exit'), [0, null]);
}

test('SIGHUP reads the certificate again, and keeps the old one where the new is broken', async () => {
  await makeCertificate('first');
  const sidecar = await Sidecar.serve(['--tls-cert', fileOf('cert.pem'), '--tls-key', fileOf('key.pem')]);
  const subject = async () => {
    const socket = tls.connect({port: sidecar.port, host: '127.0.0.1', rejectUnauthorized: false});
    await once(socket, 'secureConnect');
    const {subject: name} = new X509Certificate(socket.getPeerX509Certificate().raw);
    socket.destroy();
    return name;
  };
  assert.equal(await subject(), 'CN=first');
  await makeCertificate('second');
  sidecar.signal('SIGHUP');
  await until('the new one is served', async () => await subject() === 'CN=second');
  write('cert.pem', 'no certificate');
  sidecar.signal('SIGHUP');
  await until('the fault is logged', () => /stays as it was/.test(sidecar.log));
  assert.equal(await subject(), 'CN=second');
  assert.equal((await sidecar.stop()).status, 0);
});

test('a standard error that nobody reads never blocks the server', async () => {
  const sidecar = await Sidecar.serve(['--log-level', 'trace'], {stdio: ['ignore', 'pipe', 'pipe']});
  sidecar.child.stderr.pause();
  // More log lines than a pipe takes: a reload without a certificate is logged each time.
  for (let count = 0; count < 3000; ++count) sidecar.signal('SIGHUP');
  for (let count = 0; count < 200; ++count) await serves(sidecar, sidecar);
  sidecar.signal('SIGTERM');
  await once(sidecar.child, 'exit');
  assert.equal(sidecar.child.exitCode, 0);
  sidecar.child.stderr.resume();
});

test('two threads serve many connections, each in its order', async () => {
  const sidecar = await Sidecar.serve(['--threads', '2']);
  await Promise.all(Array.from({length: 20}, async () => {
    const wire = await Wire.webSocket(sidecar);
    for (let id = 0; id < 50; ++id) {
      assert.deepEqual(await wire.call('system.echo', [id], id), {jsonrpc: '2.0', result: [id], id});
    }
    wire.socket.end();
  }));
  assert.equal((await sidecar.stop()).status, 0);
});
