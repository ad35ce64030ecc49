/** One line of Prometheus' text format. */
export interface Sample {
  labels: Record<string, string>;
  value: number;
}

const line = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})?\s+(\S+)(?:\s+-?\d+)?$/;
const label = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"/g;
const escapes: Record<string, string> = { n: "\n", '"': '"', "\\": "\\" };

/** The samples by the name of their metric; lines that are none are left out. */
export function parsePrometheus(text: string): Map<string, Sample[]> {
  const samples = new Map<string, Sample[]>();
  for (const row of text.split("\n")) {
    const found = row.startsWith("#") ? null : line.exec(row.trim());
    if (!found) continue;
    const [, name = "", inBraces = "", number = ""] = found;
    const labels: Record<string, string> = {};
    for (const [, key = "", value = ""] of inBraces.matchAll(label)) {
      labels[key] = value.replace(/\\(.)/g, (whole, escaped: string) => escapes[escaped] ?? whole);
    }
    const list = samples.get(name) ?? [];
    list.push({ labels, value: valueOf(number) });
    samples.set(name, list);
  }
  return samples;
}

function valueOf(number: string): number {
  if (/^[+-]?Inf$/i.test(number)) return number.startsWith("-") ? -Infinity : Infinity;
  return Number(number);
}
