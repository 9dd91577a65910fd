import type { VNode } from 'preact';
import { NotFound } from '../../../../warehouse/errors.ts';
import type { Unit } from '../../../../warehouse/vocabulary/units.ts';
import { codeBlock } from '../../components/code-block.ts';
import { grid } from '../../components/grid.ts';
import { inlineCode } from '../../components/inline-code.ts';
import { lineageChart } from '../../components/lineage-chart.ts';
import { type Lineage, type ListedModel, lineageOf } from '../../docs/lineage.ts';
import { questionsOf } from '../../docs/mart-questions.ts';
import { html } from '../../markup.ts';
import type { Page, PageRequest } from '../../page.ts';

interface Column {
  readonly name: string;
  readonly type: string;
  readonly is_optional: boolean;
  readonly meaning: string;
  readonly unit: Unit | null;
}

interface Mart {
  readonly mart: string;
  readonly meaning: string;
  readonly key: readonly string[];
  readonly columns: readonly Column[];
}

/** The first sentence of a meaning: the grain. */
const grainOf = (meaning: string): string => /^.*?[.:;](?= |$)/.exec(meaning)?.[0].replace(/[:;]$/, '.') ?? meaning;

/** All marts, by name. */
export const marts: Page = {
  path: '/docs/marts',
  permission: 'marts:read',
  async show({ api, words }) {
    const { marts: texts, guide } = words.docs;
    const { data } = await api.get<{ data: Mart[] }>('/marts');
    const table = grid({
      caption: texts.title,
      isCaptionHidden: true,
      none: '',
      rows: data.toSorted((a, b) => (a.mart < b.mart ? -1 : 1)),
      columns: [
        {
          label: texts.mart,
          cell: ({ mart }: Mart) => html`<a href=${`/docs/marts/${mart}`}><code>${mart}</code></a>`,
        },
        { label: texts.grain, cell: ({ meaning }) => html`<span lang="en">${inlineCode(grainOf(meaning))}</span>` },
      ],
    });
    const links = (['connect', 'query'] as const).map(
      (name) => html`<li><a href=${`/docs/guides/${name}`}>${guide[name].title}</a></li>`,
    );
    return { title: texts.title, body: html`<p>${texts.explain}</p><ul>${links}</ul>${table}` };
  },
};

/** One mart: its grain, columns and checks, from what it is computed, and questions that it answers. */
export const mart: Page = {
  path: '/docs/marts/:mart',
  permission: 'marts:read',
  async show(request) {
    const { api, words, params } = request;
    const { marts: texts } = words.docs;
    const { data } = await api.get<{ data: Mart[] }>('/marts');
    const found = data.find((each) => each.mart === params.mart);
    if (!found) throw new NotFound(words.errors.notFound);
    const { data: models } = await api.get<{ data: ListedModel[] }>('/models');
    const model = models.find((each) => each.model === `tantieme.${found.mart}`);
    const lineage = lineageOf(`tantieme.${found.mart}`, models);
    const body = html`<p lang="en">${inlineCode(found.meaning)}</p>
      <dl class="facts">
        <dt>${texts.key}</dt><dd>${found.key.map((each, index) => html`${index > 0 && ', '}<code>${each}</code>`)}</dd>
      </dl>
      <h2>${texts.columns}</h2>
      ${columnsTable(request, found.columns)}
      <h2>${texts.questions}</h2>
      ${questions(request, found)}
      <h2>${texts.checks}</h2>
      <ul>
        <li>${texts.keyCheck}</li>
        ${model?.checks.map(({ meaning }) => html`<li lang="en">${inlineCode(meaning)}</li>`)}
      </ul>
      <h2>${texts.lineage}</h2>
      ${lineageView(request, lineage)}
      <p><a href="/docs/marts">${texts.back}</a></p>`;
    return { title: found.mart, body };
  },
};

function columnsTable({ words }: PageRequest, columns: readonly Column[]): VNode {
  const { docs } = words;
  return grid({
    caption: docs.marts.columns,
    isCaptionHidden: true,
    none: '',
    rows: columns,
    columns: [
      { label: docs.marts.column, cell: ({ name }: Column) => html`<code>${name}</code>` },
      {
        label: docs.type,
        cell: ({ type, is_optional }) => html`<code>${type}</code>${is_optional && ` ${docs.marts.optional}`}`,
      },
      { label: docs.marts.unit, cell: ({ unit }) => (unit === null ? '–' : docs.marts.units[unit]) },
      { label: docs.meaning, cell: ({ meaning }) => html`<span lang="en">${inlineCode(meaning)}</span>` },
    ],
  });
}

function questions({ words }: PageRequest, { mart: name, columns }: Mart): VNode {
  const { marts: texts, questions: asked } = words.docs;
  const own = questionsOf(name);
  const byMonth = columns.some((each) => each.name === 'period') ? '?period=2026-01&format=csv' : '?format=csv';
  return html`${own.map(({ name: question, sql }) => html`<h3>${asked[question]}</h3>${codeBlock(sql, asked[question])}`)}
    <p>${texts.download} <code>GET /v1/marts/${name}${byMonth}</code></p>`;
}

function lineageView({ words }: PageRequest, lineage: Lineage): VNode {
  const { marts: texts } = words.docs;
  const { columns, sources, readers } = lineage;
  const own = columns.at(-1)?.[0];
  const direct = lineage.edges.flatMap(([from, to]) => (to === own ? [from] : []));
  const list = (title: string, tables: readonly string[]): VNode =>
    html`<h3>${title}</h3>${
      tables.length === 0
        ? html`<p class="soft">${texts.nothing}</p>`
        : html`<ul class="tables">${tables.map((table) => html`<li>${tableLink(table)}</li>`)}</ul>`
    }`;
  return html`<p class="soft">${texts.drawn}</p>
    ${lineageChart(lineage)}
    ${list(texts.reads, direct.toSorted())}
    ${list(texts.sources, sources)}
    ${list(texts.readers, readers)}`;
}

/** Marts have pages of their own. */
function tableLink(table: string): VNode {
  const [, name] = /^tantieme\.((?!stg_|int_)\w+)$/.exec(table) ?? [];
  return name === undefined
    ? html`<code>${table}</code>`
    : html`<a href=${`/docs/marts/${name}`}><code>${table}</code></a>`;
}
