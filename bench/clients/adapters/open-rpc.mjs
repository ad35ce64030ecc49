import { Client, RequestManager, WebSocketTransport } from '@open-rpc/client-js';

/** It never comes back by itself, so it has no `comeBack`. */
export function openRpc({ port }) {
  const client = new Client(new RequestManager([new WebSocketTransport(`ws://127.0.0.1:${port}/rpc`)]));
  return {
    call: (params) => client.request({ method: 'system.echo', params }),
    close: () => client.close(),
  };
}
