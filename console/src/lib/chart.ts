/** A line of a chart; where a value is not known there is a gap. */
export interface Series {
  label: string;
  values: (number | undefined)[];
}

/** Where the values of a chart end: a round number that is not smaller. */
export function roundTop(largest: number, binary = false): number {
  if (!(largest > 0)) return 1;
  const base = binary ? 2 : 10;
  const power = base ** Math.floor(Math.log(largest) / Math.log(base));
  const steps = binary ? [1, 1.5, 2] : [1, 2, 2.5, 5, 10];
  return power * (steps.find((step) => step * power >= largest) ?? base);
}

export interface Plane {
  width: number;
  height: number;
  /** The value at the top; 0 is at the bottom. */
  top: number;
  /** How many values the width holds; fewer stand at its right. */
  capacity: number;
}

export function xOf(index: number, valueCount: number, { width, capacity }: Plane): number {
  return capacity < 2 ? width : ((capacity - valueCount + index) / (capacity - 1)) * width;
}

export const yOf = (value: number, { height, top }: Plane): number => height - (Math.min(value, top) / top) * height;

/** The path of a line through the values; a value between two gaps is a short stroke. */
export function linePath(values: readonly (number | undefined)[], plane: Plane): string {
  let path = "";
  let isDrawing = false;
  values.forEach((value, index) => {
    if (value === undefined) {
      isDrawing = false;
      return;
    }
    const x = xOf(index, values.length, plane).toFixed(1);
    const y = yOf(value, plane).toFixed(1);
    const isAlone = !isDrawing && values[index + 1] === undefined;
    path += isDrawing ? `L${x} ${y}` : `M${x} ${y}${isAlone ? "h0.1" : ""}`;
    isDrawing = true;
  });
  return path;
}
