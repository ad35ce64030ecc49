// Proves that a log written at 5,000 lines a second for a minute, with two rotations by rename, arrives whole: every
// line once and in order, over a WebSocket subscription.
import {streamLines} from '../e2e/support/log_stream.mjs';

const seconds = Number(process.argv[2] ?? 60);
const {lines, publications, linesPerSecond} = await streamLines({seconds, linesPerSecond: 5000, rotations: 2});
console.log(`${lines} lines in ${publications} publications, each once and in order, at ${linesPerSecond} lines a second`);
