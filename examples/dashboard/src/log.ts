import { element, type Rpc } from "./page";

const keptLines = 500;

/** Offers the logs that the server has; the one that was chosen stays so. */
export async function offerLogs(rpc: Rpc): Promise<void> {
  const select = element<HTMLSelectElement>("service");
  const chosen = select.value;
  const { services } = await rpc.logs.list();
  const names = services.filter(({ readable }) => readable).map(({ name }) => name);
  select.replaceChildren(...names.map((name) => new Option(name, name, false, name === chosen)));
  if (names.length === 0) element("log-note").textContent = "the server can read no log of this machine";
  else if (select.value !== chosen) select.dispatchEvent(new Event("change"));
}

/** Shows whichever log is chosen. */
export function showChosenLog(rpc: Rpc): void {
  const select = element<HTMLSelectElement>("service");
  let shown = new AbortController();
  select.addEventListener("change", () => {
    shown.abort();
    shown = new AbortController();
    void showLog(rpc, select.value, shown.signal);
  });
}

/** Shows a log as it grows, beginning with the lines that the server keeps, until it is aborted. */
async function showLog(rpc: Rpc, service: string, signal: AbortSignal): Promise<void> {
  const list = element("lines");
  const note = element("log-note");
  list.replaceChildren();
  note.textContent = "";
  let epoch = "";
  try {
    for await (const event of rpc.subscribe(`logs/${service}`, { since: "first", signal })) {
      // Another run of the server tells the lines that it keeps again.
      if (event.epoch !== epoch) list.replaceChildren();
      else if (event.missed) note.textContent = `${event.missed} updates were lost`;
      epoch = event.epoch;
      const isAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 120;
      list.append(...event.params.entries.map(lineOf));
      while (list.childElementCount > keptLines) list.firstElementChild?.remove();
      if (isAtEnd) list.scrollTop = list.scrollHeight;
    }
  } catch (error) {
    if (!signal.aborted) note.textContent = String(error);
  }
}

function lineOf({ time, level, message }: { time?: string; level?: string; message: string }): HTMLLIElement {
  const line = document.createElement("li");
  line.dataset["level"] = level ?? "";
  const at = document.createElement("time");
  at.textContent = time ? new Date(time).toLocaleTimeString() : "";
  line.append(at, message);
  return line;
}
