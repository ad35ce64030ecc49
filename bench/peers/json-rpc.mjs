// What the Node peers share: the smallest honest JSON-RPC 2.0 dispatcher, and the ready line.

const methods = { 'system.echo': (params) => params };

/** The answer to the JSON text of one request, as JSON text. */
export function answer(text) {
  let request;
  try {
    request = JSON.parse(text);
  } catch {
    return '{"jsonrpc":"2.0","error":{"code":-32700,"message":"Parse error"},"id":null}';
  }
  const { id = null, method, params } = request;
  const call = methods[method];
  if (call === undefined) {
    return JSON.stringify({ jsonrpc: '2.0', error: { code: -32601, message: 'Method not found' }, id });
  }
  return JSON.stringify({ jsonrpc: '2.0', result: call(params), id });
}

/** Tells whoever started this process where it listens. */
export function announce(port) {
  process.stdout.write(`${JSON.stringify({ event: 'ready', pid: process.pid, port })}\n`);
}
