// The files of schemas/, and an independent validator that knows them all.
import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import {readFileSync, readdirSync} from 'node:fs';

const folder = new URL('../../../schemas/', import.meta.url);

const read = name => JSON.parse(readFileSync(new URL(name, folder), 'utf8'));

/** Every `*.schema.json`, by its name without the ending. */
export const schemas = Object.fromEntries(readdirSync(folder)
  .filter(name => name.endsWith('.schema.json'))
  .map(name => [name.replace('.schema.json', ''), read(name)]));

/** The OpenRPC document as it is checked in. */
export const checkedInDocument = read('openrpc.json');

/** A strict validator that resolves the files' references to each other. */
export function makeAjv(document = checkedInDocument) {
  // A branch of oneOf may require what the schema around it defines.
  const ajv = new Ajv2020({strict: true, strictRequired: false, allErrors: true});
  addFormats(ajv);
  ajv.addVocabulary(['openrpc', 'info', 'methods', 'components']);
  for (const [name, schema] of Object.entries(schemas)) ajv.addSchema(schema, `${name}.schema.json`);
  ajv.addSchema(document, 'openrpc.json', false, false);
  return ajv;
}

/** The problems of a value as text, empty without any. */
export function problemsOf(ajv, reference, value) {
  const validate = ajv.getSchema(reference) ?? ajv.compile({$ref: reference});
  return validate(value) ? '' : ajv.errorsText(validate.errors, {separator: '\n'});
}

/** The problems of a value that one of the files describes. */
export const problemsByFile = (ajv, name, value) => problemsOf(ajv, `${name}.schema.json`, value);

/** Where a part of a method's entry stands in the document, such as `result/schema`. */
export function methodPart(document, method, part) {
  const index = document.methods.findIndex(entry => entry.name === method);
  return `openrpc.json#/methods/${index}/${part}`;
}
