import type { VNode } from 'preact';
import { BoundedCache } from '../../../warehouse/bounded-cache.ts';
import { ThreadPool } from '../../../warehouse/thread-pool.ts';
import { html } from '../markup.ts';
import type { Chart, Drawing } from './chart-drawing.ts';

type Drawings = readonly Drawing[];

/** The library takes half a second of a processor to load and a chart some milliseconds, which other requests would wait for. */
const thread = new ThreadPool<Chart, Drawings>({
  entry: new URL('chart-thread.ts', import.meta.url),
  threads: 1,
  idleMs: 60_000,
});

/** Charts by what they show: pages show the same ones until the next build. 8 MB at most; a character takes up to two bytes. */
const drawings = new BoundedCache<Drawings>({
  most: 8_000_000,
  sizeOf: (drawn) => drawn.reduce((size, { markup }) => size + 2 * markup.length, 0),
});

/**
 * A chart as a picture with a name, of the colours of the stylesheet; which of its sizes is shown follows the width of the window. The numbers stand in a table beside it: amounts become numbers only to be
 * drawn.
 */
export async function chart(shown: Chart): Promise<VNode> {
  const pictures = (await drawingsOf(shown)).map(
    ({ size, width, height, markup }) =>
      html`<svg class=${size} viewBox=${`0 0 ${width} ${height}`} width=${width} role="img" aria-label=${shown.title}
        dangerouslySetInnerHTML=${{ __html: markup }} />`,
  );
  return html`<div class=${shown.kind === 'bridge' ? 'chart scroll' : 'chart'}>${pictures}</div>`;
}

/** Drawn once by a thread that starts with the first chart and ends when none is needed for a while. */
export async function drawingsOf(shown: Chart): Promise<Drawings> {
  const key = JSON.stringify(shown, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
  const known = drawings.get(key);
  if (known) return known;
  const drawn = await thread.run(shown);
  drawings.set(key, drawn);
  return drawn;
}
