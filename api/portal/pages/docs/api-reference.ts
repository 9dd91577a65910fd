import type { OpenAPIV3_1 } from 'openapi-types';
import type { VNode } from 'preact';
import { NotFound } from '../../../../warehouse/errors.ts';
import type { Role } from '../../../auth/roles.ts';
import { codeBlock } from '../../components/code-block.ts';
import { grid } from '../../components/grid.ts';
import { inlineCode } from '../../components/inline-code.ts';
import { resolved, type SchemaRow, schemaRows, schemaType } from '../../docs/schema-rows.ts';
import { html } from '../../markup.ts';
import type { OpenPage, OpenRequest } from '../../page.ts';
import { docsPage } from './docs.ts';

type Document = OpenAPIV3_1.Document;
type Operation = OpenAPIV3_1.OperationObject<{ 'x-roles'?: readonly string[]; 'x-second-factor'?: boolean }>;

interface Placed {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

/** The API: how to call it, and its subjects. */
export const apiReference: OpenPage = docsPage({
  path: '/docs/api',
  async show({ words, openapi, origin }) {
    const { api: texts } = words.docs;
    const document = await openapi();
    const operations = operationsOf(document);
    const table = grid({
      caption: texts.subjects,
      isCaptionHidden: true,
      none: '',
      rows: document.tags ?? [],
      columns: [
        { label: texts.subject, cell: ({ name }) => html`<a href=${`/docs/api/${name}`}>${name}</a>` },
        {
          label: words.docs.meaning,
          cell: ({ description = '' }) => html`<span lang="en">${inlineCode(description)}</span>`,
        },
        {
          ...{ label: texts.routes, isNumber: true },
          cell: ({ name }) => operations.filter(({ operation }) => operation.tags?.includes(name)).length,
        },
      ],
    });
    const example = `curl ${origin}/v1/periods --header "authorization: Bearer $TANTIEME_KEY"`;
    const body = html`<ul>${texts.rules.map((rule) => html`<li>${inlineCode(rule)}</li>`)}</ul>
      ${codeBlock(example, texts.example)}
      <p><a href="/docs/api/reference">${texts.reference}</a>: ${texts.referenceExplain}</p>
      <p><a href="/openapi.json">${texts.document}</a></p>
      <h2>${texts.subjects}</h2>
      ${table}`;
    return { title: texts.title, body };
  },
});

/** The routes of one subject. */
export const apiSubject: OpenPage = docsPage({
  path: '/docs/api/:subject',
  async show(request) {
    const { words, openapi, params } = request;
    const { api: texts } = words.docs;
    const document = await openapi();
    const tag = document.tags?.find(({ name }) => name === params.subject);
    if (!tag) throw new NotFound(words.errors.notFound);
    const found = operationsOf(document).filter(({ operation }) => operation.tags?.includes(tag.name));
    const body = html`<p lang="en">${inlineCode(tag.description ?? '')}</p>
      <ul>${found.map(({ method, path, operation }) => html`<li><a href=${`#${operation.operationId}`}><code>${method} ${path}</code></a></li>`)}</ul>
      ${found.map((each) => operationView(request, { ...each, document }))}
      <p><a href="/docs/api">${texts.back}</a></p>`;
    return { title: `${texts.title}: ${tag.name}`, body };
  },
});

function operationsOf({ paths = {} }: Document): readonly Placed[] {
  return Object.entries(paths).flatMap(([path, item]) =>
    (['get', 'post', 'put', 'delete'] as const).flatMap((method) => {
      const operation = item?.[method] as Operation | undefined;
      return operation ? [{ method: method.toUpperCase(), path, operation }] : [];
    }),
  );
}

function operationView(
  { words }: OpenRequest,
  { method, path, operation, document }: Placed & { document: Document },
): VNode {
  const { api: texts } = words.docs;
  const { 'x-roles': roles, 'x-second-factor': needsFactor } = operation;
  const names = roles?.map((role) => words.roles[role as Role] ?? role);
  const parameters = (operation.parameters ?? []).map((each) => resolved(each, document));
  const body = operation.requestBody && contentOf(resolved(operation.requestBody, document), document);
  const ok = Object.entries(operation.responses ?? {}).find(([status]) => /^2/.test(status));
  const answer = ok && contentOf(resolved(ok[1], document), document);
  return html`<section class="operation" lang="en">
    <h2 id=${operation.operationId}><code>${method} ${path}</code></h2>
    <p>${inlineCode(operation.summary ?? '')}.</p>
    ${operation.description && descriptionView(operation.description)}
    ${names && html`<p class="soft" lang=${undefined}>${texts.roles}: ${names.join(', ')}.${needsFactor ? ` ${texts.factor}` : ''}</p>`}
    ${
      parameters.length > 0 &&
      rowsTable(
        words,
        `${texts.parameters}: ${method} ${path}`,
        parameters.map(({ name = '', schema = {}, required = false, description }) => {
          const resolvedSchema = resolved<OpenAPIV3_1.SchemaObject>(schema, document);
          const meaning = description ?? resolvedSchema.description ?? '';
          return { path: name, type: schemaType(resolvedSchema, document), isRequired: required, meaning };
        }),
      )
    }
    ${body && html`<h3>${texts.body} <code>${body.types}</code></h3>${rowsTable(words, `${texts.body}: ${method} ${path}`, body.rows)}`}
    ${answer && html`<h3>${texts.answer} <code>${answer.types}</code></h3>${rowsTable(words, `${texts.answer}: ${method} ${path}`, answer.rows)}`}
  </section>`;
}

/** A description as our routes write them: sentences, or a list of lines that begin with a dash. */
function descriptionView(text: string): VNode {
  const lines = text.split('\n');
  if (!lines.every((line) => line.startsWith('- '))) return html`<p>${inlineCode(text)}</p>`;
  return html`<ul>${lines.map((line) => html`<li>${inlineCode(line.slice(2))}</li>`)}</ul>`;
}

function contentOf(
  { content = {} }: { readonly content?: Readonly<Record<string, OpenAPIV3_1.MediaTypeObject>> },
  document: Document,
): { readonly types: string; readonly rows: readonly SchemaRow[] } | undefined {
  const types = Object.keys(content);
  if (types.length === 0) return undefined;
  const schema = content['application/json']?.schema;
  return { types: types.join(', '), rows: schema ? schemaRows(schema, document) : [] };
}

function rowsTable({ docs }: OpenRequest['words'], caption: string, rows: readonly SchemaRow[]): VNode | null {
  if (rows.length === 0) return null;
  return grid({
    caption,
    isCaptionHidden: true,
    none: '',
    rows,
    columns: [
      { label: docs.member, cell: ({ path }: SchemaRow) => html`<code>${path}</code>` },
      { label: docs.type, cell: ({ type }) => html`<code>${type}</code>` },
      { label: docs.required, cell: ({ isRequired }) => (isRequired ? docs.yes : docs.no) },
      { label: docs.meaning, cell: ({ meaning }) => inlineCode(meaning) },
    ],
  });
}
