import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { signEmbed } from '../../../reports/dashboards/embed.ts';

const SECRET = '0123456789abcdef'.repeat(4);
const NOW = Date.parse('2026-02-02T06:00:00Z');
const request = { url: 'https://bi.example.com/metabase', secret: SECRET, dashboardId: 12, now: NOW };

describe('a signed embed', () => {
  test('has one creator locked in it, for ten minutes', () => {
    const address = signEmbed({ ...request, creatorId: 'cr_ada' });
    const [, head = '', claims = '', signature] =
      /^https:\/\/bi\.example\.com\/metabase\/embed\/dashboard\/([\w-]+)\.([\w-]+)\.([\w-]+)$/.exec(address) ?? [];
    expect(JSON.parse(Buffer.from(head, 'base64url').toString())).toEqual({ alg: 'HS256', typ: 'JWT' });
    expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toEqual({
      resource: { dashboard: 12 },
      params: { creator_id: 'cr_ada' },
      exp: NOW / 1000 + 600,
    });
    expect(signature).toBe(createHmac('sha256', SECRET).update(`${head}.${claims}`).digest('base64url'));
  });

  test.each([
    [undefined],
    [null],
    [''],
    [' '],
    [[]],
    [['cr_ada']],
    [['cr_ada', 'cr_ben']],
    ['cr_ada,cr_ben'],
    ['dev_1'],
    [{ creator_id: 'cr_ada' }],
    [true],
  ])('is refused for %j', (creatorId) => {
    expect(() => signEmbed({ ...request, creatorId })).toThrow('exactly one creator');
  });

  test('is refused for a secret that is not one of Metabase', () => {
    expect(() => signEmbed({ ...request, secret: 'short', creatorId: 'cr_ada' })).toThrow('64 hexadecimal digits');
  });
});
