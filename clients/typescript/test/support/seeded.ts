/** How many times as often as usual connections are broken; and another order of them. */
export const breakFactor = typeof process === "undefined" ? 1 : Number(process.env["SIDEWIRE_BREAK_FACTOR"] ?? 1);
export const breakSeed = typeof process === "undefined" ? 0 : Number(process.env["SIDEWIRE_BREAK_SEED"] ?? 0);

/** Numbers in [0, bound), the same for the same seed. */
export function seeded(seed: number): (bound: number) => number {
  let state = seed >>> 0;
  return (bound) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound;
  };
}
