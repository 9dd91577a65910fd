/** The dashboards as SVG, in English, from the data of a demo that has ended: `docs/dashboard-<name>.svg`. `node tests/support/dashboard-pictures.ts .data/demo` */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { VNode } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { drawingsOf } from '../../api/portal/components/chart.ts';
import { figureTexts, type ShownCard } from '../../api/portal/components/figures.ts';
import { html } from '../../api/portal/markup.ts';
import { wordsOf } from '../../api/portal/words.ts';
import { DASHBOARDS, type Dashboard } from '../../reports/dashboards/dashboards.ts';
import { type CardRows, choicesOf, readDashboard } from '../../reports/dashboards/read.ts';
import { openDuckDb } from '../../warehouse/duckdb/duckdb.ts';
import { requirePresent } from '../../warehouse/invariant.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';

const PICTURES = join(import.meta.dirname, '../../docs');

const CARD = { width: 480, height: 230, gap: 32, head: 48 };
const TABLE = { rows: 6, height: 24 };
const STYLE = `svg{--ink:#1b1f24;--soft:#57606a;--line:#d8dee4;--paper:#fff;--brand:#2a6f97;--warn:#b3541e;font-family:system-ui,sans-serif}
.title,.cell{fill:var(--ink)}.title{font-weight:600;font-size:16px}.cell,.soft{font-size:12px}.soft{fill:var(--soft)}.sheet{fill:var(--paper)}
@media (prefers-color-scheme:dark){svg{--ink:#e6edf3;--soft:#9aa4ae;--line:#30363d;--paper:#14181d;--brand:#6cb2dd;--warn:#e0935a}}`;

/** Draws the dashboards from a warehouse: one file each. Returns their paths. */
async function drawDashboards(warehouse: Pick<Warehouse, 'query'>, folder: string): Promise<readonly string[]> {
  const { currencies, periods } = await choicesOf(warehouse);
  const values = { currency: currencies[0], to: periods[0] };
  const paths: string[] = [];
  for (const dashboard of DASHBOARDS.filter(({ locked }) => locked.length === 0)) {
    const cards = await readDashboard(warehouse, dashboard, values);
    const path = join(folder, `dashboard-${dashboard.name}.svg`);
    await writeFile(path, `${renderToString(await sheetOf(dashboard, cards))}\n`);
    paths.push(path);
  }
  return paths;
}

async function sheetOf({ title }: Dashboard, cards: readonly CardRows[]): Promise<VNode> {
  const shown = cards.filter(({ rows }) => rows.length > 0);
  const bodies = await Promise.all(shown.map(bodyOf));
  const width = CARD.width * 2 + CARD.gap * 3;
  const height = Math.ceil(shown.length / 2) * (CARD.height + CARD.gap) + CARD.gap;
  return html`<svg xmlns="http://www.w3.org/2000/svg" viewBox=${`0 0 ${width} ${height}`} width=${width} height=${height} role="img" aria-label=${title}>
    <style>${STYLE}</style><rect class="sheet" width=${width} height=${height} />
    ${shown.map((card, at) => {
      const x = CARD.gap + (at % 2) * (CARD.width + CARD.gap);
      const y = CARD.gap + Math.floor(at / 2) * (CARD.height + CARD.gap);
      return html`<g transform=${`translate(${x} ${y})`}><text class="title" y="16">${card.card.title}</text>${bodies[at]}</g>`;
    })}
  </svg>`;
}

async function bodyOf({ card, rows }: CardRows): Promise<VNode> {
  const words = wordsOf('en');
  const texts = figureTexts({ words, locale: 'en' }, card.unit);
  const shown = { ...card, card: card.name, columns: card.columns.map(({ name }) => name), rows } as ShownCard;
  const last = requirePresent(rows.at(-1), 'A card that is drawn has rows.');
  if (card.chart === 'table') return tableOf(shown, last.period ?? null);
  const headline = card.along === 'period' ? texts.headline(last, card.value) : '';
  const points = texts.points(shown);
  const drawings = await drawingsOf({ kind: card.chart, title: card.title, points, axis: texts.axis(shown) });
  const { width, height, markup } = requirePresent(
    drawings.find(({ size }) => size === 'wide'),
    'A chart has no wide picture.',
  );
  return html`<text class="soft" y="36">${headline}</text><svg y=${CARD.head} viewBox=${`0 0 ${width} ${height}`} width=${width} height=${height}
    role="img" aria-label=${card.title}
    dangerouslySetInnerHTML=${{ __html: markup }} />`;
}

/** The first rows of the latest month. */
function tableOf(card: ShownCard, period: string | null): VNode {
  const words = wordsOf('en');
  const { cell } = figureTexts({ words, locale: 'en' }, card.unit);
  const columns = card.columns.filter((name) => name !== 'currency' && name !== 'period').slice(0, 3);
  const rows = card.rows.filter((row) => row.period === period).slice(0, TABLE.rows);
  const xOf = (at: number): number => (at * CARD.width) / columns.length;
  const line = (texts: readonly string[], at: number, kind: string): VNode[] =>
    texts.map(
      (text, column) => html`<text class=${kind} x=${xOf(column)} y=${CARD.head + at * TABLE.height}>${text}</text>`,
    );
  return html`<g>
    ${line(
      columns.map((name) => words.dashboards.columns[name]),
      0,
      'soft',
    )}
    ${rows.map((row, at) =>
      line(
        columns.map((name) => short(cell(row, name))),
        at + 1,
        'cell',
      ),
    )}
  </g>`;
}

const short = (text: string): string => (text.length > 24 ? `${text.slice(0, 23)}…` : text);

const file = join(requirePresent(process.argv[2], 'Name the folder of a demo.'), 'data', 'warehouse.duckdb');
const warehouse = await openDuckDb({ path: file, readOnly: true });
for (const path of await drawDashboards(warehouse, PICTURES)) console.log(path);
await warehouse.close();
