// What is echoed, and whether an answer is it.

const mebibyte = 1024 * 1024;

const record = (i) => ({
  id: i,
  time: `2024-01-01T00:00:${String(i % 60).padStart(2, '0')}.000Z`,
  level: i % 5 === 0 ? 'warn' : 'info',
  message: `GET /api/projects/${i} answered 200 in ${i % 97} ms`,
  durationMs: (i % 97) + 0.25,
  isCached: i % 3 === 0,
});

/** Records that are 1 MiB as JSON, and a little more. */
function records() {
  const entries = [];
  for (let sizeBytes = 0; sizeBytes < mebibyte; ) {
    entries.push(record(entries.length));
    sizeBytes += JSON.stringify(entries.at(-1)).length + 1;
  }
  return { entries };
}

/** Called once for a measurement. */
export const shapes = {
  small: () => ({ text: 'hello', n: 42 }),
  'records of 1 MiB': records,
  'text of 1 MiB': () => ({ text: 'x'.repeat(mebibyte) }),
};

/** Throws unless the answer is what was sent, down to the last character. */
export function checkWhole(answer, sent) {
  if (JSON.stringify(answer) !== JSON.stringify(sent)) throw new Error('another answer than what was sent');
}

/** The same at a glance, for every answer: what it costs is no part of a client. */
export function checkOutline(answer, sent) {
  const isWhole = sent.entries
    ? answer.entries.length === sent.entries.length && answer.entries.at(-1).id === sent.entries.length - 1
    : answer.text.length === sent.text.length && answer.n === sent.n;
  if (!isWhole) throw new Error('another answer than what was sent');
}
