import { createContext } from "svelte";
import { TopicWatch, type WatchOptions } from "../views/topics/topic-watch.svelte.js";
import { MethodBench } from "../views/methods/method-bench.svelte.js";
import { compact } from "./codecs.js";
import { methodsOf, type Method } from "./methods.js";
import type { PageConnection } from "./page-connection.svelte.js";
import { Schemas } from "./schema.js";

const maxWatches = 12;

/** What somebody works on, kept while they look at other views. */
export class Workspace {
  readonly connection: PageConnection;
  methods: Method[] | undefined = $state.raw();
  schemas = $state.raw(new Schemas({}));
  problem: string | undefined = $state();
  search = $state("");
  watches: TopicWatch[] = $state([]);
  #instance: string | undefined;
  #contract: string | undefined;
  readonly #benches = new Map<string, MethodBench>();

  constructor(connection: PageConnection) {
    this.connection = connection;
  }

  /** Asks what the server can do, once for each run of it. */
  async discover(): Promise<void> {
    const { instance } = this.connection.state;
    if (instance === this.#instance && this.methods) return;
    this.#instance = instance;
    this.problem = undefined;
    try {
      const document = await this.connection.rpc.call("rpc.discover");
      this.#take(document);
    } catch (error) {
      this.#instance = undefined;
      this.problem = (error as Error).message;
    }
  }

  /** What somebody has filled in stays where the server's next run has the same contract. */
  #take(document: unknown): void {
    const contract = compact(document);
    if (contract === this.#contract) return;
    this.#contract = contract;
    this.schemas = new Schemas(document);
    this.methods = methodsOf(document);
    this.#benches.clear();
  }

  bench(method: Method): MethodBench {
    let bench = this.#benches.get(method.name);
    if (!bench) this.#benches.set(method.name, (bench = new MethodBench(method, this.schemas)));
    return bench;
  }

  // ---- topics ----

  watch(topic: string, options: WatchOptions): TopicWatch {
    this.unwatch(topic);
    const watch = new TopicWatch(this.connection, topic, options);
    const [oldest] = this.watches;
    if (oldest && this.watches.length >= maxWatches) this.unwatch(oldest.topic);
    this.watches = [...this.watches, watch];
    return watch;
  }

  unwatch(topic: string): void {
    this.watches.find((one) => one.topic === topic)?.stop();
    this.watches = this.watches.filter((one) => one.topic !== topic);
  }

  stop(): void {
    for (const watch of this.watches) watch.stop();
    for (const bench of this.#benches.values()) bench.run?.cancel();
  }
}

export const [getWorkspace, setWorkspace] = createContext<Workspace>();
