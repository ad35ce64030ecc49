// One measurement of one client in a process of its own: node in-node.mjs JSON. Prints the figures as JSON.
import { adapters } from './adapters/index.mjs';
import { scenarios } from './scenarios.mjs';

function usage() {
  const { user, system } = process.cpuUsage();
  return user + system;
}

const { client, scenario, address, options } = JSON.parse(process.argv[2]);
const open = () => adapters[client](address);
console.log(JSON.stringify(await scenarios[scenario](open, { ...options, usage })));
process.exit(0); // peers may leave timers behind
