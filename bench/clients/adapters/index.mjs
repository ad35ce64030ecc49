// Every client behind the same few functions, each used as its own documentation does:
//
//   open({ port, token, format })   a client of that server, or a promise of one
//     .call(params)      a promise of the answer of `system.echo`
//     .comeBack()        a promise of the next connection after the one there is, where the client makes one itself
//     .close()
import { openRpc } from './open-rpc.mjs';
import { rpcWebsockets } from './rpc-websockets.mjs';
import { sidewire } from './sidewire.mjs';
import { socketIo } from './socket.io.mjs';

export const adapters = {
  sidewire,
  'rpc-websockets': rpcWebsockets,
  'socket.io-client': socketIo,
  '@open-rpc/client-js': openRpc,
};
