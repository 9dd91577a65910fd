import { setInterval } from 'node:timers/promises';
import type { GivenOptions, Outcome, Services } from '../../jobs/job.ts';
import type { Clock } from '../../warehouse/clock.ts';
import { Unavailable } from '../../warehouse/errors.ts';
import type { Config } from '../boot/config.ts';
import { runningServer } from '../boot/running-server.ts';
import { startServer } from '../boot/server.ts';
import { type Api, httpApi } from './http-client.ts';

export interface RunRequest {
  /** Its name. */
  readonly job: string;
  readonly period?: string | undefined;
  readonly options?: GivenOptions;
  /** Who is at the command line. */
  readonly by: string;
}

/**
 * The way to a data folder. Where a server holds it, through that server; else through one of our own that only this
 * machine reaches, so that a command does the same either way.
 */
export interface Client {
  /** Runs a job to its end, with its progress. */
  run(request: RunRequest): Promise<Outcome>;
  /** The body of what the API answers. */
  get(path: string): Promise<Buffer>;
  /** As `get`, from JSON. */
  ask<T>(path: string, change?: { method: 'POST' | 'DELETE'; body?: object }): Promise<T>;
  /** The stores themselves. Throws `Unavailable` where a server holds them; `what` cannot be done then. */
  stores(what: string): Services;
  close(): Promise<void>;
}

export async function openClient(
  config: Config,
  { clock, progress }: { clock: Clock; progress: (text: string) => void },
): Promise<Client> {
  const running = await runningServer(config.dataFolder);
  if (running) return accessThrough(running, { progress, services: undefined, close: async () => undefined });
  const { services, stop, ...own } = await startServer({ ...config, host: '127.0.0.1', port: 0 }, { clock });
  return accessThrough(httpApi({ url: own.url, key: own.ownKey }), { progress, services, close: stop });
}

interface Behind {
  readonly progress: (text: string) => void;
  readonly services: Services | undefined;
  readonly close: () => Promise<void>;
}

function accessThrough(api: Api, { progress, services, close }: Behind): Client {
  const ask = async <T>(path: string, { method, body }: { method?: 'POST' | 'DELETE'; body?: object } = {}) =>
    JSON.parse((await api.request(method ?? 'GET', path, body)).toString()) as T;
  return {
    close,
    ask,
    get: (path) => api.request('GET', path),
    stores(what) {
      if (!services) throw new Unavailable(`${what} while a server holds the data folder; stop it first.`);
      return services;
    },
    async run({ job, period, options, by }) {
      const watching = new AbortController();
      const watch = () => ask<{ data: RunState[] }>(`/v1/runs?job=${job}&limit=1`);
      const watched = showProgress({ watch, progress, signal: watching.signal });
      try {
        const body = { ...(period !== undefined && { period }), ...(options && { options }), by, wait: true };
        const { outcome } = await ask<RunState>(`/v1/jobs/${job}/runs`, { method: 'POST', body });
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

/** Says how far the newest run is, whenever that changes. That it cannot be seen is no reason to fail. */
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
