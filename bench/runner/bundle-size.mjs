// How much a page has to load for a client.
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const sidewire = (name) => JSON.stringify(fileURLToPath(new URL(`../../clients/typescript/dist/${name}.js`, import.meta.url)));

/** What an application imports of each. */
const imports = {
  'sidewire-client': `export { connect } from ${sidewire('index')};`,
  'sidewire-client-msgpack': `export { connect } from ${sidewire('index')}; export { msgpack } from ${sidewire('msgpack')};`,
  'rpc-websockets-client': 'export { Client } from "rpc-websockets";',
  'socket.io-client': 'export { io } from "socket.io-client";',
  'socket.io-client-msgpack': 'export { io } from "socket.io-client"; export { default as parser } from "socket.io-msgpack-parser";',
  'open-rpc-client': 'export { Client, RequestManager, WebSocketTransport } from "@open-rpc/client-js";',
};

/** The files that are loaded at once, without those that are imported when needed. */
function neededAtOnce({ outputs }) {
  const needed = new Set();
  const add = (path) => {
    if (needed.has(path)) return;
    needed.add(path);
    outputs[path].imports.filter(({ kind }) => kind === 'import-statement').forEach((one) => add(one.path));
  };
  add(Object.keys(outputs).find((path) => outputs[path].entryPoint !== undefined && outputs[path].exports.length > 0));
  return needed;
}

export async function measureBundle(_setup, { name }) {
  const { outputFiles, metafile } = await build({
    stdin: { contents: imports[name], resolveDir: fileURLToPath(new URL('..', import.meta.url)) },
    bundle: true,
    splitting: true,
    minify: true,
    platform: 'browser',
    format: 'esm',
    target: 'es2022',
    outdir: 'out',
    write: false,
    metafile: true,
    logLevel: 'error',
  });
  const needed = [...neededAtOnce(metafile)];
  const texts = outputFiles.filter(({ path }) => needed.some((one) => path.endsWith(`/${one}`))).map(({ text }) => text);
  const all = texts.join('');
  return { minifiedBytes: Buffer.byteLength(all), compressedBytes: gzipSync(all, { level: 9 }).length };
}
