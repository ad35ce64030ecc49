import { createContext } from "svelte";
import { pointBetween, readMetrics, type HealthPoint, type Reading } from "./health.js";
import { isObject } from "./messages.js";
import type { PageConnection } from "./page-connection.svelte.js";

const intervalMs = 2000;
/** How many points are kept: five minutes. */
export const capacity = 150;

/** What the process and its machine need. */
export interface LoadPoint {
  atMs: number;
  processBytes: number;
  machineUsedBytes: number;
  processPercent: number;
  machinePercent: number;
}

/** The server's health over the last five minutes, read while the page is seen. */
export class HealthLog {
  points: (HealthPoint | undefined)[] = $state.raw([]); // undefined: the server was started again
  /** Of each point. */
  pointTimes: number[] = $state.raw([]);
  loads: LoadPoint[] = $state.raw([]);
  latest: Reading | undefined = $state.raw();
  uptimeMs: number | undefined = $state();
  problem: string | undefined = $state();
  readonly #connection: PageConnection;
  readonly #timer: ReturnType<typeof setInterval>;

  constructor(connection: PageConnection) {
    this.#connection = connection;
    this.#timer = setInterval(() => void this.#read(), intervalMs);
    void this.#read();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #read(): Promise<void> {
    if (document.visibilityState === "hidden" || !this.#connection.isOpen) return;
    try {
      const [metrics, stats] = await Promise.all([this.#metrics(), this.#connection.ask("system.stats")]);
      this.problem = undefined;
      this.#take(metrics, stats);
    } catch (error) {
      this.problem = (error as Error).message;
    }
  }

  async #metrics(): Promise<Reading> {
    const response = await this.#connection.fetch("/metrics", { cache: "no-store" });
    if (!response.ok) throw new Error(`/metrics answered ${response.status}`);
    return readMetrics(await response.text(), Date.now());
  }

  #take(reading: Reading, stats: unknown): void {
    if (this.latest) {
      this.points = [...this.points.slice(1 - capacity), pointBetween(this.latest, reading)];
      this.pointTimes = [...this.pointTimes.slice(1 - capacity), reading.atMs];
    }
    this.latest = reading;
    const load = loadOf(stats, reading.atMs);
    if (load) this.loads = [...this.loads.slice(1 - capacity), load];
    if (isObject(stats)) this.uptimeMs = Number(stats["uptimeMs"]);
  }
}

function loadOf(stats: unknown, atMs: number): LoadPoint | undefined {
  if (!isObject(stats) || !isObject(stats["memory"]) || !isObject(stats["cpu"])) return undefined;
  const { memory, cpu } = stats;
  return {
    atMs,
    processBytes: Number(memory["processBytes"]),
    machineUsedBytes: Number(memory["totalBytes"]) - Number(memory["availableBytes"]),
    processPercent: Number(cpu["processPercent"]),
    machinePercent: Number(cpu["percent"]),
  };
}

export const [getHealth, setHealth] = createContext<HealthLog>();
