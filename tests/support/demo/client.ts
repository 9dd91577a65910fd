import { setTimeout as wait } from 'node:timers/promises';
import { InvariantBroken } from '../../../warehouse/errors.ts';

interface JobEnd {
  readonly outcome: Record<string, unknown>;
  /** The API's message if the work was already done. */
  readonly note?: string;
}

export interface Api {
  get(path: string): Promise<unknown>;
  download(path: string): Promise<Buffer>;
  /** Starts a job and waits for its end. A conflict because the work is already done counts as success. */
  run(job: string, about: { period?: string | undefined; progress: (text: string) => void }): Promise<JobEnd>;
  post(path: string, body: object): Promise<unknown>;
  /** Acknowledges the exceptions of a period that are open, each with the sentence for its reason; returns how many. */
  acknowledge(period: string, sentenceFor: (reason: string) => string): Promise<number>;
}

interface RunState {
  readonly run_id: string;
  readonly state: 'running' | 'done' | 'failed';
  readonly progress: string | null;
  readonly outcome: Record<string, unknown> | null;
  readonly error: string | null;
}

/** A client of our own API, with a person's key. */
export function openApi({ url, key }: { url: string; key: string }): Api {
  const ask = (path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(`${url}${path}`, {
      ...init,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    });
  const get = async (path: string): Promise<unknown> => (await expectOk(await ask(path))).json();
  const post = async (path: string, body: object): Promise<unknown> =>
    (await expectOk(await ask(path, { method: 'POST', body: JSON.stringify(body) }))).json();
  return {
    get,
    post,
    async acknowledge(period, sentenceFor) {
      const page = (await get(`/v1/periods/${period}/exceptions?limit=1000`)) as {
        data: readonly { exception_id: string; exception_reason: string; is_acknowledged: boolean }[];
      };
      const open = page.data.filter((each) => !each.is_acknowledged);
      for (const [sentence, some] of Map.groupBy(open, (each) => sentenceFor(each.exception_reason))) {
        const exception_ids = some.map(({ exception_id }) => exception_id);
        await post(`/v1/periods/${period}/acknowledgements`, { exception_ids, sentence });
      }
      return open.length;
    },
    download: async (path) => Buffer.from(await (await expectOk(await ask(path))).arrayBuffer()),
    async run(job, { period, progress }) {
      const started = await ask(`/v1/jobs/${job}/runs`, {
        method: 'POST',
        body: JSON.stringify({ ...(period && { period }) }),
      });
      const { run_id } = (await (await expectOk(started)).json()) as RunState;
      for (;;) {
        const run = (await get(`/v1/runs/${run_id}`)) as RunState;
        if (run.state === 'done') return { outcome: run.outcome ?? {} };
        if (run.state === 'failed') {
          if (/already/.test(run.error ?? '')) return { outcome: {}, note: run.error ?? '' };
          throw new InvariantBroken(`${job} failed: ${run.error}`);
        }
        progress(run.progress ?? 'working');
        await wait(50);
      }
    },
  };
}

async function expectOk(response: Response): Promise<Response> {
  if (response.ok) return response;
  const problem = (await response.json().catch(() => ({}))) as { detail?: string };
  throw new InvariantBroken(`${response.url} answered ${response.status}: ${problem.detail ?? response.statusText}`);
}
