// What stands between a client and a server in restricted networks: each starts in front of a server, on a port that the
// system chose, and ends by its own process id.
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import net from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

async function freePort() {
  const probe = net.createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const {port} = probe.address();
  probe.close();
  await once(probe, 'close');
  return port;
}

/** Whether somebody listens. */
function answers(port) {
  return new Promise(resolve => {
    const socket = net.connect(port, '127.0.0.1');
    socket.once('connect', () => { socket.destroy(); resolve(true); });
    socket.once('error', () => resolve(false));
  });
}

async function startProgram(command, args, folder, port) {
  const child = spawn(command, args, {stdio: ['ignore', 'pipe', 'pipe']});
  let log = '';
  child.stdout.on('data', text => { log += text; });
  child.stderr.on('data', text => { log += text; });
  let failed;
  child.on('error', error => { failed = error; });
  for (let tries = 0; !(await answers(port)); ++tries) {
    if (failed || child.exitCode !== null || tries === 500) throw new Error(`${command} does not listen: ${failed ?? log}`);
    await new Promise(resolve => setTimeout(resolve, 20));
  }
  return {
    url: `http://127.0.0.1:${port}`,
    async stop() {
      if (child.exitCode === null) {
        child.kill('SIGTERM');
        await once(child, 'exit');
      }
      rmSync(folder, {recursive: true});
    },
  };
}

const newFolder = () => mkdtempSync(join(tmpdir(), 'sidewire-between-'));

async function nginx(upstream, location) {
  const folder = newFolder();
  const port = await freePort();
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map(kind => `${kind}_temp_path ${folder}/${kind};`).join(' ');
  writeFileSync(join(folder, 'nginx.conf'), `
    daemon off; master_process off; pid ${folder}/pid; error_log stderr;
    events { worker_connections 512; }
    http {
      access_log off; ${temporary}
      server {
        listen 127.0.0.1:${port};
        location / { proxy_pass ${upstream}; proxy_set_header Host localhost; proxy_read_timeout 60s; ${location} }
      }
    }`);
  return startProgram('nginx', ['-c', join(folder, 'nginx.conf'), '-p', folder, '-e', 'stderr'], folder, port);
}

async function haproxy(upstream) {
  const folder = newFolder();
  const port = await freePort();
  writeFileSync(join(folder, 'haproxy.cfg'), `
defaults
  mode http
  timeout connect 5s
  timeout client 5s
  timeout server 5s
  timeout tunnel 5s
listen front
  bind 127.0.0.1:${port}
  server back ${new URL(upstream).host}
`);
  return startProgram('haproxy', ['-db', '-f', join(folder, 'haproxy.cfg')], folder, port);
}

async function tinyproxy(upstream) {
  const folder = newFolder();
  const port = await freePort();
  writeFileSync(join(folder, 'tinyproxy.conf'), [`Port ${port}`, 'Listen 127.0.0.1', 'Timeout 60', 'MaxClients 50',
    `PidFile "${folder}/pid"`, 'ReverseOnly Yes', `ReversePath "/" "${upstream}/"`, `ReverseBaseURL "http://127.0.0.1:${port}/"`,
    ''].join('\n'));
  return startProgram('tinyproxy', ['-d', '-c', join(folder, 'tinyproxy.conf')], folder, port);
}

/** Takes the upgrade, passes the server's answer on, and then forwards nothing more of it in either direction. */
async function silentUpgrades(upstream) {
  const {hostname, port: upstreamPort} = new URL(upstream);
  const sockets = new Set();
  const keep = socket => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
  };
  const server = net.createServer(client => {
    const back = net.connect(Number(upstreamPort), hostname);
    keep(client);
    keep(back);
    let swallows = false;
    client.on('data', bytes => { if (!swallows) back.write(bytes); });
    back.on('data', bytes => {
      if (swallows) return;
      const text = bytes.toString('latin1');
      swallows = /^HTTP\/1\.1 101 /.test(text);
      client.write(swallows ? bytes.subarray(0, text.indexOf('\r\n\r\n') + 4) : bytes);
    });
    client.on('close', () => back.destroy());
    back.on('close', () => client.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    async stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Each by what it does; started in front of a server's base address. */
export const intermediaries = {
  'nginx that does not forward Upgrade': upstream =>
    nginx(upstream, 'proxy_http_version 1.1; proxy_set_header Connection ""; proxy_buffering off;'),
  'nginx that buffers responses': upstream =>
    // As it comes, towards the server in HTTP/1.0; told not to heed X-Accel-Buffering.
    nginx(upstream, 'proxy_ignore_headers X-Accel-Buffering; proxy_buffer_size 64k; proxy_buffers 8 64k; ' +
      'proxy_busy_buffers_size 128k;'),
  'haproxy that cuts connections after 5 s': haproxy,
  'an HTTP/1.0 proxy': tinyproxy,
  'a proxy that takes the upgrade and then forwards nothing': silentUpgrades,
};
