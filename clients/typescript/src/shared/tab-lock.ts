/** The lock that a tab holds for as long as it lives; whoever gets it knows that the tab is gone. */
const lockOf = (id: string) => `sidewire tab ${id}`;

/** Holds a tab's lock until the function returned is called, or the tab is gone. Resolves once it is held. */
export async function holdTabLock(id: string): Promise<() => void> {
  if (typeof navigator === "undefined" || !navigator.locks) return () => {};
  return new Promise((resolve) => {
    void navigator.locks.request(lockOf(id), () => new Promise<void>((release) => resolve(release)));
  });
}

/** Calls once the tab is gone. Where there are no locks nobody knows. */
export function onTabGone(id: string, gone: () => void): void {
  if (typeof navigator === "undefined" || !navigator.locks) return;
  void navigator.locks.request(lockOf(id), gone);
}
