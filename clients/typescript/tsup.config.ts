import { defineConfig } from "tsup";

export default defineConfig({
  entry: {
    index: "src/index.ts",
    msgpack: "src/msgpack/index.ts",
    bigint: "src/bigint.ts",
    cli: "src/generate/cli.ts",
    shared: "src/shared/index.ts",
    "shared-worker": "src/shared/worker.ts",
    discover: "src/discover.ts",
    tauri: "src/tauri.ts",
    svelte: "src/svelte.ts",
    react: "src/react.ts",
  },
  format: ["esm", "cjs"],
  target: "es2022",
  dts: true,
  clean: true,
  treeshake: true,
  external: ["ws", "react", "svelte"],
});
