import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { randomSecret } from '../../../warehouse/ids.ts';

/**
 * Apache Superset, where SUPERSET names its program: `pip install apache-superset psycopg2-binary rich cachetools 'flask-caching<2.4'` in an environment of its own,
 * and `SUPERSET=…/bin/superset`. It takes half a gigabyte and half a minute, so nothing installs it.
 */
export const SUPERSET = process.env.SUPERSET;
if (SUPERSET === undefined) console.info('SKIPPED: no chart of Superset is made, because SUPERSET names no program.');

const PERSON = { username: 'admin', password: 'admin' };

interface RunningSuperset extends AsyncDisposable {
  /** Calls its API as an administrator. Throws an error with what it says unless it succeeds. */
  call<T>(method: 'GET' | 'POST', path: string, body?: object): Promise<T>;
}

/** Starts one with its own database in a folder. */
export async function startSuperset(program: string, folder: string): Promise<RunningSuperset> {
  const config = join(folder, 'superset_config.py');
  // Without its key for forms, whoever has the cookie of a session may write.
  writeFileSync(config, 'WTF_CSRF_ENABLED = False\nTALISMAN_ENABLED = False\n');
  const env = {
    ...process.env,
    ...{ FLASK_APP: 'superset', SUPERSET_HOME: folder, SUPERSET_CONFIG_PATH: config },
    SUPERSET_SECRET_KEY: randomSecret(),
  };
  const account = ['--username', PERSON.username, '--password', PERSON.password];
  const person = ['--firstname', 'Ada', '--lastname', 'Analyst', '--email', 'ada@market.example'];
  for (const args of [['db', 'upgrade'], ['fab', 'create-admin', ...account, ...person], ['init']]) {
    const { status, stderr } = spawnSync(program, args, { env, encoding: 'utf8' });
    if (status !== 0) throw new Error(`superset ${args[0]} ended with ${status}: ${stderr.slice(-2000)}`);
  }
  const port = await freePort();
  const server = spawn(program, ['run', '-p', String(port)], { env, stdio: ['ignore', 'ignore', 'pipe'] });
  await said(server.stderr, 'Running on');
  server.stderr.resume();
  const url = `http://127.0.0.1:${port}`;
  const cookie = await logIn(url);
  return {
    async call<T>(method: 'GET' | 'POST', path: string, body?: object) {
      const response = await fetch(`${url}/api/v1${path}`, {
        ...{ method, headers: { cookie, 'content-type': 'application/json' } },
        ...(body && { body: JSON.stringify(body) }),
      });
      const answer = await response.text();
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${answer}`);
      return JSON.parse(answer) as T;
    },
    async [Symbol.asyncDispose]() {
      const ended = once(server, 'exit');
      server.kill();
      await ended;
    },
  };
}

/** By its form: with a token its API takes the caller for nobody when it makes a dataset (6.1). */
async function logIn(url: string): Promise<string> {
  const response = await fetch(`${url}/login/`, {
    ...{ method: 'POST', redirect: 'manual', body: new URLSearchParams(PERSON) },
  });
  return response.headers
    .getSetCookie()
    .map((each) => each.split(';')[0])
    .join('; ');
}

async function said(stream: NodeJS.ReadableStream, words: string): Promise<void> {
  let text = '';
  for (;;) {
    const [piece] = (await once(stream, 'data')) as [Buffer];
    text += piece.toString();
    if (text.includes(words)) return;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return address !== null && typeof address === 'object' ? address.port : 0;
}
