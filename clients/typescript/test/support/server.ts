// A server of a test's own: a built program, ended with the test.
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const built = process.env["SIDEWIRE_BIN"] ?? fileURLToPath(new URL("../../../../build/release", import.meta.url));

/** The facts of a ready line. */
export interface Ready {
  url: string;
  ws: string;
  token: string;
  instance: string;
  pid: number;
}

const running = new Set<ChildProcess>();

/** Ends what tests that failed have left behind. */
export function stopServers(): void {
  for (const child of running) child.kill("SIGKILL");
}

export class Server {
  readonly ready: Ready;
  readonly #process: ChildProcess;

  private constructor(process: ChildProcess, ready: Ready) {
    this.#process = process;
    this.ready = ready;
  }

  /** Runs `sidewire serve` on a port that the system chooses, unless the arguments say where. */
  static serve(args: string[] = [], environment: Record<string, string> = {}): Promise<Server> {
    const where = args.includes("--port") ? [] : ["--port", "0"];
    return Server.run("sidewire", ["serve", ...where, ...args], environment);
  }

  /** Runs a program that tells a line of JSON when it is ready. */
  static async run(name: string, args: string[] = [], environment: Record<string, string> = {}): Promise<Server> {
    const child = spawn(`${built}/${name}`, args, {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, ...environment },
    });
    running.add(child);
    child.once("exit", () => running.delete(child));
    let log = "";
    child.stderr.on("data", (text) => (log += text));
    const ended = once(child, "exit").then(([status, signal]) => {
      throw new Error(`${name} ended with ${status ?? signal} before it was ready:\n${log}`);
    });
    const [line] = (await Promise.race([once(createInterface({ input: child.stdout }), "line"), ended])) as [string];
    ended.catch(() => {});
    return new Server(child, JSON.parse(line) as Ready);
  }

  get url(): string {
    return this.ready.url;
  }
  get token(): string {
    return this.ready.token;
  }
  get port(): number {
    return Number(new URL(this.url).port);
  }

  async stop(signal: "SIGTERM" | "SIGKILL" = "SIGTERM"): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const ended = once(this.#process, "exit");
    this.#process.kill(signal);
    await ended;
  }
}
