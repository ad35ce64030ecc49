import type { ConnectionState } from "@sidewire/client";
import markup from "./dashboard.html?raw";
import { offerLogs, showChosenLog } from "./log";
import { showMetrics } from "./metrics";
import { element, type Rpc } from "./page";
import "./style.css";

/**
 * Fills the page with the live state of a server's machine. The function that it returns tells what else is known of
 * the server, in place of the connection's state; an empty text takes that back.
 */
export function showDashboard(rpc: Rpc): (note: string) => void {
  document.body.innerHTML = markup;
  let note = "";
  let shownInstance: string | undefined;
  const showState = () => {
    const { state } = rpc;
    element("connection").dataset["state"] = note ? "reconnecting" : state.name;
    element("state").textContent = note || textOf(state);
    element("reason").textContent = note ? "" : (state.reason?.message ?? "");
    if (state.instance === shownInstance) return;
    // Another run of the server may have other logs, and be of another version.
    shownInstance = state.instance;
    void showMachine(rpc);
    void offerLogs(rpc);
  };
  rpc.on("state", showState);
  showState();

  // Neither a break nor a restart of the server ends a subscription.
  showChosenLog(rpc);
  void showMetrics(rpc);
  return (text) => {
    note = text;
    showState();
  };
}

function textOf({ name, transport }: ConnectionState): string {
  if (name === "open") return `Live over ${transport}`;
  if (name === "degraded") return `Live over ${transport}, better ones are tried`;
  return { connecting: "Connecting…", reconnecting: "Reconnecting…", closed: "Closed" }[name];
}

async function showMachine(rpc: Rpc): Promise<void> {
  const { hostname, os, kernel, cpus, version } = await rpc.system.info();
  element("machine").textContent = `${hostname} · ${os}, ${kernel} · ${cpus} CPUs · sidewire ${version}`;
}
