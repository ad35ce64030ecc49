import type { WebSocketConstructor, WebSocketLike } from "./connection.js";

/** What of the package `ws` is used; the socket below it is of Node's `net`, and not promised by the package. */
interface WebSocketOfPackage extends WebSocketLike {
  _socket?: { cork(): void; uncork(): void } | null;
}
interface PackageWs {
  WebSocket: new (url: string, protocols: string[], options: { perMessageDeflate: boolean }) => WebSocketOfPackage;
}

/**
 * The WebSocket of the package `ws`, whose name is a parameter so that bundlers for browsers do not look for it;
 * undefined where it is not installed.
 */
export async function webSocket(name: string): Promise<WebSocketConstructor | undefined> {
  try {
    const { WebSocket: OfPackage } = (await import(/* @vite-ignore */ /* webpackIgnore: true */ name)) as PackageWs;
    return class extends OfPackage {
      #isCorked = false;

      constructor(url: string, protocols: string[]) {
        // It would compress what goes to a server on the same machine.
        super(url, protocols, { perMessageDeflate: false });
      }

      /** What is sent in one turn goes in one write: each would wake the server, which costs more than the message. */
      override send(data: string | Uint8Array<ArrayBuffer>): void {
        const socket = this._socket;
        if (socket && !this.#isCorked) {
          this.#isCorked = true;
          socket.cork();
          process.nextTick(() => {
            this.#isCorked = false;
            socket.uncork();
          });
        }
        super.send(data);
      }
    };
  } catch {
    return undefined;
  }
}
