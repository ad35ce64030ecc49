import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";

// The server that `npm run dev` shows; it must allow the page's origin, which loopback ones are.
const server = process.env["SIDEWIRE_URL"] ?? "http://127.0.0.1:8765";
const toServer = { target: server, changeOrigin: true, ws: true };

export default defineConfig({
  base: "./",
  plugins: [svelte()],
  build: {
    outDir: "../build/console",
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0, // the policy allows no script or style within the page
    modulePreload: false,
    rolldownOptions: { output: { codeSplitting: false } },
  },
  server: { proxy: { "/rpc": toServer, "/metrics": toServer, "/healthz": toServer } },
  test: { include: ["test/**/*.test.ts"], environment: "node", maxWorkers: 1 },
});
