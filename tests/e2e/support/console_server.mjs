// A server with a log and topics for the console to show.
import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';

import {Server} from './server.mjs';

/** Starts it: `server`, the file `log` of its service `app`, and `stop`. Anybody may publish to its topics. */
export async function startConsoleServer(args = []) {
  const folder = await mkdtemp(path.join(tmpdir(), 'sidewire-console-'));
  const log = path.join(folder, 'app.log');
  await writeFile(log, '2026-01-02T03:04:05Z INFO the first line\n');
  const config = path.join(folder, 'sidewire.toml');
  await writeFile(config, `
[[logs]]
name = "app"
path = "${log}"

[[topic]]
name = "project/*"
events = ["project.changed"]
history-count = 100
publish = ""

[[topic]]
name = "brief/*"
events = ["project.changed"]
history-count = 2
publish = ""
`);
  const server = await Server.start(['--config', config, ...args]);
  return {
    server,
    log,
    launch: {url: server.ready.url, token: server.ready.token},
    publish: (topic, params) => server.call('topic.publish', {topic, method: 'project.changed', params}),
    async stop() {
      await server.stop();
      await rm(folder, {recursive: true});
    },
  };
}
