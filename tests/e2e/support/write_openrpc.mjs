// Writes schemas/openrpc.json anew, from what the built server answers.
import {writeFileSync} from 'node:fs';

import {Server} from './server.mjs';

const server = await Server.start();
const {result} = await server.call('rpc.discover');
await server.stop();
writeFileSync(new URL('../../../schemas/openrpc.json', import.meta.url), JSON.stringify(result, null, 2) + '\n');
