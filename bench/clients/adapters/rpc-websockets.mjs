import { Client } from 'rpc-websockets';

/** Calls of this client fail before it is open, so it is waited for. */
export async function rpcWebsockets({ port }) {
  const client = new Client(`ws://127.0.0.1:${port}/rpc`);
  await new Promise((resolve) => {
    client.once('open', resolve);
  });
  return {
    call: (params) => client.call('system.echo', params),
    async comeBack() {
      await new Promise((resolve) => {
        client.once('close', resolve);
      });
      await new Promise((resolve) => {
        client.once('open', resolve);
      });
    },
    close: () => client.close(),
  };
}
