import { compact, pretty } from "./codecs.js";
import type { TransportName } from "./sidewire.js";

/** A call to be written down. */
export interface CallText {
  baseUrl: string;
  method: string;
  /** Undefined where there are none. */
  params: unknown;
  isStream: boolean;
  /** Undefined: whichever works. */
  transport: TransportName | "post" | undefined;
  format: "json" | "msgpack";
}

/** Text as one word of a shell. */
const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

/** With the token in the environment, so that it is in no history. */
export function asCurl({ baseUrl, method, params, isStream }: CallText): string {
  const message = compact({ jsonrpc: "2.0", id: 1, method, ...(params === undefined ? {} : { params }) });
  const lines = [
    `curl${isStream ? " --no-buffer" : ""} ${quoted(`${baseUrl}/rpc`)}`,
    `  -H "Authorization: Bearer $SIDEWIRE_TOKEN"`,
    `  -H 'Content-Type: application/json'`,
    ...(isStream ? [`  -H 'Accept: text/event-stream'`] : []),
    `  -d ${quoted(message)}`,
  ];
  return lines.join(" \\\n");
}

export function asCli({ baseUrl, method, params, isStream, transport, format }: CallText): string {
  const words = ["sidewire-cli", "--url", quoted(baseUrl), "call", method];
  if (params !== undefined) words.push(quoted(compact(params)));
  if (isStream) words.push("--stream");
  if (transport !== undefined) words.push("--transport", transport);
  if (format === "msgpack") words.push("--format", "msgpack");
  return words.join(" ");
}

export function asTypeScript({ baseUrl, method, params, isStream, transport, format }: CallText): string {
  const isMsgpack = format === "msgpack";
  const options = [
    `url: ${JSON.stringify(baseUrl)}`,
    "token",
    ...(transport === undefined || transport === "post" ? [] : [`transports: [${JSON.stringify(transport)}]`]),
    ...(isMsgpack ? ["msgpack", 'format: "msgpack"'] : []),
  ];
  const given = params === undefined ? "" : `, ${pretty(params)}`;
  const lines = [
    `import { connect } from "@sidewire/client";`,
    ...(isMsgpack ? [`import { msgpack } from "@sidewire/client/msgpack";`] : []),
    "",
    `const rpc = connect({ ${options.join(", ")} });`,
    ...(isStream
      ? [`for await (const part of rpc.stream(${JSON.stringify(method)}${given})) {`, "  console.log(part);", "}"]
      : [`console.log(await rpc.call(${JSON.stringify(method)}${given}));`]),
  ];
  return `${lines.join("\n")}\n`;
}
