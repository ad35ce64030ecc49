// `rpc-websockets` from npm, as its documentation sets it up.
import { Server } from 'rpc-websockets';
import { announce } from './json-rpc.mjs';

const server = new Server({ port: 0, host: '127.0.0.1', backlog: 4096 });
server.register('system.echo', (params) => params, '/rpc'); // the path is the namespace
server.on('listening', () => announce(server.wss.address().port));
