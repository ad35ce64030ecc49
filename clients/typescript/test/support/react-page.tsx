// A component that shows what the hooks give, for the tests in Chromium.
import { createRoot } from "react-dom/client";
import type { BuiltInMethods, BuiltInTopics, Client } from "../../src/index.js";
import { useConnectionState, useTopic } from "../../src/react.js";

type Rpc = Client<BuiltInMethods, BuiltInTopics>;

function Metrics({ rpc }: { rpc: Rpc }) {
  const { name } = useConnectionState(rpc);
  const { events, error } = useTopic(rpc, "metrics", { delta: true, keep: 2 });
  return (
    <p>
      {name} {events.length} {events.map(({ offset }) => offset).join(",")} {String(error ?? "")}
    </p>
  );
}

/** Shows it in the page; the function returned takes it away. */
export function show(rpc: Rpc): () => void {
  const root = createRoot(document.body);
  root.render(<Metrics rpc={rpc} />);
  return () => root.unmount();
}
