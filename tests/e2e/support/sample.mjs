// Values made from a JSON Schema, so that what a schema allows is really called.

/** A small value that the schema allows. `resolve` gives the schema that a reference names. */
export function sampleOf(schema, resolve) {
  if (schema.$ref) return sampleOf(resolve(schema.$ref), resolve);
  if (schema.anyOf) return sampleOf(schema.anyOf[0], resolve);
  if (schema.enum) return schema.enum[0];
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  switch (type) {
    case 'integer':
    case 'number': return Math.max(schema.minimum ?? 1, Math.min(1, schema.maximum ?? 1));
    case 'boolean': return true;
    case 'string': return schema.contentEncoding === 'base64' ? 'AAEC' : 'a text';
    case 'array': return schema.items ? [sampleOf(schema.items, resolve)] : [];
    case 'object': return sampleObject(schema, resolve);
    default: return null;
  }
}

function sampleObject(schema, resolve) {
  const made = {};
  for (const [name, member] of Object.entries(schema.properties ?? {})) {
    if (schema.required?.includes(name)) made[name] = sampleOf(member, resolve);
  }
  if (typeof schema.additionalProperties === 'object') {
    made.key = sampleOf(schema.additionalProperties, resolve);
  }
  return made;
}

/** The params that a method's schema allows, each member of them. */
export function sampleParams(method, resolve) {
  const schema = method['x-paramsSchema'];
  if (!schema.properties) return sampleOf(schema, resolve);
  const {_meta, ...own} = schema.properties;
  return Object.fromEntries(Object.entries(own).map(([name, member]) => [name, sampleOf(member, resolve)]));
}
