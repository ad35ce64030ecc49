import { afterAll, expect } from "vitest";
import { stopServers } from "./server.js";

// Listeners that are never taken away show here.
const warnings: string[] = [];
process.on("warning", ({ name, message }) => {
  if (name === "MaxListenersExceededWarning") warnings.push(message);
});

afterAll(() => {
  stopServers();
  expect(warnings).toEqual([]);
});
