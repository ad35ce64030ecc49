// What is measured of a client, the same in Node and in a page. `open` makes a client (adapters/index.mjs); every answer
// is checked, and one that fails ends the measurement.
import { checkOutline, checkWhole, shapes } from './params.mjs';

function percentilesUs(timesMs) {
  const sorted = [...timesMs].sort((a, b) => a - b);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] * 1000;
  return { p50Us: at(0.5), p99Us: at(0.99) };
}

/** Calls in a closed loop: each answer lets one call go. `usage` tells the CPU time of this process, where it can. */
async function rate(open, { shape, inFlight, warmUpMs, durationMs, usage }) {
  const params = shapes[shape]();
  const client = await open();
  checkWhole(await client.call(params), params);
  const loop = async (endMs, timesMs) => {
    for (let beganMs = performance.now(); beganMs < endMs; ) {
      checkOutline(await client.call(params), params);
      const answeredMs = performance.now();
      timesMs.push(answeredMs - beganMs);
      beganMs = answeredMs;
    }
  };
  const loops = (endMs, timesMs) => Promise.all(Array.from({ length: inFlight }, () => loop(endMs, timesMs)));
  await loops(performance.now() + warmUpMs, []);
  const timesMs = [];
  const before = usage?.();
  const beganMs = performance.now();
  await loops(beganMs + durationMs, timesMs);
  const elapsedMs = performance.now() - beganMs;
  const cpuUs = before === undefined ? undefined : (usage() - before) / timesMs.length;
  await client.close();
  return { rate: (timesMs.length / elapsedMs) * 1000, cpuUs, ...percentilesUs(timesMs) };
}

/** From making a client to its first answer, one client after another. */
async function firstAnswer(open, { times }) {
  const params = shapes.small();
  const timesMs = [];
  for (let i = 0; i < times; ++i) {
    const beganMs = performance.now();
    const client = await open();
    checkWhole(await client.call(params), params);
    timesMs.push(performance.now() - beganMs);
    await client.close();
  }
  return percentilesUs(timesMs);
}

/** From asking that the connection be cut to the answer of a call made when the client says that it is back. */
async function reconnect(open, { times, cutUrl }) {
  const params = shapes.small();
  const client = await open();
  const timesMs = [];
  for (let i = 0; i < times; ++i) {
    checkWhole(await client.call(params), params);
    const back = client.comeBack();
    const beganMs = performance.now();
    await fetch(cutUrl, { method: 'POST' });
    await back;
    checkWhole(await client.call(params), params);
    timesMs.push(performance.now() - beganMs);
  }
  await client.close();
  return percentilesUs(timesMs);
}

export const scenarios = { rate, 'first-answer': firstAnswer, reconnect };
