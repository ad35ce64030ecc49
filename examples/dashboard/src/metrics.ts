import { element, type Rpc } from "./page";

const keptValues = 60;

/** Shows the machine's state, each second anew; the server sends what changed. */
export async function showMetrics(rpc: Rpc): Promise<void> {
  const histories = new Map<string, number[]>();
  const show = (id: string, text: string, detail: string, value: number, most?: number) => {
    element(id).textContent = text;
    element(`${id}-detail`).textContent = detail;
    const history = [...(histories.get(id) ?? []), value].slice(-keptValues);
    histories.set(id, history);
    draw(element(`${id}-chart`), history, most ?? Math.max(1, ...history));
  };
  for await (const { params } of rpc.subscribe("metrics", { since: "first", delta: true })) {
    const { cpu, memory } = params;
    show("cpu", `${cpu.percent.toFixed(1)} %`, cpu.model || `${Object.keys(cpu.cores).length} cores`, cpu.percent, 100);

    const usedBytes = memory.totalBytes - memory.availableBytes;
    show("memory", bytes(usedBytes), `of ${bytes(memory.totalBytes)}`, usedBytes, memory.totalBytes);

    const interfaces = Object.entries(params.network).filter(([name]) => name !== "lo");
    const received = sum(interfaces.map(([, { receivedPerSecond }]) => receivedPerSecond));
    const sent = sum(interfaces.map(([, { sentPerSecond }]) => sentPerSecond));
    const names = interfaces.map(([name]) => name).join(", ") || "no interface";
    show("network", `↓ ${bytes(received)}/s`, `↑ ${bytes(sent)}/s · ${names}`, received + sent);

    const disks = Object.values(params.disks);
    const places = Object.keys(params.disks).join(", ");
    const moved = sum(disks.map((disk) => disk.readPerSecond + disk.writtenPerSecond));
    const free = bytes(sum(disks.map(({ availableBytes }) => availableBytes)));
    show("disk", `${bytes(moved)}/s`, `${free} free on ${places}`, moved);
  }
}

const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);

function bytes(count: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  const power = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, count)) / 10));
  return `${(count / 1024 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`;
}

/** The newest value is at the right edge. */
function draw(svg: SVGSVGElement, values: number[], most: number): void {
  const points = values.map((value, n) => `${keptValues - values.length + n + 1},${(30 - (28 * value) / most).toFixed(2)}`);
  svg.setAttribute("viewBox", `1 0 ${keptValues - 1} 30`);
  svg.setAttribute("preserveAspectRatio", "none");
  svg.innerHTML = `<polygon points="${keptValues - values.length + 1},30 ${points.join(" ")} ${keptValues},30"/>
    <polyline points="${points.join(" ")}"/>`;
}
