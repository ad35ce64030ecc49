/** Whether a topic's name fits: `*` is one level, `**` at the end the rest, one level at least. */
export function fitsPattern(pattern: string, topic: string): boolean {
  if (!pattern.includes("*")) return pattern === topic;
  const wanted = pattern.split("/");
  const levels = topic.split("/");
  for (const [index, part] of wanted.entries()) {
    if (part === "**") return levels.length > index;
    if (levels[index] === undefined || (part !== "*" && part !== levels[index])) return false;
  }
  return wanted.length === levels.length;
}

export const isPattern = (topic: string): boolean => topic.includes("*");
