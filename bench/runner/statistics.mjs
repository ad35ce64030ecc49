// Medians, since a shared machine's worst moments say nothing about a server.

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The median of every figure over the rounds of one contestant. */
export function medians(rounds) {
  return Object.fromEntries(
    Object.keys(rounds[0]).map((figure) => [figure, median(rounds.map((round) => round[figure]))]),
  );
}

/** The median over the rounds of how much more a figure is than another contestant's in the same round. */
export function difference(rounds, other, figure) {
  return median(rounds.map((round, i) => round[figure] - other[i][figure]));
}

/**
 * The median over the rounds of a figure's ratio to another contestant's in the same round, so that what
 * slows the whole machine for a while falls out. Undefined where the other did not take part.
 */
export function ratio(rounds, against, figure) {
  if (against === undefined) return undefined;
  return median(rounds.map((round, i) => round[figure] / against[i][figure]));
}
