import { SUBJECTS } from '../../../../ingest/events/catalogue.ts';
import type { EventDeclaration } from '../../../../ingest/events/event.ts';
import { exampleOf } from '../../../../ingest/events/example.ts';
import { type DocumentedProperty, propertiesOf, senderOf } from '../../../../ingest/events/readme.ts';
import { tableName } from '../../../../ingest/rudder/names.ts';
import { NotFound } from '../../../../warehouse/errors.ts';
import { codeBlock } from '../../components/code-block.ts';
import { grid } from '../../components/grid.ts';
import { inlineCode } from '../../components/inline-code.ts';
import { html } from '../../markup.ts';
import { docsPage } from './docs.ts';

/** Every event that services send, by subject. */
export const events = docsPage({
  path: '/docs/events',
  async show({ words }) {
    const { docs: texts } = words;
    const body = html`<p>${texts.events.explain} <a href="/docs/guides/send-events">${texts.guide['send-events'].title}</a></p>
      ${Object.entries(SUBJECTS).map(
        ([subject, some]) => html`<h2 lang="en">${subject}</h2>
          <ul lang="en">${some.map(
            ({ name, meaning }) =>
              html`<li><a href=${`/docs/events/${tableName(name)}`}>${name}</a>: ${inlineCode(meaning)}</li>`,
          )}</ul>`,
      )}`;
    return { title: texts.events.title, body };
  },
});

/** One event: an example, and its properties. */
export const event = docsPage({
  path: '/docs/events/:event',
  async show({ words, params }) {
    const { docs: texts } = words;
    const found = declarationAt(params.event ?? '');
    if (!found) throw new NotFound(words.errors.notFound);
    const properties = grid({
      caption: texts.events.properties,
      isCaptionHidden: true,
      none: '',
      rows: propertiesOf(found),
      columns: [
        { label: texts.member, cell: ({ name }: DocumentedProperty) => html`<code>${name}</code>` },
        { label: texts.type, cell: ({ type }) => html`<span lang="en">${inlineCode(type)}</span>` },
        { label: texts.required, cell: ({ required }) => html`<span lang="en">${inlineCode(required)}</span>` },
        { label: texts.meaning, cell: ({ meaning }) => html`<span lang="en">${inlineCode(meaning)}</span>` },
      ],
    });
    const body = html`<p lang="en">${inlineCode(found.meaning)}</p>
      <dl class="facts">
        <dt>${texts.events.sentBy}</dt><dd lang="en">${senderOf(found)}</dd>
        <dt>${texts.events.table}</dt><dd><code>raw.${tableName(found.name)}</code></dd>
      </dl>
      <h2>${texts.events.example}</h2>
      ${codeBlock(JSON.stringify(exampleOf(found), null, 2), texts.events.example)}
      <h2>${texts.events.properties}</h2>
      ${properties}
      <p><a href="/docs/events">${texts.events.back}</a></p>`;
    return { title: found.name, body };
  },
});

const declarationAt = (table: string): EventDeclaration | undefined =>
  Object.values(SUBJECTS)
    .flat()
    .find(({ name }) => tableName(name) === table);
