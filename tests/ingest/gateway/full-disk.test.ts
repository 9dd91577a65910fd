import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { rename, rm, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { warnSkipped } from '../../support/skipped-tests.ts';
import { temporaryFolder } from '../../warehouse/folder.ts';
import { basic, NOW, startTestGateway, type TestGateway } from './test-gateway.ts';

/** A small in-memory disk; undefined if this process may not mount one. */
function smallDisk() {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return undefined;
  const path = mkdtempSync(join(tmpdir(), 'tantieme-disk-'));
  const mount = (...args: readonly string[]) => execFileSync('mount', [...args, path], { stdio: 'ignore' });
  try {
    mount('-t', 'tmpfs', '-o', 'size=1m', 'tantieme-test');
  } catch {
    rmdirSync(path);
    return undefined;
  }
  return {
    path,
    remount: (how: 'ro' | 'rw') => mount('-o', `remount,${how}`),
    [Symbol.dispose]() {
      execFileSync('umount', [path]);
      rmdirSync(path);
    },
  };
}

const mayMount = (() => {
  using disk = smallDisk();
  return disk !== undefined;
})();

/** Sends events one after the other through a gateway on a disk, and records which were acknowledged. */
class Sender {
  readonly acknowledged: string[] = [];
  readonly #stand: TestGateway;
  #count = 0;

  constructor(stand: TestGateway) {
    this.#stand = stand;
  }

  async send(): Promise<number> {
    const messageId = `m${this.#count++}`;
    const answer = await this.#stand.app.inject({
      method: 'POST',
      url: '/v1/track',
      headers: { authorization: basic('wk_open') },
      payload: { userId: 'u', messageId, text: 'x'.repeat(20_000) },
    });
    expect([200, 503]).toContain(answer.statusCode);
    if (answer.statusCode === 200) this.acknowledged.push(messageId);
    return answer.statusCode;
  }

  /** Sends until one is refused, which must happen on a disk as small as this. */
  async fill(): Promise<void> {
    for (let sent = 0; sent < 100; sent += 1) if ((await this.send()) === 503) return;
    throw new Error('A disk of one megabyte took two.');
  }

  sendTogether(count: number): Promise<number[]> {
    return Promise.all(Array.from({ length: count }, () => this.send()));
  }
}

async function kept(stand: TestGateway): Promise<unknown[]> {
  return (await stand.receipts()).map(({ message }) => message.messageId);
}

/** A clock that advances two seconds with each call, so that readiness always probes the disk. */
function fastClock() {
  let nowMs = Date.parse(NOW);
  return { now: () => (nowMs += 2000) };
}

async function ready({ app }: TestGateway): Promise<string> {
  const response = await app.inject('/ready');
  return `${response.statusCode} ${response.json().reason ?? 'ready'}`;
}

if (!mayMount) {
  warnSkipped('no disk is really filled: only root on Linux may mount a small one.');
  test.skip('A disk that is really full', () => {});
} else {
  describe('A disk of one megabyte', () => {
    test('that fills up: 503 immediately, nothing acknowledged is lost, and it recovers when there is space', async () => {
      using disk = smallDisk();
      const folder = join(disk?.path ?? '', 'spool');
      const ballast = join(disk?.path ?? '', 'ballast');
      await writeFile(ballast, new Uint8Array(400_000));
      await using stand = await startTestGateway({ clock: fastClock() }, { folder, maxSegmentBytes: 150_000 });
      const sender = new Sender(stand);
      expect(await ready(stand)).toBe('200 ready');
      await sender.sendTogether(10);
      await sender.fill();
      expect((await statfs(folder)).bavail * 4096).toBeLessThan(64 * 1024);
      const before = sender.acknowledged.length;
      expect(before).toBeGreaterThan(10);
      expect(await sender.sendTogether(20)).toEqual(Array.from({ length: 20 }, () => 503));
      expect(await ready(stand)).toMatch(/^503 Events cannot be accepted now: ENOSPC: /);

      await rm(ballast);
      expect(await ready(stand)).toBe('200 ready');
      expect(await sender.sendTogether(5)).toEqual([200, 200, 200, 200, 200]);

      await sender.fill();
      expect(await kept(stand)).toEqual(sender.acknowledged);
      const [loaded] = await stand.spool.segments();
      await stand.spool.remove(loaded?.segment_id ?? '');
      expect(await sender.send()).toBe(200);
      expect(await kept(stand)).toEqual(sender.acknowledged.slice(loaded?.event_count));
    });

    test('that was full when the process ended: the next start has everything acknowledged', async () => {
      using disk = smallDisk();
      const folder = join(disk?.path ?? '', 'spool');
      const clock = fastClock();
      const acknowledged: string[] = [];
      {
        await using stand = await startTestGateway({ clock }, { folder });
        const sender = new Sender(stand);
        await sender.fill();
        acknowledged.push(...sender.acknowledged);
      }
      await using stand = await startTestGateway({ clock }, { folder });
      expect(await kept(stand)).toEqual(acknowledged);
    });

    test('that becomes read-only: 503, and it recovers when it is writable again', async () => {
      using disk = smallDisk();
      const folder = join(disk?.path ?? '', 'spool');
      await using stand = await startTestGateway({ clock: fastClock() }, { folder });
      const sender = new Sender(stand);
      expect(await sender.send()).toBe(200);
      // Without an open segment, as the kernel requires.
      await stand.spool.seal();
      disk?.remount('ro');
      expect(await sender.sendTogether(3)).toEqual([503, 503, 503]);
      expect(await ready(stand)).toBe('503 Events cannot be accepted now: EROFS: read-only file system, open.');
      disk?.remount('rw');
      expect(await ready(stand)).toBe('200 ready');
      expect(await sender.send()).toBe(200);
      expect(await kept(stand)).toEqual(sender.acknowledged);
    });
  });
}

test('A folder that is moved away: 503 until it is back', async () => {
  await using temporary = await temporaryFolder();
  const folder = join(temporary.path, 'spool');
  await using stand = await startTestGateway({ clock: fastClock() }, { folder });
  const sender = new Sender(stand);
  expect(await sender.send()).toBe(200);
  await stand.spool.seal();
  await rename(folder, `${folder}-elsewhere`);
  expect(await sender.sendTogether(3)).toEqual([503, 503, 503]);
  expect(await ready(stand)).toMatch(/^503 Events cannot be accepted now: ENOENT: /);
  await rename(`${folder}-elsewhere`, folder);
  expect(await ready(stand)).toBe('200 ready');
  expect(await sender.send()).toBe(200);
  expect(await kept(stand)).toEqual(sender.acknowledged);
});
