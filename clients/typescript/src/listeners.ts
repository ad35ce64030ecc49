/** Who wants to hear of what. A listener that throws disturbs nobody else. */
export class Listeners<Events> {
  readonly #all = new Map<keyof Events, Set<(told: never) => void>>();

  /** What it returns takes the listener away. */
  add<E extends keyof Events>(event: E, listener: (told: Events[E]) => void): () => void {
    let those = this.#all.get(event);
    if (!those) this.#all.set(event, (those = new Set()));
    those.add(listener);
    return () => those.delete(listener);
  }

  has(event: keyof Events): boolean {
    return (this.#all.get(event)?.size ?? 0) > 0;
  }

  tell<E extends keyof Events>(event: E, told: Events[E]): void {
    for (const listener of [...(this.#all.get(event) ?? [])]) {
      try {
        (listener as (told: Events[E]) => void)(told);
      } catch (error) {
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}
