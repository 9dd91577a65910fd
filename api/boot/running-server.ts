import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Api, httpApi } from '../commands/http-client.ts';

/** What the command line needs to reach the server that uses a data folder. */
interface Control {
  readonly url: string;
  readonly key: string;
}

const pathIn = (dataFolder: string): string => join(dataFolder, 'control.json');

/** Writes `control.json`, readable only by the owner of the folder; the result removes it. */
export async function publishControl(dataFolder: string, control: Control): Promise<() => Promise<void>> {
  const path = pathIn(dataFolder);
  // `mode` applies only to a newly created file.
  await rm(path, { force: true });
  await writeFile(path, `${JSON.stringify(control)}\n`, { mode: 0o600, flag: 'wx' });
  return () => rm(path, { force: true });
}

/** The API of the server that uses a data folder; undefined if none responds. */
export async function runningServer(dataFolder: string): Promise<Api | undefined> {
  const control = await readFile(pathIn(dataFolder), 'utf8').then(controlOf, () => undefined);
  if (!control) return undefined;
  const api = httpApi(control);
  return api.request('GET', '/v1/runs?limit=1').then(
    () => api,
    () => undefined,
  );
}

function controlOf(text: string): Control | undefined {
  try {
    const { url, key } = JSON.parse(text) as Partial<Control>;
    return typeof url === 'string' && typeof key === 'string' ? { url, key } : undefined;
  } catch {
    return undefined;
  }
}
