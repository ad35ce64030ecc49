// Where the server is and what proves to it who looks.

const key = "sidewire-token";

/** What of a browser's window is used. */
export interface LaunchWindow {
  location: { href: string; hash: string };
  history: { replaceState(data: unknown, unused: string, url: string): void };
  sessionStorage: { getItem(key: string): string | null; setItem(key: string, value: string): void };
}

/** The directory that the page is in, without a slash at its end: the server's address. */
export function baseUrlOf(pageUrl: string): string {
  return new URL(".", pageUrl).href.replace(/\/$/, "");
}

/** Takes the token of a launch link out of the address bar and keeps it until the tab is closed. */
export function takeToken({ location, history, sessionStorage }: LaunchWindow): string | undefined {
  const fragment = new URLSearchParams(location.hash.replace(/^#/, ""));
  const token = fragment.get("token");
  if (token !== null && token !== "") {
    sessionStorage.setItem(key, token);
    history.replaceState(null, "", "#/methods");
    return token;
  }
  return sessionStorage.getItem(key) ?? undefined;
}

export function keepToken({ sessionStorage }: Pick<LaunchWindow, "sessionStorage">, token: string): void {
  sessionStorage.setItem(key, token);
}
