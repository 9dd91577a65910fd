import { appendFile, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DAY_MS, instant } from '../../warehouse/clock.ts';
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
const DAY_FILE = /^\d{4}-\d{2}-\d{2}\.ndjson$/;

/** Writes and sends the event of the start or the end of a run. A failure of either changes nothing for the run. */
export async function recordLineage(
  settings: LineageSettings | undefined,
  run: LineageRun,
  end?: LineageEnd,
): Promise<void> {
  if (!settings || !isReported(run.job.name)) return;
  const text = JSON.stringify(runEvent(run, end));
  await Promise.allSettled([write(settings, { text, at: run.at }), send(settings, text)]);
}

async function write({ folder }: LineageSettings, { text, at }: { text: string; at: number }): Promise<void> {
  await mkdir(folder, { recursive: true });
  await appendFile(join(folder, `${instant(at).slice(0, 10)}.ndjson`), `${text}\n`);
  const oldest = `${instant(at - KEPT_MS).slice(0, 10)}.ndjson`;
  const old = (await readdir(folder)).filter((name) => DAY_FILE.test(name) && name < oldest);
  for (const name of old) await rm(join(folder, name), { force: true });
}

async function send({ url, apiKey }: LineageSettings, body: string): Promise<void> {
  if (url === undefined) return;
  const headers = { 'content-type': 'application/json', ...(apiKey && { authorization: `Bearer ${apiKey}` }) };
  await fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(TIMEOUT_MS) });
}
