import { defineConfig } from "vite";

// The client is a folder of this repository, outside of this one.
export default defineConfig({ server: { fs: { allow: ["../.."] } } });
