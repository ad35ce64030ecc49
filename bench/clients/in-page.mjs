// The same in a page: `measureClient` is called from outside.
import { adapters } from './adapters/index.mjs';
import { scenarios } from './scenarios.mjs';

globalThis.measureClient = ({ client, scenario, address, options }) =>
  scenarios[scenario](() => adapters[client](address), options);
