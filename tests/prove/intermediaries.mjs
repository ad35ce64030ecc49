// Through each of the intermediaries the client, told nothing, has its first answer within 1 s and its first event within
// 2 s, process start included: `./dev prove intermediaries [ROUNDS]`. The worst of the rounds counts.
import {intermediaries} from '../e2e/support/intermediaries.mjs';
import {Server} from '../e2e/support/server.mjs';
import {callThrough, subscribeThrough} from '../e2e/support/through.mjs';

const rounds = Number(process.argv[2] ?? 5);
const bars = {answer: 1_000, event: 2_000};

const server = await Server.start(['--metrics-interval', '0.1']);
for (const [name, start] of Object.entries(intermediaries)) {
  const between = await start(server.ready.url);
  const worst = {answer: 0, event: 0};
  let transport;
  for (let round = 0; round < rounds; ++round) {
    const called = await callThrough(between.url, server.ready.token);
    const subscribed = await subscribeThrough(between.url, server.ready.token);
    worst.answer = Math.max(worst.answer, called.ms);
    worst.event = Math.max(worst.event, subscribed.ms);
    transport = subscribed.notes.split('\n').find(line => line.includes('over ')) ?? subscribed.notes;
  }
  await between.stop();
  const passed = worst.answer < bars.answer && worst.event < bars.event;
  console.log(`${name}: first answer ${worst.answer.toFixed(0)} ms (under ${bars.answer}), first event ` +
    `${worst.event.toFixed(0)} ms (under ${bars.event}); ${transport.trim()}: ${passed ? 'pass' : 'FAIL'}`);
  if (!passed) process.exitCode = 1;
}
await server.stop();
