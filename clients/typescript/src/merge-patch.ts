import { isObject } from "./messages.js";

/** A JSON Merge Patch (RFC 7396) upon a value, which stays as it was. */
export function applyMergePatch(value: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const patched = isObject(value) ? { ...value } : {};
  for (const [name, change] of Object.entries(patch)) {
    if (change === null) delete patched[name];
    else patched[name] = applyMergePatch(patched[name], change);
  }
  return patched;
}
