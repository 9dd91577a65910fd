import { forCreator, framed } from '../components/creator-page.ts';
import { html } from '../markup.ts';
import type { Page } from '../page.ts';
import { showOverview } from './creator/overview.ts';
import { showLanding } from './public/landing.ts';

/** Where somebody arrives who has logged in: the overview of the creator, or the choice among several. */
export const home: Page = {
  path: '/',
  outside: showLanding,
  async show(request) {
    const { caller, words, query } = request;
    const { creatorIds } = caller;
    const chosen = creatorIds.length === 1 ? creatorIds[0] : creatorIds.find((id) => id === query.creator);
    if (chosen !== undefined) {
      return framed(await forCreator({ ...request, params: { creator_id: chosen } }), showOverview);
    }
    if (creatorIds.length > 0) {
      const body = html`<h2>${words.creator.choose}</h2>
        <ul>${creatorIds.map((id) => html`<li><a href=${`/c/${id}`}>${id}</a></li>`)}</ul>`;
      return { title: words.home.title, body };
    }
    const body = html`<p>${caller.roles.length === 0 ? words.home.nothing : caller.roles.map((role) => words.roles[role]).join(', ')}</p>`;
    return { title: words.home.title, body };
  },
};
