// Made by `sidewire-client generate` from sidewire 0.1.0; changes are lost when it is made again.

/** What a call tells the protocol. Unknown members are ignored. */
export interface CallMeta {
  /** The deadline, from the call's arrival on. */
  timeoutMs?: number | null;
  /** The format of the answer, in place of the request's. */
  format?: "json" | "msgpack" | null;
  /** W3C Trace Context. */
  traceparent?: string;
}

export interface ClientIdentity {
  name: string;
  version?: string | null;
}

export interface AuthenticatedResult {
  principal: string;
  scopes: string[];
}

export interface ExecuteOperation {
  method: string;
  /** Any JSON value. */
  params?: unknown;
}

export interface OperationOutcomes {
  results: OperationOutcome[];
}

export interface LogDashboard {
  services: LogServiceSummary[];
}

export interface FollowSummary {
  entries: number;
}

export interface LogBatch {
  entries: LogEntry[];
}

export type PayloadFormat = "msgpack" | "gzip";

export interface LogLargeResult {
  totalEntries: number;
  dataType: string;
  compressed: boolean;
  /** Base64 (RFC 4648, section 4); in MessagePack raw bytes, `bin`. */
  payload: string | Uint8Array;
}

export interface LogList {
  services: LogServiceInfo[];
}

export type LogLevel = "trace" | "debug" | "info" | "warn" | "error" | "fatal";

export interface LogEntries {
  entries: LogEntry[];
  more: boolean;
}

export interface Openrpc {
  openrpc: string;
  /** Any JSON value. */
  info: unknown;
  methods: unknown[];
  /** Any JSON value. */
  components: unknown;
}

export interface SystemDashboard {
  info: SystemInfo;
  stats: SystemStats;
  load: LoadAverages;
}

export interface SystemInfo {
  name: string;
  version: string;
  protocol: string;
  instance: string;
  hostname: string;
  os: string;
  kernel: string;
  architecture: string;
  cpus: number;
  pid: number;
  started: string;
  uptimeMs: number;
}

export interface SessionList {
  sessions: SessionEntry[];
}

export interface SystemStats {
  uptimeMs: number;
  cpu: CpuStats;
  memory: MemoryStats;
  server: ServerCounters;
}

export interface WaitResult {
  waitedMs: number;
}

export interface HistoryResult {
  topic: string;
  epoch: string;
  offset: number;
  publications: HistoryEntry[];
}

export interface ListResult {
  topics: ListedTopic[];
}

export interface TopicPosition {
  epoch: string;
  offset: number;
}

export type SlowPolicyName = "dropOldest" | "latest" | "disconnect";

export interface SubscribeResult {
  topic: string;
  epoch?: string | null;
  offset?: number | null;
  recovered: boolean;
  missed: number;
  topics?: SubscribedTopic[] | null;
}

export interface OperationOutcome {
  /** Any JSON value. */
  result?: unknown;
  error?: ErrorObject | null;
}

export interface LogServiceSummary {
  name: string;
  sizeBytes: number;
  lastEntry?: string | null;
  levels: LogLevelCounts;
  problem?: string | null;
}

export interface LogEntry {
  time?: string | null;
  level?: LogLevel | null;
  message: string;
  line: string;
}

export interface LogServiceInfo {
  name: string;
  format: string;
  path: string;
  sizeBytes: number;
  readable: boolean;
  problem?: string | null;
  files: LogFileInfo[];
}

export interface LoadAverages {
  oneMinute: number;
  fiveMinutes: number;
  fifteenMinutes: number;
}

export interface SessionEntry {
  id: string;
  principal: string;
  client?: SessionClient | null;
  format: SessionFormat;
  transport?: string | null;
  address?: string | null;
  startedAt: string;
  since: string;
  queuedMessages: number;
  queuedBytes: number;
  runningCalls: number;
  subscriptions: number;
}

export interface CpuStats {
  percent: number;
  processPercent: number;
}

export interface MemoryStats {
  totalBytes: number;
  availableBytes: number;
  processBytes: number;
}

export interface ServerCounters {
  connections: number;
  connectionsTotal: number;
  callsInFlight: number;
  calls: number;
  failedCalls: number;
  notifications: number;
  receivedBytes: number;
  sentBytes: number;
}

export interface HistoryEntry {
  offset: number;
  method: string;
  /** Any JSON value. */
  params: unknown;
  key?: string | null;
}

export interface ListedTopic {
  topic: string;
  summary?: string | null;
  events: string[];
  historyCount: number;
  retainsLast: boolean;
  delta: boolean;
  mayPublish: boolean;
}

export interface SubscribedTopic {
  topic: string;
  epoch: string;
  offset: number;
  recovered: boolean;
  missed: number;
}

export interface ErrorObject {
  code: number;
  message: string;
  data: ErrorData;
}

export interface LogLevelCounts {
  trace: number;
  debug: number;
  info: number;
  warn: number;
  error: number;
  fatal: number;
  none: number;
}

export interface LogFileInfo {
  path: string;
  sizeBytes: number;
  written: string;
  readable: boolean;
  problem?: string | null;
}

export interface SessionClient {
  name: string;
  version?: string | null;
}

export type SessionFormat = "json" | "msgpack";

export interface ErrorData {
  kind: string;
  retryable: boolean;
  pointer?: string | null;
  limit?: string | null;
  retryAfterMs?: number | null;
  /** Any JSON value. */
  details?: unknown;
}

/** The server's publication of new lines of a log, of the topic `logs/{service}`: those that came together, in the order in which they were written. */
export interface LogsUpdate {
  /** A name that `logs.list` tells. */
  service: string;
  entries: {
    /** In UTC, where the line tells it. */
    time?: string;
    /** Where the line tells it. */
    level?: "trace" | "debug" | "info" | "warn" | "error" | "fatal";
    /** What remains without time, level and host. */
    message: string;
    /** As it stands in the file, cut at 64 KiB. */
    line: string;
  }[];
}

export type Percent = number;

export type Bytes = number;

export interface Cpu {
  /** Empty where the machine does not tell. */
  model: string;
  /** Of all cores together. */
  percent: Percent;
  /** By number. */
  cores: Record<string, Percent>;
}

export interface Memory {
  totalBytes: Bytes;
  /** That programs could still get. */
  availableBytes: Bytes;
  swapTotalBytes: Bytes;
  swapFreeBytes: Bytes;
}

export interface Disk {
  device: string;
  /** Of the file system. */
  type: string;
  totalBytes: Bytes;
  /** To users other than root. */
  availableBytes: Bytes;
  /** Since the machine was started. */
  readBytes: Bytes;
  /** Likewise. */
  writtenBytes: Bytes;
  readPerSecond: Bytes;
  writtenPerSecond: Bytes;
}

export interface Interface {
  /** Of the hardware. */
  address: string;
  /** Such as `up`, `down` or `unknown`. */
  state: string;
  /** Since the machine was started. */
  receivedBytes: Bytes;
  /** Likewise. */
  sentBytes: Bytes;
  receivedPerSecond: Bytes;
  sentPerSecond: Bytes;
}

/** The server's publication of the machine's state, of the topic `metrics`; with `_meta.delta` a merge patch of it. Rates are in bytes per second, since the publication before. What always moves is rounded: percentages to 0.1, rates to three digits, what is counted or available down to four. Totals are exact. */
export interface MetricsUpdate {
  cpu: Cpu;
  memory: Memory;
  /** By where they are mounted. */
  disks: Record<string, Disk>;
  /** By interface. */
  network: Record<string, Interface>;
}

/** The methods of sidewire. */
export interface Methods {
  /** Proves with a token who the caller is. */
  "auth.authenticate": {
    params: {
      /** The launch token, or one that the server issued. */
      token: string;
      /** What the client calls itself, for the log. */
      clientInfo?: ClientIdentity | null;
    };
    result: AuthenticatedResult;
  };
  /** Replaces the caller's token by a newer one. */
  "auth.refresh": {
    params: {
      /** The new token. */
      token: string;
    };
    result: AuthenticatedResult;
  };
  /** Runs several calls, for clients that cannot send a batch. */
  "batch.execute": {
    params: {
      /** The calls, each with a method and its params. */
      operations: ExecuteOperation[];
      /** Runs one after the other and ends with the first that fails. */
      stopOnError?: boolean | null;
    };
    result: OperationOutcomes;
  };
  /** Tells of each log its size, its last entry, and the levels of late. */
  "logs.dashboard": {
    params: {
      /** How many of the last entries are counted by level: 1 to 1000, 100 if it is left out. */
      lines?: number | null;
    } | undefined;
    result: LogDashboard;
  };
  /**
   * Streams a log's new entries as progress, until it is cancelled.
   *
   * Each progress value holds the entries that came together. Renamed, replaced and emptied files are followed; an unfinished line waits for its end.
   */
  "logs.follow": {
    params: {
      /** The name of a service that `logs.list` tells. */
      service: string;
      /** How many of the last entries to begin with: 0 to 1000, none if it is left out. */
      lines?: number | null;
      /** How many entries to end after. No end if it is left out. */
      maxEntries?: number | null;
    };
    result: FollowSummary;
    progress: LogBatch;
  };
  /**
   * Answers very many entries of a log as one binary payload.
   *
   * `payload` is a MessagePack array of entries, oldest first, as `logs.query` answers them; in gzip where `compressed` is true.
   */
  "logs.getLarge": {
    params: {
      /** The name of a service that `logs.list` tells. */
      service: string;
      /** How far back: such as `24h`, or since a time in RFC 3339. All there is if it is left out. */
      timeRange?: string | null;
      /** How many entries at most, the newest: 1 to 1000000, 50000 if it is left out. */
      limit?: number | null;
      /** `msgpack`, or `gzip` for the same compressed. */
      format?: PayloadFormat | null;
    };
    result: LogLargeResult;
  };
  /**
   * Lists the services whose logs can be read, with their files.
   *
   * For a service that is not readable, `problem` says why not.
   */
  "logs.list": {
    params: undefined;
    result: LogList;
  };
  /**
   * Answers the newest entries of a log that match, oldest first.
   *
   * Entries without a time of their own, such as the lines of a stack trace, count as of the time and level of the entry before them. `more` says that there are older ones: ask again with the first entry's time as `until`.
   */
  "logs.query": {
    params: {
      /** The name of a service that `logs.list` tells. */
      service: string;
      /** From this time on: RFC 3339, or how long ago, such as `24h`. */
      since?: string | null;
      /** Before this time, written likewise. */
      until?: string | null;
      /** Entries of this level and of graver ones. */
      level?: LogLevel | null;
      /** Text that the line holds; ASCII letters in either case. */
      contains?: string | null;
      /** How many entries at most: 1 to 10000, 100 if it is left out. */
      limit?: number | null;
    };
    result: LogEntries;
  };
  /** Answers the last entries of a log, oldest first. */
  "logs.tail": {
    params: {
      /** The name of a service that `logs.list` tells. */
      service: string;
      /** How many entries: 1 to 10000, 100 if it is left out. */
      lines?: number | null;
    };
    result: LogEntries;
  };
  /** Describes every method as an OpenRPC document. */
  "rpc.discover": {
    params: undefined;
    result: Openrpc;
  };
  /** Answers at once, with null. */
  "rpc.ping": {
    params: undefined;
    result: null;
  };
  /** Tells all of `system.info` and `system.stats`, and the machine's load. */
  "system.dashboard": {
    params: undefined;
    result: SystemDashboard;
  };
  /** Answers its params exactly as they came, null when there are none. */
  "system.echo": {
    params: Record<string, unknown> | unknown[];
    result: unknown;
  };
  /** Tells which server this is and what it runs on. */
  "system.info": {
    params: undefined;
    result: SystemInfo;
  };
  /**
   * Tells who has a session: by which transport, since when, and what waits.
   *
   * For who administrates the server. `since` is when the session came to its connection, or lost it.
   */
  "system.sessions": {
    params: undefined;
    result: SessionList;
  };
  /**
   * Tells the load: CPU, memory, connections and calls.
   *
   * CPU is measured over the last seconds: `percent` of the machine's CPUs together, `processPercent` of one of them.
   */
  "system.stats": {
    params: undefined;
    result: SystemStats;
  };
  /** Answers after a time; to try cancelling, deadlines and draining. */
  "system.wait": {
    params: {
      /** How long to wait, in milliseconds: at most an hour. */
      ms: number;
    };
    result: WaitResult;
  };
  /** Reads what a topic keeps, oldest first. */
  "topic.history": {
    params: {
      /** The name of the topic. */
      topic: string;
      /** `{epoch, offset}` or `"first"` (the default). Any JSON value. */
      since?: unknown;
      /** Publications in the answer; 100 by default. */
      limit?: number | null;
    };
    result: HistoryResult;
  };
  /** Lists the topics that the caller may subscribe or publish to. */
  "topic.list": {
    params: undefined;
    result: ListResult;
  };
  /** Publishes an event of a topic to everybody who subscribes. */
  "topic.publish": {
    params: {
      /** The name of the topic. */
      topic: string;
      /** One of the topic's event methods. */
      method: string;
      /** The event, an object; its member `_meta` is replaced. Any JSON value. */
      params: unknown;
      /** What the event is the newest state of. */
      key?: string | null;
    };
    result: TopicPosition;
  };
  /**
   * Subscribes to a topic, or to all that fit a pattern.
   *
   * The answer comes before the first publication, and what was missed before anything newer. Subscribing again replaces the options.
   */
  "topic.subscribe": {
    params: {
      /** A name, or a pattern: `*` is one level, `**` the rest. */
      topic: string;
      /** `{epoch, offset}`, `"first"` or `"new"` (the default); for a pattern a map of positions by topic too. Any JSON value. */
      since?: unknown;
      /** What becomes of what the subscriber is too slow for. */
      policy?: SlowPolicyName | null;
      /** Publications kept for a slow subscriber; 100 by default. */
      buffer?: number | null;
      /** Whether merge patches may come in place of whole states. */
      delta?: boolean | null;
    };
    result: SubscribeResult;
  };
  /** Ends a subscription; nothing of it follows the answer. */
  "topic.unsubscribe": {
    params: {
      /** The name or pattern that was subscribed to. */
      topic: string;
    };
    result: null;
  };
}

/** The topics of sidewire: of each its events and their params. */
export interface Topics {
  "logs/*": {
    "logs.update": LogsUpdate;
  };
  "metrics": {
    "metrics.update": MetricsUpdate;
  };
}
