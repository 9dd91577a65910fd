import { appendFile, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DAY_MS, instant } from '../../warehouse/clock.ts';
import { reasonOf } from '../../warehouse/errors.ts';
import { isReported, type LineageEnd, type LineageRun, runEvent } from './run-events.ts';

/** Where events of runs are written, and who receives them. */
export interface LineageSettings {
  readonly folder: string;
  /** The address to which events are posted: `https://marquez.example.com/api/v1/lineage`. */
  readonly url?: string | undefined;
  /** Sent as a bearer token. */
  readonly apiKey?: string | undefined;
}

/** For each sending; a job waits for it no longer. */
const TIMEOUT_MS = 5000;
const KEPT_MS = 30 * DAY_MS;
const NEWLINE = 0x0a;
const DAY_FILE = /^\d{4}-\d{2}-\d{2}\.ndjson$/;

/**
 * Writes and sends the event of the start or the end of a run. A failure of either changes nothing for the run; returns what failed and why,
 * a sentence each.
 */
export async function recordLineage(
  settings: LineageSettings | undefined,
  run: LineageRun,
  end?: LineageEnd,
): Promise<readonly string[]> {
  if (!settings || !isReported(run.job.name)) return [];
  const event = runEvent(run, end);
  const text = JSON.stringify(event);
  const failed = (what: string) => (error: unknown) =>
    `The event ${event.eventType} of the run could not be ${what}: ${reasonOf(causeOf(error))}.`;
  const done = await Promise.all([
    write(settings, { text, at: run.at }).then(() => undefined, failed(`written to ${settings.folder}`)),
    send(settings, text).then(() => undefined, failed(`sent to ${settings.url}`)),
  ]);
  return done.filter((problem) => problem !== undefined);
}

/** The network's error is the cause of the one that `fetch` throws. */
const causeOf = (error: unknown): unknown => (error instanceof Error ? (error.cause ?? error) : error);

async function write({ folder }: LineageSettings, { text, at }: { text: string; at: number }): Promise<void> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${instant(at).slice(0, 10)}.ndjson`);
  await appendFile(path, `${(await endsInLine(path)) ? '' : '\n'}${text}\n`);
  const oldest = `${instant(at - KEPT_MS).slice(0, 10)}.ndjson`;
  const old = (await readdir(folder)).filter((name) => DAY_FILE.test(name) && name < oldest);
  for (const name of old) await rm(join(folder, name), { force: true });
}

/** Whether the file has whole lines only, or is not there. A process that dies may leave the beginning of one. */
async function endsInLine(path: string): Promise<boolean> {
  const text = await readFile(path).catch(() => Buffer.alloc(0));
  return text.length === 0 || text.at(-1) === NEWLINE;
}

async function send({ url, apiKey }: LineageSettings, body: string): Promise<void> {
  if (url === undefined) return;
  const headers = { 'content-type': 'application/json', ...(apiKey && { authorization: `Bearer ${apiKey}` }) };
  const { ok, status } = await fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (!ok) throw new Error(`it answered ${status}`);
}
