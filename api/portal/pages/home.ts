import { html } from '../markup.ts';
import type { Page } from '../page.ts';

/** Where somebody arrives who has logged in. */
export const home: Page = {
  path: '/',
  async show({ caller, words }) {
    const body = html`<p>${caller.roles.length === 0 ? words.home.nothing : caller.roles.map((role) => words.roles[role]).join(', ')}</p>`;
    return { title: words.home.title, body };
  },
};
