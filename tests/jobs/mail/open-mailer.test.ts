import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openMailer } from '../../../jobs/mail/open-mailer.ts';
import { Unavailable } from '../../../warehouse/errors.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'tantieme-mail-'));
});
afterAll(() => rm(root, { recursive: true }));

const from = 'Tantieme <tantieme@example.com>';

test('a mail becomes a file that only its owner reads', async () => {
  const folder = join(root, 'mail');
  const mailer = openMailer({ kind: 'folder', folder, from });
  await mailer.send({ to: 'ada@example.com', subject: 'Zahlung für Ada', text: 'Eins.\n\nZwei.' });
  await mailer.send({ to: 'ben@example.com', subject: 'Second', text: 'Text' });
  const names = await readdir(folder);
  expect(names).toHaveLength(2);
  const files = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
  const first = files.find((file) => file.includes('To: ada@example.com')) ?? '';
  expect(first).toContain(`From: ${from}`);
  expect(first).toContain('=?UTF-8?Q?Zahlung_f=C3=BCr_Ada?=');
  const modes = await Promise.all([folder, ...names.map((name) => join(folder, name))].map((path) => stat(path)));
  expect(modes.map(({ mode }) => mode & 0o077)).toEqual([0, 0, 0]);
});

test('a mail is given to the server by SMTP, as one message to one person', async () => {
  const lines: string[] = [];
  const server = createServer((socket) => {
    let inData = false;
    socket.write('220 mail\r\n');
    socket.on('data', (bytes) => {
      for (const line of bytes.toString().split('\r\n').filter(Boolean)) {
        lines.push(line);
        if (inData && line !== '.') continue;
        inData = line === 'DATA';
        socket.write(inData ? '354 go on\r\n' : '250 ok\r\n');
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const mailer = openMailer({ kind: 'smtp', url: `smtp://127.0.0.1:${port}?ignoreTLS=true`, from });
  await mailer.send({ to: 'ada@example.com', subject: 'Log in', text: 'https://example.com/login' });
  server.close();
  expect(lines.filter((line) => /^(MAIL FROM|RCPT TO)/.test(line))).toEqual([
    'MAIL FROM:<tantieme@example.com>',
    'RCPT TO:<ada@example.com>',
  ]);
  expect(lines).toContain('https://example.com/login');
});

test('a server that does not answer is unavailable, and its password is in no message', async () => {
  const mailer = openMailer({ kind: 'smtp', url: 'smtp://user:hidden@127.0.0.1:1', from });
  const sent = mailer.send({ to: 'ada@example.com', subject: 'x', text: 'x' });
  await expect(sent).rejects.toThrow(Unavailable);
  await expect(sent).rejects.toThrow(/^The mail to ada@example\.com was not sent: (?!.*hidden)/);
});
