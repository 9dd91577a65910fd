import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { FIELDS } from '../warehouse/vocabulary/fields.ts';
import { FOLDERS, paths, production, ROOT } from './sources.ts';

describe('a folder', () => {
  test.each(FOLDERS)('%s says in a README what it is for', (folder) => {
    const readme = join(ROOT, folder, 'README.md');
    expect(existsSync(readme)).toBe(true);
    expect(readFileSync(readme, 'utf8')).toMatch(/^# \S/);
  });
});

test.each(['ARCHITECTURE.md', 'transforms/README.md'])('what %s says of where to find things is there', (page) => {
  const [, rest = ''] = readFileSync(join(ROOT, page), 'utf8').split('## Where to find it');
  const [table = ''] = rest.split('\n## ');
  const named = [...table.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
  const isThere = (name: string): boolean => {
    if (name.endsWith('/')) return existsSync(join(ROOT, name));
    if (/\.\w+$/.test(name)) return paths.some((path) => path === name || path.endsWith(`/${name}`));
    if (name.includes('_') && name === name.toLowerCase()) return name in FIELDS;
    return production.some(({ code }) => new RegExp(`^export .*\\b${name}\\b`, 'm').test(code));
  };
  expect(named.length).toBeGreaterThan(15);
  expect(named.filter((name) => !isThere(name))).toEqual([]);
});

test('ARCHITECTURE.md is one page: at most 700 words beside its picture', () => {
  const words = readFileSync(join(ROOT, 'ARCHITECTURE.md'), 'utf8')
    .replace(/^```mermaid$.*?^```$/ms, '')
    .match(/\S+/g);
  expect(words?.length).toBeLessThanOrEqual(700);
});
