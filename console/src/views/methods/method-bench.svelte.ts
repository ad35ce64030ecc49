import { parseJson, pretty } from "../../lib/codecs.js";
import { draftOf, emptyDraft, readDraft, type Draft, type Problem } from "../../lib/draft.js";
import { isObject } from "../../lib/messages.js";
import type { Method } from "../../lib/methods.js";
import type { PageConnection } from "../../lib/page-connection.svelte.js";
import type { Field, Schemas } from "../../lib/schema.js";
import { RpcError } from "../../lib/sidewire.js";
import { CallRun, type Way } from "./call-run.svelte.js";

/** A method that somebody is about to call: its params as a form or as JSON, how it goes, and what came. */
export class MethodBench {
  readonly method: Method;
  readonly schemas: Schemas;
  readonly field: Field;
  mode: "form" | "json" = $state("form");
  draft: Draft = $state({ isIn: true, text: "", parts: [] });
  text = $state("");
  way: Way = $state("page");
  format: "json" | "msgpack" = $state("json");
  timeoutMs = $state(60_000);
  run: CallRun | undefined = $state.raw();
  /** Whether what is wrong is shown. */
  isChecked = $state(false);
  /** Why the form can't show the JSON. */
  refusal: string | undefined = $state();

  constructor(method: Method, schemas: Schemas) {
    this.method = method;
    this.schemas = schemas;
    this.field = schemas.field(method.params);
    this.draft = emptyDraft(schemas, this.field, true);
    this.mode = this.hasForm ? "form" : "json";
    if (method.progress) this.timeoutMs = 0;
  }

  get hasForm(): boolean {
    return this.field.kind === "object";
  }

  /** Whether there is anything to fill in. */
  get hasParams(): boolean {
    return this.field.kind !== "object" || this.field.members.length > 0;
  }

  /** The params as they are filled in, and what is wrong with them. */
  read(): { value: unknown; problems: Problem[] } {
    if (this.mode === "form") {
      const { value, problems } = readDraft(this.schemas, this.field, this.draft);
      const isEmpty = isObject(value) && Object.keys(value).length === 0;
      return { value: isEmpty ? undefined : value, problems };
    }
    if (this.text.trim() === "") return { value: undefined, problems: [] };
    try {
      return { value: parseJson(this.text), problems: [] };
    } catch (error) {
      return { value: undefined, problems: [{ pointer: "", message: (error as Error).message }] };
    }
  }

  /** What is wrong: with what was filled in, and what the server found. */
  get problems(): Problem[] {
    const own = this.isChecked ? this.read().problems : [];
    const { error } = this.run ?? {};
    const pointer = error instanceof RpcError ? error.data.pointer : undefined;
    return pointer === undefined ? own : [...own, { pointer, message: (error as RpcError).message }];
  }

  show(mode: "form" | "json"): void {
    this.refusal = undefined;
    if (mode === this.mode) return;
    if (mode === "json") {
      const { value } = this.read();
      this.text = value === undefined ? "" : pretty(value);
      this.mode = mode;
    } else {
      this.#showForm();
    }
  }

  #showForm(): void {
    const { value, problems } = this.read();
    const draft = problems.length > 0 ? undefined : draftOf(this.schemas, this.field, value ?? {});
    if (!draft) {
      this.refusal = problems[0] ? `This is no JSON: ${problems[0].message}` : "The form cannot hold these params.";
      return;
    }
    this.draft = draft;
    this.mode = "form";
  }

  fillIn(params: unknown): void {
    const draft = this.hasForm ? draftOf(this.schemas, this.field, params) : undefined;
    this.isChecked = false;
    this.refusal = undefined;
    this.mode = draft ? "form" : "json";
    if (draft) this.draft = draft;
    else this.text = pretty(params);
  }

  start(connection: PageConnection): void {
    this.isChecked = true;
    const { value, problems } = this.read();
    if (problems.length > 0 || this.run?.isRunning) return;
    const { way, format, timeoutMs, method } = this;
    const isStream = method.progress !== undefined;
    this.run = new CallRun({ method: method.name, params: value, isStream, way, format, timeoutMs });
    void this.run.run(connection);
  }
}
