#!/usr/bin/env node
// Runs the benchmarks and prints ratios; README.md gives the method. Builds nothing.
//
//   node bench/run.mjs [--rounds 5] [--seconds 1.5] [--warm-up 0.5] [--only NAME[,NAME…]] [--build DIR]
//
// Writes results.json, results.md and chart.svg to build/bench. Exit status 1 where a bar is missed.
import { mkdirSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { bars, judge } from './runner/bars.mjs';
import { chart } from './runner/chart.mjs';
import { contestants } from './runner/contestants.mjs';
import { questions } from './runner/questions.mjs';
import { Server } from './runner/server.mjs';
import { difference, medians, ratio } from './runner/statistics.mjs';
import { barTable, questionTable } from './runner/table.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

function readOptions() {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '1.5' },
      'warm-up': { type: 'string', default: '0.5' },
      only: { type: 'string', multiple: true, default: [] },
      build: { type: 'string', default: `${root}build/release` },
    },
  });
  const only = values.only.flatMap((names) => names.split(','));
  const isMeant = (name) => (question) => question.name === name || question.group === name;
  const unknown = only.filter((name) => !questions.some(isMeant(name)));
  if (unknown.length !== 0) {
    throw new Error(`no question ${unknown}; there are ${questions.map(({ name }) => name).join(', ')}`);
  }
  const hasCores = os.availableParallelism() > 1;
  return {
    rounds: Number(values.rounds),
    warmUpMs: Math.round(Number(values['warm-up']) * 1000),
    durationMs: Math.round(Number(values.seconds) * 1000),
    asked: questions.filter((question) => only.length === 0 || only.some((name) => isMeant(name)(question))),
    build: values.build,
    output: `${root}build/bench`,
    log: `${root}build/bench/server.log`,
    serverCore: hasCores ? 0 : undefined,
    loadCore: hasCores ? 1 : undefined,
  };
}

/** One contestant's figures in one round, from a process of its own. */
async function measure(setup, question, contestant) {
  if (question.startsServer) return question.measure(setup, contestant);
  const server = await Server.start(contestant, setup, { extraArguments: question.prepare?.(setup) });
  try {
    return await question.measure(setup, server);
  } finally {
    await server.stop();
  }
}

/** All rounds of a question: by contestant, its figures of each round and their medians. */
async function answer(setup, question) {
  const all = contestants(setup);
  const names = question.contestants;
  const roundCount = question.rounds ?? setup.rounds;
  const rounds = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 0; round < roundCount; ++round) {
    // Each round begins with another contestant, so that none always follows the same one.
    for (let i = 0; i < names.length; ++i) {
      const name = names[(i + round) % names.length];
      rounds[name].push(await measure(setup, question, { name, ...all[name] }));
    }
    process.stderr.write(`${question.name}: round ${round + 1} of ${roundCount}\n`);
  }
  return Object.fromEntries(
    names.map((name) => [name, { medians: medians(rounds[name]), rounds: rounds[name] }]),
  );
}

function judgeAll(results) {
  return bars
    .filter(({ question }) => results[question] !== undefined)
    .map((bar) => judge(bar, judgedValue(bar, results[bar.question])));
}

function judgedValue({ of = 'sidewire', figure, against, above }, { [of]: judged, ...others }) {
  if (against !== undefined) return ratio(judged.rounds, others[against].rounds, figure);
  if (above !== undefined) return difference(judged.rounds, others[above].rounds, figure);
  return judged.medians[figure];
}

const setup = readOptions();
mkdirSync(setup.output, { recursive: true });
const results = {};
const tables = [];
for (const question of setup.asked) {
  results[question.name] = await answer(setup, question);
  tables.push(questionTable(question, results[question.name]));
  console.log(tables.at(-1));
}
const verdicts = judgeAll(results);
tables.push(barTable(verdicts));
console.log(tables.at(-1));

const machine = { cpu: os.cpus()[0].model, cores: os.cpus().length, kernel: os.release(), node: process.version };
const { rounds, warmUpMs, durationMs } = setup;
writeFileSync(
  `${setup.output}/results.json`,
  JSON.stringify({ date: new Date().toISOString(), machine, rounds, warmUpMs, durationMs, results, bars: verdicts }, null, 1),
);
writeFileSync(`${setup.output}/results.md`, tables.join('\n'));
writeFileSync(`${setup.output}/chart.svg`, chart(setup.asked.map((question) => [question, results[question.name]])));
process.exitCode = verdicts.every(({ passed }) => passed) ? 0 : 1;
