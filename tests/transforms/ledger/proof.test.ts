import { expect, test } from 'vitest';
import { SealedTree } from '../../../transforms/ledger/proof.ts';
import { sha256Hex } from '../../../warehouse/ids.ts';
import { secretOf } from '../small-month.ts';

test('a tree of many creators gives each a path to its root', () => {
  const keyOf = (nth: number): string => sha256Hex(`5:${String(nth).padStart(5, '0')}3:EUR`);
  const nodes = Array.from({ length: 3000 }, (_, nth) => ({ nth, key: keyOf(nth), node: sha256Hex(`node ${nth}`) }));
  const sorted = nodes.sort((a, b) => (a.key < b.key ? -1 : 1));
  const record = ({ key, node }: (typeof nodes)[number]) => Buffer.from(`${key}${node}00`, 'hex');
  const tree = new SealedTree(Buffer.concat(sorted.map(record)), {
    othersHash: sha256Hex('others'),
    secret: secretOf('2026-01'),
  });
  for (const { nth, node } of nodes) {
    const { path } = tree.proofOf({ creator_id: String(nth).padStart(5, '0'), currency: 'EUR' });
    const root = path.reduce((hash, siblings) => sha256Hex([hash, ...siblings].sort().join('')), node);
    expect(root).toBe(tree.roots.creatorsHash);
  }
  expect(() => tree.proofOf({ creator_id: 'nobody', currency: 'EUR' })).toThrow('The seal must cover nobody');
});
