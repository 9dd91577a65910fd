import { setInterval } from 'node:timers/promises';
import type { GivenOptions, Outcome, Services } from '../../jobs/job.ts';
import type { Clock } from '../../warehouse/clock.ts';
import { Unavailable } from '../../warehouse/errors.ts';
import type { Config } from '../boot/config.ts';
import { runningServer } from '../boot/running-server.ts';
import { startServer } from '../boot/server.ts';
import { type Api, httpApi } from './http-client.ts';

export interface RunRequest {
  /** The name of the job. */
  readonly job: string;
  readonly period?: string | undefined;
  readonly options?: GivenOptions;
  /** The person who runs the command. */
  readonly by: string;
}

/**
 * Access to a data folder: through the server that uses it, or through a temporary server on the loopback interface, so
 * that a command behaves the same in both cases.
 */
export interface Client {
  /** Runs a job, reports its progress and waits for its end. */
  run(request: RunRequest): Promise<Outcome>;
  /** GET; returns the body of the response. */
  get(path: string): Promise<Buffer>;
  /** GET, or POST with a body; the body of the response in pieces. Throws `Unavailable` if it ends too early. */
  download(path: string, body?: object): AsyncIterable<Uint8Array>;
  /** Sends a request (GET by default) and parses the JSON response. */
  requestJson<T>(path: string, change?: { method: 'POST' | 'DELETE'; body?: object }): Promise<T>;
  /** The stores. Throws `Unavailable` while a server uses them; `what` is the first part of that message. */
  stores(what: string): Services;
  close(): Promise<void>;
}

export async function openClient(
  config: Config,
  { clock, progress }: { clock: Clock; progress: (text: string) => void },
): Promise<Client> {
  const running = await runningServer(config.dataFolder);
  if (running) return clientOver(running, { progress, services: undefined, close: async () => undefined });
  const { services, stop, ...own } = await startServer({ ...config, host: '127.0.0.1', port: 0 }, { clock });
  return clientOver(httpApi({ url: own.url, key: own.ownKey }), { progress, services, close: stop });
}

interface ClientOptions {
  readonly progress: (text: string) => void;
  readonly services: Services | undefined;
  readonly close: () => Promise<void>;
}

/** Access through the API of a server. */
export function clientOver(api: Api, { progress, services, close }: ClientOptions): Client {
  const requestJson = async <T>(path: string, { method, body }: { method?: 'POST' | 'DELETE'; body?: object } = {}) =>
    JSON.parse((await api.request(method ?? 'GET', path, body)).toString()) as T;
  return {
    close,
    requestJson,
    get: (path) => api.request('GET', path),
    download: (path, body) => api.download(path, body),
    stores(what) {
      if (!services) throw new Unavailable(`${what} while a server uses the data folder; stop the server first.`);
      return services;
    },
    async run({ job, period, options, by }) {
      const watching = new AbortController();
      const watch = () => requestJson<{ data: RunState[] }>(`/v1/runs?job=${job}&limit=1`);
      const watched = showProgress({ watch, progress, signal: watching.signal });
      try {
        const body = { ...(period !== undefined && { period }), ...(options && { options }), by, wait: true };
        const { outcome } = await requestJson<RunState>(`/v1/jobs/${job}/runs`, { method: 'POST', body });
        return outcome ?? {};
      } finally {
        watching.abort();
        await watched;
      }
    },
  };
}

interface RunState {
  readonly state: string;
  readonly progress: string | null;
  readonly outcome: Outcome | null;
}

interface Watch {
  readonly watch: () => Promise<{ data: RunState[] }>;
  readonly progress: (text: string) => void;
  readonly signal: AbortSignal;
}

/** Reports the progress of the newest run when it changes. A failure here does not fail the command. */
async function showProgress({ watch, progress, signal }: Watch): Promise<void> {
  let shown: string | null = null;
  try {
    for await (const _ of setInterval(300, undefined, { signal })) {
      const [run] = (await watch()).data;
      if (run?.state !== 'running' || run.progress === null || run.progress === shown || signal.aborted) continue;
      shown = run.progress;
      progress(shown);
    }
  } catch {}
}
