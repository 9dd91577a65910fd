import type { PageWriter } from './page-writer.ts';
import type { Block } from './paragraph.ts';
import { PAGE, WIDTH } from './theme.ts';

const GAP = 24;

/** The width of one of two columns, in points. */
export const COLUMN_WIDTH = (WIDTH - GAP) / 2;

/** Blocks from top to bottom, each with its tag. */
export type TaggedBlocks = readonly (readonly [tag: string, block: Block])[];

/** Draws two columns beside each other at the cursor, and moves the cursor below the longer one. Readers hear the left one first. */
export function drawColumns(page: PageWriter, left: TaggedBlocks, right: TaggedBlocks): void {
  const height = (blocks: TaggedBlocks): number => blocks.reduce((sum, [, block]) => sum + block.height, 0);
  page.ensureSpace(Math.max(height(left), height(right)));
  const ends = [left, right].map((blocks, column) => {
    const x = PAGE.left + column * (COLUMN_WIDTH + GAP);
    let { y } = page;
    for (const [tag, block] of blocks) {
      page.print(page.root, tag, block, { x, y });
      y += block.height;
    }
    return y;
  });
  page.y = Math.max(...ends);
}
