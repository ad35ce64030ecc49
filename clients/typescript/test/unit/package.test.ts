// The package as it is published: what `npm run build` has made.
import { build } from "esbuild";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Server } from "../support/server.js";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../..", import.meta.url));
const maxCoreBytes = 12_000;

let folder: string;
let server: Server;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sidewire-package-"));
  server = await Server.serve();
  const { stdout } = await run("npm", ["pack", "--silent", "--pack-destination", folder], { cwd: root });
  await writeFile(join(folder, "package.json"), "{}");
  await run(
    "npm",
    ["install", "--offline", "--no-audit", "--no-fund", "--legacy-peer-deps", join(folder, stdout.trim())],
    { cwd: folder },
  );
  await run("ln", ["-s", join(root, "node_modules/ws"), join(folder, "node_modules/ws")]);
});
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true });
});

test("the core is under 12 KB, minified and compressed, and depends on nothing", async () => {
  const { outputFiles, metafile } = await build({
    entryPoints: [join(root, "dist/index.js")],
    bundle: true,
    splitting: true, // what is loaded when it is needed is not the core
    minify: true,
    format: "esm",
    target: "es2022",
    outdir: "out",
    write: false,
    metafile: true,
    logLevel: "error",
  });
  const outputs = Object.entries(metafile.outputs);
  const needed = new Set<string>();
  const add = (path: string) => {
    if (needed.has(path)) return;
    needed.add(path);
    for (const { path: next, kind } of metafile.outputs[path]?.imports ?? [])
      if (kind === "import-statement") add(next);
  };
  add(outputs.find(([, { entryPoint }]) => entryPoint?.endsWith("dist/index.js"))?.[0] ?? "");
  const text = outputFiles
    .filter(({ path }) => [...needed].some((name) => path.endsWith(name)))
    .map((file) => file.text);
  expect(text.length).toBe(needed.size);
  const sizeBytes = gzipSync(text.join(""), { level: 9 }).length;
  console.info(`core: ${sizeBytes} bytes`);
  expect(sizeBytes).toBeLessThan(maxCoreBytes);
  const { dependencies } = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as { dependencies?: object };
  expect(dependencies).toBeUndefined();
});

test("it is used as a module and by require, with a first program as short as the README's", async () => {
  const environment = { ...process.env, SIDEWIRE_URL: server.url, SIDEWIRE_TOKEN: server.token };
  const use = `
    const rpc = connect({ url: process.env.SIDEWIRE_URL, token: process.env.SIDEWIRE_TOKEN });
    rpc.system.echo({ bytes: msgpack.name }).then(async (answer) => {
      console.log(JSON.stringify(answer));
      await rpc.close();
    });`;
  await writeFile(
    join(folder, "module.mjs"),
    `import { connect } from "@sidewire/client"; import { msgpack } from "@sidewire/client/msgpack"; ${use}`,
  );
  await writeFile(
    join(folder, "required.cjs"),
    `const { connect } = require("@sidewire/client"); const { msgpack } = require("@sidewire/client/msgpack"); ${use}`,
  );
  for (const file of ["module.mjs", "required.cjs"]) {
    const { stdout } = await run("node", [file], { cwd: folder, env: environment });
    expect(stdout.trim(), file).toBe('{"bytes":"msgpack"}');
  }
});

test("its types serve a project with strict settings, in either kind of module", async () => {
  const program = `
    import { connect, RpcError, type BuiltInMethods, type BuiltInTopics } from "@sidewire/client";
    import { connectShared } from "@sidewire/client/shared";
    import { discover } from "@sidewire/client/discover";
    const rpc = connect<BuiltInMethods, BuiltInTopics>({ url: () => discover(), token: "t" });
    export async function lines(): Promise<string[]> {
      try {
        return (await rpc.logs.tail({ service: "dpkg" })).entries.map(({ line }) => line);
      } catch (error) {
        return error instanceof RpcError ? [error.kind] : [];
      }
    }
    export const other = connectShared<BuiltInMethods>({ url: "http://127.0.0.1:1" });`;
  const readme = await readFile(join(root, "README.md"), "utf8");
  const [first = ""] = /(?<=```ts\n)[^]*?(?=```)/.exec(readme) ?? [];
  expect(first).toContain("connect<");
  await writeFile(join(folder, "readme.mts"), `declare const token: string;\n${first}`);
  const settings = {
    compilerOptions: {
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      module: "nodenext",
      noEmit: true,
      types: [],
    },
    files: ["readme.mts", "strict.mts", "strict.cts"],
  };
  await writeFile(join(folder, "strict.mts"), program);
  await writeFile(join(folder, "strict.cts"), program);
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify(settings));
  await run(join(root, "node_modules/.bin/tsc"), ["-p", folder], { cwd: folder });
});

test("every name that it exports is documented", async () => {
  const entries = ["index", "msgpack", "shared", "shared-worker", "discover", "bigint", "tauri", "svelte", "react"];
  const files = entries.map((entry) => join(root, `dist/${entry}.d.ts`));
  const { stdout } = await run(process.execPath, [join(root, "test/support/undocumented.mjs"), ...files]);
  expect(JSON.parse(stdout)).toEqual([]);
});
