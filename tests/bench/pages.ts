import { type ChildProcess, fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { PAGES } from '../../api/portal/pages.ts';
import { DASHBOARDS } from '../../reports/dashboards/dashboards.ts';
import { demoIn } from './demo.ts';
import type { Figure } from './measure.ts';
import { inFolder, PERIOD } from './month.ts';

/** What the server reports: where it is, and the session of somebody of each role. */
export interface Served {
  readonly url: string;
  readonly cookies: readonly (readonly [role: string, cookie: string])[];
}

/** What the server reports of the thread that answers, at the end. */
export interface Built {
  readonly builds: number;
  /** What it used of a processor. */
  readonly cpuUs: number;
  /** How much later than it was due its next turn came: the 99th percentile, and the longest. */
  readonly delayUs: number;
  readonly longestDelayUs: number;
}

interface Visit {
  readonly role: string;
  readonly cookie: string;
  readonly path: string;
  /** The path as the table of pages has it. */
  readonly page: string;
  readonly body: string;
}

/** 20 requests a second, each page of each role often enough for a 95th percentile. */
const EVERY_MS = 50;
const ROUNDS = 20;
const BOUND_US = 100_000;
const FIRST_BOUND_US = 1_000_000;
const agent = new Agent({ keepAlive: true });

/**
 * The first page of each dashboard, of a server that has just started. Then the 95th percentile of each page of each role on the demo's data, at 20
 * requests a second, by a server on one core that builds a month all the time, and what keeps its event loop. Beside the bound stands a bare route with the same bytes in a process on the same core, asked in turn.
 */
export async function benchPages(): Promise<Figure[]> {
  return inFolder(async (folder) => {
    const demo = demoIn(folder);
    const server = onOneCore('pages-server.ts', demo);
    const [served] = (await once(server, 'message')) as [Served];
    const firsts = await firstDashboards(served);
    const visits: Visit[] = [];
    for (const [role, cookie] of served.cookies) visits.push(...(await visitsOf(served.url, { role, cookie })));
    const bare = onOneCore('pages-bare.ts');
    bare.send(Object.fromEntries(visits.map(({ body }, index) => [`/${index}`, body])));
    const [bareUrl] = (await once(bare, 'message')) as [string];

    server.send('build');
    const took = visits.map(() => ({ ours: [] as number[], bare: [] as number[] }));
    const waiting: Promise<unknown>[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      for (const [index, { cookie, path }] of visits.entries()) {
        const times = took[index];
        const dueAt = performance.now();
        waiting.push(get(served.url + path, { cookie, dueAt }).then(({ us }) => times?.ours.push(us)));
        waiting.push(get(`${bareUrl}/${index}`, { cookie, dueAt }).then(({ us }) => times?.bare.push(us)));
        await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
      }
    }
    await Promise.all(waiting);
    server.send('stop');
    const [built] = (await once(server, 'message')) as [Built];
    for (const child of [server, bare]) {
      child.disconnect();
      await once(child, 'exit');
    }
    agent.destroy();
    const figures = visits.map(({ role, page }, index) => figureOf(`${role} ${page}`, took[index]));
    const all = { ours: took.flatMap(({ ours }) => ours), bare: took.flatMap((each) => each.bare) };
    const loop = eventLoop(built, { pages: all.ours.length });
    return [...firsts, ...figures, loop, figureOf(`all pages, during ${built.builds} builds`, all)];
  });
}

/** One after the other, with what the server loads for its first one. */
async function firstDashboards({ url, cookies }: Served): Promise<Figure[]> {
  const cookie = new Map(cookies).get('analyst') ?? '';
  const figures: Figure[] = [];
  for (const { name } of DASHBOARDS.filter(({ locked }) => locked.length === 0)) {
    const { us } = await get(`${url}/dashboards/${name}`, { cookie, dueAt: performance.now() });
    figures.push({
      ...{ name: `dashboard ${name}, first page`.padEnd(45), unit: 'µs', ours: us, limit: FIRST_BOUND_US },
      limitIs: 'the bound',
    });
  }
  return figures;
}

function eventLoop({ cpuUs, delayUs, longestDelayUs }: Built, { pages }: { pages: number }): Figure {
  const [longest, aPage] = [longestDelayUs, cpuUs / pages].map((us) => Math.round(us).toLocaleString('en'));
  return {
    ...{ name: 'delay of the event loop (p99)'.padEnd(45), unit: 'µs', ours: delayUs, limit: BOUND_US },
    limitIs: `the bound of a page; the longest took ${longest} µs; its thread used ${aPage} µs of the core for a page`,
  };
}

function figureOf(
  name: string,
  times: { ours: readonly number[]; bare: readonly number[] } = { ours: [], bare: [] },
): Figure {
  const bare = Math.round(p95(times.bare)).toLocaleString('en');
  return {
    ...{ name: name.padEnd(45), unit: 'µs', ours: p95(times.ours), limit: BOUND_US },
    limitIs: `the bound; a bare route with the same bytes took ${bare} µs`,
  };
}

const p95 = (times: readonly number[]): number => times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.95)] ?? 0;

/** The first core for the servers; without `taskset` they have all. */
function onOneCore(script: string, ...args: string[]): ChildProcess {
  const child = fork(join(import.meta.dirname, script), args, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  spawnSync('taskset', ['-a', '-c', '-p', '0', String(child.pid)]);
  return child;
}

/** Every page that this role finds by following links, each once: of the month of the demo, where a page is of a month. */
async function visitsOf(url: string, { role, cookie }: { role: string; cookie: string }): Promise<Visit[]> {
  const found = new Map<string, Visit>();
  let paths = PAGES.map(({ path }) => path).filter((path) => !path.includes(':'));
  while (paths.length > 0) {
    const links: string[] = [];
    for (const path of paths) {
      const { status, body } = await get(url + path, { cookie, dueAt: performance.now() });
      const page = PAGES.find((each) => patternOf(each.path).test(path))?.path;
      if (status !== 200 || page === undefined) continue;
      found.set(page, { role, cookie, path, page, body });
      links.push(...[...body.matchAll(/href="(\/[^"?#]*)"/g)].map(([, link = '']) => link));
    }
    const inMonth = links.toSorted((a, b) => Number(b.includes(PERIOD)) - Number(a.includes(PERIOD)));
    paths = PAGES.filter(({ path }) => !found.has(path)).flatMap(
      ({ path }) => inMonth.find((link) => patternOf(path).test(link)) ?? [],
    );
  }
  return [...found.values()];
}

const patternOf = (path: string): RegExp => new RegExp(`^${path.replace(/:\w+/g, '[^/]+')}$`);

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly us: number;
}

/** Measured from when it was due. A connection that the server has closed while it was idle is tried anew, as browsers do. */
function get(url: string, asked: { cookie: string; dueAt: number }): Promise<Answer> {
  const { cookie, dueAt } = asked;
  return new Promise((resolve, reject) => {
    const made = request(url, { agent, headers: { cookie, accept: 'text/html' } }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (piece: string) => {
        body += piece;
      });
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, body, us: (performance.now() - dueAt) * 1000 }),
      );
    });
    made.on('error', (error: NodeJS.ErrnoException) => {
      if (made.reusedSocket && error.code === 'ECONNRESET') get(url, asked).then(resolve, reject);
      else reject(error);
    });
    made.end();
  });
}
