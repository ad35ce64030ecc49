/** How many took up to each bound, in rising order; the last bound is infinite. */
export interface Bucket {
  bound: number;
  /** All up to the bound, those of smaller buckets included. */
  count: number;
}

/**
 * The value that a share (0 to 1) stays under, with the values of a bucket spread evenly over it. Undefined where there
 * are none; beyond the last finite bound it is that bound.
 */
export function percentile(buckets: readonly Bucket[], share: number): number | undefined {
  const total = buckets.at(-1)?.count ?? 0;
  if (total <= 0) return undefined;
  const rank = share * total;
  let below = 0;
  let lower = 0;
  for (const { bound, count } of buckets) {
    if (count >= rank && count > below) {
      if (bound === Infinity) return lower;
      return lower + (bound - lower) * ((rank - below) / (count - below));
    }
    below = count;
    lower = bound === Infinity ? lower : bound;
  }
  return lower;
}

/** What was added between two readings. */
export function difference(after: readonly Bucket[], before: readonly Bucket[]): Bucket[] {
  const counts = new Map(before.map(({ bound, count }) => [bound, count]));
  return after.map(({ bound, count }) => ({ bound, count: count - (counts.get(bound) ?? 0) }));
}
