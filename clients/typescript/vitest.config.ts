import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    setupFiles: ["test/support/setup.ts"],
    testTimeout: 60_000 * Number(process.env["SIDEWIRE_BREAK_FACTOR"] ?? 1),
    hookTimeout: 60_000,
    maxWorkers: 1,
  },
});
