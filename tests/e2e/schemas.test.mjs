// The files of schemas/ by themselves: they compile, and agree with their examples and each other.
import Ajv from 'ajv';
import addFormats from 'ajv-formats';
import jsonSchemaMeta from '@json-schema-tools/meta-schema';
import openrpcMeta from '@open-rpc/meta-schema';
import assert from 'node:assert/strict';
import {test} from 'node:test';

import {counterExamples} from './support/counter_examples.mjs';
import {
  checkedInDocument as document, makeAjv, methodPart, problemsByFile, problemsOf, schemas,
} from './support/schemas.mjs';

const ajv = makeAjv();

for (const [name, schema] of Object.entries(schemas)) {
  test(`${name}: compiles in strict mode and takes its own examples`, () => {
    assert.ok(schema.examples?.length > 0, 'there is an example');
    for (const example of schema.examples) {
      assert.equal(problemsByFile(ajv, name, example), '', JSON.stringify(example));
    }
  });

  test(`${name}: refuses what is wrong in one way`, () => {
    assert.ok(counterExamples[name]?.length > 0, 'there is a counter-example');
    for (const example of counterExamples[name]) {
      assert.notEqual(problemsByFile(ajv, name, example), '', JSON.stringify(example));
    }
  });
}

test('examples of every message are messages', () => {
  const sessions = Object.keys(schemas).filter(name => name.startsWith('session-'));
  assert.ok(sessions.length > 0);
  const others = ['request', 'notification', 'batch', 'response', 'batch-response', 'cancel-request', 'progress',
    'publication', 'topic-lagged', 'topic-closed', 'logs-update', 'metrics-update'];
  for (const name of [...others, ...sessions]) {
    for (const example of schemas[name].examples) {
      assert.equal(problemsByFile(ajv, 'message', example), '', JSON.stringify(example));
    }
  }
});

test('a request is no notification, and neither is a response', () => {
  const kinds = ['request', 'notification', 'response'];
  for (const kind of kinds) {
    for (const example of schemas[kind].examples) {
      const taken = kinds.filter(other => problemsByFile(ajv, other, example) === '');
      assert.deepEqual(taken, [kind], JSON.stringify(example));
    }
  }
});

test('the OpenRPC document fits the meta schema of OpenRPC', () => {
  const meta = new Ajv({strict: false, allErrors: true});
  addFormats(meta);
  const draft07 = 'http://json-schema.org/draft-07/schema#';
  meta.addSchema({...jsonSchemaMeta.jsonSchema, $schema: draft07});
  meta.addSchema({$id: 'https://meta.json-schema.tools', $ref: jsonSchemaMeta.jsonSchema.$id});
  const validate = meta.compile({...openrpcMeta.openrpcDocument, $schema: draft07});
  assert.equal(validate(document) ? '' : meta.errorsText(validate.errors, {separator: '\n'}), '');
  assert.equal(validate({...document, methods: [{name: 'no params'}]}), false);
});

test('every schema of the OpenRPC document compiles in strict mode', () => {
  for (const {name, params, 'x-progress': progress} of document.methods) {
    params.forEach((_, index) => compile(methodPart(document, name, `params/${index}/schema`)));
    compile(methodPart(document, name, 'result/schema'));
    compile(methodPart(document, name, 'x-paramsSchema'));
    if (progress) compile(methodPart(document, name, 'x-progress/schema'));
  }
  for (const name of Object.keys(document.components.schemas)) {
    compile(`openrpc.json#/components/schemas/${name}`);
  }
});

function compile(reference) {
  assert.equal(typeof ajv.compile({$ref: reference}), 'function', reference);
}

test('the document and the file agree on _meta', () => {
  const {$schema, examples, ...file} = schemas.meta;
  assert.deepEqual(document.components.schemas.call_meta, file);
});

test('the document and the file agree on the kinds of errors', () => {
  const told = Object.values(document.components.errors)
    .map(({code, data}) => ({code, ...data}));
  const allowed = schemas.error.oneOf.map(({properties: {code, data}}) => ({
    code: code.const, kind: data.properties.kind.const, retryable: data.properties.retryable.const,
  }));
  assert.deepEqual(allowed.slice(0, -1), told);
  assert.equal(allowed.at(-1).kind, 'application');
  for (const error of Object.values(document.components.errors)) {
    assert.equal(problemsByFile(ajv, 'error', error), '');
  }
});

test('errors of methods are among those components', () => {
  for (const {name, errors} of document.methods) {
    for (const {$ref} of errors) {
      assert.ok($ref.replace('#/components/errors/', '') in document.components.errors, `${name}: ${$ref}`);
    }
  }
});

test('each method with params has examples, and they fit', () => {
  for (const {name, params, examples = []} of document.methods) {
    assert.ok(examples.length > 0 || params.length === 0, `${name} has an example`);
    for (const example of examples) {
      const given = Object.fromEntries(example.params.map(({name: param, value}) => [param, value]));
      assert.equal(problemsOf(ajv, methodPart(document, name, 'x-paramsSchema'), given), '', name);
      assert.equal(problemsOf(ajv, methodPart(document, name, 'result/schema'), example.result.value), '', name);
      params.forEach((param, index) => {
        if (!(param.name in given)) return;
        const reference = methodPart(document, name, `params/${index}/schema`);
        assert.equal(problemsOf(ajv, reference, given[param.name]), '', `${name}: ${param.name}`);
      });
    }
  }
});

test('the params of a method are the same one by one and as a whole', () => {
  for (const {name, params, 'x-paramsSchema': whole} of document.methods) {
    if (!whole.properties) continue;
    const {_meta, ...own} = whole.properties;
    assert.deepEqual(Object.keys(own), params.map(param => param.name), name);
    assert.deepEqual(whole.required, params.filter(param => param.required).map(param => param.name), name);
  }
});
