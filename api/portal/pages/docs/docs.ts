import { hasPermission } from '../../../auth/permissions.ts';
import { GUIDES } from '../../docs/guides.ts';
import { html } from '../../markup.ts';
import type { OpenPage } from '../../page.ts';

/** A page of the documentation: for everybody, unless the installation keeps it to those who have logged in. */
export const docsPage = (page: Omit<OpenPage, 'isOpen'>): OpenPage => ({
  ...page,
  isOpen: ({ publishes }) => publishes.docs,
});

/** Where each part of the documentation is. */
export const docs: OpenPage = docsPage({
  path: '/docs',
  async show({ words, caller }) {
    const { docs: texts } = words;
    const parts = [
      { path: '/docs/api', title: texts.api.title, text: texts.api.explain },
      { path: '/docs/events', title: texts.events.title, text: texts.events.explain },
      ...(caller && hasPermission(caller, 'marts:read')
        ? [{ path: '/docs/marts', title: texts.marts.title, text: texts.marts.explain }]
        : []),
    ];
    const body = html`<div class="cards">${parts.map(
      ({ path, title, text }) =>
        html`<section class="card"><h2><a href=${path}>${title}</a></h2><p>${text}</p></section>`,
    )}</div>
    <h2>${texts.guides}</h2>
    <ul>${GUIDES.map((name) => html`<li><a href=${`/docs/guides/${name}`}>${texts.guide[name].title}</a></li>`)}</ul>`;
    return { title: texts.title, body };
  },
});
