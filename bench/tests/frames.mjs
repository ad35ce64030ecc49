// WebSocket frames as the tests' servers read and write them, and a run of the load generator.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
const program = `${process.env.SIDEWIRE_BIN}/bench-load`;

/** The payloads of all whole frames of up to 64 KiB in `bytes`, unmasked, and what remains. */
export function unframe(bytes) {
  const payloads = [];
  while (bytes.length >= 8) {
    const isShort = (bytes[1] & 0x7f) < 126;
    const start = isShort ? 6 : 8;
    const end = start + (isShort ? bytes[1] & 0x7f : bytes.readUInt16BE(2));
    if (bytes.length < end) break;
    const mask = bytes.subarray(start - 4, start);
    payloads.push(Buffer.from(bytes.subarray(start, end).map((byte, i) => byte ^ mask[i % 4])).toString());
    bytes = bytes.subarray(end);
  }
  return { payloads, rest: bytes };
}

export function frame(text) {
  return Buffer.concat([Buffer.from([0x81, text.length]), Buffer.from(text)]);
}

/** What the load generator measured against a server on `port`; rejects where it complains. */
export async function bench(port, scenario, ...options) {
  const { stdout } = await run(program, [
    scenario, '--port', String(port), '--in-flight', '4', '--warm-up-ms', '50', '--duration-ms', '200', ...options,
  ]);
  return JSON.parse(stdout);
}
