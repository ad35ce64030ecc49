import { connect } from '../../../clients/typescript/dist/index.js';
import { msgpack } from '../../../clients/typescript/dist/msgpack.js';

export function sidewire({ port, token, format }) {
  const rpc = connect({
    url: `http://127.0.0.1:${port}`,
    token,
    ...(format === 'msgpack' ? { msgpack, format } : {}),
  });
  return {
    call: (params) => rpc.call('system.echo', params),
    comeBack() {
      let isAway = false;
      return new Promise((resolve) => {
        const stop = rpc.on('state', ({ name }) => {
          if (name !== 'open') isAway = true;
          else if (isAway) {
            stop();
            resolve();
          }
        });
      });
    },
    close: () => rpc.close(),
  };
}
