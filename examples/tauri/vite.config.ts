import { defineConfig } from "vite";

// The dashboard and the client are folders of this repository, outside of this one.
export default defineConfig({
  server: { port: 1420, strictPort: true, fs: { allow: ["../.."] } },
});
