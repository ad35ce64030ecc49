import { io } from 'socket.io-client';
import msgpackParser from 'socket.io-msgpack-parser';

/** Over WebSocket alone, which is the fastest that it has. */
export function socketIo({ port, format }) {
  const socket = io(`http://127.0.0.1:${port}`, {
    transports: ['websocket'],
    forceNew: true,
    ...(format === 'msgpack' ? { parser: msgpackParser } : {}),
  });
  return {
    call: (params) => socket.emitWithAck('system.echo', params),
    async comeBack() {
      await new Promise((resolve) => {
        socket.once('disconnect', resolve);
      });
      await new Promise((resolve) => {
        socket.once('connect', resolve);
      });
    },
    close: () => socket.disconnect(),
  };
}
