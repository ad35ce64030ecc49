// For each schema values that it must refuse, each wrong in one way.

const error = (change = {}, data = {}) => ({
  code: -32602, message: 'no', ...change,
  data: {kind: 'invalid_params', retryable: false, ...data},
});
const recorded = changes => ({time: '2026-01-01T00:00:00.000Z', caller: 1, direction: 'in', format: 'json', message: {},
  ...changes});
const problem = change => ({
  type: 'urn:sidewire:error:conflict', title: 'No.', status: 409, detail: 'no', code: -32030, kind: 'conflict',
  data: {kind: 'conflict', retryable: false}, ...change,
});
const ready = change => ({
  event: 'ready', protocol: 'sidewire/1', version: '0.1.0', pid: 1, instance: 'i',
  url: 'http://127.0.0.1:1', ws: 'ws://127.0.0.1:1/rpc', ...change,
});
const notify = (method, params) => ({jsonrpc: '2.0', method, ...params === undefined ? {} : {params}});
const started = change => ({
  session: 'i.0.1', resumeToken: 'i.0.1.secret', instance: 'i', version: '0.1.0', resumeWindowMs: 60000,
  resumeBufferBytes: 4194304, heartbeatMs: 15000, limits: {maxMessageBytes: 16777216, maxBatch: 100}, ...change,
});
/** Params of `session.open` that are wrong; a server closes with 4501. */
export const invalidOpens = [
  {received: -1}, {received: 1.5}, {received: '1'}, {resumeToken: 7}, {token: 7}, {formats: 'json'},
  {formats: ['xml']}, {client: 'desk'}, {client: {version: '1'}}, {requests: 'yes'},
];
/** Params of `session.ack` that are wrong; a server closes with 4501. */
export const invalidAcks = [undefined, {}, {received: -1}, {received: 0.5}, {received: '0'}, {received: null}];
const without = (object, name) => {
  const {[name]: _, ...rest} = object;
  return rest;
};

/** What is no request and no notification either; a server answers each with invalid_request. */
export const invalidRequests = [
  {id: 1, method: 'rpc.ping'},
  {jsonrpc: '1.0', id: 1, method: 'rpc.ping'},
  {jsonrpc: 2.0, id: 1, method: 'rpc.ping'},
  {jsonrpc: '2.0', id: 1},
  {jsonrpc: '2.0', id: 1, method: 7},
  {jsonrpc: '2.0', id: true, method: 'rpc.ping'},
  {jsonrpc: '2.0', id: [1], method: 'rpc.ping'},
  {jsonrpc: '2.0', id: {}, method: 'rpc.ping'},
  {jsonrpc: '2.0', id: 1, method: 'rpc.ping', params: 'a text'},
  {jsonrpc: '2.0', id: 1, method: 'rpc.ping', params: null},
  'rpc.ping',
  1,
  null,
];

/** Calls whose `_meta` is wrong; a server answers each with invalid_params at `/_meta/…`. */
export const invalidMetas = [
  {timeoutMs: -1},
  {timeoutMs: 4294967296},
  {timeoutMs: '2000'},
  {timeoutMs: 0.5},
  {format: 'xml'},
  {format: true},
  [],
  'text',
  null,
];

export const counterExamples = {
  'id': [true, [], {}],
  'meta': [...invalidMetas, {traceparent: 7}],
  'params': [null, 'a text', 7, {_meta: 7}],
  'request': [...invalidRequests, {jsonrpc: '2.0', method: 'rpc.ping'}],
  'notification': [
    {method: 'rpc.ping'},
    {jsonrpc: '2.0'},
    {jsonrpc: '2.0', id: null, method: 'rpc.ping'},
    {jsonrpc: '2.0', method: 'rpc.ping', params: 1},
  ],
  'batch': [[], {}, [1], [{jsonrpc: '2.0', id: 1, method: 'rpc.ping'}, {}]],
  'response': [
    {jsonrpc: '2.0', id: 1},
    {jsonrpc: '2.0', result: 1},
    {id: 1, result: 1},
    {jsonrpc: '2.0', id: 1, result: null, error: error()},
    {jsonrpc: '2.0', id: 1, error: {code: -32602, message: 'no'}},
    {jsonrpc: '2.0', id: 1, error: null},
    {jsonrpc: '2.0', id: 1, result: 1, more: 1},
    {jsonrpc: '2.0', id: [], result: 1},
  ],
  'batch-response': [[], {}, [{}], [{jsonrpc: '2.0', id: 1}]],
  'error': [
    without(error(), 'data'),
    without(error(), 'message'),
    without(error(), 'code'),
    error({code: -32601}),
    error({code: 999}, {kind: 'application'}),
    error({code: -32602.5}),
    error({message: 7}),
    error({more: 1}),
    error({}, {retryable: true}),
    error({}, {kind: 'unheard_of'}),
    error({}, {pointer: 'name'}),
    error({}, {pointer: '/a~2'}),
    error({}, {limit: 'batch'}),
    error({}, {retryAfterMs: -1}),
    error({}, {retryAfterMs: 0.5}),
    error({}, {more: 1}),
  ],
  'cancel-request': [
    {jsonrpc: '2.0', method: '$/cancelRequest'},
    {jsonrpc: '2.0', method: '$/cancelRequest', params: {}},
    {jsonrpc: '2.0', method: '$/cancelRequest', params: [1]},
    {jsonrpc: '2.0', method: '$/cancelRequest', params: {id: true}},
    {jsonrpc: '2.0', method: '$/progress', params: {id: 1}},
    {jsonrpc: '2.0', id: 1, method: '$/cancelRequest', params: {id: 1}},
  ],
  'publication': [
    {jsonrpc: '2.0', method: 'project.changed', params: {}},
    {jsonrpc: '2.0', method: 'project.changed', params: {_meta: {topic: 'a'}}},
    {jsonrpc: '2.0', method: 'project.changed', params: {_meta: {topic: 'a', offset: 0}}},
    {jsonrpc: '2.0', method: 'project.changed', params: {_meta: {topic: 'a', offset: 2, delta: {}}}},
    {jsonrpc: '2.0', method: 'topic.closed', params: {_meta: {topic: 'a', offset: 2}}},
  ],
  'topic-lagged': [
    {jsonrpc: '2.0', method: 'topic.lagged', params: {topic: 'a', missed: 1, from: 1}},
    {jsonrpc: '2.0', method: 'topic.lagged', params: {topic: 'a', missed: 0, from: 1, to: 1}},
    {jsonrpc: '2.0', method: 'topic.lagged', params: {topic: 'a', missed: null}},
    {jsonrpc: '2.0', method: 'topic.lagged', params: {topic: 'a', missed: null, epoch: 'e', from: 1}},
  ],
  'topic-closed': [
    {jsonrpc: '2.0', method: 'topic.closed', params: {topic: 'a'}},
    {jsonrpc: '2.0', method: 'topic.closed', params: {topic: 'a', reason: 'done'}},
    {jsonrpc: '2.0', method: 'topic.lagged', params: {topic: 'a', reason: 'slow'}},
  ],
  'logs-update': [
    notify('logs.update', {service: 'a', entries: [], _meta: {topic: 'logs/a', offset: 1}}),
    notify('logs.update', {service: 'a', entries: [{message: 'm'}], _meta: {topic: 'logs/a', offset: 1}}),
    notify('logs.update', {service: 'a', entries: [{line: 'l', message: 'm', level: 'notice'}], _meta: {topic: 'logs/a', offset: 1}}),
    notify('logs.update', {service: 'a', entries: [{line: 'l', message: 'm'}]}),
  ],
  'metrics-update': [
    notify('metrics.update', {_meta: {topic: 'metrics', offset: 1}}),
    notify('metrics.update', {cpu: null, _meta: {topic: 'metrics', offset: 2, delta: {base: 1}}}),
    notify('metrics.update', {gpu: {}, _meta: {topic: 'metrics', offset: 2, delta: {base: 1}}}),
    notify('metrics.update', {cpu: {}, memory: {}, disks: {}, network: {}, _meta: {topic: 'metrics', offset: 1}}),
  ],
  'progress': [
    {jsonrpc: '2.0', method: '$/progress', params: {token: 1}},
    {jsonrpc: '2.0', method: '$/progress', params: {value: 1}},
    {jsonrpc: '2.0', method: '$/progress', params: {token: true, value: 1}},
    {jsonrpc: '2.0', id: 1, method: '$/progress', params: {token: 1, value: 1}},
  ],
  'session-open': [
    ...invalidOpens.map(params => notify('session.open', params)),
    notify('session.open', {received: null}),
    {...notify('session.open', {}), id: 1},
    notify('session.end', {}),
  ],
  'session-end': [{...notify('session.end'), id: 1}, notify('session.open'), notify('session.end', 7)],
  'session-started': [
    ...Object.keys(started()).map(name => notify('session.started', without(started(), name))),
    notify('session.started'),
    notify('session.resumed', started()),
    notify('session.started', started({resumeWindowMs: -1})),
    notify('session.started', started({limits: {maxBatch: 100}})),
    notify('session.started', started({recovered: true})),
    {...notify('session.started', started()), id: 1},
  ],
  'session-resumed': [
    notify('session.resumed', {recovered: true, received: 0}),
    notify('session.resumed', {recovered: true, received: 0, from: 0}),
    notify('session.resumed', {recovered: true, received: -1, from: 1}),
    notify('session.resumed', {recovered: false, received: 0, from: 1}),
    notify('session.resumed', {recovered: true, received: 0, from: 1, reason: 'expired'}),
    notify('session.resumed', {recovered: true, received: 0, from: 1, ...started()}),
    notify('session.resumed', started({recovered: false})),
    notify('session.resumed', started({recovered: false, reason: 'forgotten'})),
    notify('session.resumed', started({reason: 'expired'})),
    notify('session.resumed', {recovered: false, reason: 'expired'}),
  ],
  'session-ack': [
    ...invalidAcks.map(params => notify('session.ack', params)),
    {...notify('session.ack', {received: 0}), id: 1},
  ],
  'session-ping': [{...notify('session.ping'), id: 1}, notify('session.pong'), notify('session.ping', 'x')],
  'session-pong': [{...notify('session.pong'), id: 1}, notify('session.ping'), notify('session.pong', 'x')],
  'session-draining': [
    notify('session.draining', {deadlineMs: 1}),
    notify('session.draining', {retryAfterMs: 1}),
    notify('session.draining', {deadlineMs: -1, retryAfterMs: 1}),
    notify('session.draining', {deadlineMs: 1, retryAfterMs: 1, reason: 'x'}),
  ],
  'session-expiring': [notify('session.expiring'), notify('session.expiring', {inMs: -1})],
  'session-closed': [
    notify('session.closed', {code: 4009}),
    notify('session.closed', {code: 5000, reason: ''}),
    notify('session.closed', {code: '4009', reason: ''}),
  ],
  'envelope': [
    {first: 0, messages: []}, {messages: [1]}, {received: -1}, {messages: {}}, {messages: [], last: 1}, [],
  ],
  'upload-answer': [{}, {received: -1}, {received: '1'}, {received: 1, first: 1}],
  'negotiate-offer': [{transports: 'websocket'}, {formats: [1]}, {failed: ['websocket']}, {failed: [{}]}, {client: {}}],
  'negotiate-answer': [
    {},
    {protocol: 'sidewire/1', instance: 'x', transports: [{name: 'pigeon', path: '/rpc', formats: []}],
      binaryThreshold: 1, heartbeatMs: 1, resumeWindowMs: 1, limits: {maxMessageBytes: 1, maxBatch: 1}},
    {protocol: 'sidewire/1', instance: 'x', transports: [], heartbeatMs: 1, resumeWindowMs: 1},
  ],
  'message': ['a text', [], {}, {jsonrpc: '2.0', id: 1}],
  'ready': [
    ...['event', 'protocol', 'version', 'pid', 'instance'].map(name => without(ready(), name)),
    without(ready(), 'ws'),
    without(ready(), 'url'),
    without(without(ready(), 'ws'), 'url'),
    ready({protocol: 'sidewire/2'}),
    ready({pid: 0}),
    ready({pid: '1'}),
    ready({url: 'http://127.0.0.1'}),
    ready({ws: 'http://127.0.0.1:1/rpc'}),
    ready({token: ''}),
    ready({fingerprint: 'AA:BB'}),
    ready({password: 'x'}),
  ],
  'ws-config': [
    {port: 1, timestamp: '2026-02-03T04:05:06Z'},
    {port: 65536, timestamp: '2026-02-03T04:05:06Z', instance: 'i'},
    {port: 1, timestamp: '2026-02-03T04:05:06+01:00', instance: 'i'},
    {port: 1, timestamp: '3 February', instance: 'i'},
    {port: 1, timestamp: '2026-02-03T04:05:06Z', instance: 'i', token: 'secret'},
  ],
  'health': [
    {status: 'ok', protocol: 'sidewire/1'},
    {status: 'bad', protocol: 'sidewire/1', instance: 'i'},
    {status: 'ok', protocol: 'sidewire/1', instance: 'i', token: 'secret'},
  ],
  'problem': [problem({status: 200}), problem({type: 'about:blank'}), problem({detail: undefined}),
    problem({instance: '/x'}), problem({data: {kind: 'conflict'}})],
  'recording': [recorded({time: 'now'}), recorded({caller: 0}), recorded({direction: 'up'}), recorded({format: 'xml'}),
    recorded({message: undefined}), recorded({unreadableBytes: 3}), {event: 'recording', version: '1'}, {event: 'ended'},
    {event: 'dropped', count: 0, time: '2026-01-01T00:00:00.000Z'}],
  'readiness': [{}, {status: 'ok'}, {status: 'ready', more: 1}],
  'configuration': [
    {sever: {}},
    {server: {prot: 1}},
    {server: {port: 65536}},
    {server: {port: '8765'}},
    {server: {auth: 'trust'}},
    {server: {'allow-origin': 'https://app.example.com'}},
    {server: {'drain-timeout': -1}},
    {limits: {'max-batch': 0}},
    {limits: {'max-batch': 1.5}},
    {logs: [{name: 'dpkg'}]},
    {logs: [{name: 'two words', path: '/var/log/dpkg.log'}]},
    {logs: [{name: 'dpkg', path: '/var/log/dpkg.log', format: 'xml'}]},
  ],
};
