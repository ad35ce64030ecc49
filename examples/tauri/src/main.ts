import type { BuiltInMethods, BuiltInTopics } from "@sidewire/client";
import { connectTauri } from "@sidewire/client/tauri";
import { invoke } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";
import { showDashboard } from "../../dashboard/src/dashboard";

/** `State` of src-tauri/src/sidecar.rs. */
type SidecarState = { name: "starting" } | { name: "running" } | { name: "restarting"; reason: string };

function noteOf(state: SidecarState): string {
  if (state.name === "running") return "";
  return state.name === "starting" ? "Starting the sidecar…" : `Restarting the sidecar: ${state.reason}`;
}

const tell = showDashboard(connectTauri<BuiltInMethods, BuiltInTopics>());
let hasHeard = false;
await listen<SidecarState>("sidecar", ({ payload }) => {
  hasHeard = true;
  tell(noteOf(payload));
});
const state = await invoke<SidecarState>("sidecar_state");
if (!hasHeard) tell(noteOf(state));

const restart = document.createElement("button");
restart.id = "restart";
restart.textContent = "Restart the sidecar";
restart.addEventListener("click", () => void invoke("restart_sidecar"));
document.querySelector("#logs > div")?.append(restart);
